"""A comparison as a page that opens anywhere, and as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from almena.measure.compare import Change, SideBySide, count_kinds
from almena.model.card import Card
from almena.model.observation import Observation
from almena.model.place import CITY
from almena.model.problem import InputError, Problem
from almena.packs.language import count, say, spoken
from almena.publish.atomic import write_whole
from almena.publish.comparison import FACTS, Comparison, Row, Version, because, obstacle_text
from almena.publish.figures import value_texts
from almena.publish.records import safe_cell
from almena.publish.wording import country_text, date_text, with_unit
from almena.publish.words import word

FORMATS = (".html", ".csv")
MOST_PARTS = 200
"""Changes of parts of the city listed on a page; the table has them all."""


def write_comparison(comparison: Comparison, out: Path) -> Path:
    """
    Write a comparison as a page or a table, by the ending of the name.

    Raises
    ------
    InputError
        When the ending is neither ``.html`` nor ``.csv``.
    AlmenaError
        When the file cannot be written; a former one is then still there.
    """
    if out.suffix.lower() not in FORMATS:
        why = f"it ends in {out.suffix or 'nothing'}"
        remedy = f"Give a name that ends in {' or '.join(FORMATS)}."
        raise InputError(Problem("A comparison cannot be written in this form", str(out), why, remedy))
    if out.suffix.lower() == ".html":
        return write_whole(out, page(comparison).encode("utf-8"))
    return write_whole(out, table(comparison).encode("utf-8-sig"))  # Excel reads UTF-8 only with a mark


def table(comparison: Comparison) -> str:
    """Return a comparison as CSV: one row for each change, or for each indicator and city."""
    stream = io.StringIO()
    rows = list(_rows(comparison))
    writer = csv.DictWriter(stream, list(rows[0]) if rows else ["indicator"], lineterminator="\n")
    writer.writeheader()
    writer.writerows({k: safe_cell(v) for k, v in row.items()} for row in rows)
    return stream.getvalue()


def _rows(comparison: Comparison) -> Iterator[Row]:
    document = comparison.as_dict()
    for said in document.get("changes", ()):
        flat = {k: v for k, v in said.items() if k not in ("before", "after", "difference", "dimensions")}
        dimensions = "; ".join(f"{k}={v}" for k, v in said["dimensions"].items())
        difference = said["difference"] or {}
        yield {
            **flat,
            "dimensions": dimensions,
            **{f"before_{k}": (said["before"] or {}).get(k) for k in FACTS},
            **{f"after_{k}": (said["after"] or {}).get(k) for k in FACTS},
            **{f"difference_{k}": difference.get(k) for k in ("value", "low", "high", "clear")},
        }
    for said in document.get("indicators", ()):
        flat = {k: v for k, v in said.items() if k not in ("values", "obstacles")}
        for value in said["values"]:
            facts = {k: value.get(k) for k in ("city", *FACTS)}
            yield {**flat, "obstacles": " ".join(said["obstacles"]), **facts}


def page(comparison: Comparison) -> str:
    """Return a comparison as one page that loads nothing."""
    environment = Environment(
        loader=PackageLoader("almena.publish"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    style = (resources.files("almena.publish") / "templates" / "style.css").read_text(encoding="utf-8")
    return environment.get_template("comparison.html.j2").render(
        language=spoken(),
        style=Markup(style),  # noqa: S704 - our own stylesheet
        say=say,
        **_told(comparison),
    )


def _told(comparison: Comparison) -> Row:
    if comparison.rows:
        return {
            "title": say("Cities side by side"),
            "lead": say("In the order in which they were named; this is no ranking."),
            "versions": [_version_text(v) for v in comparison.versions],
            "counts": [],
            "head": [say("Indicator"), *comparison.labels, say("Can they be compared?")],
            "body": [_side_cells(r, comparison) for r in comparison.rows],
            "note": "",
        }
    city = [c for c in comparison.told if c.said.place_kind == CITY]
    parts = [c for c in comparison.told if c.said.place_kind != CITY]
    left_out = len(parts) - MOST_PARTS
    return {
        "title": say("What changed in {city}", city=comparison.versions[-1].name),
        "lead": say("A change of data or of method is not a change of the city."),
        "versions": [_version_text(v) for v in comparison.versions],
        "counts": _counted(comparison),
        "head": [say("Indicator"), say("Before"), say("After"), say("Difference"), say("Why")],
        "body": [_change_cells(c, comparison) for c in (*city, *parts[:MOST_PARTS])],
        "note": count(
            "{number} more change of a part of the city is in the table.",
            "{number} more changes of parts of the city are in the table.",
            left_out,
        )
        if left_out > 0
        else "",
    }


def _counted(comparison: Comparison) -> list[str]:
    counts = count_kinds(comparison.changes)
    told = {
        "city": say("The data describe a later time"),
        "data": say("Other or corrected files for the same time"),
        "method": say("Another method, rule or outline"),
        "mixed": say("Files and method together"),
        "gained": say("New values"),
        "lost": say("Values that are gone"),
        "same": say("Unchanged"),
    }
    return [f"{text}: {counts[kind]}" for kind, text in told.items()]


def _version_text(version: Version) -> str:
    return say(
        "{name} ({country}), measured on {day} with Almena {software}",
        name=version.name, country=country_text(version.country), day=date_text(version.started[:10]),
        software=version.software,
    )  # fmt: skip


def _change_cells(change: Change, comparison: Comparison) -> list[tuple[str, str]]:
    said, card = change.said, comparison.cards[change.said.indicator]
    where = "" if said.place_kind == CITY else said.place_name or said.place
    about = ", ".join([where, *(value for _, value in said.dimensions)]).strip(", ")
    return [
        (card.title, about),
        _value_cell(change.before, card),
        _value_cell(change.after, card),
        _difference_cell(change, card),
        (because(change), ""),
    ]


def _value_cell(o: Observation | None, card: Card) -> tuple[str, str]:
    if o is None or o.is_missing:
        return say("no value"), ""
    value, spread = value_texts(o, card)
    small = [spread, date_text(o.period) if o.period else "", word("use", o.use).word]
    return value, " · ".join(part for part in small if part)


def _difference_cell(change: Change, card: Card) -> tuple[str, str]:
    found = change.difference
    if found is None:
        return "–", ""
    unit = change.said.unit or card.unit
    value = with_unit(_signed(found.value, card.decimals), unit, found.value)
    spread = f"{_signed(found.low, card.decimals)} … {_signed(found.high, card.decimals)}"
    clear = say("beyond the ranges") if found.is_clear else say("within the ranges")
    return value, f"{spread} · {clear}" if found.low != found.high else clear


def _signed(value: float, decimals: int) -> str:
    return f"{value:+,.{max(decimals, 0)}f}".replace("-", "−")


def _side_cells(row: SideBySide, comparison: Comparison) -> list[tuple[str, str]]:
    card = comparison.cards[row.indicator]
    obstacles = " ".join(obstacle_text(*o) for o in row.obstacles)
    last = (say("With care"), obstacles) if obstacles else (say("Yes"), _verdict(row))
    return [(card.title, ""), *(_value_cell(o, card) for o in row.values), last]


def _verdict(row: SideBySide) -> str:
    if len({o.value for o in row.values if o is not None}) == 1:
        return say("The values are the same.")
    if row.is_clear:
        return say("The ranges lie apart.")
    return say("The ranges overlap: no difference can be claimed.")
