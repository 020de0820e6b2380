"""The page: valid, self-contained, in order, the same every time, and sensible for poor cities."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from tests.publish import city
from tests.publish.page import Page, chapter

from almena.model.problem import AlmenaError, Problem
from almena.publish import report
from almena.publish.chapters.ask import questions
from almena.publish.chapters.desk import set_up
from almena.publish.editions import for_edition
from almena.publish.report import write_report

RUNS = ["public", "city", "dry", "poor"]
EVIL = "<script>alert('x')</script><img src=x onerror=alert(1)>\"'&"


@pytest.mark.parametrize("run", RUNS)
def test_tags_are_balanced_and_ids_unique(pages: dict[str, str], run: str) -> None:
    page = Page(pages[run])
    assert page.mistakes == []
    assert [i for i, n in Counter(page.ids()).items() if n > 1] == []


@pytest.mark.parametrize("run", RUNS)
def test_every_internal_link_and_file_resolves(
    pages: dict[str, str], reports: dict[str, Path], run: str
) -> None:
    page = Page(pages[run])
    targets = {a["href"] for a in page.all("a")}
    ids = {"#" + i for i in page.ids()}
    assert {t for t in targets if t.startswith("#")} <= ids
    files = {t for t in targets if not t.startswith(("#", "https://"))} | {i["src"] for i in page.all("img")}
    assert files
    assert all((reports[run] / f).is_file() for f in files)


@pytest.mark.parametrize("run", RUNS)
def test_nothing_is_loaded_from_elsewhere_and_no_script_runs(pages: dict[str, str], run: str) -> None:
    page = Page(pages[run])
    assert page.all("script") == []
    assert page.all("link") == []
    assert page.all("iframe") == []
    assert all(i["src"].startswith("maps/") for i in page.all("img"))
    assert "url(" not in pages[run]
    assert "@import" not in pages[run]
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)


@pytest.mark.parametrize("run", RUNS)
def test_the_page_can_be_read_by_ear(pages: dict[str, str], run: str) -> None:
    page = Page(pages[run])
    assert page.all("html")[0]["lang"] == "en"
    levels = page.headings()
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(i["alt"].strip() for i in page.all("img"))
    assert all("scope" in h for h in page.all("th"))
    assert len(page.all("table")) == len(page.all("caption"))
    assert next(a for a in page.all("a"))["href"] == "#content"


def test_ten_chapters_in_the_order_of_the_story(pages: dict[str, str]) -> None:
    order = [
        a["id"] for tag, a in Page(pages["public"]).tags if tag == "section" and a.get("class") == "chapter"
    ]
    assert order == "minute known who works reached places promised wear ask sources".split()  # noqa: SIM905


def test_each_chapter_ends_with_what_may_and_may_not_be_said(pages: dict[str, str]) -> None:
    page = pages["public"]
    for name in "minute known who works reached places promised wear ask sources".split():  # noqa: SIM905
        text = chapter(page, name)
        assert text.index("You may say") < text.index("You may not say")


def test_without_an_event_three_chapters_shrink_to_one_that_says_what_to_load(pages: dict[str, str]) -> None:
    order = [
        a["id"] for tag, a in Page(pages["dry"]).tags if tag == "section" and a.get("class") == "chapter"
    ]
    assert order == "minute known who works reached wear ask sources".split()  # noqa: SIM905
    text = chapter(pages["dry"], "reached")
    assert "No file with the outline of a flood was given" in text
    assert "flood_extent" in text
    assert "People in informal settlements, census" in text


def test_a_city_with_hardly_any_data_gets_a_sensible_page(pages: dict[str, str]) -> None:
    text = Page(pages["poor"]).text
    assert "Area of the city" in text
    assert "Vale Claro" in chapter(pages["poor"], "minute")
    assert "People, census" in chapter(pages["poor"], "ask")
    assert "None" not in text.replace("None.", "").replace("None of", "")
    assert "nan" not in text.lower().split()


def test_a_city_with_no_data_at_all_says_where_to_start(tmp_path: Path) -> None:
    run = replace(city.poor_material(), observations=(city.gap("identity.area"),), sources=())
    text = Page(write_report(run, tmp_path / "r").read_text(encoding="utf-8")).text
    assert "No number can be given for Vale Claro yet" in text


def test_use_class_comes_before_the_number_with_word_and_shape(pages: dict[str, str]) -> None:
    text = chapter(pages["public"], "reached")
    assert "◐ discuss People inside the flood outline : about 2,840" in text.replace(
        "outline:", "outline :"
    ).replace("\u00a0", " ")
    assert "● decide Area reached by the flood" in text


def test_every_number_opens_its_chain(pages: dict[str, str]) -> None:
    text = Page(pages["public"]).text.replace("\u00a0", " ")
    assert "2,836 people; 90 % range 2,510 to 3,170" in text
    assert "Method flood_population@1" in text
    assert "features of flood_extent" in text
    assert "read as utf-8 → clipped" in text
    assert city.source("flood_extent").sha256 in text
    assert 'href="https://example.org/flood_extent"' in pages["public"]


def test_tables_by_neighbourhood_lead_to_the_account_of_their_values(pages: dict[str, str]) -> None:
    start = pages["public"].index("Neighbourhoods that the water reached")
    after = pages["public"][start : pages["public"].index("Neighbourhoods with most of their")]
    assert 'href="#n-exposure-flood-population-share"' in after
    assert 'id="n-exposure-flood-population-share"' in pages["public"]


def test_reviews_appear_beside_their_numbers(tmp_path: Path) -> None:
    run = city.material(confirmed_by={"identity.area": "A. Engineer, 2026-11-19: measured again"})
    assert "reviewed: A. Engineer" in write_report(run, tmp_path / "r").read_text(encoding="utf-8")


def test_the_population_question_shows_all_answers_and_no_growth(pages: dict[str, str]) -> None:
    text = chapter(pages["public"], "who")
    assert "13,300 — Instituto" in text.replace("  ", " ")
    assert "−9.0" in text
    assert "+6.8" in text
    assert "A difference is not growth" in text


def test_the_pyramid_says_its_numbers(pages: dict[str, str]) -> None:
    text = chapter(pages["public"], "who").replace("\u202f", " ")
    assert text.index("65 and more 1,500 (11 %)") < text.index("0–14 1,200 (9 %)")


def test_holes_are_drawn_as_holes_and_dependencies_are_a_proposal(pages: dict[str, str]) -> None:
    text = chapter(pages["public"], "works")
    assert "hole: not asked yet" in text
    assert "Depends on (our proposal)" in text
    assert "8. Ecology" in text
    assert "9. Exposure" not in text


def test_neighbourhoods_mostly_reached_are_listed_and_are_not_called_islands(pages: dict[str, str]) -> None:
    text = chapter(pages["public"], "places").replace("\u202f", " ")
    reached = text[
        text.index("Neighbourhoods with most of their") : text.index("Informal settlements against")
    ]
    assert "Doca : 90 % of the area" in reached.replace("Doca:", "Doca :")
    assert "Baixo" in reached
    assert "Centro" not in reached
    assert "Island" not in text


def test_settlements_stand_against_the_rest_without_names(pages: dict[str, str]) -> None:
    text = chapter(pages["public"], "places")
    row = text[text.index("All settlements together") - 400 :]
    assert "71.0" in row
    assert "92.9" in row


def test_small_counts_are_withheld_in_the_table(pages: dict[str, str]) -> None:
    text = chapter(pages["public"], "places")
    table = text[
        text.index("Neighbourhoods that the water reached") : text.index("Neighbourhoods with most of their")
    ]
    assert "Estação withheld withheld" in table
    assert "Centro withheld withheld" in table


def test_gaps_are_questions_to_somebody_shortest_first(pages: dict[str, str]) -> None:
    text = chapter(pages["public"], "ask")
    assert text.index("National statistics office") < text.index("Civil defence Contingency plan")
    assert text.index("Contingency plan") < text.index("Shelter places")
    assert "Jobs on the map" in text


def test_gaps_that_one_answer_closes_are_one_question() -> None:
    reason = "the classes are not explained"
    gaps = [
        replace(city.gap(f"ecology.{n}_share", reason), remedy="Give the legend.")
        for n in ("forest", "wetland")
    ]
    others = [city.gap("ecology.green_cover", "no usable file"), city.gap("climate.hot_days")]
    at = set_up(for_edition(city.material(observations=(*gaps, *others))))
    asked = questions(at)
    assert [(q.who, len(q.gaps), q.hours) for q in asked] == [
        ("environment department", 2, 2.0),
        ("environment department", 1, 2.0),
        ("weather service", 1, 4.0),
    ]
    assert sum(len(q.gaps) for q in asked) == 4


def test_the_city_edition_is_marked(pages: dict[str, str]) -> None:
    assert "City edition: not for publication" in pages["city"]
    assert "City edition" not in pages["public"]


def test_text_from_data_cannot_become_markup(tmp_path: Path) -> None:
    places = city.places()
    evil = replace(places, items=(places.items[0], *(replace(p, name=EVIL) for p in places.items[1:])))
    noted = [replace(o, notes=(EVIL,), reason=EVIL, place_name=EVIL) for o in city.material().observations]
    bad = replace(city.source("census_table"), url="javascript:alert(1)", attribution=EVIL, file=EVIL)
    run = city.material(
        name=EVIL,
        places=evil,
        observations=tuple(noted),
        sources=(bad, *city.material().sources),
        problems=(Problem(EVIL, EVIL, EVIL, EVIL),),
    )
    html = write_report(run, tmp_path / "r").read_text(encoding="utf-8")
    page = Page(html)
    assert page.mistakes == []
    assert page.all("script") == []
    assert all(i["src"].startswith("maps/") for i in page.all("img"))
    assert not any(a["href"].startswith("javascript") for a in page.all("a"))
    assert EVIL in page.text


def test_the_same_run_writes_the_same_bytes(tmp_path: Path, reports: dict[str, Path]) -> None:
    again = write_report(city.material(), tmp_path / "again", workers=2).parent
    files = sorted(f.relative_to(again) for f in again.rglob("*") if f.is_file())
    assert files == sorted(
        f.relative_to(reports["public"]) for f in reports["public"].rglob("*") if f.is_file()
    )
    assert all((again / f).read_bytes() == (reports["public"] / f).read_bytes() for f in files)


def test_a_report_replaces_the_former_one_whole(tmp_path: Path) -> None:
    folder = tmp_path / "report"
    write_report(city.material(), folder)
    assert (folder / "maps" / "promised.png").is_file()
    write_report(city.material(event=False), folder)
    assert not (folder / "maps" / "promised.png").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["report"]


def test_a_failure_leaves_the_former_report_and_no_rubbish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "report"
    write_report(city.material(), folder)
    before = (folder / "index.html").read_bytes()

    def no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(report, "csv_bytes", no_space)
    with pytest.raises(AlmenaError, match="could not be written") as caught:
        write_report(city.material(event=False), folder)
    assert caught.value.problems[0].why == "No space left on device"
    assert (folder / "index.html").read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["report"]


def test_pages_stay_light(reports: dict[str, Path]) -> None:
    assert (reports["public"] / "index.html").stat().st_size < 200_000
    assert all(f.stat().st_size < 250_000 for f in (reports["public"] / "maps").iterdir())
