"""What the words of the rules stand for: each concept and each drug with the codes, displays and names that
mean it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from abstractor.codes import SYSTEMS
from abstractor.guidelines.assembly import words_of
from abstractor.guidelines.compiled import shipped_rows, site_rows
from abstractor.guidelines.shelf import shipped, toml_file
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

    Without a code and a name nothing in a record can mean it until a site loads codes of its own.
    """

    name: str
    words: str
    codes: tuple[Code, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    concepts: Mapping[str, Meaning]
    agents: Mapping[str, Meaning]

    def of(self, name: str) -> Meaning | None:
        return self.concepts.get(name) or self.agents.get(name)


def vocabulary(site: Path | None) -> Vocabulary:
    """Read from the tables that the value sets are compiled from, with a site's own codes among them."""
    root = shipped()
    words = words_of(root)
    said = toml_file(root, "concepts.toml")["concepts"]
    coded: dict[str, list[Code]] = {}
    for row in (*shipped_rows(root, words), *site_rows(site, words)):
        for meant in row.meanings:
            coded.setdefault(meant, []).append(_code(row))
    names: dict[str, list[str]] = {}
    table = "value_sets/names.csv"
    for name in name_rows(root.joinpath(table), table, words):
        for agent in name.agents:
            names.setdefault(agent, []).append(" ".join(name.words))

    def meaning(name: str, plain: str) -> Meaning:
        codes = sorted(coded.get(name, ()), key=lambda each: (each.system, each.code))
        return Meaning(name, plain, tuple(codes), tuple(sorted(names.get(name, ()))))

    return Vocabulary(
        {name: meaning(name, str(said.get(name, name))) for name in sorted(words.concepts)},
        {name: meaning(name, name) for name in sorted(words.agents)},
    )


def _code(row: CodeRow) -> Code:
    system = _BY_URI.get(row.system, _WRITTEN if row.system.startswith(("text", "words")) else row.system)
    return Code(system, row.code, row.display, row.source, row.confidence)
