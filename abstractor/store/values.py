"""What leaves the store: frozen values; no table row does.

A patient goes by a number of ours and a label ("Chart 12"). The FHIR reference is for the program's own use:
it may stand on a page behind sign-in, never in an address, a log line or a job.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from abstractor.abstract import Abstract, LineRef, Severity, Verdict
from abstractor.chart import Completeness
from abstractor.dates import Period

__all__ = [
    "Account",
    "Action",
    "ChartView",
    "Clinic",
    "Cycle",
    "LineClinician",
    "Progress",
    "PulledChart",
    "Quarantine",
    "QueuePage",
    "QueueRow",
    "RawCopy",
    "Repaired",
    "Role",
    "SourceView",
    "Stage",
    "Summary",
    "TrailEntry",
    "Work",
    "WorkKind",
    "WorkState",
    "chart_label",
]


class WorkKind(StrEnum):
    PULL = "pull"
    ABSTRACT = "abstract"


class WorkState(StrEnum):
    """waiting -> leased -> done | failed; an unfinished lease goes back to waiting."""

    WAITING = "waiting"
    LEASED = "leased"
    DONE = "done"
    FAILED = "failed"


class Role(StrEnum):
    """What an account is for; it may hold several. `workflow.access` says what each may."""

    VIEWER = "viewer"
    AUDITOR = "auditor"
    ADJUDICATOR = "adjudicator"
    QI_LEAD = "qi-lead"
    IT_ADMIN = "it-admin"


class Action(StrEnum):
    """What the audit trail records."""

    SIGNED_IN = "signed-in"
    SIGN_IN_REFUSED = "sign-in-refused"
    SIGNED_OUT = "signed-out"
    ACCESS_REFUSED = "access-refused"
    LAUNCH_REFUSED = "launch-refused"
    ACCOUNT_ADDED = "account-added"
    ACCOUNT_CHANGED = "account-changed"
    ACCOUNT_CLAIMED = "account-claimed"
    ACCOUNT_DISABLED = "account-disabled"
    ACCOUNT_ENABLED = "account-enabled"
    LINK_MADE = "link-made"
    PASSWORD_SET = "password-set"  # noqa: S105 - what was done, no password
    TOKEN_MADE = "token-made"  # noqa: S105 - as above
    TOKEN_REVOKED = "token-revoked"  # noqa: S105 - as above
    QUEUE_READ = "queue-read"
    CHART_OPENED = "chart-opened"
    SOURCE_OPENED = "source-opened"
    PATIENT_PURGED = "patient-purged"
    CYCLE_PURGED = "cycle-purged"
    CLINIC_PURGED = "clinic-purged"
    KEY_ROTATED = "key-rotated"
    KEY_RETIRED = "key-retired"
    TRAIL_BEGUN = "trail-begun"
    TRAIL_BROKEN = "trail-broken"
    TRAIL_VERIFIED = "trail-verified"
    TRAIL_READ = "trail-read"
    TRAIL_EXPORTED = "trail-exported"
    CHART_PULLED = "chart-pulled"
    CHART_ABSTRACTED = "chart-abstracted"
    CHARTS_EXPORTED = "charts-exported"
    BACKED_UP = "backed-up"
    RESTORED = "restored"
    AUDIT_DEFINED = "audit-defined"
    AUDIT_READER_SET = "audit-reader-set"
    AUDIT_OPENED = "audit-opened"
    AUDIT_CLOSED = "audit-closed"
    DRAW_READ = "draw-read"
    SEAT_CLAIMED = "seat-claimed"
    SEAT_RENEWED = "seat-renewed"
    SEAT_HELD = "seat-held"
    SEAT_RESUMED = "seat-resumed"
    SEAT_RELEASED = "seat-released"
    SEAT_SKIPPED = "seat-skipped"
    SEAT_HANDED_OVER = "seat-handed-over"
    SEAT_CONFLICT = "seat-conflict"
    REVIEW_STARTED = "review-started"
    ANSWER_SAVED = "answer-saved"
    ANSWER_UNDONE = "answer-undone"
    REVIEW_LOCKED = "review-locked"
    REVIEW_NOTED = "review-noted"
    REVIEWS_COMPARED = "reviews-compared"


def chart_label(patient_id: int) -> str:
    """What a chart is called wherever its patient's name or reference must not stand."""
    return f"Chart {patient_id}"


@dataclass(frozen=True, slots=True)
class Clinic:
    id: int
    name: str
    base_url: str
    group: str | None


@dataclass(frozen=True, slots=True)
class Cycle:
    """One measurement: which clinic, which period, as known on which day, by which rules.

    `listing_gap` says why the clinic's list of patients may not have been whole; null: it was, or is not read
    yet.
    """

    id: int
    clinic_id: int
    clinic: str
    period: Period
    as_of: date
    timezone: str
    definition: str
    gap_days: int
    program: str
    listing_gap: str | None
    opened_at: datetime
    cohort: str


@dataclass(frozen=True, slots=True)
class Work:
    """One leased piece of work: what is to be done, for whom, and by whom it is held.

    A pull is of a round, and of a cycle where the round is a cycle's; an abstract is of a cycle.
    """

    id: int
    kind: WorkKind
    cycle_id: int | None
    run_id: int | None
    patient_id: int
    patient: str
    attempts: int
    owner: str


@dataclass(frozen=True, slots=True)
class RawCopy:
    """A resource exactly as it came, and where from."""

    body: bytes
    origin: str


@dataclass(frozen=True, slots=True)
class PulledChart:
    """Everything that one pull brought; `digest` names exactly this content."""

    pull_id: int
    copies: tuple[RawCopy, ...]
    answers: tuple[Completeness, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Quarantine:
    """A resource of one chart that could not be read: where, and why, never what stood there."""

    type: str
    origin: str
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Repaired:
    """How many resources of a type took that repair to be read, by the name that declares it."""

    type: str
    repair: str
    records: int


@dataclass(frozen=True, slots=True)
class LineClinician:
    """Who gave a line, kept beside the abstract and never in it; references, not names.

    `via` says how the clinician is known: "requester", "attender", or null where nobody is on record.
    """

    line: LineRef
    clinician: str | None
    site: str | None
    via: str | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """How far one kind of work of a cycle has come."""

    waiting: int
    leased: int
    done: int
    failed: int

    @property
    def total(self) -> int:
        return self.waiting + self.leased + self.done + self.failed

    @property
    def finished(self) -> bool:
        return self.waiting == self.leased == 0


@dataclass(frozen=True, slots=True)
class Progress:
    """`errors` holds (code, rows) of the work that failed for good."""

    pulls: Stage
    abstracts: Stage
    errors: tuple[tuple[str, int], ...]

    @property
    def finished(self) -> bool:
        return self.pulls.finished and self.abstracts.finished


@dataclass(frozen=True, slots=True)
class Summary:
    """The contract's summary line of a cycle, in its order."""

    patients: int
    included: int
    review: int
    excluded: int
    flagged: int
    quarantined: int
    seconds: float


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One flagged chart. `codes` are its flags', worst first; `lines` is like "palliative: THP, TDM1"."""

    item_id: int
    patient_id: int
    label: str
    severity: Severity | None
    codes: tuple[str, ...]
    verdict: Verdict
    lines: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of the audit queue; `page` counts from 1, `pages` is at least 1.

    `total` is of those asked for, `flagged` of the whole cycle; `counts` has every severity.
    """

    rows: tuple[QueueRow, ...]
    total: int
    flagged: int
    counts: dict[Severity, int]
    page: int
    pages: int
    cycle: Cycle


@dataclass(frozen=True, slots=True)
class ChartView:
    """A chart's latest abstract in a cycle; `item_id` is null where the chart is not in the audit queue."""

    patient_id: int
    label: str
    item_id: int | None
    cycle: Cycle
    abstract: Abstract
    clinicians: tuple[LineClinician, ...]
    quarantined: tuple[Quarantine, ...]
    repaired: tuple[Repaired, ...]
    abstracted_at: datetime


@dataclass(frozen=True, slots=True)
class SourceView:
    """A stored resource, its bytes exactly as received: when they first came, and when the pull was made that
    holds them.
    """

    resource: str
    version: str | None
    body: bytes
    origin: str
    received_at: datetime
    pulled_at: datetime


@dataclass(frozen=True, slots=True)
class Account:
    """`sites` are the numbers of its clinics; null: every clinic, also one that is yet to come."""

    id: int
    name: str
    roles: frozenset[Role]
    sites: frozenset[int] | None


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """One line of the audit trail: who did what, when, to which chart and source."""

    id: int
    at: datetime
    action: str
    account_id: int | None
    patient_id: int | None
    cycle_id: int | None
    resource: str | None
    version: str | None
    detail: str | None = None
    mac: bytes | None = None
