"""Units in files converted to the units that the roles promise."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from almena.harmonise.found import FoundFile
from almena.harmonise.words import listing, nearest, pack_rows
from almena.model.card import Role


@dataclass(frozen=True)
class Conversion:
    """
    A straight line from one unit to another.

    Parameters
    ----------
    source, target : str
        Names of the units.
    factor, offset : float
        target = source · factor + offset.
    """

    source: str
    target: str
    factor: float
    offset: float

    @property
    def is_identity(self) -> bool:
        """Tell whether nothing changes."""
        return self.factor == 1.0 and self.offset == 0.0

    def apply(self, values: NDArray[np.generic]) -> NDArray[np.float64]:
        """Return the values in the target unit."""
        return np.asarray(values, dtype=np.float64) * self.factor + self.offset


def conversion(role: Role, field: str, unit: str, found: FoundFile) -> Conversion:
    """
    Return the conversion from a unit that the kit states to the unit that the role promises.

    Parameters
    ----------
    role : Role
        The role being filled.
    field : str
        Canonical field, or ``value`` for the cells of a grid.
    unit : str
        Unit in the file.
    found : FoundFile
        The file, for messages.

    Raises
    ------
    InputError
        When a unit is not known, or the two measure different things.
    """
    target = canonical_unit(role, field)
    if unit == target:
        return Conversion(unit, target, 1.0, 0.0)
    given, wanted = _known_unit(unit), _known_unit(target)
    if given is None or wanted is None or given["same_as"] != wanted["same_as"]:
        raise found.refusal(*_why_not(unit, target, field, role), inside=f"units of {field}")
    factor, shift = float(wanted["factor"]), float(wanted["offset"])
    return Conversion(
        unit, target, float(given["factor"]) / factor, (float(given["offset"]) - shift) / factor
    )


def canonical_unit(role: Role, field: str) -> str:
    """Return the unit that a role promises for a field; the role's own unit when no row names the field."""
    rows = [
        r for r in pack_rows("reading_field_units.csv") if r["field"] == field and r["role"] in (role.id, "*")
    ]
    named = sorted(rows, key=lambda r: r["role"] == "*")
    return named[0]["unit"] if named else role.unit


def _known_unit(name: str) -> dict[str, str] | None:
    return _unit_rows().get(name) or _unit_rows().get(name.strip().lower())


@cache
def _unit_rows() -> dict[str, dict[str, str]]:
    """Return the rows of the unit table under every way of writing the unit."""
    rows: dict[str, dict[str, str]] = {}
    for row in pack_rows("reading_units.csv"):
        for spelling in (row["unit"], row["unit"].lower(), *row["also_written"].split("|")):
            rows.setdefault(spelling, row)
    return rows


def _why_not(unit: str, target: str, field: str, role: Role) -> tuple[str, str, str]:
    if not target:
        return (
            f"The unit of {field} cannot be converted.",
            f"The role {role.id} promises no unit for {field}.",
            "Take the field out of `units` in the kit.",
        )
    if _known_unit(unit) is None:
        known = sorted({row["unit"] for row in _unit_rows().values()})
        like = nearest(unit, list(_unit_rows()))
        hint = f"Did you mean {_unit_rows()[like]['unit']}? " if like else ""
        return f"The unit {unit} is not known.", "", f"{hint}Known units: {listing(known)}."
    return (
        f"{unit} cannot be turned into {target}.",
        "They measure different things.",
        "Correct `units` in the kit.",
    )
