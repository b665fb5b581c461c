"""Who has had their share of the reviews of an audit, and who is waited for with what is left.

A chart waits for a reviewer only who could claim now: not for one who let a lease run out, has no room for
another, or has had none of it in hand for `PATIENCE`.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func
from sqlmodel import Session, col, select

from abstractor.store.auditing import calibration
from abstractor.store.auditing.elsewhere import telling
from abstractor.store.auditing.seats import OPEN, ran_out
from abstractor.store.auditing.tables import AuditReaderRow, ChartAuditRow, SeatRow
from abstractor.store.auditing.values import ADJUDICATION, SeatState

__all__ = [
    "MOST_OPEN",
    "PATIENCE",
    "Sharing",
    "Taker",
    "last_signs",
    "late",
    "of_share",
    "open_seats",
    "sharing",
]

# So many charts one reader may have in work in an audit, held ones with them.
MOST_OPEN = 5
# As long as the longest lease: who has a chart in work is never taken for away.
PATIENCE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Taker:
    """A reader of an open audit. `blind`: the other audits in which charts that they are still to read wait
    for them, and hide what this one shows. `after`: who comes before them where both may have a seat.
    """

    audit_id: int
    account_id: int
    reviews: bool
    adjudicates: bool
    blind: tuple[int, ...] = ()
    after: tuple["Taker", ...] = ()


@dataclass(frozen=True, slots=True)
class Sharing:
    """Of the reviewers among whom an audit is shared: who has had their share, and who has not and could
    claim now.
    """

    full: frozenset[int]
    waited: tuple[int, ...]


def of_share(
    session: Session,
    reader: Taker,
    among: Collection[int] | None,
    *,
    now: datetime,
    given: SeatRow | None = None,
) -> Taker:
    """Where this reader has had their share of the reviews: after the others who have not, and could claim
    now. Two who claim in one moment can both have the one reading that does not divide. `given`: a seat that
    somebody would give them, taken for free.
    """
    if among is None or reader.account_id not in among:
        return reader
    found = sharing(session, reader.audit_id, among, now=now, asker=reader.account_id, given=given)
    if reader.account_id not in found.full:
        return reader
    takers = ((each, telling(session, each, reader.audit_id)) for each in found.waited)
    return replace(
        reader, after=tuple(Taker(reader.audit_id, each, True, False, blind) for each, blind in takers)
    )


def sharing(
    session: Session,
    audit_id: int,
    among: Collection[int],
    *,
    now: datetime,
    asker: int | None = None,
    given: SeatRow | None = None,
) -> Sharing:
    """`among`: the accounts that may read there; those of them count that review in the audit. What a reader
    let lapse is nobody's share, but that of the `asker`, who can still go on with it.
    """
    members = select(AuditReaderRow.account_id).where(AuditReaderRow.audit_id == audit_id)
    found = session.exec(members.where(col(AuditReaderRow.reviews)).order_by(col(AuditReaderRow.account_id)))
    reviewers = [each for each in found if each in among]
    counted = _had(session, audit_id, now=now)
    had, lapsed = counted.reviews, counted.lapsed
    giver = None if given is None or ran_out(given, now=now) else given.account_id
    if giver is not None:
        had.subtract([giver])
        had[None] += 1
    if asker is not None:
        had.update({asker: lapsed[asker], None: -lapsed[asker]})
    whole, rest = divmod(had[None] + sum(had[each] for each in reviewers), max(1, len(reviewers)))

    def full(account_id: int) -> bool:
        above = sum(had[each] > whole for each in reviewers if each != account_id)
        return had[account_id] >= whole + (above < rest)

    def room(account_id: int) -> bool:
        return counted.in_work[account_id] - (account_id == giver) < MOST_OPEN

    done = frozenset(each for each in reviewers if full(each))
    waited = (
        [each for each in reviewers if each not in done and each not in lapsed and room(each)] if done else []
    )
    signs = last_signs(session, audit_id, waited)
    return Sharing(done, tuple(each for each in waited if each == giver or signs[each] + PATIENCE >= now))


def last_signs(session: Session, audit_id: int, accounts: Collection[int]) -> dict[int, datetime]:
    """When each of these readers last did something with a chart that is theirs, in that audit or in its
    training charts; at first, when they could have begun.
    """
    if not accounts:
        return {}
    opened = session.exec(select(ChartAuditRow.opened_at).where(ChartAuditRow.id == audit_id)).one()
    of_audit = select(AuditReaderRow.account_id, AuditReaderRow.added_at).where(
        AuditReaderRow.audit_id == audit_id
    )
    added = dict(session.exec(of_audit.where(col(AuditReaderRow.account_id).in_(accounts))).all())
    training = {
        number for (each, _), number in calibration.rounds(session, audit_id).items() if each in accounts
    }
    changed = dict(
        session.exec(
            select(SeatRow.account_id, func.max(SeatRow.changed_at))
            .where(
                col(SeatRow.account_id).in_(accounts), col(SeatRow.state).in_((*OPEN, SeatState.DONE.value))
            )
            .where(col(SeatRow.audit_id).in_({audit_id, *training}))
            .group_by(col(SeatRow.account_id))
        ).all()
    )
    return {each: max(filter(None, (opened, added[each], changed.get(each)))) for each in accounts}


def open_seats(session: Session, audit_id: int, account_id: int) -> int:
    """How many charts this reader has in work, claimed or held."""
    return session.exec(
        select(func.count())
        .select_from(SeatRow)
        .where(SeatRow.account_id == account_id, col(SeatRow.state).in_(OPEN), SeatRow.audit_id == audit_id)
    ).one()


def late(now: datetime) -> "ColumnElement[bool]":
    """Of a seat in a query: it is claimed, and its lease ran out."""
    return and_(col(SeatRow.state) == SeatState.CLAIMED, col(SeatRow.lease_until) < now)


@dataclass(frozen=True, slots=True)
class _Had:
    """By reader: how many reviews they have in work or done, but for those that they let lapse; how many of
    these; how many charts they have in work. Null in the first: what is left, free or lapsed.
    """

    reviews: Counter[int | None]
    lapsed: Counter[int | None]
    in_work: Counter[int | None]


def _had(session: Session, audit_id: int, *, now: datetime) -> _Had:
    # As the index has them: by the reader alone the database would sort every seat.
    by = (col(SeatRow.number), col(SeatRow.state), col(SeatRow.account_id))
    counted = select(*by, func.count()).where(SeatRow.audit_id == audit_id).group_by(*by)
    reviews, in_work = Counter[int | None](), Counter[int | None]()
    for number, state, account_id, seats in session.exec(counted):
        reviews[account_id] += seats if number != ADJUDICATION else 0
        in_work[account_id] += seats if state in OPEN else 0
    of_audit = (SeatRow.audit_id == audit_id, SeatRow.number != ADJUDICATION)
    lapsed = Counter(session.exec(select(SeatRow.account_id).where(*of_audit, late(now))))
    reviews.subtract(lapsed)
    reviews[None] += lapsed.total()
    return _Had(reviews, lapsed, in_work)
