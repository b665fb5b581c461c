"""Which dated edition asks for a measure on a day, and the finding that it gives.

Sections 2.1 and 4 of the knowledge base: the edition in force on the day of the trigger decides; within the
grace period of ASCO, NCCN and ESMO the better of the new and the former verdict counts and both are named;
where a date without a day lies on both sides of a change, both must agree.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from abstractor.abstract import Finding, LineRef, Verdict, cite, merged
from abstractor.dates import DateInterval, Truth, exact
from abstractor.rules.found import STALE, Found
from abstractor.rules.measures.context import AskedBy, MeasureContext, Outcome
from abstractor.rules.measures.occasions import Occasion

__all__ = ["Asking", "Decision", "Duty", "found_on", "joined", "one_for_the_patient"]

# The worst first: what a single finding on several events says. In grace, the best of two.
_WORST = (
    Verdict.NOT_MET,
    Verdict.UNKNOWN,
    Verdict.PENDING,
    Verdict.EXCEPTION,
    Verdict.MET,
    Verdict.EXCLUDED,
)
_BEST = (
    Verdict.MET,
    Verdict.EXCEPTION,
    Verdict.EXCLUDED,
    Verdict.PENDING,
    Verdict.UNKNOWN,
    Verdict.NOT_MET,
)


class Duty(StrEnum):
    """How an edition asks."""

    DUE = "due"
    ADVISORY = "advisory"  # reported, never a flag
    NONE = "none"  # nothing is asked yet: the trigger is taken out


@dataclass(frozen=True, slots=True)
class Asking:
    """An edition that asks for the measure: of `agents` (none: whatever the trigger), with what duty.

    `needs`: the ids of the needs that it asks for (none: all). `before` and `after`, in days, stand for the
    window of every need where this edition has its own.
    """

    edition: str
    agents: tuple[str, ...] = ()
    duty: Duty = Duty.DUE
    needs: tuple[str, ...] = ()
    before: int | None = None
    after: int | None = None

    def concerns(self, occasion: Occasion) -> bool:
        return not self.agents or bool(set(self.agents) & set(occasion.agents))


@dataclass(frozen=True, slots=True)
class Decision:
    """What one asking says of one occasion; `closes` is the end of its window."""

    outcome: Outcome
    closes: date
    expected: str


Decide = Callable[[Asking, DateInterval], Decision]


@dataclass(frozen=True, slots=True)
class _Asked:
    asking: Asking
    by: AskedBy


def found_on(
    context: MeasureContext, occasion: Occasion, askings: tuple[Asking, ...], decide: Decide
) -> Found | None:
    """None where no edition asked for it on that day.

    An event without a date may be of any day on which one asked.
    """
    when = occasion.when
    if when is None:
        known = [context.asked[a.edition].valid_from for a in askings if a.concerns(occasion)]
        if not known or min(known) > context.as_of:
            return None
        when = DateInterval(min(known), context.as_of)
    asked = _in_force(context, occasion, askings, when.latest)
    if asked is None:
        return None
    decision = _taken_out(asked, decide(asked.asking, when))
    also = former = None
    first = _in_force(context, occasion, askings, when.earliest)
    if first is not None and first.by.edition != asked.by.edition and not _one_label(first, asked):
        decision, also = _both(decision, _taken_out(first, decide(first.asking, when)), first.by)
    if also is None:
        former = _former(context, occasion, askings, asked, when)
        if former is not None:
            decision, also, asked = _better(
                decision, _taken_out(former, decide(former.asking, when)), asked, former
            )
    current = context.asked[also] if asked is former and also is not None else asked.by
    return _finding(context, occasion, asked, decision, when=when, also=also, current=current)


def _in_force(
    context: MeasureContext, occasion: Occasion, askings: tuple[Asking, ...], day: date
) -> _Asked | None:
    """The first of the askings, in their order, whose edition was in force on the day."""
    for asking in askings:
        if asking.concerns(occasion):
            by = (
                context.in_force(asking.edition, day)
                if not _superseded(context, askings, asking, day)
                else None
            )
            if by is not None:
                return _Asked(asking, by)
    return None


def _superseded(context: MeasureContext, askings: tuple[Asking, ...], asking: Asking, day: date) -> bool:
    """A later label of the drug that has an asking of its own stands for itself."""
    own = context.asked[asking.edition]
    if not own.agents or own.in_force(day):
        return False
    return any(
        other is not asking
        and context.asked[other.edition].agents == own.agents
        and own.valid_from < context.asked[other.edition].valid_from <= day
        for other in askings
    )


def _one_label(first: _Asked, last: _Asked) -> bool:
    """Two labels of a drug that ask for the same."""
    same = first.by.agents == last.by.agents and first.by.authority == last.by.authority
    return bool(first.by.agents) and same and first.asking is last.asking


def _taken_out(asked: _Asked, decision: Decision) -> Decision:
    if asked.asking.duty is not Duty.NONE:
        return decision
    shows = f"{decision.outcome.shows}; it was not asked for then"
    outcome = Outcome(Verdict.EXCLUDED, shows, "not-asked-then", (), decision.outcome.sources)
    return replace(decision, outcome=outcome)


def _both(last: Decision, first: Decision, by: AskedBy) -> tuple[Decision, str]:
    """A date on both sides of a change of edition: sure only where both say the same."""
    if first.outcome.verdict is last.outcome.verdict:
        return last, by.edition
    shows = f"{last.outcome.shows}; {last.outcome.verdict} by it, {first.outcome.verdict} by {by.edition}"
    outcome = Outcome(
        Verdict.UNKNOWN, shows, "date-uncertain", last.outcome.would_clear, last.outcome.sources
    )
    return replace(last, outcome=outcome), by.edition


def _former(
    context: MeasureContext,
    occasion: Occasion,
    askings: tuple[Asking, ...],
    asked: _Asked,
    when: DateInterval,
) -> _Asked | None:
    """The edition before, where the trigger lies in the grace period of the new one."""
    new = asked.by
    within = (when.latest - new.valid_from).days <= context.grace_days
    if new.authority not in context.grace_authorities or not within:
        return None
    before = _in_force(context, occasion, askings, new.valid_from - timedelta(days=1))
    return before if before is not None and before.by.authority == new.authority else None


def _better(
    new: Decision, former: Decision, asked: _Asked, before: _Asked
) -> tuple[Decision, str | None, _Asked]:
    """Where the two agree, the new one is named alone."""
    if _BEST.index(former.outcome.verdict) >= _BEST.index(new.outcome.verdict):
        return new, None, asked
    return former, asked.by.edition, before


def _finding(
    context: MeasureContext,
    occasion: Occasion,
    asked: _Asked,
    decision: Decision,
    *,
    when: DateInterval,
    also: str | None,
    current: AskedBy,
) -> Found:
    """`in_period`: trigger to the end of its window shares a day with the period; doubt counts as sharing.
    `current` is the edition in force: a former one that speaks in the grace period was closed, not stale."""
    by, outcome = asked.by, decision.outcome
    if when.latest > current.next_review:
        shows = f"{current.title} was due for review on {current.next_review}"
        outcome = Outcome(Verdict.UNKNOWN, shows, STALE, (), outcome.sources)
    reason = f" ({outcome.reason})" if outcome.reason else ""
    last = exact(max(decision.closes, when.latest))
    line = occasion.line
    decided = Finding(
        rule=context.measure,
        line=None if line is None else LineRef(line.line.setting, line.line.number),
        phase=None,
        decision_date=when,
        in_period=context.period.shares_a_day_with(when, last) is not Truth.NO,
        authority=by.authority,
        edition=by.edition,
        also=also,
        verdict=outcome.verdict,
        advisory=context.advisory or by.advisory or asked.asking.duty is Duty.ADVISORY,
        statement=f"{by.title} expects {decision.expected}. The chart shows: {outcome.shows}{reason}.",
        citation=by.citation,
        later=(),
        would_clear=outcome.would_clear,
        evidence=cite(*outcome.sources, *occasion.sources),
    )
    return Found(decided, outcome.reason, outcome.severity)


def one_for_the_patient(found: list[Found]) -> Found | None:
    """Of several events one finding: that of the worst verdict, which says how many there were."""
    if len(found) < 2:
        return found[0] if found else None
    worst = min(found, key=lambda each: _WORST.index(each.finding.verdict))
    verdicts = [each.finding.verdict for each in found]
    told = ", ".join(f"{verdicts.count(v)} {v}" for v in _WORST if v in verdicts)
    statement = f"{worst.finding.statement} Of {len(found)} such events: {told}."
    touches = any(each.finding.in_period for each in found)
    return replace(worst, finding=replace(worst.finding, statement=statement, in_period=touches))


def joined(found: list[Found]) -> Found | None:
    """Of several parts of one measure one finding: the worst verdict, and what each part says."""
    if len(found) < 2:
        return found[0] if found else None
    worst = min(found, key=lambda each: _WORST.index(each.finding.verdict))
    others = [each for each in found if each is not worst]
    said = " ".join((worst.finding.statement, *(each.finding.statement for each in others)))
    clear = dict.fromkeys(word for each in (worst, *others) for word in each.finding.would_clear)
    finding = replace(
        worst.finding,
        statement=said,
        would_clear=tuple(clear),
        in_period=any(each.finding.in_period for each in found),
        evidence=merged(tuple(one for each in found for one in each.finding.evidence)),
    )
    return replace(worst, finding=finding)
