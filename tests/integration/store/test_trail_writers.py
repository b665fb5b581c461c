"""Many who append to the audit trail at once make one chain, and none waits for good."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import text

from abstractor.store import accounts, trail
from abstractor.store.database import Store
from abstractor.store.purging import By, purge_patient
from abstractor.store.values import Action, Role
from tests.integration.keeping import NOW, after, cycle_of
from tests.integration.kept_charts import canary, keep_chart
from tests.integration.store.tampering import faults, told


def test_many_writers_make_one_chain(store: Store) -> None:
    def write(writer: int) -> None:
        for place in range(1, 11):
            with store.writing() as session:
                told(session, place)
                told(session, place + writer)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    whole, found = faults(store)
    assert (found, whole.entries) == ([], 160)


def test_who_purges_and_who_reads_do_not_wait_for_each_other_for_good(store: Store) -> None:
    """A purge holds the patient and wants the head; who opens the chart refers to the patient."""
    with store.writing() as session:
        cycle_of(session, [f"Patient/{canary(number)}" for number in range(1, 7)])
    for patient in range(1, 7):
        keep_chart(store, 1, patient)

    def open_chart(patient: int) -> None:
        for _ in range(5):
            with store.writing() as session:
                trail.record(
                    session, action=Action.CHART_OPENED, account_id=None, patient_id=patient, now=NOW
                )

    def purge(patient: int) -> None:
        purge_patient(store, patient, by=By("iris"), now=after(60))

    with ThreadPoolExecutor(8) as pool:
        jobs: list[Any] = []
        for patient in range(1, 7):
            jobs += [pool.submit(open_chart, patient), pool.submit(purge, patient)]
        for job in jobs:
            job.result()
    assert faults(store)[1] == []


def test_a_change_of_an_account_and_its_own_entries_do_not_wait_for_each_other_for_good(store: Store) -> None:
    """A change of who the provider knows locks the account, which an entry of the account refers to."""
    with store.writing() as session:
        ann = accounts.create(session, "ann", None, roles=[Role.VIEWER], sites=None, now=NOW)

    def claim(number: int) -> None:
        for place in range(15):
            with store.writing() as session:
                changed = text("UPDATE account SET oidc_name = :name")
                session.connection().execute(changed, {"name": f"{number}-{place}"})
                trail.record(session, action=Action.ACCOUNT_CLAIMED, account_id=ann.id, now=NOW)

    def look(_: int) -> None:
        for _ in range(15):
            with store.writing() as session:
                trail.record(session, action=Action.CHART_OPENED, account_id=ann.id, now=NOW)

    with ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(work, number) for number in range(4) for work in (claim, look)]
        for job in jobs:
            job.result()
    whole, found = faults(store)
    assert (found, whole.entries) == ([], 120)
