"""Whose result, and whose metastasis: of the breast cancer or of another one that HER2-directed drugs treat
(knowledge base, section 2.7).
"""

from collections.abc import Sequence

from abstractor.chart import Biomarker, Chart, Diagnosis
from abstractor.dates import DateInterval, Truth
from abstractor.rules.her2.tissue import Tissue, place_of
from abstractor.rules.inclusion_policy import InclusionPolicy
from abstractor.rules.standing import stands

__all__ = ["is_active", "of_breast", "of_breast_cancer", "other_cancers"]

_OVER = ("inactive", "resolved", "remission")


def other_cancers(chart: Chart, policy: InclusionPolicy) -> tuple[Diagnosis, ...]:
    """The diagnoses of another cancer that HER2-directed drugs treat."""
    wanted = set(policy.other_her2_cancers)
    return tuple(d for d in chart.diagnoses if stands(d.standing) and wanted & set(d.concepts))


def is_active(diagnosis: Diagnosis, day: DateInterval | None) -> bool:
    """May it be active on that day? An undated fact is asked of the disease as it stands."""
    if diagnosis.clinical_status in _OVER:
        return False
    return _may_be_there(diagnosis, day)


def _may_be_there(diagnosis: Diagnosis, day: DateInterval | None) -> bool:
    if day is None:
        return True
    begun = diagnosis.when is None or diagnosis.when.on_or_before(day) is not Truth.NO
    over = diagnosis.ended is not None and diagnosis.ended.before(day) is Truth.YES
    return begun and not over


def of_breast(result: Biomarker, others: Sequence[Diagnosis], policy: InclusionPolicy) -> Truth:
    """By the Condition that it names, else by its tissue; where another such cancer was there, a distant or
    unsaid tissue may be of either."""
    named = of_breast_cancer(result.about, policy)
    if named is not Truth.UNKNOWN:
        return named
    tissue = place_of(result.tissue, policy.tissue).tissue
    if tissue is Tissue.OTHER_CANCER:
        return Truth.NO
    if tissue is Tissue.BREAST or not any(_may_be_there(other, result.when) for other in others):
        return Truth.YES
    return Truth.UNKNOWN


def of_breast_cancer(concepts: Sequence[str], policy: InclusionPolicy) -> Truth:
    """Do these concepts name breast cancer, another disease, or neither?"""
    breast = {*policy.breast_cancer, *policy.her2_condition_positive, *policy.her2_condition_negative}
    if breast & set(concepts):
        return Truth.YES
    other = {*policy.other_her2_cancers, *policy.other_reasons}
    return Truth.NO if other & set(concepts) else Truth.UNKNOWN
