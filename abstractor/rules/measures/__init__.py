"""The kinds of measure; one file a kind: its fields, decision and wording.

`MEASURE_KINDS` is the closed vocabulary that the loader knows.
"""

from abstractor.rules.measures.baseline_result import BaselineResult, BaselineTrigger
from abstractor.rules.measures.treatment_after_diagnosis import TreatmentAfterDiagnosis

__all__ = ["MEASURE_KINDS", "BaselineResult", "BaselineTrigger", "MeasureRule", "TreatmentAfterDiagnosis"]

MeasureRule = BaselineResult | TreatmentAfterDiagnosis

MEASURE_KINDS: dict[str, type[MeasureRule]] = {
    "baseline-result": BaselineResult,
    "treatment-after-diagnosis": TreatmentAfterDiagnosis,
}
