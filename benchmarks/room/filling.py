"""A database of many patients, each with an abstract, a row of the queue and two locked reviews.

The charts are those of the sample patients over and over; raw resources are there for the first few hundred,
whose pages are asked for. Rows are written in bulk, below the use cases: what matters is how many there are.
"""

import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from abstractor.abstract import SEVERITIES, Abstract, to_json
from abstractor.chart import Completeness, Seen
from abstractor.dates import Period
from abstractor.fhir.answers import Answer
from abstractor.fhir.received import Received
from abstractor.fhir.records import Reading, RecordSet
from abstractor.fhir.types import TYPES_READ
from abstractor.store import cohorts, raw
from abstractor.store.auditing.tables import (
    AuditChartRow,
    AuditReaderRow,
    ChartAuditRow,
    RatingRow,
    ReviewLockRow,
    ReviewRow,
    SeatRow,
)
from abstractor.store.database import Session, Store
from abstractor.store.rows import add, add_all, kept
from abstractor.store.tables import AbstractRow, PatientRow, PullRow, QueueItemRow
from abstractor.store.values import RawCopy
from abstractor.workflow.abstracting.deciding import Question
from abstractor.workflow.auditing.design import Charts, Design, design_to_json
from abstractor.workflow.auditing.items import items_of
from abstractor.workflow.services import Services
from fixtures.stories import Story, all_stories

__all__ = ["NOW", "Filled", "fill"]

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PERIOD = Period(date(2022, 1, 1), date(2022, 12, 31))
ZONE = "America/New_York"
_AT_ONCE = 2000
_EVERYTHING = Design(Charts.FLAGGED, seed=1, readers=2)


@dataclass(frozen=True, slots=True)
class Filled:
    """`charts` are the patients whose raw resources are there; `open_seats` those of the last audit's readers
    that are still to be read.
    """

    cycle_id: int
    audit_id: int
    charts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample patient as stored: the resources, and the abstract for any patient's reference."""

    resources: tuple[bytes, ...]
    types: tuple[str, ...]
    abstract: Abstract
    body: str
    items: tuple[tuple[str, str, str, str | None], ...]

    def records_of(self, number: int) -> list[RawCopy]:
        """Its resources as if they were that patient's."""
        return [RawCopy(self._renamed(body.decode(), number).encode(), "many") for body in self.resources]

    def body_of(self, number: int) -> str:
        """The abstract as if it were that patient's."""
        return self._renamed(self.body, number)

    def _renamed(self, text: str, number: int) -> str:
        """Every id begins with the patient's."""
        old = self.abstract.patient.removeprefix("Patient/")
        return re.sub(rf'(?<=["/]){re.escape(old)}(?=["-])', _name(number), text)


def fill(services: Services, *, patients: int, with_records: int, readers: Sequence[int]) -> Filled:
    """`readers` are the accounts that have read every chart, two of them each in turn."""
    samples = tuple(_sample(services, story) for story in all_stories() if story.period[0].year == 2022)
    store = services.store
    with store.writing() as session:
        clinic = cohorts.register_clinic(session, "Many", "https://many.invalid", group=None, now=NOW)
        cycle_id = _cycle(services, session, clinic.id)
        audit_id = _audit(session, cycle_id, readers)
    for first in range(0, patients, _AT_ONCE):
        numbers = range(first, min(first + _AT_ONCE, patients))
        _patients(store, clinic.id, cycle_id, audit_id, numbers, samples, readers, with_records)
        sys.stderr.write(f"benchmark: {numbers.stop} of {patients} patients kept\n")
    with store.reading() as session:
        known = session.exec(
            select(PatientRow.id).where(PatientRow.clinic_id == clinic.id).order_by(col(PatientRow.id))
        )
        charts = tuple(kept(number) for number in known.fetchmany(with_records))
    return Filled(cycle_id, audit_id, charts)


def _name(number: int) -> str:
    return f"many-{number:06}"


def _sample(services: Services, story: Story) -> Sample:
    bodies = tuple(json.dumps(one, separators=(",", ":")).encode() for one in story.resources)
    records = RecordSet(Reading(services.value_sets, ZoneInfo(ZONE), {}))
    for body in bodies:
        records.add(Received(body, story.id))
    types = tuple(one["resourceType"] for one in story.resources)
    said = _completeness(types)
    records.answers(story.patient, [Answer(one.type, one.state, one.count, None) for one in said])
    chart = records.chart(story.patient)
    question = Question(PERIOD, PERIOD.end, ZONE, "A", 180, "0.1.0")
    abstract, _ = services.decide(chart, services.library, question)
    told = to_json(abstract)
    items = tuple((one.key, str(one.kind), one.rule, one.program) for one in items_of(abstract, _EVERYTHING))
    return Sample(bodies, types, abstract, told, items)


def _cycle(services: Services, session: Session, clinic_id: int) -> int:
    library = services.library
    return cohorts.open_cycle(
        session,
        clinic_id,
        period=PERIOD,
        as_of=PERIOD.end,
        timezone=ZONE,
        definition="A",
        gap_days=180,
        cohort="her2-mbc",
        program="0.1.0",
        editions=[edition.id for edition in library.editions],
        value_sets=library.value_sets,
        line_policy=library.line_policy.id,
        now=NOW,
    ).id


def _audit(session: Session, cycle_id: int, readers: Sequence[int]) -> int:
    row = ChartAuditRow(
        cycle_id=cycle_id,
        title="Many charts",
        purpose="live",
        state="open",
        design=design_to_json(_EVERYTHING),
        created_at=NOW,
        opened_at=NOW,
    )
    add(session, row)
    audit_id = kept(row.id)
    reads = {"reviews": True, "adjudicates": True, "added_at": NOW}
    add_all(
        session,
        AuditReaderRow,
        [{"audit_id": audit_id, "account_id": reader, **reads} for reader in readers],
    )
    return audit_id


def _patients(
    store: Store,
    clinic_id: int,
    cycle_id: int,
    audit_id: int,
    numbers: range,
    samples: Sequence[Sample],
    readers: Sequence[int],
    with_records: int,
) -> None:
    references = {number: f"Patient/{_name(number)}" for number in numbers}
    told = {number: samples[number % len(samples)] for number in numbers}
    with store.writing() as session:
        rows = [
            {"clinic_id": clinic_id, "reference": reference, "first_seen_at": NOW}
            for reference in references.values()
        ]
        add_all(session, PatientRow, rows)
        wanted = col(PatientRow.reference).in_(references.values())
        known = dict(session.exec(select(PatientRow.reference, PatientRow.id).where(wanted)).all())
        ids = {number: kept(known[reference]) for number, reference in references.items()}
        abstracts = _abstracts(session, cycle_id, ids, told, with_records)
        flagged = {number: ids[number] for number in numbers if told[number].abstract.flagged}
        add_all(
            session,
            QueueItemRow,
            [_queued(cycle_id, ids[number], abstracts[ids[number]], told[number]) for number in flagged],
        )
        _reviews(session, audit_id, ids, abstracts, told, readers)


def _abstracts(
    session: Session,
    cycle_id: int,
    ids: dict[int, int],
    told: dict[int, Sample],
    with_records: int,
) -> dict[int, int]:
    bare, _empty = [], {"foreign_count": 0, "pulled_at": NOW}
    for number, patient_id in ids.items():
        if number < with_records:
            _records(session, cycle_id, patient_id, number, told[number])
        else:
            bare.append(
                {"cycle_id": cycle_id, "patient_id": patient_id, "foreign_count": 0, "pulled_at": NOW}
            )
    add_all(session, PullRow, bare)
    these = col(PullRow.patient_id).in_(ids.values())
    pulls = dict(session.exec(select(PullRow.patient_id, PullRow.id).where(these)).all())
    rows = [
        {
            "cycle_id": cycle_id,
            "patient_id": patient_id,
            "pull_id": pulls[patient_id],
            "input_digest": "sha256:0",
            "verdict": str(told[number].abstract.inclusion.verdict),
            "flagged": told[number].abstract.flagged,
            "body": told[number].body_of(number),
            "abstracted_at": NOW,
        }
        for number, patient_id in ids.items()
    ]
    add_all(session, AbstractRow, rows)
    mine = col(AbstractRow.patient_id).in_(ids.values())
    found = session.exec(select(AbstractRow.patient_id, AbstractRow.id).where(mine)).all()
    return {patient: kept(number) for patient, number in found}


def _records(session: Session, cycle_id: int, patient_id: int, number: int, sample: Sample) -> None:
    raw.keep_pull(
        session,
        cycle_id=cycle_id,
        patient_id=patient_id,
        copies=sample.records_of(number),
        answers=_completeness(sample.types),
        foreign=0,
        now=NOW,
    )


def _completeness(types: Sequence[str]) -> list[Completeness]:
    """Every type was asked for, and whole."""
    held = {kind: types.count(kind) for kind in TYPES_READ}
    return [
        Completeness(kind, Seen.COMPLETE if many else Seen.EMPTY, many, None) for kind, many in held.items()
    ]


def _queued(cycle_id: int, patient_id: int, abstract_id: int, sample: Sample) -> dict[str, Any]:
    flags = sample.abstract.flags
    return {
        "cycle_id": cycle_id,
        "patient_id": patient_id,
        "abstract_id": abstract_id,
        "rank": min((SEVERITIES.index(flag.severity) for flag in flags), default=len(SEVERITIES)),
        "codes": " ".join(dict.fromkeys(flag.code for flag in flags)),
        "verdict": str(sample.abstract.inclusion.verdict),
        "lines": "palliative: THP, TDM1",
        "opened_at": NOW,
    }


def _reviews(
    session: Session,
    audit_id: int,
    ids: dict[int, int],
    abstracts: dict[int, int],
    told: dict[int, Sample],
    readers: Sequence[int],
) -> None:
    """Both seats of each chart, read and locked; every tenth chart has its second seat free."""
    charts = [
        {
            "audit_id": audit_id,
            "patient_id": patient_id,
            "abstract_id": abstracts[patient_id],
            "code": f"K{number:06}",
            "stratum": "",
            "place": number + 1,
            "readers": 2,
        }
        for number, patient_id in ids.items()
    ]
    add_all(session, AuditChartRow, charts)
    drawn = col(AuditChartRow.patient_id).in_(ids.values())
    found = session.exec(
        select(AuditChartRow.place, AuditChartRow.id).where(drawn, AuditChartRow.audit_id == audit_id)
    ).all()
    chart_ids = {place - 1: kept(number) for place, number in found}
    seats = [
        _seat(audit_id, chart_id, number, seat, readers)
        for number, chart_id in chart_ids.items()
        for seat in (1, 2)
    ]
    add_all(session, SeatRow, seats)
    these = col(SeatRow.audit_chart_id).in_(chart_ids.values())
    done = session.exec(select(SeatRow).where(these, SeatRow.state == "done")).all()
    add_all(
        session,
        ReviewRow,
        [{"seat_id": kept(one.id), "account_id": one.account_id, "started_at": NOW} for one in done],
    )
    of = {kept(one.id): one for one in done}
    reviews = session.exec(select(ReviewRow).where(col(ReviewRow.seat_id).in_(of))).all()
    add_all(
        session, ReviewLockRow, [{"review_id": kept(one.id), "steps": 1, "locked_at": NOW} for one in reviews]
    )
    samples = {chart_id: told[number] for number, chart_id in chart_ids.items()}
    add_all(
        session,
        RatingRow,
        [row for one in reviews for row in _ratings(audit_id, kept(one.id), of[one.seat_id], samples)],
    )


def _seat(audit_id: int, chart_id: int, number: int, seat: int, readers: Sequence[int]) -> dict[str, Any]:
    free = seat == 2 and number % 10 == 0
    return {
        "audit_id": audit_id,
        "audit_chart_id": chart_id,
        "number": seat,
        "place": number + 1,
        "state": "free" if free else "done",
        "account_id": None if free else readers[(number + seat) % len(readers)],
        "lease_until": None,
        "skips": 0,
        "changed_at": NOW,
    }


def _ratings(
    audit_id: int, review_id: int, seat: SeatRow, samples: dict[int, Sample]
) -> Iterator[dict[str, Any]]:
    """The first ten items, all as the program says."""
    for key, kind, rule, program in samples[seat.audit_chart_id].items[:10]:
        yield {
            "review_id": review_id,
            "item": key,
            "audit_id": audit_id,
            "audit_chart_id": seat.audit_chart_id,
            "seat_number": seat.number,
            "kind": kind,
            "rule": rule,
            "answer": "agree",
            "rating": program,
            "program": program,
            "reason": None,
        }
