"""On or off label: by the labels, in force on the decision date, of the line's own drugs.

On label where every HER2-directed drug of the choice (and every other one that has a label here) is covered
by a use that one of these labels gives; off label where one is surely not covered. A label may cover the
partners too, where it gives a whole combination.
"""

from dataclasses import dataclass, replace
from datetime import date

from abstractor.abstract import LaterVerdict, Verdict
from abstractor.dates import Period, Truth
from abstractor.rules.clearing import would_clear
from abstractor.rules.found import Found
from abstractor.rules.judging import NOT_YET_ENCODED, Judged, applies, judged_row, silent, unaddressed
from abstractor.rules.kinds import MaintenanceAdded
from abstractor.rules.library import Edition, Library, Recommendation, Subject
from abstractor.rules.situation import Situation
from abstractor.rules.truth import Decided
from abstractor.rules.writing_up import OnDay, Sides, telling_days, write_up

__all__ = ["judge_label"]


@dataclass(frozen=True, slots=True)
class _Use:
    """One use that a label gives, and whether the choice is one of it."""

    edition: Edition
    row: Recommendation
    decided: Decided

    @property
    def covers(self) -> frozenset[str]:
        return frozenset(self.row.covers or self.edition.agents)


def judge_label(situation: Situation, library: Library, period: Period) -> Found | None:
    """None where no drug of the choice had a label yet."""
    labels = [e for e in library.editions if e.subject is Subject.LABEL]
    needed = _needed(situation, labels)
    own = tuple(e for e in labels if set(e.agents) & needed)

    def on(day: date) -> OnDay | None:
        judged = _on_day(day, situation, own, needed)
        if judged is None:
            return None
        return OnDay(day, judged, None, stale=day > judged.edition.next_review)

    def again(day: date, other: Situation) -> Verdict:
        judged = _on_day(day, other, own, needed)
        return Verdict.INDETERMINATE if judged is None else judged.verdict

    def clears(on_day: OnDay) -> tuple[str, ...]:
        rows = [row for e in own if e.in_force(on_day.day) for row in _rows(e, situation)]
        return would_clear(on_day.judged.verdict, rows, situation, lambda other: again(on_day.day, other))

    def later(_: OnDay) -> tuple[LaterVerdict, ...]:
        after = [e for e in own if e.encoded and e.valid_from > situation.decision.latest]
        ordered = sorted(after, key=lambda e: (e.valid_from, e.id))
        return tuple(LaterVerdict(e.id, again(e.valid_from, situation)) for e in ordered)

    days = telling_days(situation.decision, own, None)
    return write_up(situation, [on(day) for day in days], Sides(later, clears), period)


def _needed(situation: Situation, labels: list[Edition]) -> frozenset[str]:
    """The drugs of the choice whose use a label has to give."""
    chosen = situation.step.agents if situation.step is not None else situation.line.first_agents
    labelled = {agent for edition in labels for agent in edition.agents}
    return situation.her2_of(chosen) | (labelled & set(chosen))


def _off_label(agent: str, current: list[Edition], situation: Situation) -> Judged:
    """By the drug's own label, or by its partners' where it had none on the day."""
    about = [edition for edition in current if agent in edition.agents]
    judged = unaddressed((about or current)[-1], situation)
    missing = f"no label of {agent} was in force on that day, and those of its partners give no such use"
    expected = f"the label gives no such use of {agent}" if about else missing
    if situation.step is not None:
        return replace(judged, expected=expected)
    chosen = situation.line.first_agents
    return replace(judged, expected=expected, shows=f"{', '.join(chosen)} {_were(chosen)} chosen")


def _were(agents: tuple[str, ...]) -> str:
    return "was" if len(agents) == 1 else "were"


def _rows(edition: Edition, situation: Situation) -> list[Recommendation]:
    return [
        row
        for row in edition.recommendations
        if any(isinstance(c, MaintenanceAdded) for c in row.when) == (situation.step is not None)
    ]


def _on_day(
    day: date, situation: Situation, own: tuple[Edition, ...], needed: frozenset[str]
) -> Judged | None:
    current = sorted((e for e in own if e.in_force(day)), key=lambda e: (e.valid_from, e.id))
    if not current:
        return None
    unread = [e for e in current if not e.encoded]
    if unread:
        return silent(
            unread[-1], NOT_YET_ENCODED, "", (), expected="this edition is known and not yet encoded"
        )
    uses = [_Use(e, row, applies(row, situation)) for e in current for row in _rows(e, situation)]
    given = [use for use in uses if use.decided.truth is Truth.YES]
    uncovered = sorted(needed - {agent for use in given for agent in use.covers})
    if not uncovered:
        widest = max(
            given, key=lambda use: (len(use.covers & needed), use.edition.valid_from, use.edition.id)
        )
        return judged_row(widest.edition, widest.edition, widest.row, widest.decided)
    open_uses = [use for use in uses if use.decided.truth is Truth.UNKNOWN]
    for agent in uncovered:
        if not any(agent in use.covers for use in open_uses):
            return _off_label(agent, current, situation)
    doubtful = next(use for use in open_uses if uncovered[0] in use.covers)
    return silent(
        doubtful.edition,
        doubtful.decided.reason or "unknown",
        f"{doubtful.decided.shows}: on-label or off-label",
        doubtful.decided.sources,
        expected=f"{doubtful.row.expected}; whether that applies cannot be told",
    )
