"""What a comparison says, and how much of it may be published."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from almena.measure.compare import SAME, Change, SideBySide, count_kinds, later_dates
from almena.model.card import CITY_ONLY, RESTRICTED, Card
from almena.model.observation import Observation
from almena.packs import load_roles
from almena.packs.language import say
from almena.publish.editions import COARSE, HERE, scrub_of
from almena.publish.suppression import suppress_small_counts
from almena.publish.wording import date_text

Row = dict[str, Any]
FACTS = ("value", "low", "high", "unit", "period", "use", "status", "method", "reason")


@dataclass(frozen=True)
class Version:
    """
    What is compared: a city as it was after one of its runs.

    Parameters
    ----------
    id, name, country, folder : str
        Id, name and ISO 3166-1 alpha-3 code of the city; name of its folder.
    run, started, software : str
        Id of the run; when it began, ISO 8601; version of the software.
    """

    id: str
    name: str
    country: str
    folder: str
    run: str
    started: str
    software: str


@dataclass(frozen=True)
class Comparison:
    """
    Two runs of a city, or several cities.

    Parameters
    ----------
    versions : tuple of Version
        The two runs, or the cities in the order in which they were named.
    cards : mapping of str to Card
        Titles and units.
    changes : tuple of Change
        Between two runs.
    rows : tuple of SideBySide
        Of several cities.
    """

    versions: tuple[Version, ...]
    cards: Mapping[str, Card]
    changes: tuple[Change, ...] = ()
    rows: tuple[SideBySide, ...] = ()

    @property
    def is_of_runs(self) -> bool:
        """Tell whether two runs of one city are compared."""
        return not self.rows and bool(self.changes)

    @property
    def labels(self) -> tuple[str, ...]:
        """Return a name for each city; namesakes are told apart by their folders."""
        names = [v.name for v in self.versions]
        return tuple(v.name if names.count(v.name) == 1 else f"{v.name} ({v.folder})" for v in self.versions)

    @property
    def told(self) -> tuple[Change, ...]:
        """Return what changed, in the order of the cards."""
        return tuple(c for c in self.changes if c.kind != SAME)

    def as_dict(self) -> Row:
        """Return the shape that ``compare --json`` prints."""
        if self.rows:
            return {
                "cities": [asdict(v) | {"label": n} for v, n in zip(self.versions, self.labels, strict=True)],
                "indicators": [self._side(r) for r in self.rows],
            }
        before, after = self.versions
        return {
            "city": after.id,
            "before": asdict(before),
            "after": asdict(after),
            "counts": dict(count_kinds(self.changes)),
            "changes": [self._changed(c) for c in self.told],
        }

    def _changed(self, change: Change) -> Row:
        said, difference = change.said, change.difference
        return {
            "indicator": said.indicator,
            "title": self.cards[said.indicator].title,
            "place": said.place,
            "place_kind": said.place_kind,
            "place_name": said.place_name,
            "dimensions": dict(said.dimensions),
            "unit": said.unit or self.cards[said.indicator].unit,
            "decimals": self.cards[said.indicator].decimals,
            "kind": change.kind,
            "because": because(change),
            "before": _facts(change.before),
            "after": _facts(change.after),
            "difference": asdict(difference) | {"clear": difference.is_clear} if difference else None,
        }

    def _side(self, row: SideBySide) -> Row:
        card = self.cards[row.indicator]
        values = [
            {"city": version.id, **(_facts(o) or {"value": None})}
            for version, o in zip(self.versions, row.values, strict=True)
        ]
        return {
            "indicator": row.indicator,
            "title": card.title,
            "unit": card.unit,
            "decimals": card.decimals,
            "comparable": not row.obstacles,
            "obstacles": [obstacle_text(*o) for o in row.obstacles],
            "clearly_different": row.is_clear,
            "values": values,
        }


def _facts(o: Observation | None) -> Row | None:
    return None if o is None else {name: getattr(o, name) for name in FACTS}


def because(change: Change) -> str:
    """Return in one sentence what lies behind a change."""
    methods = {"before": getattr(change.before, "method", ""), "after": getattr(change.after, "method", "")}
    dates = later_dates(change.before, change.after) if change.before and change.after else None
    periods = dict(zip(("before", "after"), map(date_text, dates or ("", "")), strict=True))
    told = {
        "city": say("The data describe a later time: {after} instead of {before}.", **periods),
        "data": say("Other or corrected files for the same time: the city itself need not have changed."),
        "method": say("The files are the same; the method, its rules or the outlines of the places changed."),
        "mixed": say(
            "Files and method changed together ({before}, {after}): the two cannot be told apart.", **methods
        ),
        "gained": say("There was no value before."),
        "lost": say("There is no value any more."),
        "same": say("Nothing changed."),
    }
    return told[change.kind]


def obstacle_text(obstacle: str, what: str) -> str:
    """Return in one sentence why values of cities cannot be set against each other."""
    told = {
        "missing": say("Not every city has a value."),
        "method": say("Not the same method: {what}.", what=what),
        "unit": say("Not the same unit: {what}.", what=what),
        "status": say("Not obtained in the same way: {what}.", what=what),
        "context": say("At least one value is only context."),
        "undated": say("At least one value has no date."),
        "years": say("The values are years apart: {what}.", what=what),
    }
    return told[obstacle]


def for_publication(comparison: Comparison) -> Comparison:
    """
    Return a comparison without sensitive cards, single settlements, closed files and counts of few people.

    Reasons lose the names of places that are not shown; what a gap says about a closed role is withheld whole, for
    no list of the names in that role is at hand here.
    """

    def is_open(o: Observation | None) -> bool:
        """Tell whether a statement may be published."""
        return o is None or _is_open(o, comparison.cards[o.indicator])

    changes = tuple(c for c in comparison.changes if is_open(c.before) and is_open(c.after))
    few = _of_few_people([c.before for c in changes]) | _of_few_people([c.after for c in changes])
    changes = tuple(c for i, c in enumerate(changes) if i not in few)
    told = _reasons_without_names(comparison)
    changes = tuple(replace(c, before=told(c.before), after=told(c.after)) for c in changes)
    rows = tuple(
        replace(r, values=tuple(told(o) if is_open(o) else None for o in r.values)) for r in comparison.rows
    )
    return replace(comparison, changes=changes, rows=tuple(r for r in rows if any(r.values)))


def _reasons_without_names(
    comparison: Comparison,
) -> Callable[[Observation | None], Observation | None]:
    """Return what takes names that are not shown out of the reason of a statement."""
    said = [o for c in comparison.changes for o in (c.before, c.after)]
    said += [o for r in comparison.rows for o in r.values]
    shown = {o.place_name.casefold() for o in said if o is not None and o.place_kind in COARSE}
    hidden = {o.place_name for o in said if o is not None and o.place_kind not in COARSE}
    scrub = scrub_of(name for name in hidden if name.casefold() not in shown)
    closed = {role for role, known in load_roles().items() if known.sensitivity in (CITY_ONLY, RESTRICTED)}

    def told(o: Observation | None) -> Observation | None:
        """Return a statement with a reason that may be published."""
        if o is None:
            return None
        by_closed = o.is_missing and any(g.source.role in closed for g in o.origins)
        return replace(o, reason=HERE if by_closed else scrub(o.reason))

    return told


def _of_few_people(said: Sequence[Observation | None]) -> frozenset[int]:
    """Return which statements the public edition hides because they count so few people."""
    which = [i for i, o in enumerate(said) if o is not None and not o.is_missing]
    shown = suppress_small_counts(o for o in said if o is not None and not o.is_missing)
    return frozenset(i for i, o in zip(which, shown, strict=True) if o.is_missing)


def _is_open(o: Observation, card: Card) -> bool:
    coarse = o.place_kind in COARSE
    return (
        coarse
        and card.sensitivity not in (CITY_ONLY, RESTRICTED)
        and all(g.source.may_leave for g in o.origins)
    )
