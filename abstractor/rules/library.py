"""The knowledge as the engine sees it: frozen values that the loader in `guidelines/` builds from dated,
cited data.

No drug, code or number of days is written here or anywhere under `rules/`; they come in as values of
these types. An edition is what one authority said between two dates; a recommendation is a row of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from abstractor.abstract import Verdict
from abstractor.rules.agents import Agent
from abstractor.rules.inclusion_policy import InclusionPolicy
from abstractor.rules.kinds import Condition
from abstractor.rules.line_policy import LinePolicy, MaintenanceAddition
from abstractor.rules.measures import MeasureRule
from abstractor.rules.terms import ClinicalTerms

__all__ = [
    "Agent",
    "Confidence",
    "Edition",
    "InclusionPolicy",
    "Library",
    "LinePolicy",
    "MaintenanceAddition",
    "Measure",
    "Recommendation",
    "Regimen",
    "Signature",
    "Subject",
]


class Confidence(StrEnum):
    """How sure the encoder is of a statement; low ships as advisory and never raises a flag."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Subject(StrEnum):
    """What an edition judges."""

    SEQUENCING = "sequencing"
    LABEL = "label"
    MEASURE = "measure"


@dataclass(frozen=True, slots=True)
class Regimen:
    """A named combination: one agent or more from every slot of `needs`, nothing outside `needs` and
    `allows`."""

    id: str
    title: str
    needs: tuple[tuple[str, ...], ...]
    allows: tuple[str, ...]
    source: str

    def fits(self, agents: frozenset[str]) -> bool:
        permitted = {name for slot in self.needs for name in slot} | set(self.allows)
        return agents <= permitted and all(agents & set(slot) for slot in self.needs)


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One row of an edition: where all of `when` hold, the verdict on the choice that was made.

    `expected` is our own plain sentence for what the edition expects here. `covers`: of a label, the agents
    of the line whose use it then gives (where it names none, the drug of the label alone).
    """

    id: str
    when: tuple[Condition, ...]
    verdict: Verdict
    expected: str
    section: str
    grade: str | None
    confidence: Confidence
    covers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edition:
    """One document of one authority, in force from `valid_from` to `valid_to` (null: still open).

    One that is known but not `encoded` answers `indeterminate`, reason `not-yet-encoded`. `otherwise`: the
    verdict where no row fits.
    `agents`: for a label, the drug that it is the label of. `companion_of`: the edition that this
    document belongs to (ASCO's brain-metastasis guideline beside its main one), whose rows are read with
    it; companions are no finding of their own. `topic`: what a document on supportive care is about, so that
    those of one authority stand side by side. `checked_by` is empty until one signs.
    """

    id: str
    authority: str
    subject: Subject
    title: str
    citation: str
    url: str | None
    valid_from: date
    valid_to: date | None
    next_review: date
    retrieved_on: date
    encoded_by: str
    checked_by: str
    checked_on: date | None
    confidence: Confidence
    encoded: bool
    agents: tuple[str, ...]
    companion_of: str | None
    otherwise: Verdict
    recommendations: tuple[Recommendation, ...]
    topic: str | None = None

    def in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Measure:
    """A supportive-care or monitoring measure; `rule` decides it, its triggers name the editions that ask
    for it. `for_everyone`: for any patient, whatever the tumour.
    """

    id: str
    title: str
    confidence: Confidence
    advisory: bool
    source: str
    rule: MeasureRule
    for_everyone: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """Of a page of the book; `checked_by` is empty until one signs, `content` the digest that is signed."""

    of: str
    checked_by: str = ""
    checked_on: date | None = None
    next_review: date | None = None
    content: str | None = None


@dataclass(frozen=True, slots=True)
class Library:
    """Everything that is known, and `value_sets` ("sha256:..."): the digest of the code tables it was
    built with.

    `grace_days` and the authorities that it applies to are the knowledge base's section 2.1;
    `sequencing_authorities` is the order in which they are reported. `from_site`: editions and measures that
    a site added, by id. `uncoded`: concepts that no loaded table gives a code or a word for. `signatures`: of
    the site's own measures, by page; the shipped ones are read where they are told.
    """

    agents: Mapping[str, Agent]
    regimens: tuple[Regimen, ...]
    line_policy: LinePolicy
    inclusion: InclusionPolicy
    editions: tuple[Edition, ...]
    measures: tuple[Measure, ...]
    terms: ClinicalTerms
    grace_days: int
    grace_authorities: tuple[str, ...]
    sequencing_authorities: tuple[str, ...]
    value_sets: str
    from_site: frozenset[str] = frozenset()
    uncoded: frozenset[str] = frozenset()
    signatures: Mapping[str, Signature] = field(default_factory=dict)

    def edition(self, edition_id: str) -> Edition:
        for edition in self.editions:
            if edition.id == edition_id:
                return edition
        raise KeyError(edition_id)
