"""The whole schema of the first version, with the triggers that keep its trail of values whole."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = ("observations", "reviews", "sources", "origins", "chains", "chain_links")


def upgrade() -> None:
    """Make the whole schema."""
    create_origins()
    create_runs()
    create_observations()
    create_indexes()
    if op.get_bind().dialect.name == "postgresql":
        refuse_changes_on_postgresql()
    else:
        refuse_changes_on_sqlite()


def create_origins() -> None:
    """Make the tables of files and chains."""
    op.create_table(
        "sources",
        number(),
        digest(),
        *texts("role file sha256 url licence attribution date bytes_are sharing"),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sources"),
        sa.UniqueConstraint("digest", name="uq_sources_digest"),
    )
    op.create_table(
        "declared_sources",
        number("source_id"),
        *texts("declared_at"),
        sa.PrimaryKeyConstraint("source_id", name="pk_declared_sources"),
        points_to("declared_sources", "source_id", "sources"),
    )
    op.create_table(
        "origins",
        number(),
        digest(),
        sa.Column("source_id", sa.Integer(), nullable=False),
        *texts("locator steps"),
        sa.PrimaryKeyConstraint("id", name="pk_origins"),
        sa.UniqueConstraint("digest", name="uq_origins_digest"),
        points_to("origins", "source_id", "sources"),
    )
    op.create_table(
        "chains",
        number(),
        digest(),
        sa.PrimaryKeyConstraint("id", name="pk_chains"),
        sa.UniqueConstraint("digest", name="uq_chains_digest"),
    )
    op.create_table(
        "chain_links",
        number("chain_id"),
        number("position"),
        sa.Column("origin_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("chain_id", "position", name="pk_chain_links"),
        points_to("chain_links", "chain_id", "chains"),
        points_to("chain_links", "origin_id", "origins"),
    )


def create_runs() -> None:
    """Make the tables of runs, roles and settings."""
    op.create_table(
        "runs",
        *texts("id"),
        sa.Column("number", sa.Integer(), nullable=False),
        *texts("started finished status version kit_hash settings seconds"),
        sa.Column("peak_mb", sa.Double()),
        *texts("problems notes outputs"),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        sa.UniqueConstraint("number", name="uq_runs_number"),
    )
    op.create_table(
        "role_states",
        *texts("role key files notes problems read_at"),
        sa.PrimaryKeyConstraint("role", name="pk_role_states"),
    )
    op.create_table("settings", *texts("name value"), sa.PrimaryKeyConstraint("name", name="pk_settings"))


def create_observations() -> None:
    """Make the tables of values and reviews."""
    op.create_table(
        "observations",
        number(),
        digest("identity"),
        digest("content"),
        *texts("indicator place place_kind place_name period dimensions"),
        *(sa.Column(name, sa.Double()) for name in ("value", "low", "high")),
        *texts("interval_kind unit status use quality method"),
        sa.Column("coverage", sa.Double()),
        *texts("causes"),
        sa.Column("chain_id", sa.Integer()),
        *texts("reason remedy notes key recorded_at by run_id"),
        sa.Column("supersedes", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_observations"),
        points_to("observations", "chain_id", "chains"),
        points_to("observations", "run_id", "runs"),
        points_to("observations", "supersedes", "observations"),
    )
    op.create_table(
        "reviews",
        number(),
        sa.Column("observation_id", sa.Integer(), nullable=False),
        *texts("verdict by why at"),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
        points_to("reviews", "observation_id", "observations"),
    )


def create_indexes() -> None:
    """Make the indexes."""
    first = sa.text("supersedes IS NULL")
    op.create_index("ix_observations_identity", "observations", ["identity"])
    op.create_index("ix_observations_indicator", "observations", ["indicator", "place"])
    op.create_index("ux_observations_supersedes", "observations", ["supersedes"], unique=True)
    op.create_index(
        "ux_observations_first",
        "observations",
        ["identity"],
        unique=True,
        sqlite_where=first,
        postgresql_where=first,
    )
    op.create_index("ix_reviews_observation_id", "reviews", ["observation_id"])


def refuse_changes_on_sqlite() -> None:
    """Let SQLite refuse changes of what is only ever added to."""
    for table in APPEND_ONLY:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_never_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} are only ever added'); END"
            )


def refuse_changes_on_postgresql() -> None:
    """Let PostgreSQL refuse changes of what is only ever added to."""
    op.execute(
        "CREATE FUNCTION almena_only_added() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% are only ever added', TG_TABLE_NAME; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION almena_only_added()"
        )


def number(name: str = "id") -> sa.Column[int]:
    """Return a column of whole numbers."""
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)


def digest(name: str = "digest") -> sa.Column[str]:
    """Return the column of a content hash."""
    return sa.Column(name, sa.String(64), nullable=False)


def texts(names: str) -> list[sa.Column[str]]:
    """Return text columns by name."""
    return [sa.Column(name, sa.Text(), nullable=False) for name in names.split()]


def points_to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    """Return a foreign key."""
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}")
