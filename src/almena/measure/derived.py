"""
Derived roles: what several indicators need, made once from the roles that files fill.

`MODULES` lists the modules whose functions the runner may call; the names below are what indicators use.
"""

from __future__ import annotations

from almena.measure import derived_facilities, derived_people, derived_streets, derived_transport
from almena.measure.derived_facilities import (
    OpenSpaces,
    TrustedPoints,
    public_open_spaces,
    real_hospitals,
    teaching_schools,
    trusted_schools,
)
from almena.measure.derived_people import People, Walkers, people, share_reached, walk_to, walkers
from almena.measure.derived_streets import Junctions, junctions, walk_network
from almena.measure.derived_transport import Stops, all_stops, stop_service

MODULES = (derived_people, derived_streets, derived_facilities, derived_transport)

__all__ = [
    "MODULES",
    "Junctions",
    "OpenSpaces",
    "People",
    "Stops",
    "TrustedPoints",
    "Walkers",
    "all_stops",
    "junctions",
    "people",
    "public_open_spaces",
    "real_hospitals",
    "share_reached",
    "stop_service",
    "teaching_schools",
    "trusted_schools",
    "walk_network",
    "walk_to",
    "walkers",
]
