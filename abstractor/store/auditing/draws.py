"""The frame of a cycle, of which charts are drawn, and the log of a draw.

A few statements each, however many charts a cycle has.
"""

from collections.abc import Sequence

from sqlalchemy import Select, func
from sqlalchemy import select as columns
from sqlmodel import Session, col

from abstractor.abstract import SEVERITIES, Severity, Verdict
from abstractor.store.auditing.conflicts import carry_over
from abstractor.store.auditing.tables import AuditChartRow, LeftOutRow
from abstractor.store.auditing.values import DrawnChart, FramedChart, LeftOut, Pick, Why
from abstractor.store.rows import add_all, kept
from abstractor.store.tables import AbstractRow, LineClinicianRow, PullRow, QueueItemRow, WorkRow

__all__ = ["charts_of", "digests_of", "drawn_charts", "frame", "keep_draw", "left_out"]

_AT_ONCE = 20_000

_Given = tuple[str | None, str | None]


def charts_of(session: Session, cycle_id: int) -> frozenset[int]:
    """The patients of a cycle: whose chart was to be pulled, was pulled or abstracted in it."""
    rows = (
        columns(col(row.patient_id)).where(col(row.cycle_id) == cycle_id)
        for row in (WorkRow, PullRow, AbstractRow)
    )
    first, *others = rows
    return frozenset(session.connection().scalars(first.union(*others)))


def frame(session: Session, cycle_id: int) -> tuple[FramedChart, ...]:
    """Every chart of the cycle by its latest abstract, by patient."""
    charts = {number: FramedChart(number) for number in sorted(charts_of(session, cycle_id))}
    given = _given_latest(session, cycle_id)
    ranks = _ranks(session, cycle_id)
    rows = session.connection().execute(
        columns(
            col(AbstractRow.id),
            col(AbstractRow.patient_id),
            col(AbstractRow.input_digest),
            col(AbstractRow.verdict),
            col(AbstractRow.flagged),
        ).where(col(AbstractRow.id).in_(_latest(cycle_id)))
    )
    for abstract_id, patient_id, digest, verdict, flagged in rows:
        site, clinician = given.get(kept(abstract_id), (None, None))
        charts[patient_id] = FramedChart(
            patient_id=patient_id,
            abstract_id=abstract_id,
            input_digest=digest,
            verdict=Verdict(verdict),
            flagged=flagged,
            severity=ranks.get(patient_id) if flagged else None,
            site=site,
            clinician=clinician,
        )
    return tuple(charts.values())


def keep_draw(
    session: Session, audit_id: int, picks: Sequence[Pick], left_out: Sequence[LeftOut]
) -> tuple[DrawnChart, ...]:
    """The draw, appended: what is drawn with its abstract, what is left out with its reason. Conflicts of
    interest with its patients hold for its charts.
    """
    for at in range(0, len(picks), _AT_ONCE):
        rows = [_picked(audit_id, one) for one in picks[at : at + _AT_ONCE]]
        add_all(session, AuditChartRow, rows)
    for at in range(0, len(left_out), _AT_ONCE):
        rows = [_left_out(audit_id, one) for one in left_out[at : at + _AT_ONCE]]
        add_all(session, LeftOutRow, rows)
    carry_over(session, audit_id)
    return drawn_charts(session, audit_id)


def drawn_charts(session: Session, audit_id: int) -> tuple[DrawnChart, ...]:
    """By place."""
    rows = session.connection().execute(
        columns(
            col(AuditChartRow.id),
            col(AuditChartRow.patient_id),
            col(AuditChartRow.abstract_id),
            col(AuditChartRow.code),
            col(AuditChartRow.stratum),
            col(AuditChartRow.place),
            col(AuditChartRow.readers),
        )
        .where(col(AuditChartRow.audit_id) == audit_id)
        .order_by(col(AuditChartRow.place))
    )
    return tuple(
        DrawnChart(kept(number), audit_id, patient_id, abstract_id, code, stratum, place, readers)
        for number, patient_id, abstract_id, code, stratum, place, readers in rows
    )


def left_out(session: Session, audit_id: int) -> tuple[LeftOut, ...]:
    """By patient."""
    rows = session.connection().execute(
        columns(col(LeftOutRow.patient_id), col(LeftOutRow.why), col(LeftOutRow.stratum))
        .where(col(LeftOutRow.audit_id) == audit_id)
        .order_by(col(LeftOutRow.patient_id))
    )
    return tuple(LeftOut(patient_id, Why(why), stratum) for patient_id, why, stratum in rows)


def digests_of(session: Session, audit_id: int) -> dict[int, str]:
    """What the abstracts that were drawn had been decided on, by patient."""
    rows = session.connection().execute(
        columns(col(AuditChartRow.patient_id), col(AbstractRow.input_digest))
        .join(AbstractRow, col(AbstractRow.id) == col(AuditChartRow.abstract_id))
        .where(col(AuditChartRow.audit_id) == audit_id)
    )
    return {patient_id: digest for patient_id, digest in rows}


def _picked(audit_id: int, one: Pick) -> dict[str, object]:
    return {
        "audit_id": audit_id,
        "patient_id": one.patient_id,
        "abstract_id": one.abstract_id,
        "code": one.code,
        "stratum": one.stratum,
        "place": one.place,
        "readers": one.readers,
    }


def _left_out(audit_id: int, one: LeftOut) -> dict[str, object]:
    return {
        "audit_id": audit_id,
        "patient_id": one.patient_id,
        "why": one.why.value,
        "stratum": one.stratum,
    }


def _latest(cycle_id: int) -> Select[int | None]:
    return (
        columns(func.max(col(AbstractRow.id)))
        .where(col(AbstractRow.cycle_id) == cycle_id)
        .group_by(col(AbstractRow.patient_id))
    )


def _given_latest(session: Session, cycle_id: int) -> dict[int, _Given]:
    """Where and by whom the latest line was given, by abstract: the last palliative one, else the last."""
    row = LineClinicianRow
    rows = session.connection().execute(
        columns(col(row.abstract_id), col(row.setting), col(row.number), col(row.site), col(row.clinician))
        .where(col(row.abstract_id).in_(_latest(cycle_id)))
        .order_by(col(row.abstract_id), col(row.setting) == "palliative", col(row.setting), col(row.number))
    )
    return {abstract_id: (site, clinician) for abstract_id, _, _, site, clinician in rows}


def _ranks(session: Session, cycle_id: int) -> dict[int, Severity]:
    rows = session.connection().execute(
        columns(col(QueueItemRow.patient_id), col(QueueItemRow.rank)).where(
            col(QueueItemRow.cycle_id) == cycle_id, col(QueueItemRow.rank) < len(SEVERITIES)
        )
    )
    return {patient_id: SEVERITIES[rank] for patient_id, rank in rows}
