"""City ID, worked out by hand for a town of four square kilometres."""

from __future__ import annotations

import numpy as np
import pytest

from almena.measure.derived_points import placed
from almena.measure.identity import (
    address_count,
    age_share,
    ageing_index,
    area,
    dependency_ratio,
    household_share,
    indigenous_population,
    median_age,
    minority_ethnic_share,
    population_census,
    population_density,
    population_growth,
    population_growth_long,
    population_raster,
    urban_share,
    women_share,
)
from almena.measure.population import population as population_of
from almena.model.place import Places
from almena.model.problem import AlmenaError
from measure.town import (
    KM2,
    boundary,
    box,
    census,
    everybody,
    layer,
    objects,
    only_city,
    people_counted,
    points,
    population,
    table,
)

AGES = table(
    "census_age_sex",
    age_group=["0 a 14 anos", "15 a 24 anos", "25 a 64 anos", "65 a 79 anos", "80 anos ou mais"],
    women=[100, 80, 250, 50, 20],
    men=[110, 90, 240, 40, 20],
)


# --- area -----------------------------------------------------------------------------------------------------


def test_the_area_is_that_of_the_ground(town: Places) -> None:
    found = area(boundary(), places=town)
    np.testing.assert_allclose(found.value, only_city(4 * KM2), rtol=1e-6)
    assert found.causes[0].kind == "enumerated"


def test_pieces_of_the_boundary_that_overlap_count_once(town: Places) -> None:
    two = layer("boundary", objects(box(0, 0, 1500, 2000), box(500, 0, 2000, 2000)))
    assert area(two, places=town).value[0] == pytest.approx(4 * KM2, rel=1e-6)


def test_another_outline_and_the_published_area_make_the_range(town: Places) -> None:
    smaller = layer("boundary", objects(box(0, 0, 2000, 1900)))
    territory = table("census_territory", year=[2022.0, 2010.0], area=[4.1, 9.9])
    found = area(boundary().with_(alternatives=(smaller,)), territory, places=town)
    outline, published = found.causes
    assert outline.low == outline.high == pytest.approx(3.8 * KM2, rel=1e-6)
    assert "boundary.csv" in outline.name
    # the latest of the published areas, wherever it stands in the table
    assert published.low == 4.1
    assert found.value[0] == pytest.approx(4 * KM2, rel=1e-6)


# --- people ---------------------------------------------------------------------------------------------------


def test_the_latest_census_is_the_headline_and_earlier_ones_stand_beside_it(town: Places) -> None:
    latest, *earlier = population_census(census((1970, 2000), (2022, 3600), (2010, 3000)), places=town)
    np.testing.assert_allclose(latest.value, only_city(3600))
    assert (latest.period, latest.status, dict(latest.dimensions)) == ("2022", "reported", {})
    assert latest.locators == {"census_table": "row 2"}
    assert [(r.value[0], r.period, r.dimensions["census"]) for r in earlier] == [
        (2000, "1970", "1970"),
        (3000, "2010", "2010"),
    ]


def test_a_census_row_without_year_or_count_is_left_out(town: Places) -> None:
    found = population_census(census((np.nan, 9), (2010, np.nan), (2022, 3600)), places=town)
    assert len(found) == 1


def test_the_raster_is_summed_unscaled_with_the_census_beside_it(town: Places) -> None:
    found = population_raster(everybody(town), population(), census(), places=town)
    np.testing.assert_allclose(found.value, [4000, 1000, 1000, 1000, 1000])
    assert (found.status, found.period) == ("modelled", "2020")
    centres, scaled = found.causes
    np.testing.assert_allclose(centres.low, found.value)
    # 3,600 of 4,000 people: nine of ten in each quarter
    np.testing.assert_allclose(scaled.low, [3600, 900, 900, 900, 900])
    assert scaled.kind == "sources"
    assert "+11.1 % people against the census of 2022" in found.notes[0]


def test_the_raster_may_stand_alone(town: Places) -> None:
    found = population_raster(everybody(town), population(), places=town)
    assert [c.kind for c in found.causes] == ["sensitivity"]
    assert found.notes == ()


def test_a_raster_without_people_divides_nothing_by_nothing(town: Places) -> None:
    found = population_raster(everybody(town, 0.0), population(0.0), census(), places=town)
    np.testing.assert_allclose(found.value, 0)
    assert np.isnan(found.causes[1].low[0])  # type: ignore[index]


def test_density_takes_the_census_for_the_city_and_the_scaled_raster_for_its_parts(town: Places) -> None:
    city, parts = population_density(
        boundary(), people_counted(town, census(), everybody(town)), everybody(town), places=town
    )
    assert city.value[0] == pytest.approx(3600 / (4 * KM2))
    assert city.period == parts.period == "2022"
    assert np.isnan(parts.value[0])
    np.testing.assert_allclose(parts.value[1:], 900 / KM2, rtol=1e-6)
    np.testing.assert_allclose(parts.causes[0].low[1:], 1000 / KM2, rtol=1e-6)  # type: ignore[index]
    assert "scaled to the census of 2022" in parts.notes[0]


def test_density_without_a_census_says_that_it_is_unscaled(town: Places) -> None:
    people = everybody(town)
    (found,) = population_density(boundary(), people_counted(town, None, people), people, places=town)
    assert found.value[0] == pytest.approx(4000 / (4 * KM2), rel=1e-6)
    assert found.notes == ("people of the raster of 2020, unscaled: no census is given",)
    assert found.period == "2020"


def test_density_without_any_count_is_refused(town: Places) -> None:
    with pytest.raises(AlmenaError, match="No count of people"):
        population_of(places=town)


def test_growth_is_compound(town: Places) -> None:
    # 1,000 -> 1,100 -> 1,210 over two decades: 0.957 % a year, ten times 1.00957 = 1.1
    three = census((2000, 1000), (2020, 1210), (2010, 1100))
    short, long = population_growth(three, places=town), population_growth_long(three, places=town)
    assert short.value[0] == pytest.approx(100 * (1.1**0.1 - 1))
    assert long.value[0] == pytest.approx(short.value[0])
    assert (short.period, long.period) == ("2010/2020", "2000/2020")


def test_a_town_that_shrinks_grows_below_zero(town: Places) -> None:
    assert population_growth(census((2010, 1000), (2020, 900)), places=town).value[0] < 0


def test_a_census_without_a_year_is_no_step_of_growth(town: Places) -> None:
    found = population_growth(census((2010, 1000), (2020, 1100), (np.nan, 5000)), places=town)
    assert found.value[0] == pytest.approx(100 * (1.1**0.1 - 1))


def test_one_census_shows_no_growth(town: Places) -> None:
    with pytest.raises(AlmenaError, match="needs two censuses"):
        population_growth(census((2022, 3600), (2010, np.nan)), places=town)


# --- groups ---------------------------------------------------------------------------------------------------


def test_an_age_group_is_a_share_of_all_and_of_each_sex(town: Places) -> None:
    # children: 210 of 1,000; girls 100 of 500; boys 110 of 500
    all_of_them, women, men = age_share(AGES, places=town, from_age=0, to_age=14)
    assert (all_of_them.value[0], women.value[0], men.value[0]) == (21.0, 20.0, 22.0)
    assert (all_of_them.numerator[0], all_of_them.denominator[0]) == (210, 1000)  # type: ignore[index]
    assert (women.dimensions, men.dimensions) == ({"sex": "women"}, {"sex": "men"})
    assert np.isnan(all_of_them.value[1:]).all()


def test_the_oldest_are_among_the_old(town: Places) -> None:
    old = age_share(AGES, places=town, from_age=65, to_age=200)[0].value[0]
    oldest = age_share(AGES, places=town, from_age=80, to_age=200)[0].value[0]
    assert (old, oldest) == (13.0, 4.0)


def test_dependants_are_counted_against_those_between(town: Places) -> None:
    # (210 children + 130 old) per 100 of 660 between
    everyone, women, men = dependency_ratio(AGES, places=town)
    assert everyone.value[0] == pytest.approx(100 * 340 / 660)
    assert (women.dimensions["sex"], women.value[0]) == ("women", pytest.approx(100 * 170 / 330))
    assert (men.dimensions["sex"], men.value[0]) == ("men", pytest.approx(100 * 170 / 330))
    everyone, women, men = ageing_index(AGES, places=town)
    assert everyone.value[0] == pytest.approx(100 * 130 / 210)
    assert (women.value[0], men.value[0]) == (pytest.approx(100 * 70 / 100), pytest.approx(100 * 60 / 110))


def test_the_median_age_lies_where_half_of_the_people_are_counted(town: Places) -> None:
    # women: 250 of 500 are needed; 180 are under 25, so 70 of the 250 people of 25 to 64 years, 40 years wide
    _, women, _ = median_age(AGES, places=town)
    assert women.value[0] == pytest.approx(25 + 40 * 70 / 250)
    assert (women.causes[0].low[0], women.causes[0].high[0]) == (25, 65)  # type: ignore[index]
    # all: 500 of 1,000; 380 are under 25
    assert median_age(AGES, places=town)[0].value[0] == pytest.approx(25 + 40 * 120 / 490)


def test_the_order_of_the_groups_does_not_move_the_median(town: Places) -> None:
    turned = table("census_age_sex", **{k: list(v)[::-1] for k, v in AGES.columns.items()})
    assert median_age(turned, places=town)[0].value[0] == median_age(AGES, places=town)[0].value[0]


def test_a_median_in_the_open_group_is_refused(town: Places) -> None:
    old = table("census_age_sex", age_group=["0-14", "15+"], women=[1, 9], men=[1, 9])
    with pytest.raises(AlmenaError, match="no closed age group"):
        median_age(old, places=town)


def test_a_town_of_nobody_has_no_median(town: Places) -> None:
    nobody = table("census_age_sex", age_group=["0-14", "15-99"], women=[0, 0], men=[0, 0])
    with pytest.raises(AlmenaError, match="no closed age group"):
        median_age(nobody, places=town)


def test_women_and_townspeople_are_shares_of_all_groups(town: Places) -> None:
    sexes = table("census_sex", sex=["men", "women"], persons=[480, 520])
    (women,) = women_share(sexes, places=town)
    assert women.value[0] == pytest.approx(52.0)
    assert women.locators == {"census_sex": "row 2"}
    urban = urban_share(table("census_urban_rural", group=["urban", "rural"], persons=[990, 10]), places=town)
    assert urban.value[0] == pytest.approx(99.0)


def test_women_are_counted_in_each_age_too(town: Places) -> None:
    sexes = table("census_sex", sex=["men", "women"], persons=[480, 520])
    headline, young, working, old = women_share(sexes, AGES, places=town)
    assert headline.used == ("census_sex",)
    assert [(r.dimensions["age"], r.value[0]) for r in (young, working, old)] == [
        ("under 15", pytest.approx(100 * 100 / 210)),
        ("15 to 64", pytest.approx(100 * 330 / 660)),
        ("65 and more", pytest.approx(100 * 70 / 130)),
    ]
    assert {r.used for r in (young, working, old)} == {("census_age_sex",)}


def test_a_total_in_the_table_is_not_a_third_sex(town: Places) -> None:
    with pytest.raises(AlmenaError, match="own total"):
        women_share(
            table("census_sex", sex=["men", "women", "all"], persons=[4800, 5200, 10000]), places=town
        )


def test_a_published_share_is_taken_over_as_it_is(town: Places) -> None:
    held = table("census_households", composition=["one person", "couple"], share=[29.0, 21.5])
    found = household_share(held, places=town, composition="couple")
    assert (found.value[0], found.status) == (21.5, "reported")
    assert found.locators == {"census_households": "row 2"}


def test_indigenous_people_are_those_of_the_total(town: Places) -> None:
    held = table("census_indigenous", group=["declared", "total"], persons=[40.0, 57.0])
    assert indigenous_population(held, places=town).value[0] == 57


def test_the_largest_group_is_found_in_the_table_not_named_in_the_code(town: Places) -> None:
    held = table("census_ethnicity", group=["a", "b", "c"], persons=[20.0, 70.0, 10.0])
    found = minority_ethnic_share(held, places=town)
    assert found.value[0] == pytest.approx(30.0)
    assert found.numerator[0] == pytest.approx(30.0)  # type: ignore[index]


def test_addresses_on_a_pile_are_counted_and_put_in_doubt(town: Places) -> None:
    homes = points(*[(500, 500)] * 5, (1500, 500), (1500, 1500), (5000, 5000))
    found = address_count(placed(layer("addresses", homes), town), places=town)
    np.testing.assert_array_equal(found.value, [7, 5, 1, 0, 1])
    np.testing.assert_array_equal(found.causes[0].low, [2, 0, 1, 0, 1])
    assert found.piled == pytest.approx(5 / 8)
