"""One edition's verdict on one choice: the first recommendation whose every condition holds.

A document that belongs to an edition (ASCO's brain-metastasis guideline) is read with it, after the rows of
the edition that excuse a choice. A recommendation that may hold, because a condition cannot be told, makes
the verdict indeterminate unless it would give the same one, or could only excuse what needs no excuse.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from abstractor.abstract import Verdict
from abstractor.chart import Source
from abstractor.chart.lean import lean
from abstractor.dates import Truth
from abstractor.rules.itself import Itself
from abstractor.rules.kinds import Condition, Findable, MaintenanceAdded
from abstractor.rules.library import Confidence, Edition, Library, Recommendation
from abstractor.rules.situation import Situation
from abstractor.rules.truth import Decided, all_of

__all__ = [
    "NOT_YET_ENCODED",
    "Judged",
    "applies",
    "better",
    "judge",
    "judged_row",
    "rows_of",
    "silent",
    "unaddressed",
]

NOT_YET_ENCODED = "not-yet-encoded"
NO_CONTENT = "no-content-known"

# From the best to the worst; indeterminate stands apart (see `better`).
_RANK = (
    Verdict.ON_LABEL,
    Verdict.PREFERRED,
    Verdict.ACCEPTABLE,
    Verdict.EXCEPTION,
    Verdict.NOT_ADDRESSED,
    Verdict.OFF_LABEL,
    Verdict.NOT_PREFERRED,
    Verdict.NOT_RECOMMENDED,
)
_NEEDS_NO_EXCUSE = (Verdict.PREFERRED, Verdict.ACCEPTABLE)
Row = tuple[Edition, Recommendation]


@lean
@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict with the sentence behind it; `reason` is a code where the verdict is indeterminate.

    `edition` is the document whose row decided, `main` the edition that was asked.
    """

    edition: Edition
    main: Edition
    verdict: Verdict
    reason: str | None
    expected: str
    shows: str
    citation: str
    advisory: bool
    sources: tuple[Source, ...]


def judge(edition: Edition, situation: Situation, library: Library) -> Judged:
    """The edition's verdict on the choice of the situation, wherever its date lies."""
    if not edition.encoded:
        expected = "this edition is known and not yet encoded"
        return silent(edition, NOT_YET_ENCODED, "", (), expected=expected)
    possible: list[tuple[Row, Decided]] = []
    for row in rows_of(edition, situation, library):
        decided = _may_apply(row[1], situation)
        if decided is None:
            continue
        possible.append((row, decided))
        if decided.truth is Truth.YES:
            break
    return _settled(edition, situation, possible)


def rows_of(edition: Edition, situation: Situation, library: Library) -> Iterator[Row]:
    """The rows that can speak of this choice: what excuses it first, then the documents that belong to the
    edition, then the edition's other rows. A step of maintenance has rows of its own."""
    yield from _rows(Itself(edition), Itself(library), situation.step is not None)


@lru_cache
def _rows(edition: Itself[Edition], library: Itself[Library], on_step: bool) -> tuple[Row, ...]:
    asked = edition.held
    companions = (e for e in library.held.editions if e.companion_of == asked.id and e.encoded)
    own = [(asked, row) for row in asked.recommendations]
    beside = [(each, row) for each in companions for row in each.recommendations]
    excuses = [pair for pair in own if pair[1].verdict is Verdict.EXCEPTION]
    rest = [pair for pair in own if pair[1].verdict is not Verdict.EXCEPTION]
    rows = (*excuses, *beside, *rest)
    return tuple(pair for pair in rows if on_step == any(_is_added(each) for each in pair[1].when))


def _is_added(condition: Condition) -> bool:
    return isinstance(condition, MaintenanceAdded)


def _may_apply(recommendation: Recommendation, situation: Situation) -> Decided | None:
    """The same as `applies`, or nothing as soon as one condition does not hold: most rows end there."""
    parts: list[Decided] = []
    for condition in recommendation.when:
        decided = _decide(condition, situation)
        if decided.truth is Truth.NO:
            return None
        parts.append(decided)
    return all_of(parts)


def applies(recommendation: Recommendation, situation: Situation) -> Decided:
    """Do all its conditions hold?"""
    return all_of(_decide(condition, situation) for condition in recommendation.when)


def _decide(condition: Condition, situation: Situation) -> Decided:
    if isinstance(condition, Findable):
        question = condition.question()
        if question in situation.assumed:
            return Decided(condition.given(situation.assumed[question], situation), "", "assumed")
    held = situation.decided.get(condition)
    if held is None:
        held = situation.decided[condition] = condition.decide(situation)
    return held


def _settled(edition: Edition, situation: Situation, possible: list[tuple[Row, Decided]]) -> Judged:
    settled = bool(possible) and possible[-1][1].truth is Truth.YES
    if settled and possible[-1][0][1].verdict in _NEEDS_NO_EXCUSE:
        possible = [each for each in possible if each[0][1].verdict is not Verdict.EXCEPTION]
    verdicts = {row.verdict for (_, row), _ in possible}
    if not settled:
        verdicts.add(edition.otherwise)
    if len(verdicts) > 1:
        (document, row), doubtful = possible[0]
        named = " or ".join(sorted(verdicts))
        expected = f"{row.expected}; whether that applies cannot be told"
        shows = f"{doubtful.shows}: {named}"
        reason = doubtful.reason or "unknown"
        return silent(edition, reason, shows, doubtful.sources, expected=expected, document=document)
    if not possible:
        return unaddressed(edition, situation)
    (document, recommendation), decided = possible[-1]
    return judged_row(document, edition, recommendation, decided)


def judged_row(document: Edition, main: Edition, row: Recommendation, decided: Decided) -> Judged:
    return Judged(
        edition=document,
        main=main,
        verdict=row.verdict,
        reason=NO_CONTENT if row.verdict is Verdict.INDETERMINATE else None,
        expected=row.expected,
        shows=decided.shows,
        citation=f"{document.citation}, {row.section}" if row.section else document.citation,
        advisory=Confidence.LOW in (row.confidence, document.confidence),
        sources=decided.sources,
    )


def unaddressed(edition: Edition, situation: Situation) -> Judged:
    if situation.step is not None:
        shows = f"{', '.join(situation.step.agents)} joined the maintenance"
        sources = situation.step.sources
    else:
        shows = f"{situation.line.line.regimen or ', '.join(situation.line.first_agents)} was chosen"
        sources = situation.line.exposures[0].sources
    expected = "no recommendation names this choice"
    if edition.otherwise is Verdict.OFF_LABEL:
        expected = "the label gives no such use"
    return Judged(
        edition,
        edition,
        edition.otherwise,
        None,
        expected,
        shows,
        edition.citation,
        edition.confidence is Confidence.LOW,
        sources,
    )


def silent(
    edition: Edition,
    reason: str,
    shows: str,
    sources: tuple[Source, ...],
    *,
    expected: str,
    document: Edition | None = None,
) -> Judged:
    deciding = document or edition
    return Judged(
        deciding,
        edition,
        Verdict.INDETERMINATE,
        reason,
        expected,
        shows,
        deciding.citation,
        deciding.confidence is Confidence.LOW and deciding.encoded,
        sources,
    )


def better(new: Judged, former: Judged) -> tuple[Judged, Judged]:
    """The better of two verdicts in a grace period, and the other one; where they agree, the new edition
    is named.

    An indeterminate one could be anything: only the best verdict beats it.
    """
    best = _RANK.index(Verdict.ACCEPTABLE)
    for one, other in ((new, former), (former, new)):
        if one.verdict is Verdict.INDETERMINATE:
            certain = other.verdict is not Verdict.INDETERMINATE and _RANK.index(other.verdict) < best
            return (other, one) if certain else (one, other)
    return (new, former) if _RANK.index(new.verdict) <= _RANK.index(former.verdict) else (former, new)
