"""Which cancer a drug belongs to, where the record shows another cancer that HER2-directed drugs treat
(knowledge base, section 2.7).

A stated reason decides. Without one, a HER2-directed drug belongs to the only cancer of the two that is
active and HER2-positive on that day; where both may be, it stays with the breast cancer, in doubt.
"""

from dataclasses import dataclass

from abstractor.chart import Chart, Diagnosis, Standing
from abstractor.dates import DateInterval, Truth
from abstractor.rules.library import InclusionPolicy, Library
from abstractor.rules.therapy.drug_facts import DrugFact

__all__ = ["Belonging", "belonging"]

_STANDS = (Standing.COUNTS, Standing.ASSUMED)
_OVER = ("inactive", "resolved", "remission")
_NEGATIVE_READINGS = ("negative", "0", "1+")


@dataclass(frozen=True, slots=True)
class Belonging:
    """`facts` belong to the breast cancer; `doubtful` are those of them that may belong to the other one."""

    facts: tuple[DrugFact, ...]
    doubtful: tuple[DrugFact, ...]


def belonging(facts: tuple[DrugFact, ...], chart: Chart, library: Library) -> Belonging:
    """A dose or dispense takes the reason of the order that it names."""
    policy = library.inclusion
    others = [d for d in chart.diagnoses if d.standing in _STANDS and _is(d, policy.other_her2_cancers)]
    reasons_of = {order.reference: order.reasons for order in chart.orders}
    kept: list[DrugFact] = []
    doubtful: list[DrugFact] = []
    for fact in facts:
        reasons = set(fact.reasons or reasons_of.get(fact.names or "", ()))
        if reasons & set(policy.other_her2_cancers) and not reasons & set(policy.breast_cancer):
            continue
        if reasons or not library.agents[fact.agent].her2_directed or not _any_active(others, fact.when):
            kept.append(fact)
        elif _breast_may_be_her2_positive(chart, policy, fact.when):
            kept.append(fact)
            doubtful.append(fact)
    return Belonging(tuple(kept), tuple(doubtful))


def _is(diagnosis: Diagnosis, concepts: tuple[str, ...]) -> bool:
    return bool(set(diagnosis.concepts) & set(concepts))


def _any_active(diagnoses: list[Diagnosis], day: DateInterval | None) -> bool:
    return any(_active(diagnosis, day) for diagnosis in diagnoses)


def _active(diagnosis: Diagnosis, day: DateInterval | None) -> bool:
    """May it be active on that day? An undated drug is asked of the disease as it stands."""
    if diagnosis.clinical_status in _OVER:
        return False
    if day is None:
        return True
    begun = diagnosis.when is None or diagnosis.when.on_or_before(day) is not Truth.NO
    over = diagnosis.ended is not None and diagnosis.ended.before(day) is Truth.YES
    return begun and not over


def _breast_may_be_her2_positive(chart: Chart, policy: InclusionPolicy, day: DateInterval | None) -> bool:
    """An active breast cancer, unless everything that is said of its HER2 is negative."""
    breast = [d for d in chart.diagnoses if d.standing in _STANDS and _is(d, policy.breast_cancer)]
    if not _any_active(breast, day):
        return False
    said = [b.reading for b in chart.biomarkers if b.marker == "her2" and b.standing in _STANDS]
    if any(_is(d, policy.her2_condition_positive) for d in chart.diagnoses if d.standing in _STANDS):
        return True
    if not said:
        return not any(_is(d, policy.her2_condition_negative) for d in chart.diagnoses)
    return any(reading not in _NEGATIVE_READINGS for reading in said)
