"""Places whose names or outlines leave a doubt: what decides, and what is said about it."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from tests.app.test_places import KIT, Shelf, box, layer, places, row_of

from almena.app.places import build_places


def test_a_column_of_empty_names_is_no_column_of_names() -> None:
    """Blank names would hide that older limits know better."""
    parts = layer([box(0), box(1)], name=["", None])
    older = layer([box(0), box(1)], name=["Old A", "Old B"])
    shelf = Shelf(boundary=row_of(2), neighbourhoods=parts, neighbourhood_statistics=older)
    found, notes = build_places(shelf, KIT)  # type: ignore[arg-type]
    assert [p.name for p in found.items[1:]] == ["Old A", "Old B"]
    what = "2 of 2 neighbourhoods took their name from older limits by the largest overlap"
    assert [n.what for n in notes] == [what]


def test_one_name_among_empty_ones_is_enough_to_ask_nobody_else() -> None:
    parts = layer([box(0), box(1)], name=["New A", None])
    older = layer([box(0), box(1)], name=["Old A", "Old B"])
    shelf = Shelf(boundary=row_of(2), neighbourhoods=parts, neighbourhood_statistics=older)
    found, _ = build_places(shelf, KIT)  # type: ignore[arg-type]
    assert [p.name for p in found.items[1:]] == ["New A", ""]


@pytest.mark.parametrize(("inside", "is_kept"), [(0.0005, False), (0.002, True)])
def test_a_thousandth_of_its_own_area_decides_whether_a_part_belongs_to_the_city(
    inside: float, is_kept: bool
) -> None:
    """
    Half a thousandth of a square inside the boundary is drawing error, two thousandths are a place.

    The share is of the part's own area: a large part is judged like a small one.
    """
    for size in (1.0, 2.0):
        parts = layer([box(0), box(2 - inside * size, 0, size)], name=["Centro", "Beyond"])
        boundary = layer([box(0, 0, 2)])
        shelf = Shelf(boundary=boundary, neighbourhoods=parts)
        whole = shapely.intersection(parts.geometry[1], boundary.geometry[0]).area
        share = whole / parts.geometry[1].area
        found, notes = build_places(shelf, KIT)  # type: ignore[arg-type]
        assert (share > 0.001) is is_kept
        assert ("Beyond" in [p.name for p in found.items]) is is_kept
        assert [n.what for n in notes] == ([] if is_kept else ["1 neighbourhoods lie outside the boundary"])


def test_what_is_said_of_whole_outlines_is_not_passed_on_as_a_defect() -> None:
    """Only a layer that holds less than there is (`at_least`) has lost an outline."""
    parts = layer([box(0), box(1)], name=["Centro", "Sul"])
    parts = parts.with_(role="neighbourhoods", notes=("the outline of Centro repaired",))
    shelf = Shelf(boundary=row_of(2), neighbourhoods=parts)
    assert build_places(shelf, KIT)[1] == []  # type: ignore[arg-type]


def test_a_broken_outline_of_the_city_is_mended_before_anything_is_cut_to_it() -> None:
    """A bow tie over two squares: its two triangles are 1/2 + 1/2 of a square of a million square metres each."""
    west, south, east, north = box(0, 0, 1).bounds
    bow = shapely.Polygon([(west, south), (east, north), (east, south), (west, north)])
    found, _ = build_places(Shelf(boundary=layer([bow])), KIT)  # type: ignore[arg-type]
    assert shapely.area(found.geometry).tolist() == pytest.approx([0.5e6])
    assert shapely.is_valid(found.geometry).all()


def test_two_outlines_of_the_city_are_one_city_and_overlaps_count_once() -> None:
    found, _ = build_places(Shelf(boundary=layer([box(0), box(0.5)])), KIT)  # type: ignore[arg-type]
    assert shapely.area(found.geometry).tolist() == pytest.approx([1.5e6])


def test_a_code_that_is_a_number_is_a_name_to_fall_back_on_and_nan_is_none() -> None:
    found, _ = places([None, None], code=[101, np.nan])
    assert [p.id for p in found.items[1:]] == ["neighbourhood-101", "neighbourhood-2"]
