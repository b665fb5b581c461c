"""When a line ended and why (contract, section 2.2, "Line dates").

The day is the last that its treatment covers, never later than the day before the next line, death or
as_of. The reason is the strongest documented one before the next line; silence is never a reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from abstractor.chart import Patient, Source, Standing
from abstractor.dates import DateInterval, Truth
from abstractor.rules.therapy.course import STATEMENT
from abstractor.rules.therapy.draft import Draft
from abstractor.rules.therapy.drug_facts import DrugFact
from abstractor.rules.therapy.joining import Ground
from abstractor.rules.therapy.progression import Progression, within
from abstractor.rules.therapy.setting import CURATIVE
from abstractor.rules.therapy.spans import capped, days_between

__all__ = ["Ending", "LineSpan", "ending_of"]

_LAST_ORDER_OVER = "completed"
_DEATH = "death"
_PROGRESSION = "progression"


@dataclass(frozen=True, slots=True)
class LineSpan:
    """One line as far as its end is concerned; `following` is the next line's start, null for the last."""

    draft: Draft
    start: DateInterval
    setting: str
    following: DateInterval | None


@dataclass(frozen=True, slots=True)
class Ending:
    """`day` is null while the line goes on at as_of. `perhaps` are signs of progression that may or may not
    have ended it, for want of a date; `undated_death` where the death that ended it has none; `progressed`
    the day of the progression that ended it, null where the record of it has none."""

    day: DateInterval | None
    reason: str
    sources: tuple[Source, ...]
    perhaps: tuple[Progression, ...] = ()
    undated_death: bool = False
    progressed: DateInterval | None = None


def ending_of(span: LineSpan, facts: Sequence[DrugFact], patient: Patient, ground: Ground) -> Ending:
    """`facts` are all drug facts of the patient: an order that was stopped says why."""
    own = span.draft.reach
    documented = _documented(span, own, facts, patient, ground)
    if span.following is None and not any(each.final for each in documented):
        if days_between(own, ground.as_of)[0] < ground.policy.open_end_days:
            return Ending(None, "ongoing", (), _perhaps(span, ground))
    day = _capped(own, span, patient, ground)
    if not documented:
        reason = "unknown" if span.following is None else "next-line"
        return Ending(day, reason, (), _perhaps(span, ground))
    first = documented[0]
    stronger = first.reason in (_DEATH, _PROGRESSION)
    undated = first.reason == _DEATH and patient.deceased and patient.death is None
    return Ending(
        day,
        first.reason,
        first.sources,
        () if stronger else _perhaps(span, ground),
        undated_death=undated,
        progressed=first.on,
    )


def _perhaps(span: LineSpan, ground: Ground) -> tuple[Progression, ...]:
    """What may have been progression on this line, by its date; local therapy is not asked."""
    last = span.following or ground.as_of
    seen = within(ground.signs(span.start), span.start, last, (Truth.UNKNOWN,))
    return tuple(sign for sign in seen if not sign.weak)


def _capped(own: DateInterval, span: LineSpan, patient: Patient, ground: Ground) -> DateInterval:
    """Never before the line's own start, whatever the limits say."""
    limits = [ground.as_of]
    if span.following is not None:
        limits.append(span.following.shift(-1))
    if patient.death is not None:
        limits.append(patient.death)
    end = own
    for limit in limits:
        end = capped(end, limit)
    return DateInterval(max(end.earliest, span.start.earliest), max(end.latest, span.start.earliest))


@dataclass(frozen=True, slots=True)
class _Documented:
    """`final`: it surely ended the treatment; progression under which the drugs were given on did not. `on`:
    the day of that progression."""

    reason: str
    sources: tuple[Source, ...]
    final: bool
    on: DateInterval | None = None


def _documented(
    span: LineSpan, own: DateInterval, facts: Sequence[DrugFact], patient: Patient, ground: Ground
) -> list[_Documented]:
    """Documented reasons, strongest first."""
    last = span.following or ground.as_of
    found: list[_Documented] = []
    dead = (patient.deceased and not patient.disputed) and (
        span.following is None if patient.death is None else patient.death.on_or_before(last) is Truth.YES
    )
    stopped = _stop_reasons(span, facts, own, ground)
    why = ground.policy.stop_reasons
    of_death = _sources_of(stopped, why.death)
    if dead or (of_death and span.following is None):
        found.append(_Documented(_DEATH, (*patient.sources, *of_death), final=True))
    worse = within(ground.signs(span.start), span.start, last)
    failed = _sources_of(stopped, why.no_response)
    if worse or failed:
        latest = worse[-1:]
        dosed = max((e.when for e in span.draft.exposures), key=lambda d: d.earliest)
        followed = any(p.when.before(dosed) is Truth.NO for p in worse)
        sources = (*(s for p in latest for s in p.sources), *failed)
        # Treated on and then stopped for want of response: that progression has no day of its own.
        day = next((p.when for p in latest if p.dated and (followed or not failed)), None)
        found.append(_Documented(_PROGRESSION, sources, bool(failed) or followed, day))
    for reason, concepts in (("toxicity", why.not_tolerated), ("patient-choice", why.refused)):
        sources = _sources_of(stopped, concepts)
        if sources:
            found.append(_Documented(reason, sources, final=True))
    completed = _completed(span, facts, ground)
    if completed is not None:
        found.append(_Documented("completion", completed.sources, final=False))
    return found


def _stop_reasons(
    span: LineSpan, facts: Sequence[DrugFact], own: DateInterval, ground: Ground
) -> dict[str, tuple[Source, ...]]:
    """Why drugs that were part of the line to its end were stopped: not those dropped on the way, nor an
    order that another order of the same drug replaced."""
    kept = {
        name
        for name in span.draft.names
        if days_between(span.draft.ends_of(name), own)[0] <= ground.policy.chemo_dropped_after_days
    }
    reasons: dict[str, tuple[Source, ...]] = {}
    held = [f for f in facts if f.agent in kept and _belongs(f, span, ground)]
    for fact in held:
        if fact.stop_reasons and not any(_replaces(later, fact) for later in held):
            for reason in fact.stop_reasons:
                reasons[reason] = (*reasons.get(reason, ()), *fact.sources)
    return reasons


def _sources_of(stopped: Mapping[str, tuple[Source, ...]], concepts: Sequence[str]) -> tuple[Source, ...]:
    return tuple(source for concept in concepts for source in stopped.get(concept, ()))


def _replaces(later: DrugFact, fact: DrugFact) -> bool:
    """The drug went on: ordered again, or, where a dose was held, given again. What is only said to be
    stopped went on wherever any record says so."""
    heard = later.weakness == fact.weakness or fact.kind == STATEMENT
    after = later.when is not None and fact.days.before(later.when) is Truth.YES
    return later.agent == fact.agent and later.counts and heard and after


def _belongs(fact: DrugFact, span: LineSpan, ground: Ground) -> bool:
    """Ordered or due between the line's start, less the time that an order may wait, and the next line."""
    if fact.when is None or (fact.standing is Standing.WITHDRAWN and fact.status != "cancelled"):
        return False
    first = span.start.shift(-ground.policy.order_answers_within_days)
    after = fact.when.before(first) is not Truth.YES
    return after and (span.following is None or fact.when.before(span.following) is Truth.YES)


def _completed(span: LineSpan, facts: Sequence[DrugFact], ground: Ground) -> DrugFact | None:
    """The line's last order was completed. For a palliative line that counts only where the order's own
    stated period had run out: treatment until progression has no end that completes it."""
    held = span.draft.exposures
    named = {order.reference for e in held for order in e.answers} | {e.reference for e in held if e.ordered}
    orders = [f for f in facts if f.ordered and f.reference in named and f.when is not None]
    if not orders:
        return None
    last = max(orders, key=lambda f: (f.days.latest, f.agent, f.reference))
    if last.status != _LAST_ORDER_OVER:
        return None
    if span.setting != CURATIVE and (last.until is None or last.until.before(ground.as_of) is not Truth.YES):
        return None
    return last
