"""The city before any event: its people, and how it works."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import numpy as np

from almena.measure.ages import OLDEST, age_bounds
from almena.model.data import Table
from almena.model.observation import Observation
from almena.model.problem import AlmenaError
from almena.packs.language import from_table, say
from almena.packs.loader import Element
from almena.publish.blocks import Bar, Block, Cell, Chip, ElementBox, Elements, Grid, Pyramid
from almena.publish.chapters.desk import Desk
from almena.publish.chapters.sections import told
from almena.publish.citing import source_text
from almena.publish.facts import URBAN_ELEMENTS
from almena.publish.figures import dimension_text
from almena.publish.wording import DASH, date_text, listed, number_text, share_text

PEOPLE_BY = ("identity.population_census", "identity.population_raster", "identity.population_tagged")
AGES = "census_age_sex"


def who(at: Desk) -> list[Block]:
    """Return who lives here: how many by which count, how old, how schooled."""
    found: list[Block] = [at.atlas.overview()] if at.event is not None else []
    found += [b for b in (population_counts(at), pyramid(at)) if b is not None]
    return [*found, *told(at, "who").values()]


def population_counts(at: Desk) -> Grid | None:
    """Return every count of the people with its date and its difference from the first; None without two."""
    counts = [o for i in PEOPLE_BY for o in _city_values(at, i)]
    if len(counts) < 2:
        return None
    base = counts[0]
    rows = tuple(
        (
            Cell(at.material.cards[o.indicator].title, small=dimension_text(o)),
            Cell(date_text(o.period)),
            at.maker.cell(o),
            Cell(_difference(o, base), number=True),
            Cell(source_text(o)),
        )
        for o in counts
    )
    head = (say("Count"), say("Date"), say("People"), say("Against the first line"), say("Source"))
    note = say("Censuses and models count differently and at different times. A difference is not growth.")
    return Grid(say("How many people live here? The answers side by side"), head, rows, note=note)


def _city_values(at: Desk, indicator: str) -> list[Observation]:
    head = at.facts.value(indicator)
    others = sorted(at.facts.others(indicator), key=lambda o: o.period, reverse=True)
    return [*([head] if head else []), *(o for o in others if o.unit == "persons")]


def _difference(observation: Observation, base: Observation) -> str:
    if observation is base or not base.value:
        return "—"
    change = (observation.value or 0.0) / base.value - 1
    sign = "+" if change > 0 else "−" if change < 0 else ""
    return sign + number_text(abs(change) * 100, 1) + "\u202f%"


def pyramid(at: Desk) -> Pyramid | None:
    """Return people by age and sex, oldest first; None without such a table."""
    table = at.material.layer(AGES)
    if not isinstance(table, Table) or not {"age_group", "women", "men"} <= set(table.columns):
        return None
    rows = sorted(
        zip(*(table.columns[c] for c in ("age_group", "women", "men")), strict=True), key=_age, reverse=True
    )
    people = np.array([[float(w), float(m)] for _, w, m in rows])
    if not len(people) or not np.isfinite(people).any():
        return None
    longest, total = float(np.nanmax(people)), float(np.nansum(people))
    bars = tuple(
        _bar(_age_label(str(label)), w, m, longest, total)
        for (label, _, _), (w, m) in zip(rows, people, strict=True)
    )
    source = listed(s.attribution or s.file for s in table.sources)
    return Pyramid(
        say("People by age and sex"),
        bars,
        f"{date_text(table.date)}; {source}" if source else date_text(table.date),
    )


def _age_label(text: str) -> str:
    """Return an age group in the language that is spoken; one that cannot be read stays as its source writes it."""
    try:
        first, last = age_bounds(text)
    except AlmenaError:
        return text
    if last == OLDEST:
        return say("{age} and more", age=first)
    return str(first) if first == last else f"{first}{DASH}{last}"


def _age(row: tuple[Any, ...]) -> int:
    digits = re.search(r"\d+", str(row[0]))
    return int(digits.group()) if digits else -1


def _bar(label: str, women: float, men: float, longest: float, total: float) -> Bar:
    def text(count: float) -> str:
        """Return a count with its share of all people."""
        return (
            f"{number_text(count)} ({share_text(count / total)})" if np.isfinite(count) else say("not given")
        )

    def width(count: float) -> float:
        """Return the length of a bar in per cent of the longest."""
        return round(100 * count / longest, 1) if np.isfinite(count) and longest > 0 else 0.0

    return Bar(label, text(women), text(men), width(women), width(men))


def works(at: Desk) -> list[Block]:
    """Return the urban elements with what they depend on, their holes, and maps of access."""
    title = say("Eight urban elements, what each depends on, and the holes")
    boxes = tuple(_box(at, e) for e in urban_elements(at))
    return [Elements(title, boxes), *at.atlas.choropleths("works")]


def urban_elements(at: Desk) -> list[Element]:
    """Return the eight urban elements of the City Resilience Profiling Tool, in their order."""
    return [e for e in at.material.elements.values() if 1 <= e.number <= URBAN_ELEMENTS]


def _box(at: Desk, element: Element) -> ElementBox:
    cards = [c for c in at.material.cards.values() if c.element == element.id]
    headlines = at.facts.headlines
    known = Counter(c.component for c in cards if c.id in headlines and not headlines[c.id].is_missing)
    asked = Counter(c.component for c in cards if c.id in headlines)
    names = [*element.components, *(c for c in asked if c not in element.components)]
    every, urban = at.material.elements, urban_elements(at)
    needed_by = tuple((e.id, e.title) for e in urban if element.id in e.depends_on)
    shown = [c for c in cards if "works" in c.story]
    return ElementBox(
        id=element.id,
        title=f"{element.number}. {element.title}",
        needs=tuple((d, every[d].title) for d in element.depends_on if every.get(d) in urban),
        needed_by=needed_by,
        chips=tuple(Chip(from_table("elements", n), known[n], asked[n]) for n in names),
        numbers=at.maker.numbers_of("", shown),
    )
