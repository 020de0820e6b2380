"""A named city at the command line: what a person types, sees and gets back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.conftest import Almena, hear_interruptions
from tests.gather.open_services import Handler, Services, refuse, serving

pytestmark = pytest.mark.real
CAPITAL = ("--city", "Andorra la Vella", "--country", "AND")


@pytest.fixture
def services(mirror: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with serving(mirror) as running:
        yield running


@pytest.fixture
def options(services: Services, tmp_path: Path) -> tuple[str, ...]:
    table = tmp_path / "sources.csv"
    table.write_text(services.table, encoding="utf-8")
    return (
        "--sources",
        str(table),
        "--own-network",
        "--mirror",
        str(services.mirror),
        "--out",
        str(tmp_path / "kit"),
    )


def test_a_city_without_a_country_or_without_anything_is_asked_for_more(almena: Almena) -> None:
    said = almena("kit", "draft", "--city", "Porto Alegre")
    assert said.status == 2
    assert "--country ISO3" in said.err
    assert "several countries" in said.err
    assert "--city NAME" in almena("kit", "draft").err


def test_a_question_first_then_the_size_then_the_kit(
    almena: Almena, services: Services, options: tuple[str, ...], tmp_path: Path
) -> None:
    first = almena("kit", "draft", *CAPITAL, *options)
    assert first.status == 0
    assert "--answer city.place=R2804753" in first.out
    assert first.err.index("What leaves this machine") < len(first.err)
    second = almena("kit", "draft", *CAPITAL, *options, "--answer", "city.place=R2804753")
    assert second.status == 0
    assert "1.8 MB" in second.out
    assert "ODbL-1.0" in second.out
    assert "--answer download=yes" in second.out
    assert "There is no population raster." in second.err
    third = almena("kit", "draft", *CAPITAL, *options, "--answer", "city.place=R2804753", "--yes", "--json")
    assert third.status == 1
    assert third.json["kit"] == str(tmp_path / "kit" / "kit.toml")
    assert "streets" in {r["role"] for r in third.json["roles"]}


def test_the_wrong_country_names_the_right_one(
    almena: Almena, services: Services, options: tuple[str, ...], tmp_path: Path
) -> None:
    said = almena("kit", "draft", "--city", "Porto Alegre", "--country", "PRT", *options)
    assert said.status == 2
    assert "--country BRA" in said.err
    assert "--country STP" in said.err


def test_without_the_option_nothing_inside_the_own_network_is_reached(
    almena: Almena, services: Services, options: tuple[str, ...]
) -> None:
    said = almena("kit", "draft", *CAPITAL, *(o for o in options if o != "--own-network"))
    assert said.status == 2
    assert "not a public address" in said.err
    assert services.asked == []


def test_the_sources_are_listed_with_the_other_plugins(almena: Almena) -> None:
    rows = almena("plugins", "--json").json["plugins"]
    found = {r["name"] for r in rows if r["kind"] == "source"}
    assert found == {"boundary", "extract", "overpass", "population", "elevation", "climate", "world_bank"}


def test_a_person_who_interrupts_the_download_goes_on_with_the_same_command(
    services: Services, options: tuple[str, ...], mirror: Path, tmp_path: Path
) -> None:
    whole = (mirror / "andorra" / "andorra.osm.pbf").read_bytes()

    def slow(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/octet-stream")
        handler.send_header("Content-Length", str(len(whole)))
        handler.send_header("ETag", '"slow"')
        handler.end_headers()
        handler.wfile.write(whole[:700_000])
        handler.wfile.flush()
        time.sleep(20)
        handler.close_connection = True

    services.fails("andorra-latest", slow)
    left = [
        f"source:{name}=leave-out"
        for name in ("boundary", "climate", "world_bank", "population", "elevation")
    ]
    words = [*CAPITAL, *options, "--yes", "--answer", "city.place=R2804753"]
    words += [word for answer in left for word in ("--answer", answer)]
    command = [sys.executable, "-m", "almena", "kit", "draft", *words]
    running = subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ.copy(),
        preexec_fn=hear_interruptions,
    )
    parts = tmp_path / "kit" / ".snapshots" / ".downloads"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not any(p.stat().st_size == 700_000 for p in parts.glob("*.part")):
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=30)
    assert running.returncode == 130
    assert b"run the same command again" in err
    services.fails("andorra-latest", refuse(503))
    again = subprocess.run(command, capture_output=True, timeout=120, check=False, env=os.environ.copy())
    assert again.returncode == 0, again.stderr.decode()
    assert services.gets("andorra-latest")[-1]["Range"] == "bytes=700000-"
    assert (tmp_path / "kit" / "open-data" / "openstreetmap.osm.pbf").is_file()
