"""Run indicator cards: find their inputs, call their functions, and say how far each value can be trusted."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from almena.measure import quality
from almena.measure.dates import age_in_years, oldest, youngest
from almena.measure.quality import Facts
from almena.measure.registry import Method
from almena.model.card import Card, Role, UseRule
from almena.model.data import Layer, RoleData
from almena.model.observation import MISSING, Cause, Observation, Result
from almena.model.origin import Origin
from almena.model.place import Place, Places
from almena.model.problem import AlmenaError, GapError, Problem
from almena.packs.loader import Grade

CONTEXT_ONLY = "national"
"""Element whose values stand beside the city's own and are never fit for more than context."""

SAYS_NOTHING = "the inputs say nothing about this city as a whole"


class Supply(Protocol):
    """Whoever reads files and hands over roles."""

    def key(self, role: str) -> str | None:
        """Return the hash of what the role would hold, or None when no usable file fills it."""
        ...

    def get(self, role: str) -> RoleData:
        """Read the role; raises AlmenaError when its files cannot be used after all."""
        ...


@dataclass(frozen=True)
class Content:
    """
    The tables and functions that a run works with.

    Parameters
    ----------
    cards, roles, methods, rules, grades : mapping or sequence
        As loaded from packs and plugins.
    """

    cards: Mapping[str, Card]
    roles: Mapping[str, Role]
    methods: Mapping[str, Method]
    rules: Sequence[UseRule]
    grades: Mapping[str, Grade]


@dataclass(frozen=True)
class _Shared:
    """What all values of one result have in common, worked out once for all places."""

    card: Card
    method: str
    result: Result
    facts: Facts
    dimensions: tuple[tuple[str, str], ...]
    origins: tuple[Origin, ...]
    period: str
    key: str


@dataclass
class Runner:
    """
    Measure the indicators of one city.

    Parameters
    ----------
    content : Content
        Cards, roles, functions and rules.
    places : Places
        The city and its neighbourhoods.
    supply : Supply
        Hands over the roles that files fill.
    today : str
        Day of the run, ISO 8601.
    memo : mutable mapping
        Results of derived roles by key; hand over the same one again to redo only what changed.
    """

    content: Content
    places: Places
    supply: Supply
    today: str
    memo: MutableMapping[str, RoleData] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _keys: dict[str, str | None] = field(default_factory=dict)

    def key_of(self, role: str) -> str | None:
        """Return the hash of everything a role depends on; None when it cannot be had."""
        if role not in self._keys:
            described = self.content.roles.get(role)
            derived = described is not None and described.is_derived
            self._keys[role] = self._derived_key(role) if derived else self.supply.key(role)
        return self._keys[role]

    def _derived_key(self, role: str) -> str | None:
        method = self._maker(role)
        return None if method is None else self._method_key(method, {})

    def _maker(self, role: str) -> Method | None:
        return self.content.methods.get(self.content.roles[role].maker)

    def _method_key(self, method: Method, parameters: Mapping[str, Any]) -> str | None:
        needs = [self.key_of(need) for need in method.needs]
        if any(key is None for key in needs):
            return None
        wishes = [self.key_of(wish) or "-" for wish in method.wishes]
        where = self.places.key if method.takes_places else ""
        when = [self.today] if method.takes_today else []
        return _digest([method.label, where, *when, sorted(parameters.items()), *needs, *wishes])

    def get(self, role: str) -> RoleData:
        """
        Return a role, derived if need be; each is made once.

        Raises
        ------
        AlmenaError
            When its files cannot be used after all.
        """
        if not self.content.roles[role].is_derived:
            return self.supply.get(role)
        key = self.key_of(role)
        if key is None:
            raise AlmenaError.of(f"The role {role} cannot be made", role, "a role that it needs is missing")
        if key not in self.memo:
            self.memo[key] = self._derive(role, key)
        return self.memo[key]

    def _derive(self, role: str, key: str) -> RoleData:
        method = self._maker(role)
        assert method is not None
        inputs = self._inputs(method)
        made: RoleData = method.call(**inputs, **self._where(method))
        given = [i for i in inputs.values() if i is not None]
        origins = made.origins or _merge(o.then(method.label) for i in given for o in i.origins)
        date = made.date if made.date != "unknown" else oldest(i.date for i in given if i.role != "boundary")
        return made.with_(role=role, key=key, origins=origins, date=date)

    def _inputs(self, method: Method) -> dict[str, RoleData | None]:
        found: dict[str, RoleData | None] = {need: self.get(need) for need in method.needs}
        for wish in method.wishes:
            found[wish] = self._if_usable(wish)
        return found

    def _if_usable(self, role: str) -> RoleData | None:
        """Return a role that a method can do without; None, with the problems noted, when it cannot be had."""
        if self.key_of(role) is None:
            return None
        try:
            return self.get(role)
        except AlmenaError as error:
            if not isinstance(error, GapError):
                self.problems += error.problems
            return None

    @cached_property
    def _tables(self) -> str:
        return _digest([*self.content.rules, *self.content.grades.values()])

    def _where(self, method: Method) -> dict[str, Places | str]:
        where: dict[str, Places | str] = {"places": self.places} if method.takes_places else {}
        return where | ({"today": self.today} if method.takes_today else {})

    def key_of_card(self, card: Card) -> str:
        """
        Return the hash of all that a card's values stand on; equal keys need no new computation.

        Method, parameters, inputs and places are in it, and what the tables say that reaches the value: unit,
        denominator and remedy of the card, the rules of use classes and the widths of grades.
        """
        method = self.content.methods.get(card.function)
        inputs = self._method_key(method, card.parameters) if method else None
        said = [card.id, card.unit, card.denominator, card.function, card.remedy]
        facts = [*said, inputs or "missing", self.places.key, self._tables]
        return _digest([*facts, *(self.missing_roles(method) if method else [])])

    def missing_roles(self, method: Method) -> list[str]:
        """Return the roles given by files whose absence keeps a method from running."""
        missing: list[str] = []
        for need in method.needs:
            if self.key_of(need) is not None:
                continue
            role = self.content.roles.get(need)
            maker = self._maker(need) if role is not None and role.is_derived else None
            missing += self.missing_roles(maker) if maker else [need]
        return list(dict.fromkeys(missing))

    def observe(self, card: Card) -> list[Observation]:
        """Return the observations of one card, a gap included when there is nothing to say."""
        method = self.content.methods.get(card.function)
        if method is None:
            return [self._gap(card, "", self._why_no_method(card))]
        absent = self.missing_roles(method)
        if absent:
            titles = ", ".join(map(self._titled, absent))
            remedy = card.remedy if len(method.needs) == 1 else f"Load a file for: {titles}"
            return [self._gap(card, method.label, f"no usable file fills: {titles}", remedy)]
        try:
            return self._measure(card, method)
        except AlmenaError as error:
            if not isinstance(error, GapError):
                self.problems += error.problems
            return [self._gap(card, method.label, error.problems[0].what, error.problems[0].remedy)]
        except Exception as error:  # noqa: BLE001 - one method that fails must not cost the city its profile
            why = f"{type(error).__name__}: {error}"
            self.problems.append(
                Problem(f"The method {method.label} failed", card.id, why, "Report it with the files.")
            )
            return [self._gap(card, method.label, f"the method failed ({why})")]

    def _titled(self, role: str) -> str:
        described = self.content.roles.get(role)
        return f"{described.title.lower()} ({role})" if described else f"unknown role ({role})"

    def _why_no_method(self, card: Card) -> str:
        return (
            "method not installed: " + card.function
            if card.function
            else "no open file holds this; people know it"
        )

    def _measure(self, card: Card, method: Method) -> list[Observation]:
        inputs = self._inputs(method)
        returned = method.call(**inputs, **card.parameters, **self._where(method))
        results = returned if isinstance(returned, tuple) else (returned,)
        given = [i for i in inputs.values() if i is not None]
        found = [o for result in results for o in self._observations(card, method, result, given)]
        observations = self._once_each(card, found)
        if not any(o.is_headline for o in observations):
            observations.insert(0, self._gap(card, method.label, SAYS_NOTHING))
        return observations

    def _once_each(self, card: Card, found: Sequence[Observation]) -> list[Observation]:
        """Keep one observation for each place and dimensions: a value before a gap, the first of two values."""
        kept: dict[tuple[str, tuple[tuple[str, str], ...]], Observation] = {}
        for observation in found:
            at = (observation.place, observation.dimensions)
            if at in kept and not kept[at].is_missing and not observation.is_missing:
                what = f"{card.id} gives two values for {observation.place}: the first is kept"
                self.problems.append(Problem(what, card.function, "", "Tell them apart by a dimension."))
            if at not in kept or (kept[at].is_missing and not observation.is_missing):
                kept[at] = observation
        return list(kept.values())

    def _observations(
        self, card: Card, method: Method, result: Result, given: Sequence[RoleData]
    ) -> list[Observation]:
        if result.missing or not np.isfinite(result.value).any():
            return [self._gap_of(card, method, result, given, result.missing)] if result.missing else []
        given = [i for i in given if not result.used or i.role in result.used]
        shared = _Shared(
            card=card,
            method=method.label,
            result=result,
            facts=self._facts(card, result, given),
            dimensions=tuple(sorted(result.dimensions.items())),
            origins=_located(given, result.locators),
            period=result.period or _period_of(given),
            key=self.key_of_card(card),
        )
        return [self._value(shared, int(index)) for index in np.flatnonzero(np.isfinite(result.value))]

    def _gap_of(
        self, card: Card, method: Method, result: Result, given: Sequence[RoleData], reason: str
    ) -> Observation:
        gap = self._gap(card, method.label, reason, result.remedy, result.about)
        dimensions = tuple(sorted(result.dimensions.items()))
        return replace(
            gap, dimensions=dimensions, origins=_located(given, result.locators), notes=result.notes
        )

    def _value(self, shared: _Shared, index: int) -> Observation:
        card, result = shared.card, shared.result
        value = float(result.value[index])
        causes = quality.at_place(result.causes, index)
        coverage, completeness = (
            quality.at_place([Cause("", "", part, part)], index)[0][1]
            for part in (result.coverage, result.completeness)
        )
        apart = result.disagreement
        apart = apart if math.isfinite(apart) else quality.disagreement(value, causes)
        facts = shared.facts | {"disagreement": apart, "coverage": coverage, "completeness": completeness}
        grade = quality.judge(facts, self.content.rules).grade
        width = quality.width_of(grade, self.content.grades)
        floor = quality.SHARE_FLOOR if quality.is_share(card) else 0.0
        spread = quality.combine_causes(value, causes, width, floor=floor)
        spread = quality.clip_to_unit(spread, value, card)
        facts["width"] = quality.relative_width(value, spread, card)
        fit = quality.judge(facts, self.content.rules)
        place = result.about or self.places.items[index]
        return Observation(
            indicator=card.id,
            place=place.id,
            period=shared.period,
            place_kind=place.kind,
            place_name=place.name,
            dimensions=shared.dimensions,
            value=value,
            low=spread.low,
            high=spread.high,
            interval_kind=spread.kind,
            unit=card.unit,
            status=result.status,
            use=fit.use,
            quality=fit.grade,
            method=shared.method,
            coverage=coverage,
            causes=_shown(result, causes),
            origins=shared.origins,
            reason="; ".join(fit.because),
            remedy=result.remedy or (card.remedy if fit.because else ""),
            notes=result.notes,
            key=shared.key,
        )

    def _facts(self, card: Card, result: Result, given: Sequence[RoleData]) -> Facts:
        """Return what decides on the use of all values of a result alike."""
        return {
            "age": (0.0, 0.0) if result.about_sources else self._age(given),
            "piled": result.piled,
            quality.HEARSAY: float(any(data.hearsay for data in given)),
            quality.STRAIGHT: float(any(_is_closed_straight(data) for data in given)),
            "status": quality.STATUS_DISTANCE.get(result.status, 0.0),
            quality.BESIDE: float(card.element == CONTEXT_ONLY),
        }

    def _age(self, given: Sequence[RoleData]) -> tuple[float, float]:
        shares = [(0.0, 0.0)]
        for data in given:
            role = self.content.roles[data.role]
            age = age_in_years(data.date, self.today)
            shares.append((age / role.decide_years, age / role.discuss_years))
        if any(math.isnan(d) for d, _ in shares):
            known = [s for s in shares if not math.isnan(s[1])]
            worst = max(s[1] for s in known)
            return (math.nan, math.nan) if worst <= 1 else (worst, worst)
        return max(s[0] for s in shares), max(s[1] for s in shares)

    def _gap(
        self, card: Card, method: str, reason: str, remedy: str = "", about: Place | None = None
    ) -> Observation:
        place = about or self.places.items[0]
        return Observation(
            indicator=card.id,
            place=place.id,
            period="",
            place_kind=place.kind,
            place_name=place.name,
            unit=card.unit,
            status=MISSING,
            method=method,
            reason=reason,
            remedy=remedy or card.remedy,
            key=self.key_of_card(card),
        )


def _is_closed_straight(data: RoleData) -> bool:
    doubt = data.fields.get("doubtful_area", ()) if isinstance(data, Layer) else ()
    return bool(np.nansum(np.asarray(doubt, dtype=float)) > 0)


def _period_of(given: Sequence[RoleData]) -> str:
    """Return the date of the youngest input; the outline of the city dates a value only when it stands alone."""
    speaking = [i for i in given if i.role != "boundary"] or given
    return youngest(i.date for i in speaking)


def _shown(result: Result, causes: Sequence[tuple[str, float, float]]) -> tuple[dict[str, Any], ...]:
    return tuple(
        {"name": cause.name, "kind": kind, "low": _or_none(low), "high": _or_none(high)}
        for cause, (kind, low, high) in zip(result.causes, causes, strict=True)
    )


def _or_none(number: float) -> float | None:
    return None if math.isnan(number) else number


def _located(given: Iterable[RoleData], locators: Mapping[str, str]) -> tuple[Origin, ...]:
    merged = _merge(o for data in given for d in (data, *data.alternatives) for o in d.origins)
    return tuple(replace(o, locator=locators.get(o.source.role, o.locator)) for o in merged)


def _merge(origins: Iterable[Origin]) -> tuple[Origin, ...]:
    """Keep one origin per file, with the longest list of steps."""
    kept: dict[tuple[str, str], Origin] = {}
    for origin in origins:
        at = (origin.source.sha256, origin.source.role)
        if at not in kept or len(origin.steps) > len(kept[at].steps):
            kept[at] = origin
    return tuple(kept.values())


def _digest(parts: Sequence[Any]) -> str:
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()
