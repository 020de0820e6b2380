"""Roles drafted from a full OpenStreetMap extract: one file that fills a whole profile."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import shapely

from almena.gather.draft_answers import LEAVE_OUT
from almena.gather.draft_city import Candidate
from almena.gather.draft_files import Drafted
from almena.gather.draft_paper import Paper
from almena.gather.facts import OSM, FileFacts
from almena.gather.probe_extract import ExtractFacts, Outline
from almena.model.card import Role

LICENCE, CREDIT = "ODbL-1.0", "© OpenStreetMap contributors"
BOUNDARY, PARTS = "boundary", "neighbourhoods"
COMPARED = "schools_on_map"  # only says something beside a register of schools
STRAIGHT = "straight"
_SHOWN = 8
_LAND = "land_area"
_NEARLY = 0.9  # of the best share of mapped places: outlines that hold so many are as good (assumed)
_MOST = 0.5  # of the city that parts must fill to be its parts (assumed)


def is_full(facts: FileFacts) -> bool:
    """Tell whether a file is an extract that draws places, and not only streets."""
    return facts.kind == OSM and facts.extract is not None and bool(facts.extract.outlines)


def draft_extract(
    name: str, facts: FileFacts, filled: set[str], paper: Paper, roles: Mapping[str, Role]
) -> list[Drafted]:
    """
    Take a full extract for all roles that nothing else fills.

    Parameters
    ----------
    name : str
        Path inside the folder.
    facts : FileFacts
        What a look into it found.
    filled : set of str
        Roles that other files fill.
    paper : Paper
        Notes and questions are written here.
    roles : mapping of str to Role
        All roles, in their order.

    Returns
    -------
    list of Drafted
        One entry per role.
    """
    extract: ExtractFacts = facts.extract
    facts = replace(facts, date=extract.date)
    drafted = []
    chosen = None
    if BOUNDARY not in filled:
        chosen = _boundary(name, facts, paper)
        drafted += [_outlined(name, facts, chosen, paper)] if chosen else []
    if PARTS not in filled and chosen is not None:
        drafted += _parts(name, facts, chosen, paper)
    taken = {BOUNDARY, PARTS, *filled, *({COMPARED} if "schools" not in filled else ())}
    drafted += [
        _entry(name, facts, role, f"the extract holds {extract.roles[role]:,} objects for it")
        for role in roles
        if role in extract.roles and role not in taken
    ]
    return drafted


def describe(number: int, one: Drafted, paper: Paper, role: Role) -> None:
    """Note under a number what an entry is taken for, and how its date is known."""
    paper.note(number, f"{role.title}: {'; '.join(one.reasons)}.")
    one.options["date"] = paper.answer(f"date:{one.name}", one.facts.date) or "unknown"
    known_by = (
        "the file says when it was taken from the map" if one.facts.date else "nothing in the file tells"
    )
    paper.note(number, f"date: {known_by}.")


def _entry(name: str, facts: FileFacts, role: str, why: str) -> Drafted:
    return Drafted(name, facts, role, "osm", [why], {"licence": LICENCE, "attribution": CREDIT})


def _boundary(name: str, facts: FileFacts, paper: Paper) -> Outline | None:
    ranked = _ranked(facts)
    offered = tuple(Candidate(o.id, _described(o)) for o in ranked[:_SHOWN])
    about = f"{name} draws {len(ranked)} places: which one is the city?"
    default = offered[0].value
    answer = paper.ask(f"which:{name}", about, (*offered, Candidate(LEAVE_OUT, "none of these")), default)
    return next((o for o in ranked if answer in (o.id, o.name)), None)


def _ranked(facts: FileFacts) -> list[Outline]:
    """Return the outlines by how many of the mapped places they hold; of equals land, whole and small ones first."""
    outlines: Sequence[Outline] = facts.extract.outlines
    shares = [float(np.mean(shapely.covers(o.around, facts.points))) for o in outlines]
    best = max(shares)

    def order(item: tuple[Outline, float]) -> tuple[bool, bool, float, str]:
        """Sort by what speaks for an outline."""
        outline, share = item
        return share < _NEARLY * best, outline.kind != _LAND, outline.around.area, outline.id

    good = [pair for pair in zip(outlines, shares, strict=True) if pair[1] >= _NEARLY * best]
    rest = [pair for pair in zip(outlines, shares, strict=True) if pair[1] < _NEARLY * best]
    rest.sort(key=lambda pair: (-pair[1], pair[0].id))
    return [outline for outline, _ in (*sorted(good, key=order), *rest)]


def _described(outline: Outline) -> str:
    land = ", its land without the sea" if outline.kind == _LAND else ""
    size = (
        f"{outline.square_km:,.1f} km²"
        if not math.isnan(outline.square_km)
        else f"{outline.missing} of the {outline.ways} ways of its outline are not in the extract"
    )
    return f"{outline.name or 'without a name'}, admin level {outline.level}{land}, {size}"


def _outlined(name: str, facts: FileFacts, chosen: Outline, paper: Paper) -> Drafted:
    why = f"{_described(chosen)}; it holds most of what is mapped"
    entry = _entry(name, replace(facts, outline=chosen.around, outline_tags=dict(chosen.tags)), BOUNDARY, why)
    entry.options["where"] = {"id": (chosen.id,)}
    if chosen.missing:
        entry.options["gaps"] = _gaps(name, chosen, paper)
    return entry


def _gaps(name: str, chosen: Outline, paper: Paper) -> str:
    offered = (
        Candidate(
            STRAIGHT, "straight lines between the ends that are there; the report says so with every area"
        ),
        Candidate(LEAVE_OUT, "then the city has no outline, and another file must draw it"),
    )
    about = f"{_described(chosen)}. How shall the outline be closed?"
    return paper.ask(f"gaps:{name}", about, offered, STRAIGHT)


def _parts(name: str, facts: FileFacts, city: Outline, paper: Paper) -> list[Drafted]:
    """Return the entry for the parts of the city: the level of administration that fills it best."""
    levels: dict[str, list[Outline]] = {}
    for outline in facts.extract.outlines:
        spot = shapely.point_on_surface(outline.around)
        if _depth(outline) > _depth(city) and shapely.covers(city.around, spot):
            levels.setdefault(outline.level, []).append(outline)
    levels = {level: outlines for level, outlines in levels.items() if len(outlines) > 1}
    if not levels:
        return []
    share = {level: _filled(outlines, city.around) for level, outlines in levels.items()}
    order = sorted(levels, key=lambda level: (-round(share[level], 1), level))
    offered = tuple(
        Candidate(level, f"{len(levels[level])} areas that fill {100 * share[level]:.0f} % of the city")
        for level in order
    )
    default = order[0] if share[order[0]] >= _MOST else LEAVE_OUT
    about = f"Which level of administration in {name} are the neighbourhoods?"
    level = paper.ask(f"parts:{name}", about, (*offered, Candidate(LEAVE_OUT, "none of these")), default)
    if level not in levels:
        return []
    entry = _entry(name, facts, PARTS, f"{len(levels[level])} areas of admin level {level}")
    entry.options["where"] = {"admin_level": (level,)}
    if any(outline.missing for outline in levels[level]):
        entry.options["gaps"] = paper.answer(f"gaps:{name}", STRAIGHT)
    return [entry]


def _depth(outline: Outline) -> int:
    return int(outline.level) if outline.level.isdigit() else 0


def _filled(outlines: Sequence[Outline], around: object) -> float:
    whole = shapely.union_all([shapely.make_valid(outline.around) for outline in outlines])
    return float(shapely.intersection(whole, around).area / shapely.area(around))
