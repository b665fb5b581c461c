"""Types that a clinic offers and of which no patient of a round has anything.

Answered whole, each search of them reads as "there is none", and rules believe it. Of so many patients it is
likelier that the clinic does not serve them to us, so it is told wherever a round is.
"""

from abstractor.fhir.types import SHARED_TYPES
from abstractor.store import ledger, runs
from abstractor.store.connection_values import RunState
from abstractor.workflow.services import Services

__all__ = ["nobody_at_clinic", "nobody_has"]

_PATIENTS = 20


def nobody_has(services: Services, run_id: int) -> tuple[str, ...]:
    """In a sentence for as many patients as were told so; none of a round of fewer than 20."""
    with services.store.reading() as session:
        found = ledger.types_of_nobody(session, run_id, least=_PATIENTS)
    by_patients: dict[int, list[str]] = {}
    for type_, patients in found:
        if type_ not in SHARED_TYPES:
            by_patients.setdefault(patients, []).append(type_)
    return tuple(_sentence(patients, types) for patients, types in sorted(by_patients.items(), reverse=True))


def nobody_at_clinic(services: Services, clinic_id: int) -> tuple[int, tuple[str, ...]] | None:
    """The number of its last round that has ended with charts, and what that one says; None without one."""
    with services.store.reading() as session:
        ended = (RunState.DONE, RunState.INCOMPLETE)
        last = next((run for run in runs.runs(session, clinic_id) if run.state in ended), None)
    return None if last is None else (last.id, nobody_has(services, last.id))


def _sentence(patients: int, types: list[str]) -> str:
    *others, last = types
    named = f"{', '.join(others)} or {last}" if others else last
    served = "they are" if others else "it is"
    return (
        f"no patient of {patients} has any {named}: ask the EHR team whether {served} served to this client"
    )
