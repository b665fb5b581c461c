"""What IT is told about a clinic's pulls, and counts that every process adds to."""

import sqlalchemy as sa
from alembic import op

from abstractor.store.columns import Moment

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_NOT_OVER = sa.text("over_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "alert",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("clinic_id", sa.Integer(), sa.ForeignKey("clinic.id"), nullable=False),
        sa.Column("run_id", sa.Integer(), sa.ForeignKey("pull_run.id"), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=True),
        sa.Column("began_at", Moment(), nullable=False),
        sa.Column("told_at", Moment(), nullable=True),
        sa.Column("over_at", Moment(), nullable=True),
        sa.Column("over_told_at", Moment(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
    )
    op.create_index("ix_alert_run_id", "alert", ["run_id"])
    op.create_index(
        "uq_alert_open",
        "alert",
        ["clinic_id", "code"],
        unique=True,
        postgresql_where=_NOT_OVER,
        sqlite_where=_NOT_OVER,
    )
    op.create_table(
        "tally",
        sa.Column("clinic_id", sa.Integer(), sa.ForeignKey("clinic.id"), primary_key=True),
        sa.Column("what", sa.String(), primary_key=True),
        sa.Column("number", sa.BigInteger(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("tally")
    op.drop_table("alert")
