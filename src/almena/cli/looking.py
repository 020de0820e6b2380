"""Verbs that look at what a city knows: show, review, gaps."""

from __future__ import annotations

import getpass
from typing import Annotated, Any

import typer

from almena.cli import speak
from almena.cli.gap_list import tell_gaps
from almena.cli.root import City, Json, alone, app
from almena.model.problem import AlmenaError
from almena.packs.language import count, from_table, say
from almena.packs.retelling import retell


@app.command()
def show(
    directory: City,
    indicator: Annotated[str, typer.Argument(help="Id of the indicator, such as identity.area.")],
    place: Annotated[str | None, typer.Option("--place", help="Id or name of a place.")] = None,
    as_json: Json = False,
) -> int:
    """Show a value with its range, use, method, and the chain to its files."""
    from almena.app.look import show as look_at

    found = look_at(directory, indicator, place)
    if as_json:
        speak.print_json(found)
    else:
        _tell_indicator(found, whole=place is not None)
    return speak.DONE


def _tell_indicator(found: dict[str, Any], *, whole: bool) -> None:
    card = found["card"]
    title, definition = (from_table("cards", card[column]) for column in ("title", "definition"))
    speak.say(f"{title} ({found['indicator']})")
    speak.say(say("{definition}. Unit: {unit}.", definition=definition, unit=card["unit"]))
    rows = found["observations"]
    if not rows:
        speak.say(say("No value yet: run {command}.", command="`almena profile`"))
        return
    shown = rows if whole else [r for r in rows if r["place_kind"] in ("city", "country")]
    for row in shown:
        _tell_value(row, card["decimals"])
    hidden = len(rows) - len(shown)
    if hidden:
        told = count(
            "{number} more value for parts of the city: use --place or --json.",
            "{number} more values for parts of the city: use --place or --json.",
            hidden,
        )
        speak.say(f"\n{told}")


def _tell_value(row: dict[str, Any], decimals: int) -> None:
    what = ", ".join(f"{retell(k)} = {retell(v)}" for k, v in row["dimensions"].items())
    where = " · ".join(part for part in (row["place_name"] or row["place"], row["period"], what) if part)
    if row["value"] is None:
        told = say("reason: {reason}", reason=retell(row["reason"]))
        speak.say(f"\n[{say('missing')}] {where}\n  {told}")
        speak.say("  " + say("remedy: {remedy}", remedy=retell(row["remedy"])))
        return
    use, unit = _use(row["use"]), row["unit"]
    value, low, high = (speak.number(row[k], decimals) for k in ("value", "low", "high"))
    told = say("{value} ({low} to {high}) {unit}", value=value, low=low, high=high, unit=unit)
    speak.say(f"\n[{use}] {where}: {told}")
    covered = f"{100 * (row['coverage'] or 0):.0f} %"
    made = say(
        "{status}, quality {grade}, coverage {share}, {method}",
        status=_status(row["status"]),
        grade=row["quality"],
        share=covered,
        method=row["method"],
    )
    speak.say(f"  {made}")
    _tell_why(row, decimals)
    for origin in row["origins"]:
        _tell_origin(origin)


def _use(use: str) -> str:
    return {"decide": say("decide"), "discuss": say("discuss"), "context": say("context")}.get(use, use)


def _status(status: str) -> str:
    told = {
        "measured": say("measured"),
        "modelled": say("modelled"),
        "proxy": say("proxy"),
        "reported": say("reported"),
        "confirmed": say("confirmed"),
        "rejected": say("rejected"),
    }
    return told.get(status, status)


def _tell_why(row: dict[str, Any], decimals: int) -> None:
    """Say why a value may be off, what is worth knowing of it, and who said so."""
    for cause in row["causes"]:
        low, high = (speak.number(cause[k], decimals) for k in ("low", "high"))
        known = cause["low"] is not None or cause["high"] is not None
        effect = " (" + say("{low} to {high}", low=low, high=high) + ")" if known else ""
        speak.say("  " + say("range because: {cause}", cause=retell(cause["name"])) + effect)
    for note in row["notes"]:
        speak.say("  " + say("note: {note}", note=retell(note)))
    if row["reason"]:
        speak.say("  " + say("not fit for more because: {reason}", reason=retell(row["reason"])))
    for said in row["reviews"]:
        told = say(
            "{verdict} by {name} on {date}",
            verdict=_status(said["verdict"]),
            name=said["by"],
            date=said["at"][:10],
        )
        speak.say(f"  {told} {said['why']}".rstrip())


def _tell_origin(origin: dict[str, Any]) -> None:
    told = say(
        "from {file} ({role}; {date}; {licence})",
        file=origin["file"],
        role=origin["role"],
        date=origin["date"],
        licence=origin["licence"] or say("no licence"),
    )
    speak.say(f"  {told}")
    if origin["locator"]:
        speak.say("       " + say("at {place}", place=origin["locator"]))
    speak.say(f"       sha256 {origin['sha256']}")
    if origin["url"]:
        speak.say(f"       {origin['url']}")
    for step in origin["steps"]:
        speak.say("       " + say("then {step}", step=retell(step)))


@app.command()
def review(
    directory: City,
    indicators: Annotated[list[str] | None, typer.Argument(help="Ids of the values.")] = None,
    confirm: Annotated[bool, typer.Option("--confirm", help="Say that they are right.")] = False,
    reject: Annotated[bool, typer.Option("--reject", help="Say that they are wrong.")] = False,
    by: Annotated[str, typer.Option("--by", help="Who says so; your login name when left out.")] = "",
    why: Annotated[str, typer.Option("--why", help="The reason.")] = "",
    as_json: Json = False,
) -> int:
    """List values that nobody has reviewed, or confirm or reject some."""
    from almena.app.look import VERDICTS
    from almena.app.look import review as look_over

    if confirm and reject:
        raise AlmenaError.of(
            "Both --confirm and --reject are given", "almena review", remedy="Give one of them."
        )
    by = by or login_name()
    verdict = VERDICTS["confirm"] if confirm else VERDICTS["reject"] if reject else None
    rows = look_over(directory, indicators or [], verdict, why=why, settings=alone(by))
    if as_json:
        speak.print_json(rows)
        return speak.DONE
    speak.table(
        [
            (r["indicator"], speak.number(r["value"], 2), r["unit"], _status(r["status"]), _use(r["use"]))
            for r in rows
        ]
    )
    if verdict:
        told = count(
            "{number} value {verdict} by {name}. Run {command} to renew the report.",
            "{number} values {verdict} by {name}. Run {command} to renew the report.",
            len(rows),
            verdict=_status(verdict),
            name=by,
            command=f"`almena profile {speak.quoted(directory)}`",
        )
        speak.say(told)
    return speak.DONE


def login_name() -> str:
    """Return who is at the keyboard, or nothing where the system does not say."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


@app.command()
def gaps(directory: City, as_json: Json = False) -> int:
    """List what is missing, why, and the cheapest way to close each gap."""
    from almena.app.look import gaps as look_for

    rows = look_for(directory)
    if as_json:
        speak.print_json(rows)
        return speak.DONE
    tell_gaps(rows)
    return speak.DONE
