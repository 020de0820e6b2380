"""Letters that a machine may lack come along with the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from tests.publish import city

from almena.packs.language import LANGUAGES, language_of, speaking
from almena.publish.lettering import font_style, lay_fonts
from almena.publish.report import write_report


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "ar"])
def test_most_languages_need_no_fonts(code: str, tmp_path: Path) -> None:
    lay_fonts(language_of(code), tmp_path / "fonts")
    assert font_style(language_of(code)) == ""
    assert not (tmp_path / "fonts").exists()


def test_an_arabic_page_brings_its_fonts_with_their_licence(tmp_path: Path) -> None:
    with speaking("ar"):
        page = write_report(city.material(), tmp_path / "report")
    fonts = page.parent / "fonts"
    assert "SIL OPEN FONT LICENSE" in (fonts / "OFL.txt").read_text(encoding="utf-8").upper()
    style = page.read_text(encoding="utf-8")
    for file in fonts.glob("*.ttf"):
        assert f'url("fonts/{file.name}")' in style
        assert file.stat().st_size < 100_000
    assert "http" not in font_style(language_of("ar"))


def test_the_fonts_hold_every_letter_of_the_arabic_catalogue(tmp_path: Path) -> None:
    lay_fonts(language_of("ar"), tmp_path / "fonts")
    needed = {
        letter
        for entry in language_of("ar").catalogue.entries
        for text in entry.told
        for letter in text
        if "\u0600" <= letter <= "\u06ff"
    }
    assert len(needed) > 30
    for file in (tmp_path / "fonts").glob("*.ttf"):
        assert needed <= {chr(code) for code in TTFont(file).getBestCmap()}
