"""By how much a patient's chart is moved in test case files, the same for good, and what the files that were
made of it leave in doubt. Sealed: with it and a file one has the true days.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_shift",
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"]),
        sa.ForeignKeyConstraint(["key_id"], ["data_key.id"]),
        sa.PrimaryKeyConstraint("patient_id"),
    )
    op.create_index("ix_case_shift_key_id", "case_shift", ["key_id"])


def downgrade() -> None:
    op.drop_table("case_shift")
