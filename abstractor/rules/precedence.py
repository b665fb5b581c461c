"""Choices that were ahead of the guidelines or of the label, with the trial that had been made public by then
(knowledge base, section 2.1)."""

from collections.abc import Iterable, Iterator

from abstractor.abstract import Finding, Flag, Severity, Verdict, merged
from abstractor.dates import Truth
from abstractor.rules.found import Found
from abstractor.rules.situation import Situation
from abstractor.rules.terms import Trial

__all__ = ["ahead_of_guidelines"]

GUIDELINE, LABEL = "evidence-precedes-guideline", "evidence-precedes-label"


def ahead_of_guidelines(situation: Situation, found: Iterable[Found]) -> Iterator[Flag]:
    """The flags of one choice, from the findings on it."""
    findings = [each.finding for each in found]
    silent = [f for f in findings if f.verdict is Verdict.NOT_ADDRESSED]
    trial = next((t for t in situation.terms.trials if _supports(t, situation)), None)
    if trial is None or not silent:
        return
    named = ", ".join(f.edition for f in silent)
    yield _flag(GUIDELINE, trial, f"not addressed by {named}", silent)
    off_label = [f for f in findings if f.verdict is Verdict.OFF_LABEL]
    if off_label:
        named = ", ".join(f.edition for f in off_label)
        yield _flag(LABEL, trial, f"not addressed, and off label by {named}", off_label)


def _flag(code: str, trial: Trial, said: str, findings: list[Finding]) -> Flag:
    statement = (
        f"On {findings[0].decision_date} the choice was {said}; its trial was public since {trial.public_on}"
    )
    evidence = merged(tuple(e for f in findings for e in f.evidence))
    return Flag(code, Severity.DATA_QUALITY, f"{statement} ({trial.citation}).", evidence)


def _supports(trial: Trial, situation: Situation) -> bool:
    if situation.decision.before(trial.public_on) is not Truth.NO:
        return False
    line = situation.line.line
    if line.number > trial.latest_line:
        return False
    if situation.step is not None:
        return bool(trial.added) and set(situation.step.agents) <= set(trial.added)
    return line.regimen in trial.regimens
