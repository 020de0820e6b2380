"""The event: what it reached, who was there, and what had been promised before it."""

from __future__ import annotations

import numpy as np
import shapely

from almena.model.card import Card
from almena.model.data import Table
from almena.model.observation import Observation
from almena.publish.blocks import Block, Cell, Grid, Item, Points, Prose
from almena.publish.chapters.desk import Desk
from almena.publish.event import FLOOD_MAP, PLAN_LISTS, dating_text
from almena.publish.figures import dimension_text, source_text, value_texts
from almena.publish.wording import date_text, share_text

MOSTLY = 0.5  # a neighbourhood with more than this share of its area reached
PEOPLE, SHARE, AREA = "exposure.flood_population", "exposure.flood_population_share", "exposure.flood_area"
PUBLISHED = "exposure.flood_published_difference"
GROUP, SETTLED, REST = "group", "informal settlements", "rest of the city"


def reached(at: Desk) -> list[Block]:
    """Return what stood inside the outline, and how the counts differ from lists that others published."""
    assert at.event is not None
    sources = at.event.layer.sources
    text = (
        f"The outline is dated: {date_text(at.event.date)}. "
        + " ".join(f"Drawn by or taken from: {s.attribution or s.file}." for s in sources)
        + " A count inside it says what stood where the water came. It does not say what failed or for how long."
    )
    found: list[Block] = [Prose("The outline", text)]
    found += at.numbers("What stood inside the outline", at.facts.cards("reached"))
    published = published_differences(at)
    return [*found, *([published] if published else [])]


def published_differences(at: Desk) -> Grid | None:
    """Return the counts that others published beside ours; None when there is no such list."""
    lines = at.facts.others(PUBLISHED)
    if not lines:
        return None
    rows = tuple(_published_row(at, o) for o in lines)
    head = ("List", "Difference", "Counts", "Source")
    note = "A difference is shown, not mended: edges, dates and registers differ."
    return Grid("Our counts against published lists", head, rows, note=note)


def _published_row(at: Desk, observation: Observation) -> tuple[Cell, ...]:
    name = dimension_text(observation).removeprefix("list: ")
    return (
        Cell(name),
        Cell(
            value_texts(observation, at.material.cards[PUBLISHED])[0],
            use=at.maker.cell(observation).use,
            number=True,
        ),
        Cell(" ".join(note.removeprefix(f"{name}: ") for note in observation.notes)),
        Cell(source_text(observation, 2)),
    )


def places(at: Desk) -> list[Block]:
    """Return the neighbourhoods, those mostly under water, and settlements against the rest."""
    found: list[Block] = list(at.atlas.choropleths("places"))
    by_place = neighbourhood_table(at)
    found += [by_place] if by_place else []
    found.append(_mostly_reached(at))
    rest = settlements_against_rest(at)
    found += [rest] if rest else []
    return found + at.numbers("People and settlements in numbers", at.facts.cards("places"))


def neighbourhood_table(at: Desk) -> Grid | None:
    """Return people, share and area reached for each neighbourhood, most people first."""
    people, share, area = (at.facts.parts(i) for i in (PEOPLE, SHARE, AREA))
    listed = {p for part in (people, share, area) for p, o in part.items() if o.value or o.is_missing}
    if not listed:
        return None
    order = sorted(listed, key=lambda p: (-((people[p].value or 0.0) if p in people else 0.0), p))
    names, reached_share = at.facts.place_names, shares_reached(at)
    rows = tuple(
        (
            Cell(names.get(p, p)),
            at.maker.cell(people.get(p)),
            at.maker.cell(share.get(p)),
            Cell(share_text(reached_share[p]) if p in reached_share else "no value", number=True),
        )
        for p in order
    )
    head = ("Neighbourhood", "People inside the outline", "Share of its people, %", "Share of its area")
    note = "Neighbourhoods that the outline did not touch are left out."
    behind = at.maker.behind(PEOPLE, SHARE, AREA)
    return Grid("Neighbourhoods that the water reached", head, rows, first=15, note=note, behind=behind)


def shares_reached(at: Desk) -> dict[str, float]:
    """Return the share, 0 to 1, of each neighbourhood's area inside the outline."""
    places = at.material.places
    areas = dict(
        zip((p.id for p in places.items), np.asarray(shapely.area(places.geometry)) / 1e6, strict=True)
    )
    parts = at.facts.parts(AREA)
    return {
        p: min((o.value or 0.0) / areas[p], 1.0)
        for p, o in parts.items()
        if not o.is_missing and areas.get(p)
    }


def _mostly_reached(at: Desk) -> Points:
    shares = {p: s for p, s in shares_reached(at).items() if s > MOSTLY}
    ranked = sorted(shares, key=lambda p: (-shares[p], p))
    people = at.facts.parts(PEOPLE)
    items = tuple(
        Item(at.facts.place_names.get(p, p), _mostly_text(shares[p], people.get(p), at)) for p in ranked
    )
    title = "Islands: neighbourhoods with most of their area reached"
    return Points(title, items, "No neighbourhood had more than half of its area inside the outline.")


def _mostly_text(share: float, people: Observation | None, at: Desk) -> str:
    text = f"{share_text(share)} of the area"
    if people is None or people.is_missing:
        return f"{text}; number of people not shown"
    value, spread = value_texts(people, at.material.cards[PEOPLE])
    return f"{text}; {value}" + (f" ({spread})" if spread else "")


def settlements_against_rest(at: Desk) -> Grid | None:
    """Return every value that is also given for informal settlements and for the rest of the city."""
    rows = [row for card in at.material.cards.values() if (row := _rest_row(at, card)) is not None]
    head = ("Indicator", "Whole city", "Informal settlements", "Rest of the city")
    note = "All settlements together; no single settlement is named or ranked."
    return (
        Grid("Informal settlements against the rest of the city", head, tuple(rows), note=note)
        if rows
        else None
    )


def _rest_row(at: Desk, card: Card) -> tuple[Cell, ...] | None:
    by_group = {dict(o.dimensions).get(GROUP): o for o in at.facts.others(card.id)}
    inside = by_group.get(SETTLED)
    if inside is None:
        return None
    title = Cell(card.title, small=card.unit, href="#" + at.maker.figure(inside, full=False).anchor)
    return (title, *(at.maker.cell(o) for o in (at.facts.value(card.id), inside, by_group.get(REST))))


def promised(at: Desk) -> list[Block]:
    """Return maps and lists, each with its date against the event's, and how they fared."""
    assert at.event is not None
    hazard, lists = at.material.layer(FLOOD_MAP), at.material.layer(PLAN_LISTS)
    dates = Points(
        "What is dated before the event, and what is not",
        (
            Item("Map of flood-prone land", dating_text(at.event.map_dating, hazard)),
            Item("Neighbourhood lists of a plan", dating_text(at.event.list_dating, lists)),
        ),
    )
    picture, lengths = at.atlas.promised(), list_lengths(at)
    found: list[Block] = [dates, *([picture] if picture else []), *([lengths] if lengths else [])]
    return found + at.numbers("Hits, misses and false alarms in numbers", at.facts.cards("promised"))


def list_lengths(at: Desk) -> Grid | None:
    """Return how many neighbourhoods each list of the plan names, and their overlap; None without lists."""
    table = at.material.layer(PLAN_LISTS)
    if not isinstance(table, Table):
        return None
    named = {
        column: {str(v).strip() for v in values if v is not None and str(v).strip()}
        for column, values in table.columns.items()
    }
    rows = tuple(
        (
            Cell(column.replace("_", " ").capitalize()),
            Cell(str(len(names)), number=True),
            Cell(str(len(names & set().union(*(n for c, n in named.items() if c != column)))), number=True),
        )
        for column, names in named.items()
        if names
    )
    head = ("List", "Neighbourhoods named", "Of them also in another list")
    note = "None of these lists says which neighbourhoods were flooded."
    return Grid("The lists of the plan", head, rows, note=note) if rows else None


def no_event(at: Desk) -> list[Block]:
    """Return the one chapter of a city without an event file: what to load, and what is known all the same."""
    cards = [c for c in at.material.cards.values() if {"reached", "places", "promised"} & set(c.story)]
    known = [c for c in cards if at.facts.value(c.id) is not None]
    load = Item(
        "Load", "the outline of the area reached, as an authority drew it, with the date of the event"
    )
    lists = Item(
        "Better still", "a hazard map dated before the event, and registers of schools, hydrants and stops"
    )
    found: list[Block] = [Points("What would open these chapters", (load, lists))]
    return found + at.numbers("What is known all the same", known)
