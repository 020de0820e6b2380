"""Schools as a register describes them: pupils, teachers, who runs them, and what the register leaves out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from almena.measure.common import by_place, lists, numbers, percent, ratio, unknown
from almena.measure.derived_facilities import Mask, TrustedPoints, teaching_mask
from almena.measure.registry import indicator
from almena.measure.sources import fields_known
from almena.model.data import Layer
from almena.model.observation import SENSITIVITY, Cause, Result, Values, enumerated, nothing
from almena.model.place import Places

TWICE = "a teacher who works at two schools counts in both; pupils may come from outside"
MATTER = ("name", "district", "sector", "pupils", "teachers")
FEWEST = (
    5  # schools of a neighbourhood below which no share is given (assumed: it would describe single schools)
)


@indicator(version="1")
def pupils_per_teacher(
    schools: Layer, trusted_schools: TrustedPoints, *, places: Places
) -> tuple[Result, ...]:
    """Divide pupils by teachers over the schools that state both; by place at trusted positions, by sector."""
    pupils, teachers = (numbers(schools, name) for name in ("pupils", "teachers"))
    states = (pupils > 0) & (teachers > 0)
    if not states.any():
        return (nothing(places, "the register states no school with pupils and teachers"),)
    open_schools = int((pupils > 0).sum())
    part, whole = (_by_place(trusted_schools, states, places, n) for n in (pupils, teachers))
    notes = (f"{int(states.sum())} of {open_schools} schools with pupils state their teachers", TWICE)
    value = ratio(part, whole)
    headline = Result(
        value,
        numerator=part,
        denominator=whole,
        completeness=states.sum() / open_schools,
        causes=(enumerated(value),),
        notes=notes,
    )
    results = [*_city_then_parts(headline, trusted_schools, states, places)]
    for name, chosen in _sectors(schools):
        both = chosen & states
        taught, teach = (_in_city(trusted_schools, both, places, n) for n in (pupils, teachers))
        results.append(_of_sector(places.only_city(float(ratio(taught, teach))), name))
    return tuple(results)


@indicator(version="1")
def school_sector_share(
    schools: Layer, trusted_schools: TrustedPoints, *, places: Places, sector: str
) -> tuple[Result, ...]:
    """Return the share of primary and secondary schools run by a sector, and every sector beside it."""
    return _shares_of_sectors(schools, trusted_schools, places, sector, np.ones(len(schools)))


@indicator(version="1")
def pupil_sector_share(
    schools: Layer, trusted_schools: TrustedPoints, *, places: Places, sector: str
) -> tuple[Result, ...]:
    """Return the share of pupils of primary and secondary schools who attend a sector, and every sector beside it."""
    if "pupils" not in schools.fields:
        return (nothing(places, "the register holds no enrolment"),)
    return _shares_of_sectors(
        schools, trusted_schools, places, sector, np.nan_to_num(numbers(schools, "pupils"))
    )


def _shares_of_sectors(
    schools: Layer, trusted: TrustedPoints, places: Places, sector: str, weight: Values
) -> tuple[Result, ...]:
    teaching = teaching_mask(schools)
    says = teaching & (lists(schools, "sector") != "")
    if not says.any():
        return (nothing(places, "the register does not say who runs the schools"),)
    chosen = says & (lists(schools, "sector") == sector)
    part, whole = (_by_place(trusted, which, places, weight) for which in (chosen, says))
    silent = _by_place(trusted, teaching & ~says, places, weight)
    value = percent(part, whole)
    cause: Cause = enumerated(value)
    if silent[0]:
        ends = (percent(part, whole + silent), percent(part + silent, whole + silent))
        cause = Cause("schools whose sector is not stated", SENSITIVITY, *ends)
    known = float(says.sum() / teaching.sum())
    headline = Result(value, numerator=part, denominator=whole, causes=(cause,), completeness=known)
    others = [
        _of_sector(
            places.only_city(float(percent(_in_city(trusted, says & of, places, weight), whole[0]))), name
        )
        for name, of in _sectors(schools)
        if name != sector
    ]
    return *_city_then_parts(headline, trusted, says, places), *others


def _of_sector(value: Values, name: str) -> Result:
    return Result(value, causes=(enumerated(value),), dimensions={"sector": name})


def _by_place(trusted: TrustedPoints, which: Mask, places: Places, weight: Values) -> Values:
    """Sum a weight over schools at trusted positions in each place; over all of them in the city."""
    sure = which & trusted.trusted
    result = by_place(trusted.xy[sure], places, weight[sure])
    result[0] = _in_city(trusted, which, places, weight)
    return result


def _in_city(trusted: TrustedPoints, which: Mask, places: Places, weight: Values) -> float:
    """Sum a weight over schools inside the boundary, whatever is thought of their position."""
    return float(by_place(trusted.xy[which], places, weight[which])[0])


def _city_then_parts(
    result: Result, trusted: TrustedPoints, which: Mask, places: Places
) -> tuple[Result, Result]:
    """Part a result in two: the city has all schools, its parts only those at trusted positions, if they are enough."""
    few = by_place(trusted.xy[which & trusted.trusted], places) < FEWEST
    parts = np.where(few, np.nan, result.value)
    parts[0] = np.nan
    doubtful = float((~trusted.trusted[which]).mean())
    note = f"schools at trusted positions only, where there are at least {FEWEST}"
    cause = unknown("schools whose position cannot be trusted are left out")
    return (
        replace(result, value=places.only_city(float(result.value[0]))),
        replace(result, value=parts, causes=(cause,), piled=doubtful, notes=(*result.notes, note)),
    )


def _sectors(schools: Layer) -> list[tuple[str, Mask]]:
    names = lists(schools, "sector")
    return [(str(name), names == name) for name in dict.fromkeys(names[names != ""])]


@indicator(version="1")
def schools_at_trusted_positions(trusted_schools: TrustedPoints, *, places: Places) -> tuple[Result, ...]:
    """Return the share of entries of the register whose position can be trusted, and why the others cannot."""
    count = len(trusted_schools.xy)
    if not count:
        return (nothing(places, "the register is empty"),)
    headline = places.only_city(float(percent(trusted_schools.trusted.sum(), count)))
    results = [Result(headline, causes=(enumerated(headline),), about_sources=True)]
    reasons = trusted_schools.reasons
    for reason in sorted(set(reasons) - {""}):
        share = places.only_city(float(percent((reasons == reason).sum(), count)))
        more = {"reason": str(reason)}
        results.append(Result(share, causes=(enumerated(share),), dimensions=more, about_sources=True))
    return tuple(results)


@indicator(version="1")
def school_fields_known(schools: Layer, *, places: Places) -> tuple[Result, ...]:
    """Return the share of the fields that matter which the register of schools fills, and each field beside it."""
    return fields_known(schools, MATTER, places)
