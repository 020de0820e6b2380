"""The language belongs to the task at hand."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from almena.model.problem import InputError
from almena.packs.language import count, first_spoken, from_table, language_of, say, speaking, spoken


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


def test_portuguese_is_spoken_with_its_plurals() -> None:
    with speaking("pt"):
        assert say("Sources: {names}", names="IBGE") == "Fontes: IBGE"
        assert count("{number} gap", "{number} gaps", 1) == "1 lacuna"
        assert count("{number} gap", "{number} gaps", 5) == "5 lacunas"
        assert say("a sentence that nobody wrote") == "a sentence that nobody wrote"


def test_a_text_of_a_table_is_told_by_its_table() -> None:
    with speaking("pt"):
        assert from_table("units", "state") == "estado"
        assert from_table("cards", "Area of the city") == "Área da cidade"
        assert from_table("roles", "Area of the city") == "Area of the city"
    assert from_table("cards", "Area of the city") == "Area of the city"


def test_names_and_numbers_are_kept_in_one_piece_in_arabic_only() -> None:
    with speaking("ar"):
        assert say("Sources: {names}", names="IBGE 2022") == "المصادر: \u2068IBGE 2022\u2069"
    with speaking("fr"):
        assert say("Sources: {names}", names="IBGE 2022") == "Sources : IBGE 2022"


def test_a_city_is_told_in_its_first_language_that_is_complete() -> None:
    assert first_spoken(("pt-BR", "en")) == "pt"
    assert first_spoken(("qu", "en", "pt")) == "en"
    assert first_spoken(("es", "pt")) == "pt"
    assert first_spoken(("es",)) == "en"
    assert first_spoken(()) == "en"


def test_each_language_writes_by_the_customs_of_its_locale() -> None:
    marks = {code: language_of(code).number_marks for code in ("en", "pt", "fr", "ar")}
    assert "1,234.5".translate(marks["en"]) == "1,234.5"
    assert "1,234.5".translate(marks["pt"]) == "1.234,5"
    assert "1,234.5".translate(marks["fr"]) == "1\u202f234,5"
    assert "1,234.5".translate(marks["ar"]) == "1,234.5"
