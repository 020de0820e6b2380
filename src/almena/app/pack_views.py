"""A framework over the values of a city: a value entered once appears under every code that it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from almena.app.pack_sources import opened, read_somebodys
from almena.app.packs import packs_of, summary
from almena.model.card import Card
from almena.model.observation import Observation
from almena.model.pack import MAPPING_KINDS, Pack, Row
from almena.model.problem import InputError, Problem
from almena.model.statement import ANSWER, StoredStatement
from almena.packs import load_cards
from almena.packs.pack_format import did_you_mean
from almena.packs.pack_mappings import Mapped
from almena.packs.pack_views import QUESTIONS, Entry, seen_by, view_of
from almena.packs.packs import pack_text, shipped_ids, shipped_pack, shipped_packs
from almena.store.folder import CityFolder
from almena.store.observations import current
from almena.store.statements import standing

HEADINGS = "indicators"


class _Registry:
    """
    The indicators of a city with what is known of each: measured values of cards, answers to questions.

    Parameters
    ----------
    folder : CityFolder
        The city.
    packs : mapping of str to Pack
        Its packs.
    cards : mapping of str to Card
        Indicator cards by id.
    language : str
        Language of questions; that of their tables when empty.
    """

    def __init__(
        self, folder: CityFolder, packs: Mapping[str, Pack], cards: Mapping[str, Card], language: str
    ) -> None:
        self._cards, self._language = cards, language
        self._questions = {row["id"]: (pack, row) for pack in packs.values() for row in pack.table(QUESTIONS)}
        self._headings = {row["id"]: pack for pack in packs.values() for row in pack.table(HEADINGS)}
        self._values = {o.shown.indicator: o.shown for o in current(folder.engine) if o.shown.is_headline}
        self._answers: dict[str, list[StoredStatement]] = {}
        for said in standing(folder.engine, kind=ANSWER):
            self._answers.setdefault(said.statement.key, []).append(said)

    def tell(self, mapped: Mapped) -> dict[str, Any]:
        """Return an indicator as it stands to a code, with its value or why there is none."""
        identity = mapped.indicator
        told = {
            "indicator": identity,
            "kind": mapped.kind,
            "said_by": mapped.said_by,
            "source": mapped.source,
            "confidence": mapped.confidence,
            "note": mapped.note,
        }
        if identity in self._cards:
            return told | _of_card(self._cards[identity], self._values.get(identity))
        if identity in self._questions:
            pack, row = self._questions[identity]
            columns = ("text", "unit", "holder")
            texts = {c: pack_text(pack, QUESTIONS, identity, c, self._language) for c in columns}
            return told | _of_question({**row, **texts}, self._answers.get(identity, []))
        title = pack_text(self._headings[identity], HEADINGS, identity, "title", self._language)
        return told | _gap(title, "it is a heading, answered by its questions")


def _gap(title: str, reason: str, remedy: str = "", who: str = "") -> dict[str, Any]:
    return {"title": title, "values": [], "gap": {"reason": reason, "remedy": remedy, "who": who}}


def _of_card(card: Card, observed: Observation | None) -> dict[str, Any]:
    if observed is None:
        return _gap(card.title, "the profile was not made yet", "Run `almena profile`.", card.who)
    if observed.is_missing:
        return _gap(card.title, observed.reason, observed.remedy or card.remedy, card.who)
    value = {
        "value": observed.value,
        "low": observed.low,
        "high": observed.high,
        "unit": observed.unit,
        "use": observed.use,
        "date": observed.period,
        "status": observed.status,
        "by": "",
        "decimals": card.decimals,
    }
    return {"title": card.title, "values": [value], "gap": None}


def _of_question(row: Row, answers: list[StoredStatement]) -> dict[str, Any]:
    if not answers:
        return _gap(row["text"], "nobody has answered it yet", "", row["holder"])
    given = [said for said in answers if said.statement.content.get("value") is not None]
    if not given:
        status = str(answers[0].statement.content.get("status", "incomplete")).replace("_", " ")
        return _gap(row["text"], f"the answer is: {status}", "", row["holder"])
    return {"title": row["text"], "values": [_answered(row, said) for said in given], "gap": None}


def _answered(row: Row, said: StoredStatement) -> dict[str, Any]:
    """Return an answer; those of several people stand side by side until someone decides."""
    content = said.statement.content
    return {
        "value": content.get("value"),
        "low": None,
        "high": None,
        "unit": content.get("unit") or row["unit"],
        "use": "",
        "date": said.recorded_at[:10],
        "status": str(content.get("status", "")),
        "by": said.statement.voice or said.by,
        "decimals": 2,
    }


def view_pack(directory: Path, source: str, language: str = "") -> dict[str, Any]:
    """
    Return a pack as a view on the values of a city.

    Parameters
    ----------
    directory : Path
        The city folder.
    source : str
        Id of a pack of the city or of Almena, or a folder or zip; it need not be added.
    language : str
        Language of its texts; that of its tables when empty.

    Returns
    -------
    dict
        ``{pack, added, by, entries, counts}``. ``by`` is ``codes``, ``theme`` or ``questions``. An entry holds
        ``system, code, title, part, why, level, parent, unit, is_heading``, ``shares`` that a survey has published, and
        ``indicators``, each with ``indicator, title, kind, said_by, source, confidence, note``, its ``values`` (value,
        low, high, unit, use, date, status, by) and else its ``gap`` (reason, remedy, who). ``counts`` holds ``codes``
        (headings not counted), ``mapped``, ``unmapped``, ``unmapped_share`` (0 to 1), ``known`` (codes with a value)
        and ``kinds`` (codes by the closest kind).

    Raises
    ------
    InputError
        When there is no such pack, or it has nothing to view.
    """
    with CityFolder.open(directory) as folder:
        packs, cards = packs_of(folder), load_cards()
        pack = _pack(source, packs)
        registry = _Registry(folder, {**packs, pack.id: pack}, cards, language)
        entries = [(e, [registry.tell(m) for m in e.mapped]) for e in view_of(pack, packs, cards, language)]
    return {
        "pack": summary(pack, language),
        "added": pack.id in packs,
        "by": seen_by(pack),
        "entries": [_told(entry, indicators) for entry, indicators in entries],
        "counts": _counts(entries),
    }


def _pack(source: str, packs: Mapping[str, Pack]) -> Pack:
    if source in packs:
        return packs[source]
    if source in shipped_ids():
        return shipped_pack(source)
    known = {**shipped_packs(), **packs}
    if not Path(source).exists():
        remedy = did_you_mean(source, known, f"There are: {', '.join(known)}; or name a folder or zip.")
        raise InputError(Problem("There is no such pack", source, "", remedy))
    with opened(source) as (place, name):
        return read_somebodys(place, name, known)


def _told(entry: Entry, indicators: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "system": entry.system,
        "code": entry.code,
        "title": entry.title or (indicators[0]["title"] if indicators else ""),
        "part": entry.part,
        "why": entry.why,
        "level": entry.level,
        "parent": entry.parent,
        "unit": entry.unit,
        "is_heading": not entry.counts,
        "indicators": indicators,
        "shares": [{name: cell for name, cell in share.items() if name != "_row"} for share in entry.shares],
    }


def _counts(entries: list[tuple[Entry, list[dict[str, Any]]]]) -> dict[str, Any]:
    counted = [(entry, told) for entry, told in entries if entry.counts]
    mapped = [(entry, told) for entry, told in counted if told]
    closest = [entry.mapped[0].kind for entry, _ in mapped]
    return {
        "codes": len(counted),
        "mapped": len(mapped),
        "unmapped": len(counted) - len(mapped),
        "unmapped_share": (len(counted) - len(mapped)) / len(counted) if counted else None,
        "known": sum(any(one["values"] for one in told) for _, told in mapped),
        "kinds": {kind: closest.count(kind) for kind in MAPPING_KINDS},
    }
