"""What came of the Patient itself, and whether silence on the rest of the chart proves anything then."""

from collections.abc import Callable
from dataclasses import dataclass

from abstractor.fhir.failure import Failure, Reason
from abstractor.fhir.gather import Gathering
from abstractor.fhir.ledger import Complaint, Said
from abstractor.fhir.outcome import resource_type
from abstractor.fhir.patient_links import links_of
from abstractor.fhir.references import identity_in

__all__ = ["Missing", "missing_of", "read_patient"]

_GONE = frozenset({"not-found", "deleted"})


@dataclass(frozen=True, slots=True)
class Missing:
    """`complaint` is what the other types say. `held`: nor does their silence take away what is held of them.
    Of a patient who was deleted, or says that another one stands in its place, it does.
    """

    complaint: Complaint
    held: bool = False

    @property
    def gone(self) -> bool:
        """There is no such patient any more."""
        return self.complaint.said is Said.REFUSED


def read_patient(get: Callable[[str], bytes | Failure], gathering: Gathering) -> None:
    got = get(f"Patient/{gathering.patient}")
    if isinstance(got, Failure):
        gathering.fail(got)
    elif resource_type(got) != "Patient":
        gathering.complain(Said.FAILED, "not-a-patient")
    else:
        gathering.take_one(got)
        ours = f"Patient/{gathering.patient}"
        if gathering.foreign and ours in map(identity_in, links_of(got).replaces):
            gathering.complain(Said.TRUNCATED, "patient-merged")
        elif gathering.foreign:
            gathering.complain(Said.TRUNCATED, "another-patient")
    gathering.told("read")


def missing_of(patient: Gathering, held: bytes | None = None) -> Missing | None:
    """Why the rest of a chart proves nothing, by what came of the Patient; where none did, by what is `held`
    of it.
    """
    failure = patient.failure
    if failure is not None and (failure.status in (404, 410) or failure.reason is Reason.REDIRECT):
        return Missing(Complaint(Said.REFUSED, f"patient-{failure.detail}"))
    if failure is not None and failure.reason is Reason.OUTCOME and _GONE.intersection(failure.issues):
        return Missing(Complaint(Said.TRUNCATED, f"patient-{failure.detail}"), held=True)
    if "not-a-patient" in patient.doubts:
        return Missing(Complaint(Said.TRUNCATED, "no-patient-came"), held=True)
    if "another-patient" in patient.doubts:
        return Missing(Complaint(Said.TRUNCATED, "another-patient"), held=True)
    if "patient-merged" in patient.doubts:
        return Missing(Complaint(Said.TRUNCATED, "patient-merged"), held=True)
    came = [one.received.body for one in patient.kept]
    links = [links_of(body) for body in came or ([] if held is None else [held])]
    if any(one.merged for one in links):
        return Missing(Complaint(Said.TRUNCATED, "patient-merged"))
    if not all(one.readable for one in links):
        return Missing(Complaint(Said.TRUNCATED, "patient-links-unreadable"), held=True)
    return None
