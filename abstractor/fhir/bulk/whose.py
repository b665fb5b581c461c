"""Whose a line of an export is: the one patient that it names, as a search by patient would find it."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from abstractor.fhir.about import About, about
from abstractor.fhir.decoding import Limits, decode
from abstractor.fhir.quarantine import Quarantined
from abstractor.fhir.received import Received
from abstractor.fhir.references import resolve

__all__ = ["Assigned", "assigned"]

# Only to tell whose a record is that cannot be read: no date of it is used.
_ANY_ZONE = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Assigned:
    """`type` is null where the line shows none; `patient` ("Patient/1") where it names none, or two.

    `readable`: what pulling looks at could be read. `of_other`: it names a group, a device or so, and nobody.
    """

    type: str | None
    id: str | None
    patient: str | None
    readable: bool
    of_other: bool = False


def assigned(body: bytes) -> Assigned:
    known = about(body)
    if known is not None:
        patient, of_other = _named(known)
        return Assigned(known.resourceType, known.id, patient, readable=True, of_other=of_other)
    match decode(Received(body, ""), _ANY_ZONE, Limits()):
        case Quarantined(type=kind, patient=patient):
            shown = kind if kind[:1].isalpha() else None
            return Assigned(shown, None, patient, readable=False)
        case _:
            return Assigned(None, None, None, readable=False)


def _named(known: About) -> tuple[str | None, bool]:
    if known.resourceType == "Patient":
        return (f"Patient/{known.id}" if known.id is not None else None), False
    named = {
        about
        for each in (known.subject, known.patient)
        if each is not None and (about := resolve(each.reference, {}, expected="Patient")) is not None
    }
    patients = {one for one in named if one.startswith("Patient/")}
    if len(patients) == 1:
        return patients.pop(), False
    return None, bool(named) and not patients
