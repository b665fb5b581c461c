"""What closing an audit says of what is left."""

from dataclasses import replace

import pytest

from abstractor.cli.audit_words import left_undone
from abstractor.workflow.auditing.values import AuditProgress

WHOLE = AuditProgress(
    seats=10,
    done=10,
    by_state=(),
    readers=(),
    due_on=None,
    ran_out=0,
    overdue=0,
    to_settle=0,
    settled=0,
    agreed=0,
    skipped=0,
    stuck=0,
    stuck_seats=(),
)


@pytest.mark.parametrize(
    ("done", "to_settle", "words"),
    [
        (10, 0, None),
        (7, 0, "3 of 10 readings were not done"),
        (8, 2, "on 2 charts two readers differ, and nobody has settled it"),
        (5, 1, "4 of 10 readings were not done; on 1 chart two readers differ, and nobody has settled it"),
        (9, None, "1 of 10 readings were not done"),
    ],
)
def test_readings_and_charts_that_are_left(done: int, to_settle: int | None, words: str | None) -> None:
    assert left_undone(replace(WHOLE, done=done, to_settle=to_settle)) == words
