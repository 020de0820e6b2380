"""Days made from hours, and legends of land cover that a kit does not repeat."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from almena.measure.climate import annual_rainfall
from almena.measure.derived_land import land_areas, legend_of, product_of
from almena.measure.derived_weather import daily_weather
from almena.measure.ecology import green_cover
from almena.model.data import Grid, Table
from almena.model.origin import Origin, Source
from almena.model.place import Places
from almena.model.problem import AlmenaError, GapError
from measure.town import METRIC, SOUTH, WEST, boundary, table


def hours(first: str, count: int, **columns: np.ndarray) -> Table:
    time = np.datetime64(first, "h") + np.arange(count)
    return table("climate_hourly", "2024", time=time.astype("datetime64[s]"), **columns)


def test_hours_are_added_up_to_days() -> None:
    # two days: rain 1 mm each hour of the first, 2 mm at one hour of the second and a blank at another
    rain = np.concatenate([np.ones(24), np.zeros(24)])
    rain[30], rain[31] = 2.0, np.nan
    heat = np.concatenate([np.arange(24.0), np.full(24, 10.0)])
    found = daily_weather(climate_hourly=hours("2024-01-01T00", 48, rain=rain, temperature=heat))
    np.testing.assert_allclose(found.columns["rain"], [24, 2])
    np.testing.assert_allclose(found.columns["hours_rain"], [24, 23])
    np.testing.assert_allclose(found.columns["t_mean"], [11.5, 10])
    np.testing.assert_allclose(found.columns["t_max"], [23, 10])
    np.testing.assert_allclose(found.columns["t_min"], [0, 10])
    assert any("hours added up" in note for note in found.notes)


def test_four_readings_an_hour_are_one_hour_of_the_day() -> None:
    # every quarter of an hour for six hours, and nothing for the rest of the day: 6 hours, not 24
    time = np.datetime64("2024-01-01T00:00", "s") + 900 * np.arange(24)
    heat = np.arange(24.0)
    heat[:4] = np.nan
    quarters = table("climate_hourly", "2024", time=time, rain=np.full(24, 0.25), temperature=heat)
    found = daily_weather(climate_hourly=quarters)
    np.testing.assert_allclose(found.columns["hours_rain"], [6])
    np.testing.assert_allclose(found.columns["hours_temperature"], [5])
    np.testing.assert_allclose(found.columns["rain"], [6])
    np.testing.assert_allclose(found.columns["t_mean"], [13.5])


@pytest.mark.parametrize("named", [True, False])
def test_stations_are_not_mixed(named: bool) -> None:
    other = "Hill" if named else ""
    days = np.array(["2024-01-01", "2024-01-01", "2024-01-02"], dtype="datetime64[D]")
    rain = np.array([1.0, 50.0, 2.0])
    both = table("climate_daily", "2024", date=days, rain=rain, station=np.array(["Plain", other, "Plain"]))
    found = daily_weather(climate_daily=both)
    np.testing.assert_allclose(found.columns["rain"], [1, 2])
    said = "the file holds several stations; Plain has most rows and alone is told, without "
    assert found.notes[-1] == said + (other or "without a name")
    assert daily_weather(climate_daily=found).notes == found.notes


def test_a_day_without_any_reading_is_unknown_and_not_dry() -> None:
    rain = np.concatenate([np.full(24, np.nan), np.zeros(24)])
    found = daily_weather(climate_hourly=hours("2024-01-01T00", 48, rain=rain))
    assert np.isnan(found.columns["rain"][0])
    assert found.columns["rain"][1] == 0
    assert "t_mean" not in found.columns


def test_the_maximum_of_the_hour_before_wins_over_the_reading_on_the_hour() -> None:
    found = daily_weather(
        climate_hourly=hours(
            "2024-01-01T00", 2, temperature=np.array([20.0, 21.0]), t_max=np.array([22.5, 21.5])
        )
    )
    assert found.columns["t_max"][0] == 22.5
    assert found.columns["t_min"][0] == 20.0


def test_a_daily_file_wins_and_lacks_its_mean_no_more() -> None:
    daily = table(
        "climate_daily",
        date=np.array(["2024-01-01"], "datetime64[D]"),
        t_max=np.array([30.0]),
        t_min=np.array([20.0]),
    )
    found = daily_weather(daily, hours("2024-01-01T00", 24, rain=np.ones(24)))
    assert found.columns["t_mean"][0] == 25
    assert "rain" not in found.columns
    assert any("middle of maximum and minimum" in note for note in found.notes)


def test_without_any_weather_there_is_a_gap_that_names_the_role() -> None:
    with pytest.raises(GapError, match="climate_daily"):
        daily_weather()


def test_a_year_of_hours_makes_a_year_of_rain(town: Places) -> None:
    # 2023 has 8,760 hours; half a millimetre in each makes 4,380 mm
    found = annual_rainfall(
        daily_weather(climate_hourly=hours("2023-01-01T00", 8760, rain=np.full(8760, 0.5))), places=town
    )
    assert found.value[0] == pytest.approx(4380)


@given(st.lists(st.one_of(st.just(float("nan")), st.floats(0, 200)), min_size=1, max_size=100))
def test_no_rain_is_lost_or_made_on_the_way_from_hours_to_days(rain: list[float]) -> None:
    found = daily_weather(climate_hourly=hours("2024-02-27T05", len(rain), rain=np.array(rain)))
    assert np.nansum(found.columns["rain"]) == pytest.approx(np.nansum(rain))
    assert found.columns["hours_rain"].sum() == np.isfinite(rain).sum()


def cover(codes: list[list[int]], credit: str = "", file: str = "cover.tif", **classes: str) -> Grid:
    """Return a raster of four cells of 1 km over the town."""
    source = Source("land_cover", file, "0" * 64, licence="CC0-1.0", attribution=credit, date="2022")
    return Grid(
        role="land_cover",
        array=np.array(codes, dtype=np.int16),
        affine=(1000.0, 0, WEST, 0, -1000.0, SOUTH + 2000),
        crs=METRIC,
        nodata=0,
        classes={int(k[1:]): v for k, v in classes.items()},
        origins=(Origin(source),),
        date="2022",
    )


def test_a_known_product_is_read_by_its_own_legend_and_that_is_said(town: Places) -> None:
    raster = cover([[24, 3], [33, 15]], credit="MapBiomas Project")
    assert product_of(raster) == "MapBiomas"
    found = green_cover(land_areas(raster, places=town), boundary(), places=town)
    # one of the three quarters that are not water is forest
    assert found.value[0] == pytest.approx(100 / 3, rel=2e-3)
    assert any("MapBiomas" in note for note in found.notes)


def test_the_name_of_the_file_tells_the_product_too() -> None:
    assert product_of(cover([[10, 50], [80, 90]], file="ESA_WorldCover_10m_2021.tif")) == "ESA WorldCover"
    assert legend_of(cover([[10, 50], [80, 90]], file="ESA_WorldCover_10m_2021.tif"))[90] == "wetland"


def test_what_the_kit_says_of_the_codes_wins(town: Places) -> None:
    raster = cover(
        [[24, 3], [33, 15]], credit="MapBiomas", c24="water", c3="forest", c33="urban", c15="farming"
    )
    areas = land_areas(raster, places=town)
    assert areas.notes == ()
    assert areas.of(["water"])[0] == pytest.approx(areas.of(["forest"])[0], rel=1e-6)


def test_codes_of_an_unknown_product_are_refused_with_the_remedy() -> None:
    with pytest.raises(AlmenaError, match="not explained"):
        legend_of(cover([[24, 3], [33, 15]], credit="somebody"))


def test_codes_of_three_digits_are_codes_as_well(town: Places) -> None:
    areas = land_areas(
        cover([[111, 311], [512, 999]], c111="urban", c311="forest", c512="water"), places=town
    )
    share = areas.area[0] / areas.area[0].sum()
    np.testing.assert_allclose(share, [1 / 3, 1 / 3, 1 / 3], rtol=1e-3)
