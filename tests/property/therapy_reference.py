"""Lines of therapy once more, slow and plain, for a reduced language: exact doses of infusions, no orders.

A course is a mapping from day to the agents given on it. Each day is looked at on its own, and everything
about the line before it is worked out anew from the course.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from abstractor.rules.library import LinePolicy

__all__ = ["Course", "PlainLine", "plain_lines"]

Course = Mapping[int, frozenset[str]]


@dataclass(frozen=True, slots=True)
class PlainLine:
    start: int
    last: int
    agents: frozenset[str]
    because: str


def plain_lines(course: Course, policy: LinePolicy) -> list[PlainLine]:
    """The days on which a line opens, found one after the other; then what lies between them."""
    days = sorted(course)
    opening: list[tuple[int, str]] = []
    for day in days:
        reason = _reason(day, course, policy, [at for at, _ in opening])
        if reason is not None:
            opening.append((day, reason))
    lines = []
    for at, (start, reason) in enumerate(opening):
        following = opening[at + 1][0] if at + 1 < len(opening) else 10**9
        within = [d for d in days if start <= d < following]
        agents = frozenset(agent for d in within for agent in course[d])
        lines.append(PlainLine(start, within[-1], agents, reason))
    return lines


def _reason(day: int, course: Course, policy: LinePolicy, starts: list[int]) -> str | None:
    if not starts:
        return "first"
    start = starts[-1]
    so_far = [d for d in course if start <= d < day]
    held = {agent for d in so_far for agent in course[d]}
    fresh = [a for a in course[day] if not any(_same(policy, a, b) for b in held)]
    alien = [a for a in fresh if not _may_join(a, day, start, course, policy, starts)]
    if alien:
        return "new-agent"
    gap = day - max(so_far)
    if gap > policy.restart_gap_days and len(fresh) < len(course[day]):
        opens_with = course[day].union(*(course[d] for d in _window(day, course, policy)))
        return "restart-after-gap" if all(_known(policy, a, held) for a in opens_with) else "new-agent"
    return None


def _window(day: int, course: Course, policy: LinePolicy) -> list[int]:
    """Days whose drugs belong to a regimen that starts on that day."""
    return [d for d in course if day < d <= day + policy.regimen_window_days]


def _may_join(
    agent: str, day: int, start: int, course: Course, policy: LinePolicy, starts: list[int]
) -> bool:
    if day - start <= max(policy.regimen_window_days, policy.late_partner_days.get(agent, 0)):
        return True
    if len(starts) < 2:
        return False
    before = [d for d in course if starts[-2] <= d < start and agent in course[d]]
    return bool(before) and day - max(before) <= policy.maintenance_continues_within_days


def _known(policy: LinePolicy, agent: str, held: set[str]) -> bool:
    return any(_same(policy, agent, other) for other in held)


def _same(policy: LinePolicy, first: str, second: str) -> bool:
    return first == second or any(first in group and second in group for group in policy.equivalent)
