"""The event: what it reached, and what had been promised before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from almena.measure.dates import last_day
from almena.model.data import Table
from almena.model.observation import Observation
from almena.packs.language import say
from almena.packs.retelling import retell
from almena.publish.blocks import Block, Cell, Grid, Item, Points, Prose
from almena.publish.chapters.desk import Desk
from almena.publish.chapters.sections import told
from almena.publish.citing import BOUNDARY, source_text
from almena.publish.event import FLOOD, FLOOD_MAP, PLAN_LISTS, dating_text
from almena.publish.figures import dimension_text, value_texts
from almena.publish.wording import capital, date_text, listed

OUTLINES = (BOUNDARY, "neighbourhoods", "neighbourhood_statistics")  # say where, not what
PUBLISHED, LISTS = "exposure.flood_published_difference", "lists"
ON_MAP, IN_LISTED = "exposure.flood_map_hits", "exposure.flood_in_protected_neighbourhoods"


def reached(at: Desk) -> list[Block]:
    """Return what stood inside the outline, and how the counts differ from lists that others published."""
    assert at.event is not None
    found: list[Block] = [Prose(say("The outline"), _outline_text(at))]
    sections, published = told(at, "reached"), published_differences(at)
    for name, block in sections.items():
        found += [block, published] if name == LISTS and published else [block]
    return found


def _outline_text(at: Desk) -> str:
    """Return the date and origin of the outline, and how far apart in time the things counted inside it are."""
    assert at.event is not None
    drawn = listed(s.attribution or s.file for s in at.event.layer.sources)
    date, years = date_text(at.event.date), _years_counted(at)
    sentences = [
        say("The outline is dated {date}. Drawn by or taken from: {sources}.", date=date, sources=drawn)
    ]
    if len(years) > 1:
        mixed = say(
            "What is counted inside it comes from files of different years, {first} to {last}, so some of it may "
            "have opened, moved or closed in between.",
            first=years[0],
            last=years[-1],
        )
        sentences.append(mixed)
    honest = say("A count inside it says what stood where the water came, not what failed or for how long.")
    return " ".join([*sentences, honest])


def _years_counted(at: Desk) -> list[str]:
    cards = [
        c for c in at.facts.cards("reached") if c.element == "exposure" and at.facts.value(c.id) is not None
    ]
    sources = {o.source for c in cards for o in at.facts.headlines[c.id].origins}
    ends = (last_day(s.date) for s in sources if s.role not in (FLOOD, *OUTLINES))
    return sorted({str(end.year) for end in ends if end is not None})


def published_differences(at: Desk) -> Grid | None:
    """Return the counts that others published beside ours; None when there is no such list."""
    lines = at.facts.others(PUBLISHED)
    if not lines:
        return None
    rows = tuple(_published_row(at, o) for o in lines)
    head = (say("List"), say("Difference"), say("Counts"), say("Source"))
    note = say("A difference is shown, not mended: edges, dates and registers differ.")
    return Grid(say("Our counts against published lists"), head, rows, note=note)


def _published_row(at: Desk, observation: Observation) -> tuple[Cell, ...]:
    lists = [value for key, value in observation.dimensions if key == "list"]
    name = lists[0] if lists else dimension_text(observation)
    return (
        Cell(retell(name)),
        Cell(
            value_texts(observation, at.material.cards[PUBLISHED])[0],
            use=at.maker.cell(observation).use,
            number=True,
        ),
        Cell(" ".join(note.removeprefix(f"{name}: ") for note in observation.notes)),
        Cell(source_text(observation)),
    )


def promised(at: Desk) -> list[Block]:
    """Return maps and lists, each with its date against the event's, and how they fared."""
    assert at.event is not None
    hazard, lists = at.material.layer(FLOOD_MAP), at.material.layer(PLAN_LISTS)
    dates = Points(
        say("What is dated before the event, and what is not"),
        (
            Item(say("Map of flood-prone land"), _map_text(at, dating_text(at.event.map_dating, hazard))),
            Item(say("Neighbourhood lists of a plan"), dating_text(at.event.list_dating, lists)),
        ),
    )
    picture, lengths = at.atlas.promised(), list_lengths(at)
    found: list[Block] = [dates, *([picture] if picture else []), *([lengths] if lengths else [])]
    return [*found, *told(at, "promised").values()]


def _map_text(at: Desk, dated: str) -> str:
    """Return the dating of the map with what its method has to say about it."""
    hits = at.facts.value(ON_MAP)
    return "; ".join([dated, *(hits.notes if hits else ())])


def list_lengths(at: Desk) -> Grid | None:
    """Return how many neighbourhoods each list of the plan names, and who was flooded there; None without lists."""
    table = at.material.layer(PLAN_LISTS)
    if not isinstance(table, Table):
        return None
    named = {column: _names(values) for column, values in table.columns.items()}
    rows = tuple(_list_row(at, column, named) for column, names in named.items() if names)
    head = (
        say("List"),
        say("Neighbourhoods named"),
        say("Of them also in another list"),
        say("Of the people inside the outline, %"),
    )
    note = say("None of these lists says which neighbourhoods were flooded.")
    return Grid(say("The lists of the plan"), head, rows, note=note) if rows else None


def _names(values: Iterable[object]) -> set[str]:
    return {str(v).strip() for v in values if v is not None and str(v).strip()}


def _list_row(at: Desk, column: str, named: Mapping[str, set[str]]) -> tuple[Cell, ...]:
    others: set[str] = set().union(*(n for c, n in named.items() if c != column))
    title = column.replace("_", " ")
    return (
        Cell(capital(retell(title))),
        Cell(str(len(named[column])), number=True),
        Cell(str(len(named[column] & others)), number=True),
        at.maker.cell(_flooded_in(at, title)),
    )


def _flooded_in(at: Desk, title: str) -> Observation | None:
    """Return the flooded people of a list's neighbourhoods; the headline is about the list that its card names."""
    card = at.material.cards.get(IN_LISTED)
    if card is not None and card.parameters.get("list_name") == title:
        return at.facts.value(IN_LISTED)
    return next((o for o in at.facts.others(IN_LISTED) if dict(o.dimensions).get("list") == title), None)


def no_event(at: Desk) -> list[Block]:
    """Return the one chapter of a city without an event file: what to load, and what is known all the same."""
    cards = [c for c in at.material.cards.values() if {"reached", "places", "promised"} & set(c.story)]
    known = [c for c in cards if at.facts.value(c.id) is not None]
    load = Item(
        say("Load"),
        say("the outline of the area reached, as an authority drew it, with the date of the event"),
    )
    lists = Item(
        say("Better still"),
        say("a hazard map dated before the event, and registers of schools, hydrants and stops"),
    )
    found: list[Block] = [Points(say("What would open these chapters"), (load, lists))]
    return found + at.numbers(say("What is known all the same"), known)
