"""Documented progression, by day (knowledge base, section 3.4): what a clinician recorded, never a new line
itself.

A disease status that says so, a distant site that was not known before, or a cancer marked recurrent. A
site filed within the anchor's lookback after a line's start is staging that came late, not progression on
that line; the caller asks with the line's start.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from abstractor.chart import Chart, Diagnosis, Source, Standing
from abstractor.dates import DateInterval, Truth
from abstractor.rules.library import InclusionPolicy
from abstractor.rules.therapy.course import Anchor
from abstractor.rules.therapy.spans import days_between

__all__ = [
    "NOT_TOLERATED",
    "NO_RESPONSE",
    "REFUSED",
    "STOPPED_BY_DEATH",
    "Progression",
    "progressions",
    "within",
]

DISEASE_STATUS = "disease-status"
PROGRESSED = "answer:progressed"
NO_RESPONSE = "stop-reason:no-response"
NOT_TOLERATED = "stop-reason:not-tolerated"
REFUSED = "stop-reason:refusal"
STOPPED_BY_DEATH = "stop-reason:death"
_RECURRENT = ("recurrence", "relapse")
_STANDS = (Standing.COUNTS, Standing.ASSUMED)


@dataclass(frozen=True, slots=True)
class Progression:
    """`at_least_after`: days after a line's start before which it says nothing about that line."""

    when: DateInterval
    at_least_after: int
    sources: tuple[Source, ...]


def progressions(
    chart: Chart, anchor: Anchor, policy: InclusionPolicy, lookback: int
) -> tuple[Progression, ...]:
    """Every dated sign of progression, by day."""
    found = [*_statuses(chart), *_recurrences(chart, policy), *_new_sites(chart, anchor, policy, lookback)]
    return tuple(sorted(found, key=lambda p: (p.when.earliest, p.when.latest, str(p.sources))))


def within(
    found: tuple[Progression, ...],
    start: DateInterval,
    last: DateInterval,
    truths: tuple[Truth, ...] = (Truth.YES,),
) -> tuple[Progression, ...]:
    """Those after a line's start and on or before the last day, as sure as asked."""
    return tuple(each for each in found if (_after(each, start) & each.when.on_or_before(last)) in truths)


def _after(each: Progression, start: DateInterval) -> Truth:
    least, most = days_between(start, each.when)
    if least > each.at_least_after:
        return Truth.YES
    return Truth.NO if most <= each.at_least_after else Truth.UNKNOWN


def _statuses(chart: Chart) -> Iterator[Progression]:
    for result in chart.results:
        said = DISEASE_STATUS in result.concepts and PROGRESSED in result.value_concepts
        if said and result.standing in _STANDS and result.when is not None:
            yield Progression(result.when, 0, result.sources)


def _recurrences(chart: Chart, policy: InclusionPolicy) -> Iterator[Progression]:
    cancers = {*policy.breast_cancer, *policy.distant_metastasis}
    for diagnosis in chart.diagnoses:
        if diagnosis.clinical_status in _RECURRENT and diagnosis.standing in _STANDS:
            if cancers & set(diagnosis.concepts) and diagnosis.when is not None:
                yield Progression(diagnosis.when, 0, diagnosis.sources)


def _new_sites(chart: Chart, anchor: Anchor, policy: InclusionPolicy, lookback: int) -> Iterator[Progression]:
    """Sites that were not known before. The first sites of a disease that was staged metastatic earlier are
    only its late description; where they are the anchor, they are the relapse."""
    generic = set(policy.distant_metastasis)
    distant = [
        (diagnosis.when, diagnosis)
        for diagnosis in chart.diagnoses
        if generic & set(diagnosis.concepts) and diagnosis.standing in _STANDS and diagnosis.when is not None
    ]
    distant.sort(key=lambda pair: (pair[0].earliest, pair[0].latest, sorted(_codes(pair[1]))))
    seen: list[Diagnosis] = []
    for when, diagnosis in distant:
        known = any(_same_site(diagnosis, one) for one in seen)
        staged_before = anchor.when is not None and anchor.when.before(when) is Truth.YES
        if not known and not (staged_before and when == distant[0][0]):
            yield Progression(when, lookback, diagnosis.sources)
        seen.append(diagnosis)


def _same_site(one: Diagnosis, other: Diagnosis) -> bool:
    """A site recorded again is not a new one: a code in common, or the same site said by other codes."""
    if _codes(one) & _codes(other):
        return True
    return one.concepts == other.concepts and (len(one.concepts) > 1 or not _codes(one) or not _codes(other))


def _codes(diagnosis: Diagnosis) -> set[tuple[str, str]]:
    return {(coding.system, coding.code) for coding in diagnosis.codings}
