"""Make a versioned questionnaire out of the tables of packs."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from almena.ask.wording import Wording
from almena.model.pack import Pack, Row
from almena.model.problem import Problem, raise_all
from almena.model.question import LIST_OF, PERCENT, TABLE, YES_NO, Choice, Instrument, Question
from almena.packs import load_elements
from almena.packs.language import from_table, say

VERSION_LENGTH = (
    12  # hexadecimal digits shown and stored: 48 bits keep any number of versions of one city apart
)
FREE_ROWS = 10  # lines of a table whose rows the pack does not name
_SAME_IN_EVERY_LANGUAGE = (
    "id", "code", "pack", "kind", "answer", "element", "component", "indicator", "parent", "level", "unit", "low",
    "high", "card", "holder", "minutes",
)  # fmt: skip


def instrument_of(packs: Mapping[str, Pack], language: str) -> Instrument:
    """
    Return all questions of some packs as one instrument; call it while its language is spoken.

    Parameters
    ----------
    packs : mapping of str to Pack
        Checked packs by id.
    language : str
        ISO 639-1 code; a text that a pack lacks in it is told in the pack's own language.

    Raises
    ------
    InputError
        When two packs bring the same question, or two ids cannot be told apart in a form.
    """
    scales = _scales(packs, language)
    questions = [
        q for pack in packs.values() for q in _Maker(pack, packs, Wording(pack, language), scales).questions()
    ]
    raise_all(_doubles(questions))
    lists = {mark: scales.get(name, ()) for mark, name in LIST_OF.items()}
    return _versioned(sorted(questions, key=in_order), lists, language)


def part_of(instrument: Instrument, wanted: Collection[str]) -> Instrument:
    """Return the instrument cut to some questions, by id, in the order given when that is a sequence."""
    by_id = instrument.by_id()
    order = list(wanted) if isinstance(wanted, list | tuple) else [q for q in by_id if q in set(wanted)]
    return _versioned([by_id[i] for i in order], dict(instrument.lists), instrument.language)


def in_order(question: Question) -> tuple[Any, ...]:
    """Return the key that sorts questions as their framework numbers them."""
    numbers = tuple(int(n) for n in re.findall(r"\d+", question.code))
    return numbers, question.kind != "si", question.id


def field_name(question: str) -> str:
    """Return the id of a question as a name that every form builder takes: letters, digits and underscores."""
    return "q_" + re.sub(r"[^A-Za-z0-9]+", "_", question)


def content_version(content: Any) -> str:
    """Return the hash that names a content: SHA-256 of its JSON with sorted keys, its first digits."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:VERSION_LENGTH]


def _versioned(
    questions: list[Question], lists: Mapping[str, tuple[Choice, ...]], language: str
) -> Instrument:
    said = [[q.id, q.version] for q in questions]
    named = {mark: [c.id for c in choices] for mark, choices in lists.items()}
    version = content_version([said, named])
    packs = "-".join(sorted({q.pack for q in questions})) or "empty"
    return Instrument(f"{packs}-{version}", version, language, tuple(questions), lists)


def _scales(packs: Mapping[str, Pack], language: str) -> dict[str, tuple[Choice, ...]]:
    found: dict[str, dict[str, Choice]] = {}
    for pack in packs.values():
        wording = Wording(pack, language)
        for row in pack.table("scales"):
            label = wording.scale(row)
            step = Choice(row["id"], label, row["label"], int(row["position"] or 0), row.get("colour", ""))
            found.setdefault(row["scale"], {}).setdefault(step.id, step)
    return {
        scale: tuple(sorted(steps.values(), key=lambda s: (s.position, s.id)))
        for scale, steps in found.items()
    }


class _Maker:
    """Makes the questions of one pack."""

    def __init__(
        self,
        pack: Pack,
        packs: Mapping[str, Pack],
        wording: Wording,
        scales: Mapping[str, tuple[Choice, ...]],
    ) -> None:
        self._pack, self._wording, self._scales = pack, wording, scales
        self._titles = {
            row["id"]: Wording(one, wording.language).text(table, row, "title")
            for one in packs.values()
            for table in ("elements", "components", "indicators")
            for row in one.table(table)
        }
        self._parents = {
            r["id"]: r.get("parent", "") for one in packs.values() for r in one.table("components")
        }

    def questions(self) -> Iterable[Question]:
        """Return all questions of the pack with their versions."""
        for row in self._pack.table("questions"):
            question = self._question(row)
            yield replace(question, version=_version(question, row))

    def _question(self, row: Row) -> Question:
        text, given = self._wording.text, row.get
        return Question(
            id=row["id"],
            code=row["code"],
            pack=self._pack.id,
            kind=row["kind"],
            text=text("questions", row, "text"),
            help=text("questions", row, "help"),
            answer=row["answer"],
            element=row["element"],
            component=given("component", ""),
            indicator=given("indicator", ""),
            parent=given("parent", ""),
            heading=self._heading(row),
            level=given("level", ""),
            unit=given("unit", "") or ("%" if row["answer"] == PERCENT else ""),
            low=_number(given("low", "")),
            high=_number(given("high", "")),
            choices=self._choices(row),
            rows=self._parts(row, "rows"),
            columns=self._parts(row, "columns"),
            card=given("card", ""),
            holder=row["holder"],
            holder_label=text("questions", row, "holder"),
            minutes=_number(row["minutes"]) or 0.0,
        )

    def _choices(self, row: Row) -> tuple[Choice, ...]:
        named = self._scales.get(row.get("scale", ""), ())
        if named or row["answer"] != YES_NO:
            return named
        return (Choice("yes", say("Yes"), "Yes", 1), Choice("no", say("No"), "No", 0))

    def _parts(self, row: Row, column: str) -> tuple[Choice, ...]:
        """Return rows or columns of a table; a table without names has free lines and one column."""
        if row["answer"] != TABLE:
            return ()
        names = _cut(row.get(column, ""))
        told = _cut(self._wording.text("questions", row, column))
        told = told if len(told) == len(names) else names
        if names:
            pairs = zip(names, told, strict=True)
            return tuple(Choice(name, label, name, i) for i, (name, label) in enumerate(pairs, 1))
        if column == "columns":
            return (Choice("value", say("Value"), "value", 1),)
        return tuple(Choice(str(i), str(i), str(i), i) for i in range(1, FREE_ROWS + 1))

    def _heading(self, row: Row) -> str:
        """Return the titles above a question, from the element down, each once."""
        component = row.get("component", "")
        above: list[str] = []
        while component and len(above) < len(self._parents) + 1:
            above.insert(0, component)
            component = self._parents.get(component, "")
        names = [self._element(row["element"]), *(self._titles.get(c, "") for c in above)]
        names.append(self._titles.get(row.get("indicator", ""), ""))
        return " › ".join(dict.fromkeys(name for name in names if name))

    def _element(self, element: str) -> str:
        known = load_elements()
        own = self._titles.get(element) or (known[element].title if element in known else element)
        return from_table("elements", own)


def _version(question: Question, row: Row) -> str:
    """Return the hash of what gives an answer its meaning: the English text, type, unit, range and the choices' ids."""
    facts = {name: value for name, value in asdict(question).items() if name in _SAME_IN_EVERY_LANGUAGE}
    facts |= {"text": row["text"], "help": row.get("help", "")}
    facts |= {part: [c.id for c in getattr(question, part)] for part in ("choices", "rows", "columns")}
    return content_version(facts)


def _doubles(questions: Iterable[Question]) -> Iterable[Problem]:
    by_name: dict[str, Question] = {}
    for question in questions:
        other = by_name.setdefault(field_name(question.id), question)
        if other is not question:
            what = f"Two questions cannot be told apart: {other.id} and {question.id}"
            where = f"packs {other.pack} and {question.pack}"
            yield Problem(
                what, where, "forms name them alike", "Remove one of the packs, or rename one question."
            )


def _number(text: str) -> float | None:
    return float(text) if text else None


def _cut(text: str) -> list[str]:
    return [part.strip() for part in text.split("|") if part.strip()]
