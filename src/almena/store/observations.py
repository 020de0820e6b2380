"""Values that are only ever added: what the city knows now, and how it came to know it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, Select, insert, select

from almena.model.observation import Observation
from almena.model.place import CITY
from almena.model.problem import InputError, Problem
from almena.store.canonical import check_texts, check_time
from almena.store.chains import ChainBook, load_chains, next_number
from almena.store.database import reading, writing
from almena.store.reviews import reviews_by_identity
from almena.store.rows import Review, StoredObservation, from_row, retirement_of, to_row
from almena.store.tables import OBSERVATIONS, RETIRED, RUNS, STANDING


@dataclass(frozen=True)
class Recorded:
    """
    What one recording changed.

    Parameters
    ----------
    written : int
        Observations that were new or said something new.
    unchanged : int
        Observations that said what is already stored.
    superseded : int
        Stored rows that gave way to one of the written.
    retired : int
        Stored rows that were closed, because their indicator gives them no longer.
    """

    written: int = 0
    unchanged: int = 0
    superseded: int = 0
    retired: int = 0


def record(
    engine: Engine,
    run_id: str,
    observations: Iterable[Observation],
    *,
    at: str,
    by: str,
    complete_for: Collection[str] | None = None,
) -> Recorded:
    """
    Add observations in one transaction: all of them are stored afterwards, or none.

    An observation that says exactly what the standing row for its indicator, place and dimensions says is
    not written again. One that says anything else, be it the value, period, interval, method, key or
    origins, supersedes that row.

    Parameters
    ----------
    engine : Engine
        The city's database.
    run_id : str
        The run that produced them, begun with `almena.store.runs.begin_run`.
    observations : iterable of Observation
        Values and gaps; one at most for each indicator, place and dimensions.
    at, by : str
        Instant in ISO 8601, UTC; who or what records.
    complete_for : collection of str, optional
        Indicators for which ``observations`` is all there is, so that other standing rows of theirs are
        retired. By default every indicator among ``observations``; empty to retire nothing.

    Returns
    -------
    Recorded
        How many rows were written, unchanged, superseded and retired.

    Raises
    ------
    InputError
        When two observations speak of the same thing, or a value or text cannot be stored.
    StoreError
        When the database cannot be written; nothing of the call is stored then.
    """
    check_time(at)
    check_texts("the author of a record", (by,))
    book = ChainBook()
    rows = _rows(observations, book)
    indicators = {row["indicator"] for row in rows.values()}
    complete = indicators if complete_for is None else set(complete_for)
    stamp = {"recorded_at": at, "by": by, "run_id": run_id}
    with writing(engine) as connection:
        standing = _standing(connection, indicators | complete)
        changed = [row for row in rows.values() if _differs(row, standing)]
        superseded = sum(row["identity"] in standing for row in changed)
        closing = _closing(connection, standing, rows, complete)
        _write(connection, book, [*changed, *closing], standing, stamp)
    return Recorded(len(changed), len(rows) - len(changed), superseded, len(closing))


def current(
    engine: Engine, *, indicator: str | None = None, place: str | None = None, place_kind: str | None = None
) -> list[StoredObservation]:
    """
    Return what the city knows now: one observation at most for each indicator, place and dimensions.

    Parameters
    ----------
    engine : Engine
        The city's database.
    indicator, place, place_kind : str, optional
        Keep only these.

    Returns
    -------
    list of StoredObservation
        Values and gaps with their reviews, ordered by indicator, the city before its parts, place and
        dimensions.
    """
    chosen = _chosen(indicator=indicator, place=place, place_kind=place_kind)
    query = select(OBSERVATIONS).where(STANDING, OBSERVATIONS.c.status != RETIRED, *chosen)
    return sorted(_load(engine, query), key=_order)


def as_of(engine: Engine, run_id: str) -> list[StoredObservation]:
    """
    Return what the city knew when a run had ended, as it was recorded then.

    Parameters
    ----------
    engine : Engine
        The city's database.
    run_id : str
        Id of the run.

    Raises
    ------
    InputError
        When there is no such run.
    """
    with reading(engine) as connection:
        number = connection.execute(select(RUNS.c.number).where(RUNS.c.id == run_id)).scalar()
    if number is None:
        raise InputError(Problem("There is no such run", run_id, "", "See `almena compare DIR --list`."))
    until = select(RUNS.c.id).where(RUNS.c.number <= number)
    later = OBSERVATIONS.alias("later")
    replaced = select(later.c.id).where(later.c.supersedes == OBSERVATIONS.c.id, later.c.run_id.in_(until))
    query = select(OBSERVATIONS).where(
        OBSERVATIONS.c.run_id.in_(until), ~replaced.exists(), OBSERVATIONS.c.status != RETIRED
    )
    return sorted(_load(engine, query), key=_order)


def history(engine: Engine, indicator: str, place: str | None = None) -> list[StoredObservation]:
    """Return every row ever recorded for an indicator, oldest first, retirements included."""
    chosen = _chosen(indicator=indicator, place=place)
    return _load(engine, select(OBSERVATIONS).where(*chosen).order_by(OBSERVATIONS.c.id))


def keys(engine: Engine) -> dict[str, str]:
    """
    Return, for each indicator, the key under which all its current observations were computed.

    An indicator whose observations carry different keys, or none, is left out: it must be computed again.
    """
    columns = OBSERVATIONS.c.indicator, OBSERVATIONS.c.key
    query = select(*columns).distinct().where(STANDING, OBSERVATIONS.c.status != RETIRED)
    with reading(engine) as connection:
        pairs = [(indicator, key) for indicator, key in connection.execute(query)]
    times = Counter(indicator for indicator, _ in pairs)
    return {indicator: key for indicator, key in sorted(pairs) if key and times[indicator] == 1}


def _rows(observations: Iterable[Observation], book: ChainBook) -> dict[str, dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    twice: dict[str, Problem] = {}
    for observation in observations:
        chain = book.digest_of(observation.origins)
        row = {**to_row(observation, chain), "chain": chain}
        if row["identity"] in rows:
            twice[row["identity"]] = _said_twice(observation)
        rows[row["identity"]] = row
    if twice:
        raise InputError(*twice.values())
    return rows


def _said_twice(observation: Observation) -> Problem:
    dimensions = ", ".join(f"{name} = {value}" for name, value in observation.dimensions) or "none"
    return Problem(
        f"{observation.indicator} gives two values for one place",
        f"place {observation.place}, dimensions: {dimensions}",
        "only one can be current, and the period does not tell two values apart",
        "give each its own dimension, for example the year or the source",
    )


def _standing(connection: Connection, indicators: Collection[str]) -> dict[str, RowMapping]:
    columns = (
        OBSERVATIONS.c.id,
        OBSERVATIONS.c.identity,
        OBSERVATIONS.c.content,
        OBSERVATIONS.c.status,
        OBSERVATIONS.c.indicator,
    )
    query = select(*columns).where(STANDING, OBSERVATIONS.c.indicator.in_(sorted(indicators)))
    return {row["identity"]: row for row in connection.execute(query).mappings()}


def _differs(row: Mapping[str, Any], standing: Mapping[str, RowMapping]) -> bool:
    old = standing.get(row["identity"])
    return old is None or old["content"] != row["content"]


def _closing(
    connection: Connection,
    standing: Mapping[str, RowMapping],
    rows: Mapping[str, Any],
    complete: Collection[str],
) -> list[dict[str, Any]]:
    """Return a closing row for every standing row that the complete indicators no longer give."""
    gone = {
        old["id"] for identity, old in standing.items() if identity not in rows and old["status"] != RETIRED
    }
    if not gone:
        return []
    query = select(OBSERVATIONS).where(STANDING, OBSERVATIONS.c.indicator.in_(sorted(complete)))
    old_rows = [row for row in connection.execute(query).mappings() if row["id"] in gone]
    return [{**to_row(retirement_of(from_row(row, ())), ""), "chain": ""} for row in old_rows]


def _write(
    connection: Connection,
    book: ChainBook,
    rows: list[dict[str, Any]],
    standing: Mapping[str, RowMapping],
    stamp: Mapping[str, str],
) -> None:
    if not rows:
        return
    chain_ids = book.store(connection, {row["chain"] for row in rows})
    first = next_number(connection, OBSERVATIONS)
    for number, row in enumerate(rows, first):
        old = standing.get(row["identity"])
        row.update(stamp, id=number, supersedes=old["id"] if old else None)
        row["chain_id"] = chain_ids.get(row.pop("chain"))
    connection.execute(insert(OBSERVATIONS), rows)


def _chosen(**wanted: str | None) -> list[ColumnElement[bool]]:
    return [OBSERVATIONS.c[name] == value for name, value in wanted.items() if value is not None]


def _load(engine: Engine, query: Select[Any]) -> list[StoredObservation]:
    with reading(engine) as connection:
        rows = connection.execute(query).mappings().all()
        chains = load_chains(connection, {r["chain_id"] for r in rows if r["chain_id"] is not None})
        reviews = reviews_by_identity(connection)
    return [
        _stored(row, from_row(row, chains.get(row["chain_id"], ())), reviews.get(row["identity"], ()))
        for row in rows
    ]


def _stored(row: RowMapping, observation: Observation, reviews: tuple[Review, ...]) -> StoredObservation:
    return StoredObservation(
        observation,
        id=row["id"],
        recorded_at=row["recorded_at"],
        by=row["by"],
        run_id=row["run_id"],
        supersedes=row["supersedes"],
        reviews=tuple(r for r in reviews if r.observation_id == row["id"]),
        earlier_reviews=tuple(r for r in reviews if r.observation_id < row["id"]),
    )


def _order(stored: StoredObservation) -> tuple[Any, ...]:
    said = stored.observation
    return said.indicator, said.place_kind != CITY, said.place, said.dimensions
