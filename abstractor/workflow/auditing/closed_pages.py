"""Which of the ordinary pages are closed to a reader of a blinded audit, until it is closed itself.

They would tell what the audit hides: the verdict, the place, the wave. All charts and cycles of a clinic tell
it of each other, so all of them are closed.
"""

from abstractor.store import places
from abstractor.store.auditing import audits
from abstractor.store.auditing.seated import open_designs
from abstractor.store.auditing.values import AuditState
from abstractor.store.values import Account
from abstractor.workflow.auditing.design import Hidden, design_from_json
from abstractor.workflow.auditing.sight import BLIND
from abstractor.workflow.services import Services

__all__ = ["must_not_count", "must_not_open"]


def must_not_open(
    services: Services, account: Account, *, cycle_id: int | None = None, patient_id: int | None = None
) -> bool:
    """True: this account reads in an open audit of the same clinic that hides the verdict, the site or the
    wave. Named is a cycle, or a patient; neither, or what is not there: a page about all of them, closed by
    any such audit but of training charts, which no such page shows.
    """
    with services.store.reading() as session:
        read = [
            (clinic_id, design_from_json(design)) for clinic_id, design in open_designs(session, account.id)
        ]
        blind = {clinic_id: design for clinic_id, design in read if BLIND & set(design.hides)}
        named = set()
        if cycle_id is not None:
            named.add(places.clinic_of_cycle(session, cycle_id))
        if patient_id is not None:
            named.add(places.clinic_of_patient(session, patient_id))
        if not named or None in named:
            return any(design.calibrates is None for design in blind.values())
        return bool(blind.keys() & named)


def must_not_count(services: Services, account: Account, audit_id: int) -> bool:
    """True: this account reviews in that audit, which hides the other review and is open. Of few charts the
    agreement tells what the other reader said.
    """
    with services.store.reading() as session:
        audit = audits.audit_by_id(session, audit_id)
        if audit is None or audit.state is not AuditState.OPEN:
            return False
        readers = audits.readers_of(session, audit_id)
    if Hidden.OTHER not in design_from_json(audit.design).hides:
        return False
    return any(one.account_id == account.id and one.reviews for one in readers)
