"""What HER2-directed drugs say of the status: that it was treated as positive, never that it is (tiers 3 and
4 of section 6.2).
"""

from collections.abc import Iterable, Iterator

from abstractor.chart import Administration, Chart, Dispense, Order, Source, Standing, Statement
from abstractor.dates import DateInterval, Truth
from abstractor.rules.her2.attribution import of_breast_cancer, other_cancers
from abstractor.rules.inclusion_policy import InclusionPolicy

__all__ = ["positive_only_drugs", "treatments_from"]

_HAPPENED = (Standing.COUNTS, Standing.ASSUMED, Standing.PARTIAL, Standing.ORDERED_ONLY)

Record = Order | Administration | Dispense | Statement


def treatments_from(
    chart: Chart, policy: InclusionPolicy, agents: Iterable[str], day: DateInterval | None
) -> tuple[tuple[str, Record], ...]:
    """Records of these agents that may be of that day or later, and are not said to be of another cancer."""
    wanted = set(agents)
    return tuple(
        (agent, record)
        for record in _records(chart)
        if record.standing in _HAPPENED
        and of_breast_cancer(record.reasons, policy) is not Truth.NO
        and (day is None or record.when is None or record.when.before(day) is not Truth.YES)
        for agent in record.agents
        if agent in wanted
    )


def positive_only_drugs(
    chart: Chart, policy: InclusionPolicy, since: DateInterval | None
) -> tuple[str | None, str, tuple[Source, ...]]:
    """A reason code and what the chart shows, for HER2-directed drugs in the metastatic setting without any
    result: given to HER2-positive disease alone (tier 3), or to HER2-low disease too (tier 4)."""
    drugs = policy.her2_drugs
    proper = drugs.exclusive if other_cancers(chart, policy) else (*drugs.exclusive, *drugs.shared)
    for agents, reason, said in (
        (proper, "her2-by-drugs-only", "drugs for HER2-positive disease"),
        (drugs.low_labelled, "her2-low-drug-only", "a drug that is given to HER2-low disease too"),
    ):
        found = treatments_from(chart, policy, agents, since)
        if found:
            named = ", ".join(sorted({agent for agent, _ in found}))
            sources = tuple(source for _, record in found[:1] for source in record.sources)
            return reason, f"{said} ({named}), which proves nothing", sources
    return None, "", ()


def _records(chart: Chart) -> Iterator[Record]:
    yield from chart.administrations
    yield from chart.dispenses
    yield from chart.orders
    yield from chart.statements
