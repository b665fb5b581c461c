"""A drug that is due once a diagnosis stands (a bone-modifying agent after bone metastasis)."""

from dataclasses import dataclass

__all__ = ["TreatmentAfterDiagnosis"]


@dataclass(frozen=True, slots=True)
class TreatmentAfterDiagnosis:
    """Met by a start of one of `agents` at most `within` days from the first diagnosis of `concepts`.

    `ambiguous_agents` could be it or not (a dose that was not stated): they make it unknown. `stop_reasons` recorded
    for one of them are an exception. `first_type` stands first in the measure's evidence column.
    """

    edition: str
    concepts: tuple[str, ...]
    diagnosis_name: str
    agents: tuple[str, ...]
    ambiguous_agents: tuple[str, ...]
    treatment_name: str
    within: int
    first_type: str
    stop_reasons: tuple[str, ...]
