"""What a guideline said on the day of a decision, and what the same authority says today.

Nothing is decided anew: verdicts by later editions are those that the finding holds.
"""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from abstractor.abstract import LaterVerdict, Verdict
from abstractor.rules.library import Edition, Library

__all__ = ["EditionShown", "Guidance", "Judged", "guidance_of"]


class Judged(Protocol):
    """A finding, or what of one somebody may see."""

    @property
    def verdict(self) -> str: ...
    @property
    def edition(self) -> str | None: ...
    @property
    def also(self) -> str | None: ...
    @property
    def later(self) -> tuple[LaterVerdict, ...]: ...


@dataclass(frozen=True, slots=True)
class EditionShown:
    """An edition with its citation and days. `signed`: a clinician checked it; `overdue`: it is open and
    should have been reviewed by now.
    """

    id: str
    title: str
    citation: str
    since: date
    until: date | None
    signed: bool
    overdue: bool


@dataclass(frozen=True, slots=True)
class Guidance:
    """`then` judged the finding, `also` too (grace); null where the library knows it no more. `today` is in
    force now, null where none is; `today_verdict` is the same choice by it, null where that was not
    judged. `between` are the verdicts of other later editions.
    """

    then: EditionShown | None
    also: EditionShown | None
    today: EditionShown | None
    today_verdict: Verdict | None
    between: tuple[tuple[str, Verdict], ...]

    @property
    def by_former(self) -> bool:
        """In the days of grace: `also` was in force that day, the verdict is that of the edition before."""
        return self.then is not None and self.also is not None and self.also.since > self.then.since

    @property
    def unchanged(self) -> bool:
        """The edition of that day is still the one in force."""
        return self.then is not None and self.today is not None and self.then.id == self.today.id


def guidance_of(finding: Judged, library: Library, today: date) -> Guidance:
    known = {edition.id: edition for edition in library.editions}
    then, also = known.get(finding.edition or ""), known.get(finding.also or "")
    now = None if then is None else _in_force(then, library, today)
    later = {one.edition: one.verdict for one in finding.later}
    verdict = None
    if now is not None:
        verdict = Verdict(finding.verdict) if now is then else later.get(now.id)
    return Guidance(
        then=_shown(then, today),
        also=_shown(also, today),
        today=_shown(now, today),
        today_verdict=verdict,
        between=tuple((id_, each) for id_, each in later.items() if now is None or id_ != now.id),
    )


def _in_force(then: Edition, library: Library, today: date) -> Edition | None:
    """Of the same succession: one authority, subject and topic, of a label the same drug."""
    alike = [
        edition
        for edition in library.editions
        if (edition.authority, edition.subject, edition.topic, edition.agents)
        == (then.authority, then.subject, then.topic, then.agents)
        and (edition.companion_of is None) == (then.companion_of is None)
        and edition.in_force(today)
    ]
    if then in alike and len(alike) > 1:
        alike = [edition for edition in alike if edition.valid_from >= then.valid_from]
    return max(alike, key=lambda edition: edition.valid_from, default=None)


def _shown(edition: Edition | None, today: date) -> EditionShown | None:
    if edition is None:
        return None
    return EditionShown(
        edition.id,
        edition.title,
        edition.citation,
        edition.valid_from,
        edition.valid_to,
        bool(edition.checked_by),
        edition.valid_to is None and edition.next_review < today,
    )
