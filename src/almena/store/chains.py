"""Sources, origins and the chains of origins behind values, each stored once however many values share it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, Table, delete, func, insert, select

from almena.model.origin import Origin, Source
from almena.store.canonical import check_texts, check_time, digest, from_text, to_text
from almena.store.database import reading, writing
from almena.store.tables import CHAIN_LINKS, CHAINS, DECLARED_SOURCES, ORIGINS, SOURCES

# SQLite allows 32,766 parameters in a statement; far fewer are as quick.
_BATCH = 500

_SOURCE_FIELDS = tuple(Source.__dataclass_fields__)


def declare_sources(engine: Engine, sources: Iterable[Source], *, at: str) -> None:
    """
    Set the files that the city stands on now; files declared earlier stay known, but no longer count.

    Parameters
    ----------
    engine : Engine
        The city's database.
    sources : iterable of Source
        Every file that the kit declares and that was found.
    at : str
        Instant, ISO 8601 in UTC.
    """
    check_time(at)
    by_digest = {source_digest(s): s for s in sources}
    with writing(engine) as connection:
        ids = _add_sources(connection, by_digest)
        connection.execute(delete(DECLARED_SOURCES))
        rows = [{"source_id": ids[d], "declared_at": at} for d in by_digest]
        if rows:
            connection.execute(insert(DECLARED_SOURCES), rows)


def declared_sources(engine: Engine) -> tuple[Source, ...]:
    """Return the files that the city stands on now, in order of role and file."""
    query = select(*_source_columns()).join(DECLARED_SOURCES, DECLARED_SOURCES.c.source_id == SOURCES.c.id)
    with reading(engine) as connection:
        return tuple(sorted(Source(**row) for row in connection.execute(query).mappings()))


def known_sources(engine: Engine) -> tuple[Source, ...]:
    """Return every file that the city ever stood on, in order of role and file."""
    with reading(engine) as connection:
        rows = connection.execute(select(*_source_columns())).mappings()
        return tuple(sorted(Source(**row) for row in rows))


def source_digest(source: Source) -> str:
    """Return the hash of everything that is said of a file."""
    return digest(to_text(asdict(source)))


@dataclass
class ChainBook:
    """
    The chains met while one set of observations is written, so that each is hashed and stored once.

    Parameters
    ----------
    chains : dict of str to tuple of Origin
        The chains by digest.
    """

    chains: dict[str, tuple[Origin, ...]] = field(default_factory=dict)
    _met: dict[int, tuple[tuple[Origin, ...], str]] = field(default_factory=dict)
    _origins: dict[Origin, str] = field(default_factory=dict)

    def digest_of(self, chain: tuple[Origin, ...]) -> str:
        """Return the hash of a chain; empty for the empty chain."""
        if not chain:
            return ""
        # Places of one indicator share the very same tuple: its address spares hashing it thousands of
        # times. The tuple is kept, so that its address cannot be given to another one meanwhile.
        met = self._met.get(id(chain))
        if met is None:
            met = self._met[id(chain)] = (chain, digest(to_text([self._origin(o) for o in chain])))
        self.chains.setdefault(met[1], chain)
        return met[1]

    def store(self, connection: Connection, wanted: Collection[str]) -> dict[str, int]:
        """Write those chains that the database has not got; return the ids of all wanted ones by digest."""
        chains = {d: self.chains[d] for d in wanted if d}
        origins = {self._origin(o): o for chain in chains.values() for o in chain}
        origin_ids = _add_origins(connection, origins)
        ids, new = _add(connection, CHAINS, {d: {} for d in chains})
        links = [
            {"chain_id": ids[d], "position": i, "origin_id": origin_ids[self._origin(origin)]}
            for d in new
            for i, origin in enumerate(chains[d])
        ]
        if links:
            connection.execute(insert(CHAIN_LINKS), links)
        return ids

    def _origin(self, origin: Origin) -> str:
        known = self._origins.get(origin)
        if known is None:
            known = self._origins[origin] = digest(to_text(asdict(origin)))
        return known


def load_chains(connection: Connection, wanted: Collection[int]) -> dict[int, tuple[Origin, ...]]:
    """Return the chains with the given ids; equal origins are one object in memory."""
    links = _links(connection, sorted(wanted))
    origins = _origins(connection, sorted({o for chain in links.values() for o in chain}))
    return {chain: tuple(origins[o] for o in members) for chain, members in links.items()}


def _links(connection: Connection, wanted: Sequence[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for batch in _batches(wanted):
        query = (
            select(CHAIN_LINKS.c.chain_id, CHAIN_LINKS.c.origin_id)
            .where(CHAIN_LINKS.c.chain_id.in_(batch))
            .order_by(CHAIN_LINKS.c.chain_id, CHAIN_LINKS.c.position)
        )
        for chain, origin in connection.execute(query):
            found[chain].append(origin)
    return found


def _origins(connection: Connection, wanted: Sequence[int]) -> dict[int, Origin]:
    sources: dict[Source, Source] = {}
    found: dict[int, Origin] = {}
    for batch in _batches(wanted):
        query = (
            select(ORIGINS.c.id.label("origin"), ORIGINS.c.locator, ORIGINS.c.steps, *_source_columns())
            .join(SOURCES, SOURCES.c.id == ORIGINS.c.source_id)
            .where(ORIGINS.c.id.in_(batch))
        )
        for number, locator, steps, *facts in connection.execute(query):
            source = Source(*facts)
            source = sources.setdefault(source, source)
            found[number] = Origin(source, locator, tuple(from_text(steps)))
    return found


def _add_sources(connection: Connection, sources: dict[str, Source]) -> dict[str, int]:
    rows = {d: asdict(s) for d, s in sources.items()}
    for source in sources.values():
        check_texts(source.file, (str(value) for value in asdict(source).values()))
    return _add(connection, SOURCES, rows)[0]


def _add_origins(connection: Connection, origins: dict[str, Origin]) -> dict[str, int]:
    sources = {s: source_digest(s) for s in {o.source for o in origins.values()}}
    source_ids = _add_sources(connection, {d: s for s, d in sources.items()})
    rows = {
        d: {
            "source_id": source_ids[sources[o.source]],
            "locator": o.locator,
            "steps": to_text(list(o.steps)),
        }
        for d, o in origins.items()
    }
    for origin in origins.values():
        check_texts(origin.source.file, (origin.locator, *origin.steps))
    return _add(connection, ORIGINS, rows)[0]


def _add(
    connection: Connection, table: Table, rows: dict[str, dict[str, Any]]
) -> tuple[dict[str, int], list[str]]:
    """Insert the rows whose digest is new; return the ids of all by digest, and the digests that were new."""
    ids: dict[str, int] = {}
    for batch in _batches(sorted(rows)):
        known = connection.execute(select(table.c.digest, table.c.id).where(table.c.digest.in_(batch)))
        ids.update((d, i) for d, i in known)
    new = [d for d in sorted(rows) if d not in ids]
    first = next_number(connection, table)
    ids.update((d, first + i) for i, d in enumerate(new))
    if new:
        connection.execute(insert(table), [{"id": ids[d], "digest": d, **rows[d]} for d in new])
    return ids, new


def next_number(connection: Connection, table: Table) -> int:
    """Return the id of a table's next row; only to be used inside the store's write lock."""
    return (connection.execute(select(func.max(table.c.id))).scalar() or 0) + 1


def _source_columns() -> list[Any]:
    return [SOURCES.c[name] for name in _SOURCE_FIELDS]


def _batches(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (items[start : start + _BATCH] for start in range(0, len(items), _BATCH))
