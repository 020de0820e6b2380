"""Fonts that come along with a page whose letters a reader's machine may lack (SIL Open Font License 1.1)."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from almena.packs.language import Language

FONTS = "fonts"
_FAMILY = "AlmenaArabic"
_FILES = {"ar": {"NotoSansArabic-Regular.ttf": 400, "NotoSansArabic-Bold.ttf": 700}}
_LICENCE = "OFL.txt"


def font_style(language: Language) -> str:
    """Return the rules that name the fonts of a language; empty where every machine has its letters."""
    files = _FILES.get(language.code, {})
    faces = [
        f'@font-face{{font-family:"{_FAMILY}";src:url("{FONTS}/{file}");font-weight:{weight}}}'
        for file, weight in files.items()
    ]
    body = [f'html{{font-family:"{_FAMILY}",system-ui,"Noto Sans",sans-serif}}'] if files else []
    return "\n".join([*faces, *body])


def lay_fonts(language: Language, folder: Path) -> None:
    """
    Put the fonts of a language and their licence beside a page; nothing where none are needed.

    Parameters
    ----------
    language : Language
        The language of the page.
    folder : Path
        Folder to make.
    """
    files = _FILES.get(language.code)
    if not files:
        return
    folder.mkdir()
    for file in (*files, _LICENCE):
        (folder / file).write_bytes((resources.files("almena.publish") / FONTS / file).read_bytes())
