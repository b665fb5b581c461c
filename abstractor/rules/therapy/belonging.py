"""Which cancer a drug belongs to, where the record shows another cancer that HER2-directed drugs treat
(knowledge base, section 2.7).

A stated reason decides. Without one, a drug belongs to the only cancer of the two that is active on that
day, a HER2-directed one to the breast only if that may be HER2-positive; where both may be, it stays with the
breast cancer, in doubt.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from abstractor.chart import Chart, Diagnosis
from abstractor.dates import DateInterval, Truth
from abstractor.rules.her2.attribution import is_active, of_breast_cancer, other_cancers
from abstractor.rules.her2.coded import coded_as
from abstractor.rules.her2.status import her2_status
from abstractor.rules.library import Library
from abstractor.rules.standing import stands
from abstractor.rules.therapy.drug_facts import DrugFact

__all__ = ["Belonging", "belonging"]


@dataclass(frozen=True, slots=True)
class Belonging:
    """`facts` belong to the breast cancer; `doubtful` are those of them that may belong to the other one."""

    facts: tuple[DrugFact, ...]
    doubtful: tuple[DrugFact, ...]


def belonging(facts: tuple[DrugFact, ...], chart: Chart, library: Library) -> Belonging:
    """A dose or dispense takes the reason of the order that it names."""
    policy = library.inclusion
    others = other_cancers(chart, policy)
    breast = [
        d for d in chart.diagnoses if stands(d.standing) and set(policy.breast_cancer) & set(d.concepts)
    ]
    # A code that says positive beside negative tissue is doubt enough to keep the line.
    may_be_positive = (
        not others
        or her2_status(chart, policy).status != "negative"
        or bool(coded_as(chart, policy.her2_condition_positive))
    )
    reasons_of = {order.reference: order.reasons for order in chart.orders}
    kept: list[DrugFact] = []
    doubtful: list[DrugFact] = []
    for fact in facts:
        agent = library.agents[fact.agent]
        named = of_breast_cancer(fact.reasons or reasons_of.get(fact.names or "", ()), policy)
        if named is Truth.NO:
            continue
        if named is Truth.YES or agent.kind in policy.breast_only_kinds or not _any_active(others, fact.when):
            kept.append(fact)
        elif _any_active(breast, fact.when) and (may_be_positive or not agent.her2_directed):
            kept.append(fact)
            doubtful.append(fact)
    return Belonging(tuple(kept), tuple(doubtful))


def _any_active(diagnoses: Iterable[Diagnosis], day: DateInterval | None) -> bool:
    return any(is_active(diagnosis, day) for diagnosis in diagnoses)
