"""Opening the database: SQLite in a file of ours, or PostgreSQL by URL; short sessions, errors without row
values.

SQLite runs in WAL mode and a writer takes the write lock at BEGIN: a transaction that reads first and writes
later would otherwise fail under concurrency, whatever the time-out.
"""

import os
import sqlite3
import stat
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlmodel import Session

from abstractor.errors import Conflict, StoreError
from abstractor.store.sealing import Sealer

__all__ = ["SEALER", "Session", "Store", "at_end", "open_engine", "open_store", "sqlite_url"]

SEALER = "sealer"  # under which a session knows its store's sealer
_AT_END = "at_end"  # and what is to be written as the last thing of its transaction
_BUSY_SECONDS = 30.0
_FILE = "file"  # under which a SQLite connection notes which file it has opened


@dataclass(frozen=True, slots=True)
class Store:
    """The open database. Sessions are short and never shared between threads or processes.

    Without a `sealer` nothing that is sealed can be read or kept.
    """

    engine: Engine
    sealer: Sealer | None = None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads; nothing that it changes is kept."""
        with refusals(), self.engine.connect() as connection:
            connection = connection.execution_options(reads_only=True)
            with Session(connection, info={SEALER: self.sealer}) as session:
                yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction: all of it is kept at the end, or nothing where an error leaves the block."""
        with refusals(), Session(self.engine, info={SEALER: self.sealer}) as session, session.begin():
            yield session
            for last in session.info.pop(_AT_END, ()):
                last(session)

    def require_file(self, connection: Connection) -> None:
        """`StoreError` where SQLite's file was deleted or replaced: an open connection still serves it."""
        opened = connection.info.get(_FILE)
        if opened is not None and opened != _identity(self.engine.url.database):
            raise StoreError(
                f"the database file {self.engine.url.database} was deleted or replaced while it was open: "
                "put it back and start again"
            )

    def close(self) -> None:
        self.engine.dispose()


def at_end(session: Session, last: Callable[[Session], None]) -> None:
    """Have that done once, as the last thing of the transaction: for what all writers wait for each other."""
    wanted = session.info.setdefault(_AT_END, [])
    if last not in wanted:
        wanted.append(last)


def open_store(url: str, sealer: Sealer | None = None) -> Store:
    """The database at that URL, which must be in step with the program (`schema.upgrade`)."""
    return Store(open_engine(url), sealer)


def sqlite_url(path: Path) -> str:
    return f"sqlite:///{path}"


def open_engine(url: str) -> Engine:
    """An engine whose connections never outlive a fork: a child process opens its own."""
    try:
        target = make_url(url)
    except ArgumentError:
        raise StoreError("the database URL cannot be read; write postgresql://user@host/name") from None
    match target.get_backend_name():
        case "postgresql" | "postgres":
            target = target.set(drivername="postgresql+psycopg")
            # Every step of the record of work is one UPDATE: it needs no more, whatever the server's default.
            engine = create_engine(
                target, pool_pre_ping=True, hide_parameters=True, isolation_level="READ COMMITTED"
            )
            event.listen(engine, "begin", _begin_postgresql)
        case "sqlite":
            engine = create_engine(target, connect_args={"timeout": _BUSY_SECONDS}, hide_parameters=True)
            event.listen(engine, "do_connect", _keeping_to_us(target.database))
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "connect", _noting_file(target.database))
            event.listen(engine, "begin", _begin_sqlite)
        case other:
            raise StoreError(
                f"the database kind {other} is not supported; use PostgreSQL, or none for SQLite"
            )
    held = weakref.ref(engine)
    os.register_at_fork(after_in_child=lambda: _forget(held()))
    return engine


@contextmanager
def refusals() -> Iterator[None]:
    """The driver's errors quote row values; ours say what kind of refusal it was, and no more."""
    try:
        yield
    except IntegrityError as refused:
        raise Conflict(f"the database refused a row: {_kind(refused)}") from None
    except DBAPIError as refused:
        raise StoreError(f"the database failed or refused: {_kind(refused)}") from None
    except SQLAlchemyError as refused:
        raise StoreError(f"the database could not be used: {type(refused).__name__}") from None


def _kind(refused: DBAPIError) -> str:
    state = getattr(refused.orig, "sqlstate", None) or getattr(refused.orig, "sqlite_errorname", None)
    name = type(refused.orig).__name__
    return f"{name} ({state})" if state else name


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transaction control off: the BEGIN below is the only one.
    connection.isolation_level = None
    _switch_to_wal(connection)
    # What is deleted is overwritten: a purge leaves no bytes in free pages.
    for pragma in ("foreign_keys=ON", "synchronous=FULL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
    # New resources come to random places of two indexes: 16 MB hold more of them than the 2 MB of SQLite.
    connection.execute("PRAGMA cache_size=-16000")


def _switch_to_wal(connection: Any) -> None:
    """Once in a file's life. Two processes that switch a new file at once do not wait for each other: SQLite
    refuses one without its busy time-out, so we try again.
    """
    for wait in (0.05, 0.1, 0.2, 0.4, 0.8, 1.6):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as refused:
            if refused.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            time.sleep(wait)
        else:
            return
    connection.execute("PRAGMA journal_mode=WAL")


def _keeping_to_us(path: str | None) -> Callable[..., None]:
    """Before a connection is made: the first one makes the file."""

    def keep(*_: Any) -> None:
        _keep_to_us(path)

    return keep


def _keep_to_us(path: str | None) -> None:
    """A database for this user only: SQLite gives its -wal and -shm files the rights of the file itself.

    One that is there is never opened here: to close it would let go the locks that this process holds on it.
    """
    if not path or path == ":memory:":
        return
    with suppress(OSError):  # it is there, or opening it will say what is wrong
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    for file in (path, f"{path}-wal", f"{path}-shm"):
        with suppress(OSError):  # not there, or somebody else's
            rights = stat.S_IMODE(os.stat(file).st_mode)
            if rights & 0o077:
                os.chmod(file, rights & 0o700)


def _noting_file(path: str | None) -> Callable[[Any, Any], None]:
    def note(_connection: Any, record: Any) -> None:
        record.info[_FILE] = _identity(path)

    return note


def _identity(path: str | None) -> tuple[int, int] | None:
    """Which file that is, whatever it is called; None where there is none, or the database is in memory."""
    try:
        found = os.stat(path or "")
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _begin_sqlite(connection: Connection) -> None:
    reads_only = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection) -> None:
    """What is written is looked up by index, the rows that a row refers to as well: a connection keeps the
    plans of its first statements, and those made while a table is small would read all of it, row after row,
    when it no longer is.
    """
    if not connection.get_execution_options().get("reads_only", False):
        # Below SQLAlchemy, which would put this into a cursor of the server where the connection streams.
        with closing(connection.connection.cursor()) as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")


def _forget(engine: Engine | None) -> None:
    if engine is not None:
        engine.dispose(close=False)
