"""Backing up and restoring: SQLite by its online backup, PostgreSQL by a copy of every row in one snapshot,
both into the same form (`backup_file`), so that either can be restored into either.

A backup has no name until it is whole; a restore goes into an empty place only and is compared with what it
was made of before it counts.
"""

import errno
import fcntl
import os
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine

from abstractor.errors import SetupError, StoreError
from abstractor.store import schema
from abstractor.store.backup_file import Backup, add_manifest, read_backup, without_manifest
from abstractor.store.copying import copy_rows, first_filled, require_equal
from abstractor.store.database import Store, open_store, refusals, sqlite_url
from abstractor.store.restoring import Ended, end_ways_in, tell_restored
from abstractor.store.sealed import require_at_hand

__all__ = ["Restored", "back_up", "restore"]


@dataclass(frozen=True, slots=True)
class Restored:
    """What the backup holds, and which ways in of then are shut in the place that it was restored into."""

    backup: Backup
    ended: Ended


def back_up(store: Store, path: Path, *, now: datetime) -> Backup:
    """The whole database, beside the running service, into a new file for its owner only."""
    schema.require_current(store)
    with _named_when_whole(path) as part:
        if store.engine.dialect.name == "sqlite":
            _copy_online(store, part)
        else:
            _copy_snapshot(store, part)
        return add_manifest(part, now=now)


def restore(store: Store, path: Path, *, by: str, now: datetime) -> Restored:
    """That backup into the empty place that `store` names, brought up to the program's revision; sign-ins,
    one-time links and tokens of then let nobody in.

    The data keys of then must be there: without them nothing in it could be read, nor its trail be told that
    it was restored.
    """
    backup = read_backup(path)
    schema.require_known(backup.revision)
    require_at_hand(store, backup.key_ids, sealed=f"the backup {path}")
    if store.sealer is None:
        raise SetupError("no data key: set the one that the restored database is to have")
    restored = partial(_upgraded_copy, store, path, by=by, now=now)
    if store.engine.dialect.name == "sqlite":
        return _restore_file(store, restored)
    return _restore_rows(store, path, restored)


def _copy_online(store: Store, part: Path) -> None:
    with refusals():
        pooled = store.engine.raw_connection()
    source: Any = pooled.driver_connection
    try:
        with closing(sqlite3.connect(part)) as target:
            source.backup(target)
    except sqlite3.Error as failure:
        raise StoreError(f"the database could not be copied ({failure.sqlite_errorname})") from None
    finally:
        pooled.close()


def _copy_snapshot(store: Store, part: Path) -> None:
    made = open_store(sqlite_url(part))
    try:
        schema.upgrade(made)
        with refusals(), store.engine.connect() as live:
            snapshot = live.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with made.engine.begin() as target:
                copy_rows(snapshot, target)
    finally:
        made.close()


def _restore_file(store: Store, restored: Callable[[Path], Restored]) -> Restored:
    place = Path(str(store.engine.url.database))
    if place.exists():
        raise StoreError(f"{place} is there already: a backup is restored into an empty place only")
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as failure:
        raise SetupError(f"{place} cannot be written ({failure.strerror})") from None
    with _named_when_whole(place) as part:
        return restored(part)


def _restore_rows(store: Store, path: Path, restored: Callable[[Path], Restored]) -> Restored:
    schema.upgrade(store)
    with _folder_beside(path) as folder:
        whole = folder / "copy.db"
        done = restored(whole)
        with refusals(), _reading(whole) as source, store.engine.begin() as target:
            filled = first_filled(target)
            if filled is not None:
                raise StoreError(
                    f"the table {filled} has rows: a backup is restored into an empty database only"
                )
            copy_rows(source, target)
            require_equal(source, target)
        return done


@contextmanager
def _folder_beside(path: Path) -> Iterator[Path]:
    """For this user alone; where the backup is there is room for charts, which a /tmp may not be for."""
    try:
        with tempfile.TemporaryDirectory(prefix=".restoring-", dir=path.parent) as folder:
            yield Path(folder)
    except OSError as failure:
        raise SetupError(
            f"there is no room to work in beside {path} ({failure.strerror}): copy it into a folder of yours"
        ) from None


def _upgraded_copy(store: Store, path: Path, part: Path, *, by: str, now: datetime) -> Restored:
    """Shut, and told of, before it has a name, so that no stop on the way leaves it open or untold."""
    shutil.copyfile(path, part)
    backup = read_backup(part)
    without_manifest(part)
    copy = replace(store, engine=open_store(sqlite_url(part)).engine)
    try:
        schema.upgrade(copy)
        with copy.writing() as session:
            ended = end_ways_in(session, now=now)
            tell_restored(session, backup, ended, by=by, now=now)
            return Restored(backup, ended)
    finally:
        copy.close()


@contextmanager
def _reading(path: Path) -> Iterator[Connection]:
    engine = create_engine(sqlite_url(path), hide_parameters=True)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def _named_when_whole(path: Path) -> Iterator[Path]:
    """A hidden file beside `path`, on the disk and under its name at the end, or gone. One that a killed run
    has left is taken away by the next.
    """
    if path.exists():
        raise SetupError(f"{path} is there already: name a file that is not")
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        _take_away_left(path)
        held = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            # Says that this run lives. It is closed last: SQLite's own locks on the file would go with it.
            fcntl.flock(held, fcntl.LOCK_EX)
            yield part
            os.fsync(held)
            _give_name(part, path)
        finally:
            for left in path.parent.glob(f"{part.name}*"):
                left.unlink(missing_ok=True)
            os.close(held)
    except FileExistsError:
        raise SetupError(f"{path} is there already: name a file that is not") from None
    except OSError as failure:
        raise SetupError(f"{path} cannot be written ({failure.strerror})") from None


def _take_away_left(path: Path) -> None:
    for left in path.parent.glob(f".{path.name}.*.part"):
        with left.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            for each in path.parent.glob(f"{left.name}*"):
                each.unlink(missing_ok=True)


def _give_name(part: Path, path: Path) -> None:
    """Never over a file that came in the meantime, where the file system can tell."""
    try:
        os.link(part, path)
    except OSError as failure:
        if failure.errno not in (errno.EPERM, errno.ENOTSUP, errno.ENOSYS):
            raise
        part.rename(path)  # a share without hard links
