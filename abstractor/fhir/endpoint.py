"""Pulling from a clinic's FHIR R4 endpoint: search by patient, type by type, with an answer for each type.

Never silently incomplete: a type comes whole, or its Answer says why not. One refused type costs that type; a
clinic that does not know us, cannot be reached or is no FHIR R4 endpoint is an error.
"""

import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType, TracebackType
from typing import Self

from abstractor.errors import ClinicMisbehaved, ClinicUnreachable
from abstractor.fhir.abreast import abreast_in_two
from abstractor.fhir.address import Endpoint
from abstractor.fhir.bulk.exporter import Exporter
from abstractor.fhir.capability import Capability, decode_capability
from abstractor.fhir.changes import Changes
from abstractor.fhir.clinic_setup import ClinicSetup
from abstractor.fhir.cohort_choice import Listed, listed
from abstractor.fhir.dialects.loading import dialect_of
from abstractor.fhir.failure import Failure
from abstractor.fhir.held import NOTHING_HELD, Held, Wanted
from abstractor.fhir.http import Auth, Http
from abstractor.fhir.listing import every_patient, every_reference, group_members, group_references
from abstractor.fhir.medications import Medications
from abstractor.fhir.page_limits import PageLimits
from abstractor.fhir.plan import Plan
from abstractor.fhir.pull import Clinic, Pulled, Unpulled, pull_patient
from abstractor.fhir.received import Received
from abstractor.fhir.search import Searcher
from abstractor.fhir.server_clock import utc_now
from abstractor.fhir.smart.bearer import BackendServices
from abstractor.fhir.smart.scopes import Granted
from abstractor.fhir.together import Grouped, Together, groups

__all__ = ["Connection", "Endpoint", "Listed", "Pulled", "Unpulled", "connect"]

_NO_CODES: Mapping[str, Sequence[str]] = MappingProxyType({})


def connect(
    endpoint: Endpoint,
    *,
    auth: Auth | None = None,
    dialect: str = "auto",
    codes: Mapping[str, Sequence[str]] = _NO_CODES,
    categorised: Collection[str] = (),
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
    now: Callable[[], datetime] = utc_now,
) -> "Connection":
    """Nothing is asked yet. `auth` signs in (`smart.tokens`); `clock` and `sleep` pace the requests; `now` is
    the clock by which pulls are kept.

    `dialect` names how the clinic is asked; "auto" goes by what it says of itself. `codes` are asked for of a
    type that the clinic does not give whole (`search_codes.codes_of_results`); `categorised` types it has
    confirmed to give whole by category.
    """
    http = Http(endpoint, auth=auth, sleep=sleep, clock=clock, now=now)
    granted = auth.granted if isinstance(auth, BackendServices) else _nobody_signs_in
    return Connection(endpoint, http, dialect=dialect, codes=codes, categorised=categorised, granted=granted)


def _nobody_signs_in() -> None:
    """Then nothing is withheld by a scope."""


class Connection:
    """A context manager over one HTTP client, which any number of threads may use at once."""

    def __init__(
        self,
        endpoint: Endpoint,
        http: Http,
        *,
        dialect: str = "auto",
        codes: Mapping[str, Sequence[str]] = _NO_CODES,
        categorised: Collection[str] = (),
        granted: Callable[[], Granted | None] = _nobody_signs_in,
    ) -> None:
        """`granted` is what the token in use lets us read."""
        self._endpoint = endpoint
        self._http = http
        self._get = Searcher(endpoint.root, http.fetch).get
        self._medications = Medications(
            self._get,
            endpoint.root,
            per_patient=endpoint.max_references,
            remembered=endpoint.cached_references,
        )
        self._dialect = dialect
        self._codes = codes
        self._categorised = categorised
        self._granted = granted
        self._changes = Changes(few=endpoint.few)
        self._limits = PageLimits()
        self._capability: Capability | None = None
        self._plan: Plan | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._http.close()

    def counts(self) -> Mapping[str, int]:
        """Of `pacing.COUNTED`, how often each has happened over this connection."""
        return self._http.counts()

    def capability(self) -> Capability:
        """Asked once. It is the first thing asked, so a wrong address is found here."""
        with self._lock:
            if self._capability is None:
                self._capability = self._ask_capability()
            return self._capability

    def patients(self, *, group: str | None = None) -> Iterator[Received]:
        """Every Patient, by search or of a Group. ClinicMisbehaved after the last: there may be more."""
        clinic = self._clinic()
        return every_patient(clinic) if group is None else group_members(clinic, group)

    def cohort(self, setup: ClinicSetup, diagnosis_codes: Sequence[str] = ()) -> Iterator[Listed]:
        """Whose charts the setup asks for, each once. ClinicMisbehaved after the last: who is missing.

        `diagnosis_codes` ("http://snomed.info/sct|254837009") are what a cohort by diagnosis has.
        """
        return listed(self._clinic(), self._http.post, setup, diagnosis_codes)

    def references(self, *, group: str | None = None) -> Iterator[str]:
        """ "Patient/1" of every patient to pull, without reading a Group's members; else as `patients`."""
        clinic = self._clinic()
        return every_reference(clinic) if group is None else group_references(clinic, group)

    def pull(self, patient: str, types: Sequence[str], held: Held = NOTHING_HELD) -> Pulled:
        """`patient` is "Patient/1". ClinicRefused: we are not known there; ClinicUnreachable: all failed.

        Of what is `held` from pulls before only the changes are asked for, where the clinic can tell them.
        """
        return pull_patient(self._clinic(), patient, types, held=held)

    def pull_each(self, patients: Iterable[Wanted], types: Sequence[str]) -> Iterator[Pulled | Unpulled]:
        """As `pull`, of `at_once` patients at the same time, in the order in which they are done.

        Of whom nothing is held, several are asked for by one search, where the clinic takes lists. A patient
        for whom everything failed is said to be so; ClinicRefused ends it.
        """
        clinic = self._clinic()

        together = Together(clinic)

        def one(each: Grouped | Unpulled) -> Pulled | Unpulled:
            if isinstance(each, Unpulled):
                return each
            wanted = each.wanted
            try:
                return pull_patient(clinic, wanted.patient, types, held=wanted.held, already=each.already)
            except ClinicUnreachable as failure:
                return Unpulled(wanted.patient, failure)

        at_once = self._endpoint.at_once
        some = groups(patients, clinic.plan.dialect.default.lists, at_once=at_once)
        yield from abreast_in_two(lambda group: together.ask(group, types), one, some, at_once=at_once)

    def exporter(self) -> Exporter:
        """Bulk exports over this connection."""
        return Exporter(self._endpoint, self._http, self.plan(), self._medications, get=self._get)

    def plan(self) -> Plan:
        """One for all threads, so that what one of them is taught holds for the others."""
        capability = self.capability()
        with self._lock:
            if self._plan is None:
                spoken = dialect_of(capability, named=self._dialect).with_categorised(self._categorised)
                size = self._endpoint.page_size
                self._plan = Plan(
                    capability, spoken, page_size=size, codes=self._codes, granted=self._granted
                )
            return self._plan

    def _clinic(self) -> Clinic:
        clock = self._http.server_clock
        return Clinic(
            self._endpoint, self._get, self.plan(), self._medications, clock, self._changes, self._limits
        )

    def _ask_capability(self) -> Capability:
        origin = self._endpoint.origin
        got = self._get("metadata")
        if isinstance(got, Failure):
            advice = "check that the address is the base of a FHIR endpoint"
            raise got.error("CapabilityStatement", origin=origin, advice=advice)
        capability = decode_capability(got)
        if capability is None:
            raise ClinicMisbehaved(
                f"{origin} gave something else than a CapabilityStatement: check the address"
            )
        if not capability.is_r4:
            raise ClinicMisbehaved(f"{origin} speaks another version of FHIR than R4: ask for its R4 address")
        return capability
