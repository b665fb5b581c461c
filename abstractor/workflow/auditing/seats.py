"""The queue of an audit: who reads which chart, and what becomes of it.

Each of these is one transaction, and the audit trail tells of it in the same one.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from abstractor.errors import SeatRefused
from abstractor.store import accounts, places, trail
from abstractor.store.auditing import audits, claiming, holding, seat_views
from abstractor.store.auditing.seat_values import AuditProgress, SeatOrder, SeatsPage, SeatView
from abstractor.store.auditing.seats import seat_by_id
from abstractor.store.auditing.values import ADJUDICATION, AuditState, Seat, SeatState
from abstractor.store.database import Session
from abstractor.store.values import Account, Action
from abstractor.workflow.access import Permission, may
from abstractor.workflow.auditing import seat_reasons as reasons
from abstractor.workflow.auditing.closed_pages import must_not_count
from abstractor.workflow.auditing.design import Design, design_from_json
from abstractor.workflow.auditing.giving_back import may_read
from abstractor.workflow.auditing.sharing import may_read_now, shared_among, waits_for
from abstractor.workflow.auditing.training.gating import require_calibrated
from abstractor.workflow.services import Services

__all__ = [
    "SeatOrder",
    "SeatState",
    "audit_progress",
    "claim",
    "claim_next",
    "declare_conflict",
    "hand_over",
    "hold",
    "lease_of",
    "my_seats",
    "release",
    "renew",
    "resume",
    "seats_page",
    "skip",
]

_LARGEST_PAGE = 200


def claim_next(services: Services, audit_id: int, reader: Account, now: datetime) -> Seat | None:
    """The next chart that this reader may have; None: there is none for them now."""
    with services.store.writing() as session:
        require_calibrated(session, audit_id, reader, now)
        design = _design(session, audit_id)
        until, among = _lease(design, now), shared_among(session, audit_id, design)
        seat = claiming.claim_next(session, audit_id, reader.id, among=among, now=now, until=until)
        if seat is None:
            return None
        _require_still(session, seat)
        return _told(session, seat, Action.SEAT_CLAIMED, reader, now)


def claim(services: Services, seat_id: int, reader: Account, now: datetime) -> Seat:
    with services.store.writing() as session:
        wanted = seat_by_id(session, seat_id)
        if wanted is not None and wanted.number != ADJUDICATION:
            require_calibrated(session, wanted.audit_id, reader, now)
        audit_id = _audit_of(session, seat_id)
        design = _design(session, audit_id)
        until, among = _lease(design, now), shared_among(session, audit_id, design)
        seat = claiming.claim(session, seat_id, reader.id, among=among, now=now, until=until)
        _require_still(session, seat)
        return _told(session, seat, Action.SEAT_CLAIMED, reader, now)


def renew(services: Services, seat_id: int, reader: Account, *, now: datetime) -> Seat:
    """The lease goes on from now; where more than half of it is left nothing is done, so that a page may ask
    for this whenever its reader does something.
    """
    with services.store.reading() as session:
        seat, until = seat_by_id(session, seat_id), _lease_of(session, seat_id, now)
        audit = None if seat is None else audits.audit_by_id(session, seat.audit_id)
    is_open = audit is not None and audit.state is AuditState.OPEN
    mine = seat is not None and seat.account_id == reader.id
    if seat is not None and mine and is_open and _mostly_left(seat, now=now, until=until):
        return seat
    with services.store.writing() as session:
        seat = holding.renew(session, seat_id, reader.id, now=now, until=until)
        return _told(session, seat, Action.SEAT_RENEWED, reader, now)


def lease_of(services: Services, seat_id: int, reader: Account) -> datetime | None:
    """Until when this reader has that seat; None: it is not theirs now, or theirs without a limit."""
    with services.store.reading() as session:
        seat = seat_by_id(session, seat_id)
    return seat.lease_until if seat is not None and seat.account_id == reader.id else None


def hold(
    services: Services, seat_id: int, reader: Account, *, reason: str, words: str | None = None, now: datetime
) -> Seat:
    """Keep the chart without a lease, until something comes; it counts among those that the reader has."""
    said = reasons.checked(reasons.HOLD, reason, words)
    with services.store.writing() as session:
        seat = holding.hold(session, seat_id, reader.id, said=said, now=now)
        return _told(session, seat, Action.SEAT_HELD, reader, now)


def resume(services: Services, seat_id: int, reader: Account, *, now: datetime) -> Seat:
    with services.store.writing() as session:
        seat = holding.resume(session, seat_id, reader.id, now=now, until=_lease_of(session, seat_id, now))
        return _told(session, seat, Action.SEAT_RESUMED, reader, now)


def release(
    services: Services, seat_id: int, reader: Account, *, reason: str, words: str | None = None, now: datetime
) -> Seat:
    """Give the chart back; the lead of audits may do this for another reader."""
    said = reasons.checked(reasons.RELEASE, reason, words)
    with services.store.writing() as session:
        of = _whose(session, seat_id, reader)
        seat = holding.release(session, seat_id, of, said=said, now=now)
        return _told(session, seat, Action.SEAT_RELEASED, reader, now)


def skip(
    services: Services, seat_id: int, reader: Account, *, reason: str, words: str | None = None, now: datetime
) -> Seat:
    """Leave the chart to others; it comes back to this reader when nothing else is left."""
    said = reasons.checked(reasons.SKIP, reason, words)
    with services.store.writing() as session:
        seat = holding.skip(session, seat_id, reader.id, said=said, now=now)
        return _told(session, seat, Action.SEAT_SKIPPED, reader, now)


def hand_over(
    services: Services,
    seat_id: int,
    reader: Account,
    *,
    to: int,
    reason: str,
    words: str | None = None,
    now: datetime,
) -> Seat:
    """Give the chart to another reader, who has not had their share where the reviews are shared. The lead of
    audits may do this with any that is not done, and beyond the shares.
    """
    said = reasons.checked(reasons.HAND_OVER, reason, words)
    with services.store.writing() as session:
        of, until = _whose(session, seat_id, reader), _lease_of(session, seat_id, now)
        _require_may_get(session, seat_id, to, now)
        audit_id = _audit_of(session, seat_id)
        leads = _leads(session, audit_id, reader)
        among = None if leads else shared_among(session, audit_id, _design(session, audit_id))
        seat = holding.hand_over(session, seat_id, of, to=to, said=said, among=among, now=now, until=until)
        _require_still(session, seat)
        return _told(session, seat, Action.SEAT_HANDED_OVER, reader, now)


def declare_conflict(
    services: Services,
    seat_id: int,
    reader: Account,
    *,
    reason: str,
    words: str | None = None,
    now: datetime,
    of: int | None = None,
) -> Seat:
    """This reader never reads a chart of this patient, and gives back what of it is in work, in every audit.
    The lead of audits may say it `of` another account.
    """
    said = reasons.checked(reasons.CONFLICT, reason, words)
    account_id = reader.id if of is None else of
    with services.store.writing() as session:
        if account_id != reader.id:
            _require_lead(session, _audit_of(session, seat_id), reader)
        first, *others = holding.declare_conflict(
            session, seat_id, account_id, reason=reason, words=said.words, now=now
        )
        for seat in others:
            _told(session, seat, Action.SEAT_CONFLICT, reader, now)
        return _told(session, first, Action.SEAT_CONFLICT, reader, now)


def my_seats(services: Services, reader: Account, now: datetime) -> tuple[SeatView, ...]:
    """What this reader has in work in open audits, what runs out first before the rest, held ones last."""
    with services.store.reading() as session:
        return seat_views.of_reader(session, reader.id, now=now)


def seats_page(
    services: Services,
    audit_id: int,
    *,
    page: int = 1,
    size: int = 50,
    order: SeatOrder = SeatOrder.QUEUE,
    state: SeatState | None = None,
    now: datetime,
    reader: Account | None = None,
) -> SeatsPage:
    """One page of an audit's seats; a page past the end is the last. In a queue, disagreements come first.
    `reader`: as this account may see it; none: all of it.
    """
    bounded = min(max(size, 1), _LARGEST_PAGE)
    hidden = reader is not None and must_not_count(services, reader, audit_id)
    blind = reader.id if reader is not None and hidden else None
    with services.store.reading() as session:
        return seat_views.page(
            session, audit_id, number=page, size=bounded, order=order, state=state, now=now, blind=blind
        )


def audit_progress(
    services: Services,
    audit_id: int,
    now: datetime,
    reader: Account | None = None,
    *,
    waits: bool = False,
) -> AuditProgress:
    """As this account may see it; none: all of it. `waits`: for whom charts wait, too."""
    alone = reader is not None and must_not_count(services, reader, audit_id)
    with services.store.reading() as session:
        is_open = _is_open(session, audit_id)
        able = may_read_now(session, audit_id) if is_open else None
        told = seat_views.progress(session, audit_id, now=now, reviews_alone=alone, able=able)
        if not (waits and is_open):
            return told
        return replace(told, waited_for=waits_for(session, audit_id, _design(session, audit_id), now))


def _is_open(session: Session, audit_id: int) -> bool:
    audit = audits.audit_by_id(session, audit_id)
    return audit is not None and audit.state is AuditState.OPEN


def _design(session: Session, audit_id: int) -> Design:
    audit = audits.audit_by_id(session, audit_id)
    if audit is None:
        raise SeatRefused("there is no such audit; open the list of audits for another")
    return design_from_json(audit.design)


def _design_of(session: Session, seat_id: int) -> Design:
    return _design(session, _audit_of(session, seat_id))


def _lease(design: Design, now: datetime) -> datetime:
    """Until when a claim holds."""
    return now + timedelta(minutes=design.lease_minutes)


def _lease_of(session: Session, seat_id: int, now: datetime) -> datetime:
    return _lease(_design_of(session, seat_id), now)


def _audit_of(session: Session, seat_id: int) -> int:
    seat = seat_by_id(session, seat_id)
    if seat is None:
        raise SeatRefused("there is no such seat; open the queue for another")
    return seat.audit_id


def _mostly_left(seat: Seat, *, now: datetime, until: datetime) -> bool:
    return seat.lease_until is not None and seat.lease_until - now > (until - now) / 2


def _whose(session: Session, seat_id: int, account: Account) -> int | None:
    """Whose seat it must be for this account to give it away; None: whoever's, for a lead."""
    seat = seat_by_id(session, seat_id)
    if seat is not None and seat.account_id != account.id and _leads(session, seat.audit_id, account):
        return None
    return account.id


def _require_may_get(session: Session, seat_id: int, account_id: int, now: datetime) -> None:
    """Nobody gets a chart from another whom a claim, or the door, would refuse it."""
    seat = seat_by_id(session, seat_id)
    if seat is None:
        return
    settles = seat.number == ADJUDICATION
    needed = Permission.ADJUDICATE if settles else Permission.REVIEW
    clinic = places.clinic_of_audit(session, seat.audit_id)
    able = (one.account for one in accounts.known(session) if one.disabled_at is None)
    to = next((one for one in able if one.id == account_id and may(one, needed, clinic)), None)
    if to is None:
        raise SeatRefused("this account may not read here, or no longer: choose another reader")
    if settles:
        return
    try:
        require_calibrated(session, seat.audit_id, to, now)
    except SeatRefused:
        raise SeatRefused("this reader has training charts to read first: choose another") from None


def _require_still(session: Session, seat: Seat) -> None:
    """Of who has the seat now: the account may have been disabled, or have lost its role or its clinic, since
    the door let the request in. Its row as a reader is held, so nothing of it is given back meanwhile.
    """
    clinic = places.clinic_of_audit(session, seat.audit_id)
    if seat.account_id is None or not may_read(session, seat.account_id, seat.number, clinic):
        raise SeatRefused("this account may not read here any more: ask whoever gives out the roles")


def _require_lead(session: Session, audit_id: int, account: Account) -> None:
    if not _leads(session, audit_id, account):
        raise SeatRefused("only the lead of audits may say this of another reader: ask them")


def _leads(session: Session, audit_id: int, account: Account) -> bool:
    return may(account, Permission.LEAD_AUDITS, places.clinic_of_audit(session, audit_id))


def _told(session: Session, seat: Seat, action: Action, account: Account, now: datetime) -> Seat:
    of = seat_views.chart_of(session, seat.chart_id)
    trail.record(
        session,
        action=action,
        now=now,
        account_id=account.id,
        patient_id=of.patient_id,
        cycle_id=of.cycle_id,
        detail=f"seat {seat.id}",
    )
    return seat
