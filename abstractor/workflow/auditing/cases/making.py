"""Overruled verdicts of an audit as case files: settled by readers, taken from the chart, disguised, and put
into another time (`elsewhen`). Where the verdict hangs on words or days, no case is made.
"""

import hmac
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from abstractor.chart import Chart
from abstractor.errors import StoreError
from abstractor.export.disclosing import StudyKey, shift_of
from abstractor.export.subjects import Who
from abstractor.fhir.records import Reading
from abstractor.store import cohorts, raw, sealed
from abstractor.store.auditing import case_shifts, draws, reviews
from abstractor.store.auditing.values import DrawnChart, Rating
from abstractor.store.database import Session
from abstractor.store.date_keys import date_key
from abstractor.store.values import Account, Action, Cycle
from abstractor.workflow.acting import By
from abstractor.workflow.auditing.agreeing import Unit, rated_units
from abstractor.workflow.auditing.answers import NO_FINDING
from abstractor.workflow.auditing.cases.deciding import answers_of
from abstractor.workflow.auditing.cases.disguise import disguised, no_older
from abstractor.workflow.auditing.cases.elsewhen import another_time
from abstractor.workflow.auditing.cases.file import Asked, OverturnedCase
from abstractor.workflow.auditing.items import MISSED, ItemKind
from abstractor.workflow.auditing.leading import led, trace
from abstractor.workflow.services import Services

__all__ = ["Left", "Made", "cases_of"]

_PURPOSE = b"abstractor cases"


@dataclass(frozen=True, slots=True)
class Made:
    """`code` is the chart's name in the audit."""

    code: str
    case: OverturnedCase


@dataclass(frozen=True, slots=True)
class Left:
    """No case was made of it, and why."""

    code: str
    item: str
    why: str


@dataclass(frozen=True, slots=True)
class Overruled:
    unit: Unit
    item: str
    line: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class _Secrets:
    """What the charts of a clinic are moved by: in case files, and in exports."""

    seeds: bytes = field(repr=False)
    dates: StudyKey
    clinic: str

    def seed(self, patient: str) -> str:
        return hmac.digest(self.seeds, patient.encode(), "sha256").hex()

    def exported(self, patient: str) -> int:
        return shift_of(Who(self.clinic, patient), self.dates).days


def cases_of(
    services: Services,
    audit_id: int,
    *,
    lead: Account | By,
    now: datetime,
    told: Callable[[int, int], None] | None = None,
) -> Iterator[Made | Left]:
    """Of everything that readers settled otherwise than the program, chart by chart in the order of the draw.
    The trail says that charts left the house, disguised. `told` hears before each chart: so many of so many
    are done.
    """
    with services.store.writing() as session:
        audit, _ = led(session, audit_id, lead)
        cycle = cohorts.cycle(session, audit.cycle_id)
        charts = draws.drawn_charts(session, audit_id)
        found = overruled(reviews.ratings(session, audit_id))
        clinic = cohorts.clinic_of_cycle(session, audit.cycle_id).base_url
        secrets = _Secrets(_secret(session), StudyKey(date_key(session)), clinic)
        trace(session, Action.CHARTS_EXPORTED, audit, f"as=cases items={len(found)}", lead=lead, now=now)
    if cycle is None:
        raise StoreError(f"there is no cycle {audit.cycle_id}")
    by_chart: dict[int, list[Overruled]] = {}
    for one in found:
        by_chart.setdefault(one.unit.chart_id, []).append(one)
    for done, chart in enumerate([chart for chart in charts if chart.id in by_chart]):
        if told is not None:
            told(done, len(by_chart))
        yield from _of_chart(services, cycle, chart, by_chart[chart.id], secrets)


def overruled(ratings: Iterable[Rating]) -> tuple[Overruled, ...]:
    """The settled items in which the program is not confirmed, each with the reason that a reader gave."""
    found = []
    for unit, several in rated_units(ratings):
        said = None if unit.settled == NO_FINDING else unit.settled
        if said == unit.program or unit.settled is None:
            continue
        reason = next((one.reason for one in reversed(several) if one.rating == unit.settled), None)
        found.append(Overruled(unit, several[0].item, several[0].line, reason))
    return tuple(found)


def _of_chart(
    services: Services, cycle: Cycle, drawn: DrawnChart, found: Sequence[Overruled], secrets: _Secrets
) -> Iterator[Made | Left]:
    with services.store.reading() as session:
        pulled = raw.pulled_chart(session, cycle.id, drawn.patient_id)
        patient = cohorts.patient_reference(session, drawn.patient_id)
        number = case_shifts.kept_under(session, drawn.patient_id)
        shift = case_shifts.shift_of(session, number)
    lines = [one for one in found if one.unit.kind == ItemKind.LINE]
    others = [one for one in found if one.unit.kind != ItemKind.LINE]
    if pulled is None or patient is None:
        for one in found:
            yield Left(drawn.code, one.item, "its records are not kept any more")
        return
    for one in lines:
        yield Left(
            drawn.code, one.item, "what is right of a line stands in a reader's words: write it by hand"
        )
    reading = Reading(services.value_sets, ZoneInfo(cycle.timezone), services.overrides)
    read, _, _ = services.read_chart(pulled, patient, reading)
    chart = no_older(disguised(read), cycle.as_of)
    answers = answers_of(services.library, services.decide, cycle.program)
    now = answers(chart, _asked(cycle))
    cases: list[tuple[str, OverturnedCase]] = []
    for one in others:
        case = _case(services, cycle, one, chart)
        if now.verdict(case) == case.program_said:
            cases.append((one.item, case))
        else:
            yield Left(
                drawn.code,
                one.item,
                "it hangs on words, or the program says otherwise today: write it by hand",
            )
    if cases:
        placed = another_time(
            [case for _, case in cases],
            answers,
            seed=secrets.seed(patient),
            before=shift,
            exported=secrets.exported(patient),
        )
        with services.store.writing() as session:
            case_shifts.keep_shift(session, number, placed.shift, before=shift)
        for (item, _), kept in zip(cases, placed.cases, strict=True):
            yield Left(drawn.code, item, kept) if isinstance(kept, str) else Made(drawn.code, kept)


def _case(services: Services, cycle: Cycle, one: Overruled, chart: Chart) -> OverturnedCase:
    about = f"{one.unit.heading}:{one.line}" if one.line else one.unit.heading
    return OverturnedCase(
        item=f"{MISSED}:{about}" if one.unit.kind == MISSED else one.item,
        program_said=one.unit.program,
        expected=None if one.unit.settled == NO_FINDING else one.unit.settled,
        reason=one.reason,
        program=cycle.program,
        editions=tuple(edition.id for edition in services.library.editions),
        value_sets=services.library.value_sets,
        asked=_asked(cycle),
        chart=chart,
    )


def _secret(session: Session) -> bytes:
    """What the first shift of a chart is drawn with; from then on it is kept (`case_shifts`)."""
    key_id = sealed.Sealing(session).key_id
    secret = sealed.derived(session, key_id, _PURPOSE)
    if secret is None:
        raise StoreError(f"the data key {key_id} is missing")
    return secret


def _asked(cycle: Cycle) -> Asked:
    """Without the zone: the days of the chart are days already."""
    return Asked(
        start=cycle.period.start,
        end=cycle.period.end,
        as_of=cycle.as_of,
        timezone="UTC",
        definition=cycle.definition,
        gap_days=cycle.gap_days,
        cohort=cycle.cohort,
    )
