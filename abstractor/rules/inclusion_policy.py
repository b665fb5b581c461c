"""What the inclusion criteria rest on: concepts, words and dated HER2 criteria, all of it data of the
guidelines' room (knowledge base, sections 2.7, 3.6 and 6).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from abstractor.rules.her2.criteria import Her2Criteria

__all__ = ["Cdk46Cohort", "Her2Drugs", "InclusionPolicy", "TissueWords"]


@dataclass(frozen=True, slots=True)
class TissueWords:
    """The words by which a tissue is known, by organ.

    Of several kinds that fit, `other_cancer` comes first, then `distant`, `regional` and `breast`.
    """

    source: str
    regional_nodes: tuple[str, ...]
    metastatic: tuple[str, ...]
    other_cancer: Mapping[str, tuple[str, ...]]
    distant: Mapping[str, tuple[str, ...]]
    regional: Mapping[str, tuple[str, ...]]
    breast: Mapping[str, tuple[str, ...]]

    def __hash__(self) -> int:
        """Its readings are remembered, and its tables cannot be hashed."""
        return hash((self.source, self.metastatic))


@dataclass(frozen=True, slots=True)
class Her2Drugs:
    """What a drug says of HER2: given to HER2-positive disease alone, to other HER2-positive cancers too
    (`shared`), or also to HER2-low disease."""

    source: str
    exclusive: tuple[str, ...]
    shared: tuple[str, ...]
    low_labelled: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cdk46Cohort:
    """The cohort of hormone-receptor-positive, HER2-negative disease: the kinds of drug that it asks for."""

    source: str
    agent_kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InclusionPolicy:
    """What the inclusion criteria rest on, by concept (knowledge base, 3.6, 6.2 and 6.3)."""

    id: str
    source: str
    breast_cancer: tuple[str, ...]
    distant_metastasis: tuple[str, ...]
    ambiguous_metastasis: tuple[str, ...]
    metastasis_in_words: tuple[str, ...]
    metastatic_history: tuple[str, ...]
    metastatic_stages: tuple[str, ...]  # "M1", "IV" ..., in capitals, without the word "stage"
    other_her2_cancers: tuple[str, ...]
    other_reasons: tuple[str, ...]  # reasons of a drug that name another disease, whichever it is
    breast_only_kinds: tuple[str, ...]
    her2_condition_positive: tuple[str, ...]
    her2_condition_negative: tuple[str, ...]
    repeated_after_days: int
    visit_classes: tuple[str, ...]
    no_visit_concepts: tuple[str, ...]
    definitions: tuple[str, ...]
    her2_drugs: Her2Drugs
    cdk46: Cdk46Cohort
    tissue: TissueWords
    her2: Her2Criteria
