"""Care that is due in hormone-receptor-positive, HER2-negative disease alone: everybody else is taken out."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from abstractor.abstract import Verdict
from abstractor.dates import DateInterval, Truth
from abstractor.rules.found import Found
from abstractor.rules.measures.asking import Asking, Decision, found_on
from abstractor.rules.measures.care_due import CareDue
from abstractor.rules.measures.context import MeasureContext, Outcome
from abstractor.rules.measures.occasions import Metastatic, Occasion
from abstractor.rules.receptors import hormone_receptors

__all__ = ["Her2NegativeOnly"]


@dataclass(frozen=True, slots=True)
class Her2NegativeOnly:
    """`care` is asked where HER2 is negative and a hormone receptor positive. HER2-positive disease is
    excluded once, at its metastasis; where one of the two is not known, so is the answer."""

    care: CareDue

    def editions(self) -> tuple[str, ...]:
        return self.care.editions()

    def verdicts(self) -> frozenset[Verdict]:
        return self.care.verdicts()

    def sentence(self) -> str:
        return f"In hormone-receptor-positive, HER2-negative disease alone. {self.care.sentence()}"

    def findings(self, context: MeasureContext) -> Iterator[Found]:
        if context.her2_positive is Truth.YES:
            yield from self._excluded(context)
            return
        for occasion in self.care.trigger.occasions(context):
            out = self._of_subtype(context, occasion)
            if out is None:
                asked = partial(self.care.decided, context, occasion)
            else:
                asked = partial(_as_decided, occasion, out)
            found = found_on(context, occasion, self.care.asked, asked)
            if found is not None:
                yield found

    def _excluded(self, context: MeasureContext) -> Iterator[Found]:
        """Whenever the disease became metastatic, the latest of the editions says so."""
        for occasion in Metastatic().occasions(context):
            shows = "HER2-positive disease, for which it is not meant"
            out = Outcome(Verdict.EXCLUDED, shows, "her2-positive", (), occasion.sources)
            known = replace(occasion, when=None) if occasion.when is None else occasion
            found = found_on(context, known, self.care.asked, partial(_as_decided, known, out))
            if found is not None:
                yield found

    def _of_subtype(self, context: MeasureContext, occasion: Occasion) -> Outcome | None:
        """None where it is surely of the subtype that the care is meant for."""
        receptors = hormone_receptors(context.chart, context.inclusion, context.terms.receptors)
        if receptors.truth is Truth.NO:
            return Outcome(Verdict.EXCLUDED, receptors.shows, receptors.reason, (), receptors.sources)
        if context.her2_positive is Truth.UNKNOWN:
            return Outcome(Verdict.UNKNOWN, "HER2 is not known", "her2-unknown", (), occasion.sources)
        if receptors.truth is Truth.UNKNOWN:
            return Outcome(Verdict.UNKNOWN, receptors.shows, receptors.reason, (), receptors.sources)
        return None


def _as_decided(occasion: Occasion, outcome: Outcome, asking: Asking, when: DateInterval) -> Decision:
    return Decision(outcome, when.latest, f"a test at {occasion.names}")
