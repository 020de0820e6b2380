"""Writers side by side: what they share is made once, and nobody waits for himself."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from almena.model.data import RoleData
from almena.model.shelf import Shelf


def test_many_who_ask_at_once_get_the_one_thing_that_was_made() -> None:
    shelf, made = Shelf(), []

    def slowly() -> object:
        made.append(1)
        time.sleep(0.02)
        return object()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: shelf.once("thing", slowly), range(8)))
    assert made == [1]
    assert len({id(one) for one in found}) == 1


def test_a_thing_may_ask_for_another_while_it_is_made() -> None:
    shelf = Shelf()
    assert shelf.once("outer", lambda: 1 + shelf.once("inner", lambda: 1)) == 2
    assert shelf.once("inner", lambda: 5) == 1


def test_what_could_not_be_made_is_tried_again() -> None:
    shelf = Shelf()
    with pytest.raises(ZeroDivisionError):
        shelf.once("thing", lambda: 1 // 0)
    assert shelf.once("thing", lambda: 7) == 7


def test_what_is_made_of_something_else_is_made_anew_and_takes_the_place_of_the_old() -> None:
    shelf, town, village = Shelf(), object(), object()
    assert shelf.once("people", lambda: 1, (town,)) == 1
    assert shelf.once("people", lambda: 2, (town,)) == 1
    assert shelf.once("people", lambda: 3, (village,)) == 3
    assert shelf.once("people", lambda: 4, (town,)) == 4


def test_two_things_that_are_equal_are_not_the_same() -> None:
    shelf = Shelf()
    assert shelf.once("length", lambda: "first", ([1],)) == "first"
    assert shelf.once("length", lambda: "second", ([1],)) == "second"


def test_a_changed_copy_of_what_remembers_begins_anew() -> None:
    first = RoleData(role="schools")
    assert first.once("number", lambda: 1) == 1
    assert first.once("number", lambda: 2) == 1
    assert first.with_(date="2024").once("number", lambda: 3) == 3
    assert first == RoleData(role="schools")  # what is remembered is no part of the content
