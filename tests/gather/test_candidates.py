"""A name may stand for several places: it is never the wrong one silently."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almena.gather.candidates import describe, find_candidates
from almena.gather.countries import check_country, code_of_two_letters, two_letters
from almena.gather.gazetteer import Listed, called, near_spellings, read_gazetteers
from almena.gather.geocoder import not_a_list, search
from almena.gather.open_source import Desk, Request
from almena.gather.source_terms import built_in_terms, read_addresses
from almena.model.problem import InputError
from almena.packs import read_table


def answer(number: int = 1, **changes: Any) -> dict[str, Any]:
    """Return a place as Nominatim tells it, with changes."""
    return {
        "osm_type": "relation",
        "osm_id": number,
        "lat": "-30.03",
        "lon": "-51.23",
        "category": "boundary",
        "type": "administrative",
        "place_rank": 16,
        "addresstype": "city",
        "name": "Porto Alegre",
        "display_name": "Porto Alegre, Rio Grande do Sul, Brazil",
        "address": {"state": "Rio Grande do Sul", "country_code": "br"},
        "namedetails": {"name": "Porto Alegre", "alt_name": "POA"},
        "extratags": {"population": "1332845"},
        "boundingbox": ["-30.27", "-29.93", "-51.30", "-51.01"],
        **changes,
    }


POINT = {"osm_type": "node", "category": "place", "type": "city"}


class Geocoder:
    """Answers as told: in the country asked for, and in the whole world."""

    def __init__(self, folder: Path, inside: Any, world: Any = ()) -> None:
        self.folder, self.told, self.asked = folder, {False: inside, True: world}, list[str]()

    @property
    def desk(self) -> Desk:
        return Desk("https://geocoder.example", "2026-11-20", self._ask)

    def _ask(self, wanted: Request) -> Path:
        self.asked.append(wanted.url)
        path = self.folder / "answer.json"
        path.write_text(json.dumps(self.told["countrycodes" not in wanted.url]), encoding="utf-8")
        return path


def find(geocoder: Geocoder, name: str = "Porto Alegre", country: str = "BRA", cities: Any = ()) -> Any:
    return find_candidates(name, country, geocoder.desk, cities)


def test_one_place_of_this_name_is_taken_without_a_question(tmp_path: Path) -> None:
    geocoder = Geocoder(tmp_path, [answer()])
    place = find(geocoder).only
    assert (place.id, place.name, place.country, place.population) == ("R1", "Porto Alegre", "BRA", 1_332_845)
    assert place.box == (-51.30, -30.27, -51.01, -29.93)
    assert place.point == (-51.23, -30.03)
    assert len(geocoder.asked) == 1
    assert "countrycodes=br" in geocoder.asked[0]
    assert "q=Porto+Alegre" in geocoder.asked[0]


def test_two_places_of_this_name_are_a_question(tmp_path: Path) -> None:
    other = answer(
        2, boundingbox=["-9", "-8", "-40", "-39"], address={"state": "Piauí", "country_code": "br"}
    )
    found = find(Geocoder(tmp_path, [answer(), other]))
    assert found.only is None
    assert [p.id for p in found.places] == ["R1", "R2"]
    assert "Piauí" in describe(found.places[1])


def test_an_outline_on_two_levels_is_a_question_too(tmp_path: Path) -> None:
    town = answer(2, extratags={"admin_level": "8"})
    found = find(Geocoder(tmp_path, [answer(extratags={"admin_level": "7"}), town]))
    assert [p.admin_level for p in found.places] == [7, 8]
    assert found.only is None


def test_the_point_that_marks_an_outline_is_the_same_place(tmp_path: Path) -> None:
    found = find(Geocoder(tmp_path, [answer(2, **POINT), answer(1)]))
    assert found.only.id == "R1"
    far = answer(3, **POINT, lat="-10.0")
    assert len(find(Geocoder(tmp_path, [answer(1), far])).places) == 2


def test_the_same_object_twice_is_one(tmp_path: Path) -> None:
    assert find(Geocoder(tmp_path, [answer(), answer()])).only.id == "R1"


def test_a_name_that_only_resembles_is_offered_and_not_taken(tmp_path: Path) -> None:
    other = answer(name="Porto Alegre do Norte", namedetails={}, display_name="Porto Alegre do Norte, Brazil")
    found = find(Geocoder(tmp_path, [other]))
    assert (found.only, found.are_namesakes, len(found.places)) == (None, False, 1)
    both = find(Geocoder(tmp_path, [other | {"osm_id": 9}, answer()]))
    assert both.only.id == "R1"  # the namesake goes before what only resembles


@pytest.mark.parametrize("typed", ["poa", "PORTO ALEGRE", "Pôrto Alegre"])
def test_other_names_accents_and_capitals_do_not_matter(tmp_path: Path, typed: str) -> None:
    assert find(Geocoder(tmp_path, [answer()]), typed).only.id == "R1"


@pytest.mark.parametrize(
    "changes",
    [
        {"category": "railway", "type": "station"},
        {"category": "place", "type": "suburb"},
        {"place_rank": 8},
        {"place_rank": 20},
        {"boundingbox": None},
        {"boundingbox": ["a", "b", "c", "d"]},
        {"address": []},
        {"osm_id": "x"},
        {"lon": None},
    ],
)
def test_what_is_no_city_or_not_whole_is_no_candidate(tmp_path: Path, changes: dict[str, Any]) -> None:
    geocoder = Geocoder(tmp_path, [answer(**changes)])
    assert search("Porto Alegre", "BRA", geocoder.desk) == []


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(answer())), json_values)
def test_no_oddity_of_an_answer_is_a_crash(tmp_path_factory: Any, key: str, value: Any) -> None:
    folder = tmp_path_factory.mktemp("odd")
    for place, names in search("X", "BRA", Geocoder(folder, [answer(**{key: value})]).desk):
        assert place.id[0].isalpha()
        assert names


def test_the_error_of_the_service_is_passed_on(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"error": "Bandwidth limit exceeded"}', encoding="utf-8")
    assert "Bandwidth limit exceeded" in not_a_list(path)
    path.write_text("{}", encoding="utf-8")
    assert not_a_list(path) == "the answer is no list of places"
    path.write_text("[]", encoding="utf-8")
    assert not_a_list(path) == ""


def test_a_country_without_the_place_is_told_where_there_is_one(tmp_path: Path) -> None:
    isle = answer(3, **POINT, address={"country_code": "st"})
    geocoder = Geocoder(tmp_path, [], [answer(), isle])
    with pytest.raises(InputError) as caught:
        find(geocoder, country="PRT")
    (problem,) = caught.value.problems
    assert "Brazil (--country BRA)" in problem.why
    assert "--country STP" in problem.why
    assert "Portugal (PRT)" in problem.where


def test_a_place_that_the_service_puts_into_another_country_does_not_count(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--country BRA"):
        find(Geocoder(tmp_path, [answer()], [answer()]), country="PRT")


def test_lists_of_cities_know_other_countries_too(tmp_path: Path) -> None:
    cities = [Listed("1", "Córdoba", "ARG", "", "a list"), Listed("2", "Cordoba", "ESP", "", "a list")]
    with pytest.raises(InputError, match=r"Argentina.*Spain"):
        find(Geocoder(tmp_path, []), "Cordoba", "BRA", cities)


def test_a_misspelled_name_is_answered_with_near_spellings_of_the_country_first(
    tmp_path: Path, mirror: Path
) -> None:
    cities = read_gazetteers(mirror)
    assert near_spellings("Porto Alegr", "BRA", cities)[0] == "Porto Alegre"
    with pytest.raises(InputError) as caught:
        find(Geocoder(tmp_path, []), "Porto Alegr", "BRA", cities)
    assert caught.value.problems[0].remedy.startswith("Did you mean Porto Alegre")
    with pytest.raises(InputError, match="folder"):
        find(Geocoder(tmp_path, []), "Qqqqqqqqq", "BRA", cities)


def test_the_lists_of_the_mirror_are_read_with_codes_and_people(mirror: Path) -> None:
    cities = read_gazetteers(mirror)
    assert len(cities) == 1_249 + 34_032
    here = called("porto alegre", cities)
    assert {(c.country, c.region) for c in here} == {("BRA", ""), ("BRA", "Rio Grande do Sul")}
    assert [c.population for c in here if c.point] == [3_917_000]
    assert read_gazetteers(None) == []


def test_people_are_taken_from_a_list_only_for_the_same_spot_and_named_so(tmp_path: Path) -> None:
    unknown = [answer(extratags={})]
    near = Listed("1", "Porto Alegre", "BRA", "", "a list", (-51.2, -30.05), 3_917_000)
    far = Listed("2", "Porto Alegre", "BRA", "", "a list", (-40.0, -8.5), 10_000)
    place = find(Geocoder(tmp_path, unknown), cities=[far, near]).only
    assert (place.population, place.population_from) == (3_917_000, "a list")
    assert "3,917,000 people (a list)" in describe(place)
    assert find(Geocoder(tmp_path, unknown), cities=[far]).only.population is None
    told = find(Geocoder(tmp_path, [answer()]), cities=[near]).only
    assert (told.population, told.population_from) == (1_332_845, "OpenStreetMap")


def test_a_candidate_says_what_tells_it_from_others(tmp_path: Path) -> None:
    line = describe(find(Geocoder(tmp_path, [answer(1, **POINT, extratags={})])).places[0])
    assert line == (
        "Porto Alegre, city, in Rio Grande do Sul, Brazil; number of people not told; "
        "30.030 S 51.230 W; no outline is mapped, only a point"
    )


def test_codes_of_countries_are_checked_and_offered() -> None:
    assert check_country(" bra ") == "BRA"
    for wrong, right in [("BR", "BRA"), ("Brazil", "BRA"), ("Brasil", "BRA"), ("Ivory Coast", "CIV")]:
        with pytest.raises(InputError, match=right):
            check_country(wrong)
    with pytest.raises(InputError, match="ISO 3166-1"):
        check_country("QQQQQQQ")


def test_every_country_has_one_short_code_and_back() -> None:
    rows = read_table("country_codes.csv")
    assert len(rows) > 215
    assert len({r["iso2"] for r in rows}) == len(rows)
    for row in rows:
        assert code_of_two_letters(two_letters(row["iso3"])) == row["iso3"]
    known = {r["iso3"] for r in read_table("countries.csv")}
    assert {r["iso3"] for r in rows} <= known
    assert {"AND": "ad", "STP": "st", "XKX": "xk"}.items() <= {
        r["iso3"]: two_letters(r["iso3"]) for r in rows
    }.items()


def test_other_addresses_are_read_from_a_table_and_wrong_ones_named_by_row(tmp_path: Path) -> None:
    table = tmp_path / "sources.csv"
    table.write_text("id,address,note\ngeocoder,https://maps.un.example/api/,ours\n", encoding="utf-8")
    assert read_addresses(table) == {"geocoder": "https://maps.un.example/api"}
    table.write_text("id,address\ngeocodr,https://a.example\nclimate,file:///etc/passwd\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_addresses(table)
    assert [p.where.rsplit(", ", 1)[1] for p in caught.value.problems] == ["row 2", "row 3"]
    assert "geocoder" in caught.value.problems[0].remedy
    table.write_text("name\nx\n", encoding="utf-8")
    with pytest.raises(InputError, match="lacks the column"):
        read_addresses(table)
    with pytest.raises(InputError, match="cannot be read"):
        read_addresses(tmp_path / "none.csv")


def test_every_built_in_source_states_its_terms() -> None:
    for terms in built_in_terms().values():
        assert terms.address.startswith("https://")
        assert not terms.address.endswith("/")
        assert terms.title
        assert terms.licence
        assert terms.attribution
        assert terms.sent
        assert terms.seconds_between > 0
        assert terms.estimate_bytes > 0
    assert built_in_terms()["geocoder"].seconds_between >= 1  # the usage policy of Nominatim: one a second
