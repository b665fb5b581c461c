"""How often each measure was met, from abstracts as they were written, and why it could not be told."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from abstractor.abstract import Abstract, Finding, Verdict
from abstractor.errors import InputError
from abstractor.workflow.abstracting.counting import abstracts_in

__all__ = ["VERDICTS", "MeasureRate", "Rates", "rate", "rates_of"]

VERDICTS = (
    Verdict.MET,
    Verdict.NOT_MET,
    Verdict.EXCLUDED,
    Verdict.EXCEPTION,
    Verdict.PENDING,
    Verdict.UNKNOWN,
)
_SEQUENCING = "sequencing"
# The code that a finding's sentence ends with; of several events, how many there were follows it.
_REASON = re.compile(r" \(([a-z]+(?:-[a-z]+)*)\)\.(?: Of \d+ such events: [^.]*\.)?$")


@dataclass(frozen=True, slots=True)
class MeasureRate:
    """One measure: findings by verdict, in the order of `VERDICTS`; `patients` are those with one.

    `advisory`: how many of those not met never flag. `why`: code -> how many that could not be told.
    """

    measure: str
    patients: int
    verdicts: tuple[tuple[str, int], ...]
    advisory: int
    why: tuple[tuple[str, int], ...]

    @property
    def met(self) -> int:
        return dict(self.verdicts)[str(Verdict.MET)]

    @property
    def judged(self) -> int:
        """Those that were met or not: what a rate is a share of."""
        return self.met + dict(self.verdicts)[str(Verdict.NOT_MET)]


@dataclass(frozen=True, slots=True)
class Rates:
    """Of how many patients, and the measures by name; those that asked nothing of anybody are not there."""

    patients: int
    measures: tuple[MeasureRate, ...]


def rate(path: Path, *, included: bool = False, in_period: bool = False) -> Rates:
    """Read a file of abstracts, one a line; `InputError` where it is none.

    `included`: of the patients who were included alone. `in_period`: findings that touch the period alone.
    """
    abstracts = list(abstracts_in(path))
    if not abstracts:
        raise InputError(f"{path}: holds no abstract; give a file that `abstractor abstract` wrote")
    if included:
        abstracts = [each for each in abstracts if each.inclusion.verdict is Verdict.INCLUDED]
    return rates_of(abstracts, in_period=in_period)


def rates_of(abstracts: Iterable[Abstract], *, in_period: bool = False) -> Rates:
    """Every finding counts as one, so that a patient with three lines may count three times."""
    patients = 0
    held: dict[str, list[tuple[str, Finding]]] = {}
    for abstract in abstracts:
        patients += 1
        for finding in abstract.findings:
            if finding.rule != _SEQUENCING and (finding.in_period or not in_period):
                held.setdefault(finding.rule, []).append((abstract.patient, finding))
    return Rates(patients, tuple(_rate(measure, found) for measure, found in sorted(held.items())))


def _rate(measure: str, found: list[tuple[str, Finding]]) -> MeasureRate:
    counted = Counter(finding.verdict for _, finding in found)
    unknown = [finding for _, finding in found if finding.verdict is Verdict.UNKNOWN]
    why = Counter(_reason(finding) for finding in unknown)
    against = [finding for _, finding in found if finding.verdict is Verdict.NOT_MET]
    return MeasureRate(
        measure,
        len({patient for patient, _ in found}),
        tuple((str(verdict), counted[verdict]) for verdict in VERDICTS),
        sum(finding.advisory for finding in against),
        tuple(sorted(why.items(), key=lambda pair: (-pair[1], pair[0]))),
    )


def _reason(finding: Finding) -> str:
    said = _REASON.search(finding.statement)
    return "not-stated" if said is None else said.group(1)
