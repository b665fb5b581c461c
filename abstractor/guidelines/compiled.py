"""The value sets, compiled from every table on the shelf and, beside them, a site's own codes.

A site adds codes (CPT among them) and never changes what a shipped code means. SNOMED CT is one
file of its own: the tables compile without it.
"""

import hashlib
import json
from collections.abc import Iterable
from importlib.resources.abc import Traversable
from pathlib import Path

from abstractor.codes import DrugMeaning, StatusRules, ValueSets
from abstractor.errors import KnowledgeError
from abstractor.guidelines.tables import (
    CodeRow,
    NameRow,
    Words,
    code_rows,
    ignorable_words,
    name_rows,
    status_rows,
)

__all__ = ["compile_value_sets", "shipped_rows", "site_rows"]

_FOLDER = "value_sets"
_NAMES = "names.csv"
_IGNORABLE = "ignorable_words.csv"
_STATUSES = "fhir_status_rules.csv"
_SITE = "codes.csv"


def compile_value_sets(root: Traversable, site: Path | None, words: Words) -> ValueSets:
    """Every table read, checked and compiled; the digest names what was read, in whatever order."""
    folder = root.joinpath(_FOLDER)
    ours = shipped_rows(root, words)
    theirs = site_rows(site, words)
    _refuse_overrides(ours, theirs)
    rows = [*ours, *theirs]
    names = name_rows(folder.joinpath(_NAMES), f"{_FOLDER}/{_NAMES}", words)
    ignorable = ignorable_words(folder.joinpath(_IGNORABLE), f"{_FOLDER}/{_IGNORABLE}")
    statuses = status_rows(folder.joinpath(_STATUSES), f"{_FOLDER}/{_STATUSES}")
    said = [
        *map(_said, rows),
        *map(_said_name, names),
        *sorted(ignorable),
        *map(list, sorted(statuses.items())),
    ]
    return ValueSets(
        concepts=_concepts(rows),
        drugs=_drugs(rows),
        names=_names(names),
        ignorable=ignorable,
        statuses=StatusRules(statuses),
        systems=frozenset(row.system for row in rows),
        digest=_digest(said),
    )


def shipped_rows(root: Traversable, words: Words) -> list[CodeRow]:
    files = sorted(root.joinpath(_FOLDER).iterdir(), key=lambda each: each.name)
    tables = [f for f in files if f.name.endswith(".csv") and f.name not in (_NAMES, _IGNORABLE, _STATUSES)]
    return [row for file in tables for row in code_rows(file, f"{_FOLDER}/{file.name}", words)]


def site_rows(site: Path | None, words: Words) -> list[CodeRow]:
    """A site folder need not hold codes."""
    if site is None or not _holds_codes(site):
        return []
    return code_rows(site / _SITE, _SITE, words)


def _holds_codes(site: Path) -> bool:
    """Is a file of that name there, to be read? What only has the name would leave out codes silently."""
    file = site / _SITE
    try:
        file.lstat()  # a link to nothing is there too
        readable = file.is_file()
        dangling = not readable and not file.exists()
    except FileNotFoundError:
        return False
    except OSError as wrong:
        raise KnowledgeError(f"{file}: cannot be read ({wrong.strerror}); check its permissions") from wrong
    if dangling:
        raise KnowledgeError(f"{file}: a link to nothing; mend the link or remove it")
    if not readable:
        raise KnowledgeError(f"{file}: not a file; put the file with the codes there or remove it")
    return True


def _refuse_overrides(ours: list[CodeRow], theirs: list[CodeRow]) -> None:
    held = {(row.system, row.code): row for row in ours}
    for row in theirs:
        other = held.get((row.system, row.code))
        if other is not None:
            wrong = f"this code is shipped already ({other.place.file}, as {'+'.join(other.meanings)})"
            raise row.place.refusal(wrong, "remove the line: a site adds codes and changes none")


def _concepts(rows: list[CodeRow]) -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        if row.rank is None:
            held = found.setdefault((row.system, row.code), set())
            if row.meanings[0] in held:
                raise row.place.refusal("the same code and concept twice", "keep one line")
            held.add(row.meanings[0])
    return {key: tuple(sorted(concepts)) for key, concepts in found.items()}


def _drugs(rows: list[CodeRow]) -> dict[tuple[str, str], DrugMeaning]:
    drugs: dict[tuple[str, str], DrugMeaning] = {}
    for row in rows:
        if row.rank is not None:
            if (row.system, row.code) in drugs:
                raise row.place.refusal("the same drug code twice", "keep one line")
            drugs[row.system, row.code] = DrugMeaning(row.meanings, row.rank)
    return drugs


def _names(rows: list[NameRow]) -> dict[tuple[str, ...], DrugMeaning]:
    names: dict[tuple[str, ...], DrugMeaning] = {}
    for row in rows:
        if row.words in names:
            raise row.place.refusal("the same name twice", "keep one line")
        names[row.words] = DrugMeaning(row.agents, row.rank)
    return names


def _said(row: CodeRow) -> list[str | int | None]:
    days = [day.isoformat() if day else None for day in (row.valid_from, row.valid_to)]
    rest = [row.system, row.code, row.display, row.rank, *days, row.source, row.confidence, row.note]
    return ["+".join(row.meanings), *rest]


def _said_name(row: NameRow) -> list[str | int | None]:
    return [" ".join(row.words), "+".join(row.agents), row.rank, row.source]


def _digest(said: Iterable[object]) -> str:
    lines = sorted(json.dumps(each, ensure_ascii=False) for each in said)
    return "sha256:" + hashlib.sha256("\n".join(lines).encode()).hexdigest()
