"""Schools, hospitals, learning and informal settlements on the small town."""

from __future__ import annotations

import numpy as np
import pytest

from almena.measure.derived_facilities import real_hospitals, trusted_schools
from almena.measure.social_inclusion import (
    community_facilities,
    education_share,
    hospitals_per_100k,
    informal_settlement_census,
    informal_settlement_population,
    informal_settlement_share,
    literacy,
    pupils_count,
    schools_count,
)
from almena.model.data import Layer
from almena.model.observation import Result
from almena.model.place import Places
from almena.model.problem import AlmenaError
from measure.town import (
    box,
    layer,
    only_city,
    people_counted,
    points,
    population,
    settled,
    settlements,
    table,
    town,
)


def schools() -> Layer:
    """
    Return eight entries of a register: a kindergarten, a trusted school, one on the wrong side of the town, and a
    pile of five on one point in the south west.
    """
    xy = [(1500, 1500), (1500, 500), (1900, 1900), *[(500, 500)] * 5]
    return layer(
        "schools",
        points(*xy),
        primary_pupils=[0.0, 100, 80, *[60.0] * 5],
        secondary_pupils=[0.0, 0, 20, *[np.nan] * 5],
        pupils=[25.0, 100, 100, *[60.0] * 4, np.nan],
        sector=["private", "state", "state", *["municipal"] * 5],
        district=["", "South East", "South West", *[""] * 5],
    )


def quarters() -> Layer:
    made = town()
    return layer("neighbourhoods", made.geometry[1:], name=[p.name for p in made.items[1:]])


def counted(places: Places) -> tuple[Result, ...]:
    held = schools()
    return schools_count(held, trusted_schools(held, quarters(), places=places), places=places)


def test_the_city_has_all_its_schools_and_its_parts_only_those_that_are_surely_there(town: Places) -> None:
    headline = counted(town)[0]
    # seven teach; of them one is trusted, in the south east
    np.testing.assert_array_equal(headline.value, [7, 0, 1, 0, 0])
    np.testing.assert_array_equal(headline.causes[0].high, [7, 5, 1, 0, 1])
    np.testing.assert_array_equal(headline.causes[0].low, [7, 0, 1, 0, 0])
    assert headline.piled == pytest.approx(6 / 7)
    assert headline.notes[0].startswith("7 of 8 entries of the register teach")


def test_schools_are_told_apart_by_sector(town: Places) -> None:
    by_sector = {r.dimensions["sector"]: r.value[0] for r in counted(town)[1:]}
    # the kindergarten is private and no school
    assert by_sector == {"private": 0, "state": 2, "municipal": 5}


def test_schools_at_their_own_places_are_not_in_doubt(town: Places) -> None:
    held = layer("schools", points((500, 500), (1500, 500)), primary_pupils=[10.0, 10.0])
    headline = schools_count(held, trusted_schools(held, places=town), places=town)[0]
    assert headline.piled == 0
    np.testing.assert_array_equal(headline.value, [2, 1, 1, 0, 0])


def test_pupils_of_all_entries_are_added_up_and_blanks_are_not_zero(town: Places) -> None:
    found = pupils_count(schools(), trusted_schools(schools(), places=town), places=town)
    assert found.value[0] == 25 + 100 + 100 + 4 * 60
    assert "all levels" in found.notes[0]
    silent = layer("schools", points((0, 0)))
    assert "no enrolment" in pupils_count(silent, trusted_schools(silent, places=town), places=town).missing


def test_pupils_of_schools_outside_the_boundary_are_not_those_of_the_city(town: Places) -> None:
    held = layer("schools", points((500, 500), (9000, 500), (-10, 0)), pupils=[30.0, 999.0, np.nan])
    found = pupils_count(held, trusted_schools(held, places=town), places=town)
    assert found.value[0] == 30
    assert found.notes[1] == "999 pupils of schools without a position inside the boundary are not counted"
    alone = held.take(np.array([0]))
    assert len(pupils_count(alone, trusted_schools(alone, places=town), places=town).notes) == 1


def test_hospitals_are_set_against_the_census(town: Places) -> None:
    held = layer(
        "hospitals", points((500, 500), (1500, 500), (5000, 500)), amenity=["hospital", "clinic", "hospital"]
    )
    found = hospitals_per_100k(real_hospitals(held), people_counted(town), places=town)
    # one hospital inside for 3,600 people
    assert found.value[0] == pytest.approx(1e5 / 3600)
    assert found.notes[0] == "1 hospitals; people of the census of 2022"


def test_community_facilities_are_at_least_those_on_the_map(town: Places) -> None:
    found = community_facilities(layer("social_facilities", points((1, 1), (-1, -1))), places=town)
    np.testing.assert_allclose(found.value, only_city(1))
    assert found.notes[0].startswith("at least")


# --- learning -------------------------------------------------------------------------------------------------


def test_those_who_read_are_a_share_of_both_groups(town: Places) -> None:
    held = table("census_literacy", group=["literate", "illiterate"], persons=[980.0, 20.0])
    found = literacy(held, places=town)
    assert found.value[0] == pytest.approx(98.0)
    assert (found.numerator[0], found.denominator[0]) == (980, 1000)  # type: ignore[index]


def test_a_level_of_education_is_a_share_of_all_levels(town: Places) -> None:
    held = table("census_education", level=["none", "primary", "higher"], persons=[20.0, 50.0, 30.0])
    assert education_share(held, places=town, level="higher").value[0] == pytest.approx(30.0)
    with pytest.raises(AlmenaError, match="no row for 'doctorate'"):
        education_share(held, places=town, level="doctorate")


def test_a_total_among_the_levels_is_refused(town: Places) -> None:
    held = table("census_education", level=["none", "higher", "total"], persons=[2000.0, 3000.0, 5000.0])
    with pytest.raises(AlmenaError, match="own total"):
        education_share(held, places=town, level="higher")


# --- informal settlements -------------------------------------------------------------------------------------


def in_settlements(
    places: Places, drawn: Layer, counted_by_census: float | None = None
) -> tuple[Result, ...]:
    held = None
    if counted_by_census is not None:
        held = table("census_settlements", group=["outside", "inside"], persons=[3000.0, counted_by_census])
    return informal_settlement_population(drawn, settled(places, drawn), population(), held, places=places)


def test_people_are_counted_by_the_share_of_each_cell_inside(town: Places) -> None:
    # 440 m × 500 m: 4.4 columns of five cells, 220 people; by their centres four columns, 200
    headline, beside = in_settlements(town, settlements(box(400, 0, 840, 500)))
    np.testing.assert_allclose(headline.value, [220, 220, 0, 0, 0], atol=1e-3)
    assert headline.status == "modelled"
    np.testing.assert_allclose(headline.causes[0].low, [200, 200, 0, 0, 0], atol=1e-3)
    assert beside.value[0] == pytest.approx(200)
    assert beside.dimensions["rule"].startswith("cell centres")


def test_the_census_is_another_source_for_the_same_people(town: Places) -> None:
    headline, _ = in_settlements(town, settlements(), 200.0)
    by_census = headline.causes[1]
    assert (by_census.name, by_census.kind) == ("counted by the census", "sources")
    assert by_census.low[0] == pytest.approx(200)  # type: ignore[index]


def test_overlaps_count_once_in_the_headline_and_repeat_under_the_other_rule(town: Places) -> None:
    # two settlements of 250 people share 50 people; one of them reaches 100 m beyond the town
    drawn = settlements(box(0, 0, 500, 500), box(400, -100, 900, 500))
    headline, beside = in_settlements(town, drawn)
    assert headline.value[0] == pytest.approx(450, abs=1e-3)
    # 250 + 300: outlines neither joined nor clipped
    assert beside.value[0] == pytest.approx(550)


def test_settlements_where_nobody_lives_divide_nothing_by_nothing(town: Places) -> None:
    drawn = settlements(box(5000, 5000, 5100, 5100))
    headline, _ = in_settlements(town, drawn, 10.0)
    assert headline.value[0] == 0


def test_what_the_census_says_is_taken_over(town: Places) -> None:
    held = table("census_settlements", group=["inside", "outside"], persons=[500.0, 3100.0])
    assert informal_settlement_census(held, places=town).value[0] == 500
    assert informal_settlement_share(held, places=town).value[0] == pytest.approx(100 * 500 / 3600)
