"""Bytes to text: encodings found out or declared, and text that was decoded wrongly once before."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from almena.harmonise.found import FoundFile

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MAX_TEXT_BYTES = 2 * 2**30
TIMES_DECODED_WRONGLY = 2
BROKEN_LOOKED_AT = 200_000
_BROKEN = re.compile(
    r"(?<=[A-Za-zÀ-ÿ])[\u0080-\u00bf\u00d7\u00f7\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122ŒœŠšŽžŸ∂∑∏π∫Ω√≈∆◊ıˆ˜¯˘˙˚¸˝˛ˇﬁﬂ](?=[a-zà-ÿ])"
    r"|(?<=[a-z])[À-ÞŒŠŽŸ](?=[a-z])"
)


def read_text(found: FoundFile, path: Path | None = None) -> tuple[str, tuple[str, ...]]:
    """
    Return the text of a file with a note on the encoding when it had to be found out.

    Parameters
    ----------
    found : FoundFile
        The file; ``spec.encoding`` wins when it is set.
    path : Path, optional
        Another file to read in its place.

    Raises
    ------
    InputError
        When the file cannot be read or the declared encoding does not fit.
    """
    raw = read_bytes(found, path)
    if found.spec.encoding:
        return _decode_as(raw, found), ()
    return decode(raw)


def read_bytes(found: FoundFile, path: Path | None = None) -> bytes:
    """Return the bytes of a file, refusing what is missing, empty or too large."""
    target = path or found.path
    try:
        if target.stat().st_size > MAX_TEXT_BYTES:
            raise found.refusal("The file is too large to read as text.", "More than 2 GB.", "Split it.")
        raw = target.read_bytes()
    except OSError as error:
        raise found.refusal("The file cannot be read.", error.strerror or str(error)) from error
    if not raw.strip():
        raise found.refusal("The file is empty.", remedy="Fetch it again, or take it out of the kit.")
    return raw


def first_bytes(found: FoundFile, number: int = 65_536) -> bytes:
    """Return the first bytes of a file, refusing what is missing or empty."""
    try:
        with found.path.open("rb") as file:
            head = file.read(number)
    except OSError as error:
        raise found.refusal("The file cannot be read.", error.strerror or str(error)) from error
    if not head.strip():
        raise found.refusal("The file is empty.", remedy="Fetch it again, or take it out of the kit.")
    return head


def decode(raw: bytes) -> tuple[str, tuple[str, ...]]:
    """Return text from bytes whose encoding nobody stated, with a note when it is not UTF-8."""
    for mark, encoding in MARKS:
        if raw.startswith(mark):
            return raw.decode(encoding, errors="replace"), ()
    if raw[1::2].count(0) > len(raw) // 4:  # Latin letters in UTF-16 leave every second byte zero
        return raw.decode("utf-16-le", errors="replace"), (
            "the encoding is taken to be utf-16, without a mark",
        )
    try:
        return raw.decode("utf-8"), ()
    except UnicodeDecodeError:
        return _decode_western(raw)


def repair_mojibake(texts: list[str]) -> tuple[list[str], int]:
    """
    Return a column in which UTF-8 had been read as a western encoding, put right.

    Parameters
    ----------
    texts : list of str
        One column. It is touched only when the round trip works for every text that is not plain ASCII.

    Returns
    -------
    list of str
        The repaired column, or the column as given.
    int
        Number of texts that changed.
    """
    if "".join(texts).isascii():
        return texts, 0
    repaired = texts
    for _ in range(TIMES_DECODED_WRONGLY):
        step = _undo(repaired, "latin-1") or _undo(repaired, "cp1252")
        if step is None:
            break
        repaired = step
    return repaired, sum(a != b for a, b in zip(texts, repaired, strict=True))


def _undo(texts: list[str], encoding: str) -> list[str] | None:
    """Return the column decoded once more, or None when there is nothing to undo or it does not work."""
    changed = False
    undone = []
    for text in texts:
        if text.isascii():
            undone.append(text)
            continue
        try:
            undone.append(text.encode(encoding).decode("utf-8"))
        except UnicodeError:
            return None
        changed = True
    return undone if changed else None


def _decode_as(raw: bytes, found: FoundFile) -> str:
    encoding = found.spec.encoding
    if encoding.lower().replace("_", "-") in ("utf-8", "utf8"):
        encoding = "utf-8-sig"
    try:
        return raw.decode(encoding)
    except LookupError as error:
        raise found.refusal(f"The encoding {encoding} is not known.", remedy="Correct `encoding`.") from error
    except UnicodeDecodeError as error:
        raise found.refusal(
            f"The file is not written in {found.spec.encoding}.",
            f"Byte {error.start:,} does not fit.",
            "Correct `encoding` in the kit, or leave it out to have it found out.",
        ) from error


def _decode_western(raw: bytes) -> tuple[str, tuple[str, ...]]:
    """
    Decode what is not UTF-8 as Windows or old Macintosh computers wrote it.

    Windows uses 0x80 to 0x9f for marks that Latin-1 leaves to control codes; both agree otherwise. Macintosh puts
    letters there, so that read as Windows its words are full of marks.
    """
    try:
        windows = raw.decode("cp1252")
    except UnicodeDecodeError:
        windows = raw.decode("latin-1")
    macintosh = raw.decode("mac_roman")
    if _broken_words(windows) > 2 * _broken_words(macintosh):
        return macintosh, ("the encoding is taken to be mac-roman, as its words are whole in it alone",)
    try:
        return raw.decode("cp1252"), ("the encoding is taken to be cp1252 (latin-1), as it is not UTF-8",)
    except UnicodeDecodeError:
        return windows, ("the encoding is taken to be latin-1, as it is not UTF-8",)


def _broken_words(text: str) -> int:
    """Return how often a mark that is no letter stands inside a word, or a capital follows a small letter."""
    return len(_BROKEN.findall(text[:BROKEN_LOOKED_AT]))
