"""The texts of a pack in the language of a form."""

from __future__ import annotations

from almena.model.pack import Pack, Row


class Wording:
    """
    Finds the translation of a pack's texts.

    Parameters
    ----------
    pack : Pack
        Whose texts.
    language : str
        ISO 639-1 code of the form.
    """

    def __init__(self, pack: Pack, language: str) -> None:
        self.language = language
        self._told = {
            (row["table"], row["id"], row["column"]): row["text"]
            for row in pack.table(f"texts_{language}")
            if row["text"]
        }

    def text(self, table: str, row: Row, column: str) -> str:
        """Return a text of a row in the language of the form, else as the table has it."""
        return self._told.get((table, row["id"], column), row.get(column, ""))

    def scale(self, row: Row) -> str:
        """Return the label of a step; its row is named by scale and step, since steps repeat from scale to scale."""
        for name in (f"{row['scale']}.{row['id']}", f"{row['scale']}:{row['id']}", row["id"]):
            if label := self._told.get(("scales", name, "label")):
                return label
        return row["label"]
