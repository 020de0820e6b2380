"""How the indicators of this software stand to the codes of frameworks, whoever says so."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from almena.model.card import Card
from almena.model.pack import MAPPING_KINDS, RELATED, SAME, Pack
from almena.packs.words import pack_rows

Key = tuple[str, str]
"""A framework and one of its codes, both as `key_of` writes them."""

_CARD_CODE = re.compile(
    r"(?P<code>.+?)(?:\s+(?P<kind>same|narrower|broader|related))?(?:\s*\((?P<letter>[ABCDP])\))?"
)
_SUFFIX = re.compile(
    r"(?<=\d)[ACP]"
)  # letter after a code in the 2020 workbook; its meaning is not stated there


@dataclass(frozen=True)
class Mapped:
    """
    One indicator that stands for a code of a framework.

    Parameters
    ----------
    indicator : str
        Id of a card or question.
    kind : str
        ``same``; ``narrower`` when it measures a part of what the framework asks; ``broader``; ``related``.
    said_by : str
        ``cards``, or the id of the pack whose table says so.
    source, confidence, note : str
        Where the match comes from, letter A to D or P, what differs.
    """

    indicator: str
    kind: str
    said_by: str
    source: str = ""
    confidence: str = ""
    note: str = ""


def key_of(system: str, code: str) -> Key:
    """Return framework and code so that different spellings of both are equal (``packs/pack_systems.csv``)."""
    heard = _heard(system)
    return _systems().get(heard, heard), re.sub(r"[\s–-]", "", code).casefold()


@lru_cache(maxsize=1)
def _systems() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for row in pack_rows("pack_systems.csv"):
        own = _heard(row["system"])
        found |= {_heard(name): own for name in (row["system"], *row["names"].split("|"))}
    return found


def _heard(system: str) -> str:
    return "".join(letter for letter in system.casefold() if letter.isalnum())


def mappings_of(packs: Iterable[Pack], cards: Mapping[str, Card]) -> dict[Key, tuple[Mapped, ...]]:
    """
    Return for each code of each framework the indicators that stand for it.

    Four places say so: tables ``mappings`` of packs, the codes of cards, a framework's own questions, and the alignment
    of questions. Where two of them speak of the same pair the first in this order is believed, and another kind is
    noted.

    Parameters
    ----------
    packs : iterable of Pack
        Packs of a city.
    cards : mapping of str to Card
        Indicator cards by id.
    """
    chosen = list(packs)
    found: dict[Key, dict[str, Mapped]] = defaultdict(dict)
    for key, mapped in (*_of_tables(chosen), *_of_cards(cards), *_of_questions(chosen)):
        before = found[key].get(mapped.indicator)
        if before is None:
            found[key][mapped.indicator] = mapped
        elif before.kind != mapped.kind and mapped.kind != RELATED:
            found[key][mapped.indicator] = _contradicted(before, mapped)
    return {key: tuple(sorted(each.values(), key=_closest)) for key, each in found.items()}


def _closest(mapped: Mapped) -> tuple[int, str]:
    return MAPPING_KINDS.index(mapped.kind), mapped.indicator


def _contradicted(believed: Mapped, other: Mapped) -> Mapped:
    note = f"{other.said_by} says {other.kind}"
    told = f"{believed.note}; {note}" if believed.note else note
    return Mapped(
        believed.indicator, believed.kind, believed.said_by, believed.source, believed.confidence, told
    )


def _of_tables(packs: Iterable[Pack]) -> Iterator[tuple[Key, Mapped]]:
    for pack in packs:
        for row in pack.table("mappings"):
            told = row["source"], row["confidence"], row["note"]
            yield key_of(row["system"], row["code"]), Mapped(row["indicator"], row["kind"], pack.id, *told)


def _of_cards(cards: Mapping[str, Card]) -> Iterator[tuple[Key, Mapped]]:
    """Yield what the cards say; a code without a kind claims no more than that it is related."""
    for card in cards.values():
        for system, text in card.codes.items():
            parts = _CARD_CODE.fullmatch(text.strip())
            if parts:
                kind, letter = parts["kind"] or RELATED, parts["letter"] or ""
                yield key_of(system, parts["code"]), Mapped(card.id, kind, "cards", "cards.csv", letter)


def _of_questions(packs: Iterable[Pack]) -> Iterator[tuple[Key, Mapped]]:
    """Yield each question for its own code, and for those of other frameworks that it is aligned with."""
    for pack in packs:
        for row in pack.table("questions"):
            told = row["source"], row["confidence"]
            yield key_of(pack.id, row["code"]), Mapped(row["id"], SAME, pack.id, *told)
            for part in row["alignment"].split(";"):
                system, is_pair, code = part.partition("=")
                if is_pair and code.strip():
                    bare = _SUFFIX.sub("", code.strip())
                    yield (
                        key_of(system, bare),
                        Mapped(row["id"], RELATED, pack.id, *told),
                    )
