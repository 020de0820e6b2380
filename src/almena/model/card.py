"""Content that people review in a spreadsheet: roles, indicator cards, use-class rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

PUBLIC, NEIGHBOURHOOD_ONLY, CITY_ONLY, RESTRICTED = "public", "neighbourhood", "city", "restricted"


@dataclass(frozen=True)
class Role:
    """
    A canonical input that indicators ask for.

    Parameters
    ----------
    id, kind, title, meaning : str
        Name in code; ``layer``, ``grid``, ``table``, ``feed`` or ``document``; name for people; what it holds.
    required, optional : tuple of str
        Canonical fields, each as ``name:type`` with type text, number, integer, date or boolean.
    geometry : str
        ``point``, ``line``, ``polygon`` or ``any`` for layers; empty otherwise.
    unit : str
        Unit of grid cells, or of the main number.
    decide_years, discuss_years : float
        Age up to which the content is fit to decide, and to discuss.
    sensitivity : str
        ``public`` or ``city``: features of a ``city`` role are never named in a public output.
    needs : tuple of str
        For derived roles the roles they are made from; a name in brackets is optional.
    maker : str
        For derived roles the function that makes them.
    """

    id: str
    kind: str
    title: str
    meaning: str
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    geometry: str = ""
    unit: str = ""
    decide_years: float = 5.0
    discuss_years: float = 12.0
    sensitivity: str = PUBLIC
    needs: tuple[str, ...] = ()
    maker: str = ""

    @property
    def is_derived(self) -> bool:
        """Tell whether the role is made from other roles."""
        return bool(self.maker)


@dataclass(frozen=True)
class Card:
    """
    What an indicator is: everything about it that is not code.

    Parameters
    ----------
    id, title, definition, unit : str
        Permanent id ``element.name``; short title; what is counted and how; unit.
    direction : str
        ``higher`` or ``lower`` is better, or ``none``.
    decimals : int
        Digits after the point when shown.
    denominator : str
        What the value is a share of, in words.
    element, component : str
        CRPT element id and component name.
    codes : mapping of str to str
        Codes in other frameworks by name (``crpt``, ``sdg``, ``sendai``, ``iso37120``, ``umf`` …), each with
        its confidence letter in the form ``11.2.1 (A)``.
    function : str
        Name of the indicator function.
    parameters : mapping of str to float or str
        Keyword arguments of that function.
    sensitivity : str
        Finest level at which it may be shown: ``public``, ``neighbourhood``, ``city`` or ``restricted``.
    green, red : float or None
        Benchmark cuts in the card's unit, when a source gives them.
    benchmark_source, benchmark_confidence : str
        Where the cuts come from, with letter A to D or P.
    remedy, who : str
        The cheapest way to obtain the value when it is missing, and who holds it.
    effort_hours : float
        Rough effort of that remedy (assumed).
    story : tuple of str
        Keys of the report chapters in which it appears.
    """

    id: str
    title: str
    definition: str
    unit: str
    direction: str
    decimals: int
    denominator: str
    element: str
    component: str
    function: str
    codes: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, float | str] = field(default_factory=dict)
    sensitivity: str = PUBLIC
    green: float | None = None
    red: float | None = None
    benchmark_source: str = ""
    benchmark_confidence: str = ""
    remedy: str = ""
    who: str = ""
    effort_hours: float = 0.0
    story: tuple[str, ...] = ()


@dataclass(frozen=True)
class UseRule:
    """
    One row of the table that turns facts about a value into its use class.

    Parameters
    ----------
    fact : str
        ``age``, ``coverage``, ``completeness``, ``width``, ``piled``, ``disagreement`` or ``status``.
    decide, discuss : float
        Bounds of the fact for the two better classes.
    better : str
        ``low`` when small facts are good, ``high`` otherwise.
    because : str
        Sentence shown when the rule lowers the class.
    source : str
        Where the bounds come from, or ``assumed``.
    """

    fact: str
    decide: float
    discuss: float
    better: str
    because: str
    source: str = "assumed"
