"""Cycles: register a clinic, open a measurement, and say how far it has come."""

from typing import IO
from zoneinfo import ZoneInfo

from abstractor.errors import OptionError, StoreError
from abstractor.export.jsonl import write_jsonl
from abstractor.store import abstracts, cohorts, progress, trail
from abstractor.store.values import Action, Clinic, Cycle, Progress, Summary
from abstractor.workflow.abstracting.deciding import Question
from abstractor.workflow.acting import By
from abstractor.workflow.clinic.clinics import endpoint_of
from abstractor.workflow.services import Services

__all__ = [
    "cycle_by_id",
    "cycle_progress",
    "cycle_summary",
    "cycles",
    "latest_cycle",
    "open_cycle",
    "register_clinic",
    "write_cycle",
]


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


def write_cycle(services: Services, cycle_id: int, out: IO[str], *, by: By) -> int:
    """The latest abstract of each chart of the cycle as JSON Lines; how many. The trail says that they were
    taken out, before the first is.
    """
    with services.store.writing() as session:
        trail.record(
            session,
            action=Action.CHARTS_EXPORTED,
            account_id=by.account_id,
            cycle_id=cycle_id,
            detail=f"by={by.name} as=abstracts",
            now=services.clock(),
        )
    with services.store.reading() as session:
        return write_jsonl(abstracts.in_cycle(session, cycle_id), out)
