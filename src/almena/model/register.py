"""The registers of the method, as the diagnosis reads them: who, which plans, which shocks, what matters."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Told:
    """
    Where an entry comes from.

    Parameters
    ----------
    source : str
        The document, page, row or file cited; empty when none was given.
    by, at : str
        Who recorded it; instant in ISO 8601, UTC.
    """

    source: str = ""
    by: str = ""
    at: str = ""


@dataclass(frozen=True)
class Stakeholder:
    """
    An organisation, unit or group.

    Parameters
    ----------
    id, name : str
        Id in the city; full name.
    type, scale, description, contact : str
        Codes of the lists ``stakeholder_type`` and ``stakeholder_scale``; words; never shown in public.
    """

    id: str
    name: str
    type: str = ""
    scale: str = ""
    description: str = ""
    contact: str = ""
    told: Told = Told()


@dataclass(frozen=True)
class Relation:
    """A directed tie between two stakeholders: ``kind`` of list ``relationship``, ``depth`` of list ``engagement``."""

    source: str
    target: str
    kind: str
    depth: str = ""
    priority: str = ""
    told: Told = Told()


@dataclass(frozen=True)
class Responsibility:
    """What a stakeholder does for a component: ``role`` of list ``responsibility``."""

    stakeholder: str
    component: str
    role: str
    told: Told = Told()


@dataclass(frozen=True)
class FocalPoint:
    """
    One of the two persons who carry the process: ``political`` or ``technical``.

    Parameters
    ----------
    kind, name, post, deputy : str
        Which of the two; person; post; who stands in.
    since, until : str
        ISO 8601 dates, possibly empty.
    """

    kind: str
    name: str
    post: str = ""
    deputy: str = ""
    since: str = ""
    until: str = ""
    told: Told = Told()


@dataclass(frozen=True)
class Policy:
    """
    A policy, plan or initiative.

    Parameters
    ----------
    id, title : str
        Id in the city; title.
    type, status, category : str
        Codes of the lists ``ppi_type``, ``ppi_status`` and ``ppi_category``.
    year, url : str
        Year or years as written; address.
    components, priorities, stakeholders : tuple of str
        What it bears on; who owns it.
    """

    id: str
    title: str
    type: str = ""
    status: str = ""
    category: str = ""
    year: str = ""
    url: str = ""
    components: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    stakeholders: tuple[str, ...] = ()
    told: Told = Told()


EFFECTS = (
    "people_direct",
    "people_indirect",
    "deaths",
    "injured",
    "displaced",
    "working_days",
    "jobs",
    "loss",
)
"""The recorded effects of a shock; unknown is None, never zero."""


@dataclass(frozen=True)
class Shock:
    """
    One shock that happened.

    Parameters
    ----------
    id, hazard : str
        Id of the record; id of the sub-type in the pack ``hazards``.
    start, end : str
        ISO 8601 dates, cut to what is known (``2019``, ``2019-05``, ``2019-05-12``); ``end`` possibly empty.
    precision : str
        ``day``, ``month`` or ``year``; ``assumed`` is appended where a day stands for a longer time.
    name : str
        Name in use, possibly empty.
    people_direct, people_indirect, deaths, injured, displaced, jobs : float or None
        Persons; jobs lost.
    working_days : float or None
        Working days lost.
    loss, currency : float or None, str
        Loss in money; ISO 4217 code.
    elements : tuple of str
        Elements or components hit, by id.
    triggered : tuple of str
        What it set off: ids of hazard sub-types, or of other shock records.
    """

    id: str
    hazard: str
    start: str = ""
    end: str = ""
    precision: str = ""
    name: str = ""
    people_direct: float | None = None
    people_indirect: float | None = None
    deaths: float | None = None
    injured: float | None = None
    displaced: float | None = None
    working_days: float | None = None
    jobs: float | None = None
    loss: float | None = None
    currency: str = ""
    elements: tuple[str, ...] = ()
    triggered: tuple[str, ...] = ()
    told: Told = Told()


@dataclass(frozen=True)
class Stress:
    """A chronic strain: the elements it bears on, the priority matters it feeds, and the stressors behind it."""

    id: str
    title: str
    elements: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    stressors: tuple[str, ...] = ()
    told: Told = Told()


@dataclass(frozen=True)
class Stressor:
    """What causes a stress."""

    id: str
    title: str
    told: Told = Told()


@dataclass(frozen=True)
class Challenge:
    """A wider driver, such as climate change or urbanisation."""

    id: str
    title: str
    description: str = ""
    told: Told = Told()


@dataclass(frozen=True)
class PriorityMatter:
    """What the city puts first: the hazards (sub-types) tied to it; stresses and indicators tie themselves to it."""

    id: str
    title: str
    description: str = ""
    hazards: tuple[str, ...] = ()
    told: Told = Told()


@dataclass(frozen=True)
class IndicatorLink:
    """
    Why an indicator belongs to a priority matter.

    Parameters
    ----------
    indicator : str
        Id of a question or card.
    priority : str
        Id of the priority matter.
    hazard, stress, stressor : str
        What it comes through: a hazard sub-type, or a stress and possibly its stressor; all empty for a direct link.
    """

    indicator: str
    priority: str
    hazard: str = ""
    stress: str = ""
    stressor: str = ""
    told: Told = Told()


@dataclass(frozen=True)
class Judgement:
    """
    What a person, or a cut-off, says of one indicator.

    Parameters
    ----------
    indicator : str
        Id of a question or card.
    colour : str
        ``green``, ``yellow``, ``orange``, ``red``, ``qualitative``, ``not_applicable`` or ``not_available``.
    value, unit : str
        As shown; its unit.
    set_by : str
        ``person`` or ``cut-off``; a person's word overrides.
    element, component : str
        Where it belongs.
    title : str
        The indicator in words.
    completion, quality, importance : str
        Codes of the vocabularies of the pack ``crpt``.
    confidence : str
        Letter of the cut-off's source; empty for a person's colour.
    """

    indicator: str
    colour: str
    value: str = ""
    unit: str = ""
    set_by: str = "person"
    element: str = ""
    component: str = ""
    title: str = ""
    completion: str = ""
    quality: str = ""
    importance: str = ""
    confidence: str = ""
    told: Told = Told()


@dataclass(frozen=True)
class Registers:
    """All registers of a city, read at one moment."""

    stakeholders: tuple[Stakeholder, ...] = ()
    relations: tuple[Relation, ...] = ()
    responsibilities: tuple[Responsibility, ...] = ()
    focal_points: tuple[FocalPoint, ...] = ()
    policies: tuple[Policy, ...] = ()
    shocks: tuple[Shock, ...] = ()
    stresses: tuple[Stress, ...] = ()
    stressors: tuple[Stressor, ...] = ()
    challenges: tuple[Challenge, ...] = ()
    priorities: tuple[PriorityMatter, ...] = ()
    links: tuple[IndicatorLink, ...] = ()
    judgements: tuple[Judgement, ...] = field(default=())
