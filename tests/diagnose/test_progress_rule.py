"""The progress rule in code is the one that the pack of the method states."""

from __future__ import annotations

from almena.diagnose.progress import COLOURS, DONE, STATUSES
from almena.packs.packs import shipped_packs

SCALES = shipped_packs()["crpt"].table("scales")


def test_what_counts_as_done_is_what_the_method_says() -> None:
    completion = [row for row in SCALES if row["scale"] == "completion"]
    assert {row["id"] for row in completion} == set(STATUSES)
    assert {row["id"] for row in completion if row["means"] == "done"} == set(DONE)
    assert {row["means"] for row in completion} == {"done", "to_do"}


def test_colours_are_those_of_the_method() -> None:
    assert {row["id"] for row in SCALES if row["scale"] == "benchmark"} == set(COLOURS)
