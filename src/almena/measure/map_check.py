"""How complete a map is: schools of the register against schools on the map, one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from almena.geo.crs import Coordinates
from almena.geo.points import count_in, inside, matched
from almena.measure.common import NOT_ALL_MAPPED, all_there, in_metres, percent, unknown
from almena.measure.derived_facilities import TrustedPoints, teaching_mask
from almena.measure.derived_people import merged_origins
from almena.measure.registry import derived, indicator
from almena.model.data import Layer, RoleData
from almena.model.observation import EXPERT, SENSITIVITY, Cause, Result, Values, nothing
from almena.model.place import Places

APART = (100.0, 250.0, 500.0)
"""Metres between the two positions of one school: strict, usual, generous (assumed: addresses found by a geocoder)."""


@dataclass(frozen=True, kw_only=True)
class MapCheck(RoleData):
    """
    Schools of a register against schools on a map, inside the city.

    Parameters
    ----------
    registered, mapped : int
        Primary and secondary schools of the register at trusted positions, and on the map.
    in_register : int
        Primary and secondary schools of the register, whatever their position.
    every_kind : tuple of int
        Entries of the register at trusted positions, entries of the map, and pairs within the usual distance, with
        kindergartens, universities and colleges.
    found, known : tuple of int
        Schools of the register with one of their own on the map, and the other way round, within each distance
        of `APART`.
    credits : frozenset of str
        Whose map it is.
    """

    role: str = "map_check"
    registered: int
    mapped: int
    in_register: int
    every_kind: tuple[int, int, int]
    found: tuple[int, ...]
    known: tuple[int, ...]
    credits: frozenset[str]

    def share(self, which: int = 1) -> float:
        """Return the share, 0 to 1, of registered schools that are on the map, by the usual distance or another."""
        return self.found[which] / self.registered


@derived(version="1")
def map_check(
    schools: Layer, trusted_schools: TrustedPoints, schools_on_map: Layer, *, places: Places
) -> MapCheck:
    """
    Pair the schools of the register with those on the map, each with at most one.

    Parameters
    ----------
    schools : Layer
        The register; kindergartens, universities and colleges are left out in both lists.
    trusted_schools : TrustedPoints
        Which of its positions can be trusted: only these can be compared.
    schools_on_map : Layer
        The map.
    places : Places
        The city.
    """
    teaching = teaching_mask(schools)
    mapped = in_metres(schools_on_map, places)
    register = _in_city(trusted_schools.xy[teaching & trusted_schools.trusted], places)
    on_map = _in_city(mapped[teaching_mask(schools_on_map)], places)
    whole_register = _in_city(trusted_schools.xy[trusted_schools.trusted], places)
    whole_map = _in_city(mapped, places)
    return MapCheck(
        registered=len(register),
        mapped=len(on_map),
        in_register=int(count_in(trusted_schools.xy[teaching], places.geometry[:1])[0]),
        every_kind=(
            len(whole_register),
            len(whole_map),
            int(matched(whole_register, whole_map, APART[1]).sum()),
        ),
        found=tuple(int(matched(register, on_map, metres).sum()) for metres in APART),
        known=tuple(int(matched(on_map, register, metres).sum()) for metres in APART),
        credits=frozenset(s.attribution for s in schools_on_map.sources),
        origins=merged_origins(schools, schools_on_map),
        date=schools_on_map.date,
    )


def _in_city(xy: Coordinates, places: Places) -> Coordinates:
    return xy[inside(xy, places.geometry[:1]) >= 0]


def missing_from_map(check: MapCheck | None, layer: Layer, value: Values) -> dict[str, Any]:
    """
    Return what the completeness of a map means for a count taken from the same map.

    Parameters
    ----------
    check : MapCheck or None
        What is known about the map, if anything.
    layer : Layer
        Features that were counted; the check speaks of them when they come from the same map.
    value : ndarray of float, shape (n_places,)
        The count, or something in proportion to it.

    Returns
    -------
    dict
        ``causes`` and ``completeness`` of a `Result`. Other features are taken to be mapped as completely as
        schools (assumed).
    """
    same = check is not None and bool(check.credits & {s.attribution for s in layer.sources})
    if check is None or not same or not check.registered or not check.found[1]:
        return {"causes": (unknown(NOT_ALL_MAPPED),), "completeness": all_there(layer)}
    share = check.share()
    name = (
        f"features missing from the map, as {100 * (1 - share):.0f} % of the registered schools are "
        "(assumed to hold for these features too)"
    )
    return {"causes": (Cause(name, EXPERT, value, value / share),), "completeness": share}


@indicator(version="1")
def schools_on_map_share(map_check: MapCheck, *, places: Places) -> tuple[Result, ...]:
    """Return the share of registered schools that the map has, and of schools on the map that the register has."""
    if not map_check.registered or not map_check.mapped:
        return (nothing(places, "one of the two lists holds no primary or secondary school in the city"),)
    notes = (
        f"{map_check.in_register} primary and secondary schools in the register",
        f"{map_check.registered} of them at a position that can be trusted; {map_check.mapped} on the map",
        f"a pair lies at most {APART[1]:.0f} m apart; no school is in two pairs",
    )
    return (
        _share(map_check.found, map_check.registered, places, notes=notes),
        _share(
            map_check.known,
            map_check.mapped,
            places,
            {"direction": "schools on the map that the register has"},
        ),
        _share_of_every_kind(map_check, places),
    )


def _share_of_every_kind(check: MapCheck, places: Places) -> Result:
    """Return the share of all entries of the register, kindergartens and universities too, that the map has."""
    register, on_map, pairs = check.every_kind
    value = places.only_city(float(percent(pairs, register)))
    note = f"{register} entries of the register at trusted positions, {on_map} on the map, of every kind"
    return Result(
        value,
        causes=(unknown("the two lists do not name kinds of schools alike"),),
        dimensions={"direction": "entries of every kind in the register that the map has"},
        notes=(note,),
    )


def _share(
    pairs: tuple[int, ...],
    whole: int,
    places: Places,
    dimensions: dict[str, str] | None = None,
    notes: tuple[str, ...] = (),
) -> Result:
    strict, usual, generous = (places.only_city(float(percent(n, whole))) for n in pairs)
    name = f"pairs at most {APART[0]:.0f} m apart, or {APART[2]:.0f} m"
    return Result(
        usual,
        numerator=places.only_city(pairs[1]),
        denominator=places.only_city(whole),
        causes=(Cause(name, SENSITIVITY, strict, generous),),
        dimensions=dimensions or {},
        notes=notes,
    )
