"""The greenhouse-gas inventory looked at from three sides: where gases leave, which sector, which gas."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from almena.measure.common import percent, unknown
from almena.measure.registry import indicator
from almena.model.data import Table
from almena.model.observation import MODELLED, Result, Values, enumerated, nothing
from almena.model.place import Places
from almena.packs import read_table

BLANK = "sources that the inventory leaves blank"
NO_CODES = "the inventory does not give the codes of the Global Protocol for Community-scale inventories"
GASES = {"carbon dioxide": "carbon_dioxide", "methane": "methane", "nitrous oxide": "nitrous_oxide"}


def coded(references: Values | NDArray[np.str_]) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    """
    Return sector and scope of each row of an inventory by its reference, empty where it has none.

    References such as ``II.1.3`` name the chapter first and the scope last, but in the chapter on waste the last
    number tells where waste is treated (Global Protocol for Community-scale Greenhouse Gas Inventories, version
    1.1, 2021, chapters 3 and 4); see ``packs/emission_codes.csv``.
    """
    table = {(row["chapter"], row["place"]): row for row in read_table("emission_codes.csv")}
    sectors, scopes = [], []
    for reference in references:
        chapter, *rest = str(reference).strip().upper().split(".")
        row = table.get((chapter, rest[-1] if len(rest) > 1 else ""), table.get((chapter, "")))
        sectors.append(row["sector"] if row else "")
        scopes.append(row["scope"] if row else "")
    return np.array(sectors, dtype=np.str_), np.array(scopes, dtype=np.str_)


@indicator(version="1")
def emissions_inside(emissions: Table, *, places: Places) -> tuple[Result, ...]:
    """Add up what is emitted inside the city (scope 1), in t CO2e, with the other scopes beside it."""
    tonnes, _, scopes = _rows(emissions)
    if not (scopes != "").any():
        return (nothing(places, NO_CODES),)
    return tuple(
        Result(
            places.only_city(float(np.nansum(tonnes[scopes == scope]))),
            causes=(unknown(BLANK),),
            status=MODELLED,
            dimensions={} if scope == "1" else {"scope": scope},
            notes=notes,
        )
        for scope, notes in (
            ("1", ("sources inside the city",)),
            ("2", ("power, heat and cold made elsewhere and used in the city",)),
            (
                "3",
                (
                    "caused in the city, emitted elsewhere: losses of the grid, waste and trips that end outside",
                ),
            ),
        )
        if np.isfinite(tonnes[scopes == scope]).any()
    )


@indicator(version="1")
def emissions_sector_share(emissions: Table, *, places: Places, sector: str) -> tuple[Result, ...]:
    """Return the share of one sector in what the sources of the inventory emit, in percent, and the other sectors."""
    tonnes, sectors, _ = _rows(emissions)
    taken_up = float(-np.nansum(np.minimum(tonnes, 0.0)))
    notes = (f"before the {taken_up:,.0f} t CO2e that land takes up",) if taken_up else ()
    tonnes = np.where(tonnes < 0, np.nan, tonnes)
    whole = float(np.nansum(tonnes[sectors != ""]))
    if whole <= 0:
        return (nothing(places, NO_CODES),)
    names = [sector, *(n for n in dict.fromkeys(sectors) if n not in ("", sector))]
    return tuple(
        Result(
            places.only_city(float(percent(np.nansum(tonnes[sectors == name]), whole))),
            numerator=places.only_city(float(np.nansum(tonnes[sectors == name]))),
            denominator=places.only_city(whole),
            causes=(unknown(BLANK),),
            status=MODELLED,
            dimensions={} if name == sector else {"sector": str(name)},
            notes=notes,
        )
        for name in names
        if name == sector or np.isfinite(tonnes[sectors == name]).any()
    )


@indicator(version="1")
def emissions_gas_share(emissions: Table, *, places: Places, gas: str) -> tuple[Result, ...]:
    """Return the share of one gas in all emissions given by gas, as CO2e, and the other gases beside it."""
    sums = {
        name: float(np.nansum(np.asarray(emissions.columns[column], dtype=float)))
        for name, column in GASES.items()
        if column in emissions.columns
    }
    whole = sum(sums.values())
    if gas not in sums or whole <= 0:
        return (nothing(places, "the inventory is not given by gas"),)
    ordered = {gas: sums[gas]} | sums
    return tuple(
        Result(
            places.only_city(100 * part / whole),
            causes=(unknown(BLANK),),
            status=MODELLED,
            dimensions={} if name == gas else {"gas": name},
        )
        for name, part in ordered.items()
    )


@indicator(version="1")
def inventory_known(emissions: Table, *, places: Places) -> Result:
    """Return the share of the sources that the inventory lists for which it gives a number, in percent."""
    tonnes = np.asarray(emissions.columns["emissions"], dtype=float)
    names = np.asarray(emissions.columns.get("reference", emissions.columns["sector"])).astype(str)
    listed, given = len(set(names)), len(set(names[np.isfinite(tonnes)]))
    if not listed:
        return nothing(places, "the inventory is empty")
    value = places.only_city(float(percent(given, listed)))
    note = "a blank may mean that the source does not occur in the city, or that nobody has estimated it"
    return Result(value, causes=(enumerated(value),), notes=(note,), about_sources=True)


def _rows(emissions: Table) -> tuple[Values, NDArray[np.str_], NDArray[np.str_]]:
    tonnes = np.asarray(emissions.columns["emissions"], dtype=float)
    references = emissions.columns.get("reference")
    if references is None:
        blank = np.full(len(tonnes), "", dtype=np.str_)
        return tonnes, blank, blank
    return tonnes, *coded(references)
