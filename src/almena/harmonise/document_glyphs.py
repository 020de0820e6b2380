"""Words and ruled lines of one PDF page, with their places, as the page draws them."""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from almena.geo.prose import is_arabic
from almena.model.document import Box

GAP = 0.25
"""White space, in heights of the type, that parts words that no space character parts; *assumed*."""
THIN = 2.5
"""Points up to which a drawn shape is a line and no area; *assumed*."""
PALE = 235
"""Brightness of 255 from which type is as white as paper; *assumed*."""
BOLD = 600
"""Weight of a font from which it counts as bold (OpenType: semibold)."""
MOST_SHAPES = 4000
PRIVATE = "Co"


@dataclass(frozen=True, slots=True)
class Word:
    """
    A word where it stands.

    Parameters
    ----------
    text : str
        Its characters, in the order in which they are read.
    left, top, right, bottom : float
        Points from the top left of the page.
    size : float
        Height of the type in points.
    bold, unseen : bool
        Whether it is bold; whether it has the colour of paper.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    bold: bool = False
    unseen: bool = False


@dataclass(frozen=True, slots=True)
class Glyphs:
    """
    What a page draws.

    Parameters
    ----------
    words : tuple of Word
        In the order of the file.
    rules : tuple of Box
        Thin lines, lying or standing.
    areas : tuple of Box
        Filled shapes and pictures.
    pictured : float
        Share of the page under pictures, from 0 to 1.
    width, height : float
        Points.
    """

    words: tuple[Word, ...]
    rules: tuple[Box, ...]
    areas: tuple[Box, ...]
    pictured: float
    width: float
    height: float


def read_glyphs(page: Any, most_characters: int) -> Glyphs:
    """
    Read the words and lines of a page.

    Parameters
    ----------
    page : pypdfium2.PdfPage
        An open page.
    most_characters : int
        Characters after which the rest of the page is left.
    """
    import pypdfium2.raw as pdf

    width, height = page.get_size()
    left, bottom, _, top = page.get_bbox() if page.get_rotation() == 0 else (0.0, 0.0, width, height)
    frame = (left, top if top > bottom else height)
    text = page.get_textpage()
    try:
        number = min(pdf.FPDFText_CountChars(text), most_characters)
        words = tuple(_words(pdf, text, number, frame)) if number > 0 else ()
    finally:
        text.close()
    rules, areas, pictures = _shapes(pdf, page, frame)
    return Glyphs(words, rules, areas, _share(pictures, width, height), width, height)


def _words(pdf: Any, text: Any, number: int, frame: tuple[float, float]) -> Iterator[Word]:
    """Gather characters until a space, a jump or a gap parts them."""
    box = pdf.FS_RECTF()
    reference = ctypes.byref(box)
    letters: list[str] = []
    place = [0.0, 0.0, 0.0, 0.0]
    first = -1
    for position in range(number):
        code = pdf.FPDFText_GetUnicode(text, position)
        if code <= 32 or code in (0xA0, 0xFFFE, 0xFFFF) or 0x2000 <= code <= 0x200B or code == 0x3000:
            if code in (2, 0xFFFE) and letters:
                letters.append("-")  # PDFium marks the hyphen at the end of a line so
            if letters:
                yield _word(pdf, text, first, letters, place, frame)
            letters = []
            continue
        pdf.FPDFText_GetLooseCharBox(text, position, reference)
        if letters and _parts(place, box):
            yield _word(pdf, text, first, letters, place, frame)
            letters = []
        if letters:
            place = [
                min(place[0], box.left),
                min(place[1], box.bottom),
                max(place[2], box.right),
                max(place[3], box.top),
            ]
        else:
            first, place = position, [box.left, box.bottom, box.right, box.top]
        letters.append(_character(code))
    if letters:
        yield _word(pdf, text, first, letters, place, frame)


def _character(code: int) -> str:
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def _parts(place: list[float], box: Any) -> bool:
    """Tell whether a character is too far from the word to belong to it, on either side."""
    size = max(place[3] - place[1], 1.0)
    middle = (box.top + box.bottom) / 2
    if not place[1] - 0.3 * size <= middle <= place[3] + 0.3 * size:
        return True
    return bool(box.left - place[2] > GAP * size or place[0] - box.right > GAP * size)


def _word(
    pdf: Any, text: Any, first: int, letters: list[str], place: list[float], frame: tuple[float, float]
) -> Word:
    joined = "".join(letters)
    if not joined.isascii():
        joined = "".join(c for c in joined if unicodedata.category(c) != PRIVATE) or "•"
    name = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    pdf.FPDFText_GetFontInfo(text, first, name, 128, ctypes.byref(flags))
    bold = pdf.FPDFText_GetFontWeight(text, first) >= BOLD or any(
        m in name.value.lower() for m in (b"bold", b"black", b"heavy", b"semib")
    )
    left, top = frame
    return Word(
        joined,
        place[0] - left,
        top - place[3],
        place[2] - left,
        top - place[1],
        round(_size(pdf, text, first, place), 1),
        bold,
        _is_pale(pdf, text, first),
    )


def _size(pdf: Any, text: Any, first: int, place: list[float]) -> float:
    """Return the height of type on the page: fonts are often scaled after their size is set."""
    matrix = pdf.FS_MATRIX()
    size = float(pdf.FPDFText_GetFontSize(text, first))
    if pdf.FPDFText_GetMatrix(text, first, ctypes.byref(matrix)):
        size *= float((matrix.c**2 + matrix.d**2) ** 0.5)
    return size if 0.5 < size < 1000 else max(place[3] - place[1], 1.0)


def _is_pale(pdf: Any, text: Any, first: int) -> bool:
    colours = [ctypes.c_uint() for _ in range(4)]
    if not pdf.FPDFText_GetFillColor(text, first, *(ctypes.byref(c) for c in colours)):
        return False
    return min(c.value for c in colours[:3]) >= PALE


def _shapes(
    pdf: Any, page: Any, frame: tuple[float, float]
) -> tuple[tuple[Box, ...], tuple[Box, ...], list[Box]]:
    """Part what is drawn into thin lines, areas and pictures."""
    rules: list[Box] = []
    areas: list[Box] = []
    pictures: list[Box] = []
    for shape in page.get_objects(filter=(pdf.FPDF_PAGEOBJ_PATH, pdf.FPDF_PAGEOBJ_IMAGE), max_depth=3):
        if len(rules) + len(areas) + len(pictures) > MOST_SHAPES:
            break
        box = _bounds(pdf, shape, frame)
        if box is None:
            continue
        if shape.type == pdf.FPDF_PAGEOBJ_IMAGE:
            pictures.append(box)
        elif min(box[2] - box[0], box[3] - box[1]) <= THIN:
            rules.append(box)
        else:
            _sort_area(pdf, shape, box, rules, areas)
    return tuple(rules), tuple(areas + pictures), pictures


def _bounds(pdf: Any, shape: Any, frame: tuple[float, float]) -> Box | None:
    edges = [ctypes.c_float() for _ in range(4)]
    if not pdf.FPDFPageObj_GetBounds(shape, *(ctypes.byref(e) for e in edges)):
        return None
    left, bottom, right, top = (e.value for e in edges)
    return (left - frame[0], frame[1] - top, right - frame[0], frame[1] - bottom)


def _sort_area(pdf: Any, shape: Any, box: Box, rules: list[Box], areas: list[Box]) -> None:
    """Keep a filled shape as an area; the outline of a drawn box is four lines."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdf.FPDFPath_GetDrawMode(shape, ctypes.byref(fill), ctypes.byref(stroke))
    if fill.value and not _paper(pdf, shape):
        areas.append(box)
    if stroke.value and pdf.FPDFPath_CountSegments(shape) <= 6:
        left, top, right, bottom = box
        rules += [
            (left, top, right, top),
            (left, bottom, right, bottom),
            (left, top, left, bottom),
            (right, top, right, bottom),
        ]


def _paper(pdf: Any, shape: Any) -> bool:
    colours = [ctypes.c_uint() for _ in range(4)]
    pdf.FPDFPageObj_GetFillColor(shape, *(ctypes.byref(c) for c in colours))
    return min(c.value for c in colours[:3]) >= PALE


def _share(boxes: list[Box], width: float, height: float) -> float:
    whole = max(width * height, 1.0)
    covered = sum(
        max(0.0, min(b[2], width) - max(b[0], 0.0)) * max(0.0, min(b[3], height) - max(b[1], 0.0))
        for b in boxes
    )
    return min(covered / whole, 1.0)


def is_right_to_left(words: list[Word]) -> bool:
    """Tell whether most letters of some words are Arabic."""
    arabic = sum(is_arabic(c) for w in words for c in w.text)
    return 2 * arabic > sum(c.isalpha() for w in words for c in w.text)
