"""Which dated edition asks for a measure on a day, and the finding that it gives.

Sections 2.1 and 4 of the knowledge base: the edition in force on the day of the trigger decides; within the
grace period of ASCO, NCCN and ESMO the better of the new and the former verdict counts and both are named;
where a date without a day lies on several sides of a change (of edition, of grace), all must agree.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from abstractor.abstract import Finding, LineRef, Verdict, cite, merged
from abstractor.dates import DateInterval, Truth, exact
from abstractor.rules.found import STALE, Found, shortest_first
from abstractor.rules.measures.context import AskedBy, MeasureContext, Outcome
from abstractor.rules.measures.left_open import hospice_told
from abstractor.rules.measures.occasions import Occasion
from abstractor.rules.measures.outcomes import unless_only_said

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
_DAY = timedelta(days=1)


class Duty(StrEnum):
    """How an edition asks."""

    DUE = "due"
    ADVISORY = "advisory"  # reported, never a flag
    NONE = "none"  # nothing is asked yet: the trigger is taken out


@dataclass(frozen=True, slots=True)
class Asking:
    """An edition that asks for the measure: of `agents` (none: whatever the trigger), with what duty.

    `needs`: the ids of the needs that it asks for (none: all). `before` and `after`, in days, stand for the
    window of every need where this edition has its own. `shared_by`: editions of others that advise the same
    and judge nothing; they are named while they are in force.
    """

    edition: str
    agents: tuple[str, ...] = ()
    duty: Duty = Duty.DUE
    needs: tuple[str, ...] = ()
    before: int | None = None
    after: int | None = None
    shared_by: tuple[str, ...] = ()

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

    @property
    def advises(self) -> bool:
        return self.by.advisory or self.asking.duty is Duty.ADVISORY


@dataclass(frozen=True, slots=True)
class _Span:
    """Days on which the same edition asks (null: none), and the same `former` one still counts beside it."""

    days: DateInterval
    asked: _Asked | None
    former: _Asked | None


@dataclass(frozen=True, slots=True)
class _Ruling:
    """What is said of an event on `days`, by which edition, and beside which other one. `current` is the
    edition in force: a former one that speaks in the grace period was closed, not stale."""

    days: DateInterval
    decision: Decision
    asked: _Asked
    also: str | None
    current: AskedBy

    @property
    def verdict(self) -> Verdict:
        return self.decision.outcome.verdict


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
    spans = _spans(context, occasion, askings, when)
    rulings = [_ruled(each.days, each.asked, each.former, decide) for each in spans if each.asked is not None]
    if not rulings:
        return None
    ruling = _agreed(rulings, occasion.names, whole=len(rulings) == len(spans))
    return _finding(context, occasion, ruling, when)


def _spans(
    context: MeasureContext, occasion: Occasion, askings: tuple[Asking, ...], when: DateInterval
) -> list[_Span]:
    """The days of the event, parted where another edition asks or the former one no longer counts."""
    spans: list[_Span] = []
    for days in _parted(context, when):
        asked = _in_force(context, occasion, askings, days.latest)
        former = None if asked is None else _former(context, occasion, askings, asked, days)
        first = days.earliest
        if spans and _alike(spans[-1].asked, asked) and _alike(spans[-1].former, former):
            first = spans.pop().days.earliest
        spans.append(_Span(DateInterval(first, days.latest), asked, former))
    return spans


def _parted(context: MeasureContext, when: DateInterval) -> list[DateInterval]:
    """Parted at every day on which an edition took force or ended, or its grace period was over."""
    if when.is_exact:
        return [when]
    edges: set[date] = set()
    for by in context.asked.values():
        edges |= {by.valid_from, by.valid_from + timedelta(days=context.grace_days + 1)}
        edges |= {by.valid_to + _DAY} if by.valid_to is not None else set()
    inside = sorted(edge for edge in edges if when.earliest < edge <= when.latest)
    lasts = [*(edge - _DAY for edge in inside), when.latest]
    return [DateInterval(*ends) for ends in zip([when.earliest, *inside], lasts, strict=True)]


def _alike(one: _Asked | None, other: _Asked | None) -> bool:
    """The same edition, or two labels of a drug that ask for the same."""
    if one is None or other is None:
        return one is other
    if one.asking is not other.asking or one.by.authority != other.by.authority:
        return False
    labels = bool(one.by.agents) and one.by.agents == other.by.agents
    return one.by.edition == other.by.edition or labels


def _ruled(days: DateInterval, asked: _Asked, former: _Asked | None, decide: Decide) -> _Ruling:
    """What is asked on those days; of a new edition and the former one the better. Where the two agree, the
    new one is named alone."""
    decision = _taken_out(asked, decide(asked.asking, days))
    if former is not None:
        before = _taken_out(former, decide(former.asking, days))
        if _rank(before, former) < _rank(decision, asked):
            return _Ruling(days, before, former, asked.by.edition, asked.by)
    return _Ruling(days, decision, asked, None, asked.by)


def _rank(decision: Decision, asked: _Asked) -> tuple[int, bool]:
    """The best first: what is missed and only advised is better than what is missed and due."""
    verdict = decision.outcome.verdict
    return _BEST.index(verdict), verdict is Verdict.NOT_MET and not asked.advises


def _agreed(rulings: list[_Ruling], names: str, *, whole: bool) -> _Ruling:
    """A date on several sides of a change: sure only where all say the same. Where nobody may have asked yet
    (not `whole`), nothing is missed for sure."""
    last = rulings[-1]
    if len(rulings) == 1 and whole:
        return last
    alike = all(each.verdict is last.verdict for each in rulings)
    if alike and last.verdict is not Verdict.NOT_MET:
        chosen = last
    elif alike and whole:
        chosen = next((each for each in reversed(rulings) if each.asked.advises), last)
    else:
        chosen = replace(last, decision=_open(rulings, names, whole=whole))
    closes = max(each.decision.closes for each in rulings)
    editions = (name for each in rulings for name in (each.asked.by.edition, each.also))
    also = next((name for name in editions if name not in (None, chosen.asked.by.edition)), None)
    return replace(chosen, decision=replace(chosen.decision, closes=closes), also=also, current=last.current)


def _open(rulings: list[_Ruling], names: str, *, whole: bool) -> Decision:
    told = [
        f"{each.verdict} by {each.asked.by.edition} if on {each.days} ({each.decision.outcome.shows})"
        for each in rulings
    ]
    told += [] if whole else ["not asked for on the other days that it may have been"]
    sources = tuple(source for each in rulings for source in each.decision.outcome.sources)
    clear = (f"the exact day of {names}",)
    outcome = Outcome(Verdict.UNKNOWN, "; ".join(told), "date-uncertain", clear, sources)
    return replace(rulings[-1].decision, outcome=outcome)


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


def _taken_out(asked: _Asked, decision: Decision) -> Decision:
    if asked.asking.duty is not Duty.NONE:
        return decision
    shows = f"{decision.outcome.shows}; it was not asked for then"
    outcome = Outcome(Verdict.EXCLUDED, shows, "not-asked-then", (), decision.outcome.sources)
    return replace(decision, outcome=outcome)


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


def _finding(context: MeasureContext, occasion: Occasion, ruling: _Ruling, when: DateInterval) -> Found:
    """`in_period`: trigger to the end of its window shares a day with the period; doubt counts as sharing."""
    by, current = ruling.asked.by, ruling.current
    outcome = unless_only_said(ruling.decision.outcome, occasion)
    if when.latest > current.next_review:
        shows = f"{current.title} was due for review on {current.next_review}"
        outcome = Outcome(Verdict.UNKNOWN, shows, STALE, (), outcome.sources)
    reason = f" ({outcome.reason})" if outcome.reason else ""
    last = exact(max(ruling.decision.closes, when.latest))
    line = occasion.line
    expected = ruling.decision.expected + _advised_too(context, ruling.asked.asking, when)
    decided = Finding(
        rule=context.measure,
        line=None if line is None else LineRef(line.line.setting, line.line.number),
        phase=None,
        decision_date=when,
        in_period=context.period.shares_a_day_with(when, last) is not Truth.NO,
        authority=by.authority,
        edition=by.edition,
        also=ruling.also,
        verdict=outcome.verdict,
        advisory=context.advisory or ruling.asked.advises,
        statement=f"{by.title} expects {expected}. The chart shows: {outcome.shows}{reason}.",
        citation=by.citation,
        later=(),
        would_clear=shortest_first(
            (*outcome.would_clear, *hospice_told(context.holdings.unlisted, outcome.verdict, last))
        ),
        evidence=cite(*outcome.sources, *occasion.sources),
    )
    return Found(decided, outcome.reason, outcome.severity)


def _advised_too(context: MeasureContext, asking: Asking, when: DateInterval) -> str:
    others = (context.asked[name] for name in asking.shared_by)
    named = [
        other.title for other in others if other.valid_from <= when.earliest and other.in_force(when.latest)
    ]
    return f" (the same is advised by {' and '.join(named)})" if named else ""


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
    clear = shortest_first(word for each in (worst, *others) for word in each.finding.would_clear)
    finding = replace(
        worst.finding,
        statement=said,
        would_clear=clear,
        in_period=any(each.finding.in_period for each in found),
        evidence=merged(tuple(one for each in found for one in each.finding.evidence)),
    )
    return replace(worst, finding=finding)
