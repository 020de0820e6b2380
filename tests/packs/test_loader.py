"""The loader of packs: every wrong cell is named with its row, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from almena.model.problem import InputError, Problem
from almena.packs import load_cards, read_table

HEADER = (
    "id,title,definition,unit,direction,decimals,denominator,breakdowns,element,component,codes,function,parameters,"
    "sensitivity,green,red,benchmark_source,benchmark_confidence,remedy,who,effort_hours,story"
)
GOOD = {
    "id": "identity.height",
    "title": "Height",
    "definition": "Height of the town hall",
    "unit": "m",
    "direction": "none",
    "decimals": "1",
    "element": "identity",
    "component": "spatial dimension",
    "codes": "sdg=11.7.1 related (A); crpt=3.2 (B)",
    "function": "height",
    "parameters": "floor=2;roof=flat",
    "sensitivity": "public",
    "remedy": "Climb it",
    "who": "mayor",
    "effort_hours": "0.5",
    "story": "who minute",
}


def row(**changes: str) -> str:
    cells = {**GOOD, **changes}
    return ",".join(f'"{cells.get(name, "")}"' for name in HEADER.split(","))


def pack(folder: Path, *rows: str, header: str = HEADER) -> Path:
    (folder / "cards.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return folder


def problems(folder: Path, *rows: str, header: str = HEADER) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        load_cards(pack(folder, *rows, header=header))
    return caught.value.problems


def test_a_good_card_is_read_whole(tmp_path: Path) -> None:
    card = load_cards(pack(tmp_path, row(green="10", red="5", benchmark_source="somebody")))[
        "identity.height"
    ]
    assert card.codes == {"sdg": "11.7.1 related (A)", "crpt": "3.2 (B)"}
    assert card.parameters == {"floor": 2.0, "roof": "flat"}
    assert (card.green, card.red, card.decimals, card.effort_hours) == (10.0, 5.0, 1, 0.5)
    assert card.story == ("who", "minute")
    assert card.denominator == ""


def test_empty_cells_have_plain_meanings(tmp_path: Path) -> None:
    card = load_cards(pack(tmp_path, row(decimals="", effort_hours="", codes="", parameters="")))[
        "identity.height"
    ]
    assert (card.decimals, card.effort_hours, card.green, card.red) == (0, 0.0, None, None)
    assert card.codes == card.parameters == {}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"direction": "sideways"}, "Column direction holds 'sideways'"),
        ({"sensitivity": "secret"}, "Column sensitivity holds 'secret'"),
        ({"decimals": "two"}, "Column decimals holds no number: 'two'"),
        ({"green": "high", "benchmark_source": "x"}, "Column green holds no number: 'high'"),
        ({"red": "1,5", "benchmark_source": "x"}, "Column red holds no number: '1,5'"),
        ({"effort_hours": "a day"}, "Column effort_hours holds no number: 'a day'"),
        ({"element": "wishes"}, "does not belong to the element wishes"),
        ({"id": "mobility.height"}, "does not belong to the element identity"),
        ({"green": "3"}, "has a benchmark without a source"),
        ({"codes": "sdg 11.7.1"}, "Column codes holds 'sdg 11.7.1' without an equals sign"),
        ({"parameters": "floor=2;roof"}, "Column parameters holds 'roof' without an equals sign"),
    ],
)
def test_each_wrong_cell_is_named_with_its_row(tmp_path: Path, changes: dict[str, str], said: str) -> None:
    (problem,) = problems(tmp_path, row(id="identity.width", title="Width"), row(**changes))
    assert said in problem.what
    assert problem.where == "cards.csv, row 3"


def test_all_wrong_cells_are_told_at_once(tmp_path: Path) -> None:
    found = problems(tmp_path, row(direction="up", decimals="x"), row(id="identity.b", sensitivity="y"))
    assert [p.where for p in found] == ["cards.csv, row 2", "cards.csv, row 2", "cards.csv, row 3"]
    assert "higher, lower, none" in found[0].remedy


def test_an_id_may_occur_once(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, row(), row(title="Again"))
    assert "identity.height occurs twice" in problem.what
    assert problem.where == "cards.csv, row 3"


def test_a_row_with_too_few_or_too_many_cells_is_named(tmp_path: Path) -> None:
    found = problems(tmp_path, row(), "one,two", row() + ",more")
    assert [p.where for p in found] == ["cards.csv, row 3", "cards.csv, row 4"]
    assert "2 cells where the header has 22" in found[0].why


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    short = HEADER.replace(",story", "")
    (problem,) = problems(tmp_path, row().rsplit(",", 1)[0], header=short)
    assert problem.what == "The table lacks the column story"
    assert problem.where == "cards.csv"
    (problem,) = problems(tmp_path, "x", header="name")
    assert problem.what.startswith("The table lacks the column")


def test_a_column_that_is_there_twice_is_named(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, header=HEADER + ",story")
    assert "twice: story" in problem.what
    assert problem.where == "cards.csv, row 1"


def test_a_pack_without_the_table_says_which_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"lacks the table cards\.csv"):
        load_cards(tmp_path)


# --- tables ---------------------------------------------------------------------------------------------------


def test_blank_lines_are_skipped_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("﻿a, b \n1, x \n\n,\n2,y\n", encoding="utf-8")
    rows = read_table("t.csv", tmp_path)
    assert rows == [{"a": "1", "b": "x", "_row": "2"}, {"a": "2", "b": "y", "_row": "5"}]


def test_an_empty_table_has_no_rows(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("", encoding="utf-8")
    assert read_table("t.csv", tmp_path) == []


def test_quotes_keep_commas_together(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('a,b\n"1,5","say ""so"""\n', encoding="utf-8")
    assert read_table("t.csv", tmp_path)[0]["a"] == "1,5"
    assert read_table("t.csv", tmp_path)[0]["b"] == 'say "so"'


def test_the_built_in_cards_are_read_once() -> None:
    assert load_cards() is load_cards()
