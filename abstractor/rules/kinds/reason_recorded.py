"""A recorded reason for which a guideline allows another choice: lung disease, heart failure, refusal."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from abstractor.chart import Administration, Diagnosis, Order, Result, Standing
from abstractor.dates import DateInterval, Truth
from abstractor.rules.kinds.answers import Answer
from abstractor.rules.situation import Situation
from abstractor.rules.terms import Reason, Threshold
from abstractor.rules.truth import Decided

__all__ = ["ReasonRecorded"]

_RELIED_ON = (Standing.COUNTS, Standing.ASSUMED)
_OVER = ("inactive", "resolved", "remission")
Fact = Diagnosis | Result | Order | Administration


@dataclass(frozen=True, slots=True)
class ReasonRecorded:
    """One of the reasons `any_of` (by id) was on record on or before the decision.

    `recorded` false asks for the absence of all. That nothing is recorded needs Condition seen whole where
    a reason may stand there; an exception has to be documented, so results and refusals need not.
    """

    any_of: tuple[str, ...]
    recorded: bool = True

    def sentence(self, names: Mapping[str, str] | None = None) -> str:
        """`names`: the reasons as a reader calls them, by id."""
        named = [(names or {}).get(each, each) for each in self.any_of]
        return f"{'with' if self.recorded else 'without'} {', or '.join(named)} on record"

    def decide(self, situation: Situation) -> Decided:
        reasons = [situation.terms.reason(each) for each in self.any_of]
        found = _found(situation, reasons)
        if self.recorded or found.truth is Truth.UNKNOWN:
            return found
        over = "reason-recorded" if found.truth is Truth.YES else None
        return Decided(~found.truth, found.shows, over, found.sources)

    def question(self) -> str:
        return f"reason {' '.join(self.any_of)}"

    def answers(self, situation: Situation) -> tuple[Answer, ...]:
        named = (situation.terms.reason(each).names for each in self.any_of)
        return tuple(Answer(True, f"on record by then: {each}") for each in named)

    def given(self, answer: object, situation: Situation) -> Truth:
        return Truth.of(answer is self.recorded)


def _found(situation: Situation, reasons: list[Reason]) -> Decided:
    doubt: Decided | None = None
    for reason in reasons:
        for fact in _facts(situation, reason):
            before = Truth.UNKNOWN if fact.when is None else fact.when.on_or_before(situation.decision)
            if before is Truth.YES:
                return Decided(Truth.YES, f"{reason.names}: recorded {fact.when}", None, fact.sources)
            if before is Truth.UNKNOWN:
                doubt = Decided(
                    Truth.UNKNOWN, f"{reason.names}: of doubtful date", "exception-unknown", fact.sources
                )
    named = " or ".join(reason.names for reason in reasons)
    if doubt is None and any(r.concepts for r in reasons) and not situation.chart.seen_whole("Condition"):
        shows = f"{named}: cannot be ruled out, Condition was not seen whole"
        return Decided(Truth.UNKNOWN, shows, "exception-unknown")
    return doubt or Decided(Truth.NO, f"no {named} recorded", "no-exception")


def _facts(situation: Situation, reason: Reason) -> Iterator[Fact]:
    """Everything on record that says it, whenever it was."""
    wanted = set(reason.concepts)
    for diagnosis in situation.chart.diagnoses:
        if wanted & set(diagnosis.concepts) and diagnosis.standing in _RELIED_ON:
            if not (reason.active and _is_over(diagnosis, situation)):
                yield diagnosis
    for threshold in reason.latest:
        yield from _latest_past(situation, threshold)
    records: list[Order | Administration] = [*situation.chart.orders, *situation.chart.administrations]
    for record in records:
        if set(reason.withheld) & set(record.agents) and record.standing is Standing.AGAINST:
            yield record


def _is_over(diagnosis: Diagnosis, situation: Situation) -> bool:
    if diagnosis.ended is not None:
        return diagnosis.ended.before(situation.decision) is Truth.YES
    return diagnosis.clinical_status in _OVER


def _latest_past(situation: Situation, threshold: Threshold) -> list[Result]:
    """The latest result by the decision, where it passes the threshold; one without a date may be it."""
    results = [
        r
        for r in situation.chart.results
        if threshold.concept in r.concepts and r.standing in _RELIED_ON and r.number is not None
    ]
    dated = [(r.when.earliest, r.when.latest, r) for r in results if r.when is not None]
    decision = situation.decision
    by_then = [each for each in dated if DateInterval(*each[:2]).on_or_before(decision) is Truth.YES]
    last = max(((first, day) for first, day, _ in by_then), default=None)
    held = [r for first, day, r in by_then if (first, day) == last]
    doubtful = [
        r for r in results if r.when is None or r.when.on_or_before(situation.decision) is Truth.UNKNOWN
    ]
    return [r for r in (*held, *doubtful) if r.number is not None and threshold.passed_by(r.number)]
