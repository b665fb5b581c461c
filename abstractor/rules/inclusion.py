"""Who belongs to the cohort: the three criteria, their conjunction, and whether a convention would change
it.

One criterion not met excludes; all met includes; anything else is for a person to review. The verdict
follows the chosen definition and gap alone; `sensitive` says that another definition (A, B, C) or gap
would give another one.
"""

from collections.abc import Mapping
from functools import cache

from abstractor.abstract import Criterion, Inclusion, Verdict, cite
from abstractor.chart import Chart, Source
from abstractor.dates import Period, Truth
from abstractor.rules.anchor import said_in_words_alone, stands
from abstractor.rules.her2.coded import repeated_metastasis
from abstractor.rules.her2.status import Her2Status
from abstractor.rules.her2.weaker import weaker_evidence
from abstractor.rules.inclusion_policy import InclusionPolicy
from abstractor.rules.lines_criterion import her2_lines
from abstractor.rules.therapy.course import Anchor, Therapy
from abstractor.rules.truth import Decided
from abstractor.rules.visits import visit_in_period

__all__ = ["HER2_MBC", "breast_cancer", "conjunction", "decide_inclusion", "her2_positive_mbc", "metastatic"]

HER2_MBC = "her2-mbc"


def decide_inclusion(
    chart: Chart,
    policy: InclusionPolicy,
    disease: Criterion,
    by_gap: Mapping[int, Therapy],
    *,
    period: Period,
    gap: int,
    definition: str,
    her2_agents: frozenset[str],
) -> Inclusion:
    """`by_gap` holds the therapy at the chosen gap and at every gap of the sensitivity analysis."""
    visit = visit_in_period(chart, policy, period)

    @cache
    def lines(name: str, at: int) -> Criterion:
        return her2_lines(chart, derived[at], period, name, her2_agents)

    # Where no break lies between two gaps both give the very same therapy, which is asked once.
    derived = {id(therapy): therapy for therapy in by_gap.values()}

    def verdict(name: str, days: int) -> Verdict:
        return conjunction((disease, lines(name, id(by_gap[days])), visit))

    criteria = (disease, lines(definition, id(by_gap[gap])), visit)
    chosen = conjunction(criteria)
    by_definition = tuple((name, verdict(name, gap)) for name in policy.definitions)
    sensitive = any(other is not chosen for _, other in by_definition) or any(
        verdict(definition, days) is not chosen for days in by_gap
    )
    return Inclusion(HER2_MBC, chosen, definition, by_definition, sensitive, criteria)


def conjunction(criteria: tuple[Criterion, ...]) -> Verdict:
    """The three-valued AND of the criteria, as an inclusion verdict."""
    verdicts = {criterion.verdict for criterion in criteria}
    if Verdict.NOT_MET in verdicts:
        return Verdict.EXCLUDED
    return Verdict.REVIEW if Verdict.UNKNOWN in verdicts else Verdict.INCLUDED


def her2_positive_mbc(chart: Chart, policy: InclusionPolicy, anchor: Anchor, her2: Her2Status) -> Criterion:
    """Confirmed HER2-positive metastatic breast cancer: tiers 1 and 2 of section 6.2; 3 and 4 are unknown."""
    if her2.status == "negative":
        return _criterion(Verdict.NOT_MET, "her2-negative", her2.shows, her2.sources)
    spread = metastatic(chart, policy, anchor)
    if spread.truth is not Truth.YES:
        verdict = Verdict.NOT_MET if spread.truth is Truth.NO else Verdict.UNKNOWN
        sources = (*spread.sources, *her2.sources)
        return _criterion(verdict, spread.reason, f"{spread.shows}; {her2.shows}", sources)
    if her2.status == "unknown":
        weak = weaker_evidence(chart, policy, her2, anchor.when)
        said = f"{weak.shows}; {spread.shows}"
        return _criterion(Verdict.UNKNOWN, weak.reason, said, (*weak.sources, *anchor.sources))
    sources = (*her2.sources, *anchor.sources)
    said = f"{her2.shows}; {spread.shows}"
    if her2.by_code and not repeated_metastasis(chart, policy):
        said += f", not coded in two encounters {policy.repeated_after_days} days apart"
        return _criterion(Verdict.UNKNOWN, "metastasis-code-not-repeated", said, sources)
    breast = breast_cancer(chart, policy)
    if breast.truth is not Truth.YES:
        return _criterion(Verdict.UNKNOWN, breast.reason, f"{said}; {breast.shows}", sources)
    return _criterion(Verdict.MET, None, said, (*sources, *breast.sources))


def metastatic(chart: Chart, policy: InclusionPolicy, anchor: Anchor) -> Decided:
    """Does a distant metastasis stand? No only where the diagnoses were seen whole."""
    if anchor.stands is Truth.YES:
        since = f"metastatic since {anchor.when}" if anchor.when else "a metastasis without a date"
        return Decided(Truth.YES, since, None, anchor.sources)
    if anchor.stands is Truth.NO:
        if chart.seen_whole("Condition"):
            return Decided(Truth.NO, "no distant metastasis on record", "no-distant-metastasis")
        said = f"no distant metastasis seen, and Condition was not seen whole ({chart.seen('Condition')})"
        return Decided(Truth.UNKNOWN, said, "conditions-not-seen-whole")
    if said_in_words_alone(chart, policy):
        said = "a metastasis in the words of a diagnosis alone, in no code or stage"
        return Decided(Truth.UNKNOWN, said, "metastasis-text-only", anchor.sources)
    said = "a metastasis that may be regional, or a history that does not say"
    return Decided(Truth.UNKNOWN, said, "metastatic-site-ambiguous", anchor.sources)


def breast_cancer(chart: Chart, policy: InclusionPolicy) -> Decided:
    """A breast cancer among the diagnoses that stand; without one nobody says whose metastasis it is."""
    wanted = set(policy.breast_cancer)
    held = next((d for d in chart.diagnoses if wanted & set(d.concepts) and stands(d.standing)), None)
    if held is None:
        said = "no confirmed breast cancer among the diagnoses"
        return Decided(Truth.UNKNOWN, said, "no-breast-cancer-diagnosis")
    return Decided(Truth.YES, "breast cancer", None, held.sources)


def _criterion(
    verdict: Verdict, reason: str | None, statement: str, sources: tuple[Source, ...]
) -> Criterion:
    return Criterion("her2-positive-mbc", verdict, reason, statement, cite(*sources))
