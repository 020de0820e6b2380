"""Verbs over more than one run or city: compare, batch."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from almena.cli import speak
from almena.cli.root import Json, Mirror, app, settings_from
from almena.model.problem import Problem
from almena.packs.language import count, say

Cities = Annotated[list[Path], typer.Argument(metavar="DIR [DIR…]", help="One city folder, or several.")]


@app.command()
def compare(
    directories: Cities,
    before: Annotated[str, typer.Option("--before", help="Of one city: a run, or a day.")] = "",
    after: Annotated[str, typer.Option("--after", help="Of one city: the later run or day.")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="Write a page (.html) or a table (.csv).")] = None,
    edition: Annotated[str, typer.Option("--edition", help="Of what is written: public or city.")] = "public",
    as_json: Json = False,
) -> int:
    """Compare two runs of a city, or put several cities side by side; nothing is ranked."""
    from almena.app.compare import compare as look_at

    found, written = look_at(directories, before=before, after=after, out=out, edition=edition)
    if as_json:
        speak.print_json(found.as_dict())
        return speak.DONE
    (_tell_changes if found.is_of_runs else _tell_cities)(found.as_dict())
    if written:
        speak.say(say("Written: {path}", path=written))
    return speak.DONE


def _tell_changes(found: dict[str, Any]) -> None:
    speak.say(say("{city}: {before} against {after}", city=found["city"], **_runs(found)))
    for change in found["changes"]:
        if change["place_kind"] != "city":
            continue
        about = ", ".join([change["title"], *change["dimensions"].values()])
        values = " → ".join(_value(change[k], change["decimals"]) for k in ("before", "after"))
        speak.say(f"\n[{change['kind']}] {about}: {values} {change['unit']}")
        speak.say(f"  {change['because']}")
        if change["difference"]:
            clear = change["difference"]["clear"]
            speak.say(
                "  "
                + (
                    say("Beyond the ranges.")
                    if clear
                    else say("Within the ranges: no change can be claimed.")
                )
            )
    parts = sum(c["place_kind"] != "city" for c in found["changes"])
    if parts:
        text = count("{number} change of a part of the city: use --out or --json.",
                     "{number} changes of parts of the city: use --out or --json.", parts)  # fmt: skip
        speak.say("\n" + text)
    speak.say("\n" + " · ".join(f"{kind}: {number}" for kind, number in found["counts"].items()))


def _runs(found: dict[str, Any]) -> dict[str, str]:
    return {k: str(found[k]["started"])[:16].replace("T", " ") for k in ("before", "after")}


def _tell_cities(found: dict[str, Any]) -> None:
    speak.say(say("In the order in which they were named; this is no ranking."))
    rows = [("", *(c["label"] for c in found["cities"]), "")]
    for row in found["indicators"]:
        care = " ".join(row["obstacles"]) or ("≠" if row["clearly_different"] else "≈")
        rows.append(
            (f"{row['title']} ({row['unit']})", *(_value(v, row["decimals"]) for v in row["values"]), care)
        )
    speak.table(rows)


def _value(facts: dict[str, Any] | None, decimals: int) -> str:
    if facts is None or facts["value"] is None:
        return "–"
    value, low, high = (speak.number(facts[k], decimals) for k in ("value", "low", "high"))
    return value if low == high else f"{value} ({low} – {high})"


@app.command()
def batch(
    table: Annotated[Path, typer.Argument(metavar="LIST.csv", help="Table with columns city and kit.")],
    out: Annotated[Path, typer.Option("--out", help="Folder of the city folders.")] = Path("cities"),
    jobs: Annotated[int, typer.Option("--jobs", min=1, max=256, help="Cities at a time.")] = 2,
    scheduler: Annotated[str, typer.Option("--scheduler", help="Address of a Dask scheduler.")] = "",
    again: Annotated[bool, typer.Option("--again", help="Do finished cities again.")] = False,
    mirror: Mirror = None,
    as_json: Json = False,
) -> int:
    """Profile many cities; one failure stops nobody, and the same command goes on after an interruption."""
    from almena.app.batch import batch as run_batch

    found = run_batch(table, out, settings_from(mirror), jobs=jobs, scheduler=scheduler, again=again)
    if as_json:
        speak.print_json(found)
        return speak.WITH_PROBLEMS if found["problems"] else speak.DONE
    speak.complain((Problem(**p) for p in found["problems"]), say("Some cities could not be profiled:"))
    speak.say(
        say(
            "{done} of {all} cities are profiled, {skipped} of them before; {failed} failed.",
            done=found["done"],
            all=found["cities"],
            skipped=found["skipped"],
            failed=found["failed"],
        )
    )
    if found["cities_per_hour"]:
        speak.say(say("Cities per hour: {rate}", rate=f"{found['cities_per_hour']:,.0f}"))
    speak.say(say("Results: {path}", path=found["results"]))
    return speak.WITH_PROBLEMS if found["problems"] else speak.DONE
