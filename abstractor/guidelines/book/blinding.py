"""Which criteria, guidelines and measures can be decided where some types of record are not given.

No list says what a rule reads: its worked cases are decided once with everything seen, and once as if the
clinic gave those types not at all, or in part. What is decided no more cannot be decided there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any

from abstractor.abstract import Abstract, ReportingPeriod, Verdict
from abstractor.chart import Chart, Completeness, Seen, Source
from abstractor.guidelines.book.cases import MeasureCase
from abstractor.guidelines.book.charting import chart_of, known_by
from abstractor.rules.cdk46_cohort import CDK46
from abstractor.rules.decide import abstract_chart
from abstractor.rules.inclusion import HER2_MBC
from abstractor.rules.library import Library

__all__ = ["RuleKind", "RuleSight", "Sight", "sight"]

_NOT_THERE = (Seen.REFUSED, Seen.NOT_ASKED)
_FACTS = tuple(
    field.name for field in fields(Chart) if field.name not in ("patient", "completeness", "issues")
)
# Of so many cases one is asked for the criteria of the other cohort too: they are the same for all measures.
_OTHER_COHORT = 3
# What takes a patient out, or waits, says nothing of whether the rule can be decided.
_OPEN = (Verdict.UNKNOWN, Verdict.INDETERMINATE, Verdict.PENDING, Verdict.EXCLUDED)


class RuleKind(StrEnum):
    CRITERION = "criterion"
    SEQUENCING = "sequencing"
    MEASURE = "measure"


class Sight(StrEnum):
    """`untried`: no worked case is decided even with everything seen, so that nothing can be told of it."""

    RUNS = "runs"
    IN_PART = "in-part"
    BLIND = "blind"
    UNTRIED = "untried"


@dataclass(frozen=True, slots=True)
class RuleSight:
    """`never`: verdicts that it gives no more. Of its `cases` as many as `decided` have the verdict that they
    have with everything seen, and `otherwise` another one. `because`: the types that do it, each by itself or
    (`together`) only all at once.
    """

    kind: RuleKind
    id: str
    title: str
    sight: Sight
    cases: int
    decided: int
    otherwise: int
    never: tuple[str, ...]
    because: tuple[str, ...]
    together: bool = False


_Rule = tuple[RuleKind, str]
_Key = tuple[_Rule, int, int]
_Verdicts = dict[_Key, Verdict]


@dataclass(frozen=True, slots=True)
class _Told:
    """A case with its chart, made once."""

    number: int
    case: MeasureCase
    chart: Chart
    as_of: date


@dataclass(frozen=True, slots=True)
class _Causes:
    """The rules that each type hides by itself; and, of the others, those that it would uncover if it came
    whole.
    """

    alone: Mapping[str, set[_Rule]]
    helps: Mapping[str, set[_Rule]]
    hidden: tuple[str, ...]

    def of(self, rule: _Rule) -> tuple[tuple[str, ...], bool]:
        """The types, and whether they do it only together."""
        alone = tuple(sorted(name for name, rules in self.alone.items() if rule in rules))
        if alone:
            return alone, False
        return tuple(sorted(name for name, rules in self.helps.items() if rule in rules)) or self.hidden, True


def sight(library: Library, cases: Sequence[MeasureCase], seen: Mapping[str, Seen]) -> tuple[RuleSight, ...]:
    """Each criterion, each guideline on the choice of treatment and each measure of the library, once.

    `seen` says how the clinic gives each type; a type that it does not name is seen whole.
    """
    told = [_Told(at, case, chart_of(case, library.agents), known_by(case)) for at, case in enumerate(cases)]
    hidden = {name: state for name, state in seen.items() if not state.whole}
    before = _worked(told, library, {})
    after = _worked(told, library, hidden) if hidden else before
    causes = _causes(told, library, before, after, hidden)
    return tuple(_sight(rule, title, before, after, causes) for rule, title in _rules(library, before))


def _causes(
    told: Sequence[_Told],
    library: Library,
    before: _Verdicts,
    after: _Verdicts,
    hidden: Mapping[str, Seen],
) -> _Causes:
    """What all types together do not change, one of them by itself is not asked about."""
    changed = set(_differing(before, after))
    fewer, base = _only(told, before, changed)
    alone = {name: _worked(fewer, library, {name: state}) for name, state in hidden.items()}
    does = {name: {key[0] for key in _differing(base, worked)} for name, worked in alone.items()}
    explained = set().union(*does.values())
    left = {key for key in changed if key[0] not in explained}
    fewer, base = _only(told, before, left)
    helps = {}
    for name in hidden if left else ():
        others = {other: state for other, state in hidden.items() if other != name}
        without = _worked(fewer, library, others)
        helps[name] = {key[0] for key in left if without.get(key) is base[key]}
    return _Causes(does, helps, tuple(sorted(hidden)))


def _only(told: Sequence[_Told], before: _Verdicts, keys: set[_Key]) -> tuple[list[_Told], _Verdicts]:
    numbers = {number for _, number, _ in keys}
    kept = {key: verdict for key, verdict in before.items() if key[1] in numbers}
    return [each for each in told if each.number in numbers], kept


def _rules(library: Library, before: _Verdicts) -> Iterator[tuple[_Rule, str]]:
    """The criteria and the authorities by what the engine says, the measures by the library."""
    said = dict.fromkeys(rule for rule, *_ in before if rule[0] is not RuleKind.MEASURE)
    for kind in (RuleKind.CRITERION, RuleKind.SEQUENCING):
        yield from ((rule, rule[1]) for rule in sorted(said) if rule[0] is kind)
    yield from (((RuleKind.MEASURE, each.id), each.title) for each in library.measures)


def _sight(
    rule: _Rule,
    title: str,
    before: _Verdicts,
    after: _Verdicts,
    causes: _Causes,
) -> RuleSight:
    cases = {key: verdict for key, verdict in before.items() if key[0] == rule and verdict not in _OPEN}
    now = {key: after.get(key, Verdict.UNKNOWN) for key in cases}
    kept = sum(now[key] is verdict for key, verdict in cases.items())
    otherwise = sum(now[key] is not verdict and now[key] not in _OPEN for key, verdict in cases.items())
    never = sorted({*map(str, cases.values())} - {*map(str, now.values())})
    if not cases:
        state = Sight.UNTRIED
    elif kept == len(cases):
        state = Sight.RUNS
    else:
        state = Sight.IN_PART if kept else Sight.BLIND
    because, together = causes.of(rule) if state in (Sight.IN_PART, Sight.BLIND) else ((), False)
    return RuleSight(
        *rule, title, state, len(cases), kept, otherwise, tuple(never), because, together=together
    )


def _differing(before: _Verdicts, after: _Verdicts) -> Iterator[_Key]:
    return (
        key
        for key, verdict in before.items()
        if verdict not in _OPEN and after.get(key, Verdict.UNKNOWN) is not verdict
    )


def _worked(told: Sequence[_Told], library: Library, hidden: Mapping[str, Seen]) -> _Verdicts:
    found: _Verdicts = {}
    # A case is about one measure; the others are not asked, which takes most of the time.
    alone = {each.id: replace(library, measures=(each,)) for each in library.measures}
    for each in told:
        chart, known = _blinded(each.chart, hidden), alone.get(each.case.measure)
        if known is None:
            continue
        for cohort in (HER2_MBC, CDK46) if each.number % _OTHER_COHORT == 0 else (HER2_MBC,):
            abstract = _abstract(chart, each.as_of, known, cohort)
            for said in abstract.inclusion.criteria:
                found[(RuleKind.CRITERION, said.criterion), each.number, 0] = said.verdict
            if cohort == HER2_MBC:
                found.update(_found(abstract, each.number, each.case.measure))
    return found


def _abstract(chart: Chart, as_of: date, library: Library, cohort: str) -> Abstract:
    period = ReportingPeriod(date(as_of.year, 1, 1), date(as_of.year, 12, 31), "UTC")
    return abstract_chart(
        chart,
        library,
        library.line_policy,
        period,
        as_of,
        definition="A",
        program="doctor",
        cohort=cohort,
    )


def _found(abstract: Abstract, number: int, measure: str) -> _Verdicts:
    """Of a measure the case's own, on its last line; of the choice of treatment each line's."""
    found: _Verdicts = {}
    for each in abstract.findings:
        if each.rule == measure:
            found[(RuleKind.MEASURE, each.rule), number, 0] = each.verdict
        elif each.rule == "sequencing":
            line = 0 if each.line is None else each.line.number
            found[(RuleKind.SEQUENCING, each.authority), number, line] = each.verdict
    return found


def _blinded(chart: Chart, hidden: Mapping[str, Seen]) -> Chart:
    """As it would be if the clinic gave these types so: what is not given at all is not there."""
    if not hidden:
        return chart
    gone = {name for name, state in hidden.items() if state in _NOT_THERE}
    left: dict[str, Any] = {
        name: tuple(fact for fact in getattr(chart, name) if _stays(fact.sources, gone)) for name in _FACTS
    }
    rows = tuple(_row(row, hidden.get(row.type), gone) for row in chart.completeness)
    return replace(chart, completeness=rows, **left)


def _stays(sources: tuple[Source, ...], gone: set[str]) -> bool:
    return any(source.resource.partition("/")[0] not in gone for source in sources) or not sources


def _row(row: Completeness, state: Seen | None, gone: set[str]) -> Completeness:
    if state is None or row.state in _NOT_THERE:
        return row
    return replace(row, state=state, count=0 if row.type in gone else row.count)
