"""The clinic connection: setups, signing keys, tokens, runs, the ledger, what is live, bulk exports.

A pull may stand outside of any cycle (nightly), within a run, and be incremental.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from abstractor.store.append_only import doored_guard_statements, unguard_statements
from abstractor.store.columns import BigKey, Moment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TABLES = (
    "bulk_file",
    "bulk_job",
    "sync_mark",
    "live_resource",
    "pull_ledger",
    "token",
    "signing_key",
    "clinic_setup",
)


def upgrade() -> None:
    _asking()
    _runs()
    _pulls_of_runs()
    _ledger()
    _live()
    _bulk()


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
    _guarded_again(_without_runs)
    op.drop_table("pull_run")


def _text(name: str, *, nullable: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.String(), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> "sa.Column[Any]":
    return sa.Column(name, Moment(), nullable=nullable)


def _to(column: str, target: str, *, nullable: bool = False, key: bool = False) -> "sa.Column[int]":
    kind = BigKey() if target == "raw_resource.id" else sa.Integer()
    return sa.Column(column, kind, sa.ForeignKey(target), nullable=nullable, primary_key=key)


def _sealed(*, nullable: bool = False) -> list["sa.Column[Any]"]:
    return [
        sa.Column("sealed", sa.LargeBinary(), nullable=nullable),
        sa.Column("key_id", sa.String(), sa.ForeignKey("data_key.id"), nullable=nullable),
    ]


def _asking() -> None:
    op.create_table(
        "clinic_setup",
        sa.Column("id", sa.Integer(), primary_key=True),
        _to("clinic_id", "clinic.id"),
        _text("name"),
        _text("body", nullable=True),
        _moment("kept_at"),
    )
    op.create_index("ix_clinic_setup_clinic_id", "clinic_setup", ["clinic_id"])
    op.create_index("ix_clinic_setup_name", "clinic_setup", ["name", "id"])
    op.create_table(
        "signing_key",
        sa.Column("kid", sa.String(), primary_key=True),
        _text("algorithm"),
        _text("role"),
        _text("public_jwk"),
        *_sealed(nullable=True),
        _moment("made_at"),
        _moment("retired_at", nullable=True),
    )
    in_use = sa.text("role <> 'retired'")
    op.create_index(
        "uq_signing_key_role",
        "signing_key",
        ["algorithm", "role"],
        unique=True,
        postgresql_where=in_use,
        sqlite_where=in_use,
    )
    op.create_table(
        "token",
        _to("clinic_id", "clinic.id", key=True),
        *_sealed(),
        _text("scope"),
        _moment("expires_at"),
        _moment("kept_at"),
    )


def _runs() -> None:
    op.create_table(
        "pull_run",
        sa.Column("id", sa.Integer(), primary_key=True),
        _to("clinic_id", "clinic.id"),
        *(_text(name) for name in ("kind", "way", "state")),
        *(_text(name, nullable=True) for name in ("scope", "error_code")),
        _moment("started_at"),
        _moment("ended_at", nullable=True),
    )
    op.create_index("ix_pull_run_clinic", "pull_run", ["clinic_id", "id"])


def _pulls_of_runs() -> None:
    def change(batch: Any) -> None:
        batch.alter_column("cycle_id", existing_type=sa.Integer(), nullable=True)
        batch.add_column(sa.Column("run_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("kind", sa.String(), nullable=False, server_default="full"))
        batch.create_foreign_key("fk_pull_run_id", "pull_run", ["run_id"], ["id"])
        batch.create_index("ix_pull_run_id", ["run_id"])

    _guarded_again(change)


def _without_runs(batch: Any) -> None:
    batch.drop_index("ix_pull_run_id")
    batch.drop_constraint("fk_pull_run_id", type_="foreignkey")
    batch.drop_column("run_id")
    batch.drop_column("kind")
    batch.alter_column("cycle_id", existing_type=sa.Integer(), nullable=False)


def _guarded_again(change: Any) -> None:
    """SQLite makes the table anew, and its triggers go with the old one."""
    dialect = op.get_bind().dialect.name
    for statement in unguard_statements("pull", dialect):
        op.execute(statement)
    with op.batch_alter_table("pull") as batch:
        change(batch)
    for statement in doored_guard_statements("pull", dialect, purge="purge"):
        op.execute(statement)


def _ledger() -> None:
    op.create_table(
        "pull_ledger",
        sa.Column("id", BigKey(), primary_key=True),
        _to("pull_id", "pull.id"),
        _text("type"),
        *(_text(name, nullable=True) for name in ("since", "until")),
        _text("said"),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        *(_text(name, nullable=True) for name in ("asked", "detail")),
    )
    op.create_index("ix_pull_ledger_pull_id", "pull_ledger", ["pull_id"])
    for statement in doored_guard_statements("pull_ledger", op.get_bind().dialect.name, purge="purge"):
        op.execute(statement)


def _live() -> None:
    op.create_table(
        "live_resource",
        _to("patient_id", "patient.id", key=True),
        sa.Column("type", sa.String(), primary_key=True),
        sa.Column("fhir_id", sa.String(), primary_key=True),
        _to("resource_id", "raw_resource.id"),
        _moment("seen_at"),
        _moment("gone_at", nullable=True),
    )
    op.create_index("ix_live_resource_resource_id", "live_resource", ["resource_id"])
    op.create_table(
        "sync_mark",
        _to("patient_id", "patient.id", key=True),
        sa.Column("type", sa.String(), primary_key=True),
        _moment("through"),
    )


def _bulk() -> None:
    op.create_table(
        "bulk_job",
        _to("run_id", "pull_run.id", key=True),
        _text("phase"),
        *_sealed(nullable=True),
        _text("transaction_time", nullable=True),
        _moment("changed_at"),
    )
    op.create_table(
        "bulk_file",
        sa.Column("id", sa.Integer(), primary_key=True),
        _to("run_id", "bulk_job.run_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        _text("kind"),
        _text("type"),
        *_sealed(),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("finished", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("run_id", "number", name="uq_bulk_file"),
    )
