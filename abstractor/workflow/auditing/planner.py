"""How large an audit has to be: charts for a share, charts read twice for kappa, and the readings of both.

It asks only for what the lead can say beforehand; `workflow.agreement.planning` has the sums and sources.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from abstractor.errors import OptionError
from abstractor.workflow.agreement.intervals import normal_quantile
from abstractor.workflow.agreement.planning import (
    ONE_ITEM,
    Items,
    Plan,
    charts_for_proportion,
    double_reads_for_kappa,
    half_width_of_kappa,
    items_of,
)
from abstractor.workflow.agreement.ratings import LEVEL

__all__ = [
    "AuditPlan",
    "KappaWanted",
    "Reach",
    "ShareWanted",
    "half_width_of_share",
    "items_asked",
    "plan_audit",
    "shares_of",
]

# What other numbers of double reads would be good for, beside the one that is needed.
_SHOWN = (20, 30, 50, 75, 100, 150, 200, 300)


@dataclass(frozen=True, slots=True)
class ShareWanted:
    """A share (of charts that followed the guideline, say) known to within `half_width` to either side."""

    half_width: float
    expected: float = 0.5


@dataclass(frozen=True, slots=True)
class KappaWanted:
    """Kappa known to within `half_width`; `prevalence` says how common each answer is, adding up to 1. Of one
    item of each chart, if nothing else is said of its `items`.
    """

    half_width: float
    expected: float = 0.8
    prevalence: tuple[float, ...] = (0.5, 0.5)
    items: Items = ONE_ITEM

    @property
    def assumes(self) -> str:
        if self.items == ONE_ITEM:
            return "kappa is of one item of each chart, and charts are independent of each other"
        per_chart, effect = self.items.per_chart, self.items.design_effect
        return (
            f"kappa is over {per_chart:g} items of each chart, which hang together (design effect "
            f"{effect:.3g}): those of one chart count for {self.items.worth:.3g} that are independent"
        )


@dataclass(frozen=True, slots=True)
class Reach:
    """So many double reads give kappa to within `half_width`."""

    double_reads: int
    half_width: float


@dataclass(frozen=True, slots=True)
class AuditPlan:
    """`share` and `kappa` where they were asked for, with what kappa `assumes` in words. `charts` are to be
    drawn, `double_share` of them to be read twice, which makes `readings`. Where there are not `enough`
    charts, the most there are.
    """

    population: int
    level: float
    share: Plan | None
    kappa: Plan | None
    charts: int
    double_share: float
    readings: int
    enough: bool
    reaches: tuple[Reach, ...]
    assumes: str | None = None


def plan_audit(
    population: int,
    *,
    share: ShareWanted | None = None,
    kappa: KappaWanted | None = None,
    attrition: float = 0.0,
    level: float = LEVEL,
) -> AuditPlan:
    """The least audit that is good for both, of a cycle that has so many charts to draw from.

    Who asks for kappa alone reads as many charts as that needs, each twice.
    """
    if share is None and kappa is None:
        raise OptionError("say what is to be known, and how well: a share, a kappa, or both")
    _require_level(level)
    if population < 1:
        raise OptionError("there is no chart to draw from")
    of_share = None
    if share is not None:
        of_share = charts_for_proportion(
            population=population,
            half_width=share.half_width,
            expected=share.expected,
            attrition=attrition,
            level=level,
        )
    of_kappa = None if kappa is None else _for_kappa(kappa, population, attrition=attrition, level=level)
    plans = [one for one in (of_share, of_kappa) if one is not None]
    charts = max(one.drawn for one in plans)
    doubles = 0 if of_kappa is None else of_kappa.drawn
    return AuditPlan(
        population=population,
        level=level,
        share=of_share,
        kappa=of_kappa,
        charts=charts,
        double_share=_share_of(doubles, charts),
        readings=charts + doubles,
        enough=all(one.enough for one in plans),
        reaches=_reaches(kappa, of_kappa, population, level),
        assumes=None if kappa is None else kappa.assumes,
    )


def _for_kappa(wanted: KappaWanted, population: int, *, attrition: float, level: float) -> Plan:
    return double_reads_for_kappa(
        half_width=wanted.half_width,
        expected=wanted.expected,
        prevalence=wanted.prevalence,
        attrition=attrition,
        population=population,
        items=wanted.items,
        level=level,
    )


def half_width_of_share(drawn: int, population: int, *, expected: float = 0.5, level: float = LEVEL) -> float:
    """What so many charts of so many are good for; nothing is uncertain where all are drawn.

    Cochran, Sampling Techniques, 3rd ed. (1977), section 3.6: z sqrt(p (1 - p) / n (N - n) / (N - 1)), the
    variance that `charts_for_proportion` turns round.
    """
    _require_level(level)
    if not 1 <= drawn <= population:
        raise OptionError("of a cycle one chart or more is drawn, and no more than it has")
    if drawn == population:
        return 0.0
    spread = expected * (1 - expected) / drawn * (population - drawn) / (population - 1)
    return normal_quantile(level) * sqrt(spread)


def items_asked(per_chart: float, *, design_effect: float | None, correlation: float | None) -> Items:
    """Who counts over several items of a chart says how far they hang together, in one of two ways."""
    match design_effect, correlation:
        case None, None if per_chart == 1:
            return ONE_ITEM
        case None, None:
            raise OptionError(
                "say how far several items of a chart hang together: their design effect (the agreement of "
                "an earlier audit has it) or the correlation of two of them"
            )
        case float(), None:
            return Items(per_chart, design_effect)
        case None, float():
            return items_of(per_chart, correlation=correlation)
        case _:
            raise OptionError("give one of the design effect and the correlation: either says the other")


def shares_of(said: Sequence[float]) -> tuple[float, ...]:
    """One share is of two answers; more are of as many, and add up to 1."""
    return (said[0], 1 - said[0]) if len(said) == 1 else tuple(said)


def _reaches(
    wanted: KappaWanted | None, plan: Plan | None, population: int, level: float
) -> tuple[Reach, ...]:
    if wanted is None or plan is None:
        return ()
    numbers = sorted({number for number in (*_SHOWN, plan.needed) if number <= population})
    return tuple(
        Reach(
            number,
            half_width_of_kappa(
                number,
                expected=wanted.expected,
                prevalence=wanted.prevalence,
                items=wanted.items,
                level=level,
            ),
        )
        for number in numbers
        if number > 1
    )


def _share_of(doubles: int, charts: int) -> float:
    """In so few places, and never above: as a design's share it asks for just as many, for it rounds up."""
    scale = int(10 ** len(str(charts)))
    return doubles * scale // charts / scale


def _require_level(level: float) -> None:
    if not 0.5 <= level <= 0.9999:
        raise OptionError("the level of confidence must lie between 0.5 and 0.9999")
