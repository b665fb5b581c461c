"""Care that is due once, when a drug is started, and again before each dose: one finding says both."""

from collections.abc import Iterator
from dataclasses import dataclass

from abstractor.abstract import Verdict
from abstractor.rules.found import Found
from abstractor.rules.measures.asking import joined
from abstractor.rules.measures.care_due import CareDue
from abstractor.rules.measures.check_before_dose import CheckBeforeDose
from abstractor.rules.measures.context import MeasureContext

__all__ = ["StartAndDoses"]


@dataclass(frozen=True, slots=True)
class StartAndDoses:
    """Met by what is due at the `start` and by what is due before the `doses`: the worse of the two counts.

    A drug that asks for nothing before its doses is no trigger of `doses`; then the start decides alone.
    """

    start: CareDue
    doses: CheckBeforeDose

    def editions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.start.editions(), *self.doses.editions())))

    def verdicts(self) -> frozenset[Verdict]:
        """Every verdict that it can give."""
        return self.start.verdicts() | self.doses.verdicts()

    def sentence(self) -> str:
        return f"{self.start.sentence()} {self.doses.sentence()}"

    def findings(self, context: MeasureContext) -> Iterator[Found]:
        found = joined([*self.start.findings(context), *self.doses.findings(context)])
        if found is not None:
            yield found
