"""Words as documents hold them, compared as people mean them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almena.geo.prose import alike, folded, language_of, repaired, stands_in


def test_ligatures_soft_hyphens_and_spaces_are_repaired() -> None:
    assert repaired("eﬁ\u00adciência  de\u00a03\u202f000\nm³") == "eficiência de 3 000 m³"
    assert repaired("ﻣﺪﻳﻨﺔ") == "مدينة"


@given(st.text())
def test_repairing_twice_changes_nothing(text: str) -> None:
    assert repaired(repaired(text)) == repaired(text)


@given(st.text(min_size=1))
def test_every_text_that_is_not_blank_stands_in_itself(text: str) -> None:
    assert stands_in(text, f"x {text} y") or not alike(text)


def test_quotations_are_compared_by_words_and_not_by_typography() -> None:
    page = "A cobertura – segundo o “plano” – é de 95,3\u00a0%."
    assert stands_in('cobertura - segundo o "plano"', page)
    assert stands_in("95,3 %", page)
    assert not stands_in("95,4 %", page)
    assert not stands_in(" ", page)


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("inundação", "Inundações"),
        ("nível", "níveis"),
        ("municipal", "municipais"),
        ("cidade", "CIDADES"),
        ("ciudad", "ciudades"),
        ("inundación", "inundaciones"),
        ("city", "cities"),
        ("loss", "losses"),
        ("réseau", "réseaux"),
        ("rio", "rios"),
        ("أضرار", "اضرار"),
    ],
)
def test_one_and_many_fold_alike(one: str, many: str) -> None:
    assert folded(one) == folded(many)


def test_different_words_stay_apart_and_figures_are_whole() -> None:
    assert len({folded(w) for w in ("rio", "rua", "risco", "mar", "mês")}) == 5
    assert folded("1.332.845 pessoas em 2022, 95,3%") == ("1.332.845", "pessoa", "em", "2022", "95,3")
    assert folded("٢٠٢٤") == ("2024",)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pt", "O plano não define as metas da cidade para os rios, mas são muitas."),
        ("es", "El plan no define las metas de la ciudad para los ríos, pero son muchas y también."),
        ("en", "The plan does not set the targets of the city for its rivers, but there are many."),
        ("fr", "Le plan ne fixe pas les objectifs de la ville pour les fleuves, mais ils sont nombreux."),
        ("ar", "لا تحدد الخطة أهداف المدينة في هذا العام ولكن من بين ما تم ذلك على الأنهار"),
        ("", "Bairro Centro 39.154 Glória 12.345"),
        ("", "Die Stadt hat keinen Plan für ihre Flüsse und Häuser im Tal."),
    ],
)
def test_the_language_is_found_by_its_small_words(language: str, text: str) -> None:
    assert language_of([text]) == language
