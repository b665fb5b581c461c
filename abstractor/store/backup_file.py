"""The form of a backup: one SQLite file with the tables, whichever engine they come from, and a manifest.

The manifest holds the revision of the tables and a digest of every row, so that a file that was damaged or
changed is never restored. What is sealed stays sealed; the data key is not in it.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from abstractor.errors import InputError, StoreError

__all__ = ["Backup", "add_manifest", "read_backup", "without_manifest"]

_MANIFEST = "backup_manifest"
_MAKE = "CREATE TABLE backup_manifest (revision TEXT, made_at TEXT, row_count INTEGER, digest TEXT)"
_WRITE = "INSERT INTO backup_manifest VALUES (?, ?, ?, ?)"
_READ = "SELECT revision, made_at, row_count, digest FROM backup_manifest"


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds; `key_ids` are the data keys without which its resources cannot be read."""

    revision: str
    made_at: str
    rows: int
    digest: str
    key_ids: tuple[str, ...]


def add_manifest(path: Path, *, now: datetime) -> Backup:
    """Close a file of our tables as a backup."""
    with opened(path) as file:
        file.execute("PRAGMA journal_mode=DELETE")
        rows, digest = _digest(file)
        revision = file.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        file.execute(
            f"CREATE TABLE {_MANIFEST} (revision TEXT, made_at TEXT, row_count INTEGER, digest TEXT)"
        )
        file.execute(_WRITE, (revision, now.isoformat(), rows, digest))
        file.commit()
        return Backup(revision, now.isoformat(), rows, digest, _key_ids(file))


def read_backup(path: Path) -> Backup:
    """What that file holds, read whole and compared with its manifest; `InputError` where it is no backup of
    ours, or not what it was.
    """
    if not path.is_file():
        raise InputError(f"there is no backup {path}")
    with opened(path) as file:
        try:
            held = file.execute(_READ).fetchall()
        except sqlite3.DatabaseError:
            held = []
        if len(held) != 1:
            raise InputError(f"{path} is no backup of abstractor's, or it is cut off")
        revision, made_at, rows, digest = held[0]
        try:
            whole = _digest(file) == (rows, digest)
        except (sqlite3.DatabaseError, OverflowError):
            whole = False
        if not whole:
            raise InputError(f"the backup {path} is damaged: its rows are not those of its manifest")
        return Backup(revision, made_at, rows, digest, _key_ids(file))


def without_manifest(path: Path) -> None:
    """The tables alone again, as the program has them."""
    with opened(path) as file:
        file.execute("DROP TABLE backup_manifest")
        file.commit()


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(path)) as file:
            yield file
    except sqlite3.DatabaseError as failure:
        raise StoreError(f"{path} cannot be used ({failure.sqlite_errorname})") from None


def _digest(file: sqlite3.Connection) -> tuple[int, str]:
    """How many rows, and the SHA-256 of all of them in the order of their keys, with table and columns."""
    names = file.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> ? "
        "ORDER BY name",
        (_MANIFEST,),
    )
    digest = hashlib.sha256()
    total = 0
    for (table,) in names.fetchall():
        columns = file.execute("SELECT name, pk FROM pragma_table_info(?) ORDER BY name", (table,)).fetchall()
        listed = ", ".join(_quoted(name) for name, _ in columns)
        key = [_quoted(name) for name, at in sorted(columns, key=lambda column: column[1]) if at]
        digest.update(f"{table}({listed})".encode())
        rows = f"SELECT {listed} FROM {_quoted(table)} ORDER BY {', '.join(key) or listed}"  # noqa: S608 - quoted
        for row in file.execute(rows):
            digest.update(b"".join(map(_said, row)))
            total += 1
    return total, f"sha256:{digest.hexdigest()}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _said(value: object) -> bytes:
    """A stored value with its kind and length, so that no two rows are said alike."""
    match value:
        case bytes():
            return b"b%d:" % len(value) + value
        case str():
            words = value.encode("utf-8", "surrogatepass")
            return b"s%d:" % len(words) + words
        case _:
            return repr(value).encode() + b";"


def _key_ids(file: sqlite3.Connection) -> tuple[str, ...]:
    known = file.execute("SELECT 1 FROM sqlite_master WHERE name = 'data_key'").fetchone()
    if known is None:
        return ()
    rows = file.execute("SELECT id FROM data_key WHERE retired_at IS NULL ORDER BY id")
    return tuple(key_id for (key_id,) in rows)
