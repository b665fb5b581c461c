"""Who has one of some diagnoses: a search of Condition by code over all patients, where that is allowed."""

from collections.abc import Iterator, Sequence

from abstractor.errors import ClinicMisbehaved, OptionError
from abstractor.fhir.about import About, patient_id
from abstractor.fhir.gather import Gathering
from abstractor.fhir.pull import Clinic, search
from abstractor.fhir.references import resolve

__all__ = ["diagnosed"]

_OTHERWISE = "name a group of them, or the patients in patients_file"
_CODES = 40  # in one search, so that its address stays below 2,000 characters


def diagnosed(clinic: Clinic, codes: Sequence[str]) -> Iterator[str]:
    """ "Patient/1" of each, once, while the list still comes in; also where the Condition was refuted."""
    origin = clinic.endpoint.origin
    if not codes:
        raise OptionError("by_diagnosis: there is no diagnosis to search for")
    if not clinic.plan.finds_by_code("Condition"):
        raise OptionError(f"by_diagnosis: {origin} does not find patients by diagnosis: {_OTHERWISE}")
    seen: set[str] = set()
    doubts: dict[str, None] = {}
    for start in range(0, len(codes), _CODES):
        gathering = Gathering("Condition", None, clinic.endpoint.address_of, set())
        asked = {"code": ",".join(codes[start : start + _CODES])}
        for _ in search(clinic, gathering, asked, size=clinic.endpoint.page_size):
            yield from _new(gathering, seen, doubts)
        yield from _new(gathering, seen, doubts)
        if gathering.failure is not None and not gathering.answered:
            what = "list of patients by diagnosis"
            raise gathering.failure.error(what, origin=origin, advice=_OTHERWISE)
        doubts |= dict.fromkeys(gathering.doubts)
    if doubts:
        told = "; ".join(sorted(doubts))
        raise ClinicMisbehaved(f"the list of patients by diagnosis from {origin} may not be whole ({told})")


def _new(gathering: Gathering, seen: set[str], doubts: dict[str, None]) -> Iterator[str]:
    """Patients of the Conditions that came since; they are let go, the pull brings them again."""
    for kept in gathering.kept:
        reference = _patient(kept.about)
        if reference is None:
            doubts["a-diagnosis-of-nobody"] = None
        elif reference not in seen:
            seen.add(reference)
            yield reference
    gathering.kept.clear()
    gathering.seen.clear()


def _patient(known: About | None) -> str | None:
    named = (known.subject or known.patient) if known is not None else None
    about = resolve(named.reference, {}, expected="Patient") if named is not None else None
    return about if about is not None and patient_id(about) is not None else None
