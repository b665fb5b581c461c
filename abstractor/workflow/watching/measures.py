"""The numbers that a monitoring system asks for, read from database and queue, so that all processes agree.

Labels are numbers of clinics, names of types and states: as many as there are of these, and no patient.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from abstractor.errors import QueueError, StoreError
from abstractor.fhir.types import TYPES_READ
from abstractor.guidelines.ageing import code_system_days
from abstractor.store import alerts, gauges, ledger, progress, tallies
from abstractor.store.database import Session
from abstractor.store.trail_reading import head as trail_head
from abstractor.workflow.services import Services, missing
from abstractor.workflow.watching.watched import Watched, watched

__all__ = ["METRICS", "Measure", "Metric", "measures"]

_DAY = 86_400.0
_TYPES = frozenset({*TYPES_READ, "Group", "Medication", "Patient"})


@dataclass(frozen=True, slots=True)
class Metric:
    """`counter`: it only goes up. The name says the unit."""

    name: str
    meaning: str
    labels: tuple[str, ...] = ()
    counter: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """One value; `labels` in the order of the metric's."""

    metric: str
    labels: tuple[str, ...]
    value: float


METRICS = (
    Metric("abstractor_up", "1 where the part (database, queue) answers", ("part",)),
    Metric("abstractor_clinic_info", "1 for each clinic that is set up, with its name", ("clinic", "name")),
    Metric("abstractor_rounds", "Rounds of pulling by their state", ("clinic", "state")),
    Metric(
        "abstractor_last_success_age_seconds",
        "Since a round last ended in which everything was asked; absent where none has",
        ("clinic",),
    ),
    Metric("abstractor_pull_overdue", "1 where a nightly pull is overdue, else 0", ("clinic",)),
    Metric("abstractor_pull_due_timestamp_seconds", "When the next nightly pull is due", ("clinic",)),
    Metric("abstractor_trouble", "1 for each trouble that is not over", ("clinic", "code")),
    Metric("abstractor_alerts_untold", "Troubles, or their ends, that nobody has been told of yet"),
    Metric(
        "abstractor_ledger_rows",
        "What the clinic said in its last round that has ended: searches by type and answer",
        ("clinic", "type", "said"),
    ),
    Metric(
        "abstractor_quarantined_resources",
        "Resources that could not be read, in the clinic's latest cycle",
        ("clinic",),
    ),
    Metric("abstractor_work", "Rows of work by kind and state", ("kind", "state")),
    Metric("abstractor_work_retries", "Attempts after the first, of the work that there is", ("kind",)),
    Metric(
        "abstractor_first_lease_ends_in_seconds",
        "Until the first lease of work ends; far below 0, a worker has died and nobody reconciles",
    ),
    Metric("abstractor_queue_jobs", "Jobs in the queue", ("kind", "where")),
    Metric(
        "abstractor_clinic_events_total",
        "What has happened with a clinic: requests, retries, throttled (429), tokens",
        ("clinic", "what"),
        counter=True,
    ),
    Metric(
        "abstractor_value_sets_age_seconds",
        "Since the codes of a code system were last read from their source",
        ("system",),
    ),
    Metric("abstractor_trail_entries", "The number of the newest entry of the audit trail: never less"),
)


def measures(services: Services) -> tuple[Measure, ...]:
    """What does not answer has no numbers but `abstractor_up`."""
    lacking = missing(services)
    found = [Measure("abstractor_up", (part,), float(part not in lacking)) for part in ("database", "queue")]
    found += _ages(services)
    try:
        found += _of_database(services)
    except StoreError:
        found = [each for each in found if each.metric != "abstractor_up" or each.labels != ("database",)]
        found.append(Measure("abstractor_up", ("database",), 0.0))
    if "queue" not in lacking:
        found += _of_queue(services)
    return tuple(found)


def _of_database(services: Services) -> list[Measure]:
    clinics = watched(services)
    with services.store.reading() as session:
        return [
            *(measure for each in clinics for measure in _of_clinic(services, session, each)),
            *_of_work(services, session),
            *_of_trail(session),
        ]


def _of_trail(session: Session) -> Iterator[Measure]:
    newest = trail_head(session)
    yield Measure("abstractor_trail_entries", (), 0.0 if newest is None else float(newest[0].last))


def _of_clinic(services: Services, session: Session, each: Watched) -> Iterator[Measure]:
    clinic = str(each.clinic_id)
    yield Measure("abstractor_clinic_info", (clinic, each.name), 1.0)
    yield Measure("abstractor_pull_overdue", (clinic,), float(each.overdue))
    if each.last_success is not None:
        age = (services.clock() - each.last_success).total_seconds()
        yield Measure("abstractor_last_success_age_seconds", (clinic,), age)
    if each.next_due is not None:
        yield Measure("abstractor_pull_due_timestamp_seconds", (clinic,), each.next_due.timestamp())
    for trouble in each.troubles:
        yield Measure("abstractor_trouble", (clinic, trouble.code), 1.0)
    if each.latest is not None:
        counts = _by_known_type(ledger.counts_of_run(session, each.latest.id))
        for (type_, said), rows in sorted(counts.items()):
            yield Measure("abstractor_ledger_rows", (clinic, type_, said), rows)


def _by_known_type(counts: ledger.Counts) -> "Counter[tuple[str, str]]":
    """What a clinic calls a type is no label of ours, and could be anything."""
    found: Counter[tuple[str, str]] = Counter()
    for type_, said, rows in counts:
        found[(type_ if type_ in _TYPES else "other", said)] += rows
    return found


def _of_work(services: Services, session: Session) -> Iterator[Measure]:
    for clinic, state, rounds in gauges.rounds_by_state(session):
        yield Measure("abstractor_rounds", (str(clinic), state), rounds)
    for clinic, cycle in gauges.latest_cycles(session):
        yield Measure(
            "abstractor_quarantined_resources", (str(clinic),), progress.quarantined(session, cycle)
        )
    for kind, state, rows in gauges.work_by_state(session):
        yield Measure("abstractor_work", (kind, state), rows)
    for kind, attempts in gauges.work_retries(session):
        yield Measure("abstractor_work_retries", (kind,), attempts)
    lease = gauges.first_lease_end(session)
    if lease is not None:
        left = (lease - services.clock()).total_seconds()
        yield Measure("abstractor_first_lease_ends_in_seconds", (), left)
    for clinic, what, number in tallies.tallies(session):
        yield Measure("abstractor_clinic_events_total", (str(clinic), what), number)
    yield Measure("abstractor_alerts_untold", (), alerts.untold(session))


def _of_queue(services: Services) -> list[Measure]:
    try:
        depths = services.queue.depths()
    except QueueError:
        return []
    return [Measure("abstractor_queue_jobs", (kind, where), jobs) for kind, where, jobs in depths]


def _ages(services: Services) -> Iterator[Measure]:
    today = services.clock().date()
    for each in code_system_days():
        age = (today - each.read_on).days * _DAY
        yield Measure("abstractor_value_sets_age_seconds", (each.name,), age)
