"""All knowledge, read from its folders into one library: entries built, names looked up, rules held.

A start stops at the first refusal; `guidelines check` shows all of them, so they are gathered as
values.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from importlib.resources.abc import Traversable
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from abstractor.codes import SYSTEMS, ValueSets
from abstractor.errors import KnowledgeError
from abstractor.guidelines.amount_rules import amount_refusals
from abstractor.guidelines.asking_rules import asking_refusals
from abstractor.guidelines.build import build_entry
from abstractor.guidelines.compiled import compile_value_sets, snomed_rows
from abstractor.guidelines.concepts import Concept, concept_refusals, members, spelt_out
from abstractor.guidelines.coverage import Blind, blind, uncoded
from abstractor.guidelines.edition_rules import edition_refusals
from abstractor.guidelines.entries import Entries, Held, read_entries
from abstractor.guidelines.fitting_concepts import misplaced_concepts, snomed_names
from abstractor.guidelines.gathering import Refusals, noted
from abstractor.guidelines.located import Table, joined
from abstractor.guidelines.measure_rules import measure_refusals
from abstractor.guidelines.measure_words import wording_refusals
from abstractor.guidelines.references import Naming, unknown_names
from abstractor.guidelines.shelf import Place, Shelf, read_toml
from abstractor.guidelines.signatures import site_signatures
from abstractor.guidelines.site_folder import open_site
from abstractor.guidelines.site_rules import edition_refused, measure_refused, site_refusals
from abstractor.guidelines.tables import Words
from abstractor.guidelines.taken_out import asked_and_taken_out
from abstractor.rules.her2.criteria import Her2Criteria
from abstractor.rules.library import (
    Agent,
    Edition,
    InclusionPolicy,
    Library,
    LinePolicy,
    Regimen,
    Signature,
    Subject,
)
from abstractor.rules.terms import ClinicalTerms

__all__ = ["Assembly", "Knowledge", "assemble", "words_of"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a service is started with; `blind`: what no chart can show with the codes that are loaded."""

    library: Library
    value_sets: ValueSets
    blind: tuple[Blind, ...] = ()


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


def assemble(root: Traversable, site: Path | None, *, on: date | None = None) -> Assembly:
    """`on`: a day by which every signature must have been given; a start asks for none."""
    refusals: Refusals = []
    try:
        parts = _Parts(root, site, refusals)
        value_sets = parts.value_sets()
    except KnowledgeError as wrong:
        return Assembly(None, (*refusals, wrong))
    refusals += chain(parts.concept_refusals(), site_refusals(parts.ours, parts.theirs))
    refusals += chain(
        edition_refusals(parts.editions, on=on),
        measure_refusals(parts.measures, parts.editions),
        asking_refusals(parts.measures, parts.agents),
    )
    refusals += chain(parts.unknown_names(value_sets), _bad_authorities(parts))
    refusals += chain(amount_refusals(parts.measures, parts.terms[1]), wording_refusals(parts.measures))
    signatures: Mapping[str, Signature] = {}
    with noted(refusals):
        signatures = parts.signatures(on)
    if refusals:
        return Assembly(None, tuple(refusals))
    library = replace(parts.library(value_sets), signatures=signatures)
    found = tuple(each for measure in parts.measures for each in blind(measure, library.uncoded))
    site_measures = {measure.id for _, measure in parts.theirs.measures}
    refusals += [each.refusal for each in found if each.measure in site_measures]
    refusals += parts.misplaced_concepts(value_sets)
    refusals += asked_and_taken_out(parts.theirs.measures, value_sets, parts.unions())
    return Assembly(None if refusals else Knowledge(library, value_sets, found), tuple(refusals))


def words_of(root: Traversable, site: Path | None = None) -> Words:
    """What a row of a table may mean."""
    return _Parts(root, site, []).words()


class _Parts:
    """Every file read and every entry built; refused entries are left out and named in `refusals`."""

    def __init__(self, root: Traversable, site: Path | None, refusals: Refusals) -> None:
        self.refusals = refusals
        self.shipped = Shelf(root)
        self.site = open_site(site, refusals) if site is not None else None
        self.ours = read_entries(self.shipped, refusals, before={})
        self.theirs = Entries()
        if self.site is not None:
            self.theirs = read_entries(self.site, refusals, before=self.ours.whole)
        self.line_policy = _whole(LinePolicy, self.shipped, "line_policy.toml")
        self.inclusion = _inclusion(self.shipped)
        self.terms = _whole(ClinicalTerms, self.shipped, "terms.toml")
        self.authorities = _whole(_Authorities, self.shipped, "authorities.toml")
        self.concepts = [*self.ours.concepts, *self.theirs.concepts]
        self.agents = [*self.ours.agents, *self.theirs.agents]
        self.regimens = [*self.ours.regimens, *self.theirs.regimens]
        # What a site may not add is told as that, and not once more by the rules among editions.
        ours, theirs = self.ours, self.theirs
        editions = (held for held in theirs.editions if not any(edition_refused(*held, ours)))
        measures = (held for held in theirs.measures if not any(measure_refused(*held, ours)))
        self.editions = [*ours.editions, *editions]
        self.measures = [*ours.measures, *measures]

    def words(self) -> Words:
        return Words(self._ids(Concept), self._ids(Agent))

    def value_sets(self) -> ValueSets:
        beside = [[name, content] for name, content in self.theirs.content]
        beside += [["includes", name, list(c.includes)] for name, _, c in self.ours.concepts if c.includes]
        return compile_value_sets(self.shipped, self.site, self.words(), self.refusals, beside=beside)

    def concept_refusals(self) -> Iterator[KnowledgeError]:
        yield from concept_refusals(self.concepts)

    def unions(self) -> dict[str, tuple[str, ...]]:
        """What each concept that includes others stands for; there is no cycle in them."""
        concepts = {name: concept for name, _, concept in self.concepts}
        return {name: members(name, concepts) for name, concept in concepts.items() if concept.includes}

    def misplaced_concepts(self, value_sets: ValueSets) -> Iterator[KnowledgeError]:
        """Of the site's measures; what the shipped ones ask for is known to be found."""
        ours, theirs = self.ours.measures, self.theirs.measures
        if theirs:
            ends = snomed_names(snomed_rows(self.shipped, self.site, self.words()))
            yield from misplaced_concepts(theirs, value_sets, self.unions(), shipped=ours, ends=ends)

    def library(self, value_sets: ValueSets) -> Library:
        unions = self.unions()
        policy, authorities = self.inclusion[1], self.authorities[1]
        own_editions: list[str] = [edition.id for _, edition in self.theirs.editions]
        own_measures: list[str] = [measure.id for _, measure in self.theirs.measures]
        own = [edition for _, edition in self.theirs.editions if edition.subject is Subject.SEQUENCING]
        return Library(
            agents={agent.name: agent for _, agent in self.agents},
            regimens=tuple(regimen for _, regimen in self.regimens),
            line_policy=spelt_out(self.line_policy[1], unions),
            inclusion=spelt_out(policy, unions),
            editions=tuple(spelt_out(edition, unions) for _, edition in self.editions),
            measures=tuple(spelt_out(measure, unions) for _, measure in self.measures),
            terms=spelt_out(self.terms[1], unions),
            grace_days=authorities.grace_days,
            grace_authorities=authorities.grace_authorities,
            sequencing_authorities=tuple(
                dict.fromkeys((*authorities.sequencing_authorities, *(each.authority for each in own)))
            ),
            value_sets=value_sets.digest,
            from_site=frozenset((*own_editions, *own_measures)),
            uncoded=uncoded({name: concept for name, _, concept in self.concepts}, value_sets),
        )

    def signatures(self, on: date | None) -> Mapping[str, Signature]:
        if self.site is None:
            return {}
        own = [measure for _, measure in self.theirs.measures]
        return site_signatures(self.site, own, [held for _, held in self.editions], on=on)

    def unknown_names(self, value_sets: ValueSets) -> Iterator[KnowledgeError]:
        classes = (code for system, code in value_sets.concepts if system == SYSTEMS["act-code"])
        vocabulary = {
            Naming.AGENT: self._ids(Agent),
            Naming.AGENT_KIND: frozenset(agent.kind for _, agent in self.agents),
            Naming.CONCEPT: self._ids(Concept),
            Naming.REGIMEN: self._ids(Regimen),
            Naming.EDITION: self._ids(Edition),
            Naming.VISIT_CLASS: frozenset(classes),
            Naming.REASON: frozenset(reason.id for reason in self.terms[1].reasons),
        }
        unions = frozenset(name for name, _, concept in self.concepts if concept.includes)
        held: list[tuple[Place, Any]] = [*self.regimens, *self.editions, *self.measures]
        for place, value in (*held, self.line_policy, self.inclusion, self.terms):
            yield from unknown_names(value, vocabulary, place, unions=unions)

    def _ids(self, kind: type) -> frozenset[str]:
        return frozenset(self.ours.ids[kind] | self.theirs.ids[kind])


def _whole(kind: type[T], shelf: Shelf, name: str) -> Held[T]:
    file = read_toml(shelf, name)
    place = Place(name, "the file", file, file.spot)
    return place, build_entry(kind, file, place)


def _inclusion(shelf: Shelf) -> Held[InclusionPolicy]:
    """The policy with its dated HER2 criteria, which stand in a file of their own."""
    name, key = "her2_criteria.toml", "her2"
    _whole(Her2Criteria, shelf, name)  # a mistake is told of the file that it stands in
    file, criteria = read_toml(shelf, "inclusion.toml"), read_toml(shelf, name)
    place = Place("inclusion.toml", "the file", file, file.spot)
    if key in file:
        raise place.at(key).refusal(f"{key!r} stands here too", f"say it in {name} alone")
    whole = joined(file, Table({key: criteria}, file.spot, {key: criteria.spot}), spot=file.spot)
    return replace(place, value=whole), build_entry(InclusionPolicy, whole, replace(place, value=whole))


def _bad_authorities(parts: _Parts) -> Iterator[KnowledgeError]:
    place, authorities = parts.authorities
    known = {edition.authority for _, edition in parts.ours.editions}
    for key in ("sequencing_authorities", "grace_authorities"):
        for number, name in enumerate(getattr(authorities, key)):
            if name not in known:
                yield place.at(key, number).refusal(
                    f"unknown authority {name!r}", "name one that has an edition"
                )
