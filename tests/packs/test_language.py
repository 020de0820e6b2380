"""The language belongs to the task at hand."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from almena.model.problem import InputError
from almena.packs.language import count, language_of, say, speaking, spoken


def test_english_is_spoken_unless_another_language_is_chosen() -> None:
    assert spoken().code == "en"
    assert say("{who} asks", who="Ana") == "Ana asks"
    assert count("{number} school", "{number} schools", 1) == "1 school"
    assert count("{number} school", "{number} schools", 2) == "2 schools"


def test_a_language_lasts_as_long_as_its_block() -> None:
    with speaking("pt-BR") as chosen:
        assert spoken() is chosen
        assert chosen.code == "pt"
    assert spoken().code == "en"


def test_a_language_of_one_thread_is_not_that_of_another() -> None:
    with speaking("ar"), ThreadPoolExecutor(1) as pool:
        assert spoken().direction == "rtl"
        assert pool.submit(lambda: spoken().code).result() == "en"


def test_an_unknown_language_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(InputError, match="does not speak tlh"):
        language_of("tlh")


def test_braces_without_fields_are_left_alone() -> None:
    assert say("a {literal} brace") == "a {literal} brace"
