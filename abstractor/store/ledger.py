"""The completeness ledger: what was asked of a clinic and what it said, beside each pull, never changed."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from abstractor.store.connection_tables import LedgerRow, LiveRow
from abstractor.store.connection_values import LedgerEntry, LedgerReason
from abstractor.store.rows import add_all
from abstractor.store.tables import PullRow

__all__ = [
    "append",
    "asked_as",
    "counts_of_cycle",
    "counts_of_run",
    "entries_of_chart",
    "entries_of_pull",
    "reasons_of_run",
    "types_of_nobody",
]

_WHOLE = ("answered", "empty")
Counts = tuple[tuple[str, str, int], ...]


def append(session: Session, pull_id: int, entries: Sequence[LedgerEntry]) -> None:
    add_all(
        session,
        LedgerRow,
        [
            {
                "pull_id": pull_id,
                "type": entry.type,
                "since": entry.since,
                "until": entry.until,
                "said": str(entry.said),
                "count": entry.count,
                "total": entry.total,
                "asked": entry.asked,
                "detail": entry.detail,
            }
            for entry in entries
        ],
    )


def entries_of_pull(session: Session, pull_id: int) -> tuple[LedgerEntry, ...]:
    """In the order in which they were written."""
    rows = session.exec(select(LedgerRow).where(LedgerRow.pull_id == pull_id).order_by(col(LedgerRow.id)))
    return tuple(_entry(row) for row in rows)


def asked_as(session: Session, run_id: int, patient_ids: Sequence[int], asked: str) -> set[int]:
    """Those of the patients of whom something was asked in that way in that run."""
    rows = session.exec(
        select(PullRow.patient_id)
        .join(LedgerRow, col(LedgerRow.pull_id) == PullRow.id)
        .where(PullRow.run_id == run_id, col(PullRow.patient_id).in_(patient_ids), LedgerRow.asked == asked)
        .distinct()
    )
    return set(rows)


def entries_of_chart(session: Session, cycle_id: int, patient_id: int) -> tuple[LedgerEntry, ...]:
    rows = session.exec(
        select(LedgerRow)
        .join(PullRow, col(PullRow.id) == LedgerRow.pull_id)
        .where(PullRow.cycle_id == cycle_id, PullRow.patient_id == patient_id)
        .order_by(col(LedgerRow.id))
    )
    return tuple(_entry(row) for row in rows)


def counts_of_cycle(session: Session, cycle_id: int) -> Counts:
    """(type, what was said, rows) over the pulls of a cycle."""
    return _counts(session, col(PullRow.cycle_id) == cycle_id)


def counts_of_run(session: Session, run_id: int) -> Counts:
    """(type, what was said, rows) over the pulls of a run."""
    return _counts(session, col(PullRow.run_id) == run_id)


def reasons_of_run(session: Session, run_id: int) -> tuple[LedgerReason, ...]:
    """What was not simply answered: alike searches of all charts as one, by type, the most charts first."""
    alike = (col(LedgerRow.type), col(LedgerRow.said), col(LedgerRow.asked), col(LedgerRow.detail))
    rows = session.connection().execute(
        columns(*alike, func.count(func.distinct(PullRow.patient_id)))
        .join(PullRow, col(PullRow.id) == col(LedgerRow.pull_id))
        .where(col(PullRow.run_id) == run_id, col(LedgerRow.said).not_in(_WHOLE))
        .group_by(*alike)
    )
    found = [LedgerReason(*row) for row in rows]
    return tuple(sorted(found, key=lambda one: (one.type, -one.charts, one.said, one.asked or "")))


def types_of_nobody(session: Session, run_id: int, *, least: int) -> tuple[tuple[str, int], ...]:
    """(type, patients) of which that many patients of a run, `least` or more, were told that there is none,
    and no patient of it has anything, from before either.
    """
    ours = col(PullRow.run_id) == run_id
    of_pull = col(PullRow.id) == col(LedgerRow.pull_id)
    told = session.exec(
        select(LedgerRow.type, func.count(func.distinct(PullRow.patient_id)))
        .join(PullRow, of_pull)
        .where(ours, col(LedgerRow.said).in_(_WHOLE))
        .group_by(LedgerRow.type)
        .having(func.count(func.distinct(PullRow.patient_id)) >= least)
    )
    came = select(LedgerRow.type).join(PullRow, of_pull).where(ours, col(LedgerRow.count) > 0).distinct()
    held = (
        select(LiveRow.type)
        .join(PullRow, col(PullRow.patient_id) == col(LiveRow.patient_id))
        .where(ours, col(LiveRow.gone_at).is_(None))
        .distinct()
    )
    there = {*session.exec(came), *session.exec(held)}
    return tuple(sorted((type_, patients) for type_, patients in told if type_ not in there))


def _counts(session: Session, which: ColumnElement[bool]) -> Counts:
    rows = session.exec(
        select(LedgerRow.type, LedgerRow.said, func.count())
        .join(PullRow, col(PullRow.id) == LedgerRow.pull_id)
        .where(which)
        .group_by(LedgerRow.type, LedgerRow.said)
    )
    return tuple(sorted((type_, said, number) for type_, said, number in rows))


def _entry(row: LedgerRow) -> LedgerEntry:
    return LedgerEntry(
        type=row.type,
        since=row.since,
        until=row.until,
        said=row.said,
        count=row.count,
        total=row.total,
        asked=row.asked,
        detail=row.detail,
    )
