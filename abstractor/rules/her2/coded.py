"""HER2 by a diagnosis code, where no tissue result stands (tier 2 of section 6.2).

A positive code confirms only beside a distant metastasis that was coded in two encounters far enough apart:
a code alone is often a suspicion or a copy (Nordstrom 2016).
"""

from collections.abc import Sequence
from itertools import combinations

from abstractor.chart import Chart, Diagnosis
from abstractor.dates import DateInterval, Truth
from abstractor.rules.her2.attribution import of_breast_cancer
from abstractor.rules.inclusion_policy import InclusionPolicy
from abstractor.rules.standing import stands

__all__ = ["coded_as", "repeated_metastasis"]


def coded_as(chart: Chart, concepts: Sequence[str]) -> tuple[Diagnosis, ...]:
    return tuple(d for d in chart.diagnoses if stands(d.standing) and set(concepts) & set(d.concepts))


def repeated_metastasis(chart: Chart, policy: InclusionPolicy) -> bool:
    """Was a distant metastasis coded in two encounters, surely so many days apart?"""
    days_of = {visit.reference: visit.starts for visit in chart.visits}
    held = [
        (diagnosis.encounter, day)
        for diagnosis in coded_as(chart, policy.distant_metastasis)
        if (diagnosis.encounter is not None or diagnosis.in_encounter)
        and of_breast_cancer(diagnosis.primary, policy) is not Truth.NO
        and (day := days_of.get(diagnosis.encounter or "") or diagnosis.recorded or diagnosis.when)
    ]
    return any(
        (one is None or one != other) and _apart(day, then, policy.repeated_after_days)
        for (one, day), (other, then) in combinations(held, 2)
    )


def _apart(one: DateInterval, other: DateInterval, days: int) -> bool:
    return (
        one.shift(days).on_or_before(other) is Truth.YES or other.shift(days).on_or_before(one) is Truth.YES
    )
