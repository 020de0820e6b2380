"""The tables that mining reads: terms, units, multipliers, cues, places and the calibration of confidence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from almena.packs.folding import fold
from almena.packs.table import read_table

ANY = "*"


@dataclass(frozen=True)
class Term:
    """
    The words by which an indicator is spoken of.

    Parameters
    ----------
    indicator : str
        Id of a card, or ``generic.NAME`` where no card exists yet.
    classes : tuple of str
        Classes of units that fit it.
    bare_unit : str
        Unit of a number that stands without one right after the words; empty when a unit must be written.
    pattern : re.Pattern
        Finds the words in folded text.
    """

    indicator: str
    classes: tuple[str, ...]
    bare_unit: str
    pattern: re.Pattern[str]


@lru_cache(maxsize=8)
def load_terms(language: str) -> tuple[Term, ...]:
    """Read the terms of a language; of all languages when it is not known."""
    rows = [r for r in read_table("mine_terms.csv") if language in ("", r["language"])]
    return tuple(
        Term(r["indicator"], tuple(r["classes"].split()), r["bare_unit"], words(_split(r["phrases"])))
        for r in rows
    )


@lru_cache(maxsize=1)
def load_units() -> tuple[re.Pattern[str], dict[str, tuple[str, str]]]:
    """Return the pattern of every written unit, and unit and class by the folded writing."""
    known: dict[str, tuple[str, str]] = {}
    for row in read_table("mine_units.csv"):
        for written in _split(row["written"]):
            known.setdefault(fold(written).strip(), (row["unit"], row["class"]))
    longest = sorted(known, key=len, reverse=True)
    return re.compile("|".join(f"{re.escape(w)}{_end(w)}" for w in longest)), known


@lru_cache(maxsize=1)
def load_whole_units() -> frozenset[str]:
    """Return the units of things that come in whole numbers: no town has 12.345 people."""
    return frozenset(row["unit"] for row in read_table("mine_units.csv") if row["whole"] == "yes")


@lru_cache(maxsize=1)
def load_multipliers() -> tuple[re.Pattern[str], dict[str, float]]:
    """Return the pattern of the words for thousand, million …, and their factors by the folded writing."""
    known = {
        fold(w): float(r["factor"]) for r in read_table("mine_multipliers.csv") for w in _split(r["written"])
    }
    longest = sorted(known, key=len, reverse=True)
    return re.compile("|".join(rf"{re.escape(w)}(?!\w)" for w in longest)), known


@lru_cache(maxsize=64)
def load_cue(meaning: str, language: str) -> re.Pattern[str]:
    """Return the pattern of the words that carry a meaning in a language; in all of them when it is not known."""
    found = [
        w
        for r in read_table("mine_cues.csv")
        if r["meaning"] == meaning and (r["language"] in (language, ANY) or not language)
        for w in _split(r["written"])
    ]
    return words(found)


@lru_cache(maxsize=1)
def load_mine_places() -> dict[str, tuple[str, str]]:
    """Return name and kind of the places known to the tables, by the folded writing."""
    return {
        fold(w): (r["name"], r["kind"]) for r in read_table("mine_places.csv") for w in _split(r["written"])
    }


@lru_cache(maxsize=1)
def load_weights() -> dict[str, float]:
    """Read what each reason takes from the score of a candidate; assumed."""
    return {row["reason"]: float(row["weight"]) for row in read_table("mine_weights.csv")}


@lru_cache(maxsize=1)
def load_calibration() -> tuple[tuple[float, float], ...]:
    """Return score and share of right candidates, rising, from the gold statements that were used for tuning."""
    rows = read_table("mine_calibration.csv")
    return tuple(sorted((float(r["score"]), float(r["right"])) for r in rows))


def words(written: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that finds any of the writings as whole words in folded text, the longest first."""
    folded = sorted({fold(w).strip() for w in written if w.strip()}, key=len, reverse=True)
    if not folded:
        return re.compile(r"(?!)")
    return re.compile("|".join(rf"{_start(w)}{re.escape(w)}{_end(w)}" for w in folded))


def _start(word: str) -> str:
    # Arabic joins article, "and" and prepositions to the word that follows.
    if "\u0600" <= word[0] <= "\u06ff":
        return r"(?<!\w)(?:و|ف|ب|ل|ال|وال|بال|لل)?"
    return r"(?<!\w)" if word[0].isalnum() else ""


def _end(word: str) -> str:
    return r"(?!\w)" if word[-1].isalnum() else ""


def _split(cell: str) -> list[str]:
    return [part.strip() for part in cell.split("|") if part.strip()]
