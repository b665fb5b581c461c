"""Patients and cycles can be purged; the audit trail says how much went."""

import sqlalchemy as sa
from alembic import op

from abstractor.store.columns import Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("patient", "cycle"):
        op.add_column(table, sa.Column("purged_at", Moment(), nullable=True))
    op.add_column("audit_event", sa.Column("detail", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("audit_event", "detail")
    for table in ("cycle", "patient"):
        op.drop_column(table, "purged_at")
