"""Whom the street data leave out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely
from scipy.sparse import csr_matrix
from tests.publish import city

from almena.measure.derived_events import PeopleInside
from almena.measure.derived_people import People
from almena.model.data import Layer
from almena.publish.blocks import Grid
from almena.publish.chapters import known
from almena.publish.chapters.desk import set_up
from almena.publish.coverage import covered_area, street_coverage
from almena.publish.editions import for_edition
from almena.publish.event import find_event
from almena.publish.facts import Facts
from almena.publish.material import Material

TRANSIT = "mobility.transit_access_500m"


def cells(*columns: int, inside: tuple[float, ...]) -> dict[str, Any]:
    """Return people in cells in the middle of neighbourhoods, and how much of each cell the water reached."""
    xy = np.array([[city.EAST + (c + 0.5) * city.SIDE, city.NORTH + 0.5 * city.SIDE] for c in columns])
    count = np.array([100.0] * len(columns))
    one = csr_matrix(np.ones((1, len(columns))))
    origins = city.origins("population_grid", "flood_extent")
    people = People(
        crs=city.CRS, cell=np.arange(len(columns)), xy=xy, count=count, membership=one, origins=origins
    )
    wet = csr_matrix(np.array([inside]))
    return {
        "people": people,
        "people_in_event": PeopleInside(
            fraction=wet, persons=wet @ count, inner=0.0, outer=0.0, origins=origins
        ),
    }


def run(**held: Any) -> Material:
    """Return the public run of the invented city with some roles replaced."""
    return for_edition(city.material(layer={**city.layers(), **held}.get))


def shares(material: Material) -> dict[str, float]:
    """Return the shares covered."""
    return street_coverage(Facts(material), find_event(material))


def streets(**changes: Any) -> Layer:
    """Return the streets of the invented city."""
    found = city.layers()["streets"]
    assert isinstance(found, Layer)
    return found.with_(**changes)


def test_the_covered_area_is_cut_by_the_city() -> None:
    places = city.places()
    area = covered_area(streets(covered=city.square(-1, 0)), places.city, city.CRS)
    assert area.is_empty or area.area == 0.0
    whole = covered_area(streets(covered=shapely.box(0, 0, 1e7, 1e7)), places.city, city.CRS)
    assert whole.area == pytest.approx(places.city.area)


def test_streets_that_do_not_say_what_they_cover_cover_their_extent() -> None:
    lines = np.array(
        [shapely.LineString([(city.EAST, city.NORTH), (city.EAST + city.SIDE, city.NORTH + city.SIDE)])],
        dtype=object,
    )
    area = covered_area(streets(covered=None, geometry=lines), city.places().city, city.CRS)
    assert area.area == pytest.approx(city.SIDE**2)


def test_a_covered_area_in_degrees_is_moved_into_the_citys_system() -> None:
    from almena.geo.crs import reproject

    place = city.places()
    degrees = reproject(np.array([city.square(0, 0)], dtype=object), city.CRS, "EPSG:4326")[0]
    area = covered_area(streets(covered=degrees, crs="EPSG:4326"), place.city, city.CRS)
    assert area.area == pytest.approx(city.SIDE**2, rel=1e-3)


def test_area_people_and_settlements_have_their_own_shares() -> None:
    found = shares(run())
    # The covered box is 2.2 of 3 columns wide.
    assert found["Of the area of the city"] == pytest.approx(2.2 / 3)
    assert found["Of its people"] == pytest.approx(0.64)
    assert found["Of the people of informal settlements"] == pytest.approx(0.64)
    assert "Of the people inside the flood outline" not in found


def test_the_settlements_take_the_coverage_of_their_own_value() -> None:
    material = city.material()
    changed = tuple(
        replace(o, coverage=0.5) if o.indicator == TRANSIT and o.dimensions == city.SETTLED else o
        for o in material.observations
    )
    found = shares(for_edition(replace(material, observations=changed)))
    assert found["Of the people of informal settlements"] == 0.5
    assert found["Of its people"] == pytest.approx(0.64)


def test_flooded_people_count_by_the_centre_of_their_cell_and_the_water_in_it() -> None:
    # Columns 0 and 1 are covered; column 2 ends beyond 2.2 columns: its centre is not.
    found = shares(run(**cells(0, 1, 2, inside=(0.0, 0.5, 1.0))))
    assert found["Of the people inside the flood outline"] == pytest.approx(50 / 150)


def test_without_an_event_nobody_was_flooded() -> None:
    material = for_edition(city.material(event=False))
    assert "Of the people inside the flood outline" not in shares(material)
    dry = run(**cells(0, inside=(0.0,)))
    assert "Of the people inside the flood outline" not in shares(dry)


def test_without_streets_there_is_nothing_to_tell() -> None:
    assert street_coverage(Facts(for_edition(city.material(layer=lambda role: None))), None) == {}
    empty = streets(geometry=np.empty(0, dtype=object))
    assert shares(run(streets=empty)) == {}


def test_the_shares_stand_in_a_table_of_the_second_chapter() -> None:
    blocks = known.blocks(set_up(run(**cells(0, 2, inside=(1.0, 1.0)))))
    (grid,) = [b for b in blocks if isinstance(b, Grid) and b.caption == "Whom the street data cover"]
    texts = {row[0].text: row[1].text.replace("\u202f", " ") for row in grid.rows}
    assert texts == {
        "Of the area of the city": "73 %",
        "Of its people": "64 %",
        "Of the people of informal settlements": "64 %",
        "Of the people inside the flood outline": "50 %",
    }


def test_a_city_without_streets_has_no_such_table() -> None:
    blocks = known.blocks(set_up(for_edition(city.poor_material())))
    assert all(b.caption != "Whom the street data cover" for b in blocks if isinstance(b, Grid))
