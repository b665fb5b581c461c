"""What was once kept can be neither changed nor taken away, not even by SQL beside the program."""

import pytest
from sqlalchemy import Index, UniqueConstraint, text

from abstractor.abstract import LineRef
from abstractor.chart import Completeness, Seen
from abstractor.errors import StoreError
from abstractor.store import abstracts, ledger, raw, runs, trail
from abstractor.store.append_only import GUARDED
from abstractor.store.connection_values import LedgerEntry, PullKind, PullWay
from abstractor.store.database import Store
from abstractor.store.trail_tables import METADATA
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
        run_id = runs.open_run(session, 1, kind=PullKind.FULL, way=PullWay.SEARCH, now=NOW)
        raw.keep_pull(
            session,
            cycle_id=None,
            run_id=run_id,
            patient_id=1,
            copies=[copy_of("Patient", "1")],
            answers=[],
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


def keys_of(table: str) -> list[tuple[str, ...]]:
    """The columns of each unique key, the primary one first."""
    ours = METADATA.tables[table]
    others = [each for each in ours.constraints if isinstance(each, UniqueConstraint)]
    unique = [each for each in (*others, *ours.indexes) if not isinstance(each, Index) or each.unique]
    named = sorted(tuple(each.name for each in key.columns) for key in unique)  # a set has them in any order
    return [tuple(each.name for each in ours.primary_key.columns), *named]


KEYS = [(table, key) for table in GUARDED for key in keys_of(table)]


@pytest.mark.parametrize(("table", "key"), KEYS, ids=[f"{table}-{'-'.join(key)}" for table, key in KEYS])
def test_a_kept_row_is_not_replaced(filled: Store, table: str, key: tuple[str, ...]) -> None:
    """By a new row of the same key, whichever: what both databases call "replace" or "update on conflict"."""
    with filled.reading() as session:
        held = session.connection().execute(text(f"SELECT * FROM {table}"))  # noqa: S608 - our tables
        names, rows = list(held.keys()), held.all()
    every = [dict(zip(names, each, strict=True)) for each in rows]
    row = next(each for each in every if all(each[name] is not None for name in key))
    number = {} if "id" in key or "id" not in row else {"id": 7000}
    given = ", ".join(f":{name}" for name in names)
    if filled.engine.dialect.name == "sqlite":
        statement = f"INSERT OR REPLACE INTO {table} ({', '.join(names)}) VALUES ({given})"  # noqa: S608 - ours
    else:
        kept = f"{key[0]} = excluded.{key[0]}"
        statement = (
            f"INSERT INTO {table} ({', '.join(names)}) VALUES ({given}) "  # noqa: S608 - ours
            f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {kept}"
        )
    with pytest.raises(StoreError), filled.writing() as session:
        session.connection().execute(text(statement), row | number)
    with filled.reading() as session:
        assert session.connection().execute(text(f"SELECT * FROM {table}")).all() == rows  # noqa: S608 - ours


def test_a_kept_row_is_not_replaced_by_its_hidden_number(filled: Store) -> None:
    """SQLite numbers every row; where that is no column of ours, it can be named all the same."""
    if filled.engine.dialect.name != "sqlite":
        return
    before = count(filled, "pull_answer")
    statement = "INSERT OR REPLACE INTO pull_answer (rowid, pull_id, type, state) VALUES (1, 1, 'X', 'empty')"
    with pytest.raises(StoreError), filled.writing() as session:
        session.connection().execute(text(statement))
    assert count(filled, "pull_answer") == before


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
