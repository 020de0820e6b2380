"""Files that may hold registers: a table, a workbook, a folder or zip of them; cells out, and what was repaired."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from almena.ask.shapes import CellTable
from almena.gather.archive import look_through, unpack
from almena.gather.kit import KIT_FILE
from almena.harmonise.found import FoundFile
from almena.harmonise.sheet import every_sheet
from almena.harmonise.text import repair_mojibake
from almena.model.kit import KitFile
from almena.model.listed import LISTS_SHEET
from almena.model.origin import Source
from almena.model.problem import InputError, Problem

WORKBOOKS = (".xlsx", ".xlsm", ".ods")
TEXTS = (".csv", ".tsv", ".txt")
OF_MAPS = (".shp", ".gpkg", ".geojson", ".tif", ".tiff", ".pbf", ".osm", ".kml", ".parquet", ".nc")
LONGEST_TITLE = 27
MOST_BYTES = 2**25  # the largest register known, of a few thousand rows, has less than one megabyte
_PROBE = b"\xef\xbb\xbf"


@dataclass
class RegisterFiles:
    """
    What lies at a path.

    Parameters
    ----------
    files : dict of str to Path
        Table files by the name shown to people.
    tables : list of CellTable
        Their tables.
    problems : list of Problem
        Files that cannot be opened.
    notes : list of Problem
        What had to be repaired.
    is_single : bool
        Whether one file was given by itself.
    """

    files: dict[str, Path] = field(default_factory=dict)
    tables: list[CellTable] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    is_single: bool = False

    @property
    def sha256(self) -> str:
        """Return one hash for the bytes of all files: the file's own when there is one."""
        each = {
            name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in sorted(self.files.items())
        }
        if len(each) == 1:
            return next(iter(each.values()))
        return hashlib.sha256("\n".join(f"{name}\t{sha}" for name, sha in each.items()).encode()).hexdigest()


def looks_like_data(path: Path) -> bool:
    """Tell from names and sizes alone that files are data: maps, a kit, or tables beyond any register."""
    try:
        if path.suffix.lower() == ".zip" and path.is_file():
            inside = [(Path(info.filename), info.file_size) for info in look_through(path)]
        else:
            inside = [(file, file.stat().st_size) for _, file in _files(path)]
    except (InputError, OSError):
        return True
    return any(_is_data(file, size) for file, size in inside)


def _is_data(file: Path, size: int) -> bool:
    return file.suffix.lower() in OF_MAPS or file.name == KIT_FILE or size > MOST_BYTES


@contextmanager
def opened(path: Path) -> Iterator[RegisterFiles]:
    """
    Open a file, a folder or a zip; a zip is unpacked for as long as it is open.

    Raises
    ------
    InputError
        When a zip is unsafe or damaged.
    """
    if path.suffix.lower() != ".zip" or not path.is_file():
        yield _read_all(path)
        return
    with tempfile.TemporaryDirectory(prefix="almena-registers-") as working:
        unpack(path, Path(working))
        yield _read_all(Path(working))


def _read_all(path: Path) -> RegisterFiles:
    found = RegisterFiles(is_single=path.is_file())
    aside: list[str] = []
    for name, file in _files(path):
        if file.suffix.lower() not in (*WORKBOOKS, *TEXTS):
            aside.append(name)
            continue
        if file.stat().st_size > MOST_BYTES:
            what = f"The file is larger than any register: {file.stat().st_size:,} bytes"
            found.problems.append(Problem(what, name, "", "Cut it to the tables that are registers."))
            continue
        found.files[name] = file
        try:
            found.tables += _tables(name, file, found)
        except InputError as error:
            found.problems += error.problems
    if aside:
        found.notes.append(Problem(f"Files that are no tables are left alone: {', '.join(aside)}", path.name))
    return found


def _files(path: Path) -> list[tuple[str, Path]]:
    if path.is_file():
        return [(path.name, path)]
    inside = [(file.relative_to(path), file) for file in sorted(path.rglob("*")) if file.is_file()]
    return [
        (name.as_posix(), file)
        for name, file in inside
        if not any(p.startswith((".", "__MACOSX", "~$")) for p in name.parts)
    ]


def _tables(name: str, file: Path, found: RegisterFiles) -> Iterator[CellTable]:
    is_workbook = file.suffix.lower() in WORKBOOKS
    if not file.read_bytes().removeprefix(_PROBE).strip():
        yield CellTable(name, "", _page(file.stem, found), ())
        return
    for sheet, cells in _sheets(name, file, found).items():
        if sheet == LISTS_SHEET:
            continue
        title = sheet if is_workbook else ""
        page = sheet if found.is_single else _page(sheet, found)
        yield CellTable(name, title, page, tuple(tuple(row) for row in _repaired(cells, name, found)))


def _sheets(name: str, file: Path, found: RegisterFiles) -> dict[str, list[list[Any]]]:
    """Return the cells of a file by sheet; lines in two encodings are read each in its own."""
    raw = file.read_bytes()
    mixed = _in_two_encodings(raw) if file.suffix.lower() in TEXTS else None
    if mixed is None:
        return every_sheet(_as_found(name, file))
    found.notes.append(
        Problem("Some lines are written in UTF-8 and others in cp1252; each is read in its own", name)
    )
    with tempfile.TemporaryDirectory(prefix="almena-text-") as working:
        copy = Path(working) / file.name
        copy.write_text(mixed, encoding="utf-8", newline="")
        return every_sheet(_as_found(name, copy))


def _as_found(name: str, file: Path) -> FoundFile:
    return FoundFile(KitFile("", name, "table"), (file,), Source("", name, ""))


def _in_two_encodings(raw: bytes) -> str | None:
    """Return the text of a file in which some lines are UTF-8 and others are not; None for all other files."""
    lines = raw.removeprefix(_PROBE).splitlines(keepends=True)
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or raw[1::2].count(0) > len(raw) // 4:
        return None
    read = [_line(line) for line in lines]
    kinds = {is_utf8 for line, (_, is_utf8) in zip(lines, read, strict=True) if not line.isascii()}
    return "".join(text for text, _ in read) if len(kinds) > 1 else None


def _line(line: bytes) -> tuple[str, bool]:
    try:
        return line.decode("utf-8"), True
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace"), False


def _repaired(cells: list[list[Any]], name: str, found: RegisterFiles) -> list[list[Any]]:
    """Put right texts that had been decoded wrongly before, one by one: sheets are often pasted together."""
    changed = 0
    for row in cells:
        for place, cell in enumerate(row):
            if isinstance(cell, str) and not cell.isascii():
                (row[place],), number = repair_mojibake([cell])
                changed += number
    if changed:
        found.notes.append(
            Problem(f"{changed} texts had been saved in a wrong encoding and are put right", name)
        )
    return cells


def _page(stem: str, found: RegisterFiles) -> str:
    """Return a title for a sheet of the marked workbook that no other table has."""
    title = stem[:LONGEST_TITLE]
    taken = {table.page.casefold() for table in found.tables}
    number = 1
    while title.casefold() in taken:
        number += 1
        title = f"{stem[:LONGEST_TITLE]} {number}"
    return title
