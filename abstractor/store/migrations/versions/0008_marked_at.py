"""A mark also says what our own clock said, so that a clinic's clock that was set back is noticed."""

import sqlalchemy as sa
from alembic import op

from abstractor.store.columns import Moment

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sync_mark", sa.Column("marked_at", Moment(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("sync_mark") as batch:
        batch.drop_column("marked_at")
