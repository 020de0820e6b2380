"""What persons say of the city (registers, answers, decisions), and the forms that they handed in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from almena.store.migrations.versions.whole_schema_0001 import digest, number, points_to, texts

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = ("statements", "submissions")


def upgrade() -> None:
    """Add the two tables, with the triggers that keep them whole."""
    first = sa.text("supersedes IS NULL")
    op.create_table(
        "statements",
        number(),
        digest("identity"),
        digest("content_hash"),
        *texts("kind key voice content source recorded_at by batch"),
        sa.Column("withdrawn", sa.Integer(), nullable=False),
        sa.Column("supersedes", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_statements"),
        points_to("statements", "supersedes", "statements"),
    )
    op.create_index("ix_statements_identity", "statements", ["identity"])
    op.create_index("ix_statements_kind", "statements", ["kind", "key"])
    op.create_index("ux_statements_supersedes", "statements", ["supersedes"], unique=True)
    op.create_index(
        "ux_statements_first",
        "statements",
        ["identity"],
        unique=True,
        sqlite_where=first,
        postgresql_where=first,
    )
    op.create_table(
        "submissions",
        number(),
        *texts("name sha256 what at by"),
        sa.PrimaryKeyConstraint("id", name="pk_submissions"),
        sa.UniqueConstraint("name", name="uq_submissions_name"),
    )
    refuse_changes()


def refuse_changes() -> None:
    """Let the database refuse changes of what is only ever added to."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in APPEND_ONLY:
        if on_postgresql:
            op.execute(
                f"CREATE TRIGGER {table}_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION almena_only_added()"
            )
            continue
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_never_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} are only ever added'); END"
            )
