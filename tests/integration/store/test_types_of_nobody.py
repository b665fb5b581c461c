"""Types of which no patient of a round has anything: told so often, and held from before by nobody."""

import pytest

from abstractor.store import ledger, live, runs
from abstractor.store.connection_values import LedgerEntry, PullKind, PullWay
from abstractor.store.database import Store
from abstractor.store.pulling import keep_chart
from tests.integration.keeping import NOW, copy_of, cycle_of

PATIENTS = 3
# What is said of each type to the patients in turn: (said, count).
SAID = {
    "CarePlan": [("empty", 0)] * PATIENTS,
    "Condition": [("answered", 1), ("empty", 0), ("empty", 0)],
    "Immunization": [("refused", 0)] * PATIENTS,
    "Observation": [("empty", 0)] * PATIENTS,
    "Procedure": [("failed", 0), ("empty", 0), ("empty", 0)],
    "ServiceRequest": [("truncated", 1), ("empty", 0), ("empty", 0)],
}


@pytest.fixture
def pulled(store: Store) -> tuple[Store, int]:
    """An incremental round; the second patient has an Observation from before, and a deleted CarePlan."""
    with store.writing() as session:
        cycle_of(session, [f"Patient/{number}" for number in range(PATIENTS)])
        live.note(session, 2, [copy_of("Observation", "o"), copy_of("CarePlan", "p")], now=NOW)
        live.let_go(session, 2, "CarePlan", ["p"], now=NOW)
        run_id = runs.open_run(session, 1, kind=PullKind.INCREMENTAL, way=PullWay.SEARCH, now=NOW)
        for number in range(PATIENTS):
            keep_chart(
                session,
                run_id=run_id,
                cycle_id=None,
                patient_id=number + 1,
                brought=[],
                whole=(),
                deleted={},
                through={},
                answers=[],
                rows=[LedgerEntry(type_, None, None, *said[number]) for type_, said in SAID.items()],
                foreign=0,
                kind=PullKind.INCREMENTAL,
                now=NOW,
            )
    return store, run_id


@pytest.mark.parametrize(
    ("least", "found"), [(3, (("CarePlan", 3),)), (2, (("CarePlan", 3), ("Procedure", 2))), (4, ())]
)
def test_a_type_of_nobody(pulled: tuple[Store, int], least: int, found: tuple[tuple[str, int], ...]) -> None:
    store, run_id = pulled
    with store.reading() as session:
        assert ledger.types_of_nobody(session, run_id, least=least) == found
        assert ledger.types_of_nobody(session, run_id + 1, least=1) == ()
