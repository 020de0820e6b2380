"""Codes and names of countries."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import lru_cache

from babel.languages import get_official_languages

from almena.gather.facts import plain
from almena.model.problem import InputError, Problem
from almena.packs import read_table
from almena.packs.loader import short_country_codes


def check_country(code: str) -> str:
    """
    Return a country's three-letter code in capital letters.

    Raises
    ------
    InputError
        When there is no such code.
    """
    found = code.strip().upper()
    if found in short_country_codes():
        return found
    alike = [c for n, c in _codes_by_name().items() if plain(code) == n]
    alike = alike or [_codes_by_name()[n] for n in difflib.get_close_matches(plain(code), _codes_by_name())]
    two = [c for c, short in short_country_codes().items() if short == found]
    offer = " or ".join(dict.fromkeys((*two, *alike)))
    remedy = f"Did you mean {offer}?" if offer else "Give the three letters of ISO 3166-1, for example BRA."
    raise InputError(Problem("There is no such country code.", f"--country {code}", "", remedy))


def two_letters(code: str) -> str:
    """Return the two-letter code of a country in small letters, as geocoders want it."""
    return short_country_codes()[code].lower()


def code_of_two_letters(code: str) -> str:
    """Return the three-letter code of a two-letter code; itself in capital letters when it is not known."""
    return _three_by_two().get(code.upper(), code.upper())


def code_of_name(name: str) -> str:
    """Return the three-letter code of a country by its name, or an empty text."""
    return _codes_by_name().get(plain(name), "")


def country_name(code: str) -> str:
    """Return the name of a country by its three-letter code; the code itself when it is not known."""
    names = {row["iso3"]: row["name"] for row in read_table("countries.csv")}
    return names.get(code, code)


def languages_of(code: str) -> tuple[str, ...]:
    """
    Return the languages of a country by its three-letter code: official ones, else those in use as if they were.

    Parameters
    ----------
    code : str
        ISO 3166-1 alpha-3.

    Returns
    -------
    tuple of str
        ISO 639 codes, most spoken first; empty when the country is not known.

    Notes
    -----
    Source: Unicode CLDR, territory information, as Babel carries it.
    """
    short = short_country_codes().get(code)
    if short is None:
        return ()
    found = get_official_languages(short) or get_official_languages(short, de_facto=True)
    return tuple(dict.fromkeys(language.partition("_")[0] for language in found))


@lru_cache(maxsize=1)
def _three_by_two() -> Mapping[str, str]:
    return {short: code for code, short in short_country_codes().items()}


@lru_cache(maxsize=1)
def _codes_by_name() -> Mapping[str, str]:
    rows = read_table("countries.csv")
    return {plain(n): row["iso3"] for row in rows for n in (row["name"], *row["also"].split("|")) if n}
