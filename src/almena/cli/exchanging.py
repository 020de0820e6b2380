"""Verbs that bring things in and take things out: import, export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from almena.cli import speak
from almena.cli.root import City, Json, Language, alone, app, settings_from
from almena.model.problem import Problem
from almena.packs.language import say
from almena.packs.retelling import retell


@app.command(name="import")
def import_(
    directory: City,
    path: Annotated[Path, typer.Argument(help="A table, map or kit.")],
    role: Annotated[str | None, typer.Option("--role", help="Role it fills, when known.")] = None,
    answer: Annotated[
        list[str] | None, typer.Option("--answer", help="Answer to a question: id=value.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    as_json: Json = False,
) -> int:
    """Bring a table, a map or a kit into an existing city."""
    from almena.app.imports import bring_in

    found = bring_in(
        directory, path, role=role, answers=answer or [], dry_run=dry_run, settings=settings_from()
    )
    if as_json:
        speak.print_json(found)
    else:
        for line in found["said"]:
            speak.say(retell(line))
        speak.ask(found["questions"])
    speak.complain([Problem(**p) for p in found["problems"]], say("Some files could not be used:"))
    speak.complain([Problem(**p) for p in found["notes"]])
    if found["questions"] and not dry_run:
        return speak.NOTHING_DONE
    return speak.WITH_PROBLEMS if found["problems"] else speak.DONE


@app.command()
def export(
    directory: City,
    format: Annotated[str, typer.Argument(metavar="FORMAT", help="html, csv, json or zip.")],  # noqa: A002
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
