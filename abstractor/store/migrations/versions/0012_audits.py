"""Audits of charts: their definition and draw, seats, reviews step by step, ratings."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from abstractor.store.append_only import doored_guard_statements, unguard_statements
from abstractor.store.columns import Moment

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_TABLES = (
    "rating",
    "review_lock",
    "review_step",
    "review",
    "seat_conflict",
    "seat_event",
    "seat",
    "audit_left_out",
    "audit_chart",
    "audit_reader",
    "chart_audit",
)
# What the door lets be changed in each, beside what a purge takes away.
_GUARDED = {
    "audit_chart": "",
    "audit_left_out": "",
    "seat_event": "seal",
    "seat_conflict": "",
    "review": "",
    "review_step": "seal",
    "review_lock": "",
    "rating": "",
}


def upgrade() -> None:
    _audit()
    _draw()
    _seats()
    _reviews()
    for table, change in _GUARDED.items():
        for statement in doored_guard_statements(
            table, op.get_bind().dialect.name, change=change, purge="purge"
        ):
            op.execute(statement)


def downgrade() -> None:
    for table in _GUARDED:
        for statement in unguard_statements(table, op.get_bind().dialect.name):
            op.execute(statement)
    for table in _TABLES:
        op.drop_table(table)


def _text(name: str, *, nullable: bool = False, key: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.String(), nullable=nullable, primary_key=key)


def _number(name: str, *, nullable: bool = False) -> "sa.Column[int]":
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> "sa.Column[Any]":
    return sa.Column(name, Moment(), nullable=nullable)


def _to(column: str, target: str, *, nullable: bool = False, key: bool = False) -> "sa.Column[int]":
    return sa.Column(column, sa.Integer(), sa.ForeignKey(target), nullable=nullable, primary_key=key)


def _id() -> "sa.Column[int]":
    return sa.Column("id", sa.Integer(), primary_key=True)


def _sealed() -> list["sa.Column[Any]"]:
    return [
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("key_id", sa.String(), sa.ForeignKey("data_key.id"), nullable=True),
    ]


def _audit() -> None:
    op.create_table(
        "chart_audit",
        _id(),
        _to("cycle_id", "cycle.id"),
        _text("title"),
        _text("purpose"),
        _text("state"),
        _text("design"),
        _text("design_digest", nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        _to("created_by", "account.id", nullable=True),
        _moment("created_at"),
        _moment("opened_at", nullable=True),
        _moment("closed_at", nullable=True),
    )
    op.create_index("ix_chart_audit_cycle_id", "chart_audit", ["cycle_id"])
    op.create_table(
        "audit_reader",
        _to("audit_id", "chart_audit.id", key=True),
        _to("account_id", "account.id", key=True),
        sa.Column("reviews", sa.Boolean(), nullable=False),
        sa.Column("adjudicates", sa.Boolean(), nullable=False),
        _moment("added_at"),
    )


def _draw() -> None:
    op.create_table(
        "audit_chart",
        _id(),
        _to("audit_id", "chart_audit.id"),
        _to("patient_id", "patient.id"),
        _to("abstract_id", "abstract.id"),
        _text("code"),
        _text("stratum"),
        _number("place"),
        _number("readers"),
        sa.UniqueConstraint("audit_id", "patient_id", name="uq_audit_chart_patient"),
        sa.UniqueConstraint("audit_id", "code", name="uq_audit_chart_code"),
    )
    op.create_index("ix_audit_chart_place", "audit_chart", ["audit_id", "place"])
    op.create_index("ix_audit_chart_patient_id", "audit_chart", ["patient_id"])
    op.create_index("ix_audit_chart_abstract_id", "audit_chart", ["abstract_id"])
    op.create_table(
        "audit_left_out",
        _to("audit_id", "chart_audit.id", key=True),
        _to("patient_id", "patient.id", key=True),
        _text("why"),
        _text("stratum", nullable=True),
    )
    op.create_index("ix_audit_left_out_patient_id", "audit_left_out", ["patient_id"])


def _seats() -> None:
    op.create_table(
        "seat",
        _id(),
        _to("audit_id", "chart_audit.id"),
        _to("audit_chart_id", "audit_chart.id"),
        _number("number"),
        _number("place"),
        _text("state"),
        _to("account_id", "account.id", nullable=True),
        _moment("lease_until", nullable=True),
        _number("skips"),
        _moment("changed_at"),
        sa.UniqueConstraint("audit_chart_id", "number", name="uq_seat_number"),
        sa.UniqueConstraint("audit_chart_id", "account_id", name="uq_seat_reader"),
    )
    op.create_index("ix_seat_free", "seat", ["audit_id", "state", "place"])
    op.create_index("ix_seat_reader", "seat", ["account_id", "state"])
    op.create_table(
        "seat_event",
        _id(),
        _to("seat_id", "seat.id"),
        _moment("at"),
        _text("what"),
        _to("account_id", "account.id", nullable=True),
        _to("to_account_id", "account.id", nullable=True),
        _text("reason", nullable=True),
        *_sealed(),
    )
    op.create_index("ix_seat_event_seat_id", "seat_event", ["seat_id"])
    op.create_table(
        "seat_conflict",
        _to("audit_chart_id", "audit_chart.id", key=True),
        _to("account_id", "account.id", key=True),
        _moment("at"),
        _text("reason"),
    )


def _reviews() -> None:
    op.create_table(
        "review",
        _id(),
        _to("seat_id", "seat.id"),
        _to("account_id", "account.id"),
        _moment("started_at"),
        sa.UniqueConstraint("seat_id", "account_id", name="uq_review_reader"),
    )
    op.create_table(
        "review_step",
        _id(),
        _to("review_id", "review.id"),
        _number("number"),
        _text("kind"),
        _text("item"),
        _number("undoes", nullable=True),
        _moment("at"),
        *_sealed(),
        sa.UniqueConstraint("review_id", "number", name="uq_review_step"),
    )
    op.create_index("ix_review_step_key_id", "review_step", ["key_id"])
    op.create_table(
        "review_lock",
        _to("review_id", "review.id", key=True),
        _number("steps"),
        _moment("locked_at"),
    )
    op.create_table(
        "rating",
        _to("review_id", "review.id", key=True),
        _text("item", key=True),
        _to("audit_id", "chart_audit.id"),
        _to("audit_chart_id", "audit_chart.id"),
        _number("seat_number"),
        _text("kind"),
        _text("rule"),
        _text("answer"),
        _text("rating", nullable=True),
        _text("program", nullable=True),
        _text("reason", nullable=True),
    )
    op.create_index("ix_rating_item", "rating", ["audit_id", "kind"])
    op.create_index("ix_rating_audit_chart_id", "rating", ["audit_chart_id"])
