"""By how much a chart is moved in case files is kept once, sealed, under whichever data key."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from abstractor.errors import StoreError
from abstractor.store import cohorts
from abstractor.store.auditing.case_shifts import keep_shift, kept_under, shift_of
from abstractor.store.auditing.values import CaseShift
from abstractor.store.database import Store
from abstractor.store.rotation import rotate
from abstractor.store.sealing import Sealer
from tests.integration.keeping import KEY, NOW
from tests.integration.store.test_sealed_resources import NEXT_KEY

FIRST = CaseShift("the seed", -77, None)
TOLD = replace(FIRST, left=(-80, -77, 42))


@pytest.fixture
def moved(store: Store) -> Store:
    with store.writing() as session:
        clinic = cohorts.register_clinic(session, "North", "https://clinic.example/fhir", group=None, now=NOW)
        cohorts.add_patients(session, clinic.id, ["Patient/1", "Patient/2"], now=NOW)
        keep_shift(session, 1, FIRST, before=None)
    return store


def test_it_is_kept_for_its_patient_and_what_is_left_changes(moved: Store) -> None:
    with moved.writing() as session:
        keep_shift(session, 1, TOLD, before=FIRST)
    with moved.reading() as session:
        assert shift_of(session, 1) == TOLD
        assert shift_of(session, 2) is None


def test_the_same_patient_under_another_name_of_the_clinic_is_moved_by_as_much(moved: Store) -> None:
    """Two files laid beside the same export would narrow each other."""
    with moved.writing() as session:
        address = "https://clinic.example/fhir"
        again = cohorts.register_clinic(session, "North again", address, group="13", now=NOW)
        other = cohorts.register_clinic(session, "South", "https://south.example/fhir", group=None, now=NOW)
        for clinic in (again, other):
            cohorts.add_patients(session, clinic.id, ["Patient/1"], now=NOW)
        twin, another = (cohorts.patient_number(session, each.id, "Patient/1") for each in (again, other))
        assert twin is not None and another is not None
        assert [kept_under(session, each) for each in (1, 2, twin, another)] == [1, 2, 1, another]


@pytest.mark.parametrize("before", [None, TOLD])
def test_what_another_run_kept_meanwhile_is_not_written_over(moved: Store, before: CaseShift | None) -> None:
    with pytest.raises(StoreError, match="another run"), moved.writing() as session:
        keep_shift(session, 1, CaseShift("another", 33, None), before=before)
    with moved.reading() as session:
        assert shift_of(session, 1) == FIRST


def test_it_is_sealed_and_outlives_the_data_key(moved: Store) -> None:
    with moved.reading() as session:
        (body,) = session.connection().scalars(text("SELECT sealed FROM case_shift")).all()
    assert b"-77" not in body
    rotate(replace(moved, sealer=Sealer([NEXT_KEY, KEY])), now=NOW)
    with replace(moved, sealer=Sealer([NEXT_KEY])).reading() as session:
        assert shift_of(session, 1) == FIRST
