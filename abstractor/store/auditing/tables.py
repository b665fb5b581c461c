"""The tables of an audit.

Append-only by trigger: what was drawn and left out, what happened to a seat, conflicts of interest, the steps
of a review with its lock, and its ratings. What a reader writes in own words is sealed.
"""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from abstractor.store.columns import Moment
from abstractor.store.connection_tables import METADATA

__all__ = [
    "METADATA",
    "AuditChartRow",
    "AuditReaderRow",
    "CaseShiftRow",
    "ChartAuditRow",
    "ConflictRow",
    "LeftOutRow",
    "RatingRow",
    "ReviewLockRow",
    "ReviewRow",
    "ReviewStepRow",
    "SeatEventRow",
    "SeatRow",
]


class ChartAuditRow(SQLModel, table=True):
    """An audit of a cycle. `design` is JSON: once the audit is open it does not change, and its charts are
    drawn.
    """

    __tablename__ = "chart_audit"
    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int = Field(foreign_key="cycle.id", index=True)
    title: str
    purpose: str
    state: str
    design: str
    design_digest: str | None = None
    due_on: date | None = None
    created_by: int | None = Field(default=None, foreign_key="account.id")
    created_at: datetime = Field(sa_type=Moment)
    opened_at: datetime | None = Field(default=None, sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)


class AuditReaderRow(SQLModel, table=True):
    """Who may review, who may adjudicate in this audit; without a row nobody may."""

    __tablename__ = "audit_reader"
    audit_id: int = Field(foreign_key="chart_audit.id", primary_key=True)
    account_id: int = Field(foreign_key="account.id", primary_key=True)
    reviews: bool
    adjudicates: bool
    added_at: datetime = Field(sa_type=Moment)


class AuditChartRow(SQLModel, table=True):
    """A chart that was drawn, with the abstract that is reviewed, whatever is abstracted later. `code` is its
    name in this audit; `place` its place in the draw, from 1.
    """

    __tablename__ = "audit_chart"
    __table_args__ = (
        UniqueConstraint("audit_id", "patient_id", name="uq_audit_chart_patient"),
        UniqueConstraint("audit_id", "code", name="uq_audit_chart_code"),
        Index("ix_audit_chart_place", "audit_id", "place"),
    )
    id: int | None = Field(default=None, primary_key=True)
    audit_id: int = Field(foreign_key="chart_audit.id")
    patient_id: int = Field(foreign_key="patient.id", index=True)
    abstract_id: int = Field(foreign_key="abstract.id", index=True)
    code: str
    stratum: str
    place: int
    readers: int


class LeftOutRow(SQLModel, table=True):
    """A chart of the cycle that was not drawn, and why; `stratum` where it was in the frame."""

    __tablename__ = "audit_left_out"
    audit_id: int = Field(foreign_key="chart_audit.id", primary_key=True)
    patient_id: int = Field(foreign_key="patient.id", primary_key=True, index=True)
    why: str
    stratum: str | None = None


class SeatRow(SQLModel, table=True):
    """One reading of one chart: `number` 1 and 2 are reviews, 3 the adjudication. `account_id` null: free.

    Nobody has two seats of a chart. A lease that ran out frees the seat for the next who claims.
    """

    __tablename__ = "seat"
    __table_args__ = (
        UniqueConstraint("audit_chart_id", "number", name="uq_seat_number"),
        UniqueConstraint("audit_chart_id", "account_id", name="uq_seat_reader"),
        Index("ix_seat_free", "audit_id", "state", "place"),
        Index("ix_seat_reader", "account_id", "state"),
        Index("ix_seat_counted", "audit_id", "number", "state", "account_id"),
        Index("ix_seat_place", "audit_id", "place", "id"),
        Index(
            "ix_seat_skipped", "audit_id", sqlite_where=text("skips > 0"), postgresql_where=text("skips > 0")
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    audit_id: int = Field(foreign_key="chart_audit.id")
    audit_chart_id: int = Field(foreign_key="audit_chart.id")
    number: int
    place: int
    state: str
    account_id: int | None = Field(default=None, foreign_key="account.id")
    lease_until: datetime | None = Field(default=None, sa_type=Moment)
    skips: int = 0
    changed_at: datetime = Field(sa_type=Moment)


class SeatEventRow(SQLModel, table=True):
    """What happened to a seat, and why: a coded reason, and words where somebody wrote some."""

    __tablename__ = "seat_event"
    id: int | None = Field(default=None, primary_key=True)
    seat_id: int = Field(foreign_key="seat.id", index=True)
    at: datetime = Field(sa_type=Moment)
    what: str
    account_id: int | None = Field(default=None, foreign_key="account.id")
    to_account_id: int | None = Field(default=None, foreign_key="account.id")
    reason: str | None = None
    sealed: bytes | None = None
    key_id: str | None = Field(default=None, foreign_key="data_key.id")


class ConflictRow(SQLModel, table=True):
    """This account must not read this chart: its own word, or the lead's."""

    __tablename__ = "seat_conflict"
    audit_chart_id: int = Field(foreign_key="audit_chart.id", primary_key=True)
    account_id: int = Field(foreign_key="account.id", primary_key=True)
    at: datetime = Field(sa_type=Moment)
    reason: str


class ReviewRow(SQLModel, table=True):
    """One reader's reading on one seat; who takes a seat over begins a review of their own."""

    __tablename__ = "review"
    __table_args__ = (UniqueConstraint("seat_id", "account_id", name="uq_review_reader"),)
    id: int | None = Field(default=None, primary_key=True)
    seat_id: int = Field(foreign_key="seat.id")
    account_id: int = Field(foreign_key="account.id")
    started_at: datetime = Field(sa_type=Moment)


class ReviewStepRow(SQLModel, table=True):
    """One change of one answer, numbered from 1 within the review: the number is the optimistic lock. The
    last step of an item is its answer; `undoes` names the step that this one takes back. `sealed` null: no
    answer.
    """

    __tablename__ = "review_step"
    __table_args__ = (UniqueConstraint("review_id", "number", name="uq_review_step"),)
    id: int | None = Field(default=None, primary_key=True)
    review_id: int = Field(foreign_key="review.id")
    number: int
    kind: str
    item: str
    undoes: int | None = None
    at: datetime = Field(sa_type=Moment)
    sealed: bytes | None = None
    key_id: str | None = Field(default=None, foreign_key="data_key.id", index=True)


class ReviewLockRow(SQLModel, table=True):
    """The review is signed off after so many steps; from then on steps are addenda only."""

    __tablename__ = "review_lock"
    review_id: int = Field(foreign_key="review.id", primary_key=True)
    steps: int
    locked_at: datetime = Field(sa_type=Moment)


class RatingRow(SQLModel, table=True):
    """What a locked review says of one item, in codes alone, beside what the program says: for counting.

    `rating` null: the reader cannot tell. `program` null: the program said nothing of it (a missed finding).
    `line`: the line that it is about ("palliative:2"), null where it is about the patient.
    """

    __tablename__ = "rating"
    __table_args__ = (Index("ix_rating_item", "audit_id", "kind"),)
    review_id: int = Field(foreign_key="review.id", primary_key=True)
    item: str = Field(primary_key=True)
    audit_id: int = Field(foreign_key="chart_audit.id")
    audit_chart_id: int = Field(foreign_key="audit_chart.id", index=True)
    seat_number: int
    kind: str
    rule: str
    line: str | None = None
    answer: str
    rating: str | None = None
    program: str | None = None
    reason: str | None = None


class CaseShiftRow(SQLModel, table=True):
    """By how much the chart of a patient is moved in test case files, and what the files made so far leave in
    doubt: one for good, sealed.
    """

    __tablename__ = "case_shift"
    patient_id: int = Field(foreign_key="patient.id", primary_key=True)
    sealed: bytes
    key_id: str = Field(foreign_key="data_key.id", index=True)
