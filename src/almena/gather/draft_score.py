"""Which role a file may fill: its own content, and how it lies to the other files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from almena.gather.draft_reader import reader_for
from almena.gather.draft_rules import load_rules
from almena.gather.facts import TABLE, VECTOR, FileFacts
from almena.model.card import Role

ACCEPTED, MARGIN, DOUBTED = 4, 2, 2
_STRONG = 5  # one fact of this weight is enough; weaker ones must be joined by a name, column, value or tag
_MOSTLY, _CLOSE = 0.85, 0.02
_FEW = 5  # shapes that an outline of a city may be drawn in
_BEYOND_A_CITY = 20.0  # degrees that a table of the world spans and no city's file does, *assumed*
_SAME_SHAPE = 0.9  # overlap of two outlines (intersection over union) from which they show the same thing


@dataclass(frozen=True)
class Score:
    """
    How much speaks for a role.

    Parameters
    ----------
    role, reader : str
        The role, and the reader that it is then read with.
    points : int
        Sum of weights.
    reasons : tuple of str
        What was found, in words, the weightiest first.
    is_spoken : bool
        Whether the evidence is enough to decide without asking.
    """

    role: str
    reader: str
    points: int
    reasons: tuple[str, ...]
    is_spoken: bool


def rank(facts: FileFacts, relations: frozenset[str], name: str, roles: Mapping[str, Role]) -> list[Score]:
    """
    Return the roles that a file may fill, the likeliest first.

    Parameters
    ----------
    facts : FileFacts
        What a look into the file found.
    relations : frozenset of str
        How it lies to the other files, from `relate`.
    name : str
        Its path, for rules that look at names.
    roles : mapping of str to Role
        All roles.
    """
    found: dict[str, list[tuple[int, str, str, str]]] = {}
    for rule in load_rules():
        if _fits(facts, roles[rule.role]) and (says := rule.found_in(facts, relations, name)):
            reader = "table" if facts.kind == TABLE and rule.reader == "vector" else rule.reader
            found.setdefault(rule.role, []).append((rule.weight, says, rule.evidence, reader))
    scores = [_score(role, sorted(hits, key=lambda h: -h[0])) for role, hits in found.items()]
    return sorted(scores, key=lambda s: (-s.points, s.role))


def is_clear(ranking: Sequence[Score]) -> bool:
    """Tell whether the first of a ranking wins clearly enough to be taken without asking."""
    if not ranking or ranking[0].points < ACCEPTED or not ranking[0].is_spoken:
        return False
    return len(ranking) == 1 or ranking[0].points - ranking[1].points >= MARGIN


def relate(every: Sequence[FileFacts]) -> list[frozenset[str]]:
    """
    Return how each file lies to the others.

    Parameters
    ----------
    every : sequence of FileFacts
        All files of a folder.

    Returns
    -------
    list of frozenset of str
        For each file ``contains_others``, ``overlaps_boundary``, ``tiles_boundary`` or ``alone``, where it holds.
    """
    shares = [_share_contained(one, every) for one in every]
    best = max(shares, default=0.0)
    if best < _MOSTLY:
        outlined = [one.outline is not None and one.count <= _FEW for one in every]
        placed = sum(len(one.points) > 0 for one in every)
        alone = frozenset({"alone"}) if sum(outlined) == placed == 1 else frozenset[str]()
        return [alone if has else frozenset() for has in outlined]
    first = shares.index(best)
    around = every[first].outline
    relations = []
    for one, share in zip(every, shares, strict=True):
        found = set()
        if share >= best - _CLOSE and same_shape(one.outline, around) > _SAME_SHAPE:
            found.add("contains_others")
        elif one.outline is not None:
            found |= _lies(one, around)
        relations.append(frozenset(found))
    return relations


def same_shape(one: Any, other: Any) -> float:
    """Return how far two outlines are the same: intersection over union, 0 to 1."""
    union = one.union(other).area
    return float(one.intersection(other).area / union) if union else 0.0


def _lies(one: FileFacts, boundary: Any) -> set[str]:
    inside = one.outline.intersection(boundary).area
    found = set()
    if one.count >= 3 and one.tiling > 0.98 and inside > 0.8 * boundary.area:
        found.add("tiles_boundary")
    if inside > 0.5 * one.outline.area and inside > 0.005 * boundary.area:
        found.add("overlaps_boundary")
    return found


def _share_contained(one: FileFacts, every: Sequence[FileFacts]) -> float:
    if one.outline is None or one.count > _FEW:
        return 0.0
    shapely.prepare(one.outline)
    shares = [
        float(np.mean(shapely.covers(one.outline, other.points)))
        for other in every
        if other is not one and len(other.points) and not _is_of_the_world(other)
    ]
    return float(np.mean(shares)) if shares else 0.0


def _is_of_the_world(facts: FileFacts) -> bool:
    """Tell whether a file reaches so far that no outline of a city can be expected to hold it."""
    if facts.bounds is None:
        return False
    west, south, east, north = facts.bounds
    return max(east - west, north - south) > _BEYOND_A_CITY


def _fits(facts: FileFacts, role: Role) -> bool:
    if role.is_derived or not reader_for(role, facts):
        return False
    return facts.kind != VECTOR or role.geometry in ("", "any", facts.geometry) or facts.geometry == "any"


def _score(role: str, hits: list[tuple[int, str, str, str]]) -> Score:
    is_spoken = any(
        weight >= _STRONG or evidence not in ("fact", "geometry") for weight, _, evidence, _ in hits
    )
    return Score(role, hits[0][3], sum(h[0] for h in hits), tuple(h[1] for h in hits), is_spoken)
