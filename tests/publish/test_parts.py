"""The order of parts: severity before alphabet, numbers by size, the year by its months."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.publish import city

from almena.model.observation import Observation
from almena.packs.table import read_table
from almena.publish.facts import Facts
from almena.publish.parts import place_in_order


def part(dimension: str, name: str, period: str = "2022") -> Observation:
    return city.value("exposure.susceptible_area", 1.0, dimensions=((dimension, name),), period=period)


def told(dimension: str, *names: str) -> list[str]:
    """Return the parts of a breakdown as a report tells them."""
    whole = city.value("exposure.susceptible_area", 9.0)
    observations = (whole, *(part(dimension, n) for n in names))
    facts = Facts(city.material(observations=observations))
    return [o.dimensions[0][1] for o in facts.others("exposure.susceptible_area")]


def test_classes_are_told_by_severity_and_not_by_the_alphabet() -> None:
    assert told("class", "low", "high", "very high", "medium") == ["very high", "high", "medium", "low"]


def test_months_and_seasons_follow_the_year() -> None:
    months = [f"{n:02d}" for n in range(1, 13)]
    assert told("month", *reversed(months)) == months
    assert told("season", "March to May", "December to February") == ["December to February", "March to May"]


def test_numbers_are_told_by_size() -> None:
    assert told("return period", "50 years", "5 years", "20 years") == ["5 years", "20 years", "50 years"]
    assert told("age", "65 and more", "15 to 64", "under 15") == ["under 15", "15 to 64", "65 and more"]


def test_names_without_an_order_follow_the_alphabet_after_those_with_one() -> None:
    assert told("class", "zinc", "aluminium", "low") == ["low", "aluminium", "zinc"]


def test_of_equal_parts_the_older_comes_first() -> None:
    both = [part("sex", "men", "2022"), part("sex", "men", "2010")]
    assert [o.period for o in sorted(both, key=place_in_order)] == ["2010", "2022"]


@given(st.permutations([(r["dimension"], r["part"]) for r in read_table("part_order.csv")]))
def test_the_order_does_not_depend_on_how_the_parts_come(rows: list[tuple[str, str]]) -> None:
    found = sorted((part(*row) for row in rows), key=place_in_order)
    assert [place_in_order(o) for o in found] == sorted(place_in_order(part(*row)) for row in rows)
    classes = [o.dimensions[0][1] for o in found if o.dimensions[0][0] == "grade"]
    assert classes == ["very high", "high", "medium", "low"]


def test_no_two_parts_of_the_table_share_a_line() -> None:
    rows = [(r["dimension"], r["part"]) for r in read_table("part_order.csv")]
    assert len(rows) == len(set(rows))
