"""The words of the method that a diagnosis reads records by: hazards, elements, components, questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Hazard:
    """A sub-type of shock with its type and group, as the pack ``hazards`` names them."""

    id: str
    title: str
    type: str = ""
    group: str = ""


@dataclass(frozen=True)
class Component:
    """A part of an urban element; ``parent`` is the component that it is part of, empty at the top."""

    id: str
    title: str
    element: str
    parent: str = ""


@dataclass(frozen=True)
class Question:
    """
    What can be asked, or measured, of a city.

    Parameters
    ----------
    id, title : str
        Id of a question or card; in words.
    element, component : str
        Where it belongs; ``component`` possibly empty.
    kind : str
        ``si`` (supporting indicator), ``rq`` (related question) or ``card`` (measured by this software).
    """

    id: str
    title: str
    element: str = ""
    component: str = ""
    kind: str = "si"


@dataclass(frozen=True)
class Edge:
    """One hazard that may set off another, according to a publication; never what happened in this city."""

    cause: str
    effect: str
    source: str = ""
    confidence: str = ""


@dataclass(frozen=True)
class Taxonomy:
    """
    The vocabularies of the installed packs, by id and in their order.

    Parameters
    ----------
    hazards, elements, components, questions : mapping
        By id; an element is its title.
    edges : tuple of Edge
        What the literature says of hazards, between ids of ``hazards``.
    labels : mapping of str to mapping of str to str
        Names of the steps of scales and lists, by scale and id.
    """

    hazards: Mapping[str, Hazard] = field(default_factory=dict)
    elements: Mapping[str, str] = field(default_factory=dict)
    components: Mapping[str, Component] = field(default_factory=dict)
    questions: Mapping[str, Question] = field(default_factory=dict)
    edges: tuple[Edge, ...] = ()
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def element_of(self, place: str) -> str:
        """Return the element of an element or component; empty when neither is known."""
        if place in self.elements:
            return place
        component = self.components.get(place)
        return component.element if component else ""

    def title_of(self, place: str) -> str:
        """Return the name of an element, component, hazard or question, or the id itself."""
        for known in (self.components, self.hazards, self.questions):
            if place in known:
                return str(known[place].title)
        return self.elements.get(place, place)

    def label(self, scale: str, step: str) -> str:
        """Return the name of a step of a scale, or its id in plain words."""
        return self.labels.get(scale, {}).get(step) or step.replace("_", " ")

    def within(self, component: str) -> tuple[str, ...]:
        """Return a component and all that it is part of, from the inside outwards; a circle ends at once."""
        found: list[str] = []
        while component and component not in found:
            found.append(component)
            parent = self.components.get(component)
            component = parent.parent if parent else ""
        return tuple(found)
