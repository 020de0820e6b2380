"""The loader of packs: a good one is read whole, a bad one is told everything at once, with file and row."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.packs.pack_folders import MANIFEST, addresses, pack_folder, problems_of, row, toml, write_table

from almena.model.pack import Pack
from almena.packs.language import speaking
from almena.packs.pack_checks import _circles
from almena.packs.pack_format import Column, complaint_of, pack_limits, table_forms
from almena.packs.packs import load_pack, pack_text
from almena.packs.retelling import retell
from almena.packs.table import read_table

TEXTS = {"table": "codes", "id": "toys/1", "column": "title", "text": "Brinquedos"}


def test_a_good_pack_is_read_whole(tmp_path: Path) -> None:
    tables = {
        name: [row(name)] for name in ("components", "questions", "scales", "codes", "mappings", "benchmarks")
    }
    folder = pack_folder(tmp_path / "x", {**tables, "texts_pt": [TEXTS]}, languages=["en", "pt"])
    pack = load_pack(folder)
    assert (pack.id, pack.manifest.licence, pack.manifest.languages) == (
        "toy-survey",
        "CC0-1.0",
        ("en", "pt"),
    )
    assert pack.table("questions")[0]["text"] == "How many toys?"
    assert pack.table("questions")[0]["_row"] == "2"
    assert pack.table("questions")[0]["unit"] == ""
    assert pack.table("hazards") == ()


def test_a_text_is_told_in_the_language_asked_for_and_else_in_that_of_the_tables(tmp_path: Path) -> None:
    texts = [
        TEXTS,
        {"table": "pack", "id": "toy-survey", "column": "title", "text": "Pesquisa de brinquedos"},
    ]
    folder = pack_folder(
        tmp_path / "x", {"codes": [row("codes")], "texts_pt": texts}, languages=["en", "pt"], notes=["A note"]
    )
    pack = load_pack(folder)
    assert pack_text(pack, "codes", "toys/1", "title", "pt") == "Brinquedos"
    assert pack_text(pack, "codes", "toys/1", "title", "fr") == "Toys"
    assert pack_text(pack, "codes", "toys/1", "title", "en") == "Toys"
    assert pack_text(pack, "codes", "toys/1", "unit", "pt") == ""
    assert pack_text(pack, "pack", "toy-survey", "title", "pt") == "Pesquisa de brinquedos"
    assert pack_text(pack, "pack", "toy-survey", "note 1", "pt") == "A note"
    with pytest.raises(KeyError):
        pack_text(pack, "codes", "toys/2", "title", "pt")


def test_two_packs_of_one_id_keep_their_own_texts(tmp_path: Path) -> None:
    one = load_pack(pack_folder(tmp_path / "1", {"codes": [row("codes", title="One")]}))
    two = load_pack(pack_folder(tmp_path / "2", {"codes": [row("codes", title="Two")]}))
    assert [pack_text(p, "codes", "toys/1", "title", "en") for p in (one, two)] == ["One", "Two"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_tables_may_be_separated_as_spreadsheets_do_and_carry_a_byte_order_mark(
    tmp_path: Path, delimiter: str
) -> None:
    folder = pack_folder(tmp_path / "x", {})
    lines = ["system,code,title,source,confidence", 'toys,1,"Toys",s,A']
    text = "\ufeff" + "\r\n".join(line.replace(",", delimiter) for line in lines)
    (folder / "codes.csv").write_bytes(text.encode())
    assert load_pack(folder).table("codes")[0]["title"] == "Toys"


CELLS = [
    ("codes", {"title": ""}, "empty", "title"),
    ("codes", {"source": ""}, "empty", "source"),
    ("mappings", {"source": ""}, "empty", "source"),
    ("benchmarks", {"source": ""}, "empty", "source"),
    ("benchmarks", {"question": "identity.aera"}, "nothing", "question"),
    ("codes", {"confidence": "E"}, "cannot be used", "confidence"),
    ("codes", {"confidence": "a"}, "cannot be used", "confidence"),
    ("codes", {"direction": "up"}, "cannot be used", "direction"),
    ("codes", {"parent": "2"}, "nothing", "parent"),
    ("scales", {"position": "1.5"}, "cannot be used", "position"),
    ("scales", {"position": "٣"}, "cannot be used", "position"),
    ("scales", {"colour": "red;background:url(x)"}, "cannot be used", "colour"),
    ("scales", {"id": "very good"}, "cannot be used", "id"),
    ("scales", {"parent": "bad"}, "nothing", "parent"),
    ("benchmarks", {"green": "9,5"}, "cannot be used", "green"),
    ("benchmarks", {"green": "nan"}, "cannot be used", "green"),
    ("benchmarks", {"green": "1e999"}, "cannot be used", "green"),
    ("benchmarks", {"green": "1_000"}, "cannot be used", "green"),
    ("benchmarks", {"yellow": "10"}, "out of order", "green"),
    ("benchmarks", {"direction": "lower", "yellow": "8"}, "out of order", "green"),
    ("components", {"element": "econmy"}, "nothing", "element"),
    ("components", {"parent": "economy.games"}, "nothing", "parent"),
    ("components", {"parent": "economy.toys"}, "above itself", "parent"),
    ("questions", {"kind": "dpq"}, "cannot be used", "kind"),
    ("questions", {"answer": "single"}, "no choices", "scale"),
    ("questions", {"scale": "mood"}, "nothing", "scale"),
    ("questions", {"parent": "toy.2"}, "nothing", "parent"),
    ("questions", {"indicator": "toy"}, "nothing", "indicator"),
    ("questions", {"component": "economy.toys"}, "nothing", "component"),
    ("questions", {"card": "identity.aera"}, "nothing", "card"),
    ("questions", {"low": "5", "high": "4"}, "above the greatest", "low"),
    ("questions", {"text": "a\x07b"}, "control character", "text"),
    ("questions", {"help": "a\x9bb"}, "control character", "help"),
    ("shares", {"share": "101"}, "outside", "share"),
    ("shares", {"share": "-1"}, "outside", "share"),
    ("mappings", {"indicator": "identity.height"}, "nothing", "indicator"),
    ("mappings", {"kind": "equal"}, "cannot be used", "kind"),
    ("theme", {"indicator": "crpt.5.1.1.1"}, "nothing", "indicator"),
]


@pytest.mark.parametrize(("table", "change", "what", "column"), CELLS)
def test_one_wrong_cell_is_one_problem_with_its_address(
    tmp_path: Path, table: str, change: dict[str, str], what: str, column: str
) -> None:
    found = problems_of(pack_folder(tmp_path / "x", {table: [row(table, **change)]}))
    assert addresses(found) == [f"{table}.csv, row 2, column {column}"]
    assert what in found[0].what + found[0].why
    assert found[0].remedy


@pytest.mark.parametrize(
    "table", ["components", "questions", "scales", "codes", "benchmarks", "shares", "hazards"]
)
def test_bounds_of_good_cells_are_good(tmp_path: Path, table: str) -> None:
    edge = {
        "scales": {"position": "-1", "colour": "#1bAD9a"},
        "benchmarks": {"yellow": "9", "orange": "-1.5e1"},
        "shares": {"share": "100"},
        "questions": {"low": "4", "high": "4.0", "card": "identity.area"},
        "codes": {"direction": "none"},
    }
    assert problems_of(pack_folder(tmp_path / "x", {table: [row(table, **edge.get(table, {}))]})) == ()


def test_the_nearest_name_is_offered(tmp_path: Path) -> None:
    folder = pack_folder(tmp_path / "x", {"components": [row("components", element="econmy")]}, kind="survay")
    (folder / "benchmark.csv").write_text("question\n", encoding="utf-8")
    (folder / "codes.csv").write_text("system,code,titel,title,source,confidence\n", encoding="utf-8")
    remedies = " ".join(p.remedy for p in problems_of(folder))
    for word in ("economy", "survey", "benchmarks.csv", "title"):
        assert f"Did you mean `{word}`?" in remedies


def test_everything_is_told_at_once(tmp_path: Path) -> None:
    tables = {
        "codes": [
            row("codes"),
            row("codes"),
            row("codes", code="2", parent="3"),
            row("codes", code="4", title=""),
        ],
        "mappings": [row("mappings", code="9", kind="equal"), row("mappings", indicator="nothing.here")],
        "scales": [row("scales", position="x")],
    }
    folder = pack_folder(tmp_path / "x", tables, version="", kind="thing", requires=["nobody"])
    (folder / "run.py").write_text("import os", encoding="utf-8")
    (folder / "notes.md").write_bytes(b"caf\xe9")
    where = addresses(problems_of(folder))
    assert sorted(where) == sorted(
        [
            "run.py",
            "notes.md",
            "pack.toml",
            "codes.csv, row 3",
            "codes.csv, row 4, column parent",
            "codes.csv, row 5, column title",
            "mappings.csv, row 2, column code",
            "mappings.csv, row 2, column kind",
            "mappings.csv, row 3, column indicator",
            "scales.csv, row 2, column position",
        ]
    )


def test_a_lacking_column_is_told_once_and_the_rows_are_looked_at_all_the_same(tmp_path: Path) -> None:
    folder = pack_folder(tmp_path / "x", {})
    (folder / "codes.csv").write_text(
        "system,code,title,source\nt,1,,s\nt,2,b,s\nt,3,c\nt,4,d,s,x\n", "utf-8"
    )
    found = problems_of(folder)
    assert addresses(found) == [
        "codes.csv, row 1",
        "codes.csv, row 4",
        "codes.csv, row 5",
        "codes.csv, row 2, column title",
        "codes.csv, row 4, column source",
    ]
    assert "lacks the column confidence" in found[0].what


def test_rows_are_those_of_a_spreadsheet_although_a_cell_holds_lines(tmp_path: Path) -> None:
    folder = pack_folder(tmp_path / "x", {})
    table = 'system,code,title,source,confidence\nt,1,"two\nlines",s,A\n,,,,\nt,2,b,s,Z\n'
    (folder / "codes.csv").write_text(table, "utf-8")
    assert addresses(problems_of(folder)) == ["codes.csv, row 4, column confidence"]


@pytest.mark.parametrize(
    ("content", "what", "where"),
    [
        (b"", "no header", "codes.csv, row 1"),
        (b"\n\n", "no header", "codes.csv, row 1"),
        (b'system,code,title,source,confidence\nt,1,"open,s,A\n', "cannot be read", "codes.csv"),
        (b"system,code,title,source,confidence\nt,1,\xff\xfe,s,A\n", "cannot be read", "codes.csv"),
        (b"system,code,title,source,confidence\nt,1,a\0b,s,A\n", "no text", "codes.csv"),
        (b"system,code,title,title,source,confidence\nt,1,a,a,s,A\n", "twice", "codes.csv, row 1"),
    ],
)
def test_a_table_that_is_no_table(tmp_path: Path, content: bytes, what: str, where: str) -> None:
    folder = pack_folder(tmp_path / "x", {"scales": [row("scales")]})
    (folder / "codes.csv").write_bytes(content)
    found = problems_of(folder)
    assert addresses(found) == [where]
    assert what in found[0].what


def test_bytes_that_are_no_text_are_named_with_their_line(tmp_path: Path) -> None:
    folder = pack_folder(tmp_path / "x", {"scales": [row("scales")]})
    (folder / "codes.csv").write_bytes("system,code,title,source,confidence\nt,1,São,s,A\n".encode("latin-1"))
    (found,) = problems_of(folder)
    assert "line 2" in found.why
    assert found.remedy == "Save it as UTF-8."


@pytest.mark.parametrize(
    "name", ["run.py", "start.sh", "tool.exe", "page.html", "data.xlsx", "x.so", "noending"]
)
def test_code_and_other_files_are_refused(tmp_path: Path, name: str) -> None:
    folder = pack_folder(tmp_path / "x", {"scales": [row("scales")]})
    (folder / name).write_text("hello", encoding="utf-8")
    assert addresses(problems_of(folder)) == [name]


def test_links_and_folders_and_false_pictures_are_refused_and_strays_passed_over(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    folder = pack_folder(tmp_path / "x", {"scales": [row("scales")]})
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "inner").mkdir()
    (folder / "fine.png").write_bytes(b"\x89PNG\r\n\x1a\n....")
    (folder / "false.png").write_bytes(b"#!/bin/sh")
    (folder / "LICENCE.txt").write_text("CC0", encoding="utf-8")
    (folder / ".DS_Store").write_bytes(b"\0\1")
    assert sorted(addresses(problems_of(folder))) == ["false.png", "inner", "link.txt"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no such files")
def test_what_waits_for_a_writer_is_not_read(tmp_path: Path) -> None:
    folder = pack_folder(tmp_path / "x", {"scales": [row("scales")]})
    os.mkfifo(folder / "codes.csv")
    assert addresses(problems_of(folder)) == ["codes.csv"]


def test_a_folder_of_other_things_is_told_in_one_line(tmp_path: Path) -> None:
    for name in ("a.py", "b.doc", "codes.csv"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert [p.what for p in problems_of(tmp_path)] == ["This folder is not a pack"]


def test_a_manifest_steers_no_terminal(tmp_path: Path) -> None:
    folder = pack_folder(tmp_path / "x", {"scales": [row("scales")]})
    for line in ('title = "\\u001b[31mred"', 'notes = ["fine", "\\u009b31m"]'):
        name = line.split()[0]
        kept = toml({k: v for k, v in MANIFEST.items() if k != name})
        (folder / "pack.toml").write_text(kept + line + "\n", encoding="utf-8")
        assert [p.what for p in problems_of(folder)] == [
            f"`{name}` of the manifest holds a control character"
        ]


def test_limits_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    most = {"files": 3, "file_bytes": 400, "total_bytes": 900, "rows": 3, "cell": 30}
    pack_limits.cache_clear()
    for room in ("pack_reading", "pack_checks"):
        monkeypatch.setattr(f"almena.packs.{room}.pack_limits", lambda: most)
    long = [row("shares", id=f"q{i}", question="", base="", source="", answer="") for i in range(4)]
    folder = pack_folder(tmp_path / "rows", {"shares": long})
    assert "too long" in problems_of(folder)[0].what
    folder = pack_folder(tmp_path / "cell", {"scales": [row("scales", label="x" * 31)]})
    assert [p.what for p in problems_of(folder)] == ["A cell is too long"]
    (folder / "a.txt").write_text("x" * 401, encoding="utf-8")
    assert "A file of the pack is too large" in [p.what for p in problems_of(folder)]
    (folder / "a.txt").write_text("x", encoding="utf-8")
    (folder / "b.txt").write_text("x", encoding="utf-8")
    assert "The pack is too large" in [p.what for p in problems_of(folder)]


MANIFESTS: list[tuple[dict[str, Any], str]] = [
    ({"id": ""}, "does not say its `id`"),
    ({"id": "../../etc"}, "cannot be the id"),
    ({"id": "Toys"}, "cannot be the id"),
    ({"id": "-toys"}, "cannot be the id"),
    ({"licence": ""}, "does not say its `licence`"),
    ({"source": ""}, "does not say its `source`"),
    ({"kind": "game"}, "no kind of pack"),
    ({"languages": ["english"]}, "no code of a language"),
    ({"languages": ["en", "en"]}, "names en twice"),
    ({"languages": ["en", "pt"]}, "The language pt has no texts"),
    ({"languages": "en"}, "wrong type"),
    ({"confidence": "high"}, "no letter of confidence"),
    ({"requires": ["nobody"]}, "requires nobody"),
    ({"requires": ["toy-survey"]}, "requires itself"),
    ({"licens": "CC0"}, "`licens` is not known"),
    ({"notes": "one"}, "wrong type"),
]


@pytest.mark.parametrize(("change", "what"), MANIFESTS)
def test_a_manifest_says_what_a_reader_must_know(tmp_path: Path, change: dict[str, Any], what: str) -> None:
    found = problems_of(pack_folder(tmp_path / "x", {"scales": [row("scales")]}, **change))
    assert len(found) == 1
    assert what in found[0].what
    assert found[0].where == "x/pack.toml"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("id = ", "cannot be read"),
        ("id = 'toys'\n", "is empty"),
        ("[pack]\n", "does not say"),
        (toml(MANIFEST) + "[other]\n", "`other` is not known"),
        ("", "is empty"),
    ],
)
def test_a_manifest_that_is_none(tmp_path: Path, text: str, what: str) -> None:
    folder = pack_folder(tmp_path / "x", {"scales": [row("scales")]})
    (folder / "pack.toml").write_text(text, encoding="utf-8")
    assert what in problems_of(folder)[0].what


def test_a_folder_without_manifest_or_tables_is_no_pack(tmp_path: Path) -> None:
    unreadable = pack_folder(tmp_path / "latin", {"scales": [row("scales")]})
    (unreadable / "pack.toml").write_bytes("title = 'São'".encode("latin-1"))
    assert addresses(problems_of(unreadable)) == ["pack.toml"]
    assert "no such folder" in problems_of(tmp_path / "nowhere")[0].what
    (tmp_path / "empty").mkdir()
    assert "is not a pack" in problems_of(tmp_path / "empty")[0].what
    assert "holds no table" in problems_of(pack_folder(tmp_path / "bare", {}))[0].what


TRANSLATIONS = [
    ({"table": "code"}, "no table"),
    ({"table": "scales"}, "no table"),
    ({"id": "toys/2"}, "no row"),
    ({"id": "1"}, "no row"),
    ({"column": "titel"}, "no column"),
    ({"column": "confidence"}, "no column"),
    ({"text": ""}, "empty"),
]


@pytest.mark.parametrize(("change", "what"), TRANSLATIONS)
def test_a_translation_belongs_to_a_cell(tmp_path: Path, change: dict[str, str], what: str) -> None:
    tables = {"codes": [row("codes")], "texts_pt": [{**TEXTS, **change}]}
    (found,) = problems_of(pack_folder(tmp_path / "x", tables, languages=["en", "pt"]))
    assert what in found.what
    assert found.where.startswith("x/texts_pt.csv, row 2")


def test_languages_and_files_of_texts_belong_together(tmp_path: Path) -> None:
    folder = pack_folder(tmp_path / "x", {"codes": [row("codes")], "texts_pt": [TEXTS]})
    assert "is not announced" in problems_of(folder)[0].what
    write_table(folder / "texts.csv", [TEXTS])
    assert "does not say its language" in problems_of(folder)[1].what


def test_references_reach_into_required_packs_only(tmp_path: Path) -> None:
    base = pack_folder(
        tmp_path / "base", {"scales": [row("scales")], "components": [row("components")]}, id="base"
    )
    middle = pack_folder(tmp_path / "middle", {"codes": [row("codes")]}, id="middle", requires=["base"])
    known: dict[str, Pack] = {}
    for folder in (base, middle):
        known[folder.name] = load_pack(folder, known)
    asking = {"questions": [row("questions", answer="single", scale="mood", component="economy.toys")]}
    assert problems_of(pack_folder(tmp_path / "a", asking, requires=["base"]), known=known) == ()
    assert problems_of(pack_folder(tmp_path / "b", asking, requires=["middle"]), known=known) == ()
    stranger = problems_of(pack_folder(tmp_path / "c", asking), known=known)
    assert addresses(stranger) == [f"questions.csv, row 2, column {c}" for c in ("component", "scale")]
    assert "requires" in stranger[0].remedy


def test_a_manifest_that_cannot_be_read_does_not_make_every_reference_wrong(tmp_path: Path) -> None:
    base = load_pack(pack_folder(tmp_path / "base", {"scales": [row("scales")]}, id="base"))
    asking = {"questions": [row("questions", answer="single", scale="mood")]}
    folder = pack_folder(tmp_path / "a", asking, requires=["base"], kind="game")
    assert addresses(problems_of(folder, known={"base": base})) == ["pack.toml"]


def test_the_same_step_may_be_in_two_scales_but_not_twice_in_one(tmp_path: Path) -> None:
    steps = [row("scales"), row("scales", scale="taste"), row("scales", label="Fine")]
    assert addresses(problems_of(pack_folder(tmp_path / "x", {"scales": steps}))) == ["scales.csv, row 4"]


def test_a_parent_is_looked_for_in_the_same_scale_and_the_same_system(tmp_path: Path) -> None:
    steps = [row("scales"), row("scales", scale="taste", id="sweet", parent="good")]
    codes = [row("codes"), row("codes", system="games", code="2", parent="1")]
    found = addresses(problems_of(pack_folder(tmp_path / "x", {"scales": steps, "codes": codes})))
    assert sorted(found) == ["codes.csv, row 3, column parent", "scales.csv, row 3, column parent"]


def test_a_circle_of_parents_is_told_once_from_its_first_row(tmp_path: Path) -> None:
    above = {"1": "2", "2": "3", "3": "1", "4": "3", "5": ""}
    codes = [row("codes", code=code, parent=parent) for code, parent in above.items()]
    (found,) = problems_of(pack_folder(tmp_path / "x", {"codes": codes}))
    assert found.where == "x/codes.csv, row 2, column parent"
    assert found.why == "1 → 2 → 3 → 1"


@settings(max_examples=200)
@given(st.dictionaries(st.integers(0, 12), st.integers(0, 12)))
def test_circles_are_those_that_walking_finds(above: dict[int, int]) -> None:
    def walk(start: int) -> frozenset[int]:
        here, steps = start, 0
        while here in above and steps <= len(above):
            here, steps = above[here], steps + 1
            if here == start:
                ring, back = {start}, above[start]
                while back != start:
                    ring.add(back)
                    back = above[back]
                return frozenset(ring)
        return frozenset()

    expected = {ring for start in above if (ring := walk(start))}
    found = [
        frozenset(int(key[1]) for key in c)
        for c in _circles({("", str(k)): ("", str(v)) for k, v in above.items()})
    ]
    assert set(found) == expected
    assert len(found) == len(expected)


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(-(10**14), 10**14))
def test_numbers_as_python_and_spreadsheets_write_them_are_numbers(number: float, whole: int) -> None:
    assert complaint_of(Column("n", "number", False, (), ""), repr(number)) == ("", "")
    assert complaint_of(Column("n", "integer", False, (), ""), str(whole)) == ("", "")


@given(st.text(max_size=8))
def test_what_passes_as_a_number_is_one(cell: str) -> None:
    if complaint_of(Column("n", "number", False, (), ""), cell) == ("", ""):
        float(cell)
    if complaint_of(Column("n", "integer", False, (), ""), cell) == ("", ""):
        int(cell)


def test_every_table_of_the_format_has_a_form_and_its_references_exist() -> None:
    forms = table_forms()
    assert {r["table"] for r in read_table("pack_columns.csv")} == set(forms)
    for form in forms.values():
        assert form.key
        assert set(form.key) <= set(form.columns)
        assert not form.tree or form.tree in form.columns
        for column in form.columns.values():
            assert column.type.split(":")[0] in ("id", "text", "integer", "number", "letter", "choice")
            for target in column.refers_to:
                table, _, name = target.partition(".")
                assert table == "cards" or (name or "id") in forms[table].columns


def test_what_is_wrong_is_told_in_portuguese_and_what_stands_in_a_cell_as_it_stands(tmp_path: Path) -> None:
    tables = {"codes": [row("codes", direction="up", title="")], "mappings": [row("mappings", code="1.1")]}
    folder = pack_folder(tmp_path / "x", tables)
    (folder / "scales.csv").write_text("scale,id,position,label,confidence\n", encoding="utf-8")
    with speaking("pt"):
        told = [[retell(text) for text in (p.what, p.why, p.remedy)] for p in problems_of(folder)]
    text = " ".join(part for problem in told for part in problem)
    assert "`higher`, `lower`, `none`" in text
    assert "code = '1.1' não é um código de toys" in text
    assert "Acrescente-a ao cabeçalho. Ela contém: De onde vem o fato." in text
    assert "Ela contém: Nome, em nossas palavras" in text
    for english in ("cell", "cannot", "Write", "Correct", "holds"):
        assert english not in text
