"""What the pages of a large cycle or audit count and list, SQLite gets from the index that was made for it:
a plan through another reads every row, unseen in small tests.
"""

from typing import Any

import pytest
from sqlalchemy import event

from abstractor.store import progress, schema
from abstractor.store.auditing import seat_views
from abstractor.store.auditing.seat_values import SeatOrder
from abstractor.store.auditing.tables import ChartAuditRow
from abstractor.store.database import Store, open_store, sqlite_url
from tests.integration.keeping import NOW, cycle_of

PLANS = {
    "max(work.ended_at)": "ix_work_ended",
    "SELECT work.error_code": "ix_work_cycle (cycle_id=? AND kind=? AND state=?)",
    "GROUP BY work.kind": "ix_work_cycle",
    "sum(pull.foreign_count)": "ix_pull_foreign",
    "GROUP BY abstract.verdict": "ix_abstract_verdict",
    "ORDER BY seat.place": "ix_seat_place",
    "GROUP BY seat.number": "ix_seat_counted",
    "seat.lease_until <": "ix_seat_free (audit_id=? AND state=?)",
}


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """By statement what SQLite does, of what the queue and the pages of an audit ask."""
    store = open_store(sqlite_url(tmp_path_factory.mktemp("plans") / "abstractor.db"))
    schema.upgrade(store)
    with store.writing() as session:
        cycle = cycle_of(session, ["Patient/1"])
        session.add(
            ChartAuditRow(
                cycle_id=cycle.id, title="Audit", purpose="live", state="open", design="{}", created_at=NOW
            )
        )
    heard: list[tuple[str, Any]] = []
    listening: tuple[Any, ...] = (
        store.engine,
        "before_cursor_execute",
        lambda _c, _u, statement, values, _x, _m: heard.append((statement, values)),
    )
    event.listen(*listening)
    _asked(store, cycle.id)
    event.remove(*listening)
    with store.engine.connect() as connection:
        return {
            " ".join(statement.split()): [
                str(row[3])
                for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
            ]
            for statement, values in heard
            if statement.startswith("SELECT")
        }


def _asked(store: Store, cycle_id: int) -> None:
    with store.reading() as session:
        progress.progress(session, cycle_id)
        progress.summary(session, cycle_id, now=NOW)
        for blind in (None, 1):
            seat_views.progress(session, 1, now=NOW, reviews_alone=blind is not None)
            seat_views.page(
                session, 1, number=1, size=50, order=SeatOrder.QUEUE, state=None, now=NOW, blind=blind
            )


@pytest.mark.parametrize("part", PLANS)
def test_each_goes_by_its_index(plans: dict[str, list[str]], part: str) -> None:
    found = [done for statement, done in plans.items() if part in statement]
    assert found
    for done in found:
        assert PLANS[part] in done[0]
        assert "USE TEMP B-TREE FOR ORDER BY" not in done
