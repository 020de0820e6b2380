"""Reader `gtfs`: a public transport timetable from a zip file or a folder."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from csv import reader
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from almena.harmonise.archive import safe_zip
from almena.harmonise.casting import text_array
from almena.harmonise.clock import parse_clocks
from almena.harmonise.found import FoundFile
from almena.harmonise.numbers import parse_numbers
from almena.harmonise.text import decode
from almena.harmonise.words import count, listing, pack_rows
from almena.model.card import Role
from almena.model.data import Feed
from almena.model.origin import Origin
from almena.model.problem import InputError, Problem, raise_all

READER_VERSION = "1"
MAKES = ("feed",)

NEEDED_TABLES = ("stops", "routes", "trips", "stop_times")
SERVICE_TABLES = ("calendar", "calendar_dates")
LINKS = (
    ("trips", "route_id", "routes"),
    ("stop_times", "trip_id", "trips"),
    ("stop_times", "stop_id", "stops"),
)
READ_ERRORS = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError)

Columns = dict[str, NDArray[Any]]


def read(found: FoundFile, role: Role) -> Feed:
    """
    Read a GTFS feed.

    Parameters
    ----------
    found : FoundFile
        A zip file, or a folder with the text files.
    role : Role
        A role of kind ``feed``.

    Returns
    -------
    Feed
        Tables stops, routes, trips, stop_times, and of calendar, calendar_dates, frequencies, feed_info those
        that exist, with the columns of ``gtfs_columns.csv``. Texts are stripped; positions, sequence and headway
        are float64; times are float64 minutes after midnight of the service day, NaN where blank, beyond 1440
        after midnight.

    Raises
    ------
    InputError
        With every table and column that is missing or damaged.
    """
    files = _files(found)
    _check_tables(files, found)
    tables: dict[str, Columns] = {}
    notes: list[str] = []
    problems: list[Problem] = []
    for name in dict.fromkeys(r["table"] for r in pack_rows("gtfs_columns.csv")):
        if name in files:
            try:
                tables[name] = _table(name, files[name](), found, notes)
            except InputError as error:
                problems += error.problems
    raise_all(problems)
    tables = {n: t for n, t in tables.items() if n in NEEDED_TABLES or _length(t)}
    _check_content(tables, found, notes)
    locator = ", ".join(
        count(_length(tables[n]), n.replace("_", " ").removesuffix("s")) for n in NEEDED_TABLES
    )
    return Feed(
        role=role.id,
        tables=tables,
        date=_days(tables),
        origins=(Origin(found.source, locator),),
        notes=tuple(notes),
    )


def _files(found: FoundFile) -> dict[str, Callable[[], bytes]]:
    """Return how to read each table, by its name without extension; a zip may hold them in a folder."""
    if found.path.is_dir():
        return {p.stem.lower(): p.read_bytes for p in sorted(found.path.glob("*.txt"))}
    members = safe_zip(found.path, found.name)
    tables = {PurePosixPath(m).stem.lower(): m for m in members if m.lower().endswith(".txt")}

    def opener(member: str) -> Callable[[], bytes]:
        """Return a function that reads one member of the archive."""

        def read_member() -> bytes:
            """Read the member."""
            try:
                with zipfile.ZipFile(found.path) as archive:
                    return archive.read(member)
            except READ_ERRORS as error:
                raise found.refusal(
                    f"{PurePosixPath(member).name} cannot be read.", str(error), "Fetch the feed again."
                ) from error

        return read_member

    return {name: opener(member) for name, member in tables.items()}


def _check_tables(files: dict[str, Callable[[], bytes]], found: FoundFile) -> None:
    missing = [n for n in NEEDED_TABLES if n not in files]
    if not any(n in files for n in SERVICE_TABLES):
        missing.append("calendar (or calendar_dates)")
    exist = f"It holds {listing(sorted(files)) or 'no table'}."
    raise_all(
        found.problem(f"The timetable lacks the table {n}.", exist, "Fetch a complete GTFS feed.")
        for n in missing
    )


def _table(name: str, raw_bytes: bytes, found: FoundFile, notes: list[str]) -> Columns:
    """Return the columns of one table, cast."""
    frame = _frame(name, raw_bytes, found, notes)
    rows = [r for r in pack_rows("gtfs_columns.csv") if r["table"] == name]
    lacking = [r["column"] for r in rows if r["needed"] == "yes" and r["column"] not in frame]
    exist = f"Its columns are {listing(frame)}."
    raise_all(
        found.problem(
            f"The table {name} lacks the column {c}.", exist, "Fetch a complete GTFS feed.", f"{name}.txt"
        )
        for c in lacking
    )
    kinds = {r["column"]: r["kind"] for r in rows}
    return {c: _cast(frame[c], k, f"{name}.{c}", found) for c, k in kinds.items() if c in frame}


def _frame(name: str, raw_bytes: bytes, found: FoundFile, notes: list[str]) -> dict[str, list[str]]:
    """Return the columns of a table as texts, names and cells stripped; unknown columns are not kept."""
    import pyarrow
    from pyarrow import csv

    wanted = {r["column"] for r in pack_rows("gtfs_columns.csv") if r["table"] == name}
    text, said = decode(raw_bytes)
    notes += [f"{name}: {s}" for s in said]
    header = next(iter(text.splitlines()), "")
    names = next(iter(reader(io.StringIO(header), skipinitialspace=True)), [])
    if not any(names):
        return {c: [] for c in wanted}
    kept = [c for c in dict.fromkeys(names) if _heading(c) in wanted]
    try:
        frame = csv.read_csv(
            io.BytesIO(text.encode()),
            # several reads at once fail or hang on Arrow's own pool (apache/arrow issue 38676, 2023)
            read_options=csv.ReadOptions(column_names=names, skip_rows=1, use_threads=False),
            parse_options=csv.ParseOptions(newlines_in_values=True),
            convert_options=csv.ConvertOptions(
                include_columns=kept,
                column_types=dict.fromkeys(kept, pyarrow.string()),
                strings_can_be_null=False,
            ),
        )
    except pyarrow.ArrowException as error:
        raise found.refusal(
            f"The table {name} is damaged.", str(error), "Fetch it again.", f"{name}.txt"
        ) from error
    return {_heading(c): frame[c].to_pylist() for c in kept}


def _heading(column: str) -> str:
    return column.strip().strip('"').lower()


def _cast(texts: list[str], kind: str, where: str, found: FoundFile) -> NDArray[Any]:
    texts = [t.strip() for t in texts]
    if kind == "text":
        return text_array(texts)
    values, bad = parse_clocks(texts) if kind == "clock" else _numbers(texts)
    if bad.any():
        first = int(np.flatnonzero(bad)[0])
        table, _, column = where.partition(".")
        raise found.refusal(
            f"The column {column} of {table} holds values that cannot be read.",
            f"{int(bad.sum()):,} of {len(texts):,}, the first is {texts[first]!r} in row {first + 2}.",
            "Ask for a feed that follows the GTFS reference.",
            f"{table}.txt",
        )
    return values


def _numbers(texts: list[str]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Read numbers with a decimal point, as the GTFS reference asks."""
    return parse_numbers(texts, ".")


def _length(table: Columns) -> int:
    return len(next(iter(table.values()), ()))


def _check_content(tables: dict[str, Columns], found: FoundFile, notes: list[str]) -> None:
    """Refuse an empty timetable; note links that lead nowhere, since their rows serve no one."""
    empty = [n for n in NEEDED_TABLES if not _length(tables[n])]
    raise_all(
        found.problem(f"The table {n} holds no row.", remedy="Fetch a complete GTFS feed.") for n in empty
    )
    for table, column, target in LINKS:
        lost = ~np.isin(tables[table][column], tables[target][column])
        if lost.any():
            row_word = count(int(lost.sum()), "row")
            notes.append(f"{row_word} of {table} name a {column} that {target} does not hold")
    nowhere = int(np.isnan(tables["stops"]["stop_lat"]).sum())
    if nowhere:
        notes.append(f"{count(nowhere, 'stop')} without a position")
    blank = tables["stop_times"]["departure_time"]
    share = float(np.isnan(blank).mean())
    if share:
        notes.append(f"{100 * share:.1f} % of the stop times are blank")


def _days(tables: dict[str, Columns]) -> str:
    """Return the interval of days that the calendars serve; ``unknown`` when they do not say."""
    days: list[str] = []
    for table, columns in (("calendar", ("start_date", "end_date")), ("calendar_dates", ("date",))):
        days += [d for c in columns for d in tables.get(table, {}).get(c, np.empty(0, dtype="<U8")).tolist()]
    whole = [d for d in days if len(d) == 8 and d.isdigit()]
    return f"{_iso(min(whole))}/{_iso(max(whole))}" if whole else "unknown"


def _iso(day: str) -> str:
    return f"{day[:4]}-{day[4:6]}-{day[6:]}"
