"""What each edition may show: withheld values become gaps with a reason, withheld names disappear."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from typing import Any

from almena.model.card import CITY_ONLY, NEIGHBOURHOOD_ONLY, RESTRICTED, Card
from almena.model.data import Layer, RoleData, Table
from almena.model.observation import CONTEXT, MISSING, Observation
from almena.model.origin import LOCAL_ONLY, Origin
from almena.model.place import CITY, COUNTRY, NEIGHBOURHOOD
from almena.model.problem import Problem
from almena.publish.casebook.edition import case_for
from almena.publish.generalise import generalised
from almena.publish.material import CITY_EDITION, PUBLIC_EDITION, Material
from almena.publish.suppression import suppress_small_counts

SETTLEMENTS = "informal_settlements"
WITHHELD = "withheld"  # first word of every such reason
HERE = f"{WITHHELD} in this edition"
COARSE = (CITY, NEIGHBOURHOOD, COUNTRY)
_TELLING_FIELDS = ("name", "code", "operator", "street")
_SHORTEST_NAME = 4  # shorter texts (numbers, grades) would blank out ordinary sentences


def for_edition(material: Material) -> Material:
    """
    Return what an edition may show.

    The public edition withholds values of sensitive cards and values that stand on files without an open licence,
    hides small counts of people, and names no feature of a sensitive role. The city edition shows these for the
    roles that the city names; ``restricted`` cards are in neither. Applying it twice changes nothing.

    Parameters
    ----------
    material : Material
        The run; its ``edition`` decides.

    Returns
    -------
    Material
        The same run, with gaps in place of what is withheld, and a ``layer`` that hands out only what may be drawn.
    """
    if material.cut_for == material.edition:
        return material
    closed = _closed_roles(material)
    secret = _secret_names(material, closed)
    kept = [o for o in material.observations if _has_open_place(o, material)]
    shown = [_clean(_allowed(o, material), closed, secret, material) for o in kept]
    if material.edition == PUBLIC_EDITION:
        shown = list(suppress_small_counts(shown))
    dropped = len(material.observations) - len(kept)
    return replace(
        material,
        observations=tuple(shown),
        layer=_gate(material, closed),
        problems=_clean_problems(material.problems, secret),
        notes=(*_clean_problems(material.notes, secret), *_told_dropped(dropped)),
        self_tests=tuple(replace(t, detail=secret(t.detail)) for t in material.self_tests),
        case=None if material.case is None else case_for(material.case, material.edition, secret),
        cut_for=material.edition,
    )


def is_closed(material: Material, role: str) -> bool:
    """Tell whether features of a role may not be named in the material's edition."""
    described = material.roles.get(role)
    if described is None or described.sensitivity not in (CITY_ONLY, RESTRICTED):
        return False
    named = material.edition == CITY_EDITION and role in material.city_roles
    return described.sensitivity == RESTRICTED or not named


def _closed_roles(material: Material) -> frozenset[str]:
    return frozenset(role for role in material.roles if is_closed(material, role))


def _has_open_place(observation: Observation, material: Material) -> bool:
    """Tell whether the place itself may be named; single settlements may not be, unless the city says so."""
    return observation.place_kind in COARSE or not is_closed(material, SETTLEMENTS)


def _allowed(observation: Observation, material: Material) -> Observation:
    card = material.cards.get(observation.indicator)
    reason = "" if card is None else _too_sensitive(observation, card, material)
    if not reason and material.edition == PUBLIC_EDITION:
        reason = _no_licence(observation)
    return _withhold(observation, reason) if reason and not observation.is_missing else observation


def _too_sensitive(observation: Observation, card: Card, material: Material) -> str:
    if card.sensitivity == RESTRICTED:
        return f"{HERE}: restricted"
    if card.sensitivity == NEIGHBOURHOOD_ONLY and observation.place_kind not in COARSE:
        return f"{HERE}: not shown below the neighbourhood"
    if card.sensitivity != CITY_ONLY:
        return ""
    behind = {o.source.role for o in observation.origins}
    if material.edition == CITY_EDITION and not any(is_closed(material, role) for role in behind):
        return ""
    return f"{HERE}: sensitive, for the city only"


def _no_licence(observation: Observation) -> str:
    closed = [o.source for o in observation.origins if not o.source.may_leave]
    if not closed:
        return ""
    local = all(s.sharing == LOCAL_ONLY for s in closed)
    why = "a source is marked local-only" if local else "a source has no open licence"
    return f"{WITHHELD} in the public edition: licence ({why})"


def _withhold(observation: Observation, reason: str) -> Observation:
    return replace(
        observation, value=None, low=None, high=None, interval_kind="", status=MISSING, use=CONTEXT, quality="",
        causes=(), coverage=None, reason=reason, remedy="Ask the city for its own edition.", notes=(),
    )  # fmt: skip


Scrub = Callable[[str], str]


def _clean(
    observation: Observation, closed: frozenset[str], secret: Scrub, material: Material
) -> Observation:
    """Remove names and feature numbers of closed roles from the texts around a value."""
    return replace(
        observation,
        place_name=observation.place_name,
        dimensions=tuple((k, secret(v)) for k, v in observation.dimensions),
        causes=tuple({**c, "name": secret(str(c["name"]))} for c in observation.causes),
        origins=tuple(_clean_origin(o, closed, secret, material) for o in observation.origins),
        reason=secret(observation.reason),
        remedy=secret(observation.remedy),
        notes=tuple(secret(n) for n in observation.notes),
    )


def _clean_origin(origin: Origin, closed: frozenset[str], secret: Scrub, material: Material) -> Origin:
    hide = origin.source.role in closed or (
        material.edition == PUBLIC_EDITION and not origin.source.may_leave
    )
    locator = HERE if hide and origin.locator else secret(origin.locator)
    steps = tuple(map(secret, origin.steps))
    unchanged = locator == origin.locator and steps == origin.steps
    return origin if unchanged else replace(origin, locator=locator, steps=steps)


def _clean_problems(problems: Iterable[Problem], secret: Scrub) -> tuple[Problem, ...]:
    return tuple(Problem(secret(p.what), secret(p.where), secret(p.why), secret(p.remedy)) for p in problems)


def _told_dropped(count: int) -> tuple[Problem, ...]:
    if not count:
        return ()
    what = f"{count} values about single settlements are withheld in this edition"
    return (Problem(what, why="a named settlement is never joined with risk or people in public"),)


def _secret_names(material: Material, closed: frozenset[str]) -> Scrub:
    """Return a function that takes withheld names out of a text; names of the city's places stay."""
    public = {place.name.casefold() for place in material.places.items} | {material.name.casefold()}
    names = {n for role in material.roles for n in _names_of(role, material, closed)}
    names |= {o.place_name for o in material.observations if not _has_open_place(o, material)}
    return scrub_of(n for n in names if n.casefold() not in public)


def scrub_of(names: Iterable[str]) -> Scrub:
    """Return a function that takes names out of a text; the shortest ones stay, for they would blank out sentences."""
    longest_first = sorted({n for n in names if len(n) >= _SHORTEST_NAME}, key=lambda n: (-len(n), n))
    if not longest_first:
        return lambda text: text
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)", re.IGNORECASE)

    @cache
    def scrub(text: str) -> str:
        """Return a text with every withheld name taken out."""
        return pattern.sub("[withheld]", text)

    return scrub


def _names_of(role: str, material: Material, closed: frozenset[str]) -> Iterable[str]:
    described = material.roles[role]
    if described.is_derived or (role not in closed and material.edition == CITY_EDITION):
        return
    if role not in closed and all(s.may_leave for s in material.sources if s.role == role):
        return
    data = material.layer(role)
    if data is None:
        return
    columns: Any = data.fields if isinstance(data, Layer) else data.columns if isinstance(data, Table) else {}
    for column in _TELLING_FIELDS:
        for value in columns.get(column, ()):
            text = str(value).strip() if value is not None else ""
            if any(letter.isalpha() for letter in text):
                yield text


def _gate(material: Material, closed: frozenset[str]) -> Callable[[str], RoleData | None]:
    """Return a ``layer`` that hands out only what the edition may draw or list."""

    def layer(role: str) -> RoleData | None:
        """Return the content of a role as far as the edition may show it."""
        data = material.layer(role)
        if data is None or not _may_be_drawn(data, material):
            return None
        if role in closed or any(o.source.role in closed for o in data.origins):
            settlements = role == SETTLEMENTS and isinstance(data, Layer)
            return generalised(data, material.crs) if settlements else None  # type: ignore[arg-type]
        return data

    return layer


def _may_be_drawn(data: RoleData, material: Material) -> bool:
    if material.edition == PUBLIC_EDITION:
        return data.may_leave
    return all(o.source.sharing != LOCAL_ONLY for o in data.origins)
