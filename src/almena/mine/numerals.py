"""Numbers as five languages write them, with their units, ranges and words such as "about"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from almena.packs.folding import fold
from almena.packs.mining import load_multipliers, load_units, load_whole_units

COMMA, POINT = ",", "."
UNKNOWN = ""
"""Decimal mark of a text whose language and other numbers do not tell it."""
_BY_LANGUAGE = {"pt": COMMA, "es": COMMA, "fr": COMMA, "en": POINT, "ar": POINT}
_ROUNDING = 1e-6
_NUMBER = re.compile(
    r"(?<![\w.,/])[-+]?(?:\d{1,3}(?:(?P<group>[.,' ])\d{3}(?!\d))(?:(?P=group)\d{3}(?!\d))*(?:[.,]\d+)?|\d+(?:[.,]\d+)?)"  # noqa: E501 - one pattern
)
_SHOWS_COMMA = re.compile(r"\d,\d{1,2}(?!\d)|\d\.\d{3},\d|\d\.\d{3}\.\d{3}")
_SHOWS_POINT = re.compile(r"\d\.\d{1,2}(?![\d.])|\d,\d{3}\.\d|\d,\d{3},\d{3}")
_CODES = re.compile(
    r"\b(?:https?://|www\.)\S+|\b[\w.]+@[\w.]+|(?<![\d.,])\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})(?![\d.,]\d)|\b\d{4,}-\d{5,}|\+\d{2,3}[\s\d-]{6,}|\(\d{2,4}\)\s?\d{3,5}-?\d{3,5}|\d+:\d{2}\b"
)
_PREFIXES = re.compile(r"(r\$|us\$|u\$s|\$|€|£|chf|fcfa|mad|egp|kes|zar|inr|₹|₦|usd|eur|mxn|brl)\s?$")
_PREFIX_UNITS = {"brl": "R$", "usd": "US$", "eur": "€", "mxn": "$", "u$s": "US$", "₹": "INR", "₦": "NGN"}
_JOINT = re.compile(r"\s?(?:-|a|e|to|and|y|et|à|al|ate|إلى|و)\s?$")
_RANGE_LEAD = re.compile(r"(?:entre|between|from|de|variando|بين)\s$")
_BETWEEN = re.compile(r"\s?(?:(?:de|of)\s|d')?")
_QUALIFIER = re.compile(r"\s[^\W\d_]{4,16}(?=\s)")


@dataclass(frozen=True)
class Quantity:
    """
    A number with its unit, at its place in the text.

    Parameters
    ----------
    start, end : int
        Where it stands, the unit included.
    low, high : float
        Ends of the range; both the value when it is none.
    unit, unit_class : str
        Empty when no unit is written.
    """

    start: int
    end: int
    low: float
    high: float
    unit: str = ""
    unit_class: str = ""

    @property
    def value(self) -> float:
        """The middle of the range, or the number itself."""
        return self.low if self.low == self.high else (self.low + self.high) / 2


def decimal_mark(texts: Iterable[str], language: str) -> str:
    """
    Return the decimal mark of a document, from how its numbers are written and else from its language.

    `UNKNOWN` when neither tells.
    """
    votes: Counter[str] = Counter()
    for text in texts:
        votes[COMMA] += len(_SHOWS_COMMA.findall(text))
        votes[POINT] += len(_SHOWS_POINT.findall(text))
    if usual := _BY_LANGUAGE.get(language, UNKNOWN):
        votes[usual] += 2
    if votes[COMMA] == votes[POINT]:
        return usual
    return max((COMMA, POINT), key=lambda mark: votes[mark])


def read_number(written: str, mark: str) -> float | None:
    """Return the number that a writing stands for; None when it is not one, or could be one of two."""
    digits = re.sub(r"[ ']", "", fold(written))
    if mark == UNKNOWN:
        mark = _told_by(digits)
        if mark == UNKNOWN:
            return None
    other = POINT if mark == COMMA else COMMA
    if re.fullmatch(rf"[-+]?\d+{re.escape(other)}\d{{1,2}}", digits):
        # One or two digits after a mark are never a group of thousands.
        mark, other = other, mark
    if re.fullmatch(rf"[-+]?0{re.escape(other)}\d+", digits):
        mark, other = other, mark
    try:
        return float(digits.replace(other, "").replace(mark, "."))
    except ValueError:
        return None


def _told_by(digits: str) -> str:
    """Return the decimal mark that a number shows by itself; `UNKNOWN` for one such as 12.345."""
    marks = re.findall(r"[.,]", digits)
    if not marks or len(set(marks)) == 2:
        return marks[-1] if marks else POINT
    if len(marks) > 1:
        return POINT if marks[0] == COMMA else COMMA
    return UNKNOWN if re.search(r"[.,]\d{3}$", digits) and not re.match(r"[-+]?0[.,]", digits) else marks[0]


def quantities(folded: str, mark: str) -> list[Quantity]:
    """Find all numbers of a folded text with their units; codes, dates and addresses on the web are left out."""
    masked = _CODES.sub(lambda m: "\u0001" * len(m.group()), folded)
    return list(_joined(list(_single(masked, mark)), masked))


def _single(text: str, mark: str) -> Iterator[Quantity]:
    for match in _NUMBER.finditer(text):
        end = match.end()
        if text[end : end + 1].isalpha() and not _unit_at(text, end):
            continue
        value = read_number(match.group(), mark)
        if value is not None:
            found = _with_unit(text, match.start(), end, value)
            if found.unit not in load_whole_units() or abs(found.value - round(found.value)) < _ROUNDING:
                yield found


def _with_unit(text: str, start: int, end: int, value: float) -> Quantity:
    multipliers, factors = load_multipliers()
    unit = _unit_at(text, end)
    gap = re.compile(r"\s?").match(text, end)
    times = multipliers.match(text, gap.end() if gap else end)
    if times:
        value, end = value * factors[times.group()], times.end()
        unit = _unit_at(text, end)
    prefix = _PREFIXES.search(text, max(0, start - 6), start)
    if prefix:
        written = prefix.group(1)
        name = _PREFIX_UNITS.get(written, written.upper())
        return Quantity(prefix.start(), end, value, value, name, "money")
    if unit is None:
        return Quantity(start, end, value, value)
    return Quantity(start, max(end, unit[2]), value, value, unit[0], unit[1])


def _unit_at(text: str, end: int) -> tuple[str, str, int] | None:
    pattern, known = load_units()
    gap = _BETWEEN.match(text, end)
    found = pattern.match(text, gap.end() if gap else end) or pattern.match(text, end)
    counted = False
    if found is None:
        qualifier = _QUALIFIER.match(text, end)
        found = pattern.match(text, qualifier.end() + 1) if qualifier else None
        counted = found is not None
    if found is None:
        return None
    unit, unit_class = known[found.group()]
    # "120 public schools" is a count; "120 other km" is not a length.
    if counted and len(found.group()) < 5:
        return None
    return unit, unit_class, found.end()


def _joined(found: list[Quantity], text: str) -> Iterator[Quantity]:
    skip = False
    for this, after in zip(found, [*found[1:], None], strict=False):
        if skip:
            skip = False
        elif after is not None and _is_range(this, after, text):
            skip = True
            low = this.low
            if not this.unit and low * 1000 <= after.high and after.high >= 1000 and low < 1000:
                low *= 10 ** (3 * ((len(str(int(after.high))) - 1) // 3))
            yield Quantity(this.start, after.end, low, after.high, after.unit, after.unit_class)
        else:
            yield this


def _is_range(this: Quantity, after: Quantity, text: str) -> bool:
    between = text[this.end : after.start]
    if not after.unit or (this.unit and this.unit != after.unit) or this.low >= after.high:
        return False
    if between.strip() == "-":
        return True
    led = _RANGE_LEAD.search(text, max(0, this.start - 12), this.start)
    return bool(_JOINT.fullmatch(between)) and (
        bool(led) or (not this.unit and between.strip() in ("a", "to", "à"))
    )
