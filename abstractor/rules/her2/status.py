"""HER2 status of the breast cancer: its tissue by the criteria of each report's day, else a diagnosis code
(knowledge base, sections 6.1 and 6.2).

Serum HER2, sequencing of the gene, words of a note and drugs are never a status: they are named beside it.
Words of a later metastasis may leave a negative one open.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from abstractor.chart import Biomarker, Chart, Diagnosis, Mention, Source
from abstractor.dates import Truth
from abstractor.rules.anchor import metastatic_anchor
from abstractor.rules.her2.assays import assays_of
from abstractor.rules.her2.attribution import of_breast, other_cancers
from abstractor.rules.her2.coded import coded_as
from abstractor.rules.her2.criteria import Outcome
from abstractor.rules.her2.drugs import treatments_from
from abstractor.rules.her2.resolving import Resolved, resolve
from abstractor.rules.her2.rulings import Ruling, rule_on
from abstractor.rules.her2.wording import say_all, say_criteria
from abstractor.rules.her2.words import of_a_later_metastasis, quoted
from abstractor.rules.inclusion_policy import InclusionPolicy
from abstractor.rules.standing import stands

__all__ = ["Her2Status", "her2_status"]

_NOT_SAID = "no HER2 tissue result recorded"


@dataclass(frozen=True, slots=True)
class Her2Status:
    """`status`: "positive", "negative" or "unknown", the last with a `reason` code.

    `by_code`: it stands on a diagnosis code alone. `rulings` are those of the tissue that it rests on.
    """

    status: str
    reason: str | None
    shows: str
    sources: tuple[Source, ...]
    by_code: bool = False
    rulings: tuple[Ruling, ...] = ()

    @property
    def editions(self) -> frozenset[str]:
        """The criteria that it was read by; none where it was taken as reported."""
        return frozenset(name for ruling in self.rulings for name in ruling.editions)


def her2_status(chart: Chart, policy: InclusionPolicy) -> Her2Status:
    """The status that final tissue results of the breast cancer support; without any, that of a code."""
    others = other_cancers(chart, policy)
    results = [b for b in chart.biomarkers if b.marker == "her2" and stands(b.standing)]
    sorted_out = {truth: [b for b in results if of_breast(b, others, policy) is truth] for truth in Truth}
    own = _of_tissue(chart, sorted_out[Truth.YES], policy)
    unclear = sorted_out[Truth.UNKNOWN]
    if unclear:
        return _beside_another_cancer(chart, own, unclear, others, policy)
    return own or _without_tissue(chart, policy, elsewhere=sorted_out[Truth.NO])


def _of_tissue(chart: Chart, results: Sequence[Biomarker], policy: InclusionPolicy) -> Her2Status | None:
    if not results:
        return None
    assays = assays_of(results, policy)
    rulings = [rule_on(assay, assays, policy.her2) for assay in assays]
    found = resolve(rulings, policy.her2.concurrent_days)
    if found.outcome is None:
        return _open(found)
    if found.outcome is Outcome.NEGATIVE and found.against:
        treated = _treated_on(chart, policy, found)
        if treated is not None:
            return treated
    if found.outcome is Outcome.NEGATIVE:
        later = of_a_later_metastasis(chart, "negative", [ruling.assay for ruling in found.by], policy)
        if later:
            return _said_later(found, later)
    shows = f"{say_all(found.by)}: {found.outcome} {say_criteria(found.by)}"
    if found.against:
        shows += f"; the most recent metastatic tissue decides over {say_all(found.against)}"
    return Her2Status(found.outcome.value, None, shows, _sources(found.by), rulings=found.by)


def _open(found: Resolved) -> Her2Status:
    said = {
        "her2-discordant": "HER2 results that contradict each other",
        "her2-equivocal": "HER2 equivocal and not settled",
        "her2-indeterminate": "HER2 indeterminate, a concurrent IHC or a part of the result is missing",
        "her2-report-too-old": "a HER2 report from before any dated criteria",
        "her2-not-readable": "HER2 results that could not be read",
        "date-uncertain": "a HER2 report whose date leaves open which criteria hold",
    }
    shows = f"{said[found.reason]}: {say_all(found.by)} ({say_criteria(found.by)})"
    return Her2Status("unknown", found.reason, shows, _sources(found.by), rulings=found.by)


def _said_later(found: Resolved, later: Sequence[Mention]) -> Her2Status:
    shows = f"{say_all(found.by)}, yet the words of a later metastasis say otherwise: {quoted(later)}"
    sources = (*_sources(found.by), *_of(later))
    return Her2Status("unknown", "her2-discordant", shows, sources, rulings=found.by)


def _treated_on(chart: Chart, policy: InclusionPolicy, found: Resolved) -> Her2Status | None:
    """Metastatic tissue is negative, another positive, and HER2-directed drugs were given for the metastatic
    disease: before the biopsy it may have lost HER2, after it somebody may not have believed it."""
    drugs = policy.her2_drugs
    last = found.by[-1].assay.when
    since = metastatic_anchor(chart, policy).when or last
    treated = treatments_from(chart, policy, (*drugs.exclusive, *drugs.shared), since)
    if not treated:
        return None
    agent, record = treated[0]
    earlier = record.when is not None and last is not None and record.when.before(last) is Truth.YES
    shows = f"{say_all(found.by)}, after {say_all(found.against)}; "
    shows += (
        f"{agent} was given or ordered for metastatic disease"
        if earlier
        else f"yet {agent} was given or ordered"
    )
    shows += f" on {record.when}" if record.when else ""
    sources = (*_sources((*found.by, *found.against)), *record.sources)
    return Her2Status("unknown", "her2-discordant", shows, sources, rulings=found.by)


def _beside_another_cancer(
    chart: Chart,
    own: Her2Status | None,
    unclear: Sequence[Biomarker],
    others: Sequence[Diagnosis],
    policy: InclusionPolicy,
) -> Her2Status:
    """Results that may be of the other cancer leave the status as it is only where they say the same."""
    theirs = _of_tissue(chart, unclear, policy)
    if own is not None and theirs is not None and own.status == theirs.status:
        return own
    shows = "HER2 results whose tissue may be of the breast or of another HER2-treated cancer"
    said = [status.shows for status in (own, theirs) if status is not None]
    sources = (*_of(unclear), *_of(others), *(own.sources if own is not None else ()))
    return Her2Status("unknown", "her2-tissue-unclear", f"{shows}: {'; '.join(said)}", sources)


def _without_tissue(chart: Chart, policy: InclusionPolicy, *, elsewhere: Sequence[Biomarker]) -> Her2Status:
    positive = coded_as(chart, policy.her2_condition_positive)
    negative = coded_as(chart, policy.her2_condition_negative)
    if positive and negative:
        shows = "diagnosis codes for HER2-positive and for HER2-negative disease"
        return Her2Status("unknown", "her2-discordant", shows, _of([*positive, *negative]), by_code=True)
    for status, codes in (("positive", positive), ("negative", negative)):
        if codes:
            first = codes[0]
            shows = f"HER2 {status} by a diagnosis code alone" + (f" from {first.when}" if first.when else "")
            return Her2Status(status, None, shows, _of(codes), by_code=True)
    pending = [b for b in chart.biomarkers if b.marker == "her2" and not stands(b.standing)]
    if pending:
        return Her2Status("unknown", "her2-not-final", "HER2 results, none of them final", _of(pending))
    none = Her2Status("unknown", "her2-not-recorded", _NOT_SAID, ())
    if elsewhere:
        return replace(
            none, shows=f"{_NOT_SAID} of the breast cancer, only of another one", sources=_of(elsewhere)
        )
    return none


def _sources(rulings: Iterable[Ruling]) -> tuple[Source, ...]:
    return tuple(source for ruling in rulings for source in ruling.assay.sources)


def _of(facts: Iterable[Biomarker | Diagnosis | Mention]) -> tuple[Source, ...]:
    return tuple(source for fact in facts for source in fact.sources)
