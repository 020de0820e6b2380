"""The time that a figure speaks of."""

from __future__ import annotations

import re
from dataclasses import dataclass

from almena.packs.mining import load_cue

_YEAR = r"(?:1[89]\d\d|20\d\d|2100)"
_SPAN = re.compile(rf"(?<![\d./,])({_YEAR})\s?(?:-|a|to|e|and|y|et|à|إلى|/)\s?({_YEAR})(?![\d/])")
_ONE = re.compile(rf"(?<![\d.,/$-])({_YEAR})(?![\d.,]\d|[/-]\d|\d)")
# "(ACRE, 2018)" names a source; "(IBGE projection, 2019)" a time.
_CITED = re.compile(r"\(([^()]*?[^\W\d_][^()]*?),?\s(1[89]\d\d|20\d\d)[a-z]?(?:[;,][^()]*)?\)")
_AUTHORS = re.compile(r"et al\.?,?\s*\(?(?:19|20)\d\d\)?", re.I)
# "since 2000" says when something began, not when it was counted.
_SINCE = re.compile(
    rf"(?:desde|since|depuis|a partir de|a partir d[oe] ano|منذ)(?: o ano| el año| el ano| l'annee)?\s{_YEAR}"
)
_DATED = re.compile(
    r"proje|censo|census|recens|estim|survey|enqu|encuesta|pesquisa|pnad|تعداد|data|dados|datos", re.I
)


@dataclass(frozen=True)
class Period:
    """
    A time named in a text.

    Parameters
    ----------
    start, end : int
        Where it stands.
    text : str
        Year, or two years parted by ``/``, in ISO 8601.
    due : bool
        Whether words before it set a term ("by 2030").
    bracket : int
        Where the bracket opens in which it stands; -1 outside of brackets.
    """

    start: int
    end: int
    text: str
    due: bool = False
    bracket: int = -1

    @property
    def last(self) -> int:
        """The last year of it."""
        return int(self.text[-4:])


def periods(folded: str, language: str, document_year: int | None) -> list[Period]:
    """Find the years and spans of years of a folded sentence; years of cited works are left out."""
    blank = lambda m: "\u0001" * len(m.group())  # noqa: E731
    masked = _CITED.sub(_mask, _SINCE.sub(blank, _AUTHORS.sub(blank, folded)))
    found = [
        _period(masked, m, f"{m.group(1)}/{m.group(2)}", language)
        for m in _SPAN.finditer(masked)
        if m.group(1) < m.group(2)
    ]
    taken = [(p.start, p.end) for p in found]
    for match in _ONE.finditer(masked):
        if not any(a <= match.start() < b for a, b in taken):
            found.append(_period(masked, match, match.group(1), language))
    if document_year and not found:
        for cue, back in (("last_year", 1), ("this_year", 0)):
            said = load_cue(cue, language).search(folded)
            if said:
                found.append(Period(said.start(), said.end(), str(document_year - back)))
    return sorted(found, key=lambda p: p.start)


def _mask(match: re.Match[str]) -> str:
    inside = match.group(1)
    if _DATED.search(inside) or re.search(r"\b(?:em|in|en|de|sur|until|ate)$", inside.strip()):
        return match.group()
    return "\u0001" * len(match.group())


def _period(text: str, match: re.Match[str], said: str, language: str) -> Period:
    before = text[max(0, match.start() - 16) : match.start()]
    due = any(before.rstrip().endswith(w.group()) for w in load_cue("by_year", language).finditer(before))
    opened = text.rfind("(", 0, match.start())
    bracket = opened if opened >= 0 and text.find(")", opened, match.start()) < 0 else -1
    return Period(match.start(), match.end(), said, due, bracket)


def choose(found: list[Period], start: int, end: int, others: list[tuple[int, int]]) -> tuple[str, str]:
    """
    Return the time of the figure between two places, and how sure it is: ``sure``, ``near``, ``doubtful`` or ``none``.

    A year in brackets right behind the figure wins; then the only one; then the nearest that no other figure parts from
    it.
    """
    if not found:
        return "", "none"
    behind = [p for p in found if 0 <= p.start - end <= 3 or 0 <= p.bracket - end <= 2]
    if behind:
        return behind[0].text, "sure"
    found = [p for p in found if p.bracket < 0 or not any(0 <= p.bracket - b <= 2 for _, b in others)]
    if not found:
        return "", "none"
    if len({p.text for p in found}) == 1:
        if all(p.due and _parted(p, start, end, others) for p in found):
            return "", "none"
        return found[0].text, "sure"
    free = [p for p in found if not _parted(p, start, end, others)]
    near = sorted(free, key=lambda p: _gap(p, start, end))
    if not near:
        return "", "doubtful"
    if len(near) == 1 or _gap(near[0], start, end) * 2 < _gap(near[1], start, end):
        return near[0].text, "near"
    return near[0].text, "doubtful"


def _gap(period: Period, start: int, end: int) -> int:
    return period.start - end if period.start >= end else start - period.end


def _parted(period: Period, start: int, end: int, others: list[tuple[int, int]]) -> bool:
    low, high = (end, period.start) if period.start >= end else (period.end, start)
    return any(low <= a < high for a, _ in others)
