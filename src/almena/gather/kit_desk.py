"""The desk at which one table of a ``kit.toml`` is looked through: typed values out, complaints noted."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Mapping
from typing import Any

from almena.model.problem import Problem


class Desk:
    """
    One table with the place it stands at, and the list that complaints go to.

    Parameters
    ----------
    where : str
        Place of the table in the file, as shown to people.
    table : mapping
        Its keys and values.
    problems : list of Problem
        Complaints are added here; values that cannot be used are returned empty.
    """

    def __init__(self, where: str, table: Mapping[str, Any], problems: list[Problem]) -> None:
        self.where = where
        self.table = table
        self.problems = problems

    def complain(self, what: str, why: str = "", remedy: str = "") -> None:
        """Note a problem at this place."""
        self.problems.append(Problem(what, self.where, why, remedy))

    def wrong_type(self, key: str, wanted: str, value: object) -> None:
        """Note that a value is of the wrong type."""
        self.complain(
            f'"{key}" is not usable.', f"it should be {wanted}, not {_shown(value)}", "Correct the value."
        )

    def refuse_unknown(self, known: Collection[str]) -> None:
        """Note each key that the format does not have."""
        for key in self.table:
            if key not in known:
                self.refuse_stranger("key", key, known, "kit.toml has no such key here")

    def refuse_stranger(self, kind: str, name: str, known: Collection[str], why: str) -> None:
        """Note a name that is not among the known ones, with the nearest of them."""
        if name not in known:
            self.complain(f'Unknown {kind} "{name}".', why, _offer(name, known))

    def insist(self, good: bool, key: str, value: str, remedy: str) -> None:
        """Note a value that breaks a rule."""
        if not good:
            self.complain(f'"{key}" cannot be "{value}".', "the value breaks the format", remedy)

    def insist_none(self, key: str, value: str, complaint: Callable[[str], str]) -> None:
        """Note a value that a check complains of; empty values are not checked."""
        why = complaint(value) if value else ""
        if why:
            self.complain(f'"{key}" cannot be "{value}".', why, "Correct the value.")

    def text(self, key: str, *, required: bool = False) -> str:
        """Return a text, or an empty one when it is absent or unusable."""
        value = self.table.get(key)
        if value is None and not required:
            return ""
        if not isinstance(value, str):
            self._missing_or_wrong(key, "a text in quotes", value)
            return ""
        if required and not value.strip():
            self.complain(f'"{key}" is empty.', "the kit needs it", f'Give "{key}" a value.')
        return value

    def choice(
        self,
        key: str,
        allowed: Collection[str],
        *,
        required: bool = False,
        known: Collection[str] = (),
    ) -> str:
        """Return a text that must be one of a few; ``known`` names exist but may not be used here."""
        before = len(self.problems)
        value = self.text(key, required=required)
        if value in allowed or len(self.problems) > before or (not value and not required):
            return value
        if value in known:
            self.complain(
                f'A file cannot fill the role "{value}".', "it is made from other roles", "Remove the entry."
            )
        else:
            self.complain(f'Unknown {key} "{value}".', "", _offer(value, allowed))
        return value

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self.table.get(key)
        if value is None and not required:
            return ()
        if (
            not isinstance(value, list)
            or not all(isinstance(v, str) for v in value)
            or (required and not value)
        ):
            self._missing_or_wrong(key, "a list of texts", value)
            return ()
        return tuple(value)

    def number(self, key: str, *, least: int) -> int | None:
        """Return a whole number, or None when it is absent or unusable."""
        value = self.table.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            self.wrong_type(key, f"a whole number from {least}", value)
            return None
        return value

    def text_map(self, key: str) -> dict[str, str]:
        """Return a table whose values are texts."""
        found = {}
        for name, value in self.table_of(key).items():
            if isinstance(value, str):
                found[name] = value
            else:
                self.wrong_type(f"{key}.{name}", "a text in quotes", value)
        return found

    def table_of(self, key: str, *, required: bool = False) -> Mapping[str, Any]:
        """Return a table inside this one."""
        value = self.table.get(key)
        if value is None and not required:
            return {}
        if not isinstance(value, dict):
            self._missing_or_wrong(key, "a table", value)
            return {}
        return value

    def tables_of(self, key: str) -> list[Mapping[str, Any]]:
        """Return a list of tables inside this one."""
        value = self.table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            self.wrong_type(key, f"a list of tables, each started with [[{key}]]", value)
            return []
        return value

    def _missing_or_wrong(self, key: str, wanted: str, value: object) -> None:
        if value is None:
            self.complain(f'"{key}" is missing.', "the kit needs it", f'Add "{key}" as {wanted}.')
        else:
            self.wrong_type(key, wanted, value)


def _offer(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name.strip().lower(), known, n=1, cutoff=0.6)
    if near:
        return f'Did you mean "{near[0]}"?'
    return f"Known: {', '.join(known)}."


def _shown(value: object) -> str:
    text = str(value)
    return f'"{text[:60]}…"' if len(text) > 60 else f'"{text}"'
