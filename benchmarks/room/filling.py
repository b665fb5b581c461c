"""A database of many patients, each with an abstract, a row of the queue and two locked reviews.

The charts are those of the sample patients over and over; raw resources are there for the first few hundred,
whose pages are asked for. Rows are written in bulk, below the use cases: what matters is how many there are.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from abstractor.abstract import SEVERITIES
from abstractor.store import cohorts, raw
from abstractor.store.auditing.tables import AuditReaderRow, ChartAuditRow
from abstractor.store.database import Session, Store
from abstractor.store.rows import add, add_all, kept
from abstractor.store.tables import AbstractRow, PatientRow, PullRow, QueueItemRow, WorkRow
from abstractor.store.values import WorkKind, WorkState
from abstractor.workflow.auditing.design import design_to_json
from abstractor.workflow.services import Services
from benchmarks.room.reviews import fill_reviews
from benchmarks.room.samples import EVERYTHING, NOW, PERIOD, ZONE, Sample, name_of, sample_of, whole_answers
from fixtures.stories import all_stories

__all__ = ["Filled", "fill"]

_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Filled:
    """`charts` are the patients whose raw resources are there."""

    cycle_id: int
    audit_id: int
    charts: tuple[int, ...]


def fill(services: Services, *, patients: int, with_records: int, readers: Sequence[int]) -> Filled:
    """`readers` are the accounts that have read every chart, two of them each in turn."""
    samples = tuple(sample_of(services, story) for story in all_stories() if story.period[0].year == 2022)
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
        design=design_to_json(EVERYTHING),
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
    references = {number: f"Patient/{name_of(number)}" for number in numbers}
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
        add_all(session, WorkRow, [_worked(cycle_id, one, kind) for one in ids.values() for kind in WorkKind])
        fill_reviews(session, audit_id, ids, abstracts, told, readers)


def _abstracts(
    session: Session,
    cycle_id: int,
    ids: dict[int, int],
    told: dict[int, Sample],
    with_records: int,
) -> dict[int, int]:
    bare = []
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
        answers=whole_answers(sample.types),
        foreign=0,
        now=NOW,
    )


def _worked(cycle_id: int, patient_id: int, kind: WorkKind) -> dict[str, Any]:
    """The pull of a chart, or its abstraction, as done."""
    return {
        "kind": kind.value,
        "cycle_id": cycle_id,
        "patient_id": patient_id,
        "idempotency_key": f"{kind.value}:{cycle_id}:{patient_id}",
        "state": WorkState.DONE.value,
        "attempts": 1,
        "due_at": NOW,
        "created_at": NOW,
        "ended_at": NOW,
    }


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
