"""One hash for all that a city knows, whatever the order and time in which it came to know it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, select

from almena.store.canonical import digest, to_text
from almena.store.chains import ChainBook, load_chains
from almena.store.database import reading
from almena.store.rows import content_digest
from almena.store.statements import statement_facts
from almena.store.tables import DECLARED_SOURCES, OBSERVATIONS, RETIRED, REVIEWS, SOURCES, STANDING

_IS_REVIEWED = OBSERVATIONS.c.id.in_(select(REVIEWS.c.observation_id))


def content_hash(engine: Engine) -> str:
    """
    Return a hash over current observations, reviews, declared sources and what persons say.

    Two cities have the same hash when they say the same: ids, times, the names of runs and the order of
    recording do not enter, so a city profiled step by step equals one profiled at once.

    Parameters
    ----------
    engine : Engine
        The city's database.

    Returns
    -------
    str
        SHA-256, hexadecimal.
    """
    with reading(engine) as connection:
        said = statement_facts(connection)
        facts = sorted([*_observations(connection), *_reviews(connection), *_sources(connection), *said])
    return digest("\n".join(facts))


def altered_rows(engine: Engine) -> list[int]:
    """Return the numbers of all rows that no longer say what they said when they were recorded."""
    with reading(engine) as connection:
        return [row["id"] for row, content in _contents(connection) if row["content"] != content]


def _contents(connection: Connection, *conditions: ColumnElement[bool]) -> Iterator[tuple[RowMapping, str]]:
    """Yield rows with the hash of what they say now, taken afresh down to the facts about each file."""
    rows = connection.execute(select(OBSERVATIONS).where(*conditions).order_by(OBSERVATIONS.c.id))
    found = rows.mappings().all()
    chains = load_chains(connection, {r["chain_id"] for r in found if r["chain_id"] is not None})
    book = ChainBook()
    for row in found:
        yield row, content_digest(row, book.digest_of(chains.get(row["chain_id"], ())))


def _observations(connection: Connection) -> Iterator[str]:
    for _, content in _contents(connection, STANDING, OBSERVATIONS.c.status != RETIRED):
        yield to_text(["observation", content])


def _reviews(connection: Connection) -> Iterator[str]:
    reviewed = {row["id"]: content for row, content in _contents(connection, _IS_REVIEWED)}
    rank: Counter[int] = (
        Counter()
    )  # the latest review of a row decides, so their order is part of the meaning
    for review in connection.execute(select(REVIEWS).order_by(REVIEWS.c.id)):
        rank[review.observation_id] += 1
        said = review.verdict, review.by, review.why
        yield to_text(["review", reviewed[review.observation_id], rank[review.observation_id], *said])


def _sources(connection: Connection) -> Iterator[str]:
    query = select(SOURCES.c.digest).join(DECLARED_SOURCES, DECLARED_SOURCES.c.source_id == SOURCES.c.id)
    for source in connection.execute(query).scalars():
        yield to_text(["source", source])
