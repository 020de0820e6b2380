"""Frameworks and themes as views on one registry of indicators: what stands for each code, and where nothing does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from almena.model.card import Card
from almena.model.pack import RELATED, SAME, Pack, Row
from almena.model.problem import InputError, Problem
from almena.packs.pack_mappings import Key, Mapped, key_of, mappings_of
from almena.packs.packs import pack_text

CODES, THEME, QUESTIONS = "codes", "theme", "questions"
HAZARDS = "hazards"


@dataclass(frozen=True)
class Entry:
    """
    One line of a view.

    Parameters
    ----------
    system, code, title : str
        Framework, its code and name; for a theme its pack, the part and the reason are in ``part`` and ``why``.
    part, why : str
        Heading under which it stands; why it belongs there (themes).
    level, parent, unit : str
        As the framework has them.
    counts : bool
        Whether it can be measured: a code that others are part of is a heading.
    mapped : tuple of Mapped
        The indicators that stand for it, the closest first.
    shares : tuple of rows
        What a survey has published about it, each share with its base.
    """

    system: str
    code: str
    title: str
    part: str = ""
    why: str = ""
    level: str = ""
    parent: str = ""
    unit: str = ""
    counts: bool = True
    mapped: tuple[Mapped, ...] = ()
    shares: tuple[Row, ...] = ()


def view_of(
    pack: Pack, packs: Mapping[str, Pack], cards: Mapping[str, Card], language: str = ""
) -> tuple[Entry, ...]:
    """
    Return a pack as a view on the indicators.

    Parameters
    ----------
    pack : Pack
        A pack with codes, a theme or questions.
    packs : mapping of str to Pack
        All packs of the city: each may say what stands for a code.
    cards : mapping of str to Card
        Indicator cards by id.
    language : str
        Language of its texts; that of its tables when empty.

    Raises
    ------
    InputError
        When it has neither codes nor a theme nor questions.
    """
    if pack.manifest.kind == HAZARDS:
        why, remedy = (
            "its codes name hazards, which no indicator measures",
            "Look with `almena pack list` what it holds.",
        )
        raise InputError(Problem(f"The pack {pack.id} cannot be viewed", pack.id, why, remedy))
    if pack.table(THEME):
        return tuple(_of_theme(pack, row, language) for row in pack.table(THEME))
    mappings = mappings_of({**packs, pack.id: pack}.values(), cards)
    if pack.table(CODES):
        above = {key_of(row["system"], row["parent"]) for row in pack.table(CODES) if row["parent"]}
        return tuple(_of_code(pack, row, mappings, above, language) for row in pack.table(CODES))
    if pack.table(QUESTIONS):
        return tuple(_of_question(pack, row, mappings, language) for row in pack.table(QUESTIONS))
    why, remedy = (
        "it has neither codes nor a theme nor questions",
        "Look with `almena pack list` what it holds.",
    )
    raise InputError(Problem(f"The pack {pack.id} cannot be viewed", pack.id, why, remedy))


def _of_theme(pack: Pack, row: Row, language: str) -> Entry:
    where = THEME, f"{row['indicator']}/{row['part']}"
    part, why = (pack_text(pack, *where, column, language) for column in ("part", "why"))
    mapped = Mapped(row["indicator"], SAME, pack.id, pack.manifest.source, pack.manifest.confidence)
    return Entry(pack.id, row["indicator"], "", part, why, mapped=(mapped,))


def _of_code(
    pack: Pack, row: Row, mappings: Mapping[Key, tuple[Mapped, ...]], above: set[Key], language: str
) -> Entry:
    key = key_of(row["system"], row["code"])
    title = pack_text(pack, CODES, f"{row['system']}/{row['code']}", "title", language)
    return Entry(
        row["system"],
        row["code"],
        title,
        level=row["level"],
        parent=row["parent"],
        unit=row["unit"],
        counts=key not in above,
        mapped=mappings.get(key, ()),
    )


def _of_question(pack: Pack, row: Row, mappings: Mapping[Key, tuple[Mapped, ...]], language: str) -> Entry:
    """Return a question with its own answer, and the cards that measure the same or a part."""
    own = [Mapped(row["id"], SAME, pack.id, row["source"], row["confidence"])]
    if row["card"]:
        own.append(Mapped(row["card"], RELATED, pack.id, row["source"], row["confidence"]))
    known = {mapped.indicator for mapped in own}
    others = [m for m in mappings.get(key_of(pack.id, row["code"]), ()) if m.indicator not in known]
    text = pack_text(pack, QUESTIONS, row["id"], "text", language)
    return Entry(
        pack.id,
        row["code"],
        text,
        part=_heading(pack, row, language),
        level=row["level"],
        parent=row["parent"],
        unit=row["unit"],
        mapped=(*own, *others),
        shares=tuple(share for share in pack.table("shares") if _is_about(share, row)),
    )


def _is_about(share: Row, question: Row) -> bool:
    return share["question"] == question["text"] or f"{share['id']}.".startswith(f"{question['id']}.")


def _heading(pack: Pack, row: Row, language: str) -> str:
    """Return the heading or else the component of a question, in words where the pack itself names it."""
    for table, identity in (("indicators", row["indicator"]), ("components", row["component"])):
        if any(known["id"] == identity for known in pack.table(table)):
            return pack_text(pack, table, identity, "title", language)
    return row["indicator"] or row["component"]


def seen_by(pack: Pack) -> str:
    """Return by what a pack is viewed: ``theme``, ``codes`` or ``questions``."""
    return next((table for table in (THEME, CODES) if pack.table(table)), QUESTIONS)
