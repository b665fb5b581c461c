"""The code and name tables: one row a code, with source, confidence and dates, checked when read.

The checks here are quick enough for every start. A row is refused that names an unknown meaning,
whose code cannot be one of its system, that has no source, or whose confidence is low: such a code
must not ship.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from importlib.resources.abc import Traversable
from typing import TypeVar

from abstractor.codes import SYSTEMS, canonical, tokens_of
from abstractor.guidelines.check_digits import CHECKED
from abstractor.guidelines.gathering import Refusals, noted, raise_all
from abstractor.guidelines.shelf import Place, TableLine, table_lines

__all__ = [
    "CODE_COLUMNS",
    "NAME_COLUMNS",
    "SHAPES",
    "SHIPPABLE",
    "TREATMENTS",
    "WRITTEN",
    "CodeRow",
    "NameRow",
    "Words",
    "code_rows",
    "ignorable_words",
    "name_rows",
    "status_rows",
]

R = TypeVar("R")

# Answers written in words stand in the tables under this system, in lower case with single spaces.
WRITTEN = "text"

CODE_COLUMNS = (
    "concept", "system", "code", "display", "rank", "valid_from", "valid_to", "source", "confidence", "note",
)  # fmt: skip
NAME_COLUMNS = ("name", "agents", "rank", "form", "source", "confidence", "note")
STATUS_COLUMNS = ("resource", "element", "value", "treatment", "why", "source")
SHIPPABLE = ("high", "medium")
FORMS = ("generic", "brand", "abbreviation", "misspelling", "foreign")

# What a code of each system looks like; a local system of a site's has no shape of ours.
SHAPES: Mapping[str, "re.Pattern[str]"] = {
    SYSTEMS["rxnorm"]: re.compile(r"[1-9]\d{0,7}"),
    SYSTEMS["hcpcs"]: re.compile(r"[A-V]\d{4}"),
    SYSTEMS["icd10cm"]: re.compile(r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?"),
    SYSTEMS["loinc"]: re.compile(r"(\d{1,7}|LA\d{1,7})-\d"),
    SYSTEMS["snomed"]: re.compile(r"[1-9]\d{5,17}"),
    SYSTEMS["cpt"]: re.compile(r"\d{4}[0-9A-Z]"),
    SYSTEMS["ndc"]: re.compile(r"\d{4,5}-?\d{3,4}-?\d{1,2}"),
    SYSTEMS["act-code"]: re.compile(r"[A-Z_]+"),
    WRITTEN: re.compile(r"\S+( \S+)*"),
}

_LISTS = "words:"
_OF_NO_DRUG = frozenset({*(SYSTEMS[name] for name in ("icd10cm", "loinc", "act-code")), WRITTEN})
# Close enough to be meant: "http://lonic.org", "http://snowmed.info/sct".
_ALIKE = 0.9
_IGNORABLE = re.compile(r"[a-z0-9#]+(-[a-z0-9#]+)*( [a-z0-9#]+(-[a-z0-9#]+)*)?")

TREATMENTS = frozenset(
    "exclude exclude-as-order context count count-with-flag count-as-history count-as-order count-as-given "
    "count-as-ordered-only count-as-given-partial count-as-dispensed count-as-reported".split()
)


@dataclass(frozen=True, slots=True)
class Words:
    """What a row may mean: the concepts, and the agents that drug codes and names stand for."""

    concepts: frozenset[str]
    agents: frozenset[str]


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One code. A drug has a `rank` and its `meanings` are agents; any other code has one concept."""

    place: Place
    meanings: tuple[str, ...]
    system: str
    code: str
    display: str
    rank: int | None
    valid_from: date | None
    valid_to: date | None
    source: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class NameRow:
    """One name of a drug or regimen, as the words that it is made of."""

    place: Place
    words: tuple[str, ...]
    agents: tuple[str, ...]
    rank: int
    source: str


def code_rows(file: Traversable, name: str, words: Words, refusals: Refusals | None = None) -> list[CodeRow]:
    """Without a place to note them in, refusals are raised; so it is with the other tables."""
    return _rows(file, name, CODE_COLUMNS, lambda line: _code_row(line, words), refusals)


@cache
def _meant(system: str) -> str | None:
    """The short name of the system of ours whose address this nearly is. Another of one publisher (ICD-9)
    differs in its last part, and is one."""
    bare = _bare(system)
    for short, address in SYSTEMS.items():
        ours = _bare(address)
        host, slash, path = bare.partition("/")
        our_host, our_slash, our_path = ours.partition("/")
        whole = bare == ours or (not our_slash and _alike(bare, ours))
        if whole or (slash and path == our_path and _alike(host, our_host)):
            return short
    return None


def _alike(one: str, other: str) -> bool:
    """A letter too many or too few, or two that changed places."""
    return sorted(one) == sorted(other) or bool(get_close_matches(one, (other,), 1, _ALIKE))


def _bare(system: str) -> str:
    """An address without how it is reached, which a system's name has and no browser needs."""
    return re.sub(r"^[a-z]+:/*(?:www\.)?", "", system.strip().lower()).rstrip("/")


def _rows(
    file: Traversable,
    name: str,
    columns: tuple[str, ...],
    row_of: Callable[[TableLine], R],
    refusals: Refusals | None,
) -> list[R]:
    rows: list[R] = []
    wrong: Refusals = [] if refusals is None else refusals
    for line in table_lines(file, name, columns, wrong):
        with noted(wrong):
            rows.append(row_of(line))
    if refusals is None:
        raise_all(wrong)
    return rows


def _code_row(line: TableLine, words: Words) -> CodeRow:
    cells, place = line.cells, line.place
    _refuse_unsaid(line, "concept", "system", "code", "display", "source")
    system, code = canonical(SYSTEMS.get(cells["system"], cells["system"]), cells["code"])
    shape = SHAPES.get(system)
    if shape is None and ":" not in system:
        raise place.refusal(
            f"unknown code system {system!r}", "use a short name of ours or the system's address"
        )
    if shape is None and (meant := _meant(system)) is not None:
        raise place.refusal(f"{system!r} is not how that system is written", f"write {meant}")
    if shape is not None and shape.fullmatch(code) is None:
        raise place.refusal("no code of its system has this shape", "mend the code or the system")
    if system in CHECKED and not CHECKED[system](code):
        raise place.refusal(f"the check digit of {code} does not fit", "look the code up and mend it")
    if system == WRITTEN and code != " ".join(code.lower().split()):
        raise place.refusal("a written answer not in lower case", "write it in lower case with single spaces")
    rank = _rank(line) if cells["rank"] else None
    if rank is not None and (system in _OF_NO_DRUG or system.startswith(_LISTS)):
        raise place.refusal("a drug by a code of another sort", "leave the rank out, or mend the system")
    if system.startswith(_LISTS) and code != " ".join(code.lower().split()):
        raise place.refusal("words not in lower case", "write them in lower case with single spaces")
    meanings = _agents(cells["concept"], place, words) if rank is not None else (cells["concept"],)
    if rank is None and cells["concept"] not in words.concepts:
        raise place.refusal(
            f"unknown concept {cells['concept']!r}", "define it in concepts.toml, or give a drug its rank"
        )
    first, last = _day(line, "valid_from"), _day(line, "valid_to")
    if first is not None and last is not None and last < first:
        raise place.refusal("valid_from after valid_to", "put the dates in order")
    return CodeRow(
        place, meanings, system, code, cells["display"], rank, first, last, cells["source"],
        _confidence(line), cells["note"],
    )  # fmt: skip


def name_rows(file: Traversable, name: str, words: Words, refusals: Refusals | None = None) -> list[NameRow]:
    return _rows(file, name, NAME_COLUMNS, lambda line: _name_row(line, words), refusals)


def _name_row(line: TableLine, words: Words) -> NameRow:
    cells = line.cells
    _refuse_unsaid(line, "name", "agents", "rank", "source")
    _confidence(line)
    if cells["form"] not in FORMS:
        raise line.place.refusal(f"unknown form {cells['form']!r}", f"use one of {', '.join(FORMS)}")
    said = tokens_of(cells["name"])
    if not said:
        raise line.place.refusal("a name without a word", "write the name")
    return NameRow(
        line.place, said, _agents(cells["agents"], line.place, words), _rank(line), cells["source"]
    )


def ignorable_words(file: Traversable, name: str, refusals: Refusals) -> frozenset[str]:
    """Words, or two together, that say nothing about which drug it is; "#" stands for a number."""
    lines = table_lines(file, name, ("word", "says"), refusals)
    for line in lines:
        _refuse_unsaid(line, "word", "says")
        if _IGNORABLE.fullmatch(line.cells["word"]) is None:
            raise line.place.refusal("not one or two words in lower case", "give each its own line")
    return frozenset(line.cells["word"] for line in lines)


def status_rows(file: Traversable, name: str, refusals: Refusals) -> dict[tuple[str, str, str], str]:
    """(resource type, element, value) -> what a status means for relying on the record."""
    rules: dict[tuple[str, str, str], str] = {}
    for line in table_lines(file, name, STATUS_COLUMNS, refusals):
        _refuse_unsaid(line, "resource", "element", "value", "source")
        cells = line.cells
        key = (cells["resource"], cells["element"], cells["value"])
        if cells["treatment"] not in TREATMENTS:
            raise line.place.refusal(
                f"unknown treatment {cells['treatment']!r}", f"use one of {', '.join(sorted(TREATMENTS))}"
            )
        if key in rules:
            raise line.place.refusal("the same status twice", "keep one line")
        rules[key] = cells["treatment"]
    return rules


def _refuse_unsaid(line: TableLine, *columns: str) -> None:
    for column in columns:
        if not line.cells[column]:
            raise line.place.refusal(f"{column} is empty", "say it")


def _agents(text: str, place: Place, words: Words) -> tuple[str, ...]:
    agents = tuple(sorted(text.split("+")))
    if len(set(agents)) < len(agents):
        raise place.refusal("the same agent twice", "name each once")
    for agent in agents:
        if agent not in words.agents:
            raise place.refusal(f"unknown agent {agent!r}", "define it in agents.toml")
    return agents


def _rank(line: TableLine) -> int:
    """0: an abbreviation that counts only where it stands alone; 1: an ingredient; 3: a brand, or a precise
    ingredient; 4: a product."""
    if line.cells["rank"] not in ("0", "1", "2", "3", "4"):
        raise line.place.refusal("rank is no number from 0 to 4", "say how specific it is")
    return int(line.cells["rank"])


def _confidence(line: TableLine) -> str:
    if line.cells["confidence"] not in SHIPPABLE:
        raise line.place.refusal(
            "confidence is not high or medium", "verify it, or leave it out: a doubtful code must not ship"
        )
    return line.cells["confidence"]


def _day(line: TableLine, column: str) -> date | None:
    if not line.cells[column]:
        return None
    try:
        return date.fromisoformat(line.cells[column])
    except ValueError as wrong:
        raise line.place.refusal(f"{column} is no date", "write it as 2024-10-01") from wrong
