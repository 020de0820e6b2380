"""What the real files tempt a report to say, and what it says instead. One run of the real city for all."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from tests.publish.conftest import RealCity
from tests.publish.page import Page, chapter
from tests.publish.papers import Paper

pytestmark = pytest.mark.real

ACCOUNT = re.compile(r'<li class="figure[^"]*" id="n-([a-z0-9-]+)">(.*?)</dl>', re.DOTALL)


def told(real: RealCity, name: str) -> str:
    """Return the text of a chapter with ordinary spaces."""
    return plain(chapter(real.page, name))


def plain(text: str) -> str:
    """Return a text with ordinary spaces."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def account(real: RealCity, indicator: str) -> str:
    """Return everything that the page says of one indicator where it is told in full."""
    anchor = indicator.replace(".", "-").replace("_", "-")
    start = real.page.index(f'id="n-{anchor}"')
    return plain(Page(real.page[start - 40 : real.page.index("</dl>", start)]).text)


# how many people


def test_raster_and_census_stand_side_by_side_with_their_dates(real_run: RealCity) -> None:
    text = told(real_run, "who")
    assert re.search(r"People, census 2022 ● decide 1,332,845 — IBGE 2022", text)
    assert re.search(r"People, raster 2020 ◐ discuss about 1,460,000 \S+ \+9.4 % WorldPop 2020", text)
    assert "not growth" in text


def test_the_census_is_never_rounded_and_the_raster_never_told_to_the_last_person(real_run: RealCity) -> None:
    text = " ".join(told(real_run, name) for name in ("minute", "who", "places"))
    assert "1,332,845 people" in text
    assert "about 1,332,845" not in text
    visible = re.sub(r"<details>.*?</details>", "", real_run.page, flags=re.DOTALL)
    assert "1,457,856" not in plain(visible)


def test_figures_of_the_older_limits_are_shown_nowhere(real_run: RealCity) -> None:
    older = {
        o.source.role: obs
        for obs in real_run.public.observations
        if obs.value is not None and obs.place_kind == "neighbourhood" and obs.unit.startswith("persons")
        for o in obs.origins
    }
    assert "neighbourhood_statistics" not in older
    densities = [o for o in real_run.public.observations if o.indicator == "identity.population_density"]
    assert {o.period[:4] for o in densities if o.value is not None} <= {"2020", "2022"}
    assert "87,367" not in real_run.page
    assert "limits have changed" in told(real_run, "who")


# services


def test_the_hours_of_the_timetable_are_said(real_run: RealCity) -> None:
    assert "11:00–17:00" in account(real_run, "mobility.transit_access_20min")
    text = told(real_run, "works")
    assert "You may not say" in text
    assert re.search(r"have a bus every 20 minutes\. .*11:00–17:00", text)


def test_a_value_from_the_partial_timetable_is_context_only(real_run: RealCity) -> None:
    for indicator in ("mobility.transit_access_20min", "mobility.transit_access_30min"):
        assert "context only" in account(real_run, indicator)


def test_schools_piled_on_one_point_are_said_and_both_counts_are_given(real_run: RealCity) -> None:
    text = account(real_run, "exposure.flood_schools")
    assert "context only" in text
    assert "doubtful positions" in text
    assert "position that cannot be trusted" in text
    assert "all entries of the register, as located: ◐ discuss 125 schools" in text


def test_no_sentence_to_copy_quotes_the_schools_inside_the_outline(real_run: RealCity) -> None:
    text = told(real_run, "reached")
    may = text[text.index("You may say") : text.index("You may not say")]
    assert "school" not in may.lower()


def test_hydrants_that_do_not_work_are_counted_apart(real_run: RealCity) -> None:
    text = account(real_run, "exposure.flood_hydrants")
    assert re.search(r"263 hydrants \( ?245–28\d", text)
    assert "not operable: 124 hydrants" in text
    assert "operable: 139 hydrants" in text
    assert "646 of 1618 hydrants" in account(real_run, "municipal_services.hydrants_operable")


def test_end_of_line_stops_are_told_apart_from_terminals(real_run: RealCity) -> None:
    assert re.search(r"end-of-line stop: 7\d terminals", account(real_run, "mobility.bus_terminals"))
    assert "end-of-line stop: 3 terminals" in account(real_run, "exposure.flood_bus_terminals")
    assert "end-of-line stops without a building" in told(real_run, "reached")


def test_clinics_are_not_hospitals(real_run: RealCity) -> None:
    assert "158 of 220 features are not hospitals" in account(
        real_run, "social_inclusion.hospital_access_1km"
    )


def test_private_parks_are_left_out_and_it_is_said(real_run: RealCity) -> None:
    assert re.search(
        r"\d+ features are of another kind or not open to all",
        account(real_run, "built_environment.open_space_access_400m"),
    )


def test_address_points_are_no_measure_of_settlements(real_run: RealCity) -> None:
    text = told(real_run, "who")
    assert "An address point is not a household." in text
    assert "informal settlements" in account(real_run, "identity.addresses")
    assert "informal settlements often have hardly any" in told(real_run, "reached")


# the event


def test_counts_stand_beside_the_published_ones(real_run: RealCity) -> None:
    text = told(real_run, "reached")
    for line in ("263 counted here, 271 published", "25 counted here, 25 published", "125 counted here, 126"):
        assert line in text


def test_the_years_of_what_is_counted_are_said(real_run: RealCity) -> None:
    text = told(real_run, "reached")
    assert re.search(r"files of different years, 20(19|20) to 2024", text)


def test_no_depth_is_told_and_the_reason_is(real_run: RealCity) -> None:
    text = told(real_run, "reached")
    assert "The water was so and so many metres deep here." in text
    assert "not how deep" in text
    assert not any("depth" in o.indicator for o in real_run.public.observations)


def test_the_gauge_is_exact_and_its_breaks_are_said(real_run: RealCity) -> None:
    text = account(real_run, "exposure.river_peak")
    assert "535 cm" in text
    assert "about" not in text.split("How we know")[0]
    for fact in ("datum of the gauge is not in the file", "readings jump", "series ends 32 hours after"):
        assert fact in text
    assert "The river never stood higher than 535 cm." in told(real_run, "reached")


def test_the_months_without_readings_are_said(real_run: RealCity) -> None:
    text = account(real_run, "exposure.river_record_coverage")
    assert "32 %" in text
    assert "2023-12-10 to 2024-04-07" in text


def test_the_map_is_old_and_names_no_return_period(real_run: RealCity) -> None:
    text = told(real_run, "promised")
    assert "dated before the event (2014)" in text
    assert "natural terrain" in text
    assert "no return period" in text


def test_the_list_of_the_plan_is_younger_than_the_flood_and_names_no_flooded_place(
    real_run: RealCity,
) -> None:
    text = told(real_run, "promised")
    assert "dated 2025, not before the event" in text
    assert "None of these lists says which neighbourhoods were flooded." in text
    assert re.search(r"Protected 25 0 ◐ discuss about 88", text)
    assert re.search(r"Above flood level 57 1 ◐ discuss", text)
    assert "The city had promised these neighbourhoods protection before the flood." in text


def test_islands_are_few_people_on_much_of_the_area(real_run: RealCity) -> None:
    text = told(real_run, "places")
    islands = text[text.index("Islands (neighbourhoods that touch no other)") :][:300]
    assert "Arquipélago" in islands
    assert re.search(r"Together they are 3[89] % of the area reached and 5 % of the people", islands)


def test_mostly_reached_neighbourhoods_are_not_called_islands(real_run: RealCity) -> None:
    text = told(real_run, "places")
    mostly = text[text.index("Neighbourhoods with most of their area reached") : text.index("Islands (")]
    assert "Sarandi" in mostly
    assert text.count("Island") == 1


# blind spots, weather, risk


def test_the_street_data_cover_groups_unequally(real_run: RealCity) -> None:
    text = told(real_run, "known")
    table = text[text.index("Whom the street data cover") :][:400]
    assert "Of the area of the city 33 %" in table
    assert "Of its people 64 %" in table
    assert re.search(r"Of the people of informal settlements 6[01] %", table)
    assert "Of the people inside the flood outline 56 %" in table


def test_walking_distances_are_quoted_for_the_covered_part_only(real_run: RealCity) -> None:
    text = told(real_run, "works")
    may = text[text.index("You may say") : text.index("You may not say")]
    assert may.count("In the part of Porto Alegre that the street data cover") == 2


def test_one_station_is_not_the_city_and_incomplete_years_are_left_out(real_run: RealCity) -> None:
    assert "one station is not the city" in account(real_run, "climate.hot_days")
    text = told(real_run, "wear")
    assert "left out as incomplete: 2000, 2001" in text
    assert "One station in Porto Alegre has 13.6 days per year" in text
    assert "mean of complete years 2007–2024" in text
    assert "+214" not in text


def test_people_in_risk_sectors_are_an_assumption_and_for_the_city_alone(real_run: RealCity) -> None:
    assert "85,540" not in real_run.page
    closed = plain(real_run.text("city_edition/index.html"))
    assert "85,540 people, which is 4 × buildings" in closed
    assert "The survey counted the people in risk sectors one by one." in closed


# unequal


def test_the_widest_gaps_of_the_city_are_on_the_first_page(real_run: RealCity) -> None:
    text = told(real_run, "minute")
    start = text.index("Where people of informal settlements have less")
    gaps = text[start : text.index("What may be either")]
    assert gaps.count("People of informal settlements:") == 3
    assert re.search(r"about 16\.\d % \(\S+\) live within 1 km walk of a hospital; rest of the city:", gaps)


def test_five_numbers_end_with_the_widest_gap(real_run: RealCity) -> None:
    text = told(real_run, "minute")
    cards = text[text.index("Five numbers") : text.index("Where the water of")]
    assert "of the people of informal settlements live within 400 m walk of public open space" in cards
    assert "paved" not in cards


# citations, size and secrets


def test_sentences_cite_shortly_and_the_last_chapter_in_full(real_run: RealCity) -> None:
    for name in ("minute", "who", "works", "reached", "places", "promised", "wear"):
        text = told(real_run, name)
        may = text[text.index("You may say") :]
        assert "BID dashboard" not in may
        assert ";;" not in may
    assert "Fiorentin, Abdallah and CIEX-FURG" in told(real_run, "sources")
    assert "Fiorentin, Abdallah and CIEX-FURG" in account(real_run, "exposure.flood_area")


def test_the_page_is_whole_and_small(real_run: RealCity) -> None:
    page = Page(real_run.page)
    assert page.mistakes == []
    assert len(set(page.ids())) == len(page.ids())
    anchors = {a["href"][1:] for a in page.all("a") if a.get("href", "").startswith("#")}
    assert anchors <= set(page.ids())
    assert len(real_run.page.encode()) <= 1_500_000
    for picture in (real_run.folder / "public" / "maps").iterdir():
        assert picture.stat().st_size <= 250_000


def secrets(folder: Path) -> set[str]:
    """Return names and numbers of features that no public output may hold."""
    settled = json.loads((folder / "boundary/settlements_informal_ibge.geojson").read_text(encoding="utf-8"))
    names = {f["properties"]["settlement_name"] for f in settled["features"]}
    social = json.loads((folder / "osm/sites_social.json").read_text(encoding="utf-8"))
    while "features" not in social:
        social = social["geoJson"]
    names |= {f["properties"].get("name") or "" for f in social["features"]}
    names |= {str(f.get("id") or "") for f in social["features"]}
    for file, field in (("hydrants", "IDINSTALAC"), ("power_mapbiomas", "name")):
        listed = json.loads((folder / f"infrastructure/{file}.geojson").read_text(encoding="utf-8"))
        names |= {str(f["properties"][field] or "") for f in listed["features"]}
    return {n.strip() for n in names if len(n.strip()) > 4}


def hidden_names(real: RealCity, folder: Path) -> set[str]:
    """Return the names that may not be public, in small letters; names of the city's own places may."""
    places = {p.name.casefold() for p in real.public.places.items} | {"porto alegre"}
    return {name.casefold() for name in secrets(folder)} - places


def found_in(text: str, hidden: set[str]) -> list[str]:
    """Return the hidden names that a text gives away."""
    small = text.casefold()
    return [name for name in hidden if name in small and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", small)]


@pytest.mark.parametrize(
    "output",
    [
        "public/index.html",
        "public.csv",
        "public.json",
        "public/observations.csv",
        "city/reports/profile.pdf",
        "city/reports/mayors-brief.pdf",
    ],
)
def test_no_name_of_a_sensitive_feature_is_in_a_public_output(
    real_run: RealCity, porto_alegre: Path, output: str
) -> None:
    is_paper = output.endswith(".pdf")
    told = Paper(real_run.folder / output).text if is_paper else real_run.text(output)
    # The same texts stand in many rows: each is searched once.
    text = "\n".join(set(re.split(r'["\n]', told)))
    hidden = hidden_names(real_run, porto_alegre)
    assert len(hidden) > 1_000
    assert found_in(text, hidden) == []


def test_hydrants_and_power_assets_are_not_listed_in_public(real_run: RealCity) -> None:
    for line in csv.DictReader(real_run.text("public.csv").lstrip("\ufeff").splitlines()):
        assert line["indicator"] != "basic_infrastructure.substations" or line["value"] == ""
    document = json.loads(real_run.text("public.json"))
    closed = {"hydrants", "power_lines", "informal_settlements", "social_facilities", "risk_sectors"}
    origins = [o for i in document["indicators"] for obs in i["observations"] for o in obs["origins"]]
    locators = {o["locator"] for o in origins if o["role"] in closed}
    assert locators <= {"", "withheld in this edition"}


def test_values_from_files_without_an_open_licence_are_gaps_in_public(real_run: RealCity) -> None:
    local = {s.file for s in real_run.public.sources if not s.may_leave}
    assert local
    for observation in real_run.public.observations:
        if local & {o.source.file for o in observation.origins}:
            assert observation.value is None
            assert "licence" in observation.reason or "sensitive" in observation.reason


def test_the_city_edition_shows_more_and_says_so(real_run: RealCity) -> None:
    closed = plain(real_run.text("city_edition/index.html"))
    assert "City edition: not for publication." in closed
    assert "People in surveyed risk sectors, raster:" in plain(Page(closed).text)
    assert "City edition" not in real_run.page
