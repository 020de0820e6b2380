"""What the deep rooms wrote down in English is told again in the reader's language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almena.packs.catalogue import Catalogue, Entry
from almena.packs.language import Language, speaking
from almena.packs.retelling import Retelling, retell, shape_of

PAIRS = {
    "the outline moved by {metres} m": "a mancha deslocada {metres} m",
    "{part} of {whole}": "{part} de {whole}",
    "{part} of {whole} schools are left out": "{part} de {whole} escolas ficam de fora",
    "no position": "sem posição",
    "hospitals": "hospitais",
    "row {row}": "linha {row}",
    "a trend needs {years} years; {note}": "uma tendência precisa de {years} anos; {note}",
    "{name} fills the role {role}": "o papel {role} é de {name}",
}
MARKS = str.maketrans({",": ".", ".": ","})


def catalogue() -> Catalogue:
    """Return a small catalogue of stored sentences."""
    return Catalogue(tuple(Entry("stored", one, "", (told,)) for one, told in PAIRS.items()))


def tell(text: str) -> str:
    """Return a text in the small language."""
    return Retelling(catalogue(), MARKS).tell(text)


def test_a_sentence_without_places_is_told_as_a_whole() -> None:
    assert tell("no position") == "sem posição"


def test_places_are_filled_in_the_order_of_the_other_language() -> None:
    assert tell("a.csv fills the role schools") == "o papel schools é de a.csv"


def test_what_fills_a_place_is_told_too() -> None:
    assert tell("hospitals fills the role schools") == "o papel schools é de hospitais"


def test_joined_sentences_are_told_one_by_one() -> None:
    assert tell("no position; row 7; strange") == "sem posição; linha 7; strange"


def test_a_pattern_does_not_reach_over_the_joint_between_two_sentences() -> None:
    assert tell("row 3; row 4") == "linha 3; linha 4"


def test_a_pattern_with_a_joint_of_its_own_holds_several_sentences() -> None:
    assert tell("a trend needs 9 years; no position; row 2") == (
        "uma tendência precisa de 9 anos; sem posição; linha 2"
    )


def test_numbers_follow_the_customs_of_the_language() -> None:
    assert tell("the outline moved by 1,234.5 m") == "a mancha deslocada 1.234,5 m"
    assert tell("1,234 of 5,678") == "1.234 de 5.678"


@pytest.mark.parametrize("text", ["2024-05-06", "1.2.3", "12,34", "v1.5"])
def test_what_only_looks_like_a_number_stays(text: str) -> None:
    assert tell(text) == text


def test_the_pattern_with_most_words_of_its_own_goes_first() -> None:
    assert tell("3 of 9 schools are left out") == "3 de 9 escolas ficam de fora"


def test_a_pattern_with_hardly_a_word_is_used_only_where_all_parts_are_known() -> None:
    assert tell("hospitals of row 3") == "hospitais de linha 3"
    assert tell("the king of Spain") == "the king of Spain"


def test_what_no_pattern_fits_stays_english() -> None:
    assert tell("something new: a wonder") == "something new: a wonder"


def test_a_stop_at_the_end_is_kept() -> None:
    assert tell("no position.") == "sem posição."


def test_sentences_that_are_said_elsewhere_are_no_stored_ones() -> None:
    said = Catalogue((Entry("", "no position", "", ("não",)), Entry("stored", "half done {x}", "", ("",))))
    assert Retelling(said, {}).tell("no position") == "no position"
    assert Retelling(said, {}).tell("half done 3") == "half done 3"


def test_english_is_left_alone_and_the_language_of_the_task_decides() -> None:
    assert retell("no position") == "no position"
    with speaking(Language("pt", catalogue())):
        assert retell("no position") == "sem posição"
        assert retell("") == ""
    with speaking("pt"):
        assert retell("the list may not be complete") == "a lista pode não estar completa"


def test_the_same_place_twice_must_hold_the_same() -> None:
    shape = shape_of("{a} or {b} or {a}")
    assert shape.fullmatch("x or y or x")
    assert not shape.fullmatch("x or y or z")


@given(st.text(max_size=60))
def test_no_text_whatever_breaks_the_telling(text: str) -> None:
    assert isinstance(tell(text), str)


@given(st.sampled_from(["no position", "hospitals"]), st.integers(1, 10**6))
def test_a_filled_pattern_is_always_recognised(thing: str, number: int) -> None:
    told = {"no position": "sem posição", "hospitals": "hospitais"}[thing]
    assert tell(f"{thing}; row {number}") == f"{told}; linha {number}"


def test_a_sentence_after_a_lead_in_may_hold_the_same_joint() -> None:
    pairs = {"at least": "no mínimo", "the map may lack some: not mapped is not none": "podem faltar alguns"}
    small = Catalogue(tuple(Entry("stored", one, "", (told,)) for one, told in pairs.items()))
    text = "at least: the map may lack some: not mapped is not none"
    assert Retelling(small, MARKS).tell(text) == "no mínimo: podem faltar alguns"


def test_patterns_are_tried_in_one_order_however_often_a_beginning_comes_back() -> None:
    retelling = Retelling(catalogue(), MARKS)
    texts = ["3 of 4", "3 of 4 schools are left out", "row 3", "3 of 4"]
    for text in texts:
        by_rank = sorted(retelling._candidates(text), key=lambda p: p.rank)
        assert retelling._candidates(text) == by_rank
        assert retelling.tell(text) == tell(text)
