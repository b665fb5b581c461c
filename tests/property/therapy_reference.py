"""Lines of therapy once more, slow and plain: days are numbers, and nothing is remembered between two days.

For exact dates and without orders: doses, fills, statements, documented progression, the first metastasis.
Every question about a line is answered by looking through all of its exposures again. What partial dates
and orders do is proved elsewhere, by laws and by cases.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from abstractor.rules.library import Agent, LinePolicy
from tests.property.plain_world import PlainExposure, PlainFacts, PlainLine, World

__all__ = ["PlainExposure", "PlainFacts", "PlainLine", "plain_lines"]

_OPENERS = ("new-agent", "restart-after-progression", "restart-after-gap")


def plain_lines(
    facts: PlainFacts, policy: LinePolicy, agents: Mapping[str, Agent], catalogue: Sequence[frozenset[str]]
) -> list[PlainLine]:
    """Day after day: what belongs to the running line, and what opens another. `catalogue`: the agents of
    each regimen."""
    world = World(facts, policy, agents, catalogue)
    taken = sorted(e for e in facts.exposures if not e.said or not _covered(e, world))
    taken = sorted(_cut(e, world) for e in taken)
    lines: list[PlainLine] = []
    for day in sorted({e.day for e in taken}):
        today = [e for e in taken if e.day == day]
        _live(day, today, [e for e in taken if e.day >= day], lines, world)
    for before, line in pairwise(lines):
        if not all(any(world.same(new, old) for old in before.agents) for new in line.opening):
            line.because = "new-agent"
    lines.sort(key=lambda line: (line.start, sorted(line.agents)))
    _finish(lines, world)
    return lines


def _covered(said: PlainExposure, world: World) -> bool:
    """Is any day near the statement a day that a firmer record of the drug covers?"""
    near = world.policy.break_flag_days
    firm = [e for e in world.facts.exposures if e.agent == said.agent and e.given]
    days = range(said.day - near + 1, said.day + near)
    return any(e.day <= day <= e.last for e in firm for day in days)


def _cut(e: PlainExposure, world: World) -> PlainExposure:
    later = [f.day for f in world.facts.exposures if f.agent == e.agent and f.given and f.day > e.day]
    if not e.said or not later or not e.dated_end:
        return e
    return PlainExposure(e.day, e.said, e.agent, min(e.last, min(later) - 1), True)


def _live(
    day: int,
    today: Sequence[PlainExposure],
    coming: Sequence[PlainExposure],
    lines: list[PlainLine],
    world: World,
) -> None:
    before = lines[-2] if len(lines) > 1 else None
    steps = {e: _step(e, lines[-1], before, coming, world) if lines else "new-agent" for e in today}
    openers = [e for e, step in steps.items() if step in _OPENERS]
    if openers and all(_awaited(e, coming, world) for e in openers):
        steps = {e: "apart" if e in openers else step for e, step in steps.items()}
        openers = []
    kept = [e for e in today if steps[e] != "apart"]
    if openers:
        because = next(reason for reason in _OPENERS if any(steps[e] == reason for e in openers))
        lines.append(PlainLine(because, list(kept), {e.agent for e in kept}))
        return
    for e in kept:
        lines[-1].held.append(e)
        if steps[e] == "opening":
            lines[-1].opening.add(e.agent)
        if steps[e] == "intensifies":
            lines[-1].added.add(e.agent)


def _step(
    e: PlainExposure,
    line: PlainLine,
    before: PlainLine | None,
    coming: Sequence[PlainExposure],
    world: World,
) -> str:
    policy = world.policy
    known = any(world.same(e.agent, held) for held in line.agents)
    crosses = not world.palliative(line.start) and world.palliative(e.day)
    since = e.day - line.start
    late = max(policy.regimen_window_days, policy.late_partner_days.get(e.agent, 0))
    if since <= policy.regimen_window_days or (not known and since <= late):
        return "new-agent" if not known and _in_its_stead(e, line, coming, world) else "opening"
    if known:
        return _again(e, line, world, crosses=crosses)
    if crosses:
        return "new-agent"
    if before is not None and e.agent in before.agents:
        ended = world.end_of(before, e.agent)
        if max(e.day, line.start) - ended <= policy.maintenance_continues_within_days:
            return "opening"
    if e.said and not world.oral(e.agent):
        went_on = [c for c in coming if c.given and c.agent in line.agents and c.day > e.day]
        if any(c.day - e.day <= policy.restart_gap_days for c in went_on):
            return "apart"
    if _beside_maintenance(e, line, coming, world) or _swap(e, line, world):
        return "joins"
    return "intensifies" if _planned(e, line, coming, world) else "new-agent"


def _in_its_stead(e: PlainExposure, line: PlainLine, coming: Sequence[PlainExposure], world: World) -> bool:
    """A HER2-directed drug beside which no regimen holds one given before, and neither with it nor after.

    An infusion that is only said to be taken was neither there nor came back.
    """
    if not world.agents[e.agent].her2_directed:
        return False
    gone = {
        h.agent
        for h in line.held
        if world.agents[h.agent].her2_directed
        and (h.given or world.oral(h.agent))
        and not any({h.agent, e.agent} <= regimen for regimen in world.catalogue)
    }
    near = [c for c in coming if c.day - e.day <= world.policy.restart_gap_days]
    return bool(gone) and not any(c.agent in gone and (c.given or world.oral(c.agent)) for c in near)


def _again(e: PlainExposure, line: PlainLine, world: World, *, crosses: bool) -> str:
    own = {held for held in line.agents if world.same(held, e.agent)}
    if (world.beside(e.agent) and not crosses) or not world.says_it_went_on(line, e):
        own = line.agents
    dropped = e.day - world.reach(line, own) > world.policy.maintenance_continues_within_days
    if crosses and (e.agent not in line.agents or dropped):
        return "restart-after-progression"
    if e.day - world.reach(line, _rested(e, line, world)) > world.policy.restart_gap_days:
        return "restart-after-gap"
    doses = [h.day for h in line.held if h.agent in own and world.says_it_went_on(line, h)]
    if dropped and world.worse(line.start, e.day, since=max(doses)):
        return "restart-after-progression"
    return "goes-on"


def _rested(e: PlainExposure, line: PlainLine, world: World) -> set[str]:
    """The drugs whose rest is asked for: what is neither HER2-directed nor chemotherapy fills no break of the
    drugs that are."""
    kinds = set(world.policy.chemotherapy_kinds)
    core = {a for a, agent in world.agents.items() if agent.her2_directed or agent.kind in kinds}
    if not any(world.agents[a].her2_directed for a in line.agents) or e.agent not in core:
        return line.agents
    return line.agents & core if world.says_it_went_on(line, e) else line.agents


def _beside_maintenance(
    e: PlainExposure, line: PlainLine, coming: Sequence[PlainExposure], world: World
) -> bool:
    policy = world.policy
    directed = {agent for agent in line.agents if world.agents[agent].her2_directed}
    near = policy.maintenance_continues_within_days
    return world.beside(e.agent) and _goes_on(
        e, directed, line, coming, world, reach=policy.restart_gap_days, unseen=near
    )


def _planned(e: PlainExposure, line: PlainLine, coming: Sequence[PlainExposure], world: World) -> bool:
    """Every condition of the exemption, one after the other."""
    for rule in world.policy.maintenance_additions:
        near = rule.continues_within_days
        soon = [c for c in coming if c.day - e.day <= world.policy.regimen_window_days]
        added = {other.agent for other in world.policy.maintenance_additions}
        alien = [
            c
            for c in soon
            if c.agent not in added
            and not world.beside(c.agent)
            and not any(world.same(c.agent, held) for held in line.agents)
        ]
        conditions = (
            rule.agent == e.agent,
            rule.min_days <= e.day - line.start <= rule.max_days,
            bool(line.agents & set(rule.after_any)),
            not world.worse(line.start, e.day, since=line.start),
            _goes_on(e, set(rule.needs_any), line, coming, world, reach=near, unseen=near),
            not alien,
        )
        if all(conditions):
            return True
    return False


def _goes_on(
    e: PlainExposure,
    agents: set[str],
    line: PlainLine,
    coming: Sequence[PlainExposure],
    world: World,
    *,
    reach: int,
    unseen: int,
) -> bool:
    held = agents & line.agents
    if not held:
        return False
    rest = min(e.day - world.end_of(line, agent) for agent in held)
    again = any(c.agent in held and c.day - e.day <= reach for c in coming)
    covered = any(h.agent in held and h.last >= e.day for h in line.held)
    not_seen_yet = world.facts.as_of - e.day < unseen and rest <= unseen
    return rest <= reach and (again or covered or not_seen_yet)


def _swap(e: PlainExposure, line: PlainLine, world: World) -> bool:
    policy = world.policy
    mates = {a for group in policy.equivalent_if_not_tolerated if e.agent in group for a in group}
    first = line.start - policy.order_answers_within_days
    stopped = any(
        a in mates and a in line.agents and first <= day <= e.day for a, day in world.facts.not_tolerated
    )
    directed = any(world.agents[a].her2_directed for a in line.agents)
    in_time = e.day - world.reach(line) <= policy.restart_gap_days
    return stopped and in_time and not directed and not world.worse(line.start, e.day, since=line.start)


def _awaited(e: PlainExposure, coming: Sequence[PlainExposure], world: World) -> bool:
    """Said long before its drug was given, with nothing in between but what was given with it."""
    if e.given or e.dated_end or world.beside(e.agent):
        return False
    soon = [c for c in coming if c.day - e.day <= world.policy.restart_gap_days]
    doses = [c.day for c in soon if c.given and c.agent == e.agent and c.day > e.day]
    if not doses:
        return False
    first = min(doses)
    window = max(world.policy.regimen_window_days, world.policy.late_partner_days.get(e.agent, 0))
    regimen = [c for c in soon if c.given and abs(c.day - first) <= window]
    names = {c.agent for c in regimen}
    return all(c.agent in names and (c in regimen or c.said) for c in soon if e.day < c.day < first)


def _finish(lines: Sequence[PlainLine], world: World) -> None:
    """Settings, the first of each, and how each ended."""
    seen: set[str] = set()
    for at, line in enumerate(lines):
        line.setting = "palliative" if world.palliative(line.start) else "curative"
        line.because = line.because if line.setting in seen else "first"
        seen.add(line.setting)
        following = lines[at + 1].start if at + 1 < len(lines) else None
        signs = list(world.facts.progressions)
        anchor, lookback = world.facts.anchor, world.policy.lookback_before_anchor_days
        if anchor is not None and line.setting == "curative" and anchor - line.start > lookback:
            signs.append(anchor)
        until = world.facts.as_of if following is None else following
        worse = [day for day in signs if line.start < day <= until]
        own, toxic = world.reach(line), _toxic(line, following, world)
        last_dose = max(e.day for e in line.held)
        ended = following is not None or toxic or any(day >= last_dose for day in worse)
        if not ended and world.facts.as_of - own < world.policy.open_end_days:
            line.end, line.reason = None, "ongoing"
            continue
        limits = [own, world.facts.as_of, *([] if following is None else [following - 1])]
        line.end = max(min(limits), line.start)
        silent = "unknown" if following is None else "next-line"
        line.reason = "progression" if worse else ("toxicity" if toxic else silent)


def _toxic(line: PlainLine, following: int | None, world: World) -> bool:
    """Was a drug that lasted to the line's end stopped as not tolerated, and not given again?"""
    first = line.start - world.policy.order_answers_within_days
    last = following if following is not None else world.facts.as_of + 1
    own = world.reach(line)
    return any(
        agent in line.agents
        and own - world.end_of(line, agent) <= world.policy.chemo_dropped_after_days
        and first <= day < last
        and not any(e.given and e.agent == agent and day < e.day < last for e in world.facts.exposures)
        for agent, day in world.facts.not_tolerated
    )
