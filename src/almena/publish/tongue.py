"""A run in the language of the task: its cards, roles and elements, and what the deep rooms wrote about its values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from almena.model.card import Card, Role
from almena.model.check import SelfTest
from almena.model.observation import Observation
from almena.model.origin import Origin
from almena.model.problem import Problem
from almena.packs.language import ENGLISH, from_table, spoken
from almena.packs.loader import Element
from almena.packs.retelling import retell
from almena.publish.material import Material


def in_language(material: Material) -> Material:
    """
    Return a run with its texts in the language that is spoken.

    Words that the code compares stay English: reasons, units, denominators, components and dimensions are told where
    they are shown. In English nothing changes.

    Parameters
    ----------
    material : Material
        The run, already cut to its edition: the names to withhold are looked for in the texts as stored.
    """
    if spoken().code == ENGLISH:
        return material
    told: dict[Origin, Origin] = {}  # many values stand on the same files
    return replace(
        material,
        cards={key: told_card(card) for key, card in material.cards.items()},
        elements={key: _element(element) for key, element in material.elements.items()},
        roles={key: _role(role) for key, role in material.roles.items()},
        observations=tuple(_observation(o, material.cards, told) for o in material.observations),
        self_tests=tuple(_self_test(t) for t in material.self_tests),
        problems=tuple(told_problem(p) for p in material.problems),
        notes=tuple(told_problem(p) for p in material.notes),
        confirmed_by={key: retell(said) for key, said in material.confirmed_by.items()},
    )


def told_card(card: Card) -> Card:
    """Return a card with title, definition, remedy and holder in the language that is spoken."""
    return replace(
        card,
        title=from_table("cards", card.title),
        definition=from_table("cards", card.definition),
        remedy=from_table("cards", card.remedy),
        who=from_table("cards", card.who),
    )


def told_problem(problem: Problem) -> Problem:
    """Return a problem in the language that is spoken; where it lies stays as it is."""
    return Problem(retell(problem.what), retell(problem.where), retell(problem.why), retell(problem.remedy))


def _element(element: Element) -> Element:
    return replace(element, title=from_table("elements", element.title))


def _role(role: Role) -> Role:
    return replace(role, title=from_table("roles", role.title), meaning=from_table("roles", role.meaning))


def _observation(
    observation: Observation, cards: Mapping[str, Card], told: dict[Origin, Origin]
) -> Observation:
    card = cards.get(observation.indicator)
    of_card = card is not None and observation.remedy == card.remedy
    return replace(
        observation,
        causes=tuple({**cause, "name": retell(str(cause["name"]))} for cause in observation.causes),
        origins=tuple(told.get(o) or told.setdefault(o, _origin(o)) for o in observation.origins),
        remedy=from_table("cards", observation.remedy) if of_card else retell(observation.remedy),
        notes=tuple(map(retell, observation.notes)),
    )


def _origin(origin: Origin) -> Origin:
    return replace(origin, locator=retell(origin.locator), steps=tuple(map(retell, origin.steps)))


def _self_test(test: SelfTest) -> SelfTest:
    return replace(test, title=retell(test.title), detail=retell(test.detail))
