"""What the JSON interface of audits takes and answers beside the values of the use cases themselves."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from abstractor.abstract import LineRef
from abstractor.workflow.auditing.answers import LONGEST_TEXT, Answer, Said
from abstractor.workflow.auditing.design import (
    MOST_A_STAGE,
    Charts,
    Design,
    Hidden,
    Stratify,
    design_from_json,
)
from abstractor.workflow.auditing.seat_reasons import LONGEST_WORDS
from abstractor.workflow.auditing.training.calibrating import Calibrated
from abstractor.workflow.auditing.training.gating import Held
from abstractor.workflow.auditing.values import (
    Audit,
    AuditPurpose,
    AuditState,
    SeatState,
    SeatView,
    Why,
)

__all__ = [
    "AnswerIn",
    "AuditIn",
    "AuditOut",
    "CalibrationOut",
    "DrawnOut",
    "ExpectedIn",
    "HandOverIn",
    "LeftOutOut",
    "MoveIn",
    "NoteIn",
    "RecordOut",
    "SeatOut",
    "SetUpOut",
    "StepOut",
]

LARGEST = 2**31 - 1


class _In(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True)


class AuditIn(_In):
    """`listed` are patients' numbers; a sample has a `size`. `calibration`: so many training charts for each
    reader at the start, in the middle and at the end.
    """

    cycle_id: int = Field(ge=1, le=LARGEST)
    title: str = Field(min_length=1, max_length=120)
    due_on: date | None = None
    charts: Charts
    seed: int = Field(ge=0, le=2**63 - 1)
    size: int | None = Field(default=None, ge=1, le=100_000)
    strata: tuple[Stratify, ...] = Field(default=(), max_length=3)
    listed: tuple[int, ...] = Field(default=(), max_length=100_000)
    rules: tuple[str, ...] = Field(default=(), max_length=200)
    criteria: bool = True
    lines: bool = True
    readers: int = Field(default=1, ge=1, le=2)
    double_share: float = Field(default=0.0, ge=0, le=1)
    hides: tuple[Hidden, ...] = Field(default=(Hidden.OTHER,), max_length=4)
    lease_minutes: int = Field(default=480, ge=1, le=7 * 24 * 60)
    equal_shares: bool = True
    calibration: int = Field(default=0, ge=0, le=MOST_A_STAGE)

    def design(self) -> Design:
        """`OptionError` where its parts do not fit together."""
        return Design(**self.model_dump(exclude={"cycle_id", "title", "due_on"}))


class AuditOut(_Out):
    """`design` and `cycle_id` are null for a reader from whom the audit hides where its charts are from.
    `warnings`, of an audit that is just defined or opened: what other open audits of its charts mean for it.
    """

    id: int
    title: str
    purpose: AuditPurpose
    state: AuditState
    due_on: date | None
    created_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    hides: tuple[Hidden, ...]
    cycle_id: int | None
    design: Design | None
    warnings: tuple[str, ...] = ()

    @classmethod
    def of(cls, audit: Audit, *, whole: bool, warnings: tuple[str, ...] = ()) -> "AuditOut":
        design = design_from_json(audit.design)
        return cls(
            id=audit.id,
            title=audit.title,
            purpose=audit.purpose,
            state=audit.state,
            due_on=audit.due_on,
            created_at=audit.created_at,
            opened_at=audit.opened_at,
            closed_at=audit.closed_at,
            hides=design.hides,
            cycle_id=audit.cycle_id if whole else None,
            design=design if whole else None,
            warnings=warnings if whole else (),
        )


class SeatOut(_Out):
    """`code` is the chart's name in the audit; `number` 3 is an adjudication."""

    id: int
    audit_id: int
    code: str
    number: int
    state: SeatState
    reader: str | None
    lease_until: datetime | None
    due_on: date | None
    overdue: bool
    ran_out: bool
    differing: int | None

    @classmethod
    def of(cls, view: SeatView) -> "SeatOut":
        return cls(
            id=view.seat.id,
            audit_id=view.seat.audit_id,
            code=view.code,
            number=view.seat.number,
            state=view.seat.state,
            reader=view.reader,
            lease_until=view.seat.lease_until,
            due_on=view.due_on,
            overdue=view.overdue,
            ran_out=view.ran_out,
            differing=view.differing,
        )


class CalibrationOut(_Out):
    """`readers`: each reviewer, and by which training charts they are held back; `stages`: how far each has
    come at each stage, and which share they answered as is known to be right.
    """

    readers: tuple[Held, ...]
    stages: tuple[Calibrated, ...]


class SetUpOut(_Out):
    """So many calibrations were made; 0: all were there."""

    made: int


class DrawnOut(_Out):
    place: int
    code: str
    patient_id: int
    stratum: str
    readers: int


class LeftOutOut(_Out):
    patient_id: int
    why: Why
    stratum: str | None


class ExpectedIn(_In):
    """`expected` is the number of the last step that the sender knows."""

    expected: int = Field(ge=0, le=LARGEST)


class AnswerIn(ExpectedIn):
    """`said` null takes the item's answer away."""

    item: str = Field(min_length=1, max_length=300)
    said: Said | None
    right: str | None = Field(default=None, max_length=40)
    reason: str | None = Field(default=None, max_length=40)
    text: str = Field(default="", max_length=LONGEST_TEXT)
    missing: tuple[str, ...] = Field(default=(), max_length=40)
    wrong: tuple[str, ...] = Field(default=(), max_length=40)
    rule: str | None = Field(default=None, max_length=80)
    line: LineRef | None = None

    def answer(self) -> Answer | None:
        if self.said is None:
            return None
        given = (self.right, self.reason, self.text, self.missing, self.wrong, self.rule, self.line)
        return Answer(self.said, *given)


class NoteIn(ExpectedIn):
    text: str = Field(min_length=1, max_length=LONGEST_TEXT)


class MoveIn(_In):
    """A coded reason, and words."""

    reason: str = Field(max_length=60)
    words: str | None = Field(default=None, max_length=LONGEST_WORDS)


class HandOverIn(MoveIn):
    """`to`: the account that has the seat from now on."""

    to: int = Field(ge=1, le=LARGEST)


class StepOut(_Out):
    """The number of the review's last step."""

    step: int


class RecordOut(_Out):
    """A stored record as its reader may see it: `body` is its text, with what is hidden taken out; then
    `sha256`, of the bytes as they were received, is null.
    """

    resource: str
    version: str | None
    path: str
    body: str
    sha256: str | None
    received_at: datetime | None
