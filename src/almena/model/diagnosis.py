"""What the diagnosis finds in the registers: every finding keeps the records it stands on."""

from __future__ import annotations

from dataclasses import dataclass

from almena.model.problem import Problem


@dataclass(frozen=True)
class Sum:
    """
    A total over records, with how complete they are.

    Parameters
    ----------
    effect : str
        One of `almena.model.register.EFFECTS`.
    value : float or None
        Sum of what is recorded; None when no record says anything: unknown is never zero.
    known, records : int
        Records that give a figure; all records.
    unit : str
        Currency of a loss; losses in two currencies are two sums, never one.
    """

    effect: str
    value: float | None
    known: int
    records: int
    unit: str = ""


@dataclass(frozen=True)
class Risk:
    """
    One hazard sub-type with what is recorded of it.

    Parameters
    ----------
    hazard, title, group, type : str
        Id of the sub-type and its names.
    records : tuple of str
        Ids of the shock records, oldest first.
    first, last : str
        Dates of the oldest and the newest record.
    sums : tuple of Sum
        Recorded effects.
    elements : tuple of str
        Urban elements hit in any record.
    components : tuple of str
        Components whose indicators are attached to this hazard, and those that a record names as hit.
    indicators, red : tuple of str
        Indicators attached to it; those among them that are red.
    nearby, nearby_red : tuple of str
        Judged indicators of the elements hit that nobody attached to it; those among them that are red.
    stresses : tuple of str
        Stresses that bear on the same elements or share an indicator.
    priorities : tuple of str
        Priority matters tied to it.
    """

    hazard: str
    title: str
    group: str
    type: str
    records: tuple[str, ...]
    first: str
    last: str
    sums: tuple[Sum, ...]
    elements: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    red: tuple[str, ...] = ()
    nearby: tuple[str, ...] = ()
    nearby_red: tuple[str, ...] = ()
    stresses: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trigger:
    """
    What a shock set off, directly or through others.

    Parameters
    ----------
    cause, effect : str
        Hazard sub-types.
    order : int
        1 for what it triggered itself, 2 for what that triggered, and so on: the shortest way.
    path : tuple of str
        Sub-types from cause to effect.
    records : tuple of tuple of str
        For each step of the path the ids of the records behind it; empty for a step that only the literature knows.
    from_records : bool
        Whether every step stands on a record of this city; otherwise the chain is a possibility, not a finding.
    """

    cause: str
    effect: str
    order: int
    path: tuple[str, ...]
    records: tuple[tuple[str, ...], ...]
    from_records: bool = True


@dataclass(frozen=True)
class Attachment:
    """Why an indicator belongs to a priority matter: directly, through a shock, or through a stress and stressor."""

    indicator: str
    priority: str
    hazard: str = ""
    stress: str = ""
    stressor: str = ""


ATTACHED, FOLLOWS, PLACE = "attached", "follows", "place"
WAYS = (ATTACHED, FOLLOWS, PLACE)
"""How an improvement may help against a shock: the indicator is attached to it; it follows from an attached one by
record; a record says that it hit the indicator's own component or element. The first is the strongest."""


@dataclass(frozen=True)
class Help:
    """
    A shock that an improved indicator would help against, with the reason.

    Parameters
    ----------
    hazard, way : str
        Hazard sub-type; one of `WAYS`.
    through : str
        Priority matter of the attachment, hazard that it follows from, or element or component that it hit.
    records : tuple of str
        Shock records behind the reason; empty for an attachment, which is a person's judgement.
    """

    hazard: str
    way: str
    through: str
    records: tuple[str, ...] = ()


@dataclass(frozen=True)
class RedIndicator:
    """
    An indicator judged red, with all that hangs on it.

    Parameters
    ----------
    indicator, title, value, unit, element, component : str
        Which one, and what it says.
    set_by, confidence, source : str
        A person, or a cut-off with its letter; where the judgement comes from.
    attachments : tuple of Attachment
        The ways in which it belongs to priority matters.
    helps_against : tuple of str
        Hazard sub-types that an improvement would help against, the strongest reasons first.
    helps : tuple of Help
        The same with the reason for each.
    """

    indicator: str
    title: str
    value: str
    unit: str
    element: str
    component: str
    set_by: str
    confidence: str
    source: str
    attachments: tuple[Attachment, ...] = ()
    helps_against: tuple[str, ...] = ()
    helps: tuple[Help, ...] = ()


@dataclass(frozen=True)
class Priority:
    """
    One priority matter with the case for it and against it.

    Parameters
    ----------
    id, title, description : str
        Which one.
    hazards, stresses, stressors : tuple of str
        What leads to it.
    colours : mapping-like tuple of (str, int)
        How many of its indicators have each colour.
    red, speaks_against : tuple of str
        Its red indicators; its green ones, which speak against it.
    without_colour : tuple of str
        Indicators attached to it that nobody has judged: what could overturn the finding.
    policies, stakeholders : tuple of str
        What already serves it; who is tied to it.
    """

    id: str
    title: str
    description: str
    hazards: tuple[str, ...]
    stresses: tuple[str, ...]
    stressors: tuple[str, ...]
    colours: tuple[tuple[str, int], ...]
    red: tuple[str, ...]
    speaks_against: tuple[str, ...]
    without_colour: tuple[str, ...]
    policies: tuple[str, ...] = ()
    stakeholders: tuple[str, ...] = ()


@dataclass(frozen=True)
class SharedGround:
    """A stress that bears on the same elements, or shares indicators, with a shock."""

    hazard: str
    stress: str
    elements: tuple[str, ...]
    indicators: tuple[str, ...]


@dataclass(frozen=True)
class Progress:
    """
    How far an element or component is answered.

    Parameters
    ----------
    place : str
        Id of the element or component; empty for all.
    kind : str
        ``si``, ``rq`` or ``all``.
    total, done : int
        Questions; those complete, not available, not applicable or answered by an alternative.
    by_status, by_colour : tuple of (str, int)
        Counts by completion status and by colour.
    """

    place: str
    kind: str
    total: int
    done: int
    by_status: tuple[tuple[str, int], ...] = ()
    by_colour: tuple[tuple[str, int], ...] = ()

    @property
    def share(self) -> float | None:
        """Return the share done, in per cent; None when there is no question."""
        return 100 * self.done / self.total if self.total else None


@dataclass(frozen=True)
class Diagnosis:
    """
    All findings over the registers of a city at one moment.

    Parameters
    ----------
    risks : tuple of Risk
        Hazards with records, ordered by recorded people directly affected, then indirectly, then number of records;
        those whose records give no figure come last, never as zero.
    unrecorded : tuple of str
        Sub-types of the taxonomy without any record, which are not known to be absent.
    triggers : tuple of Trigger
        Transitive, with the records behind each step.
    red : tuple of RedIndicator
        Judged red.
    priorities : tuple of Priority
        Those with more red indicators first.
    shared : tuple of SharedGround
        Stresses that meet shocks.
    totals : tuple of (str, tuple of Sum)
        Sums per shock type of the taxonomy.
    progress : tuple of Progress
        Per element and component.
    contradictions : tuple of Problem
        What people entered that cannot all be true, or refers to nothing.
    """

    risks: tuple[Risk, ...] = ()
    unrecorded: tuple[str, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    red: tuple[RedIndicator, ...] = ()
    priorities: tuple[Priority, ...] = ()
    shared: tuple[SharedGround, ...] = ()
    totals: tuple[tuple[str, tuple[Sum, ...]], ...] = ()
    progress: tuple[Progress, ...] = ()
    contradictions: tuple[Problem, ...] = ()
