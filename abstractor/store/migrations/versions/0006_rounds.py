"""Everything is pulled in a round: work belongs to one, a cycle has one, and its listing can be gone on with.

What older cycles have pulled is told as a round of each; what they still had to pull goes on in it.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from abstractor.store.columns import BigKey, Moment

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_PULLS = "FROM work WHERE work.cycle_id = cycle.id AND kind = 'pull'"
_OPEN = f"SELECT 1 {_PULLS} AND state IN ('waiting', 'leased')"
_ROUNDS = f"""
INSERT INTO pull_run
  (clinic_id, cycle_id, kind, way, state, started_at, ended_at, listed_at, patients, unlisted, listing_gap)
SELECT clinic_id, id, 'full', 'search',
  CASE WHEN EXISTS ({_OPEN}) THEN 'running' ELSE 'incomplete' END,
  opened_at,
  CASE WHEN EXISTS ({_OPEN}) THEN NULL
    ELSE (SELECT max(ended_at) {_PULLS}) END,
  opened_at,
  (SELECT count(*) {_PULLS}),
  unlisted, listing_gap
FROM cycle WHERE EXISTS (SELECT 1 {_PULLS})
ORDER BY id
"""  # noqa: S608 - our own words
_WORK_OF_ROUNDS = """
UPDATE work SET run_id = (SELECT max(id) FROM pull_run WHERE pull_run.cycle_id = work.cycle_id)
WHERE kind = 'pull'
"""


def upgrade() -> None:
    _runs()
    _work()
    op.drop_index("ix_pull_run_id", "pull")
    op.create_index("uq_pull_round", "pull", ["run_id", "patient_id"], unique=True)
    _bulk_seen()
    op.execute(_ROUNDS)
    op.execute(_WORK_OF_ROUNDS)


def downgrade() -> None:
    op.drop_table("bulk_seen")
    op.drop_index("uq_pull_round", "pull")
    op.create_index("ix_pull_run_id", "pull", ["run_id"])
    op.execute("DELETE FROM work WHERE cycle_id IS NULL")
    with op.batch_alter_table("work") as batch:
        batch.drop_index("ix_work_run")
        batch.drop_constraint("fk_work_run_id", type_="foreignkey")
        batch.drop_column("run_id")
        batch.alter_column("cycle_id", existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table("pull_run") as batch:
        batch.drop_index("ix_pull_run_cycle_id")
        for name in reversed([column.name for column in _run_columns()]):
            batch.drop_column(name)
        batch.drop_constraint("fk_pull_run_cycle_id", type_="foreignkey")
        batch.drop_column("cycle_id")


def _run_columns() -> list["sa.Column[Any]"]:
    return [
        sa.Column("setup_name", sa.String(), nullable=True),
        sa.Column("listed_at", Moment(), nullable=True),
        sa.Column("patients", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("unlisted", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("listing_gap", sa.String(), nullable=True),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_until", Moment(), nullable=True),
    ]


def _runs() -> None:
    with op.batch_alter_table("pull_run") as batch:
        batch.add_column(sa.Column("cycle_id", sa.Integer(), nullable=True))
        batch.create_foreign_key("fk_pull_run_cycle_id", "cycle", ["cycle_id"], ["id"])
        for column in _run_columns():
            batch.add_column(column)
        batch.create_index("ix_pull_run_cycle_id", ["cycle_id"])


def _work() -> None:
    with op.batch_alter_table("work") as batch:
        batch.alter_column("cycle_id", existing_type=sa.Integer(), nullable=True)
        batch.add_column(sa.Column("run_id", sa.Integer(), nullable=True))
        batch.create_foreign_key("fk_work_run_id", "pull_run", ["run_id"], ["id"])
        batch.create_index("ix_work_run", ["run_id", "kind", "state"])


def _bulk_seen() -> None:
    op.create_table(
        "bulk_seen",
        sa.Column("run_id", sa.Integer(), sa.ForeignKey("pull_run.id"), primary_key=True),
        sa.Column("resource_id", BigKey(), sa.ForeignKey("raw_resource.id"), primary_key=True),
        sa.Column("patient_id", sa.Integer(), sa.ForeignKey("patient.id"), nullable=True),
        sa.Column("type", sa.String(), nullable=False),
    )
    op.create_index("ix_bulk_seen_patient", "bulk_seen", ["run_id", "patient_id"])
    op.create_index("ix_bulk_seen_patient_id", "bulk_seen", ["patient_id"])
    op.create_index("ix_bulk_seen_resource_id", "bulk_seen", ["resource_id"])
