"""Data keys as IT keeps them: a secret or a file, one key a line in base64, the current one first.

No message here repeats a line: what cannot be read as a key may be one with a slip in it.
"""

import base64
import binascii
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from abstractor.errors import SetupError
from abstractor.store.sealing import KEY_BYTES, DataKey, Sealer

__all__ = ["add_key", "first_key", "keys_from_file", "keys_from_secret"]

_HEAD = "# Keys of abstractor's stored resources, the current one first. Without them the database is lost.\n"


def keys_from_secret(secret: str) -> Sealer:
    """Keys separated by white space or commas."""
    return _sealer([word for word in re.split(r"[\s,]+", secret) if word], "ABSTRACTOR_DATA_KEY")


def keys_from_file(path: Path) -> Sealer:
    """Keys a line; empty lines and those that start with # say nothing."""
    return _sealer(_key_lines(_read(path)), f"the data key file {path}")


def first_key(path: Path) -> Sealer:
    """The keys of that file, which is made with a new key where there is none; for its owner only. Processes
    that start at the same time end up with the same key.
    """
    with _written_beside(path, _HEAD + _new_line()) as whole:
        try:
            os.link(whole, path)
        except FileExistsError:
            pass
        except OSError as failure:
            raise _unwritable(path, failure) from None
    return keys_from_file(path)


def add_key(path: Path) -> Sealer:
    """Put a new key first in that file, which is made where there is none; the others stay, to open with."""
    if not path.exists():
        return first_key(path)
    former = _read(path)
    _sealer(_key_lines(former), f"the data key file {path}")
    with _written_beside(path, _HEAD + _new_line() + former.removeprefix(_HEAD)) as whole:
        try:
            os.replace(whole, path)
        except OSError as failure:
            raise _unwritable(path, failure) from None
    return keys_from_file(path)


def _new_line() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() + "\n"


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as failure:
        raise SetupError(
            f"the data key file {path} cannot be read ({_kind(failure)}): put it back, or name it by "
            "ABSTRACTOR_DATA_KEY_FILE"
        ) from None


def _key_lines(text: str) -> list[str]:
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _sealer(words: list[str], where: str) -> Sealer:
    if not words:
        raise SetupError(f"{where} holds no key; `abstractor data new-key` makes one")
    return Sealer([_key(word, f"key {number} of {where}") for number, word in enumerate(words, start=1)])


def _key(word: str, where: str) -> DataKey:
    try:
        secret = base64.b64decode(word, validate=True)
    except (binascii.Error, ValueError):
        raise SetupError(f"{where} is not base64 of {KEY_BYTES} bytes") from None
    if len(secret) != KEY_BYTES:
        raise SetupError(f"{where} has {len(secret)} bytes and must have {KEY_BYTES}")
    return DataKey(secret)


@contextmanager
def _written_beside(path: Path, text: str) -> Iterator[Path]:
    """The whole text in a file beside `path`, on the disk; gone at the end unless it was moved."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with open(
            os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        yield beside
    except OSError as failure:
        raise _unwritable(path, failure) from None
    finally:
        beside.unlink(missing_ok=True)


def _unwritable(path: Path, failure: OSError) -> SetupError:
    return SetupError(f"the data key file {path} cannot be written ({failure.strerror})")


def _kind(failure: OSError | UnicodeDecodeError) -> str:
    return (failure.strerror or "error") if isinstance(failure, OSError) else "no text"
