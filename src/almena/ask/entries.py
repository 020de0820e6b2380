"""Rows to entries: each under a readable id, joined where several rows speak of one thing, and never overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from almena.ask.fields import (
    CHOSEN_BY_TITLE,
    JUDGEMENTS,
    LINKS,
    PRIORITIES,
    SHOCKS,
    STAKEHOLDERS,
    STRESSES,
    register_fields,
)
from almena.ask.known import Known
from almena.ask.naming import slug
from almena.model.statement import REGISTER, Statement

TIED = "the two are tied to each other already"
Key = tuple[str, str]


@dataclass
class Entry:
    """
    One entry on its way into a register.

    Parameters
    ----------
    content : dict
        Its fields.
    source : str
        What it is taken from.
    first : str
        Address of the row that brought it; empty when it stands already.
    """

    content: dict[str, Any] = field(default_factory=dict)
    source: str = ""
    first: str = ""


class Repeated(Exception):  # noqa: N818 - no error: the row adds nothing
    """A row that says again what an earlier one said."""


class Contradicted(Exception):  # noqa: N818 - told as a fault of the row
    """A row that says something else of what an earlier one spoke of."""


class Entries:
    """
    The entries of an import.

    Parameters
    ----------
    known : Known
        What may be named, and what stands already.
    """

    def __init__(self, known: Known) -> None:
        self.known = known
        self.entries: dict[Key, Entry] = {}
        self.given: dict[Key, dict[str, Any]] = {}
        self.tied: set[tuple[Key, str, str]] = set()

    def take(self, shape: str, fields: Mapping[str, Any], source: str, first: str) -> None:
        """
        Take the values of one row.

        Parameters
        ----------
        shape : str
            Kind of the table.
        fields : mapping
            Its values.
        source, first : str
            What the entry is taken from; address of the row.

        Raises
        ------
        Repeated
            When an earlier row said the same.
        Contradicted
            When an earlier row said something else.
        """
        if shape == "shocks_priorities":
            self._tie((PRIORITIES, fields["priority"]), "hazards", fields["hazard"], source, first)
        elif shape == "stresses_priorities":
            self._tie((STRESSES, fields["stress"]), "priorities", fields["priority"], source, first)
        elif shape == "stresses_elements":
            self._tie((STRESSES, fields["stress"]), "elements", fields["element"], source, first)
        elif shape == "stressors_stresses":
            self._tie((STRESSES, fields["stress"]), "stressors", fields["stressor"], source, first)
        elif shape == LINKS:
            self._take_link(fields, source, first)
        else:
            self._enter(shape, dict(fields), source, first)

    def _take_link(self, fields: Mapping[str, Any], source: str, first: str) -> None:
        """Take a row that ties an indicator to a priority matter, and the colour that a person gave it."""
        own = set(register_fields(LINKS))
        link = {name: value for name, value in fields.items() if name in own}
        colour = {name: value for name, value in fields.items() if name not in own or name == "indicator"}
        if "colour" in colour:
            self._refuse_other_colour(colour)
        if "stress" in link and "stressor" in link:
            self._join((STRESSES, link["stress"]), "stressors", link["stressor"], first)
        self._enter(LINKS, link, source, first)
        if "colour" in colour and (JUDGEMENTS, colour["indicator"]) not in self.given:
            self._enter(JUDGEMENTS, colour, source, first)

    def _refuse_other_colour(self, fields: Mapping[str, Any]) -> None:
        old = self.entries.get((JUDGEMENTS, fields["indicator"]), Entry())
        if old.first and old.content.get("colour") != fields["colour"]:
            raise Contradicted(f"{old.first} says something else of the same entry")

    def _enter(self, register: str, fields: dict[str, Any], source: str, first: str) -> None:
        """Enter a row of a register under its id."""
        explicit = fields.pop("id", "") if register != STAKEHOLDERS else ""
        content = {
            name: value for name, value in fields.items() if name in {*register_fields(register), "precision"}
        }
        key = self._key(register, explicit, content)
        old = self.given.get(key)
        if old is None:
            self.given[key] = content
            entry = self._entry(key)
            entry.content |= _plain(content)
            entry.source, entry.first = source, entry.first or first
            return
        if old == content:
            raise Repeated(f"it repeats {self.entries[key].first}, word for word")
        self._join_rows(key, old, content)

    def _join_rows(self, key: Key, old: dict[str, Any], content: dict[str, Any]) -> None:
        """Join a second row of an entry: it may add to lists and fill what was empty, and change nothing."""
        entry = self.entries[key]
        if any(
            old.get(name, value) != value for name, value in content.items() if not isinstance(value, tuple)
        ):
            raise Contradicted(f"{entry.first} says something else of the same entry")
        for name, value in content.items():
            if isinstance(value, tuple):
                entry.content[name] = list(dict.fromkeys([*entry.content.get(name, ()), *value]))
                old[name] = tuple(entry.content[name])
            else:
                entry.content[name] = old[name] = value

    def _key(self, register: str, explicit: str, content: Mapping[str, Any]) -> Key:
        """Return the id of an entry: its own, that of its title, or one made of what it says."""
        if explicit:
            return register, explicit
        if register in CHOSEN_BY_TITLE:
            names = self.known.own.get(register)
            return register, (names.find(content["title"]).id if names else "") or slug(content["title"])
        made = _made_of(register, content)
        if register == STAKEHOLDERS:
            return register, self.known.own[STAKEHOLDERS].find(made).id or made
        if register in (SHOCKS, "policies"):
            return register, self._numbered(register, made, content)
        return register, made

    def _numbered(self, register: str, made: str, content: Mapping[str, Any]) -> str:
        """Add a number to an id that another entry of this import has, unless it says the same."""
        identity, number = made, 1
        while (old := self.given.get((register, identity))) is not None and old != content:
            number += 1
            identity = f"{made}-{number}"
        return identity

    def _tie(self, key: Key, name: str, value: str, source: str, first: str) -> None:
        if (key, name, value) in self.tied:
            raise Repeated(TIED)
        self.tied.add((key, name, value))
        entry = self._join(key, name, value, first)
        entry.source = entry.source or source

    def _join(self, key: Key, name: str, value: str, first: str) -> Entry:
        """Add to a list of an entry."""
        entry = self._entry(key)
        entry.content[name] = list(dict.fromkeys([*entry.content.get(name, ()), value]))
        entry.first = entry.first or first
        return entry

    def _entry(self, key: Key) -> Entry:
        """Return an entry, begun with what stands of it."""
        if key not in self.entries:
            standing = self.known.vocabulary.entries.get("/".join(key), {})
            content = {name: value for name, value in standing.items() if name != "source"}
            self.entries[key] = Entry(content, str(standing.get("source", "")))
        return self.entries[key]

    def statements(self, where: str) -> tuple[Statement, ...]:
        """
        Return what is to be stored, the names that were defined by their use included.

        Parameters
        ----------
        where : str
            What the defined names are taken from.
        """
        for register, titles in self.known.defined.items():
            for identity, title in titles.items():
                entry = self._entry((register, identity))
                entry.content.setdefault("name" if register == STAKEHOLDERS else "title", title)
                entry.source = entry.source or where
        return tuple(
            Statement(f"{REGISTER}:{register}", identity, entry.content, source=entry.source)
            for (register, identity), entry in sorted(self.entries.items())
        )


def _made_of(register: str, content: Mapping[str, Any]) -> str:
    """Return an id made of what an entry says."""
    parts = {
        SHOCKS: ("hazard", "start"),
        "policies": ("title",),
        "relations": ("source", "target", "kind", "priority"),
        "responsibilities": ("stakeholder", "component", "role"),
        "focal_points": ("kind", "name"),
        LINKS: ("priority", "hazard", "stress", "stressor", "indicator"),
    }
    if register == JUDGEMENTS:
        return str(content["indicator"])
    if register == STAKEHOLDERS:
        return str(content["id"])
    made = [str(content[name]) for name in parts[register] if content.get(name)]
    if register in (SHOCKS, LINKS):
        return ("-" if register == SHOCKS else "--").join(made)
    return "--".join(slug(part) for part in made)


def _plain(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a content as JSON can hold it."""
    return {n: list(v) if isinstance(v, tuple) else v for n, v in content.items() if n != "id"}
