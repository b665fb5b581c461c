"""How many records of a chart took a repair to be read, beside what could not be read at all."""

import sqlalchemy as sa
from alembic import op

from abstractor.store.append_only import doored_guard_statements, unguard_statements

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_TABLE = "repair"


def upgrade() -> None:
    op.create_table(
        _TABLE,
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("abstract_id", sa.Integer(), sa.ForeignKey("abstract.id"), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("repair", sa.String(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
    )
    op.create_index("ix_repair_abstract_id", _TABLE, ["abstract_id"])
    for statement in doored_guard_statements(_TABLE, op.get_bind().dialect.name, purge="purge"):
        op.execute(statement)


def downgrade() -> None:
    for statement in unguard_statements(_TABLE, op.get_bind().dialect.name):
        op.execute(statement)
    op.drop_table(_TABLE)
