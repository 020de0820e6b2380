"""The same answers by call, workbook, form on a phone and paper are stored alike, to the last digit."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.ask.town_hall import form, instrument
from tests.ask.ways import Given, as_csv, as_json, called, checked, into_export, into_workbook, typed_back

from almena.app.handed_in import read_forms
from almena.ask.numbers import tidy
from almena.model.question import LIST_OF, MARKS, Question

WHOLE = instrument()


def _number(low: float | None = None, high: float | None = None) -> st.SearchStrategy[int | float]:
    floats = st.floats(-1e9 if low is None else low, 1e9 if high is None else high, allow_nan=False)
    return floats.map(lambda x: tidy(x if abs(x) > 1e-6 else 0.0))


PLAIN = st.characters(exclude_categories=("Cc", "Cs", "Co", "Cn", "Zl", "Zp"), exclude_characters="\ufeff")
WORDS = st.one_of(
    st.sampled_from(["=1+1", "@SUM(A1)", "+55 51", "-12", "0012", "12,5", "n/d", "linha 1\nlinha 2", 'dito "x"; y']),
    st.text(PLAIN, min_size=1, max_size=40),
).map(lambda text: __import__("unicodedata").normalize("NFC", text).strip()).filter(bool)  # fmt: skip


def values_of(question: Question) -> st.SearchStrategy[Any]:
    """Return answers of a type, as they are stored."""
    ids = [c.id for c in question.choices]
    cells = _number(question.low, question.high) if question.unit else st.sampled_from(ids) if ids else WORDS
    years = st.dictionaries(st.integers(1950, 2030).map(str), _number(question.low), min_size=1, max_size=6)
    years = years.map(lambda found: {year: found[year] for year in sorted(found)})
    return {
        "text": WORDS,
        "number": _number(question.low, question.high),
        "percent": _number(0, 100),
        "single": st.sampled_from(ids or [""]),
        "yes_no": st.sampled_from(ids or [""]),
        "multiple": st.sets(st.sampled_from(ids or [""]), min_size=1).map(lambda s: [i for i in ids if i in s]),
        "trend": st.builds(
            lambda step, found: ({"step": step} if ids else {}) | {"years": found},
            st.sampled_from(ids or [""]), years,
        ),
        "table": st.sets(
            st.sampled_from([(r.id, c.id) for r in question.rows for c in question.columns] or [("", "")]), min_size=1
        ).flatmap(lambda keys: st.fixed_dictionaries(dict.fromkeys(keys, cells))).map(lambda t: _nested(question, t)),
    }[question.answer]  # fmt: skip


def _nested(question: Question, flat: dict[tuple[str, str], Any]) -> dict[str, dict[str, Any]]:
    table: dict[str, dict[str, Any]] = {}
    for row in question.rows:
        for column in question.columns:
            if (row.id, column.id) in flat:
                table.setdefault(row.id, {})[column.id] = flat[row.id, column.id]
    return table


def marks_of(question: Question) -> st.SearchStrategy[dict[str, Any]]:
    """Return what may be said beside an answer."""
    lists = {mark: st.sampled_from([c.id for c in WHOLE.lists[mark]]) for mark in LIST_OF}
    lists["status"] = st.sampled_from(["complete", "incomplete", "alternative"])
    if question.kind == "rq":
        del lists["colour"]
    more = {"year": st.integers(1950, 2030), "source": WORDS, "comment": WORDS}
    return st.fixed_dictionaries({}, optional={**lists, **more})


@st.composite
def filled(draw: st.DrawFn) -> Given:
    """Return a form with some questions answered."""
    chosen = draw(st.sets(st.sampled_from(WHOLE.questions), min_size=1))
    return {q.id: {"value": draw(values_of(q)), **draw(marks_of(q))} for q in WHOLE.questions if q in chosen}


def stored(path: Path) -> Any:
    """Return what would be stored of a file, by question; nothing may be refused."""
    (handed,) = read_forms(path, WHOLE)
    found = checked(handed)
    assert found.refused == ()
    return found.statements


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(answers=filled())
def test_every_way_stores_the_same(answers: Given, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("ways")
    asked = form()
    expected = sorted(checked(called(answers)).statements, key=lambda s: s.key)
    assert [s.key for s in expected] == sorted(answers)
    (folder / "a.json").write_bytes(as_json(asked, answers))
    (folder / "b.csv").write_bytes(as_csv(into_export(asked, answers)))
    (folder / "c.csv").write_bytes(as_csv(into_export(asked, answers, prefix="g_x-", split=False), ","))
    (folder / "d.csv").write_bytes(typed_back(asked, answers))
    into_workbook(asked, answers, folder / "e.xlsx")
    for file in sorted(folder.iterdir()):
        assert sorted(stored(file), key=lambda s: s.key) == expected, file.name


EVERY: Given = {
    "demo.5.1.1.1": {"value": {"primary roads": {"lit": 33.3333333333333, "working": 90}, "squares": {"lit": 0.1}}},
    "demo.5.1.1.2": {"value": "seasonal", "colour": "yellow", "quality": "mid", "importance": "essential"},
    "demo.5.1.1.3": {"value": "no", "year": 2021},
    "demo.5.1.1.4": {"value": {"step": "stable", "years": {"2015": 71.25, "2020": 70}}, "scale": "local"},
    "demo.5.1.1.5": {"value": ["money", "other-things"], "comment": "=SUM(1;2)"},
    "demo.5.1.1.6": {"value": {"care": {"quality": "none"}}},
    "demo.3.2.1.1": {"value": 97.25, "source": "Annual report, p. 12", "source_type": "official"},
    "demo.3.2.1.2": {"value": 1234.5, "status": "alternative"},
    "demo.3.2.1.3": {"value": "Wells fell dry.\nTwo schools closed."},
    "demo.3.2.1.4": {"value": {"1": {"what": "+flood", "days": "12"}}},
    "demo.3.2.1.5": {"value": {"years": {"2019": 41.5}}},
}  # fmt: skip


def test_all_types_are_stored_as_they_were_answered() -> None:
    found = {s.key: s for s in checked(called(EVERY)).statements}
    assert {key: one.content["value"] for key, one in found.items()} == {
        k: v["value"] for k, v in EVERY.items()
    }
    assert found["demo.3.2.1.1"].source == "Annual report, p. 12"
    assert found["demo.3.2.1.1"].content["status"] == "complete"
    assert found["demo.3.2.1.2"].content["unit"] == "km"
    assert found["demo.3.2.1.2"].voice == "Ana, public works"


@pytest.mark.slow
def test_a_workbook_saved_again_by_libreoffice_says_the_same(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    into_workbook(form(), EVERY, tmp_path / "filled.xlsx")
    before = stored(tmp_path / "filled.xlsx")
    home = f"-env:UserInstallation=file://{tmp_path / 'home'}"
    subprocess.run(
        [office, home, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir",
         tmp_path / "again", tmp_path / "filled.xlsx"], check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    assert stored(tmp_path / "again" / "filled.xlsx") == before


def test_an_export_as_a_workbook_says_the_same(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in into_export(form(), EVERY, prefix="g_q/d_q/"):
        book.active.append(row)
    for cell in book.active[2]:
        if isinstance(cell.value, str):
            cell.data_type = "s"
    book.save(tmp_path / "export.xlsx")
    assert set(MARKS) <= {m for said in EVERY.values() for m in said} | {"value"}
    assert sorted(stored(tmp_path / "export.xlsx"), key=lambda s: s.key) == sorted(
        checked(called(EVERY)).statements, key=lambda s: s.key
    )
