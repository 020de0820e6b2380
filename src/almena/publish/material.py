"""Everything a report is made of, handed over by the use case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from almena.model.card import Card, Role
from almena.model.check import SelfTest
from almena.model.data import RoleData
from almena.model.need import NOTHING_SAID, Pressing
from almena.model.observation import Observation
from almena.model.origin import Source
from almena.model.place import Places
from almena.model.problem import Problem
from almena.packs.loader import Element
from almena.publish.shelf import Shelf

PUBLIC_EDITION, CITY_EDITION = "public", "city"


@dataclass(frozen=True)
class Material:
    """
    One run of one city, ready to be told.

    Parameters
    ----------
    city, name, country : str
        Id, name and ISO 3166-1 alpha-3 code.
    edition : str
        ``public`` or ``city``.
    run_date : str
        Day of the run, ISO 8601; the only clock that outputs may use.
    version : str
        Version of the software.
    cards, elements, roles : mapping
        Content by id.
    observations : tuple of Observation
        The current values and gaps; reviewed ones carry the status of the review.
    places : Places
        City first, then its neighbourhoods.
    layer : callable
        Role id to its content, or None when the city has none; derived roles included.
    sources : tuple of Source
        All files that were read.
    city_roles : frozenset of str
        Roles whose features the city allows its own edition to name.
    self_tests, problems, notes : tuple
        What the run checked and met.
    confirmed_by : mapping of str to str
        Indicator id to who confirmed or rejected it, with date and reason.
    crs : str
        The city's metric coordinate system.
    pressing : Pressing
        What the city said at the front door that it needs first; the report begins with it.
    cut_for : str
        The edition that it was already cut to; empty for a whole run.
    memo : Shelf
        What was worked out from this very object, so that several outputs of one run share it; never copied.
    """

    city: str
    name: str
    country: str
    edition: str
    run_date: str
    version: str
    cards: Mapping[str, Card]
    elements: Mapping[str, Element]
    roles: Mapping[str, Role]
    observations: tuple[Observation, ...]
    places: Places
    layer: Callable[[str], RoleData | None]
    sources: tuple[Source, ...]
    city_roles: frozenset[str] = frozenset()
    self_tests: tuple[SelfTest, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    confirmed_by: Mapping[str, str] = field(default_factory=dict)
    crs: str = ""
    pressing: Pressing = NOTHING_SAID
    cut_for: str = ""
    memo: Shelf = field(default_factory=Shelf, init=False, repr=False, compare=False)
