"""Which of the ordinary pages are closed to a reader of a blinded audit, until it is closed itself.

They would tell what the audit hides: the verdict, the place, the wave. All charts and cycles of a clinic tell
it of each other, so all of them are closed.
"""

from abstractor.store import places
from abstractor.store.auditing.seated import open_designs
from abstractor.store.values import Account
from abstractor.workflow.auditing.design import design_from_json
from abstractor.workflow.auditing.sight import BLIND
from abstractor.workflow.services import Services

__all__ = ["must_not_open"]


def must_not_open(
    services: Services, account: Account, *, cycle_id: int | None = None, patient_id: int | None = None
) -> bool:
    """True: this account reads in an open audit of the same clinic that hides the verdict, the site or the
    wave. Named is a cycle, or a patient; neither: a page about all of them, closed by any such audit but of
    training charts, which no such page shows.
    """
    with services.store.reading() as session:
        read = [
            (clinic_id, design_from_json(design)) for clinic_id, design in open_designs(session, account.id)
        ]
        blind = {clinic_id: design for clinic_id, design in read if BLIND & set(design.hides)}
        if not blind or (cycle_id is None and patient_id is None):
            return any(design.calibrates is None for design in blind.values())
        named = set()
        if cycle_id is not None:
            named.add(places.clinic_of_cycle(session, cycle_id))
        if patient_id is not None:
            named.add(places.clinic_of_patient(session, patient_id))
        return bool(blind.keys() & named)
