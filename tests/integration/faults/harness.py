"""Rounds against a clinic that has a fault, beside the same round without it, and the law that both keep.

The law: what comes of a fault is complete, or the ledger says of that patient and type what is missing and
the abstract does not call the type complete; and once the fault is over, the next round is whole.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, cast

from sqlmodel import Session, select

from abstractor.abstract import to_json
from abstractor.chart import Completeness, Seen
from abstractor.errors import ClinicError
from abstractor.fhir.endpoint import Connection, Endpoint, connect
from abstractor.store import abstracts, ledger, live, progress
from abstractor.store.connection_values import LedgerEntry, PullRun, RunState
from abstractor.store.known import bodies_of
from abstractor.store.tables import PatientRow
from abstractor.workflow import Services, rounds_of
from abstractor.workflow.clinic.clinics import Registered
from abstractor.workflow.services import Connect
from fixtures.clinic.door import Door
from fixtures.stories import all_stories
from tests.integration.bulk.rounds import carried_out, open_at, pulled
from tests.integration.clinic.shared import record

__all__ = ["CHARTS", "Chart", "Round", "Site", "complete_or_told", "sample", "site_at"]

CHARTS = ("fatima", "rosa", "tess")
_UNDOUBTED = ("answered", "empty")
_NEVER_ASKED = ("Organization", "Practitioner", "PractitionerRole")  # by search, of no patient
_RARE = (
    *("AdverseEvent", "CarePlan", "CareTeam", "DiagnosticReport", "DocumentReference", "Immunization"),
    *("MedicationDispense", "MedicationStatement", "ServiceRequest"),
)
_PATIENT: Mapping[str, float] = MappingProxyType({})
Row = tuple[str, int, str | None]


def sample() -> list[dict[str, Any]]:
    """Three short charts; one has a drug of its own record, visits on more pages than one, and one record of
    each type that the others have none of, so that the clinic lists all.
    """
    told = [dict(one) for story in all_stories() if story.id in CHARTS for one in story.resources]
    order = {
        "status": "active",
        "intent": "order",
        "authoredOn": "2022-02-01",
        "medicationReference": {"reference": "Medication/drug"},
    }
    visits = [
        record("Encounter", f"fatima-more-{one}", patient="fatima", status="finished", period={"start": day})
        for one, day in enumerate(("2022-03-01", "2022-04-01", "2022-05-01", "2022-06-01"))
    ]
    rare = [record(kind, f"fatima-{kind.lower()}", patient="fatima", status="completed") for kind in _RARE]
    drug = record("Medication", "drug", code={"text": "letrozole"})
    named = {f"{one['resourceType']}/{one['id']}": one for one in told}
    return [
        *named.values(),
        drug,
        record("MedicationRequest", "by-record", patient="fatima", **order),
        *visits,
        *rare,
    ]


@dataclass(frozen=True, slots=True)
class Chart:
    """What is live of a patient after a round, what the ledger says of it, and what was abstracted."""

    held: Mapping[str, Mapping[str, bytes]]
    state: str
    rows: tuple[LedgerEntry, ...]
    completeness: Mapping[str, Completeness]
    abstract: str

    def said(self, kind: str) -> Row:
        """Of the rows of a type the one that says most; of no complaint the first."""
        rows = [row for row in self.rows if row.type == kind]
        row = next((row for row in rows if row.said not in _UNDOUBTED), rows[0])
        return row.said, row.count, row.detail

    def doubted(self) -> dict[str, str]:
        """The types of which the ledger says more than that they came, each with its detail."""
        told = [row for row in self.rows if row.said not in _UNDOUBTED and row.type not in _NEVER_ASKED]
        return {row.type: f"{row.said} {row.detail}" for row in told}

    def decided(self) -> bytes:
        """The abstract but for the name of the bytes that it was read from."""
        told = json.loads(self.abstract)
        del told["stamps"]["chart"]
        return json.dumps(told, sort_keys=True).encode()

    def tells(self, kind: str) -> bool:
        """Both the ledger and the abstract say that this type may not be whole."""
        return kind in self.doubted() and self.completeness[kind].state not in (Seen.COMPLETE, Seen.EMPTY)


@dataclass(frozen=True, slots=True)
class Round:
    """`charts` are of the patients whose chart was had; `errors` are the codes of those that were not."""

    run: PullRun
    charts: Mapping[str, Chart]
    errors: Mapping[str, int]
    waits: tuple[float, ...]
    raised: ClinicError | None = None

    @property
    def ending(self) -> tuple[RunState, str | None]:
        return self.run.state, self.run.error_code

    def said(self, kind: str) -> dict[str, Row]:
        return {patient: chart.said(kind) for patient, chart in self.charts.items()}

    def doubted(self) -> set[str]:
        """ "rosa Condition" of everything that is told to be less than whole."""
        return {f"{patient} {kind}" for patient, chart in self.charts.items() for kind in chart.doubted()}


@dataclass(slots=True)
class Site:
    """A service with an empty database, the clinic that it pulls from, and the clean round of that clinic.

    `clean` is None for the clean round itself. `waits` are those of the last round, `patience` what the
    endpoint's times are changed to.
    """

    services: Services
    registered: Registered
    door: Door
    clean: Round | None
    waits: list[float] = field(default_factory=list)
    patience: dict[str, float] = field(default_factory=dict)

    def round(self) -> Round:
        """One round with its cycle, from its beginning to its end."""
        self.waits.clear()
        raised = None
        try:
            carried_out(self.services, self.registered, cycle=True)
        except ClinicError as failure:
            raised = failure
        run = rounds_of(self.services, self.registered.clinic.id)[0]
        with self.services.store.reading() as session:
            _, errors = progress.of_run(session, run.id)
            numbers = _patients(session, run)
            pulls = pulled(self.services, run)
            told = {
                one.patient.partition("/")[2]: one for one in abstracts.in_cycle(session, run.cycle_id or 0)
            }
            charts = {
                patient: Chart(
                    held=_held(session, numbers[patient]),
                    state=live.state_hash(session, numbers[patient]),
                    rows=ledger.entries_of_pull(session, pull_id),
                    completeness={one.type: one for one in told[patient].completeness},
                    abstract=to_json(told[patient]),
                )
                for patient, pull_id in pulls.items()
            }
        return Round(run, charts, dict(errors), tuple(self.waits), raised)

    def struck(
        self,
        *faults: str,
        reading: Callable[[bytes], bytes] = bytes,
        patience: Mapping[str, float] = _PATIENT,
    ) -> Round:
        """A round with these faults, which keeps the law, and after it a round that is whole."""
        for fault in faults:
            self.door.arm(fault)
        self.patience.update(patience)
        try:
            faulted = self.round()
        finally:
            self.door.disarm()
            self.patience.clear()
        self.holds(faulted, reading=reading)
        self.is_whole_again()
        return faulted

    def holds(self, faulted: Round, *, reading: Callable[[bytes], bytes] = bytes) -> None:
        assert self.clean is not None
        complete_or_told(self.clean, faulted, reading=reading)

    def is_whole_again(self) -> None:
        """The next round has what the clean one had, to the byte."""
        assert self.clean is not None
        again = self.round()
        assert again.ending == (RunState.DONE, None), again.doubted()
        assert {one: chart.state for one, chart in again.charts.items()} == {
            one: chart.state for one, chart in self.clean.charts.items()
        }
        for patient, chart in again.charts.items():
            assert chart.abstract == self.clean.charts[patient].abstract


def site_at(services: Services, door: Door, clean: Round | None, **setup: Any) -> Site:
    """That clinic, registered to be searched; between two tries nobody really sleeps."""
    waits: list[float] = []
    patience: dict[str, float] = {}

    def connecting(endpoint: Endpoint, **told: Any) -> AbstractContextManager[Connection]:
        changed = replace(endpoint, **cast(dict[str, Any], patience))
        return connect(changed, sleep=waits.append, **told)

    patched = replace(services, connect=cast(Connect, connecting))
    registered = open_at(patched, door, **{"way": "search", "at_once": 4, **setup})
    return Site(patched, registered, door, clean, waits, patience)


def complete_or_told(clean: Round, faulted: Round, *, reading: Callable[[bytes], bytes] = bytes) -> None:
    """Whoever's chart is there has all that the clean one has, or is told what may be missing; who has none
    makes the round one that is not done, with a code. `reading` takes from a record what a fault may change.
    """
    lost = clean.charts.keys() - faulted.charts.keys()
    if lost:
        assert faulted.run.state is not RunState.DONE
        assert faulted.errors or faulted.run.error_code or faulted.run.listing_gap
    for patient, chart in faulted.charts.items():
        if patient in clean.charts:
            _same_or_told(clean.charts[patient], chart, reading)
    if faulted.doubted():
        assert faulted.run.state is not RunState.DONE


def _same_or_told(clean: Chart, chart: Chart, reading: Callable[[bytes], bytes]) -> None:
    silent = [
        kind
        for kind, records in clean.held.items()
        if not chart.tells(kind) and not _has(chart.held.get(kind, {}), records, reading)
    ]
    assert silent == [], f"less came and nobody says so: {chart.doubted()}"
    untold = [kind for kind in chart.doubted() if not chart.tells(kind)]
    assert untold == [], "the ledger knows more than the abstract"
    if not chart.doubted():
        assert reading(chart.decided()) == reading(clean.decided())


def _has(came: Mapping[str, bytes], there: Mapping[str, bytes], reading: Callable[[bytes], bytes]) -> bool:
    return all(one in came and reading(came[one]) == reading(body) for one, body in there.items())


def _patients(session: Session, run: PullRun) -> dict[str, int]:
    rows = session.exec(
        select(PatientRow.reference, PatientRow.id).where(PatientRow.clinic_id == run.clinic_id)
    )
    return {reference.partition("/")[2]: number or 0 for reference, number in rows}


def _held(session: Session, patient_id: int) -> dict[str, dict[str, bytes]]:
    kinds = {one.type for one in live.live_of(session, patient_id)}
    found: dict[str, dict[str, bytes]] = {kind: {} for kind in kinds}
    for name, body in bodies_of(session, patient_id, kinds):
        kind, _, identity = name.partition("/")
        found[kind][identity] = body
    return found
