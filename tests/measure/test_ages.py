"""Age groups as statistics offices of many countries write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almena.measure.ages import OLDEST, age_bounds, persons_between
from almena.model.problem import AlmenaError
from measure.town import table


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("0 a 4 anos", (0, 4)),
        ("5 to 9", (5, 9)),
        ("5-9", (5, 9)),
        ("10 – 14", (10, 14)),
        ("15 à 19 ans", (15, 19)),
        ("20 bis 24 Jahre", (20, 24)),
        ("De 25 a 29 años", (25, 29)),
        ("65～69歳", (65, 69)),
        ("5 to under 10", (5, 9)),
        ("5 bis unter 10 Jahre", (5, 9)),
        ("7", (7, 7)),
        ("1 year", (1, 1)),
        ("1 ano", (1, 1)),
        ("42 лет", (42, 42)),
    ],
)
def test_closed_groups(text: str, bounds: tuple[int, int]) -> None:
    assert age_bounds(text) == bounds


@pytest.mark.parametrize(
    "text",
    [
        "80+",
        "80 +",
        "80 anos ou mais",
        "80 años y más",
        "80 y mas",
        "80 ans et plus",
        "80 years and over",
        "80 and older",
        "aged 80 plus",
        "≥ 80",
        ">=80",
        "80 und älter",
        "80 Jahre und mehr",
        "80 jaar en ouder",
        "80 anni e oltre",
        "80 lat i więcej",
        "80 ve üzeri",
        "80 tahun ke atas",
        "miaka 80 na zaidi",
        "80 лет и старше",
        "80岁及以上",
        "80歳以上",
        "80 سنة فأكثر",
    ],
)
def test_groups_open_above(text: str) -> None:
    assert age_bounds(text) == (80, OLDEST)


@pytest.mark.parametrize(
    "text",
    [
        "under 5",
        "less than 5 years",
        "below 5",
        "<5",
        "< 5 years",
        "menos de 5 anos",
        "menores de 5 años",
        "moins de 5 ans",
        "unter 5 Jahre",
        "meno di 5 anni",
        "kurang dari 5 tahun",
        "5岁以下",
    ],
)
def test_groups_open_below_end_before_the_age_they_name(text: str) -> None:
    assert age_bounds(text) == (0, 4)


@pytest.mark.parametrize("text", ["up to 4", "até 4 anos", "hasta 4 años", "bis 4 Jahre", "≤ 4"])
def test_groups_that_reach_up_to_an_age_include_it(text: str) -> None:
    assert age_bounds(text) == (0, 4)


def test_babies() -> None:
    assert age_bounds("less than 1 year") == (0, 0)
    assert age_bounds("Menos de 1 ano") == (0, 0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Total",
        "idade ignorada",
        "not stated",
        "9-5",
        "80 (2022)",
        "under 0",
        "1 2 3",
        "80 blah",
        "300",
        "9" * 30,
    ],
)
def test_what_is_no_age_group_is_refused_with_a_way_out(text: str) -> None:
    with pytest.raises(AlmenaError) as caught:
        age_bounds(text)
    assert repr(text) in caught.value.problems[0].what
    assert "codes" in caught.value.problems[0].remedy


@given(st.text(max_size=30))
def test_no_text_fails_in_another_way(text: str) -> None:
    try:
        first, last = age_bounds(text)
    except AlmenaError:
        return
    assert 0 <= first <= last <= OLDEST


@given(st.integers(0, 100), st.integers(0, 100), st.sampled_from(["{}-{}", "{} a {} anos", "from {} to {}"]))
def test_two_ages_in_order_are_the_bounds(one: int, other: int, form: str) -> None:
    low, high = sorted((one, other))
    assert age_bounds(form.format(low, high)) == (low, high)


# --- people between two ages ----------------------------------------------------------------------------------


def test_groups_inside_the_bounds_are_added_up() -> None:
    groups = table(
        "census_age_sex", age_group=["0-4", "5-9", "10-14", "15+"], women=[1, 2, 3, 4], men=[5, 6, 7, 8]
    )
    assert persons_between(groups, 0, 14) == (6, 18)
    assert persons_between(groups, 5, 9) == (2, 6)
    assert persons_between(groups, 0, OLDEST) == (10, 26)
    assert persons_between(groups, 15, OLDEST) == (4, 8)


def test_the_order_of_the_rows_does_not_matter() -> None:
    groups = table("census_age_sex", age_group=["15+", "0-4", "5-14"], women=[4, 1, 2], men=[8, 5, 6])
    assert persons_between(groups, 0, 14) == (3, 11)


def test_a_group_that_straddles_the_bounds_is_not_shared_out_in_silence() -> None:
    groups = table("census_age_sex", age_group=["0-19", "20+"], women=[1, 2], men=[3, 4])
    with pytest.raises(AlmenaError, match=r"'0-19' straddles 0–14 years"):
        persons_between(groups, 0, 14)


def test_groups_that_overlap_would_count_people_twice() -> None:
    groups = table("census_age_sex", age_group=["0-4", "5+", "80+"], women=[1, 2, 1], men=[1, 2, 1])
    with pytest.raises(AlmenaError, match="overlap") as caught:
        persons_between(groups, 0, 4)
    assert "twice" in caught.value.problems[0].why


@pytest.mark.parametrize("last", ["4-9", "0-9", "4"])
def test_one_shared_year_is_an_overlap(last: str) -> None:
    groups = table("census_age_sex", age_group=["0-4", last], women=[1, 1], men=[1, 1])
    with pytest.raises(AlmenaError, match="overlap"):
        persons_between(groups, 0, 4)


@pytest.mark.parametrize(("low", "high"), [(15, 24), (0, 10)])
def test_one_year_beyond_the_bounds_is_enough_to_straddle_them(low: int, high: int) -> None:
    groups = table("census_age_sex", age_group=["10-15", "16+"], women=[1, 1], men=[1, 1])
    with pytest.raises(AlmenaError, match="straddles"):
        persons_between(groups, low, high)
