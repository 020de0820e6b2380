"""A first look into tables and texts."""

from __future__ import annotations

import codecs
import csv
import datetime
import io
import re
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl
import shapely

from almena.gather.facts import DOCUMENT, TABLE, UNKNOWN, Column, FileFacts, Times, box_of, columns_of, plain
from almena.gather.probe_points import DEGREES, placed_rows
from almena.geo.layout import Layout, Merge, goes_on, lay_out, side_by_side, text
from almena.geo.opendocument import read_spreadsheet
from almena.geo.strays import UNIT_ROW
from almena.model.listed import OWN_SHEET

_LOOKED_AT = 300  # lines at the start of a text
_SAMPLED = 200
_DATE = re.compile(r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})(?:[ Tt](\d{1,2}):?(\d\d)\S*)?")
_HOUR = re.compile(r"(\d{1,2}):?(\d\d)(:\d\d)?( ?utc)?")
_YEAR = re.compile(r"(1[89]|20)\d\d")
_NUMBER = re.compile(r"[-+]?\d{1,3}([ .,]?\d{3})*([.,]\d+)?|[-+]?\d*[.,]?\d+")
_GAUGE = re.compile(r"(?!.*(rain|chuva|lluvia|precip|datum)).*(gauge|level|nivel|cota|stage|regua|pegel).*")

_DAMAGED = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
    openpyxl.utils.exceptions.InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
)  # what openpyxl and zipfile bring on a bent workbook

Rows = list[list[str]]


def look_into_text(path: Path, part: str = "") -> FileFacts:
    """Look into a delimited text, or a plain text; of lists side by side into the one whose first column is named."""
    content = path.read_bytes()
    encoding = _encoding(content)
    lines = content.decode(encoding or "cp1252", errors="replace").splitlines()
    delimiter, width = _delimiter(lines[:_LOOKED_AT])
    if width < 2:
        return FileFacts(path, DOCUMENT, count=len(lines), facts=frozenset({"document"}))
    try:
        rows = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter))
    except csv.Error as error:
        return FileFacts(path, UNKNOWN, why=f"the table cannot be read: {error}")
    options = ({"encoding": encoding} if encoding else {}) | {"delimiter": delimiter}
    lists = {letters(columns[0]): columns for columns in lists_apart(rows[:_LOOKED_AT])}
    if not lists:
        return _facts(path, rows, width, options)
    chosen = part or next(iter(lists))
    if chosen not in lists:
        return FileFacts(path, UNKNOWN, why="the file has no such list")
    facts = _facts_of_part(path, _Part(chosen, "", lists[chosen]), rows, (), options)
    return replace(facts, parts=tuple(lists), inside=part)


def look_into_workbook(path: Path, part: str = "") -> FileFacts:
    """Look into a sheet of a workbook: the one named, else the first that holds anything."""
    try:
        state = path.stat()
        sheets = _workbook(path, state.st_mtime_ns, state.st_size)
    except _DAMAGED as error:
        return FileFacts(path, UNKNOWN, why=f"the workbook cannot be opened: {error}")
    return _look_into_sheets(path, sheets, part)


@lru_cache(maxsize=2)
def _workbook(path: Path, _changed: int, _size: int) -> Mapping[str, tuple[Rows, tuple[Merge, ...]]]:
    """Return the first rows of every sheet, opened once for all of them until the file changes."""
    with path.open("rb") as stream, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # styles and names that openpyxl does not know
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
        sheets: dict[str, tuple[Rows, tuple[Merge, ...]]] = {
            sheet.title: (_sheet_rows(sheet), ()) for sheet in book.worksheets
        }
        book.close()
    return sheets


def look_into_spreadsheet(path: Path, part: str = "") -> FileFacts:
    """Look into a sheet of an OpenDocument spreadsheet."""
    try:
        with zipfile.ZipFile(path) as archive:
            read = read_spreadsheet(archive.read("content.xml"))
    except _DAMAGED as error:
        return FileFacts(path, UNKNOWN, why=f"the spreadsheet cannot be opened: {error}")
    sheets = {name: (_texts(sheet.cells[:_LOOKED_AT]), tuple(sheet.merged)) for name, sheet in read.items()}
    return _look_into_sheets(path, sheets, part)


def table_facts(
    path: Path, names: list[str], body: Rows, options: dict[str, Any] | None = None, *, is_bare: bool = False
) -> FileFacts:
    """
    Return what the columns of a table tell.

    Parameters
    ----------
    path : Path
        The file.
    names : list of str
        Names of the columns; their numbers when the table has no header.
    body : list of rows
        Its rows as texts.
    options : dict, optional
        Reading options found out so far.
    is_bare : bool
        Whether the table has no header.
    """
    columns = columns_of((name, [_cell(row, n) for row in body[:_SAMPLED]]) for n, name in enumerate(names))
    times = _times(columns, body, is_bare)
    placed = placed_rows(columns, body)
    gauges = _gauges(columns) if times else ()
    points = placed.points
    return FileFacts(
        path,
        TABLE,
        columns=columns,
        geometry="point" if len(points) else "",
        points=points,
        bounds=box_of(*shapely.total_bounds(points)) if len(points) else None,
        crs=placed.crs.removeprefix(DEGREES),
        needs_crs=len(points) > 0 and not placed.crs,
        placed_by=placed.fields,
        count=len(body),
        options=options or {},
        times=times,
        date=f"{times.first}/{times.last}" if times and times.first else "",
        facts=_names(columns, times) | ({"gauges_side_by_side"} if len(gauges) > 1 else set()),
        side_by_side=gauges,
    )


def _look_into_sheets(
    path: Path, sheets: Mapping[str, tuple[Rows, tuple[Merge, ...]]], part: str
) -> FileFacts:
    sheets = {title: found for title, found in sheets.items() if title != OWN_SHEET}
    filled = {title: found for title, found in sheets.items() if sum(map(any, found[0])) > 1}
    places = [place for title, (rows, merged) in filled.items() for place in _parts(title, rows, merged)]
    chosen = next((p for p in places if p.name == part), None) if part else next(iter(places), None)
    if chosen is None:
        return FileFacts(
            path, UNKNOWN, why="the workbook holds no table" if not part else "the sheet is empty"
        )
    rows, merged = filled[chosen.sheet]
    options: dict[str, Any] = {"sheet": chosen.sheet} if len(sheets) > 1 else {}
    facts = _facts_of_part(path, chosen, rows, merged, options)
    return replace(facts, parts=tuple(p.name for p in places) if len(places) > 1 else (), inside=part)


@dataclass(frozen=True)
class _Part:
    """A sheet, or one of several lists that lie side by side on it: its name, and its columns where it is a list."""

    name: str
    sheet: str
    columns: tuple[int, ...] = ()


def _parts(sheet: str, rows: Rows, merged: Sequence[Merge]) -> list[_Part]:
    """Return the lists of a sheet by their first column, ``Sheet!D``; the sheet itself when it holds one list."""
    lists = lists_apart(rows, merged)
    return [_Part(f"{sheet}!{letters(c[0])}", sheet, c) for c in lists] or [_Part(sheet, sheet)]


def lists_apart(rows: Rows, merged: Sequence[Merge] = ()) -> list[tuple[int, ...]]:
    """
    Return the columns of each list when several lie side by side; nothing when a sheet holds one table.

    An empty column alone does not part a table: lists have other headers or other rows.

    Parameters
    ----------
    rows : list of rows
        Cells as texts.
    merged : sequence of four int
        Merged cells.
    """
    found = []
    for columns in side_by_side(rows):
        layout = lay_out(rows, [c + 1 for c in columns], merged=merged)
        if len(columns) > 1 and layout.header and len(layout.rows) > 1:
            found.append((columns, layout))
    spans = {(layout.header, layout.rows) for _, layout in found}
    return [columns for columns, _ in found] if len(spans) > 1 else []


def letters(column: int) -> str:
    """Return the letters of a column counted from 0, as spreadsheets name it."""
    return str(openpyxl.utils.get_column_letter(column + 1))


def _facts_of_part(
    path: Path, part: _Part, rows: Rows, merged: Sequence[Merge], options: dict[str, Any]
) -> FileFacts:
    layout = lay_out(rows, [c + 1 for c in part.columns], merged=merged)
    width = max(map(len, rows))
    names = list(layout.names) if layout.header else [str(n) for n in range(1, width + 1)]
    if layout.header != 1:
        options["header"] = layout.header
    body = [rows[i] for i in layout.rows]
    if not part.columns:
        return _with_units(table_facts(path, names, body, options, is_bare=not layout.header), layout, rows)
    first, last = part.columns[0], part.columns[-1] + 1
    facts = table_facts(path, names[first:last], [row[first:last] for row in body], options)
    beside = frozenset(plain(t) for row in rows for i, t in enumerate(row) if i not in part.columns and t)
    own = tuple(replace(c, number=c.number + first) for c in facts.columns)
    return _with_units(replace(facts, columns=own, beside=beside), layout, rows)


def _with_units(facts: FileFacts, layout: Layout, rows: Rows) -> FileFacts:
    """Return the columns with what a row of units below the header says of them."""
    units = next((rows[i] for stray in layout.strays if stray.why == UNIT_ROW for i in stray.rows), [])
    columns = tuple(replace(c, unit=_cell(units, c.number - 1)) for c in facts.columns)
    return replace(facts, columns=columns) if units else facts


def _sheet_rows(sheet: Any) -> Rows:
    return _texts(sheet.iter_rows(max_row=_LOOKED_AT, max_col=200, values_only=True))


def _texts(rows: Iterable[Sequence[Any]]) -> Rows:
    """Return rows of cells as texts, without the empty cells at the end of each."""
    found = []
    for cells in rows:
        texts = [text(cells, column) for column in range(len(cells))]
        while texts and not texts[-1]:
            texts.pop()
        found.append(texts)
    return found


def _encoding(content: bytes) -> str:
    if content.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        has_marks = any(
            0x80 <= byte <= 0x9F for byte in content
        )  # where Latin-1, Windows and Macintosh differ
        return "" if has_marks else "latin-1"
    return "utf-8"


def _delimiter(lines: list[str]) -> tuple[str, int]:
    lines = [line for line in lines if len(line) < csv.field_size_limit()]
    best = (0.0, 0, 1, ",")
    for mark in (";", "\t", "|", ","):
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=mark) if row)
        width, number = widths.most_common(1)[0] if widths else (1, 0)
        if width > 1:
            best = max(best, (number / widths.total(), number, width, mark))
    return best[3], best[2] if best[0] > 0.5 else 1


def _facts(path: Path, rows: Rows, width: int, options: dict[str, Any]) -> FileFacts:
    start = _header_row(rows, width)
    header = rows[start]
    is_bare = _holds_values(header) and not _names_years(header)
    if is_bare:
        names = [str(n) for n in range(1, width + 1)]
        return table_facts(path, names, rows[start:], options | {"header": 0}, is_bare=True)
    last = start + 2 if goes_on(rows, start, range(width)) else start + 1
    layout = lay_out(rows, header=last)
    if last > 1:
        options = options | {"header": last}
    names = [*layout.names[: max(width, len(header))]]
    return _with_units(table_facts(path, names, [rows[i] for i in layout.rows], options), layout, rows)


def _header_row(rows: Rows, width: int) -> int:
    first = next((n for n, row in enumerate(rows) if len(row) == width), 0)
    above = rows[first - 1] if first else []
    is_data = any(_is_value(cell) for cell in rows[first]) if rows else False
    is_short_header = is_data and len(above) == width - 1 and not any(_is_value(cell) for cell in above)
    return first - 1 if is_short_header else first


def _holds_values(row: list[str]) -> bool:
    return sum(_is_value(cell) for cell in row) >= max(1, len(row) / 2)


def _names_years(row: list[str]) -> bool:
    """Tell whether a row names columns by years, as tables of several censuses do."""
    years = [cell.strip() for cell in row if _YEAR.fullmatch(cell.strip())]
    return 2 <= len(years) == len(set(years)) and bool(row[0].strip()) and not _is_value(row[0])


def _cell(row: list[str], number: int) -> str:
    return row[number] if number < len(row) else ""


def _is_value(cell: str) -> bool:
    return bool(_NUMBER.fullmatch(cell.strip()) or _DATE.fullmatch(cell.strip()))


def _gauges(columns: tuple[Column, ...]) -> tuple[str, ...]:
    """Return the columns of numbers that are called after a gauge or a level."""
    called = (c for c in columns if _GAUGE.fullmatch(plain(c.name)) and c.filled)
    return tuple(c.name for c in called if c.share(_NUMBER) >= 0.5 * len(c.filled) / len(c.samples))


def _names(columns: tuple[Column, ...], times: Times | None) -> frozenset[str]:
    found = set()
    if times:
        found.add("hourly" if times.is_hourly else "daily")
        if len(columns) == 2:
            found.add("time_and_number")
    if not times and columns and columns[0].share(_YEAR) > 0.9:
        found.add("year_column")
    return frozenset(found)


def _times(columns: tuple[Column, ...], body: Rows, is_bare: bool) -> Times | None:
    for n, column in enumerate(columns):
        if column.filled and column.share(_DATE) > 0.9:
            beside = columns[n + 1] if n + 1 < len(columns) else None
            apart = beside is not None and bool(beside.filled) and beside.share(_HOUR) > 0.9
            texts = [t for row in body if (t := _cell(row, n).strip())]
            order = _order(texts)
            days = sorted(d for t in texts if (d := _day(t, order)))
            name: str | int = column.number if is_bare else column.name
            if apart and beside is not None and _is_hour(beside):
                name = f"{column.name}+{beside.name}"
            is_hourly = isinstance(name, str) and "+" in name and apart
            is_hourly = is_hourly or (len(set(days)) < 0.7 * len(days) and _has_hours(texts))
            return Times(name, order, is_hourly, *((days[0], days[-1]) if days else ("", "")))
    return None


def _has_hours(texts: Iterable[str]) -> bool:
    """Tell whether moments differ by their hour: several rows a day may also be those of several stations."""
    clocks = {m.groups()[3:] for t in texts if (m := _DATE.fullmatch(t))}
    return len(clocks) > 1


def _is_hour(column: Column) -> bool:
    return any(word in plain(column.name) for word in ("hora", "hour", "time", "heure", "uhr"))


def _order(texts: list[str]) -> str:
    parts = [m.groups() for t in texts if (m := _DATE.fullmatch(t))]
    if parts and all(len(p[0]) == 4 for p in parts):
        return "year-first"
    if any(int(p[0]) > 12 for p in parts):
        return "day-first"
    return "month-first" if any(int(p[1]) > 12 for p in parts) else ""


def _day(text: str, order: str) -> str:
    match = _DATE.fullmatch(text)
    if match is None or not order:
        return ""
    one, two, three = (int(v) for v in match.groups()[:3])
    year, month, day = {"year-first": (one, two, three), "day-first": (three, two, one)}.get(
        order, (three, one, two)
    )
    if year < 100:
        return ""  # two digits do not tell the century
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return ""
