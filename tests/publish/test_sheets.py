"""Neighbourhood sheets: each tells its own place, asks three questions, and shames nobody."""

from __future__ import annotations

import csv
import io
import math
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from PIL import Image
from tests.publish import city
from tests.publish.conftest import RealCity
from tests.publish.papers import Paper
from tests.publish.test_traps_real import found_in, hidden_names

from almena.model.problem import AlmenaError, InputError
from almena.packs import load_cards
from almena.packs.table import read_table
from almena.publish.book import book_of
from almena.publish.chapters.desk import set_up
from almena.publish.editions import for_edition
from almena.publish.maps.shapes import palette
from almena.publish.material import Material
from almena.publish.paper import sheet_files
from almena.publish.paper.codes import PaperCode, read_code
from almena.publish.paper.place_map import SIDE, PlaceMaps
from almena.publish.paper.sheet_files import COLUMNS, code_list, credit, write_sheets
from almena.publish.paper.sheets import CONDITIONS, MOST, Sheet, SheetMaker, age_text

DAY = "2026-11-20"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sheets(city.material(), tmp_path_factory.mktemp("sheets") / "out").parent


def sheets(material: Material) -> dict[str, Sheet]:
    return {s.name: s for s in SheetMaker(set_up(for_edition(material))).sheets()}


def codes(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))


def test_each_neighbourhood_has_a_page_a_picture_and_its_codes(folder: Path) -> None:
    names = sorted(p.name for p in folder.iterdir())
    assert names == sorted(
        [f"00{i}-{n}.{kind}" for i, n in enumerate(["alto", "baixo", "centro", "doca", "estacao", "figueira"], 1)
         for kind in ("pdf", "png")] + ["codes.csv"]
    )  # fmt: skip
    for page in folder.glob("*.pdf"):
        assert len(Paper(page).reader.pages) == 1
    for picture in folder.glob("*.png"):
        assert Image.open(picture).size == (1080, 1920)


def test_a_screen_reader_finds_tags_title_and_the_map_in_words(folder: Path) -> None:
    paper = Paper(folder / "004-doca.pdf")
    assert paper.root["/MarkInfo"]["/Marked"]
    assert paper.reader.metadata is not None
    assert paper.reader.metadata.title == "Doca, Vale Claro: neighbourhood sheet"
    assert [a for a in paper.alternatives() if a] == [
        "Map of Doca with its edge, streets, green and water as far as they are mapped."
    ]
    assert "/TH" in paper.kinds()


def test_a_sheet_tells_its_own_place_only(folder: Path) -> None:
    text = Paper(folder / "004-doca.pdf").text
    assert "Doca" in text
    for other in ("Alto", "Baixo", "Centro", "Estação", "Figueira"):
        assert other not in text
    for secret in city.SECRETS:
        assert secret not in text
    assert not re.search(r"\b(rank|worst|best|highest|lowest|first of|last of)\b", text, re.IGNORECASE)
    assert "Nothing on this sheet is a reason to move anybody." in text


def test_values_come_with_range_date_and_age() -> None:
    near = {f.words: f for f in sheets(city.material())["Doca"].held}["People within 500 m walk of a stop"]
    assert near.value == "about 52.0\u202f%"
    assert near.range == "51.0–53.0"
    assert (near.date, near.age, near.use.id) == ("2020", "6 years old", "discuss")


def test_ages_are_told_in_whole_years() -> None:
    assert age_text(0.99) == "less than a year old"
    assert age_text(1.0) == "one year old"
    assert age_text(1.9) == "2 years old"  # figures of 2024, read in November 2026
    assert age_text(7.4) == "7 years old"
    assert age_text(math.nan) == ""


def test_what_is_kept_back_is_not_called_unknown() -> None:
    shelter = "Which shelter stays dry and has water and power"
    assert shelter in sheets(city.material())["Alto"].unknown
    withheld = city.gap("municipal_services.shelters", "withheld in this edition: restricted")
    told = replace(city.material(), observations=(*city.event_values(), withheld))
    assert shelter not in sheets(told)["Alto"].unknown


def test_a_value_that_speaks_of_a_corner_is_not_told_to_the_whole_neighbourhood() -> None:
    seen = city.parts("social_inclusion.school_access_500m", {"Alto": 3.0, "Doca": 4.0}, roles=("schools",))
    alto, doca = (replace(o, coverage=share) for o, share in zip(seen, (0.49, 0.5), strict=True))
    told = sheets(replace(city.material(), observations=(alto, doca)))
    assert told["Alto"].held == ()
    assert [f.words for f in told["Doca"].held] == ["People within 500 m walk of a school"]


def test_where_no_event_is_on_file_the_sheet_asks_of_none() -> None:
    told = sheets(city.material(event=False))["Alto"]
    assert not any("event" in words or "leave home" in words for words in told.unknown)
    assert "How often water fails, and for how long" in told.unknown
    assert "How long the water was off in the last event" in sheets(city.material())["Alto"].unknown


def test_a_value_for_the_whole_city_does_not_answer_for_a_place() -> None:
    access = city.value(
        "social_inclusion.school_access_500m", 60.0, 55.0, 65.0, roles=("schools",), use="discuss"
    )
    known = [
        r["indicator"]
        for r in read_table("sheet_facts.csv")
        if r["kind"] == "unknown" and r["condition"] != "no_event"
    ][:4]
    kept_back = [city.gap(i, "withheld in this edition: restricted") for i in known]
    told = sheets(replace(city.material(), observations=(access, *kept_back)))["Alto"]
    assert "How far it is to a school" in told.unknown
    assert told.held == ()
    parts = city.parts("social_inclusion.school_access_500m", {"Alto": 40.0}, roles=("schools",))
    told = sheets(replace(city.material(), observations=(access, *kept_back, *parts)))["Alto"]
    assert "How far it is to a school" not in told.unknown
    assert [f.words for f in told.held] == ["People within 500 m walk of a school"]


def test_small_counts_stay_hidden_on_sheets() -> None:
    station = {f.words for f in sheets(city.material())["Estação"].held}
    assert "People who lived where the water stood, by a model" not in station


def test_where_the_water_came_other_questions_are_asked() -> None:
    told = sheets(city.material())
    assert [q.number for q in told["Doca"].questions] == [1, 4, 7] or 1 in {
        q.number for q in told["Doca"].questions
    }
    assert {1, 4} <= {q.number for q in told["Doca"].questions}
    assert {1, 4}.isdisjoint(q.number for q in told["Alto"].questions)
    assert 5 in {q.number for q in told["Alto"].questions}
    assert all(len(s.questions) == 3 for s in told.values())
    assert told["Doca"].reached
    assert not told["Alto"].reached


def test_a_sliver_at_the_edge_is_no_flood() -> None:
    def reached(area: float) -> bool:
        parts = city.parts("exposure.flood_area", {"Alto": area}, roles=("flood_extent",), period="2024-05")
        return sheets(replace(city.material(), observations=tuple(parts)))["Alto"].reached

    assert not reached(0.04)
    assert reached(0.06)


def test_codes_lead_back_to_place_and_question(folder: Path) -> None:
    rows = codes(folder / "codes.csv")
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 18
    assert len({r["code"] for r in rows}) == 18
    asked = {int(r["number"]): r["text"] for r in read_table("sheet_questions.csv")}
    names = {p.id: (i, p.name) for i, p in enumerate(city.places().items)}
    for row in rows:
        code = read_code(row["code"])
        assert code == PaperCode("VC", names[row["place_id"]][0], int(row["question_number"]))
        assert row["place"] == names[row["place_id"]][1]
        assert row["question"] == asked[int(row["question_number"])]
        assert (row["city"], row["edition"], row["date"]) == ("vale-claro", "public", DAY)
        assert row["answer"] == row["answered_on"] == ""


def test_the_code_on_paper_is_the_code_in_the_list(folder: Path) -> None:
    for row in codes(folder / "codes.csv"):
        page = next(folder.glob(f"{int(row['code'].split('-')[1]):03d}-*.pdf"))
        assert row["code"] in Paper(page).text
        assert "".join(row["question"].split()) in "".join(Paper(page).text.split())


def test_a_place_with_a_comma_and_quotes_in_its_name_keeps_its_row() -> None:
    odd = replace(sheets(city.material())["Doca"], name='Doca, "old"\nport')
    rows = list(csv.DictReader(io.StringIO(code_list((odd,), city.material()).decode("utf-8-sig"))))
    assert {r["place"] for r in rows} == {'Doca, "old"\nport'}


def test_sheets_go_to_residents_so_both_editions_give_the_public_ones(folder: Path, tmp_path: Path) -> None:
    named = frozenset({"informal_settlements", "hydrants"})
    other = write_sheets(city.material("city", city_roles=named), tmp_path / "out").parent
    for file in folder.iterdir():
        assert (other / file.name).read_bytes() == file.read_bytes(), file.name


def test_a_city_without_neighbourhoods_is_told_what_to_load(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no neighbourhoods") as caught:
        write_sheets(city.poor_material(), tmp_path / "out")
    assert "neighbourhoods" in caught.value.problems[0].remedy
    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_the_former_sheets(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "kept.txt").write_text("kept")

    def no_space(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sheet_files, "code_list", no_space)
    with pytest.raises(AlmenaError, match="could not be written"):
        write_sheets(city.material(), out)
    assert [p.name for p in out.iterdir()] == ["kept.txt"]


def test_a_crowded_sheet_still_fits_on_one_page(tmp_path: Path) -> None:
    long = "The Neighbourhood of the Very Long Name Beside the Old Railway Station of the North"
    held = [r["indicator"] for r in read_table("sheet_facts.csv") if r["kind"] == "held"]
    named = city.places()
    items = (named.items[0], *(replace(p, name=f"{long} {p.name}") for p in named.items[1:]))
    values = [o for i in held for o in city.parts(i, {"Doca": 1234.5}, roles=("population_grid",))]
    crowded = replace(city.material(), observations=tuple(values), places=replace(named, items=items))
    out = write_sheets(crowded, tmp_path / "out").parent
    for page in out.glob("*.pdf"):
        assert len(Paper(page).reader.pages) == 1
    assert len(list(out.glob("*.png"))) == 6


def _svg(place: int, material: Material) -> ET.Element:
    return ET.fromstring(PlaceMaps(book_of(material).desk.atlas).svg(place))


def test_a_map_stays_inside_its_frame_and_draws_the_place() -> None:
    picture = _svg(4, city.material())
    width, height = float(picture.get("width", 0)), float(picture.get("height", 0))
    assert max(width, height) == pytest.approx(SIDE, abs=1)
    xy = np.array(re.findall(r"(-?[\d.]+),(-?[\d.]+)", ET.tostring(picture).decode()), dtype=float)
    assert len(xy) > 8
    assert xy.min() >= -0.5
    assert xy[:, 0].max() <= width + 0.5
    assert xy[:, 1].max() <= height + 0.5


def test_a_map_shows_water_only_where_it_stood_and_never_settlements() -> None:
    water, settled = palette()["event"].colour, palette()["settlement"].colour
    wet, dry = (ET.tostring(_svg(n, city.material())).decode() for n in (3, 4))
    assert water in wet
    assert water not in dry
    assert settled not in wet + dry


def test_north_is_up() -> None:
    shape = shapely.Polygon([(0, 0), (1000, 0), (500, 1000)])
    named = city.places()
    geometry = named.geometry.copy()
    geometry[1] = shape
    picture = _svg(
        1,
        replace(
            city.material(event=False), layer=lambda role: None, places=replace(named, geometry=geometry)
        ),
    )
    edge = picture.findall("{http://www.w3.org/2000/svg}path")[-1].get("d", "")
    points = np.array(re.findall(r"([\d.]+),([\d.]+)", edge), dtype=float)
    top = points[points[:, 1].argmin()]
    assert top[0] == pytest.approx(SIDE / 2, abs=1)


def test_the_bar_is_a_round_length() -> None:
    maps = PlaceMaps(book_of(city.material()).desk.atlas)
    assert maps.bar_metres(1) == 500.0  # a quarter of 2,480 m, rounded down to 1, 2 or 5 times a power of ten


def test_maps_credit_those_who_drew_them() -> None:
    told = credit(book_of(city.material()))
    assert "© OpenStreetMap contributors" in told
    assert "Civil Defence of Vale Claro" in told
    assert "Civil Defence" not in credit(book_of(city.material(event=False)))


def test_the_tables_are_sound() -> None:
    cards = load_cards()
    facts, questions = read_table("sheet_facts.csv"), read_table("sheet_questions.csv")
    assert {r["kind"] for r in facts} == set(MOST)
    assert all(r["indicator"] in cards and r["words"] for r in facts)
    assert len({r["number"] for r in questions}) == len(questions)  # a number is never used twice
    assert all(r["condition"] in CONDITIONS for r in (*facts, *questions))
    assert all(r["indicator"] in cards or r["condition"] == "always" for r in questions)
    assert all(cards[r["indicator"]].sensitivity in ("public", "neighbourhood") for r in facts)
    assert not any("settlement" in r["indicator"] for r in facts)


@pytest.mark.real
def test_every_neighbourhood_of_the_real_city_gets_one_page(
    real_run: RealCity, porto_alegre: Path, tmp_path: Path
) -> None:
    out = write_sheets(real_run.public, tmp_path / "out").parent
    rows = codes(out / "codes.csv")
    pages = sorted(out.glob("*.pdf"))
    assert len(pages) == len(list(out.glob("*.png"))) == 94
    assert len({r["code"] for r in rows}) == len(rows) == 3 * 94
    assert all(len(Paper(page).reader.pages) == 1 for page in pages)
    islands = next(s for s in pages if "arquipelago" in s.name)
    assert "Area that the water reached" in Paper(islands).text
    told = "\n".join([*(Paper(page).text for page in pages), (out / "codes.csv").read_text(encoding="utf-8")])
    assert found_in(told, hidden_names(real_run, porto_alegre)) == []
