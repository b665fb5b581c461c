"""What the inclusion criteria rest on: concepts, words and dated HER2 criteria, all of it data of the
guidelines' room (knowledge base, sections 2.7, 3.6 and 6).
"""

from dataclasses import dataclass
from datetime import date

__all__ = ["InclusionPolicy"]


@dataclass(frozen=True, slots=True)
class InclusionPolicy:
    """What the inclusion criteria rest on, by concept (knowledge base, 3.6, 6.2 and 6.3)."""

    id: str
    source: str
    breast_cancer: tuple[str, ...]
    distant_metastasis: tuple[str, ...]
    ambiguous_metastasis: tuple[str, ...]
    metastatic_stages: tuple[str, ...]  # "M1", "IV" ..., in capitals, without the word "stage"
    other_her2_cancers: tuple[str, ...]
    her2_reports_from: date  # a report from before cannot be read by any dated criteria
    her2_condition_positive: tuple[str, ...]
    her2_condition_negative: tuple[str, ...]
    visit_classes: tuple[str, ...]
    no_visit_concepts: tuple[str, ...]
    definitions: tuple[str, ...]
