"""What named persons say of values, and what that means for the values after them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from store_examples import LATER, NOW, neighbourhood, observation, save

from almena.model.problem import InputError, StoreError
from almena.store.database import writing
from almena.store.observations import current, history
from almena.store.reviews import review
from almena.store.rows import Review, StoredObservation


def say(engine: Engine, *rows: int, **how: Any) -> tuple[Review, ...]:
    return review(engine, rows, **{"verdict": "confirmed", "by": "Ana", "why": "counted", "at": NOW, **how})


def only(engine: Engine) -> StoredObservation:
    (stored,) = current(engine)
    return stored


def test_a_confirmed_value_is_shown_as_confirmed_and_kept_as_it_was(engine: Engine) -> None:
    save(engine, observation())
    assert only(engine).status == "modelled"
    assert say(engine, 1) == (Review(1, "confirmed", "Ana", "counted", NOW),)
    stored = only(engine)
    assert (stored.status, stored.shown.status, stored.observation.status) == (
        "confirmed",
        "confirmed",
        "modelled",
    )
    assert stored.review == Review(1, "confirmed", "Ana", "counted", NOW)


def test_the_latest_word_counts_and_the_earlier_ones_are_listed(engine: Engine) -> None:
    save(engine, observation())
    say(engine, 1)
    say(engine, 1, verdict="rejected", by="Rui", why="the register is of 2019", at=LATER)
    stored = only(engine)
    assert stored.status == "rejected"
    assert [(r.verdict, r.by, r.why, r.at) for r in stored.reviews] == [
        ("confirmed", "Ana", "counted", NOW),
        ("rejected", "Rui", "the register is of 2019", LATER),
    ]


def test_the_latest_word_is_the_last_one_written_whatever_the_clock_said(engine: Engine) -> None:
    save(engine, observation())
    say(engine, 1, at=LATER)
    say(engine, 1, verdict="rejected", at=NOW)
    assert only(engine).status == "rejected"


def test_a_review_does_not_carry_over_to_a_changed_value_but_is_listed(engine: Engine) -> None:
    save(engine, observation(71.5))
    say(engine, 1)
    save(engine, observation(80.0))
    stored = only(engine)
    assert (stored.status, stored.review, stored.reviews) == ("modelled", None, ())
    assert [(r.observation_id, r.verdict) for r in stored.earlier_reviews] == [(1, "confirmed")]
    old, new = history(engine, observation().indicator)
    assert (old.status, new.status) == ("confirmed", "modelled")
    assert (old.earlier_reviews, new.reviews) == ((), ())
    say(engine, 2, verdict="rejected")
    old, new = history(engine, observation().indicator)
    assert (old.status, old.earlier_reviews, new.status) == ("confirmed", (), "rejected")


def test_a_review_survives_a_run_that_finds_the_same(engine: Engine) -> None:
    save(engine, observation())
    say(engine, 1)
    save(engine, observation(), at=LATER)
    assert only(engine).status == "confirmed"


def test_a_review_speaks_of_its_own_place_only(engine: Engine) -> None:
    save(engine, observation(), neighbourhood(1), neighbourhood(2))
    say(engine, 2)
    assert [s.status for s in current(engine)] == ["modelled", "confirmed", "modelled"]
    assert [len(s.earlier_reviews) for s in current(engine)] == [0, 0, 0]


def test_several_values_are_reviewed_at_once_and_each_only_once(engine: Engine) -> None:
    save(engine, observation(), neighbourhood(1))
    assert len(say(engine, 1, 2, 1)) == 2
    assert [s.status for s in current(engine)] == ["confirmed", "confirmed"]


def test_reviewing_nothing_is_nothing(engine: Engine) -> None:
    assert say(engine) == ()


def test_names_and_reasons_lose_the_blanks_around_them(engine: Engine) -> None:
    save(engine, observation())
    (said,) = say(engine, 1, by=" Ana ", why="  because\n")
    assert (said.by, said.why) == ("Ana", "because")


@pytest.mark.parametrize(
    "how, expected",
    [
        ({"verdict": "perhaps"}, "'perhaps' is not a verdict"),
        ({"by": "  "}, "needs a name"),
        ({"at": "yesterday"}, "not ISO 8601"),
        ({"why": "a\0"}, "cannot be stored"),
    ],
)
def test_a_review_that_cannot_be_used_is_refused(engine: Engine, how: dict[str, str], expected: str) -> None:
    save(engine, observation())
    with pytest.raises(InputError, match=expected):
        say(engine, 1, **how)
    assert only(engine).reviews == ()


def test_wrong_words_are_named_together(engine: Engine) -> None:
    with pytest.raises(InputError) as caught:
        say(engine, 1, verdict="", by="")
    assert len(caught.value.problems) == 2


def test_rows_that_cannot_be_reviewed_are_named_together_and_nothing_is_stored(engine: Engine) -> None:
    save(engine, observation(1.0), neighbourhood(1), neighbourhood(2, None))
    save(engine, observation(2.0), neighbourhood(2, None))  # row 4 replaces row 1, row 5 closes row 2
    with pytest.raises(InputError) as caught:
        say(engine, 1, 2, 3, 4, 5, 6)
    assert [(p.where, p.what) for p in caught.value.problems] == [
        ("observation 1", "The value is no longer current"),
        ("observation 2", "The value is no longer current"),
        ("observation 3", "The observation is a gap"),
        ("observation 5", "The value is no longer current"),
        ("observation 6", "There is no such observation"),
    ]
    assert [s.reviews for s in current(engine)] == [(), ()]


@pytest.mark.parametrize("change", ["UPDATE reviews SET verdict = 'confirmed'", "DELETE FROM reviews"])
def test_the_database_itself_refuses_to_change_a_review(engine: Engine, change: str) -> None:
    save(engine, observation())
    say(engine, 1, verdict="rejected")
    with pytest.raises(StoreError, match="only ever added"), writing(engine) as connection:
        connection.execute(text(change))
    assert only(engine).status == "rejected"


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40))
def test_any_words_are_kept_as_text(engine: Engine, words: str) -> None:
    save(engine, observation(), complete_for=())
    (said,) = say(engine, only(engine).id, by=f"x{words}x", why=f"={words}'")
    stored = only(engine).review
    assert stored == said
    assert (said.by, said.why) == (f"x{words}x", f"={words}'")
