"""The record of runs, what was read for each role, and small facts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from store_examples import LATER, NOW

from almena.model.problem import InputError, Problem
from almena.store.roles import RoleState, put_role_states, role_states
from almena.store.runs import DONE, FAILED, INTERRUPTED, RUNNING, Run, begin_run, finish_run, last_run, runs
from almena.store.settings import get_setting, put_setting

LATE_FILE = Problem("A file cannot be used", "schools.geojson", "it is empty", "fetch it again")
ENDED = Run(
    "2026-11-20-a",
    NOW,
    version="0.1.0",
    kit_hash="c" * 64,
    settings={"jobs": 2, "mirror": True},
    status=DONE,
    finished=LATER,
    seconds={"gather": 1.25, "measure": 0.5},
    peak_mb=612.5,
    problems=(LATE_FILE,),
    notes=(Problem("A polygon was mended", "boundary"),),
    outputs={"html": "reports/profile.html"},
)


def test_a_run_is_noted_when_it_begins_and_completed_when_it_ends(bare: Engine) -> None:
    begun = Run("2026-11-20-a", NOW, version="0.1.0", kit_hash="c" * 64, settings={"jobs": 2, "mirror": True})
    begin_run(bare, begun)
    assert runs(bare) == [begun]
    assert (begun.status, begun.finished, begun.peak_mb) == (RUNNING, "", None)
    finish_run(bare, ENDED)
    assert runs(bare) == [ENDED]


def test_a_run_that_never_ended_is_noted_as_interrupted_when_the_next_begins(bare: Engine) -> None:
    for name in "abc":
        begin_run(bare, Run(name, NOW))
        if name == "a":
            finish_run(bare, Run(name, NOW, status=FAILED, finished=LATER))
    assert [(run.id, run.status) for run in runs(bare)] == [("a", FAILED), ("b", INTERRUPTED), ("c", RUNNING)]


def test_the_last_run_is_the_one_begun_last_whatever_its_name(bare: Engine) -> None:
    assert last_run(bare) is None
    for name in ("z", "a"):
        begin_run(bare, Run(name, NOW))
        finish_run(bare, Run(name, NOW, status=DONE if name == "z" else FAILED, finished=LATER))
    assert last_run(bare).id == "a"  # type: ignore[union-attr]
    assert last_run(bare, DONE).id == "z"  # type: ignore[union-attr]
    assert last_run(bare, RUNNING) is None


def test_a_run_is_begun_once_and_ended_only_when_begun(bare: Engine) -> None:
    begin_run(bare, Run("a", NOW))
    with pytest.raises(InputError, match="A run of this id exists"):
        begin_run(bare, Run("a", LATER))
    with pytest.raises(InputError, match="no run of this id"):
        finish_run(bare, replace(ENDED, id="b"))
    assert [(run.id, run.started, run.status) for run in runs(bare)] == [("a", NOW, RUNNING)]


@pytest.mark.parametrize("finished", ["", "2026-11-20T12:00:00", "soon"])
def test_instants_of_a_run_are_utc(bare: Engine, finished: str) -> None:
    with pytest.raises(InputError, match="UTC"):
        begin_run(bare, Run("a", finished))
    begin_run(bare, Run("a", NOW))
    with pytest.raises(InputError, match="UTC"):
        finish_run(bare, Run("a", NOW, finished=finished))


def test_settings_that_json_cannot_say_are_refused(bare: Engine) -> None:
    with pytest.raises(InputError, match="cannot be stored"):
        begin_run(bare, Run("a", NOW, settings={"folder": object()}))


# ------------------------------------------------------------------------------------------------------ roles


def test_what_was_read_for_each_role_replaces_the_reading_before(bare: Engine) -> None:
    schools = RoleState("schools", "k1", ("a.geojson", "b.geojson"), ("54 on one point",), (LATE_FILE,))
    put_role_states(bare, [schools, RoleState("streets", "k2")], at=NOW)
    assert role_states(bare) == {"schools": schools, "streets": RoleState("streets", "k2")}
    put_role_states(bare, [replace(schools, key="k3")], at=LATER)
    assert role_states(bare) == {"schools": replace(schools, key="k3")}
    put_role_states(bare, [], at=LATER)
    assert role_states(bare) == {}


def test_the_instant_of_reading_is_utc(bare: Engine) -> None:
    with pytest.raises(InputError, match="UTC"):
        put_role_states(bare, [], at="today")


# ------------------------------------------------------------------------------------------------ small facts

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=10)
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
)
facts = st.recursive(
    leaves | words, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3)
)


def test_a_small_fact_is_kept_until_it_is_replaced(bare: Engine) -> None:
    assert get_setting(bare, "edition") is None
    assert get_setting(bare, "edition", "public") == "public"
    put_setting(bare, "edition", "city")
    put_setting(bare, "edition", ["city", "public"])
    put_setting(bare, "other", None)
    assert get_setting(bare, "edition", "public") == ["city", "public"]
    assert get_setting(bare, "other", "default") is None


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=words, fact=facts)
def test_any_fact_that_json_can_say_is_read_back(bare: Engine, name: str, fact: Any) -> None:
    put_setting(bare, name, fact)
    assert get_setting(bare, name) == fact


@pytest.mark.parametrize("fact", [float("nan"), {1, 2}, object()])
def test_a_fact_that_json_cannot_say_is_refused(bare: Engine, fact: Any) -> None:
    with pytest.raises(InputError, match="cannot be stored"):
        put_setting(bare, "name", fact)
