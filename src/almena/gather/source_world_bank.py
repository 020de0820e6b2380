"""Open source `world_bank`: national series, page by page, from a service that speaks as the World Bank's does."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from almena.gather.geocoder import JSON_KINDS
from almena.gather.open_source import (
    Desk,
    Kept,
    Made,
    NamedPlace,
    Request,
    not_json,
    nothing_there,
    read_json,
)
from almena.gather.source_terms import Terms, terms_of
from almena.gather.whole import written_whole
from almena.model.kit import KitFile
from almena.model.problem import InputError
from almena.packs import load_roles, read_table

_FILE = "world_bank.csv"
_DEVELOPMENT_INDICATORS = "2"  # number of the database (source) that holds these series
_ON_A_PAGE = 500
_MOST_PAGES = 50
_SAID = "the service says:"
_COLUMNS = ("iso3", "name", "year")


@dataclass(frozen=True)
class NationalSeries:
    """
    Series of the country that the table ``world_bank_series.csv`` names.

    Parameters
    ----------
    terms : Terms
        Where they come from.
    """

    terms: Terms

    def plan(self, place: NamedPlace, desk: Desk) -> list[Request]:
        """Return the requests for all pages; where the service refuses the series together, for each alone."""
        codes = [row["code"] for row in read_table("world_bank_series.csv")]
        try:
            return self._pages(place, desk, codes)
        except InputError as error:
            if not any(p.why.startswith(_SAID) for p in error.problems):
                raise
            alone = [request for code in codes for request in self._pages_if_known(place, desk, code)]
            if not alone:
                raise
            return alone

    def accept(self, place: NamedPlace, files: Mapping[str, Kept], folder: Path) -> list[Made]:  # noqa: ARG002
        """Write all values as a table, a row for each year and a column for each series."""
        names = sorted(files)
        values = {key: value for name in names for key, value in _values(read_json(files[name].path)[1])}
        years = sorted({(iso3, country, year) for iso3, country, year, _ in values})
        codes = [row["code"] for row in read_table("world_bank_series.csv")]
        with written_whole(folder / _FILE) as half, half.open("w", encoding="utf-8", newline="") as text:
            writer = csv.writer(text, lineterminator="\n")
            writer.writerow((*_COLUMNS, *codes))
            writer.writerows((*key, *(values.get((*key, code), "") for code in codes)) for key in years)
        span = f"{years[0][-1]}/{years[-1][-1]}" if years else "unknown"
        without = [code for code in codes if not any(key[-1] == code for key in values)]
        how = "Pages joined to one table, a row for each year and a column for each series."
        how += f" No values for {', '.join(without)}." if without else ""
        return [Made(_FILE, _entries(span), tuple(names), how)]

    def _pages(self, place: NamedPlace, desk: Desk, codes: list[str]) -> list[Request]:
        """Return a request for each page; the first page tells how many there are."""
        first = self._page(place, desk, codes, 1)
        pages = int(desk.ask_json(first)[0].get("pages") or 0)
        if not pages or pages > _MOST_PAGES:
            why = "it has no values for the series" if not pages else f"it would send {pages} pages"
            remedy = "Nothing to do: only the context of the country is missing."
            raise nothing_there("There are no national series.", place.country, why, remedy)
        return [first, *(self._page(place, desk, codes, number) for number in range(2, pages + 1))]

    def _pages_if_known(self, place: NamedPlace, desk: Desk, code: str) -> list[Request]:
        try:
            return self._pages(place, desk, [code])
        except InputError:
            return []

    def _page(self, place: NamedPlace, desk: Desk, codes: list[str], number: int) -> Request:
        asked = {
            "format": "json",
            "source": _DEVELOPMENT_INDICATORS,
            "per_page": str(_ON_A_PAGE),
            "page": str(number),
        }
        url = f"{desk.address}/country/{place.country}/indicator/{';'.join(codes)}?{urlencode(asked)}"
        name = f"world-bank-{codes[0] if len(codes) == 1 else 'all'}-{number:02d}.json"
        return Request(url, name, JSON_KINDS, _no_page, self.terms.estimate_bytes, desk.today)


def _values(rows: list[Mapping[str, Any]]) -> Iterator[tuple[tuple[str, str, str, str], str]]:
    """Yield what a page holds: code and name of the country, year and code of the series, then the value."""
    for one in rows:
        if one.get("value") is not None:
            country = str(one.get("countryiso3code") or ""), str(one["country"]["value"])
            yield (*country, str(one["date"]), str(one["indicator"]["id"])), str(one["value"])


def _entries(span: str) -> tuple[KitFile, ...]:
    """Return an entry for each role of the table of series that this version knows."""
    rows = [row for row in read_table("world_bank_series.csv") if row["role"] in load_roles()]
    return tuple(
        KitFile(
            role,
            _FILE,
            "table",
            date=span,
            fields={
                **{name: name for name in ("year", "name", "iso3")},
                **{row["field"]: row["code"] for row in rows if row["role"] == role},
            },
        )
        for role in dict.fromkeys(row["role"] for row in rows)
    )


def _no_page(path: Path) -> str:
    if why := not_json(path):
        return why
    answer = read_json(path)
    if not isinstance(answer, list) or not answer or not isinstance(answer[0], dict):
        return "the answer is no page of values"
    if told := answer[0].get("message"):
        return f"{_SAID} {'; '.join(str(m.get('value')) for m in told)[:200]}"
    is_page = len(answer) == 2 and (isinstance(answer[1], list) or not answer[0].get("total"))
    return "" if is_page else "the answer is no page of values"


SOURCE = NationalSeries(terms_of("world_bank"))
