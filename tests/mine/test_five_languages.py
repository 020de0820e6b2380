"""What a planner reads in a paragraph, in five languages."""

from __future__ import annotations

import pytest

from mine.reading import figures

CASES = [
    (
        "pt",
        "Rosário",
        "O município de Rosário tem 2,3 milhões de habitantes (Censo 2022).",
        (2.3e6, "persons", "Rosário", "2022", "value"),
    ),
    (
        "pt",
        "Rosário",
        "Rosário: a densidade demográfica era de 1.706,9 hab./km² em 2022.",
        (1706.9, "persons/km2", "Rosário", "2022", "value"),
    ),
    (
        "pt",
        "Rosário",
        "Rosário quer crescer. A meta é chegar a 95% até 2030.",
        (95, "%", "Rosário", "2030", "target"),
    ),
    (
        "pt",
        "Rosário",
        "Na cidade de Rosário a enchente de 2024 deixou 38 mil desabrigados.",
        (38000, "persons", "Rosário", "2024", "value"),
    ),
    (
        "en",
        "Mombasa",
        "The city of Mombasa had a population of 1,208,333 in 2019.",
        (1208333, "persons", "Mombasa", "2019", "value"),
    ),
    (
        "en",
        "Mombasa",
        "Mombasa's emissions were 1.2 million tCO2e in 2019.",
        (1.2e6, "t CO2e", "Mombasa", "2019", "value"),
    ),
    (
        "en",
        "Mombasa",
        "Sewer coverage in Mombasa will reach 40 % by 2030.",
        (40, "%", "Mombasa", "2030", "target"),
    ),
    (
        "es",
        "Rosario",
        "La ciudad de Rosario tiene 948.312 habitantes según el Censo 2010.",
        (948312, "persons", "Rosario", "2010", "value"),
    ),
    (
        "fr",
        "Saint-Louis",
        "La ville de Saint-Louis compte 254 171 habitants en 2019.",
        (254171, "persons", "Saint-Louis", "2019", "value"),
    ),
    (
        "ar",
        "صفاقس",
        "بلغ عدد سكان مدينة صفاقس 330440 نسمة في عام 2014.",
        (330440, "persons", "صفاقس", "2014", "value"),
    ),
    ("ar", "صفاقس", "بلغ معدل البطالة في صفاقس ١٢٫٤٪ في عام 2021.", (12.4, "%", "صفاقس", "2021", "value")),
]


@pytest.mark.parametrize(("language", "city", "text", "expected"), CASES)
def test_a_statement_is_found_with_unit_place_and_time(language, city, text, expected):
    found = [(c.value, c.unit, c.place, c.period, c.kind) for c in figures(text, language, city)]
    assert expected in found


TEMPTING = [
    ("pt", "A Lei nº 10.257 de 2001 vale em Rosário."),
    ("pt", "Em Rosário a tarifa de ônibus é de R$ 4,80."),
    ("pt", "Por exemplo, uma cidade com 100 mil habitantes precisa de 20 escolas, como Rosário."),
    ("pt", "Em Rosário a cobertura não chega a 40% da população."),
    ("pt", "O recomendado pela OMS é 25 µg/m³ em Rosário."),
    ("en", "The bus fare in Rosário is $ 50."),
    ("en", "See page 45 and Table 12 of Act No. 1234 for Rosário."),
    ("fr", "Rosário : voir la loi n° 2015-991 et l'article 12."),
]


@pytest.mark.parametrize(("language", "text"), TEMPTING)
def test_what_only_looks_like_a_value_is_left_alone(language, text):
    assert figures(text, language, "Rosário") == []


@pytest.mark.parametrize(
    ("language", "text", "place"),
    [
        ("pt", "Rosário fica perto. Curitiba tem 1,9 milhão de habitantes.", "Curitiba"),
        (
            "pt",
            "Rosário cresce. Na região metropolitana vivem 4,3 milhões de pessoas.",
            "metropolitan region",
        ),
        ("pt", "Rosário cresce. No Brasil, 55% da população tem coleta de esgoto.", "Brazil"),
        ("en", "Rosário grows. In Kenya, 59% of households have piped water.", "Kenya"),
    ],
)
def test_another_place_is_not_the_city(language, text, place):
    found = figures(text, language, "Rosário")
    assert [(c.place, c.stance) for c in found] == [(place, "other_place")]


def test_both_ends_of_a_change_keep_their_year():
    text = "A população de Rosário cresceu entre 2000 e 2010, passando de 253.059 para 336.038 habitantes."
    found = {(c.value, c.period) for c in figures(text, "pt", "Rosário")}
    assert {(253059, "2000"), (336038, "2010")} & found


def test_the_same_document_gives_the_same_ids_and_verbatim_quotations():
    text = "The city of Mombasa had 14 hospitals in 2019."
    first, again = figures(text, "en", "Mombasa"), figures(text, "en", "Mombasa")
    assert [c.id for c in first] == [c.id for c in again]
    assert all(c.quotation in text for c in first)
