"""Whether the disease outside the central nervous system is documented not to progress."""

from dataclasses import dataclass

from abstractor.chart import Result, Standing
from abstractor.dates import Truth
from abstractor.rules.kinds.answers import Answer
from abstractor.rules.situation import Situation
from abstractor.rules.truth import Decided

__all__ = ["SystemicStable"]

_RELIED_ON = (Standing.COUNTS, Standing.ASSUMED)


@dataclass(frozen=True, slots=True)
class SystemicStable:
    """In a later line only: the latest disease status since the line before says stable or better.

    It has to be documented. Where no status is on record, the change of therapy itself stands for progression
    (the weakest evidence of the knowledge base, section 3.4), so that silence never makes it a deviation.
    """

    def sentence(self) -> str:
        return "where the disease outside the CNS is documented as stable"

    def decide(self, situation: Situation) -> Decided:
        before = situation.earlier_palliative()
        if not before:
            return Decided(Truth.NO, "no earlier palliative line", "not-documented")
        start = before[-1].line.start
        statuses = [r for r in situation.chart.results if self._speaks(r, situation)]
        since = [
            (r.when.earliest, r)
            for r in statuses
            if r.when is not None
            and start.before(r.when) is Truth.YES
            and r.when.on_or_before(situation.decision) is Truth.YES
        ]
        if not since:
            return Decided(Truth.NO, "no disease status recorded before the change", "not-documented")
        last = max(day for day, _ in since)
        latest = [r for day, r in since if day == last]
        stable = all(set(r.value_concepts) & set(situation.terms.systemic.stable) for r in latest)
        sources = tuple(source for r in latest for source in r.sources)
        said = "stable or better" if stable else "not stable"
        reason = None if stable else "disease-progressed"
        return Decided(Truth.of(stable), f"disease status {said} on {latest[0].when}", reason, sources)

    def question(self) -> str:
        return "systemic-stable"

    def answers(self, situation: Situation) -> tuple[Answer, ...]:
        return (
            Answer(False, "progression outside the CNS recorded before the change"),
            Answer(True, "the disease outside the CNS recorded as stable before the change"),
        )

    def given(self, answer: object, situation: Situation) -> Truth:
        return Truth.of(answer is True)

    def _speaks(self, result: Result, situation: Situation) -> bool:
        return bool(set(result.concepts) & set(situation.terms.systemic.status)) and (
            result.standing in _RELIED_ON
        )
