"""How far a cycle has come, and what it amounts to."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, distinct, func, text
from sqlmodel import Session, col, select

from abstractor.abstract import Verdict
from abstractor.store.tables import AbstractRow, CycleRow, PullRow, QuarantineRow, WorkRow
from abstractor.store.values import Progress, Stage, Summary, WorkKind, WorkState

__all__ = ["of_run", "progress", "quarantined", "summary"]

Errors = tuple[tuple[str, int], ...]


def progress(session: Session, cycle_id: int) -> Progress:
    this = col(WorkRow.cycle_id) == cycle_id
    counts = _counts(session, this)
    return Progress(
        pulls=_stage(counts, WorkKind.PULL),
        abstracts=_stage(counts, WorkKind.ABSTRACT),
        errors=_errors(session, this),
    )


def of_run(session: Session, run_id: int) -> tuple[Stage, Errors]:
    """How far the pulls of a round have come, and (code, rows) of those that failed for good."""
    this = col(WorkRow.run_id) == run_id
    return _stage(_counts(session, this), WorkKind.PULL), _errors(session, this)


def _counts(session: Session, which: ColumnElement[bool]) -> dict[tuple[str, str], int]:
    rows = session.exec(
        select(WorkRow.kind, WorkRow.state, func.count()).where(which).group_by(WorkRow.kind, WorkRow.state)
    )
    return {(kind, state): number for kind, state, number in rows}


def _errors(session: Session, which: ColumnElement[bool]) -> Errors:
    errors = session.exec(
        select(WorkRow.error_code, func.count())
        # Of every kind: told so that the index by kind and state is gone by, which has the few that failed.
        .where(which, col(WorkRow.kind).in_(WorkKind), WorkRow.state == WorkState.FAILED)
        .group_by(col(WorkRow.error_code))
    )
    return tuple(sorted((code or "unknown", number) for code, number in errors))


def _stage(counts: dict[tuple[str, str], int], kind: WorkKind) -> Stage:
    return Stage(
        waiting=counts.get((kind, WorkState.WAITING), 0),
        leased=counts.get((kind, WorkState.LEASED), 0),
        done=counts.get((kind, WorkState.DONE), 0),
        failed=counts.get((kind, WorkState.FAILED), 0),
    )


def summary(session: Session, cycle_id: int, *, now: datetime) -> Summary:
    """The contract's counts. `seconds` runs from the opening to the last work that ended (now, before any
    did).
    """
    cycle = session.get_one(CycleRow, cycle_id)
    patients = session.exec(
        select(func.count()).where(WorkRow.cycle_id == cycle_id, WorkRow.kind == WorkKind.PULL)
    ).one()
    counts = _charts(session, cycle_id)
    ended = session.exec(select(func.max(col(WorkRow.ended_at))).where(WorkRow.cycle_id == cycle_id)).one()
    verdicts = {verdict: sum(n for (v, _), n in counts.items() if v == verdict) for verdict in Verdict}
    return Summary(
        patients=patients,
        included=verdicts[Verdict.INCLUDED],
        review=verdicts[Verdict.REVIEW],
        excluded=verdicts[Verdict.EXCLUDED],
        flagged=sum(number for (_, flagged), number in counts.items() if flagged),
        quarantined=quarantined(session, cycle_id),
        seconds=round(((ended or now) - cycle.opened_at).total_seconds(), 3),
    )


def _charts(session: Session, cycle_id: int) -> Counter[tuple[str, bool]]:
    """How many charts of each (verdict, flagged), by their latest abstract.

    All abstracts are counted from an index; those that a later one replaced, few or none, are looked for only
    where a chart has more than one.
    """
    this = AbstractRow.cycle_id == cycle_id
    every = select(AbstractRow.verdict, AbstractRow.flagged, func.count()).where(this)
    grouped = every.group_by(AbstractRow.verdict, col(AbstractRow.flagged))
    counts = _counted(session.exec(grouped).all())
    charts = session.exec(select(func.count(distinct(col(AbstractRow.patient_id)))).where(this)).one()
    if charts != counts.total():
        latest = select(func.max(col(AbstractRow.id))).where(this).group_by(col(AbstractRow.patient_id))
        counts -= _counted(session.exec(grouped.where(col(AbstractRow.id).not_in(latest))).all())
    return counts


def _counted(rows: Iterable[tuple[str, bool, int]]) -> Counter[tuple[str, bool]]:
    return Counter({(verdict, flagged): number for verdict, flagged, number in rows})


def quarantined(session: Session, cycle_id: int) -> int:
    """Resources that could not be read, each once however many charts it touches, refused and unlisted ones
    too.
    """
    places = (
        select(QuarantineRow.type, QuarantineRow.origin)
        .join(AbstractRow, col(AbstractRow.id) == QuarantineRow.abstract_id)
        .where(AbstractRow.cycle_id == cycle_id)
        .distinct()
        .subquery()
    )
    unread = session.exec(select(func.count()).select_from(places)).one()
    refused = select(func.sum(PullRow.foreign_count)).where(PullRow.cycle_id == cycle_id)
    foreign = session.exec(refused.where(text("foreign_count > 0"))).one()  # as its index says it
    return unread + (foreign or 0) + session.get_one(CycleRow, cycle_id).unlisted
