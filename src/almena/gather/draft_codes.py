"""Words of offices that the table ``draft_codes.csv`` knows, translated for the kit without asking."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from almena.gather.facts import FileFacts, plain
from almena.packs import read_table


def codes_of(role: str, fields: Mapping[str, str | int], facts: FileFacts) -> dict[str, dict[str, str]]:
    """
    Return what the words of a file mean in the words that indicators know.

    Parameters
    ----------
    role : str
        The role that the file fills.
    fields : mapping of str to str or int
        Column of each field, by name or number.
    facts : FileFacts
        What a look into the file found.

    Returns
    -------
    dict of str to dict of str to str
        By field, the code of each word as the file writes it. Words that are codes already, and words that the table
        does not know, are left as they are.
    """
    found = {
        field: _translated(known, facts, fields[field])
        for (of_role, field), known in _words().items()
        if of_role == role and field in fields
    }
    return {field: codes for field, codes in found.items() if codes}


def _translated(
    known: Iterable[tuple[str, re.Pattern[str]]], facts: FileFacts, column: str | int
) -> dict[str, str]:
    words = dict.fromkeys(s.strip() for c in facts.columns if column in (c.name, c.number) for s in c.filled)
    codes = {word: next((code for code, p in known if p.fullmatch(plain(word))), word) for word in words}
    return {word: code for word, code in codes.items() if word != code}


@lru_cache(maxsize=1)
def _words() -> dict[tuple[str, str], list[tuple[str, re.Pattern[str]]]]:
    table: dict[tuple[str, str], list[tuple[str, re.Pattern[str]]]] = {}
    for row in read_table("draft_codes.csv"):
        entry = row["code"], re.compile(row["pattern"])
        table.setdefault((row["role"], row["field"]), []).append(entry)
    return table
