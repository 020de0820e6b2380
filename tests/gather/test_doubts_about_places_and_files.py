"""What a first look takes for granted: degrees, doubtful marks, shares of values, and which namesake is meant."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.gather.test_candidates import POINT, Geocoder, answer, find

from almena.gather.candidates import describe
from almena.gather.facts import Column, FileFacts, are_degrees, has_two_readings, plain
from almena.gather.gazetteer import Listed
from almena.model.observation import Observation
from almena.model.problem import InputError


@pytest.mark.parametrize(
    ("box", "may_be"),
    [
        ((-180.0, -90.0, 180.0, 90.0), True),
        ((0.0, -90.0, 360.0, 90.0), True),
        ((-180.5, -90.5, 180.5, 90.5), True),
        ((0.0, 0.0, 361.0, 1.0), True),
        ((-181.0, 0.0, 0.0, 1.0), False),
        ((0.0, 0.0, 361.5, 1.0), False),
        ((0.0, -91.0, 1.0, 0.0), False),
        ((0.0, 0.0, 1.0, 91.0), False),
        ((5.0, 0.0, 4.0, 1.0), False),
        ((0.0, 5.0, 1.0, 4.0), False),
        ((3.0, 4.0, 3.0, 4.0), True),
        ((480_000.0, 10.0, 481_000.0, 20.0), False),
        ((float("nan"), 0.0, 1.0, 1.0), False),
    ],
)
def test_what_may_be_degrees(box: tuple[float, float, float, float], may_be: bool) -> None:
    """The earth ends at 180 (or, counted on, 360) and 90; a coarse raster reaches half a cell of a degree beyond."""
    assert are_degrees(box) is may_be


@pytest.mark.parametrize(
    ("texts", "is_doubtful"),
    [
        (["1.234", "5.678"], True),
        (["1,234", "", " 12 "], True),
        (["-1.234"], True),
        (["1.234", "1,234"], False),
        (["1.234", "1.5"], False),
        (["1.234", "12345"], False),
        (["1.234", "-1234"], False),
        (["0.234"], False),
        (["1234.567"], False),
        (["1.234.567"], False),
        (["12", "13"], False),
        ([], False),
    ],
)
def test_only_a_lone_mark_before_three_figures_is_in_doubt(texts: list[str], is_doubtful: bool) -> None:
    """``0.234`` parts no thousands, beside 12345 nobody parts them, and two marks settle each other."""
    assert has_two_readings(texts) is is_doubtful


def test_the_share_is_of_all_sampled_rows_and_the_commonest_of_the_filled_ones() -> None:
    """Of four rows two say yes and one is blank: 2 of 4 match; as written, one of the three filled ones is ``Sim``."""
    column = Column("open", ("Sim ", "sim", "", "não"))
    assert column.share(re.compile("sim")) == 0.5
    assert Column("open", ("sim", "sim")).common() == ("sim", 1.0)
    assert column.common() == ("Sim", pytest.approx(1 / 3))
    assert column.share(re.compile("si")) == 0.0
    assert Column("open").share(re.compile("sim")) == 0.0
    assert Column("open", ("", "")).common() == ("", 0.0)


def test_a_column_is_found_by_its_whole_name() -> None:
    facts = FileFacts(Path("a.csv"), "table", columns=(Column("name"), Column("names", number=2)))
    found = facts.column("names")
    assert found is not None
    assert found.number == 2
    assert facts.column("nam") is None


@pytest.mark.parametrize(("one", "other"), [("São Tomé", " SAO TOME "), ("ﬁne", "fine"), ("Ａ", "a")])
def test_accents_capitals_and_letterforms_do_not_tell_names_apart(one: str, other: str) -> None:
    assert plain(one) == plain(other)


def test_a_point_of_another_name_inside_an_outline_is_another_place(tmp_path: Path) -> None:
    """Both are called Porto Alegre by someone, but the point bears its own name: it stays a question."""
    inside = answer(2, **POINT, name="Ilha", namedetails={"name": "Ilha", "alt_name": "Porto Alegre"})
    found = find(Geocoder(tmp_path, [answer(1), inside]))
    assert [p.id for p in found.places] == ["R1", "N2"]
    assert found.only is None


@pytest.mark.parametrize(
    ("lat", "lon", "is_inside"),
    [("-30.27", "-51.30", True), ("-29.93", "-51.01", True), ("-30.28", "-51.2", False),
     ("-29.92", "-51.2", False), ("-30.1", "-51.31", False), ("-30.1", "-51.00", False)],
)  # fmt: skip
def test_a_point_stands_for_an_outline_only_between_its_four_sides(
    tmp_path: Path, lat: str, lon: str, is_inside: bool
) -> None:
    """The box reaches from 51.30 to 51.01 west and from 30.27 to 29.93 south, its edges included."""
    found = find(Geocoder(tmp_path, [answer(1), answer(2, **POINT, lat=lat, lon=lon)]))
    assert (len(found.places) == 1) is is_inside


def test_people_of_a_namesake_across_the_border_are_not_counted(tmp_path: Path) -> None:
    """Twin towns on a border share name and spot: the number of one is not that of the other."""
    twin = Listed("1", "Porto Alegre", "URY", "", "a list", (-51.2, -30.05), 90_000)
    place = find(Geocoder(tmp_path, [answer(extratags={})]), cities=[twin]).only
    assert place.population is None
    assert place.population_from == ""


@pytest.mark.parametrize(("degrees", "is_near"), [(0.4, True), (0.6, False)])
def test_a_list_may_be_half_a_degree_off_in_either_direction(
    tmp_path: Path, degrees: float, is_near: bool
) -> None:
    for east, north in ((degrees, 0), (-degrees, 0), (0, degrees), (0, -degrees)):
        spot = (-51.23 + east, -30.03 + north)
        listed = Listed("1", "Porto Alegre", "BRA", "", "a list", spot, 1_000)
        place = find(Geocoder(tmp_path, [answer(extratags={})]), cities=[listed]).only
        assert (place.population == 1_000) is is_near


@pytest.mark.parametrize(
    ("lat", "lon", "said"),
    [("0", "0", "0.000 N 0.000 E"), ("-0.5", "0.5", "0.500 S 0.500 E"), ("0.5", "-0.5", "0.500 N 0.500 W")],
)
def test_the_side_of_the_equator_and_of_greenwich_is_said(
    tmp_path: Path, lat: str, lon: str, said: str
) -> None:
    place = find(Geocoder(tmp_path, [answer(1, **POINT, lat=lat, lon=lon)])).places[0]
    assert said in describe(place)


def test_only_places_of_exactly_this_name_are_offered_in_other_countries(tmp_path: Path) -> None:
    """The service holds Alegrete (Argentina here) for alike; only Portugal has a Porto Alegre."""
    alike = answer(
        1, name="Alegrete", namedetails={}, display_name="Alegrete", address={"country_code": "ar"}
    )
    same = answer(2, address={"country_code": "pt"})
    with pytest.raises(InputError) as error:
        find(Geocoder(tmp_path, [], [alike, same]), country="URY")
    problem = error.value.problems[0]
    assert problem.what == "The country has no place of this name."
    assert "PRT" in problem.why
    assert "ARG" not in problem.why
    assert problem.remedy == "Give the right country."


@pytest.mark.parametrize(
    ("kind", "dimensions", "is_headline"),
    [
        ("city", (), True),
        ("country", (), True),
        ("neighbourhood", (), False),
        ("city", (("sex", "women"),), False),
    ],
)
def test_the_headline_speaks_of_the_whole_city_and_of_all_its_people(
    kind: str, dimensions: tuple[tuple[str, str], ...], is_headline: bool
) -> None:
    one = Observation("people.number", "city", "2022", kind, dimensions=dimensions, value=0.0)
    assert one.is_headline is is_headline
    assert not one.is_missing
