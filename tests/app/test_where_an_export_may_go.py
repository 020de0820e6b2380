"""Where an export may be written, and what a receipt tells: nobody's file is lost on the way out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from almena.app.receipts import MOST_ADDRESSES, Receipt, place_of_copy
from almena.app.targets import check_target
from almena.model.data import Document, Table
from almena.model.kit import KitFile
from almena.model.listed import Listed
from almena.model.problem import InputError


def refused(city: Path, makes: str, out: Path) -> str:
    """Return why a place is refused, or an empty text; a refusal has all its four parts."""
    try:
        check_target(city, makes, out)
    except InputError as error:
        problem = error.problems[0]
        assert problem.what == "The output cannot be written here"
        assert problem.where == str(out)
        assert problem.remedy == f"Give the name of a new {makes} outside the city folder."
        return problem.why
    return ""


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """Return an empty folder that stands for a city."""
    (tmp_path / "cities" / "town" / "reports" / "public").mkdir(parents=True)
    return tmp_path / "cities" / "town"


@pytest.mark.parametrize(
    "out", [".", "..", "../..", "snapshots", "city.duckdb", "reports", "kit.toml", "new"]
)
@pytest.mark.parametrize("makes", ["file", "folder"])
def test_nothing_of_the_city_nor_what_holds_it_is_written_over(city: Path, makes: str, out: str) -> None:
    assert refused(city, makes, city / out)


def test_beside_the_own_reports_and_outside_there_is_room(city: Path) -> None:
    assert refused(city, "folder", city / "reports" / "mine") == ""
    assert refused(city, "file", city / "reports" / "mine.csv") == ""
    assert refused(city, "folder", city.parent / "town-report") == ""
    assert refused(city, "file", city.parent / "town.csv") == ""


def test_a_link_that_leads_into_the_city_is_seen_through(city: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(city)
    assert (
        refused(city, "file", tmp_path / "link" / "kit.toml")
        == "that place in the city folder is kept by Almena"
    )
    assert refused(city, "folder", tmp_path / "link") == "the city folder itself lies there"


def test_a_folder_is_replaced_only_when_all_that_is_in_it_is_of_a_report(tmp_path: Path, city: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "index.html").touch()
    (out / "maps").mkdir()
    assert refused(city, "folder", out) == ""
    for name in ("d.doc", "b.doc", "c.doc", "a.doc"):
        (out / name).touch()
    assert refused(city, "folder", out) == "the folder holds what is not of a report: a.doc, b.doc, c.doc"


def test_a_file_and_a_folder_never_take_each_others_place(tmp_path: Path, city: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    assert refused(city, "folder", tmp_path / "file") == "there is a file, and a report is a folder"
    assert refused(city, "file", tmp_path / "folder") == "there is a folder, and this format is a file"
    assert refused(city, "file", tmp_path / "file") == ""


def test_rows_read_are_rows_accepted_and_rows_listed_and_cells_are_not_rows() -> None:
    """5 rows read: 3 enter and 2 do not; a single cell that is left out takes no row with it."""
    rows = Listed("it has no date", ("row 2", "row 5"), (2, 5))
    cell = Listed("it is not of type number", ("C3",), (3,), column=3)
    table = Table(role="x", columns={"a": np.arange(3.0)}, listed=(rows, cell), rows_read=5)
    receipt = Receipt(KitFile("x", "a.csv", "table"), table)
    assert receipt.counts() == {"read": 5, "accepted": 3, "listed": 2}
    assert [(e["rows"], e["number"]) for e in receipt.entries()] == [(True, 2), (False, 1)]
    text = Receipt(KitFile("x", "a.pdf", "document"), Document(role="x", paragraphs=("one", "two")))
    assert text.counts() == {"read": 0, "accepted": 0, "listed": 0}


def test_of_very_many_rows_all_are_counted_and_the_first_thousand_named() -> None:
    where = tuple(f"row {n}" for n in range(1, MOST_ADDRESSES + 51))
    table = Table(role="x", columns={"a": np.arange(1.0)}, listed=(Listed("odd", where, texts=where),))
    entry = next(Receipt(KitFile("x", "a.csv", "table"), table).entries())
    assert entry["number"] == 1_050
    assert entry["where"][-1] == entry["texts"][-1] == "row 1000"


def test_a_marked_copy_never_takes_the_place_of_the_persons_own_file(tmp_path: Path) -> None:
    own = tmp_path / "Own.xlsx"
    own.touch()
    assert place_of_copy(own, tmp_path) == tmp_path / "Own_checked.xlsx"
    assert place_of_copy(own, tmp_path / "Other.XLSX") == tmp_path / "Other.XLSX"
    (tmp_path / "link.xlsx").symlink_to(own)
    for out, what in (
        (own, "The marked copy would replace the file"),
        (tmp_path / "link.xlsx", "The marked copy would replace the file"),
        (tmp_path / "copy.csv", "The marked copy is a workbook"),
    ):
        with pytest.raises(InputError) as error:
            place_of_copy(own, out)
        assert error.value.problems[0].what == what
        assert error.value.problems[0].remedy
    with pytest.raises(InputError, match="for a single file"):
        place_of_copy(tmp_path, tmp_path / "copy.xlsx")
