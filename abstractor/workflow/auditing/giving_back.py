"""What an account has in work in audits and may not read any more: free for others, and told in the trail."""

from contextlib import suppress
from datetime import datetime

from abstractor.errors import SeatRefused
from abstractor.store import accounts, trail
from abstractor.store.auditing import holding, in_work, seat_views
from abstractor.store.auditing.seat_log import Said
from abstractor.store.auditing.values import ADJUDICATION
from abstractor.store.database import Session
from abstractor.store.values import Action
from abstractor.workflow.access import Permission, may
from abstractor.workflow.acting import By

__all__ = ["NO_LONGER", "give_back_seats", "may_read"]

# The reason that the log of a seat gives; no reader chooses it.
NO_LONGER = "may-not-read"


def may_read(session: Session, account_id: int, number: int, clinic_id: int | None) -> bool:
    """Whether this account, as it is now, may have a seat of that number at that clinic."""
    known = accounts.numbered(session, account_id)
    needed = Permission.ADJUDICATE if number == ADJUDICATION else Permission.REVIEW
    return known is not None and known.disabled_at is None and may(known.account, needed, clinic_id)


def give_back_seats(session: Session, account_id: int, *, by: By, now: datetime) -> int:
    """After the account was changed, in the same transaction; how many. What was answered is kept, what is
    done stays done.
    """
    given = 0
    for seat_id, chart_id, number, clinic_id in in_work.of_account(session, account_id):
        if may_read(session, account_id, number, clinic_id):
            continue
        with suppress(SeatRefused):  # somebody else has it by now, or the audit was closed
            holding.release(session, seat_id, account_id, said=Said(NO_LONGER), now=now)
            of = seat_views.chart_of(session, chart_id)
            trail.record(
                session,
                action=Action.SEAT_RELEASED,
                now=now,
                account_id=by.account_id,
                patient_id=of.patient_id,
                cycle_id=of.cycle_id,
                detail=f"seat {seat_id} by={by.name} of={account_id} reason={NO_LONGER}",
            )
            given += 1
    return given
