"""Which column of a file fills which field of a role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from almena.geo.layout import JOINT
from almena.harmonise.found import FoundFile
from almena.harmonise.words import listing, nearest, plain
from almena.model.card import Role
from almena.model.kit import FieldRef
from almena.model.problem import InputError, Problem, raise_all

FREE = "any"


@dataclass(frozen=True)
class Choice:
    """
    A canonical field with the column or columns that fill it.

    Parameters
    ----------
    field, kind : str
        Canonical field and its type.
    positions : tuple of int
        Column positions from 0; several are joined with a blank.
    notes : tuple of str
        How the column was recognised, when its name is not written exactly so.
    """

    field: str
    kind: str
    positions: tuple[int, ...]
    notes: tuple[str, ...] = ()


def choose(
    names: Sequence[str], inside: str, found: FoundFile, role: Role
) -> tuple[list[Choice], tuple[str, ...]]:
    """
    Return the column for each field: as the kit says, else the column that bears the field's own name.

    Parameters
    ----------
    names : sequence of str
        Columns of the file.
    inside : str
        Sheet, layer or table, for messages.
    found : FoundFile
        The file with its kit entry.
    role : Role
        What is wanted.

    Returns
    -------
    list of Choice
        In the order of the role's fields, further fields of the kit after them.
    tuple of str
        Notes.

    Raises
    ------
    InputError
        With every column that is missing.
    """
    choices: list[Choice] = []
    problems: list[Problem] = []
    for field, (kind, is_required) in _wanted(role, found).items():
        named = found.spec.fields.get(field)
        if named is None and not is_required and field not in names:
            continue
        try:
            match = find_column(field if named is None else named, names, inside, found, field, kind)
        except InputError as error:
            problems += error.problems
            continue
        choices.append(match)
    raise_all(problems)
    notes = [note for choice in choices for note in choice.notes]
    return choices, (*notes, *_strangers(role, found))


def find_column(
    ref: FieldRef, names: Sequence[str], inside: str, found: FoundFile, field: str = "", kind: str = FREE
) -> Choice:
    """
    Return the column that a kit refers to by name, by number from 1, or as several joined with ``+``.

    Parameters
    ----------
    ref : str or int
        The reference.
    names : sequence of str
        Columns of the file.
    inside : str
        Sheet, layer or table, for messages.
    found : FoundFile
        The file, for messages.
    field, kind : str
        Canonical field that the column is for, and its type.

    Raises
    ------
    InputError
        When there is no such column, or several that could be meant.
    """
    asked = field or str(ref)
    if isinstance(ref, str) and "+" in ref and not _same(ref, names):
        parts = [_part(p.strip(), names, inside, found, asked) for p in ref.split("+")]
        return Choice(
            asked, kind, tuple(p.positions[0] for p in parts), tuple(n for p in parts for n in p.notes)
        )
    return _single(ref, names, inside, found, asked, kind)


def _part(ref: str, names: Sequence[str], inside: str, found: FoundFile, asked: str) -> Choice:
    """Inside a joined reference a bare number means a column number, unless a column is called so."""
    by_number = ref.isdigit() and not _same(ref, names)
    return _single(int(ref) if by_number else ref, names, inside, found, asked, FREE)


def _single(
    ref: FieldRef, names: Sequence[str], inside: str, found: FoundFile, asked: str, kind: str
) -> Choice:
    if isinstance(ref, int):
        if not 1 <= ref <= len(names):
            raise InputError(_absent(f"column number {ref}", names, inside, found, asked))
        return Choice(asked, kind, (ref - 1,))
    exact = [i for i, name in enumerate(names) if name == ref]
    if exact:
        note = f"{len(exact)} columns are called {ref}; the first is used"
        return Choice(asked, kind, (exact[0],), (note,) if len(exact) > 1 else ())
    alike = _same(ref, names)
    if len(alike) == 1:
        return Choice(asked, kind, (alike[0],), (f"column {names[alike[0]]!r} is taken for {ref!r}",))
    ends = _ends(ref, names)
    if not alike and len(ends) == 1:
        return Choice(asked, kind, (ends[0],), (f"column {names[ends[0]]!r} is taken for {ref!r}",))
    if alike := alike or ends:
        twins = listing(repr(names[i]) for i in alike)
        remedy = f"Write the name exactly as in the file: {twins}, or give the column's number."
        raise found.refusal(f"Several columns could be {ref!r}.", f"For {asked}.", remedy, inside)
    raise InputError(_absent(f"column {ref!r}", names, inside, found, asked))


def _same(ref: str, names: Sequence[str]) -> list[int]:
    """Return the positions of names that sound the same."""
    heard = plain(ref)
    return [i for i, name in enumerate(names) if name == ref or (heard and plain(name) == heard)]


def _ends(ref: str, names: Sequence[str]) -> list[int]:
    """Return the positions of names of several header rows whose last part sounds the same."""
    heard = plain(ref)
    return [i for i, name in enumerate(names) if JOINT in name and heard == plain(name.split(JOINT)[-1])]


def _wanted(role: Role, found: FoundFile) -> dict[str, tuple[str, bool]]:
    """Return the type of each field that may be filled, and whether it must be."""
    wanted = {}
    for declared, must in ((role.required, True), (role.optional, False)):
        for entry in declared:
            name, _, kind = entry.partition(":")
            wanted[name] = (kind or FREE, must)
    for name in found.spec.fields:
        wanted.setdefault(name, (FREE, True))
    return wanted


def _strangers(role: Role, found: FoundFile) -> tuple[str, ...]:
    own = {entry.partition(":")[0] for entry in (*role.required, *role.optional)}
    extra = [name for name in found.spec.fields if name not in own]
    return (f"no field of the role {role.id}, kept as it is: {listing(extra)}",) if extra else ()


def _absent(what: str, names: Sequence[str], inside: str, found: FoundFile, asked: str) -> Problem:
    """Say which column is missing, which columns exist, and which one may have been meant."""
    is_mapped = asked in found.spec.fields
    like = nearest(what.removeprefix("column ").strip("'\""), names)
    remedy = f"Did you mean {like!r}? " if like else ""
    remedy += (
        "Correct `fields` in the kit."
        if is_mapped
        else f'Name the column in the kit: fields = {{ {asked} = "…" }}.'
    )
    exist = f"There are {len(names)} columns: {listing(names)}." if names else "The file has no columns."
    return found.problem(f"The {what} for {asked} is missing.", exist, remedy, inside)
