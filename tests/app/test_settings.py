"""What a use case is told from outside."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.app.toyville import settings

from almena.app.memory import peak_megabytes
from almena.app.plugins import installed
from almena.app.settings import Settings, Stopwatch, mirror_from, now_utc, silent
from almena.packs import load_cards


@pytest.mark.parametrize(
    ("option", "environment", "wanted"),
    [
        (None, {}, None),
        (None, {"ALMENA_MIRROR": ""}, None),
        (None, {"ALMENA_MIRROR": "data"}, Path("data")),
        (Path("stick"), {}, Path("stick")),
        (Path("stick"), {"ALMENA_MIRROR": "data"}, Path("stick")),
    ],
)
def test_the_option_goes_before_the_environment(
    option: Path | None, environment: dict[str, str], wanted: Path | None
) -> None:
    assert mirror_from(option, environment) == wanted


def test_the_mirror_is_read_from_the_real_environment_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALMENA_MIRROR", "data")
    assert mirror_from(None) == Path("data")


def test_time_is_told_in_utc_to_the_second() -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", now_utc())
    assert settings().today == "2026-11-20"
    assert Settings().progress is silent


def test_the_stopwatch_adds_up_what_is_done_in_turns() -> None:
    watch = Stopwatch()
    watch.stop(5.0)
    for step, now in [("read", 10.0), ("measure", 11.5), ("read", 12.0)]:
        watch.start(step, now)
    watch.stop(14.25)
    watch.stop(99.0)
    assert watch.seconds == {"read": 3.75, "measure": 0.5}


def test_memory_is_told_in_megabytes() -> None:
    assert 20 < peak_megabytes() < 20_000


def test_every_card_that_names_a_function_finds_it_installed() -> None:
    found = installed()
    assert found["problems"] == []
    functions = {row["name"] for row in found["plugins"] if row["kind"] == "indicator"}
    assert {c.function for c in load_cards().values() if c.function} <= functions
    assert all(row["from"].startswith("almena.") for row in found["plugins"])
