"""Verbs around packs: list, check, add, remove, view."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from almena.cli import speak
from almena.cli.pack_view import tell_view
from almena.cli.root import City, Json, alone, app, help_alone
from almena.model.problem import Problem
from almena.packs.language import count, say, spoken

pack_app = typer.Typer(help="Packs: frameworks, vocabularies and themes that a city can add.")
app.add_typer(pack_app, name="pack")

Source = Annotated[str, typer.Argument(metavar="PACK", help="Id of a pack of Almena, or a folder or zip.")]


@pack_app.callback(invoke_without_command=True)
def packs(context: typer.Context) -> int:
    """Packs: frameworks, vocabularies and themes that a city can add."""
    return help_alone(context)


@pack_app.command(name="list")
def pack_list(
    directory: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="The city folder, to see what it has.")
    ] = None,
    as_json: Json = False,
) -> int:
    """List the packs that come with Almena, and those of a city."""
    from almena.app.packs import list_packs

    found = list_packs(directory, _language(as_json))
    if as_json:
        speak.print_json(found)
    else:
        for row in found["packs"]:
            _tell_pack(row)
    speak.complain(Problem(**p) for p in found["problems"])
    return speak.WITH_PROBLEMS if found["problems"] else speak.DONE


def _language(as_json: bool) -> str:
    """Return the language of a pack's texts: a program gets them as the tables hold them."""
    return "" if as_json else spoken().code


def _tell_pack(row: dict[str, Any]) -> None:
    state = _state(row["installed"]) if row.get("installed") else ""
    speak.say(f"{row['id']} – {row['title']}" + (f" ({state})" if state else ""))
    told = count(
        "{kind}, version {version}, languages {languages}, licence {licence}, {rows} row",
        "{kind}, version {version}, languages {languages}, licence {licence}, {rows} rows",
        row["rows"],
        kind=_kind(row["kind"]),
        version=row["version"],
        languages=" ".join(row["languages"]),
        licence=row["licence"],
        rows=speak.number(row["rows"]),
    )
    speak.say(f"  {told}")
    letters = ", ".join(f"{letter} {speak.number(number)}" for letter, number in row["letters"].items())
    if letters:
        speak.say("  " + say("confidence: {letters}", letters=letters))
    speak.say("  " + say("source: {source}", source=row["source"]))
    for note in row["notes"]:
        speak.say("  " + say("note: {note}", note=note))


def _state(state: str) -> str:
    told = {
        "always": say("part of the method, always there"),
        "added": say("added"),
        "required": say("there because another pack requires it"),
    }
    return told.get(state, state)


def _kind(kind: str) -> str:
    told = {
        "method": say("method"),
        "hazards": say("hazards"),
        "framework": say("framework"),
        "survey": say("survey"),
        "theme": say("theme, our selection"),
    }
    return told.get(kind, kind)


@pack_app.command(name="check")
def pack_check(
    source: Annotated[str, typer.Argument(metavar="PATH", help="A pack: folder, zip or id.")],
    city: Annotated[
        Path | None, typer.Option("--city", help="City folder whose packs it may require and must fit.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Check a pack: everything that is wrong at once, with file and row."""
    from almena.app.packs import check_pack

    found = check_pack(source, city, _language(as_json))
    if as_json:
        speak.print_json(found)
    elif found["pack"]:
        _tell_pack(found["pack"])
    problems = found["problems"]
    speak.complain(Problem(**p) for p in problems)
    if not as_json:
        sound, unsound = (
            say("The pack is sound."),
            count("{number} problem.", "{number} problems.", len(problems)),
        )
        speak.say(sound if found["sound"] else unsound)
    return speak.DONE if found["sound"] else speak.WITH_PROBLEMS


@pack_app.command(name="add")
def pack_add(directory: City, source: Source, as_json: Json = False) -> int:
    """Add a pack to a city; no stored value changes."""
    from almena.app.pack_changes import add_pack

    found = add_pack(directory, source, alone(language=_language(as_json)))
    if as_json:
        speak.print_json(found)
        return speak.DONE
    title = found["pack"]["title"]
    added, there = say("Added: {title}.", title=title), say("Nothing to do: {title} is there.", title=title)
    speak.say(added if found["changed"] else there)
    if found["required"]:
        speak.say(say("It requires, and brings along: {packs}.", packs=", ".join(found["required"])))
    _tell_answers(found["answers"], say("Answers given earlier count again:"))
    return speak.DONE


@pack_app.command(name="remove")
def pack_remove(directory: City, source: Source, as_json: Json = False) -> int:
    """Remove a pack from a city; answers given under it stay and are listed."""
    from almena.app.pack_changes import remove_pack

    found = remove_pack(directory, source, alone())
    if as_json:
        speak.print_json(found)
        return speak.DONE
    speak.say(say("Removed: {pack}. No stored value has changed.", pack=found["pack"]))
    if found["still_required_by"]:
        needed = ", ".join(found["still_required_by"])
        speak.say(say("Its tables stay in use, because these require them: {packs}.", packs=needed))
    _tell_answers(found["answers"], say("Answers given under it stay:"))
    return speak.DONE


def _tell_answers(answers: list[dict[str, str]], heading: str) -> None:
    if answers:
        speak.say(heading)
    for answer in answers:
        told = say(
            "{question}, by {name} on {date}",
            question=answer["question"],
            name=answer["voice"] or answer["by"],
            date=answer["at"][:10],
        )
        speak.say(f"  {told}")


@pack_app.command(name="view")
def pack_view(directory: City, source: Source, as_json: Json = False) -> int:
    """View the city's values by the codes of a framework, or by the parts of a theme."""
    from almena.app.pack_views import view_pack

    found = view_pack(directory, source, _language(as_json))
    if as_json:
        speak.print_json(found)
    else:
        tell_view(found)
    return speak.DONE
