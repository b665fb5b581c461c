"""The value sets, compiled from every table on the shelf and, beside them, a site's own codes and names.

A site adds codes (CPT among them) and drug names, and never changes what a shipped one means. SNOMED CT is
one file of its own: the tables compile without it.
"""

import hashlib
import json
from collections.abc import Hashable, Iterable, Iterator, Sequence
from importlib.resources.abc import Traversable
from itertools import chain
from pathlib import Path
from typing import TypeVar

from abstractor.codes import DrugMeaning, StatusRules, ValueSets
from abstractor.errors import KnowledgeError
from abstractor.guidelines.borrowed_names import codes_shown_as_others, parts_of_names, read_otherwise
from abstractor.guidelines.everyday_names import everyday_names
from abstractor.guidelines.gathering import Refusals, noted, raise_all
from abstractor.guidelines.opposites import opposite_meanings
from abstractor.guidelines.shelf import Shelf
from abstractor.guidelines.site_folder import open_site
from abstractor.guidelines.tables import (
    CodeRow,
    NameRow,
    Words,
    code_rows,
    ignorable_words,
    name_rows,
    status_rows,
)

__all__ = ["SITE_CODES", "SITE_NAMES", "compile_value_sets", "shipped_rows", "site_rows", "snomed_rows"]

_FOLDER = "value_sets"
_NAMES = f"{_FOLDER}/names.csv"
_IGNORABLE = f"{_FOLDER}/ignorable_words.csv"
_STATUSES = f"{_FOLDER}/fhir_status_rules.csv"
_SNOMED = f"{_FOLDER}/snomed.csv"
_EVERYDAY = f"{_FOLDER}/everyday_words.csv"
_NO_CODES = frozenset({_NAMES, _IGNORABLE, _STATUSES, _EVERYDAY})
_LISTS = "words:"
SITE_CODES = "codes.csv"
SITE_NAMES = "names.csv"

R = TypeVar("R", CodeRow, NameRow)


def compile_value_sets(
    ours: Shelf, theirs: Shelf | None, words: Words, refusals: Refusals, *, beside: Iterable[object] = ()
) -> ValueSets:
    """Every table read, checked and compiled; the digest names what was read, in whatever order, and what
    stands `beside` the tables."""
    added, added_names = _of_site(theirs, words, refusals)
    shipped = _shipped_rows(ours, words, refusals)
    rows = _together(shipped, added, refusals)
    refusals += _of_no_list(shipped, added)
    shipped_names = name_rows(ours.file(_NAMES), _NAMES, words, refusals)
    names = _together(shipped_names, added_names, refusals)
    ignorable = ignorable_words(ours.file(_IGNORABLE), _IGNORABLE, refusals)
    statuses = status_rows(ours.file(_STATUSES), _STATUSES, refusals)
    everyday = ignorable_words(ours.file(_EVERYDAY), _EVERYDAY, refusals)
    refusals += chain(_twice(rows), _drug_or_not(rows), opposite_meanings(rows), _named_twice(names))
    refusals += everyday_names(names, ignorable | everyday)
    if added or added_names:
        known = _names_alone(shipped_names, ignorable)
        refusals += chain(
            read_otherwise(added_names, known),
            parts_of_names(added_names, shipped_names, known),
            codes_shown_as_others(added, known),
        )
    said = [
        *map(_said, rows),
        *map(_said_name, names),
        *sorted(ignorable),
        *map(list, sorted(statuses.items())),
        *beside,
    ]
    return ValueSets(
        concepts=_concepts(rows),
        drugs={(r.system, r.code): DrugMeaning(r.meanings, r.rank) for r in rows if r.rank is not None},
        names={row.words: DrugMeaning(row.agents, row.rank) for row in names},
        ignorable=ignorable,
        statuses=StatusRules(statuses),
        systems=frozenset(row.system for row in rows),
        digest=_digest(said),
    )


def _names_alone(names: Iterable[NameRow], ignorable: frozenset[str]) -> ValueSets:
    """What words mean without any code."""
    meanings = {row.words: DrugMeaning(row.agents, row.rank) for row in names}
    return ValueSets({}, {}, meanings, ignorable, StatusRules(), frozenset(), "")


def shipped_rows(root: Traversable, words: Words) -> list[CodeRow]:
    """Raises at the first line that is wrong."""
    refusals: Refusals = []
    rows = _shipped_rows(Shelf(root), words, refusals)
    raise_all(refusals)
    return rows


def _shipped_rows(shelf: Shelf, words: Words, refusals: Refusals) -> list[CodeRow]:
    files = sorted(shelf.file(_FOLDER).iterdir(), key=lambda each: each.name)
    names = [f"{_FOLDER}/{file.name}" for file in files if file.name.endswith(".csv")]
    tables = [name for name in names if name not in _NO_CODES]
    return [row for name in tables for row in code_rows(shelf.file(name), name, words, refusals)]


def snomed_rows(ours: Shelf, theirs: Shelf | None, words: Words) -> list[CodeRow]:
    """With those of a site, whose tables have been checked before."""
    return [*code_rows(ours.file(_SNOMED), _SNOMED, words), *_of_site(theirs, words, [])[0]]


def site_rows(site: Path | None, words: Words) -> list[CodeRow]:
    """Raises at the first thing that is wrong with the folder's names or its codes."""
    refusals: Refusals = []
    rows = _of_site(open_site(site, refusals), words, refusals)[0] if site is not None else []
    raise_all(refusals)
    return rows


def _of_site(site: Shelf | None, words: Words, refusals: Refusals) -> tuple[list[CodeRow], list[NameRow]]:
    """A site folder need not hold codes or names; a file of them must."""
    codes: list[CodeRow] = []
    names: list[NameRow] = []
    if site is not None and site.holds(SITE_CODES):
        with noted(refusals):
            codes = code_rows(site.file(SITE_CODES), site.told(SITE_CODES), words, refusals)
            _refuse_none(site, SITE_CODES, codes, refusals)
    if site is not None and site.holds(SITE_NAMES):
        with noted(refusals):
            names = name_rows(site.file(SITE_NAMES), site.told(SITE_NAMES), words, refusals)
            _refuse_none(site, SITE_NAMES, names, refusals)
    return codes, names


def _refuse_none(site: Shelf, file: str, rows: Sequence[object], refusals: Refusals) -> None:
    """A table with nothing but its first line; where every line was refused, that has been told."""
    if not rows and not any(site.told(file) in str(each) for each in refusals):
        raise site.refusal(file, "no line below the first", "add lines, or remove the file")


def _together(ours: list[R], theirs: list[R], refusals: Refusals) -> list[R]:
    """The site's rows beside the shipped ones, but for those that would change what is shipped."""
    held = {_key(row): row for row in ours}
    added: list[R] = []
    for row in theirs:
        other = held.get(_key(row))
        if other is None:
            added.append(row)
            continue
        what, as_what = _told(other)
        wrong = f"this {what} is shipped already ({other.place.file}, as {as_what})"
        refusals.append(row.place.refusal(wrong, f"remove the line: a site adds {what}s and changes none"))
    return ours + added


def _key(row: CodeRow | NameRow) -> Hashable:
    return (row.system, row.code) if isinstance(row, CodeRow) else row.words


def _told(row: CodeRow | NameRow) -> tuple[str, str]:
    return ("code", "+".join(row.meanings)) if isinstance(row, CodeRow) else ("name", "+".join(row.agents))


def _concepts(rows: Iterable[CodeRow]) -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        if row.rank is None:
            found.setdefault((row.system, row.code), set()).add(row.meanings[0])
    return {key: tuple(sorted(concepts)) for key, concepts in found.items()}


def _twice(rows: Sequence[CodeRow]) -> Iterator[KnowledgeError]:
    seen: set[Hashable] = set()
    for row in rows:
        key = (row.system, row.code, None if row.rank is not None else row.meanings[0])
        if key in seen:
            what = "the same drug code twice" if row.rank is not None else "the same code and concept twice"
            yield row.place.refusal(what, "keep one line")
        seen.add(key)


def _of_no_list(shipped: Sequence[CodeRow], added: Sequence[CodeRow]) -> Iterator[KnowledgeError]:
    """A reader asks for the lists of words that are shipped: what stands in another is never found."""
    ours = {row.system for row in shipped if row.system.startswith(_LISTS)}
    for row in added:
        if row.system.startswith(_LISTS) and row.system not in ours:
            mend = f"use one of {', '.join(sorted(ours))}"
            yield row.place.refusal(f"no list of words is called {row.system!r}", mend)


def _drug_or_not(rows: Sequence[CodeRow]) -> Iterator[KnowledgeError]:
    """A code of a drug is nothing else."""
    drugs = {(row.system, row.code): row for row in rows if row.rank is not None}
    for row in rows:
        other = drugs.get((row.system, row.code)) if row.rank is None else None
        if other is not None:
            wrong = f"one code with two meanings ({other.place.entry}: {'+'.join(other.meanings)})"
            yield row.place.refusal(wrong, "keep the line that is right")


def _named_twice(rows: Sequence[NameRow]) -> Iterator[KnowledgeError]:
    seen: set[tuple[str, ...]] = set()
    for row in rows:
        if row.words in seen:
            yield row.place.refusal("the same name twice", "keep one line")
        seen.add(row.words)


def _said(row: CodeRow) -> list[str | int | None]:
    days = [day.isoformat() if day else None for day in (row.valid_from, row.valid_to)]
    rest = [row.system, row.code, row.display, row.rank, *days, row.source, row.confidence, row.note]
    return ["+".join(row.meanings), *rest]


def _said_name(row: NameRow) -> list[str | int | None]:
    return [" ".join(row.words), "+".join(row.agents), row.rank, row.source]


def _digest(said: Iterable[object]) -> str:
    lines = sorted(json.dumps(each, ensure_ascii=False, default=str, sort_keys=True) for each in said)
    return "sha256:" + hashlib.sha256("\n".join(lines).encode()).hexdigest()
