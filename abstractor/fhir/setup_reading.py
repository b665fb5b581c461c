"""A clinic's setup read from its TOML file; a complaint names the file, line and what to write instead.

And as the store keeps it: JSON of the whole value.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

import msgspec

from abstractor.errors import InputError, OptionError
from abstractor.fhir.clinic_setup import ClinicSetup, UnfitSetup

__all__ = ["document_of", "read_setup", "setup_from", "setup_of_document"]

_KINDS: dict[str, tuple[type, ...]] = {
    "by_diagnosis": (bool,),
    "identifiers_in_address": (bool,),
    "requests_per_second": (int, float),
    "at_once": (int,),
}
_WORDS: dict[tuple[type, ...], str] = {
    (bool,): "true or false, without quotes",
    (int,): "a whole number, without quotes",
    (int, float): "a number, without quotes",
    (str,): 'a text in quotes, such as "..."',
}
# What people know from other programs, and what it is here.
_SECRET = re.compile("secret|passw|token$|private|jwk|key", re.I)
_SIGNS = "this program signs in with keys of its own (`abstractor clinic keys`)"
_NO_CHECKS: Mapping[str, Callable[[str], None]] = MappingProxyType({})
_NEEDED = ("name", "base_url")


def read_setup(
    path: Path, *, named: str | None = None, checks: Mapping[str, Callable[[str], None]] = _NO_CHECKS
) -> ClinicSetup:
    """A relative `patients_file` is meant from the folder of the setup; `named` goes before a name in it.

    `checks` are for texts of which others know more; each is an `OptionError` or nothing.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8 text: save it as UTF-8") from None
    except OSError as problem:
        raise InputError(f"{path} cannot be read: {problem.strerror}") from None
    setup = setup_from(text, name=str(path), folder=path.parent, named=named)
    for key, check in checks.items():
        _checked(getattr(setup, key), key, check, str(path), text)
    return setup


def setup_from(text: str, *, name: str, folder: Path, named: str | None = None) -> ClinicSetup:
    """`name` is what complaints call the file."""
    try:
        held = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise OptionError(f"{name}: no TOML: {problem}; write one setting a line as key = value") from None
    except (RecursionError, ValueError):
        raise OptionError(f"{name}: nests too deep, or has a number too long: write plain settings") from None
    for key, value in held.items():
        _check(key, value, name, text)
    if named is not None:
        held["name"] = named
    for key in _NEEDED:
        if key not in held:
            _refuse(name, text, key, f'is missing: add a line {key} = "..."')
    if "patients_file" in held:
        held["patients_file"] = str((folder / held["patients_file"]).absolute())
    try:
        return ClinicSetup(**held)
    except UnfitSetup as unfit:
        problem_at, words = unfit.key, unfit.words
    _refuse(name, text, problem_at, words)


def document_of(setup: ClinicSetup) -> str:
    """The setup as JSON, for the store."""
    return msgspec.json.encode(setup).decode()


def setup_of_document(document: str) -> ClinicSetup:
    """`OptionError` where it is no setup that this version can use."""
    try:
        return msgspec.json.decode(document, type=ClinicSetup)
    except msgspec.MsgspecError as problem:
        raise OptionError(f"it cannot be read: {problem}") from None


def _check(key: str, value: Any, name: str, text: str) -> None:
    known = [field.name for field in fields(ClinicSetup)]
    if key not in known and _SECRET.search(key):
        _refuse(name, text, key, "is no setting, and no secret belongs into this file: " + _SIGNS)
    if key not in known:
        near = get_close_matches(key, known, n=1)
        mend = f"did you mean {near[0]}?" if near else f"the settings are {', '.join(known)}"
        _refuse(name, text, key, f"is no setting: {mend}")
    kinds = _KINDS.get(key, (str,))
    # In Python true is a number as well.
    if not isinstance(value, kinds) or (isinstance(value, bool) and kinds != (bool,)):
        _refuse(name, text, key, f"must be {_WORDS[kinds]}")


def _checked(value: str | None, key: str, check: Callable[[str], None], name: str, text: str) -> None:
    if value is None:
        return
    try:
        check(value)
        return
    except OptionError as unfit:
        words = str(unfit).removeprefix(f"{key}: ")
    _refuse(name, text, key, words)


def _refuse(name: str, text: str, key: str, words: str) -> NoReturn:
    """What was written is not told back: somebody may have pasted a secret."""
    raise OptionError(f"{name}:{_line(text, key)}: {key} {words}")


def _line(text: str, key: str) -> int:
    """Where the setting is written; the first line where it is not, or is written in an unusual way."""
    written = re.compile(rf"""\s*\[*\s*["']?{re.escape(key)}["']?\s*[=.\]]""")
    return next((at for at, line in enumerate(text.splitlines(), 1) if written.match(line)), 1)
