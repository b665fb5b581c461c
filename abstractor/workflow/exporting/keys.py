"""The study key: what study ids, shifts and codes are made with; the site keeps it, and nobody else."""

import base64
import binascii
import os
from pathlib import Path

from abstractor.errors import InputError
from abstractor.export.disclosing import StudyKey, new_study_key
from abstractor.store.database import Store
from abstractor.store.date_keys import date_key

__all__ = ["dates_key", "known_study_key", "study_key"]

_HEAD = "# A study key of abstractor: it turns study ids back into patients. Keep it as you keep charts.\n"


def study_key(path: Path | None) -> StudyKey:
    """The key of that file, which is made where there is none, for its owner only; without a file a new one
    that nobody keeps.
    """
    if path is None:
        return new_study_key()
    try:
        if not path.exists():
            _make(path)
    except OSError as wrong:
        raise _unusable(path, wrong) from None
    return known_study_key(path)


def dates_key(store: Store) -> StudyKey:
    """What dates are shifted with in every export of this database, whatever the study key."""
    with store.writing() as session:
        return StudyKey(date_key(session))


def known_study_key(path: Path) -> StudyKey:
    """The key of that file, where there is one: a new one would know nobody."""
    try:
        return _read(path)
    except OSError as wrong:
        raise _unusable(path, wrong) from None


def _unusable(path: Path, wrong: OSError) -> InputError:
    return InputError(f"--study-key {path}: cannot be used ({wrong.strerror}); name another file")


def _make(path: Path) -> None:
    line = base64.b64encode(new_study_key().secret).decode()
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with open(fd, "w", encoding="utf-8") as out:
        out.write(f"{_HEAD}{line}\n")


def _read(path: Path) -> StudyKey:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        (line,) = [line for line in lines if line.strip() and not line.startswith("#")]
        return StudyKey(base64.b64decode(line, validate=True))
    except (ValueError, binascii.Error, InputError):
        raise InputError(f"--study-key {path}: holds no study key; name another file, or a new one") from None
