"""Who belongs to the cohort `cdk46`: hormone-receptor-positive, HER2-negative metastatic breast cancer, a
CDK4/6 inhibitor started, and a visit in the period.

It changes the inclusion criteria only: lines, findings and flags are those of any cohort.
"""

from abstractor.abstract import Criterion, Inclusion, Verdict, cite
from abstractor.chart import Chart
from abstractor.dates import Period, Truth
from abstractor.rules.her2.status import Her2Status
from abstractor.rules.her2.weaker import weaker_evidence
from abstractor.rules.inclusion import breast_cancer, conjunction, metastatic
from abstractor.rules.library import Library
from abstractor.rules.lines_criterion import drug_in_doubt
from abstractor.rules.receptors import hormone_receptors
from abstractor.rules.therapy.course import Anchor, Therapy, TherapyLine
from abstractor.rules.truth import Decided, all_of
from abstractor.rules.visits import visit_in_period

__all__ = ["CDK46", "decide_cdk46"]

CDK46 = "cdk46"
_VERDICTS = {Truth.YES: Verdict.MET, Truth.NO: Verdict.NOT_MET, Truth.UNKNOWN: Verdict.UNKNOWN}
_DRUG_RECORDS = ("MedicationRequest", "MedicationAdministration")


def decide_cdk46(
    chart: Chart,
    library: Library,
    anchor: Anchor,
    her2: Her2Status,
    disease: Criterion,
    therapy: Therapy,
    period: Period,
) -> Inclusion:
    """`disease` is the criterion of HER2-positive disease, which this one excludes. No definition of a line
    plays a part."""
    tumour = all_of(
        (
            hormone_receptors(chart, library.inclusion, library.terms.receptors),
            _her2_negative(chart, library, anchor, her2, disease),
            metastatic(chart, library.inclusion, anchor),
            breast_cancer(chart, library.inclusion),
        )
    )
    started = _started(chart, library, therapy, period)
    criteria = (
        _criterion("hr-positive-her2-negative-mbc", tumour),
        _criterion("cdk46-started", started),
        visit_in_period(chart, library.inclusion, period),
    )
    return Inclusion(CDK46, conjunction(criteria), None, (), False, criteria)


def _criterion(name: str, decided: Decided) -> Criterion:
    return Criterion(name, _VERDICTS[decided.truth], decided.reason, decided.shows, cite(*decided.sources))


def _her2_negative(
    chart: Chart, library: Library, anchor: Anchor, her2: Her2Status, disease: Criterion
) -> Decided:
    """A code for HER2-positive disease says so alone only where tier 2 of section 6.2 is reached."""
    if her2.status == "negative":
        return Decided(Truth.YES, her2.shows, None, her2.sources)
    if her2.status == "positive":
        sure = not her2.by_code or disease.verdict is Verdict.MET
        reason = "her2-positive" if sure else "her2-by-code-alone"
        return Decided(Truth.NO if sure else Truth.UNKNOWN, her2.shows, reason, her2.sources)
    weak = weaker_evidence(chart, library.inclusion, her2, anchor.when)
    return Decided(Truth.UNKNOWN, weak.shows, weak.reason, weak.sources)


def _started(chart: Chart, library: Library, therapy: Therapy, period: Period) -> Decided:
    """A line for the metastatic disease with one of the drugs, from the first order or dose on, by the
    period's end. Not by silence only where orders and administrations were seen whole and can be read."""
    kinds = library.inclusion.cdk46.agent_kinds
    agents = frozenset(name for name, agent in library.agents.items() if agent.kind in kinds)
    held = [each for each in therapy.lines if agents & set(each.line.agents)]
    lines = [each for each in held if each.line.setting == "palliative"]
    firsts = [_first(each, agents, period) for each in lines]
    known = [each for each in firsts if each.truth is not Truth.NO]
    for truth in (Truth.YES, Truth.UNKNOWN):
        for each in known:
            if each.truth is truth:
                return each
    if not chart.seen_whole(*_DRUG_RECORDS):
        unseen = [f"{name} ({chart.seen(name)})" for name in _DRUG_RECORDS if not chart.seen(name).whole]
        shows = f"no CDK4/6 inhibitor seen; not seen whole: {', '.join(unseen)}"
        return Decided(Truth.UNKNOWN, shows, "medications-not-seen-whole")
    if held and not lines and not chart.seen_whole("Condition"):
        shows = "a CDK4/6 inhibitor in a line that may be palliative: Condition was not seen whole"
        return Decided(Truth.UNKNOWN, shows, "conditions-not-seen-whole", held[0].exposures[0].sources)
    doubt = drug_in_doubt(chart, therapy, period, agents, unsure=agents)
    if doubt is not None:
        return doubt
    shows = f"no CDK4/6 inhibitor for metastatic disease by {period.end}"
    shows += "; one in a curative line" if held and not lines else ""
    return Decided(Truth.NO, shows, "cdk46-not-started")


def _first(each: TherapyLine, agents: frozenset[str], period: Period) -> Decided:
    """The first of the drugs' records in the line: by the period's end?"""
    found = each.exposures_of(tuple(agents))
    first = min(found, key=lambda e: (e.when.earliest, e.when.latest, e.weakness))
    sources = first.sources
    kind = "said to be taken from" if first.weakness > 1 else "from"
    shows = f"{first.agent} {kind} {first.when} in palliative line {each.line.number}"
    relied = [e for e in found if e.relied_on]
    if not relied:
        return Decided(Truth.UNKNOWN, f"{shows}, of unknown status", "status-unknown", sources)
    days = [e.when.on_or_before(period.end) for e in relied]
    if Truth.YES in days:
        return Decided(Truth.YES, shows, None, sources)
    if Truth.UNKNOWN in days:
        return Decided(Truth.UNKNOWN, f"{shows}, which may be after the period", "date-uncertain", sources)
    return Decided(Truth.NO, f"{shows}, after the period", "cdk46-not-started", sources)
