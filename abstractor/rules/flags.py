"""What a person must look at, and how urgently (contract, section 2.3).

A finding's flag bears its rule as its code, one flag a finding. Doubts about inclusion, about the record
and about authorities that contradict each other have codes of their own. Low-confidence findings never
flag.
"""

from collections.abc import Iterable

from abstractor.abstract import Criterion, Finding, Flag, Inclusion, Severity, Verdict, cite, merged
from abstractor.chart import Chart, Issue
from abstractor.dates import Truth
from abstractor.rules.found import STALE, Found
from abstractor.rules.visits import after_death
from abstractor.rules.writing_up import RULE

__all__ = ["all_flags", "is_flagged"]

_AGAINST = (Verdict.NOT_PREFERRED, Verdict.NOT_RECOMMENDED)
_FOR = (Verdict.PREFERRED, Verdict.ACCEPTABLE)
DATES = "date-uncertain"
_ISSUE_SEVERITY = {"status-conflict": Severity.REVIEW, DATES: Severity.REVIEW}
_DIVERGING = ("ASCO", "NCCN", "ESMO")


def all_flags(
    chart: Chart, inclusion: Inclusion, found: tuple[Found, ...], therapy_flags: tuple[Flag, ...]
) -> tuple[Flag, ...]:
    """Every flag of the chart, by severity and then code."""
    findings = tuple(each.finding for each in found)
    of_record = [*therapy_flags, *_from_issues(chart.issues), *_after_death(chart), *_stale(found)]
    of_record += _undated(found)
    flags = [
        *_from_findings(found),
        *_divergences(findings),
        *_from_criteria(inclusion.criteria, of_record),
        *_joined(of_record),
    ]
    order = list(Severity)
    return tuple(sorted(flags, key=lambda f: (order.index(f.severity), f.code, f.statement)))


def is_flagged(inclusion: Inclusion, flags: tuple[Flag, ...]) -> bool:
    """Should a human see this chart (contract, section 2.4)?"""
    if inclusion.verdict is Verdict.REVIEW:
        return True
    if inclusion.verdict is Verdict.INCLUDED:
        return any(flag.severity is not Severity.DATA_QUALITY for flag in flags)
    return any(flag.code == "inclusion-sensitive" or flag.severity is Severity.CRITICAL for flag in flags)


def _from_findings(found: tuple[Found, ...]) -> Iterable[Flag]:
    """A critical one flags in and out of the period."""
    for each in found:
        finding = each.finding
        if finding.advisory or not (finding.in_period or each.severity is Severity.CRITICAL):
            continue
        if finding.rule == RULE and finding.verdict in _AGAINST:
            yield Flag(finding.rule, Severity.DISCORDANT, finding.statement, finding.evidence)
        elif finding.rule == RULE and finding.verdict is Verdict.INDETERMINATE:
            yield Flag(finding.rule, Severity.REVIEW, finding.statement, finding.evidence)
        elif finding.rule != RULE and finding.verdict is Verdict.NOT_MET:
            severity = each.severity or Severity.DISCORDANT
            yield Flag(finding.rule, severity, finding.statement, finding.evidence)


def _divergences(findings: tuple[Finding, ...]) -> Iterable[Flag]:
    """One authority is for the choice and another against it; a step of maintenance is its own choice."""
    choices = dict.fromkeys((f.line, f.phase) for f in findings if f.rule == RULE)
    for choice in choices:
        said = [
            f
            for f in findings
            if f.rule == RULE
            and (f.line, f.phase) == choice
            and f.authority in _DIVERGING
            and f.in_period
            and not f.advisory
        ]
        if any(f.verdict in _FOR for f in said) and any(f.verdict in _AGAINST for f in said):
            told = [f for f in said if f.verdict in (*_FOR, *_AGAINST)]
            named = "; ".join(f"{f.authority} ({f.edition}) {f.verdict}" for f in told)
            evidence = merged(tuple(e for f in said for e in f.evidence))
            yield Flag(
                "guideline-divergence",
                Severity.REVIEW,
                f"Authorities contradict each other: {named}.",
                evidence,
            )


def _from_criteria(criteria: tuple[Criterion, ...], held: Iterable[Flag]) -> Iterable[Flag]:
    """Criteria that a date leaves open, unless the record's own flag already shows that very date."""
    shown = {each for flag in held if flag.code == DATES for each in flag.evidence}
    for criterion in criteria:
        if criterion.verdict is Verdict.UNKNOWN and criterion.reason == DATES:
            if not criterion.evidence or not shown.issuperset(criterion.evidence):
                yield Flag(DATES, Severity.REVIEW, criterion.statement, criterion.evidence)


def _from_issues(issues: tuple[Issue, ...]) -> list[Flag]:
    from_sources = []
    for issue in issues:
        severity = _ISSUE_SEVERITY.get(issue.code, Severity.DATA_QUALITY)
        from_sources.append(Flag(issue.code, severity, issue.detail, cite(*issue.sources)))
    return from_sources


def _after_death(chart: Chart) -> list[Flag]:
    late = [visit for visit in chart.visits if after_death(visit, chart) is Truth.YES]
    if not late:
        return []
    issue = Issue(
        "event-after-death",
        "an encounter after the recorded death",
        tuple(s for v in late for s in v.sources),
    )
    return _from_issues((issue,))


def _stale(found: tuple[Found, ...]) -> list[Flag]:
    stale = [each.finding for each in found if each.reason == STALE]
    return [Flag(STALE, Severity.REVIEW, finding.statement, finding.evidence) for finding in stale]


def _undated(found: tuple[Found, ...]) -> list[Flag]:
    """What a missing or partial date of an event leaves unknown, where that asks for review."""
    open_ones = [e for e in found if e.finding.verdict is Verdict.UNKNOWN and e.severity is Severity.REVIEW]
    touching = [each.finding for each in open_ones if each.finding.in_period and not each.finding.advisory]
    return [Flag(DATES, Severity.REVIEW, finding.statement, finding.evidence) for finding in touching]


def _joined(flags: list[Flag]) -> Iterable[Flag]:
    """Flags of one code as one, with all their evidence: what they say once each, in the order of the
    alphabet."""
    for code in dict.fromkeys(flag.code for flag in flags):
        same = [flag for flag in flags if flag.code == code]
        said = {flag.statement.rstrip(".") for flag in same}
        evidence = merged(tuple(e for flag in same for e in flag.evidence))
        severity = min((flag.severity for flag in same), key=list(Severity).index)
        yield Flag(code, severity, "; ".join(sorted(said)) + ".", evidence)
