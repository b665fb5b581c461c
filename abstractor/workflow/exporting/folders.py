"""A folder of results that appears under its name only when it is whole; for this user only.

Until then it lies beside its place, hidden and locked; the next run removes one that a killed run left.
"""

import fcntl
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from abstractor.errors import InputError

__all__ = ["passing_folder", "whole_folder"]

_SHORT = 50  # of the name; a name has no more than 255 bytes
_MARK = r"[a-z0-9_]{8}"
_SETTLED = 10.0  # seconds: between a folder's making and its locking passes no time to speak of


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """A folder to write to: it is `target` at the end, and gone where an error leaves the block."""
    wanted = target.absolute()
    if wanted.exists() and not (wanted.is_dir() and not any(wanted.iterdir())):
        raise InputError(f"{target}: is there already; name a new folder")
    with _locked(wanted) as made:
        yield made
        for file in made.iterdir():
            file.chmod(0o600)
        _name(made, wanted)


@contextmanager
def passing_folder(name: str) -> Iterator[Path]:
    """A folder among this machine's temporary ones, gone at the end of the block."""
    with _locked(Path(tempfile.gettempdir()) / name) as made:
        yield made


@contextmanager
def _locked(wanted: Path) -> Iterator[Path]:
    """Beside that place, hidden; gone at the end unless it has another name by then."""
    _remove_stale(wanted)
    try:
        made = Path(tempfile.mkdtemp(prefix=_prefix(wanted), dir=wanted.parent))
    except OSError as wrong:
        raise InputError(f"{wanted}: cannot be made ({wrong.strerror}); name another folder") from None
    fd = os.open(made, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with suppress(OSError):  # where locks are unknown, nobody takes it for stale either
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield made
    finally:
        os.close(fd)
        shutil.rmtree(made, ignore_errors=True)


def _name(made: Path, wanted: Path) -> None:
    try:
        os.rename(made, wanted)
    except OSError as wrong:
        raise InputError(f"{wanted}: cannot be named so ({wrong.strerror}); name a new folder") from None


def _prefix(wanted: Path) -> str:
    return f".{wanted.name[:_SHORT]}."


def _remove_stale(wanted: Path) -> None:
    """Folders for this very target that nobody is writing to any more."""
    named = re.compile(re.escape(_prefix(wanted)) + _MARK)
    with suppress(OSError):
        for left in sorted(wanted.parent.iterdir()):
            if named.fullmatch(left.name) and _is_stale(left):
                shutil.rmtree(left, ignore_errors=True)


def _is_stale(left: Path) -> bool:
    """A lock falls with the process that held it, so that one that can be had says that there is none."""
    try:
        fd = os.open(left, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return time.time() - os.fstat(fd).st_mtime > _SETTLED
    except OSError:
        return False
    finally:
        os.close(fd)
