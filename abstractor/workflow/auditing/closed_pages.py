"""Which of the ordinary pages are closed to a reader of a blinded audit, until it is closed itself.

They would tell what the audit hides: the verdict, the place, the wave. All charts and cycles of a clinic tell
it of each other, so all of them are closed; where the place or the wave is hidden those of every clinic are,
since the ones that stay open would tell which it is.
"""

from abstractor.store import places
from abstractor.store.auditing import audits, seats
from abstractor.store.auditing.seated import open_designs
from abstractor.store.auditing.values import ADJUDICATION, AuditState
from abstractor.store.database import Session
from abstractor.store.values import Account
from abstractor.workflow.access import Permission, may
from abstractor.workflow.auditing.design import Hidden, design_from_json
from abstractor.workflow.auditing.sight import BLIND
from abstractor.workflow.services import Services

__all__ = ["must_not_count", "must_not_open", "seat_is_there"]

_WHERE = frozenset({Hidden.SITE, Hidden.WAVE})


def must_not_open(
    services: Services, account: Account, *, cycle_id: int | None = None, patient_id: int | None = None
) -> bool:
    """True: this account reads in an open audit of the same clinic that hides the verdict, the site or the
    wave, or in one of any clinic that hides the site or the wave. Named is a cycle, or a patient; neither, or
    what is not there: a page about all of them, closed by any such audit. Of other clinics, and of all of
    them, training charts tell nothing.
    """
    with services.store.reading() as session:
        read = [
            (clinic_id, design_from_json(design)) for clinic_id, design in open_designs(session, account.id)
        ]
        blind = [(clinic_id, design) for clinic_id, design in read if BLIND & set(design.hides)]
        named = set()
        if cycle_id is not None:
            named.add(places.clinic_of_cycle(session, cycle_id))
        if patient_id is not None:
            named.add(places.clinic_of_patient(session, patient_id))
        live = [design for _, design in blind if design.calibrates is None]
        if not named or None in named:
            return bool(live)
        return any(clinic in named for clinic, _ in blind) or any(_WHERE & set(one.hides) for one in live)


def must_not_count(services: Services, account: Account, audit_id: int) -> bool:
    """True: this account reviews in that audit, which hides the other review and is open. Of few charts the
    agreement tells what the other reader said.
    """
    with services.store.reading() as session:
        return _must_not_count(session, account, audit_id)


def seat_is_there(services: Services, account: Account, seat_id: int) -> bool:
    """False also of an adjudication that is neither this account's to have nor its to give away: that there
    is one would tell that two readers differ.
    """
    with services.store.reading() as session:
        seat = seats.seat_by_id(session, seat_id)
        if seat is None:
            return False
        if seat.number != ADJUDICATION or seat.account_id == account.id:
            return True
        clinic = places.clinic_of_audit(session, seat.audit_id)
        if may(account, Permission.LEAD_AUDITS, clinic):
            return not _must_not_count(session, account, seat.audit_id)
        readers = audits.readers_of(session, seat.audit_id)
        if not any(one.account_id == account.id and one.adjudicates for one in readers):
            return False
        return account.id not in seats.holders_of(session, seat.chart_id)


def _must_not_count(session: Session, account: Account, audit_id: int) -> bool:
    audit = audits.audit_by_id(session, audit_id)
    if audit is None or audit.state is not AuditState.OPEN:
        return False
    if Hidden.OTHER not in design_from_json(audit.design).hides:
        return False
    readers = audits.readers_of(session, audit_id)
    return any(one.account_id == account.id and one.reviews for one in readers)
