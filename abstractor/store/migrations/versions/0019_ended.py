"""When the work of a cycle ended, and what was refused in its pulls, are read from an index."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_work_ended", "work", ["cycle_id", "ended_at"])
    some = sa.text("foreign_count > 0")
    op.create_index("ix_pull_foreign", "pull", ["cycle_id"], sqlite_where=some, postgresql_where=some)


def downgrade() -> None:
    op.drop_index("ix_pull_foreign", "pull")
    op.drop_index("ix_work_ended", "work")
