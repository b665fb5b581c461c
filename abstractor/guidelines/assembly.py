"""All knowledge, read from its folder into one library: entries built, names looked up, rules held.

A start stops at the first refusal; `guidelines check` shows all of them, so they are gathered as
values.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from abstractor.codes import SYSTEMS, ValueSets
from abstractor.errors import KnowledgeError
from abstractor.guidelines.build import build_entry
from abstractor.guidelines.compiled import compile_value_sets
from abstractor.guidelines.edition_rules import edition_refusals, measure_refusals
from abstractor.guidelines.inheriting import with_inherited
from abstractor.guidelines.references import Naming, unknown_names
from abstractor.guidelines.shelf import Place, toml_file, toml_files
from abstractor.guidelines.tables import Words
from abstractor.rules.her2.criteria import Her2Criteria
from abstractor.rules.library import (
    Agent,
    Edition,
    InclusionPolicy,
    Library,
    LinePolicy,
    Measure,
    Regimen,
)
from abstractor.rules.terms import ClinicalTerms

__all__ = ["Assembly", "Knowledge", "assemble", "words_of"]

T = TypeVar("T")
Held = tuple[Place, T]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a service is started with."""

    library: Library
    value_sets: ValueSets


@dataclass(frozen=True, slots=True)
class Assembly:
    """The knowledge, or why there is none: every refusal that could be found at once."""

    knowledge: Knowledge | None
    refusals: tuple[KnowledgeError, ...]


@dataclass(frozen=True, slots=True)
class _Authorities:
    sequencing_authorities: tuple[str, ...]
    grace_authorities: tuple[str, ...]
    grace_days: int


@dataclass(frozen=True, slots=True)
class _AgentSource:
    """Where an agent's properties come from; the engine has no use for it."""

    source: str


def assemble(root: Traversable, site: Path | None) -> Assembly:
    refusals: list[KnowledgeError] = []
    try:
        parts = _Parts(root, refusals)
        words = parts.words()
        value_sets = compile_value_sets(root, site, words)
    except KnowledgeError as wrong:
        return Assembly(None, (*refusals, wrong))
    refusals += edition_refusals(parts.editions)
    refusals += measure_refusals(parts.measures)
    refusals += parts.unknown_names(value_sets)
    refusals += _bad_authorities(parts)
    if refusals:
        return Assembly(None, tuple(refusals))
    return Assembly(Knowledge(parts.library(value_sets), value_sets), ())


def words_of(root: Traversable) -> Words:
    """What a row of a table may mean."""
    return _Parts(root, []).words()


class _Parts:
    """Every file read and every entry built; refused entries are left out and named in `refusals`."""

    def __init__(self, root: Traversable, refusals: list[KnowledgeError]) -> None:
        self.refusals = refusals
        # An entry that was refused is still known by its id: one mistake is not told twice.
        self.ids: dict[type, set[str]] = {Regimen: set(), Edition: set(), Measure: set()}
        self.concepts = _section(toml_file(root, "concepts.toml"), "concepts", "concepts.toml")
        self.agents = list(self._agents(toml_file(root, "agents.toml")))
        self.regimens = self._listed(Regimen, toml_file(root, "regimens.toml"), "regimen", "regimens.toml")
        self.line_policy = _whole(LinePolicy, root, "line_policy.toml")
        self.inclusion = _inclusion(root)
        self.terms = _whole(ClinicalTerms, root, "terms.toml")
        self.authorities = _whole(_Authorities, root, "authorities.toml")
        self.editions = [
            held for name, file in toml_files(root, "editions") for held in self._editions(file, name)
        ]
        self.measures = [
            held for name, file in toml_files(root, "measures") for held in self._built(Measure, file, name)
        ]

    def words(self) -> Words:
        return Words(frozenset(self.concepts), frozenset(agent.name for _, agent in self.agents))

    def library(self, value_sets: ValueSets) -> Library:
        return Library(
            agents={agent.name: agent for _, agent in self.agents},
            regimens=tuple(regimen for _, regimen in self.regimens),
            line_policy=self.line_policy[1],
            inclusion=self.inclusion[1],
            editions=tuple(edition for _, edition in self.editions),
            measures=tuple(measure for _, measure in self.measures),
            terms=self.terms[1],
            grace_days=self.authorities[1].grace_days,
            grace_authorities=self.authorities[1].grace_authorities,
            sequencing_authorities=self.authorities[1].sequencing_authorities,
            value_sets=value_sets.digest,
        )

    def unknown_names(self, value_sets: ValueSets) -> Iterator[KnowledgeError]:
        words = self.words()
        classes = (code for system, code in value_sets.concepts if system == SYSTEMS["act-code"])
        vocabulary = {
            Naming.AGENT: words.agents,
            Naming.AGENT_KIND: frozenset(agent.kind for _, agent in self.agents),
            Naming.CONCEPT: words.concepts,
            Naming.REGIMEN: frozenset(self.ids[Regimen]),
            Naming.EDITION: frozenset(self.ids[Edition]),
            Naming.VISIT_CLASS: frozenset(classes),
            Naming.REASON: frozenset(reason.id for reason in self.terms[1].reasons),
        }
        held: list[tuple[Place, Any]] = [*self.regimens, *self.editions, *self.measures]
        for place, value in (*held, self.line_policy, self.inclusion, self.terms):
            yield from unknown_names(value, vocabulary, place)

    def _agents(self, file: Mapping[str, Any]) -> Iterator[Held[Agent]]:
        for name, entry in _section(file, "agents", "agents.toml").items():
            place = Place("agents.toml", f"agent {name!r}")
            try:
                said = {key: value for key, value in entry.items() if key == "source"}
                build_entry(_AgentSource, said, place)
                rest = {key: value for key, value in entry.items() if key != "source"}
                yield place, build_entry(Agent, {"name": name, **rest}, place)
            except KnowledgeError as wrong:
                self.refusals.append(wrong)

    def _listed(self, kind: type[T], file: Mapping[str, Any], key: str, name: str) -> list[Held[T]]:
        _only(file, {key}, name)
        return [held for entry in file.get(key, []) for held in self._built(kind, entry, name)]

    def _editions(self, file: Mapping[str, Any], name: str) -> Iterator[Held[Edition]]:
        """What all editions of a file have in common stands once; an edition may not say it again."""
        _only(file, {"common", "edition"}, name)
        common = file.get("common", {})
        earlier: dict[str, Mapping[str, Any]] = {}
        for entry in file.get("edition", []):
            place = Place(name, f"edition {entry.get('id', '?')!r}")
            twice = sorted(common.keys() & entry.keys())
            if twice:
                self.refusals.append(place.refusal(f"{twice[0]!r} stands in [common] too", "say it once"))
                continue
            try:
                whole = with_inherited({**common, **entry}, earlier, place)
            except KnowledgeError as wrong:
                self.refusals.append(wrong)
                continue
            earlier[str(entry.get("id"))] = {"recommendations": [], **whole}
            yield from self._built(Edition, whole, name)

    def _built(self, kind: type[T], entry: Mapping[str, Any], name: str) -> Iterator[Held[T]]:
        place = Place(name, f"{kind.__name__.lower()} {entry.get('id', '?')!r}")
        self.ids[kind].add(str(entry.get("id")))
        try:
            yield place, build_entry(kind, entry, place)
        except KnowledgeError as wrong:
            self.refusals.append(wrong)


def _whole(kind: type[T], root: Traversable, name: str) -> Held[T]:
    place = Place(name, "the file")
    return place, build_entry(kind, toml_file(root, name), place)


def _inclusion(root: Traversable) -> Held[InclusionPolicy]:
    """The policy with its dated HER2 criteria, which stand in a file of their own."""
    name, key = "her2_criteria.toml", "her2"
    _whole(Her2Criteria, root, name)  # a mistake is told of the file that it stands in
    place = Place("inclusion.toml", "the file")
    file = toml_file(root, "inclusion.toml")
    if key in file:
        raise place.refusal(f"{key!r} stands here too", f"say it in {name} alone")
    return place, build_entry(InclusionPolicy, {**file, key: toml_file(root, name)}, place)


def _section(file: Mapping[str, Any], key: str, name: str) -> Mapping[str, Any]:
    _only(file, {key}, name)
    if not isinstance(file.get(key), dict):
        raise KnowledgeError(f"{name}: [{key}] is missing; add it")
    section: Mapping[str, Any] = file[key]
    return section


def _only(file: Mapping[str, Any], keys: set[str], name: str) -> None:
    unknown = sorted(file.keys() - keys)
    if unknown:
        raise KnowledgeError(
            f"{name}: unknown key {unknown[0]!r}; remove it or use {', '.join(sorted(keys))}"
        )


def _bad_authorities(parts: _Parts) -> Iterator[KnowledgeError]:
    place, authorities = parts.authorities
    known = {edition.authority for _, edition in parts.editions}
    for name in dict.fromkeys((*authorities.sequencing_authorities, *authorities.grace_authorities)):
        if name not in known:
            yield place.refusal(f"unknown authority {name!r}", "name one that has an edition")
