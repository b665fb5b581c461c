"""Relapse soon after (neo)adjuvant HER2-directed therapy, counted from its last dose to the metastatic
anchor."""

from dataclasses import dataclass
from datetime import timedelta

from abstractor.dates import DateInterval, Truth
from abstractor.rules.kinds.answers import Answer
from abstractor.rules.situation import Situation
from abstractor.rules.therapy.course import Exposure
from abstractor.rules.truth import Decided

__all__ = ["RelapseWithin"]


@dataclass(frozen=True, slots=True)
class RelapseWithin:
    """The anchor lies at most `days` after the last curative HER2-directed dose; equality belongs to the
    shorter class.

    `containing`: only where one of these agents was part of that therapy. `holds` false asks for the
    opposite, which is also true where there was no curative HER2-directed therapy.
    """

    days: int
    holds: bool
    containing: tuple[str, ...] = ()

    def sentence(self) -> str:
        what = "relapse" if self.holds else "no relapse"
        containing = f" containing {' or '.join(self.containing)}" if self.containing else ""
        return f"{what} within {self.days} days of (neo)adjuvant HER2-directed therapy{containing}"

    def decide(self, situation: Situation) -> Decided:
        found = self._early(situation)
        if self.holds or found.truth is Truth.UNKNOWN:
            return found
        return Decided(
            ~found.truth, found.shows, "early-relapse" if found.truth is Truth.YES else None, found.sources
        )

    def question(self) -> str:
        return "relapse"

    def answers(self, situation: Situation) -> tuple[Answer, ...]:
        said = "a last (neo)adjuvant HER2-directed dose"
        return (
            Answer(self.days, f"{said} at most {self.days} days before the metastasis"),
            Answer(self.days + 1, f"{said} more than {self.days} days before the metastasis"),
        )

    def given(self, answer: object, situation: Situation) -> Truth:
        """`answer` is the number of days between the dose and the metastasis."""
        early = isinstance(answer, int) and answer <= self.days and self._contained(situation)
        return Truth.of(early is self.holds)

    def _early(self, situation: Situation) -> Decided:
        doses = _curative_doses(situation)
        if not doses:
            return Decided(Truth.NO, "no curative HER2-directed therapy recorded", "no-curative-her2-therapy")
        last = max(doses, key=lambda dose: dose.ends.latest)
        ended = last.ends
        if not self._contained(situation):
            named = " or ".join(self.containing)
            return Decided(
                Truth.NO, f"no {named} in the curative therapy", "no-curative-her2-therapy", last.sources
            )
        if situation.anchor.when is None:
            return Decided(Truth.UNKNOWN, "the metastasis has no date", "date-uncertain", last.sources)
        limit = DateInterval(ended.earliest, ended.latest).shift(self.days)
        truth = situation.anchor.when.on_or_before(limit)
        gap = (situation.anchor.when.earliest - ended.latest) // timedelta(days=1)
        shows = f"last curative HER2-directed dose {ended}, metastatic {situation.anchor.when} ({gap} days)"
        reason = {Truth.NO: "late-relapse", Truth.UNKNOWN: "date-uncertain", Truth.YES: None}[truth]
        return Decided(truth, shows, reason, (*last.sources, *situation.anchor.sources))

    def _contained(self, situation: Situation) -> bool:
        if not self.containing:
            return True
        return any(dose.agent in self.containing for dose in _curative_doses(situation))


def _curative_doses(situation: Situation) -> list[Exposure]:
    return [
        exposure
        for each in situation.therapy.lines
        if each.line.setting == "curative"
        for exposure in each.exposures
        if situation.is_her2_directed(exposure.agent)
    ]
