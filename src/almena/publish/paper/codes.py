"""Short codes on paper, so that an answer finds its question and its place, and a slip of the pen is noticed."""

from __future__ import annotations

from dataclasses import dataclass
from unicodedata import normalize

from almena.geo.check_signs import LETTERS, check_sign, signs_of

__all__ = ["LETTERS", "PaperCode", "check_sign", "city_letters", "read_code"]

_PARTS = 4


@dataclass(frozen=True)
class PaperCode:
    """
    One question asked in one place.

    Parameters
    ----------
    city : str
        Two letters.
    place : int
        Number of the place in the list that comes with the sheets, from 1.
    question : int
        Permanent number of the question.
    """

    city: str
    place: int
    question: int

    @property
    def text(self) -> str:
        """Return the code as printed, such as ``PA-017-Q2-X``; the last sign checks the others."""
        body = f"{self.city}-{self.place:03d}-Q{self.question}"
        return f"{body}-{check_sign(body)}"


def read_code(text: str) -> PaperCode | None:
    """Return the code that somebody wrote; None when it cannot be right."""
    parts = text.strip().upper().replace(" ", "").split("-")
    if len(parts) != _PARTS or not parts[2].startswith("Q"):
        return None
    city, place, question, check = parts
    if not (place.isdecimal() and question[1:].isdecimal()) or check_sign("-".join(parts[:3])) != check:
        return None
    return PaperCode(city, int(place), int(question[1:]))


def city_letters(name: str) -> str:
    """Return two letters for a city: the first ones of its first words, else the first two of its name."""
    words = ["".join(signs_of(normalize("NFKD", word))) for word in name.split()]
    words = [word for word in words if word and word[0].isalpha()]
    letters = "".join(word[0] for word in words[:2]) if len(words) > 1 else "".join(words)[:2]
    return (letters + "XX")[:2]
