"""One resource type of one patient: what its searches brought, and every reason why that may not be all.

Each resource is kept once, with its exact bytes. Another patient's resource is never kept. A null entry or
one without a resource is kept as it came, so that the reader quarantines and counts it.
"""

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field

from abstractor.chart import Seen
from abstractor.fhir.about import About, about
from abstractor.fhir.answers import Answer
from abstractor.fhir.failure import Failure
from abstractor.fhir.outcome import issue_codes
from abstractor.fhir.page import Entry, Page
from abstractor.fhir.paging import Stopped
from abstractor.fhir.received import Received

__all__ = ["Gathering", "Kept"]

# Pages in a row that bring nothing of this patient's before the endpoint is taken to ignore what it is asked.
_IDLE_PAGES = 3


@dataclass(frozen=True, slots=True)
class Kept:
    """A received resource, and what it is about where that could be read."""

    received: Received
    about: About | None


@dataclass(slots=True)
class Gathering:
    """Fills while one type is asked; several searches of a fan-out fill the same one.

    `patient` is the id that every resource must be about, None where all patients are asked for. `seen` holds
    the bodies kept so far, of any type; `failure` is what the last failed search met.
    """

    type: str
    patient: str | None
    address: Callable[[str, str | None, int], str]
    seen: set[bytes]
    kept: list[Kept] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    foreign: int = 0
    answered: bool = False
    failure: Failure | None = None
    _position: int = 0

    def search(self, steps: Iterable[Page | Stopped], *, page_size: int) -> Generator[None, None, int | None]:
        """Take in one search, page by page. A number is returned where only a count can tell whether that is
        all: the last page was full, nothing came after it, and no total was given (some forget `next`).
        """
        came: set[bytes | int] = set()
        total: int | None = None
        full, idle = False, 0
        for step in steps:
            if isinstance(step, Stopped):
                self._stopped(step)
                return None
            self.answered = True
            before, foreign = len(came), self.foreign
            matches = sum(self._take(entry, came) for entry in step.entries)
            total = step.total if total is None else max(total, step.total or 0)
            full = matches >= page_size
            repeats, others = len(came) == before, self.foreign - foreign == matches
            idle = idle + 1 if step.entries and (repeats or others) else 0
            if idle == _IDLE_PAGES:
                self.complain("page-loop" if repeats else "filter-ignored")
                return None
            yield
        if total is not None and total > len(came):
            self.complain("total-larger")
        return len(came) if full and total is None else None

    def settle(self, came: int, total: int | None) -> None:
        """What a count said about a search that could not tell by itself whether it was whole."""
        if total is None:
            self.complain("total-unknown")
        elif total > came:
            self.complain("total-larger")

    def take_one(self, body: bytes) -> None:
        """A resource that was read by its address, not searched."""
        self.answered = True
        self._take(Entry(body), set())

    def complain(self, detail: str) -> None:
        self.complaints.append(detail)

    def fail(self, failure: Failure) -> None:
        self.failure = failure
        self.complain(failure.detail)

    def answer(self, count: int) -> Answer:
        """Complaints without any page that came are a refusal."""
        detail = "; ".join(dict.fromkeys(self.complaints)) or None
        if detail is not None:
            return Answer(self.type, Seen.PARTIAL if self.answered else Seen.REFUSED, count, detail)
        return Answer(self.type, Seen.COMPLETE if count else Seen.EMPTY, count, None)

    def _stopped(self, step: Stopped) -> None:
        if step.failure is not None and step.page == 1:
            self.fail(step.failure)
        else:
            self.complain(f"page {step.page}: {step.detail}")

    def _take(self, entry: Entry, came: set[bytes | int]) -> bool:
        """True where the entry is one of those that the search was for, and that `total` counts.

        A body that comes twice is one record on two pages. Two records without an id may be alike and be two.
        """
        self._position += 1
        if entry.complaint is not None:
            self.complain(entry.complaint)
            came.add(self._position)
            self._keep(entry.body, None)
            return True
        known = about(entry.body)
        if known is None:
            self.complain("unreadable-resource")
        nameless = known is not None and known.id is None
        if entry.mode == "outcome" or (known is not None and known.resourceType == "OperationOutcome"):
            self.complain("outcome:" + ",".join(issue_codes(entry.body) or ("unlisted",)))
            return False
        if entry.mode != "include":
            came.add(self._position if nameless else entry.body)
        if self.patient is not None and known is not None and known.somebody_elses(self.patient):
            self.foreign += 1
            self.complain("foreign-patient")
        elif nameless or entry.body not in self.seen:
            self._keep(entry.body, known)
        return entry.mode != "include"

    def _keep(self, body: bytes, known: About | None) -> None:
        self.seen.add(body)
        kind, identity = (known.resourceType, known.id) if known is not None else (self.type, None)
        self.kept.append(Kept(Received(body, self.address(kind, identity, self._position)), known))
