"""Decide what each map shows, from what an edition may draw."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np
import shapely

from almena.geo.crs import reproject
from almena.model.data import Layer
from almena.model.observation import Observation
from almena.model.origin import Source
from almena.packs.language import count, from_table, say, spoken
from almena.packs.table import Row, read_table
from almena.publish.blocks import Cell, Grid, Key, Picture
from almena.publish.coverage import covered_area
from almena.publish.editions import SETTLEMENTS
from almena.publish.event import BEFORE, FLOOD, FLOOD_MAP, Event, dating_text
from almena.publish.facts import Facts
from almena.publish.figures import FigureMaker, value_texts
from almena.publish.maps.shapes import (
    Bounds,
    Drawn,
    MapJob,
    Style,
    area_outline,
    line_outline,
    outside,
    palette,
    steps,
)
from almena.publish.wording import capital, listed, number_text, share_text, with_unit

WATER, GREEN, STREETS = ("water_bodies", "rivers"), ("open_spaces", "forests"), "streets"
RANKED = 5
PEOPLE_REACHED = "exposure.flood_population"
ALL = 0.995  # told as 100 %: nothing is left to be hatched
ENOUGH = 0.5  # as the bound of coverage for discussion in packs/use_class.csv
_STREET_CREDIT = "OpenStreetMap"


@dataclass
class Atlas:
    """
    Compose the maps of a report and remember what has to be painted.

    Parameters
    ----------
    facts : Facts
        The run, already cut to its edition.
    event : Event or None
        The flood, when its outline is given.
    maker : FigureMaker
        Makes the cells of the lists beside the maps.
    """

    facts: Facts
    event: Event | None
    maker: FigureMaker
    jobs: list[MapJob] = field(default_factory=list)
    _layers: dict[str, Layer | None] = field(default_factory=dict)
    _grounds: dict[str, list[Drawn]] = field(default_factory=dict)
    _credits: list[Source] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.places = self.facts.material.places
        self.bounds = _with_margin(tuple(shapely.bounds(self.places.city)))
        self.pixel = (self.bounds[2] - self.bounds[0]) / 1000
        self.mask = outside(self.places.city, self.bounds, self.pixel)

    def minute(self) -> Picture:
        """Return the first map: the event over the neighbourhoods, or the city without one."""
        if self.event is None:
            return self.overview("minute.png")
        drawn = [*self._ground(), *self._event_layer(), *self._parts()]
        table = self._reached_list()
        ranked = self._most_people()[:RANKED]
        title = say("Where the water of {event} stood", event=self.event.name)
        last = len(ranked)
        told = say("Numbers 1 to {last} mark where most people lived inside the outline.", last=last)
        note = told if ranked else ""
        alt = self._event_alt(self.event.name)
        labels = self._rank_labels(ranked)
        return self._finish("minute.png", title, alt, drawn, note=note, table=table, labels=labels)

    def overview(self, file: str = "overview.png") -> Picture:
        """Return a map of land, water, green and, coarsely, informal settlements; no hazard and no people."""
        drawn = [*self._ground(green=True), *self._settlements(), *self._parts()]
        name = self.facts.material.name
        title = say("{city} and its neighbourhoods", city=name) if len(self.places) > 1 else name
        return self._finish(file, title, self._overview_alt(drawn), drawn)

    def _event_alt(self, event: str) -> str:
        name, parts = self.facts.material.name, len(self.places) - 1
        if not parts:
            return say("Outline of {event} over the area of {city}.", event=event, city=name)
        return count(
            "Outline of {event} over the {number} neighbourhood of {city}.",
            "Outline of {event} over the {number} neighbourhoods of {city}.",
            parts,
            event=event,
            city=name,
        )

    def _overview_alt(self, drawn: Sequence[Drawn]) -> str:
        name, parts = self.facts.material.name, len(self.places) - 1
        whole = say("{city} with its area", city=name)
        shown = count(
            "{city} with its {number} neighbourhood",
            "{city} with its {number} neighbourhoods",
            parts,
            city=name,
        )
        legend = listed(d.legend.lower() for d in drawn if d.legend)
        told = shown if parts else whole
        return say("{map}; shown: {legend}.", map=told, legend=legend) if legend else told + "."

    def blind(self) -> Picture | None:
        """Return where the street data end; None when there are none or they cover the city."""
        streets = self._layer(STREETS)
        if streets is None:
            return None
        covered = covered_area(streets, self.places.city, self.places.crs)
        share = shapely.area(covered) / shapely.area(self.places.city)
        if share > ALL:
            return None
        style = palette()
        blind = self._area(
            [shapely.difference(self.places.city, covered)], style["blind"], say("No street data")
        )
        lines = Drawn(line_outline(streets.geometry, self.pixel), style["street"], filled=False)
        drawn = [*self._ground(), lines, blind, *self._parts()]
        alt = say(
            "The street data cover {share} of the area; the hatched rest is unknown, not empty.",
            share=share_text(share),
        )
        holds = say("Every walking distance in this report holds for the covered part only.")
        note, title = f"{alt} {holds}", say("Where our street data end")
        return self._finish("blind.png", title, alt, drawn, note=note, credit_of=(STREETS,))

    def promised(self) -> Picture | None:
        """Return the older hazard map against the event; None unless both are given."""
        hazard = self._layer(FLOOD_MAP)
        if self.event is None or hazard is None:
            return None
        style = palette()
        reached = self._area(self._event_geometry(), style["event"], say("Reached, not on the map (missed)"))
        false = self._area(hazard.geometry, style["promise"], say("On the map, not reached"))
        hits = replace(
            false,
            style=replace(style["promise"], colour="none"),
            legend=say("On the map and reached (hit)"),
            key=replace(style["event"], hatch=style["promise"].hatch),
        )
        drawn = [*self._ground(), false, reached, hits, *self._parts()]
        dated = dating_text(self.event.map_dating, hazard)
        title = say("The map of flood-prone land against the flood")
        if self.event.map_dating != BEFORE:
            title = say("The map of flood-prone land against the flood (not a test)")
        alt = say(
            "Flood-prone land on the map, {dated}, drawn over the area that {event} reached.",
            dated=dated,
            event=self.event.name,
        )
        note = say("The map is {dated}.", dated=dated)
        return self._finish("promised.png", title, alt, drawn, note=note, credit_of=(FLOOD, FLOOD_MAP))

    def choropleths(self, chapter: str) -> list[Picture]:
        """Return the maps by neighbourhood that the table of maps asks for and the values allow."""
        rows = [r for r in read_table("choropleths.csv") if r["chapter"] == chapter]
        wanted = [r for r in rows if r["needs_event"] != "yes" or self.event is not None]
        return [p for row in wanted if (p := self._choropleth(row)) is not None]

    def _choropleth(self, row: Row) -> Picture | None:
        parts = self.facts.parts(row["indicator"])
        values = {place: o for place, o in parts.items() if not o.is_missing and covers_enough(o)}
        card = self.facts.material.cards.get(row["indicator"])
        if len(values) < 2 or card is None:
            return None
        ranked = sorted(values.values(), key=lambda o: (_sign(row) * (o.value or 0.0), o.place))
        drawn = [*self._classes(values, row, card.unit), *self._parts()]
        name = row["indicator"].replace(".", "-") + ".png"
        first = listed(
            f"{self.facts.place_names.get(o.place, o.place)} ({value_texts(o, card)[0]})" for o in ranked[:3]
        )
        marked = clear_first([value_texts(o, card)[0] for o in ranked])
        texts = _choropleth_texts(row, first, marked)
        table = self.ranking(ranked, texts.caption, row["indicator"])
        labels = self._rank_labels(ranked[:marked])
        shown_roles = tuple(dict.fromkeys(o.source.role for o in ranked[0].origins))
        return self._finish(
            name,
            texts.title,
            texts.alt,
            drawn,
            note=texts.note,
            table=table,
            labels=labels,
            credit_of=shown_roles,
        )

    def ranking(self, ranked: Sequence[Observation], caption: str, indicator: str) -> Grid:
        """Return the list that says the same as a map by neighbourhood."""
        rows = tuple(
            (
                Cell(f"{i}. {self.facts.place_names.get(o.place, o.place)}"),
                self.maker.cell(o),
            )
            for i, o in enumerate(ranked, start=1)
        )
        unit = self.facts.material.cards[indicator].unit
        head = (say("Neighbourhood"), with_unit(say("Value,"), unit))
        return Grid(caption, head, rows, first=RANKED, behind=self.maker.behind(indicator))

    def _classes(self, values: dict[str, Observation], row: Row, unit: str) -> list[Drawn]:
        cuts = [float(c) for c in row["cuts"].split()]
        class_of = {
            place: int(np.searchsorted(cuts, o.value or 0.0, side="right")) for place, o in values.items()
        }
        texts = _class_texts(cuts, unit)
        found = []
        for number, style in enumerate(steps()[: len(cuts) + 1]):
            shapes = [g for p, g in self._polygons() if class_of.get(p) == number]
            found.append(self._area(shapes, style, texts[number]))
        empty = [g for p, g in self._polygons() if p not in class_of]
        return [
            *found,
            *(
                [self._area(empty, palette()["nothing"], say("No value, or covers under half"))]
                if empty
                else []
            ),
        ]

    def _rank_labels(self, ranked: Sequence[Observation]) -> tuple[tuple[float, float, str], ...]:
        points = {p: shapely.point_on_surface(g) for p, g in self._polygons()}
        return tuple(
            (points[o.place].x, points[o.place].y, str(i))
            for i, o in enumerate(ranked, start=1)
            if o.place in points
        )

    def _ground(self, *, green: bool = False) -> list[Drawn]:
        style = palette()
        drawn = [self._area([self.places.city], style["ground"])]
        if green:
            drawn += self._of_roles(GREEN, style["green"], say("Parks and woods on the map"))
        return drawn + self._of_roles(WATER, style["water"], say("Water on the map"))

    def _of_roles(self, roles: Iterable[str], style: Style, legend: str) -> list[Drawn]:
        layers = [layer for role in roles if (layer := self._layer(role)) is not None]
        self._credits += [source for layer in layers for source in layer.sources]
        if legend not in self._grounds:
            self._grounds[legend] = self._ground_of(layers, style, legend)
        return self._grounds[legend]

    def _ground_of(self, layers: Iterable[Layer], style: Style, legend: str) -> list[Drawn]:
        found = []
        for layer in layers:
            area = shapely.get_dimensions(layer.geometry) == 2
            found.append(self._area(layer.geometry[area], style, legend))
            found.append(
                Drawn(
                    line_outline(layer.geometry[~area], self.pixel), replace(style, width=0.8), filled=False
                )
            )
            legend = ""
        return [d for d in found if len(d.outline.xy)]

    def _settlements(self) -> list[Drawn]:
        layer = self._layer(SETTLEMENTS)
        if layer is None:
            return []
        self._credits += layer.sources
        return [self._area(layer.geometry, palette()["settlement"], say("Informal settlements, coarse"))]

    def _event_layer(self) -> list[Drawn]:
        style = palette()
        shape = self._event_geometry()
        edge = Drawn(line_outline(shape, self.pixel), style["event_edge"], filled=False)
        return [self._area(shape, style["event"], say("Area reached by the water")), edge]

    def _event_geometry(self) -> Any:
        layer = self._layer(FLOOD)
        assert layer is not None
        self._credits += layer.sources
        return layer.geometry

    def _parts(self) -> list[Drawn]:
        shapes = [g for _, g in self._polygons()]
        return [Drawn(line_outline(shapes, self.pixel), palette()["part"], filled=False)] if shapes else []

    def _polygons(self) -> list[tuple[str, Any]]:
        return [(p.id, g) for p, g in zip(self.places.items[1:], self.places.geometry[1:], strict=True)]

    def _area(self, geometry: Any, style: Style, legend: str = "") -> Drawn:
        shapes = np.array(list(geometry), dtype=object)
        return Drawn(area_outline(shapes, self.pixel), style, filled=True, legend=legend)

    def _layer(self, role: str) -> Layer | None:
        """Return a role as a layer in the city's coordinate system, once."""
        if role not in self._layers:
            data = self.facts.material.layer(role)
            usable = isinstance(data, Layer) and len(data) > 0
            self._layers[role] = _moved(data, self.places.crs) if usable else None  # type: ignore[arg-type]
        return self._layers[role]

    def layer(self, role: str) -> Layer | None:
        """Return what the edition may draw of a role, in the city's coordinate system; None when there is nothing."""
        return self._layer(role)

    def _reached_list(self) -> Grid | None:
        ranked = self._most_people()
        caption = say("People inside the outline, by neighbourhood, most first")
        return self.ranking(ranked, caption, PEOPLE_REACHED) if ranked else None

    def _most_people(self) -> list[Observation]:
        parts = self.facts.parts(PEOPLE_REACHED).values()
        return sorted((o for o in parts if o.value), key=lambda o: (-(o.value or 0.0), o.place))

    def _finish(
        self,
        file: str,
        title: str,
        alt: str,
        drawn: Sequence[Drawn],
        *,
        note: str = "",
        table: Grid | None = None,
        labels: tuple[tuple[float, float, str], ...] = (),
        credit_of: tuple[str, ...] = (),
    ) -> Picture:
        in_words = spoken().direction == "ltr"
        credit = self._credit(credit_of)
        job = MapJob(file, self.bounds, tuple(drawn), self.mask, labels, credit, in_words)
        self.jobs.append(job)
        width, height = job.size
        keys = tuple(_key(d) for d in job.explained)
        return Picture(title, f"maps/{file}", alt, width, height, note, table, keys)

    def _credit(self, roles: tuple[str, ...]) -> str:
        wanted = {"boundary", "neighbourhoods", *roles}
        sources = [s for s in self.facts.material.sources if s.role in wanted] + self._credits
        self._credits = []
        names = [
            "© OpenStreetMap contributors" if _STREET_CREDIT in s.attribution else s.attribution
            for s in sources
        ]
        told = " · ".join(dict.fromkeys(n for n in names if n))
        if spoken().direction == "rtl":
            return told
        return say("Sources: {names}", names=told) if told else ""


def _key(drawn: Drawn) -> Key:
    style = drawn.key or drawn.style
    return Key(style.colour, bool(style.hatch), drawn.legend)


def covers_enough(observation: Observation) -> bool:
    """Tell whether a value speaks of at least half of its place; less would rank the data, not the place."""
    return observation.coverage is None or observation.coverage >= ENOUGH


def clear_first(shown: Sequence[str]) -> int:
    """Return how many of the first values, five at most, may be numbered: none that equals one without a number."""
    marked = min(RANKED, len(shown))
    while 0 < marked < len(shown) and shown[marked - 1] == shown[marked]:
        marked -= 1
    return marked


def _moved(layer: Layer, crs: str) -> Layer:
    move: Callable[[Any], Any] = lambda geometry: reproject(geometry, layer.crs, crs)  # noqa: E731
    covered = None if layer.covered is None else move(layer.covered)
    return layer.with_(crs=crs, geometry=np.asarray(move(layer.geometry), dtype=object), covered=covered)


def _with_margin(bounds: Any) -> Bounds:
    west, south, east, north = bounds
    margin = 0.02 * max(east - west, north - south)
    return west - margin, south - margin, east + margin, north + margin


def _sign(row: Row) -> float:
    return -1.0 if row["order"] == "high" else 1.0


def _class_texts(cuts: Sequence[float], unit: str) -> list[str]:
    texts = [number_text(c) for c in cuts]
    middle = [with_unit(say("{low} to under {high}", low=a, high=b), unit) for a, b in pairwise(texts)]
    lowest = capital(with_unit(say("under {number}", number=texts[0]), unit))
    return [lowest, *middle, with_unit(say("{number} and more", number=texts[-1]), unit)]


@dataclass(frozen=True)
class _Texts:
    """What is written around a map by neighbourhood."""

    title: str
    alt: str
    note: str
    caption: str


def _choropleth_texts(row: Row, first: str, last: int) -> _Texts:
    title = from_table("choropleths", row["title"])
    by_neighbourhood = say("{title}, by neighbourhood", title=title)
    if row["order"] == "high":
        return _Texts(
            by_neighbourhood,
            say("{title} by neighbourhood; the highest are {first}.", title=title, first=first),
            say("Numbers 1 to {last} mark the highest values.", last=last) if last else "",
            say("{title}, by neighbourhood, highest first", title=title),
        )
    return _Texts(
        by_neighbourhood,
        say("{title} by neighbourhood; the lowest are {first}.", title=title, first=first),
        say("Numbers 1 to {last} mark the lowest values.", last=last) if last else "",
        say("{title}, by neighbourhood, lowest first", title=title),
    )
