"""Whether the tables of a pack fit their form, each other, and the packs that they refer to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from almena.model.pack import Manifest, Pack, Row
from almena.packs.loader import load_cards, load_elements
from almena.packs.pack_format import (
    CARDS,
    Column,
    TableForm,
    complaint_of,
    did_you_mean,
    form_of,
    has_control,
    named,
    pack_limits,
    table_forms,
)
from almena.packs.pack_reading import Draft
from almena.packs.pack_translations import check_texts

_MOST_GUESSES = (
    50  # searching the nearest of many ids takes time; a table with more wrong ones has another trouble
)
_PER_CENT = (0.0, 100.0)


def check_tables(draft: Draft, manifest: Manifest | None, required: Mapping[str, Pack]) -> None:
    """
    Add everything that is wrong with the tables of a draft to its problems.

    Parameters
    ----------
    draft : Draft
        What was read.
    manifest : Manifest or None
        What the pack says of itself, when that could be read.
    required : mapping of str to Pack
        The packs that it may refer to, by id.
    """
    known = _Known(draft.tables, required)
    for table, rows in draft.tables.items():
        form = form_of(table)
        assert form is not None, table  # other tables were refused when read
        for row in rows:
            _check_cells(table, form, row, known, draft)
        _check_keys(table, form, rows, draft)
        if form.tree:
            _check_tree(table, form, rows, draft)
    _check_sense(draft)
    check_texts(draft, manifest)
    if not draft.tables and not draft.problems:
        draft.complain("The pack holds no table", draft.name, "", f"Add one of: {', '.join(table_forms())}.")


class _Known:
    """
    Which values the columns hold that others refer to: in the pack itself, in those it requires, and built in.

    Parameters
    ----------
    tables : mapping
        Rows of the pack by table.
    required : mapping
        Packs that it may refer to.
    """

    def __init__(self, tables: Mapping[str, list[Row]], required: Mapping[str, Pack]) -> None:
        self._tables, self._required = tables, required
        self._found: dict[str, frozenset[str]] = {}
        self._guesses = _MOST_GUESSES

    def of(self, target: str) -> frozenset[str]:
        """Return the values of ``table`` (its ids) or ``table.column``."""
        if target not in self._found:
            table, _, column = target.partition(".")
            own = self._tables.get(table, [])
            rows = [*own, *(row for pack in self._required.values() for row in pack.table(table))]
            self._found[target] = frozenset(row[column or "id"] for row in rows) | _built_in(table)
        return self._found[target]

    def remedy(self, word: str, targets: tuple[str, ...]) -> str:
        """Return what to do about an unknown id; the nearest known one for the first of them only."""
        otherwise = "Correct it, or name the pack that defines it in `requires` of the manifest."
        self._guesses -= 1
        values = {value for target in targets for value in self.of(target)} if self._guesses >= 0 else set()
        return did_you_mean(word, values, otherwise)


@lru_cache(maxsize=4)
def _built_in(table: str) -> frozenset[str]:
    """Return the ids that are there without any pack."""
    if table == CARDS:
        return frozenset(load_cards())
    return frozenset(load_elements()) if table == "elements" else frozenset()


def _check_cells(table: str, form: TableForm, row: Row, known: _Known, draft: Draft) -> None:
    for column in form.columns.values():
        cell = row[column.name]
        where = draft.where(f"{table}.csv", row["_row"], column.name)
        if not cell:
            if column.is_required and (table, column.name) not in draft.lacking:
                draft.complain(
                    "A cell is empty that must be filled", where, "", f"It holds: {column.meaning}."
                )
            continue
        for what, why, remedy in _complaints(column, cell, known):
            draft.complain(what, where, why, remedy)


def _complaints(column: Column, cell: str, known: _Known) -> Iterator[tuple[str, str, str]]:
    why, remedy = complaint_of(column, cell)
    if why:
        yield "A cell cannot be used", why, remedy
    elif column.refers_to and not any(cell in known.of(target) for target in column.refers_to):
        what, why = "A cell refers to nothing", f"{named(column.name, cell)} is not defined"
        yield what, why, known.remedy(cell, column.refers_to)
    if len(cell) > pack_limits()["cell"]:
        yield "A cell is too long", f"{len(cell):,} characters", "Shorten it, or cite a document."
    if has_control(cell):
        yield "A cell holds a control character", repr(cell[:40]), "Type it again."


def _check_keys(table: str, form: TableForm, rows: list[Row], draft: Draft) -> None:
    first: dict[str, str] = {}
    for row in rows:
        key = form.key_of(row)
        before = first.setdefault(key, row["_row"])
        if before != row["_row"] and all(row[column] for column in form.key):
            where, why = draft.where(f"{table}.csv", row["_row"]), f"row {before} has it, too"
            draft.complain(
                f"{named('/'.join(form.key), key)} occurs twice", where, why, "Keep one of the rows."
            )


def _check_tree(table: str, form: TableForm, rows: list[Row], draft: Draft) -> None:
    """Complain of parents that are not there, where the form itself does not say so, and of circles."""
    own = form.key[-1]
    places = {(row[form.within] if form.within else "", row[own]): row for row in rows}
    above = {key: (key[0], row[form.tree]) for key, row in places.items() if row[form.tree]}
    for key, parent in above.items():
        is_checked = bool(form.columns[form.tree].refers_to)
        if not is_checked and parent not in places:
            where = draft.where(f"{table}.csv", places[key]["_row"], form.tree)
            near = did_you_mean(
                parent[1], [k[1] for k in places if k[0] == key[0]], "Add a row for it, or leave it out."
            )
            draft.complain(
                "A cell refers to nothing", where, f"{named(form.tree, parent[1])} is not defined", near
            )
    for circle in _circles(above):
        where = draft.where(f"{table}.csv", places[circle[0]]["_row"], form.tree)
        why = " → ".join(key[1] for key in [*circle, circle[0]])
        draft.complain("A row is above itself", where, why, "Correct one of the parents.")


def _circles(above: Mapping[tuple[str, str], tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """Yield every circle of rows once, beginning with its first row."""
    seen: set[tuple[str, str]] = set()
    for start in above:
        path: dict[tuple[str, str], None] = {}
        here: tuple[str, str] | None = start
        while here is not None and here not in seen and here not in path:
            path[here] = None
            here = above.get(here)
        seen |= path.keys()
        if here is not None and here in path:
            walked = list(path)
            yield walked[walked.index(here) :]


def _check_sense(draft: Draft) -> None:
    """Complain of cells that are right each, and wrong together."""
    for table, check in (("questions", _question), ("benchmarks", _benchmark), ("shares", _share)):
        for row in draft.tables.get(table, []):
            for what, column, why, remedy in check(row):
                draft.complain(what, draft.where(f"{table}.csv", row["_row"], column), why, remedy)
    _check_mappings(draft)


def _question(row: Row) -> Iterator[tuple[str, str, str, str]]:
    low, high = _number(row["low"]), _number(row["high"])
    if low is not None and high is not None and low > high:
        yield (
            "The least sensible value is above the greatest",
            "low",
            f"the least is {low:g}, the greatest {high:g}",
            "Exchange them.",
        )
    if row["answer"] in ("single", "multiple") and not row["scale"]:
        yield (
            "A question offers no choices",
            "scale",
            f"its answer is {row['answer']}",
            "Name a scale of scales.csv.",
        )


def _benchmark(row: Row) -> Iterator[tuple[str, str, str, str]]:
    cuts = [number for name in ("green", "yellow", "orange") if (number := _number(row[name])) is not None]
    falling = row["direction"] == "higher"
    if row["direction"] in ("higher", "lower") and cuts != sorted(cuts, reverse=falling):
        higher = "where higher values are better, the cuts fall from green to orange"
        lower = "where lower values are better, the cuts rise from green to orange"
        why = higher if falling else lower
        yield "The cuts of a benchmark are out of order", "green", why, "Put them in order."


def _share(row: Row) -> Iterator[tuple[str, str, str, str]]:
    share = _number(row["share"])
    if share is not None and not _PER_CENT[0] <= share <= _PER_CENT[1]:
        yield "A share lies outside of 0 to 100 %", "share", f"it is {share:g}", "Write per cent."


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def _check_mappings(draft: Draft) -> None:
    """Complain of mapped codes that the pack's own list of that framework lacks; other frameworks may be elsewhere."""
    listed: dict[str, set[str]] = {}
    for row in draft.tables.get("codes", []):
        listed.setdefault(row["system"], set()).add(row["code"])
    for row in draft.tables.get("mappings", []):
        codes = listed.get(row["system"])
        if codes is not None and row["code"] and row["code"] not in codes:
            where = draft.where("mappings.csv", row["_row"], "code")
            remedy = did_you_mean(row["code"], codes, "Correct it, or add the code to codes.csv.")
            draft.complain(
                "A cell refers to nothing",
                where,
                f"{named('code', row['code'])} is no code of {row['system']}",
                remedy,
            )
