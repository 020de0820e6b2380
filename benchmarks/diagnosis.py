"""How long the cause graph takes to answer for a city with many records."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from almena.diagnose.contradictions import Circumstances, contradictions_of
from almena.diagnose.diagnosis import diagnose
from almena.diagnose.graph import build
from almena.diagnose.indicators import red_of
from almena.diagnose.priorities import priorities_of
from almena.diagnose.progress import progress_of
from almena.diagnose.risks import risks_of
from almena.diagnose.shared import shared_of
from almena.diagnose.sums import totals_of
from almena.diagnose.triggers import triggers_of
from almena.model.register import IndicatorLink, Judgement, PriorityMatter, Registers, Shock, Stress
from almena.model.taxonomy import Component, Edge, Hazard, Question, Taxonomy

PRIORITIES, INDICATORS, RECORDS = 50, 500, 5_000
HAZARDS, TYPES, ELEMENTS, STRESSES, FOLLOWING = 71, 27, 8, 40, 4
TIMES = 7
NOW = Circumstances("2026-01-01", 1e6)


def registers(seed: int = 1) -> tuple[Registers, Taxonomy]:
    """Return a city with as many entries as the method may ever need, where each hazard sets off a few others."""
    chance = random.Random(seed)
    hazards = [f"h{n}" for n in range(HAZARDS)]
    elements = [f"e{n}" for n in range(ELEMENTS)]
    components = [f"{e}.c{n}" for e in elements for n in range(6)]
    matters = [f"p{n}" for n in range(PRIORITIES)]
    stresses = [f"s{n}" for n in range(STRESSES)]
    follows = {h: chance.sample(hazards, FOLLOWING) for h in hazards}

    def shock(number: int) -> Shock:
        """Return one record: half of the figures unknown, as in real registers."""
        hazard = chance.choice(hazards)
        return Shock(
            f"r{number}", hazard, f"{chance.randint(1980, 2025)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
            people_direct=chance.choice([None, float(chance.randint(0, 1000))]),
            people_indirect=chance.choice([None, 5000.0]), deaths=chance.choice([None, None, 1.0]),
            elements=tuple(chance.sample(elements, 4)),
            triggered=tuple(chance.sample(follows[hazard], chance.choice([0, 1]))),
        )  # fmt: skip

    def link(number: int) -> IndicatorLink:
        """Return one attachment: directly, through a shock, or through a stress."""
        through = chance.choice([{}, {"hazard": chance.choice(hazards)}, {"stress": chance.choice(stresses)}])
        return IndicatorLink(f"q.{number}", chance.choice(matters), **through)

    entered = Registers(
        shocks=tuple(map(shock, range(RECORDS))),
        stresses=tuple(Stress(s, s, tuple(chance.sample(elements, 2)), (chance.choice(matters),)) for s in stresses),
        priorities=tuple(PriorityMatter(p, p, hazards=tuple(chance.sample(hazards, 3))) for p in matters),
        links=tuple(map(link, range(INDICATORS))),
        judgements=tuple(
            Judgement(f"q.{n}", chance.choice(["red", "orange", "yellow", "green"]), str(chance.randint(0, 100)), "%")
            for n in range(INDICATORS)
        ),
    )  # fmt: skip
    places = [chance.choice(components) for _ in range(INDICATORS)]
    taxonomy = Taxonomy(
        {h: Hazard(h, h, f"type {n % TYPES}") for n, h in enumerate(hazards)},
        {e: e for e in elements},
        {c: Component(c, c, c.split(".")[0]) for c in components},
        {f"q.{n}": Question(f"q.{n}", f"Q{n}", c.split(".")[0], c) for n, c in enumerate(places)},
        tuple(Edge(chance.choice(hazards), chance.choice(hazards)) for _ in range(207)),
    )
    return entered, taxonomy


def run() -> None:
    """Print milliseconds of processor time, the least of some runs: each question by itself, then all of them."""
    entered, taxonomy = registers()
    print(f"diagnosis: {PRIORITIES} priority matters, {INDICATORS} indicators, {RECORDS:,} records of shocks")
    questions: dict[str, Callable[[], object]] = {
        "build the graph": lambda: build(entered, taxonomy),
        "risks by recorded effect": lambda: risks_of(graph := build(entered, taxonomy), shared_of(graph)),
        "what shocks set off": lambda: triggers_of(build(entered, taxonomy)),
        "red indicators and what they help against": lambda: red_of(build(entered, taxonomy)),
        "priority matters": lambda: priorities_of(build(entered, taxonomy)),
        "stresses that meet shocks": lambda: shared_of(build(entered, taxonomy)),
        "totals by type": lambda: totals_of(build(entered, taxonomy)),
        "progress": lambda: progress_of(build(entered, taxonomy)),
        "contradictions": lambda: contradictions_of(build(entered, taxonomy), NOW),
        "all of it": lambda: diagnose(entered, taxonomy, NOW),
    }
    for name, ask in questions.items():
        print(f"  {name:45}{min(_milliseconds(ask) for _ in range(TIMES)):8.1f} ms")


def _milliseconds(ask: Callable[[], object]) -> float:
    start = time.process_time()
    ask()
    return (time.process_time() - start) * 1000
