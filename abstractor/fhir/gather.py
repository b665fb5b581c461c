"""One resource type of one patient: what its searches brought, and every reason why that may not be all.

Each resource is kept once, with its exact bytes. Another patient's resource is never kept. A null entry or
one without a resource is kept as it came, so that the reader quarantines and counts it.
"""

from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from abstractor.fhir.about import About, about
from abstractor.fhir.failure import Failure
from abstractor.fhir.ledger import (
    LOSSES,
    NOTICE,
    UNDOUBTED,
    Complaint,
    LedgerRow,
    Said,
    row_of,
    said_by,
    said_within,
)
from abstractor.fhir.medications import ORDERS
from abstractor.fhir.outcome import issue_codes, notice_codes, only_informs
from abstractor.fhir.page import Entry, Page
from abstractor.fhir.page_limits import PageLimits, Unsure
from abstractor.fhir.paging import Stopped
from abstractor.fhir.received import Received
from abstractor.fhir.self_link import ignored, names, size_told
from abstractor.fhir.server_clock import instant

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
    """Fills while one type is asked; several searches of a fan-out fill the same one, each with its row.

    `patient` is the id that every resource must be about, None where all patients are asked for. `seen` holds
    the bodies kept so far, of any type; `failure` is what the last failed search met. `since` and `until` say
    of which time the changes are asked for, `notice` why it is not of the changes alone; `counted`: a count
    has shown that with what was held these are all.

    `ids` are those of the type's own records that came. `lost`: something of what was asked did not come;
    `strangers`: because page after page was of others alone. `echoed`: the clinic said whom it searched for.
    `unsure`: a record has no id, or two bodies have one. `roots` are addresses that the clinic calls its own.
    """

    type: str
    patient: str | None
    address: Callable[[str, str | None, int], str]
    seen: set[bytes]
    kept: list[Kept] = field(default_factory=list)
    rows: list[LedgerRow] = field(default_factory=list)
    foreign: int = 0
    answered: bool = False
    failure: Failure | None = None
    since: str | None = None
    until: datetime | None = None
    notice: str | None = None
    lost: bool = False
    strangers: bool = False
    unsure: bool = False
    counted: bool = False
    echoed: bool = False
    roots: set[str] = field(default_factory=set)
    ids: dict[str, bytes] = field(default_factory=dict)
    _complaints: list[Complaint] = field(default_factory=list)
    _of_nothing_found: list[bytes] = field(default_factory=list)
    _count: int = 0
    _total: int | None = None
    _position: int = 0
    _told: bool = False

    @property
    def doubts(self) -> list[str]:
        """Every complaint of the rows, each once."""
        told = (detail for row in self.rows for detail in (row.detail or "").split("; "))
        return list(dict.fromkeys(one for one in told if one and not one.startswith(NOTICE)))

    @property
    def clean(self) -> bool:
        """What was asked for came, and nothing was said against it."""
        asked = [row.said for row in self.rows if row.asked is not None]
        return bool(asked) and not self.lost and all(said in UNDOUBTED for said in asked)

    @property
    def whole(self) -> bool:
        """All that the searches can find came: what is held of the type and did not come is there no more."""
        return self.answered and self.since is None and not self.lost

    @property
    def known(self) -> bool:
        """The next time its changes since `until` will do."""
        return (self.whole or self.counted) and self.clean and not self.unsure

    @property
    def bare(self) -> bool:
        """Answered without any entry, and without a total or a link that tells what was searched for."""
        return self.answered and not self._told

    @property
    def torn(self) -> bool:
        """Two bodies came under one id: a record was edited meanwhile, and others may have moved past."""
        return "one-id-twice" in self.doubts

    def anew(self, *, since: str | None = None) -> "Gathering":
        """An empty one for the same type, which leaves `seen` of this one as it is."""
        seen = set(self.seen)
        return Gathering(
            self.type, self.patient, self.address, seen, since=since, until=self.until, notice=self.notice
        )

    def search(
        self, steps: Iterable[Page | Stopped], asked: Mapping[str, str], *, page_size: int, limits: PageLimits
    ) -> Generator[None, None, Unsure | None]:
        """Take in one search, page by page. `Unsure` is returned where only asking again can tell whether
        that is all: the last page may have been full, nothing came after it, no total is to be believed.
        """
        came: set[bytes | int | str] = set()
        total: int | None = None
        matches = idle = 0
        first = True
        for step in steps:
            if isinstance(step, Stopped):
                self._stopped(step)
                return None
            self.answered = True
            if first:
                self._compare(asked, step.own)
                self._own_root(step.own)
                page_size = min(page_size, size_told(step.own) or page_size)
                first = False
            before, foreign = len(came), self.foreign
            matches = sum(self._take(entry, came) for entry in step.entries)
            total = self._total = step.total if total is None else max(total, step.total or 0)
            self._told |= bool(step.entries or step.following or step.own or step.total is not None)
            if step.following:
                limits.paged(self.type, matches, step.total)
            repeats, others = len(came) == before, self.foreign - foreign == matches
            idle = idle + 1 if step.entries and (repeats or others) else 0
            if idle == _IDLE_PAGES:
                self._idled(repeats=repeats)
                return None
            yield
        if total is not None and total > len(came):
            self.complain(Said.TRUNCATED, "total-larger")
            return None
        full = total is None and matches >= page_size
        return limits.unsure(self.type, matches, came=len(came), total=total, full=full)

    def settle(self, came: int, total: int | None) -> None:
        """What a count said about a search that could not tell by itself whether it was whole."""
        if total is None and self._total is not None:
            return
        self._total = total
        if total is None:
            self.complain(Said.TRUNCATED, "total-unknown")
        elif total > came:
            self.complain(Said.TRUNCATED, "total-larger")

    def take_one(self, body: bytes) -> None:
        """A resource that was read by its address, not searched."""
        self.answered = True
        self._take(Entry(body), set())

    def complain(self, said: Said, detail: str) -> None:
        """Of the search, or of the reading, that the next row is about."""
        self.lost |= said in LOSSES
        self._complaints.append(Complaint(said, detail))

    def withhold(self, why: str) -> None:
        """The token does not let us read all of it: what is held and did not come may be there still."""
        self.lost = True
        self.complain(Said.PARTLY_AUTHORISED, why)

    def fail(self, failure: Failure) -> None:
        self.failure = failure
        self.complain(said_by(failure), failure.detail)

    def told(self, asked: str) -> None:
        """The end of a search, or of reading: its row."""
        if self._count:  # "nothing found" was of something else
            for body in self._of_nothing_found:
                self._complain_of(body)
        self._of_nothing_found = []
        row = row_of(self.type, self._complaints, asked=asked, count=self._count, total=self._total)
        noticed = "; ".join(filter(None, [row.detail, self.notice and f"{NOTICE}{self.notice}"])) or None
        until = None if self.until is None else instant(self.until)
        self.rows.append(replace(row, since=self.since, until=until, detail=noticed))
        self._complaints, self._count, self._total = [], 0, None

    def remark(self, said: Said, detail: str) -> None:
        """A row of its own, about what no request asked for."""
        self.rows.append(row_of(self.type, [Complaint(said, detail)], asked=None))

    def _compare(self, asked: Mapping[str, str], own: str | None) -> None:
        for name in ignored(asked, own):
            self.complain(Said.IGNORED, f"ignored:{name}")
        self.echoed = any(names(own, name) for name in ("patient", "_id"))

    def _own_root(self, own: str | None) -> None:
        self.roots.add(self.address("", "", 0).partition("#")[0].rstrip("/"))
        root, found, _ = (own or "").partition("?")[0].rpartition(f"/{self.type}")
        if found and "://" in root:
            self.roots.add(root)

    def _idled(self, *, repeats: bool) -> None:
        self.lost = True
        if repeats:
            self.complain(Said.TRUNCATED, "page-loop")
        else:
            self.strangers = True
            self.complain(Said.IGNORED, "filter-ignored")

    def _stopped(self, step: Stopped) -> None:
        if step.failure is not None and step.page == 1:
            self.fail(step.failure)
        else:
            self.complain(Said.TRUNCATED, f"page {step.page}: {step.detail}")

    def _take(self, entry: Entry, came: set[bytes | int | str]) -> bool:
        """True where the entry is one of those that the search was for, and that `total` counts.

        An id that comes twice is one record on two pages. Two records without an id may be alike and be two.
        """
        self._position += 1
        if entry.complaint is not None:
            self.complain(Said.TRUNCATED, entry.complaint)
            came.add(self._position)
            self._count += 1
            self._keep(entry.body, None)
            return True
        known = about(entry.body)
        if known is None:
            self.complain(Said.TRUNCATED, "unreadable-resource")
        nameless = known is not None and known.id is None
        if entry.mode == "outcome" or (known is not None and known.resourceType == "OperationOutcome"):
            self._withheld(entry.body)
            return False
        foreign = self.patient is not None and known is not None and self._somebody_elses(known)
        if entry.mode != "include" and known is not None and self._not_asked_for(known.resourceType):
            self.complain(Said.TRUNCATED, "wrong-type")
            entry = replace(entry, mode="include")
        if entry.mode != "include":
            mark = self._mark(entry, known)
            self._count += not foreign and mark not in came
            came.add(mark)
        if foreign:
            self.foreign += 1
            self.complain(Said.IGNORED, "foreign-patient")
            return entry.mode != "include"
        self._note_id(entry, known)
        if nameless or entry.body not in self.seen:
            self._keep(entry.body, known)
        return entry.mode != "include"

    def _note_id(self, entry: Entry, known: About | None) -> None:
        """Which record of the type this is; what cannot be told apart by its id must be asked for anew."""
        if known is None or known.id is None:
            self.unsure = True
        elif known.resourceType == self.type and entry.mode != "include":
            if self.ids.setdefault(known.id, entry.body) != entry.body:
                self.unsure = True
                self.complain(Said.TRUNCATED, "one-id-twice")

    def _mark(self, entry: Entry, known: About | None) -> bytes | int | str:
        """What tells one record of the search from another; without an id, its place."""
        if known is None:
            return entry.body
        return self._position if known.id is None else f"{known.resourceType}/{known.id}"

    def _somebody_elses(self, known: About) -> bool:
        other = self.patient is not None and known.somebody_elses(self.patient)
        return other or (bool(self.roots) and known.elsewhere(self.roots))

    def _not_asked_for(self, kind: str) -> bool:
        """Some include the drugs of orders without saying that they are included."""
        return kind != self.type and not (kind == "Medication" and self.type in ORDERS)

    def _withheld(self, body: bytes) -> None:
        if only_informs(body, empty=False):
            return
        if only_informs(body, empty=True):
            self._of_nothing_found.append(body)
        else:
            self._complain_of(body)

    def _complain_of(self, body: bytes) -> None:
        issues, notices = issue_codes(body), notice_codes(body)
        said = said_within(issues, notices)
        self.complain(said, "outcome:" + ",".join(issues or ("unlisted",)))
        for code in notices:
            self.complain(said, f"{NOTICE}{code}")

    def _keep(self, body: bytes, known: About | None) -> None:
        self.seen.add(body)
        kind, identity = (known.resourceType, known.id) if known is not None else (self.type, None)
        self.kept.append(Kept(Received(body, self.address(kind, identity, self._position)), known))
