"""When a file speaks of: told by its content, else by its name."""

from __future__ import annotations

import re

from almena.gather.draft_rules import EVERY_ROLE, load_field_patterns
from almena.gather.facts import FileFacts, plain

_MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "jan ene january janeiro enero janvier januar",
            "feb fev february fevereiro febrero fevrier februar",
            "mar march marco marzo mars marz",
            "apr abr april abril avril",
            "may mai maio mayo",
            "jun june junho junio juin juni",
            "jul july julho julio juillet juli",
            "aug ago august agosto aout",
            "sep set september setembro septiembre setiembre septembre",
            "oct out october outubro octubre oktober",
            "nov november novembro noviembre novembre",
            "dec dez dic december dezembro diciembre decembre dezember",
        ),
        1,
    )
    for word in words.split()
}
_YEAR = r"(?<!\d)((?:19|20)\d\d)(?!\d)"
_SPAN = re.compile(rf"{_YEAR}[-_]{_YEAR}")
_NUMBERS = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_]?(0[1-9]|1[0-2])(?:[-_]?(0[1-9]|[12]\d|3[01]))?(?!\d)")


def date_of(facts: FileFacts, name: str) -> tuple[str, str]:
    """
    Return the date that a file speaks of, and how it is known; two empty texts when nothing tells.

    Parameters
    ----------
    facts : FileFacts
        What a look into the file found.
    name : str
        Its path inside the folder.
    """
    if facts.date:
        return facts.date, "its content spans these days"
    if year := _from_columns(facts):
        return year
    if date := _from_name(plain(name.rsplit("/", 1)[-1])):
        return date, "its name says so"
    return "", ""


def _from_columns(facts: FileFacts) -> tuple[str, str] | None:
    patterns = load_field_patterns()[EVERY_ROLE, "year"]
    for column in facts.columns:
        years = [y for s in column.filled if (y := re.fullmatch(r"((?:19|20)\d\d)(\.0)?", s))]
        if (
            any(re.fullmatch(p, plain(column.name)) for p in patterns)
            and years
            and len(years) == len(column.filled)
        ):
            found = sorted({y.group(1) for y in years})
            span = found[0] if len(found) == 1 else f"{found[0]}/{found[-1]}"
            return span, f'its column "{column.name}" says so'
    return None


def _from_name(name: str) -> str:
    if span := _SPAN.search(name):
        first, last = span.groups()
        return f"{first}/{last}" if first < last else ""
    if numbers := _NUMBERS.search(name):
        return "-".join(part for part in numbers.groups() if part)
    year = re.search(_YEAR, name)
    if year is None:
        return ""
    words = [_MONTHS[w] for w in re.findall(r"[a-z]+", name) if w in _MONTHS]
    return f"{year.group(1)}-{words[0]:02}" if len(words) == 1 else year.group(1)
