"""The tables of the clinic connection: how a clinic is asked, with what key and token, what it said, and what
of it is live.

Append-only by trigger: the ledger. Private keys, tokens and addresses that open an export are sealed.
"""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from abstractor.store.account_tables import METADATA
from abstractor.store.columns import BigKey, Moment

__all__ = [
    "METADATA",
    "AlertRow",
    "BulkFileRow",
    "BulkJobRow",
    "BulkSeenRow",
    "ClinicSetupRow",
    "DoctorReportRow",
    "LedgerRow",
    "LiveRow",
    "PullRunRow",
    "SigningKeyRow",
    "SyncMarkRow",
    "TallyRow",
    "TokenRow",
]

_IN_USE = text("role <> 'retired'")
_NOT_OVER = text("over_at IS NULL")


class ClinicSetupRow(SQLModel, table=True):
    """How a clinic is asked, as sealed JSON, since the addresses in it may let somebody in. The latest of a
    name counts; without any: it was removed. `body` is of rows from before the sealing.
    """

    __tablename__ = "clinic_setup"
    __table_args__ = (Index("ix_clinic_setup_name", "name", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    clinic_id: int = Field(foreign_key="clinic.id", index=True)
    name: str
    body: str | None = None
    sealed: bytes | None = None
    key_id: str | None = Field(default=None, foreign_key="data_key.id")
    kept_at: datetime = Field(sa_type=Moment)


class DoctorReportRow(SQLModel, table=True):
    """The last report of `abstractor doctor` on a clinic, as JSON that holds nothing of a patient."""

    __tablename__ = "doctor_report"
    clinic_id: int = Field(foreign_key="clinic.id", primary_key=True)
    body: str
    made_at: datetime = Field(sa_type=Moment)


class SigningKeyRow(SQLModel, table=True):
    """A key that we sign with. Of an algorithm one is current and one next; a retired one is only public."""

    __tablename__ = "signing_key"
    __table_args__ = (
        Index(
            "uq_signing_key_role",
            "algorithm",
            "role",
            unique=True,
            postgresql_where=_IN_USE,
            sqlite_where=_IN_USE,
        ),
    )
    kid: str = Field(primary_key=True)
    algorithm: str
    role: str
    public_jwk: str
    sealed: bytes | None = None
    key_id: str | None = Field(default=None, foreign_key="data_key.id")
    made_at: datetime = Field(sa_type=Moment)
    retired_at: datetime | None = Field(default=None, sa_type=Moment)


class TokenRow(SQLModel, table=True):
    """The access token of a clinic, shared by all workers."""

    __tablename__ = "token"
    clinic_id: int = Field(foreign_key="clinic.id", primary_key=True)
    sealed: bytes
    key_id: str = Field(foreign_key="data_key.id")
    scope: str
    expires_at: datetime = Field(sa_type=Moment)
    kept_at: datetime = Field(sa_type=Moment)


class PullRunRow(SQLModel, table=True):
    """One round over a clinic's patients: nightly, by hand, or for a cycle; `scope` is what was granted.

    Whoever lists its patients holds the lease. `unlisted` counts entries of the cohort that name no patient
    to pull; `listing_gap` says why the list may not be whole.
    """

    __tablename__ = "pull_run"
    __table_args__ = (Index("ix_pull_run_clinic", "clinic_id", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    clinic_id: int = Field(foreign_key="clinic.id")
    cycle_id: int | None = Field(default=None, foreign_key="cycle.id", index=True)
    setup_name: str | None = None
    kind: str
    way: str
    state: str
    scope: str | None = None
    error_code: str | None = None
    started_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    listed_at: datetime | None = Field(default=None, sa_type=Moment)
    patients: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    unlisted: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    listing_gap: str | None = None
    lease_owner: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=Moment)


class LedgerRow(SQLModel, table=True):
    """What was asked of a clinic in one pull, for one type and period, and what it said. No patient value."""

    __tablename__ = "pull_ledger"
    id: int | None = Field(default=None, sa_type=BigKey(), primary_key=True)
    pull_id: int = Field(foreign_key="pull.id", index=True)
    type: str
    since: str | None = None
    until: str | None = None
    said: str
    count: int
    total: int | None = None
    asked: str | None = None
    detail: str | None = None


class LiveRow(SQLModel, table=True):
    """The newest version of a patient's resource; `gone_at`: the clinic has it no longer.

    Bytes that do not say their id go by their digest, with a # before it, which no id has.
    """

    __tablename__ = "live_resource"
    patient_id: int = Field(foreign_key="patient.id", primary_key=True)
    type: str = Field(primary_key=True)
    fhir_id: str = Field(primary_key=True)
    resource_id: int = Field(
        sa_type=BigKey(), sa_column_args=(ForeignKey("raw_resource.id"),), index=True, nullable=False
    )
    seen_at: datetime = Field(sa_type=Moment)
    gone_at: datetime | None = Field(default=None, sa_type=Moment)


class SyncMarkRow(SQLModel, table=True):
    """Through when the changes of one type of a patient are known, by the clinic's clock; `marked_at`: by
    ours. Null: a mark from before that was kept.
    """

    __tablename__ = "sync_mark"
    patient_id: int = Field(foreign_key="patient.id", primary_key=True)
    type: str = Field(primary_key=True)
    through: datetime = Field(sa_type=Moment)
    marked_at: datetime | None = Field(default=None, sa_type=Moment)


class BulkJobRow(SQLModel, table=True):
    """A bulk export of a run; the address that tells how far it is stands sealed."""

    __tablename__ = "bulk_job"
    run_id: int = Field(foreign_key="pull_run.id", primary_key=True)
    phase: str
    sealed: bytes | None = None
    key_id: str | None = Field(default=None, foreign_key="data_key.id")
    transaction_time: str | None = None
    changed_at: datetime = Field(sa_type=Moment)


class BulkFileRow(SQLModel, table=True):
    """A file of an export, its address sealed; `lines` of it are kept, `expected` is the manifest's word."""

    __tablename__ = "bulk_file"
    __table_args__ = (UniqueConstraint("run_id", "number", name="uq_bulk_file"),)
    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(foreign_key="bulk_job.run_id")
    number: int
    kind: str
    type: str
    sealed: bytes
    key_id: str = Field(foreign_key="data_key.id")
    expected: int | None = None
    lines: int = 0
    finished: bool = False


class BulkSeenRow(SQLModel, table=True):
    """A stored resource that an export of a run brought, and whose it is; null: known to no one patient."""

    __tablename__ = "bulk_seen"
    __table_args__ = (Index("ix_bulk_seen_patient", "run_id", "patient_id"),)
    run_id: int = Field(foreign_key="pull_run.id", primary_key=True)
    resource_id: int = Field(
        sa_type=BigKey(), sa_column_args=(ForeignKey("raw_resource.id"),), primary_key=True, index=True
    )
    patient_id: int | None = Field(default=None, foreign_key="patient.id", index=True)
    type: str


class AlertRow(SQLModel, table=True):
    """A trouble with a clinic's pulls, from when it began until it was over, and when IT was told of both.

    One of a code at a time. `due_at` says when telling may be tried (again).
    """

    __tablename__ = "alert"
    __table_args__ = (
        Index(
            "uq_alert_open",
            "clinic_id",
            "code",
            unique=True,
            postgresql_where=_NOT_OVER,
            sqlite_where=_NOT_OVER,
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    clinic_id: int = Field(foreign_key="clinic.id")
    run_id: int | None = Field(default=None, foreign_key="pull_run.id", index=True)
    code: str
    detail: str | None = None
    began_at: datetime = Field(sa_type=Moment)
    told_at: datetime | None = Field(default=None, sa_type=Moment)
    over_at: datetime | None = Field(default=None, sa_type=Moment)
    over_told_at: datetime | None = Field(default=None, sa_type=Moment)
    tries: int = 0
    due_at: datetime = Field(sa_type=Moment)


class TallyRow(SQLModel, table=True):
    """How often something has happened with a clinic, counted up by every process."""

    __tablename__ = "tally"
    clinic_id: int = Field(foreign_key="clinic.id", primary_key=True)
    what: str = Field(primary_key=True)
    number: int = Field(sa_type=BigInteger)
