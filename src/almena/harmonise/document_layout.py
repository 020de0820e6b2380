"""Words of a page to lines, columns and tables, in the order in which a person reads them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

from almena.harmonise.document_glyphs import Glyphs, Word, is_right_to_left
from almena.model.document import Box

GUTTER = 1.1
"""White space between columns in heights of type; *assumed*: word spaces of justified type stay below it."""
LEAST_LINES = 3
"""Lines in a row that must leave the same space free before it is a gutter; *assumed*."""
PROSE = 28
"""Characters that lines of running text have at least, in the median; *assumed*: cells of tables have fewer."""
FULL = 0.6
"""Share of the cells of a table without lines that hold something; *assumed*: labels of charts fill fewer."""
MOST_FIGURES = 6
"""Words that begin with a digit in one cell, above which the lines are those of a chart; *assumed*."""
NEAR = 3.0
"""Points within which ruled lines meet; *assumed*."""


@dataclass(frozen=True, slots=True)
class Line:
    """
    A line of text, or a row of a table when it has cells.

    Parameters
    ----------
    text : str
        Its words in reading order.
    box : Box
        Its place.
    size : float
        Height of most of its type.
    bold : bool
        Whether all of it is bold.
    column : int
        Number of the column or table on the page; lines of one column follow each other.
    cells : tuple of str
        Texts of the cells of a row of a table; empty for a line of text.
    """

    text: str
    box: Box
    size: float
    bold: bool
    column: int
    cells: tuple[str, ...] = ()


Row = list[Word]
Span = tuple[float, float]


def lay_out(glyphs: Glyphs) -> tuple[Line, ...]:
    """
    Return the lines of a page in reading order, with the rows of its tables among them.

    Parameters
    ----------
    glyphs : Glyphs
        What the page draws.
    """
    unseen = set(map(id, hidden(glyphs)))
    words = [w for w in glyphs.words if id(w) not in unseen]
    grids = _grids(glyphs.rules)
    pieces: list[tuple[float, list[Line]]] = []
    for grid in grids:
        inside = [w for w in words if _centre_in(w, grid.box)]
        rows = grid.rows_of(inside)
        if rows:
            pieces.append((grid.box[1], rows))
            words = [w for w in words if not _centre_in(w, grid.box)]
    breaks = sorted(top for top, _ in pieces)
    for band, members in groupby(
        sorted(words, key=lambda w: _band(w, breaks)), key=lambda w: _band(w, breaks)
    ):
        free = list(members)
        pieces.append((breaks[band - 1] + 0.01 if band else float("-inf"), _flow(free)))
    ordered = [lines for _, lines in sorted(pieces, key=lambda piece: piece[0])]
    return _numbered(ordered)


def hidden(glyphs: Glyphs) -> list[Word]:
    """
    Return the words in the colour of paper that no shape or picture lies under: nobody sees them.

    Parameters
    ----------
    glyphs : Glyphs
        What the page draws.
    """
    return [w for w in glyphs.words if w.unseen and not _lies_on(w, glyphs.areas)]


def _band(word: Word, breaks: Sequence[float]) -> int:
    return sum(top < (word.top + word.bottom) / 2 for top in breaks)


def _numbered(pieces: list[list[Line]]) -> tuple[Line, ...]:
    """Give columns and tables of all pieces numbers of their own."""
    numbers: dict[tuple[int, int], int] = {}
    return tuple(
        Line(
            one.text,
            one.box,
            one.size,
            one.bold,
            numbers.setdefault((n, one.column), len(numbers)),
            one.cells,
        )
        for n, lines in enumerate(pieces)
        for one in lines
    )


def _lies_on(word: Word, areas: Iterable[Box]) -> bool:
    return any(_centre_in(word, box) for box in areas)


def _centre_in(word: Word, box: Box) -> bool:
    x, y = (word.left + word.right) / 2, (word.top + word.bottom) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def rows_of(words: Sequence[Word]) -> list[Row]:
    """
    Group words into rows by the heights at which they stand, top down; words of a row from left to right.

    Parameters
    ----------
    words : sequence of Word
        Words of one area of a page.
    """
    rows: list[Row] = []
    for word in sorted(words, key=lambda w: (w.top + w.bottom) / 2):
        if rows and _same_row(rows[-1], word):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda w: w.left) for row in rows]


def _same_row(row: Row, word: Word) -> bool:
    tallest = max(row, key=lambda w: w.bottom - w.top)
    overlap = min(tallest.bottom, word.bottom) - max(tallest.top, word.top)
    return overlap > 0.5 * min(tallest.bottom - tallest.top, word.bottom - word.top)


def _flow(words: list[Word]) -> list[Line]:
    """Cut rows into stretches that leave the same gutters free, and read each stretch column by column."""
    lines: list[Line] = []
    column = 0
    for stretch, gutters in _stretches(rows_of(words)):
        parts = _split(stretch, gutters)
        if gutters and _is_table(parts):
            lines += _table_rows(parts, column)
            column += 1
            continue
        flat = [w for row in stretch for w in row]
        sides = range(len(gutters), -1, -1) if is_right_to_left(flat) else range(len(gutters) + 1)
        for side in sides:
            own = rows_of([w for row in parts for w in row[side]])
            lines += [line_of(row, column) for row in own]
            column += 1 if gutters else 0
        column += 1
    return lines


def _stretches(rows: list[Row]) -> list[tuple[list[Row], list[Span]]]:
    """Part rows where the white space that they share ends."""
    found: list[tuple[list[Row], list[Span]]] = []
    start = 0
    while start < len(rows):
        end, gutters = _longest(rows, start)
        if gutters:
            found.append((rows[start:end], gutters))
        elif found and not found[-1][1]:
            found[-1][0].extend(rows[start:end])
        else:
            found.append((rows[start:end], []))
        start = end
    return found


def _longest(rows: list[Row], start: int) -> tuple[int, list[Span]]:
    """Return where a stretch that begins with a row ends, and its gutters; one row and none when it is too short."""
    shared = _gaps(rows[start])
    if not shared:
        return start + 1, []
    end = start + 1
    while end < len(rows) and rows[end][0].top - max(w.bottom for w in rows[end - 1]) < 40:
        kept = _meet(shared, rows[end])
        if not kept or (len(kept) < len(shared) and end - start >= 2 * LEAST_LINES):
            break
        shared = kept
        end += 1
    both = sum(all(part for part in row) for row in _split(rows[start:end], shared))
    return (end, shared) if both >= LEAST_LINES else (start + 1, [])


def _gaps(row: Row) -> list[Span]:
    """Return the wide gaps between neighbours of a row."""
    found = []
    reach = row[0].right
    for word in row[1:]:
        if word.left - reach > GUTTER * min(word.size, 14):
            found.append((reach, word.left))
        reach = max(reach, word.right)
    return found


def _meet(shared: list[Span], row: Row) -> list[Span]:
    """Return what a row leaves of gutters."""
    left = []
    least = GUTTER * min(median(w.size for w in row), 14) * 0.8
    for start, end in shared:
        inside = [w for w in row if w.right > start and w.left < end]
        for word in inside:
            if word.left + word.right < start + end:
                start = max(start, word.right)
            else:
                end = min(end, word.left)
        if end - start >= least:
            left.append((start, end))
    return left


def _split(rows: list[Row], gutters: list[Span]) -> list[list[Row]]:
    """Share the words of each row out among the columns."""
    middles = [(start + end) / 2 for start, end in gutters]
    parts = []
    for row in rows:
        own: list[Row] = [[] for _ in range(len(gutters) + 1)]
        for word in row:
            own[sum(middle < (word.left + word.right) / 2 for middle in middles)].append(word)
        parts.append(own)
    return parts


def _is_table(parts: list[list[Row]]) -> bool:
    """Tell cells from lines of prose: they are short, or most columns hold figures."""
    columns = len(parts[0])
    filled = sum(bool(cell) for row in parts for cell in row)
    if filled < FULL * columns * len(parts):
        return False
    lengths = [
        median(lengths)
        for side in range(columns)
        if (lengths := [sum(len(w.text) + 1 for w in row[side]) for row in parts if row[side]])
    ]
    return columns > 1 and sorted(lengths)[len(lengths) // 2 if columns > 2 else 0] < PROSE


def _table_rows(parts: list[list[Row]], column: int) -> list[Line]:
    """Make a line of every row; a row without a first cell and without figures goes on with the row above."""
    rows: list[list[Row]] = []
    for own in parts:
        goes_on = rows and not own[0] and not any(c.isdigit() for cell in own for w in cell for c in w.text)
        if goes_on:
            rows[-1] = [above + below for above, below in zip(rows[-1], own, strict=True)]
        else:
            rows.append(own)
    return [_row_line(cells, column) for cells in rows]


def _row_line(cells: list[Row], column: int) -> Line:
    words = [w for cell in cells for w in cell]
    texts = [reading(cell) for cell in cells]
    if is_right_to_left(words):
        texts.reverse()
    plain = line_of(words, column)
    return Line(" | ".join(t for t in texts if t), plain.box, plain.size, plain.bold, column, tuple(texts))


def reading(words: Sequence[Word]) -> str:
    """
    Return the text of some words in reading order, row by row.

    Parameters
    ----------
    words : sequence of Word
        Words of a cell or a line.
    """
    return " ".join(_one_row(row) for row in rows_of(words))


def _one_row(row: Row) -> str:
    row = _unspaced(row)
    if not is_right_to_left(row):
        return " ".join(w.text for w in row)
    texts: list[str] = []
    for arabic, run in groupby(reversed(row), key=lambda w: is_right_to_left([w])):
        own = [w.text for w in run]
        texts += own if arabic else own[::-1]
    return " ".join(texts)


def _unspaced(row: Row) -> Row:
    """Put the letters of a l e t t e r - s p a c e d row together: wider gaps are between words."""
    single = sum(len(w.text) == 1 and w.text.isalpha() for w in row)
    if len(row) < 5 or single < 0.8 * len(row):
        return row
    gaps = [b.left - a.right for a, b in pairwise(row)]
    usual = median(gaps)
    joined: Row = [row[0]]
    for gap, word in zip(gaps, row[1:], strict=True):
        last = joined[-1]
        if gap <= 1.6 * usual:
            joined[-1] = Word(
                last.text + word.text,
                last.left,
                min(last.top, word.top),
                word.right,
                max(last.bottom, word.bottom),
                last.size,
                last.bold,
            )
        else:
            joined.append(word)
    return joined


def line_of(row: Sequence[Word], column: int) -> Line:
    """
    Return the line that some words of one row make.

    Parameters
    ----------
    row : sequence of Word
        At least one word.
    column : int
        Number to give it.
    """
    box = (
        min(w.left for w in row),
        min(w.top for w in row),
        max(w.right for w in row),
        max(w.bottom for w in row),
    )
    letters: dict[float, int] = {}
    for word in row:
        letters[word.size] = letters.get(word.size, 0) + len(word.text)
    return Line(reading(row), box, max(letters, key=lambda s: letters[s]), all(w.bold for w in row), column)


@dataclass(frozen=True)
class Grid:
    """
    A table drawn with lines.

    Parameters
    ----------
    across, down : tuple of float
        Places of its standing and of its lying lines.
    """

    across: tuple[float, ...]
    down: tuple[float, ...]

    @property
    def box(self) -> Box:
        """Return the place of the whole table."""
        return (self.across[0], self.down[0], self.across[-1], self.down[-1])

    def rows_of(self, words: list[Word]) -> list[Line]:
        """Return its rows as lines; none when the words fill fewer than two columns or rows."""
        rows: list[list[Row]] = [[[] for _ in self.across[1:]] for _ in self.down[1:]]
        for word in words:
            column = sum(x < (word.left + word.right) / 2 for x in self.across[1:-1])
            row = sum(y < (word.top + word.bottom) / 2 for y in self.down[1:-1])
            rows[row][column].append(word)
        filled = [column for column in range(len(self.across) - 1) if any(row[column] for row in rows)]
        full = [[row[column] for column in filled] for row in rows if any(row)]
        is_chart = any(sum(w.text[0].isdigit() for w in cell) > MOST_FIGURES for row in full for cell in row)
        is_table = len(filled) > 1 and len(full) > 1 and not is_chart
        return [_row_line(row, 0) for row in full] if is_table else []


def _grids(rules: Sequence[Box]) -> list[Grid]:
    """Gather lines that meet into grids with at least one inner cell border each way."""
    found = []
    for group in _meeting(list(rules)):
        across = _places((r[0] + r[2]) / 2 for r in group if r[3] - r[1] > r[2] - r[0])
        down = _places((r[1] + r[3]) / 2 for r in group if r[3] - r[1] <= r[2] - r[0])
        if len(across) > 2 and len(down) > 2:
            found.append(Grid(across, down))
    return found


def _meeting(rules: list[Box]) -> list[list[Box]]:
    """Group lines that touch, directly or through others."""
    groups: list[tuple[Box, list[Box]]] = []
    for rule in rules[:1500]:
        box, members = rule, [rule]
        apart = []
        for other, theirs in groups:
            if _touch(other, box):
                box = (
                    min(box[0], other[0]),
                    min(box[1], other[1]),
                    max(box[2], other[2]),
                    max(box[3], other[3]),
                )
                members = members + theirs
            else:
                apart.append((other, theirs))
        groups = [*apart, (box, members)]
    return [members for _, members in groups if len(members) >= 4]


def _touch(one: Box, other: Box) -> bool:
    return (
        one[0] - NEAR <= other[2]
        and other[0] - NEAR <= one[2]
        and one[1] - NEAR <= other[3]
        and other[1] - NEAR <= one[3]
    )


def _places(values: Iterable[float]) -> tuple[float, ...]:
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > NEAR:
            kept.append(value)
    return tuple(kept)
