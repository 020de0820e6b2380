"""Text folded for comparison: lower case, no accents, plain digits; every character stays at its place."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_SPECIAL = {
    "–": "-",
    "—": "-",
    "‑": "-",
    "−": "-",
    "’": "'",
    "‘": "'",
    "٪": "%",
    "٫": ".",
    "٬": ",",
    "₂": "2",
    "،": ",",
}
_BLANK = "\u00a0\u202f\u2009\u2007\t\n\r"


def fold(text: str) -> str:
    """Return the text in lower case without accents, as long as it came, so that positions stay."""
    return "".join(map(_folded, text))


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    if character in _SPECIAL:
        return _SPECIAL[character]
    if character in _BLANK:
        return " "
    if unicodedata.category(character) == "Nd":
        return str(unicodedata.digit(character))
    if character in "²³¹ºª°":
        return character
    plain = unicodedata.normalize("NFKD", character)[:1].lower()
    return plain[:1] or character


def mixed_scripts(word: str) -> bool:
    """Tell whether a word mixes Latin letters with look-alikes of other alphabets."""
    names = {unicodedata.name(c, "?").split()[0] for c in word if c.isalpha()}
    return "LATIN" in names and bool(names & {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})
