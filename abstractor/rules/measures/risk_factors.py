"""What makes a patient more likely to be harmed by a treatment: age, an earlier treatment, a diagnosis."""

from dataclasses import dataclass
from datetime import date

from abstractor.chart import Source
from abstractor.dates import DateInterval, Truth
from abstractor.rules.measures.context import MeasureContext
from abstractor.rules.measures.enduring import over_by
from abstractor.rules.measures.holding import Wanted
from abstractor.rules.measures.occasions import Occasion
from abstractor.rules.measures.searching import not_whole

__all__ = ["Risk", "RiskFactors"]


@dataclass(frozen=True, slots=True)
class Risk:
    """Is there one, and which; or why that cannot be told."""

    truth: Truth
    shows: str
    reason: str | None = None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class RiskFactors:
    """From `age_from` whole years; one of `diagnoses` on record by then and not over; an earlier line with a
    drug of `agent_kinds`. One is enough."""

    age_from: int
    diagnoses: tuple[str, ...]
    diagnoses_named: str
    agent_kinds: tuple[str, ...]

    def at(self, context: MeasureContext, occasion: Occasion, when: DateInterval) -> Risk:
        age = self._old_enough(context, when)
        if age is Truth.YES:
            shows = f"aged {self.age_from} or more"
            return Risk(Truth.YES, shows, None, context.chart.patient.sources)
        return (
            self._treated(context, occasion)
            or self._diagnosed(context, when)
            or self._open(context, age)
            or Risk(Truth.NO, "no risk factor on record")
        )

    def _treated(self, context: MeasureContext, occasion: Occasion) -> Risk | None:
        for each in context.therapy.lines:
            if occasion.line is None or each.line.start.before(occasion.line.line.start) is not Truth.YES:
                continue
            drugs = [a for a in each.line.agents if context.agents[a].kind in self.agent_kinds]
            if drugs and not each.ordered_not_given:
                shows = f"{', '.join(drugs)} from {each.line.start}, an earlier treatment"
                return Risk(Truth.YES, shows, None, each.decision_sources)
        return None

    def _diagnosed(self, context: MeasureContext, when: DateInterval) -> Risk | None:
        maybe: Risk | None = None
        for held in context.holdings.of(Wanted(self.diagnoses_named, diagnoses=self.diagnoses)):
            by_then = Truth.UNKNOWN if held.when is None else held.when.on_or_before(when)
            by_then &= ~over_by(held, when)
            if by_then is Truth.YES and held.doubt is None:
                return Risk(Truth.YES, held.said, None, held.sources)
            if by_then is not Truth.NO and maybe is None:
                reason = held.doubt or "date-uncertain"
                maybe = Risk(Truth.UNKNOWN, f"{held.said}, which may be a risk factor", reason, held.sources)
        return maybe

    def _open(self, context: MeasureContext, age: Truth) -> Risk | None:
        if age is Truth.UNKNOWN:
            return Risk(Truth.UNKNOWN, "the date of birth is not recorded well enough", "age-unknown")
        unseen = not_whole(context.chart, "Condition")
        if unseen is None:
            return None
        shows = f"no risk factor seen: {unseen.shows}"
        return Risk(Truth.UNKNOWN, shows, unseen.reason)

    def _old_enough(self, context: MeasureContext, when: DateInterval) -> Truth:
        birth = context.chart.patient.birth
        if birth is None:
            return Truth.UNKNOWN
        reached = DateInterval(_turned(birth.earliest, self.age_from), _turned(birth.latest, self.age_from))
        return reached.on_or_before(when)


def _turned(birth: date, years: int) -> date:
    """The birthday; one on 29 February comes on 1 March of other years. The calendar's end is not passed."""
    year = birth.year + years
    if year > date.max.year:
        return date.max
    try:
        return birth.replace(year=year)
    except ValueError:
        return date(year, 3, 1)
