"""A kit drafted from a folder that holds nothing but one OpenStreetMap extract."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from almena.gather.draft import draft_kit
from almena.gather.draft_city import country_of_outline
from almena.gather.kit import parse_kit
from almena.gather.probe import probe
from almena.gather.probe_extract import look_into_extract
from almena.model.problem import InputError
from almena.packs import load_roles
from harmonise.osm_town import Town

STEP = 0.01
ADMIN = {"type": "boundary", "boundary": "administrative"}


def square(town: Town, first: int, west: float, south: float, side: float) -> list[int]:
    """Add four nodes and the four ways between them; return the ways."""
    corners = [(west, south), (west + side, south), (west + side, south + side), (west, south + side)]
    for n, (x, y) in enumerate(corners):
        town.node(first + n, x, y)
    for n in range(4):
        town.way(first + n, [first + n, first + (n + 1) % 4], {})
    return [first + n for n in range(4)]


def district() -> Town:
    """Return a town of 0.04 degrees with two quarters, a street and a school; nothing in it has a telling name."""
    town = Town()
    whole = square(town, 10, 0, 0, 4 * STEP)
    west, east = square(town, 20, 0, 0, 2 * STEP), square(town, 30, 2 * STEP, 0, 2 * STEP)
    for number, ways, level, name in (
        (1, whole, "8", "Vila"),
        (2, west, "10", "Oeste"),
        (3, east, "10", "Leste"),
    ):
        town.ring(number, [(w, "outer") for w in ways], {**ADMIN, "admin_level": level, "name": name})
    town.way(90, [10, 12], {"highway": "residential"})
    town.node(50, STEP, STEP, amenity="school", name="Escola")
    return town


def test_one_extract_fills_all_roles_it_holds_and_asks_which_place_is_the_city(tmp_path: Path) -> None:
    path = district().write(tmp_path)
    draft = draft_kit(tmp_path)
    assert draft.kit.roles == ("boundary", "neighbourhoods", "streets", "schools")
    assert {f.path for f in draft.kit.files} == {path.name}
    assert {f.licence for f in draft.kit.files} == {"ODbL-1.0"}
    assert draft.kit.files[0].where == {"id": ("relation/1",)}
    assert draft.kit.name == "Vila"
    which, parts = (q for q in draft.questions if q.id != "city.country")
    assert which.id == f"which:{path.name}"
    assert [c.value for c in which.candidates] == ["relation/1", "relation/2", "relation/3", "leave-out"]
    assert which.candidates[0].why.startswith("Vila, admin level 8, 19.")
    assert parts.candidates[0].why == "2 areas that fill 50 % of the city"


def test_areas_that_fill_less_than_half_of_the_city_are_only_offered(tmp_path: Path) -> None:
    town = Town()
    whole = square(town, 10, 0, 0, 4 * STEP)
    town.ring(1, [(w, "outer") for w in whole], {**ADMIN, "admin_level": "8", "name": "Vila"})
    for number, first in ((2, 20), (3, 30)):
        part = square(town, first, (number - 2) * 2 * STEP, 0, STEP)
        town.ring(number, [(w, "outer") for w in part], {**ADMIN, "admin_level": "10", "name": f"Q{number}"})
    town.write(tmp_path)
    draft = draft_kit(tmp_path)
    assert draft.kit.roles == ("boundary",)
    (parts,) = (q for q in draft.questions if q.id.startswith("parts:"))
    assert (parts.default, parts.candidates[0].why) == ("leave-out", "2 areas that fill 12 % of the city")


def test_quarters_that_fill_half_of_the_city_are_its_parts(tmp_path: Path) -> None:
    town = district()
    north = square(town, 40, 0, 2 * STEP, 2 * STEP)
    town.ring(4, [(w, "outer") for w in north], {**ADMIN, "admin_level": "10", "name": "Norte"})
    town.write(tmp_path)
    kit = draft_kit(tmp_path).kit
    (parts,) = kit.of_role("neighbourhoods")
    assert parts.where == {"admin_level": ("10",)}
    assert parts.gaps == "leave-out"


def test_another_place_may_be_answered(tmp_path: Path) -> None:
    path = district().write(tmp_path)
    draft = draft_kit(tmp_path, answers={f"which:{path.name}": "relation/2", "city.country": "BRA"})
    assert (draft.kit.name, draft.kit.country) == ("Oeste", "BRA")
    assert draft.kit.files[0].where == {"id": ("relation/2",)}
    assert draft.questions == ()


def test_without_an_outline_the_city_is_drawn_by_another_file(tmp_path: Path) -> None:
    path = district().write(tmp_path)
    draft = draft_kit(tmp_path, answers={f"which:{path.name}": "leave-out"})
    assert draft.kit.roles == ("streets", "schools")


def test_the_drafted_text_reads_back_as_the_same_kit(tmp_path: Path) -> None:
    district().write(tmp_path)
    draft = draft_kit(tmp_path)
    again = parse_kit(draft.text, tmp_path)
    assert again.files == draft.kit.files
    assert "QUESTION which:" in draft.text
    assert "# Schools: the extract holds 1 objects for it." in draft.text


def test_a_cut_outline_asks_how_to_close_it(tmp_path: Path) -> None:
    town = district()
    town.ways = [w for w in town.ways if w.id != 13]  # the western side of the town
    path = town.write(tmp_path)
    draft = draft_kit(tmp_path, answers={f"which:{path.name}": "relation/1"})
    (gaps,) = (q for q in draft.questions if q.id == f"gaps:{path.name}")
    assert "1 of the 4 ways of its outline are not in the extract" in gaps.about
    assert [c.value for c in gaps.candidates] == ["straight", "leave-out"]
    assert draft.kit.files[0].gaps == "straight"
    careful = draft_kit(tmp_path, answers={f"which:{path.name}": "relation/1", gaps.id: "leave-out"})
    assert careful.kit.files[0].gaps == "leave-out"


def test_a_wrong_answer_about_gaps_is_refused(tmp_path: Path) -> None:
    path = district().write(tmp_path)
    with pytest.raises(InputError, match="straight"):
        draft_kit(tmp_path, answers={f"gaps:{path.name}": "strait"})


def test_a_border_line_between_two_places_is_no_place(tmp_path: Path) -> None:
    town = district()
    town.ring(5, [(10, "outer")], {**ADMIN, "type": "multilinestring", "admin_level": "2", "name": "Border"})
    outlines = look_into_extract(town.write(tmp_path)).outlines
    assert {o.name for o in outlines} == {"Vila", "Oeste", "Leste"}


def test_the_role_of_an_extract_may_still_be_answered(tmp_path: Path) -> None:
    path = district().write(tmp_path)
    draft = draft_kit(tmp_path, answers={f"role:{path.name}": "streets"})
    assert draft.kit.roles == ("streets",)


def test_a_country_is_known_by_its_outline_and_a_town_is_not() -> None:
    found = country_of_outline({"admin_level": "2", "name": "Andorra"})
    assert found is not None
    assert found.value == "AND"
    assert country_of_outline({"admin_level": "8", "name": "Andorra"}) is None
    assert country_of_outline({"admin_level": "2", "name": "Nowhere"}) is None
    foreign = country_of_outline({"ISO3166-1": "MC", "name": "Mùnegu", "name:en": "Monaco"})
    assert foreign is not None
    assert foreign.value == "MCO"


@pytest.mark.real
@pytest.mark.parametrize(
    ("country", "code", "outline", "level", "gaps"),
    [
        ("monaco", "MCO", "relation/36990", "10", "straight"),
        ("andorra", "AND", "relation/9407", "7", "leave-out"),
    ],
)
def test_a_whole_country_without_labels(
    mirror: Path, tmp_path: Path, country: str, code: str, outline: str, level: str, gaps: str
) -> None:
    shutil.copy(mirror / country / f"{country}.osm.pbf", tmp_path / "x.osm.pbf")
    draft = draft_kit(tmp_path)
    kit = draft.kit
    assert (kit.name, kit.country, kit.id) == (country.title(), code, country)
    assert kit.files[0].where == {"id": (outline,)}
    assert kit.files[0].gaps == gaps
    assert kit.of_role("neighbourhoods")[0].where == {"admin_level": (level,)}
    assert {f.date for f in kit.files} == {{"monaco": "2021-04-21", "andorra": "2021-04-14"}[country]}
    built_in = {"monaco": 21, "andorra": 23}[country]
    assert len(kit.roles) == built_in
    asked = {q.id.split(":")[0] for q in draft.questions}
    assert asked == ({"which", "parts", "gaps"} if country == "monaco" else {"which", "parts"})


@pytest.mark.real
def test_a_street_extract_stays_a_street_extract(mirror: Path, tmp_path: Path) -> None:
    shutil.copy(mirror / "porto_alegre" / "osm" / "poa_osm.pbf", tmp_path / "a.osm.pbf")
    facts = probe(tmp_path / "a.osm.pbf")
    assert facts.extract.outlines == ()
    draft = draft_kit(tmp_path)
    assert draft.kit.roles == ("streets",)


def test_every_role_of_the_table_can_be_drafted() -> None:
    from almena.packs.osm import osm_rules

    assert set(osm_rules()) <= set(load_roles())
