"""Rows of the audit trail with what a column cannot hold, and rows behind its head: all are named."""

import pytest
from sqlalchemy import text

from abstractor.store.chaining import UNREADABLE
from abstractor.store.database import Store
from abstractor.store.trail_reading import Wanted, entries
from abstractor.store.verifying import Fault, Wrong, verify
from tests.integration.store.tampering import ENTRIES, faults, keep_trail, tamper

ODD = {
    "sqlite": [
        ("at", "'yesterday'"),
        ("at", "7"),
        ("at", "x'ff'"),
        ("action", "x'ff'"),
        ("account_id", "'Jane'"),
        ("cycle_id", "1.5"),
        ("resource", "x'00'"),
        ("detail", "x'ff'"),
        ("detail", "CAST(x'ff' AS TEXT)"),
        ("salt", "'x'"),
        ("witness", "'x'"),
        ("previous_mac", "'x'"),
        ("mac", "'x'"),
        ("mac", "7"),
        ("key_id", "x'ff'"),
    ],
    "postgresql": [("at", "'infinity'"), ("at", "'-infinity'"), ("at", "'0044-03-15 BC'"), ("detail", "''")],
}
_SAVED = "CREATE TABLE saved AS SELECT * FROM audit_event WHERE id = 6"


@pytest.fixture
def chained(store: Store) -> Store:
    keep_trail(store)
    return store


def test_an_entry_of_odd_type_is_named_and_the_others_are_verified(chained: Store) -> None:
    tamper(chained, "UPDATE audit_event SET detail = 'other' WHERE id = 9")
    tamper(chained, _SAVED)
    for column, value in ODD[chained.engine.dialect.name]:
        tamper(chained, f"UPDATE audit_event SET {column} = {value} WHERE id = 6")  # noqa: S608 - ours
        assert faults(chained)[1] == [Wrong(Fault.CHANGED, 6, 6), Wrong(Fault.CHANGED, 9, 9)], (column, value)
        with chained.reading() as session:
            assert len(entries(session, Wanted(), limit=50)) == ENTRIES
        back = f"UPDATE audit_event SET {column} = (SELECT {column} FROM saved) WHERE id = 6"  # noqa: S608 - ours
        tamper(chained, back)


def test_the_newest_of_odd_type_is_named_and_recording_goes_on(chained: Store) -> None:
    column, value = ODD[chained.engine.dialect.name][0]
    tamper(chained, f"UPDATE audit_event SET {column} = {value} WHERE id = :id", id=ENTRIES)  # noqa: S608 - ours
    keep_trail(chained, 1)
    assert faults(chained)[1] == [Wrong(Fault.CHANGED, ENTRIES, ENTRIES)]
    with chained.reading() as session:
        assert [each.action for each in entries(session, Wanted(), limit=2)][1] == UNREADABLE


def test_a_head_of_odd_type_is_named_and_recording_goes_on(chained: Store) -> None:
    if chained.engine.dialect.name == "postgresql":
        return  # its columns hold what they are made for
    for number, column in enumerate(("mac", "last_mac", "last", "began", "key_id"), start=1):
        tamper(chained, f"UPDATE trail_head SET {column} = 'x'")  # noqa: S608 - ours
        assert faults(chained)[1][-1].fault is Fault.HEAD, column
        keep_trail(chained, 1)
        assert [wrong.fault for wrong in faults(chained)[1]] == [Fault.HEAD] * number, column


@pytest.mark.parametrize("at", [(1,), (1, 3), (2000,)])
def test_rows_behind_the_head_stop_nothing_and_are_named_for_good(
    chained: Store, at: tuple[int, ...]
) -> None:
    put = [ENTRIES + each for each in at]
    for number in put:
        tamper(
            chained,
            f"INSERT INTO audit_event (id, at, action) SELECT {number}, at, action "  # noqa: S608
            "FROM audit_event WHERE id = 1",
        )
    assert [(wrong.fault, wrong.first) for wrong in faults(chained)[1]] == [
        (Fault.INSERTED, each) for each in put
    ]
    keep_trail(chained, 4)
    passed = [each for each in put if each <= ENTRIES + 4 + len(put)]
    assert [wrong.first for wrong in faults(chained)[1]] == put
    tamper(chained, f"DELETE FROM audit_event WHERE id > {ENTRIES} AND mac IS NULL")  # noqa: S608 - ours
    assert faults(chained)[1] == [Wrong(Fault.MISSING, each, each) for each in passed]


def test_a_row_far_below_or_above_all_numbers_is_named(chained: Store) -> None:
    if chained.engine.dialect.name == "postgresql":
        return  # a number of 32 bits
    for number in (2**40, -(2**40)):
        tamper(
            chained,
            f"INSERT INTO audit_event (id, at, action) SELECT {number}, at, action "  # noqa: S608
            "FROM audit_event WHERE id = 1",
        )
        assert not verify(chained).is_whole
        tamper(chained, "DELETE FROM audit_event WHERE id = :id", id=number)
    with chained.reading() as session:
        assert session.connection().execute(text("SELECT count(*) FROM audit_event")).scalar_one() == ENTRIES
