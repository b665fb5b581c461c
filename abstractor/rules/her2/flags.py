"""What about the HER2 status a person must look at, as flags of the contract's section 2.3."""

from collections.abc import Iterator

from abstractor.abstract import Criterion, Flag, Severity, Verdict, cite
from abstractor.chart import Chart
from abstractor.dates import Truth
from abstractor.rules.her2.attribution import is_active, of_breast_cancer, other_cancers
from abstractor.rules.her2.coded import coded_as
from abstractor.rules.her2.criteria import Outcome
from abstractor.rules.her2.status import Her2Status
from abstractor.rules.her2.wording import say_all, say_criteria
from abstractor.rules.her2.words import her2_in_words, of_a_later_metastasis, of_that_day, quoted
from abstractor.rules.inclusion_policy import InclusionPolicy
from abstractor.rules.standing import stands
from abstractor.rules.therapy.course import Anchor

__all__ = ["her2_flags"]

_OPEN = ("her2-equivocal", "her2-discordant")


def her2_flags(
    chart: Chart, policy: InclusionPolicy, anchor: Anchor, criterion: Criterion, status: Her2Status
) -> tuple[Flag, ...]:
    """All are of severity review."""
    return (
        *_unsettled(criterion),
        *_by_former_criteria(status, policy),
        *_undated(status),
        *_text_only(chart, policy),
        *_said_otherwise(chart, policy, status),
        *_another_cancer(chart, policy, anchor, criterion),
    )


def _unsettled(criterion: Criterion) -> Iterator[Flag]:
    if criterion.verdict is Verdict.UNKNOWN and criterion.reason in _OPEN:
        yield Flag(criterion.reason, Severity.REVIEW, criterion.statement, criterion.evidence)


def _by_former_criteria(status: Her2Status, policy: InclusionPolicy) -> Iterator[Flag]:
    """Positive by the criteria of its day, and by the newest not: a patient who is eligible all the same."""
    rulings = status.rulings
    if status.status == "positive" and rulings and all(r.now is not Outcome.POSITIVE for r in rulings):
        newest = policy.her2.newest.id
        said = f"{say_all(rulings)}: positive {say_criteria(rulings)}, {rulings[0].now} by {newest}."
        yield Flag("her2-criteria-2013", Severity.REVIEW, said, cite(*status.sources))


def _undated(status: Her2Status) -> Iterator[Flag]:
    rulings = status.rulings
    if status.status != "unknown" and rulings and all(r.assay.when is None for r in rulings):
        said = f"The HER2 report has no date: {say_all(rulings)}."
        yield Flag("date-uncertain", Severity.REVIEW, said, cite(*status.sources))


def _text_only(chart: Chart, policy: InclusionPolicy) -> Iterator[Flag]:
    """Text is the only HER2 evidence: no result of the tissue and no diagnosis code stands."""
    if any(b.marker == "her2" and stands(b.standing) for b in chart.biomarkers):
        return
    if coded_as(chart, (*policy.her2_condition_positive, *policy.her2_condition_negative)):
        return
    texts = her2_in_words(chart)
    if texts:
        said = f"HER2 stands only in the words of a note, a report or a diagnosis: {quoted(texts)}."
        yield Flag("her2-text-only", Severity.REVIEW, said, cite(*(s for b in texts for s in b.sources)))


def _said_otherwise(chart: Chart, policy: InclusionPolicy, status: Her2Status) -> Iterator[Flag]:
    """Words that state the opposite of a coded result: those of its day, by which the code may have been
    built or picked wrongly, and those of a later metastasis. A person has to look."""
    assays = [ruling.assay for ruling in status.rulings]
    if status.status == "unknown" or not assays:
        return
    same_day = of_that_day(chart, status.status, assays)
    later = of_a_later_metastasis(chart, status.status, assays, policy)
    for opposite, of_when in ((same_day, "that day"), (later, "a later metastasis")):
        if opposite:
            said = f"{say_all(status.rulings)}, yet the words of {of_when} say otherwise: {quoted(opposite)}."
            sources = (*status.sources, *(s for m in opposite for s in m.sources))
            yield Flag("her2-discordant", Severity.REVIEW, said, cite(*sources))


def _another_cancer(
    chart: Chart, policy: InclusionPolicy, anchor: Anchor, criterion: Criterion
) -> Iterator[Flag]:
    """The metastasis may be of another cancer that was active then, unless it names the breast cancer."""
    distant = coded_as(chart, policy.distant_metastasis)
    named = any(of_breast_cancer(each.primary, policy) is Truth.YES for each in distant)
    if criterion.verdict is not Verdict.MET or named:
        return
    active = [other for other in other_cancers(chart, policy) if is_active(other, anchor.when)]
    if active:
        said = "Another cancer that HER2-directed drugs treat was active when the metastasis was found."
        yield Flag("agent-attribution", Severity.REVIEW, said, cite(*(s for o in active for s in o.sources)))
