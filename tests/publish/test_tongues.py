"""The report in other languages: every word of it, by the customs of each."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from tests.publish import city
from tests.publish.conftest import RealCity
from tests.publish.page import Page

from almena.packs.catalogue import Catalogue, Entry
from almena.packs.language import Language, language_of, speaking
from almena.publish.book import book_of
from almena.publish.editions import for_edition
from almena.publish.paper.brief_pdf import brief_content
from almena.publish.paper.content import as_plain
from almena.publish.paper.sheet_files import frame_words
from almena.publish.paper.sheets import SheetMaker
from almena.publish.report import render
from almena.publish.tongue import in_language, told_problem
from almena.publish.wording import (
    count_text,
    date_text,
    figure_texts,
    hours_text,
    listed,
    number_text,
    share_text,
    unit_text,
)

SEEN = ("aria-label", "alt", "content", "data-label")
COLUMNS = re.compile(
    r"campos: [^→]*|coluna \d+ '[^']*'|\b\w+ de \S+|OpenStreetMap contributors"
)  # names in files
KEYS = ("id", "kind", "map", "file", "symbol", "maker")
WORDS = re.compile(r"[^\W\d_]{2,}")
ENGLISH = re.compile(
    r"\b(the|of|and|is|are|not|with|people|has|have|which|from|was|were|this|that|inside|values|found|"
    r"row|rows|column|counted|year|years|left|known|share|city|flood|between|only|without)\b"
)


def page_in(language: str | Language, edition: str = "public") -> str:
    """Return the page of the invented city in a language."""
    with speaking(language):
        return render(book_of(city.material(edition)))


def shown(page: str) -> list[str]:
    """Return everything that a person may read or hear of a page."""
    found = Page(page)
    heard = [a[name] for _, a in found.tags for name in SEEN if name in a]
    return [" ".join(text.split()) for text in [*found.texts, *heard] if text.strip()]


def pseudo() -> Language:
    """Return a language that puts brackets around every text that is told."""
    real = language_of("pt").catalogue
    entries = tuple(
        Entry(e.context, e.one, e.many, tuple(f"⟦{t}⟧" for t in ((e.one, e.many) if e.many else (e.one,))))
        for e in real.entries
    )
    return Language("es", Catalogue(entries, real.form_of))


def outside(text: str) -> str:
    """Return what stands outside of all brackets."""
    before = ""
    while before != text:
        before, text = text, re.sub(r"⟦[^⟦⟧]*⟧", " ", text)
    return " ".join(text.split())


@pytest.mark.parametrize("edition", ["public", "city"])
def test_every_word_of_the_page_comes_from_the_catalogue(edition: str) -> None:
    own = _own_texts(edition)
    left = {
        word
        for text in shown(page_in(pseudo(), edition))
        for word in WORDS.findall(outside(text))
        if word not in own
    }
    assert left == set()


def _own_texts(edition: str) -> set[str]:
    """Return the words that belong to the run, not to the language: names, files, codes, and notes made up here."""
    material = city.material(edition)
    texts = [
        material.name,
        "Brasil",  # told by the Unicode repository, not by a catalogue
        "Almena",
        "observations.csv",
        "width=device-width, initial-scale=1",
    ]
    for source in material.sources:
        texts += [source.file, source.attribution, source.licence, source.role, source.url]
    for o in material.observations:
        texts += [
            o.method,
            o.indicator,
            o.place,
            o.place_name,
            o.reason,
            *o.notes,
            *(v for _, v in o.dimensions),
        ]
        texts += [str(c["name"]) for c in o.causes]
        for origin in o.origins:
            source = origin.source
            texts += [source.file, source.attribution, source.licence, origin.locator, *origin.steps]
    for card in material.cards.values():
        texts += [card.id, *card.codes, *(k.upper() for k in card.codes), *card.codes.values()]
    texts += [p.name for p in material.places.items]
    for problem in (*material.problems, *material.notes):
        texts += [problem.what, problem.where, problem.why, problem.remedy]
    texts += [t.detail for t in material.self_tests]
    dates = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre de y"
    return set(WORDS.findall(" ".join([*texts, dates, "withheld contributors cm mm km"])))


def test_the_frame_of_the_page_says_its_language() -> None:
    assert '<html lang="pt" dir="ltr">' in page_in("pt")
    assert '<html lang="en" dir="ltr">' in page_in("en")
    assert '<html lang="ar" dir="rtl">' in page_in("ar")


def test_the_portuguese_page_tells_the_story_in_portuguese() -> None:
    text = Page(page_in("pt")).text
    assert "Em um minuto" in text
    assert "Serve para decidir: recente, completo" in text
    assert "Não se pode dizer" in text
    assert "In one minute" not in text


@pytest.mark.parametrize(("language", "title"), [("es", "En un minuto"), ("fr", "En une minute")])
def test_other_languages_have_the_frame_and_english_where_they_lack_words(language: str, title: str) -> None:
    text = Page(page_in(language)).text
    assert title in text
    assert "In one minute" not in text


def test_the_english_page_is_the_same_whether_english_is_chosen_or_not() -> None:
    with speaking("en"):
        chosen = render(book_of(city.material()))
    assert chosen == render(book_of(city.material()))


def test_a_page_in_a_language_leaves_no_trace_in_the_next() -> None:
    first = page_in("en")
    page_in("pt")
    assert page_in("en") == first


def test_the_maps_show_the_same_shapes_with_other_words() -> None:
    with speaking("pt"):
        told = book_of(city.material()).jobs
    plain = book_of(city.material()).jobs
    assert [job.file for job in told] == [job.file for job in plain]
    assert [len(job.drawn) for job in told] == [len(job.drawn) for job in plain]
    legends = [[d.legend for d in job.legend] for job in told]
    assert "Assentamentos informais, contorno grosseiro" in {legend for job in legends for legend in job}


def test_long_explanations_of_a_map_stand_below_each_other_so_that_none_is_cut_off() -> None:
    with speaking("pt"):
        told = book_of(city.material()).jobs
    for job in [*told, *book_of(city.material()).jobs]:
        longest = max((len(d.legend) for d in job.legend), default=0)
        assert job.legend_columns == (1 if longest > 34 else 2)
    assert {job.legend_columns for job in told} == {1, 2}


def test_a_map_in_arabic_is_explained_in_the_page_since_the_painter_joins_no_letters() -> None:
    with speaking("ar"):
        book = book_of(city.material())
        page, jobs = render(book), book.jobs
    assert [job.legend for job in jobs] == [()] * len(jobs)
    assert any(job.explained for job in jobs)
    assert "[dir=rtl] .legend{display:block}" in page
    assert "المنطقة التي بلغتها المياه" in page


def test_the_style_knows_no_left_and_no_right() -> None:
    style = page_in("ar").split("<style>")[1].split("</style>")[0]
    assert (
        re.findall(r"(?:margin|padding|border)-(?:left|right)|(?<![\w-])(?:left|right|float)\s*:", style)
        == []
    )
    assert re.findall(r"text-align:(?:left|right)", style) == []
    for sides in re.findall(r"(?:margin|padding|border-width):([^;}]+)", style):
        values = sides.split()
        assert len(values) < 4 or values[1] == values[3], sides


@pytest.mark.parametrize(
    ("language", "number", "share", "date", "span", "names"),
    [
        ("en", "1,234,567.5", "12\u202f%", "2 May 2024", "2 to 10 May 2024", "a, b and c"),
        ("pt", "1.234.567,5", "12\u202f%", "2 de maio de 2024", "2 a 10 de maio de 2024", "a, b e c"),
        ("es", "1.234.567,5", "12\u202f%", "2 de mayo de 2024", "2 a 10 de mayo de 2024", "a, b y c"),
        ("fr", "1\u202f234\u202f567,5", "12\u202f%", "2 mai 2024", "2 à 10 mai 2024", "a, b et c"),
    ],
)
def test_numbers_dates_and_lists_follow_the_customs_of_the_language(
    language: str, number: str, share: str, date: str, span: str, names: str
) -> None:
    with speaking(language):
        assert number_text(1234567.5, 1) == number
        assert share_text(0.12) == share
        assert date_text("2024-05-02") == date
        assert date_text("2024-05-02/2024-05-10") == span
        assert listed("abc") == names


def test_portuguese_words_around_numbers() -> None:
    with speaking("pt"):
        assert figure_texts(152345.0, 135100.0, 170200.0, 0) == ("cerca de 152.000", "135.000–170.000")
        assert figure_texts(-1.0, -2.0, 1.0, 1)[1] == "−2,0 a 1,0"
        assert share_text(0.001) == "menos de 1\u202f%"
        assert hours_text(1) == "1\u00a0hora"
        assert hours_text(2.5) == "2,5\u00a0horas"
        assert unit_text("persons", 1) == "pessoa"
        assert unit_text("km2") == "km²"
        assert date_text("unknown") == "data desconhecida"
        assert date_text("2024-04/2024-05") == "abril a maio de 2024"
        assert count_text(3) == "três"
        assert listed(["a", "b", "c", "d"], most=2) == "a, b e mais 2"


def test_arabic_keeps_names_and_numbers_in_one_piece() -> None:
    with speaking("ar"):
        assert date_text("2024-05/2024-06").count("\u2068") == 2
    page = page_in("ar")
    assert "\u2068" in page
    assert "في دقيقة واحدة" in page


def test_values_ranges_and_names_stand_in_pieces_of_their_own() -> None:
    page = page_in("ar")
    ranges = re.findall(r"(<bdi>)?(?:\d[\d,.]*–\d[\d,.]*)(?:</bdi>)?(?:</small>|</span>)", page)
    assert len(ranges) > 10
    assert set(ranges) == {"<bdi>"}
    assert "<h1><bdi>Vale Claro</bdi></h1>" in page


def test_a_run_is_told_in_the_language_and_what_the_code_compares_stays() -> None:
    material = for_edition(city.material())
    with speaking("pt"):
        told = in_language(material)
    card, before = told.cards["identity.area"], material.cards["identity.area"]
    assert (card.title, card.definition) == ("Área da cidade", "Área geodésica do limite")
    assert (card.unit, card.denominator, card.component) == (
        before.unit,
        before.denominator,
        before.component,
    )
    assert told.roles["schools"].title == "Escolas"
    assert told.elements["mobility"].title == "Mobilidade"
    assert [o.reason for o in told.observations] == [o.reason for o in material.observations]
    assert [o.value for o in told.observations] == [o.value for o in material.observations]
    assert in_language(material) is material


def test_notes_and_remedies_of_values_are_retold() -> None:
    material = for_edition(city.material())
    remedy = material.cards["identity.area"].remedy
    changed = tuple(
        replace(o, notes=("the list may not be complete",), remedy=remedy) for o in material.observations
    )
    with speaking("pt"):
        told = in_language(replace(material, observations=changed))
    assert {o.notes for o in told.observations} == {("a lista pode não estar completa",)}
    areas = [o for o in told.observations if o.indicator == "identity.area"]
    assert {o.remedy for o in areas} == {"Carregar o polígono do limite"}


def test_a_problem_is_told_but_its_place_kept() -> None:
    from almena.model.problem import Problem

    problem = Problem("The file is empty.", "a.csv, row 3", "it holds no file", "Fetch it again.")
    with speaking("pt"):
        assert told_problem(problem) == Problem(
            "O arquivo está vazio.", "a.csv, linha 3", "não contém arquivo", "Baixe de novo."
        )


@pytest.mark.real
def test_no_english_is_left_in_the_portuguese_report_of_the_real_city(real_run: RealCity) -> None:
    with speaking("pt"):
        page = render(book_of(real_run.public))
    names = sorted(
        {
            text
            for s in real_run.public.sources
            for text in (s.attribution, s.licence, s.file, s.file.rsplit("/", 1)[-1])
            if text
        },
        key=len,
        reverse=True,
    )
    left = []
    for text in shown(page):
        for name in names:
            text = text.replace(name, " ")
        text = COLUMNS.sub(" ", text)
        if ENGLISH.search(text):
            left.append(text[:160])
    assert left == []


def texts_in(content: object) -> list[str]:
    """Return every text inside the data of a paper, without names of files and anchors."""
    if isinstance(content, str):
        return [content]
    if isinstance(content, dict):
        return [t for key, part in content.items() if key not in KEYS for t in texts_in(part)]
    return [t for part in content for t in texts_in(part)] if isinstance(content, (list, tuple)) else []


@pytest.mark.parametrize("event", [True, False])
def test_the_brief_and_the_sheets_of_the_invented_city_speak_portuguese(event: bool) -> None:
    material = city.material(event=event)
    with speaking("pt"):
        book = book_of(material)
        brief, sheets = brief_content(book), SheetMaker(book.desk).sheets()
        told = [*texts_in(brief), *texts_in(as_plain(sheets[0])), *frame_words(book.edition).values()]
    assert (brief["language"], brief["direction"]) == ("pt", "ltr")
    assert any(text.startswith("Síntese para a prefeitura") for text in told)
    assert "O que está errado ou falta nesta folha?" in told
    own = re.compile(r"OpenStreetMap contributors|Civil Defence of Vale Claro")
    assert [text for text in told if ENGLISH.search(own.sub(" ", text))] == []


def test_who_confirmed_a_value_is_told_with_the_verdict_in_the_language() -> None:
    material = replace(
        city.material(), confirmed_by={"identity.area": "confirmed by Ana Lúcia on 2026-11-20"}
    )
    with speaking("pt"):
        assert in_language(material).confirmed_by == {
            "identity.area": "confirmado por Ana Lúcia em 2026-11-20"
        }
