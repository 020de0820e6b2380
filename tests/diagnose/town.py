"""A small river town, entered by hand: two floods, an outbreak, two crises, one priority matter."""

from __future__ import annotations

from almena.model.register import (
    FocalPoint,
    IndicatorLink,
    Judgement,
    Policy,
    PriorityMatter,
    Registers,
    Relation,
    Responsibility,
    Shock,
    Stakeholder,
    Stress,
    Stressor,
    Told,
)
from almena.model.taxonomy import Component, Edge, Hazard, Question, Taxonomy

FLOOD, OUTBREAK, CRISIS, QUAKE = "pluvial-flood", "bacterial-disease", "economic-crisis", "ground-shaking"
UNREST, LANDSLIDE = "political-crisis", "landslide"

TAXONOMY = Taxonomy(
    hazards={
        FLOOD: Hazard(FLOOD, "Pluvial Flood", "Flood", "Natural"),
        "fluvial-flood": Hazard("fluvial-flood", "Fluvial Flood", "Flood", "Natural"),
        OUTBREAK: Hazard(OUTBREAK, "Bacterial Disease", "Infectious Diseases", "Biological"),
        CRISIS: Hazard(CRISIS, "Economic Crisis", "Socio-economic Shocks", "Societal"),
        UNREST: Hazard(UNREST, "Political Crisis", "Political Shocks", "Societal"),
        QUAKE: Hazard(QUAKE, "Ground Shaking", "Earthquake", "Natural"),
        LANDSLIDE: Hazard(LANDSLIDE, "Landslide", "Mass Movement", "Natural"),
    },
    elements={
        "basic_infrastructure": "Basic infrastructure",
        "social_inclusion": "Social inclusion and protection",
        "economy": "Economy",
    },
    components={
        "basic_infrastructure.water": Component("basic_infrastructure.water", "Water", "basic_infrastructure"),
        "basic_infrastructure.water.stormwater": Component(
            "basic_infrastructure.water.stormwater",
            "Stormwater",
            "basic_infrastructure",
            "basic_infrastructure.water",
        ),
        "social_inclusion.health": Component("social_inclusion.health", "Health", "social_inclusion"),
        "economy.structure": Component("economy.structure", "Local economic structure", "economy"),
    },
    questions={
        q.id: q
        for q in (
            Question("crpt.3.2.3.1", "Streets cut by water", "basic_infrastructure",
                     "basic_infrastructure.water.stormwater"),
            Question("crpt.3.2.3.2", "Drains kept clean", "basic_infrastructure",
                     "basic_infrastructure.water.stormwater"),
            Question("crpt.3.2.3.2.1", "Who keeps them", "basic_infrastructure",
                     "basic_infrastructure.water.stormwater", "rq"),
            Question("crpt.6.3.2.1", "Early warning of disease", "social_inclusion", "social_inclusion.health"),
            Question("crpt.7.1.1", "Unemployment", "economy", "economy.structure"),
            Question("economy.night_light", "Light at night", "economy", "", "card"),
        )
    },
    edges=(Edge(FLOOD, LANDSLIDE, "HIPs 2025", "A"), Edge(LANDSLIDE, UNREST, "HIPs 2025", "A"),
           Edge(FLOOD, OUTBREAK, "HIPs 2025", "A")),
    labels={"relationship": {"formal_partnership": "Formal partnership"}},
)  # fmt: skip

BY = Told("Civil defence, list of 2021, row 3", "Ana", "2026-11-01T10:00:00Z")

REGISTERS = Registers(
    stakeholders=(
        Stakeholder("SEMPLAN", "Municipal planning office", contact="ana@example.org"),
        Stakeholder("SMS", "Municipal health office"),
        Stakeholder("BANK", "Development bank"),
    ),
    relations=(Relation("SEMPLAN", "BANK", "formal_partnership", priority="weak-economy"),
               Relation("SMS", "SEMPLAN", "communicates")),
    responsibilities=(Responsibility("SMS", "social_inclusion.health", "operates"),),
    focal_points=(FocalPoint("technical", "Ana Souza", "head of planning", "Rui Lima", "2025-01-01"),),
    policies=(Policy("PLAN-1", "Drainage plan", "plan", components=("basic_infrastructure.water",),
                     priorities=("weak-economy",), stakeholders=("SEMPLAN",)),),
    shocks=(
        Shock("S1", FLOOD, "2018-03-30", people_direct=200, people_indirect=10_000, injured=4,
              elements=("basic_infrastructure", "economy"), triggered=(OUTBREAK,), told=BY),
        Shock("S2", FLOOD, "2019-03-10", people_direct=5_000, people_indirect=5_000, deaths=1,
              elements=("basic_infrastructure.water.stormwater",), triggered=(OUTBREAK,)),
        Shock("S3", OUTBREAK, "2019-04", precision="month", people_direct=5, triggered=(UNREST,),
              elements=("social_inclusion",)),
        Shock("S4", CRISIS, "2015", precision="year", people_direct=12_000, jobs=800, triggered=(CRISIS,),
              elements=("economy",)),
        Shock("S5", CRISIS, "2020-07-16", people_direct=1_000, working_days=180, jobs=150, loss=2e6,
              currency="BRL", elements=("economy",), triggered=(CRISIS,)),
        Shock("S6", "fluvial-flood", "2001", precision="year"),
    ),
    stresses=(
        Stress("bad-drains", "Drains that do not cope", ("basic_infrastructure.water",), ("weak-economy",),
               ("no-maintenance",)),
        Stress("informality", "Informality", ("economy",), ("weak-economy",), ("no-jobs",)),
    ),
    stressors=(Stressor("no-maintenance", "No maintenance"), Stressor("no-jobs", "Few jobs")),
    priorities=(PriorityMatter("weak-economy", "Economic underperformance", hazards=(FLOOD, OUTBREAK)),),
    links=(
        IndicatorLink("crpt.3.2.3.1", "weak-economy", hazard=FLOOD),
        IndicatorLink("crpt.3.2.3.1", "weak-economy", stress="bad-drains", stressor="no-maintenance"),
        IndicatorLink("crpt.3.2.3.2", "weak-economy", stress="bad-drains"),
        IndicatorLink("crpt.6.3.2.1", "weak-economy", hazard=OUTBREAK),
        IndicatorLink("crpt.7.1.1", "weak-economy"),
    ),
    judgements=(
        Judgement("crpt.3.2.3.1", "red", told=Told("Traffic office, report of 2024")),
        Judgement("crpt.3.2.3.2", "green"),
        Judgement("crpt.7.1.1", "yellow", "9.1", "%", set_by="cut-off", confidence="B"),
        Judgement("crpt.7.1.1", "red", "13.7", "%"),
    ),
)  # fmt: skip
