"""The tables of a city's database, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    select,
)

RETIRED = "retired"
"""Status of the row that closes an identity which its indicator no longer produces."""

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    }
)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _digest(name: str) -> Column[str]:
    return Column(name, String(64), nullable=False)


# Numbers of rows are given by the store inside its one write lock, so that the same run gives the same ids.
def _number() -> Column[int]:
    return Column("id", Integer, primary_key=True, autoincrement=False)


OBSERVATIONS = Table(
    "observations",
    METADATA,
    _number(),
    _digest("identity"),  # of indicator, place and dimensions: the period may change
    _digest("content"),  # of everything that the row says
    _text("indicator"),
    _text("place"),
    _text("place_kind"),
    _text("place_name"),
    _text("period"),
    _text("dimensions"),
    Column("value", Double),
    Column("low", Double),
    Column("high", Double),
    _text("interval_kind"),
    _text("unit"),
    _text("status"),
    _text("use"),
    _text("quality"),
    _text("method"),
    Column("coverage", Double),
    _text("causes"),
    Column("chain_id", Integer, ForeignKey("chains.id")),  # null when no file stands behind the row
    _text("reason"),
    _text("remedy"),
    _text("notes"),
    _text("key"),
    _text("recorded_at"),
    _text("by"),
    Column("run_id", Text, ForeignKey("runs.id"), nullable=False),
    Column("supersedes", Integer, ForeignKey("observations.id")),
)
Index("ix_observations_identity", OBSERVATIONS.c.identity)
Index("ix_observations_indicator", OBSERVATIONS.c.indicator, OBSERVATIONS.c.place)
# The two unique indexes make each identity one unbroken line: one first row, and no row superseded twice.
Index("ux_observations_supersedes", OBSERVATIONS.c.supersedes, unique=True)
Index(
    "ux_observations_first",
    OBSERVATIONS.c.identity,
    unique=True,
    sqlite_where=OBSERVATIONS.c.supersedes.is_(None),
    postgresql_where=OBSERVATIONS.c.supersedes.is_(None),
)

_LATER = OBSERVATIONS.alias("later")
STANDING = ~select(_LATER.c.id).where(_LATER.c.supersedes == OBSERVATIONS.c.id).exists()
"""Condition: no later row has taken this row's place. Retired rows stand too; views leave them out."""

SOURCES = Table(
    "sources",
    METADATA,
    _number(),
    Column("digest", String(64), nullable=False, unique=True),
    _text("role"),
    _text("file"),
    _text("sha256"),
    _text("url"),
    _text("licence"),
    _text("attribution"),
    _text("date"),
    _text("bytes_are"),
    _text("sharing"),
    Column("size", BigInteger, nullable=False),
)

DECLARED_SOURCES = Table(
    "declared_sources",
    METADATA,
    Column("source_id", Integer, ForeignKey("sources.id"), primary_key=True, autoincrement=False),
    _text("declared_at"),
)

ORIGINS = Table(
    "origins",
    METADATA,
    _number(),
    Column("digest", String(64), nullable=False, unique=True),
    Column("source_id", Integer, ForeignKey("sources.id"), nullable=False),
    _text("locator"),
    _text("steps"),
)

# A chain is the ordered list of origins behind a value; thousands of observations share a few hundred.
CHAINS = Table("chains", METADATA, _number(), Column("digest", String(64), nullable=False, unique=True))

CHAIN_LINKS = Table(
    "chain_links",
    METADATA,
    Column("chain_id", Integer, ForeignKey("chains.id"), primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("origin_id", Integer, ForeignKey("origins.id"), nullable=False),
)

REVIEWS = Table(
    "reviews",
    METADATA,
    _number(),
    Column("observation_id", Integer, ForeignKey("observations.id"), nullable=False),
    _text("verdict"),
    _text("by"),
    _text("why"),
    _text("at"),
)
Index("ix_reviews_observation_id", REVIEWS.c.observation_id)

RUNS = Table(
    "runs",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    _text("started"),
    _text("finished"),
    _text("status"),
    _text("version"),
    _text("kit_hash"),
    _text("settings"),
    _text("seconds"),
    Column("peak_mb", Double),
    _text("problems"),
    _text("notes"),
    _text("outputs"),
)

ROLE_STATES = Table(
    "role_states",
    METADATA,
    Column("role", Text, primary_key=True),
    _text("key"),
    _text("files"),
    _text("notes"),
    _text("problems"),
    _text("read_at"),
)

SETTINGS = Table("settings", METADATA, Column("name", Text, primary_key=True), _text("value"))

STATEMENTS = Table(
    "statements",
    METADATA,
    _number(),
    _digest("identity"),  # of kind, key and voice
    _digest("content_hash"),  # of everything that the row says
    _text("kind"),
    _text("key"),
    _text("voice"),
    _text("content"),
    _text("source"),
    _text("recorded_at"),
    _text("by"),
    _text("batch"),
    Column("withdrawn", Integer, nullable=False),
    Column("supersedes", Integer, ForeignKey("statements.id")),
)
Index("ix_statements_identity", STATEMENTS.c.identity)
Index("ix_statements_kind", STATEMENTS.c.kind, STATEMENTS.c.key)
Index("ux_statements_supersedes", STATEMENTS.c.supersedes, unique=True)
Index(
    "ux_statements_first",
    STATEMENTS.c.identity,
    unique=True,
    sqlite_where=STATEMENTS.c.supersedes.is_(None),
    postgresql_where=STATEMENTS.c.supersedes.is_(None),
)

SUBMISSIONS = Table(
    "submissions",
    METADATA,
    _number(),
    Column("name", Text, nullable=False, unique=True),
    _text("sha256"),
    _text("what"),
    _text("at"),
    _text("by"),
)

APPEND_ONLY = (
    OBSERVATIONS,
    REVIEWS,
    SOURCES,
    ORIGINS,
    CHAINS,
    CHAIN_LINKS,
    STATEMENTS,
    SUBMISSIONS,
)
