"""In which language a drafted city will be told: that of its country, asked where there are several."""

from __future__ import annotations

from pathlib import Path

import pytest

from almena.gather.countries import languages_of
from almena.gather.draft import draft_kit

SCHOOLS = "name,lat,lon\nEscola A,-30.0,-51.2\nEscola B,-30.1,-51.1\n"


def folder_of(path: Path) -> Path:
    path.mkdir()
    (path / "schools.csv").write_text(SCHOOLS, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("country", "languages"),
    [
        ("BRA", ("pt",)),
        ("MCO", ("fr",)),
        ("AND", ("ca",)),
        ("USA", ("en",)),  # no official one by law: the one in use
        ("CHE", ("de", "fr", "it")),
        ("CHN", ("zh",)),
        ("ZZZ", ()),
        ("??", ()),
    ],
)
def test_languages_of_countries(country: str, languages: tuple[str, ...]) -> None:
    assert languages_of(country) == languages


def test_the_language_of_a_country_with_one_is_taken_and_told(tmp_path: Path) -> None:
    draft = draft_kit(folder_of(tmp_path / "files"), answers={"city.country": "BRA"})
    assert draft.kit.languages == ("pt",)
    assert "languages: pt is the official one of BRA" in draft.text
    assert "city.languages" not in {q.id for q in draft.questions}


def test_a_country_with_several_languages_is_a_question(tmp_path: Path) -> None:
    files = folder_of(tmp_path / "files")
    draft = draft_kit(files, answers={"city.country": "CHE"})
    asked = next(q for q in draft.questions if q.id == "city.languages")
    assert (asked.default, [c.value for c in asked.candidates]) == ("de fr it", ["de", "fr", "it"])
    assert draft.kit.languages == ("de", "fr", "it")
    answered = draft_kit(files, answers={"city.country": "CHE", "city.languages": "fr"})
    assert answered.kit.languages == ("fr",)
    assert "city.languages" not in {q.id for q in answered.questions}


def test_a_country_not_known_yet_leaves_english_and_says_so(tmp_path: Path) -> None:
    draft = draft_kit(folder_of(tmp_path / "files"), answers={"city.country": "ZZZ"})
    assert draft.kit.languages == ("en",)
    assert "languages: the country is not known" in draft.text
