"""Word documents: paragraphs, headings, lists, tables and footnotes, straight from the file's XML."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from almena.harmonise.archive import READ_ERRORS, safe_zip
from almena.harmonise.document_limits import limit
from almena.harmonise.document_parts import Gathering, Parts, refusal

BODY, STYLES, NOTES, CORE = (
    "word/document.xml",
    "word/styles.xml",
    ("word/footnotes.xml", "word/endnotes.xml"),
    "docProps/core.xml",
)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
CORE_NAMES = {
    "title": "{http://purl.org/dc/elements/1.1/}title",
    "author": "{http://purl.org/dc/elements/1.1/}creator",
    "date": "{http://purl.org/dc/terms/}modified",
}
WHITE = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
LEFT_OUT = frozenset({f"{W}del", f"{W}moveFrom", f"{W}instrText", CHOICE, f"{W}pPr", f"{W}rPr"})
"""What was deleted, moved away or is a command, and the older copy of a drawing's text."""
HEADINGS = re.compile(r"^(heading|t[ií]tulo|titre|encabezado)\s*(\d)$", re.IGNORECASE)
TITLES = frozenset({"title", "título", "titulo", "titre"})
DEEPEST = 200
BOLD_LEVEL = 8
LONGEST_HEADING = 200


def read_docx(path: Path, name: str) -> Parts:
    """
    Read a .docx file.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        Name to show to people.

    Raises
    ------
    InputError
        When the file is no Word document, is damaged or unsafe.
    """
    members = safe_zip(path, name)
    if BODY not in members:
        raise refusal(
            "The file is no Word document.", name, f"It has no {BODY}.", "Give it as .docx or .txt."
        )
    body = _xml(path, BODY, name)
    styles = _styles(_xml(path, STYLES, name)) if STYLES in members else {}
    gathering = Gathering(int(limit("passages")))
    for node in _blocks(body):
        if node.tag == f"{W}tbl":
            gathering.add_table(_table(node))
        else:
            _add_paragraph(node, styles, gathering)
    for member in NOTES:
        if member in members:
            for note in _xml(path, member, name):
                if note.get(f"{W}type") in (None, "normal"):
                    gathering.add("footnote", text_of(note))
    facts = _facts(_xml(path, CORE, name)) if CORE in members else {}
    return Parts(
        tuple(gathering.passages),
        title=facts.get("title", ""),
        author=facts.get("author", ""),
        date=facts.get("date", ""),
    )


def _xml(path: Path, member: str, name: str) -> Any:
    """Return the root of a member; no entity and no type declaration is let in."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    most = int(limit("unpacked_megabytes") * 2**20)
    try:
        with zipfile.ZipFile(path) as archive, archive.open(member) as file:
            raw = file.read(most + 1)
    except (*READ_ERRORS, EOFError, zipfile.zlib.error) as error:  # type: ignore[attr-defined]
        raise refusal("The document is damaged.", name, str(error), "Fetch it again.") from error
    if len(raw) > most:
        raise refusal("The document is too large when unpacked.", name, member, "Ask for a clean copy.")
    try:
        return fromstring(raw, forbid_dtd=True)
    except DefusedXmlException as error:
        raise refusal(
            "The document is unsafe.", name, "It declares entities of its own.", "Ask for a clean copy."
        ) from error
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise refusal("The document is damaged.", name, str(error), "Fetch it again.") from error


def _styles(root: Any) -> dict[str, int]:
    """Return the level of every style that is a heading: 1 outermost, 0 for the title."""
    levels = {}
    for style in root.iter(f"{W}style"):
        label = style.find(f"{W}name")
        said = label.get(f"{W}val", "") if label is not None else ""
        outline = style.find(f"{W}pPr/{W}outlineLvl")
        heading = HEADINGS.match(said.strip())
        if heading:
            levels[style.get(f"{W}styleId", "")] = int(heading.group(2))
        elif said.strip().casefold() in TITLES:
            levels[style.get(f"{W}styleId", "")] = 0
        elif outline is not None and outline.get(f"{W}val", "9") in "01234567":
            levels[style.get(f"{W}styleId", "")] = int(outline.get(f"{W}val")) + 1
    return levels


def _blocks(node: Any, depth: int = 0) -> Iterator[Any]:
    """Return paragraphs and tables in order, whatever frames they lie in."""
    for child in node:
        if child.tag in (f"{W}p", f"{W}tbl"):
            yield child
        elif child.tag not in LEFT_OUT and depth < DEEPEST:
            yield from _blocks(child, depth + 1)


def _add_paragraph(node: Any, styles: dict[str, int], gathering: Gathering) -> None:
    facts = node.find(f"{W}pPr")
    style = facts.find(f"{W}pStyle") if facts is not None else None
    level = styles.get(style.get(f"{W}val", "")) if style is not None else None
    text = text_of(node)
    if level is not None:
        gathering.add("heading", text, level)
    elif facts is not None and facts.find(f"{W}numPr") is not None:
        gathering.add("list", text)
    elif _is_bold(node) and len(text) <= LONGEST_HEADING and not text.endswith((".", ";", ",")):
        gathering.add("heading", text, BOLD_LEVEL)
    else:
        gathering.add("paragraph", text)


def _is_bold(node: Any) -> bool:
    """Tell whether all text of a paragraph is bold: many offices make their headings so."""
    runs = [r for r in node.iter(f"{W}r") if (r.findtext(f"{W}t") or "").strip()]
    marks = [r.find(f"{W}rPr/{W}b") for r in runs]
    return bool(runs) and all(m is not None and m.get(f"{W}val") not in ("0", "false") for m in marks)


def _table(node: Any) -> list[list[str]]:
    """Return the cells of a table; a cell that spans columns is followed by empty ones."""
    rows = []
    for row in node.iter(f"{W}tr"):
        cells: list[str] = []
        for cell in row.findall(f"{W}tc"):
            span = cell.find(f"{W}tcPr/{W}gridSpan")
            wide = span.get(f"{W}val", "1") if span is not None else "1"
            cells.append("\n".join(t for t in (text_of(p) for p in cell.iter(f"{W}p")) if t))
            cells += [""] * (min(int(wide), 60) - 1 if wide.isdigit() else 0)
        rows.append(cells)
    return rows


def text_of(node: Any) -> str:
    """
    Return the text of a node, without what was deleted.

    Parameters
    ----------
    node : Element
        A paragraph, a note or a cell.
    """
    parts: list[str] = []
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if here.tag in LEFT_OUT:
            continue
        if here.tag == f"{W}t":
            parts.append(here.text or "")
        elif here.tag in WHITE:
            parts.append(WHITE[here.tag])
        waiting.extend(reversed(list(here)))
    return "".join(parts).strip()


def _facts(root: Any) -> dict[str, str]:
    found = {}
    for key, tag in CORE_NAMES.items():
        node = root.find(tag)
        found[key] = (node.text or "").strip() if node is not None else ""
    found["date"] = found["date"][:10]
    return found
