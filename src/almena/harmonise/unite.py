"""Several files of one role made one: layers, tables, timetables, documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray

from almena.geo.crs import reproject
from almena.harmonise.timeorder import in_time_order, time_field
from almena.model.card import Role
from almena.model.data import Document, Feed, Grid, Layer, RoleData, Table
from almena.model.problem import InputError, Problem

LINKS = ("stop_id", "trip_id", "route_id", "service_id", "parent_station", "shape_id", "agency_id")
OWNERS = {"stops": "stop_id", "trips": "trip_id", "routes": "route_id"}

D = TypeVar("D", bound=RoleData)
Columns = Mapping[str, NDArray[Any]]


def unite(parts: Sequence[RoleData], role: Role) -> RoleData:
    """
    Return several contents of one role as one.

    Parameters
    ----------
    parts : sequence of RoleData
        At least one; all of one kind. Layers take the coordinate system of the first.
    role : Role
        The role.

    Returns
    -------
    RoleData
        With the origins and notes of all parts; tables of a role with a moment are put in time order.

    Raises
    ------
    InputError
        When the parts are of different kinds, or are grids, which are never merged silently.
    """
    if len(parts) == 1:
        return parts[0]
    kinds = {type(p) for p in parts}
    if len(kinds) > 1 or isinstance(parts[0], Grid):
        why = (
            "Grids are never merged, since their cells may differ."
            if Grid in kinds
            else "They are of several kinds."
        )
        remedy = 'Give one file, or mark the others combine = "alternative".'
        raise InputError(
            Problem(f"The files for {role.id} cannot be united.", f"role {role.id}", why, remedy)
        )
    return _shared(_joined(parts, role), parts)


def _joined(parts: Sequence[Any], role: Role) -> RoleData:
    if isinstance(parts[0], Layer):
        return _layers(parts)
    if isinstance(parts[0], Table):
        return _tables(parts, role)
    if isinstance(parts[0], Feed):
        return _feeds(parts)
    document: Document = parts[0]
    return document.with_(paragraphs=tuple(t for p in parts for t in p.paragraphs))


def _shared(whole: D, parts: Sequence[RoleData]) -> D:
    """Carry over what all parts say about themselves."""
    added = whole.notes[len(parts[0].notes) :]
    dates = {p.date for p in parts}
    return whole.with_(
        origins=tuple(o for p in parts for o in p.origins),
        notes=(*(n for p in parts for n in p.notes), *added),
        date=dates.pop() if len(dates) == 1 else _span(dates),
        listed=(*(one for p in parts for one in p.listed), *whole.listed[len(parts[0].listed) :]),
        rows_read=sum(p.rows_read for p in parts),
    )


def _span(dates: set[str]) -> str:
    """Return the interval from the earliest to the latest date; ``unknown`` when one is not known."""
    if "unknown" in dates:
        return "unknown"
    edges = [edge for d in dates for edge in (d.split("/")[0], d.split("/")[-1])]
    return f"{min(edges)}/{max(edges)}"


def _layers(parts: Sequence[Layer]) -> Layer:
    first = parts[0]
    moved = [reproject(p.geometry, p.crs, first.crs) for p in parts]
    covers = [reproject(p.covered, p.crs, first.crs) for p in parts if p.covered is not None]
    return first.with_(
        geometry=np.concatenate(moved),
        fields=_stacked([p.fields for p in parts], [len(p) for p in parts]),
        ids=_distinct([p.ids for p in parts]),
        covered=shapely.union_all(covers) if len(covers) == len(parts) else None,
        at_least=any(p.at_least for p in parts),
    )


def _tables(parts: Sequence[Table], role: Role) -> Table:
    lengths = [len(p) for p in parts]
    addressed = all(p.cells for p in parts)
    table = parts[0].with_(
        columns=_stacked([p.columns for p in parts], lengths),
        cells=_addresses(parts) if addressed else {},
    )
    moment = time_field(role)
    return in_time_order(table, moment) if moment in table.columns else table


def _addresses(parts: Sequence[Table]) -> dict[str, tuple[str, ...]]:
    """Return the addresses of all parts with the names of their files; parts of one glob carry them already."""
    names = [n for n in parts[0].cells if all(n in p.cells for p in parts)]
    files = [p.origins[0].source.file if p.origins else "" for p in parts]
    labels = [f"{f}: " for f in files] if len(set(files)) == len(files) else [""] * len(files)
    return {
        n: tuple(f"{f}{c}" for f, p in zip(labels, parts, strict=True) for c in p.cells[n]) for n in names
    }


def _stacked(parts: Sequence[Columns], lengths: Sequence[int]) -> dict[str, NDArray[Any]]:
    """Stack columns by name; where a part lacks one, its rows are missing."""
    names = dict.fromkeys(name for part in parts for name in part)
    return {n: _stack([part.get(n) for part in parts], lengths) for n in names}


def _stack(columns: Sequence[NDArray[Any] | None], lengths: Sequence[int]) -> NDArray[Any]:
    there = [c for c in columns if c is not None]
    blank = _blank([c.dtype for c in there])
    full = [np.full(n, *blank) if c is None else c for c, n in zip(columns, lengths, strict=True)]
    kinds = {c.dtype.kind for c in full}
    if len(kinds) > 1 and not kinds <= set("iufb"):
        return np.concatenate([c.astype(object) for c in full])
    return np.concatenate(full)


def _blank(dtypes: Sequence[np.dtype[Any]]) -> tuple[Any, Any]:
    """Return what stands for missing beside columns of these types, with its own type."""
    kind = dtypes[0].kind
    if kind in "iufb":
        return np.nan, np.float64
    if kind == "M":
        return np.datetime64("NaT"), dtypes[0]
    return ("", np.str_) if kind == "U" else ("", object)


def _distinct(ids: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Return all ids; when two files share one, each id carries the number of its file."""
    together = np.concatenate([i.astype(np.str_) for i in ids])
    if len(np.unique(together)) == len(together):
        return together
    return np.concatenate([np.strings.add(f"{n}:", i.astype(np.str_)) for n, i in enumerate(ids, start=1)])


def _feeds(parts: Sequence[Feed]) -> Feed:
    """Return timetables as one; when they share an id, all ids carry the number of their feed."""
    clash = any(_clash(parts, table, column) for table, column in OWNERS.items()) or _clash_of_services(parts)
    tables = [_numbered(p.tables, i) if clash else p.tables for i, p in enumerate(parts, start=1)]
    names = dict.fromkeys(name for t in tables for name in t)
    merged = {}
    for name in names:
        here = [t[name] for t in tables if name in t]
        merged[name] = _stacked(here, [len(next(iter(c.values()))) for c in here])
    notes = ("the feeds share ids; each id carries the number of its feed",) if clash else ()
    return parts[0].with_(tables=merged, notes=(*parts[0].notes, *notes))


def _clash(parts: Sequence[Feed], table: str, column: str) -> bool:
    seen = [np.unique(p.tables[table][column].astype(np.str_)) for p in parts]
    together = np.concatenate(seen)
    return len(np.unique(together)) < len(together)


def _clash_of_services(parts: Sequence[Feed]) -> bool:
    return _clash(parts, "trips", "service_id")


def _numbered(tables: Mapping[str, Columns], number: int) -> dict[str, dict[str, NDArray[Any]]]:
    def mark(values: NDArray[Any]) -> NDArray[Any]:
        """Put the number of the feed before each id."""
        texts = values.astype(np.str_)
        return np.where(texts == "", texts, np.strings.add(f"{number}:", texts))

    return {t: {c: mark(v) if c in LINKS else v for c, v in columns.items()} for t, columns in tables.items()}
