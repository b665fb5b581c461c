"""The doctor's report for a terminal of 80 columns."""

from collections.abc import Iterator
from textwrap import wrap

from abstractor.workflow.clinic.doctor_report import DoctorReport, Estimate, RuleLine, StepLine, TypeLine

__all__ = ["report_text"]

_WIDTH = 80
_MARKS = {"fine": "ok", "look": "LOOK", "stop": "STOP"}
_STATES = {
    "complete": "whole",
    "empty": "whole, none there",
    "partial": "in part",
    "refused": "not given",
    "not-asked": "not asked for",
}
_SIGHTS = {
    "blind": "Blind: cannot be decided here",
    "in-part": "In part: some answers cannot be given here",
    "untried": "Untried: no worked case tells",
}


def report_text(report: DoctorReport) -> str:
    return "\n".join(line.rstrip() for line in _lines(report)) + "\n"


def _lines(report: DoctorReport) -> Iterator[str]:
    yield from wrap(f"{report.clinic or 'An address that is not registered'}: {report.base_url}", _WIDTH)
    yield f"Examined {report.made_at} by abstractor {report.program}"
    yield from _heading("The way in")
    for step in report.steps:
        yield from _step(step)
    if report.types:
        yield from _heading("What came for one patient")
        for each in report.types:
            if each.asked or each.why:
                yield from _type(each)
    if report.rules:
        yield from _rules(report.rules)
    if report.estimate is not None:
        yield from _heading("A first pull")
        yield from wrap(_estimate(report.estimate), _WIDTH, initial_indent="  ", subsequent_indent="  ")
    yield from _conformance(report)
    if report.ticket:
        yield from _heading("A ticket for whoever runs the endpoint (to copy)")
        for line in report.ticket.splitlines():
            indent = "   " if line[:1].isdigit() else ""
            yield from wrap(line, _WIDTH, subsequent_indent=indent, break_on_hyphens=False) or [""]


def _heading(words: str) -> Iterator[str]:
    yield ""
    yield words
    yield "-" * len(words)


def _step(step: StepLine) -> Iterator[str]:
    yield from _hanging(f"{_MARKS[step.mark]:5}{step.name:13}", step.found)
    if step.mend:
        yield from _hanging(" " * 18 + "-> ", step.mend)


def _type(each: TypeLine) -> Iterator[str]:
    came = (
        str(each.count) if each.total is None or each.total <= each.count else f"{each.count} of {each.total}"
    )
    yield f"  {each.type:26}{came:>10}  {_STATES.get(each.state, each.state)}"
    for why in each.why:
        yield from _hanging(" " * 6, why)


def _rules(rules: tuple[RuleLine, ...]) -> Iterator[str]:
    runs = [rule for rule in rules if rule.sight == "runs"]
    yield from _heading(f"Criteria and rules: {len(runs)} of {len(rules)} can be decided as they should")
    for sight, words in _SIGHTS.items():
        held = [rule for rule in rules if rule.sight == sight]
        if held:
            yield f"  {words}"
        for rule in held:
            yield from _hanging(f"    {rule.id:17} ", _named(rule))
    if runs:
        yield "  Can be decided"
        listed = ", ".join(rule.id for rule in runs)
        yield from wrap(
            listed, _WIDTH, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False
        )


def _named(rule: RuleLine) -> str:
    return rule.says if rule.title == rule.id else f"{rule.title}. {rule.says}"


def _estimate(of: Estimate) -> str:
    tried = f"the one tried ({of.requests_each} requests, answered in {of.milliseconds_each} ms each)"
    if of.patients is None or of.requests is None or of.takes is None:
        return f"By search, of each patient who is like {tried}; how many there are is not known."
    least = of.requests if of.requests_least is None else of.requests_least
    requests = f"{of.requests}" if least == of.requests else f"{least} to {of.requests}"
    return f"{of.patients} patients by search, {requests} requests if they are like {tried}: {of.takes}."


def _conformance(report: DoctorReport) -> Iterator[str]:
    failing = [each for each in report.conformance if each.failing]
    if not failing:
        return
    yield from _heading("Records that do not fit the FHIR model (they may still be read)")
    for each in failing:
        yield f"  {each.type:26}{each.failing} of {each.checked}"
        for element in each.elements:
            yield from _hanging(" " * 6, f"{element.path} ({element.resources})")


def _hanging(first: str, words: str) -> Iterator[str]:
    indent = " " * len(first)
    yield from wrap(words, _WIDTH, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False)
