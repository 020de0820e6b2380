"""Verbs around registers: register, and the part of import that takes registers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from almena.cli import speak
from almena.cli.looking import login_name
from almena.cli.root import City, Json, alone, app
from almena.model.problem import AlmenaError, Problem
from almena.packs.language import count, say
from almena.packs.retelling import retell

TEMPLATE, HANDOVER, ILLUSTRATION, ALL = "template", "handover", "illustration", "all"


@app.command()
def register(
    directory: City,
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="A register; or handover, illustration, all.")
    ] = "",
    action: Annotated[
        str,
        typer.Argument(metavar="[template]", help="template writes an empty workbook; for handover: a file."),
    ] = "",
    out: Annotated[Path | None, typer.Argument(metavar="[OUT]", help="Workbook to write.")] = None,
    withdraw: Annotated[str, typer.Option("--withdraw", metavar="ID", help="Take this entry back.")] = "",
    history: Annotated[
        bool, typer.Option("--history", help="Show what was changed or taken back as well.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    by: Annotated[str, typer.Option("--by", help="Who says so; your login name when left out.")] = "",
    as_json: Json = False,
) -> int:
    """List the registers of a city or their entries, take one back, hand over, or begin a table."""
    if withdraw:
        return _withdraw(directory, name, withdraw, by, as_json)
    if action == TEMPLATE:
        return _template(directory, name, out, as_json)
    if name == HANDOVER:
        return _hand_over(directory, Path(action) if action else None, as_json)
    if name == ILLUSTRATION:
        return _illustrate(directory, by, dry_run, as_json)
    if action:
        raise AlmenaError.of(
            "The command cannot be understood",
            f"almena register {directory} {name} {action}",
            f"{action!r} is nothing that is done to a register",
            f"Write `almena register {directory} {name or ALL} template OUT.xlsx` for an empty table.",
        )
    return _list_entries(directory, name, history, as_json) if name else _list_registers(directory, as_json)


def _list_registers(directory: Path, as_json: bool) -> int:
    from almena.app.register_desk import list_registers

    found = list_registers(directory)
    if as_json:
        speak.print_json(found)
        return speak.DONE
    speak.table(
        (row["register"], speak.number(row["entries"]), row["changed"][:10], row["by"])
        for row in found["registers"]
    )
    return speak.DONE


def _list_entries(directory: Path, name: str, history: bool, as_json: bool) -> int:
    from almena.app.register_desk import list_entries

    found = list_entries(directory, name, history=history)
    if as_json:
        speak.print_json(found)
        return speak.DONE
    for entry in found["entries"]:
        mark = say("(taken back)") if entry["withdrawn"] else ""
        speak.say(f"{entry['id']}  {entry['label'] if entry['label'] != entry['id'] else ''} {mark}".rstrip())
        told = say(
            "by {name}, {day}; source: {source}",
            name=entry["by"],
            day=entry["at"][:10],
            source=retell(entry["source"]),
        )
        speak.say(f"    {told}")
    if not found["entries"]:
        speak.say(say("The register {name} has no entries.", name=found["register"]))
    return speak.DONE


def _withdraw(directory: Path, name: str, identity: str, by: str, as_json: bool) -> int:
    from almena.app.register_desk import withdraw

    found = withdraw(directory, name, identity, alone(by or login_name()))
    if as_json:
        speak.print_json(found)
    else:
        speak.say(say("Taken back: {entry}. It stays in the trail.", entry=identity))
    return speak.DONE


def _template(directory: Path, name: str, out: Path | None, as_json: bool) -> int:
    from almena.app.register_desk import write_template

    if out is None:
        remedy = f"Write `almena register {directory} {name} template OUT.xlsx`."
        raise AlmenaError.of("No file is named", f"almena register {directory} {name} template", "", remedy)
    path = write_template(directory, name, out)
    if as_json:
        speak.print_json({"file": str(path)})
    else:
        speak.say(say("Written: {file}", file=path))
    return speak.DONE


def _hand_over(directory: Path, out: Path | None, as_json: bool) -> int:
    from almena.app.register_desk import handover

    found = handover(directory, out, alone())
    if as_json:
        speak.print_json(found)
    elif out is not None:
        speak.say(say("Written: {file}", file=out))
    else:
        speak.say(found["text"].rstrip())
    speak.complain(Problem(**p) for p in found["problems"])
    return speak.WITH_PROBLEMS if found["problems"] else speak.DONE


def _illustrate(directory: Path, by: str, dry_run: bool, as_json: bool) -> int:
    from almena.app.register_desk import bring_illustration
    from almena.app.registers import ImportOptions

    found = bring_illustration(directory, alone(by), ImportOptions(by=by, dry_run=dry_run))
    return tell_registers(found, as_json)


def import_registers(directory: Path, path: Path, by: str, **how: Any) -> dict[str, Any]:
    """Bring registers in for the verb import."""
    from almena.app.register_desk import bring_registers
    from almena.app.registers import ImportOptions

    by = by or login_name()
    return bring_registers(directory, path, alone(by), ImportOptions(by=by, **how))


def tell_registers(found: dict[str, Any], as_json: bool) -> int:
    """Tell what came of an import of registers, and return its exit status: 1 when a row is refused."""
    refused = sum(row["refused"] for row in found["registers"])
    if as_json:
        speak.print_json(found)
    else:
        for line in found["said"]:
            speak.say(retell(line))
        speak.ask(found["questions"])
        _tell_rows(found)
    speak.complain([Problem(**p) for p in found["problems"]], say("Some files could not be used:"))
    if not as_json:
        speak.complain([Problem(**p) for p in found["notes"]])
    if found["questions"] and not found["accepted"]:
        return speak.NOTHING_DONE
    return speak.WITH_PROBLEMS if refused or found["problems"] else speak.DONE


def _tell_rows(found: dict[str, Any]) -> None:
    for row in (row for row in found["registers"] if row["read"]):
        file = f"{row['file']}, {row['sheet']}" if row["sheet"] else row["file"]
        told = count(
            "{file}: {read} row read, {accepted} accepted, {aside} set aside, {refused} refused.",
            "{file}: {read} rows read, {accepted} accepted, {aside} set aside, {refused} refused.",
            row["read"],
            file=file,
            read=row["read"],
            accepted=row["accepted"],
            aside=row["set_aside"],
            refused=row["refused"],
        )
        speak.say(told)
    for entry in found["listed"]:
        where = f"{entry['file']}, {', '.join(map(retell, entry['where']))}"
        told = say(
            "  {where}: {why}. {remedy}",
            where=where,
            why=retell(entry["why"]),
            remedy=retell(entry["remedy"]),
        )
        speak.say(told.rstrip())
    if found["annotated"]:
        speak.say(say("The file with its cells marked: {path}", path=found["annotated"]))
