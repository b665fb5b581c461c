"""First tables: clinics and charts, work, abstracts and the audit queue, accounts and the audit trail."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from abstractor.store.append_only import guard_statements, unguard_statements
from abstractor.store.columns import BigKey, Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# In the order in which they can be made.
_TABLES = (
    "account",
    "clinic",
    "sign_in_failure",
    "cycle",
    "patient",
    "raw_resource",
    "session",
    "audit_event",
    "pull",
    "work",
    "abstract",
    "pull_answer",
    "pull_resource",
    "line_clinician",
    "quarantine",
    "queue_item",
)
# Those of them whose rows stay as they are.
_GUARDED = (
    "raw_resource",
    "pull",
    "pull_answer",
    "pull_resource",
    "abstract",
    "line_clinician",
    "quarantine",
    "audit_event",
)


def upgrade() -> None:
    _accounts()
    _clinics()
    _raw_resources()
    _audit_trail()
    _pulls()
    _work()
    _abstracts()
    _beside_abstracts()
    _audit_queue()
    dialect = op.get_bind().dialect.name
    for table in _GUARDED:
        for statement in guard_statements(table, dialect):
            op.execute(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for table in _GUARDED:
        for statement in unguard_statements(table, dialect):
            op.execute(statement)
    for table in reversed(_TABLES):
        op.drop_table(table)
    if dialect == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")


def _key() -> "sa.Column[int]":
    return sa.Column("id", sa.Integer(), primary_key=True)


def _to(table: str, *, column: str | None = None) -> "sa.Column[int]":
    return sa.Column(column or f"{table}_id", sa.Integer(), sa.ForeignKey(f"{table}.id"), nullable=False)


def _text(name: str, *, nullable: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.String(), nullable=nullable)


def _number(name: str) -> "sa.Column[int]":
    return sa.Column(name, sa.Integer(), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> "sa.Column[sa.DateTime]":
    return sa.Column(name, Moment(), nullable=nullable)


def _accounts() -> None:
    op.create_table(
        "account",
        _key(),
        _text("name"),
        _text("role"),
        _text("password_hash"),
        _moment("created_at"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "session",
        sa.Column("token_hash", sa.String(), primary_key=True),
        _to("account"),
        _moment("started_at"),
        _moment("seen_at"),
    )
    op.create_index("ix_session_account_id", "session", ["account_id"])
    op.create_table(
        "sign_in_failure",
        sa.Column("name_hash", sa.String(), primary_key=True),
        _number("failures"),
        _moment("last_at"),
    )


def _clinics() -> None:
    op.create_table(
        "clinic",
        _key(),
        _text("name"),
        _text("base_url"),
        _text("fhir_group"),
        _moment("registered_at"),
        sa.UniqueConstraint("name", "base_url", "fhir_group", name="uq_clinic_endpoint"),
    )
    op.create_table(
        "patient",
        _key(),
        _to("clinic"),
        _text("reference"),
        _moment("first_seen_at"),
        sa.UniqueConstraint("clinic_id", "reference", name="uq_patient_reference"),
    )
    stamps = [
        _text(name) for name in ("timezone", "definition", "program", "editions", "value_sets", "line_policy")
    ]
    days = [sa.Column(name, sa.Date(), nullable=False) for name in ("period_start", "period_end", "as_of")]
    listing: list[sa.Column[Any]] = [_number("unlisted"), _text("listing_gap", nullable=True)]
    op.create_table(
        "cycle", _key(), _to("clinic"), *days, *stamps, _number("gap_days"), *listing, _moment("opened_at")
    )
    op.create_index("ix_cycle_clinic_id", "cycle", ["clinic_id"])


def _raw_resources() -> None:
    op.create_table(
        "raw_resource",
        sa.Column("id", BigKey(), primary_key=True),
        _to("clinic"),
        _text("type"),
        _text("fhir_id"),
        _text("version", nullable=True),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        _text("origin"),
        _moment("received_at"),
        sa.UniqueConstraint("clinic_id", "sha256", name="uq_raw_bytes"),
    )
    op.create_index("ix_raw_resource_identity", "raw_resource", ["clinic_id", "type", "fhir_id"])


def _audit_trail() -> None:
    op.create_table(
        "audit_event",
        _key(),
        _moment("at"),
        _text("action"),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id")),
        sa.Column("patient_id", sa.Integer(), sa.ForeignKey("patient.id")),
        sa.Column("cycle_id", sa.Integer(), sa.ForeignKey("cycle.id")),
        _text("resource", nullable=True),
        _text("version", nullable=True),
    )
    op.create_index("ix_audit_event_at", "audit_event", ["at"])
    op.create_index("ix_audit_event_patient_id", "audit_event", ["patient_id"])


def _pulls() -> None:
    op.create_table(
        "pull",
        _key(),
        _to("cycle"),
        _to("patient"),
        _number("foreign_count"),
        _moment("pulled_at"),
        sa.UniqueConstraint("cycle_id", "patient_id", name="uq_pull_chart"),
    )
    op.create_index("ix_pull_patient_id", "pull", ["patient_id"])
    op.create_table(
        "pull_answer",
        sa.Column("pull_id", sa.Integer(), sa.ForeignKey("pull.id"), primary_key=True),
        sa.Column("type", sa.String(), primary_key=True),
        _text("state"),
        _number("count"),
        _text("detail", nullable=True),
    )
    op.create_table(
        "pull_resource",
        sa.Column("pull_id", sa.Integer(), sa.ForeignKey("pull.id"), primary_key=True),
        sa.Column("resource_id", BigKey(), sa.ForeignKey("raw_resource.id"), primary_key=True),
    )
    op.create_index("ix_pull_resource_resource_id", "pull_resource", ["resource_id"])


def _work() -> None:
    op.create_table(
        "work",
        _key(),
        _text("kind"),
        _to("cycle"),
        _to("patient"),
        _text("idempotency_key"),
        _text("state"),
        _number("attempts"),
        _text("lease_owner", nullable=True),
        _moment("lease_until", nullable=True),
        _text("job_id", nullable=True),
        _moment("queued_at", nullable=True),
        _moment("due_at"),
        _text("error_code", nullable=True),
        _moment("created_at"),
        _moment("ended_at", nullable=True),
        sa.UniqueConstraint("idempotency_key"),
    )
    op.create_index("ix_work_cycle", "work", ["cycle_id", "kind", "state"])
    op.create_index("ix_work_lease_owner", "work", ["lease_owner"])
    op.create_index("ix_work_lease", "work", ["state", "lease_until"])
    op.create_index("ix_work_ready", "work", ["state", "job_id", "due_at"])


def _abstracts() -> None:
    op.create_table(
        "abstract",
        _key(),
        _to("cycle"),
        _to("patient"),
        _to("pull"),
        _text("input_digest"),
        _text("verdict"),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        _text("body"),
        _moment("abstracted_at"),
        sa.UniqueConstraint("cycle_id", "patient_id", "input_digest", name="uq_abstract_input"),
    )
    op.create_index("ix_abstract_patient", "abstract", ["patient_id", "id"])


def _beside_abstracts() -> None:
    op.create_table(
        "line_clinician",
        sa.Column("abstract_id", sa.Integer(), sa.ForeignKey("abstract.id"), primary_key=True),
        sa.Column("setting", sa.String(), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        _text("clinician", nullable=True),
        _text("site", nullable=True),
        _text("via", nullable=True),
    )
    op.create_table(
        "quarantine", _key(), _to("abstract"), _text("type"), _text("origin"), _text("path"), _text("reason")
    )
    op.create_index("ix_quarantine_abstract_id", "quarantine", ["abstract_id"])


def _audit_queue() -> None:
    op.create_table(
        "queue_item",
        _key(),
        _to("cycle"),
        _to("patient"),
        _to("abstract"),
        _number("rank"),
        _text("codes"),
        _text("verdict"),
        _text("lines"),
        _moment("opened_at"),
        sa.UniqueConstraint("cycle_id", "patient_id", name="uq_queue_chart"),
    )
    op.create_index("ix_queue_item_order", "queue_item", ["cycle_id", "rank", "id"])
