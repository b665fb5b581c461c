"""Resources are kept byte for byte, each once, whatever they are."""

import pytest

from abstractor.chart import Completeness, Seen
from abstractor.errors import Conflict
from abstractor.store import raw, views
from abstractor.store.database import Store
from abstractor.store.values import RawCopy
from tests.integration.keeping import NOW, after, copy_of, cycle_of

CONDITION = copy_of("Condition", "c1", code={"text": "größer"})
DOCTOR = copy_of("Practitioner", "d1", version=None)


def pull(store: Store, patient_id: int, *copies: RawCopy, cycle_id: int = 1) -> None:
    with store.writing() as session:
        raw.keep_pull(
            session,
            cycle_id=cycle_id,
            patient_id=patient_id,
            copies=copies,
            answers=[Completeness("Condition", Seen.PARTIAL, 1, "http-403")],
            foreign=0,
            now=NOW,
        )


@pytest.fixture
def cycle(store: Store) -> Store:
    with store.writing() as session:
        cycle_of(session, ["Patient/1", "Patient/2"])
    return store


def test_bytes_and_answers_come_back_as_they_were(cycle: Store) -> None:
    odd = RawCopy(body=b'{"resourceType":"Condition",\r\n "id":"c\\u0000"}\xff\x00', origin="page 2, entry 7")
    pull(cycle, 1, CONDITION, odd)
    with cycle.reading() as session:
        found = raw.pulled_chart(session, 1, 1)
    assert found is not None
    assert found.copies == (CONDITION, odd)
    assert found.answers == (Completeness("Condition", Seen.PARTIAL, 1, "http-403"),)


def test_the_same_version_twice_is_one_row(cycle: Store) -> None:
    with cycle.writing() as session:
        first = raw.keep(session, 1, [CONDITION, CONDITION], now=NOW)
        again = raw.keep(session, 1, [CONDITION], now=after(60))
    assert len(first) == 1
    assert again == first


@pytest.mark.parametrize(
    "other",
    [
        copy_of("Condition", "c1", version="2", code={"text": "größer"}),
        copy_of("Condition", "c1", version="1", code={"text": "something else"}),
        copy_of("Condition", "c2", version="1", code={"text": "größer"}),
    ],
    ids=["another version", "the same version with other bytes", "another resource"],
)
def test_what_differs_is_kept_beside_it(cycle: Store, other: RawCopy) -> None:
    with cycle.writing() as session:
        assert len(raw.keep(session, 1, [CONDITION, other], now=NOW)) == 2


def test_a_doctor_of_two_patients_is_kept_once_and_found_by_both(cycle: Store) -> None:
    pull(cycle, 1, CONDITION, DOCTOR)
    pull(cycle, 2, DOCTOR)
    with cycle.reading() as session:
        first, second = raw.pulled_chart(session, 1, 1), raw.pulled_chart(session, 1, 2)
        assert len(raw.keep(session, 1, [DOCTOR], now=NOW)) == 1
    assert first is not None
    assert second is not None
    assert DOCTOR in first.copies
    assert second.copies == (DOCTOR,)


def test_the_digest_names_the_content_and_not_its_order(cycle: Store) -> None:
    pull(cycle, 1, CONDITION, DOCTOR)
    pull(cycle, 2, DOCTOR, CONDITION)
    with cycle.reading() as session:
        digests = [raw.pulled_chart(session, 1, number) for number in (1, 2)]
    assert digests[0] is not None
    assert digests[1] is not None
    assert digests[0].digest == digests[1].digest


def test_a_chart_is_pulled_once_a_cycle(cycle: Store) -> None:
    pull(cycle, 1, CONDITION)
    with pytest.raises(Conflict):
        pull(cycle, 1, CONDITION)


@pytest.mark.parametrize(
    ("version", "found"),
    [("1", True), ("2", False), (None, False)],
    ids=["that one", "another", "unversioned"],
)
def test_a_source_is_opened_in_its_very_version(cycle: Store, version: str | None, found: bool) -> None:
    pull(cycle, 1, CONDITION, DOCTOR)
    with cycle.reading() as session:
        seen = views.source(session, 1, "Condition/c1", version, cycle_id=1)
    assert (seen is not None) is found
    if seen is not None:
        assert (seen.body, seen.origin, seen.received_at) == (CONDITION.body, CONDITION.origin, NOW)


def test_an_unversioned_source_is_found_without_a_version(cycle: Store) -> None:
    pull(cycle, 1, DOCTOR)
    with cycle.reading() as session:
        seen = views.source(session, 1, "Practitioner/d1", None, cycle_id=None)
    assert seen is not None
    assert seen.body == DOCTOR.body


def test_a_source_of_another_patient_is_not_found(cycle: Store) -> None:
    pull(cycle, 1, CONDITION)
    pull(cycle, 2, DOCTOR)
    with cycle.reading() as session:
        assert views.source(session, 2, "Condition/c1", "1", cycle_id=None) is None


def test_more_resources_than_one_statement_can_name(cycle: Store) -> None:
    many = [copy_of("Observation", f"o{number}") for number in range(1203)]
    pull(cycle, 1, *many)
    with cycle.reading() as session:
        found = raw.pulled_chart(session, 1, 1)
    assert found is not None
    assert len(found.copies) == 1203
