"""What one exposure does to the line that is running: it belongs to it, joins it, or opens another
(knowledge base, section 3.3)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from abstractor.dates import DateInterval, Truth
from abstractor.rules.library import Library, LinePolicy, MaintenanceAddition
from abstractor.rules.therapy.backbone import resting, took_the_place
from abstractor.rules.therapy.course import Exposure
from abstractor.rules.therapy.draft import Doubt, Draft
from abstractor.rules.therapy.progression import Progression, certainty, within
from abstractor.rules.therapy.reach import Reach
from abstractor.rules.therapy.setting import Boundary
from abstractor.rules.therapy.spans import days_between

__all__ = ["Ground", "Step", "equivalent", "is_given_later", "step_of"]


class Step(Enum):
    """One exposure's part in the running line, or the reason for which another line opens."""

    GOES_ON = "goes-on"
    OPENING = "opening"
    JOINS = "joins"
    INTENSIFIES = "intensifies"
    ASIDE = "aside"  # ordered, never given, while the running line went on
    AWAITED = "awaited"  # ordered long before it was given, while the running line went on
    NEW_AGENT = "new-agent"
    AFTER_GAP = "restart-after-gap"
    AFTER_PROGRESSION = "restart-after-progression"


@dataclass(frozen=True, slots=True)
class Ground:
    """What steps are decided on besides the exposures; `as_of` is the last day that can be seen, `gap` the
    restart gap that every step asks.

    `not_tolerated`: agents that were stopped for that reason, by the day of the record that says so.
    `doses_seen`: were all administrations seen, so that an infusion without one was not given?
    """

    library: Library
    policy: LinePolicy
    gap: Reach
    boundary: Boundary
    progressions: tuple[Progression, ...]
    as_of: DateInterval
    not_tolerated: tuple[tuple[str, DateInterval], ...] = ()
    doses_seen: bool = False

    def signs(self, start: DateInterval) -> tuple[Progression, ...]:
        """The signs of progression that may tell of a line that started then: what made the disease
        metastatic is none on palliative therapy."""
        palliative = self.boundary.palliative(start) is not Truth.NO
        return tuple(each for each in self.progressions if not (palliative and each.relapse))


def equivalent(policy: LinePolicy, first: str, second: str) -> bool:
    """One drug to a line: the same, or a swap that is no new line (section 1.3)."""
    return first == second or any(first in group and second in group for group in policy.equivalent)


def step_of(
    exposure: Exposure, draft: Draft, ground: Ground, *, coming: Sequence[Exposure], before: Draft | None
) -> Step:
    """`coming` are the exposures after this one; `before` is the line that ran before the running one."""
    policy = ground.policy
    known = any(equivalent(policy, exposure.agent, name) for name in draft.names)
    crosses = ground.boundary.divides(draft.start, exposure.when)
    since_start = days_between(draft.start, exposure.when)
    partner = max(policy.regimen_window_days, policy.late_partner_days.get(exposure.agent, 0))
    if since_start[0] <= policy.regimen_window_days or (not known and since_start[0] <= partner):
        if not known and _took_the_place(exposure, draft, coming, ground):
            return Step.NEW_AGENT
        if since_start[1] > partner:
            draft.doubts.append(Doubt(exposure))
        return Step.OPENING
    if known:
        return _returning(exposure, draft, ground, crosses=crosses)
    if not crosses:
        if _carried_over(exposure, draft, before, policy):
            return Step.OPENING
        if _goes_on_without_it(exposure, draft, coming, ground):
            return _unanswered(exposure, coming, ground)
        if _joins_maintenance(exposure, draft, coming, ground):
            return Step.JOINS
        if _is_exempt(exposure, draft, coming, ground):
            return Step.INTENSIFIES
        if _swapped_for_intolerance(exposure, draft, ground):
            return Step.JOINS
    return Step.NEW_AGENT


def _took_the_place(exposure: Exposure, draft: Draft, coming: Sequence[Exposure], ground: Ground) -> bool:
    return took_the_place(
        exposure, draft, coming, ground.library, gap=ground.gap, doses_seen=ground.doses_seen
    )


def _returning(exposure: Exposure, draft: Draft, ground: Ground, *, crosses: bool) -> Step:
    """An agent of the line again: a restart after a long gap, after progression or across the anchor."""
    policy = ground.policy
    least, most = days_between(draft.reach_of(resting(exposure, draft, policy)), exposure.when)
    names = _break_of(exposure, draft, ground, crosses=crosses)
    own, _ = days_between(draft.reach_of(names), exposure.when)
    dropped = own > policy.maintenance_continues_within_days
    if crosses and (exposure.agent not in draft.names or dropped):
        return Step.AFTER_PROGRESSION
    if ground.gap.passed_by(least):
        return Step.AFTER_GAP
    if ground.gap.passed_by(most):
        draft.doubts.append(Doubt(exposure))
    if dropped:
        last = max(e.when.earliest for e in draft.exposures if e.agent in names and draft.moves(e))
        signs = [
            (certainty(p, draft.start, exposure.when) & ~p.when.before(last), p)
            for p in ground.signs(draft.start)
        ]
        if any(truth is Truth.YES for truth, _ in signs):
            return Step.AFTER_PROGRESSION
        perhaps = tuple(p for truth, p in signs if truth is Truth.UNKNOWN)
        if perhaps:
            draft.doubts.append(Doubt(exposure, perhaps))
    return Step.GOES_ON


def _swapped_for_intolerance(exposure: Exposure, draft: Draft, ground: Ground) -> bool:
    """Another drug of a group after one that was not tolerated, without progression and beside no
    HER2-directed drug (section 1.3)."""
    policy = ground.policy
    groups = [group for group in policy.equivalent_if_not_tolerated if exposure.agent in group]
    directed = any(ground.library.agents[name].her2_directed for name in draft.names)
    if directed or ground.gap.passed_by(days_between(draft.reach, exposure.when)[0]):
        return False
    first = draft.start.shift(-policy.order_answers_within_days)
    stopped = any(
        agent in draft.names and agent in group and day.before(first) is Truth.NO
        for group in groups
        for agent, day in ground.not_tolerated
        if day.on_or_before(exposure.when) is Truth.YES
    )
    seen = within(ground.signs(draft.start), draft.start, exposure.when, (Truth.YES, Truth.UNKNOWN))
    if not stopped or within(seen, draft.start, exposure.when):
        return False
    if seen:
        draft.doubts.append(Doubt(exposure, seen))
    return True


def _break_of(exposure: Exposure, draft: Draft, ground: Ground, *, crosses: bool) -> set[str]:
    """The agents whose last dose its break is counted from: its own and its swaps, whatever else ran on.

    The whole line's, where the exposure says nothing of its own (an unanswered order of an infusion that is
    given), and for endocrine therapy, which may be changed beside a line that goes on.
    """
    beside = _joins_beside(exposure.agent, ground) and not crosses
    if beside or not draft.moves(exposure):
        return draft.names
    return {name for name in draft.names if equivalent(ground.policy, exposure.agent, name)}


def _carried_over(exposure: Exposure, draft: Draft, before: Draft | None, policy: LinePolicy) -> bool:
    """Given with the line before and since without interruption: it belongs to this line from its start."""
    if before is None or exposure.agent not in before.names:
        return False
    least, _ = days_between(before.ends_of(exposure.agent), exposure.when)
    ran_into, _ = days_between(before.ends_of(exposure.agent), draft.start)
    return max(least, ran_into) <= policy.maintenance_continues_within_days


def _goes_on_without_it(exposure: Exposure, draft: Draft, coming: Sequence[Exposure], ground: Ground) -> bool:
    """An infusion only ordered, or said to be taken, while the line's own drugs went on being given."""
    if exposure.given or ground.library.agents[exposure.agent].route == "oral":
        return False
    names = draft.names
    given = (e for e in coming if e.given and e.agent in names and days_between(exposure.when, e.when)[0] > 0)
    return _any_soon(exposure, given, ground.gap)


def _unanswered(exposure: Exposure, coming: Sequence[Exposure], ground: Ground) -> Step:
    given = (e for e in coming if e.given and e.agent == exposure.agent)
    return Step.AWAITED if _any_soon(exposure, given, ground.gap) else Step.ASIDE


def is_given_later(order: Exposure, coming: Sequence[Exposure], ground: Ground) -> bool:
    """An order from which no line is counted: its drug was given later, no other line in between.

    What came in between belongs to that later regimen. An order that states a period, or of endocrine
    therapy, may have been taken from its day on without a fill on record.
    """
    if order.given or order.until is not None or _joins_beside(order.agent, ground):
        return False
    policy = ground.policy
    given = (e for e in coming if e.given and e.agent == order.agent and e.day > order.day)
    first = next(given, None)
    if first is None or not _is_soon(order, first, ground.gap):
        return False
    soon = list(_soon(order, coming, ground.gap))
    window = max(policy.regimen_window_days, policy.late_partner_days.get(order.agent, 0))
    with_it = [e for e in soon if e.given and abs((e.day - first.day).days) <= window]
    regimen = {e.agent for e in with_it}
    between = [e for e in soon if order.day < e.day < first.day]
    return all(e.agent in regimen and (e in with_it or not e.given) for e in between)


def _joins_maintenance(exposure: Exposure, draft: Draft, coming: Sequence[Exposure], ground: Ground) -> bool:
    """Endocrine therapy beside a HER2-directed drug of the line that goes on."""
    if not _joins_beside(exposure.agent, ground):
        return False
    directed = {name for name in draft.names if ground.library.agents[name].her2_directed}
    near = ground.policy.maintenance_continues_within_days
    if _goes_on(exposure, directed, draft, coming, ground, reach=ground.gap, unseen=near):
        return True
    unended = _unended(directed, draft, ground)
    if not unended or ground.gap.passed_by(days_between(draft.reach, exposure.when)[0]):
        return False
    draft.doubts.append(Doubt(exposure, beside=unended))
    return True


def _unended(agents: set[str], draft: Draft, ground: Ground) -> tuple[str, ...]:
    """Those of which only an active order without an end is held, and of which no dose could say when they
    stopped."""
    told = {e.agent for e in draft.exposures if e.given}
    if ground.doses_seen:
        told |= {name for name in agents if ground.library.agents[name].route != "oral"}
    return tuple(sorted({e.agent for e in draft.exposures if e.unended and e.agent in agents - told}))


def _is_exempt(exposure: Exposure, draft: Draft, coming: Sequence[Exposure], ground: Ground) -> bool:
    """A planned intensification of maintenance, not a new line (section 0, item 3)."""
    rule = next((a for a in ground.policy.maintenance_additions if a.agent == exposure.agent), None)
    if rule is None:
        return False
    least, most = days_between(draft.start, exposure.when)
    seen = within(ground.signs(draft.start), draft.start, exposure.when, (Truth.YES, Truth.UNKNOWN))
    sure = within(seen, draft.start, exposure.when)
    if sure or most < rule.min_days or least > rule.max_days or not draft.names & set(rule.after_any):
        return False
    days = rule.continues_within_days
    reach = Reach(days)
    if not _goes_on(exposure, set(rule.needs_any), draft, coming, ground, reach=reach, unseen=days):
        return False
    soon = _soon(exposure, coming, Reach(ground.policy.regimen_window_days))
    if any(_foreign(e, draft, ground, rule) for e in soon):
        return False
    if least < rule.min_days or most > rule.max_days:
        draft.doubts.append(Doubt(exposure))
    if seen:
        draft.doubts.append(Doubt(exposure, seen))
    return True


def _foreign(coming: Exposure, draft: Draft, ground: Ground, rule: MaintenanceAddition) -> bool:
    """A drug that neither belongs to the line nor may join it: what starts with it is a new regimen."""
    if coming.agent == rule.agent or any(equivalent(ground.policy, coming.agent, n) for n in draft.names):
        return False
    exempt = any(addition.agent == coming.agent for addition in ground.policy.maintenance_additions)
    return not exempt and not _joins_beside(coming.agent, ground)


def _joins_beside(name: str, ground: Ground) -> bool:
    """May it be added to an unchanged HER2-directed backbone, or changed beside it?"""
    return bool({name, ground.library.agents[name].kind} & set(ground.policy.joins_maintenance))


def _goes_on(
    exposure: Exposure,
    agents: set[str],
    draft: Draft,
    coming: Sequence[Exposure],
    ground: Ground,
    *,
    reach: Reach,
    unseen: int,
) -> bool:
    """Were these drugs of the line given within `reach` before, and again within `reach` after?

    Where the chart ends within `unseen` days, that they were given before is enough.
    """
    held = agents & draft.names
    if not held:
        return False
    before = min(days_between(draft.ends_of(name), exposure.when)[0] for name in held)
    if reach.passed_by(before):
        return False
    again = (e for e in coming if e.agent in held and e.day >= exposure.day)
    after = _any_soon(exposure, again, reach)
    same_day = any(e.agent in held and e.ends.latest >= exposure.when.earliest for e in draft.exposures)
    ends_soon = days_between(exposure.when, ground.as_of)[0] < unseen and before <= unseen
    return after or same_day or ends_soon


def _is_soon(exposure: Exposure, later: Exposure, reach: Reach) -> bool:
    return not reach.passed_by((later.day - exposure.day).days)


def _any_soon(exposure: Exposure, later: Iterator[Exposure], reach: Reach) -> bool:
    """Is one of them within reach after it? They come by day, so that the first one tells."""
    first = next(later, None)
    return first is not None and _is_soon(exposure, first, reach)


def _soon(exposure: Exposure, coming: Iterable[Exposure], reach: Reach) -> Iterator[Exposure]:
    """Those within reach after it."""
    for each in coming:
        if not _is_soon(exposure, each, reach):
            return
        yield each
