"""One patient, type by type: the search for it, another where the endpoint wants more, the answer."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from abstractor.errors import ClinicUnreachable
from abstractor.fhir.about import patient_id
from abstractor.fhir.address import Endpoint
from abstractor.fhir.answers import Answer
from abstractor.fhir.changes import Changes, Since
from abstractor.fhir.failure import Failure
from abstractor.fhir.gather import Gathering
from abstractor.fhir.held import NOTHING_HELD, Held, HeldType, Kind
from abstractor.fhir.ledger import LedgerRow, Said, answer_of, not_asked, words
from abstractor.fhir.medications import Medications
from abstractor.fhir.missing import Missing, missing_of, read_patient
from abstractor.fhir.page import Entry, Page, decode_page
from abstractor.fhir.page_limits import PageLimits
from abstractor.fhir.paging import Stopped, pages
from abstractor.fhir.plan import Asking, Plan
from abstractor.fhir.received import Received
from abstractor.fhir.referring import gather_medications
from abstractor.fhir.search import search_path
from abstractor.fhir.server_clock import ServerClock, Told

__all__ = ["Clinic", "Pulled", "Unpulled", "ask", "pull_patient", "search"]

_NOTHING: Mapping[str, Gathering] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Pulled:
    """`answers` has one for each type asked, in that order, derived from the `rows` of the ledger.

    `foreign` counts other patients' resources. Of the types in `whole` everything that can be found came;
    `deleted` are ids that are known to be there no more; `through` says until when a type's changes are
    known, by the clinic's clock. Of a patient who is gone, or merged into another, nothing is known so.
    """

    patient: str
    received: tuple[Received, ...]
    answers: tuple[Answer, ...]
    foreign: int
    rows: tuple[LedgerRow, ...] = ()
    whole: frozenset[str] = frozenset()
    deleted: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    through: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))
    kind: Kind = Kind.FULL


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
    clock: ServerClock
    changes: Changes
    limits: PageLimits = field(default_factory=PageLimits)


def pull_patient(
    clinic: Clinic,
    patient: str,
    types: Sequence[str],
    *,
    held: Held = NOTHING_HELD,
    already: Mapping[str, Gathering] = _NOTHING,
) -> Pulled:
    """`already` is what a search of several patients brought of this one, by type: not asked again."""
    identity = patient_id(patient)
    if identity is None:
        return _pulled(patient, {}, {name: (not_asked(name, "unusable-patient-id"),) for name in types})
    gathered = _gathered(clinic, identity, types, held, already)
    told = {name: tuple(one.rows) for name, one in gathered.items()}
    return _pulled(patient, gathered, {name: told.get(name, (not_asked(name),)) for name in types})


def _pulled(
    patient: str, gathered: Mapping[str, Gathering], rows: Mapping[str, tuple[LedgerRow, ...]]
) -> Pulled:
    kept = [one for gathering in gathered.values() for one in gathering.kept]
    counts = Counter(one.about.resourceType for one in kept if one.about is not None)
    missing = _missing_patient(gathered)
    gone = missing is not None and missing.gone
    return Pulled(
        patient,
        received=tuple(one.received for one in kept),
        answers=tuple(answer_of(name, told, counts[name]) for name, told in rows.items()),
        foreign=sum(gathering.foreign for gathering in gathered.values()),
        rows=tuple(row for told in rows.values() for row in told),
        # Where another patient stands in this one's place, that one's records come.
        whole=frozenset(name for name, one in gathered.items() if one.whole or (gone and one.strangers)),
        deleted={"Patient": frozenset({patient.partition("/")[2]})} if gone else {},
        through={
            name: one.until
            for name, one in gathered.items()
            if missing is None and one.known and one.until is not None
        },
        kind=Kind.INCREMENTAL if any(one.since for one in gathered.values()) else Kind.FULL,
    )


def search(
    clinic: Clinic,
    gathering: Gathering,
    parameters: Mapping[str, str],
    *,
    size: int,
    taken: list[Entry] | None = None,
) -> Iterator[None]:
    """One search, page by page, and a count where only that can tell whether it was whole.

    Every entry that came is also put into `taken`.
    """
    withheld = clinic.plan.withheld(gathering.type)
    first = clinic.endpoint.root + search_path(gathering.type, {**parameters, "_count": str(size)})
    steps = pages(clinic.get, first, max_pages=clinic.endpoint.max_pages)
    noted = steps if taken is None else _noted(steps, taken)
    unsure = yield from gathering.search(noted, parameters, page_size=size, limits=clinic.limits)
    if unsure is not None and not (unsure.small and _tells_of_more(clinic, gathering.type, parameters)):
        total = _count(clinic, gathering.type, parameters)
        gathering.settle(unsure.came, total)
        clinic.limits.counted(gathering.type, unsure.came, total=total)
    # A token that was renewed meanwhile may let us read less; what came before it is not made whole by it.
    for why in dict.fromkeys([withheld, clinic.plan.withheld(gathering.type)]):
        if why is not None:
            gathering.withhold(why)
    gathering.told(words(parameters))


def _tells_of_more(clinic: Clinic, kind: str, parameters: Mapping[str, str]) -> bool:
    """Asked for one record where there are several: does the page have a next link?"""
    got = clinic.get(search_path(kind, {**parameters, "_count": "1"}))
    page = decode_page(got) if isinstance(got, bytes) else got
    if isinstance(page, Failure) or not page.following:
        return False
    matches = sum(one.mode not in ("include", "outcome") for one in page.entries)
    clinic.limits.tells(kind, matches, page.total)
    return True


def _noted(steps: Iterator[Page | Stopped], taken: list[Entry]) -> Iterator[Page | Stopped]:
    for step in steps:
        if isinstance(step, Page):
            taken.extend(step.entries)
        yield step


def _gathered(
    clinic: Clinic, identity: str, types: Sequence[str], held: Held, already: Mapping[str, Gathering]
) -> dict[str, Gathering]:
    """Types that are neither searched by patient nor referred to by orders are not asked."""
    now = clinic.clock.latest()
    until = None if now is None else now.theirs
    gathered: dict[str, Gathering] = {}
    seen = {one.received.body for known in already.values() for one in known.kept}
    for name in types:
        if name in already:
            gathered[name] = already[name]
        elif name == "Patient" or clinic.plan.searched(name):
            new = Gathering(name, identity, clinic.endpoint.address_of, seen, until=until)
            gathered[name] = gathering = _ask_held(clinic, new, held.types.get(name), now)
            seen |= gathering.seen
    _refuse_an_outage(clinic, list(gathered.values()))
    if "Medication" in types:
        found = Gathering("Medication", identity, clinic.endpoint.address_of, seen, until=until)
        gathered["Medication"] = gather_medications(
            clinic.plan, clinic.medications, found, gathered, held.medications
        )
    _doubt_a_missing_patient(gathered)
    return gathered


def _ask_held(clinic: Clinic, gathering: Gathering, held: HeldType | None, now: Told | None) -> Gathering:
    """The type's changes alone, where those can be told; else all of it, and the ledger says why."""
    if gathering.type == "Patient":
        return ask(clinic, gathering)
    since = clinic.changes.since(clinic.plan, gathering.type, held, now)
    if isinstance(since, Since):
        changed = ask(clinic, gathering.anew(since=since.moment), since)
        why_not = clinic.changes.why_not(since, changed)
        if changed.clean and held is not None:
            why_not = why_not or _uncounted(clinic, changed, held)
            changed.counted = why_not is None
        if why_not is None:
            return changed
        since = why_not
    gathering.notice = since
    whole = ask(clinic, gathering)
    if whole.bare and held is not None and held.ids:
        _confirm_empty(clinic, whole)
    return whole


def _confirm_empty(clinic: Clinic, gathering: Gathering) -> None:
    """What is held is not let go for an answer that says nothing at all."""
    searches = clinic.plan.asking(gathering.type, gathering.patient or "").searches
    counts = [_count(clinic, gathering.type, parameters) for parameters in searches]
    if any(count != 0 for count in counts):
        gathering.lost = True
        gathering.remark(Said.TRUNCATED, "empty-unconfirmed")


def _count(clinic: Clinic, kind: str, parameters: Mapping[str, str]) -> int | None:
    got = clinic.get(search_path(kind, {**parameters, "_summary": "count"}))
    page = decode_page(got) if isinstance(got, bytes) else got
    return None if isinstance(page, Failure) else page.total


def ask(clinic: Clinic, gathering: Gathering, since: Since | None = None) -> Gathering:
    """One type of one patient; the gathering that comes back is another one where it was asked anew."""
    if gathering.type == "Patient":
        return _read_patient(clinic, gathering)
    again = gathering.anew(since=gathering.since)
    asked = _ask_type(clinic, gathering, since)
    return _ask_type(clinic, again, since) if asked.torn else asked


def _ask_type(clinic: Clinic, gathering: Gathering, since: Since | None) -> Gathering:
    kind, identity = gathering.type, gathering.patient
    asking = clinic.plan.asking(kind, identity or "")
    _ask_each(clinic, gathering, asking, since)
    if asking.fanned or not clinic.plan.learn(kind, gathering.failure):
        return gathering
    # The refused search stands for nothing: the clinic is asked anew, as it wants to be.
    anew = gathering.anew(since=gathering.since)
    _ask_each(clinic, anew, clinic.plan.asking(kind, identity or ""), since)
    return anew


def _ask_each(clinic: Clinic, gathering: Gathering, asking: Asking, since: Since | None) -> None:
    changed = {} if since is None else {since.parameter: since.value}
    for parameters in asking.searches:
        for _ in search(clinic, gathering, {**parameters, **changed}, size=asking.page_size):
            pass
    for why in (asking.why_not, asking.beyond):
        if why is not None:
            gathering.remark(Said.NOT_ASKED, why)


def _uncounted(clinic: Clinic, changed: Gathering, held: HeldType) -> str | None:
    """Why the changes may not be all: records that were held are there no more, or it cannot be told."""
    total = 0
    for parameters in clinic.plan.asking(changed.type, changed.patient or "").searches:
        count = _count(clinic, changed.type, parameters)
        if count is None:
            return clinic.changes.learn(changed.type, "not-counted")
        total += count
    return None if total == len(held.ids | changed.ids.keys()) else "count-differs"


def _read_patient(clinic: Clinic, gathering: Gathering) -> Gathering:
    why_not, withheld = clinic.plan.barred("Patient"), clinic.plan.withheld("Patient")
    if why_not is not None:
        gathering.remark(Said.NOT_ASKED, why_not)
        return gathering
    if withheld is not None:
        gathering.withhold(withheld)
    read_patient(clinic.get, gathering)
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
    missing = _missing_patient(gathered)
    for name, gathering in gathered.items():
        if missing is not None and name != "Patient" and gathering.answered:
            gathering.remark(missing.complaint.said, missing.complaint.detail)
            gathering.lost |= missing.held


def _missing_patient(gathered: Mapping[str, Gathering]) -> Missing | None:
    patient = gathered.get("Patient")
    return None if patient is None else missing_of(patient)
