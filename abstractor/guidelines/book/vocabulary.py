"""What the words of the rules stand for: each concept and each drug with the codes, displays and names that
mean it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from abstractor.codes import SYSTEMS
from abstractor.guidelines.assembly import words_of
from abstractor.guidelines.compiled import SITE_NAMES, shipped_rows, site_rows
from abstractor.guidelines.concepts import Concept
from abstractor.guidelines.entries import read_entries
from abstractor.guidelines.gathering import Refusals
from abstractor.guidelines.shelf import Shelf, shipped
from abstractor.guidelines.site_folder import open_site
from abstractor.guidelines.tables import CodeRow, name_rows

__all__ = ["Code", "Meaning", "Vocabulary", "vocabulary"]

_SYSTEM_NAMES = {
    "rxnorm": "RxNorm",
    "hcpcs": "HCPCS",
    "icd10cm": "ICD-10-CM",
    "loinc": "LOINC",
    "snomed": "SNOMED CT",
    "cpt": "CPT",
    "ndc": "NDC",
    "act-code": "HL7 ActCode",
}
_BY_URI = {uri: _SYSTEM_NAMES[short] for short, uri in SYSTEMS.items()}
_WRITTEN = "in words"
SHIPPED_NAMES = "value_sets/names.csv"


@dataclass(frozen=True, slots=True)
class Code:
    system: str
    code: str
    display: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """One concept or drug: what it means in plain words, and all that stands for it in a record.

    Without a code and a name nothing in a record can mean it until a site loads codes of its own. `includes`:
    the concepts that it is the union of.
    """

    name: str
    words: str
    codes: tuple[Code, ...]
    names: tuple[str, ...] = ()
    includes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    concepts: Mapping[str, Meaning]
    agents: Mapping[str, Meaning]

    def of(self, name: str) -> Meaning | None:
        return self.concepts.get(name) or self.agents.get(name)


def vocabulary(site: Path | None) -> Vocabulary:
    """Read from the tables that the value sets are compiled from, with a site's own codes and names."""
    refusals: Refusals = []  # none: the library was loaded from the same files before
    shelves = [Shelf(shipped()), *([open_site(site, refusals)] if site is not None else [])]
    words = words_of(shipped(), site)
    said = {
        name: concept
        for shelf in shelves
        for name, _, concept in read_entries(shelf, refusals, before={}).concepts
    }
    coded: dict[str, list[Code]] = {}
    for row in (*shipped_rows(shipped(), words), *site_rows(site, words)):
        for meant in row.meanings:
            coded.setdefault(meant, []).append(_code(row))
    named: dict[str, list[str]] = {}
    for shelf, table in zip(shelves, (SHIPPED_NAMES, SITE_NAMES), strict=False):
        if shelf.holds(table):
            for name in name_rows(shelf.file(table), shelf.told(table), words, refusals):
                for agent in name.agents:
                    named.setdefault(agent, []).append(" ".join(name.words))

    def meaning(name: str, concept: Concept) -> Meaning:
        codes = sorted(coded.get(name, ()), key=lambda each: (each.system, each.code))
        return Meaning(name, concept.says, tuple(codes), tuple(sorted(named.get(name, ()))), concept.includes)

    return Vocabulary(
        {name: meaning(name, said.get(name, Concept(name))) for name in sorted(words.concepts)},
        {name: meaning(name, Concept(name)) for name in sorted(words.agents)},
    )


def _code(row: CodeRow) -> Code:
    system = _BY_URI.get(row.system, _WRITTEN if row.system.startswith(("text", "words")) else row.system)
    return Code(system, row.code, row.display, row.source, row.confidence)
