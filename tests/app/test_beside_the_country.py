"""The whole way of what stands beside a city: from the tables of the world into the profile of the generated city."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.app.toyville import settings

from almena.app.look import review, show
from almena.app.profile import Profile, headline
from almena.cli.main import run
from almena.model.observation import Observation
from almena.packs import load_cards

NATIONAL = [c.id for c in load_cards().values() if c.element == "national"]
WEATHER = [c.id for c in load_cards().values() if c.element == "climate"]


@pytest.fixture
def found(profiled: tuple[Path, Profile]) -> dict[str, Observation]:
    return headline([o.shown for o in profiled[1].observations])


@pytest.mark.parametrize("indicator", NATIONAL)
def test_nothing_beside_the_city_is_fit_to_decide_or_discuss(
    found: dict[str, Observation], indicator: str
) -> None:
    assert found[indicator].value is not None
    assert found[indicator].use == "context"
    assert found[indicator].status == "reported"
    assert "not of the city itself" in found[indicator].reason


@pytest.mark.parametrize(
    "indicator, value, period",
    [
        ("national.slum_share", 14.5, "2014"),
        ("national.gini", 47.1, "2015"),
        ("national.human_development", 0.762, "2017"),
        ("national.income_group", 3, "2021"),
        ("national.earthquake_deaths", 31, "2015/2017"),
        ("national.capital_population", 410_000, "2018"),
    ],
)
def test_figures_of_the_country_are_those_of_its_row_and_its_latest_year(
    found: dict[str, Observation], indicator: str, value: float, period: str
) -> None:
    one = found[indicator]
    assert (one.place, one.place_kind) == ("ZZZ", "country")
    assert one.value == pytest.approx(value)
    assert one.period == period


def test_people_of_the_country_stop_where_the_projections_begin(found: dict[str, Observation]) -> None:
    urban = round(2_000_000 * 1.01**28)  # 1990 to 2018
    assert found["national.population"].value == urban + round(urban / 4)
    assert found["national.population"].period == "2018"


def test_what_sets_the_city_against_the_country_stands_on_the_city(found: dict[str, Observation]) -> None:
    growth = 100 * ((1.0 / 1.03) ** (1 / 12) - 1)  # planted: 1.03 of the people in 2010, 1.0 in 2022
    one = found["national.growth_distance"]
    assert (one.place, one.place_kind) == ("city", "city")
    assert one.value == pytest.approx(growth - 1.0, abs=0.01)
    slums = found["national.settlement_distance"]
    assert slums.value == pytest.approx(12.0 - 14.5, abs=0.01)
    assert "8 years apart" in slums.notes[0]


def test_earthquakes_and_cities_are_those_planted_around_the_city(found: dict[str, Observation]) -> None:
    assert found["national.earthquakes_nearby"].value == 2
    strongest = found["national.strongest_earthquake_nearby"]
    assert strongest.value == 5.2
    assert "33 km deep" in strongest.notes[0]
    assert found["national.cities_nearby"].value == 2  # Nearby and Great Toyton; the namesake is 900 km away
    assert found["national.listed_population"].value == 58_000


def test_the_river_stood_above_its_stage_as_long_as_planted(
    profiled: tuple[Path, Profile], found: dict[str, Observation]
) -> None:
    whole = found["exposure.river_above_stage"]
    stages = {
        dict(o.shown.dimensions)["stage"]: o.shown.value
        for o in profiled[1].observations
        if o.shown.indicator == "exposure.river_above_stage" and o.shown.dimensions
    }
    assert set(stages) == {"alert", "flood"}
    assert stages["alert"] > stages["flood"] == whole.value > 24
    assert whole.high > whole.value  # the gauge was broken for a day on the way up
    assert "River office of Toyland" in whole.notes[0]


@pytest.mark.parametrize("indicator", WEATHER)
def test_one_station_is_never_taken_for_the_city(found: dict[str, Observation], indicator: str) -> None:
    one = found[indicator]
    if one.value is not None:
        assert any("one station is not the city" in note for note in one.notes)


def test_the_country_can_be_shown_and_reviewed(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = show(city, "national.gini")["observations"]
    assert [(r["place"], r["place_kind"], r["use"]) for r in rows] == [("ZZZ", "country", "context")]
    with pytest.raises(SystemExit) as ended:
        run(["show", str(city), "national.gini"])
    assert ended.value.code == 0
    assert "[context] ZZZ · 2015: 47.1" in capsys.readouterr().out

    seen = review(
        city, ["national.gini"], verdict="confirmed", why="looked it up", settings=settings(by="Ana")
    )
    assert [r["verdict"] for r in seen[0]["reviews"]] == ["confirmed"]


def test_the_report_tells_the_country_in_a_part_of_its_own(profiled: tuple[Path, Profile]) -> None:
    text = Path(profiled[1].outputs["html"]).read_text(encoding="utf-8")
    begin = text.index("Beside the country")
    part = text[begin : text.index("</section", begin)]
    told = set(re.findall(r'id="n-national-([a-z0-9-]+)"', part))
    assert told == {i.removeprefix("national.").replace("_", "-") for i in NATIONAL}
    assert part.count("context only") >= len(told)
