"""The tables. Rows of them stay in this room.

Append-only by trigger (see `append_only`): raw resources, pulls with their answers, abstracts with what
stands beside them, the audit trail. Patients are numbered; their reference is kept once, here. Enumerations
are kept as their text.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Integer, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from abstractor.store.columns import BigKey, Moment

__all__ = [
    "METADATA",
    "AbstractRow",
    "ClinicRow",
    "CycleRow",
    "DataKeyRow",
    "DateKeyRow",
    "DoorRow",
    "LineClinicianRow",
    "PatientRow",
    "PullAnswerRow",
    "PullResourceRow",
    "PullRow",
    "QuarantineRow",
    "QueueItemRow",
    "RawRow",
    "RepairRow",
    "TrailRow",
    "WorkRow",
]


class ClinicRow(SQLModel, table=True):
    """An endpoint that patients are pulled from; `fhir_group` limits the cohort to a Group's members.

    A row never changes: cycles are of this address. No group is the empty text, for null equals no null.
    """

    __tablename__ = "clinic"
    __table_args__ = (UniqueConstraint("name", "base_url", "fhir_group", name="uq_clinic_endpoint"),)
    id: int | None = Field(default=None, primary_key=True)
    name: str
    base_url: str
    fhir_group: str = ""
    registered_at: datetime = Field(sa_type=Moment)


class PatientRow(SQLModel, table=True):
    """A patient by number; once purged the reference says no more than that, and the number stays."""

    __tablename__ = "patient"
    __table_args__ = (UniqueConstraint("clinic_id", "reference", name="uq_patient_reference"),)
    id: int | None = Field(default=None, primary_key=True)
    clinic_id: int = Field(foreign_key="clinic.id")
    reference: str
    first_seen_at: datetime = Field(sa_type=Moment)
    purged_at: datetime | None = Field(default=None, sa_type=Moment)


class DataKeyRow(SQLModel, table=True):
    """A key that rows are or were sealed under, by its id; the key itself is never here.

    Nothing is sealed under a retired key any more, not even by a process that was started before.
    """

    __tablename__ = "data_key"
    id: str = Field(primary_key=True)
    retired_at: datetime | None = Field(default=None, sa_type=Moment)


class DateKeyRow(SQLModel, table=True):
    """What the dates of exports are shifted with, sealed; one row, from the first export on."""

    __tablename__ = "date_key"
    id: int = Field(primary_key=True)
    sealed: bytes
    key_id: str = Field(foreign_key="data_key.id")


class DoorRow(SQLModel, table=True):
    """The one door through the append-only guard (`append_only.door`): open while a row is here.

    The row refers to a clinic 0, which never is, and the database asks for it at the commit: whoever leaves
    the door open can keep nothing.
    """

    __tablename__ = "append_only_door"
    reason: str = Field(primary_key=True)
    shut: int = Field(
        sa_type=Integer,
        sa_column_args=(ForeignKey("clinic.id", deferrable=True, initially="DEFERRED"),),
        nullable=False,
    )


class RawRow(SQLModel, table=True):
    """A resource as received. The same bytes are one row; another version, or other bytes for the same one,
    another.

    `type` and `fhir_id` are empty where the bytes say neither. `body` is sealed; `key_id` null: a row from
    before sealing, which `schema.upgrade` seals. `sha256` is of the bytes as received.
    """

    __tablename__ = "raw_resource"
    __table_args__ = (
        UniqueConstraint("clinic_id", "sha256", name="uq_raw_bytes"),
        Index("ix_raw_resource_identity", "clinic_id", "type", "fhir_id"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey())
    clinic_id: int = Field(foreign_key="clinic.id")
    type: str
    fhir_id: str
    version: str | None = None
    sha256: bytes
    body: bytes
    key_id: str | None = Field(default=None, foreign_key="data_key.id", index=True)
    origin: str
    received_at: datetime = Field(sa_type=Moment)


class CycleRow(SQLModel, table=True):
    """One measurement; `editions`, `value_sets`, `line_policy` stamp the library that it was opened with.

    `unlisted` counts Patient resources of the cohort that could not be read far enough to be pulled;
    `listing_gap` says in codes why the list may not be whole.
    """

    __tablename__ = "cycle"
    id: int | None = Field(default=None, primary_key=True)
    clinic_id: int = Field(foreign_key="clinic.id", index=True)
    period_start: date
    period_end: date
    as_of: date
    timezone: str
    definition: str
    gap_days: int
    cohort: str
    program: str
    editions: str
    value_sets: str
    line_policy: str
    unlisted: int = 0
    listing_gap: str | None = None
    opened_at: datetime = Field(sa_type=Moment)
    purged_at: datetime | None = Field(default=None, sa_type=Moment)


class PullRow(SQLModel, table=True):
    """One patient's chart as fetched, for one cycle or in a run of none; `foreign_count`: other patients'
    resources, refused.
    """

    __tablename__ = "pull"
    __table_args__ = (
        UniqueConstraint("cycle_id", "patient_id", name="uq_pull_chart"),
        Index("uq_pull_round", "run_id", "patient_id", unique=True),
        Index(
            "ix_pull_foreign",
            "cycle_id",
            sqlite_where=text("foreign_count > 0"),
            postgresql_where=text("foreign_count > 0"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int | None = Field(default=None, foreign_key="cycle.id")
    run_id: int | None = Field(default=None, foreign_key="pull_run.id")
    patient_id: int = Field(foreign_key="patient.id", index=True)
    kind: str = Field(default="full", sa_column_kwargs={"server_default": "full"})
    foreign_count: int
    pulled_at: datetime = Field(sa_type=Moment)


class PullAnswerRow(SQLModel, table=True):
    """What the endpoint said when it was asked for one type: the ground of every "not done"."""

    __tablename__ = "pull_answer"
    pull_id: int = Field(foreign_key="pull.id", primary_key=True)
    type: str = Field(primary_key=True)
    state: str
    count: int
    detail: str | None = None


class PullResourceRow(SQLModel, table=True):
    """Which stored resources a pull brought; a Practitioner is stored once and linked to many pulls."""

    __tablename__ = "pull_resource"
    pull_id: int = Field(foreign_key="pull.id", primary_key=True)
    resource_id: int = Field(
        sa_type=BigKey(), sa_column_args=(ForeignKey("raw_resource.id"),), primary_key=True, index=True
    )


class WorkRow(SQLModel, table=True):
    """One piece of work on one chart, of a round or of a cycle: the database owns it, the queue only carries
    its number.

    `job_id` and `queued_at` say how it was last handed to the queue; `due_at` when it may be handed over
    (again).
    """

    __tablename__ = "work"
    __table_args__ = (
        Index("ix_work_cycle", "cycle_id", "kind", "state"),
        Index("ix_work_ended", "cycle_id", "ended_at"),
        Index("ix_work_run", "run_id", "kind", "state"),
        Index("ix_work_lease", "state", "lease_until"),
        Index("ix_work_ready", "state", "job_id", "due_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    cycle_id: int | None = Field(default=None, foreign_key="cycle.id")
    run_id: int | None = Field(default=None, foreign_key="pull_run.id")
    patient_id: int = Field(foreign_key="patient.id")
    idempotency_key: str = Field(unique=True)
    state: str
    attempts: int = 0
    lease_owner: str | None = Field(default=None, index=True)
    lease_until: datetime | None = Field(default=None, sa_type=Moment)
    job_id: str | None = None
    queued_at: datetime | None = Field(default=None, sa_type=Moment)
    due_at: datetime = Field(sa_type=Moment)
    error_code: str | None = None
    created_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class AbstractRow(SQLModel, table=True):
    """One abstract, as its public JSON. The same input decided twice in a cycle is one row; the latest
    counts.
    """

    __tablename__ = "abstract"
    __table_args__ = (
        UniqueConstraint("cycle_id", "patient_id", "input_digest", name="uq_abstract_input"),
        Index("ix_abstract_patient", "patient_id", "id"),
        Index("ix_abstract_verdict", "cycle_id", "verdict", "flagged"),
    )
    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int = Field(foreign_key="cycle.id")
    patient_id: int = Field(foreign_key="patient.id")
    pull_id: int = Field(foreign_key="pull.id")
    input_digest: str
    verdict: str
    flagged: bool
    body: str
    abstracted_at: datetime = Field(sa_type=Moment)


class LineClinicianRow(SQLModel, table=True):
    """Who gave a line and where: kept beside the abstract, never in it."""

    __tablename__ = "line_clinician"
    abstract_id: int = Field(foreign_key="abstract.id", primary_key=True)
    setting: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    clinician: str | None = None
    site: str | None = None
    via: str | None = None


class QuarantineRow(SQLModel, table=True):
    __tablename__ = "quarantine"
    id: int | None = Field(default=None, primary_key=True)
    abstract_id: int = Field(foreign_key="abstract.id", index=True)
    type: str
    origin: str
    path: str
    reason: str


class RepairRow(SQLModel, table=True):
    """How many records of a type took a repair to read for that abstract."""

    __tablename__ = "repair"
    id: int | None = Field(default=None, primary_key=True)
    abstract_id: int = Field(foreign_key="abstract.id", index=True)
    type: str
    repair: str
    records: int


class QueueItemRow(SQLModel, table=True):
    """A flagged chart that a human should see: once a cycle. `rank` is its worst severity, 0 the worst."""

    __tablename__ = "queue_item"
    __table_args__ = (
        UniqueConstraint("cycle_id", "patient_id", name="uq_queue_chart"),
        Index("ix_queue_item_order", "cycle_id", "rank", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int = Field(foreign_key="cycle.id")
    patient_id: int = Field(foreign_key="patient.id")
    abstract_id: int = Field(foreign_key="abstract.id")
    rank: int
    codes: str
    verdict: str
    lines: str
    opened_at: datetime = Field(sa_type=Moment)


class TrailRow(SQLModel, table=True):
    """Who did what, when, to which chart and source; `detail` holds counts and names of our own, no value of
    a patient. From `witness` on: what chains the entries (`store/trail.py`); null in those from before that.
    """

    __tablename__ = "audit_event"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Moment, index=True)
    action: str
    account_id: int | None = Field(default=None, foreign_key="account.id")
    patient_id: int | None = Field(default=None, foreign_key="patient.id", index=True)
    cycle_id: int | None = Field(default=None, foreign_key="cycle.id")
    resource: str | None = None
    version: str | None = None
    detail: str | None = None
    salt: bytes | None = None
    witness: bytes | None = None
    previous_mac: bytes | None = None
    mac: bytes | None = None
    key_id: str | None = None


METADATA = SQLModel.metadata
