"""A cycle asks about a cohort; those from before asked about HER2-positive disease."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cycle", sa.Column("cohort", sa.String(), nullable=False, server_default="her2-mbc"))


def downgrade() -> None:
    op.drop_column("cycle", "cohort")
