"""What is read of the seats of an audit: a page of them, a reader's own, how far all have come."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, and_, func, text
from sqlalchemy import select as columns
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, col, select

from abstractor.errors import SeatRefused
from abstractor.store.account_tables import AccountRow
from abstractor.store.auditing.seat_values import (
    AuditProgress,
    MayRead,
    ReaderLoad,
    SeatCount,
    SeatOrder,
    SeatsPage,
    SeatView,
)
from abstractor.store.auditing.seats import OPEN, ran_out, value_of
from abstractor.store.auditing.stuck import stuck, stuck_seats
from abstractor.store.auditing.tables import AuditChartRow, AuditReaderRow, ChartAuditRow, SeatRow
from abstractor.store.auditing.values import ADJUDICATION, AuditPurpose, AuditState, SeatState
from abstractor.store.rows import kept
from abstractor.store.tables import CycleRow

__all__ = ["ChartOf", "chart_of", "of_reader", "page", "progress"]

_MOST_STUCK = 50
_UNREAD = tuple(state.value for state in SeatState if state is not SeatState.DONE)


@dataclass(frozen=True, slots=True)
class ChartOf:
    """Whose chart a seat is of, and in which cycle: for the trail."""

    patient_id: int
    cycle_id: int


def chart_of(session: Session, audit_chart_id: int) -> ChartOf:
    patient_id, cycle_id = session.exec(
        select(AuditChartRow.patient_id, ChartAuditRow.cycle_id)
        .join(ChartAuditRow, col(ChartAuditRow.id) == AuditChartRow.audit_id)
        .where(AuditChartRow.id == audit_chart_id)
    ).one()
    return ChartOf(patient_id, cycle_id)


def of_reader(session: Session, account_id: int, *, now: datetime) -> tuple[SeatView, ...]:
    """In work in open audits: the lease that ends first, first; held ones last."""
    mine = and_(
        col(SeatRow.account_id) == account_id,
        col(SeatRow.state).in_(OPEN),
        col(SeatRow.audit_id).in_(
            select(ChartAuditRow.id).where(ChartAuditRow.state == AuditState.OPEN).scalar_subquery()
        ),
    )
    rows = session.exec(
        select(SeatRow).where(mine).order_by(col(SeatRow.lease_until).is_(None), col(SeatRow.lease_until))
    ).all()
    return _views(session, rows, now=now)


def page(
    session: Session,
    audit_id: int,
    *,
    number: int,
    size: int,
    order: SeatOrder,
    state: SeatState | None,
    now: datetime,
    blind: int | None = None,
) -> SeatsPage:
    """`blind`: an account that must not see how the other reader judged; then of reviews alone, and without
    the name of whoever reads the other seat of a chart of theirs.
    """
    which = [col(SeatRow.audit_id) == audit_id, *_kinds(reviews_alone=blind is not None)]
    if state is not None:
        which.append(col(SeatRow.state) == state)
    first: Mapped[Any] = col(SeatRow.place)
    if order is SeatOrder.LONGEST:
        which.append(col(SeatRow.state).in_(OPEN))
        first = col(SeatRow.changed_at)
    total = session.exec(select(func.count()).select_from(SeatRow).where(*which)).one()
    pages = max(1, -(-total // size))
    at = min(max(number, 1), pages)
    rows = session.exec(
        select(SeatRow).where(*which).order_by(first, col(SeatRow.id)).offset((at - 1) * size).limit(size)
    ).all()
    views = _views(session, rows, now=now)
    if blind is not None:
        views = tuple(_without_names(session, views, blind))
    return SeatsPage(views, total=total, page=at, pages=pages)


def progress(
    session: Session,
    audit_id: int,
    *,
    now: datetime,
    reviews_alone: bool = False,
    able: MayRead | None = None,
) -> AuditProgress:
    """`reviews_alone`: an adjudication more would tell a reviewer that the other one differs. `able`: by it
    what nobody may read is told; null: by which accounts are disabled alone.
    """
    audit = session.get(ChartAuditRow, audit_id)
    if audit is None:
        raise SeatRefused("there is no such audit; open the list of audits for another")
    kinds = _kinds(reviews_alone=reviews_alone)
    counted = _counted(session, audit_id, kinds)
    states: Counter[tuple[int, str]] = Counter()
    for row in counted:
        states[row.number, row.state] += row.seats
    late = _late(session, audit_id, kinds, now=now)
    seats = states.total()
    done = sum(number for (_, state), number in states.items() if state == SeatState.DONE)
    no_longer = stuck(session, audit_id, *kinds, able=able) if audit.state == AuditState.OPEN else 0
    settled = states[ADJUDICATION, SeatState.DONE.value]
    differ = sum(number for (seat, _), number in states.items() if seat == ADJUDICATION)
    return AuditProgress(
        seats=seats,
        done=done,
        by_state=tuple(
            SeatCount(number, SeatState(state), seats) for (number, state), seats in sorted(states.items())
        ),
        readers=_readers(session, audit_id, counted, late),
        due_on=audit.due_on,
        ran_out=late.total(),
        overdue=seats - done if _is_overdue(session, audit, now=now) else 0,
        to_settle=None if reviews_alone else differ - settled,
        settled=None if reviews_alone else settled,
        agreed=None if reviews_alone else _read_twice(session, audit_id, states) - differ,
        skipped=_passed_over(session, audit_id, kinds),
        stuck=no_longer,
        stuck_seats=stuck_seats(session, audit_id, *kinds, able=able, most=_MOST_STUCK) if no_longer else (),
    )


def _kinds(*, reviews_alone: bool) -> "list[ColumnElement[bool]]":
    """Told as what they are not: by a range of numbers SQLite would go, and read every seat to order them."""
    return [col(SeatRow.number) != ADJUDICATION] if reviews_alone else []


def _counted(
    session: Session, audit_id: int, kinds: "list[ColumnElement[bool]]"
) -> "Sequence[Row[int, str, int | None, int]]":
    """How many seats by number, state and reader: read from an index alone, however many there are."""
    by = (col(SeatRow.number), col(SeatRow.state), col(SeatRow.account_id))
    counting = columns(*by, func.count().label("seats"))
    return (
        session.connection()
        .execute(counting.where(col(SeatRow.audit_id) == audit_id, *kinds).group_by(*by))
        .all()
    )


def _late(
    session: Session, audit_id: int, kinds: "list[ColumnElement[bool]]", *, now: datetime
) -> Counter[int]:
    """Claims whose lease ran out, by reader."""
    claimed = (SeatRow.audit_id == audit_id, SeatRow.state == SeatState.CLAIMED)
    ran = select(SeatRow.account_id).where(*claimed, *kinds, col(SeatRow.lease_until) < now)
    return Counter(kept(account) for account in session.exec(ran))


def _passed_over(session: Session, audit_id: int, kinds: "list[ColumnElement[bool]]") -> int:
    """Free seats that somebody skipped."""
    some = text("skips > 0")  # as its index says it
    skipped = (SeatRow.audit_id == audit_id, SeatRow.state == SeatState.FREE, some)
    return session.exec(select(func.count()).select_from(SeatRow).where(*skipped, *kinds)).one()


def _readers(
    session: Session, audit_id: int, counted: "Iterable[Row[int, str, int | None, int]]", late: Counter[int]
) -> tuple[ReaderLoad, ...]:
    """Who may read, or has read, by name."""
    by_reader: dict[int, Counter[str]] = {}
    for row in counted:
        if row.account_id is not None:
            held = by_reader.setdefault(row.account_id, Counter())
            held[row.state] += row.seats
    members = select(AuditReaderRow.account_id).where(AuditReaderRow.audit_id == audit_id)
    names = _names(session, {*by_reader, *session.exec(members)})
    loads = ((number, name, by_reader.get(number, Counter())) for number, name in names.items())
    return tuple(
        ReaderLoad(
            account_id=number,
            name=name,
            claimed=held[SeatState.CLAIMED.value],
            held=held[SeatState.HELD.value],
            done=held[SeatState.DONE.value],
            ran_out=late[number],
        )
        for number, name, held in sorted(loads, key=lambda each: each[1])
    )


def _read_twice(session: Session, audit_id: int, states: Mapping[tuple[int, str], int]) -> int:
    """Charts of which both reviews are locked: of the second ones that are, all but those whose first is not.

    Looked at from the side that has fewer.
    """
    second = states.get((2, SeatState.DONE.value), 0)
    open_first = sum(number for (seat, state), number in states.items() if seat == 1 and state in _UNREAD)
    if second <= open_first:
        return _pairs(session, audit_id, 2, [SeatState.DONE], SeatState.DONE)
    return second - _pairs(session, audit_id, 1, _UNREAD, SeatState.DONE)


def _pairs(session: Session, audit_id: int, number: int, states: Iterable[str], other: SeatState) -> int:
    """Charts whose review of that number is in one of `states`, and the other one in `other`."""
    beside = aliased(SeatRow)
    found = select(func.count()).select_from(SeatRow)
    found = found.join(
        beside,
        and_(col(beside.audit_chart_id) == SeatRow.audit_chart_id, col(beside.number) == 3 - number),
    )
    these = (SeatRow.audit_id == audit_id, SeatRow.number == number, col(SeatRow.state).in_(states))
    return session.exec(found.where(*these, beside.state == other)).one()


def _views(session: Session, rows: Sequence[SeatRow], *, now: datetime) -> tuple[SeatView, ...]:
    charts = {row.audit_chart_id for row in rows}
    coded = select(AuditChartRow.id, AuditChartRow.code).where(col(AuditChartRow.id).in_(charts))
    codes = dict(session.exec(coded).all())
    audits = {number: session.get_one(ChartAuditRow, number) for number in {row.audit_id for row in rows}}
    overdue = {number: _is_overdue(session, audit, now=now) for number, audit in audits.items()}
    names = _names(session, {row.account_id for row in rows if row.account_id is not None})
    return tuple(
        SeatView(
            seat=value_of(row),
            code=codes[row.audit_chart_id],
            audit=audits[row.audit_id].title,
            purpose=AuditPurpose(audits[row.audit_id].purpose),
            due_on=audits[row.audit_id].due_on,
            reader=None if row.account_id is None else names[row.account_id],
            ran_out=ran_out(row, now=now),
            overdue=overdue[row.audit_id] and row.state != SeatState.DONE,
        )
        for row in rows
    )


def _without_names(session: Session, views: Sequence[SeatView], account_id: int) -> Iterator[SeatView]:
    """Of charts of which this account has a seat, who has the other."""
    charts = {view.seat.chart_id for view in views}
    theirs = set(
        session.exec(
            select(SeatRow.audit_chart_id).where(
                SeatRow.account_id == account_id, col(SeatRow.audit_chart_id).in_(charts)
            )
        )
    )
    for view in views:
        other = view.seat.account_id not in (None, account_id) and view.seat.chart_id in theirs
        yield replace(view, reader=None, unnamed=True) if other else view


def _is_overdue(session: Session, audit: ChartAuditRow, *, now: datetime) -> bool:
    """By the site's own day."""
    if audit.due_on is None:
        return False
    zone = session.exec(select(CycleRow.timezone).where(CycleRow.id == audit.cycle_id)).one()
    return now.astimezone(ZoneInfo(zone)).date() > audit.due_on


def _names(session: Session, accounts: set[int]) -> dict[int, str]:
    rows = session.exec(select(AccountRow.id, AccountRow.name).where(col(AccountRow.id).in_(accounts)))
    return {kept(number): name for number, name in rows}
