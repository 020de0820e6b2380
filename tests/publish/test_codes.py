"""Paper codes: short enough to copy by hand, and a slip of the pen shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almena.publish.paper.codes import LETTERS, PaperCode, check_sign, city_letters, read_code

texts = st.text(alphabet=LETTERS, min_size=1, max_size=14)


def test_the_check_sign_is_that_of_the_published_example() -> None:
    # The example of the Global Release Identifier, which uses ISO/IEC 7064, MOD 37,36: A1-2425G-ABC1234002-M.
    assert check_sign("A1-2425G-ABC1234002") == "M"
    assert check_sign("A12425GABC1234002") == "M"


@given(texts, st.data())
def test_every_single_wrong_sign_is_noticed(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from([s for s in LETTERS if s != text[place]]))
    assert check_sign(text[:place] + other + text[place + 1 :]) != check_sign(text)


def test_a_code_says_city_place_and_question() -> None:
    code = PaperCode("PA", 17, 2)
    assert code.text == f"PA-017-Q2-{check_sign('PA017Q2')}"
    assert PaperCode("PA", 1234, 11).text.startswith("PA-1234-Q11-")


@given(
    st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2),
    st.integers(1, 5000),
    st.integers(1, 99),
)
def test_what_is_printed_is_read_back(city: str, place: int, question: int) -> None:
    code = PaperCode(city, place, question)
    assert read_code(code.text) == code
    assert read_code(f"  {code.text.lower()} ") == code


def test_what_cannot_be_right_is_not_read() -> None:
    good = PaperCode("PA", 17, 2).text
    wrong_place = good.replace("017", "071")
    for text in (
        "",
        "PA",
        "PA-017-Q2",
        wrong_place,
        good[:-1] + "-",
        "PA-0x7-Q2-A",
        "PA-017-22-A",
        good + "-A",
    ):
        assert read_code(text) is None


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Porto Alegre", "PA"),
        ("Monaco", "MO"),
        ("Eldorado do Sul", "ED"),
        ("São Paulo", "SP"),
        ("Évora", "EV"),
        ("X", "XX"),
        ("東京", "XX"),
        ("Toyville (generated)", "TG"),
    ],
)
def test_a_city_is_told_by_two_plain_letters(name: str, letters: str) -> None:
    assert city_letters(name) == letters
