"""Supply chain and logistics: where food comes within reach."""

from __future__ import annotations

from almena.geo.network import WalkNetwork
from almena.measure.access import access_results, walk_of
from almena.measure.common import in_metres, unknown
from almena.measure.derived_events import PeopleInside
from almena.measure.derived_people import People, Walkers
from almena.measure.registry import indicator
from almena.model.data import Grid, Layer
from almena.model.observation import Result
from almena.model.place import Places


@indicator(version="1")
def food_access(
    food_shops: Layer,
    walkers: Walkers,
    walk_network: WalkNetwork,
    population_grid: Grid,
    people: People,
    settlement_people: PeopleInside | None = None,
    *,
    places: Places,
    distance: float,
) -> tuple[Result, ...]:
    """Return the share of people within a walk of a supermarket or fresh-food market."""
    walk = walk_of(walkers, walk_network, population_grid, places)
    slack = walk.to(in_metres(food_shops, places), distance) - distance
    causes = (unknown("shops may be missing from the map"),)
    return access_results(walk, slack, people=people, settlements=settlement_people, causes=causes)
