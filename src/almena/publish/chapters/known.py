"""How good is what we know: use classes, ages of the sources, blind spots."""

from __future__ import annotations

import math
from collections import Counter

from almena.measure.dates import age_in_years
from almena.measure.runner import CONTEXT_ONLY
from almena.model.origin import Source
from almena.packs.language import say
from almena.publish.blocks import Block, Cell, Grid
from almena.publish.chapters.desk import Desk
from almena.publish.chapters.sections import told
from almena.publish.coverage import street_coverage
from almena.publish.figures import value_texts
from almena.publish.reasons import plain_reason
from almena.publish.sentences import PARTIAL
from almena.publish.wording import date_text, number_text, share_text
from almena.publish.words import word, words


def blocks(at: Desk) -> list[Block]:
    """Return what to know before using any number."""
    blind = at.atlas.blind()
    found: list[Block] = [_use_table(at), _status_table(at), _ages(at)]
    found += [blind] if blind else []
    found += [b for b in (_left_out(at), _partial(at), _gap_reasons(at)) if b.rows]
    return [*found, *told(at, "known").values()]


def _left_out(at: Desk) -> Grid:
    rows = tuple(
        (Cell(what), Cell(share_text(share), number=True))
        for what, share in street_coverage(at.facts, at.event).items()
    )
    note = say(
        "Walking distances are known for these shares only. Who is left out is not the same in every group."
    )
    return Grid(say("Whom the street data cover"), (say("What"), say("Covered")), rows, note=note)


def _use_table(at: Desk) -> Grid:
    counts = at.facts.uses + Counter(missing=len(at.facts.gaps), withheld=len(at.facts.withheld))
    rows = tuple(
        (Cell(w.word, use=w), Cell(str(counts[w.id]), number=True), Cell(w.meaning)) for w in words("use")
    )
    note = say(
        "The class follows from age, coverage, position and agreement of the sources, by rules in a table."
    )
    head = (say("Use class"), say("Indicators"), say("Meaning"))
    return Grid(say("How far the values can be trusted"), head, rows, note=note)


def _status_table(at: Desk) -> Grid:
    found = [w for w in words("status") if at.facts.statuses[w.id]]
    rows = tuple(
        (Cell(w.word), Cell(str(at.facts.statuses[w.id]), number=True), Cell(w.meaning)) for w in found
    )
    return Grid(say("How the values were obtained"), (say("Status"), say("Indicators"), say("Meaning")), rows)


def _ages(at: Desk) -> Grid:
    beside = _beside_the_city(at)
    ordered = sorted(at.material.sources, key=lambda s: _order(at, s))
    rows = tuple(_age_row(at, source, source.role in beside) for source in ordered)
    undated = sum(math.isnan(age_in_years(s.date, at.material.run_date)) for s in at.material.sources)
    head = (say("What it is"), say("Speaks of"), say("Age in years"), say("Fitness by age"))
    note = say(
        "Files without a date: {undated} of {files}. How old these are, nobody can tell from the file.",
        undated=undated,
        files=len(rows),
    )
    return Grid(
        say("Age and fitness of every source, oldest first"),
        head,
        rows,
        first=15,
        note=note if undated else "",
    )


def _beside_the_city(at: Desk) -> frozenset[str]:
    """Return the roles that speak of the country or the world alone: no value made from them is ever fit to decide."""
    used: dict[bool, set[str]] = {True: set(), False: set()}
    for observation in at.material.observations:
        card = at.material.cards.get(observation.indicator)
        if card is not None:
            used[card.element == CONTEXT_ONLY].update(o.source.role for o in observation.origins)
    return frozenset(used[True] - used[False])


def _order(at: Desk, source: Source) -> tuple[float, str, str]:
    age = age_in_years(source.date, at.material.run_date)
    return -(-math.inf if math.isnan(age) else age), source.role, source.file


def _age_row(at: Desk, source: Source, is_beside: bool) -> tuple[Cell, ...]:
    role = at.material.roles.get(source.role)
    age = age_in_years(source.date, at.material.run_date)
    title = role.title if role else source.role
    number = at.maker.numbers[source]
    return (
        Cell(title, small=source.file.rsplit("/", 1)[-1], href=f"#source-{number}"),
        Cell(date_text(source.date)),
        Cell(say("unknown") if math.isnan(age) else number_text(age, 1), number=True),
        Cell(word("fit", "beside").word, use=word("fit", "beside"))
        if is_beside
        else _fitness(at, source.role, age),
    )


def _fitness(at: Desk, role_id: str, age: float) -> Cell:
    role = at.material.roles.get(role_id)
    if math.isnan(age) or role is None:
        fit = "unknown"
    else:
        fit = "decide" if age <= role.decide_years else "discuss" if age <= role.discuss_years else "context"
    return Cell(word("fit", fit).word, use=word("fit", fit))


def _partial(at: Desk) -> Grid:
    found = [
        o
        for o in at.facts.headlines.values()
        if o.coverage is not None and o.coverage < PARTIAL and not o.is_missing
    ]
    found.sort(key=lambda o: (o.coverage or 0.0, o.indicator))
    rows = tuple(
        (
            Cell(at.material.cards[o.indicator].title, href="#" + at.maker.figure(o, full=False).anchor),
            Cell(share_text(o.coverage or 0.0), number=True),
            Cell(value_texts(o, at.material.cards[o.indicator])[0], number=True),
        )
        for o in found
    )
    note = say("These values hold for the covered part only. The rest is unknown; it is not zero.")
    head = (say("Indicator"), say("Covered"), say("Value in the covered part"))
    return Grid(say("Where the sources are blind"), head, rows, first=8, note=note)


def _gap_reasons(at: Desk) -> Grid:
    roles = at.material.roles
    missing = (*at.facts.gaps, *at.facts.withheld)
    counts = Counter(plain_reason(o, roles) or say("no reason given") for o in missing)
    rows = tuple((Cell(reason), Cell(str(n), number=True)) for reason, n in counts.most_common())
    return Grid(say("Why values are missing"), (say("Reason"), say("Indicators")), rows, first=8)
