"""Who was there: neighbourhoods, islands, and informal settlements against the rest of the city."""

from __future__ import annotations

import numpy as np
import shapely

from almena.model.card import Card
from almena.model.observation import Observation
from almena.model.place import Places
from almena.packs.language import say
from almena.publish.blocks import Block, Cell, Grid, Item, Points
from almena.publish.chapters.desk import Desk
from almena.publish.chapters.sections import told
from almena.publish.chapters.unequal import compared
from almena.publish.figures import value_texts
from almena.publish.wording import share_text, unit_text

MOSTLY = 0.5  # a neighbourhood with more than this share of its area reached
APART = 30.0  # metres; assumed: wider than the slivers between polygons drawn apart, narrower than a river
PEOPLE, SHARE, AREA = "exposure.flood_population", "exposure.flood_population_share", "exposure.flood_area"


def places(at: Desk) -> list[Block]:
    """Return the neighbourhoods, those mostly reached, the islands, and settlements against the rest."""
    found: list[Block] = list(at.atlas.choropleths("places"))
    lists = (neighbourhood_table(at), mostly_reached(at), islands(at), settlements_against_rest(at))
    found += [block for block in lists if block is not None]
    return [*found, *told(at, "places").values()]


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
            Cell(share_text(reached_share[p]) if p in reached_share else say("no value"), number=True),
        )
        for p in order
    )
    head = (
        say("Neighbourhood"),
        say("People inside the outline"),
        say("Share of its people, %"),
        say("Share of its area"),
    )
    note = say("Neighbourhoods that the outline did not touch are left out.")
    behind = at.maker.behind(PEOPLE, SHARE, AREA)
    caption = say("Neighbourhoods that the water reached")
    return Grid(caption, head, rows, first=15, note=note, behind=behind)


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


def mostly_reached(at: Desk) -> Points | None:
    """Return the neighbourhoods with more than half of their area inside; None where no neighbourhood is known."""
    if not at.facts.parts(AREA):
        return None
    shares = {p: s for p, s in shares_reached(at).items() if s > MOSTLY}
    ranked = sorted(shares, key=lambda p: (-shares[p], p))
    people = at.facts.parts(PEOPLE)
    items = tuple(
        Item(at.facts.place_names.get(p, p), _mostly_text(shares[p], people.get(p), at)) for p in ranked
    )
    none = say("No neighbourhood had more than half of its area inside the outline.")
    return Points(say("Neighbourhoods with most of their area reached"), items, none)


def _mostly_text(share: float, people: Observation | None, at: Desk) -> str:
    of_area = share_text(share)
    if people is None or people.is_missing:
        return say("{share} of the area; number of people not shown", share=of_area)
    value, spread = value_texts(people, at.material.cards[PEOPLE])
    told = f"{value} ({spread})" if spread else value
    return say("{share} of the area; {people} inside the outline", share=of_area, people=told)


def islands(at: Desk) -> Points | None:
    """Return the neighbourhoods that touch no other with what the water reached of them; None without any."""
    ids = island_ids(at.material.places)
    shares, people = shares_reached(at), at.facts.parts(PEOPLE)
    items = tuple(
        Item(at.facts.place_names.get(p, p), _island_text(shares.get(p), people.get(p), at)) for p in ids
    )
    note = _together(at, ids)
    return Points(say("Islands (neighbourhoods that touch no other)"), items, note=note) if items else None


def island_ids(places: Places) -> list[str]:
    """Return the ids of the neighbourhoods farther than 30 m from every other one."""
    shapes = places.geometry[places.parts]
    if len(shapes) < 2:
        return []
    first, second = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=APART)
    near = set(first[first != second].tolist())
    return [place.id for i, place in enumerate(places.items[places.parts]) if i not in near]


def _island_text(share: float | None, people: Observation | None, at: Desk) -> str:
    if share is None:
        return say("how much of it the water reached is not known")
    return _mostly_text(share, people, at)


def _together(at: Desk, ids: list[str]) -> str:
    """Return what the islands weigh in the whole event, where all of them and the whole are known."""
    area, people = _share_of_whole(at, AREA, ids), _share_of_whole(at, PEOPLE, ids)
    if area and people:
        return say(
            "Together they are {area} of the area reached and {people} of the people inside the outline.",
            area=area,
            people=people,
        )
    if area:
        return say("Together they are {area} of the area reached.", area=area)
    return (
        say("Together they are {people} of the people inside the outline.", people=people) if people else ""
    )


def _share_of_whole(at: Desk, indicator: str, ids: list[str]) -> str:
    inside, whole = _sum(at, indicator, ids), _whole(at, indicator)
    return share_text(min(inside / whole, 1.0)) if inside is not None and whole else ""


def _sum(at: Desk, indicator: str, ids: list[str]) -> float | None:
    parts = at.facts.parts(indicator)
    values = [parts[i].value for i in ids if i in parts]
    return sum(v for v in values if v is not None) if values and None not in values else None


def _whole(at: Desk, indicator: str) -> float:
    city = at.facts.value(indicator)
    return (city.value or 0.0) if city is not None else 0.0


def settlements_against_rest(at: Desk) -> Grid | None:
    """Return every value that is also given for informal settlements and for the rest of the city."""
    rows = [row for card in at.material.cards.values() if (row := _rest_row(at, card)) is not None]
    head = (say("Indicator"), say("Whole city"), say("Informal settlements"), say("Rest of the city"))
    note = say("All settlements together; no single settlement is named or ranked.")
    caption = say("Informal settlements against the rest of the city")
    return Grid(caption, head, tuple(rows), note=note) if rows else None


def _rest_row(at: Desk, card: Card) -> tuple[Cell, ...] | None:
    inside, rest = compared(at, card)
    if inside is None:
        return None
    title = Cell(
        card.title, small=unit_text(card.unit), href="#" + at.maker.figure(inside, full=False).anchor
    )
    return (title, *(at.maker.cell(o) for o in (at.facts.value(card.id), inside, rest)))
