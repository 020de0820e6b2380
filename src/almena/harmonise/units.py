"""Units in files converted to the units that the roles promise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from almena.harmonise.found import FoundFile
from almena.harmonise.words import listing, nearest
from almena.model.card import Role
from almena.packs.units import known_unit, promised_unit, spelled_units

DIGITS = 13  # significant ones; binary fractions hold 15, and a product of two loses one (assumed)
_EXACT = 22


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
        """Return the values in the target unit, without the noise of binary fractions: 1.1 m are 110 cm."""
        moved = np.asarray(values, dtype=np.float64) * self.factor + self.offset
        return moved if self.is_identity else _without_noise(moved)


def _without_noise(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return numbers to as many digits as a measurement may have and a conversion keeps."""
    size = np.where(np.isfinite(values) & (values != 0), np.abs(values), 1.0)
    places = DIGITS - 1 - np.floor(np.log10(size))
    tens = 10.0 ** np.clip(places, 0, _EXACT)  # powers that a binary number holds exactly
    fits = (places >= 0) & (places <= _EXACT)
    return np.asarray(np.where(fits, np.round(values * tens) / tens, values), dtype=np.float64)


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
    target = promised_unit(role, field)
    if unit == target:
        return Conversion(unit, target, 1.0, 0.0)
    given, wanted = known_unit(unit), known_unit(target)
    if given is None or wanted is None or given["same_as"] != wanted["same_as"]:
        raise found.refusal(*_why_not(unit, target, field, role), inside=f"units of {field}")
    factor, shift = float(wanted["factor"]), float(wanted["offset"])
    return Conversion(
        unit, target, float(given["factor"]) / factor, (float(given["offset"]) - shift) / factor
    )


def _why_not(unit: str, target: str, field: str, role: Role) -> tuple[str, str, str]:
    if not target:
        return (
            f"The unit of {field} cannot be converted.",
            f"The role {role.id} promises no unit for {field}.",
            "Take the field out of `units` in the kit.",
        )
    if known_unit(unit) is None:
        known = sorted({row["unit"] for row in spelled_units().values()})
        like = nearest(unit, list(spelled_units()))
        hint = f"Did you mean {spelled_units()[like]['unit']}? " if like else ""
        return f"The unit {unit} is not known.", "", f"{hint}Known units: {listing(known)}."
    return (
        f"{unit} cannot be turned into {target}.",
        "They measure different things.",
        "Correct `units` in the kit.",
    )
