"""Exposures, day by day, into lines: the sweep that `joining` steers.

What starts on one day starts together: if any drug of a day opens a line, the whole day belongs to it. An
infusion that was ordered and never given, while the running line went on, is a line aside: it does not
stop the one that went on.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from abstractor.rules.therapy.course import Exposure
from abstractor.rules.therapy.draft import Break, Draft
from abstractor.rules.therapy.joining import Ground, Step, equivalent, step_of
from abstractor.rules.therapy.spans import days_between

__all__ = ["assemble"]

FIRST = "first"


def assemble(exposures: Sequence[Exposure], ground: Ground) -> tuple[Draft, ...]:
    """The lines in the order in which they opened, those aside after them."""
    aside: list[Exposure] = []
    lines = list(_sweep(exposures, ground, aside))
    for before, draft in pairwise(lines):
        if _new_to(before, draft, ground):
            draft.because = Step.NEW_AGENT.value
    besides = list(_sweep(aside, ground, []))
    for draft in besides[:1]:
        draft.because = Step.NEW_AGENT.value
    return (*lines, *besides)


def _new_to(before: Draft, draft: Draft, ground: Ground) -> bool:
    """Does the line open with a drug that the one before did not hold? Then it is no restart."""
    held = before.names
    return not all(any(equivalent(ground.policy, new, old) for old in held) for new in draft.opening)


def _sweep(exposures: Sequence[Exposure], ground: Ground, aside: list[Exposure]) -> Iterator[Draft]:
    before: Draft | None = None
    draft: Draft | None = None
    at = 0
    for _, group in groupby(exposures, key=lambda exposure: exposure.day):
        today = list(group)
        coming, at = exposures[at:], at + len(today)
        if draft is None:
            draft = _open(FIRST, today, ground)
            continue
        steps = [step_of(each, draft, ground, coming=coming, before=before) for each in today]
        opener = _reason(steps)
        kept = [(e, s) for e, s in zip(today, steps, strict=True) if s not in (Step.ASIDE, Step.AWAITED)]
        aside += [e for e, s in zip(today, steps, strict=True) if s is Step.ASIDE]
        if opener is not None:
            yield draft
            before, draft = draft, _open(opener.value, [e for e, _ in kept], ground)
        else:
            for exposure, step in kept:
                _take(exposure, step, draft, ground)
    if draft is not None:
        yield draft


def _reason(steps: list[Step]) -> Step | None:
    """Why the day opens a line: a new drug says more than a restart."""
    for step in (Step.NEW_AGENT, Step.AFTER_PROGRESSION, Step.AFTER_GAP):
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
        least, _ = days_between(draft.reach, exposure.when)
        if ground.policy.break_flag_days <= least:
            last = max(draft.exposures, key=lambda e: (e.ends.latest, e.agent, e.reference))
            draft.breaks.append(Break(last, exposure, least))
    if step is Step.OPENING:
        draft.opening.add(exposure.agent)
    if step is Step.INTENSIFIES:
        draft.added.add(exposure.agent)
    draft.add(exposure)
