"""Documented progression, by day (knowledge base, section 3.4): what a clinician recorded, never a new line
itself.

A disease status that says so, a distant site that was not known before, or a cancer marked recurrent. A
site filed within the anchor's lookback after a line's start is staging that came late, not progression on
that line; the caller asks with the line's start. Local therapy is weak: it may have been for pain, so it
leaves a question open and answers none. What has no date may have been on any day until as_of.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from abstractor.chart import Chart, Diagnosis, Source, Standing
from abstractor.dates import DateInterval, Truth
from abstractor.rules.inclusion_policy import InclusionPolicy
from abstractor.rules.line_policy import LinePolicy, ProgressionEvidence
from abstractor.rules.therapy.course import Anchor
from abstractor.rules.therapy.spans import days_between

__all__ = ["Progression", "Site", "certainty", "progressions", "within"]

_STANDS = (Standing.COUNTS, Standing.ASSUMED)
_FIRST_DAY = date.min


class Site(StrEnum):
    """Where the disease progressed, as far as the record says."""

    CNS = "cns"
    OUTSIDE = "outside"
    UNSAID = "unsaid"


@dataclass(frozen=True, slots=True)
class Progression:
    """`at_least_after`: days after a line's start before which it says nothing about that line. `weak`: local
    therapy, which may have been for something else. `relapse`: the first site of all, by which the disease
    became metastatic. `dated` is false where `when` is only "until as_of".
    """

    when: DateInterval
    at_least_after: int
    sources: tuple[Source, ...]
    site: Site = Site.UNSAID
    weak: bool = False
    relapse: bool = False
    dated: bool = True

    def __str__(self) -> str:
        said = "local therapy" if self.weak else "progression"
        return f"{said} on {self.when}" if self.dated else f"{said} without a date"


def progressions(
    chart: Chart, anchor: Anchor, inclusion: InclusionPolicy, policy: LinePolicy, as_of: date
) -> tuple[Progression, ...]:
    """Every sign of progression, by day."""
    evidence = policy.progression
    until = DateInterval(_FIRST_DAY, as_of)
    found = [
        *_statuses(chart, inclusion, evidence, until),
        *_recurrences(chart, inclusion, evidence, until),
        *_new_sites(chart, anchor, inclusion, evidence, policy.lookback_before_anchor_days),
        *_undated_sites(chart, inclusion, policy, until),
        *_local_therapies(chart, evidence, until),
    ]
    return tuple(sorted(set(found), key=lambda p: (p.when.earliest, p.when.latest, p.weak, str(p.sources))))


def within(
    found: tuple[Progression, ...],
    start: DateInterval,
    last: DateInterval,
    truths: tuple[Truth, ...] = (Truth.YES,),
) -> tuple[Progression, ...]:
    """Those after a line's start and on or before the last day, as sure as asked."""
    return tuple(each for each in found if certainty(each, start, last) in truths)


def certainty(each: Progression, start: DateInterval, last: DateInterval) -> Truth:
    """Did the disease progress after a line's start, by the last day? Weak evidence is never sure."""
    held = _after(each, start) & each.when.on_or_before(last)
    return Truth.UNKNOWN if each.weak and held is Truth.YES else held


def _after(each: Progression, start: DateInterval) -> Truth:
    least, most = days_between(start, each.when)
    if least > each.at_least_after:
        return Truth.YES
    return Truth.NO if most <= each.at_least_after else Truth.UNKNOWN


def _statuses(
    chart: Chart, inclusion: InclusionPolicy, evidence: ProgressionEvidence, until: DateInterval
) -> Iterator[Progression]:
    """A status of the disease says where, if the Condition that it names does."""
    for result in chart.results:
        said = set(evidence.statuses) & set(result.concepts)
        if said and set(evidence.answers) & set(result.value_concepts) and result.standing in _STANDS:
            dated = result.when is not None
            site = _site(result.about, inclusion, evidence)
            yield Progression(result.when or until, 0, result.sources, site, dated=dated)


def _recurrences(
    chart: Chart, inclusion: InclusionPolicy, evidence: ProgressionEvidence, until: DateInterval
) -> Iterator[Progression]:
    cancers = {*inclusion.breast_cancer, *inclusion.distant_metastasis}
    for diagnosis in chart.diagnoses:
        if diagnosis.clinical_status in evidence.recurrent and diagnosis.standing in _STANDS:
            if cancers & set(diagnosis.concepts):
                dated = diagnosis.when is not None
                site = _site(diagnosis.concepts, inclusion, evidence)
                yield Progression(diagnosis.when or until, 0, diagnosis.sources, site, dated=dated)


def _new_sites(
    chart: Chart, anchor: Anchor, inclusion: InclusionPolicy, evidence: ProgressionEvidence, lookback: int
) -> Iterator[Progression]:
    """Sites that were not known before. The first sites of a disease that was staged metastatic earlier are
    only its late description; where they are the anchor, they are the relapse."""
    distant = [(d.when, d) for d in _metastases(chart, inclusion) if d.when is not None]
    distant.sort(key=lambda pair: (pair[0].earliest, pair[0].latest, sorted(_codes(pair[1]))))
    seen: list[Diagnosis] = []
    for when, diagnosis in distant:
        known = any(_same_site(diagnosis, one) for one in seen)
        staged_before = anchor.when is not None and anchor.when.before(when) is Truth.YES
        if not known and not (staged_before and when == distant[0][0]):
            site = _site(diagnosis.concepts, inclusion, evidence)
            relapse = when == distant[0][0]
            yield Progression(when, lookback, diagnosis.sources, site, relapse=relapse)
        seen.append(diagnosis)


def _undated_sites(
    chart: Chart, inclusion: InclusionPolicy, policy: LinePolicy, until: DateInterval
) -> Iterator[Progression]:
    """A site without a date, beside others that have one: it may have come at any time, or first."""
    sites = _metastases(chart, inclusion)
    dated = [d for d in sites if d.when is not None]
    for diagnosis in (d for d in sites if d.when is None):
        if dated and not any(_same_site(diagnosis, one) for one in dated):
            site = _site(diagnosis.concepts, inclusion, policy.progression)
            lookback = policy.lookback_before_anchor_days
            yield Progression(until, lookback, diagnosis.sources, site, dated=False)


def _local_therapies(
    chart: Chart, evidence: ProgressionEvidence, until: DateInterval
) -> Iterator[Progression]:
    for procedure in chart.procedures:
        cns = bool(set(evidence.cns_local_therapies) & set(procedure.concepts))
        if procedure.standing in _STANDS and (cns or set(evidence.local_therapies) & set(procedure.concepts)):
            site = Site.CNS if cns else Site.UNSAID
            dated = procedure.when is not None
            yield Progression(procedure.when or until, 0, procedure.sources, site, weak=True, dated=dated)


def _metastases(chart: Chart, inclusion: InclusionPolicy) -> list[Diagnosis]:
    generic = set(inclusion.distant_metastasis)
    return [d for d in chart.diagnoses if generic & set(d.concepts) and d.standing in _STANDS]


def _site(concepts: tuple[str, ...], inclusion: InclusionPolicy, evidence: ProgressionEvidence) -> Site:
    """A metastasis says where it is; a recurrence of the breast cancer itself does not."""
    if set(evidence.cns_sites) & set(concepts):
        return Site.CNS
    return Site.OUTSIDE if set(inclusion.distant_metastasis) & set(concepts) else Site.UNSAID


def _same_site(one: Diagnosis, other: Diagnosis) -> bool:
    """A site recorded again is not a new one: a code in common, or the same site said by other codes."""
    if _codes(one) & _codes(other):
        return True
    return one.concepts == other.concepts and (len(one.concepts) > 1 or not _codes(one) or not _codes(other))


def _codes(diagnosis: Diagnosis) -> set[tuple[str, str]]:
    return {(coding.system, coding.code) for coding in diagnosis.codings}
