"""What Alembic runs for each migration: it works on the connection that `almena.store.schema` hands it."""

from __future__ import annotations

from alembic import context

from almena.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
