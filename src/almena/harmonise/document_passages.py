"""Lines of all pages to passages: headings, paragraphs, lists, tables, footnotes; what repeats is set apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from almena.geo.prose import repaired
from almena.harmonise.document_layout import Line
from almena.harmonise.document_limits import begins_like
from almena.model.document import Box, Passage

MARGIN = 0.12
"""Share of the page's height, above and below, in which running lines stand; *assumed*."""
LARGER, SMALLER = 1.12, 0.92
"""Type that is so much larger than the text is a heading, so much smaller a note; *assumed*."""
APART = 0.75
"""White space between lines, in heights of type, that parts paragraphs; *assumed*."""
LONGEST_HEADING = 200
ENCLITICS = frozenset({
    "a", "as", "la", "las", "lhe", "lhes", "lo", "los", "me", "na", "no", "nos", "o", "os", "se", "te", "vos",
})  # fmt: skip
"""What Portuguese and Spanish join to a verb with a hyphen: *torna-se*, *vê-lo*."""


@dataclass(frozen=True, slots=True)
class PageLines:
    """
    The lines of a page.

    Parameters
    ----------
    number : int
        Page, from 1.
    height : float
        Points.
    lines : tuple of Line
        In reading order.
    """

    number: int
    height: float
    lines: tuple[Line, ...]


@dataclass
class _Sections:
    """The headings above, each with its rank; the larger the rank, the further out."""

    above: list[tuple[float, str]] = field(default_factory=list)

    def enter(self, rank: float, text: str) -> None:
        """Begin a section; those of the same rank and below end."""
        while self.above and self.above[-1][0] <= rank:
            self.above.pop()
        self.above.append((rank, text))

    @property
    def path(self) -> str:
        """Return the headings above, outermost first."""
        return " / ".join(text for _, text in self.above)


def passages_of(pages: Sequence[PageLines]) -> tuple[tuple[Passage, ...], tuple[Passage, ...]]:
    """
    Return the passages of a document, and apart from them its running headers, footers and page numbers.

    Parameters
    ----------
    pages : sequence of PageLines
        All pages that were read.
    """
    body = _body_size(pages)
    repeating = _repeating(pages)
    words = Counter(w for p in pages for one in p.lines for w in one.text.casefold().split())
    sections = _Sections()
    passages: list[Passage] = []
    running: list[Passage] = []
    for page in pages:
        kept = []
        for one in page.lines:
            if _is_running(one, page, repeating):
                ident = f"p{page.number}.r{len(running) + 1}"
                running.append(
                    Passage(ident, page.number, _rounded(one.box), "paragraph", repaired(one.text))
                )
            else:
                kept.append(one)
        passages += _page_passages(page, kept, body, sections, words)
    return tuple(passages), tuple(running)


def _body_size(pages: Sequence[PageLines]) -> float:
    """Return the size that most letters have."""
    letters: Counter[float] = Counter()
    for page in pages:
        for one in page.lines:
            if not one.cells:
                letters[one.size] += len(one.text)
    return letters.most_common(1)[0][0] if letters else 10.0


def _masked(text: str) -> str:
    """Return a running line without what changes from page to page: its numbers."""
    return re.sub(r"\d+|\b[ivxlc]+\b", "#", text.casefold()).strip()


def _in_margin(one: Line, page: PageLines) -> bool:
    return one.box[3] < MARGIN * page.height or one.box[1] > (1 - MARGIN) * page.height


def _repeating(pages: Sequence[PageLines]) -> frozenset[str]:
    """Return the lines in the margins that stand on three pages, or on a tenth of a long document's."""
    seen = Counter(
        text for page in pages for text in {_masked(o.text) for o in page.lines if _in_margin(o, page)}
    )
    least = max(3, len(pages) // 20)
    return frozenset(text for text, times in seen.items() if times >= least and len(text) < LONGEST_HEADING)


def _is_running(one: Line, page: PageLines, repeating: frozenset[str]) -> bool:
    if not _in_margin(one, page):
        return False
    masked = _masked(one.text)
    is_number = bool(re.fullmatch(r"[-–—\s]*(\d{1,4}|[ivxlc]{1,6})[-–—\s]*", one.text.strip(), re.IGNORECASE))
    return is_number or masked in repeating


def _page_passages(
    page: PageLines, lines: list[Line], body: float, sections: _Sections, words: Counter[str]
) -> Iterator[Passage]:
    tables = 0
    number = 0
    for group in _groups(lines, body):
        first = group[0]
        if first.cells:
            tables += 1
            header, rows = _headed(group)
            for row, one in enumerate(rows, start=1):
                number += 1
                yield _table_row(page, one, number, f"p{page.number}.t{tables}", row, header, sections.path)
            continue
        number += 1
        text = repaired(_joined([one.text for one in group], words))
        if not text:
            continue
        kind = _kind(group, text, page, body)
        if kind == "heading":
            sections.enter(first.size + (0.01 if first.bold else 0), text)
        box = _around(group)
        yield Passage(f"p{page.number}.{number}", page.number, box, kind, text, sections.path)


def _table_row(
    page: PageLines, one: Line, number: int, table: str, row: int, header: tuple[str, ...], section: str
) -> Passage:
    cells = tuple(repaired(c) for c in one.cells)
    text = " | ".join(c for c in cells if c)
    ident = f"p{page.number}.{number}"
    return Passage(
        ident, page.number, _rounded(one.box), "table", text, section, table, row, cells=cells, header=header
    )


def _headed(rows: list[Line]) -> tuple[tuple[str, ...], list[Line]]:
    """Take the first row as header when it is bold, or has no figure but years where the others have figures."""
    first, rest = rows[0], rows[1:]
    if not rest:
        return (), rows
    figures = [any(c.isdigit() for c in cell) for cell in first.cells]
    years = [bool(re.fullmatch(r"\D*(19|20)\d\d\D*", cell.strip())) for cell in first.cells]
    plain = not any(f and not y for f, y in zip(figures, years, strict=True))
    below = any(any(c.isdigit() for c in cell) for one in rest for cell in one.cells)
    bolder = first.bold and not all(one.bold for one in rest)
    if bolder or (plain and below):
        return tuple(repaired(c) for c in first.cells), rest
    return (), rows


def _groups(lines: list[Line], body: float) -> Iterator[list[Line]]:
    """Gather lines that belong together: the rows of a table, the lines of a paragraph."""
    group: list[Line] = []
    for one in lines:
        if group and not _goes_on(group, one, body):
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _goes_on(group: list[Line], one: Line, body: float) -> bool:
    last = group[-1]
    if last.column != one.column or bool(last.cells) != bool(one.cells):
        return False
    if one.cells:
        return len(last.cells) == len(one.cells)
    gap = one.box[1] - last.box[3]
    if gap > APART * max(one.size, last.size) or abs(one.size - last.size) > 0.08 * max(one.size, last.size):
        return False
    if last.bold != one.bold and (last.bold or _is_short(last, group)):
        return False
    if begins_like("list", one.text) or begins_like("caption", one.text):
        return False
    return not _starts_anew(group, one) and not (_is_note(one, body) and begins_like("footnote", one.text))


def _is_short(last: Line, group: list[Line]) -> bool:
    widest = max(o.box[2] for o in group)
    return last.box[2] < widest - 4 * last.size


def _starts_anew(group: list[Line], one: Line) -> bool:
    """Tell whether a line is indented after a sentence that ended."""
    indent = one.box[0] - min(o.box[0] for o in group)
    ended = group[-1].text.rstrip().endswith((".", ":", ";", "!", "?"))
    return ended and (indent > 0.8 * one.size if len(group) > 1 else False)


def _is_note(one: Line, body: float) -> bool:
    return one.size < SMALLER * body


def _kind(group: list[Line], text: str, page: PageLines, body: float) -> str:
    first = group[0]
    if begins_like("caption", text):
        return "caption"
    low = first.box[1] > 0.5 * page.height
    if _is_note(first, body) and low and begins_like("footnote", text):
        return "footnote"
    letters = sum(c.isalpha() for c in text)
    could_head = len(text) <= LONGEST_HEADING and letters >= 3 and not text.endswith((".", ";", ","))
    bold = all(o.bold for o in group) and first.size >= SMALLER * body
    if could_head and (first.size > LARGER * body or bold):
        return "heading"
    return "list" if begins_like("list", text) else "paragraph"


def _joined(texts: list[str], words: Counter[str]) -> str:
    """Join lines; a word that a hyphen cuts at the line's end is whole again."""
    whole = texts[0]
    for text in texts[1:]:
        cut = re.search(r"([^\W\d_]+)([-‐\u00ad])$", whole)
        rest = re.match(r"[^\W\d_]+", text)
        if cut is None or rest is None or not rest.group()[0].islower():
            whole = f"{whole}{'' if cut and rest else ' '}{text}"
            continue
        whole = whole[:-1] + (text if not _keeps_hyphen(cut, rest.group(), words) else f"-{text}")
    return whole


def _keeps_hyphen(cut: re.Match[str], rest: str, words: Counter[str]) -> bool:
    """Keep the hyphen of a compound or enclitic; the document's own words decide first."""
    if cut.group(2) == "\u00ad":
        return False
    start, rest = cut.group(1).casefold(), rest.casefold()
    if words[start + rest] or words[f"{start}-{rest}"]:
        return words[f"{start}-{rest}"] > words[start + rest]
    return rest in ENCLITICS


def _around(group: Sequence[Line]) -> Box:
    return _rounded(
        (
            min(o.box[0] for o in group),
            min(o.box[1] for o in group),
            max(o.box[2] for o in group),
            max(o.box[3] for o in group),
        )
    )


def _rounded(box: Box) -> Box:
    left, top, right, bottom = (round(edge, 1) for edge in box)
    return (left, top, right, bottom)
