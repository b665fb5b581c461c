"""Rows of the audit trail with what a column cannot hold, and rows behind its head: all are named."""

import pytest
from sqlalchemy import text

from abstractor.store.chaining import UNREADABLE
from abstractor.store.database import Store
from abstractor.store.trail_keys import key_of
from abstractor.store.trail_reading import Wanted, entries
from abstractor.store.verifying import Fault, Noted, Wrong, verify
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
    for number in (2**40, 0, -(2**40), 2**63 - 1, -(2**63)):
        tamper(
            chained,
            f"INSERT INTO audit_event (id, at, action) SELECT {number}, at, action "  # noqa: S608
            "FROM audit_event WHERE id = 1",
        )
        assert faults(chained) == (verify(chained), [Wrong(Fault.INSERTED, number, number)])
        tamper(chained, "DELETE FROM audit_event WHERE id = :id", id=number)
    with chained.reading() as session:
        assert session.connection().execute(text("SELECT count(*) FROM audit_event")).scalar_one() == ENTRIES


def _put(store: Store, number: int) -> None:
    tamper(
        store,
        f"INSERT INTO audit_event (id, at, action, detail, previous_mac, mac, key_id) SELECT {number}, at, "  # noqa: S608
        "action, detail, previous_mac, mac, key_id FROM audit_event WHERE id = 1",
    )


@pytest.mark.parametrize("head", ["DELETE FROM trail_head", "UPDATE trail_head SET began = 2"])
@pytest.mark.parametrize("whole", [True, False])
def test_rows_at_both_ends_of_all_numbers_stop_nothing_without_the_head(
    chained: Store, head: str, *, whole: bool
) -> None:
    bits = 31 if chained.engine.dialect.name == "postgresql" else 63
    for number in (2**bits - 1, -(2**bits)):
        _put(chained, number)
    tamper(chained, head)
    if whole:
        tamper(chained, "UPDATE audit_event SET mac = NULL WHERE id < 1")
    for _ in range(2):
        named = {wrong.first: wrong.fault for wrong in faults(chained)[1]}
        assert named[2**bits - 1] in (Fault.INSERTED, Fault.MOVED)
        assert {Fault.HEAD, Fault.HEAD_GONE} & set(named.values())
        keep_trail(chained, 1)
    with chained.reading() as session:
        assert [each.id for each in entries(session, Wanted(), limit=2)][1] == ENTRIES + 3


def test_what_was_noted_beyond_all_numbers_is_not_there(chained: Store) -> None:
    for number in (2**63, 2**70, -(2**63), -(2**70)):
        first = verify(chained, noted=Noted(number, b"x")).first
        assert first == Wrong(Fault.NOTED, number, number)


def test_bytes_kept_as_text_are_named_and_recording_goes_on(chained: Store) -> None:
    if chained.engine.dialect.name == "postgresql":
        return  # its text is text
    odd = "CAST(x'ff' AS TEXT)"
    for number, column in enumerate(("key_id", "mac", "last_mac", "last", "began"), start=1):
        tamper(chained, f"UPDATE trail_head SET {column} = {odd}")  # noqa: S608 - ours
        assert faults(chained)[1][-1].fault is Fault.HEAD, column
        keep_trail(chained, 1)
        assert [wrong.fault for wrong in faults(chained)[1]] == [Fault.HEAD] * number, column


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET key_id = {} WHERE id = 12",
        "UPDATE audit_event SET mac = {} WHERE id = 12",
        "UPDATE audit_event SET action = 'patient-purged', patient_id = {} WHERE id = 3",
    ],
)
def test_bytes_kept_as_text_without_a_head_are_named(chained: Store, statement: str) -> None:
    if chained.engine.dialect.name == "postgresql":
        return  # its text is text
    tamper(chained, statement.format("CAST(x'ff' AS TEXT)"))
    tamper(chained, "DELETE FROM trail_head")
    named = {wrong.fault for wrong in faults(chained)[1]}
    assert {Fault.HEAD_GONE, Fault.CHANGED} <= named
    keep_trail(chained, 1)
    assert not verify(chained).is_whole


def test_a_key_of_odd_text_is_none(chained: Store) -> None:
    if chained.engine.dialect.name == "postgresql":
        return  # its text is text
    tamper(chained, "UPDATE trail_key SET sealed = CAST(x'ff' AS TEXT), key_id = CAST(x'ff' AS TEXT)")
    assert verify(chained).is_whole, "the data key is there, and of that it is derived"
    with chained.reading() as session:
        assert key_of(session, "of-nobody") is None
