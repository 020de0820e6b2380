"""Parquet files without geometry, as tables."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from almena.harmonise.columns import RawTable
from almena.harmonise.found import FoundFile
from almena.harmonise.text import first_bytes

PARQUET = b"PAR1"


def is_parquet(found: FoundFile) -> bool:
    """Tell whether a file is Parquet, by its first bytes."""
    return first_bytes(found).startswith(PARQUET)


def read_parquet(found: FoundFile) -> RawTable:
    """
    Return the columns of a Parquet file; its rows are counted from 1.

    Parameters
    ----------
    found : FoundFile
        The file.

    Raises
    ------
    InputError
        When the file is damaged, or holds no row.
    """
    table = open_parquet(found)
    names = tuple(str(n) for n in table.column_names)
    if not table.num_rows:
        raise found.refusal("The table holds no row.", remedy="Fetch it again, or take it out of the kit.")

    def address(column: int, row: int) -> str:
        """Return the address of a cell."""
        return f"row {row + 1}, column {column + 1} {names[column]!r}"

    return RawTable(
        names,
        table.num_rows,
        lambda i: values_of(table.column(i), found),
        address=address,
        number=lambda row: row + 1,
    )


def open_parquet(found: FoundFile) -> Any:
    """
    Return a Parquet file as a pyarrow table.

    Raises
    ------
    InputError
        When the file is damaged.
    """
    import pyarrow
    import pyarrow.parquet as parquet

    try:
        # several reads at once fail or hang on Arrow's own pool (apache/arrow issue 38676, 2023)
        return parquet.ParquetFile(found.path).read(use_threads=False)
    except (pyarrow.ArrowException, OSError, ValueError, MemoryError) as error:
        raise found.refusal("The Parquet file cannot be read.", str(error), "Fetch it again.") from error


def values_of(column: Any, found: FoundFile) -> NDArray[Any]:
    """
    Return a column as an array; moments lose their zone, and bytes become text.

    Parameters
    ----------
    column : pyarrow.ChunkedArray
        The column.
    found : FoundFile
        The file, for messages.

    Raises
    ------
    InputError
        When its values cannot be taken out.
    """
    import pyarrow

    try:
        return _plain_values(column)
    except (pyarrow.ArrowException, ValueError, OverflowError) as error:
        if pyarrow.types.is_string(column.type):  # text that is not UTF-8, against the format
            return _plain_values(column.cast(pyarrow.binary()))
        raise found.refusal(
            "A column of the Parquet file is damaged.", str(error), "Fetch it again."
        ) from error


def _plain_values(column: Any) -> NDArray[Any]:
    import pyarrow

    kind = column.type
    if pyarrow.types.is_decimal(kind):
        column = column.cast(pyarrow.float64())
    elif pyarrow.types.is_timestamp(kind) and kind.tz:
        column = column.cast(pyarrow.timestamp("s" if kind.unit == "s" else "us"), safe=False)
    elif pyarrow.types.is_binary(kind) or pyarrow.types.is_large_binary(kind):
        return np.array([_text(v) for v in column.to_pylist()], dtype=object)
    elif not column.null_count and (pyarrow.types.is_integer(kind) or pyarrow.types.is_floating(kind)):
        return np.array(np.from_dlpack(column.combine_chunks()))
    elif pyarrow.types.is_string(kind) or pyarrow.types.is_large_string(kind):
        # pyarrow's own way from text to arrays loads pandas, when it is there
        return np.array(column.to_pylist(), dtype=object)
    return np.asarray(column.to_numpy())


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("utf-8", errors="replace")
