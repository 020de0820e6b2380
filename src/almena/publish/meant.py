"""Judge by a benchmark only where its source meant it to be used."""

from __future__ import annotations

from dataclasses import replace

from almena.model.card import Card
from almena.model.observation import Observation
from almena.packs.table import Row, read_table
from almena.publish.facts import Facts
from almena.publish.material import Material


def judged_where_meant(material: Material) -> Material:
    """
    Take the cuts from cards whose benchmark does not speak of a city like this, and say so beside the values.

    The table ``benchmark_limits.csv`` names what must be true of the city; of several lines for one card the first
    whose evidence is known decides. Without any evidence the benchmark stays.

    Parameters
    ----------
    material : Material
        The run, cut to its edition.
    """
    silent = _not_meant(material)
    if not silent:
        return material
    cards: dict[str, Card] = {**material.cards}
    for indicator in silent:
        cards[indicator] = replace(cards[indicator], green=None, red=None)
    noted = (_noted(o, silent) for o in material.observations)
    return replace(material, cards=cards, observations=tuple(noted))


def _not_meant(material: Material) -> dict[str, str]:
    """Return why a benchmark does not hold here, by indicator."""
    facts, decided = Facts(material), dict[str, str]()
    for row in read_table("benchmark_limits.csv"):
        evidence = facts.value(row["evidence"])
        if row["indicator"] in material.cards and evidence is not None and row["indicator"] not in decided:
            decided[row["indicator"]] = "" if _reaches(evidence, row) else row["why"]
    return {indicator: why for indicator, why in decided.items() if why}


def _reaches(evidence: Observation, row: Row) -> bool:
    return evidence.value is not None and evidence.value >= float(row["at_least"])


def _noted(observation: Observation, silent: dict[str, str]) -> Observation:
    why = silent.get(observation.indicator)
    return observation if why is None else replace(observation, notes=(*observation.notes, why))
