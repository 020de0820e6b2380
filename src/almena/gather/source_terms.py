"""The table of open sources: where they are, under which terms, and how gently they want to be asked."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from almena.gather.kit_values import bad_url
from almena.model.problem import InputError, Problem, raise_all
from almena.packs import read_table


@dataclass(frozen=True)
class Terms:
    """
    The terms of one open source.

    Parameters
    ----------
    id, title, address, homepage, licence, attribution : str
        Name of the source; what it gives; address of the service without a slash at the end; page that tells about
        it; licence of its data; the credit to print.
    sent : str
        What the service learns when it is asked.
    seconds_between : float
        Pause between two requests to its host.
    estimate_bytes : int
        Bytes assumed when the server does not tell the size (*assumed* from typical files).
    """

    id: str
    title: str
    address: str
    homepage: str
    licence: str
    attribution: str
    sent: str = ""
    seconds_between: float = 1.0
    estimate_bytes: int = 0


@lru_cache(maxsize=1)
def built_in_terms() -> Mapping[str, Terms]:
    """Read the table of sources by id."""
    return {
        r["id"]: Terms(
            r["id"],
            r["title"],
            r["address"].rstrip("/"),
            r["homepage"],
            r["licence"],
            r["attribution"],
            r["sent"],
            float(r["seconds_between"]),
            int(r["estimate_bytes"]),
        )
        for r in read_table("open_sources.csv")
    }


def terms_of(name: str) -> Terms:
    """Return the terms of a built-in source."""
    return built_in_terms()[name]


def read_addresses(path: Path) -> dict[str, str]:
    """
    Read other addresses for services, such as those of an office's own mirror.

    Parameters
    ----------
    path : Path
        Table with the columns ``id`` and ``address``; further columns are passed over.

    Returns
    -------
    dict of str to str
        Address by source.

    Raises
    ------
    InputError
        With one problem for each row that cannot be taken.
    """
    rows = _rows(path)
    raise_all(p for number, row in enumerate(rows, 2) if (p := _wrong(row, f"{path}, row {number}")))
    return {row["id"]: row["address"].rstrip("/") for row in rows}


def at_address(terms: Terms, addresses: Mapping[str, str]) -> Terms:
    """Return terms with another address, when one is given."""
    return replace(terms, address=addresses.get(terms.id, terms.address))


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", "") or str(error)
        remedy = "Name a CSV table with the columns id and address."
        raise InputError(Problem("The table of sources cannot be read.", str(path), why, remedy)) from error
    reader = csv.DictReader(io.StringIO(text))
    if not {"id", "address"} <= set(reader.fieldnames or ()):
        why = "it lacks the column id or address"
        remedy = "Write id,address in the first row."
        raise InputError(Problem("The table of sources cannot be read.", str(path), why, remedy))
    return [{k: (row[k] or "").strip() for k in ("id", "address")} for row in reader]


def _wrong(row: Mapping[str, str], where: str) -> Problem | None:
    if why := bad_url(row["address"]):
        return Problem("An address of a source cannot be used.", where, why, "Correct it.")
    if row["id"] in _known():
        return None
    near = difflib.get_close_matches(row["id"], _known(), n=1) or _known()
    return Problem("There is no such source.", where, row["id"], f"Known: {', '.join(near)}.")


def _known() -> list[str]:
    from almena.gather.sources import installed_sources

    return sorted({*built_in_terms(), *installed_sources()[0]})
