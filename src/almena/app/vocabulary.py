"""The words of a city's packs and registers, as those who read what people write need them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from almena.ask.vocabulary import Vocabulary
from almena.model.pack import Pack, Row
from almena.model.statement import REGISTER
from almena.packs import load_cards, load_elements
from almena.store.folder import CityFolder
from almena.store.statements import standing

Names = dict[str, list[str]]


def vocabulary_of(folder: CityFolder, packs: Mapping[str, Pack]) -> Vocabulary:
    """
    Return every word that an entry of a register may refer to.

    Parameters
    ----------
    folder : CityFolder
        The city: its name, and what its registers hold already.
    packs : mapping of str to Pack
        Its packs.
    """
    entries: dict[str, Mapping[str, Any]] = {}
    known: dict[str, Names] = defaultdict(dict)
    for stored in standing(folder.engine, kind=f"{REGISTER}:"):
        said = stored.statement
        register = said.kind.partition(":")[2]
        entries[f"{register}/{said.key}"] = {**said.content, "source": said.source}
        titles = (said.content.get(name) for name in ("title", "name"))
        known[register][said.key] = [str(title) for title in titles if title]
    return Vocabulary(
        elements=_whole(_elements(packs)),
        components=_whole(_titled(packs, "components", "code")),
        hazards=_whole(_hazards(packs)),
        indicators=_whole(_indicators(packs)),
        classes={row["id"]: (row["group"], row["type"]) for row in _rows(packs, "hazards")},
        belongs={row["id"]: row.get("component", "") for row in _rows(packs, "questions")},
        choices={name: _whole(steps) for name, steps in _choices(packs).items()},
        standing={register: _whole(names) for register, names in known.items()},
        entries=entries,
        city=(folder.city.name, folder.city.id),
    )


def _whole(names: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    return {identity: tuple(name for name in found if name) for identity, found in names.items()}


def _rows(packs: Mapping[str, Pack], table: str) -> list[Row]:
    return [row for pack in packs.values() for row in pack.table(table)]


def _translations(packs: Mapping[str, Pack], table: str, column: str) -> Names:
    """Return the texts of a column in other languages, by the id of the row."""
    found: Names = defaultdict(list)
    for pack in packs.values():
        for name, rows in pack.tables.items():
            if name.startswith("texts_"):
                for row in rows:
                    if (row["table"], row["column"]) == (table, column):
                        found[row["id"]].append(row["text"])
    return found


def _elements(packs: Mapping[str, Pack]) -> Names:
    """Return the eight elements of the method, with what packs call them; chapters of the report are none."""
    found: Names = {
        e.id: [e.title, e.short, str(e.number)]
        for e in load_elements().values()
        if 1 <= e.number <= LAST_ELEMENT
    }
    for row in _rows(packs, "elements"):
        found.setdefault(row["id"], []).extend((row["title"], row.get("short", ""), row["number"]))
    _translate(found, packs, "elements", "title")
    return found


LAST_ELEMENT = 8
"""The method has eight urban elements (City Resilience Profiling Tool, 2018)."""


def _titled(packs: Mapping[str, Pack], table: str, *more: str) -> Names:
    found: Names = {}
    for row in _rows(packs, table):
        found.setdefault(row["id"], []).extend([row["title"], *(row.get(name, "") for name in more)])
    _translate(found, packs, table, "title")
    return found


def _translate(found: Names, packs: Mapping[str, Pack], table: str, column: str) -> None:
    for identity, texts in _translations(packs, table, column).items():
        if identity in found:
            found[identity].extend(texts)


def _hazards(packs: Mapping[str, Pack]) -> Names:
    """Return sub-types by name and by the codes of HIPs, EM-DAT and GLIDE."""
    found: Names = {}
    for row in _rows(packs, "hazards"):
        codes = [code for name in ("hips", "emdat", "glide") for code in row.get(name, "").split()]
        found.setdefault(row["id"], []).extend([row["subtype"], *codes])
    _translate(found, packs, "hazards", "subtype")
    return found


def _indicators(packs: Mapping[str, Pack]) -> Names:
    """Return questions and headings by their codes, and cards by their ids."""
    found: Names = {identity: [] for identity in load_cards()}
    for table in ("indicators", "questions"):
        for row in _rows(packs, table):
            found.setdefault(row["id"], []).append(row["code"])
    return found


def _choices(packs: Mapping[str, Pack]) -> dict[str, Names]:
    found: dict[str, Names] = defaultdict(dict)
    texts = _translations(packs, "scales", "label")
    for row in _rows(packs, "scales"):
        names = found[row["scale"]].setdefault(row["id"], [])
        both = f"{row['scale']}/{row['id']}"
        names.extend([row["label"], row["id"], *texts.get(both, ()), *texts.get(row["id"], ())])
    return found
