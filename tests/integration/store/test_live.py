"""What a clinic has now: the newest of each resource, what is gone, and through when that is known."""

import pytest

from abstractor.errors import StoreError
from abstractor.store import live, raw
from abstractor.store.connection_values import Noted
from abstractor.store.database import Store
from abstractor.store.values import RawCopy
from tests.integration.keeping import NOW, after, copy_of, cycle_of

OLD, NEW = copy_of("Condition", "c1", "1", code="a"), copy_of("Condition", "c1", "2", code="b")
OTHER = copy_of("Observation", "o1")
UNREAD = RawCopy(b"<html>", "page 2")


@pytest.fixture
def clinic(store: Store) -> Store:
    with store.writing() as session:
        cycle_of(session, ["Patient/1", "Patient/2"])
    return store


def note(store: Store, *copies: RawCopy, patient_id: int = 1) -> Noted:
    with store.writing() as session:
        return live.note(session, patient_id, copies, now=NOW)


def hash_of(store: Store, patient_id: int = 1) -> str:
    with store.reading() as session:
        return live.state_hash(session, patient_id)


def bodies_of(store: Store) -> set[bytes]:
    with store.writing() as session:
        standing = [one.number for one in live.live_of(session, 1)]
        raw.keep_pull(
            session, cycle_id=1, patient_id=1, copies=[], answers=[], foreign=0, now=NOW, standing=standing
        )
        found = raw.pulled_chart(session, 1, 1)
    assert found is not None
    return {copy.body for copy in found.copies}


def test_a_newer_version_takes_the_place_of_the_older(clinic: Store) -> None:
    assert note(clinic, OLD, OTHER).new == 2
    done = note(clinic, NEW, OTHER)
    assert (done.new, done.changed, done.same) == (0, 1, 1)
    assert bodies_of(clinic) == {NEW.body, OTHER.body}


def test_what_came_in_one_answer_twice_is_what_was_updated_last(clinic: Store) -> None:
    late = copy_of("Condition", "c2", meta={"lastUpdated": "2024-01-01T00:30:00+02:00"})
    later = copy_of("Condition", "c2", meta={"lastUpdated": "2023-12-31T23:00:00Z"})
    note(clinic, later, late, OLD, NEW)
    assert bodies_of(clinic) == {later.body, NEW.body}


def test_bytes_without_an_id_are_live_each_by_itself(clinic: Store) -> None:
    note(clinic, UNREAD, RawCopy(b"", "page 3"), RawCopy(b'{"resourceType":"Condition"}', "page 4"), UNREAD)
    with clinic.reading() as session:
        assert [one.fhir_id[:1] for one in live.live_of(session, 1)] == ["#", "#", "#"]


def test_two_patients_may_have_the_same_doctor(clinic: Store) -> None:
    doctor = copy_of("Practitioner", "d1")
    note(clinic, doctor)
    note(clinic, doctor, patient_id=2)
    with clinic.reading() as session:
        first, second = live.live_of(session, 1), live.live_of(session, 2)
    assert first == second
    assert hash_of(clinic, 1) == hash_of(clinic, 2)


def test_what_is_deleted_is_gone_and_may_come_back(clinic: Store) -> None:
    note(clinic, OLD, OTHER)
    before = hash_of(clinic)
    with clinic.writing() as session:
        assert live.let_go(session, 1, "Condition", ["c1", "unknown"], now=after(1)) == 1
        assert live.let_go(session, 1, "Condition", ["c1"], now=after(2)) == 0
        assert [one.type for one in live.live_of(session, 1)] == ["Observation"]
    assert hash_of(clinic) != before
    done = note(clinic, OLD)
    assert (done.new, done.changed) == (0, 1)
    assert hash_of(clinic) == before


def test_of_a_type_that_was_asked_for_whole_only_what_came_is_live(clinic: Store) -> None:
    kept = copy_of("Condition", "c2")
    note(clinic, OLD, kept, OTHER)
    numbers = note(clinic, kept).numbers
    with clinic.writing() as session:
        assert live.let_go_but(session, 1, "Condition", numbers, now=after(1)) == 1
        assert [one.fhir_id for one in live.live_of(session, 1)] == ["c2", "o1"]


def test_more_deletions_than_one_statement_can_name(clinic: Store) -> None:
    note(clinic, *(copy_of("Observation", f"o{number}") for number in range(1203)))
    with clinic.writing() as session:
        assert live.let_go_but(session, 1, "Observation", (), now=after(1)) == 1203
        assert live.live_of(session, 1) == ()


def test_the_hash_knows_no_order_and_no_way(clinic: Store) -> None:
    note(clinic, OLD)
    note(clinic, NEW)
    note(clinic, OTHER)
    note(clinic, OTHER, NEW, patient_id=2)
    assert hash_of(clinic, 1) == hash_of(clinic, 2)
    note(clinic, OLD, patient_id=2)
    assert hash_of(clinic, 1) != hash_of(clinic, 2)


def test_marks_say_through_when_a_type_is_known(clinic: Store) -> None:
    with clinic.writing() as session:
        assert live.marks(session, 1) == {}
        live.mark(session, 1, ["Condition", "Observation"], through=NOW)
        live.mark(session, 1, ["Condition"], through=after(60))
        live.mark(session, 2, ["Condition"], through=NOW)
        assert live.marks(session, 1) == {"Condition": after(60), "Observation": NOW}
        assert live.forget_marks(session, 1) == 3
        assert live.marks(session, 1) == {}


def test_a_round_that_breaks_off_changes_nothing_of_what_is_live(clinic: Store) -> None:
    note(clinic, OLD)
    before = hash_of(clinic)
    with pytest.raises(StoreError), clinic.writing() as session:
        live.note(session, 1, [NEW, OTHER], now=NOW)
        live.mark(session, 1, ["Condition"], through=NOW)
        raise StoreError("a fault in the middle")
    assert hash_of(clinic) == before
    with clinic.reading() as session:
        assert live.marks(session, 1) == {}
