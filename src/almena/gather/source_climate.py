"""Open source `climate`: days of a reanalysis at one point, from an archive that speaks as Open-Meteo's does."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from almena.gather.geocoder import JSON_KINDS
from almena.gather.open_source import Desk, Kept, Made, NamedPlace, Request, not_json, read_json
from almena.gather.source_terms import Terms, terms_of
from almena.gather.whole import written_whole
from almena.model.kit import KitFile

_FIRST_YEAR = 1991  # of the current normals (WMO-No. 1203, 2017: thirty years ending in a year with a nought)
_ANSWER, _FILE = "weather.json", "weather_model_daily.csv"
_UNITS = {"precipitation_sum": "mm", "temperature_2m_max": "°C", "temperature_2m_min": "°C"}
_FIELDS = {"rain": "precipitation_sum", "t_max": "temperature_2m_max", "t_min": "temperature_2m_min"}


@dataclass(frozen=True)
class DailyWeather:
    """
    Rain and temperature of each day since 1991, to the end of the last full year.

    Parameters
    ----------
    terms : Terms
        Where it comes from.
    """

    terms: Terms

    def plan(self, place: NamedPlace, desk: Desk) -> list[Request]:
        """Return the request for the series; the point is rounded, since the model's cells are far larger."""
        last = int(desk.today[:4]) - 1
        longitude, latitude = place.point
        asked = {
            "latitude": f"{latitude:.1f}",
            "longitude": f"{longitude:.1f}",
            "start_date": f"{_FIRST_YEAR}-01-01",
            "end_date": f"{last}-12-31",
            "daily": ",".join(_UNITS),
            "timezone": "UTC",
        }
        url = f"{desk.address}/v1/archive?{urlencode(asked)}"
        size = self.terms.estimate_bytes
        return [Request(url, _ANSWER, JSON_KINDS, _no_series, size, f"{_FIRST_YEAR}/{last}")]

    def accept(self, place: NamedPlace, files: Mapping[str, Kept], folder: Path) -> list[Made]:  # noqa: ARG002
        """Write the series as a table, a row for each day; a value that is missing stays empty."""
        daily = read_json(files[_ANSWER].path)["daily"]
        columns = ["time", *_UNITS]
        with written_whole(folder / _FILE) as half, half.open("w", encoding="utf-8", newline="") as text:
            writer = csv.writer(text, lineterminator="\n")
            writer.writerow(columns)
            rows = zip(*(daily[c] for c in columns), strict=True)
            writer.writerows(["" if v is None else v for v in row] for row in rows)
        entry = KitFile(
            "climate_model_daily",
            _FILE,
            "timeseries",
            date=f"{daily['time'][0]}/{daily['time'][-1]}",
            dates="year-first",
            fields={"date": "time", **_FIELDS},
        )
        return [Made(_FILE, (entry,), (_ANSWER,), "Written as a table, a row for each day.")]


def _no_series(path: Path) -> str:
    if why := not_json(path):
        return why
    answer = read_json(path)
    if not isinstance(answer, dict) or answer.get("error"):
        reason = answer.get("reason", "") if isinstance(answer, dict) else ""
        return f"the service says: {str(reason)[:200]}"
    return _odd_series(answer)


def _odd_series(answer: Mapping[str, Any]) -> str:
    daily, units = answer.get("daily") or {}, answer.get("daily_units") or {}
    days = len(daily.get("time") or [])
    if not days or any(len(daily.get(name) or []) != days for name in _UNITS):
        return "the answer lacks days or values"
    odd = [f"{name} in {units.get(name)}" for name, unit in _UNITS.items() if units.get(name) != unit]
    return f"the answer is in other units: {', '.join(odd)}" if odd else ""


SOURCE = DailyWeather(terms_of("climate"))
