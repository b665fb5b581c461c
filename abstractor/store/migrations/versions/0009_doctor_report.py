"""The last report of `abstractor doctor` on each clinic."""

import sqlalchemy as sa
from alembic import op

from abstractor.store.columns import Moment

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "doctor_report",
        sa.Column("clinic_id", sa.Integer(), sa.ForeignKey("clinic.id"), primary_key=True),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("doctor_report")
