"""Charts by verdict and seats by state are counted from an index, without reading what they are of."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_abstract_verdict", "abstract", ["cycle_id", "verdict", "flagged"])
    op.create_index("ix_seat_counted", "seat", ["audit_id", "number", "state", "account_id"])
    op.create_index("ix_seat_place", "seat", ["audit_id", "place", "id"])
    some = sa.text("skips > 0")
    op.create_index("ix_seat_skipped", "seat", ["audit_id"], sqlite_where=some, postgresql_where=some)


def downgrade() -> None:
    for name in ("skipped", "place", "counted"):
        op.drop_index(f"ix_seat_{name}", "seat")
    op.drop_index("ix_abstract_verdict", "abstract")
