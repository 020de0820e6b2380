"""The words of the installed packs, and of the cards, in one taxonomy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from almena.model.card import Card
from almena.model.pack import Pack, Row
from almena.model.taxonomy import Component, Edge, Hazard, Question, Taxonomy

HAZARD_CODES = ("hips", "emdat", "glide")


def taxonomy_of(
    packs: Iterable[Pack],
    cards: Iterable[Card] = (),
    *,
    language: str = "",
    components: Mapping[str, str] | None = None,
) -> Taxonomy:
    """
    Return what the packs define, a definition of an earlier pack before one of a later.

    Parameters
    ----------
    packs : iterable of Pack
        The installed ones, checked.
    cards : iterable of Card
        Indicators that this software measures; they may be attached and judged like questions.
    language : str
        ISO 639-1 code; names are told in it where a pack has the table ``texts_LANGUAGE``.
    components : mapping of str to str, optional
        For each component of a card, by its name in English, the id in the packs.
    """
    every = [(pack, _texts(pack, language)) for pack in packs]

    def rows(table: str) -> Iterator[tuple[Row, Row]]:
        """Yield each row of a table, with its translated columns."""
        for pack, texts in every:
            for row in pack.table(table):
                yield row, {**row, **texts.get((table, _key(table, row)), {})}

    hazards = {r["id"]: Hazard(r["id"], t["subtype"], t["type"], t["group"]) for r, t in rows("hazards")}
    return Taxonomy(
        hazards=hazards,
        elements={r["id"]: t["title"] for r, t in rows("elements")},
        components={
            r["id"]: Component(r["id"], t["title"], r["element"], r.get("parent", ""))
            for r, t in rows("components")
        },
        questions={
            **{
                r["id"]: Question(r["id"], t["text"], r["element"], r.get("component", ""), r["kind"])
                for r, t in rows("questions")
            },
            **{c.id: _of_card(c, components or {}) for c in cards},
        },
        edges=tuple(_edges([r for r, _ in rows("causes")], [r for r, _ in rows("hazards")])),
        labels=_labels(rows("scales")),
    )


def _key(table: str, row: Row) -> str:
    return f"{row['scale']}/{row['id']}" if table == "scales" else row.get("id", "")


def _texts(pack: Pack, language: str) -> dict[tuple[str, str], dict[str, str]]:
    found: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for row in pack.table(f"texts_{language}") if language else ():
        if row["text"]:
            found[row["table"], row["id"]][row["column"]] = row["text"]
    return found


def _of_card(card: Card, components: Mapping[str, str]) -> Question:
    return Question(card.id, card.title, card.element, components.get(card.component, ""), "card")


def _labels(rows: Iterator[tuple[Row, Row]]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row, told in rows:
        found[row["scale"]].setdefault(row["id"], told["label"])
    return found


def _edges(causes: Iterable[Row], hazards: Iterable[Row]) -> Iterator[Edge]:
    """
    Yield the edges of the literature between sub-types.

    An edge between codes of another classification stands for all pairs of sub-types with these codes; one between two
    codes of the same sub-type says nothing. Codes that a sub-type matches only by their cluster are left out: a cluster
    holds too much, and a flood would seem to bring every disease.
    """
    by_code: dict[str, list[str]] = defaultdict(list)
    for row in hazards:
        by_code[row["id"]].append(row["id"])
        for column in HAZARD_CODES:
            for code in row.get(column, "").replace(",", " ").split():
                by_code[code].append(row["id"])
    seen: set[tuple[str, str]] = set()
    for row in causes:
        causing, caused = (by_code.get(row[end], []) for end in ("cause", "effect"))
        for pair in ((a, b) for a in causing for b in caused):
            if pair[0] != pair[1] and pair not in seen:
                seen.add(pair)
                yield Edge(*pair, row.get("source", ""), row.get("confidence", ""))
