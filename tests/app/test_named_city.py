"""From a name to a profile: a question for every doubt, the size before the download, then no network any more."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.app.toyville import contents, settings
from tests.gather.open_services import Services, give, refuse, serving

from almena.app.create import new_city
from almena.app.kits import verify
from almena.app.look import show
from almena.app.named_city import NamedCity, Network, draft_named, folder_for
from almena.app.profile import profile
from almena.gather.hashing import hash_file
from almena.gather.kit import load_kit
from almena.gather.snapshot import SnapshotStore
from almena.gather.web import FetchSettings
from almena.model.problem import InputError, StoreError
from almena.packs import load_cards, read_table

pytestmark = pytest.mark.real
LOCAL = FetchSettings(timeout=60.0, retries=1, allow_private=True)
CAPITAL, BRAZILIAN = NamedCity("Andorra la Vella", "AND"), NamedCity("Porto Alegre", "BRA")
PARISH, FETCH = "city.place=R2804753", "download=yes"


@pytest.fixture
def services(mirror: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with serving(mirror) as running:
        yield running


def ask(services: Services, city: NamedCity, out: Path, *answers: str, **more: Any) -> dict[str, Any]:
    network = Network(more.pop("fetch", LOCAL), services.addresses, sleep=lambda _: None)
    told = replace(settings(), mirror=services.mirror, **more)
    return draft_named(city, out, answers, told, network)


def test_namesakes_are_a_question_and_nothing_is_downloaded(services: Services, tmp_path: Path) -> None:
    found = ask(services, CAPITAL, tmp_path)
    (question,) = found["questions"]
    assert question["id"] == "city.place"
    assert {c["value"] for c in question["candidates"]} == {"R2804753", "R3657693"}
    assert all("level" in c["why"] for c in question["candidates"])
    assert found["kit"] is None
    assert {path.split("?")[0] for _, path, _ in services.asked} == {"/nominatim/search"}
    assert ask(services, CAPITAL, tmp_path, FETCH)["kit"] is None  # a yes to the size is no answer to which
    assert len(services.asked) == 1  # and the question was put to the service once


def test_an_answer_that_was_not_offered_is_refused(services: Services, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="R2804753"):
        ask(services, CAPITAL, tmp_path, "city.place=R1")
    for wrong, offer in [
        ("download=no", "download=yes"),
        ("openstreetmap=planet", "extract, overpass"),
        ("source:weather=leave-out", "climate"),
        ("source:climate=yes", "leave-out"),
    ]:
        with pytest.raises(InputError, match=offer):
            ask(services, CAPITAL, tmp_path, wrong)
    with pytest.raises(InputError, match="AND"):
        ask(services, NamedCity("Andorra la Vella", "AD"), tmp_path)


def test_the_plan_names_each_file_with_size_and_licence_before_a_byte_of_it_is_fetched(
    services: Services, tmp_path: Path, mirror: Path
) -> None:
    found = ask(services, BRAZILIAN, tmp_path)
    (question,) = found["questions"]
    assert question["id"] == "download"
    files = {f["source"]: f for f in found["plan"]["files"]}
    assert set(files) == {"boundary", "extract", "population", "elevation", "climate", "world_bank"}
    raster = mirror / "porto_alegre" / "population" / "worldpop2020_constrained_3arcsec.tif"
    assert (files["population"]["bytes"], files["population"]["is_estimate"]) == (
        raster.stat().st_size,
        False,
    )
    assert files["climate"]["is_estimate"]
    assert all(f["licence"] and f["homepage"].startswith("https") for f in files.values())
    new = [f["bytes"] for f in found["plan"]["files"] if not f["is_at_hand"]]
    assert found["plan"]["bytes"] == sum(new) > 2_000_000
    assert f"{sum(new) / 1e6:,.1f} MB" in question["about"]
    fetched = " ".join(
        path for method, path, headers in services.asked if method == "GET" and "Range" not in headers
    )
    for part in ("latest.osm.pbf", ".tif", "archive", "lookup"):
        assert part not in fetched
    assert not (tmp_path / "kit.toml").exists()


def test_what_leaves_the_machine_is_said_before_it_leaves(services: Services, tmp_path: Path) -> None:
    told: list[tuple[str, int]] = []
    ask(services, BRAZILIAN, tmp_path, progress=lambda line: told.append((line, len(services.asked))))
    assert "the name of the city" in told[0][0]
    assert services.url in told[0][0]
    assert told[0][1] == 0
    assert "the country" in told[1][0]
    assert {path.split("?")[0] for _, path, _ in services.asked[: told[1][1]]} == {"/nominatim/search"}


def test_from_a_name_to_a_profile_and_the_network_is_gone(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mirror: Path
) -> None:
    kit = tmp_path / "kit"
    found = ask(services, BRAZILIAN, kit, FETCH)
    assert found["problems"] == []
    assert {"boundary", "streets", "population_grid", "elevation", "climate_model_daily"} <= {
        r["role"] for r in found["roles"]
    }
    read = load_kit(kit)
    assert (read.name, read.country, read.crs) == ("Porto Alegre", "BRA", "EPSG:31982")
    assert all(f.licence and f.attribution and f.bytes == "derived" and f.sha256 for f in read.files)
    assert verify(kit, settings())["problems"] == []
    monkeypatch.setattr("socket.create_connection", _no_network)
    monkeypatch.setattr("socket.socket.connect", _no_network)
    assert new_city(tmp_path / "city", kit, settings()) == []
    made = profile(tmp_path / "city", settings())
    assert made.problems == ()
    table = tmp_path / "city" / "reports" / "html" / "index.html"
    assert "Porto Alegre" in table.read_text(encoding="utf-8")


def _no_network(*_: object, **__: object) -> None:
    raise AssertionError("an analysis asked the network")


def test_each_file_names_what_it_was_made_from_and_those_bytes_are_kept(
    services: Services, tmp_path: Path, mirror: Path
) -> None:
    ask(services, CAPITAL, tmp_path, PARISH, FETCH)
    rows = list(
        csv.DictReader((tmp_path / "open-data" / "MANIFEST.csv").read_text(encoding="utf-8").splitlines())
    )
    assert {r["file"] for r in rows} == {"boundary.geojson", "openstreetmap.osm.pbf", "world_bank.csv"}
    store = SnapshotStore(tmp_path / ".snapshots")
    for row in rows:
        file = tmp_path / "open-data" / row["file"]
        assert (row["sha256"], int(row["bytes"])) == (hash_file(file), file.stat().st_size)
        for parent in row["made_from"].split():
            path = store.get(parent)
            assert path is not None
            assert hash_file(path) == parent
    (pbf,) = (r for r in rows if r["file"].endswith("pbf"))
    assert pbf["made_from"] == hash_file(mirror / "andorra" / "andorra.osm.pbf")
    assert pbf["made_from"] in (tmp_path / "kit.toml").read_text(encoding="utf-8")


def test_what_cannot_be_had_is_a_gap_with_a_remedy_and_the_rest_becomes_a_profile(
    services: Services, tmp_path: Path
) -> None:
    found = ask(services, CAPITAL, tmp_path / "kit", PARISH, FETCH)
    assert [p["what"] for p in found["problems"]] == [
        "There is no population raster.",
        "There are no heights for this place.",
        "A file cannot be fetched.",
    ]
    assert all(p["remedy"] for p in found["problems"])
    assert new_city(tmp_path / "city", tmp_path / "kit", settings()) == []
    made = profile(tmp_path / "city", settings())
    assert made.problems == ()


def test_the_same_command_again_asks_nothing_twice_and_writes_the_same_kit(
    services: Services, tmp_path: Path
) -> None:
    ask(services, BRAZILIAN, tmp_path, FETCH)
    before, asked = contents(tmp_path), len(services.asked)
    found = ask(services, BRAZILIAN, tmp_path, FETCH)
    assert found["plan"]["bytes"] == 0
    assert contents(tmp_path) == before
    assert len(services.asked) == asked


def test_an_interrupted_download_goes_on_with_the_same_command(
    services: Services, tmp_path: Path, mirror: Path
) -> None:
    whole = (mirror / "andorra" / "andorra.osm.pbf").read_bytes()
    kind = "application/octet-stream"
    services.fails("andorra-latest", give(whole, kind, cut=1_000_000))
    once = replace(LOCAL, retries=0)
    found = ask(services, CAPITAL, tmp_path, PARISH, FETCH, fetch=once)
    assert any("broke off after 1,000,000" in p["why"] for p in found["problems"])
    assert not (tmp_path / "open-data" / "openstreetmap.osm.pbf").exists()
    again = ask(services, CAPITAL, tmp_path, PARISH, FETCH)
    assert "streets" in {r["role"] for r in again["roles"]}
    assert services.gets("andorra-latest")[-1]["Range"] == "bytes=1000000-"
    assert not list((tmp_path / ".snapshots").glob(".downloads/*"))


def test_one_source_may_be_left_out_and_another_chosen(services: Services, tmp_path: Path) -> None:
    answers = (PARISH, "source:climate=leave-out", "source:world_bank=leave-out", "openstreetmap=overpass")
    plan = ask(services, CAPITAL, tmp_path, *answers)["plan"]
    assert [f["source"] for f in plan["files"]] == ["boundary", "overpass"]
    assert not [path for _, path, _ in services.asked if "bank" in path or "geofabrik" in path]


def test_own_files_in_the_folder_join_the_kit(services: Services, tmp_path: Path, mirror: Path) -> None:
    own = mirror / "porto_alegre" / "services" / "schools_inep2024.geojson"
    (tmp_path / "schools.geojson").write_bytes(own.read_bytes())
    found = ask(services, BRAZILIAN, tmp_path, FETCH, "licence=CC-BY-4.0")
    roles = {r["path"]: r["role"] for r in found["roles"]}
    assert roles["schools.geojson"] == "schools"
    assert (tmp_path / "schools.geojson").read_bytes() == own.read_bytes()


def test_the_figures_of_the_country_fill_their_roles_and_stand_beside_the_city(
    services: Services, tmp_path: Path
) -> None:
    found = ask(services, BRAZILIAN, tmp_path / "kit", FETCH)
    kit = load_kit(tmp_path / "kit")
    (entry,) = kit.of_role("country_urban_indicators")
    assert (entry.fields["iso3"], entry.fields["urban_growth"]) == ("iso3", "SP.URB.GROW")
    with (tmp_path / "kit" / entry.path).open(encoding="utf-8", newline="") as text:
        rows = [r for r in csv.DictReader(text) if r["SP.URB.GROW"]]
    newest = max(rows, key=lambda row: row["year"])
    assert newest["iso3"] == "BRA"
    assert not any("world_bank" in question["id"] for question in found["questions"])
    new_city(tmp_path / "city", tmp_path / "kit", settings())
    profile(tmp_path / "city", settings())
    (shown,) = [
        o for o in show(tmp_path / "city", "national.urban_growth")["observations"] if not o["dimensions"]
    ]
    assert shown["value"] == pytest.approx(float(newest["SP.URB.GROW"]))
    assert (shown["use"], shown["period"]) == ("context", newest["year"])


def test_poverty_at_a_line_that_moves_is_never_taken_for_the_line_of_the_card() -> None:
    series = {row["code"]: row for row in read_table("world_bank_series.csv")}
    assert "1.90" in load_cards()["national.poverty_share"].definition
    assert series["SI.POV.DDAY"]["role"] == ""  # the bank moves this line with each revision of prices


def test_when_nothing_can_be_had_no_kit_is_written(services: Services, tmp_path: Path) -> None:
    for part in ("lookup", "latest.osm.pbf", "archive"):
        services.fails(part, *([refuse(403)] * 5))  # only the figures of the country can be had
    with pytest.raises(InputError) as caught:
        ask(services, CAPITAL, tmp_path, PARISH, FETCH)
    assert len(caught.value.problems) >= 4
    assert not (tmp_path / "kit.toml").exists()


def test_a_geocoder_that_is_away_says_what_else_can_be_done(services: Services, tmp_path: Path) -> None:
    services.fails("search", refuse(503), refuse(503))
    with pytest.raises(InputError, match="--sources"):
        ask(services, CAPITAL, tmp_path)


def test_a_disk_too_small_is_told_before_the_download(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 9, 1_000_000))
    with pytest.raises(StoreError, match=r"1\.0 MB are free"):
        ask(services, BRAZILIAN, tmp_path, FETCH)
    assert services.gets(".tif") == []


def test_a_kit_goes_to_a_folder_called_after_the_city() -> None:
    assert folder_for("Andorra la Vella") == Path("andorra-la-vella-kit")
    assert folder_for("São José, SC") == Path("sao-jose-sc-kit")
    assert folder_for("../../etc") == Path("etc-kit")
    assert folder_for("北京") == Path("kit")
