"""The one door: a chart, what is known, and a question give an abstract. Pure; the same in, the same
out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from abstractor.abstract import (
    Abstract,
    Criterion,
    Flag,
    Inclusion,
    LineRef,
    ReportingPeriod,
    Stamps,
    Verdict,
)
from abstractor.chart import Chart
from abstractor.dates import Period
from abstractor.rules.anchor import metastatic_anchor
from abstractor.rules.cdk46_cohort import CDK46, decide_cdk46
from abstractor.rules.flags import all_flags, is_flagged
from abstractor.rules.found import Found
from abstractor.rules.her2.flags import her2_flags
from abstractor.rules.her2.status import Her2Status, her2_status
from abstractor.rules.inclusion import HER2_MBC, decide_inclusion, her2_positive_mbc
from abstractor.rules.labels import judge_label
from abstractor.rules.late_metastasis import filed_late
from abstractor.rules.library import Library, LinePolicy
from abstractor.rules.lines_criterion import unsure_records
from abstractor.rules.measuring import measured
from abstractor.rules.precedence import ahead_of_guidelines
from abstractor.rules.sensitivity import inclusion_sensitive
from abstractor.rules.sequencing import judge_line, not_confirmed, not_sure
from abstractor.rules.situation import Situation
from abstractor.rules.therapy.course import Anchor, Therapy
from abstractor.rules.therapy.deriving import derive_by_gap
from abstractor.rules.therapy.progression import Progression, progressions

__all__ = ["abstract_and_lines", "abstract_chart"]


def abstract_chart(
    chart: Chart,
    library: Library,
    policy: LinePolicy,
    period: ReportingPeriod,
    as_of: date,
    *,
    definition: str,
    program: str,
    cohort: str = HER2_MBC,
) -> Abstract:
    """Abstract one patient; `abstract_and_lines` says what each argument is."""
    abstract, _ = abstract_and_lines(
        chart, library, policy, period, as_of, definition=definition, program=program, cohort=cohort
    )
    return abstract


def abstract_and_lines(
    chart: Chart,
    library: Library,
    policy: LinePolicy,
    period: ReportingPeriod,
    as_of: date,
    *,
    definition: str,
    program: str,
    cohort: str = HER2_MBC,
) -> tuple[Abstract, Therapy]:
    """Abstract one patient, and the lines with what they rest on (for attribution to a clinician).

    Every gap of the sensitivity analysis is tried; facts after `as_of` are out; `program` is stamped.
    `cohort` changes the inclusion criteria alone."""
    known = chart.as_of(as_of)
    tumour = _tumour(known, library)
    gap, days = policy.restart_gap_days, Period(period.start, period.end)
    signs = progressions(known, tumour.anchor, library.inclusion, policy, as_of)
    gaps = (gap, *policy.sensitivity_gap_days)
    by_gap = derive_by_gap(known, tumour.anchor, library, policy, as_of, gaps=gaps, signs=signs)
    therapy = by_gap[gap]
    named = None if cohort == CDK46 else definition
    inclusion, sensitive = _included(known, library, tumour, by_gap, period=days, gap=gap, definition=named)
    situations = _situations(known, therapy, tumour.anchor, library, signs)
    judged, ahead = _sequenced(known, situations, library, tumour.disease, days)
    care = measured(known, therapy, tumour.anchor, library, disease=tumour.disease, period=days, as_of=as_of)
    found = _ordered((*judged, *care), therapy)
    beside = her2_flags(known, library.inclusion, tumour.anchor, tumour.disease, tumour.her2)
    late = filed_late(therapy, tumour.anchor, policy, as_of)
    flags = all_flags(known, inclusion, found, (*therapy.flags, *ahead, *sensitive, *beside, *late))
    abstract = Abstract(
        patient=chart.patient.reference,
        period=period,
        as_of=as_of,
        inclusion=inclusion,
        lines=tuple(each.line for each in therapy.lines),
        findings=tuple(each.finding for each in found),
        flags=flags,
        flagged=is_flagged(inclusion, flags),
        completeness=chart.completeness,
        stamps=_stamps(chart, library, policy, (found, tumour.her2), program),
    )
    return abstract, therapy


@dataclass(frozen=True, slots=True)
class _Tumour:
    """What the disease is: from when metastatic, its HER2 status, and whether both stand."""

    anchor: Anchor
    her2: Her2Status
    disease: Criterion


def _tumour(chart: Chart, library: Library) -> _Tumour:
    policy = library.inclusion
    anchor, her2 = metastatic_anchor(chart, policy), her2_status(chart, policy)
    return _Tumour(anchor, her2, her2_positive_mbc(chart, policy, anchor, her2))


def _included(
    chart: Chart,
    library: Library,
    tumour: _Tumour,
    by_gap: Mapping[int, Therapy],
    *,
    period: Period,
    gap: int,
    definition: str | None,
) -> tuple[Inclusion, Iterator[Flag]]:
    """The inclusion, and the flag where a convention would change it; by no definition for `cdk46`."""
    if definition is None:
        therapy = by_gap[gap]
        decided = decide_cdk46(chart, library, tumour.anchor, tumour.her2, tumour.disease, therapy, period)
        return decided, iter(())
    agents = her2_directed(library)
    inclusion = decide_inclusion(
        chart,
        library.inclusion,
        tumour.disease,
        by_gap,
        period=period,
        gap=gap,
        definition=definition,
        her2_agents=agents,
    )
    return inclusion, inclusion_sensitive(
        chart, inclusion, by_gap, gap=gap, period=period, her2_agents=agents
    )


def _sequenced(
    chart: Chart, situations: Iterator[Situation], library: Library, disease: Criterion, period: Period
) -> tuple[list[Found], list[Flag]]:
    """The findings on each choice of therapy, and where one was ahead of the guidelines; only for patients in
    whom HER2-positive metastatic disease stands or may stand."""
    found: list[Found] = []
    flags: list[Flag] = []
    if disease.verdict is Verdict.NOT_MET:
        return found, flags
    unsure = unsure_records(chart, her2_directed(library))
    for situation in situations:
        label = judge_label(situation, library, period)
        judged = [*judge_line(situation, library, period), *([label] if label else [])]
        if disease.verdict is not Verdict.MET:
            found += [not_confirmed(each, disease) for each in judged]
        elif unsure:
            found += [not_sure(each, unsure[0]) for each in judged]
        else:
            found += judged
            flags += ahead_of_guidelines(situation, judged)
    return found, flags


def _situations(
    chart: Chart, therapy: Therapy, anchor: Anchor, library: Library, signs: tuple[Progression, ...]
) -> Iterator[Situation]:
    """Each palliative line on its decision date, and each step by which its maintenance was intensified."""
    kinds = library.line_policy.chemotherapy_kinds
    for line in therapy.palliative():
        opening = Situation(
            chart, therapy, anchor, line, line.decision, library.agents, library.terms, kinds, signs
        )
        yield opening
        for step in line.intensified:
            yield replace(opening, decision=step.decision, step=step, decided={})


def her2_directed(library: Library) -> frozenset[str]:
    return frozenset(name for name, agent in library.agents.items() if agent.her2_directed)


def _ordered(found: tuple[Found, ...], therapy: Therapy) -> tuple[Found, ...]:
    """By line (findings on the patient last), rule and authority."""
    place = {LineRef(t.line.setting, t.line.number): at for at, t in enumerate(therapy.lines)}

    def key(each: Found) -> tuple[int, str, str, str]:
        line = each.finding.line
        at = len(place) if line is None else place[line]
        return (at, each.finding.rule, each.finding.authority, each.finding.phase or "")

    return tuple(sorted(found, key=key))


def _stamps(
    chart: Chart,
    library: Library,
    policy: LinePolicy,
    rests_on: tuple[tuple[Found, ...], Her2Status],
    program: str,
) -> Stamps:
    found, her2 = rests_on
    findings = [each.finding for each in found]
    used = {f.edition for f in findings} | {f.also for f in findings if f.also is not None}
    return Stamps(program, tuple(sorted(used | her2.editions)), library.value_sets, policy.id, chart.digest)
