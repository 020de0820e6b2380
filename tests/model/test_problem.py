"""Problems said so that a person can mend them."""

from __future__ import annotations

import pytest

from almena.model.problem import AlmenaError, InputError, Problem, StoreError, raise_all

ONE = Problem("The file cannot be read", "schools.csv, row 3", "it is empty", "Save it again")


def test_a_problem_says_what_where_why_and_what_to_do() -> None:
    assert str(ONE).splitlines() == [
        "The file cannot be read",
        "  where: schools.csv, row 3",
        "  why:   it is empty",
        "  do:    Save it again",
    ]
    assert str(Problem("Only this")) == "Only this"
    assert ONE.as_dict() == {
        "what": "The file cannot be read",
        "where": "schools.csv, row 3",
        "why": "it is empty",
        "remedy": "Save it again",
    }


def test_an_error_carries_all_that_was_found() -> None:
    error = InputError(ONE, Problem("And this"))
    assert error.problems == (ONE, Problem("And this"))
    assert "And this" in str(error)


def test_errors_can_be_caught_by_what_they_are() -> None:
    assert isinstance(InputError(ONE), AlmenaError | ValueError)
    assert issubclass(InputError, AlmenaError)
    assert issubclass(InputError, ValueError)
    assert issubclass(StoreError, RuntimeError)
    assert isinstance(InputError.of("x", "y", "z", "w"), InputError)
    assert AlmenaError.of("x", "y", "z", "w").problems == (Problem("x", "y", "z", "w"),)


def test_nothing_is_raised_for_no_problem_and_all_for_several() -> None:
    raise_all([])
    raise_all(iter(()))
    with pytest.raises(InputError) as caught:
        raise_all(iter((ONE, ONE)))
    assert len(caught.value.problems) == 2


def test_equal_problems_can_be_told_once() -> None:
    assert len(dict.fromkeys([ONE, Problem(*ONE.as_dict().values())])) == 1
