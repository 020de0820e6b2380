"""Verbs that bring things in and take things out: import, export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from almena.cli import speak
from almena.cli.registering import import_registers, tell_registers
from almena.cli.root import City, Json, Language, alone, app, settings_from
from almena.model.problem import AlmenaError, Problem
from almena.packs.language import say
from almena.packs.retelling import retell

PLACES_SHOWN = 5
REGISTERS, DATA = "registers", "data"


@app.command(name="import")
def import_(
    directory: City,
    path: Annotated[
        Path, typer.Argument(help="A table, map or kit; or registers: a table, workbook, folder or zip.")
    ],
    role: Annotated[str | None, typer.Option("--role", help="Role it fills, when known.")] = None,
    answer: Annotated[
        list[str] | None, typer.Option("--answer", help="Answer to a question: id=value.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    annotated: Annotated[
        Path | None,
        typer.Option("--annotated", help="Write the file back as a workbook with faulty cells marked."),
    ] = None,
    kind: Annotated[
        str,
        typer.Option("--as", metavar="KIND", help="registers or data; told by the content when left out."),
    ] = "",
    dates: Annotated[
        str,
        typer.Option(
            "--dates", help="dmy or mdy: how dates of registers are meant that may be read in two ways."
        ),
    ] = "",
    by: Annotated[
        str, typer.Option("--by", help="Who answers for registers; your login name when left out.")
    ] = "",
    as_json: Json = False,
) -> int:
    """Bring a table, a map, a kit or registers into an existing city."""
    from almena.app.imports import bring_in

    if role is None and _is_for_registers(directory, path, kind):
        how = {"dates": dates, "answers": answer or [], "dry_run": dry_run, "annotated": annotated}
        return tell_registers(import_registers(directory, path, by, **how), as_json)
    found = bring_in(
        directory,
        path,
        role=role,
        answers=answer or [],
        dry_run=dry_run,
        settings=settings_from(),
        annotated=annotated,
    )
    if as_json:
        speak.print_json(found)
    else:
        for line in found["said"]:
            speak.say(retell(line))
        speak.ask(found["questions"])
        _tell_what_came_in(found)
    speak.complain([Problem(**p) for p in found["problems"]], say("Some files could not be used:"))
    speak.complain([Problem(**p) for p in found["notes"]])
    if found["questions"] and not dry_run:
        return speak.NOTHING_DONE
    return speak.WITH_PROBLEMS if found["problems"] else speak.DONE


def _is_for_registers(directory: Path, path: Path, kind: str) -> bool:
    """Tell what is brought in: as the person says, else by the content."""
    from almena.app.register_desk import are_registers

    if kind not in ("", REGISTERS, DATA):
        remedy = f"Write --as {REGISTERS} or --as {DATA}."
        raise AlmenaError.of("It cannot be brought in so", f"--as {kind}", "", remedy)
    return kind == REGISTERS or (not kind and are_registers(directory, path))


def _tell_what_came_in(found: dict[str, Any]) -> None:
    """Print what each file may be, how many rows entered, and which were left out and why."""
    for proposal in found["proposals"]:
        others = ", ".join(c["value"] for c in proposal["candidates"] if c["value"] != proposal["role"])
        if not proposal["role"]:
            speak.say(say("{file}: nothing tells clearly which role it fills.", file=proposal["path"]))
        if others:
            speak.say(say("{file} may also be: {roles}.", file=proposal["path"], roles=others))
    for file in found["files"]:
        if file["rows"]["read"]:
            speak.say(
                say(
                    "{file}: {read} rows read, {accepted} accepted, {listed} left out.",
                    file=file["path"],
                    **file["rows"],
                )
            )
    for entry in found["listed"]:
        speak.say(
            say(
                "  {where}: {why}. {remedy}", where=_places(entry), why=entry["why"], remedy=entry["remedy"]
            ).rstrip()
        )
    if found["annotated"]:
        speak.say(say("The file with its cells marked: {path}", path=found["annotated"]))


def _places(entry: dict[str, Any]) -> str:
    """Return the first addresses of an entry with its sheet, and how many more there are."""
    shown = ", ".join(entry["where"][:PLACES_SHOWN])
    inside = say("sheet {sheet}, {cells}", sheet=entry["sheet"], cells=shown) if entry["sheet"] else shown
    more = entry["number"] - PLACES_SHOWN
    return inside if more <= 0 else say("{places} and {more} more", places=inside, more=more)


@app.command()
def export(
    directory: City,
    format: Annotated[str, typer.Argument(metavar="FORMAT", help="Such as xlsx, gpkg or zip.")],  # noqa: A002
    out: Annotated[Path, typer.Argument(metavar="OUT", help="File or folder to write.")],
    edition: Annotated[str, typer.Option("--edition", help="public or city.")] = "public",
    name_role: Annotated[
        list[str] | None, typer.Option("--name-role", help="Role whose features the city edition may name.")
    ] = None,
    language: Language = "",
) -> int:
    """Write what the city knows in a format that people use."""
    from almena.app.exports import export as write

    settings = alone(language=language)
    done = write(directory, format, out, edition=edition, city_roles=name_role or [], settings=settings)
    speak.say(say("Written: {file}", file=done.path))
    return speak.DONE
