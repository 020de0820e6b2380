"""Whether the translations of a pack belong to its languages, tables, rows and columns."""

from __future__ import annotations

from collections.abc import Set

from almena.model.pack import Manifest, Row
from almena.packs.pack_format import (
    TEXTS,
    TableForm,
    did_you_mean,
    language_of_texts,
    named,
    one_of,
    table_forms,
)
from almena.packs.pack_reading import Draft


def check_texts(draft: Draft, manifest: Manifest | None) -> None:
    """
    Add everything that is wrong with the translations of a draft to its problems.

    Parameters
    ----------
    draft : Draft
        What was read.
    manifest : Manifest or None
        What the pack says of itself, when that could be read.
    """
    if manifest is not None:
        _check_languages(draft, manifest)
    for table, rows in draft.tables.items():
        if language_of_texts(table) or table == TEXTS:
            for row in rows:
                _check_translation(table, row, draft)


def _check_languages(draft: Draft, manifest: Manifest) -> None:
    told = {language for table in draft.tables if (language := language_of_texts(table))}
    for language in manifest.languages[1:]:
        if language not in told:
            why, remedy = (
                f"the pack has no texts_{language}.csv",
                "Add it, or take the language out of the manifest.",
            )
            draft.complain(f"The language {language} has no texts", draft.where("pack.toml"), why, remedy)
    for language in sorted(told - set(manifest.languages[1:])):
        remedy = "Add it to `languages` of the manifest, after the language of the tables."
        draft.complain(
            f"The language {language} is not announced", draft.where(f"texts_{language}.csv"), "", remedy
        )
    if TEXTS in draft.tables:
        remedy = "Name the file texts_pt.csv or the like."
        draft.complain("A table of texts does not say its language", draft.where(f"{TEXTS}.csv"), "", remedy)


def _check_translation(table: str, row: Row, draft: Draft) -> None:
    form = table_forms().get(row["table"])
    if row["table"] == "pack" or not row["table"]:
        return
    if form is None or row["table"] not in draft.tables:
        where, why = (
            draft.where(f"{table}.csv", row["_row"], "table"),
            f"{named('table', row['table'])} is not in the pack",
        )
        draft.complain(
            "A text belongs to no table", where, why, did_you_mean(row["table"], draft.tables, "Correct it.")
        )
        return
    column = form.columns.get(row["column"])
    if row["column"] and (column is None or column.type != "text"):
        where = draft.where(f"{table}.csv", row["_row"], "column")
        texts = [c.name for c in form.columns.values() if c.type == "text"]
        remedy = did_you_mean(row["column"], texts, one_of(texts))
        draft.complain(
            "A text belongs to no column", where, f"{named('column', row['column'])} holds no text", remedy
        )
    keys = _keys(draft, row["table"], form)
    if row["id"] and row["id"] not in keys:
        where, why = (
            draft.where(f"{table}.csv", row["_row"], "id"),
            f"{row['table']}.csv has no row with {named('id', row['id'])}",
        )
        draft.complain(
            "A text belongs to no row", where, why, did_you_mean(row["id"], list(keys)[:500], "Correct it.")
        )


def _keys(draft: Draft, table: str, form: TableForm) -> Set[str]:
    return {form.key_of(row): None for row in draft.tables[table]}.keys()
