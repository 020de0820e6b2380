"""What the indicators share: shares, names, look-ups in tables, flags."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from almena.measure.common import (
    by_place,
    cells_of,
    everyone,
    flags,
    in_metres,
    latest_census,
    lists,
    percent,
    piled,
    plain,
    ratio,
    row_of,
    square_kilometres,
    unknown,
)
from almena.model.place import Places
from almena.model.problem import AlmenaError
from measure.town import KM2, box, census, layer, objects, points, table


def test_a_share_of_nothing_is_not_known() -> None:
    np.testing.assert_allclose(percent([1, 1, 0], [4, 0, 5]), [25, np.nan, 0])
    np.testing.assert_allclose(ratio([1.0], [-2.0]), [np.nan])


def test_areas_are_those_of_the_ground_not_of_the_map() -> None:
    shapes = objects(box(0, 0, 1000, 1000), box(0, 0, 0, 0).centroid.buffer(0))
    np.testing.assert_allclose(square_kilometres(shapes, "EPSG:31982"), [KM2, 0], rtol=1e-6)


def test_points_are_counted_where_they_lie(town: Places) -> None:
    held = layer("hydrants", points((500, 500), (1500, 500), (1500, 600), (5000, 5000)))
    xy = in_metres(held, town)
    np.testing.assert_array_equal(by_place(xy, town), [3, 1, 2, 0, 0])
    np.testing.assert_array_equal(by_place(xy, town, np.array([1.0, 2, 3, 4])), [6, 1, 5, 0, 0])


def test_an_area_stands_at_a_point_inside_it(town: Places) -> None:
    # a horseshoe around the middle of the town: its centre of gravity lies in another quarter than it does
    horseshoe = box(100, 100, 900, 900).difference(box(150, 150, 900, 850))
    xy = in_metres(layer("parks", objects(horseshoe)), town)
    assert horseshoe.contains(points((0, 0))[0].__class__(*xy[0]))


def test_five_on_one_point_are_a_pile_and_four_are_not() -> None:
    four, five = [(1.0, 1.0)] * 4, [(2.0, 2.0)] * 5
    np.testing.assert_array_equal(
        piled(np.array(four + five + [(3.0, 3.0)])), [False] * 4 + [True] * 5 + [False]
    )
    assert piled(np.empty((0, 2))).shape == (0,)


def test_a_cause_may_be_named_without_numbers() -> None:
    cause = unknown("streets may be missing")
    assert cause.name == "streets may be missing"
    assert math.isnan(float(cause.low))
    assert math.isnan(float(cause.high))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("São José", "SAO JOSE"),
        ("Vila  Nova ", "vila-nova"),
        ("Jardim Itu-Sabará", "jardim itu sabara"),
        ("Straße", "STRASSE"),
        ("Київ", "київ"),
        ("東京", "東京"),
        ("القاهرة", "القاهرة"),
    ],
)
def test_names_meet_whatever_their_spelling(one: str, other: str) -> None:
    assert plain(one) == plain(other) != ""


def test_names_of_any_script_stay_apart() -> None:
    assert len({plain(name) for name in ("東京", "大阪", "القاهرة", "الجيزة", "Київ")}) == 5


@given(st.text(max_size=20))
def test_a_plain_name_is_as_plain_as_it_gets(text: str) -> None:
    assert plain(plain(text)) == plain(text)


def test_a_row_is_found_by_its_word() -> None:
    held = table("census_sex", sex=["Women", "Men"], persons=[3, 4])
    assert row_of(held, "sex", "women") == 0
    assert row_of(held, "sex", "men") == 1


def test_a_word_that_is_not_there_names_those_that_are() -> None:
    held = table("census_sex", sex=["Mulheres", "Homens"], persons=[3, 4])
    with pytest.raises(AlmenaError) as caught:
        row_of(held, "sex", "women")
    problem = caught.value.problems[0]
    assert "census_sex" in problem.what
    assert "Mulheres, Homens" in problem.why
    assert "codes" in problem.remedy


def test_cells_are_named_as_far_as_the_format_names_them() -> None:
    plain_table = table("census_sex", sex=["women"], persons=[3])
    assert cells_of(plain_table, ("sex", "persons"), 0) == "row 1"
    addressed = plain_table.with_(cells={"persons": ("Sheet1!B2",), "sex": ("Sheet1!A2",)})
    assert cells_of(addressed, ("sex", "persons"), 0) == "Sheet1!A2; Sheet1!B2"
    assert cells_of(addressed, ("persons", "persons"), 0) == "Sheet1!B2"
    assert cells_of(addressed, ("persons",), 7) == "row 8"


def test_the_latest_census_need_not_stand_last() -> None:
    assert latest_census(census((2022, 30), (1970, 10), (2010, 20))) == (2022, 30.0, 0)


def test_a_census_without_a_count_does_not_count() -> None:
    assert latest_census(census((2010, 20), (2022, np.nan), (np.nan, 99), (2021, 0))) == (2010, 20.0, 0)
    with pytest.raises(AlmenaError, match="holds no count"):
        latest_census(census((2022, np.nan)))


def test_everyone_is_the_sum_of_the_groups() -> None:
    assert everyone(table("census_sex", sex=["women", "men"], persons=[3.0, 4.0])) == 7
    assert everyone(table("census_sex", sex=["women", "men"], persons=[4.0, 4.0])) == 8
    assert everyone(table("census_ethnicity", group=["a", "b", "c"], persons=[3.0, np.nan, 4.0])) == 7


def test_a_table_with_its_own_total_would_count_everybody_twice() -> None:
    held = table("census_sex", sex=["women", "men", "total"], persons=[3000.0, 4001.0, 7001.0])
    with pytest.raises(AlmenaError, match="own total") as caught:
        everyone(held)
    assert "where" in caught.value.problems[0].remedy


def test_half_of_the_people_are_no_total_when_they_are_few_or_not_exactly_half() -> None:
    assert everyone(table("census_sex", sex=["a", "b", "c"], persons=[3.0, 4.0, 7.0])) == 14
    assert everyone(table("census_sex", sex=["a", "b", "c"], persons=[3000.0, 4000.0, 7001.0])) == 14001


def test_a_flag_that_is_not_set_says_neither_yes_nor_no() -> None:
    three = points((0, 0), (1, 1), (2, 2))
    yes, no = flags(layer("hydrants", three, operable=[1.0, 0.0, np.nan]), "operable")
    assert yes.tolist() == [True, False, False]
    assert no.tolist() == [False, True, False]
    yes, no = flags(layer("hydrants", three, operable=[True, False, True]), "operable")
    assert yes.tolist() == [True, False, True]
    assert no.tolist() == [False, True, False]
    yes, no = flags(
        layer("hydrants", three, operable=np.array([True, None, False], dtype=object)), "operable"
    )
    assert yes.tolist() == [True, False, False]
    assert no.tolist() == [False, False, True]
    yes, no = flags(layer("hydrants", three), "operable")
    assert not yes.any()
    assert not no.any()


def test_a_text_that_is_not_there_is_the_default() -> None:
    held = layer("schools", points((0, 0), (1, 1)), sector=np.array(["state", None], dtype=object))
    assert lists(held, "sector", "?").tolist() == ["state", "?"]
    assert lists(held, "nothing").tolist() == ["", ""]
