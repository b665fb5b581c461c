"""What leaves the store of audits: frozen values; no table row does."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from abstractor.abstract import Severity, Verdict

__all__ = [
    "ADJUDICATION",
    "Audit",
    "AuditPurpose",
    "AuditReader",
    "AuditState",
    "CaseShift",
    "DrawnChart",
    "FramedChart",
    "LeftOut",
    "Pick",
    "Rating",
    "Review",
    "Seat",
    "SeatEvent",
    "SeatHappening",
    "SeatState",
    "Step",
    "StepKind",
    "Why",
]

# The number of the seat on which what two readers said is settled; 1 and 2 are theirs.
ADJUDICATION = 3


class AuditPurpose(StrEnum):
    LIVE = "live"
    TRAINING = "training"


class AuditState(StrEnum):
    """draft -> open -> closed: charts are drawn and seats made when it is opened."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class Why(StrEnum):
    """Why a chart of the cycle was not drawn."""

    NOT_ABSTRACTED = "not-abstracted"
    NOT_INCLUDED = "not-included"
    NOT_FLAGGED = "not-flagged"
    NOT_LISTED = "not-listed"
    NOT_DRAWN = "not-drawn"
    PURGED = "purged"


class SeatState(StrEnum):
    """free -> claimed <-> held -> done. A claim whose lease ran out is as free to whoever claims next."""

    FREE = "free"
    CLAIMED = "claimed"
    HELD = "held"
    DONE = "done"


class SeatHappening(StrEnum):
    CLAIMED = "claimed"
    RENEWED = "renewed"
    HELD = "held"
    RESUMED = "resumed"
    RELEASED = "released"
    EXPIRED = "expired"
    SKIPPED = "skipped"
    CONFLICT = "conflict"
    HANDED_OVER = "handed-over"
    DONE = "done"
    REOPENED = "reopened"


class StepKind(StrEnum):
    """An addendum is a note after the lock; it changes no answer."""

    ANSWER = "answer"
    UNDO = "undo"
    ADDENDUM = "addendum"


@dataclass(frozen=True, slots=True)
class Audit:
    """`design` is the JSON of `workflow.auditing.design.Design`."""

    id: int
    cycle_id: int
    title: str
    purpose: AuditPurpose
    state: AuditState
    design: str
    due_on: date | None
    created_by: int | None
    created_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class AuditReader:
    account_id: int
    name: str
    reviews: bool
    adjudicates: bool


@dataclass(frozen=True, slots=True)
class FramedChart:
    """A chart of the cycle as it is when charts are drawn: by its latest abstract, where there is one.

    `input_digest` names what that abstract was decided on, `severity` the worst flag of a flagged chart.
    `site` and `clinician` gave the latest line.
    """

    patient_id: int
    abstract_id: int | None = None
    input_digest: str = ""
    verdict: Verdict | None = None
    flagged: bool = False
    severity: Severity | None = None
    site: str | None = None
    clinician: str | None = None


@dataclass(frozen=True, slots=True)
class Pick:
    """A chart that is drawn, as it is kept: see `DrawnChart`."""

    patient_id: int
    abstract_id: int
    code: str
    stratum: str
    place: int
    readers: int


@dataclass(frozen=True, slots=True)
class DrawnChart:
    """`code` is the chart's name in this audit, which says nothing of the patient, the site or the wave."""

    id: int
    audit_id: int
    patient_id: int
    abstract_id: int
    code: str
    stratum: str
    place: int
    readers: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    patient_id: int
    why: Why
    stratum: str | None


@dataclass(frozen=True, slots=True)
class Seat:
    """`number`: 1 and 2 are reviews, `ADJUDICATION` settles them. `account_id` null: nobody's."""

    id: int
    audit_id: int
    chart_id: int
    number: int
    place: int
    state: SeatState
    account_id: int | None
    lease_until: datetime | None
    skips: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class SeatEvent:
    seat_id: int
    at: datetime
    what: SeatHappening
    account_id: int | None
    to_account_id: int | None
    reason: str | None
    words: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """`body` is the JSON of an answer, null where the item has none after this step."""

    number: int
    kind: StepKind
    item: str
    undoes: int | None
    at: datetime
    body: str | None


@dataclass(frozen=True, slots=True)
class Review:
    """`steps` in order; `locked_at` null while it is being written."""

    id: int
    seat_id: int
    account_id: int
    started_at: datetime
    locked_at: datetime | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Rating:
    """What a locked review says of one item, in codes alone. `rating` null: the reader cannot tell; `program`
    null: the program said nothing of it. `line` is "palliative:2", null of what is about the patient.
    """

    review_id: int
    audit_id: int
    chart_id: int
    seat_number: int
    account_id: int
    item: str
    kind: str
    rule: str
    answer: str
    rating: str | None
    program: str | None
    reason: str | None
    line: str | None = None


@dataclass(frozen=True, slots=True)
class CaseShift:
    """By how many `days` every date of a chart is later in test case files (earlier below zero), for good.

    `seed` draws what else is drawn for the files. `left` are the shifts, `days` among them, that the files
    made so far leave possible to who knows the audit; null: none were made.
    """

    seed: str
    days: int
    left: tuple[int, ...] | None
