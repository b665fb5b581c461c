"""What leaves the store about a clinic connection: frozen values, their secrets out of every repr."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

__all__ = [
    "Alert",
    "BulkFile",
    "BulkJob",
    "BulkPhase",
    "FileKind",
    "KeptSetup",
    "KeptToken",
    "KeyRole",
    "LedgerEntry",
    "LedgerReason",
    "Live",
    "Noted",
    "PublicKey",
    "PullKind",
    "PullRun",
    "PullWay",
    "RunState",
]


class PullKind(StrEnum):
    FULL = "full"
    INCREMENTAL = "incremental"


class PullWay(StrEnum):
    SEARCH = "search"
    BULK = "bulk"


class RunState(StrEnum):
    """`incomplete`: everything was asked and the ledger says what did not come."""

    RUNNING = "running"
    DONE = "done"
    INCOMPLETE = "incomplete"
    FAILED = "failed"


class KeyRole(StrEnum):
    """next -> current -> retired."""

    NEXT = "next"
    CURRENT = "current"
    RETIRED = "retired"


class BulkPhase(StrEnum):
    """asked -> waiting -> ready -> loaded -> deleted; `failed` from any of the first three."""

    ASKED = "asked"
    WAITING = "waiting"
    READY = "ready"
    LOADED = "loaded"
    DELETED = "deleted"
    FAILED = "failed"


class FileKind(StrEnum):
    OUTPUT = "output"
    ERROR = "error"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class KeptSetup:
    """One version of a clinic's setup; `document` is JSON, null where it was removed then."""

    name: str
    clinic_id: int
    document: str | None
    kept_at: datetime


@dataclass(frozen=True, slots=True)
class PublicKey:
    kid: str
    algorithm: str
    role: KeyRole
    public_jwk: str
    made_at: datetime
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class KeptToken:
    access: str = field(repr=False)
    expires_at: datetime
    scope: str


@dataclass(frozen=True, slots=True)
class PullRun:
    """A round: `patients` were listed by `listed_at`, `unlisted` entries of the cohort named none to pull,
    and `listing_gap` says why the list may not be whole.
    """

    id: int
    clinic_id: int
    cycle_id: int | None
    setup_name: str | None
    kind: PullKind
    way: PullWay
    state: RunState
    scope: str | None
    error_code: str | None
    started_at: datetime
    ended_at: datetime | None
    listed_at: datetime | None
    patients: int
    unlisted: int
    listing_gap: str | None


@dataclass(frozen=True, slots=True)
class Alert:
    """A trouble with a clinic's pulls; `detail` is a code or a number of ours. `over_at`: until then."""

    id: int
    clinic_id: int
    run_id: int | None
    code: str
    detail: str | None
    began_at: datetime
    told_at: datetime | None
    over_at: datetime | None
    tries: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What was asked for one type and period and what was said: codes and names of parameters, no value."""

    type: str
    since: str | None
    until: str | None
    said: str
    count: int
    total: int | None = None
    asked: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class LedgerReason:
    """What was said to one search in so many charts of a round."""

    type: str
    said: str
    asked: str | None
    detail: str | None
    charts: int


@dataclass(frozen=True, slots=True)
class Live:
    """A resource that the clinic has now; `number` is that of its stored bytes."""

    type: str
    fhir_id: str
    number: int


@dataclass(frozen=True, slots=True)
class Noted:
    """What a pull changed of what is live, in resources; `numbers` are all that it brought."""

    new: int
    changed: int
    same: int
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BulkJob:
    """`asked` is what the export was asked for, `said` what its manifest said beside its files; both as they
    were written down.
    """

    run_id: int
    phase: BulkPhase
    status_address: str | None = field(repr=False)
    transaction_time: str | None
    changed_at: datetime
    asked: str | None = None
    said: str | None = None


@dataclass(frozen=True, slots=True)
class BulkFile:
    """`expected` lines by the manifest, null where it does not say; `lines` of them are kept.

    `signed`: it is fetched with a token. `doubts`: why what came of it may not be all, as (what was said,
    code).
    """

    number: int
    kind: FileKind
    type: str
    address: str = field(repr=False)
    expected: int | None
    lines: int
    finished: bool
    signed: bool = True
    doubts: tuple[tuple[str, str], ...] = ()
