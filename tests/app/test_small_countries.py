"""Kits beside the demonstration: two countries from one extract each, and a small second city, as people run them."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from almena.app.create import new_city
from almena.app.kits import draft, verify
from almena.app.profile import Profile, profile
from almena.app.settings import Settings
from almena.gather.kit import list_kits, load_kit
from almena.gather.mirror import find_files
from almena.model.kit import KitFile
from almena.model.observation import CONTEXT, MEASURED, MISSING, PROXY, REPORTED, Observation
from almena.model.place import CITY, NEIGHBOURHOOD

pytestmark = pytest.mark.real
CLOCK = "2026-11-20T12:00:00+00:00"
KITS = ("andorra", "eldorado-do-sul", "monaco")


def told(mirror: Path) -> Settings:
    return Settings(mirror=mirror, clock=lambda: CLOCK)


@pytest.fixture(scope="module")
def profiles(mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Profile]:
    """Return the profile of each kit, made as the command line makes it."""
    made = {}
    for name in KITS:
        path = tmp_path_factory.mktemp(name) / "city"
        assert new_city(path, name, told(mirror)) == []
        made[name] = profile(path, told(mirror))
    return made


def shown(found: Profile, indicator: str, place: str = CITY, **dimensions: str) -> Observation:
    wanted = tuple(sorted(dimensions.items()))
    return next(
        o.shown
        for o in found.observations
        if (o.shown.indicator, o.shown.place, o.shown.dimensions) == (indicator, place, wanted)
    )


def test_the_kits_are_listed_and_verified(mirror: Path) -> None:
    assert set(KITS) <= {kit.id for kit in list_kits()}
    for name in KITS:
        found = verify(name, told(mirror))
        assert found["problems"] == []
        assert found["usable"] == found["files"]


def manifest_of(mirror: Path, folder: str, prefix: str = "") -> dict[str, dict[str, str]]:
    with (mirror / folder / "MANIFEST.csv").open(encoding="utf-8") as file:
        return {prefix + row["file"]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize("name", KITS)
def test_hashes_and_addresses_are_those_of_the_manifest(mirror: Path, name: str) -> None:
    manifest = manifest_of(mirror, name.replace("-", "_")) | manifest_of(mirror, "world", "world/")
    for spec in load_kit(name).files:
        row = manifest[spec.path]
        assert spec.sha256 == row["sha256"]
        assert bool(spec.url) == (row["bytes_are"] == "original bytes")
        if spec.url:
            commit, path = row["source_commit"], row["source_path"]
            assert (
                unquote(spec.url) == f"https://raw.githubusercontent.com/{row['source_repo']}/{commit}/{path}"
            )


def test_tables_of_the_world_are_found_from_any_kit(mirror: Path) -> None:
    kit = load_kit("monaco")
    spec = KitFile("census_table", "world/undp_hdi.csv", "table")
    (found,) = find_files(type(kit)(**{**vars(kit), "files": (spec,)}), mirror)
    assert found.is_usable
    assert found.paths == (mirror / "world" / "undp_hdi.csv",)


@pytest.mark.parametrize("name", KITS)
def test_each_profile_is_whole_and_quick(profiles: dict[str, Profile], name: str) -> None:
    found = profiles[name].as_dict()
    assert found["problems"] == []
    assert found["self_tests"]["failed"] == []
    assert Path(found["outputs"]["html"]).is_file()


# --- one extract --------------------------------------------------------------------------------------------------


def test_monaco_says_what_its_outline_lacks(profiles: dict[str, Profile]) -> None:
    found = profiles["monaco"]
    size = shown(found, "identity.area")
    assert size.value == pytest.approx(2.08, abs=0.01)
    assert size.low == pytest.approx(1.89, abs=0.01)
    assert any("cuts the outline off" in cause["name"] for cause in size.causes)
    said = [n.what for n in found.notes]
    assert any(
        "The outline of Monaco (relation/36990): 3 of its 29 ways are not in the extract" in n for n in said
    )
    assert any("The outline of Les Monegetti" in n and "left out" in n for n in said)
    page = Path(found.outputs["html"]).read_text(encoding="utf-8")
    assert "drawn straight (assumed)" in page


def test_people_of_monaco_are_only_what_the_map_says(profiles: dict[str, Profile]) -> None:
    found = profiles["monaco"]
    people = shown(found, "identity.population_tagged")
    assert (people.value, people.period, people.status, people.use) == (
        35881,
        "2011-04-13",
        REPORTED,
        CONTEXT,
    )
    best = shown(found, "identity.population")
    assert (best.value, best.period, best.use) == (35881, "2011-04-13", CONTEXT)
    assert any("as written on the map" in note for note in best.notes)
    # whatever divides by such a number is no better than the number
    assert shown(found, "social_inclusion.hospitals_per_100k").use == CONTEXT
    assert shown(found, "identity.population_raster").status == MISSING
    assert shown(found, "social_inclusion.school_access_500m").status == MISSING
    assert shown(profiles["andorra"], "identity.population_tagged").status == MISSING


@pytest.mark.parametrize("name", ["monaco", "andorra"])
def test_reach_is_told_of_buildings_and_never_called_people(profiles: dict[str, Profile], name: str) -> None:
    proxies = [o.shown for o in profiles[name].observations if o.shown.status == PROXY]
    assert len({o.indicator for o in proxies}) == 6
    assert all(".buildings_" in o.indicator for o in proxies)
    assert all(0 <= (o.value or 0) <= 100 for o in proxies if o.unit == "%")
    whole = shown(profiles[name], "mobility.buildings_near_transit_500m")
    assert {"monaco": 90, "andorra": 45}[name] < (whole.value or 0) < {"monaco": 100, "andorra": 65}[name]


def test_parishes_of_andorra_have_values_of_their_own(profiles: dict[str, Profile]) -> None:
    found = profiles["andorra"]
    names = {o.shown.place_name for o in found.observations if o.shown.place_kind == NEIGHBOURHOOD}
    assert len(names) == 7
    assert "Escaldes-Engordany" in names
    whole = shown(found, "social_inclusion.schools")
    parts = [
        o.shown.value
        for o in found.observations
        if o.shown.indicator == "social_inclusion.schools" and o.shown.place_kind == NEIGHBOURHOOD
    ]
    assert whole.value == sum(v for v in parts if v) == 13
    assert 0 not in parts  # not mapped is not none


def test_nothing_counted_on_a_map_is_none(profiles: dict[str, Profile]) -> None:
    """A share of what is mapped may be nothing, as dead ends among the street ends of a small quarter."""
    for name in ("monaco", "andorra"):
        values = [
            o.shown for o in profiles[name].observations if o.shown.status == MEASURED and o.shown.unit != "%"
        ]
        assert len(values) > 50
        assert [(o.indicator, o.place) for o in values if o.value == 0] == []


def test_a_draft_of_the_extract_gives_the_same_values_as_the_kit(
    mirror: Path, profiles: dict[str, Profile], tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a.osm.pbf").write_bytes((mirror / "andorra" / "andorra.osm.pbf").read_bytes())
    draft(folder, None, [])
    assert new_city(tmp_path / "city", folder, Settings(clock=lambda: CLOCK)) == []
    found = profile(tmp_path / "city", Settings(clock=lambda: CLOCK))
    for indicator in ("identity.area", "social_inclusion.schools", "mobility.transit_stops"):
        assert shown(found, indicator).value == pytest.approx(shown(profiles["andorra"], indicator).value)


# --- the small second city ----------------------------------------------------------------------------------------


def test_eldorado_reproduces_the_published_lists(profiles: dict[str, Profile]) -> None:
    found = profiles["eldorado-do-sul"]
    as_located = shown(found, "exposure.flood_schools", level="all entries of the register, as located")
    assert as_located.value == 35  # of 35
    health = shown(found, "exposure.flood_health_facilities")
    assert (health.value, health.low, health.high) == (40, 40, 40)  # of 45
    assert shown(found, "exposure.flood_published_difference").value == 0
    assert shown(found, "exposure.flood_published_difference", list="schools").value == 0


def test_most_schools_of_eldorado_stand_on_a_point_that_cannot_be_trusted(
    profiles: dict[str, Profile],
) -> None:
    # 13 of 35 share one point; of the 19 that teach at primary or secondary level 7 stand at a trusted one
    found = shown(profiles["eldorado-do-sul"], "exposure.flood_schools")
    assert (found.value, found.high, found.use) == (7, 35, CONTEXT)
    assert shown(profiles["eldorado-do-sul"], "social_inclusion.schools").value == 19


def test_crops_of_eldorado_reached_by_the_flood(profiles: dict[str, Profile]) -> None:
    found = profiles["eldorado-do-sul"]
    # published for the same outline: rice 7,729 ha, soya 80.4 ha, other crops 361.3 ha
    for crop, hectares in (("Arroz", 7729.0), ("Soja", 80.4), ("Outras Lavouras Temporárias", 361.3)):
        value = shown(found, "exposure.flood_crop_area", crop=crop).value
        assert value == pytest.approx(hectares / 100, rel=0.02)


def test_nothing_of_another_city_is_in_the_report_of_eldorado(profiles: dict[str, Profile]) -> None:
    page = Path(profiles["eldorado-do-sul"].outputs["html"]).read_text(encoding="utf-8")
    named = re.sub(r'id="n-national-(nearest-city|cities-nearby)".*?</details>', "", page, flags=re.DOTALL)
    assert not re.search(r"Porto Alegre|Gua[ií]ba", named)
