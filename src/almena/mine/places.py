"""The place that a figure speaks of: the city, its region, its country, a neighbourhood, or somewhere else."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from babel import Locale

from almena.mine.context import Context
from almena.packs.folding import fold, mixed_scripts
from almena.packs.mining import load_cue, load_mine_places, words

CITY, NEIGHBOURHOOD, REGION, COUNTRY, WORLD, ELSEWHERE = (
    "city",
    "neighbourhood",
    "region",
    "country",
    "world",
    "elsewhere",
)
_NAME = r"([A-ZÀ-Ý][\w'’-]+(?:\s(?:(?:d[aeo]s?|del|la|du|des|of|el|al)\s)?[A-ZÀ-Ý][\w'’-]+){0,3})"
_REGION_OF = re.compile(
    rf"(?:[Ee]stado d[oae]|[Pp]rov[ií]ncia d[eo]|[Pp]rovince (?:of|de|du)|[Ss]tate of|[Dd]epartamento de(?:l)?|[Rr]égion (?:de|du|d')|[Cc]ounty of)\s?{_NAME}"  # noqa: E501 - one pattern
)
_PART_OF = re.compile(
    rf"(?:[Bb]airros?|[Bb]arrios?|[Qq]uartiers?(?: de| du)?|[Cc]olonia|[Dd]istrict of|[Nn]eighbou?rhood of|حي)\s{_NAME}"
)
_SOMEWHERE = re.compile(rf"\b(?:em|in|en)\s{_NAME}")
_SOMEWHERE_FRENCH = re.compile(rf"\b(?:à|en|au)\s{_NAME}")
_SUBJECT = re.compile(
    rf"^{_NAME}(?:,[^,]{{1,40}},)?\s(?:tem|possui|tinha|has|had|counts|recorded|registrou|tiene|tenía|registró|compte|comptait|a enregistré)\b"  # noqa: E501 - one pattern
)
_ARABIC_CITY = re.compile(r"(?:في )?مدينة\s([\u0600-\u06ff]+)")


# Words that set two places side by side instead of one within the other.
_APART = re.compile(
    r"\d|\b(?:e|and|y|et|ou|or|media|average|promedio|moyenne|than|que|but|mas|while|enquanto|superior|inferior|higher|lower)\b|[;:]"
)
# "is home to 46 % of the people of the state" speaks of the city.
_PART = re.compile(
    r"\b(?:abriga|represent\w*|correspond\w*|home to|accounts? for|concentra\w*|equival\w*|equivaut|alberga|regroupe|abrite)\b[^\d]{0,20}$"  # noqa: E501 - one pattern
)


@dataclass(frozen=True)
class Mention:
    """
    A place named in a sentence.

    Parameters
    ----------
    start, end : int
        Where it stands.
    name, kind : str
        Its name; ``city`` for the city read for, ``neighbourhood``, ``region``, ``country``, ``world``, ``elsewhere``.
    forged : bool
        Whether letters of several alphabets are mixed in it.
    """

    start: int
    end: int
    name: str
    kind: str
    forged: bool = False


def mentions(text: str, folded: str, context: Context, language: str) -> list[Mention]:
    """Find the places named in a sentence; what explains where a city lies is left out."""
    found = [*_own(folded, context, language), *_known(folded, context), *_shaped(text, context, language)]
    found += _forged(text)
    found.sort(key=lambda m: (m.start, m.start - m.end))
    kept: list[Mention] = []
    for mention in found:
        if kept and mention.start < kept[-1].end:
            continue
        if kept and _explains(kept[-1], mention, folded):
            continue
        kept.append(mention)
    return _with_names(kept)


def _with_names(found: list[Mention]) -> list[Mention]:
    """Give "the country" and "the state" the name that the same sentence gives to one."""
    named = {m.kind: m.name for m in found if m.name not in ("country", "state")}
    return [
        replace(m, name=named[m.kind]) if m.name in ("country", "state") and m.kind in named else m
        for m in found
    ]


def _own(folded: str, context: Context, language: str) -> list[Mention]:
    named = words(context.all_names)
    found = [Mention(m.start(), m.end(), context.city, CITY) for m in named.finditer(folded)]
    generic = load_cue("own", language)
    return found + [Mention(m.start(), m.end(), context.city, CITY) for m in generic.finditer(folded)]


def _known(folded: str, context: Context) -> list[Mention]:
    pattern, known = _places()
    own = {fold(name) for name in context.all_names}
    return [
        Mention(m.start(), m.end(), *_as_other(known[_bare(m.group(), known)]))
        for m in pattern.finditer(folded)
        if m.group() not in own and _bare(m.group(), known) in known
    ]


def _as_other(place: tuple[str, str]) -> tuple[str, str]:
    name, kind = place
    return (name, ELSEWHERE) if kind == CITY else (name, kind)


def _bare(word: str, known: dict[str, tuple[str, str]]) -> str:
    if word in known:
        return word
    return next((word[n:] for n in (1, 2, 3) if word[n:] in known), word)


@lru_cache(maxsize=1)
def _places() -> tuple[re.Pattern[str], dict[str, tuple[str, str]]]:
    known = dict(_countries())
    known.update(load_mine_places())
    return words(known), known


@lru_cache(maxsize=1)
def _countries() -> dict[str, tuple[str, str]]:
    """Names of countries in five languages, from the Unicode CLDR that Babel carries."""
    english = Locale("en").territories
    return {
        fold(name): (english[code], COUNTRY)
        for language in ("pt", "es", "en", "fr", "ar")
        for code, name in Locale(language).territories.items()
        if len(code) == 2 and code not in ("EU", "EZ", "UN", "ZZ") and len(name) > 3
    }


def _shaped(text: str, context: Context, language: str) -> list[Mention]:
    own = {fold(name) for name in context.all_names}
    ignore = load_cue("not_place", "")
    months = load_cue("month", "")
    found = []
    somewhere = _SOMEWHERE_FRENCH if language == "fr" else _SOMEWHERE
    shapes = (
        (_REGION_OF, REGION),
        (_PART_OF, NEIGHBOURHOOD),
        (somewhere, ELSEWHERE),
        (_SUBJECT, ELSEWHERE),
        (_ARABIC_CITY, ELSEWHERE),
    )
    for pattern, kind in shapes:
        for match in pattern.finditer(text):
            name = fold(match.group(1))
            known = name in own or name.split()[0] in _places()[1] or name in _places()[1]
            if known or ignore.search(name) or months.search(name) or match.group(1).isupper():
                continue
            found.append(Mention(match.start(), match.end(), match.group(1), kind))
    return found


def _forged(text: str) -> list[Mention]:
    return [
        Mention(m.start(), m.end(), m.group(), ELSEWHERE, forged=True)
        for m in re.finditer(r"\w+", text)
        if mixed_scripts(m.group())
    ]


def _explains(before: Mention, after: Mention, folded: str) -> bool:
    between = folded[before.end : after.start]
    wider = after.kind in (REGION, COUNTRY)
    if before.kind == CITY and wider and len(between) <= 30 and not _APART.search(between):
        return True
    return (
        before.kind in (CITY, ELSEWHERE)
        and wider
        and bool(
            re.fullmatch(r"\s?[,(/-]\s?(?:(?:no|in|do|da|en|de|capital d[oa]|au)\s)?(?:the\s)?", between)
        )
    )


def choose(
    found: list[Mention],
    start: int,
    end: int,
    others: list[tuple[int, int]],
    context: Context,
    *,
    own_document: bool,
) -> tuple[Mention | None, str]:
    """
    Return the place of the figure between two places, and how sure it is: ``sure``, ``near``, ``assumed`` or ``none``.

    A document that does not name the city lends no place to a figure that names none.
    """
    found = [
        m for m in found if m.name != "cities" or 0 <= m.start - end <= 4 or (m.start < 12 and start < 60)
    ]
    if not found:
        if own_document:
            return Mention(0, 0, context.city, CITY), "assumed"
        return None, "none"
    if len({(m.name, m.kind) for m in found}) == 1:
        return found[0], "sure"
    free = [m for m in found if not _parted(m, start, end, others)] or found
    behind = [m for m in free if 0 <= m.start - end <= 8]
    if behind:
        return behind[0], "near"
    before = [m for m in free if m.end <= start]
    nearest = min(free, key=lambda m: _gap(m, start, end) * (2.5 if m.start >= end else 1))
    if before and nearest.start >= end and _gap(nearest, start, end) > 40:
        nearest = before[-1]
    return nearest, "near"


def of_the_whole(found: list[Mention], folded: str, start: int, end: int) -> list[Mention]:
    """Leave out the region of which a figure is a share, when the sentence says that the city makes up that share."""
    if not _PART.search(folded, max(0, start - 60), start):
        return found
    return [m for m in found if not (end <= m.start <= end + 45 and m.kind in (REGION, COUNTRY))]


def _gap(mention: Mention, start: int, end: int) -> int:
    return mention.start - end if mention.start >= end else start - mention.end


def _parted(mention: Mention, start: int, end: int, others: list[tuple[int, int]]) -> bool:
    low, high = (end, mention.start) if mention.start >= end else (mention.end, start)
    return any(low <= a < high for a, _ in others)
