"""Writers side by side: what they share is made once, and nobody waits for himself."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

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
