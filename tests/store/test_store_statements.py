"""What persons say of a city stays as they said it, each in their own voice, and a form counts once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from store_examples import LATER, NOW, observation, save

from almena.model.problem import InputError, StoreError
from almena.model.statement import Statement, Submission
from almena.store.database import writing
from almena.store.hashing import content_hash
from almena.store.statements import (
    all_ever_said,
    altered_statements,
    say_all,
    standing,
    submissions,
)


def shock(people: float | None = 50, key: str = "flood-2009", **more: Any) -> Statement:
    return Statement("register:shocks", key, {"hazard": "pluvial-flood", "people_direct": people, **more})


def answer(text_: str, voice: str, key: str = "crpt.5.1.1.1") -> Statement:
    return Statement("answer", key, {"main": text_}, voice, "yearbook 2023, page 4")


def say(engine: Engine, *said: Statement, at: str = NOW, by: str = "Ana", **more: Any) -> Any:
    return say_all(engine, said, at=at, by=by, **more)


def test_what_is_said_stands_with_author_time_and_source(engine: Engine) -> None:
    assert say(engine, answer("42", "Ana")).written == 1
    (stored,) = standing(engine)
    assert stored.statement == answer("42", "Ana")
    assert (stored.by, stored.recorded_at, stored.supersedes, stored.batch) == ("Ana", NOW, None, "")


def test_saying_it_again_writes_nothing_and_saying_something_else_supersedes(engine: Engine) -> None:
    say(engine, shock(50))
    assert say(engine, shock(50), at=LATER).unchanged == 1
    assert say(engine, shock(60), at=LATER).written == 1
    assert [s.statement.content["people_direct"] for s in standing(engine)] == [60]
    assert [s.statement.content["people_direct"] for s in all_ever_said(engine)] == [50, 60]


def test_two_persons_answers_stand_side_by_side(engine: Engine) -> None:
    say(engine, answer("42", "Ana"), answer("40", "Rui"))
    assert [s.statement.voice for s in standing(engine, kind="answer")] == ["Ana", "Rui"]


def test_what_is_taken_back_no_longer_stands_but_is_never_lost_and_may_be_said_again(engine: Engine) -> None:
    say(engine, shock(), shock(key="flood-2010"))
    assert say(engine, withdraw=[shock(999)]).withdrawn == 1
    assert [s.statement.key for s in standing(engine)] == ["flood-2010"]
    assert len(all_ever_said(engine, key="flood-2009")) == 2
    assert say(engine, withdraw=[shock(999)]).withdrawn == 0
    say(engine, shock(50))
    assert [s.statement.key for s in standing(engine)] == ["flood-2009", "flood-2010"]


def test_a_kind_can_be_asked_for_alone_or_with_all_its_registers(engine: Engine) -> None:
    say(engine, shock(), Statement("register:stresses", "heat", {"title": "Heat"}), answer("1", "Ana"))
    assert [s.statement.key for s in standing(engine, kind="register:")] == ["flood-2009", "heat"]
    assert [s.statement.key for s in standing(engine, kind="register:stresses")] == ["heat"]


def test_a_form_handed_in_twice_counts_once_and_one_with_other_bytes_is_refused(engine: Engine) -> None:
    first = Submission("uuid:1", "a" * 64, "crpt", NOW, "Ana")
    assert not say(engine, answer("42", "Ana"), submission=first).repeated
    assert say(engine, answer("42", "Ana"), submission=first).repeated
    changed = Submission("uuid:1", "b" * 64, "crpt", LATER, "Ana")
    with pytest.raises(InputError) as refused:
        say(engine, answer("43", "Ana"), submission=changed)
    (problem,) = refused.value.problems
    assert "a" * 64 in problem.why
    assert "b" * 64 in problem.why
    assert submissions(engine) == [first]
    assert [s.statement.content["main"] for s in standing(engine)] == ["42"]
    assert standing(engine)[0].batch == "uuid:1"


def test_nothing_is_stored_of_a_call_that_cannot_be_stored_whole(engine: Engine) -> None:
    for wrong in ([shock(1), shock(2)], [shock(), shock(float("nan"), "x")], [shock(note="a\0b")]):
        with pytest.raises(InputError):
            say(engine, *wrong)
    with pytest.raises(InputError, match="needs a name"):
        say(engine, shock(), by="  ")
    assert all_ever_said(engine) == []


def test_rows_are_only_ever_added(engine: Engine) -> None:
    say(engine, shock(), submission=Submission("f", "c" * 64, "x", NOW, "Ana"))
    for change in ("UPDATE statements SET content = '{}'", "DELETE FROM submissions"):
        with pytest.raises(StoreError, match="only ever added"), writing(engine) as connection:
            connection.execute(text(change))
    assert altered_statements(engine) == []


def test_the_hash_of_a_city_holds_what_stands_and_comes_back_when_it_is_taken_back(engine: Engine) -> None:
    save(engine, observation())
    empty = content_hash(engine)
    say(engine, shock(50), answer("42", "Ana"))
    full = content_hash(engine)
    assert full != empty
    say(engine, answer("42", "Ana"), shock(50), at=LATER, by="Rui")
    assert content_hash(engine) == full
    say(engine, withdraw=[shock(), answer("", "Ana")])
    assert content_hash(engine) == empty


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.dictionaries(st.sampled_from("abcd"), st.integers(0, 3), max_size=4))
def test_the_last_word_on_each_thing_stands(engine: Engine, said: dict[str, int]) -> None:
    say(engine, *(shock(people, key) for key, people in said.items()))
    stands = {s.statement.key: s.statement.content["people_direct"] for s in standing(engine)}
    assert said.items() <= stands.items()
