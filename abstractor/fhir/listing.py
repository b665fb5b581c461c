"""Who the patients of a clinic are: a search over all, or the members of a Group (some allow only that).

What came is given first; then an error is raised if the list may not be whole, so that a caller may keep
the patients and record the gap.
"""

from collections.abc import Iterator

import msgspec

from abstractor.errors import ClinicMisbehaved, OptionError
from abstractor.fhir.about import about, patient_id
from abstractor.fhir.failure import Failure
from abstractor.fhir.gather import Gathering
from abstractor.fhir.pull import Clinic, run_search
from abstractor.fhir.received import Received

__all__ = ["every_patient", "group_members"]

# These resources are given on all the same, and quarantined and counted by the reader.
_GIVEN_ON = frozenset({"null-entry", "entry-without-resource"})


class _Entity(msgspec.Struct):
    reference: str | None = None


class _Member(msgspec.Struct):
    entity: _Entity | None = None
    inactive: bool | None = None


class _Group(msgspec.Struct):
    resourceType: str
    member: list[_Member | None] | None = None


def every_patient(clinic: Clinic) -> Iterator[Received]:
    gathering = Gathering("Patient", None, clinic.endpoint.address_of, set())
    run_search(clinic, gathering, {})
    if gathering.failure is not None and not gathering.answered:
        advice = "many endpoints list no patients: name a Group of them instead"
        raise gathering.failure.error("list of patients", origin=clinic.endpoint.origin, advice=advice)
    yield from (kept.received for kept in gathering.kept)
    gaps = sorted(set(gathering.complaints) - _GIVEN_ON)
    if gaps:
        raise ClinicMisbehaved(
            f"the list of patients from {clinic.endpoint.origin} may not be whole ({'; '.join(gaps)})"
        )


def group_members(clinic: Clinic, group: str) -> Iterator[Received]:
    origin = clinic.endpoint.origin
    path = f"Group/{group.removeprefix('Group/')}"
    if patient_id(path.replace("Group/", "Patient/", 1)) is None:
        raise OptionError("a group is named by its FHIR id: letters, digits, '-' and '.'")
    body = clinic.get(path)
    if isinstance(body, Failure):
        raise body.error("Group of that id", origin=origin, advice="check its id and that it may be read")
    lost = 0
    for identity in _members(body, clinic):
        got = clinic.get(f"Patient/{identity}") if identity is not None else None
        known = about(got) if isinstance(got, bytes) else None
        if isinstance(got, bytes) and known is not None and known.resourceType == "Patient":
            yield Received(got, clinic.endpoint.address_of("Patient", identity, 0))
        else:
            lost += 1
    if lost:
        raise ClinicMisbehaved(f"{lost} members of the Group at {origin} could not be read as patients of it")


def _members(body: bytes, clinic: Clinic) -> list[str | None]:
    """Ids of the members, each once; None for one that is no patient of this endpoint."""
    try:
        group = msgspec.json.decode(body, type=_Group)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        group = None
    if group is None or group.resourceType != "Group":
        raise ClinicMisbehaved(f"{clinic.endpoint.origin} gave something else than the Group asked for")
    active = [member for member in group.member or () if member is not None and not member.inactive]
    references = [(member.entity.reference if member.entity else None) or "" for member in active]
    return list(
        dict.fromkeys(patient_id(reference.removeprefix(clinic.endpoint.root)) for reference in references)
    )
