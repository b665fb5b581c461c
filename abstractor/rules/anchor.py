"""From which day the disease counts as metastatic (knowledge base, section 6.2).

The earliest of: an M1 or stage IV record, a distant-site Condition, mCODE's history of metastatic cancer, and
a result on tissue of a distant site. A provisional one does not stand; a site that may be regional, a history
that does not say whether there is one, and a metastasis in words alone leave the question open.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from abstractor.chart import Biomarker, Chart, Diagnosis, Result, Source, Stage
from abstractor.dates import DateInterval, Truth
from abstractor.rules.her2.attribution import of_breast, of_breast_cancer, other_cancers
from abstractor.rules.her2.tissue import Tissue, may_be_distant, place_of
from abstractor.rules.inclusion_policy import InclusionPolicy
from abstractor.rules.standing import stands
from abstractor.rules.therapy.course import Anchor

__all__ = ["metastatic_anchor", "said_in_words_alone", "stands"]

_MAY_BE_IV = re.compile(r"\b(?:[cp]?m1[a-d]?|stage\s*(?:iv|4)|iv[a-d]?)\b", re.IGNORECASE)
_IS_NOT = re.compile(r"\b(?:no|not|without|ruled\s+out|excluded|[cp]?m0)\b", re.IGNORECASE)
_TISSUE_MARKERS = ("her2", "er", "pr")


@dataclass(frozen=True, slots=True)
class _Evidence:
    when: DateInterval | None
    sources: tuple[Source, ...]


def metastatic_anchor(chart: Chart, policy: InclusionPolicy) -> Anchor:
    """The earliest evidence of distant metastasis, interval-valued where its date is partial; whatever is of
    that same day is cited."""
    facts = list(_evidence(chart, policy))
    if not facts:
        doubtful = list(_doubtful(chart, policy))
        return Anchor(Truth.UNKNOWN if doubtful else Truth.NO, None, _cited(doubtful))
    days = [fact.when for fact in facts if fact.when is not None]
    if not days:
        return Anchor(Truth.YES, None, _cited(facts))
    first = min(day.earliest for day in days)
    # Any dated record must have come on or after the true day, so the earliest last day bounds it.
    latest = max(first, min(day.latest for day in days))
    tied = [fact for fact in facts if fact.when is not None and fact.when.earliest == first]
    return Anchor(Truth.YES, DateInterval(first, latest), _cited(tied))


def _evidence(chart: Chart, policy: InclusionPolicy) -> Iterator[_Evidence]:
    for diagnosis in chart.diagnoses:
        if _is_distant(diagnosis, policy):
            yield _fact(diagnosis)
    for stage in chart.stages:
        if stands(stage.standing) and _is_metastatic(stage, policy):
            yield _fact(stage)
    for history in _histories(chart, policy):
        if history.text == "true" and not _may_be_of_another(history, chart, policy):
            yield _fact(history)
    others = other_cancers(chart, policy)
    for result in chart.biomarkers:
        if result.marker in _TISSUE_MARKERS and stands(result.standing):
            distant = place_of(result.tissue, policy.tissue).tissue is Tissue.DISTANT
            if distant and of_breast(result, others, policy) is Truth.YES:
                yield _fact(result)


def said_in_words_alone(chart: Chart, policy: InclusionPolicy) -> bool:
    """Is the question open by the words of diagnoses and stages, and by nothing that is coded?"""
    return not any(_ambiguous(chart, policy)) and any(_worded(chart, policy))


def _doubtful(chart: Chart, policy: InclusionPolicy) -> Iterator[_Evidence]:
    yield from _ambiguous(chart, policy)
    yield from _worded(chart, policy)


def _ambiguous(chart: Chart, policy: InclusionPolicy) -> Iterator[_Evidence]:
    concepts = {*policy.ambiguous_metastasis, *policy.metastatic_history}
    for diagnosis in chart.diagnoses:
        if concepts & set(diagnosis.concepts) and _counts(diagnosis, policy):
            yield _fact(diagnosis)
    for history in _histories(chart, policy):
        if history.text != "false":
            yield _fact(history)


def _worded(chart: Chart, policy: InclusionPolicy) -> Iterator[_Evidence]:
    """A diagnosis whose words say it, not of regional nodes nor into the breast; a stage that may say it."""
    for diagnosis in chart.diagnoses:
        if set(policy.metastasis_in_words) & set(diagnosis.concepts) and _counts(diagnosis, policy):
            displays = (coding.display or "" for coding in diagnosis.codings)
            words = " ".join((diagnosis.text or "", *displays, diagnosis.site or ""))
            if may_be_distant(words, policy.tissue):
                yield _fact(diagnosis)
    for stage in chart.stages:
        if stands(stage.standing) and not _is_metastatic(stage, policy) and _may_be_metastatic(stage):
            yield _fact(stage)


def _is_distant(diagnosis: Diagnosis, policy: InclusionPolicy) -> bool:
    """By its code, or by a general code of a metastasis whose body site is a distant organ (mCODE)."""
    if not _counts(diagnosis, policy):
        return False
    if set(policy.distant_metastasis) & set(diagnosis.concepts):
        return True
    general = bool(set(policy.ambiguous_metastasis) & set(diagnosis.concepts))
    return general and place_of(diagnosis.site, policy.tissue).tissue is Tissue.DISTANT


def _counts(diagnosis: Diagnosis, policy: InclusionPolicy) -> bool:
    """Does it stand, and is it not said to come from another cancer?"""
    return stands(diagnosis.standing) and of_breast_cancer(diagnosis.primary, policy) is not Truth.NO


def _histories(chart: Chart, policy: InclusionPolicy) -> Iterator[Result]:
    """A value of false says that there is no such history; of another cancer it says nothing here."""
    for result in chart.results:
        if set(policy.metastatic_history) & set(result.concepts) and stands(result.standing):
            if of_breast_cancer(result.about, policy) is not Truth.NO:
                yield result


def _may_be_of_another(history: Result, chart: Chart, policy: InclusionPolicy) -> bool:
    named = of_breast_cancer(history.about, policy) is Truth.YES
    return not named and bool(other_cancers(chart, policy))


def _is_metastatic(stage: Stage, policy: InclusionPolicy) -> bool:
    plain = stage.value.upper().removeprefix("STAGE").strip()
    # Its subdivisions are of the same stage.
    return plain in policy.metastatic_stages or plain.rstrip("ABCD") in policy.metastatic_stages


def _may_be_metastatic(stage: Stage) -> bool:
    """M1 or IV among words that leave it open: "Suspected M1", "Stage II, now stage IV"."""
    return bool(_MAY_BE_IV.search(stage.value)) and not _IS_NOT.search(stage.value)


def _fact(fact: Diagnosis | Stage | Result | Biomarker) -> _Evidence:
    return _Evidence(fact.when, fact.sources)


def _cited(facts: list[_Evidence]) -> tuple[Source, ...]:
    return tuple(source for fact in facts for source in fact.sources)
