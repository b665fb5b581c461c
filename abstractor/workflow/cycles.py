"""Cycles: register a clinic, open a measurement, list its charts, and say how far it has come."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO
from zoneinfo import ZoneInfo

from abstractor.errors import ClinicMisbehaved, OptionError, StoreError
from abstractor.export.jsonl import write_jsonl
from abstractor.fhir.about import about, patient_id
from abstractor.fhir.endpoint import Connection
from abstractor.fhir.received import Received
from abstractor.store import abstracts, cohorts, progress, raw, work
from abstractor.store.values import Clinic, Cycle, Progress, RawCopy, Summary, WorkKind
from abstractor.workflow.carrying import dispatch
from abstractor.workflow.clinics import endpoint_of
from abstractor.workflow.deciding import Question
from abstractor.workflow.services import Services

__all__ = [
    "Cohort",
    "cycle_by_id",
    "cycle_progress",
    "cycle_summary",
    "cycles",
    "latest_cycle",
    "list_cohort",
    "open_cycle",
    "register_clinic",
    "write_cycle",
]

_AT_ONCE = 500
_Listed = tuple[str | None, RawCopy | None]


@dataclass(frozen=True, slots=True)
class Cohort:
    """Whom a cycle is about. `unlisted` could not be read; `gap` says why the list may not be whole."""

    patients: int
    unlisted: int
    gap: str | None


def register_clinic(services: Services, name: str, base_url: str, *, group: str | None = None) -> Clinic:
    """The clinic of that name at that address, made where there is none; `group` is the id of a FHIR Group
    to keep to. With or without its closing slash, an address is the same one.
    """
    address = endpoint_of(base_url, services.settings).root.rstrip("/")
    with services.store.writing() as session:
        return cohorts.register_clinic(session, name, address, group=group, now=services.clock())


def open_cycle(services: Services, clinic: Clinic, question: Question) -> int:
    """A new cycle of that clinic, stamped with the library that it is opened with; its number."""
    try:
        ZoneInfo(question.timezone)
    except (KeyError, ValueError, OSError):
        raise OptionError(
            f"unknown time zone {question.timezone!r}; write an IANA name like Europe/Berlin"
        ) from None
    library = services.library
    with services.store.writing() as session:
        return cohorts.open_cycle(
            session,
            clinic.id,
            period=question.period,
            as_of=question.as_of,
            timezone=question.timezone,
            definition=question.definition,
            gap_days=question.gap_days,
            cohort=question.cohort,
            program=question.program,
            editions=[edition.id for edition in library.editions],
            value_sets=library.value_sets,
            line_policy=library.line_policy.id,
            now=services.clock(),
        ).id


def list_cohort(services: Services, cycle_id: int) -> Cohort:
    """Ask the clinic for its patients and queue the pull of each chart, while the list still comes in.

    May be called again: patients that are new since are added. A list that breaks off keeps what came of it,
    and the cycle says so; only one of which nothing came is an error.
    """
    with services.store.reading() as session:
        clinic = cohorts.clinic_of_cycle(session, cycle_id)
    found = unlisted = 0
    gap: str | None = None
    with services.connect(endpoint_of(clinic.base_url, services.settings)) as connection:
        try:
            for some in _cut(_listed(connection, clinic.group)):
                named = [reference for reference, _ in some if reference is not None]
                unlisted += len(some) - len(named)
                copies = [copy for _, copy in some if copy is not None]
                found += _add_charts(services, cycle_id, clinic, named, copies)
                dispatch(services)
        except ClinicMisbehaved as failure:
            if not found:
                raise
            gap = str(failure)
    with services.store.writing() as session:
        cohorts.note_listing(session, cycle_id, unlisted=unlisted, gap=gap)
    return Cohort(patients=found, unlisted=unlisted, gap=gap)


def cycles(services: Services) -> tuple[Cycle, ...]:
    """Every cycle, the latest first."""
    with services.store.reading() as session:
        return cohorts.cycles(session)


def latest_cycle(services: Services) -> Cycle | None:
    return next(iter(cycles(services)), None)


def cycle_by_id(services: Services, cycle_id: int) -> Cycle | None:
    with services.store.reading() as session:
        return cohorts.cycle(session, cycle_id)


def cycle_progress(services: Services, cycle_id: int) -> Progress:
    with services.store.reading() as session:
        return progress.progress(session, cycle_id)


def cycle_summary(services: Services, cycle_id: int) -> Summary:
    with services.store.reading() as session:
        if cohorts.cycle(session, cycle_id) is None:
            raise StoreError(f"there is no cycle {cycle_id}")
        return progress.summary(session, cycle_id, now=services.clock())


def write_cycle(services: Services, cycle_id: int, out: IO[str]) -> int:
    """The latest abstract of each chart of the cycle as JSON Lines; how many."""
    with services.store.reading() as session:
        return write_jsonl(abstracts.in_cycle(session, cycle_id), out)


def _listed(connection: Connection, group: str | None) -> Iterator[_Listed]:
    """References of the patients, with the Patient resource where the list itself brought it."""
    if group is not None:
        yield from ((reference, None) for reference in connection.references(group=group))
        return
    for received in connection.patients():
        yield _reference(received), RawCopy(body=received.body, origin=received.origin)


def _add_charts(
    services: Services, cycle_id: int, clinic: Clinic, references: Sequence[str], copies: Sequence[RawCopy]
) -> int:
    now = services.clock()
    with services.store.writing() as session:
        raw.keep(session, clinic.id, copies, now=now)
        numbers = cohorts.add_patients(session, clinic.id, references, now=now)
        work.add_work(session, WorkKind.PULL, cycle_id=cycle_id, patient_ids=numbers, now=now)
    return len(numbers)


def _reference(received: Received) -> str | None:
    """ "Patient/1", or None for a resource that cannot be pulled: unreadable, no Patient, an id fit for no
    address.
    """
    read = about(received.body)
    if read is None or read.resourceType != "Patient" or read.id is None:
        return None
    reference = f"Patient/{read.id}"
    return reference if patient_id(reference) is not None else None


def _cut(items: Iterable[_Listed]) -> Iterator[list[_Listed]]:
    """Lists of some hundreds; what came before an error is given before the error."""
    held: list[_Listed] = []
    try:
        for item in items:
            held.append(item)
            if len(held) == _AT_ONCE:
                yield held
                held = []
    except ClinicMisbehaved:
        yield held
        raise
    if held:
        yield held
