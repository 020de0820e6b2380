"""The diagnosis as one document for programs, and the parts of it that somebody asks for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict
from difflib import get_close_matches
from typing import Any

from almena.diagnose.graph import build
from almena.diagnose.indicators import described
from almena.model.case import Case
from almena.model.diagnosis import Diagnosis, RedIndicator, Sum
from almena.model.problem import Problem, raise_all
from almena.model.register import Shock

CODE = "crpt."
"""Beginning of the permanent ids of indicators; people type the code alone."""


def report_of(case: Case, *, hazard: str = "", indicator: str = "", priority: str = "") -> dict[str, Any]:
    """
    Return the diagnosis as plain data.

    Parameters
    ----------
    case : Case
        Entries and findings.
    hazard, indicator, priority : str
        Ids, codes or names: only what concerns all that are named.

    Returns
    -------
    dict
        ``{risks, unrecorded, triggers, possible, red, priorities, shared, totals, progress, contradictions, indicator,
        names, entries, illustration}``; chains that only the literature knows stand apart under ``possible``.

    Raises
    ------
    InputError
        When a name is unknown.
    """
    asked = _Asked(case, hazard, indicator, priority)
    found = case.diagnosis
    triggers = [t for t in found.triggers if asked.hazard in ("", t.cause)]
    told: dict[str, Any] = {
        "risks": [_risk(asdict(r)) for r in found.risks if asked.wants_risk(r.hazard)],
        "unrecorded": list(found.unrecorded),
        "triggers": [asdict(t) for t in triggers if t.from_records],
        "possible": [asdict(t) for t in triggers if not t.from_records],
        "red": [asdict(r) for r in found.red if asked.wants_indicator(r)],
        "priorities": [asdict(p) for p in found.priorities if asked.wants_priority(p.id)],
        "shared": [asdict(s) for s in found.shared if asked.wants_risk(s.hazard)],
        "totals": [{"type": kind, "sums": list(map(_sum, sums))} for kind, sums in found.totals],
        "progress": [{**asdict(p), "share": p.share} for p in found.progress],
        "contradictions": [p.as_dict() for p in found.contradictions],
        "indicator": asdict(described(build(case.registers, case.taxonomy), asked.indicator))
        if asked.indicator
        else None,
    }
    return {
        **told,
        "records": {s.id: _record(s) for s in case.registers.shocks if asked.hazard in ("", s.hazard)},
        "names": names_in(case),
        "entries": entries_of(case),
        "illustration": case.is_illustration,
    }


def entries_of(case: Case) -> dict[str, int]:
    """Return how many entries each register has."""
    return {name: len(rows) for name, rows in vars(case.registers).items()}


def names_in(case: Case) -> dict[str, str]:
    """Return the names of all that findings call by id."""
    registers, taxonomy = case.registers, case.taxonomy
    titled: tuple[Any, ...] = (
        *registers.priorities,
        *registers.stresses,
        *registers.stressors,
        *registers.policies,
    )
    named = {entry.id: entry.title for entry in titled}
    named |= {s.id: s.name for s in registers.stakeholders}
    judged = {j.indicator: j.title or taxonomy.title_of(j.indicator) for j in registers.judgements}
    attached = {
        k.indicator: judged.get(k.indicator) or taxonomy.title_of(k.indicator) for k in registers.links
    }
    words = {h.id: h.title for h in taxonomy.hazards.values()}
    places = {**taxonomy.elements, **{c.id: c.title for c in taxonomy.components.values()}}
    return {**words, **places, **attached, **judged, **named}


def _risk(risk: dict[str, Any]) -> dict[str, Any]:
    return {**risk, "sums": [_complete(s) for s in risk["sums"]]}


def _sum(total: Sum) -> dict[str, Any]:
    return _complete(asdict(total))


def _complete(total: dict[str, Any]) -> dict[str, Any]:
    """Return a sum with the share of the records, in per cent, that give a figure."""
    return {**total, "complete": 100 * total["known"] / total["records"] if total["records"] else None}


def _record(shock: Shock) -> dict[str, Any]:
    told = asdict(shock)
    return {name: value for name, value in told.items() if name not in ("id", "told")} | {
        "source": shock.told.source,
        "by": shock.told.by,
        "recorded_at": shock.told.at,
    }


class _Asked:
    """What somebody asks for, by the ids that the names stand for."""

    def __init__(self, case: Case, hazard: str, indicator: str, priority: str) -> None:
        problems: list[Problem] = []
        self.found: Diagnosis = case.diagnosis
        taxonomy, registers = case.taxonomy, case.registers
        hazards = {**dict.fromkeys(s.hazard for s in registers.shocks), **taxonomy.hazards}
        titles = {h: taxonomy.title_of(h) for h in hazards}
        self.hazard = _meant(hazard, titles, "hazard", problems)
        indicators = {j.indicator: j.title for j in registers.judgements}
        indicators |= {k.indicator: "" for k in registers.links if k.indicator not in indicators}
        indicators |= {q.id: q.title for q in taxonomy.questions.values()}
        self.indicator = _meant(indicator, indicators, "indicator", problems)
        matters = {p.id: p.title for p in self.found.priorities}
        self.priority = _meant(priority, matters, "priority", problems)
        raise_all(problems)
        self._of_priority = {h for p in self.found.priorities if p.id == self.priority for h in p.hazards}
        helped = described(build(registers, taxonomy), self.indicator).helps_against if self.indicator else ()
        self._helped = set(helped)

    def wants_risk(self, hazard: str) -> bool:
        """Tell whether a hazard is wanted: itself, by its priority matter, or as helped by the indicator."""
        return (
            self.hazard in ("", hazard)
            and (not self.priority or hazard in self._of_priority)
            and (not self.indicator or hazard in self._helped)
        )

    def wants_indicator(self, red: RedIndicator) -> bool:
        """Tell whether a red indicator is wanted."""
        return (
            self.indicator in ("", red.indicator)
            and (not self.hazard or self.hazard in red.helps_against)
            and (not self.priority or any(a.priority == self.priority for a in red.attachments))
        )

    def wants_priority(self, priority: str) -> bool:
        """Tell whether a priority matter is wanted."""
        if self.priority not in ("", priority):
            return False
        matter = next(p for p in self.found.priorities if p.id == priority)
        attached = {*matter.red, *matter.speaks_against, *matter.without_colour}
        return (not self.hazard or self.hazard in matter.hazards) and (
            not self.indicator or self.indicator in attached
        )


def _meant(said: str, titles: Mapping[str, str], what: str, problems: list[Problem]) -> str:
    """Return the id that somebody means by an id, a code or a name."""
    if not said.strip():
        return ""
    for candidate in _spellings(said.strip(), titles):
        return candidate
    near = _near(said, (*titles, *filter(None, titles.values())))
    remedy = f"Did you mean {near}?" if near else "See `almena diagnose DIR --json` for all names."
    problems.append(
        Problem(f"There is no {what} {said}", said, "nothing that was entered has this name", remedy)
    )
    return ""


def _spellings(said: str, titles: Mapping[str, str]) -> Iterator[str]:
    for spelled in (said, f"{CODE}{said}"):
        if spelled in titles:
            yield spelled
    plain = said.casefold()
    yield from (name for name, title in titles.items() if plain in (name.casefold(), title.casefold()))


def _near(said: str, names: Collection[str] | Iterable[str]) -> str:
    plain = {name.casefold(): name for name in names}
    found = get_close_matches(said.casefold(), list(plain), n=1, cutoff=0.6)
    return plain[found[0]] if found else ""
