"""What a station has not seen often: rare days, dry spells, and how a weather model differs from it."""

from __future__ import annotations

import numpy as np

from almena.geo.drought import running_sums, standardised
from almena.geo.extremes import return_levels
from almena.measure.climate_normals import years_of
from almena.measure.months import Months, complete_months
from almena.measure.registry import indicator
from almena.measure.years import STATION, daily_numbers, mean_interval
from almena.model.data import Table
from almena.model.observation import SAMPLING, Cause, Result, Values, nothing
from almena.model.place import Places

YEARS_FOR_EXTREMES = 15  # assumed; the intervals were tried from 15 years on
RECORDS = 2  # return periods go no further than twice the record (rule of the house)
PERIODS = (2, 5, 10, 20, 50)  # years
BAD_FIT = 0.05  # assumed
YEARS_FOR_DROUGHT = (
    20  # WMO-No. 1090 (2012), Standardized Precipitation Index User Guide: 20 to 30 years at least
)
RESAMPLES = 200
DAYS_TO_COMPARE = 60  # assumed
LONGER = "Ask for the gap-free series of the station, and for longer series of stations nearby"


@indicator(version="1")
def return_level(
    daily_weather: Table, *, places: Places, of: str, headline: float
) -> Result | tuple[Result, ...]:
    """
    Return the level that the year's highest value passes once in so many years on average, in mm or degrees.

    The headline is that of ``headline`` years, the others are dimensions; periods longer than twice the record are
    refused.
    """
    years = years_of(daily_weather, of)
    count = len(years.year)
    if count < YEARS_FOR_EXTREMES:
        reason = f"return levels need {YEARS_FOR_EXTREMES} complete years; {years.note}"
        return nothing(places, reason, LONGER)
    if np.ptp(years.value) == 0:
        return nothing(places, "every year has the same highest value: nothing can be fitted", LONGER)
    within = tuple(p for p in PERIODS if p <= RECORDS * count)
    results = []
    for period, found in zip(within, return_levels(years.value, within), strict=True):
        fits = "is not told apart from" if found.chance >= BAD_FIT else "fits badly to"
        method = "generalised extreme value distribution by L-moments, 90 % interval by bootstrap"
        judged = f"the series {fits} it (probability plot, p = {found.chance:.2f})"
        notes = (f"{method}; {judged}", years.note, STATION)
        cause = Cause(f"{count} years only", SAMPLING, found.low, found.high)
        made = Result(
            places.only_city(found.level),
            causes=(cause,),
            period=years.period,
            dimensions={"return period": f"{period} years"},
            notes=notes,
        )
        results.append(made)
        if period == headline:
            results.append(Result(**{**vars(made), "dimensions": {}}))
    beyond = tuple(_too_long(period, count, places) for period in PERIODS if period not in within)
    return (*results, *beyond)


def _too_long(period: int, count: int, places: Places) -> Result:
    reason = f"{count} complete years say nothing about once in {period} years"
    return nothing(places, reason, LONGER, dimensions={"return period": f"{period} years"})


@indicator(version="1")
def drought_index(daily_weather: Table, *, places: Places, months: float) -> Result | tuple[Result, ...]:
    """
    Return the standardised precipitation index of the latest months and of the driest, in standard deviations.

    A gamma distribution is fitted to the same months of all complete years, the latest included.
    """
    length = int(months)
    found = complete_months(daily_weather, "rain", "hours_rain", daily_numbers(daily_weather, "rain"))
    sums = running_sums(found.value, length)
    index = np.array([_index_at(sums, found, position) for position in range(len(sums))])
    known = np.flatnonzero(np.isfinite(index))
    if not len(known):
        most = max((int(np.isfinite(sums[found.number == n]).sum()) for n in range(1, 13)), default=0)
        reason = (
            f"the index needs {YEARS_FOR_DROUGHT} years in which the same {length} months are complete; "
            f"the series has {most} at most"
        )
        return nothing(places, reason, LONGER)
    latest = _drought(sums, index, found, int(known[-1]), length, {}, places)
    driest = int(known[np.argmin(index[known])])
    return latest, _drought(sums, index, found, driest, length, {"spell": "driest on record"}, places)


def _same_month(sums: Values, found: Months, position: int) -> Values:
    reference = sums[found.number == found.number[position]]
    return np.asarray(reference[np.isfinite(reference)], dtype=float)


def _index_at(sums: Values, found: Months, position: int) -> float:
    reference = _same_month(sums, found, position)
    if len(reference) < YEARS_FOR_DROUGHT or not np.isfinite(sums[position]):
        return np.nan
    return float(standardised(sums[position], reference))


def _drought(
    sums: Values,
    index: Values,
    found: Months,
    position: int,
    length: int,
    dimensions: dict[str, str],
    places: Places,
) -> Result:
    reference = _same_month(sums, found, position)
    drawn = np.random.default_rng(1).integers(0, len(reference), (RESAMPLES, len(reference)))
    again = standardised(sums[position], reference[drawn])
    low, high = np.nanquantile(again, [0.05, 0.95])
    period = f"{found.text(position - length + 1)}/{found.text(position)}"
    fitted = f"gamma distribution fitted to {len(reference)} years of the same {length} months"
    notes = (
        f"{fitted}: {sums[position]:.0f} mm against {reference.mean():.0f} mm on average",
        "below -1 moderately, below -1.5 severely, below -2 extremely dry (WMO-No. 1090)",
        STATION,
    )
    cause = Cause(f"{len(reference)} years only", SAMPLING, float(low), float(high))
    return Result(
        places.only_city(float(index[position])),
        causes=(cause,),
        period=period,
        dimensions=dimensions,
        notes=notes,
    )


@indicator(version="1")
def weather_model_difference(
    daily_weather: Table, climate_model_daily: Table, *, places: Places
) -> Result | tuple[Result, ...]:
    """
    Return how far a weather model lies above the station on the days that both have, in degrees.

    The headline is the daily maximum; the daily minimum is a dimension, the rain of the common days a note.
    """
    station, model = _common_days(daily_weather, climate_model_daily)
    if len(station) < DAYS_TO_COMPARE:
        reason = f"station and weather model share {len(station)} days; {DAYS_TO_COMPARE} are needed"
        return nothing(places, reason, "Load the reanalysis for the years of the station")
    days = daily_weather.columns["date"].astype("datetime64[D]")[station]
    period = f"{days.min()}/{days.max()}"
    results = []
    for column, dimensions in (("t_max", {}), ("t_min", {"of": "daily minimum"})):
        if column in daily_weather.columns and column in climate_model_daily.columns:
            apart = _numbers(climate_model_daily, column)[model] - _numbers(daily_weather, column)[station]
            results.append(_difference(apart, dimensions, period, places))
    rain = _rain_note(daily_weather, climate_model_daily, station, model)
    if not results or results[0].missing:
        return nothing(places, "station and weather model share no daily maximum")
    first = Result(**{**vars(results[0]), "notes": (*rain, *results[0].notes)})
    return first, *results[1:]


def _numbers(table: Table, column: str) -> Values:
    return np.asarray(table.columns[column], dtype=float)


def _common_days(one: Table, other: Table) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows of two daily tables that speak of the same days."""
    first, second = (t.columns["date"].astype("datetime64[D]") for t in (one, other))
    _, rows, others = np.intersect1d(first, second, return_indices=True)
    return rows, others


def _difference(apart: Values, dimensions: dict[str, str], period: str, places: Places) -> Result:
    known = apart[np.isfinite(apart)]
    if len(known) < DAYS_TO_COMPARE:
        return nothing(places, "too few days have both values", dimensions=dimensions)
    # days resemble the days before: neighbours are averaged over ten days so that they count once (assumed)
    tens = known[: len(known) // 10 * 10].reshape(-1, 10).mean(axis=1)
    cause = mean_interval(tens)
    kept = Cause(f"days differ: mean of {len(known)}", SAMPLING, cause.low, cause.high)
    notes = ("a weather model speaks of a cell of many kilometres, the station of one point", STATION)
    return Result(
        places.only_city(float(known.mean())),
        causes=(kept,),
        period=period,
        dimensions=dimensions,
        notes=notes,
    )


def _rain_note(one: Table, other: Table, station: np.ndarray, model: np.ndarray) -> tuple[str, ...]:
    if "rain" not in one.columns or "rain" not in other.columns:
        return ()
    ours, theirs = _numbers(one, "rain")[station], _numbers(other, "rain")[model]
    both = np.isfinite(ours) & np.isfinite(theirs)
    text = f"rain on {int(both.sum())} common days: station {ours[both].sum():.0f} mm"
    return (f"{text}, weather model {theirs[both].sum():.0f} mm",)
