"""What the rules find is told again in Portuguese, whole, with the words of the registers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.diagnose.test_contradictions import FAULTS, NOW, PEOPLE, REGISTER_FAULTS
from tests.diagnose.town import TAXONOMY

from almena.diagnose.contradictions import contradictions_of
from almena.diagnose.graph import build
from almena.model.register import Registers, Shock
from almena.packs.language import speaking
from almena.packs.retelling import retell

ENGLISH = {"the", "is", "was", "of", "its", "before", "whole", "affected", "defined", "same", "times", "lies"}


def _registers() -> list[Registers]:
    shocks = [Registers(shocks=(shock,)) for shock, *_ in FAULTS]
    return shocks + [replace(Registers(stakeholders=PEOPLE), **entries) for entries, _ in REGISTER_FAULTS]


@pytest.mark.parametrize("entered", _registers(), ids=str)
def test_every_problem_is_told_in_portuguese(entered: Registers) -> None:
    for problem in contradictions_of(build(entered, TAXONOMY), NOW):
        with speaking("pt"):
            told = [retell(text) for text in (problem.what, problem.why, problem.remedy)]
        for text, again in zip((problem.what, problem.why, problem.remedy), told, strict=True):
            assert again != text
            assert not ENGLISH & set(again.casefold().replace(":", " ").split()), again


def test_one_of_them_word_by_word() -> None:
    (problem,) = contradictions_of(
        build(
            Registers(shocks=(Shock("A", "pluvial-flood", "2020", people_direct=5, displaced=6),)), TAXONOMY
        ),
        NOW,
    )
    with speaking("pt"):
        assert retell(problem.what) == (
            "As partes são mais que o todo: Desalojados ou desabrigados: 6; Pessoas diretamente afetadas: 5"
        )
