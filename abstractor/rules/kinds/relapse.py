"""Relapse soon after (neo)adjuvant HER2-directed therapy, counted from its last dose to the metastatic
anchor."""

from dataclasses import dataclass
from datetime import timedelta

from abstractor.dates import DateInterval, Truth
from abstractor.rules.situation import Situation
from abstractor.rules.truth import Decided

__all__ = ["RelapseWithin"]


@dataclass(frozen=True, slots=True)
class RelapseWithin:
    """The anchor lies at most `days` after the last curative HER2-directed dose; equality belongs to the
    shorter class.

    `holds` false asks for the opposite, which is also true where there was no curative HER2-directed
    therapy.
    """

    days: int
    holds: bool

    def sentence(self) -> str:
        side = "within" if self.holds else "later than"
        return f"relapse {side} {self.days} days of the last (neo)adjuvant HER2-directed dose"

    def decide(self, situation: Situation) -> Decided:
        found = self._early(situation)
        if self.holds or found.truth is Truth.UNKNOWN:
            return found
        return Decided(
            ~found.truth, found.shows, "early-relapse" if found.truth is Truth.YES else None, found.sources
        )

    def _early(self, situation: Situation) -> Decided:
        doses = [
            exposure
            for each in situation.therapy.lines
            if each.line.setting == "curative"
            for exposure in each.exposures
            if exposure.agent in situation.her2_agents
        ]
        if not doses:
            return Decided(Truth.NO, "no curative HER2-directed therapy recorded", "no-curative-her2-therapy")
        last = max(doses, key=lambda dose: (dose.until or dose.when).latest)
        ended = last.until or last.when
        if situation.anchor.when is None:
            return Decided(Truth.UNKNOWN, "the metastasis has no date", "date-uncertain", last.sources)
        limit = DateInterval(ended.earliest, ended.latest).shift(self.days)
        truth = situation.anchor.when.on_or_before(limit)
        gap = (situation.anchor.when.earliest - ended.latest) // timedelta(days=1)
        shows = f"last curative HER2-directed dose {ended}, metastatic {situation.anchor.when} ({gap} days)"
        reason = {Truth.NO: "late-relapse", Truth.UNKNOWN: "date-uncertain", Truth.YES: None}[truth]
        return Decided(truth, shows, reason, (*last.sources, *situation.anchor.sources))
