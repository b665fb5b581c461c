"""Exposures, day by day, into lines: the sweep that `joining` steers.

What starts on one day starts together: if any drug of a day opens a line, the whole day belongs to it. An
infusion that was ordered and never given, while the running line went on, is a line aside: it does not
stop the one that went on; one that is only said to have been taken then is part of no line. An order whose
drug was given long after, no other line in between, opens none.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from abstractor.rules.therapy.backbone import resting
from abstractor.rules.therapy.course import STATEMENT, Exposure
from abstractor.rules.therapy.draft import Break, Draft
from abstractor.rules.therapy.joining import Ground, Step, equivalent, is_given_later, step_of
from abstractor.rules.therapy.spans import days_between

__all__ = ["Assembly", "assemble"]

FIRST = "first"
_OPENERS = (Step.NEW_AGENT, Step.AFTER_PROGRESSION, Step.AFTER_GAP)


@dataclass(frozen=True, slots=True)
class Assembly:
    """`lines` in the order in which they opened, those aside after them; `contradicted` are statements of an
    infusion, taken while the line that was running went on without it."""

    lines: tuple[Draft, ...]
    contradicted: tuple[Exposure, ...]


def assemble(exposures: Sequence[Exposure], ground: Ground) -> Assembly:
    apart = _Apart([], [])
    lines = list(_sweep(exposures, ground, apart))
    for before, draft in pairwise(lines):
        if _new_to(before, draft, ground):
            draft.because = Step.NEW_AGENT.value
            draft.rested = None
    contradicted = tuple(e for e in apart.aside if e.kind == STATEMENT)
    ordered = [e for e in apart.aside if e.kind != STATEMENT]
    besides = list(_sweep(ordered, ground, _Apart([], [])))
    for draft in besides[:1]:
        draft.because = Step.NEW_AGENT.value
    for order in apart.awaited:
        _await(order, lines)
    return Assembly((*lines, *besides), contradicted)


def _await(order: Exposure, lines: Iterable[Draft]) -> None:
    """The order is held with the line of the first dose that followed it."""
    for line in lines:
        if any(e.given and e.agent == order.agent and order.day <= e.day for e in line.exposures):
            line.awaited.append(order)
            return


def _new_to(before: Draft, draft: Draft, ground: Ground) -> bool:
    """Does the line open with a drug that the one before did not hold? Then it is no restart."""
    held = before.names
    return not all(any(equivalent(ground.policy, new, old) for old in held) for new in draft.opening)


@dataclass(frozen=True, slots=True)
class _Apart:
    """Orders that are no part of the lines that are swept: never given, or given long after."""

    aside: list[Exposure]
    awaited: list[Exposure]


def _sweep(exposures: Sequence[Exposure], ground: Ground, apart: _Apart) -> Iterator[Draft]:
    before: Draft | None = None
    draft: Draft | None = None
    at = 0
    for _, group in groupby(exposures, key=lambda exposure: exposure.day):
        today = list(group)
        coming, at = exposures[at:], at + len(today)
        steps = _steps(today, draft, ground, coming=coming, before=before)
        apart.aside.extend(e for e, s in steps if s is Step.ASIDE)
        apart.awaited.extend(e for e, s in steps if s is Step.AWAITED)
        kept = [(e, s) for e, s in steps if s not in (Step.ASIDE, Step.AWAITED)]
        opener = _reason([s for _, s in kept])
        if draft is None:
            draft = _open(FIRST, [e for e, _ in kept], ground) if kept else None
        elif opener is not None:
            yield draft
            before, draft = draft, _open(opener.value, [e for e, _ in kept], ground)
            if opener is Step.AFTER_GAP:
                again = next(e for e, step in kept if step is Step.AFTER_GAP)
                draft.rested = _break(before, again, ground)
        else:
            for exposure, step in kept:
                _take(exposure, step, draft, ground)
    if draft is not None:
        yield draft


def _steps(
    today: Sequence[Exposure],
    draft: Draft | None,
    ground: Ground,
    *,
    coming: Sequence[Exposure],
    before: Draft | None,
) -> list[tuple[Exposure, Step]]:
    """What opens a line on this day is awaited instead, where it is nothing but orders given later."""
    steps = [
        (each, step_of(each, draft, ground, coming=coming, before=before) if draft else Step.NEW_AGENT)
        for each in today
    ]
    opening = [each for each, step in steps if step in _OPENERS]
    if opening and all(is_given_later(each, coming, ground) for each in opening):
        return [(each, Step.AWAITED if step in _OPENERS else step) for each, step in steps]
    return steps


def _reason(steps: list[Step]) -> Step | None:
    """Why the day opens a line: a new drug says more than a restart."""
    for step in _OPENERS:
        if step in steps:
            return step
    return None


def _open(because: str, today: list[Exposure], ground: Ground) -> Draft:
    draft = Draft(because, ground.library.agents)
    for exposure in today:
        draft.add(exposure)
        draft.opening.add(exposure.agent)
    return draft


def _take(exposure: Exposure, step: Step, draft: Draft, ground: Ground) -> None:
    if draft.moves(exposure):
        rest = _break(draft, exposure, ground)
        if ground.policy.break_flag_days <= rest.days:
            draft.breaks.append(rest)
    if step is Step.OPENING:
        draft.opening.add(exposure.agent)
    if step is Step.INTENSIFIES:
        draft.added.add(exposure.agent)
    draft.add(exposure)


def _break(draft: Draft, until: Exposure, ground: Ground) -> Break:
    """The time without treatment up to that exposure."""
    names = resting(until, draft, ground.policy)
    least, _ = days_between(draft.reach_of(names), until.when)
    held = [e for e in draft.exposures if e.agent in names]
    last = max(held, key=lambda e: (e.ends.latest, e.agent, e.reference))
    return Break(last, until, least)
