"""The hormone receptors of the tumour: positive where the oestrogen or the progesterone receptor is."""

from dataclasses import dataclass

from abstractor.chart import Biomarker, Source, Standing
from abstractor.dates import Truth
from abstractor.rules.kinds.answers import Answer
from abstractor.rules.receptors import RECEPTORS, receptors_by_code
from abstractor.rules.situation import Situation
from abstractor.rules.truth import Decided

__all__ = ["ReceptorStatus"]

_RELIED_ON = (Standing.COUNTS, Standing.ASSUMED)
_READ = ("positive", "negative")


@dataclass(frozen=True, slots=True)
class ReceptorStatus:
    """`positive`: hormone-receptor-positive disease; false asks for both receptors negative.

    The latest tissue result of each receptor by the decision stands before diagnosis codes; where none
    was held by then, a later one speaks of the same tumour.
    """

    positive: bool

    def sentence(self) -> str:
        return f"in hormone-receptor-{'positive' if self.positive else 'negative'} disease"

    def decide(self, situation: Situation) -> Decided:
        status, shows, sources = _status(situation)
        if status is None:
            return Decided(Truth.UNKNOWN, shows, "hormone-receptor-unknown", sources)
        holds = status is self.positive
        return Decided(Truth.of(holds), shows, None if holds else "another-receptor-status", sources)

    def question(self) -> str:
        return "hormone-receptors"

    def answers(self, situation: Situation) -> tuple[Answer, ...]:
        return (
            Answer(True, "a positive oestrogen or progesterone receptor result"),
            Answer(False, "negative oestrogen and progesterone receptor results"),
        )

    def given(self, answer: object, situation: Situation) -> Truth:
        return Truth.of(answer is self.positive)


def _status(situation: Situation) -> tuple[bool | None, str, tuple[Source, ...]]:
    er, pr = _latest(situation, "er"), _latest(situation, "pr")
    held = [result for result in (er, pr) if result is not None]
    sources = tuple(source for result in held for source in result.sources)
    said = "; ".join(f"{r.marker.upper()} {r.reading}" + (f" on {r.when}" if r.when else "") for r in held)
    if any(result.reading == "positive" for result in held):
        return True, said, sources
    if len(held) == len(RECEPTORS):
        return False, said, sources
    coded, code_sources = receptors_by_code(situation.chart, situation.terms.receptors)
    if coded is not None:
        named = "positive" if coded else "negative"
        return coded, f"hormone receptors {named} by a diagnosis code", (*sources, *code_sources)
    return None, said or "no hormone-receptor result recorded", sources


def _latest(situation: Situation, marker: str) -> Biomarker | None:
    """The latest result by the decision, else the first after it; positive of two on one day."""
    results = [
        b
        for b in situation.chart.biomarkers
        if b.marker == marker and b.standing in _RELIED_ON and b.reading in _READ
    ]
    by_then = [b for b in results if b.when and b.when.on_or_before(situation.decision) is Truth.YES]
    if by_then:
        return max(by_then, key=lambda b: (_first_day(b), b.reading == "positive"))
    return min(results, key=lambda b: (_first_day(b), b.reading != "positive"), default=None)


def _first_day(result: Biomarker) -> str:
    return "" if result.when is None else result.when.earliest.isoformat()
