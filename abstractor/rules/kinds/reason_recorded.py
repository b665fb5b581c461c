"""A recorded reason for which a guideline allows another choice: lung disease, heart failure, refusal."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from abstractor.chart import Administration, Diagnosis, Order, Result, Source, Standing
from abstractor.dates import DateInterval, Truth
from abstractor.rules.kinds.answers import Answer
from abstractor.rules.measured import in_words, is_measurement, measured
from abstractor.rules.situation import Situation
from abstractor.rules.terms import Reason, Threshold
from abstractor.rules.truth import Decided

__all__ = ["ReasonRecorded"]

_RELIED_ON = (Standing.COUNTS, Standing.ASSUMED)
_OVER = ("inactive", "resolved", "remission")
_ORDERED = (None, "order", "original-order", "reflex-order", "filler-order", "instance-order")


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
    told = [each for reason in reasons for each in _told(situation, reason)]
    for truth in (Truth.YES, Truth.UNKNOWN):
        for each in told:
            if each.truth is truth:
                return each
    named = " or ".join(reason.names for reason in reasons)
    if any(r.concepts for r in reasons) and not situation.chart.seen_whole("Condition"):
        return _open(f"{named}: cannot be ruled out, Condition was not seen whole", ())
    return Decided(Truth.NO, f"no {named} recorded", "no-exception")


def _told(situation: Situation, reason: Reason) -> Iterator[Decided]:
    """Everything on record that says it, or may say it, by the decision."""
    yield from _diagnosed(situation, reason)
    for threshold in reason.latest:
        yield from _measured(situation, threshold)
    yield from _withheld(situation, reason)
    yield from _cancelled(situation, reason)


def _open(shows: str, sources: tuple[Source, ...]) -> Decided:
    return Decided(Truth.UNKNOWN, shows, "exception-unknown", sources)


def _by(when: DateInterval | None, situation: Situation) -> Truth:
    return Truth.UNKNOWN if when is None else when.on_or_before(situation.decision)


def _dated(shows: str, fact: Diagnosis | Result | Order | Administration, situation: Situation) -> Decided:
    """It says so, if it was by the decision."""
    match _by(fact.when, situation):
        case Truth.YES:
            return Decided(Truth.YES, shows, None, fact.sources)
        case Truth.UNKNOWN:
            return _open(f"{shows}, of doubtful date", fact.sources)
        case _:
            return Decided(Truth.NO, "")


def _diagnosed(situation: Situation, reason: Reason) -> Iterator[Decided]:
    """One that is not confirmed may be so."""
    for diagnosis in situation.chart.diagnoses:
        if not set(reason.concepts) & set(diagnosis.concepts):
            continue
        if reason.active and _is_over(diagnosis, situation):
            continue
        said = f"{reason.diagnosis or reason.names} recorded {diagnosis.when or 'without a date'}"
        if diagnosis.standing in _RELIED_ON:
            yield _dated(said, diagnosis, situation)
        elif diagnosis.standing is Standing.CONTEXT and _by(diagnosis.when, situation) is not Truth.NO:
            yield _open(f"{said}, not confirmed", diagnosis.sources)


def _is_over(diagnosis: Diagnosis, situation: Situation) -> bool:
    if diagnosis.ended is not None:
        return diagnosis.ended.before(situation.decision) is Truth.YES
    return diagnosis.clinical_status in _OVER


def _measured(situation: Situation, threshold: Threshold) -> Iterator[Decided]:
    """The latest result by the decision, where it passes the threshold or may; one without a date may be the
    latest. Two of one day that disagree leave it open."""
    quantity = situation.terms.quantity(threshold.concept)
    read = [
        (result, Truth.UNKNOWN if amount is None else threshold.passed_by(amount))
        for result in situation.chart.results
        if threshold.concept in result.concepts
        and result.standing in _RELIED_ON
        and is_measurement(result, quantity)
        for amount in (measured(result, quantity),)
    ]
    by_then = [r.when for r, _ in read if r.when is not None and _by(r.when, situation) is Truth.YES]
    last = max(by_then, key=lambda when: (when.earliest, when.latest), default=None)
    held = [(result, truth) for result, truth in read if last is not None and result.when == last]
    shows = "; ".join(dict.fromkeys(in_words(result, quantity) for result, _ in held))
    sources = tuple(source for result, _ in held for source in result.sources)
    truths = {truth for _, truth in held}
    if truths == {Truth.YES}:
        yield Decided(Truth.YES, shows, None, sources)
    elif truths - {Truth.NO}:
        yield _open(shows, sources)
    for result, truth in read:
        if truth is not Truth.NO and _by(result.when, situation) is Truth.UNKNOWN:
            yield _open(f"{in_words(result, quantity)}, of doubtful date", result.sources)


def _withheld(situation: Situation, reason: Reason) -> Iterator[Decided]:
    records: list[Order | Administration] = [*situation.chart.orders, *situation.chart.administrations]
    for record in records:
        named = _of(record, reason)
        if named and record.standing is Standing.AGAINST:
            said = f"{named} refused or withheld {record.when or 'without a date'}"
            yield _dated(said, record, situation)


def _cancelled(situation: Situation, reason: Reason) -> Iterator[Decided]:
    """An order cancelled shortly before for want of access or consent; for a reason that cannot be read,
    perhaps."""
    terms = situation.terms.cancelled
    since = situation.decision.shift(-terms.within_days)
    for order in situation.chart.orders:
        named = _of(order, reason)
        if not named or order.status != "cancelled" or order.intent not in _ORDERED or order.when is None:
            continue
        in_time = _by(order.when, situation) & ~order.when.before(since)
        said = f"{named} ordered {order.when} and cancelled"
        if in_time is Truth.NO:
            continue
        if set(order.stop_reasons) & set(terms.reasons):
            whole = in_time is Truth.YES
            said = f"{said}: refused, or not to be had"
            yield Decided(Truth.YES, said, None, order.sources) if whole else _open(said, order.sources)
        elif order.stop_words and not order.stop_reasons:
            yield _open(f"{said} for a reason that cannot be read", order.sources)


def _of(record: Order | Administration, reason: Reason) -> str:
    return " and ".join(agent for agent in record.agents if agent in reason.withheld)
