"""Indicators judged red: what hangs on them, and which shocks an improvement would help against."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import chain, pairwise

from almena.diagnose.graph import RED, Graph
from almena.model.diagnosis import ATTACHED, FOLLOWS, PLACE, WAYS, Attachment, Help, RedIndicator
from almena.model.register import IndicatorLink, Judgement

_STRENGTH = {way: number for number, way in enumerate(WAYS)}


def red_of(graph: Graph) -> tuple[RedIndicator, ...]:
    """
    Return the indicators judged red, those that most hangs on first.

    Parameters
    ----------
    graph : Graph
        The cause graph.
    """
    found = [
        described(graph, indicator) for indicator, j in sorted(graph.judgements.items()) if j.colour == RED
    ]
    return tuple(sorted(found, key=lambda r: (-len(r.attachments), -len(r.helps_against), r.indicator)))


def described(graph: Graph, indicator: str) -> RedIndicator:
    """
    Return what is known of one indicator, red or not.

    Parameters
    ----------
    graph : Graph
        The cause graph.
    indicator : str
        Its id.
    """
    judged = graph.judgements.get(indicator, Judgement(indicator, ""))
    helps = helps_of(graph, indicator)
    return RedIndicator(
        indicator=indicator,
        title=graph.title(indicator),
        value=judged.value,
        unit=judged.unit,
        element=graph.element_of(indicator),
        component=graph.component_of(indicator),
        set_by=judged.set_by,
        confidence=judged.confidence,
        source=judged.told.source,
        attachments=tuple(_attachment(link) for link in graph.by_indicator.get(indicator, ())),
        helps_against=tuple(dict.fromkeys(h.hazard for h in helps)),
        helps=helps,
    )


def helps_of(graph: Graph, indicator: str) -> tuple[Help, ...]:
    """
    Return the shocks that an improved indicator would help against, with the reason for each.

    A person attached it to the shock; or records say that the shock follows from such a one; or records say that the
    shock hit the component of the indicator, or its element. Each shock is told once, with its strongest reason.

    Parameters
    ----------
    graph : Graph
        The cause graph.
    indicator : str
        Its id.
    """
    found: dict[str, Help] = {}
    for help_ in (*_attached(graph, indicator), *_following(graph, indicator), *_in_place(graph, indicator)):
        found.setdefault(help_.hazard, help_)
    return tuple(sorted(found.values(), key=lambda h: (_STRENGTH[h.way], -len(h.records), h.hazard)))


def _attached(graph: Graph, indicator: str) -> Iterator[Help]:
    for link in graph.by_indicator.get(indicator, ()):
        if link.hazard:
            yield Help(link.hazard, ATTACHED, link.priority)


def _following(graph: Graph, indicator: str) -> Iterator[Help]:
    for cause in dict.fromkeys(link.hazard for link in graph.by_indicator.get(indicator, ()) if link.hazard):
        yield from graph.once(("follows", cause), partial(_followers, graph, cause))


def _followers(graph: Graph, cause: str) -> list[Help]:
    found = []
    for effect, path in graph.ways(cause).items():
        behind = (graph.sets_off[start][end] for start, end in pairwise(path))
        found.append(Help(effect, FOLLOWS, cause, tuple(dict.fromkeys(chain.from_iterable(behind)))))
    return found


def _in_place(graph: Graph, indicator: str) -> Iterator[Help]:
    component, element = graph.component_of(indicator), graph.element_of(indicator)
    for place in (*graph.taxonomy.within(component), element):
        yield from graph.once(("place", place), partial(_struck, graph, place))


def _struck(graph: Graph, place: str) -> list[Help]:
    return [Help(hazard, PLACE, place, records) for hazard, records in graph.hit_by.get(place, {}).items()]


def _attachment(link: IndicatorLink) -> Attachment:
    return Attachment(link.indicator, link.priority, link.hazard, link.stress, link.stressor)
