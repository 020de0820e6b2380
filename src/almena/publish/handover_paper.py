"""The handover of the focal points as a page of plain text, in the language of the task."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from almena.model.problem import Problem
from almena.model.register import FocalPoint
from almena.model.statement import Submission
from almena.packs.language import say
from almena.packs.retelling import retell


@dataclass(frozen=True)
class HandoverFacts:
    """
    What the page tells.

    Parameters
    ----------
    city, today : str
        Name of the city; ISO 8601 date.
    now, gone : tuple of FocalPoint
        Who is in office; who has left.
    problems : tuple of Problem
        What is amiss.
    counts : mapping of str to int
        Number of entries by register.
    last : Submission or None
        What was handed in last.
    """

    city: str
    today: str
    now: tuple[FocalPoint, ...]
    gone: tuple[FocalPoint, ...]
    problems: tuple[Problem, ...]
    counts: Mapping[str, int]
    last: Submission | None


def handover_text(facts: HandoverFacts) -> str:
    """Return the page."""
    return "\n".join(_lines(facts)) + "\n"


def _lines(facts: HandoverFacts) -> Iterator[str]:
    yield "# " + say("Handover of {city}, {day}", city=facts.city, day=facts.today)
    yield from ("", "## " + say("Focal points"), "")
    yield from (_point(point) for point in facts.now)
    yield from (f"- {_left(point)}" for point in facts.gone)
    yield from (f"- ! {retell(problem.what)}: {retell(problem.why)}" for problem in facts.problems)
    yield from ("", "## " + say("Open work"), "")
    yield from _open_work(facts)
    yield from ("", "## " + say("Where things are"), "")
    yield "- " + say("Database, registers and trail: city.db in the folder of the city.")
    yield "- " + say("Files as they came in: folder snapshots, each under its hash; reports: folder reports.")
    yield "- " + say(
        "What each register holds, with author, time and source: {command}", command="`almena register DIR`"
    )


def _point(point: FocalPoint) -> str:
    post = f", {point.post}" if point.post else ""
    deputy = point.deputy or say("nobody")
    since = say("since {day}", day=point.since) if point.since else say("since an unknown day")
    kind = say("political") if point.kind == "political" else say("technical")
    return "- " + say(
        "{kind}: {name}{post}, {since}; deputy: {deputy}",
        kind=kind,
        name=point.name,
        post=post,
        since=since,
        deputy=deputy,
    )


def _left(point: FocalPoint) -> str:
    return say("{name} left on {day}.", name=point.name, day=point.until)


def _open_work(facts: HandoverFacts) -> Iterator[str]:
    empty = [name for name, number in facts.counts.items() if not number]
    filled = [f"{name} {number}" for name, number in facts.counts.items() if number]
    if filled:
        yield "- " + say("Entries by register: {registers}", registers=", ".join(filled))
    if empty:
        yield "- " + say("Registers without any entry: {registers}", registers=", ".join(empty))
    if facts.last is not None:
        last = facts.last
        yield "- " + say(
            "Handed in last: {what}, by {name}, {day}", what=last.what, name=last.by, day=last.at[:10]
        )
