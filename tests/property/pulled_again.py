"""One clinic, pulled again and again into one set of patients, and once into another."""

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from abstractor.chart import Completeness
from abstractor.fhir.endpoint import Connection, Pulled, connect
from abstractor.fhir.held import Held, HeldType, Wanted
from abstractor.fhir.ledger import LedgerRow
from abstractor.fhir.medications import ORDERS
from abstractor.store import cohorts, known, live
from abstractor.store.connection_values import LedgerEntry, PullKind
from abstractor.store.pulling import keep_chart
from abstractor.store.values import RawCopy
from fixtures.clinic.door import Door
from tests.integration.keeping import NOW
from tests.integration.pull.clinics import quick

__all__ = ["TYPES", "Site", "held_of", "keep_pulled"]

TYPES = ("Condition", "Medication", "MedicationRequest", "Observation", "Patient")


def held_of(session: Session, patient_id: int) -> Held:
    types = known.known_types(session, patient_id)
    held = {one.type: HeldType(one.through, one.ids, one.marked_at) for one in types}
    named: dict[str, str] = {}
    for order, body in known.bodies_of(session, patient_id, ORDERS):
        reference = json.loads(body).get("medicationReference", {}).get("reference")
        named |= {order: reference} if reference else {}
    return Held(held, named)


def keep_pulled(session: Session, patient_id: int, pulled: Pulled, *, now: datetime) -> int:
    return keep_chart(
        session,
        run_id=None,
        cycle_id=None,
        patient_id=patient_id,
        brought=[RawCopy(one.body, one.origin) for one in pulled.received],
        whole=pulled.whole,
        deleted=pulled.deleted,
        through=pulled.through,
        answers=[Completeness(one.type, one.state, one.count, one.detail) for one in pulled.answers],
        rows=[entry_of(one) for one in pulled.rows],
        foreign=pulled.foreign,
        kind=PullKind(pulled.kind),
        now=now,
    )


def entry_of(row: LedgerRow) -> LedgerEntry:
    return LedgerEntry(
        row.type, row.since, row.until, str(row.said), row.count, row.total, row.asked, row.detail
    )


@dataclass
class Site:
    """Who pulls from the clinic behind `door`, under the name of a clinic in the database."""

    door: Door
    session: Session
    name: str
    ahead: timedelta = timedelta()  # of the clinic's clock before ours
    patients: set[str] = field(default_factory=set)

    def now(self) -> datetime:
        return self.door.now() - self.ahead

    @contextmanager
    def connected(self, **more: Any) -> Iterator[Connection]:
        endpoint = quick(self.door.url, **{"few": 0, "page_size": 2, "tries": 1, "at_once": 1, **more})
        with connect(endpoint, now=self.now) as clinic:
            yield clinic

    def pull(self, patients: Collection[str]) -> None:
        """What has changed of each of them; whoever cannot be pulled at all is as before."""
        self.patients |= set(patients)
        wanted = [Wanted(f"Patient/{one}", held_of(self.session, self.number(one))) for one in patients]
        with self.connected() as clinic:
            for one in clinic.pull_each(wanted, TYPES):
                if isinstance(one, Pulled):
                    self._keep(one)

    def pull_whole(self, patients: Collection[str]) -> None:
        """Everything, of each alone."""
        with self.connected() as clinic:
            for one in patients:
                self._keep(clinic.pull(f"Patient/{one}", TYPES))

    def _keep(self, pulled: Pulled) -> None:
        number = self.number(pulled.patient.removeprefix("Patient/"))
        keep_pulled(self.session, number, pulled, now=self.now())

    def state(self, patient: str) -> str:
        return live.state_hash(self.session, self.number(patient))

    def held(self) -> Mapping[str, set[str]]:
        """What is live of each patient, by `Type/id`."""
        return {
            one: {f"{held.type}/{held.fhir_id}" for held in live.live_of(self.session, self.number(one))}
            for one in self.patients
        }

    def number(self, patient: str) -> int:
        clinic = cohorts.register_clinic(self.session, self.name, self.door.url, group=None, now=NOW)
        (number,) = cohorts.add_patients(self.session, clinic.id, [f"Patient/{patient}"], now=NOW)
        return number
