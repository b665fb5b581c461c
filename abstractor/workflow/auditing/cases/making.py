"""Overruled verdicts of an audit as case files: settled by readers, taken from the chart, and disguised.

Dates are moved until the program says of the disguised chart what it said of the real one, for guidelines
change from one day to the next. Where no move does, the verdict hangs on words or days: no case is made.
"""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from abstractor.errors import StoreError
from abstractor.fhir.records import Reading
from abstractor.store import cohorts, raw
from abstractor.store.auditing import agreeing, draws, reviews
from abstractor.store.auditing.values import DrawnChart, Rating
from abstractor.store.values import Account, Action, Cycle
from abstractor.workflow.acting import By
from abstractor.workflow.auditing.agreeing import Unit, rated_units
from abstractor.workflow.auditing.answers import NO_FINDING
from abstractor.workflow.auditing.cases.deciding import says_now
from abstractor.workflow.auditing.cases.disguise import disguised, moved, no_older
from abstractor.workflow.auditing.cases.file import Asked, OverturnedCase
from abstractor.workflow.auditing.items import MISSED, ItemKind
from abstractor.workflow.auditing.leading import led, trace
from abstractor.workflow.services import Services

__all__ = ["Left", "Made", "cases_of"]

_NEAREST, _FURTHEST, _TRIES = 20, 180, 60  # days, and moves


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


def cases_of(
    services: Services, audit_id: int, *, lead: Account | By, now: datetime
) -> Iterator[Made | Left]:
    """Of everything that readers settled otherwise than the program, chart by chart in the order of the draw.
    The trail says that charts left the house, disguised.
    """
    with services.store.writing() as session:
        audit, _ = led(session, audit_id, lead)
        cycle = cohorts.cycle(session, audit.cycle_id)
        charts = draws.drawn_charts(session, audit_id)
        found = overruled(reviews.ratings(session, audit_id), agreeing.locks(session, audit_id))
        trace(session, Action.CHARTS_EXPORTED, audit, f"as=cases items={len(found)}", lead=lead, now=now)
    if cycle is None:
        raise StoreError(f"there is no cycle {audit.cycle_id}")
    by_chart: dict[int, list[Overruled]] = {}
    for one in found:
        by_chart.setdefault(one.unit.chart_id, []).append(one)
    for chart in charts:
        if chart.id in by_chart:
            yield from _of_chart(services, cycle, chart, by_chart[chart.id])


def overruled(ratings: Iterable[Rating], locked: dict[int, datetime]) -> tuple[Overruled, ...]:
    """The settled items in which the program is not confirmed, each with the reason that a reader gave."""
    found = []
    for unit, several in rated_units(ratings, locked):
        said = None if unit.settled == NO_FINDING else unit.settled
        if said == unit.program or unit.settled is None:
            continue
        reason = next((one.reason for one in reversed(several) if one.rating == unit.settled), None)
        found.append(Overruled(unit, several[0].item, several[0].line, reason))
    return tuple(found)


def _of_chart(
    services: Services, cycle: Cycle, drawn: DrawnChart, found: Iterable[Overruled]
) -> Iterator[Made | Left]:
    with services.store.reading() as session:
        pulled = raw.pulled_chart(session, cycle.id, drawn.patient_id)
        patient = cohorts.patient_reference(session, drawn.patient_id)
    for one in found:
        if pulled is None or patient is None:
            yield Left(drawn.code, one.item, "its records are not kept any more")
            continue
        if one.unit.kind == ItemKind.LINE:
            yield Left(
                drawn.code, one.item, "what is right of a line stands in a reader's words: write it by hand"
            )
            continue
        reading = Reading(services.value_sets, ZoneInfo(cycle.timezone), services.overrides)
        chart, _, _ = services.read_chart(pulled, patient, reading)
        about = f"{one.unit.heading}:{one.line}" if one.line else one.unit.heading
        item = f"{MISSED}:{about}" if one.unit.kind == MISSED else one.item
        case = OverturnedCase(
            item=item,
            program_said=one.unit.program,
            expected=None if one.unit.settled == NO_FINDING else one.unit.settled,
            reason=one.reason,
            program=cycle.program,
            editions=tuple(edition.id for edition in services.library.editions),
            value_sets=services.library.value_sets,
            asked=_asked(cycle),
            chart=no_older(disguised(chart), cycle.as_of),
        )
        yield _moved(services, drawn.code, one.item, case)


def _moved(services: Services, code: str, item: str, case: OverturnedCase) -> Made | Left:
    """By a random number of days under which the program says the same."""
    if says_now(case, services.library, services.decide) != case.program_said:
        return Left(code, item, "it hangs on words, or the program says otherwise today: write it by hand")
    by_hand = [days for days in range(-_FURTHEST, _FURTHEST + 1) if abs(days) >= _NEAREST]
    for days in secrets.SystemRandom().sample(by_hand, _TRIES):
        there = replace(case, asked=moved(case.asked, days), chart=moved(case.chart, days))
        if says_now(there, services.library, services.decide) == case.program_said:
            return Made(code, there)
    return Left(code, item, "it hangs on the very day of a guideline: write it by hand")


def _asked(cycle: Cycle) -> Asked:
    return Asked(
        start=cycle.period.start,
        end=cycle.period.end,
        as_of=cycle.as_of,
        timezone=cycle.timezone,
        definition=cycle.definition,
        gap_days=cycle.gap_days,
        cohort=cycle.cohort,
    )
