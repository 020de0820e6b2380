"""How complete and how old the sources are: numbers about the files, not about the city."""

from __future__ import annotations

import numpy as np

from almena.measure.common import percent
from almena.measure.dates import age_in_years
from almena.measure.registry import indicator
from almena.model.data import Feed, Layer
from almena.model.observation import Result, enumerated, nothing
from almena.model.place import Places

BLANK = ("", "None", "nan", "NaT", "<NA>")
"""How cells without a value read as text, in the types that readers hand over."""


def fields_known(layer: Layer, fields: tuple[str, ...], places: Places) -> tuple[Result, ...]:
    """
    Return the share of cells of some fields that are filled, in percent, over all of them and one by one.

    Parameters
    ----------
    layer : Layer
        Features; a field that it lacks altogether counts as blank in all of them.
    fields : tuple of str
        Canonical names of the fields that indicators use.
    places : Places
        The value is the city's.
    """
    if not len(layer):
        return (nothing(places, "the source is empty"),)
    filled = {name: _filled(layer, name) for name in fields}
    whole = places.only_city(float(np.mean(list(filled.values()))))
    results = [Result(whole, causes=(enumerated(whole),), about_sources=True)]
    for name, share in filled.items():
        value = places.only_city(share)
        more = {"field": name.replace("_", " ")}
        results.append(Result(value, causes=(enumerated(value),), dimensions=more, about_sources=True))
    return tuple(results)


def _filled(layer: Layer, name: str) -> float:
    values = layer.fields.get(name)
    if values is None:
        return 0.0
    blank = [str(v).strip() in BLANK for v in values]
    return float(percent(len(blank) - sum(blank), len(blank)))


@indicator(version="1")
def hydrant_fields_known(hydrants: Layer, *, places: Places) -> tuple[Result, ...]:
    """Return the share of the fields that matter which the register of hydrants fills, and each field beside it."""
    return fields_known(hydrants, ("operable", "installed"), places)


@indicator(version="1")
def timetable_age(transit_feed: Feed, *, places: Places, today: str) -> Result:
    """Return the years from the last day that the oldest timetable speaks of to the day of the run."""
    ended = {s.file: s.date for s in transit_feed.sources} or {transit_feed.role: transit_feed.date}
    ages = {name: age_in_years(period, today) for name, period in ended.items()}
    if np.isnan(list(ages.values())).any():
        return nothing(places, "a timetable does not say when it held")
    value = places.only_city(round(max(ages.values()), 1))
    notes = tuple(f"{name} speaks of {period}" for name, period in sorted(ended.items()))
    return Result(value, causes=(enumerated(value),), period=today, notes=notes, about_sources=True)


@indicator(version="1")
def timetable_blank_share(transit_feed: Feed, *, places: Places) -> Result:
    """Return the share of calls at stops for which the timetable gives no time, in percent."""
    calls = transit_feed.tables.get("stop_times", {})
    times = [
        np.asarray(calls[name], dtype=float) for name in ("arrival_time", "departure_time") if name in calls
    ]
    if not times or not len(times[0]):
        return nothing(places, "the timetable holds no calls at stops")
    blank = np.all([np.isnan(column) for column in times], axis=0)
    part, whole = float(blank.sum()), float(len(blank))
    value = places.only_city(float(percent(part, whole)))
    notes = (f"{part:,.0f} of {whole:,.0f} calls have no time: they are set between the calls that have one",)
    return Result(
        value,
        numerator=places.only_city(part),
        denominator=places.only_city(whole),
        causes=(enumerated(value),),
        notes=notes,
        about_sources=True,
    )
