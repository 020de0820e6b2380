"""A city asks, people answer: what is missing, what is stored, who decides, what the diagnosis gets."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.app.toyville import settings
from tests.ask.town_hall import BENCHMARKS, PACK, form, rows
from tests.ask.ways import as_csv, as_json, into_export, into_workbook, typed_back

from almena.app import answering, asking
from almena.app.answering import answer_file, answer_one, decide
from almena.app.answers import answers_of, judgements_of
from almena.app.asking import Wish, open_questions, write_form
from almena.app.care import hash_of
from almena.model.problem import InputError
from almena.store.folder import CityFolder
from almena.store.statements import all_ever_said

PACKS = {"demo": PACK}
ANA, BIA = settings(by="Ana, public works"), settings(by="Bia, water")


@pytest.fixture(autouse=True)
def demo_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every city have the pack of the tests."""
    for module in (asking, answering):
        monkeypatch.setattr(module, "packs_of", lambda _: PACKS)


def said(city: Path) -> list[tuple[str, str, Mapping[str, Any], str]]:
    """Return every answer ever stored."""
    with CityFolder.open(city) as folder:
        stored = [s.statement for s in all_ever_said(folder.engine, kind="answer")]
    return [(s.key, s.voice, s.content, s.source) for s in stored]


def judged(city: Path) -> dict[str, Any]:
    """Return the judgements by question."""
    with CityFolder.open(city) as folder:
        return {j.indicator: j for j in judgements_of(answers_of(folder, PACKS))}


def asked(city: Path, **wish: Any) -> list[str]:
    """Return the codes of the questions still open."""
    return [q["code"] for q in open_questions(city, Wish(**wish), settings())["questions"]]


def test_an_office_is_asked_what_is_missing_and_its_own_shortest_first(town: Path) -> None:
    assert asked(town, office="Public works") == [
        "5.1.1.3",
        "5.1.1.6",
        "5.1.1.2",
        "5.1.1.5",
        "5.1.1.1",
        "5.1.1.4",
    ]
    assert asked(town, element="basic_infrastructure") == ["3.2.1.1", "3.2.1.5", "3.2.1.3", "3.2.1.4"]
    answer_one(town, "5.1.1.2", "Seasonal", {}, settings=ANA)
    answer_one(town, "5.1.1.3", None, {"status": "pending"}, settings=ANA)
    answer_one(town, "5.1.1.5", None, {"status": "not available"}, settings=ANA)
    assert asked(town, office="works") == ["5.1.1.3", "5.1.1.6", "5.1.1.1", "5.1.1.4"]


def known(city: Path) -> set[str]:
    """Return the codes of what the profile answers by itself."""
    with CityFolder.open(city) as folder:
        return {a.question.code for a in answers_of(folder, PACKS) if a.from_profile}


def test_what_the_profile_knows_well_enough_is_not_asked(town: Path) -> None:
    assert known(town) == {"3.2.1.2"}  # its card is the area of the city, fit to decide
    found = judged(town)["demo.3.2.1.2"]
    assert found.completion == "alternative"
    assert found.colour == ""  # another unit than the cut-off's
    answer_one(town, "3.2.1.2", "700", {}, settings=BIA)
    assert (judged(town)["demo.3.2.1.2"].value, judged(town)["demo.3.2.1.2"].colour) == ("700", "green")


@pytest.mark.parametrize(
    ("wish", "remedy"),
    [
        ({"office": "Public wroks"}, "Public works"),
        ({"element": "air"}, "basic_infrastructure"),
        ({"pack": "x"}, "demo"),
    ],
)
def test_an_unknown_office_element_or_pack_is_refused_with_those_that_exist(
    town: Path, wish: dict[str, str], remedy: str
) -> None:
    with pytest.raises(InputError) as refused:
        open_questions(town, Wish(**wish), settings())
    assert remedy in refused.value.problems[0].remedy


GIVEN = {
    "demo.5.1.1.1": {"value": {"squares": {"lit": 61.7}}, "status": "alternative", "colour": "orange"},
    "demo.5.1.1.4": {"value": {"step": "stable", "years": {"2019": 70.125}}, "year": 2020},
    "demo.5.1.1.5": {"value": ["norms", "other-things"], "source": "=Plan, p. 3", "quality": "mid"},
    "demo.5.1.1.2": {"status": "not_available", "comment": "nobody counts"},
    "demo.3.2.1.1": {"value": 79.99},
}


def test_four_ways_leave_four_equal_cities(town: Path, tmp_path: Path) -> None:
    asked_form = form()
    (tmp_path / "typed.csv").write_bytes(typed_back(asked_form, GIVEN))
    (tmp_path / "program.json").write_bytes(as_json(asked_form, GIVEN))
    (tmp_path / "export.csv").write_bytes(as_csv(into_export(asked_form, GIVEN)))
    into_workbook(asked_form, GIVEN, tmp_path / "filled.xlsx")
    cities = []
    for file in ("typed.csv", "program.json", "export.csv", "filled.xlsx", ""):
        city = Path(shutil.copytree(town, tmp_path / f"city {file}"))
        if file:
            found = answer_file(city, tmp_path / file, settings=ANA)
            assert (found["accepted"], found["refused"]) == (5, [])
        else:
            for question, one in GIVEN.items():
                answer_one(
                    city,
                    question,
                    one.get("value"),
                    {k: v for k, v in one.items() if k != "value"},
                    settings=ANA,
                )
        cities.append(
            (hash_of(city), sorted(map(repr, said(city))), sorted(map(repr, judged(city).values())))
        )
    assert all(city == cities[0] for city in cities)


def test_one_element_alone_and_another_later_changes_nothing_stored(town: Path, tmp_path: Path) -> None:
    water = {"demo.3.2.1.1": {"value": 79.99}}
    (tmp_path / "water.json").write_bytes(as_json(form("3.2.1.1"), water))
    answer_file(town, tmp_path / "water.json", settings=ANA)
    before, judgement = said(town), judged(town)["demo.3.2.1.1"]
    assert (judgement.colour, judgement.set_by, judgement.confidence) == ("orange", "cut-off", "B")
    answer_one(town, "5.1.1.2", "none", {}, settings=ANA)
    assert said(town)[: len(before)] == before
    assert judged(town)["demo.3.2.1.1"] == judgement


def test_the_same_form_twice_is_accepted_and_another_under_its_id_refused(town: Path, tmp_path: Path) -> None:
    file = tmp_path / "f.json"
    file.write_bytes(as_json(form(), GIVEN))
    first = answer_file(town, file, settings=ANA)
    again = answer_file(town, file, settings=ANA)
    assert (first["written"], again["written"], again["forms"][0]["repeated"]) == (5, 0, True)
    file.write_bytes(as_json(form(), {**GIVEN, "demo.3.2.1.1": {"value": 80}}))
    before = hash_of(town)
    for dry_run in (True, False):
        with pytest.raises(InputError) as refused:
            answer_file(town, file, settings=ANA, dry_run=dry_run)
        why = refused.value.problems[0].why
        assert first["forms"][0]["sha256"] in why
        assert len(set(why.replace(",", "").split()) & {first["forms"][0]["sha256"]}) == 1
        assert len([w for w in why.replace(",", "").split() if len(w) == 64]) == 2
    assert hash_of(town) == before
    corrected = json.loads(file.read_text()) | {"hand_in": "2"}
    file.write_text(json.dumps(corrected))
    assert answer_file(town, file, settings=ANA)["written"] == 1


def test_a_form_refused_as_a_whole_may_come_again_corrected(town: Path, tmp_path: Path) -> None:
    file = tmp_path / "f.json"
    for value, accepted in (("many", 0), (80, 1)):
        file.write_bytes(as_json(form(), {"demo.3.2.1.1": {"value": value}}))
        assert answer_file(town, file, settings=ANA)["accepted"] == accepted


def test_two_people_may_fill_copies_of_one_form(town: Path, tmp_path: Path) -> None:
    empty = json.loads(as_json(form(), {"demo.3.2.1.1": {"value": 80}})) | {"filled_by": ""}
    (tmp_path / "a.json").write_text(json.dumps(empty))
    (tmp_path / "b.json").write_text(json.dumps(empty | {"answers": {"demo.3.2.1.1": 81}}))
    answer_file(town, tmp_path / "a.json", settings=ANA)
    answer_file(town, tmp_path / "b.json", settings=BIA)
    assert [(voice, content["value"]) for _, voice, content, _ in said(town)] == [(ANA.by, 80), (BIA.by, 81)]
    with pytest.raises(InputError, match="handed in before"):
        answer_file(town, tmp_path / "b.json", settings=ANA)


def test_a_changed_row_of_an_export_is_refused_and_its_neighbours_stored(town: Path, tmp_path: Path) -> None:
    rows_ = into_export(form(), {"demo.3.2.1.1": {"value": 50}})
    file = tmp_path / "export.csv"
    file.write_bytes(as_csv(rows_))
    answer_file(town, file, settings=ANA)
    changed, other = [c if c != 50 else 51 for c in rows_[1]], list(rows_[1])
    other[rows_[0].index("_uuid")], other[1] = "new", "Bia"
    file.write_bytes(as_csv([rows_[0], changed, other]))
    found = answer_file(town, file, settings=ANA)
    assert found["accepted"] == 1
    assert "8c2f" in found["refused"][0]["where"]
    assert [(voice, content["value"]) for _, voice, content, _ in said(town)] == [(ANA.by, 50), ("Bia", 50)]


def test_what_is_wrong_is_listed_and_the_rest_stored(town: Path, tmp_path: Path) -> None:
    path = into_workbook(form(), GIVEN, tmp_path / "f.xlsx")
    book = openpyxl.load_workbook(path)
    book["Questions"]["G3"].value = "many"
    book.save(path)
    tried = answer_file(town, path, settings=ANA, dry_run=True)
    assert said(town) == []
    found = answer_file(town, path, settings=ANA)
    assert tried["answers"] == found["answers"]
    assert (found["accepted"], [r["where"] for r in found["refused"]]) == (4, ["Questions!G3"])


def test_two_answers_are_kept_until_somebody_decides(town: Path) -> None:
    answer_one(town, "3.2.1.1", "96", {}, settings=ANA)
    answer_one(town, "3.2.1.1", "58", {"colour": "red"}, settings=BIA)
    assert (judged(town)["demo.3.2.1.1"].completion, judged(town)["demo.3.2.1.1"].colour) == ("pending", "")
    found = open_questions(town, Wish(), settings())
    assert [d["voices"] for d in found["disputed"]] == [[ANA.by, BIA.by]]
    assert "demo.3.2.1.1" not in [q["id"] for q in found["questions"]]
    with pytest.raises(InputError) as refused:
        decide(town, "3.2.1.1", "Caio", why="", settings=settings(by="Mayor"))
    assert len(refused.value.problems) == 2
    decide(town, "3.2.1.1", BIA.by, why="meters of 2026", settings=settings(by="Mayor"))
    assert (judged(town)["demo.3.2.1.1"].colour, judged(town)["demo.3.2.1.1"].set_by) == ("red", "person")
    assert [voice for _, voice, _, _ in said(town)] == [ANA.by, BIA.by]
    answer_one(town, "3.2.1.1", "97", {}, settings=ANA)  # whoever comes with news opens the question again
    assert judged(town)["demo.3.2.1.1"].completion == "pending"


def test_a_colour_that_a_person_changes_stays_in_the_trail(town: Path) -> None:
    answer_one(town, "3.2.1.1", "96", {}, settings=ANA)
    answer_one(town, "3.2.1.1", "96", {"colour": "yellow"}, settings=ANA)
    assert [content.get("colour") for _, _, content, _ in said(town)] == [None, "yellow"]
    assert judged(town)["demo.3.2.1.1"].set_by == "person"


@pytest.mark.parametrize("name", ["f.pdf", "f.xlsx", "f.xlsform.xlsx", "f.csv", "f.json"])
def test_each_form_is_written_for_the_office_and_changes_nothing(
    town: Path, tmp_path: Path, name: str
) -> None:
    before = hash_of(town)
    done = write_form(town, Wish(office="water"), tmp_path / name, settings=settings())
    assert (tmp_path / name).stat().st_size > 200
    assert (done["questions"], done["office"]) == (4, "Water utility")
    assert hash_of(town) == before


def test_a_paper_comes_with_a_table_to_type_into(town: Path, tmp_path: Path) -> None:
    write_form(town, Wish(office="water"), tmp_path / "f.pdf", typing=tmp_path / "f.csv", settings=settings())
    assert "3.2.1.1" in (tmp_path / "f.csv").read_text(encoding="utf-8-sig")
    with pytest.raises(InputError, match="type into"):
        write_form(town, Wish(), tmp_path / "f.pdf", typing=tmp_path / "f.xlsx", settings=settings())


def test_no_form_is_written_where_nothing_is_open_or_the_ending_says_nothing(
    town: Path, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=r"\.pdf"):
        write_form(town, Wish(), tmp_path / "form.doc", settings=settings())
    with pytest.raises(InputError, match="cannot be written here"):
        write_form(town, Wish(), town / "snapshots" / "x.csv", settings=settings())
    assert not (town / "snapshots" / "x.csv").exists()
    for question in ("3.2.1.1", "3.2.1.3", "3.2.1.4", "3.2.1.5"):
        answer_one(town, question, None, {"status": "not_applicable"}, settings=BIA)
    with pytest.raises(InputError, match="No question is open"):
        write_form(town, Wish(office="water"), tmp_path / "f.pdf", settings=settings())


def test_a_cut_off_of_letter_d_only_shows_the_value(town: Path) -> None:
    doubtful = type(PACK)(
        PACK.manifest, {**PACK.tables, "benchmarks": rows(BENCHMARKS, confidence="D", unit="%")}
    )
    answer_one(town, "3.2.1.1", "96", {}, settings=ANA)
    with CityFolder.open(town) as folder:
        (found,) = [
            j for j in judgements_of(answers_of(folder, {"demo": doubtful})) if j.indicator == "demo.3.2.1.1"
        ]
    assert (found.value, found.unit, found.colour) == ("96", "%", "")
