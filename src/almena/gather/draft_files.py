"""Which file fills which role, and how it is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from almena.gather.draft_answers import LEAVE_OUT
from almena.gather.draft_city import Candidate, metric_crs
from almena.gather.draft_codes import codes_of
from almena.gather.draft_dates import date_of
from almena.gather.draft_paper import Paper
from almena.gather.draft_reader import reader_for
from almena.gather.draft_rules import match_column
from almena.gather.draft_score import DOUBTED, Score, is_clear, rank, relate
from almena.gather.draft_units import tell_units
from almena.gather.facts import UNKNOWN, FileFacts, has_both_marks, has_two_readings, plain
from almena.gather.probe_points import DEGREES
from almena.model.card import Role
from almena.model.kit import KitFile
from almena.model.problem import InputError, Problem

_BESIDE = (".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".xml", ".qmd", ".qml", ".sha256", ".md")
_ABOUT = ("kit.toml", "readme", "license", "licence", "manifest")
_MOST_FILES = 2_000
_EVENTS = ("flood_extent",)  # what happened once: without a date it says little
_TOGETHER = ("transit_feed", "climate_hourly")  # several files of these roles add up
_PUBLISHED = {
    "schools": "published_flood_schools",
    "hydrants": "published_flood_hydrants",
    "bus_terminals": "published_flood_bus_terminals",
    "health_facilities": "published_flood_health",
}
_READ_OFF = ("level",)  # what several gauges of one table measure at the same moments
_FEW_SHAPES = 5  # that the outline of one city may be drawn in


@dataclass
class Drafted:
    """
    One file on its way into the kit.

    Parameters
    ----------
    name : str
        Path inside the folder.
    facts : FileFacts
        What a look into it found.
    role, reader : str
        What it is taken for.
    reasons : list of str
        Why, in words.
    options : dict
        Further entries of the kit.
    """

    name: str
    facts: FileFacts
    role: str
    reader: str
    reasons: list[str]
    options: dict[str, Any] = field(default_factory=dict)

    def spec(self) -> KitFile:
        """Return the entry of the kit."""
        path = self.name.removesuffix(f"#{self.facts.inside}") if self.facts.inside else self.name
        return KitFile(self.role, path, self.reader, sha256=self.facts.sha256, **self.options)


def list_files(folder: Path) -> list[Path]:
    """
    Return the files of a folder that may hold data, by name.

    Raises
    ------
    InputError
        When it is no folder, or holds too many files to be one city's.
    """
    if not folder.is_dir():
        raise InputError(
            Problem("There is no such folder.", str(folder), "", "Name a folder with the city's files.")
        )
    paths = sorted(p for p in folder.rglob("*") if p.is_file() and _may_hold_data(p.relative_to(folder)))
    if len(paths) > _MOST_FILES:
        why = f"it holds {len(paths):,} files; {_MOST_FILES:,} are looked into"
        raise InputError(
            Problem("The folder is too large.", str(folder), why, "Name a folder with this city's files.")
        )
    return paths


def draft_files(facts: Mapping[str, FileFacts], paper: Paper, roles: Mapping[str, Role]) -> list[Drafted]:
    """
    Choose a role for each file.

    Parameters
    ----------
    facts : mapping of str to FileFacts
        What was found, by path inside the folder.
    paper : Paper
        Notes and questions are written here.
    roles : mapping of str to Role
        All roles.

    Returns
    -------
    list of Drafted
        The files of the kit, in the order of the roles.
    """
    usable = dict(_usable(facts, paper))
    relations = relate(list(usable.values()))
    drafted = []
    for (name, one), related in zip(usable.items(), relations, strict=True):
        chosen = _choose(name, one, rank(one, related, name, roles), paper, roles)
        drafted += [chosen] if chosen else []
    order = list(roles)
    drafted.sort(key=lambda d: (order.index(d.role), -d.facts.count, d.name))
    drafted = _settle_repeats(drafted, paper)
    grid = _grid_around(drafted)
    for number, one_file in enumerate(drafted, 1):
        _describe(number, one_file, paper, roles[one_file.role], grid)
    return drafted


def _may_hold_data(path: Path) -> bool:
    is_hidden = any(part.startswith(".") for part in path.parts)
    return not (is_hidden or path.suffix.lower() in _BESIDE or path.name.lower().startswith(_ABOUT))


def _usable(facts: Mapping[str, FileFacts], paper: Paper) -> Iterator[tuple[str, FileFacts]]:
    seen: dict[tuple[str, str], str] = {}
    for name, one in sorted(facts.items(), key=lambda item: (item[0].count("/"), item[0])):
        if one.kind == UNKNOWN:
            paper.leave_out(name, one.why, "Convert it to a format that a reader takes, if it matters.")
        elif one.sha256 and (one.sha256, one.inside) in seen:
            same = seen[one.sha256, one.inside]
            paper.leave_out(name, f"it is the same, byte for byte, as {same}", "Nothing to do.")
        else:
            seen[one.sha256, one.inside] = name
            yield name, one


def _choose(
    name: str, facts: FileFacts, ranking: list[Score], paper: Paper, roles: Mapping[str, Role]
) -> Drafted | None:
    by_role = {score.role: score for score in ranking}
    candidates = tuple(Candidate(s.role, "; ".join(s.reasons)) for s in ranking[:4])
    taken = is_clear(ranking) and not _draws_many(facts, ranking[0].role)
    if taken:
        role = paper.answer(f"role:{name}", ranking[0].role)
    elif ranking and ranking[0].points >= DOUBTED:
        about = f"What is {name}?"
        role = paper.ask(
            f"role:{name}", about, (*candidates, Candidate(LEAVE_OUT, "none of these")), _default(ranking)
        )
    else:
        role = paper.answer(f"role:{name}", LEAVE_OUT)
    paper.propose(name, "" if role == LEAVE_OUT else role, candidates)
    if role == LEAVE_OUT:
        why = "nothing in it tells clearly which role it fills"
        if candidates:
            why += f"; the closest guess is {candidates[0].value}: {candidates[0].why}"
        paper.leave_out(name, why, f"If it matters, answer role:{name}=ROLE.")
        return None
    score = by_role.get(role)
    reasons = list(score.reasons) if score and taken else ["as answered or to be confirmed"]
    return Drafted(name, facts, role, reader_for(roles[role], facts), reasons, dict(facts.options))


def _draws_many(facts: FileFacts, role: str) -> bool:
    """Tell whether a boundary may be that of a whole region with all its municipalities."""
    return role == "boundary" and facts.count > _FEW_SHAPES


def _default(ranking: list[Score]) -> str:
    ahead = len(ranking) == 1 or ranking[0].points > ranking[1].points
    return ranking[0].role if ranking[0].points >= 4 and ahead else LEAVE_OUT


def _settle_repeats(drafted: list[Drafted], paper: Paper) -> list[Drafted]:
    kept: list[Drafted] = []
    for one in drafted:
        first = next((d for d in kept if d.role == one.role), None)
        if first is None or _joins(one, first, drafted, paper):
            kept.append(one)
    return kept


def _joins(one: Drafted, first: Drafted, drafted: list[Drafted], paper: Paper) -> bool:
    if one.role in _TOGETHER or _follows(one, first):
        first.options["combine"] = one.options["combine"] = "union"
        return True
    if _is_part(one, first):
        return _join_part(one, first, drafted, paper)
    offered = (
        Candidate("alternative", "it shows the same thing and widens the range only"),
        Candidate("union", "each file holds a part"),
        Candidate(LEAVE_OUT, "it is not needed"),
    )
    about = f"{one.name} and {first.name} both look like {one.role}: how do they go together?"
    choice = paper.ask(f"combine:{one.name}", about, offered, "alternative")
    if choice == LEAVE_OUT:
        paper.leave_out(one.name, f"{first.name} fills the role {one.role}", "Nothing to do.")
        return False
    one.options["combine"] = choice
    if choice == "union":
        first.options["combine"] = "union"
    return True


def _follows(one: Drafted, first: Drafted) -> bool:
    times = [d.facts.times for d in (one, first)]
    spans = sorted((t.first, t.last) for t in times if t is not None and t.first)
    return len(spans) == 2 and spans[0][1] < spans[1][0]


def _join_part(one: Drafted, first: Drafted, drafted: list[Drafted], paper: Paper) -> bool:
    published = _PUBLISHED.get(one.role, "")
    flood = next((d for d in drafted if d.role == "flood_extent"), None)
    offered = [
        Candidate(LEAVE_OUT, f"all its features are in {first.name}"),
        Candidate(one.role, "it shows the same thing and widens the range only"),
    ]
    if published and flood is not None and _inside(one, flood):
        why = f"all its features are in {first.name} and inside {flood.name}"
        offered.insert(0, Candidate(published, why))
    choice = paper.ask(
        f"role:{one.name}", f"What is {one.name}, a part of {first.name}?", tuple(offered), offered[0].value
    )
    if choice == LEAVE_OUT:
        paper.leave_out(one.name, f"all its features are in {first.name}", "Nothing to do.")
        return False
    if choice == one.role:
        one.options["combine"] = "alternative"
    one.role = choice
    return True


def _is_part(one: Drafted, other: Drafted) -> bool:
    if not 0 < one.facts.count < other.facts.count or one.facts.geometry != "point":
        return False
    if not len(one.facts.points):
        return False
    tree = shapely.STRtree(other.facts.points)
    found = tree.query(one.facts.points, predicate="dwithin", distance=1e-6)
    return bool(len(np.unique(found[0])) >= 0.95 * len(one.facts.points))


def _inside(one: Drafted, flood: Drafted) -> bool:
    outline = flood.facts.outline
    points = one.facts.points
    return outline is not None and len(points) > 0 and bool(np.mean(shapely.covers(outline, points)) >= 0.95)


def _grid_around(drafted: list[Drafted]) -> tuple[Candidate, ...]:
    """Return the metric system of the place that the other files lie at, for tables on a grid they do not name."""
    boxes = [d.facts.bounds for d in drafted if d.facts.bounds and not d.facts.needs_crs]
    if not boxes:
        return ()
    west, south, east, north = np.median(np.array(boxes), axis=0)
    found = metric_crs((float((west + east) / 2), float((south + north) / 2)), [])
    return (Candidate(found.value, f"if its numbers are metres on the grid of the other files: {found.why}"),)


def _describe(number: int, one: Drafted, paper: Paper, role: Role, grid: tuple[Candidate, ...] = ()) -> None:
    paper.note(number, f"{role.title}: {'; '.join(one.reasons)}.")
    _tell_fields(one, paper, role)
    _tell_time(one, paper)
    _tell_decimal(one, paper, role)
    date, known_by = date_of(one.facts, one.name)
    if not date and role.id in _EVENTS:
        offered = (Candidate("unknown", "nothing in the file or its name tells"),)
        date = paper.ask(f"date:{one.name}", f"When did what {one.name} shows happen?", offered, "unknown")
    one.options["date"] = paper.answer(f"date:{one.name}", date) or "unknown"
    paper.note(number, f"date: {known_by or 'nothing in the file or its name tells'}.")
    if role.kind != "table":
        _tell_crs(one, paper, grid)
    if role.id == "boundary":
        _tell_which(one, paper)
    if role.id == "land_cover":
        paper.note(
            number, 'its class numbers need names: add codes = { class = { 3 = "forest" } } and so on.'
        )


def _tell_crs(one: Drafted, paper: Paper, grid: tuple[Candidate, ...]) -> None:
    question = f"crs:{one.name}"
    if one.facts.needs_crs:
        degrees = (Candidate(DEGREES, "longitude and latitude, if its numbers are degrees"),)
        offered = degrees if one.facts.bounds else grid
        about = f"Which coordinate system is {one.name} in?"
        one.options["crs"] = paper.ask(question, about, offered, DEGREES if one.facts.bounds else "")
    elif paper.has(question):
        one.options["crs"] = paper.answer(question, "")


def _tell_which(one: Drafted, paper: Paper) -> None:
    """Ask which of several shapes is the city, when a column names them."""
    column = match_column("boundary", "name", one.facts.columns)
    names = list(dict.fromkeys(column.filled)) if column else []
    question = f"which:{one.name}"
    if column is None or len(names) < 2 or one.options.get("combine") == "union":
        return
    offered = tuple(Candidate(n, f'a shape that the column "{column.name}" calls so') for n in names[:12])
    about = f"{one.name} draws {len(names)} places: which is the city? Without an answer all of them are."
    if chosen := paper.ask(question, about, offered, ""):
        one.options["where"] = {column.name: (chosen,)}


def _tell_fields(one: Drafted, paper: Paper, role: Role) -> None:
    fields: dict[str, str | int] = {}
    for declared in (*role.required, *role.optional):
        name = declared.split(":")[0]
        column = match_column(role.id, name, one.facts.columns)
        question = f"field:{one.name}:{name}"
        gauges = one.facts.side_by_side if name in _READ_OFF and role.kind == "table" else ()
        if name in ("time", "date") and one.facts.times:
            fields[name] = one.facts.times.column
        elif len(gauges) > 1:
            fields[name] = _reference(_which_gauge(one, paper, question, gauges), one.facts)
        elif column is not None or paper.has(question):
            fields[name] = _reference(paper.answer(question, column.name if column else ""), one.facts)
        elif declared in role.required and one.facts.columns:
            _ask_field(one, paper, name, fields)
    if one.options.get("header") == 0:
        fields = {**fields, **_by_number(one, role)}
    if role.kind == "layer" and one.reader == "table":
        fields |= _coordinates(one)
    if fields:
        one.options["fields"] = fields
    if units := tell_units(one.name, one.facts, fields, paper, role):
        one.options["units"] = units
    if codes := codes_of(role.id, fields, one.facts):
        one.options["codes"] = codes


def _which_gauge(one: Drafted, paper: Paper, question: str, gauges: tuple[str, ...]) -> str:
    offered = tuple(Candidate(g, "one of the columns of readings") for g in gauges[:12])
    about = f"{one.name} holds {len(gauges)} gauges side by side: which one is read? The others do not enter."
    return paper.ask(question, about, offered, gauges[0])


def _reference(name: str, facts: FileFacts) -> str | int:
    """Return how a column is named: by its number where a list beside it on the sheet bears the same name."""
    number = next((c.number for c in facts.columns if c.name == name), 0)
    return number if number and plain(name) in facts.beside else name


def _ask_field(one: Drafted, paper: Paper, name: str, fields: dict[str, str | int]) -> None:
    if one.options.get("header") == 0:
        return
    offered = tuple(Candidate(c.name, f"for example {c.filled[0]!r}") for c in one.facts.columns if c.filled)
    choice = paper.ask(
        f"field:{one.name}:{name}", f"Which column of {one.name} holds {name}?", offered[:12], ""
    )
    if choice:
        fields[name] = _reference(choice, one.facts)


def _coordinates(one: Drafted) -> dict[str, str | int]:
    """Name the columns of the coordinates, and their system where the numbers tell it."""
    if one.facts.placed_by and not one.facts.needs_crs:
        one.options["crs"] = one.facts.crs or DEGREES
    return dict(one.facts.placed_by)


def _by_number(one: Drafted, role: Role) -> dict[str, str | int]:
    times = one.facts.times
    others = [c.number for c in one.facts.columns if times is None or c.number != times.column]
    names = [d.split(":")[0] for d in role.required if d.split(":")[0] not in ("time", "date")]
    return dict(zip(names, others, strict=False))


def _tell_time(one: Drafted, paper: Paper) -> None:
    times = one.facts.times
    if one.reader != "timeseries" or times is None:
        return
    order = times.order
    if not order:
        offered = (
            Candidate("day-first", "as most countries write"),
            Candidate("month-first", "as in the United States"),
        )
        about = f"Are the dates of {one.name} written with the day or the month first?"
        order = paper.ask(f"dates:{one.name}", about, offered, "day-first")
    one.options["dates"] = paper.answer(f"dates:{one.name}", order)


def _tell_decimal(one: Drafted, paper: Paper, role: Role) -> None:
    """Ask what the only mark in a column of numbers means, where 1.234 may be a little or a thousand times more."""
    question = f"decimal:{one.name}"
    numbers = {d.split(":")[0] for d in (*role.required, *role.optional) if d.endswith(":number")}
    names = {ref for field, ref in one.options.get("fields", {}).items() if field in numbers}
    columns = [c for c in one.facts.columns if c.name in names]
    if one.reader not in ("table", "timeseries"):
        return
    if mixed := next((c for c in columns if has_both_marks(c.filled)), None):
        about = f'Which mark stands before the decimals in {one.name}? Its column "{mixed.name}" holds both.'
        offered = tuple(Candidate(mark, why) for mark, why in _MIXED.items())
    elif doubtful := [c for c in columns if has_two_readings(c.filled)]:
        shown = next((s for c in doubtful for s in c.filled if not s.isdigit()), "")
        offered = (
            Candidate(",", f"{shown} is written with a decimal comma, or with points for thousands"),
            Candidate(".", f"{shown} is written with a decimal point, or with commas for thousands"),
        )
        about = f"Which mark stands before the decimals in {one.name}? {shown} can be read in two ways."
    elif not paper.has(question):
        return
    else:
        about, offered = "", ()
    if chosen := paper.ask(question, about, offered, ""):
        one.options["decimal"] = chosen


_MIXED = {
    ".,": "both do, as in tables of several hands; 1.234 and 1,234 are listed and not read",
    ",": "the comma does; numbers with another point are listed and not read",
    ".": "the point does; numbers with another comma are listed and not read",
}

__all__ = ["LEAVE_OUT", "Drafted", "draft_files", "list_files"]
