"""Who the patients of a clinic are: a search over all, or the members of a Group (some allow only that).

What came is given first; then an error is raised if the list may not be whole, so that a caller may keep
the patients and record the gap.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from abstractor.errors import ClinicMisbehaved, OptionError
from abstractor.fhir.about import patient_id
from abstractor.fhir.doubled import keys_twice
from abstractor.fhir.failure import Failure
from abstractor.fhir.gather import Gathering, Kept
from abstractor.fhir.outcome import resource_type
from abstractor.fhir.pull import Clinic, search
from abstractor.fhir.received import Received
from abstractor.fhir.references import identity_in

__all__ = ["every_patient", "every_reference", "group_members", "group_references"]

# These are given on all the same, and quarantined and counted by the reader.
_GIVEN_ON = frozenset({"entry-without-resource", "null-entry", "unreadable-resource"})

# JSON keeps the last of two members with one key and says nothing.
_DECISIVE = frozenset(
    "resourceType id actual quantity characteristic member entity reference inactive".split()
)
_OF_A_MEMBER = 4  # levels of nesting, down to whom it refers to
_NOBODY_KNOWS = "nobody knows which of them holds, so members may be missing; tell the EHR team"


class _Entity(msgspec.Struct):
    reference: str | None = None


class _Member(msgspec.Struct):
    entity: _Entity | None = None
    inactive: bool | None = None


class _Group(msgspec.Struct):
    resourceType: str
    id: str | None = None
    actual: bool | None = None
    quantity: int | None = None
    member: list[_Member | None] | None = None
    characteristic: list[msgspec.Raw] | None = None


@dataclass(frozen=True, slots=True)
class _Listing:
    """Ids of the members, each once; None for those that are no patients of this endpoint. `gaps` are the
    reasons why these may not be the patients meant, or not all of them.
    """

    members: tuple[str | None, ...]
    gaps: tuple[str, ...]

    def told_by(self, origin: str, *, lost: str | None) -> None:
        """ClinicMisbehaved where something is amiss; `lost` is what members turned out not to be."""
        told = (*self.gaps, *([lost] if lost else []))
        if told:
            raise ClinicMisbehaved(f"the Group at {origin} {'; it '.join(told)}")


def every_patient(clinic: Clinic) -> Iterator[Received]:
    yield from (kept.received for kept in _searched(clinic))


def every_reference(clinic: Clinic) -> Iterator[str]:
    """ "Patient/1" of each Patient that says its id."""
    seen: set[str] = set()
    for kept in _searched(clinic):
        one = kept.about
        if one is not None and one.resourceType == "Patient" and one.id and one.id not in seen:
            seen.add(one.id)
            yield f"Patient/{one.id}"


def group_members(clinic: Clinic, group: str) -> Iterator[Received]:
    lost = False
    listing = _listing(clinic, group)
    for identity in listing.members:
        got = clinic.get(f"Patient/{identity}") if identity is not None else None
        if isinstance(got, bytes) and resource_type(got) == "Patient":
            yield Received(got, clinic.endpoint.address_of("Patient", identity, 0))
        else:
            lost = True
    listing.told_by(clinic.endpoint.origin, lost="has members that gave no Patient" if lost else None)


def group_references(clinic: Clinic, group: str) -> Iterator[str]:
    """ "Patient/1" of each member, also of one whose Patient cannot be read: the pull will say so."""
    listing = _listing(clinic, group)
    yield from (f"Patient/{identity}" for identity in listing.members if identity is not None)
    lost = "has members that are no patients of it" if None in listing.members else None
    listing.told_by(clinic.endpoint.origin, lost=lost)


def _searched(clinic: Clinic) -> Iterator[Kept]:
    """Page by page, so that the first charts can be pulled while the list still comes in."""
    origin = clinic.endpoint.origin
    gathering = Gathering("Patient", None, clinic.endpoint.address_of, set())
    given = 0
    for _ in search(clinic, gathering, {}, size=clinic.endpoint.page_size):
        yield from gathering.kept[given:]
        given = len(gathering.kept)
    yield from gathering.kept[given:]
    if gathering.failure is not None and not gathering.answered:
        advice = "many endpoints list no patients: name a Group of them instead"
        raise gathering.failure.error("list of patients", origin=origin, advice=advice)
    gaps = "; ".join(sorted(set(gathering.doubts) - _GIVEN_ON))
    if gaps:
        raise ClinicMisbehaved(f"the list of patients from {origin} may not be whole ({gaps})")


def _listing(clinic: Clinic, group: str) -> _Listing:
    origin = clinic.endpoint.origin
    named = group.removeprefix("Group/")
    if patient_id(f"Patient/{named}") is None:
        raise OptionError("a group is named by its FHIR id: letters, digits, '-' and '.'")
    body = clinic.get(f"Group/{named}")
    if isinstance(body, Failure):
        raise body.error("Group of that id", origin=origin, advice="check its id and that it may be read")
    try:
        group_read = msgspec.json.decode(body, type=_Group)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        group_read = None
    if group_read is None or group_read.resourceType != "Group":
        raise ClinicMisbehaved(f"{origin} gave something else than the Group asked for")
    active = [member for member in group_read.member or () if member is not None and not member.inactive]
    references = [(member.entity.reference if member.entity else None) or "" for member in active]
    members = dict.fromkeys(patient_id(identity_in(reference) or "") for reference in references)
    twice = sorted(_DECISIVE & keys_twice(body, levels=_OF_A_MEMBER))
    doubled = f"has {' and '.join(f'`{key}`' for key in twice)} twice: {_NOBODY_KNOWS}"
    gaps = (*_gaps(group_read, named, len(active)), *([doubled] if twice else []))
    return _Listing(tuple(members), gaps)


def _gaps(group: _Group, named: str, active: int) -> Iterator[str]:
    """More members than `quantity` is a count that grew old; fewer may be a list that was cut."""
    if group.id is not None and group.id != named:
        yield "is another than the one asked for: check its id with the EHR team"
    if group.actual is False or (group.actual is None and group.characteristic):
        yield "is a definition, not a list of patients (actual is false): ask for a Group with members"
    if group.quantity is not None and group.quantity > active:
        yield f"counts {group.quantity} members and lists {active}: some may be missing"
