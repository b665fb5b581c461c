"""A cohort question as its asker writes it: a TOML file of concepts and agents, refused where not sound.

A word that no table knows is refused and not taken for an empty set: it would leave everybody out in silence.
"""

import tomllib
from collections.abc import Container, Mapping
from pathlib import Path
from typing import Any

from abstractor.codes import ValueSets
from abstractor.errors import InputError
from abstractor.rules.cohort import CohortQuestion, DiagnosisAsked, OrderAsked

__all__ = ["read_cohort_question"]

_LARGEST = 64 * 1024
_KEYS = frozenset({"title", "diagnosis", "order"})


def read_cohort_question(path: Path, value_sets: ValueSets) -> CohortQuestion:
    """The question in the file; `InputError` names the file, what is wrong and the mend."""
    table = _table(path)
    _refuse_unknown(path, table, _KEYS, "the file")
    if not isinstance(table.get("title"), str) or not table["title"].strip():
        raise _wrong(path, "title", 'has no words; write one, as title = "..."')
    concepts = {concept for known in value_sets.concepts.values() for concept in known}
    diagnoses = tuple(_diagnosis(path, entry, concepts) for entry in _entries(path, table))
    order = _order(path, table["order"], _agents(value_sets)) if "order" in table else None
    if not diagnoses and order is None:
        raise _wrong(path, "the file", "asks for nothing; write a [[diagnosis]] or an [order]")
    return CohortQuestion(diagnoses, order)


def _table(path: Path) -> Mapping[str, Any]:
    try:
        body = path.read_bytes()
    except OSError as failed:
        raise InputError(f"{path} cannot be read ({failed.strerror}): check the path") from None
    if len(body) > _LARGEST:
        raise InputError(f"{path} is too large for a question: name the question file first, then the inputs")
    try:
        return tomllib.loads(body.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError):
        raise InputError(f"{path} is no TOML: name the question file first, then the inputs") from None


def _agents(value_sets: ValueSets) -> set[str]:
    meanings = (*value_sets.drugs.values(), *value_sets.names.values())
    return {agent for meaning in meanings for agent in meaning.agents}


def _entries(path: Path, table: Mapping[str, Any]) -> list[Any]:
    entries = table.get("diagnosis", [])
    if not isinstance(entries, list):
        raise _wrong(path, "diagnosis", "is one table; write [[diagnosis]] with two brackets")
    return entries


def _diagnosis(path: Path, entry: object, known: Container[str]) -> DiagnosisAsked:
    table = _checked(path, entry, frozenset({"concepts", "confirmed"}), "diagnosis")
    confirmed = table.get("confirmed", False)
    if not isinstance(confirmed, bool):
        raise _wrong(path, "diagnosis.confirmed", "is neither true nor false")
    return DiagnosisAsked(_words(path, "diagnosis.concepts", table.get("concepts"), known), confirmed)


def _order(path: Path, entry: object, known: Container[str]) -> OrderAsked:
    table = _checked(path, entry, frozenset({"agents", "at_least"}), "order")
    at_least = table.get("at_least", 1)
    if isinstance(at_least, bool) or not isinstance(at_least, int) or at_least < 1:
        raise _wrong(path, "order.at_least", "is no number from 1 on")
    return OrderAsked(_words(path, "order.agents", table.get("agents"), known), at_least)


def _checked(path: Path, entry: object, keys: frozenset[str], where: str) -> Mapping[str, Any]:
    if not isinstance(entry, dict):
        raise _wrong(path, where, f"is no table; write its {', '.join(sorted(keys))}")
    _refuse_unknown(path, entry, keys, where)
    return entry


def _refuse_unknown(path: Path, table: Mapping[str, Any], keys: frozenset[str], where: str) -> None:
    unknown = sorted(set(table) - keys)
    if unknown:
        raise _wrong(path, where, f"has the unknown key {unknown[0]!r}; use {', '.join(sorted(keys))}")


def _words(path: Path, where: str, written: object, known: Container[str]) -> frozenset[str]:
    """One or more words, every one of which a table knows."""
    if not isinstance(written, list) or not written or not all(isinstance(each, str) for each in written):
        raise _wrong(path, where, 'is no list of words; write it as ["...", "..."]')
    for each in written:
        if each not in known:
            raise _wrong(
                path, where, f"{each!r} has no code in any table; `docs/cohort.md` says where to look"
            )
    return frozenset(written)


def _wrong(path: Path, where: str, said: str) -> InputError:
    return InputError(f"{path}: {where} {said}")
