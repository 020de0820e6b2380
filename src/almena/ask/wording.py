"""The texts of a pack in the language of a form."""

from __future__ import annotations

from dataclasses import dataclass

from almena.model.pack import Pack, Row
from almena.packs.packs import pack_text


@dataclass(frozen=True)
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

    pack: Pack
    language: str

    def text(self, table: str, row: Row, column: str) -> str:
        """Return a text of a row in the language of the form, else as the table has it."""
        return pack_text(self.pack, table, row["id"], column, self.language) if row.get(column) else ""

    def scale(self, row: Row) -> str:
        """Return the label of a step of a scale."""
        return pack_text(self.pack, "scales", f"{row['scale']}/{row['id']}", "label", self.language)
