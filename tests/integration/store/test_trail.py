"""The audit trail's chain: whatever is done to its entries past the triggers is found and named."""

import secrets
from dataclasses import replace

import pytest
from sqlalchemy import text

from abstractor.errors import StoreError
from abstractor.store import trail
from abstractor.store.database import Store, open_store
from abstractor.store.purging import By, purge_cycle, purge_patient
from abstractor.store.rotation import rotate
from abstractor.store.sealing import DataKey, Sealer
from abstractor.store.trail_reading import head
from abstractor.store.values import Action
from abstractor.store.verifying import Fault, Noted, Wrong, verify
from tests.integration.keeping import KEY, NOW, SEALER, after, cycle_of
from tests.integration.kept_charts import canary, keep_chart
from tests.integration.store.tampering import ENTRIES, faults, keep_trail, tamper, told

OTHER = {
    "at": "2001-01-01 00:00:00.000000",
    "action": "chart-opened",
    "account_id": 7,
    "patient_id": 7,
    "cycle_id": 7,
    "resource": "Condition/7",
    "version": "7",
    "detail": "n=0",
    "salt": b"7" * 16,
    "witness": b"7" * 32,
    "previous_mac": b"7" * 32,
    "mac": b"7" * 32,
    "key_id": "7" * 16,
}
COLUMNS = ", ".join(OTHER)


@pytest.fixture
def chained(store: Store) -> Store:
    keep_trail(store)
    return store


def test_a_trail_that_nobody_touched_is_whole(chained: Store) -> None:
    whole, found = faults(chained)
    assert found == []
    assert whole.is_whole
    assert (whole.entries, whole.earlier, whole.forgotten, whole.wrong) == (ENTRIES, 0, 0, 0)


def test_an_empty_trail_is_whole(store: Store) -> None:
    assert verify(store).is_whole


def test_a_transaction_that_fails_leaves_no_gap(chained: Store) -> None:
    with pytest.raises(ZeroDivisionError), chained.writing() as session:
        told(session, 1)
        raise ZeroDivisionError
    with chained.writing() as session:
        told(session, 2)
    whole, found = faults(chained)
    assert (found, whole.entries) == ([], ENTRIES + 1)


@pytest.mark.parametrize("entry", [1, 6, ENTRIES])
def test_a_change_of_any_column_is_found_and_named(chained: Store, entry: int) -> None:
    for column, value in OTHER.items():
        with chained.reading() as session:
            asked = text(f"SELECT {column} FROM audit_event WHERE id = :id")  # noqa: S608 - ours
            before = session.connection().execute(asked, {"id": entry}).scalar_one()
        change = f"UPDATE audit_event SET {column} = :value WHERE id = :id"  # noqa: S608 - ours
        for other in (value, None) if before is not None and column not in ("at", "action") else (value,):
            tamper(chained, change, value=other, id=entry)
            whole, found = faults(chained)
            named = [wrong for wrong in found if wrong.first <= entry <= wrong.last]
            assert named and named[0].fault in (Fault.CHANGED, Fault.KEY_GONE), column
            assert whole.first == named[0], column
            tamper(chained, change, value=before, id=entry)
    assert verify(chained).is_whole


def test_an_entry_that_is_taken_away_is_missed(chained: Store) -> None:
    tamper(chained, "DELETE FROM audit_event WHERE id IN (4, 5, 9)")
    assert faults(chained)[1] == [Wrong(Fault.MISSING, 4, 5), Wrong(Fault.MISSING, 9, 9)]


def test_what_is_cut_off_at_the_end_is_missed(chained: Store) -> None:
    tamper(chained, "DELETE FROM audit_event WHERE id > 10")
    assert faults(chained)[1][0] == Wrong(Fault.MISSING, 11, 12)


def test_who_cuts_off_the_end_cannot_move_the_head(chained: Store) -> None:
    tamper(chained, "DELETE FROM audit_event WHERE id > 10")
    tamper(chained, "UPDATE trail_head SET last = 10, last_mac = (SELECT mac FROM audit_event WHERE id = 10)")
    assert faults(chained)[1] == [Wrong(Fault.HEAD, 10, 10)]


@pytest.mark.parametrize("gone", [False, True])
def test_what_is_recorded_afterwards_does_not_cover_it_up(chained: Store, gone: bool) -> None:
    tamper(chained, "DELETE FROM audit_event WHERE id > 10")
    tamper(
        chained,
        "DELETE FROM trail_head"
        if gone
        else "UPDATE trail_head SET last = 10, last_mac = (SELECT mac FROM audit_event WHERE id = 10)",
    )
    keep_trail(chained, 2)
    assert faults(chained)[1] == [Wrong(Fault.HEAD, 11, 11)]
    with chained.reading() as session:
        assert trail.newest(session)[2].action == Action.TRAIL_BROKEN
    tamper(chained, "DELETE FROM audit_event")
    tamper(chained, "DELETE FROM trail_head")
    keep_trail(chained, 1)
    assert faults(chained)[1] == [Wrong(Fault.HEAD, 1, 1)]


def test_a_head_that_is_gone_is_told(chained: Store) -> None:
    tamper(chained, "DELETE FROM trail_head")
    assert faults(chained)[1] == [Wrong(Fault.HEAD_GONE, ENTRIES, ENTRIES)]
    tamper(chained, "DELETE FROM audit_event")
    assert faults(chained)[1] == [Wrong(Fault.HEAD_GONE, 0, 0)]


def test_a_state_from_before_is_found_by_what_was_noted_outside(chained: Store) -> None:
    """Entries and head put back together as they once were say nothing; only who noted more can tell."""
    with chained.reading() as session:
        then = session.connection().execute(text("SELECT last, last_mac, mac FROM trail_head")).one()
    keep_trail(chained, 2)
    with chained.reading() as session:
        there = head(session)
    assert there is not None
    noted = Noted(there[0].last, there[0].last_mac)
    assert verify(chained, noted=noted).is_whole
    tamper(chained, "DELETE FROM audit_event WHERE id > :last", last=then.last)
    tamper(chained, "UPDATE trail_head SET last = :last, last_mac = :last_mac, mac = :mac", **then._mapping)
    assert verify(chained).is_whole
    assert verify(chained, noted=noted).first == Wrong(Fault.NOTED, 14, 14)


def test_an_entry_behind_the_newest_is_no_entry(chained: Store) -> None:
    tamper(
        chained,
        "INSERT INTO audit_event (id, at, action) SELECT 13, at, action FROM audit_event WHERE id = 1",
    )
    assert faults(chained)[1] == [Wrong(Fault.INSERTED, 13, 13)]


def test_an_entry_put_in_between_is_found_and_those_behind_it_told_as_moved(chained: Store) -> None:
    for number in range(ENTRIES, 4, -1):
        tamper(chained, "UPDATE audit_event SET id = id + 1 WHERE id = :number", number=number)
    tamper(
        chained,
        f"INSERT INTO audit_event (id, {COLUMNS}) SELECT 5, {COLUMNS} FROM audit_event WHERE id = 2",  # noqa: S608 - ours
    )
    found = faults(chained)[1]
    assert found[0].first == 5
    assert Wrong(Fault.MOVED, 6, 12, 5) in found
    assert found[-1] == Wrong(Fault.MOVED, 13, 13, 12)


def test_an_invented_entry_in_between_is_told_as_inserted(chained: Store) -> None:
    for number in range(ENTRIES, 4, -1):
        tamper(chained, "UPDATE audit_event SET id = id + 1 WHERE id = :number", number=number)
    tamper(
        chained, "INSERT INTO audit_event (id, at, action) SELECT 5, at, action FROM audit_event WHERE id = 2"
    )
    assert faults(chained)[1][0] == Wrong(Fault.INSERTED, 5, 5)


def test_entries_that_change_places_are_told_as_moved(chained: Store) -> None:
    for old, new in ((3, 100), (8, 3), (100, 8)):
        tamper(chained, "UPDATE audit_event SET id = :new WHERE id = :old", old=old, new=new)
    assert faults(chained)[1] == [Wrong(Fault.MOVED, 3, 3, 8), Wrong(Fault.MOVED, 8, 8, 3)]


def test_an_entry_of_another_history_does_not_fit(chained: Store) -> None:
    """Two histories from one state, both written with the key: an entry of one does not go into the other."""
    with chained.reading() as session:
        head = session.connection().execute(text("SELECT last, last_mac, mac FROM trail_head")).one()
    keep_trail(chained, 2)
    with chained.reading() as session:
        other = session.connection().execute(text("SELECT * FROM audit_event WHERE id = 13")).one()
    tamper(chained, "DELETE FROM audit_event WHERE id > 12")
    tamper(chained, "UPDATE trail_head SET last = :last, last_mac = :last_mac, mac = :mac", **head._mapping)
    for place in (7, 8):
        with chained.writing() as session:
            told(session, place)
    assert verify(chained).is_whole
    values = ", ".join(f"{name} = :{name}" for name in OTHER)
    tamper(chained, f"UPDATE audit_event SET {values} WHERE id = 13", **dict(other._mapping))  # noqa: S608 - ours
    assert faults(chained)[1] == [Wrong(Fault.FOREIGN, 14, 14)]


def test_who_has_no_key_makes_no_entry(chained: Store) -> None:
    """Even with a key of their own, in the place that keys are kept in."""
    forger = open_store(
        chained.engine.url.render_as_string(hide_password=False), Sealer([DataKey(secrets.token_bytes(32))])
    )
    with pytest.raises(StoreError, match="is missing"):
        keep_trail(forger, 1)
    tamper(chained, "DELETE FROM trail_head")
    keep_trail(forger, 1)
    forger.close()
    assert faults(chained)[1] == [Wrong(Fault.HEAD, 14, 14), Wrong(Fault.KEY_GONE, 13, 14)]


def test_without_a_key_nothing_is_recorded(chained: Store) -> None:
    with pytest.raises(StoreError, match="no data key"):
        keep_trail(replace(chained, sealer=None), 1)
    assert verify(chained).entries == ENTRIES


def test_entries_of_several_keys_verify_with_the_newest_alone(chained: Store) -> None:
    newer = DataKey(bytes(range(100, 132)))
    both = replace(chained, sealer=Sealer([newer, KEY]))
    keep_trail(both, 2)
    rotate(both, now=NOW)
    alone = replace(chained, sealer=Sealer([newer]))
    keep_trail(alone, 1)
    whole, found = faults(alone)
    assert (found, whole.entries) == ([], ENTRIES + 4)
    with pytest.raises(StoreError, match="retired"):
        keep_trail(replace(chained, sealer=SEALER), 1)
    tamper(alone, "UPDATE audit_event SET detail = 'n=0' WHERE id = 2")
    assert faults(alone)[1] == [Wrong(Fault.CHANGED, 2, 2)]


def test_nothing_stands_under_a_key_behind_the_entry_that_retires_it(chained: Store) -> None:
    newer = DataKey(bytes(range(100, 132)))
    both = replace(chained, sealer=Sealer([newer, KEY]))
    keep_trail(both, 1)
    rotate(both, now=NOW)
    tamper(chained, "UPDATE data_key SET retired_at = NULL")
    with pytest.raises(StoreError, match="is missing"):
        keep_trail(chained, 1)
    tamper(chained, "DELETE FROM trail_head")
    keep_trail(chained, 1)
    assert faults(both)[1] == [Wrong(Fault.KEY_RETIRED, 15, 16)]


def test_entries_of_a_purged_patient_verify_as_forgotten(store: Store) -> None:
    with store.writing() as session:
        cycle_of(session, [f"Patient/{canary(1)}", f"Patient/{canary(2)}"])
    for patient in (1, 2):
        keep_chart(store, 1, patient)
    whole, found = faults(store)
    assert (found, whole.forgotten) == ([], 0)
    purge_patient(store, 1, by=By("iris"), now=after(60))
    whole, found = faults(store)
    assert (found, whole.forgotten) == ([], 1)
    purge_cycle(store, 1, by=By("iris"), now=after(90))
    whole, found = faults(store)
    assert (found, whole.forgotten) == ([], 2)
    with store.reading() as session:
        assert canary(1) not in repr(trail.newest(session))


def test_text_that_is_gone_without_a_purge_is_found(chained: Store) -> None:
    tamper(chained, "UPDATE audit_event SET resource = 'Condition', version = NULL, salt = NULL WHERE id = 3")
    assert faults(chained)[1] == [Wrong(Fault.FORGOTTEN, 3, 3)]


def test_entries_from_before_the_chain_are_chained_as_they_stood_then(store: Store) -> None:
    for number in (1, 2, 3):
        tamper(
            store,
            "INSERT INTO audit_event (id, at, action, resource) VALUES (:id, :at, 'viewed', 'Condition/1')",
            id=number,
            at="2001-01-01 00:00:00.000000",
        )
    trail.begin(store, NOW)
    trail.begin(store, NOW)
    keep_trail(store, 2)
    whole, found = faults(store)
    assert (found, whole.entries, whole.earlier) == ([], 3, 3)
    with store.reading() as session:
        assert trail.newest(session)[2].action == Action.TRAIL_BEGUN
    tamper(store, "UPDATE audit_event SET action = 'signed-in' WHERE id = 2")
    assert faults(store)[1] == [Wrong(Fault.EARLIER, 1, 3)]


def test_an_entry_put_before_the_first_is_found(chained: Store) -> None:
    tamper(
        chained,
        "INSERT INTO audit_event (id, at, action) SELECT 0, at, action FROM audit_event WHERE id = 1",
    )
    assert [wrong.fault for wrong in faults(chained)[1]] == [Fault.INSERTED]
