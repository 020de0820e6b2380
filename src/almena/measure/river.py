"""What a river gauge tells: its peak, its rise, how long it stood above a stage, and where its record breaks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from almena.measure.common import plain
from almena.measure.dates import first_day, last_day
from almena.measure.derived_events import Event
from almena.measure.registry import indicator
from almena.model.data import Table
from almena.model.observation import SENSITIVITY, SOURCES, Cause, Result, enumerated, nothing
from almena.model.place import Places

JUMP, JUMP_HOURS = 50.0, 3.0  # cm and hours, assumed: no step that a river makes
SILENCE_HOURS = 3.0  # hours without a reading after which nothing is known of the level (assumed)
FLOOD = "flood"
NO_DATUM = "the datum of the gauge is not in the file: levels cannot be set against heights of the ground"

Times = NDArray[np.datetime64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Readings:
    """
    Readings of a gauge in order of time.

    Parameters
    ----------
    time : ndarray of datetime64, shape (n,)
        Moments, to the minute.
    level : ndarray of float, shape (n,)
        Levels in cm.
    datum, station : str
        What the file calls its zero and its gauge; several data are joined with commas, empty when it says nothing.
    beside : tuple of str
        Other gauges of the same table, which are not mixed in.
    """

    time: Times
    level: Floats
    datum: str = ""
    station: str = ""
    beside: tuple[str, ...] = ()

    @cached_property
    def hours(self) -> Floats:
        """Return the hours from each reading to the next, shape (n - 1,)."""
        return np.asarray(np.diff(self.time).astype("timedelta64[m]").astype(float) / 60, dtype=float)

    @cached_property
    def breaks(self) -> NDArray[np.int64]:
        """Return the readings after which the level steps as no river does."""
        steps = np.abs(np.diff(self.level)) >= JUMP
        return np.flatnonzero(steps & (self.hours <= JUMP_HOURS))

    def step_text(self, index: int) -> str:
        """Return one step between two readings in words."""
        levels = f"from {self.level[index]:.0f} to {self.level[index + 1]:.0f} cm"
        return f"{levels} between {self.time[index]} and {self.time[index + 1]}".replace("T", " ")


def readings(river_level: Table, stations: Collection[str] = ()) -> Readings:
    """
    Return the usable readings of one gauge in order of time: of several, of the one that has most.

    Levels of two gauges are never mixed: each has a zero and a bank of its own.

    Parameters
    ----------
    river_level : Table
        Columns time and level (cm); datum and station where the file has them.
    stations : collection of str
        Gauges that are wanted first, where the table has readings of them.
    """
    time = river_level.columns["time"].astype("datetime64[m]")
    level = np.asarray(river_level.columns["level"], dtype=float)
    usable = np.flatnonzero(np.isfinite(level) & ~np.isnat(time))
    gauges = _texts(river_level, "station")[usable]
    names, sizes = np.unique(gauges, return_counts=True)
    wanted = np.isin([plain(n) for n in names.tolist()], [plain(s) for s in stations])
    gauge = str(names[np.lexsort((sizes, wanted))[-1]]) if len(names) else ""
    usable = usable[gauges == gauge]
    order = usable[np.argsort(time[usable], kind="stable")]
    beside = tuple(
        f"{name or 'without a name'} ({size} readings)"
        for name, size in zip(names.tolist(), sizes.tolist(), strict=True)
        if name != gauge
    )
    datum = _joined(_texts(river_level, "datum")[usable])
    return Readings(time[order], level[order], datum, gauge, beside)


def _texts(table: Table, column: str) -> NDArray[np.str_]:
    return table.columns.get(column, np.full(len(table), "")).astype(np.str_)


def _joined(texts: NDArray[np.str_]) -> str:
    return ", ".join(sorted({str(t) for t in texts if str(t)}))


def _said(table: Table, column: str) -> str:
    return _joined(_texts(table, column))


def _gauge_notes(gauge: Readings) -> list[str]:
    of = f" of the gauge {gauge.station}" if gauge.station else ""
    notes = [f"levels are above the datum {gauge.datum}{of}" if gauge.datum else NO_DATUM]
    if gauge.beside:
        told = f"the gauge {gauge.station}" if gauge.station else "a gauge without a name"
        others = ", ".join(gauge.beside)
        notes.append(
            f"the file holds several gauges; {told} has most readings and alone is told, without {others}"
        )
    return notes


@indicator(version="3")
def river_peak(river_level: Table, *, places: Places) -> Result:
    """Return the highest reading of the series, in cm, with its time and the breaks around it."""
    gauge = readings(river_level)
    if not len(gauge.time):
        return nothing(places, "the series holds no reading")
    at = int(np.argmax(gauge.level))
    notes = _gauge_notes(gauge)
    jumps = _breaks_before(gauge, at)
    value = places.only_city(float(gauge.level[at]))
    causes = (enumerated(value),)
    if len(jumps):
        steps = "; ".join(gauge.step_text(i) for i in jumps)
        notes.append(f"readings jump and may continue from another gauge or datum: {steps}")
        apart = float(np.diff(gauge.level)[jumps].sum())
        name = f"the jumps are changes of gauge, {apart:+.0f} cm together"
        causes = (Cause(name, SOURCES, value - max(apart, 0.0), value - min(apart, 0.0)),)
    after = float((gauge.time[-1] - gauge.time[at]).astype("timedelta64[h]").astype(float))
    if after < 72:
        notes.append(
            f"the series ends {after:.0f} hours after this reading: a later peak cannot be ruled out"
        )
    when = str(gauge.time[at])[:16]
    return Result(
        value,
        causes=causes,
        period=when[:10],
        notes=tuple(notes),
        locators={"river_level": f"reading of {when}"},
    )


def _breaks_before(gauge: Readings, at: int) -> NDArray[np.int64]:
    """Find the breaks within two weeks before a reading."""
    if not at:
        return np.zeros(0, dtype=np.int64)
    hours = (gauge.time[at] - gauge.time[gauge.breaks]).astype("timedelta64[h]").astype(float)
    return np.asarray(gauge.breaks[(gauge.breaks < at) & (hours < 24 * 14)], dtype=np.int64)


@indicator(version="2")
def river_above_stage(
    river_level: Table, river_stages: Table, *, places: Places
) -> Result | tuple[Result, ...]:
    """
    Return how many hours the river stood at or above each published stage in the time that the record covers.

    The headline is the stage called flood, else the highest. Each reading speaks for the time to the next one;
    longer silence is not counted, and is a cause where the level before or after it reached the stage.
    """
    gauge = readings(river_level, _texts(river_stages, "station"))
    if not len(gauge.time):
        return nothing(places, "the series holds no reading")
    published = _of_gauge(river_stages, gauge)
    stages = sorted(_stages(published), key=lambda s: (plain(s[0]) != FLOOD, -s[1]))
    if not stages:
        return nothing(places, _no_stage(river_stages, gauge), "Ask for the stages of this gauge")
    apart = _other_datum(gauge, published)
    if apart:
        return nothing(places, apart, "Ask for stages above the datum of the gauge")
    results = [_above(gauge, name, level, published, places) for name, level in stages]
    return Result(**{**vars(results[0]), "dimensions": {}}), *results


def _of_gauge(river_stages: Table, gauge: Readings) -> Table:
    """Return the stages of a gauge: of several gauges only its own, and none of another one that is named."""
    stations = np.array([plain(s) for s in _texts(river_stages, "station")], dtype=str)
    named = {s for s in stations.tolist() if s}
    if not gauge.station and len(named) < 2:
        return river_stages
    own = (stations == plain(gauge.station)) | (stations == "")
    return river_stages.with_(columns={n: c[own] for n, c in river_stages.columns.items()}, cells={})


def _no_stage(river_stages: Table, gauge: Readings) -> str:
    others = _said(river_stages, "station")
    if not others or not _stages(river_stages):
        return "the table of stages holds no level"
    return (
        f"the stages are of the gauge {others}, the readings of {gauge.station or 'a gauge without a name'}"
    )


def _stages(river_stages: Table) -> list[tuple[str, float]]:
    levels = np.asarray(river_stages.columns["level"], dtype=float)
    named = zip(river_stages.columns["name"], levels, strict=True)
    return [(str(name), float(level)) for name, level in named if np.isfinite(level)]


def _other_datum(gauge: Readings, river_stages: Table) -> str:
    datum = _said(river_stages, "datum")
    if not datum or not gauge.datum or plain(datum) == plain(gauge.datum):
        return ""
    return f"the stages are above the datum {datum}, the readings above {gauge.datum}"


def _above(gauge: Readings, name: str, level: float, river_stages: Table, places: Places) -> Result:
    above = gauge.level >= level
    known = gauge.hours <= SILENCE_HOURS
    counted = float(gauge.hours[known & above[:-1]].sum())
    silent = float(gauge.hours[~known & (above[:-1] | above[1:])].sum())
    value = places.only_city(counted)
    causes = [enumerated(value)]
    if silent:
        causes.append(Cause("hours without readings beside the stage", SENSITIVITY, value, value + silent))
    if len(gauge.breaks):
        causes.append(_shifted(gauge, level, known, value))
    days = len(np.unique(gauge.time[above].astype("datetime64[D]")))
    source = _said(river_stages, "source")
    notes = [f"stage {name} of {level:.0f} cm{f' ({source})' if source else ''}: reached on {days} days"]
    notes += _gauge_notes(gauge)
    period = f"{str(gauge.time[0])[:10]}/{str(gauge.time[-1])[:10]}"
    return Result(
        value,
        coverage=_share_covered(gauge),
        causes=tuple(causes),
        period=period,
        dimensions={"stage": name},
        notes=tuple(notes),
    )


def _shifted(gauge: Readings, level: float, known: NDArray[np.bool_], value: Floats) -> Cause:
    """Return the hours if each break is a change of gauge: what follows it is moved back by its step."""
    steps = np.zeros(len(gauge.level))
    steps[gauge.breaks + 1] = np.diff(gauge.level)[gauge.breaks]
    moved = gauge.level - np.cumsum(steps)
    other = np.where(np.isnan(value), np.nan, gauge.hours[known & (moved >= level)[:-1]].sum())
    name = "the jumps in the readings are changes of gauge"
    return Cause(name, SOURCES, np.minimum(value, other), np.maximum(value, other))


@indicator(version="2")
def river_rise(river_level: Table, *, places: Places, hours: float) -> Result:
    """
    Return the fastest rise of the river within some hours, in cm.

    Windows over a break of the readings or a silence are left out; the rise with breaks taken for water is a cause.
    """
    gauge = readings(river_level)
    if len(gauge.time) < 2:
        return nothing(places, "the series holds no two readings")
    torn = gauge.hours > SILENCE_HOURS
    rough = _fastest(gauge, torn, hours)
    broken = torn.copy()
    broken[gauge.breaks] = True
    found = _fastest(gauge, broken, hours)
    if found is None or rough is None:
        return nothing(places, f"no {hours:.0f} hours without a break in the readings")
    begin, end = found
    rise, with_jumps = (float(gauge.level[b] - gauge.level[a]) for a, b in (found, rough))
    value = places.only_city(rise)
    causes = [enumerated(value)]
    notes = _gauge_notes(gauge)
    if with_jumps > rise:
        causes.append(Cause("the jumps in the readings are water", SOURCES, value, value - rise + with_jumps))
        notes.append(f"{len(gauge.breaks)} jumps in the readings were not taken for a rise")
    return Result(
        value,
        causes=tuple(causes),
        period=str(gauge.time[begin])[:10],
        notes=tuple(notes),
        locators={"river_level": f"from {gauge.time[begin]} to {gauge.time[end]}".replace("T", " ")},
    )


def _fastest(gauge: Readings, torn: NDArray[np.bool_], hours: float) -> tuple[int, int] | None:
    """Return first and last reading of the largest rise within some hours; None where all readings stand alone."""
    piece = np.concatenate([[0], np.cumsum(torn)])
    first = np.searchsorted(gauge.time, gauge.time - np.timedelta64(int(hours * 60), "m"))
    first = np.maximum(first, np.searchsorted(piece, piece))
    if (first == np.arange(len(first))).all():
        return None
    rises = gauge.level - _lowest_since(gauge.level, first)
    end = int(np.argmax(rises))
    return int(first[end] + np.argmin(gauge.level[first[end] : end + 1])), end


def _lowest_since(level: Floats, first: NDArray[np.int64]) -> Floats:
    """Return for each reading the lowest from another one up to it, by minima over powers of two (sparse table)."""
    lowest, tables = level.copy(), [level]
    here = np.arange(len(level))
    power = np.log2(here - first + 1).astype(int)
    for step in range(1, int(power.max()) + 1):
        before = tables[-1]
        half = 1 << (step - 1)
        table = before.copy()
        table[:-half] = np.minimum(before[:-half], before[half:])
        tables.append(table)
    for step, table in enumerate(tables):
        at = power == step
        end = here[at] - (1 << step) + 1
        lowest[at] = np.minimum(table[first[at]], table[end])
    return lowest


@indicator(version="2")
def river_time_covered(river_level: Table, *, places: Places) -> Result:
    """Return the share of the time from the first to the last reading that readings speak for, in percent."""
    gauge = readings(river_level)
    if len(gauge.time) < 2:
        return nothing(places, "the series holds no two readings")
    value = places.only_city(100 * _share_covered(gauge))
    silent = np.flatnonzero(gauge.hours > SILENCE_HOURS)
    longest = silent[np.argsort(-gauge.hours[silent], kind="stable")][:3]
    spans = "; ".join(f"{gauge.time[i]} to {gauge.time[i + 1]}".replace("T", " ") for i in sorted(longest))
    notes = (f"{len(silent)} silences of more than 3 hours, the longest: {spans}",) if len(silent) else ()
    period = f"{str(gauge.time[0])[:10]}/{str(gauge.time[-1])[:10]}"
    return Result(value, causes=(enumerated(value),), period=period, notes=notes)


def _share_covered(gauge: Readings) -> float:
    whole = float(gauge.hours.sum())
    return float(gauge.hours[gauge.hours <= SILENCE_HOURS].sum()) / whole if whole else 0.0


@indicator(version="2")
def river_breaks(river_level: Table, *, places: Places) -> Result:
    """Count the steps between readings that no river makes: half a metre in three hours (assumed)."""
    gauge = readings(river_level)
    if len(gauge.time) < 2:
        return nothing(places, "the series holds no two readings")
    value = places.only_city(float(len(gauge.breaks)))
    notes = tuple(gauge.step_text(int(i)) for i in gauge.breaks[:10])
    period = f"{str(gauge.time[0])[:10]}/{str(gauge.time[-1])[:10]}"
    return Result(value, causes=(enumerated(value),), period=period, notes=notes)


@indicator(version="2")
def river_record_coverage(river_level: Table, event: Event, *, places: Places) -> Result:
    """Return the share of days with a reading, from 30 days before to 30 days after the event, in percent."""
    start, end = first_day(event.date), last_day(event.date)
    if start is None or end is None:
        return nothing(places, "the event has no date", "Give the date of the event in kit.toml")
    first, last = np.datetime64(start) - 30, np.datetime64(end) + 30
    days = np.unique(readings(river_level).time.astype("datetime64[D]"))
    seen = int(((days >= first) & (days <= last)).sum())
    whole = int((last - first).astype(int)) + 1
    value = places.only_city(100.0 * seen / whole)
    gaps = [f"{a + 1} to {b - 1}" for a, b in pairwise(days) if (b - a).astype(int) > 7]
    notes = ("no reading for more than a week: " + "; ".join(gaps),) if gaps else ()
    return Result(value, causes=(enumerated(value),), period=f"{first}/{last}", notes=notes)
