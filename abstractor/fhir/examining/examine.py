"""The examination of one endpoint, from its name to what one patient's record lacks. Nothing is kept."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from abstractor.errors import AbstractorError, ClinicError, ClinicRefused
from abstractor.fhir.address import Endpoint
from abstractor.fhir.endpoint import Connection
from abstractor.fhir.examining.conforming import conformance_of
from abstractor.fhir.examining.reaching import the_way
from abstractor.fhir.examining.signing_in import scopes_of, signing_in
from abstractor.fhir.examining.stating import bulk_levels, stated
from abstractor.fhir.examining.trying import (
    TimedHttp,
    changes_tried,
    counted,
    in_part,
    pages_tried,
    types_tried,
)
from abstractor.fhir.examining.values import Chosen, Examination, Mark, Step, TypeTried
from abstractor.fhir.http import Http
from abstractor.fhir.smart.tokens import BackendServices
from abstractor.fhir.types import TYPES_READ

__all__ = ["Choose", "Tell", "examine"]

# Whom to try, of a connection that is open.
Choose = Callable[[Connection], Chosen]
# What is tried now, for who waits: words of ours, nothing of a patient.
Tell = Callable[[str], None]
_TRIES = 2


def examine(
    endpoint: Endpoint,
    choose: Choose,
    *,
    auth: BackendServices | None = None,
    scopes: str | None = None,
    dialect: str = "auto",
    codes: Mapping[str, Sequence[str]] = MappingProxyType({}),
    categorised: Collection[str] = (),
    types: Sequence[str] = TYPES_READ,
    tell: Tell = lambda _: None,
) -> Examination:
    """Ends at the first step that stops; what was found until then is told. `scopes` are the setup's own,
    `codes` those that are asked for where a type is not given whole.
    """
    patiently = replace(endpoint, tries=min(endpoint.tries, _TRIES))
    visit = _Visit(patiently, choose, auth, scopes, dialect, codes, categorised, tuple(types), tell)
    for step in visit.steps():
        visit.found = replace(visit.found, steps=(*visit.found.steps, step))
        if step.mark is Mark.STOP:
            break
    return visit.found


@dataclass(slots=True)
class _Visit:
    """Fills `found` as it goes."""

    endpoint: Endpoint
    choose: Choose
    auth: BackendServices | None
    scopes: str | None
    dialect: str
    codes: Mapping[str, Sequence[str]]
    categorised: Collection[str]
    types: tuple[str, ...]
    tell: Tell
    found: Examination = field(default_factory=lambda: Examination(()))

    def steps(self) -> Iterator[Step]:
        self.tell("reaching the endpoint")
        yield from the_way(self.endpoint)
        if self.auth is not None:
            self.tell("signing in")
        yield from signing_in(self.auth, self.endpoint)
        if self.auth is not None:
            told = scopes_of(self.auth, self.scopes)
            self.found = replace(self.found, scopes=told)
        with closing(TimedHttp(self.endpoint, auth=self.auth)) as http:
            connection = self._over(self.endpoint, http)
            try:
                self.tell("reading what it says of itself")
                yield from self._statement(connection, http)
                self.tell("reading the list of patients")
                chosen = self.choose(connection)
            except AbstractorError as failed:  # a cohort that a file names may fail here, too
                yield self._stopped(failed)
                return
            if chosen.patient is None:
                said = "the cohort is empty: there is nobody to try the searches on"
                mend = "check the group, the file or the diagnosis of the setup"
                yield Step("cohort", Mark.STOP, said, mend)
                return
            if chosen.gap is not None:
                mend = "check the list of patients with the EHR team: a round pulls those that it names"
                yield Step("cohort", Mark.LOOK, chosen.gap, mend)
            many = counted(http, self.endpoint, "Patient") if chosen.everybody else chosen.patients
            self.found = replace(self.found, patients=many)
            yield from self._patient(connection, http, chosen.patient)

    def _over(self, endpoint: Endpoint, http: Http) -> Connection:
        return Connection(
            endpoint,
            http,
            dialect=self.dialect,
            codes=self.codes,
            categorised=self.categorised,
            granted=self.auth.granted if self.auth is not None else lambda: None,
        )

    def _again(self, endpoint: Endpoint) -> Connection:
        """A second connection that asks the same way, closed by who opens it."""
        return self._over(endpoint, Http(endpoint, auth=self.auth))

    def _statement(self, connection: Connection, http: TimedHttp) -> Iterator[Step]:
        capability, plan = connection.capability(), connection.plan()
        body = http.fetch(f"{self.endpoint.root}metadata")
        levels = bulk_levels(body) if isinstance(body, bytes) else ()
        self.found = replace(
            self.found,
            software=capability.software,
            fhir_version=capability.fhir_version,
            dialect=plan.dialect.name,
            bulk_levels=levels,
        )
        yield from stated(capability, plan, self.dialect, self.types)

    def _patient(self, connection: Connection, http: TimedHttp, patient: str) -> Iterator[Step]:
        self.tell("asking for each type of record of one patient")
        http.forget()
        try:
            pulled = connection.pull(patient, self.types)
        except ClinicError as failed:
            yield Step("patient", Mark.STOP, str(failed))
            return
        tried = types_tried(pulled, connection.capability())
        asked = http.asked(connection.plan(), self.types)
        self.found = replace(self.found, types=tried, asked=asked)
        came = sum(each.count for each in tried)
        yield Step("patient", Mark.FINE, f"one patient tried: {asked.requests} requests, {came} resources")
        if pulled.foreign:
            mend = "every search must keep to its patient; ask the EHR team why this one does not"
            yield Step("patient", Mark.LOOK, f"{pulled.foreign} resources of other patients came along", mend)
        self.tell("asking again in small pages")
        paging = pages_tried(self.endpoint, self._again, patient, tried)
        if paging.lost is not None:
            self.found = replace(self.found, types=in_part(tried, paging.lost))
        yield paging.step
        self.tell("asking what changed")
        yield self._changes(connection, http, patient, tried)
        yield self._bulk()
        self.tell("checking records against the FHIR model")
        self.found = replace(self.found, conformance=conformance_of(pulled.received))
        yield self._conformance()

    def _changes(
        self, connection: Connection, http: TimedHttp, patient: str, tried: Sequence[TypeTried]
    ) -> Step:
        told = dict(changes_tried(http, self.endpoint, connection.plan(), patient, tried))
        works = tuple(name for name, said in told.items() if said == "works")
        self.found = replace(self.found, changes_by=works)
        if not told:
            said = "this kind of endpoint is not asked what changed: each round fetches every chart anew"
            return Step("changes", Mark.FINE, said)
        other = [f"{name} ({said})" for name, said in told.items() if said != "works"]
        said = f"what changed can be asked for of {len(works)} of {len(told)} types (_lastUpdated)"
        if not other:
            return Step("changes", Mark.FINE, said)
        mend = "ask the EHR team whether _lastUpdated can be switched on; until then these are fetched anew"
        return Step("changes", Mark.LOOK, f"{said}; not of {', '.join(other)}", mend)

    def _bulk(self) -> Step:
        if not self.found.bulk_levels:
            return Step("bulk", Mark.FINE, "the statement tells of no bulk export: charts are searched for")
        return Step("bulk", Mark.FINE, f"a bulk export is offered by: {', '.join(self.found.bulk_levels)}")

    def _conformance(self) -> Step:
        checked = sum(each.checked for each in self.found.conformance)
        failing = sum(each.failing for each in self.found.conformance)
        said = f"{failing} of {checked} resources checked do not fit the FHIR model"
        return Step("conformance", Mark.LOOK if failing else Mark.FINE, said)

    def _stopped(self, failed: AbstractorError) -> Step:
        if isinstance(failed, ClinicRefused) and failed.status == 401:
            mend = 'set auth = "backend-services" and client_id in the clinic\'s setup'
            return Step("sign-in", Mark.STOP, str(failed), mend if self.auth is None else None)
        return Step("cohort" if self.found.dialect else "statement", Mark.STOP, str(failed))
