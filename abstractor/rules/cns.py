"""Metastases of the central nervous system on the day of a decision: active, stable or none (knowledge base,
section 2.7).

Active: recorded by then, with no local therapy 28 days or more before, or with progression there after it.
Stable: local therapy that long before and nothing after. None: not recorded, and Condition was seen whole.
What the chart leaves open is kept as several possible answers.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from abstractor.chart import Diagnosis, Procedure, Source, Standing
from abstractor.dates import DateInterval, Truth
from abstractor.rules.situation import Situation
from abstractor.rules.therapy.progression import Site

__all__ = ["ACTIVE", "NONE", "STABLE", "STATUSES", "CnsState", "cns_state"]

ACTIVE, STABLE, NONE = "active", "stable", "none"
STATUSES = (ACTIVE, STABLE, NONE)
_RELIED_ON = (Standing.COUNTS, Standing.ASSUMED)
_RECURRENT = ("recurrence", "relapse")


@dataclass(frozen=True, slots=True)
class CnsState:
    """`possible`: every status that the chart leaves possible, one where it is settled."""

    possible: frozenset[str]
    shows: str
    sources: tuple[Source, ...]


def cns_state(situation: Situation) -> CnsState:
    """The status on the day of the decision."""
    recorded = [d for d in situation.chart.diagnoses if set(d.concepts) & set(situation.terms.cns.sites)]
    sure = [d for d in recorded if d.standing in _RELIED_ON and _by(d.when, situation) is Truth.YES]
    may = [d for d in recorded if _may_count(d) and _by(d.when, situation) is not Truth.NO]
    doubtful = [d for d in may if d not in sure]
    if sure:
        return _treated_or_not(situation, sure, doubtful)
    if doubtful:
        return CnsState(
            frozenset(STATUSES), "a CNS metastasis of doubtful date or status", _sources(doubtful)
        )
    if not situation.chart.seen_whole("Condition"):
        said = "CNS metastases cannot be ruled out: Condition was not seen whole"
        return CnsState(frozenset(STATUSES), said, ())
    return CnsState(frozenset((NONE,)), "no CNS metastasis recorded", ())


def _treated_or_not(situation: Situation, sites: list[Diagnosis], doubtful: list[Diagnosis]) -> CnsState:
    said = f"CNS metastasis recorded {_first(sites)}"
    therapies = list(_local_therapies(situation))
    sure = [(t, t.when) for t, settled in therapies if settled is Truth.YES and t.when is not None]
    if not sure:
        sources = _sources(sites)
        if therapies:
            days = situation.terms.cns.settled_after_days
            said += f", local therapy of which it is not known whether it was {days} days before or more"
            return CnsState(
                frozenset((ACTIVE, STABLE)), said, (*sources, *_sources([t for t, _ in therapies]))
            )
        if not situation.chart.seen_whole("Procedure"):
            said += ", local therapy unknown (Procedure was not seen whole)"
            return CnsState(frozenset((ACTIVE, STABLE)), said, sources)
        return CnsState(frozenset((ACTIVE,)), f"{said}, without local therapy before", sources)
    last, when = max(sure, key=lambda pair: pair[1].earliest)
    said += f", local therapy {when}"
    sources = (*_sources(sites), *last.sources)
    after, facts = _progression_after(situation, when, [*sites, *doubtful])
    sources = (*sources, *facts)
    if after is Truth.YES:
        return CnsState(frozenset((ACTIVE,)), f"{said}, progression there after it", sources)
    if after is Truth.UNKNOWN:
        return CnsState(frozenset((ACTIVE, STABLE)), f"{said}, perhaps progression there after it", sources)
    return CnsState(frozenset((STABLE,)), f"{said}, no progression there after it", sources)


def _local_therapies(situation: Situation) -> Iterator[tuple[Procedure, Truth]]:
    """Local therapy that was, or may have been, done long enough before the decision."""
    terms = situation.terms.cns
    limit = situation.decision.shift(-terms.settled_after_days)
    for procedure in situation.chart.procedures:
        if set(procedure.concepts) & set(terms.local_therapy) and procedure.standing in _RELIED_ON:
            settled = Truth.UNKNOWN if procedure.when is None else procedure.when.on_or_before(limit)
            if settled is not Truth.NO:
                yield procedure, settled


def _progression_after(
    situation: Situation, therapy: DateInterval, recorded: list[Diagnosis]
) -> tuple[Truth, tuple[Source, ...]]:
    """Progression of the CNS recorded after the therapy, by the decision.

    A metastasis whose onset is stated after it is a new one; one that was only recorded anew, is marked as
    come back, or is of doubtful date or status may be: the codes do not tell a new lesion from the old.
    """
    found = Truth.NO
    sources: tuple[Source, ...] = ()
    for sign in situation.progressions:
        if sign.site is Site.CNS and not sign.weak:
            after = therapy.before(sign.when) & sign.when.on_or_before(situation.decision)
            if after is not Truth.NO:
                found, sources = found | after, (*sources, *sign.sources)
    for site in recorded:
        after = Truth.UNKNOWN if site.when is None else therapy.before(site.when)
        if after is Truth.NO and site.clinical_status in _RECURRENT:
            after = Truth.UNKNOWN
        if (
            site.standing not in _RELIED_ON
            or not _has_onset(site)
            or _by(site.when, situation) is not Truth.YES
        ):
            after &= Truth.UNKNOWN
        if after is not Truth.NO:
            found, sources = found | after, (*sources, *site.sources)
    return found, tuple(dict.fromkeys(sources))


def _has_onset(site: Diagnosis) -> bool:
    """Its date is the disease's, not the record's."""
    return any(source.path.startswith("Condition.onset") for source in site.sources)


def _may_count(diagnosis: Diagnosis) -> bool:
    return diagnosis.standing in (*_RELIED_ON, Standing.CONTEXT)


def _by(when: DateInterval | None, situation: Situation) -> Truth:
    return Truth.UNKNOWN if when is None else when.on_or_before(situation.decision)


def _first(sites: list[Diagnosis]) -> DateInterval | None:
    dated = [site.when for site in sites if site.when is not None]
    return min(dated, key=lambda when: (when.earliest, when.latest), default=None)


def _sources(facts: list[Diagnosis] | list[Procedure]) -> tuple[Source, ...]:
    return tuple(source for fact in facts for source in fact.sources)
