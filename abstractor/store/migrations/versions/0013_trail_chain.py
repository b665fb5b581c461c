"""Entries of the audit trail are chained from here on: keyed digests, their keys, and the newest entry."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TABLE = "audit_event"
_BYTES = ("salt", "witness", "previous_mac", "mac")


def upgrade() -> None:
    for name in _BYTES:
        op.add_column(_TABLE, sa.Column(name, sa.LargeBinary(), nullable=True))
    op.add_column(_TABLE, sa.Column("key_id", sa.String(), nullable=True))
    op.create_table(
        "trail_key",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(), sa.ForeignKey("data_key.id"), nullable=False),
    )
    op.create_table(
        "trail_head",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("began", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("last_mac", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("trail_head")
    op.drop_table("trail_key")
    for name in ("key_id", *reversed(_BYTES)):
        op.drop_column(_TABLE, name)
    if op.get_bind().dialect.name == "postgresql":
        # Chained entries were numbered without the table's own counter, which goes on behind them again.
        op.execute(
            "SELECT setval(pg_get_serial_sequence('audit_event', 'id'), coalesce(max(id), 0) + 1, false) "
            "FROM audit_event"
        )
