"""Answers given as tables: totals against parts, shares of a whole, rates that lead from a first value to a last."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from almena.diagnose.graph import Graph
from almena.diagnose.rules import Circumstances, Given, Rule, Test, means, told
from almena.model.problem import Problem

Cells = Sequence[float | None]


def parts_and_total(_: Graph, circumstances: Circumstances, rule: Rule) -> Iterator[Problem]:
    """Find counts of women and men that do not give the total beside them; a total of shares is no sum."""
    for given in circumstances.answers:
        women, men, total = (_column(given, name) for name in ("women", "men", "total"))
        if None in (women, men, total) or _is_share(given, given.columns[total or 0]):
            continue
        for name, cells in zip(given.rows, given.cells, strict=True):
            parts, whole = (cells[women or 0], cells[men or 0]), cells[total or 0]
            if None in parts or whole is None:
                continue
            added = math.fsum(p for p in parts if p is not None)
            if abs(added - whole) > rule.limit * _last_digit((*parts, whole)):
                yield Problem(
                    f"Women and men together are {told(added)}, the total says {told(whole)}",
                    _where(given, name),
                    "parts and total cannot both be right",
                    "Check the three figures.",
                )


def shares_and_hundred(_: Graph, circumstances: Circumstances, rule: Rule) -> Iterator[Problem]:
    """Find columns of shares that do not give 100 together; one total among the rows is left out."""
    for given in circumstances.answers:
        for number, column in enumerate(given.columns):
            if not _is_share(given, column):
                continue
            rows = zip(given.rows, given.cells, strict=True)
            parts = [c[number] for name, c in rows if name.strip().casefold() not in means("total")]
            if len(parts) < 2 or any(p is None for p in parts):
                continue
            added = math.fsum(p for p in parts if p is not None)
            whole = 1.0 if 0 <= added <= 2 else 100.0
            if abs(added - whole) > rule.limit * whole / 100:
                yield Problem(
                    f"Shares give {told(added)} together, not {told(whole)}",
                    _where(given, column),
                    "shares of one whole leave nothing out and count nothing twice",
                    "Check the shares, or add a row for the rest.",
                )


def cells_above(_: Graph, circumstances: Circumstances, rule: Rule) -> Iterator[Problem]:
    """Find shares above the whole."""
    for given in circumstances.answers:
        for name, cells in zip(given.rows, given.cells, strict=True):
            for column, value in zip(given.columns, cells, strict=True):
                if value is not None and _is_share(given, column) and not 0 <= value <= rule.limit:
                    yield Problem(
                        f"A share of {told(value)} per cent",
                        _where(given, f"{name}, {column}"),
                        "a share of a whole lies between 0 and 100",
                        "Check the figure and its unit; growth is no share.",
                    )


def rates_compound(_: Graph, circumstances: Circumstances, rule: Rule) -> Iterator[Problem]:
    """Find trends whose yearly rate does not lead from the first value to the last."""
    for given in circumstances.answers:
        rate = _column(given, "rate")
        series = _series(given)
        if rate is None or len(series) < 2:
            continue
        rates = [cells[rate] for cells in given.cells if cells[rate] is not None]
        if len(set(rates)) != 1 or rates[0] is None:
            continue
        (first_year, first), *_unused, (last_year, last) = series
        expected = first * (1 + rates[0] / 100) ** (last_year - first_year)
        if last and abs(expected - last) > rule.limit / 100 * abs(last):
            yield Problem(
                f"{told(first)} in {first_year:g} growing {told(rates[0])} per cent a year leads to "
                f"{told(round(expected, 2))} in {last_year:g}, not to {told(last)}",
                _where(given, given.columns[rate]),
                "a first value, a yearly rate and a last value go together",
                "Check the rate, or whether it is of the whole time instead of a year.",
            )


def _series(given: Given) -> list[tuple[float, float]]:
    """Return year and value of each row, in the order of the years."""
    year, value = _column(given, "year"), _column(given, "value")
    found = []
    for name, cells in zip(given.rows, given.cells, strict=True):
        when = cells[year] if year is not None else _year_in(name)
        what = cells[value] if value is not None else None
        if when is not None and what is not None:
            found.append((when, what))
    return sorted(found)


def _year_in(name: str) -> float | None:
    return float(name) if name.strip().isdigit() else None


def _column(given: Given, meaning: str) -> int | None:
    found = [n for n, name in enumerate(given.columns) if name.strip().casefold() in means(meaning)]
    return found[0] if found else None


def _is_share(given: Given, column: str) -> bool:
    name = column.strip().casefold()
    if name in means("rate") or name in means("year"):
        return False
    return name in means("share") or given.unit.strip().casefold() in means("share")


def _last_digit(values: Cells) -> float:
    """Return one unit of the last decimal in which any of the values is given; nothing for whole numbers."""
    decimals = max((len(f"{v:.10g}".partition(".")[2]) for v in values if v is not None), default=0)
    return float(10**-decimals) if decimals else 0.0


def _where(given: Given, place: str) -> str:
    return f"{given.indicator}: {place}"


TESTS: dict[str, Test] = {
    test.__name__: test for test in (parts_and_total, shares_and_hundred, cells_above, rates_compound)
}
