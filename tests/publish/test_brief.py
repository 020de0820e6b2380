"""The mayor's brief: two sheets, few words, each number with its range and year, all of it from the run."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.publish import city
from tests.publish.conftest import RealCity
from tests.publish.papers import Paper

from almena.model.observation import Observation
from almena.model.problem import Problem
from almena.packs import load_cards
from almena.packs.table import read_table
from almena.publish.book import book_of
from almena.publish.chapters.desk import Desk, set_up
from almena.publish.editions import for_edition
from almena.publish.material import Material
from almena.publish.paper.brief import MOST, Brief, make_brief, months_later
from almena.publish.paper.brief_pdf import LETTERS, MAP, brief_content, small_map, write_brief
from almena.publish.paper.brief_rules import CONDITIONS, EVERY, Rules
from almena.publish.wording import capital

WALK = re.compile(r"within (\d+) (k?m) walk")
MOST_WORDS, MOST_NUMBERS, SHEETS = 600, 7, 2
TABLES = ("brief_findings.csv", "brief_actions.csv")
MOVING = re.compile(
    r"relocat|resettl|evict|evacuat|displace|move (?:them|people|residents|families)", re.IGNORECASE
)


@pytest.fixture(scope="module")
def briefs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Paper]:
    folder = tmp_path_factory.mktemp("brief")
    runs = {
        "public": city.material(),
        "city": city.material("city"),
        "dry": city.material(event=False),
        "poor": city.poor_material(),
    }
    return {name: Paper(write_brief(run, folder / f"{name}.pdf")) for name, run in runs.items()}


def desk(material: Material) -> Desk:
    return set_up(for_edition(material))


def brief(material: Material) -> Brief:
    return make_brief(desk(material))


def only(*observations: Observation, event: bool = False) -> Material:
    """Return the city with these values and no others."""
    return city.material(event=event, observations=observations)


def check_numbers(paper: Paper, told: Brief, names: Iterable[str]) -> None:
    """Every figure on the paper belongs to one of at most seven numbers with range and year, or to a name or a date."""
    assert len(told.numbers) <= MOST_NUMBERS
    squeezed = "".join(paper.text.split())
    for number in told.numbers:
        full = f"{number.use.symbol} {number.use.word} {number.value} ({number.range}; {number.year})"
        assert re.search(r"\d", number.value)
        assert number.range.startswith(("range ", "a complete count", "all ways of counting agree"))
        assert re.fullmatch(r"\d{4}(–\d{4})?", number.year)
        assert squeezed.count("".join(full.split())) == 1, full
        squeezed = squeezed.replace("".join(full.split()), "")
    for name in names:
        squeezed = squeezed.replace("".join(name.split()), "")
    assert re.findall(r"\d+", squeezed) == [], squeezed


def names_with_figures(material: Material, told: Brief) -> list[str]:
    """Return dates and names on the paper that hold figures and are no numbers about the city."""
    content = brief_content(book_of(material))
    event = desk(material).event
    pages = [f"{page}/{SHEETS}" for page in range(1, SHEETS + 1)]
    titles = [card.title for card in load_cards().values() if re.search(r"\d", card.title)]
    benchmarks = ["City Prosperity Index 2016", "Indicators, 25 cities"]
    when = [event.name, capital(event.name)] if event else []
    said = [
        f.text for f in (*told.system, *told.strengths, *told.red) if f.text in titles or "walk" in f.text
    ]
    return [*when, content["date"], told.next_look, content["map_note"], *pages, *said, *benchmarks]


@pytest.mark.parametrize("name", ["public", "city", "dry", "poor"])
def test_two_sheets_and_few_words(briefs: dict[str, Paper], name: str) -> None:
    assert len(briefs[name].reader.pages) == SHEETS
    assert 200 < briefs[name].words <= MOST_WORDS


@pytest.mark.parametrize("name", ["public", "dry", "poor"])
def test_every_number_has_range_and_year(briefs: dict[str, Paper], name: str) -> None:
    material = {"public": city.material(), "dry": city.material(event=False), "poor": city.poor_material()}[
        name
    ]
    told = brief(material)
    check_numbers(briefs[name], told, names_with_figures(material, told))


def test_a_mayor_is_told_what_the_marks_before_the_numbers_mean(briefs: dict[str, Paper]) -> None:
    assert "● Fit to decide: recent" in briefs["public"].text
    assert "◐ Fit to discuss: good enough" in briefs["public"].text
    assert "Context only" not in briefs["public"].text  # no number of that class stands here


def test_near_says_how_near() -> None:
    """A mayor who hears that few live near a hospital asks first: how near?"""
    for row in read_table("brief_findings.csv"):
        access = "access" in row["indicator"] or "buildings_near" in row["indicator"]
        told = WALK.search(row["text"])
        assert bool(told) == access, row["text"]
        if told:
            metres = float(told[1]) * (1000 if told[2] == "km" else 1)
            assert metres == load_cards()[row["indicator"]].parameters["distance"], row["text"]


def test_the_map_of_the_brief_is_lettered_for_the_width_at_which_it_is_printed() -> None:
    book = book_of(city.material())
    usual = next(job for job in book.jobs if job.file == MAP)
    small = small_map(book)
    assert (small.letters, small.drawn) == (LETTERS, usual.drawn)
    assert max(map(len, small.credit_lines)) <= max(map(len, usual.credit_lines)) / 2 + 20
    width, height = small.size
    assert height > usual.size[1]  # room for the larger letters
    assert brief_content(book)["map_ratio"] == height / width


def test_a_screen_reader_finds_tags_and_the_map_in_words(briefs: dict[str, Paper]) -> None:
    paper = briefs["public"]
    assert paper.root["/MarkInfo"]["/Marked"]
    assert paper.root["/Lang"] == "en"
    assert paper.reader.metadata is not None
    assert paper.reader.metadata.title == "Vale Claro: the mayor’s brief, 20 November 2026"
    assert [a for a in paper.alternatives() if a] == [
        "Outline of the flood of May 2024 over the 6 neighbourhoods of Vale Claro."
    ]


def test_the_sections_stand_in_their_order(briefs: dict[str, Paper]) -> None:
    heads = (
        "What happened to the system", "Strong", "Red", "To decide", "Who gains:", "Who may lose:", "Quick wins",
        "What could overturn this", "What residents may be told", "Who agreed", "Next look",
    )  # fmt: skip
    places = [briefs["public"].text.index(head) for head in heads]
    assert places == sorted(places)
    assert "in May 2027" in briefs["public"].text


def test_the_city_of_the_tests_reads_as_its_values_ask() -> None:
    told = brief(city.material())
    assert [f.text for f in told.strengths] == ["Dwellings on the sewer network"]
    assert [n.value.replace("\u00a0", " ") for n in told.numbers][:1] == ["about 2,840 people"]
    reds = [f.text for f in told.red]
    assert "Fewer people of informal settlements live within 500 m walk of public transport" in reds
    assert len(told.red) == 3
    assert len(told.decisions) == 3
    assert len(told.quick_wins) == 2
    assert not told.early


def test_every_red_finding_says_why_and_what_speaks_against() -> None:
    for material in (city.material(), city.material(event=False), city.poor_material()):
        told = brief(material)
        assert len(told.red) == 3
        assert all(f.because and f.against for f in told.red)
        assert all(a.gain and a.lose and a.overturn for a in told.decisions)


def test_with_hardly_anything_known_the_brief_is_about_asking(briefs: dict[str, Paper]) -> None:
    told = brief(city.poor_material())
    assert told.early
    assert told.strengths == ()
    assert told.decisions[0].text == "Ask the national statistics office for the census tables of the city."
    assert all(action.text.startswith(("Ask", "Name")) for action in told.decisions)
    text = briefs["poor"].text
    assert "It is too early for findings" in text
    assert "No value about people or services reaches an agreed benchmark beyond doubt." in text
    assert "It is too early" not in briefs["public"].text


def test_decisions_answer_the_red_findings_first() -> None:
    values = [city.value("built_environment.open_space_access_400m", 12.0, 10.0, 14.0, roles=("streets",))]
    told = brief(only(*values, city.value("municipal_services.hydrants_operable", 60.0, roles=("hydrants",))))
    assert told.red[0].text == load_cards()["built_environment.open_space_access_400m"].title
    assert told.red[0].because == "It misses the benchmark of City Prosperity Index 2016."
    assert load_cards()["built_environment.open_space_access_400m"].title in told.decisions[0].text
    assert told.decisions[1].text.startswith("Repair the hydrants")


def test_one_subject_is_told_once() -> None:
    values = [
        city.value(f"built_environment.open_space_{which}", 12.0, 10.0, 14.0, roles=("streets",))
        for which in ("access_400m", "large_access_500m")
    ]
    told = brief(only(*values))
    assert sum("open space" in f.text for f in told.red) == 1


def holds(condition: str, *observations: Observation, indicator: str = "", event: bool = False) -> bool:
    wanted = indicator or observations[0].indicator
    return bool(list(Rules(desk(only(*observations, event=event))).matches(wanted, condition)))


def test_a_value_is_told_only_with_range_and_year_and_not_when_it_is_context() -> None:
    good = city.value("climate.hot_days", 12.0, 8.0, 16.0, roles=("climate_daily",), period="2001/2024")
    assert holds("value", good)
    assert not holds("value", replace(good, use="context"))
    assert not holds("value", replace(good, period="unknown"))
    assert not holds("value", replace(good, low=None, high=None, interval_kind=""))
    assert holds("value", replace(good, low=12.0, high=12.0, interval_kind="enumerated"))
    assert not holds("value", city.gap("climate.hot_days"))


def test_some_is_more_than_none() -> None:
    schools = city.value("exposure.flood_schools", 3.0, roles=("schools",), period="2024")
    assert holds("some", schools)
    assert not holds("some", replace(schools, value=0.0, low=0.0, high=0.0))


def test_short_of_all_looks_at_the_upper_end() -> None:
    share = city.value("municipal_services.hydrants_operable", 60.0, 55.0, 94.9, roles=("hydrants",))
    assert holds("short_of_all", share)
    assert not holds("short_of_all", replace(share, high=95.0))
    strong = city.value(
        "basic_infrastructure.sewer_network", 91.4
    )  # the cut is 78.75: a strength is not red as well
    assert not holds("short_of_all", strong)
    assert holds("short_of_all", replace(strong, value=70.0, low=70.0, high=70.0))
    assert not holds("short_of_all", city.value("social_inclusion.schools", 14.0, roles=("schools",)))


def test_red_and_strong_need_the_whole_range_on_one_side() -> None:
    sewer = city.value("basic_infrastructure.sewer_network", 20.0, 15.0, 30.0)
    assert holds("red", sewer)
    assert not holds("strong", sewer)
    assert not holds("red", replace(sewer, high=40.0))  # the cut is 36.25
    assert holds("strong", replace(sewer, value=90.0, low=85.0, high=95.0))
    assert not holds("strong", replace(sewer, value=90.0, low=70.0, high=95.0))
    assert not holds("strong", city.value("identity.women_share", 52.0))  # no benchmark


def test_a_gap_needs_ranges_that_do_not_touch() -> None:
    def compared(high: float) -> list[Observation]:
        common = {"roles": ("streets",), "use": "discuss"}
        card = "mobility.transit_access_500m"
        return [
            city.value(card, 80.0, 78.0, 82.0, **common),
            city.value(card, 60.0, 55.0, high, dimensions=city.SETTLED, **common),
            city.value(card, 85.0, 80.0, 90.0, dimensions=city.REST, **common),
        ]

    assert holds("gap", *compared(70.0))
    assert not holds("gap", *compared(81.0))


def test_missing_is_not_the_same_as_kept_back() -> None:
    plan = city.gap("municipal_services.contingency_plan")
    assert holds("missing", plan)
    assert not holds(
        "missing", replace(plan, reason="withheld in this edition: sensitive, for the city only")
    )
    assert holds("missing", indicator="economy.unemployment")  # never looked at


def test_people_are_unknown_only_when_no_count_of_any_kind_is_known() -> None:
    census = city.gap("identity.population_census")
    raster = city.value("identity.population_raster", 900.0, 800.0, 1000.0, roles=("population_grid",))
    assert holds("missing no_people", census)
    assert not holds("missing no_people", census, raster)


def test_conditions_on_the_run() -> None:
    area = city.value("identity.area", 24.0, roles=("boundary",))
    assert holds("event", area, event=True)
    assert not holds("event", area)
    assert holds("no_event", area)
    assert holds("always unconfirmed", area)
    reviewed = replace(only(area), confirmed_by={"identity.area": "confirmed by Ana on 2026-11-01"})
    assert not list(Rules(desk(reviewed)).matches("", "unconfirmed"))


def test_who_agreed_is_named() -> None:
    said = {"identity.population_census": "confirmed by Ana Lima on 2026-11-01"}
    assert brief(city.material(confirmed_by=said)).agreed == (
        "People, census: confirmed by Ana Lima on 2026-11-01",
    )
    assert brief(city.material()).agreed == ()


def heads(material: Material) -> tuple[str, str]:
    """Return the headings of what is told first and of the findings."""
    frame = brief_content(book_of(material))["frame"]
    return frame["system"], frame["red"]


def test_what_nobody_knows_is_not_called_red() -> None:
    area = city.value("identity.area", 24.0, roles=("boundary",))
    red = city.value("social_inclusion.literacy", 20.0, 15.0, 25.0)
    assert heads(only(area))[1] == "Not known"
    assert heads(only(area, red))[1] == "Red, and not known"
    assert heads(city.material())[1] == "Red"


def test_nothing_happened_where_no_event_is_on_file() -> None:
    assert heads(city.material(event=False))[0] == "What is known so far"
    assert heads(city.material())[0] == "What happened to the system"


def test_a_density_over_the_whole_outline_is_no_verdict_on_a_city() -> None:
    """A mountain country has few junctions per square kilometre, and nobody has to decide about that."""
    junctions = city.value("built_environment.intersection_density", 5.9, 5.3, 6.4, roles=("streets",))
    told = brief(only(junctions))
    assert all(f.number is None for f in told.red)
    assert not any("junctions" in action.text for action in told.decisions)
    assert brief(only(replace(junctions, value=196.0, low=176.0, high=216.0))).strengths == ()


def test_buildings_stand_in_for_people_as_long_as_nobody_counted_them() -> None:
    common = {"roles": ("streets",), "use": "discuss"}
    near = city.value("social_inclusion.buildings_near_hospital_1km", 86.0, 65.0, 100.0, **common)
    people = city.value("identity.population_raster", 900.0, 800.0, 1000.0, roles=("population_grid",))
    assert "Buildings within 1 km walk of a hospital" in brief(only(near)).system[0].text
    assert not any("Buildings" in f.text for f in brief(only(near, people)).system)


def test_without_an_event_the_utility_is_not_asked_about_one() -> None:
    quick = [action.text for action in brief(city.material(event=False)).quick_wins]
    assert not any("was without water" in text for text in quick)
    assert any("how often water fails" in text for text in quick)


def test_hospitals_that_every_source_places_in_the_water_come_first() -> None:
    clinics = city.value("exposure.flood_hospitals", 3.0, 3.0, 3.0, roles=("schools",), period="2024-05")
    told = brief(only(replace(clinics, interval_kind="sensitivity"), event=True))
    assert told.red[0].text.startswith("Hospitals stood inside the outline")
    assert told.red[0].number is not None
    assert told.red[0].number.range == "all ways of counting agree"


@pytest.mark.parametrize("table", TABLES)
def test_the_tables_are_sound(table: str) -> None:
    cards = load_cards()
    for row in read_table(table):
        where = f"{table}, row {row['_row']}"
        assert row["kind"] in MOST, where
        assert row["indicator"] in {"", EVERY} or row["indicator"] in cards, where
        assert set(row["condition"].split()) <= set(CONDITIONS), where
        assert row["text"], where
        assert row["source"], where
        assert row["about"] or row["indicator"] == EVERY, where
        told = " ".join(
            row[k] for k in ("text", "because", "against", "gain", "lose", "overturn") if k in row
        )
        assert not re.search(r"\d", WALK.sub("", told)), f"{where}: numbers come from the run"
        assert not MOVING.search(told), f"{where}: exposure is no reason to move people"
        if row["kind"] == "decision":
            assert row["gain"], where
            assert row["lose"], where
            assert row["overturn"], where
        if row["kind"] == "red":
            assert row["because"], where
            assert row["against"], where


def test_some_rows_hold_for_any_city_so_that_no_section_is_empty() -> None:
    told = brief(only())
    assert (len(told.red), len(told.decisions), len(told.quick_wins), len(told.residents)) == (3, 3, 2, 3)


def test_nothing_withheld_slips_into_the_brief(briefs: dict[str, Paper]) -> None:
    for secret in city.SECRETS:
        assert secret not in briefs["public"].text
    assert "not for publication" in briefs["city"].text


def test_the_same_run_gives_the_same_bytes(briefs: dict[str, Paper], tmp_path: Path) -> None:
    again = write_brief(city.material(problems=(Problem("x"),)), tmp_path / "b.pdf")
    assert again.read_bytes() == briefs["public"].path.read_bytes()


@given(st.dates(), st.integers(0, 30))
def test_months_later_is_counted_in_months(day: object, months: int) -> None:
    text = months_later(str(day), months)
    year, month = int(text[:4]), int(text[5:])
    start = int(str(day)[:4]) * 12 + int(str(day)[5:7])
    assert 1 <= month <= 12
    assert year * 12 + month - start == months


def test_half_a_year_after_november_is_may() -> None:
    assert months_later("2026-11-20", 6) == "2027-05"
    assert months_later("2026-06-30", 6) == "2026-12"


@pytest.mark.real
def test_the_real_city_fits_on_two_sheets(real_run: RealCity) -> None:
    paper = Paper(real_run.folder / "city" / "reports" / "mayors-brief.pdf")
    assert len(paper.reader.pages) == SHEETS
    assert 350 < paper.words <= MOST_WORDS
    told = brief(real_run.public)
    check_numbers(paper, told, names_with_figures(real_run.public, told))
    assert len(told.numbers) == MOST_NUMBERS
    assert "about 153,000 people" in paper.text
    assert not MOVING.search(paper.text)
