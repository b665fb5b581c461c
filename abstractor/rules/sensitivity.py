"""Where inclusion hangs on a convention: the definition of a line, or the gap that ends one (section 3.6).

The verdict follows the chosen definition and gap alone; here stands which others disagree, and by what.
"""

from collections.abc import Iterator, Mapping

from abstractor.abstract import Flag, Inclusion, Severity, Verdict, cite, merged
from abstractor.chart import Chart, Source
from abstractor.dates import Period
from abstractor.rules.inclusion import conjunction
from abstractor.rules.lines_criterion import her2_lines
from abstractor.rules.therapy.course import Therapy, TherapyLine

__all__ = ["inclusion_sensitive"]

_BREAK = "treatment-break"


def inclusion_sensitive(
    chart: Chart,
    inclusion: Inclusion,
    by_gap: Mapping[int, Therapy],
    *,
    gap: int,
    period: Period,
    her2_agents: frozenset[str],
) -> Iterator[Flag]:
    """One flag where another definition or gap gives another verdict: which, the break, and what it does."""
    if not inclusion.sensitive or inclusion.definition is None:
        return
    disease, lines, visit = inclusion.criteria
    gaps = {
        days: conjunction(
            (disease, her2_lines(chart, therapy, period, inclusion.definition, her2_agents), visit)
        )
        for days, therapy in sorted(by_gap.items())
    }
    therapy = by_gap[gap]
    said = [_chosen(inclusion, gap), *_others(inclusion, gaps)]
    evidence = lines.evidence
    if any(verdict is not inclusion.verdict for verdict in gaps.values()):
        breaks = [flag for flag in therapy.flags if flag.code == _BREAK]
        said += [flag.statement[:1].lower() + flag.statement[1:].rstrip(".") for flag in breaks]
        said.append(_counts(by_gap))
        evidence = merged((*evidence, *(each for flag in breaks for each in flag.evidence)))
    partial = [each for each in therapy.lines if not each.line.start.is_exact or each.may_open]
    said += [_partial(each) for each in partial]
    evidence = merged((*evidence, *cite(*(s for each in partial for s in _sources(each)))))
    statement = "Inclusion depends on a convention: " + "; ".join(said) + "."
    yield Flag("inclusion-sensitive", Severity.REVIEW, statement, evidence)


def _chosen(inclusion: Inclusion, gap: int) -> str:
    return f"{inclusion.verdict} by definition {inclusion.definition} and a gap of {gap} days"


def _others(inclusion: Inclusion, gaps: Mapping[int, Verdict]) -> Iterator[str]:
    """The definitions, then the gaps, that give another verdict."""
    definitions = [(name, verdict) for name, verdict in inclusion.by_definition]
    for word, held in (("definition", definitions), ("a gap of", [(str(d), v) for d, v in gaps.items()])):
        for verdict in dict.fromkeys(v for _, v in held if v is not inclusion.verdict):
            names = " or ".join(name for name, v in held if v is verdict)
            yield f"{verdict} by {word} {names}" + (" days" if word != "definition" else "")


def _counts(by_gap: Mapping[int, Therapy]) -> str:
    counts = [f"{len(therapy.palliative())} by {days} days" for days, therapy in sorted(by_gap.items())]
    return f"palliative lines: {', '.join(counts)}"


def _partial(each: TherapyLine) -> str:
    line = each.line
    name = f"{line.setting} line {line.number}"
    if not line.start.is_exact:
        return f"{name} started between {line.start.earliest} and {line.start.latest}"
    first = each.may_open[0].exposure
    return f"another line may begin with {first.agent} on {first.when} in {name}"


def _sources(each: TherapyLine) -> tuple[Source, ...]:
    return each.may_open[0].exposure.sources if each.may_open else each.exposures[0].sources
