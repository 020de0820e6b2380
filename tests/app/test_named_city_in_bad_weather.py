"""A named city while services stall, refuse, break off, change under way or point inside: whole files or named gaps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.app.toyville import settings
from tests.gather.open_services import TIFF, Answer, Services, give, refuse, serving, stall

from almena.app.named_city import NamedCity, Network, draft_named
from almena.gather.hashing import hash_file
from almena.gather.kit import load_kit
from almena.gather.snapshot import SnapshotStore
from almena.gather.web import FetchSettings
from almena.model.problem import InputError

pytestmark = pytest.mark.real
PATIENT = FetchSettings(timeout=1.5, retries=2, allow_private=True)
PORTO_ALEGRE = NamedCity("Porto Alegre", "BRA")
NO_MAP = ("source:extract=leave-out", "source:overpass=leave-out")
FETCH = "download=yes"


@pytest.fixture
def services(mirror: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with serving(mirror) as running:
        yield running


def ask(
    services: Services,
    out: Path,
    *answers: str,
    fetch: FetchSettings = PATIENT,
    sleep: Callable[[float], None] = lambda _: None,
) -> dict[str, Any]:
    network = Network(fetch, services.addresses, sleep=sleep)
    told = replace(settings(), mirror=services.mirror)
    return draft_named(PORTO_ALEGRE, out, (*NO_MAP, *answers), told, network)


def raster(mirror: Path) -> bytes:
    return (mirror / "porto_alegre" / "population" / "worldpop2020_constrained_3arcsec.tif").read_bytes()


def roles(found: dict[str, Any]) -> set[str]:
    return {r["role"] for r in found["roles"]}


def pieces(out: Path) -> list[Path]:
    """Return what is left of unfinished downloads among the files of the kit."""
    return [p for p in (out / "open-data").rglob("*") if p.suffix in (".part", ".tmp")]


def test_every_service_may_fail_once_and_the_kit_is_the_same(services: Services, tmp_path: Path) -> None:
    calm = ask(services, tmp_path / "calm", FETCH)
    assert calm["problems"] == []
    waits: list[float] = []
    services.fails("lookup", refuse(429, Retry_After="7"))
    services.fails("bra_2020", stall(2.0), give(raster(services.mirror), TIFF, cut=1_000))
    services.fails("Copernicus", refuse(503, Retry_After="3"))
    services.fails("v1/archive", stall(0.0))
    services.fails("country/", refuse(503), refuse(429))
    stormy = ask(services, tmp_path / "stormy", FETCH, sleep=waits.append)
    assert stormy["problems"] == []
    assert not any(services.faults.values())  # every fault was met
    assert {7.0, 3.0} <= set(waits)  # as long as the services asked for
    kits = [load_kit(tmp_path / name) for name in ("calm", "stormy")]
    hashes = [{f.path: f.sha256 for f in kit.files} for kit in kits]
    assert hashes[0] == hashes[1]


def away(_: Services) -> Answer:
    return refuse(503)


def busy(_: Services) -> Answer:
    return refuse(429, Retry_After="1")


def broken(services: Services) -> Answer:
    return give(raster(services.mirror), TIFF, cut=0)


def asleep(_: Services) -> Answer:
    return stall(1.0)


def pointing_inside(services: Services) -> Answer:
    return refuse(
        302, Location=services.url.replace("127.0.0.1", "127.0.0.2") + "/worldpop/files/bra_2020.tif"
    )


@pytest.mark.parametrize("fault", [away, busy, broken, asleep, pointing_inside])
def test_a_service_that_stays_away_is_a_named_gap_and_the_same_command_fills_it_later(
    services: Services,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: Callable[[Services], Answer],
) -> None:
    monkeypatch.setattr("almena.gather.web.is_public", lambda address: address == "127.0.0.1")
    quick = FetchSettings(timeout=0.5, retries=1)
    services.fails("bra_2020", *[fault(services)] * 9)
    found = ask(services, tmp_path, FETCH, fetch=quick)
    assert "population_grid" not in roles(found)
    assert {"boundary", "elevation", "climate_model_daily"} <= roles(found)
    (problem,) = found["problems"]
    assert "bra_2020.tif" in problem["where"]
    assert problem["why"]
    assert problem["remedy"]
    assert not pieces(tmp_path)
    assert "population" not in (tmp_path / "open-data" / "MANIFEST.csv").read_text(encoding="utf-8")
    services.faults.clear()
    again = ask(services, tmp_path, FETCH)
    assert "population_grid" in roles(again)
    assert again["problems"] == []


def test_a_file_that_changed_while_it_was_fetched_is_taken_whole_and_never_glued(
    services: Services, tmp_path: Path
) -> None:
    older = bytes(len(raster(services.mirror)))
    services.fails("bra_2020", give(older, TIFF, cut=5_000, etag='"older"'))
    first = ask(services, tmp_path, FETCH, fetch=replace(PATIENT, retries=0))
    assert "population_grid" not in roles(first)
    second = ask(services, tmp_path, FETCH)
    assert second["problems"] == []
    asked = services.gets("bra_2020")[-1]
    assert (asked["Range"], asked["If-Range"]) == ("bytes=5000-", '"older"')
    (kept,) = [r for r in SnapshotStore(tmp_path / ".snapshots").records() if _is_of(r, "bra_2020")]
    here = services.mirror / "porto_alegre" / "population" / "worldpop2020_constrained_3arcsec.tif"
    assert kept.sha256 == hash_file(here)


def _is_of(record: Any, part: str) -> bool:
    return any(part in str(entry.get("url")) for entry in record.known_as)


def test_kept_bytes_that_were_changed_by_hand_are_fetched_again(services: Services, tmp_path: Path) -> None:
    ask(services, tmp_path, FETCH)
    store = SnapshotStore(tmp_path / ".snapshots")
    (kept,) = [r for r in store.records() if _is_of(r, "bra_2020")]
    path = store.path_of(kept.sha256)
    path.chmod(0o644)
    path.write_bytes(b"spoilt")
    found = ask(services, tmp_path, FETCH)
    assert found["problems"] == []
    assert hash_file(path) == kept.sha256


def test_the_size_is_asked_before_anything_large_and_no_answer_fetches_nothing(
    services: Services, tmp_path: Path
) -> None:
    found = ask(services, tmp_path)
    assert [q["id"] for q in found["questions"]] == ["download"]
    assert found["plan"]["bytes"] >= len(raster(services.mirror))
    assert services.gets("bra_2020") == []
    assert services.gets("Copernicus") == []
    assert not (tmp_path / "kit.toml").exists()


def test_a_geocoder_that_points_inside_learns_nothing_more(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("almena.gather.web.is_public", lambda address: address == "127.0.0.1")
    services.fails("search", *[refuse(301, Location="http://169.254.169.254/latest/meta-data")] * 3)
    with pytest.raises(InputError, match="not a public address"):
        ask(services, tmp_path, FETCH, fetch=FetchSettings(timeout=1.0, retries=1))
    assert len(services.asked) == 1
    assert not (tmp_path / "kit.toml").exists()
