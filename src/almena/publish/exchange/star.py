"""One table of facts and the tables that explain its codes: the star that spreadsheets and dashboards expect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np
import shapely

from almena.geo.crs import WGS84, geodesic_areas, reproject
from almena.measure.dates import first_day, last_day
from almena.model.card import Card
from almena.model.observation import Observation
from almena.model.origin import Source
from almena.packs import load_grades
from almena.publish.editions import WITHHELD
from almena.publish.exchange.credits import all_terms
from almena.publish.exchange.readme import readme_lines
from almena.publish.exchange.sheets import Sheet, Value, sheet
from almena.publish.facts import Facts
from almena.publish.material import Material
from almena.publish.records import COLUMNS, dimensions_text, flat_rows
from almena.publish.words import words

Rows = Iterator[tuple[Value, ...]]
JOINT = "#"
_STAR = "star"
_AFTER_PERIOD = COLUMNS.index("period") + 1
_CODED = {"use": "use", "status": "status", "interval_kind": "cause"}
DEGREE_DIGITS = 6  # a tenth of a metre


def star(edition: Material) -> dict[str, Sheet]:
    """
    Return all tables of an edition by name, the facts first; worked out once for all outputs of a run.

    Parameters
    ----------
    edition : Material
        The run, already cut to its edition.
    """
    return edition.memo.once(
        _STAR, lambda: {name: sheet(name, rows(edition)) for name, rows in _ROWS.items()}
    )


def observation_id(observation: Observation) -> str:
    """Return the key of an observation: indicator, place, period and dimensions joined by a number sign."""
    parts = observation.indicator, observation.place, observation.period, dimensions_text(observation)
    return JOINT.join(parts)


def _observations(edition: Material) -> Rows:
    for observation, cells in zip(edition.observations, flat_rows(edition), strict=True):
        days = first_day(observation.period), last_day(observation.period)
        yield (*cells[:_AFTER_PERIOD], *days, *cells[_AFTER_PERIOD:], observation_id(observation))


def _cards(edition: Material) -> Rows:
    shown = {o.indicator for o in edition.observations}
    for card in edition.cards.values():
        if card.id in shown:
            yield _card_row(card, edition)


def _card_row(card: Card, edition: Material) -> tuple[Value, ...]:
    element = edition.elements.get(card.element)
    codes = "; ".join(f"{name}={code}" for name, code in card.codes.items())
    return (
        card.id, card.title, card.definition, card.unit, card.direction, card.decimals, card.denominator,
        card.element, element.title if element else "", card.component, codes, card.green, card.red,
        card.benchmark_source, card.benchmark_confidence, card.sensitivity, card.remedy, card.who, card.effort_hours,
    )  # fmt: skip


def _places(edition: Material) -> Rows:
    places = edition.places
    inside = reproject(shapely.point_on_surface(places.geometry), places.crs, WGS84)
    xy = np.round(shapely.get_coordinates(inside), DEGREE_DIGITS).tolist()
    areas = np.round(geodesic_areas(places.geometry, places.crs) / 1e6, 4).tolist()
    for place, (longitude, latitude), area in zip(places.items, xy, areas, strict=True):
        yield place.id, place.kind, place.name or place.id, longitude, latitude, area
    drawn = {place.id for place in places.items}
    others = {o.place: o for o in edition.observations if o.place not in drawn}
    for place_id, observation in others.items():
        yield place_id, observation.place_kind, observation.place_name, None, None, None


def all_sources(edition: Material) -> dict[str, Source]:
    """Return every file behind the edition by its key: what it is used for, its path, and its hash where two differ."""
    behind = (origin.source for o in edition.observations for origin in o.origins)
    found: dict[str, Source] = {}
    for source in dict.fromkeys([*edition.sources, *behind]):
        key = f"{source.role}:{source.file}"
        if key in found and found[key].sha256 != source.sha256:
            key = _hashed_key(source)
        found.setdefault(key, source)
    return found


def _hashed_key(source: Source) -> str:
    return f"{source.role}:{source.file}#{source.sha256[:12]}"


def _sources(edition: Material) -> Rows:
    for key, source in all_sources(edition).items():
        yield (
            key, source.role, source.file, source.url, source.licence, source.attribution, source.date,
            source.bytes_are, source.sha256, source.size, source.may_leave,
        )  # fmt: skip


def _observation_sources(edition: Material) -> Rows:
    keys = {(s.role, s.file, s.sha256): key for key, s in all_sources(edition).items()}
    for observation in edition.observations:
        places: dict[str, list[str]] = {}
        for origin in observation.origins:
            source = origin.source
            places.setdefault(keys[source.role, source.file, source.sha256], []).append(origin.locator)
        for key, locators in places.items():
            yield observation_id(observation), key, "; ".join(dict.fromkeys(filter(None, locators)))


def _observation_dimensions(edition: Material) -> Rows:
    for observation in edition.observations:
        for dimension, category in observation.dimensions:
            yield observation_id(observation), dimension, category


def _dimensions(edition: Material) -> Rows:
    counts = Counter(pair for o in edition.observations for pair in o.dimensions)
    for (dimension, category), count in sorted(counts.items()):
        yield dimension, category, count


def _gaps(edition: Material) -> Rows:
    facts = Facts(edition)
    for gap in [*facts.gaps, *facts.withheld]:
        card = edition.cards[gap.indicator]
        known = gap.reason.startswith(WITHHELD)
        remedy = gap.remedy or card.remedy
        yield gap.indicator, card.title, gap.reason, remedy, card.who, card.effort_hours, known


def _codes(edition: Material) -> Rows:  # noqa: ARG001 - the same signature for every table
    for column, kind in _CODED.items():
        for word in words(kind):
            yield column, word.id, word.word, word.meaning
    for grade in load_grades().values():
        yield "quality", grade.grade, grade.grade, grade.meaning


def _licences(edition: Material) -> Rows:
    for terms in all_terms(all_sources(edition).values()):
        named = "; ".join(terms.credits)
        yield (
            terms.licence,
            terms.title,
            terms.url,
            terms.attribution,
            terms.share_alike,
            named,
            terms.files,
        )


def _readme(edition: Material) -> Rows:
    yield from readme_lines(edition)


_ROWS: dict[str, Callable[[Material], Rows]] = {
    "observations": _observations,
    "cards": _cards,
    "sources": _sources,
    "gaps": _gaps,
    "places": _places,
    "dimensions": _dimensions,
    "codes": _codes,
    "licences": _licences,
    "observation_sources": _observation_sources,
    "observation_dimensions": _observation_dimensions,
    "readme": _readme,
}
