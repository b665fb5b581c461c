"""Column types that mean the same in SQLite and PostgreSQL."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Integer
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

__all__ = ["BigKey", "Moment", "in_utc"]


class Moment(TypeDecorator[datetime]):
    """An instant: UTC with its zone on both sides. A time without a zone is refused, never guessed."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        instant = in_utc(value)
        if instant is None:
            return None
        # SQLite keeps text: without the offset every row has the same shape and sorts as it compares.
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def in_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored")
    return value.astimezone(UTC)


def BigKey() -> Any:
    """A key that outgrows 32 bits; SQLite numbers rows by itself only in a column that is called INTEGER."""
    return BigInteger().with_variant(Integer, "sqlite")
