"""Resources are sealed under a data key, and the append-only guard gets its one door.

The rows that are there are sealed by `schema.upgrade` after this, in batches: a large database is not sealed
in one transaction.
"""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

from abstractor.errors import StoreError
from abstractor.store.append_only import (
    door_statements,
    doored_guard_statements,
    guard_statements,
    no_door_statements,
    unguard_statements,
)
from abstractor.store.columns import Moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_PURGED = ("pull", "pull_answer", "pull_resource", "abstract", "line_clinician", "quarantine")


def upgrade() -> None:
    op.create_table(
        "data_key",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("retired_at", Moment(), nullable=True),
    )
    op.create_table(
        "append_only_door",
        sa.Column("reason", sa.String(), primary_key=True),
        sa.Column(
            "shut",
            sa.Integer(),
            sa.ForeignKey("clinic.id", deferrable=True, initially="DEFERRED"),
            nullable=False,
        ),
    )
    # Both databases know this form; Alembic would rebuild SQLite's whole table for it.
    op.execute("ALTER TABLE raw_resource ADD COLUMN key_id VARCHAR REFERENCES data_key (id)")
    op.create_index("ix_raw_resource_key_id", "raw_resource", ["key_id"])
    dialect = op.get_bind().dialect.name
    _run(door_statements(dialect))
    for table in (*_PURGED, "raw_resource", "audit_event"):
        _run(unguard_statements(table, dialect))
    for table in _PURGED:
        _run(doored_guard_statements(table, dialect, purge="purge"))
    _run(doored_guard_statements("raw_resource", dialect, change="seal", purge="purge"))
    # An entry of the trail stays for good; a purge only takes out which resource of the patient it was.
    _run(doored_guard_statements("audit_event", dialect, change="purge"))


def downgrade() -> None:
    if op.get_bind().scalar(sa.text("SELECT 1 FROM raw_resource WHERE key_id IS NOT NULL LIMIT 1")):
        raise StoreError("stored resources are sealed: no revision before this one could read them")
    dialect = op.get_bind().dialect.name
    guarded = (*_PURGED, "raw_resource", "audit_event")
    for table in guarded:
        _run(unguard_statements(table, dialect))
    op.drop_index("ix_raw_resource_key_id", "raw_resource")
    with op.batch_alter_table("raw_resource") as batch:
        batch.drop_column("key_id")
    for table in guarded:
        _run(guard_statements(table, dialect))
    _run(no_door_statements(dialect))
    op.drop_table("append_only_door")
    op.drop_table("data_key")


def _run(statements: Iterable[str]) -> None:
    for statement in statements:
        op.execute(statement)
