"""Several patients by one search of each type, where the clinic takes lists: a fraction of the round trips.

What came is taken apart by patient, each part as if that patient had been searched for alone. Where anything
at all is off, nothing of that search is kept and each patient is asked for alone. A list is believed for a
type once a whole group was asked for both ways and nobody was passed over; after that it must still say each
time whom it searched for, or those of whom nothing came are asked for by a list of their own.
"""

import threading
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from abstractor.errors import ClinicUnreachable
from abstractor.fhir.about import About, about, patient_id
from abstractor.fhir.changes import Since
from abstractor.fhir.failure import Failure
from abstractor.fhir.gather import Gathering
from abstractor.fhir.held import HeldType, Wanted
from abstractor.fhir.ledger import words
from abstractor.fhir.page import Entry, Page, decode_page
from abstractor.fhir.page_limits import PageLimits
from abstractor.fhir.pull import Clinic, Unpulled, ask, search
from abstractor.fhir.references import resolve
from abstractor.fhir.search import search_path

__all__ = ["Grouped", "Together", "group_size", "groups"]

_LONGEST = 1200  # characters of the ids in one address
_Parts = dict[str, Gathering]


@dataclass(frozen=True, slots=True)
class Grouped:
    """A patient to pull, and by type what searches of several patients brought already."""

    wanted: Wanted
    already: Mapping[str, Gathering]


@dataclass(slots=True)
class _Belief:
    """Whether lists of a type are taken; `proven` is how long they were where nobody was passed over."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    proven: int = 0
    refused: bool = False


def groups(patients: Iterable[Wanted], most: int, *, at_once: int) -> Iterator[list[Wanted]]:
    """As many patients as one search may name; fewer where there are not enough of them for every thread.

    Whose id fits no address stands alone.
    """
    waiting = iter(patients)
    first = list(islice(waiting, most * at_once))
    size = group_size(len(first), most, at_once=at_once)
    together: list[Wanted] = []
    length = 0
    for one in chain(first, waiting):
        if patient_id(one.patient) is None:
            yield [one]
            continue
        length += len(one.patient)
        if together and (len(together) == size or length > _LONGEST):
            yield together
            together, length = [], len(one.patient)
        together.append(one)
    if together:
        yield together


def group_size(patients: int, most: int, *, at_once: int) -> int:
    """Of so many patients, how many one search names."""
    return most if patients >= most * at_once else -(-patients // at_once)


class Together:
    """Of one connection; any number of threads may use it at once."""

    def __init__(self, clinic: Clinic) -> None:
        self._clinic = clinic
        self._beliefs: defaultdict[str, _Belief] = defaultdict(_Belief)
        self._lock = threading.Lock()
        self._several = False  # a list that was proven gave records of more than one patient
        self._misled = False  # a list of some type passed somebody over

    def ask(self, patients: Sequence[Wanted], types: Sequence[str]) -> list[Grouped | Unpulled]:
        """One group. A type without a part is to be asked for of that patient alone."""
        if len(patients) < 2:
            return [Grouped(one, {}) for one in patients]
        already: defaultdict[str, _Parts] = defaultdict(dict)
        held = {_id(one): one.held.types for one in patients}
        told = {name: self._told(name, patients) for name in types}
        whole = {
            name: {one: why for one, why in them.items() if not isinstance(why, Since)}
            for name, them in told.items()
        }
        try:
            for name in self._in_turn({name: len(them) for name, them in whole.items()}):
                for identity, part in self._type(name, whole[name]).items():
                    if not (part.bare and held[identity].get(name, HeldType()).ids):
                        already[identity][name] = part
            for name, them in told.items():
                changed = {one: since for one, since in them.items() if isinstance(since, Since)}
                for identity, part in self._changed(name, changed, patients).items():
                    already[identity][name] = part
        except ClinicUnreachable as failure:
            return [Unpulled(one.patient, failure) for one in patients]
        return [Grouped(one, already[_id(one)]) for one in patients]

    def _told(self, name: str, patients: Sequence[Wanted]) -> Mapping[str, Since | str | None]:
        """Of whom only the type's changes are asked for, since when; of whom all of it, and why where that is
        for the ledger.
        """
        clinic, now = self._clinic, self._clinic.clock.latest()
        if name == "Patient":
            return dict.fromkeys(map(_id, patients))
        return {
            _id(one): clinic.changes.since(clinic.plan, name, one.held.types.get(name), now)
            for one in patients
        }

    def _in_turn(self, types: Mapping[str, int]) -> Iterator[str]:
        """The types to ask for by a list of so many. While another thread proves one, the next is taken."""
        plan = self._clinic.plan
        waiting = deque(name for name, size in types.items() if size > 1 and plan.takes_lists(name, size))
        put_off = 0
        while waiting:
            name = waiting.popleft()
            belief = self._belief(name)
            if self._misled or belief.refused:
                continue
            if belief.proven >= types[name]:
                put_off = 0
                yield name
            elif belief.lock.acquire(blocking=put_off > len(waiting)):
                put_off = 0
                try:
                    yield from () if self._misled or belief.refused else (name,)
                finally:
                    belief.lock.release()
            else:
                put_off += 1
                waiting.append(name)

    def _type(self, name: str, identities: Mapping[str, str | None]) -> _Parts:
        """The parts that may be kept. A patient without any is asked for alone until the type is believed."""
        parts = self._listed(name, identities)
        found = sum(1 for part in parts.values() if part.kept)
        belief = self._belief(name)
        if name == "Patient":
            belief.proven = max(belief.proven, len(identities))  # whoever is missing is read alone
            return {identity: part for identity, part in parts.items() if part.kept}
        if not parts or belief.proven >= len(identities):
            return parts
        for identity in [one for one, part in parts.items() if not part.kept]:
            parts[identity] = ask(self._clinic, self._new(name, identity, identities[identity]))
            if parts[identity].kept:
                self._misled = True
                return {}
        self._several |= found > 1
        if self._several:
            belief.proven = len(identities)
        return parts

    def _changed(self, name: str, since: Mapping[str, Since], patients: Sequence[Wanted]) -> _Parts:
        """The changes of them all, where a count of all shows that with what was held these are all. Records
        that a list passes over are missed by the count too, so it need not be believed before.
        """
        plan = self._clinic.plan
        if len(since) < 2 or self._misled or not plan.takes_lists(name, len(since)):
            return {}
        first = min(since.values(), key=lambda one: one.moment)
        asking = plan.asking_together(name, list(since))
        everybody = self._new(name, None)
        entries: list[Entry] = []
        asked = {**asking.searches[0], first.parameter: first.value}
        for _ in search(self._clinic, everybody, asked, size=asking.page_size, taken=entries):
            pass
        shares = _shared_out(everybody, list(since), entries) if everybody.clean else None
        parts: _Parts = {}
        for identity, share in (shares or {}).items():
            part = self._new(name, identity)
            part.roots |= everybody.roots
            part.since, part.until, part.counted = first.moment, everybody.until, True
            parts[identity] = _filled(part, share, asked, counted=True)
        held = {_id(one): one.held.types[name].ids for one in patients if _id(one) in parts}
        known = sum(len(held[identity] | part.ids.keys()) for identity, part in parts.items())
        return parts if parts and known == self._count(name, asking.searches[0]) else {}

    def _count(self, name: str, parameters: Mapping[str, str]) -> int | None:
        got = self._clinic.get(search_path(name, {**parameters, "_summary": "count"}))
        page = decode_page(got) if isinstance(got, bytes) else got
        return None if isinstance(page, Failure) else page.total

    def _listed(self, name: str, identities: Mapping[str, str | None]) -> _Parts:
        """What one search of them all brought, taken apart; nothing where anything is off."""
        asking = self._clinic.plan.asking_together(name, list(identities))
        everybody = self._new(name, None)
        entries: list[Entry] = []
        (asked,) = asking.searches
        for _ in search(self._clinic, everybody, asked, size=asking.page_size, taken=entries):
            pass
        (row,) = everybody.rows
        if row.detail is not None:
            failure = everybody.failure
            self._belief(name).refused |= failure is None or not failure.passing
            return {}
        shares = _shared_out(everybody, list(identities), entries)
        if shares is None or (row.total is not None and row.total != row.count):
            return {}
        if not everybody.echoed and not self._nothing_of(name, [one for one in shares if not shares[one]]):
            return {}
        parts: _Parts = {}
        for identity, share in shares.items():
            part = self._new(name, identity, identities[identity])
            part.roots |= everybody.roots
            part.until = everybody.until
            parts[identity] = _filled(part, share, asked, counted=row.total is not None)
        return parts

    def _nothing_of(self, name: str, silent: Sequence[str]) -> bool:
        """Is there nothing of those of whom nothing came? Last first: what is cut off is the end of a list.
        While a list is not yet believed each of them is asked for alone.
        """
        belief = self._belief(name)
        if not silent or name == "Patient" or belief.proven < len(silent):
            return True
        (asked,) = self._clinic.plan.asking_together(name, silent[::-1]).searches
        got = self._clinic.get(search_path(name, {**asked, "_count": "1"}))
        page = decode_page(got) if isinstance(got, bytes) else got
        if isinstance(page, Failure) or page.total or any(one.mode != "outcome" for one in page.entries):
            belief.refused = True
            return False
        return True

    def _new(self, name: str, identity: str | None, notice: str | None = None) -> Gathering:
        now = self._clinic.clock.latest()
        until = None if now is None else now.theirs
        address = self._clinic.endpoint.address_of
        return Gathering(name, identity, address, set(), until=until, notice=notice)

    def _belief(self, name: str) -> _Belief:
        with self._lock:
            return self._beliefs[name]


def _id(wanted: Wanted) -> str:
    return wanted.patient.removeprefix("Patient/")


def _filled(part: Gathering, share: Sequence[Entry], asked: Mapping[str, str], *, counted: bool) -> Gathering:
    """As the search of this patient alone would have filled it."""
    total = len({one.body for one in share}) if counted else None
    limits = PageLimits()  # the whole list was looked at
    for _ in part.search([Page(tuple(share), total, None)], {}, page_size=len(share) + 1, limits=limits):
        pass
    part.told(words(asked))
    return part


def _shared_out(
    everybody: Gathering, identities: Sequence[str], entries: Sequence[Entry]
) -> Mapping[str, Sequence[Entry]] | None:
    """Each entry to its patient; None where one is nobody's of these, or cannot be told from another."""
    name = everybody.type
    shares: dict[str, list[Entry]] = {one: [] for one in identities}
    for entry in entries:
        known = about(entry.body)
        owner = _owner(known, name) if known is not None and entry.mode != "include" else None
        if owner not in shares or (known is not None and known.elsewhere(everybody.roots)):
            return None
        shares[owner].append(entry)
    if name == "Patient" and any(len({one.body for one in share}) > 1 for share in shares.values()):
        return None
    return shares


def _owner(known: About, name: str) -> str | None:
    """The id of the patient it names, where all that it names is that one."""
    if known.resourceType != name or known.id is None:
        return None
    if name == "Patient":
        return known.id
    named = [one.reference for one in (known.subject, known.patient) if one is not None]
    owners = {resolve(reference, {}, expected="Patient") for reference in named}
    owner = owners.pop() if len(owners) == 1 else None
    return owner.removeprefix("Patient/") if owner is not None and owner.startswith("Patient/") else None
