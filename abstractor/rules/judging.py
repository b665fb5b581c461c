"""One edition's verdict on one choice: the first recommendation whose every condition holds.

A recommendation that may hold, because a condition cannot be told, makes the verdict indeterminate unless
it would give the same one. Outside what was encoded an edition answers `indeterminate`, reason
`not-yet-encoded`.
"""

from dataclasses import dataclass

from abstractor.abstract import Verdict
from abstractor.chart import Source
from abstractor.dates import Truth
from abstractor.rules.library import Confidence, Edition, Recommendation
from abstractor.rules.situation import Situation
from abstractor.rules.truth import Decided, all_of

__all__ = ["NOT_YET_ENCODED", "Judged", "better", "judge"]

NOT_YET_ENCODED = "not-yet-encoded"

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


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict with the sentence behind it; `reason` is a code where the verdict is indeterminate."""

    edition: Edition
    verdict: Verdict
    reason: str | None
    expected: str
    shows: str
    citation: str
    advisory: bool
    would_clear: tuple[str, ...]
    sources: tuple[Source, ...]


def judge(edition: Edition, situation: Situation) -> Judged:
    """The edition's verdict on the line of the situation, wherever its date lies."""
    if not edition.encoded:
        return _silent(edition, NOT_YET_ENCODED, "", ())
    scope = all_of(condition.decide(situation) for condition in edition.scope)
    if scope.truth is Truth.NO:
        return _silent(edition, NOT_YET_ENCODED, scope.shows, scope.sources)
    if scope.truth is Truth.UNKNOWN:
        return _silent(edition, scope.reason or "unknown", scope.shows, scope.sources)
    if situation.step is not None:
        # No edition has a row for an addition to maintenance yet (knowledge base, section 2.1).
        said = f"{', '.join(situation.step.agents)} joined the maintenance"
        return _unaddressed(edition, said, (*situation.step.sources, *scope.sources))
    return _by_recommendation(edition, situation, scope)


def _by_recommendation(edition: Edition, situation: Situation, scope: Decided) -> Judged:
    possible: list[tuple[Recommendation, Decided]] = []
    for recommendation in edition.recommendations:
        decided = all_of(condition.decide(situation) for condition in recommendation.when)
        if decided.truth is Truth.NO:
            continue
        possible.append((recommendation, decided))
        if decided.truth is Truth.YES:
            break
    verdicts = {recommendation.verdict for recommendation, _ in possible}
    settled = bool(possible) and possible[-1][1].truth is Truth.YES
    if not settled and possible:
        verdicts.add(edition.otherwise)
    if len(verdicts) > 1:
        doubtful = possible[0][1]
        named = " or ".join(sorted(verdicts))
        shows = f"{doubtful.shows}: {named}"
        return _silent(edition, doubtful.reason or "unknown", shows, doubtful.sources)
    if not possible:
        chosen = situation.line.line.regimen or ", ".join(situation.line.first_agents)
        return _unaddressed(
            edition, f"{chosen} was chosen", (*situation.line.exposures[0].sources, *scope.sources)
        )
    recommendation, decided = possible[-1]
    return _judged(edition, recommendation, decided, scope)


def _judged(edition: Edition, recommendation: Recommendation, decided: Decided, scope: Decided) -> Judged:
    reason = NOT_YET_ENCODED if recommendation.verdict is Verdict.INDETERMINATE else None
    section = f", {recommendation.section}" if recommendation.section else ""
    return Judged(
        edition=edition,
        verdict=recommendation.verdict,
        reason=reason,
        expected=recommendation.expected,
        shows=decided.shows,
        citation=f"{edition.citation}{section}",
        advisory=Confidence.LOW in (recommendation.confidence, edition.confidence),
        would_clear=recommendation.would_clear,
        sources=(*decided.sources, *scope.sources),
    )


def _unaddressed(edition: Edition, shows: str, sources: tuple[Source, ...]) -> Judged:
    expected = "no recommendation names this choice"
    if edition.otherwise is Verdict.OFF_LABEL:
        expected = "the label gives no such use"
    return Judged(
        edition,
        edition.otherwise,
        None,
        expected,
        shows,
        edition.citation,
        edition.confidence is Confidence.LOW,
        (),
        sources,
    )


def _silent(edition: Edition, reason: str, shows: str, sources: tuple[Source, ...]) -> Judged:
    expected = "this situation is not yet encoded" if reason == NOT_YET_ENCODED else "cannot be told"
    if not edition.encoded:
        expected = "this edition is known and not yet encoded"
    return Judged(
        edition, Verdict.INDETERMINATE, reason, expected, shows, edition.citation, False, (), sources
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
