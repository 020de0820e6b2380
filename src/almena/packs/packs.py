"""Packs: those that come with Almena, those that somebody else wrote, and the one loader that checks them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable

from almena.model.pack import Pack, Row
from almena.model.problem import InputError, Problem, raise_all
from almena.packs.pack_checks import check_tables
from almena.packs.pack_format import form_of, table_forms
from almena.packs.pack_manifest import MANIFEST, read_manifest
from almena.packs.pack_reading import read_files

BUILT_IN = ("crpt", "hazards")
"""Packs that every city has: they are the method itself."""
PACK = "pack"
"""Name under which ``texts_pt.csv`` translates the manifest: its title, and its notes as ``note 1``, ``note 2``."""


def load_pack(folder: Traversable, known: Mapping[str, Pack] | None = None, name: str = "") -> Pack:
    """
    Read a pack from its folder and check it as a whole.

    Parameters
    ----------
    folder : Traversable
        The folder; a `pathlib.Path` or a place inside of a package.
    known : mapping of str to Pack, optional
        Packs that it may require, by id; those that come with Almena when left out.
    name : str
        Its name in problems; that of the folder when empty.

    Returns
    -------
    Pack
        The pack.

    Raises
    ------
    InputError
        With everything that is wrong: files, encoding, headers, cells, references, keys, circles; each with its file
        and row.
    """
    others = shipped_packs() if known is None else known
    draft = read_files(folder, name or folder.name)
    manifest, problems = read_manifest(draft.manifest, draft.where(MANIFEST))
    draft.problems += problems
    required = others  # a manifest that cannot be read does not make every reference wrong
    if manifest is not None:
        for wanted in manifest.requires:
            if wanted not in others:
                what, remedy = (
                    f"The pack requires {wanted}, which is not there",
                    "Add that pack first, or correct its id.",
                )
                draft.complain(what, draft.where(MANIFEST), "", remedy)
        required = with_required(manifest.requires, others)
    check_tables(draft, manifest, required)
    raise_all(draft.problems)
    assert manifest is not None, name  # a folder without one has a problem
    return Pack(manifest, {table: tuple(rows) for table, rows in draft.tables.items()})


def with_required(ids: Iterable[str], known: Mapping[str, Pack]) -> dict[str, Pack]:
    """Return the known ones of some packs by id, in their order, with all that they require, directly or not."""
    found: dict[str, Pack] = {}
    waiting = list(ids)
    while waiting:
        here = waiting.pop(0)
        if here in known and here not in found:
            found[here] = known[here]
            waiting += known[here].manifest.requires
    return found


@lru_cache(maxsize=1)
def shipped_ids() -> tuple[str, ...]:
    """Return the ids of the packs that come with Almena: the method first, the others by name."""
    place = _shipped()
    found = (
        {item.name for item in place.iterdir() if (item / MANIFEST).is_file()} if place.is_dir() else set()
    )
    first = [pack for pack in BUILT_IN if pack in found]
    return (*first, *sorted(found - set(first)))


def _shipped() -> Traversable:
    return resources.files("almena.packs") / "shipped"


@lru_cache(maxsize=64)
def shipped_pack(identity: str) -> Pack:
    """
    Return a pack that comes with Almena.

    Raises
    ------
    InputError
        When there is none of that id, it is wrong, or it requires itself through others.
    """
    if identity not in shipped_ids():
        known = ", ".join(shipped_ids())
        raise InputError(
            Problem(f"No pack {identity} comes with Almena", identity, "", f"There are: {known}.")
        )
    folder = _shipped() / identity
    required = {wanted: shipped_pack(wanted) for wanted in tuple(_above(identity, ()))}
    pack = load_pack(folder, required)
    if pack.id != identity:
        raise InputError(
            Problem(f"The folder of the pack {pack.id} has another name", identity, "", "Rename it.")
        )
    return pack


def _above(identity: str, path: tuple[str, ...]) -> Iterator[str]:
    """Yield what a shipped pack requires, directly or not."""
    if identity in path:
        why = " → ".join([*path, identity])
        raise InputError(
            Problem("A pack requires itself through others", identity, why, "Correct `requires`.")
        )
    draft = read_files(_shipped() / identity, identity)
    manifest, _ = read_manifest(draft.manifest, identity)
    for wanted in manifest.requires if manifest else ():
        if wanted in shipped_ids():
            yield wanted
            yield from _above(wanted, (*path, identity))


def shipped_packs() -> dict[str, Pack]:
    """
    Return the packs that come with Almena by id, the method first.

    Raises
    ------
    InputError
        With everything that is wrong in any of them.
    """
    found: dict[str, Pack] = {}
    problems: list[Problem] = []
    for identity in shipped_ids():
        try:
            found[identity] = shipped_pack(identity)
        except InputError as error:
            problems += error.problems
    raise_all(dict.fromkeys(problems))
    return found


def installed(ids: Iterable[str] = ()) -> dict[str, Pack]:
    """
    Return the packs of a city: the method, those it names, and what these require.

    Parameters
    ----------
    ids : iterable of str
        Ids of packs that come with Almena, as in ``packs`` of ``city.toml``.

    Returns
    -------
    dict of str to Pack
        By id, the method first.

    Raises
    ------
    InputError
        When a pack is unknown or wrong.
    """
    wanted = [*(pack for pack in BUILT_IN if pack in shipped_ids()), *ids]
    known = {identity: shipped_pack(identity) for identity in wanted}
    for identity in wanted:
        known |= {above: shipped_pack(above) for above in _above(identity, ())}
    return with_required(wanted, known)


def pack_text(pack: Pack, table: str, row_id: str, column: str, language: str) -> str:
    """
    Return a text of a pack in a language; in that of its tables where there is no translation.

    Parameters
    ----------
    pack : Pack
        The pack.
    table, row_id, column : str
        Which cell; the parts of a key of several columns are joined by slashes, such as ``benchmark/green``. The table
        ``pack`` with the pack's id holds ``title`` and ``note 1``, ``note 2`` ….
    language : str
        ISO 639-1 code.

    Raises
    ------
    KeyError
        When the pack has no such row or column.
    """
    book = _book(_ByIdentity(pack))
    own = book.rows[table, row_id][column]
    return book.texts.get((language, table, row_id, column), own) if own else own


class _ByIdentity:
    """A pack as the key of a cache: the same object is the same pack, without looking at its tables."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack

    def __hash__(self) -> int:
        return id(self.pack)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByIdentity) and other.pack is self.pack


class _Book:
    """The rows of a pack by table and key, and its translations."""

    def __init__(self, pack: Pack) -> None:
        self.rows: dict[tuple[str, str], Row] = {(PACK, pack.id): _manifest_row(pack)}
        self.texts: dict[tuple[str, str, str, str], str] = {}
        for table, rows in pack.tables.items():
            form = form_of(table)
            if form is not None and table in table_forms():
                self.rows |= {(table, form.key_of(row)): row for row in rows}
        for language in pack.manifest.languages:
            for row in pack.table(f"texts_{language}"):
                self.texts[language, row["table"], row["id"], row["column"]] = row["text"]


def note_key(number: int) -> str:
    """Return the column under which a note of the manifest is translated, the first note being number 1."""
    return " ".join(("note", str(number)))


def _manifest_row(pack: Pack) -> Row:
    notes = {note_key(number): note for number, note in enumerate(pack.manifest.notes, start=1)}
    return {"title": pack.manifest.title, **notes}


@lru_cache(maxsize=64)
def _book(key: _ByIdentity) -> _Book:
    return _Book(key.pack)


def notes_of(pack: Pack, language: str) -> list[str]:
    """Return the notes of the manifest in a language."""
    numbers = range(1, len(pack.manifest.notes) + 1)
    return [pack_text(pack, PACK, pack.id, note_key(number), language) for number in numbers]
