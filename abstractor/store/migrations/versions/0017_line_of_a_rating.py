"""Which line a rating is about: two readers who add one rule as missed, of different lines, do not agree.

Ratings from before have none; what they were given of stands in the sealed steps of their reviews.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rating", sa.Column("line", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("rating", "line")
