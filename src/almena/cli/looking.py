"""Verbs that look at what a city knows: show, review, gaps."""

from __future__ import annotations

import getpass
from typing import Annotated, Any

import typer

from almena.cli import speak
from almena.cli.root import City, Json, alone, app
from almena.model.problem import AlmenaError


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
    speak.say(f"{card['title']} ({found['indicator']})")
    speak.say(f"{card['definition']}. Unit: {card['unit']}.")
    rows = found["observations"]
    if not rows:
        speak.say("No value yet: run `almena profile`.")
        return
    shown = rows if whole else [r for r in rows if r["place_kind"] in ("city", "country")]
    for row in shown:
        _tell_value(row, card["decimals"])
    hidden = len(rows) - len(shown)
    if hidden:
        speak.say(f"\n{hidden} more values for parts of the city: use --place or --json.")


def _tell_value(row: dict[str, Any], decimals: int) -> None:
    what = ", ".join(f"{k} = {v}" for k, v in row["dimensions"].items())
    where = " · ".join(part for part in (row["place_name"] or row["place"], row["period"], what) if part)
    if row["value"] is None:
        speak.say(f"\n[missing] {where}\n  reason: {row['reason']}\n  remedy: {row['remedy']}")
        return
    value, low, high = (speak.number(row[k], decimals) for k in ("value", "low", "high"))
    speak.say(f"\n[{row['use']}] {where}: {value} ({low} to {high}) {row['unit']}")
    covered = f"{100 * (row['coverage'] or 0):.0f} %"
    speak.say(f"  {row['status']}, quality {row['quality']}, coverage {covered}, {row['method']}")
    for cause in row["causes"]:
        low, high = (speak.number(cause[k], decimals) for k in ("low", "high"))
        effect = "" if cause["low"] is None and cause["high"] is None else f" ({low} to {high})"
        speak.say(f"  range because: {cause['name']}{effect}")
    for note in row["notes"]:
        speak.say(f"  note: {note}")
    if row["reason"]:
        speak.say(f"  not fit for more because: {row['reason']}")
    for said in row["reviews"]:
        speak.say(f"  {said['verdict']} by {said['by']} on {said['at'][:10]} {said['why']}".rstrip())
    for origin in row["origins"]:
        speak.say(
            f"  from {origin['file']} ({origin['role']}; {origin['date']}; {origin['licence'] or 'no licence'})"
        )
        if origin["locator"]:
            speak.say(f"       at {origin['locator']}")
        speak.say(f"       sha256 {origin['sha256']}")
        if origin["url"]:
            speak.say(f"       {origin['url']}")
        for step in origin["steps"]:
            speak.say(f"       then {step}")


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
    by = by or _login_name()
    verdict = VERDICTS["confirm"] if confirm else VERDICTS["reject"] if reject else None
    rows = look_over(directory, indicators or [], verdict, why=why, settings=alone(by))
    if as_json:
        speak.print_json(rows)
        return speak.DONE
    speak.table(
        [(r["indicator"], speak.number(r["value"], 2), r["unit"], r["status"], r["use"]) for r in rows]
    )
    if verdict:
        speak.say(
            f"{len(rows)} values {verdict} by {by}. "
            f"Run `almena profile {speak.quoted(directory)}` to renew the report."
        )
    return speak.DONE


def _login_name() -> str:
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
    for row in rows:
        speak.say(f"{row['indicator']} ({row['title']})\n  why: {row['reason']}\n  do:  {row['remedy']}")
        speak.say(f"  ask: {row['who']}, about {row['effort_hours']:g} hours (assumed)")
    speak.say(f"{len(rows)} gaps")
    return speak.DONE
