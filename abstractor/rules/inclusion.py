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
from abstractor.rules.visits import visit_in_period

__all__ = ["decide_inclusion", "her2_positive_mbc"]


def decide_inclusion(
    chart: Chart,
    policy: InclusionPolicy,
    anchor: Anchor,
    her2: Her2Status,
    by_gap: Mapping[int, Therapy],
    *,
    period: Period,
    gap: int,
    definition: str,
    her2_agents: frozenset[str],
) -> Inclusion:
    """`by_gap` holds the therapy at the chosen gap and at every gap of the sensitivity analysis."""
    disease = her2_positive_mbc(chart, policy, anchor, her2)
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
    return Inclusion("her2-mbc", chosen, definition, by_definition, sensitive, criteria)


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
    if anchor.stands is Truth.NO:
        if chart.seen_whole("Condition"):
            said = f"no distant metastasis on record; {her2.shows}"
            return _criterion(Verdict.NOT_MET, "no-distant-metastasis", said, her2.sources)
        said = f"no distant metastasis seen, and Condition was not seen whole ({chart.seen('Condition')})"
        return _criterion(Verdict.UNKNOWN, "conditions-not-seen-whole", said, her2.sources)
    if anchor.stands is Truth.UNKNOWN:
        reason, said = (
            "metastatic-site-ambiguous",
            "a metastasis that may be regional, or a history that does not say",
        )
        if said_in_words_alone(chart, policy):
            reason, said = (
                "metastasis-text-only",
                "a metastasis in the words of a diagnosis alone, in no code or stage",
            )
        sources = (*anchor.sources, *her2.sources)
        return _criterion(Verdict.UNKNOWN, reason, f"{said}; {her2.shows}", sources)
    since = f"metastatic since {anchor.when}" if anchor.when else "a metastasis without a date"
    if her2.status == "unknown":
        weak = weaker_evidence(chart, policy, her2, anchor.when)
        said = f"{weak.shows}; {since}"
        return _criterion(Verdict.UNKNOWN, weak.reason, said, (*weak.sources, *anchor.sources))
    sources = (*her2.sources, *anchor.sources)
    if her2.by_code and not repeated_metastasis(chart, policy):
        said = f"{her2.shows}; {since}, not coded in two encounters {policy.repeated_after_days} days apart"
        return _criterion(Verdict.UNKNOWN, "metastasis-code-not-repeated", said, sources)
    breast = [
        d for d in chart.diagnoses if set(policy.breast_cancer) & set(d.concepts) and stands(d.standing)
    ]
    if not breast:
        said = f"{her2.shows}; {since}; no confirmed breast cancer among the diagnoses"
        return _criterion(Verdict.UNKNOWN, "no-breast-cancer-diagnosis", said, sources)
    return _criterion(Verdict.MET, None, f"{her2.shows}; {since}", (*sources, *breast[0].sources))


def _criterion(
    verdict: Verdict, reason: str | None, statement: str, sources: tuple[Source, ...]
) -> Criterion:
    return Criterion("her2-positive-mbc", verdict, reason, statement, cite(*sources))
