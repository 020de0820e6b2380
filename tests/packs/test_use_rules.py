"""The rules and grades as one story: what a city officer may do with values of some kinds."""

from __future__ import annotations

import pytest

from almena.measure.quality import judge
from almena.packs import load_grades, load_use_rules

COUNT = {
    "age": (0.2, 0.1),
    "coverage": 1.0,
    "piled": 0.0,
    "disagreement": 0.0,
    "status": 0.0,
    "completeness": 1.0,
    "width": 0.0,
}


@pytest.mark.parametrize(
    ("what", "facts", "use"),
    [
        ("a recent register", {}, "decide"),
        ("a register of which a fifth lies on one point", {"piled": 0.2}, "discuss"),
        ("a register of which more than a fifth lies on one point", {"piled": 0.21}, "context"),
        ("a raster of people", {"status": 2.0, "disagreement": 0.09}, "discuss"),
        ("streets of two thirds of the people", {"coverage": 0.64, "status": 2.0}, "discuss"),
        ("streets of a third of the area", {"coverage": 0.31}, "context"),
        ("a map that lacks a sixth of the schools", {"completeness": 0.84}, "discuss"),
        ("an inventory of which most is blank", {"completeness": 0.43}, "context"),
        ("two sources that differ by half", {"disagreement": 0.5}, "context"),
        ("a stand-in for something else", {"status": 3.0}, "discuss"),
    ],
)
def test_what_may_be_done_with(what: str, facts: dict[str, float], use: str) -> None:
    assert judge({**COUNT, **facts}, load_use_rules()).use == use, what


def test_each_weakness_widens_what_cannot_be_quantified() -> None:
    grades = load_grades()
    weaknesses: dict[str, float] = {}
    widths = []
    for fact, value in ({"none": 0.0} | {"status": 2.0, "coverage": 0.8, "piled": 0.5}).items():
        weaknesses[fact] = value
        facts = {**COUNT, **{k: v for k, v in weaknesses.items() if k != "none"}}
        widths.append(grades[judge(facts, load_use_rules()).grade].default_width)
    assert widths == sorted(widths)
    assert len(set(widths)) == 4
