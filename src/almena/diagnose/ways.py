"""The shortest ways through what sets off what."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence

Following = Mapping[str, Sequence[str]]
Ways = Mapping[str, tuple[str, ...]]


def ways_from(cause: str, following: Following, furthest: int | None = None) -> Ways:
    """
    Return the shortest way from a hazard to each that can be reached from it; among equals the first by name.

    Parameters
    ----------
    cause : str
        Where the ways begin; reached itself when a circle leads back.
    following : mapping of str to sequence of str
        What each sets off, in the order of names.
    furthest : int, optional
        Most steps; none for all.
    """
    found: dict[str, tuple[str, ...]] = {}
    waiting: deque[tuple[str, ...]] = deque([(cause,)])
    while waiting:
        path = waiting.popleft()
        if furthest is not None and len(path) > furthest:
            break
        for effect in following.get(path[-1], ()):
            if effect not in found:
                found[effect] = (*path, effect)
                waiting.append(found[effect])
    return found
