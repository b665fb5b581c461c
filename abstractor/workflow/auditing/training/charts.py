"""The synthetic charts, kept as a cycle of a clinic of their own; what the program says of them is right.

They are read with the program's verdicts hidden, so that a reader's own answers can be held against it.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from abstractor import __version__
from abstractor.chart import Completeness, Seen
from abstractor.dates import Period
from abstractor.errors import InputError
from abstractor.fhir.records import Reading
from abstractor.fhir.types import TYPES_READ
from abstractor.store import abstracts, cohorts, raw
from abstractor.store.auditing import draws
from abstractor.store.database import Session
from abstractor.store.values import Cycle, RawCopy
from abstractor.workflow.abstracting.deciding import Question
from abstractor.workflow.cycles import open_cycle
from abstractor.workflow.services import Services

__all__ = ["CLINIC", "TrainingChart", "charts_in", "training_cycle"]

CLINIC = "Training charts"
_ZONE = "America/New_York"


@dataclass(frozen=True, slots=True)
class TrainingChart:
    """One synthetic patient; `resources` as a clinic would send them."""

    patient: str
    resources: tuple[bytes, ...]


def charts_in(lines: Iterable[str]) -> tuple[Period, tuple[TrainingChart, ...]]:
    """The charts of `python -m fixtures.training`, and the one period that they are read in."""
    told: list[dict[str, Any]] = [json.loads(line) for line in lines if line.strip()]
    periods = {(one["start"], one["end"]) for one in told}
    if len(periods) != 1:
        raise InputError("the training charts are not there, or of several periods: install the program anew")
    start, end = map(date.fromisoformat, periods.pop())
    charts = (
        TrainingChart(one["patient"], tuple(json.dumps(held).encode() for held in one["resources"]))
        for one in told
    )
    return Period(start, end), tuple(sorted(charts, key=lambda chart: chart.patient))


def training_cycle(
    services: Services, period: Period, charts: Sequence[TrainingChart], *, now: datetime
) -> Cycle:
    """The cycle of the training charts as this program and its knowledge decide them; made where there is
    none yet.
    """
    with services.store.writing() as session:
        clinic = cohorts.register_clinic(session, CLINIC, cohorts.TRAINING, group=None, now=now)
        held = cohorts.cycles(session, training=True)
        stamps = {one.id: cohorts.stamps_of(session, one.id) for one in held}
        whole = {one.id for one in held if _abstracted(session, one.id) >= len(charts)}
    for one in held:
        if one.program == __version__ and stamps[one.id] == _stamps(services) and one.id in whole:
            return one
    question = Question(period, period.end, _ZONE, "A", 180, __version__)
    number = open_cycle(services, clinic, question)
    for chart in charts:
        _keep(services, number, chart, question, now=now)
    with services.store.reading() as session:
        made = cohorts.cycle(session, number)
    if made is None:
        raise InputError("the training charts could not be kept; try again")
    return made


def _abstracted(session: Session, cycle_id: int) -> int:
    """Fewer than all where the making was cut short."""
    return sum(one.abstract_id is not None for one in draws.frame(session, cycle_id))


def _stamps(services: Services) -> tuple[str, str, str]:
    library = services.library
    return " ".join(edition.id for edition in library.editions), library.value_sets, library.line_policy.id


def _keep(
    services: Services, cycle_id: int, chart: TrainingChart, question: Question, *, now: datetime
) -> None:
    with services.store.writing() as session:
        pull_id, patient_id = _pull(session, cycle_id, chart, now=now)
        pulled = raw.pulled_chart(session, cycle_id, patient_id)
    if pulled is None:
        raise InputError("the training charts could not be kept; try again")
    reading = Reading(services.value_sets, ZoneInfo(_ZONE), {})
    read, quarantined, repaired = services.read_chart(pulled, chart.patient, reading)
    abstract, clinicians = services.decide(read, services.library, question)
    with services.store.writing() as session:
        abstracts.append(
            session,
            abstract,
            cycle_id=cycle_id,
            patient_id=patient_id,
            pull_id=pull_id,
            input_digest=pulled.digest,
            clinicians=clinicians,
            quarantined=quarantined,
            repaired=repaired,
            now=now,
        )


def _pull(session: Session, cycle_id: int, chart: TrainingChart, *, now: datetime) -> tuple[int, int]:
    cycle = cohorts.cycle(session, cycle_id)
    if cycle is None:
        raise InputError("the training charts could not be kept; try again")
    (patient_id,) = cohorts.add_patients(session, cycle.clinic_id, [chart.patient], now=now)
    held = Counter(json.loads(body)["resourceType"] for body in chart.resources)
    pull_id = raw.keep_pull(
        session,
        cycle_id=cycle_id,
        patient_id=patient_id,
        copies=[RawCopy(body, "training") for body in chart.resources],
        answers=[
            Completeness(kind, Seen.COMPLETE if held[kind] else Seen.EMPTY, held[kind], None)
            for kind in TYPES_READ
        ],
        foreign=0,
        now=now,
    )
    return pull_id, patient_id
