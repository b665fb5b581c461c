"""Therapy: exposures become lines, by the line policy (knowledge base, section 3.3).

A pure function of the chart as known at as_of: the order of its facts, duplicates and supportive drugs
change nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count

from abstractor.abstract import Flag, Line, cite
from abstractor.chart import Chart, Source
from abstractor.dates import DateInterval, Truth, exact
from abstractor.rules.library import Library, LinePolicy
from abstractor.rules.therapy import doubts
from abstractor.rules.therapy.assembling import FIRST, assemble
from abstractor.rules.therapy.belonging import belonging
from abstractor.rules.therapy.course import Anchor, Exposure, MayOpen, Therapy, TherapyLine, Unplaced
from abstractor.rules.therapy.decision import decision_of, intensifications_of, order_sources
from abstractor.rules.therapy.draft import Doubt, Draft
from abstractor.rules.therapy.drug_facts import DrugFact, drug_facts
from abstractor.rules.therapy.ending import Ending, LineSpan, ending_of
from abstractor.rules.therapy.exposures import exposures_of
from abstractor.rules.therapy.joining import Ground, equivalent
from abstractor.rules.therapy.naming import regimen_of
from abstractor.rules.therapy.narrowing import narrowed
from abstractor.rules.therapy.ordered_together import with_their_regimen
from abstractor.rules.therapy.phases import phases_of
from abstractor.rules.therapy.progression import Progression, progressions
from abstractor.rules.therapy.reach import Reach
from abstractor.rules.therapy.replaced import replaced
from abstractor.rules.therapy.setting import boundary_of

__all__ = ["derive", "derive_by_gap"]

_GIVEN_TYPE = "MedicationAdministration"


def derive(chart: Chart, anchor: Anchor, library: Library, policy: LinePolicy, as_of: date) -> Therapy:
    """All lines of therapy of one patient, and the doubts about them.

    `chart` is already the chart as known at as_of. An undated drug makes no line of its own: it supports a
    line that holds its agent; where none does, it is `unplaced` and flagged.
    """
    gap = policy.restart_gap_days
    return derive_by_gap(chart, anchor, library, policy, as_of, gaps=(gap,))[gap]


def derive_by_gap(
    chart: Chart,
    anchor: Anchor,
    library: Library,
    policy: LinePolicy,
    as_of: date,
    *,
    gaps: Iterable[int],
    signs: tuple[Progression, ...] | None = None,
) -> dict[int, Therapy]:
    """The same at each of several restart gaps (sensitivity analysis); what no gap touches is done once.

    `signs` are the chart's `progressions`, where the caller has them.
    """
    signs = progressions(chart, anchor, library.inclusion, policy, as_of) if signs is None else signs
    owned = belonging(drug_facts(chart, library, as_of), chart, library)
    dated = tuple(fact for fact in owned.facts if fact.when is not None)
    late = tuple(fact for fact in dated if _after_death(fact, chart))
    facts = narrowed(tuple(fact for fact in dated if not _after_death(fact, chart)), library)
    oral = frozenset(name for name, agent in library.agents.items() if agent.route == "oral")
    found = exposures_of(facts, policy, oral)
    exposures = with_their_regimen(found.exposures, library, policy)
    not_tolerated = _not_tolerated(facts, policy)
    flags = (
        *doubts.conflicts_of(found.conflicts),
        *doubts.after_death([fact for fact in late if fact.counts], chart.patient),
        *doubts.agent_attribution([fact for fact in owned.doubtful if fact.counts]),
    )
    boundary, seen = boundary_of(anchor, policy), chart.seen_whole(_GIVEN_TYPE)
    therapies: dict[int, Therapy] = {}
    derived: list[tuple[Reach, Therapy]] = []
    for days in dict.fromkeys(gaps):
        same = next((therapy for gap, therapy in derived if gap.answers_as(days)), None)
        if same is not None:
            therapies[days] = same
            continue
        gap = Reach(days)
        ground = Ground(library, policy, gap, boundary, signs, exact(as_of), not_tolerated, seen)
        never = replaced(exposures, ground) if seen else ()
        assembly = assemble([exposure for exposure in exposures if exposure not in never], ground)
        lines = _lines(assembly.lines, facts, chart, ground)
        unplaced = _unplaced(owned.facts, assembly.contradicted, lines)
        doubtful = [flag for each in lines for flag in _doubts_of(each, anchor, ground)]
        raised = doubts.sorted_flags((*flags, *doubts.unplaced(unplaced), *doubts.replaced(never), *doubtful))
        therapies[days] = Therapy(tuple(each.line for each in lines), raised, unplaced)
        derived.append((gap, therapies[days]))
    return therapies


@dataclass(frozen=True, slots=True)
class _Derived:
    """A line with the draft and the end that it was made from."""

    draft: Draft
    line: TherapyLine
    ending: Ending


def _not_tolerated(facts: Sequence[DrugFact], policy: LinePolicy) -> tuple[tuple[str, DateInterval], ...]:
    reasons = set(policy.stop_reasons.not_tolerated)
    return tuple((fact.agent, fact.days) for fact in facts if reasons & set(fact.stop_reasons))


def _after_death(fact: DrugFact, chart: Chart) -> bool:
    death = chart.patient.death
    return death is not None and death.before(fact.days) is Truth.YES


def _unplaced(
    facts: Sequence[DrugFact], contradicted: Sequence[Exposure], lines: Sequence[_Derived]
) -> tuple[Unplaced, ...]:
    held = {name for each in lines for name in each.line.line.agents}
    undated = [fact for fact in facts if fact.when is None and fact.counts and fact.agent not in held]
    return (
        *(Unplaced(fact.agent, fact.kind, fact.sources) for fact in undated),
        *(Unplaced(e.agent, e.kind, e.sources, e.when) for e in contradicted),
    )


def _doubts_of(each: _Derived, anchor: Anchor, ground: Ground) -> list[Flag]:
    return [
        *doubts.breaks(each.draft, each.line, ground.policy),
        *doubts.not_given(each.line),
        *doubts.only_said(each.line),
        *doubts.doubtful_dates(each.draft, each.line, each.ending, anchor=anchor, boundary=ground.boundary),
        *doubts.unexplained(each.draft, each.line),
    ]


def _lines(
    drafts: Sequence[Draft], facts: Sequence[DrugFact], chart: Chart, ground: Ground
) -> list[_Derived]:
    """Each draft as a numbered line, by start."""
    ordered = sorted(drafts, key=lambda d: (d.start.earliest, d.start.latest, sorted(d.names)))
    following: list[DateInterval | None] = [*(d.start for d in ordered[1:]), None]
    orders = order_sources(facts)
    numbers = {"curative": count(1), "palliative": count(1)}
    lines = []
    for draft, after in zip(ordered, following, strict=False):
        setting = ground.boundary.setting(draft.start)
        span = LineSpan(draft, draft.start, setting, after)
        ending = ending_of(span, facts, chart.patient, ground)
        line = _line(span, next(numbers[setting]), ending, chart, orders, ground)
        lines.append(_Derived(draft, line, ending))
    return lines


def _line(
    span: LineSpan,
    number: int,
    ending: Ending,
    chart: Chart,
    orders: Mapping[str, tuple[Source, ...]],
    ground: Ground,
) -> TherapyLine:
    draft, policy = span.draft, ground.policy
    agents = ground.library.agents
    within = policy.order_answers_within_days
    decision = decision_of((*draft.exposures, *draft.awaited), orders, answers_within=within)
    line = Line(
        setting=span.setting,
        number=number,
        agents=tuple(sorted(draft.names)),
        regimen=regimen_of(draft.opening, ground.library),
        her2_directed=any(agents[name].her2_directed for name in draft.names),
        start=span.start,
        end=ending.day,
        end_reason=ending.reason,
        opened_because=FIRST if number == 1 else draft.because,
        phases=phases_of(draft, span.start, ending.day, ground),
        evidence=cite(*_first_and_last(draft), *decision.sources, *ending.sources),
    )
    return TherapyLine(
        line=line,
        decision=decision.when,
        decision_sources=decision.sources,
        first_agents=tuple(sorted(draft.opening)),
        exposures=tuple(draft.exposures),
        rests_on_unknown_status=_unknown_status(draft),
        ordered_not_given=_ordered_not_given(draft, chart, ground),
        first_order=decision.order,
        intensified=intensifications_of(draft, orders, answers_within=within),
        may_open=tuple(dict.fromkeys(_may_open(doubt) for doubt in draft.doubts)),
        progressed=ending.progressed,
        end_sources=ending.sources,
        never_given=_never_given(draft, chart, ground),
    )


def _may_open(doubt: Doubt) -> MayOpen:
    return MayOpen(doubt.exposure, "date-uncertain" if doubt.of_dates else "progression-uncertain")


def _first_and_last(draft: Draft) -> list[Source]:
    """Of each agent, what its first and its last exposure were read from."""
    sources: list[Source] = []
    for name in sorted(draft.names):
        own = [e for e in draft.exposures if e.agent == name]
        sources += [*own[0].sources, *own[-1].sources]
    return sources


def _unknown_status(draft: Draft) -> bool:
    """Would the line, as what it is, not be there without records of unknown status?"""
    directed = [e for e in draft.exposures if draft.agents[e.agent].her2_directed]
    return not any(e.relied_on for e in directed or draft.exposures)


def _ordered_not_given(draft: Draft, chart: Chart, ground: Ground) -> bool:
    """An infusion line of which nothing was given, though doses would have been seen (section 3.3)."""
    agents = draft.agents
    needed = [e for e in draft.exposures if agents[e.agent].her2_directed or agents[e.agent].route != "oral"]
    if not any(agents[e.agent].route != "oral" for e in needed) or any(e.given for e in needed):
        return False
    ordered = [e.when.latest for e in needed if e.ordered]
    if not ordered:
        return False
    last = max(ordered)
    waited = (ground.as_of.earliest - last).days
    return waited > ground.policy.ordered_not_given_days and chart.seen_whole(_GIVEN_TYPE)


def _never_given(draft: Draft, chart: Chart, ground: Ground) -> tuple[str, ...]:
    """The infusions of the line of which none was given, and no drug in their stead, long after the last
    order and though doses would have been seen: each by itself, whatever was taken beside it."""
    if not chart.seen_whole(_GIVEN_TYPE):
        return ()
    given = {e.agent for e in draft.exposures if e.given}
    last: dict[str, date] = {}
    for e in draft.exposures:
        if e.ordered and e.agent not in given and draft.agents[e.agent].route != "oral":
            last[e.agent] = max(last.get(e.agent, e.when.latest), e.when.latest)
    return tuple(
        name
        for name, day in sorted(last.items())
        if (ground.as_of.earliest - day).days > ground.policy.ordered_not_given_days
        and not any(equivalent(ground.policy, name, other) for other in given)
    )
