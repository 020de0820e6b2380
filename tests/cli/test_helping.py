"""Help that helps: verbs by what people do, an example for each, questions to copy, gaps told once."""

from __future__ import annotations

import pytest
import typer
from tests.cli.conftest import Almena

from almena.cli import speak
from almena.cli.gap_list import tell_gaps
from almena.cli.helping import examples, told_command
from almena.cli.main import app
from almena.cli.root import app as root
from almena.packs.language import speaking


def test_the_verbs_fit_one_screen_and_stand_under_headings(almena: Almena) -> None:
    told = almena("--help").out
    assert len(told.splitlines()) <= 50
    places = [
        told.index(f"│ {verb} ") for verb in ("demo", "kit", "new", "profile", "show", "import", "batch")
    ]
    assert places == sorted(places)
    assert told.index("Make a profile") < told.index("Read it and check it") < told.index("Bring files in")


def test_every_verb_has_an_example_that_begins_with_itself(almena: Almena) -> None:
    command = typer.main.get_command(root)
    verbs = set(command.commands)  # type: ignore[attr-defined]
    groups = [verb for verb in verbs if hasattr(command.commands[verb], "commands")]  # type: ignore[attr-defined]
    verbs |= {f"{group} {name}" for group in groups for name in command.commands[group].commands}  # type: ignore[attr-defined]
    assert set(examples()) == verbs
    for verb, example in examples().items():
        assert example == verb or example.startswith(f"{verb} ")
        assert "Example: almena" in almena(*verb.split(), "--help").out


def test_the_options_of_every_example_exist() -> None:
    command = told_command(app)
    for verb, example in examples().items():
        if verb not in ("kit", "pack"):
            parts, here = verb.split(), command
            for part in parts:
                here = here.commands[part]
            known = {option for given in here.params for option in given.opts}
            assert {word for word in example.split() if word.startswith("--")} <= known, verb


def test_an_answer_can_be_copied_into_a_shell_and_the_one_that_holds_is_marked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    candidates = [{"value": "Gini (%)", "why": "w"}, {"value": "Year", "why": ""}]
    speak.ask([{"id": "field:a b.csv:year", "about": "Which?", "candidates": candidates, "default": "Year"}])
    assert capsys.readouterr().out.splitlines()[1:] == [
        "? Which?",
        "    --answer 'field:a b.csv:year=Gini (%)'   w",
        "  > --answer 'field:a b.csv:year=Year'",
    ]


@pytest.mark.parametrize(
    ("language", "effort", "told"),
    [
        ("en", 1.0, "about 1\u00a0hour ("),
        ("en", 4.0, "about 4\u00a0hours ("),
        ("pt", 1.0, "cerca de 1\u00a0hora ("),
    ],
)
def test_one_hour_is_one_hour(
    capsys: pytest.CaptureFixture[str], language: str, effort: float, told: str
) -> None:
    gap = {
        "indicator": "a",
        "title": "A",
        "reason": "no file",
        "remedy": "x",
        "effort_hours": effort,
        "who": "Ana",
    }
    with speaking(language):
        tell_gaps([gap])
    assert told in capsys.readouterr().out


def test_gaps_that_one_file_closes_are_told_together(capsys: pytest.CaptureFixture[str]) -> None:
    def gap(indicator: str, remedy: str) -> dict[str, object]:
        told = {"title": indicator.title(), "reason": "no file", "remedy": remedy}
        return {"indicator": indicator, **told, "effort_hours": 0.5, "who": "Ana"}

    tell_gaps([gap("a", "Load x"), gap("b", "Load y"), gap("c", "Load x")])
    lines = capsys.readouterr().out.splitlines()
    assert lines[:5] == [
        "a (A)",
        "c (C)",
        "  why: no file",
        "  do:  Load x",
        "  ask: Ana, about 0.5\u00a0hours (assumed)",
    ]
    assert lines[-1] == "3 gaps"
    assert sum("do:" in line for line in lines) == 2
