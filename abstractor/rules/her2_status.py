"""HER2 status of the tissue from coded final results and IHC scores (knowledge base, sections 6.1 and 6.2).

IHC 3+ and a coded positive are positive; 0, 1+ and a coded negative are negative; 2+ and equivocal need
ISH. Results that disagree, ISH ratios and copies, HER2 by a Condition and text are not decided here: the
status is unknown with its reason. No drug ever proves HER2.
"""

from dataclasses import dataclass

from abstractor.chart import Biomarker, Chart, Diagnosis, Source
from abstractor.dates import Truth
from abstractor.rules.anchor import stands
from abstractor.rules.library import InclusionPolicy

__all__ = ["Her2Status", "her2_status"]

_POSITIVE = frozenset({"positive", "3+"})
_NEGATIVE = frozenset({"negative", "0", "1+"})
_EQUIVOCAL = frozenset({"equivocal", "2+"})


@dataclass(frozen=True, slots=True)
class Her2Status:
    """`status`: "positive", "negative" or "unknown", the last with a `reason` code."""

    status: str
    reason: str | None
    shows: str
    sources: tuple[Source, ...]


def her2_status(chart: Chart, policy: InclusionPolicy) -> Her2Status:
    """The status that all final tissue results together support."""
    results = [b for b in chart.biomarkers if b.marker == "her2" and stands(b.standing)]
    if not results:
        return _without_tissue(chart, policy)
    other = _other_cancer(chart, policy)
    if other is not None:
        shows = "HER2 results beside another HER2-treated cancer: which tissue was tested is not decided"
        return Her2Status("unknown", "second-cancer-not-yet-encoded", shows, other.sources)
    old = [b for b in results if b.when is not None and b.when.earliest < policy.her2_reports_from]
    if old and any(b.reading for b in old):
        shows = f"a HER2 report from before {policy.her2_reports_from.year}, when other criteria held"
        return _unknown("her2-report-too-old", shows, old)
    positive = [b for b in results if b.reading in _POSITIVE]
    negative = [b for b in results if b.reading in _NEGATIVE]
    equivocal = [b for b in results if b.reading in _EQUIVOCAL]
    if positive and negative:
        # ISH decides what IHC left open, and only that.
        return _unknown("her2-discordant", "HER2 results disagree", [*positive, *negative])
    if positive or negative:
        decided = positive or negative
        if equivocal and not _resolved_by_ish(decided, equivocal):
            return _unknown(
                "her2-equivocal", "an equivocal HER2 result without ISH after it", [*equivocal, *decided]
            )
        return Her2Status("positive" if positive else "negative", None, _said(decided), _sources(decided))
    if equivocal:
        return _unknown("her2-equivocal", "HER2 equivocal and no ISH result that could be read", equivocal)
    return _unknown("her2-result-not-yet-encoded", "HER2 results in a form that is not yet read", results)


def _resolved_by_ish(decided: list[Biomarker], equivocal: list[Biomarker]) -> bool:
    """An equivocal IHC is settled by an ISH or overall result; an equivocal ISH by none of them here."""
    later = [b for b in decided if b.method != "ihc"]
    return all(b.method == "ihc" and any(_not_before(d, b) for d in later) for b in equivocal)


def _not_before(one: Biomarker, other: Biomarker) -> bool:
    return one.when is not None and other.when is not None and one.when.before(other.when) is Truth.NO


def _without_tissue(chart: Chart, policy: InclusionPolicy) -> Her2Status:
    wanted = {*policy.her2_condition_positive, *policy.her2_condition_negative}
    for diagnosis in chart.diagnoses:
        if wanted & set(diagnosis.concepts) and stands(diagnosis.standing):
            shows = "HER2 status stands only in a diagnosis code, which is not yet decided on"
            return Her2Status("unknown", "her2-condition-not-yet-encoded", shows, diagnosis.sources)
    pending = [b for b in chart.biomarkers if b.marker == "her2"]
    if pending:
        return _unknown("her2-not-final", "HER2 results, none of them final", pending)
    return Her2Status("unknown", "her2-not-recorded", "no HER2 tissue result recorded", ())


def _other_cancer(chart: Chart, policy: InclusionPolicy) -> Diagnosis | None:
    wanted = set(policy.other_her2_cancers)
    for diagnosis in chart.diagnoses:
        if wanted & set(diagnosis.concepts) and stands(diagnosis.standing):
            return diagnosis
    return None


def _unknown(reason: str, shows: str, results: list[Biomarker]) -> Her2Status:
    return Her2Status("unknown", reason, f"{shows}: {_said(results)}", _sources(results))


def _said(results: list[Biomarker]) -> str:
    return "; ".join(dict.fromkeys(_one(result) for result in results))


def _one(result: Biomarker) -> str:
    method = {"ihc": "HER2 IHC", "ish": "HER2 ISH"}.get(result.method, "HER2")
    reading = result.reading or "not readable"
    return f"{method} {reading}" + (f" on {result.when}" if result.when else ", without a date")


def _sources(results: list[Biomarker]) -> tuple[Source, ...]:
    return tuple(source for result in results for source in result.sources)
