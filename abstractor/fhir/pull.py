"""One patient, type by type: the search for it, another where the endpoint wants more, the answer."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from abstractor.errors import ClinicUnreachable
from abstractor.fhir.about import patient_id, was_merged
from abstractor.fhir.address import Endpoint
from abstractor.fhir.answers import Answer
from abstractor.fhir.failure import Failure, Reason
from abstractor.fhir.gather import Gathering
from abstractor.fhir.ledger import Complaint, LedgerRow, Said, answer_of, not_asked, words
from abstractor.fhir.medications import ORDERS, Medications
from abstractor.fhir.outcome import resource_type
from abstractor.fhir.page import decode_page
from abstractor.fhir.paging import pages
from abstractor.fhir.plan import Asking, Plan
from abstractor.fhir.received import Received
from abstractor.fhir.search import search_path

__all__ = ["Clinic", "Pulled", "Unpulled", "ask", "pull_patient", "search"]

_NOTHING: Mapping[str, Gathering] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Pulled:
    """`answers` has one for each type asked, in that order, derived from the `rows` of the ledger.

    `foreign` counts other patients' resources.
    """

    patient: str
    received: tuple[Received, ...]
    answers: tuple[Answer, ...]
    foreign: int
    rows: tuple[LedgerRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Unpulled:
    """A patient for whom every request failed, in a way that may pass."""

    patient: str
    failure: ClinicUnreachable


@dataclass(frozen=True, slots=True)
class Clinic:
    """What asking needs: `get` fetches a path below the base address, or a whole address of a next page."""

    endpoint: Endpoint
    get: Callable[[str], bytes | Failure]
    plan: Plan
    medications: Medications


def pull_patient(
    clinic: Clinic, patient: str, types: Sequence[str], *, already: Mapping[str, Gathering] = _NOTHING
) -> Pulled:
    """`already` is what a search of several patients brought of this one, by type: not asked again."""
    identity = patient_id(patient)
    if identity is None:
        return _pulled(patient, {}, {name: (not_asked(name, "unusable-patient-id"),) for name in types})
    gathered = _gathered(clinic, identity, types, already)
    told = {name: tuple(one.rows) for name, one in gathered.items()}
    return _pulled(patient, gathered, {name: told.get(name, (not_asked(name),)) for name in types})


def _pulled(
    patient: str, gathered: Mapping[str, Gathering], rows: Mapping[str, tuple[LedgerRow, ...]]
) -> Pulled:
    kept = [one for gathering in gathered.values() for one in gathering.kept]
    counts = Counter(one.about.resourceType for one in kept if one.about is not None)
    return Pulled(
        patient,
        received=tuple(one.received for one in kept),
        answers=tuple(answer_of(name, told, counts[name]) for name, told in rows.items()),
        foreign=sum(gathering.foreign for gathering in gathered.values()),
        rows=tuple(row for told in rows.values() for row in told),
    )


def search(
    clinic: Clinic, gathering: Gathering, parameters: Mapping[str, str], *, size: int
) -> Iterator[None]:
    """One search, page by page, and a count where only that can tell whether it was whole."""
    first = clinic.endpoint.root + search_path(gathering.type, {**parameters, "_count": str(size)})
    steps = pages(clinic.get, first, max_pages=clinic.endpoint.max_pages)
    came = yield from gathering.search(steps, parameters, page_size=size)
    if came is not None:
        counted = clinic.get(search_path(gathering.type, {**parameters, "_summary": "count"}))
        page = decode_page(counted) if isinstance(counted, bytes) else counted
        gathering.settle(came, None if isinstance(page, Failure) else page.total)
    gathering.told(words(parameters))


def _gathered(
    clinic: Clinic, identity: str, types: Sequence[str], already: Mapping[str, Gathering]
) -> dict[str, Gathering]:
    """Types that are neither searched by patient nor referred to by orders are not asked."""
    gathered: dict[str, Gathering] = {}
    seen = {one.received.body for known in already.values() for one in known.kept}
    for name in types:
        if name in already:
            gathered[name] = already[name]
        elif name == "Patient" or clinic.plan.searched(name):
            gathered[name] = ask(clinic, Gathering(name, identity, clinic.endpoint.address_of, seen))
    _refuse_an_outage(clinic, list(gathered.values()))
    if "Medication" in types:
        found = Gathering("Medication", identity, clinic.endpoint.address_of, seen)
        gathered["Medication"] = _resolve_medications(clinic, found, tuple(gathered.values()))
    _doubt_a_missing_patient(gathered)
    return gathered


def ask(clinic: Clinic, gathering: Gathering) -> Gathering:
    """One type of one patient; the gathering that comes back is another one where it was asked anew."""
    kind, identity = gathering.type, gathering.patient
    if kind == "Patient":
        return _read_patient(clinic, gathering)
    asking = clinic.plan.asking(kind, identity or "")
    _ask_each(clinic, gathering, asking)
    if asking.fanned or not clinic.plan.learn(kind, gathering.failure):
        return gathering
    # The refused search stands for nothing: the clinic is asked anew, as it wants to be.
    anew = Gathering(kind, identity, gathering.address, gathering.seen)
    _ask_each(clinic, anew, clinic.plan.asking(kind, identity or ""))
    return anew


def _ask_each(clinic: Clinic, gathering: Gathering, asking: Asking) -> None:
    for parameters in asking.searches:
        for _ in search(clinic, gathering, parameters, size=asking.page_size):
            pass
    for why in (asking.why_not, asking.beyond):
        if why is not None:
            gathering.remark(Said.NOT_ASKED, why)


def _read_patient(clinic: Clinic, gathering: Gathering) -> Gathering:
    why_not = clinic.plan.why_not("Patient")
    if why_not is not None:
        gathering.remark(Said.NOT_ASKED, why_not)
        return gathering
    got = clinic.get(f"Patient/{gathering.patient}")
    if isinstance(got, Failure):
        gathering.fail(got)
    elif resource_type(got) != "Patient":
        gathering.complain(Said.FAILED, "not-a-patient")
    else:
        gathering.take_one(got)
    gathering.told("read")
    return gathering


def _resolve_medications(clinic: Clinic, gathering: Gathering, others: Sequence[Gathering]) -> Gathering:
    known = [one.about for other in others for one in other.kept if one.about is not None]
    included = {f"Medication/{one.id}" for one in known if one.resourceType == "Medication"}
    named = [one.medicationReference.reference for one in known if one.medicationReference is not None]
    # One that begins with "#" is inside of the order itself.
    wanted = [each for each in named if each and not each.startswith("#") and each not in included]
    why_not = clinic.plan.why_not("Medication")
    if wanted and why_not is not None:
        gathering.remark(Said.NOT_ASKED, why_not)
        return gathering
    if any(other.doubts and (other.answered or other.failure) for other in others if other.type in ORDERS):
        gathering.complain(Said.TRUNCATED, "orders-not-whole")
    gathering.answered = True
    resolved = clinic.medications.resolve(wanted)
    for body in resolved.found:
        gathering.take_one(body)
    for detail in resolved.details:
        gathering.complain(Said.TRUNCATED, detail)
    gathering.told("read")
    return gathering


def _refuse_an_outage(clinic: Clinic, gathered: Sequence[Gathering]) -> None:
    """A clinic whose every answer is a passing error is down: better no chart today than an empty one."""
    failures = [gathering.failure for gathering in gathered if gathering.failure is not None]
    asked = [gathering for gathering in gathered if gathering.answered or gathering.failure is not None]
    if asked and len(failures) == len(asked) and all(failure.passing for failure in failures):
        details = ", ".join(sorted({failure.detail for failure in failures}))
        raise ClinicUnreachable(
            f"{clinic.endpoint.origin} failed every request for a patient ({details}): try again later"
        )


def _doubt_a_missing_patient(gathered: Mapping[str, Gathering]) -> None:
    """Where the patient was deleted, or merged into another, silence on other types proves nothing."""
    patient = gathered.get("Patient")
    missing = None if patient is None else _missing(patient)
    for name, gathering in gathered.items():
        if missing is not None and name != "Patient" and gathering.answered:
            gathering.remark(missing.said, missing.detail)


def _missing(patient: Gathering) -> Complaint | None:
    failure = patient.failure
    if failure is not None and (failure.status in (404, 410) or failure.reason is Reason.REDIRECT):
        return Complaint(Said.REFUSED, f"patient-{failure.detail}")
    merged = any(was_merged(one.received.body) for one in patient.kept)
    return Complaint(Said.TRUNCATED, "patient-merged") if merged else None
