"""What was once kept can be neither changed nor taken away, not even by SQL beside the program."""

import pytest
from sqlalchemy import text

from abstractor.abstract import LineRef
from abstractor.chart import Completeness, Seen
from abstractor.errors import StoreError
from abstractor.store import abstracts, ledger, raw, trail
from abstractor.store.append_only import GUARDED
from abstractor.store.connection_values import LedgerEntry
from abstractor.store.database import Store
from abstractor.store.values import Action, LineClinician, Quarantine, Repaired
from tests.integration.keeping import NOW, abstract_of, copy_of, cycle_of
from tests.integration.kept_audits import keep_audited


@pytest.fixture
def filled(store: Store) -> Store:
    """One row at least in every guarded table."""
    with store.writing() as session:
        cycle = cycle_of(session, ["Patient/1"])
        pull_id = raw.keep_pull(
            session,
            cycle_id=cycle.id,
            patient_id=1,
            copies=[copy_of("Patient", "1")],
            answers=[Completeness("Patient", Seen.COMPLETE, 1, None)],
            foreign=0,
            now=NOW,
        )
        ledger.append(session, pull_id, [LedgerEntry("Patient", None, None, "answered", 1)])
        abstracts.append(
            session,
            abstract_of("Patient/1"),
            cycle_id=cycle.id,
            patient_id=1,
            pull_id=1,
            input_digest="sha256:2",
            clinicians=[LineClinician(LineRef("palliative", 1), "Practitioner/1", "Organization/1")],
            quarantined=[Quarantine("Condition", "Condition/1", "Condition.subject", "no subject")],
            repaired=[Repaired("Condition", "zone-assumed", 1)],
            now=NOW,
        )
        trail.record(session, action=Action.CHART_OPENED, account_id=None, patient_id=1, now=NOW)
        keep_audited(session, cycle.id, 1)
    return store


def count(store: Store, table: str) -> int:
    with store.reading() as session:
        return int(session.connection().scalar(text(f"SELECT count(*) FROM {table}")) or 0)  # noqa: S608 - our tables


@pytest.mark.parametrize("table", GUARDED)
@pytest.mark.parametrize("attempt", ["UPDATE {table} SET {column} = {column}", "DELETE FROM {table}"])
def test_a_kept_row_stays_as_it_is(filled: Store, table: str, attempt: str) -> None:
    before = count(filled, table)
    assert before > 0
    with filled.reading() as session:
        column = session.connection().execute(text(f"SELECT * FROM {table}")).keys()  # noqa: S608 - our tables
    statement = attempt.format(table=table, column=next(iter(column)))
    with pytest.raises(StoreError), filled.writing() as session:
        session.connection().execute(text(statement))
    assert count(filled, table) == before


def test_truncating_is_refused_too(filled: Store) -> None:
    if filled.engine.dialect.name == "sqlite":
        statement = "DELETE FROM abstract WHERE 1 = 1"  # what SQLite has in its place
    else:
        statement = "TRUNCATE abstract CASCADE"
    with pytest.raises(StoreError), filled.writing() as session:
        session.connection().execute(text(statement))
    assert count(filled, "abstract") == 1


def test_the_error_does_not_repeat_a_row(filled: Store) -> None:
    statement = text(
        "INSERT INTO patient (clinic_id, reference, first_seen_at) VALUES (1, 'Patient/1', :now)"
    )
    with pytest.raises(StoreError) as refused, filled.writing() as session:
        session.connection().execute(statement, {"now": NOW.isoformat()})
    assert "Patient/1" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__
