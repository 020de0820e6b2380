"""Raw values cast to the types that roles ask for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from almena.harmonise import casting
from almena.harmonise.casting import Cast, cast, text_array, text_of
from almena.harmonise.numbers import AmbiguousNumbersError
from almena.harmonise.words import reading_words


def column(*items: Any) -> np.ndarray[Any, Any]:
    values = np.empty(len(items), dtype=object)
    values[:] = items
    return values


def done(kind: str, *items: Any, **options: Any) -> Cast:
    return cast(column(*items), kind, **options)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (float("nan"), ""),
        (np.datetime64("NaT"), ""),
        (" Porto Alegre ", "Porto Alegre"),
        (43004229, "43004229"),
        (475.0, "475"),
        (0.94, "0.94"),
        (True, "yes"),
        (False, "no"),
        (["a", "é"], '["a", "é"]'),
        (np.datetime64("2024-05-05"), "2024-05-05"),
        (1e16, "1e+16"),
    ],
)
def test_values_become_texts_as_a_person_would_write_them(value: Any, text: str) -> None:
    assert text_of(value) == text


def test_texts_are_a_str_array_unless_that_would_waste_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    assert text_array(["a", "bcd"]).dtype == np.dtype("<U3")
    assert text_array([]).dtype.kind == "U"
    monkeypatch.setattr("almena.harmonise.casting.WIDE_TEXT_BYTES", 100)
    assert text_array(["a"] * 10 + ["b" * 50]).dtype == object


def test_integers_stay_whole_and_turn_to_float_only_when_some_are_missing() -> None:
    whole = done("integer", "885545", 12, "1.234.567")
    assert whole.values.dtype == np.int64
    assert whole.values.tolist() == [885545, 12, 1234567]
    partly = done("integer", 3, None, 5.0)
    assert partly.values.dtype == np.float64
    assert np.isnan(partly.values[1])
    assert not partly.bad.any()


def test_a_fraction_is_no_whole_number() -> None:
    result = done("integer", "3", "4,5")
    assert result.bad.tolist() == [False, True]
    assert np.isnan(result.values[1])


def test_numbers_from_numbers_from_texts_and_from_both() -> None:
    assert done("number", 1, 2.5, "3,5").values.tolist() == [1, 2.5, 3.5]
    assert cast(np.array([1, 2], dtype=np.int32), "number").values.dtype == np.float64
    assert done("number", "n/a", "...", "-", "7").values[3] == 7
    assert not done("number", "n/a", "...", "-", "7").bad.any()


def test_declared_missing_texts_count_for_typed_numbers_too() -> None:
    values = np.array([1.0, -9999.0, 3.0])
    result = cast(values, "number", missing=("-9999",))
    assert np.isnan(result.values).tolist() == [False, True, False]
    assert result.notes == ()
    assert values[1] == -9999.0  # the raw column is left alone


def test_an_undeclared_stand_in_is_taken_as_missing_and_said() -> None:
    result = done("number", "-9999", "12,5", "-9999")
    assert np.isnan(result.values).tolist() == [True, False, True]
    assert result.notes == ("2 values of -9999 are taken as missing (list them under `missing`)",)


def test_infinity_is_no_measurement() -> None:
    assert np.isnan(cast(np.array([np.inf, 1.0]), "number").values[0])


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ((1, 0, 1), [True, False, True]),
        (("sim", "não", "Sim"), [True, False, True]),
        (("YES", "no", "true"), [True, False, True]),
        ((1.0, 0.0), [True, False]),
        ((True, False), [True, False]),
    ],
)
def test_yes_and_no_in_several_languages(items: tuple[Any, ...], expected: list[bool]) -> None:
    result = done("boolean", *items)
    assert result.values.dtype == np.bool_
    assert result.values.tolist() == expected


def test_a_missing_yes_or_no_is_nan_and_a_strange_one_is_reported() -> None:
    result = done("boolean", 1, None, "perhaps", "unknown", missing=("unknown",))
    assert result.values.dtype == np.float64
    assert result.values[0] == 1.0
    assert np.isnan(result.values[1:]).all()
    assert result.bad.tolist() == [False, False, True, False]


def test_a_boolean_array_passes() -> None:
    assert cast(np.array([True, False]), "boolean").values.dtype == np.bool_


def test_dates_have_days_and_times_have_seconds() -> None:
    assert done("date", "2024-05-05 13:00").values.dtype == np.dtype("datetime64[D]")
    assert done("time", "2024-05-05 13:00").values.dtype == np.dtype("datetime64[s]")
    typed = cast(np.array(["2024-05-05T12:00"], dtype="datetime64[ms]"), "date")
    assert typed.values.tolist()[0].isoformat() == "2024-05-05"
    assert not done("date", "0000-00-00", "", "2024-05-05").bad.any()


def test_text_keeps_words_that_numbers_would_drop() -> None:
    assert done("text", "NA", "-", None, "x ", missing=("-",)).values.tolist() == ["NA", "", "", "x"]


def test_any_leaves_values_as_they_are() -> None:
    assert done("any", {"a": 1}, 2).values.tolist() == [{"a": 1}, 2]


BARE = st.sampled_from(
    ["", "1", "-3.5", "2.25e-05", "1.234", "12.5", "1e+3", "-", ".", "..", "1.2.3", "-999", "+7", "0012"]
)


@given(st.lists(BARE, min_size=1, max_size=30), st.booleans())
def test_the_quick_way_for_tables_of_machines_reads_what_the_careful_way_reads(
    texts: list[str], whole: bool
) -> None:
    """A column that holds a strange word besides is always read the careful way; without it nothing may differ."""

    def read(items: list[str]) -> Any:
        """Return numbers, bad cells and notes, or the complaint."""
        try:
            found = cast(column(*items), "integer" if whole else "number")
        except AmbiguousNumbersError as error:
            return str(error)
        return repr(found.values.astype(float).tolist()), found.bad.tolist(), found.notes

    quick = read(texts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(casting, "_is_bare", lambda *_: False)
        careful = read(texts)
    assert quick == careful


@pytest.mark.parametrize("item", [" 1", "1 ", "1*", "1\n2", "12 %", "1,5", "n/a", None, 3, 2.5, True])
def test_one_cell_with_a_blank_a_mark_or_a_type_of_its_own_is_read_with_care(item: Any) -> None:
    assert not casting._is_bare(["1", item], reading_words("missing_number"))
    assert casting._is_bare(["1", "", "-2.5"], reading_words("missing_number"))
