"""The tables beside the audit trail that its chain needs."""

from sqlmodel import Field, SQLModel

from abstractor.store.auditing.tables import METADATA

__all__ = ["METADATA", "TrailHeadRow", "TrailKeyRow"]


class TrailKeyRow(SQLModel, table=True):
    """A key that entries are chained under, by the id of the data key that it was derived from; sealed, so
    that entries can be verified when that data key is gone.
    """

    __tablename__ = "trail_key"
    id: str = Field(primary_key=True)
    sealed: bytes
    key_id: str = Field(foreign_key="data_key.id")


class TrailHeadRow(SQLModel, table=True):
    """The first and the newest chained entry; one row. Who appends holds it to the end of the transaction."""

    __tablename__ = "trail_head"
    id: int = Field(primary_key=True)
    began: int
    last: int
    last_mac: bytes
    mac: bytes
    key_id: str
