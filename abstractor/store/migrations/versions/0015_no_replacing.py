"""What is append-only cannot be replaced either: SQLite's INSERT OR REPLACE got past the guard of DELETE."""

from collections.abc import Mapping, Sequence

from alembic import op

from abstractor.store.append_only import replace_guard_statements, replace_unguard_statements

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# Every guarded table of this revision, with its unique keys besides the number of the row.
_KEYS: Mapping[str, Sequence[tuple[str, ...]]] = {
    "raw_resource": [("clinic_id", "sha256")],
    "pull": [("cycle_id", "patient_id"), ("run_id", "patient_id")],
    "pull_answer": [("pull_id", "type")],
    "pull_resource": [("pull_id", "resource_id")],
    "pull_ledger": [],
    "abstract": [("cycle_id", "patient_id", "input_digest")],
    "line_clinician": [("abstract_id", "setting", "number")],
    "quarantine": [],
    "repair": [],
    "audit_event": [],
    "audit_chart": [("audit_id", "patient_id"), ("audit_id", "code")],
    "audit_left_out": [("audit_id", "patient_id")],
    "seat_event": [],
    "seat_conflict": [("audit_chart_id", "account_id")],
    "review": [("seat_id", "account_id")],
    "review_step": [("review_id", "number")],
    "review_lock": [("review_id",)],
    "rating": [("review_id", "item")],
}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    for table, keys in _KEYS.items():
        for statement in replace_guard_statements(table, dialect, keys):
            op.execute(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for table in _KEYS:
        for statement in replace_unguard_statements(table, dialect):
            op.execute(statement)
