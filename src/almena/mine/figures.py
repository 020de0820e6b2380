"""Values and targets from running text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from almena.mine import periods, places, stances
from almena.mine.context import Context
from almena.mine.numerals import Quantity, quantities
from almena.mine.sentences import sentences
from almena.model.document import Candidate, Passage
from almena.packs.folding import fold
from almena.packs.mining import Term, load_cue, load_terms

# Without a known term these classes say too little to stand alone.
_NEED_TERM = {
    "years",
    "days",
    "hours",
    "minutes",
    "points",
    "index",
    "mass",
    "level",
    "money",
    "events",
    "buildings",
    "stations",
    "volume",
    "length",
    "settlements",
    "neighbourhoods",
    "energy",
    "power",
    "pumps",
    "parks",
}
_DROPPED = {stances.CODE, stances.NORM, stances.EXAMPLE, stances.NEGATED, stances.PRICE, stances.COMPARISON}
_CROWDED = 7
_LINK = re.compile(
    r"(?:[\s:=]|\b(?:de|da|do|of|is|was|era|e|foi|es|fue|est|était|etait|a|em|in|en|el|la|le|les|the|at|atingiu|reached|alcanca|alcanzo|with|com|con|total|stood|estimada|estimado|estimated|about|cerca|approximately|son|sont|ha|has|had|tiene|tem|conta|compte|بلغ|بلغت|يبلغ|هو|نحو|حوالي|municipio|city|ciudad|ville|cidade|passou|passando|went|from|grew|rose|paso|passant|passe)\b|(?:19|20)\d\d|[(),])*"
)
# What may follow a count that names no unit.
_ENDS = re.compile(
    r"\s*(?:$|[.,;:()/-]|(?:in|em|en|no|and|e|y|et|as|to|para|a|according|segundo|segun|selon|by|فى|في|عام)\b)"
)


@dataclass(frozen=True)
class Reading:
    """
    What holds for a whole document while it is mined.

    Parameters
    ----------
    document, language, mark : str
        sha256, language and decimal mark.
    year : int or None
        Year of the document.
    context : Context
        The city read for.
    own_document : bool
        Whether the document speaks of the city by name.
    gives_orders : bool
        Whether a text in it addresses a machine.
    """

    document: str
    language: str
    mark: str
    year: int | None
    context: Context
    own_document: bool
    gives_orders: bool = False


@dataclass(frozen=True)
class _Setting:
    sentence: str
    folded: str
    times: tuple[periods.Period, ...]
    named: tuple[places.Mention, ...]
    lead: Lead
    in_list: bool
    numbers: list[Quantity]


@dataclass(frozen=True)
class _Found:
    quantity: Quantity
    term: Term | None
    gap: int


@dataclass(frozen=True)
class Lead:
    """
    What a sentence before hands on: the line above a list, or the time that the next sentence refers back to.

    Parameters
    ----------
    times : tuple of Period
        Times named there.
    place : Mention or None
        The one place named there, when it is not the city.
    target : bool
        Whether it announces what shall be.
    open : bool
        Whether it ends with a colon: a list follows.
    """

    times: tuple[periods.Period, ...] = ()
    place: places.Mention | None = None
    target: bool = False
    open: bool = False


def figures(passage: Passage, reading: Reading, lead: Lead = Lead()) -> Iterator[Candidate]:
    """Yield the values and targets of a passage of running text; `lead` is the line above a list."""
    if _CAPTION.match(fold(passage.text)) or passage.kind == "caption":
        return
    for start, end in sentences(passage.text):
        sentence = passage.text[start:end]
        if any(c.isdigit() for c in sentence):
            yield from _in_sentence(sentence, passage, reading, lead)
        if not (lead.open and _BULLET.match(passage.text)):
            lead = lead_of(sentence, reading, lead)


def lead_of(sentence: str, reading: Reading, before: Lead) -> Lead:
    """Return what a sentence hands on to the next one; an item of a list hands on what stands above the list."""
    if before.open and _ITEM.match(sentence):
        return before
    folded = fold(sentence)
    named = places.mentions(sentence, folded, reading.context, reading.language)
    names = {(m.name, m.kind) for m in named if m.name != "cities"}
    place = named[0] if len(names) == 1 and named[0].kind != places.CITY else None
    times = tuple(periods.periods(folded, reading.language, reading.year))
    target = bool(load_cue("target", reading.language).search(folded)) or any(t.due for t in times)
    return Lead(times, place, target, sentence.rstrip().endswith(":"))


_ITEM = re.compile(r"\s*(?:[-•·▪–*]|\d{1,2}[.)]|[a-z]\))\s|\s*[a-zà-ÿ]")
_BULLET = re.compile(r"\s*[-•·▪–*]\s")
# "• Restore forests" in a Romance language: an item that begins with an infinitive says what shall be done.
_TASK = re.compile(r"\s*[-•·▪–*]\s[^\W\d_]{3,}(?:ar|er|ir|re)\b")
_CAPTION = re.compile(
    r"\s*(?:figura|figure|grafico|graphique|mapa|carte|chart|fonte|source|fuente|الشكل)\b[\s:]*\d*"
)
_REFERS = re.compile(
    r"\b(?:neste periodo|nesse periodo|no mesmo periodo|por sua vez|in this period|in the same period|en ese periodo|en este periodo|en el mismo periodo|durant cette periode|sur la meme periode)\b|خلال هذه الفترة|خلال نفس الفترة"  # noqa: E501 - one pattern
)


def _in_sentence(sentence: str, passage: Passage, reading: Reading, lead: Lead) -> Iterator[Candidate]:
    folded = fold(sentence)
    every = [q for q in quantities(folded, reading.mark) if not _is_year(q)]
    codes = {q for q in every if stances.is_code(folded, q, reading.language)}
    numbers = [q for q in every if q not in codes and not _is_label(q, every, folded)]
    spans = [(q.start, q.end) for q in numbers]
    times = periods.periods(folded, reading.language, reading.year)
    named = places.mentions(sentence, folded, reading.context, reading.language)
    in_list = lead.open and (passage.kind == "list" or _ITEM.match(sentence) or _BULLET.match(passage.text))
    if not times and lead.times and (in_list or _REFERS.search(folded)):
        times = [replace(t, start=-1, end=-1) for t in lead.times]
    if not named and lead.place is not None and in_list:
        named = [replace(lead.place, start=0, end=0)]
    said = _Setting(sentence, folded, tuple(times), tuple(named), lead, bool(in_list), numbers)
    terms = _terms(folded, reading.language)
    for quantity in numbers:
        found = _term_of(quantity, numbers, terms, folded)
        if found is None:
            continue
        others = [s for s in spans if s != (quantity.start, quantity.end)]
        candidate = _candidate(found, said, others, passage, reading)
        if candidate is not None:
            yield candidate


def _is_label(q: Quantity, every: list[Quantity], folded: str) -> bool:
    """Tell whether the number stands in a row of bare numbers: labels and axes of a chart."""
    row = [
        o
        for o in every
        if o is not q
        and (
            (o.end <= q.start and not folded[o.end : q.start].strip())
            or (o.start >= q.end and not folded[q.end : o.start].strip())
        )
    ]
    return bool(row)


def _is_year(q: Quantity) -> bool:
    return not q.unit and q.low == int(q.low) and 1800 <= q.low <= 2100 and q.end - q.start == 4


def _terms(folded: str, language: str) -> list[tuple[int, int, Term]]:
    return [(m.start(), m.end(), t) for t in load_terms(language) for m in t.pattern.finditer(folded)]


def _term_of(
    q: Quantity, numbers: list[Quantity], terms: list[tuple[int, int, Term]], folded: str
) -> _Found | None:
    if not q.unit:
        return _bare(q, terms, folded)
    best: tuple[float, int, Term] | None = None
    for start, end, term in terms:
        if q.unit_class not in term.classes:
            continue
        gap = start - q.end if start >= q.end else max(0, q.start - end)
        low, high = (q.end, start) if start >= q.end else (end, q.start)
        crossed = sum(low <= o.start < high and o.unit_class == q.unit_class for o in numbers)
        cost = gap + 40 * crossed - min(20, end - start) + (60 if re.search(r"[;]", folded[low:high]) else 0)
        if best is None or cost < best[0]:
            best = (cost, gap, term)
    if best is None or best[1] > 150:
        return None if q.unit_class in _NEED_TERM else _Found(q, None, 0)
    return _Found(q, best[2], best[1])


def _bare(q: Quantity, terms: list[tuple[int, int, Term]], folded: str) -> _Found | None:
    for _, end, term in terms:
        if not term.bare_unit or not 0 <= q.start - end <= 45 or not _LINK.fullmatch(folded, end, q.start):
            continue
        if term.bare_unit == "index" and not 0 < q.value < 1.001:
            continue
        if term.bare_unit == "persons" and (
            q.value < 500 or q.value != int(q.value) or not _ENDS.match(folded, q.end)
        ):
            continue
        return _Found(Quantity(q.start, q.end, q.low, q.high, term.bare_unit, "bare"), term, q.start - end)
    return None


def _candidate(
    found: _Found, said_in: _Setting, others: list[tuple[int, int]], passage: Passage, reading: Reading
) -> Candidate | None:
    q, language, folded, sentence = found.quantity, reading.language, said_in.folded, said_in.sentence
    times = list(said_in.times)
    named = places.of_the_whole(_within(said_in.named, folded, q), folded, q.start, q.end)
    place, sure = places.choose(
        named, q.start, q.end, others, reading.context, own_document=reading.own_document
    )
    inside = _brackets(folded, q)
    if inside and place is not None and place.kind != places.CITY:
        times = [t for t in times if inside[0] <= t.start < inside[1]]
    period, surety = periods.choose(times, q.start, q.end, others)
    step = _step(q, said_in)
    if step and "/" in period:
        period = period[:4] if step == "from" else period[-4:]
    due = any(p.due and p.text == period for p in times) or bool(
        reading.year and period and int(period[-4:]) > reading.year
    )
    due = due or (bool(_TASK.match(fold(passage.text))) and language in ("pt", "es", "fr"))
    due = due or (said_in.in_list and said_in.lead.target and not period)
    said = stances.stance(folded, q, language, "" if _past(period, reading) else fold(passage.section), due)
    if step == "from" and said == stances.TARGET and not due:
        said = stances.FACT
    if said in _DROPPED:
        return None
    bound = stances.bounds(folded, q, language)
    because = tuple(_reasons(found, surety, sure, place, bound, said, len(others), reading, said_in.lead))
    low, high = (q.low, q.high) if q.low != q.high else (None, None)
    low = q.value if bound == "at least" else low
    high = q.value if bound == "at most" else high
    kind = "target" if said == stances.TARGET else "value"
    if said == stances.FACT and place is not None and place.kind != places.CITY:
        said = "other_place"
    return Candidate(
        kind=kind,
        indicator=_indicator(found, folded, said),
        value=q.value,
        low=low,
        high=high,
        unit=q.unit,
        place=place.name if place else "",
        place_kind=place.kind if place else "",
        period=period if surety != "none" else "",
        group=stances.group(folded, q, language),
        quotation=sentence,
        document=reading.document,
        page=passage.page,
        box=passage.box,
        passage=passage.id,
        confidence=0.0,
        stance=said,
        against={},
        because=because,
        id="",
    )


def _within(named: tuple[places.Mention, ...], folded: str, q: Quantity) -> list[places.Mention]:
    """Leave out places in brackets that hold another figure."""
    kept = []
    for mention in named:
        opened = folded.rfind("(", 0, mention.start)
        closed = folded.find(")", opened) if opened >= 0 else -1
        foreign = opened >= 0 and closed > mention.start and not opened <= q.start <= closed
        if not foreign or opened - q.end in range(3) or not any(c.isdigit() for c in folded[opened:closed]):
            kept.append(mention)
    return kept


def _brackets(folded: str, q: Quantity) -> tuple[int, int] | None:
    opened = folded.rfind("(", 0, q.start)
    if opened < 0 or folded.find(")", opened, q.start) >= 0:
        return None
    closed = folded.find(")", q.end)
    return opened, closed if closed >= 0 else len(folded)


_FROM = re.compile(r"\b(?:de|from|desde)\s$|من\s$")
_TO = re.compile(r"[^\d.;]{0,45}\b(?:para|to|a|hasta|até|ate|à)\s$|[^\d.;]{0,30}إلى\s$")


def _step(q: Quantity, said_in: _Setting) -> str:
    """Return ``from`` or ``to`` for the two ends of a change, as in "from 253,059 to 336,038"."""
    numbers, folded = said_in.numbers, said_in.folded
    place = (
        numbers.index(q)
        if q in numbers
        else next((i for i, o in enumerate(numbers) if o.start == q.start), -1)
    )
    if place < 0:
        return ""
    if place + 1 < len(numbers):
        after = numbers[place + 1]
        if _FROM.search(folded, max(0, q.start - 8), q.start) and _TO.fullmatch(folded, q.end, after.start):
            return "from"
    if place > 0:
        before = numbers[place - 1]
        if _FROM.search(folded, max(0, before.start - 8), before.start) and _TO.fullmatch(
            folded, before.end, q.start
        ):
            return "to"
    return ""


def _past(period: str, reading: Reading) -> bool:
    return bool(period and reading.year and int(period[-4:]) <= reading.year)


def _indicator(found: _Found, folded: str, said: str) -> str:
    if found.term is not None and said != stances.CHANGE:
        return found.term.indicator
    if found.term is not None:
        return (
            found.term.indicator if "growth" in found.term.indicator else f"change of {found.term.indicator}"
        )
    tail = re.split(r"[.,;:()]", folded[found.quantity.end : found.quantity.end + 90])[0].split()
    return " ".join(tail[:9]) or " ".join(folded[: found.quantity.start].split()[-6:])


def _reasons(
    found: _Found,
    surety: str,
    sure: str,
    place: places.Mention | None,
    bound: str,
    said: str,
    others: int,
    reading: Reading,
    lead: Lead,
) -> Iterator[str]:
    if found.term is None:
        yield "no known term"
    elif found.gap > 60:
        yield "term far away"
    if found.quantity.unit_class == "bare":
        yield "no unit written"
    yield from {
        "none": ["no time given"],
        "doubtful": ["several times in the sentence"],
        "near": ["time near by"],
    }.get(surety, [])
    yield from {
        "none": ["no place"],
        "assumed": ["place taken for granted"],
        "near": ["several places in the sentence"],
    }.get(sure, [])
    if sure == "assumed" and lead.place is not None:
        yield "the sentence before speaks of another place"
    if place is not None and place.forged:
        yield "letters of several alphabets"
    if bound:
        yield bound
    if said == stances.CHANGE:
        yield "a change, not a state"
    if others >= _CROWDED:
        yield "many figures in the sentence"
    if reading.gives_orders:
        yield "the document gives orders"
    if not _plausible(found.quantity):
        yield "an amount beyond reason"


def _plausible(q: Quantity) -> bool:
    if q.unit_class == "persons":
        return 0 <= q.value < 9e9
    if q.unit_class == "temperature":
        return -60 < q.value < 60
    return (
        q.value >= 0 or q.unit_class in ("share", "points", "money")
        if q.unit_class != "share"
        else -100 <= q.value <= 1000
    )


def gives_orders(texts: Iterator[str], language: str) -> bool:
    """Tell whether a text addresses a machine; then nothing in the document is taken for certain."""
    del language
    pattern = load_cue("instruction", "en")
    return any(pattern.search(fold(text)) for text in texts)
