"""All findings over the registers of a city at one moment."""

from __future__ import annotations

from almena.diagnose.contradictions import Circumstances, contradictions_of
from almena.diagnose.graph import build
from almena.diagnose.indicators import red_of
from almena.diagnose.priorities import priorities_of
from almena.diagnose.progress import progress_of
from almena.diagnose.risks import risks_of, unrecorded_of
from almena.diagnose.shared import shared_of
from almena.diagnose.sums import totals_of
from almena.diagnose.triggers import triggers_of
from almena.model.diagnosis import Diagnosis
from almena.model.register import Registers
from almena.model.taxonomy import Taxonomy


def diagnose(
    registers: Registers, taxonomy: Taxonomy, circumstances: Circumstances | None = None
) -> Diagnosis:
    """
    Answer the questions of the method from what was entered.

    Parameters
    ----------
    registers : Registers
        Entries and judgements; their order changes nothing.
    taxonomy : Taxonomy
        The vocabularies of the installed packs.
    circumstances : Circumstances, optional
        What the rules compare with: the day, how many people live in the city, answers given as tables.

    Returns
    -------
    Diagnosis
        Every finding with the records it stands on; contradictions are listed and change no finding.
    """
    graph = build(registers, taxonomy)
    shared = shared_of(graph)
    return Diagnosis(
        risks=risks_of(graph, shared),
        unrecorded=unrecorded_of(graph),
        triggers=triggers_of(graph),
        red=red_of(graph),
        priorities=priorities_of(graph),
        shared=shared,
        totals=totals_of(graph),
        progress=progress_of(graph),
        contradictions=contradictions_of(graph, circumstances or Circumstances()),
    )
