"""Files that lie in another place than the city whose outline is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import shapely

from almena.gather.facts import FileFacts

_NEAR = (
    0.5  # degrees around the outline, about 55 km, within which a file may still serve the city, *assumed*
)


def elsewhere(facts: Mapping[str, FileFacts], outlines: Sequence[FileFacts]) -> list[str]:
    """
    Return the files that lie far from every outline of the city.

    Parameters
    ----------
    facts : mapping of str to FileFacts
        What was found, by path, with positions in degrees.
    outlines : sequence of FileFacts
        Files that draw the city; without one nothing is elsewhere.

    Returns
    -------
    list of str
        Paths, in the order given. Files without positions are nowhere, and never among them.
    """
    around = [shapely.box(*one.bounds).buffer(_NEAR) for one in outlines if one.bounds]
    if not around:
        return []
    city = shapely.union_all(around)
    return [name for name, one in facts.items() if len(one.points) and not _touches(one, city)]


def _touches(one: FileFacts, city: shapely.Geometry) -> bool:
    shapely.prepare(city)
    return bool(shapely.intersects(city, one.points).any())
