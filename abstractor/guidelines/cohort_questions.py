"""A cohort question as its asker writes it: a TOML file of concepts and agents, refused where not sound.

A word that no table knows, or that no diagnosis can have, is refused and not taken for an empty set: it would
leave everybody out in silence.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from abstractor.codes import SYSTEMS, ValueSets
from abstractor.errors import InputError, KnowledgeError
from abstractor.guidelines.located import Table
from abstractor.guidelines.shelf import parsed_toml
from abstractor.rules.cohort import CohortQuestion, DiagnosisAsked, OrderAsked

__all__ = ["diagnosable", "read_cohort_question", "systems_of"]

_LARGEST = 64 * 1024
_KEYS = frozenset({"title", "diagnosis", "order"})
# A diagnosis has a code of the first; what has one of the others, and none of these, was measured or done.
_OF_DIAGNOSES = frozenset({SYSTEMS["icd10cm"], "words:diagnosis", "words:breast-cancer"})
_OF_OTHERS = frozenset({*(SYSTEMS[name] for name in ("loinc", "hcpcs", "cpt", "act-code")), "text"})
_WORDS = "words:"


def read_cohort_question(path: Path, value_sets: ValueSets) -> CohortQuestion:
    """The question in the file; `InputError` names file, line, what is wrong and the mend."""
    file = _Written(path, _table(path))
    file.refuse_unknown(_KEYS, "the file")
    title = file.table.get("title")
    if not isinstance(title, str) or not title.strip():
        raise file.wrong("title", 'has no words; write one, as title = "..."')
    fitting = _diagnosable(value_sets)
    diagnoses = tuple(_diagnosis(each, fitting) for each in _entries(file))
    order = None
    if "order" in file.table:
        order = _order(_Written(path, file.table["order"], file.line("order")), _agents(value_sets))
    if not diagnoses and order is None:
        raise file.wrong("the file", "asks for nothing; write a [[diagnosis]] or an [order]")
    return CohortQuestion(diagnoses, order)


@dataclass(frozen=True, slots=True)
class _Written:
    """A part of the file; `at` is its line where it is no table."""

    path: Path
    table: Any
    at: int = 1

    def line(self, key: str = "") -> int:
        if not isinstance(self.table, Table):
            return self.at
        return self.table.spots.get(key, self.table.spot).line

    def wrong(self, where: str, said: str, *, key: str = "") -> InputError:
        return InputError(f"{self.path}, line {self.line(key or where)}: {where} {said}")

    def checked(self, keys: frozenset[str], where: str) -> Mapping[str, Any]:
        if not isinstance(self.table, Table):
            raise self.wrong(where, f"is no table; write its {', '.join(sorted(keys))}")
        self.refuse_unknown(keys, where)
        return self.table

    def refuse_unknown(self, keys: frozenset[str], where: str) -> None:
        for each in sorted(set(self.table) - keys):
            raise self.wrong(where, f"has the unknown key {each!r}; use {', '.join(sorted(keys))}", key=each)


def _table(path: Path) -> Table:
    try:
        body = path.read_bytes()
    except OSError as failed:
        raise InputError(f"{path} cannot be read ({failed.strerror}): check the path") from None
    if len(body) > _LARGEST:
        raise InputError(f"{path} is too large for a question: name the question file first, then the inputs")
    first = "or name the question file first, then the inputs"
    try:
        return parsed_toml(body.decode("utf-8-sig"), str(path))
    except KnowledgeError as wrong:
        raise InputError(f"{wrong}, {first}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}, line 1: not TOML (no text); write it as text, {first}") from None


def _agents(value_sets: ValueSets) -> set[str]:
    meanings = (*value_sets.drugs.values(), *value_sets.names.values())
    return {agent for meaning in meanings for agent in meaning.agents}


def _diagnosable(value_sets: ValueSets) -> Mapping[str, bool]:
    """Of every concept that has a code: could a Condition have it?"""
    return {concept: diagnosable(concept, held) for concept, held in systems_of(value_sets).items()}


def systems_of(value_sets: ValueSets) -> Mapping[str, set[str]]:
    """Of every concept that has a code: the code systems, and the lists of words, that have it."""
    systems: dict[str, set[str]] = {}
    for (system, _), concepts in value_sets.concepts.items():
        for concept in concepts:
            systems.setdefault(concept, set()).add(system)
    return systems


def diagnosable(concept: str, systems: set[str]) -> bool:
    """Where SNOMED CT or a site's own codes alone have it, that cannot be told, and it is believed."""
    coded = {each for each in systems if not each.startswith(_WORDS)}
    if not systems.isdisjoint(_OF_DIAGNOSES):
        return True
    return ":" not in concept and bool(coded) and coded.isdisjoint(_OF_OTHERS)


def _entries(file: _Written) -> Iterator[_Written]:
    entries = file.table.get("diagnosis", [])
    if not isinstance(entries, list):
        raise file.wrong("diagnosis", "is one table; write [[diagnosis]] with two brackets")
    return (_Written(file.path, each, file.line("diagnosis")) for each in entries)


def _diagnosis(entry: _Written, fitting: Mapping[str, bool]) -> DiagnosisAsked:
    table = entry.checked(frozenset({"concepts", "confirmed"}), "diagnosis")
    confirmed = table.get("confirmed", False)
    if not isinstance(confirmed, bool):
        raise entry.wrong("diagnosis.confirmed", "is neither true nor false", key="confirmed")
    concepts = _words(entry, "diagnosis", "concepts", fitting)
    for each in sorted(concepts):
        if not fitting[each]:
            said = f"{each!r} is no diagnosis: its codes are those of results, studies or care; name another"
            raise entry.wrong("diagnosis.concepts", said, key="concepts")
    return DiagnosisAsked(concepts, confirmed)


def _order(entry: _Written, known: Container[str]) -> OrderAsked:
    table = entry.checked(frozenset({"agents", "at_least"}), "order")
    at_least = table.get("at_least", 1)
    if isinstance(at_least, bool) or not isinstance(at_least, int) or at_least < 1:
        raise entry.wrong("order.at_least", "is no number from 1 on", key="at_least")
    return OrderAsked(_words(entry, "order", "agents", known), at_least)


def _words(entry: _Written, where: str, key: str, known: Container[str]) -> frozenset[str]:
    """One or more words, every one of which a table knows."""
    written = entry.table.get(key)
    if not isinstance(written, list) or not written or not all(isinstance(each, str) for each in written):
        raise entry.wrong(f"{where}.{key}", 'is no list of words; write it as ["...", "..."]', key=key)
    for each in written:
        if each not in known:
            said = f"{each!r} has no code in any table; `docs/cohort.md` says where to look"
            raise entry.wrong(f"{where}.{key}", said, key=key)
    return frozenset(written)
