"""The command line speaks the language of whoever types."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from tests.cli.conftest import Almena

from almena.cli import speak
from almena.cli.helping import parts_of
from almena.cli.main import _language_of, app
from almena.model.problem import Problem
from almena.packs.language import language_around, speaking


@pytest.mark.parametrize(
    ("words", "language"),
    [
        (["--language", "pt", "gaps"], "pt"),
        (["--language=fr", "gaps"], "fr"),
        (["gaps", "--language", "pt"], "en"),
        (["export", "--language=pt"], "en"),
        (["--language"], "en"),
        ([], "en"),
    ],
)
def test_the_language_before_the_verb_is_that_of_the_command_line(
    monkeypatch: pytest.MonkeyPatch, words: list[str], language: str
) -> None:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    assert _language_of(words) == language


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "pt_BR.UTF-8"}, "pt"),
        ({"LANG": "pt_BR.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LANGUAGE": "pt_BR:en"}, "pt"),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "de:pt"}, "pt"),
        ({"LANG": "C.UTF-8", "LANGUAGE": "pt"}, "en"),
        ({"LANG": "POSIX"}, "en"),
        ({"LANG": "es_ES.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_system_says_which_language_a_person_speaks(environment: dict[str, str], language: str) -> None:
    assert language_around(environment) == language


def test_help_is_told_in_portuguese(almena: Almena) -> None:
    said = almena("--language", "pt", "--help")
    assert said.status == 0
    assert "Dos arquivos abertos de uma cidade" in said.out
    assert "Lista o que falta" in said.out
    assert "Perfil" not in almena("--help").out


def test_every_help_text_is_told_again_in_english_afterwards(almena: Almena) -> None:
    almena("--language", "pt", "gaps", "--help")
    assert "List what is missing" in almena("gaps", "--help").out
    assert all(part.help for part in parts_of(typer.main.get_command(app)) if part.name == "gaps")


def test_gaps_and_values_are_told_in_portuguese(almena: Almena, town: Path) -> None:
    told = almena("--language", "pt", "gaps", town).out
    assert "por quê: " in told
    assert "pergunte a: " in told
    shown = almena("--language", "pt", "show", town, "identity.area").out
    assert "Área da cidade (identity.area)" in shown
    assert "medido, qualidade" in shown
    assert "Unit:" not in shown


def test_json_is_never_translated(almena: Almena, town: Path) -> None:
    plain, told = almena("gaps", town, "--json"), almena("--language", "pt", "gaps", town, "--json")
    assert json.loads(plain.out) == json.loads(told.out)


def test_problems_are_told_in_portuguese_and_stay_english_in_json(almena: Almena, tmp_path: Path) -> None:
    said = almena("--language", "pt", "gaps", tmp_path / "nowhere", "--json")
    assert said.status == 2
    assert "onde: " in said.err
    english = almena("gaps", tmp_path / "nowhere", "--json")
    assert said.json == english.json
    assert "where: " in english.err


def test_a_language_that_almena_does_not_speak_is_refused(almena: Almena, town: Path, tmp_path: Path) -> None:
    assert "does not speak tlh" in almena("--language", "tlh", "gaps", town).err
    said = almena("export", town, "html", tmp_path / "out", "--language", "tlh")
    assert (said.status, "does not speak tlh" in said.err) == (2, True)
    assert not (tmp_path / "out").exists()


def test_an_export_in_another_language(almena: Almena, town: Path, tmp_path: Path) -> None:
    assert almena("export", town, "html", tmp_path / "out", "--language", "pt").status == 0
    assert '<html lang="pt"' in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")


def test_numbers_on_the_command_line_follow_the_language() -> None:
    assert speak.number(1234.5, 1) == "1,234.5"
    with speaking("pt"):
        assert speak.number(1234.5, 1) == "1.234,5"
        assert speak.number(None) == "–"


def test_a_problem_is_one_block_of_lines() -> None:
    problem = Problem("The file is empty.", "a.csv", "it holds no file", "Fetch it again.")
    assert speak.problem_text(problem) == str(problem)
    with speaking("pt"):
        assert speak.problem_text(problem).splitlines() == [
            "O arquivo está vazio.",
            "  onde:    a.csv",
            "  por quê: não contém arquivo",
            "  fazer:   Baixe de novo.",
        ]
        assert speak.problem_text(Problem("Nobody is named")) == "Ninguém foi indicado"
