"""The files of a pack: looked over and read as text, nothing in them is run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath

from almena.model.pack import Row
from almena.model.problem import Problem
from almena.packs.pack_format import TableForm, did_you_mean, form_of, pack_limits, table_forms
from almena.packs.pack_manifest import MANIFEST

WELCOME = (".toml", ".csv", ".md", ".txt", ".png")
STRAYS = (".DS_Store", "Thumbs.db", "desktop.ini", "__MACOSX")
"""What operating systems leave behind in folders and zips; passed over and never taken along."""
_PNG = b"\x89PNG\r\n\x1a\n"  # PNG specification, ISO/IEC 15948, 5.2
_DELIMITERS = (",", ";", "\t")


@dataclass
class Draft:
    """
    What was read of a pack before it is checked as a whole.

    Parameters
    ----------
    name : str
        Name of its folder, for people.
    manifest : str or None
        Text of ``pack.toml``; None when it is missing or cannot be read.
    tables : dict of str to list of rows
        Every row that could be read.
    lacking : set of (str, str)
        Table and column of what a header lacks: told once, not for every row.
    problems : list of Problem
        What is wrong so far.
    """

    name: str
    manifest: str | None = None
    tables: dict[str, list[Row]] = field(default_factory=dict)
    lacking: set[tuple[str, str]] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def where(self, file: str, row: object = "", column: str = "") -> str:
        """Return an address that a person can find."""
        parts = [f"{self.name}/{file}" if self.name else file]
        parts += [f"row {row}"] if row else []
        return ", ".join([*parts, f"column {column}"] if column else parts)

    def complain(self, what: str, where: str, why: str = "", remedy: str = "") -> None:
        """Note what is wrong."""
        self.problems.append(Problem(what, where, why, remedy))


def read_files(folder: Traversable, name: str) -> Draft:
    """
    Read all files of a pack's folder.

    Parameters
    ----------
    folder : Traversable
        The folder.
    name : str
        Its name for people.

    Returns
    -------
    Draft
        Text and rows, with every problem of files, encoding, headers and lengths.
    """
    draft = Draft(name)
    if not folder.is_dir():
        draft.complain(
            "There is no such folder of a pack", name, "", "Name a folder or zip with a pack.toml."
        )
        return draft
    if not (folder / MANIFEST).is_file():  # whatever else is in it need not be named
        why, remedy = (
            f"it has no {MANIFEST}",
            "Add one that says id, version, title, kind, languages, licence, source.",
        )
        draft.complain("This folder is not a pack", draft.where(MANIFEST), why, remedy)
        return draft
    for path, content in sorted(files_of(folder, draft), key=lambda pair: pair[0]):
        _take(path, content, draft)
    return draft


def files_of(folder: Traversable, draft: Draft) -> list[tuple[str, bytes]]:
    """Return name and bytes of every file that may be in a pack; all others become problems."""
    found: list[tuple[str, bytes]] = []
    total, most = 0, pack_limits()
    for item in folder.iterdir():
        if item.name in STRAYS:
            continue
        content = _bytes_of(item, draft)
        if content is None:
            continue
        total += len(content)
        found.append((item.name, content))
        if total > most["total_bytes"] or len(found) > most["files"]:
            why = f"more than {most['total_bytes']:,} bytes, or more than {most['files']:,} files"
            draft.complain("The pack is too large", draft.name, why, "Take out what is not content.")
            return found
    return found


def _bytes_of(item: Traversable, draft: Draft) -> bytes | None:
    where, most = draft.where(item.name), pack_limits()["file_bytes"]
    if isinstance(item, Path) and item.is_symlink():
        why, remedy = "it points to somewhere else", "Put the file itself into the folder."
        draft.complain("A pack holds no links", where, why, remedy)
    elif item.is_dir():
        draft.complain("A pack is one folder, without folders inside", where, "", "Take it out.")
    elif PurePosixPath(item.name).suffix.lower() not in WELCOME:
        why = f"a pack holds tables and texts only ({', '.join(WELCOME)}), no code"
        draft.complain("A file does not belong into a pack", where, why, "Take it out.")
    elif not item.is_file():
        draft.complain("A file of the pack cannot be read", where, "it is no file", "Take it out.")
    elif isinstance(item, Path) and item.stat().st_size > most:
        draft.complain("A file of the pack is too large", where, f"more than {most:,} bytes", "Shorten it.")
    else:
        return _read(item, where, draft)
    return None


def _read(item: Traversable, where: str, draft: Draft) -> bytes | None:
    try:
        return item.read_bytes()
    except OSError as error:
        why = error.strerror or str(error)
        draft.complain("A file of the pack cannot be read", where, why, "Check its permissions.")
        return None


def _take(path: str, content: bytes, draft: Draft) -> None:
    suffix = PurePosixPath(path).suffix.lower()
    if suffix == ".png":
        if not content.startswith(_PNG):
            draft.complain(
                "A picture is none", draft.where(path), "its bytes are not those of PNG", "Replace it."
            )
        return
    text = _decoded(path, content, draft)
    if text is None or suffix in (".md", ".txt"):
        return
    if path == MANIFEST:
        draft.manifest = text
    elif suffix == ".toml":
        draft.complain("A pack has one manifest only", draft.where(path), "", f"Keep {MANIFEST} alone.")
    else:
        _take_table(path, text, draft)


def _decoded(path: str, content: bytes, draft: Draft) -> str | None:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        why = f"byte {error.start + 1}, in line {row}, is not UTF-8"
        draft.complain("A text of the pack cannot be read", draft.where(path), why, "Save it as UTF-8.")
        return None
    if "\0" in text:
        draft.complain(
            "A text of the pack is no text", draft.where(path), "it holds zero bytes", "Save it as UTF-8."
        )
        return None
    return text


def _take_table(path: str, text: str, draft: Draft) -> None:
    table = PurePosixPath(path).stem
    form = form_of(table)
    if form is None:
        known = [f"{name}.csv" for name in table_forms()]
        remedy = did_you_mean(path, known, f"Known are: {', '.join(known)}.")
        draft.complain("A pack has no such table", draft.where(path), "", remedy)
        return
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, form), strict=True)
    try:
        lines = list(reader)
    except csv.Error as error:
        why = f"line {reader.line_num}: {error}"
        draft.complain("A table cannot be read", draft.where(path), why, "Check its quotes.")
        return
    if not lines or not any(cell.strip() for cell in lines[0]):
        draft.complain(
            "A table has no header", draft.where(path, 1), "", "Name its columns in the first row."
        )
        return
    header = [cell.strip() for cell in lines[0]]
    _check_header(table, header, form, draft)
    blank = dict.fromkeys(form.columns, "")
    draft.tables[table] = [{**blank, **row} for row in _rows(header, lines, path, draft)]


def _delimiter(text: str, form: TableForm) -> str:
    """Return what parts the cells: that which makes the header name most of the known columns."""
    first = text.partition("\n")[0]
    return max(_DELIMITERS, key=lambda d: sum(c.strip().strip('"') in form.columns for c in first.split(d)))


def _check_header(table: str, header: list[str], form: TableForm, draft: Draft) -> None:
    where = draft.where(f"{table}.csv", 1)
    for name in dict.fromkeys(header):
        if name not in form.columns:
            remedy = did_you_mean(name, form.columns, f"Known are: {', '.join(form.columns)}.")
            draft.complain(f"The table has no column {name!r}", where, "", remedy)
        elif header.count(name) > 1:
            draft.complain(f"The header names the column {name} twice", where, "", "Keep one of them.")
    for name in (c.name for c in form.columns.values() if c.is_required and c.name not in header):
        draft.lacking.add((table, name))
        holds = f"It holds: {form.columns[name].meaning}."
        draft.complain(f"The table lacks the column {name}", where, "", f"Add it to the header. {holds}")


def _rows(header: list[str], lines: list[list[str]], path: str, draft: Draft) -> Iterator[Row]:
    most = pack_limits()
    if len(lines) - 1 > most["rows"]:
        why = f"{len(lines) - 1:,} rows, more than {most['rows']:,}"
        draft.complain("A table is too long", draft.where(path), why, "Part it into packs.")
        return
    for number, cells in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) < len(header) or any(cell.strip() for cell in cells[len(header) :]):
            why = f"{len(cells)} cells where the header has {len(header)}"
            remedy = "Check its commas and quotes."
            draft.complain("A row does not fit its table", draft.where(path, number), why, remedy)
        padded = [*(cell.strip() for cell in cells), *[""] * (len(header) - len(cells))]
        yield dict(zip(header, padded, strict=False)) | {"_row": str(number)}
