"""A file that appears under its name only when it is whole.

Until then it has no name at all where the file system can do that: however the program ends, nothing is left.
Elsewhere it lies beside its place as a hidden part; the next run removes one that a killed run left.
"""

import fcntl
import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

__all__ = ["whole_file"]

_MARK = r"[a-z0-9_]{8}\.part"
_SHORT = 50  # of the name; a name has no more than 255 bytes
# Between a part's making and its locking passes no time to speak of.
_SETTLED = 10.0


@contextmanager
def whole_file(target: Path, *, tell: Callable[[str], None]) -> Iterator[IO[str]]:
    """A stream; what was written to it stands in `target` when the block ends, and nowhere if it fails."""
    _remove_stale(target, tell)
    fd = _nameless(target.parent)
    if fd is not None:
        with os.fdopen(fd, "w", encoding="utf-8") as stream:
            yield stream
            stream.flush()
            os.fchmod(stream.fileno(), _mode(target))
            _name(stream.fileno(), target)
        return
    with _part(target) as stream:
        yield stream


def _nameless(folder: Path) -> int | None:
    """None where the system knows no such files: whatever else is wrong is told when a named one is made."""
    flag: int | None = getattr(os, "O_TMPFILE", None)
    if flag is None:
        return None
    try:
        return os.open(folder, flag | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError:
        return None


def _name(fd: int, target: Path) -> None:
    """A name cannot be given over another one: the file gets a hidden one first, and is moved at once."""
    part = target.parent / f"{_prefix(target)}{secrets.token_hex(4)}.part"
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        # Only with a folder named does the system follow the link that stands for the open file.
        os.link(f"/proc/self/fd/{fd}", part.name, src_dir_fd=folder, dst_dir_fd=folder)
        part.replace(target)
    except (OSError, NotImplementedError):  # no /proc, or such links are forbidden
        _copy(fd, target)
    finally:
        os.close(folder)
        part.unlink(missing_ok=True)


def _copy(fd: int, target: Path) -> None:
    with _part(target) as named, open(fd, encoding="utf-8", closefd=False) as written:
        written.seek(0)
        shutil.copyfileobj(written, named)


@contextmanager
def _part(target: Path) -> Iterator[IO[str]]:
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=target.parent, prefix=_prefix(target), suffix=".part", delete=False
    ) as stream:
        part = Path(stream.name)
        try:
            with suppress(OSError):  # where locks are unknown, nobody takes it for stale either
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield stream
            stream.flush()
            part.chmod(_mode(target))
            part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise


def _mode(target: Path) -> int:
    return target.stat().st_mode & 0o777 if target.exists() else 0o600


def _prefix(target: Path) -> str:
    return f".{target.name[:_SHORT]}."


def _remove_stale(target: Path, tell: Callable[[str], None]) -> None:
    """Parts of this very file that nobody is writing any more."""
    named = re.compile(re.escape(_prefix(target)) + _MARK)
    with suppress(OSError):
        for part in sorted(target.parent.iterdir()):
            if named.fullmatch(part.name) and _is_stale(part):
                part.unlink(missing_ok=True)
                tell(f"removed {part}: the half result of a run that was killed")


def _is_stale(part: Path) -> bool:
    """A lock falls with the process that held it, so that one that can be had says that there is none."""
    try:
        fd = os.open(part, os.O_RDWR | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return time.time() - os.fstat(fd).st_mtime > _SETTLED
    except OSError:
        return False
    finally:
        os.close(fd)
