"""What the JSON interface answers, besides the abstract itself, which is the contract's own object."""

from datetime import date, datetime
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from abstractor.abstract import Severity, Verdict

__all__ = ["CycleOut", "EvidenceOut", "Listed", "QueueItemOut", "SourceOut", "SummaryOut"]

Item = TypeVar("Item")


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class Listed(_Out, Generic[Item]):
    """One page of a list; `page` counts from 1."""

    items: tuple[Item, ...]
    page: int
    pages: int
    total: int


class PeriodOut(_Out):
    start: date
    end: date


class CycleOut(_Out):
    """`listing_gap` says why the clinic's list of patients may not have been whole."""

    id: int
    clinic: str
    period: PeriodOut
    as_of: date
    timezone: str
    definition: str
    gap_days: int
    program: str
    listing_gap: str | None
    opened_at: datetime
    cohort: str


class SummaryOut(_Out):
    patients: int
    included: int
    review: int
    excluded: int
    flagged: int
    quarantined: int
    seconds: float


class QueueItemOut(_Out):
    """A flagged chart; `patient_id` is the service's own number."""

    item_id: int
    patient_id: int
    label: str
    severity: Severity | None
    codes: tuple[str, ...]
    verdict: Verdict
    lines: str
    opened_at: datetime
    abstract: str


class EvidenceOut(_Out):
    """One element that the abstract cites; `source` is the address of the stored resource."""

    number: int
    resource: str
    version: str | None
    path: str
    value: str | float | bool | None
    source: str


class SourceOut(_Out):
    """A stored resource: `body` is the text exactly as received, `sha256` the digest of its bytes."""

    resource: str
    version: str | None
    received_at: datetime
    sha256: str
    body: str
    path: str
    found: str
    marked_lines: tuple[int, ...]
