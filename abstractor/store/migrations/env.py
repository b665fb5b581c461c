"""Run by Alembic: migrate over the connection that `schema` has opened, inside its transaction."""

from alembic import context

from abstractor.store.connection_tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    compare_type=True,
    # SQLite's DDL is transactional too, since the connection begins its transactions itself.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
