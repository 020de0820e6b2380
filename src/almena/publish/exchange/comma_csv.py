"""The table of all values for spreadsheets that are set to a decimal comma, as in Portuguese, Spanish and French."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from almena.publish.atomic import write_whole
from almena.publish.exchange.sheets import Value, plain_cell
from almena.publish.exchange.star import star
from almena.publish.exporters import Exporter
from almena.publish.material import Material


def write_comma_csv(edition: Material, path: Path) -> Path:
    """
    Write one row for each observation, with semicolons between cells and commas in numbers.

    Parameters
    ----------
    edition : Material
        The run, already cut to its edition.
    path : Path
        The file to write: UTF-8 with the mark that spreadsheets look for.
    """
    table = star(edition)["observations"]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(table.header)
    writer.writerows([_with_comma(cell) for cell in row] for row in table.rows)
    return write_whole(path, text.getvalue().encode("utf-8-sig"))


def _with_comma(cell: Value) -> str | int | None:
    plain = plain_cell(cell)
    return repr(plain).replace(".", ",") if isinstance(plain, float) else plain


CSV_EXCEL = Exporter(
    "csv-excel", "all values as one table for spreadsheets with a decimal comma", write_comma_csv
)
