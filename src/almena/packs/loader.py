"""Turn the tables of a pack into checked roles, cards and rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources.abc import Traversable
from typing import TypeVar

from almena.model.card import Card, Role, UseRule
from almena.model.problem import InputError, Problem, raise_all
from almena.packs.table import Row, read_table

T = TypeVar("T")
KINDS = ("layer", "grid", "table", "feed", "document", "derived")
DIRECTIONS = ("higher", "lower", "none")
SENSITIVITIES = ("public", "neighbourhood", "city", "restricted")


@dataclass(frozen=True)
class Element:
    """
    One of the eight urban elements, or a further chapter of the profile.

    Parameters
    ----------
    id, number, short, title : str, int, str, str
        Project id, order, abbreviation and title.
    depends_on : tuple of str
        Elements that it needs to work (proposal of this project, not an official fact).
    components : tuple of str
        Names of its components.
    source, confidence : str
        Where name and components come from, with letter A to D or P.
    """

    id: str
    number: int
    short: str
    title: str
    depends_on: tuple[str, ...]
    components: tuple[str, ...]
    source: str
    confidence: str


@dataclass(frozen=True)
class Grade:
    """
    A quality grade with the width of range taken when a cause cannot be quantified.

    Parameters
    ----------
    grade, meaning, source : str
        Letter, what it says, where the width comes from.
    default_width : float
        Half width of the range as a share of the value.
    """

    grade: str
    meaning: str
    default_width: float
    source: str


@lru_cache(maxsize=1)
def load_roles() -> dict[str, Role]:
    """Read all roles of the built-in pack by id, in the order of the table."""
    roles = _each("roles.csv", _role)
    problems = [
        Problem(
            f"Role {role.id} needs the unknown role {need}", "roles.csv", remedy="Declare it in the table."
        )
        for role in roles.values()
        for need in role.needs
        if need.strip("[]") not in roles
    ]
    raise_all(problems)
    return roles


@lru_cache(maxsize=1)
def load_elements() -> dict[str, Element]:
    """Read the elements by id, in the order of their numbers."""
    return _each("elements.csv", _element)


@lru_cache(maxsize=1)
def load_use_rules() -> tuple[UseRule, ...]:
    """Read the rules that give a value its use class."""
    rows = read_table("use_class.csv")
    return tuple(
        UseRule(r["fact"], float(r["decide"]), float(r["discuss"]), r["better"], r["because"], r["source"])
        for r in rows
    )


@lru_cache(maxsize=1)
def load_grades() -> dict[str, Grade]:
    """Read the quality grades by letter."""
    rows = read_table("quality.csv")
    return {r["grade"]: Grade(r["grade"], r["meaning"], float(r["default_width"]), r["source"]) for r in rows}


@lru_cache(maxsize=1)
def short_country_codes() -> Mapping[str, str]:
    """Read the ISO 3166-1 codes of countries: those of two letters by those of three."""
    return {row["iso3"]: row["iso2"] for row in read_table("country_codes.csv")}


def load_cards(folder: Traversable | None = None) -> dict[str, Card]:
    """
    Read the indicator cards by id, checked as a whole.

    Parameters
    ----------
    folder : Traversable, optional
        Folder of another pack; the built-in one when absent.

    Raises
    ------
    InputError
        With every wrong cell of the table.
    """
    return _built_in_cards() if folder is None else _each("cards.csv", _card, folder)


@lru_cache(maxsize=1)
def _built_in_cards() -> dict[str, Card]:
    return _each("cards.csv", _card)


def _each(
    name: str, make: Callable[[Row, list[Problem]], T], folder: Traversable | None = None
) -> dict[str, T]:
    problems: list[Problem] = []
    found: dict[str, T] = {}
    for row in read_table(name, folder):
        where = f"{name}, row {row['_row']}"
        if row.get("id") in found:
            problems.append(
                Problem(f"The id {row['id']} occurs twice", where, remedy="Keep one of the two rows.")
            )
        start = len(problems)
        try:
            item = make(row, problems)
        except KeyError as missing:
            what = f"The table lacks the column {missing.args[0]}"
            raise InputError(Problem(what, name, remedy="Add it to the header, with empty cells.")) from None
        problems[start:] = [Problem(p.what, where, p.why, p.remedy) for p in problems[start:]]
        found[row["id"]] = item
    raise_all(problems)
    return found


def _role(row: Row, problems: list[Problem]) -> Role:
    _one_of(row, "kind", KINDS, problems)
    return Role(
        id=row["id"],
        kind=row["kind"],
        title=row["title"],
        meaning=row["meaning"],
        required=tuple(row["required"].split()),
        optional=tuple(row["optional"].split()),
        geometry=row["geometry"],
        unit=row["unit"],
        decide_years=_number(row, "decide_years", problems) or 0.0,
        discuss_years=_number(row, "discuss_years", problems) or 0.0,
        sensitivity=row["sensitivity"],
        needs=tuple(row["needs"].split()),
        maker=row["maker"],
    )


def _element(row: Row, problems: list[Problem]) -> Element:
    number = _number(row, "number", problems)
    parts = tuple(p for p in row["components"].split("|") if p)
    depends = tuple(row["depends_on"].split())
    return Element(
        row["id"],
        int(number or 0),
        row["short"],
        row["title"],
        depends,
        parts,
        row["source"],
        row["confidence"],
    )


def _card(row: Row, problems: list[Problem]) -> Card:
    _one_of(row, "direction", DIRECTIONS, problems)
    _one_of(row, "sensitivity", SENSITIVITIES, problems)
    if row["element"] not in load_elements() or not row["id"].startswith(row["element"] + "."):
        problems.append(Problem(f"The card {row['id']} does not belong to the element {row['element']}"))
    if (row["green"] or row["red"]) and not row["benchmark_source"]:
        problems.append(
            Problem(f"The card {row['id']} has a benchmark without a source", remedy="Name the source.")
        )
    return Card(
        id=row["id"],
        title=row["title"],
        definition=row["definition"],
        unit=row["unit"],
        direction=row["direction"],
        decimals=int(_number(row, "decimals", problems) or 0),
        denominator=row["denominator"],
        element=row["element"],
        component=row["component"],
        function=row["function"],
        codes=_pairs(row, "codes", problems),
        parameters={k: _value(v) for k, v in _pairs(row, "parameters", problems).items()},
        sensitivity=row["sensitivity"],
        green=_number(row, "green", problems),
        red=_number(row, "red", problems),
        benchmark_source=row["benchmark_source"],
        benchmark_confidence=row["benchmark_confidence"],
        remedy=row["remedy"],
        who=row["who"],
        effort_hours=_number(row, "effort_hours", problems) or 0.0,
        story=tuple(row["story"].split()),
    )


def _pairs(row: Row, column: str, problems: list[Problem]) -> Mapping[str, str]:
    parts = [part.strip() for part in row[column].split(";") if part.strip()]
    wrong = [part for part in parts if "=" not in part]
    if wrong:
        what = f"Column {column} holds {wrong[0]!r} without an equals sign"
        problems.append(Problem(what, remedy="Write name=value; name=value."))
    pairs = [part.split("=", 1) for part in parts if "=" in part]
    return {key.strip(): value.strip() for key, value in pairs}


def _value(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _number(row: Row, column: str, problems: list[Problem]) -> float | None:
    try:
        return float(row[column]) if row[column] else None
    except ValueError:
        problems.append(Problem(f"Column {column} holds no number: {row[column]!r}"))
        return None


def _one_of(row: Row, column: str, allowed: tuple[str, ...], problems: list[Problem]) -> None:
    if row[column] not in allowed:
        problems.append(
            Problem(f"Column {column} holds {row[column]!r}", remedy=f"Write one of: {', '.join(allowed)}.")
        )
