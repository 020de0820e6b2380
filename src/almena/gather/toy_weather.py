"""The toy city's weather station and river gauge, with the gaps that make false trends."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from almena.gather.toy_bench import Bench, csv_text

FIRST_YEAR, LAST_YEAR = 2000, 2024
WARMING = 0.025  # °C a year, planted
INCOMPLETE = range(2000, 2005)  # years that lack hours and days
_FLOOD_START, _FLOOD_PEAK = datetime.datetime(2024, 5, 1), datetime.datetime(2024, 5, 5, 6)


def write_weather(bench: Bench) -> None:
    """Write daily and hourly weather, a reanalysis, and the level of the river."""
    _write_daily(bench)
    _write_hourly(bench)
    _write_river(bench)
    _write_stages(bench)


def _write_daily(bench: Bench) -> None:
    days, rain, mean = _truth(bench)
    dice = bench.plan.dice("station")
    spread = dice.uniform(3, 7, len(days))
    header = ["date", "n_hours_temp", "n_hours_precip", "precip_mm", "t_mean_c", "t_max_c", "t_min_c"]
    rows: list[list[object]] = [[*header]]
    model: list[list[object]] = [["time", "temperature_2m_max", "temperature_2m_min", "precipitation_sum"]]
    for n, day in enumerate(days):
        high, low = round(mean[n] + spread[n], 1), round(mean[n] - spread[n], 1)
        if day.year in INCOMPLETE and n % 8 == 0:
            continue  # the station was silent: the day is not in the file at all
        hours = 19 if day.year in INCOMPLETE and n % 3 == 0 else 24
        fallen = round(float(rain[n]) * hours / 24, 1)
        rows.append([day.isoformat(), hours, hours, fallen, round(mean[n], 2), high, low])
        if day.year == LAST_YEAR:
            model.append([day.isoformat(), round(high - 0.7, 1), round(low + 0.4, 1), round(fallen * 0.9, 1)])
    fields = {
        "date": "date",
        "rain": "precip_mm",
        "t_max": "t_max_c",
        "t_min": "t_min_c",
        "t_mean": "t_mean_c",
    }
    fields |= {"hours_rain": "n_hours_precip", "hours_temperature": "n_hours_temp"}
    options = {"reader": "timeseries", "dates": "year-first"}
    period = f"{FIRST_YEAR}-01-01/{LAST_YEAR}-12-31"
    bench.table("climate_daily", "climate/daily.csv", rows, date=period, fields=fields, **options)
    fields = {
        "date": "time",
        "rain": "precipitation_sum",
        "t_max": "temperature_2m_max",
        "t_min": "temperature_2m_min",
    }
    bench.table("climate_model_daily", "climate/model_2024.csv", model, date="2024", fields=fields, **options)


def _truth(bench: Bench) -> tuple[list[datetime.date], NDArray[np.float64], NDArray[np.float64]]:
    start = datetime.date(FIRST_YEAR, 1, 1)
    count = (datetime.date(LAST_YEAR, 12, 31) - start).days + 1
    days = [start + datetime.timedelta(n) for n in range(count)]
    dice, n = bench.plan.dice("weather"), np.arange(count)
    rain = np.where(dice.random(count) < 0.28, dice.gamma(0.8, 16, count), 0.0)
    season = 7 * np.cos(2 * np.pi * (n - 15) / 365.25)
    mean = 22 + season + WARMING * n / 365.25 + dice.normal(0, 2.2, count)
    return days, rain, mean


_RAIN, _WARMTH = "PRECIPITAÇÃO TOTAL, HORÁRIO (mm)", "TEMPERATURA DO AR (°C)"


def _write_hourly(bench: Bench) -> None:
    dice = bench.plan.dice("hourly")
    rows: list[list[object]] = [["Data", "Hora UTC", _RAIN, _WARMTH]]
    for hour in range(31 * 24):
        wet = dice.random() < 0.1
        rain = "-9999" if hour % 97 == 0 else f"{dice.gamma(0.8, 3) if wet else 0:.1f}".replace(".", ",")
        warm = f"{24 + 5 * np.sin(hour / 24 * 2 * np.pi):.1f}".replace(".", ",") if hour % 53 else ""
        rows.append([f"2024/01/{hour // 24 + 1:02}", f"{hour % 24:02}00 UTC", rain, warm])
    facts = (
        ("REGIAO:", "TOY"),
        ("UF:", "TV"),
        ("ESTACAO:", "TOYVILLE - FORTIFICAÇÃO"),
        ("CODIGO (WMO):", "T001"),
    )
    more = (
        ("LATITUDE:", "-5,0"),
        ("LONGITUDE:", "-20,0"),
        ("ALTITUDE:", "41,18"),
        ("DATA DE FUNDACAO:", "01/01/00"),
    )
    head = csv_text([list(fact) for fact in (*facts, *more)], ";")
    bench.write("climate/hourly_2024-01.csv", (head + csv_text(rows, ";")).encode("latin-1"))
    fields = {"time": "Data+Hora UTC", "rain": _RAIN, "temperature": _WARMTH}
    bench.note(
        "climate_hourly",
        "climate/hourly_2024-01.csv",
        "timeseries",
        date="2024-01",
        fields=fields,
        encoding="latin-1",
        delimiter=";",
        decimal=",",
        header=9,
        missing=("-9999",),
        dates="year-first",
    )


def _write_river(bench: Bench) -> None:
    lines = [f"{moment.strftime(pattern)},{level}" for moment, pattern, level in _levels()]
    bench.write("river/level_2024.csv", ("\n".join(reversed(lines)) + "\n").encode())
    bench.note(
        "river_level",
        "river/level_2024.csv",
        "timeseries",
        date="2024-04-08/2024-05-06",
        fields={"time": 1, "level": 2},
        header=0,
        dates="day-first",
        delimiter=",",
        units={"level": "cm"},
    )


def _write_stages(bench: Bench) -> None:
    rows: list[list[object]] = [["Stage", "Level (m)", "Published by"]]
    rows += [[name, level, "River office of Toyland"] for name, level in (("alert", 2.5), ("flood", 3.0))]
    fields = {"name": "Stage", "level": "Level (m)", "source": "Published by"}
    path = "river/stages.csv"
    bench.table("river_stages", path, rows, date="2019", fields=fields, units={"level": "m"})


def _levels() -> Iterator[tuple[datetime.datetime, str, int]]:
    for hour in range(28 * 24):
        moment = datetime.datetime(2024, 4, 8) + datetime.timedelta(hours=hour)
        if datetime.datetime(2024, 5, 2, 12) <= moment < datetime.datetime(2024, 5, 3, 12):
            continue  # the gauge broke as the water rose
        rise = np.clip((moment - _FLOOD_START) / (_FLOOD_PEAK - _FLOOD_START), 0, 1)
        level = round(110 + 12 * np.sin(hour / 40) + 395 * float(rise))
        is_old = moment < datetime.datetime(2024, 4, 20)
        yield moment, "%d/%m/%Y %H:%M" if is_old else "%d/%m/%Y %H:%M:%S", level
