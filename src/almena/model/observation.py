"""Values with their uncertainty: what an indicator function returns, and what is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from almena.model.origin import Origin
from almena.model.place import CITY, COUNTRY, Place

MEASURED, MODELLED, PROXY, REPORTED = "measured", "modelled", "proxy", "reported"
PROPOSED, CONFIRMED, REJECTED, MISSING = "proposed", "confirmed", "rejected", "missing"
DECIDE, DISCUSS, CONTEXT = "decide", "discuss", "context"
SAMPLING, SOURCES, SENSITIVITY, EXPERT, ENUMERATED = (
    "sampling",
    "sources",
    "sensitivity",
    "expert",
    "enumerated",
)

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Cause:
    """
    One reason why the true value may differ from the value given.

    Parameters
    ----------
    name : str
        The reason in plain words.
    kind : str
        ``sampling``, ``sources``, ``sensitivity``, ``expert`` or ``enumerated``.
    low, high : ndarray of float, shape (n_places,), or float
        The value itself under the least and the most favourable reading of this cause. NaN where the cause
        is named but cannot be quantified: the default width of the quality grade is then taken.
    """

    name: str
    kind: str
    low: Values | float
    high: Values | float


def enumerated(value: Values) -> Cause:
    """Return the cause of a complete count: low = value = high."""
    return Cause("complete enumeration", ENUMERATED, value, value)


@dataclass(frozen=True)
class Result:
    """
    What an indicator function returns, for all places at once.

    Parameters
    ----------
    value : ndarray of float, shape (n_places,)
        NaN where the inputs say nothing about a place.
    numerator, denominator : ndarray of float, shape (n_places,), optional
        Both over the same polygon.
    coverage : ndarray of float, shape (n_places,), or float
        Share, 0 to 1, of what should be counted that the inputs cover.
    causes : tuple of Cause
        Why the value may be off; combined by the runner.
    status : str
        ``measured``, ``modelled``, ``proxy`` or ``reported``.
    period : str
        ISO 8601 date or interval; empty to take the date of the youngest input.
    dimensions : mapping of str to str
        What sets this result apart from the headline, for example ``{"sex": "women"}``; empty for the headline.
    notes : tuple of str
        What a reader must know, in plain words.
    missing : str
        Why there is no value for any place; then ``value`` is all NaN.
    remedy : str
        The cheapest way to close a gap; empty to take the card's own.
    piled : float
        Share, 0 to 1, of point features whose position cannot be trusted.
    completeness : ndarray of float, shape (n_places,), or float
        Share, 0 to 1, of what its sources should hold that they are known to hold, by a comparison with another
        source or by their own blanks.
    disagreement : float
        Relative difference between sources for the same quantity, as a share of the value; NaN when there is one.
    about_sources : bool
        Whether the value describes the sources themselves, so that their age does not weaken it.
    used : tuple of str
        Roles among those given that this result stands on; empty for all of them.
    locators : mapping of str to str
        Role to the place inside its files that this value was read from (cells, features, rows).
    about : Place, optional
        The one place that the value speaks of when it is none of the run's places, such as the country; then
        ``value`` has the shape (1,).
    """

    value: Values
    numerator: Values | None = None
    denominator: Values | None = None
    coverage: Values | float = 1.0
    causes: tuple[Cause, ...] = ()
    status: str = MEASURED
    period: str = ""
    dimensions: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    missing: str = ""
    remedy: str = ""
    piled: float = 0.0
    completeness: Values | float = 1.0
    disagreement: float = float("nan")
    about_sources: bool = False
    used: tuple[str, ...] = ()
    locators: Mapping[str, str] = field(default_factory=dict)
    about: Place | None = None


Results = Result | tuple[Result, ...]


def nothing(places: Any, reason: str, remedy: str = "", **more: Any) -> Result:
    """Return the result of an indicator that has no value anywhere, with the reason."""
    return Result(np.full(len(places), np.nan), missing=reason, remedy=remedy, **more)


@dataclass(frozen=True)
class Observation:
    """
    One value as it is stored and shown; never changed, only superseded.

    Parameters
    ----------
    indicator, place, period : str
        Which value this is.
    place_kind, place_name : str
        Kind and name of the place.
    dimensions : tuple of (str, str)
        Sorted pairs; empty for the headline.
    value, low, high : float or None
        The value with its 90 % interval; None when missing.
    interval_kind : str
        ``enumerated``, or the kinds of the causes joined with ``+``.
    unit, status, use, quality, method : str
        Unit; how it was obtained; use class; quality grade A to D; function@version.
    coverage : float or None
        0 to 1.
    causes : tuple of dict
        ``{name, kind, low, high}`` as shown to people.
    origins : tuple of Origin
        The chain to the files.
    reason, remedy : str
        Why it is missing or not fit to decide, and the cheapest way to mend that.
    notes : tuple of str
        What a reader must know.
    key : str
        Hash of method and inputs: equal keys need no new computation.
    """

    indicator: str
    place: str
    period: str
    place_kind: str
    place_name: str = ""
    dimensions: tuple[tuple[str, str], ...] = ()
    value: float | None = None
    low: float | None = None
    high: float | None = None
    interval_kind: str = ""
    unit: str = ""
    status: str = MISSING
    use: str = CONTEXT
    quality: str = ""
    method: str = ""
    coverage: float | None = None
    causes: tuple[dict[str, Any], ...] = ()
    origins: tuple[Origin, ...] = ()
    reason: str = ""
    remedy: str = ""
    notes: tuple[str, ...] = ()
    key: str = ""

    @property
    def identity(self) -> tuple[str, str, str, tuple[tuple[str, str], ...]]:
        """Return what makes two observations statements about the same thing."""
        return self.indicator, self.place, self.period, self.dimensions

    @property
    def is_headline(self) -> bool:
        """Tell whether this speaks of the city, or of its country, as a whole."""
        return self.place_kind in (CITY, COUNTRY) and not self.dimensions

    @property
    def is_missing(self) -> bool:
        """Tell whether this is a gap."""
        return self.value is None
