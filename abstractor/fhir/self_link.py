"""What a clinic says that it searched for (link.self), held against what it was asked: names and values.

Compared are the values of what would lose records without a word: patients, codes, categories, times of a
change. A spelling that means the same is the same; what is written with a modifier or a chain is believed.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from urllib.parse import parse_qsl, unquote, urlsplit

__all__ = ["ignored", "names", "size_told"]

_OF_PATIENT = frozenset({"patient", "subject"})
_COMMA = re.compile(r"(?<!\\),")
_PREFIX = re.compile(r"(eq|ne|gt|lt|ge|le|sa|eb|ap|>=|<=|>|<)?(.*)", re.DOTALL)
_FROM = frozenset({"ge", "gt", "sa", ">=", ">"})
_SCHEME = re.compile(r"https?://")


def ignored(parameters: Mapping[str, str], own: str | None) -> tuple[str, ...]:
    """The parameters that the clinic left out of the search it says it made, or a value of theirs, sorted.

    A self link without any parameter of ours tells nothing: some name a session there, or the base alone.
    """
    told = _told(own)
    asked = {_plain(name): name for name in parameters if name not in ("_count", "_summary")}
    if not told.keys() & {*asked, "_count"}:
        return ()
    return tuple(
        sorted(name for plain, name in asked.items() if not _said(plain, parameters[name], told.get(plain)))
    )


def names(own: str | None, parameter: str) -> bool:
    """Does the self link name that parameter at all?"""
    return _plain(parameter) in _told(own)


def size_told(own: str | None) -> int | None:
    """The page size of the search that the clinic says it made."""
    told = [value for name, value in parse_qsl(_query(own)) if name == "_count"]
    return int(told[0]) if told and told[0].isascii() and told[0].isdigit() and len(told[0]) < 9 else None


def _told(own: str | None) -> Mapping[str, Sequence[tuple[str, str]]]:
    """By plain name each (name, value) as written."""
    told: dict[str, list[tuple[str, str]]] = {}
    for name, value in parse_qsl(_query(own), keep_blank_values=True):
        told.setdefault(_plain(name), []).append((name, value))
    return told


def _said(plain: str, asked: str, told: Sequence[tuple[str, str]] | None) -> bool:
    """Is each value that was asked for among those told? A repeated parameter counts like a list."""
    if told is None:
        return False
    same = _SAME.get(plain)
    if same is None or any(_in_another_way(name) for name, _ in told):
        return True
    return same(_values(asked), [one for _, value in told for one in _values(unquote(value))])


def _values(written: str) -> list[str]:
    return [value for one in _COMMA.split(written) if (value := one.strip())]


def _in_another_way(name: str) -> bool:
    """With a chain, or a modifier other than the type of what is referred to."""
    return "." in name or name.partition(":")[2] not in ("", "Patient")


def _same_patients(asked: Collection[str], told: Collection[str]) -> bool:
    """One more is as wrong as one less: it is another search."""
    return set(map(_identity, asked)) == set(map(_identity, told))


def _identity(written: str) -> str:
    """ "p1" of "Patient/p1" and of "https://clinic.example/fhir/Patient/p1/_history/2"."""
    return unquote(written).rpartition("Patient/")[2].partition("/")[0]


def _same_tokens(asked: Collection[str], told: Collection[str]) -> bool:
    return all(any(_same_token(one, other) for other in told) for one in asked)


def _same_token(one: str, other: str) -> bool:
    """A system that either leaves out, or writes as an OID, is not known to be another."""
    (system, _, code), (others, _, its) = _token(one), _token(other)
    same = not system or not others or system == others
    return code == its and (same or system.startswith("urn:oid:") or others.startswith("urn:oid:"))


def _token(written: str) -> tuple[str, str, str]:
    system, bar, code = written.rpartition("|")
    return _SCHEME.sub("", system.casefold()).rstrip("/"), bar, code.casefold()


def _same_times(asked: Collection[str], told: Collection[str]) -> bool:
    return all(any(_reaches(other, one) for other in told) for one in asked)


def _reaches(told: str, asked: str) -> bool:
    """Is what is told the same time, or begins before it?"""
    prefix, moment = _moment(told)
    wanted, since = _moment(asked)
    if moment is None or since is None:
        return told == asked
    if wanted in _FROM:
        return prefix in _FROM and moment <= since
    return prefix == wanted and moment == since


def _moment(written: str) -> tuple[str | None, datetime | None]:
    """To the second: some leave fractions out. A `+` that was not escaped has come as a space."""
    found = _PREFIX.fullmatch(written)
    prefix, rest = (found[1], found[2]) if found is not None else (None, written)
    try:
        moment = datetime.fromisoformat(rest.strip().upper().replace(" ", "+"))
    except ValueError:
        return prefix, None
    known = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return prefix, known.astimezone(UTC).replace(microsecond=0)


_SAME: Mapping[str, Callable[[Collection[str], Collection[str]], bool]] = MappingProxyType(
    {
        "patient": _same_patients,
        "_id": _same_patients,
        "code": _same_tokens,
        "category": _same_tokens,
        "_lastUpdated": _same_times,
    }
)


def _plain(name: str) -> str:
    """Without a modifier; `patient` and `subject` are the same to many."""
    plain = name.partition(":")[0].partition(".")[0]
    return "patient" if plain in _OF_PATIENT else plain


def _query(url: str | None) -> str:
    try:
        return urlsplit(url or "").query
    except ValueError:
        return ""
