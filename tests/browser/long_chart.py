"""A told chart that asks a reader more than forty things: criteria, lines, a finding of many a measure."""

from dataclasses import replace
from itertools import cycle

from abstractor.abstract import Severity, Verdict
from tests.integration.web.crowded import crowded
from tests.integration.web.site import knowledge
from tests.integration.web.told import Told, finding, flag, line

__all__ = ["long_chart"]

_LATER = (
    ("fam-trastuzumab deruxtecan", "TDXD", "2021-03-02", "2022-01-10"),
    ("capecitabine+trastuzumab+tucatinib", "TUC-XH", "2022-01-24", "2022-08-01"),
    ("capecitabine+lapatinib", "LAP-X", "2022-08-15", None),
)
_VERDICTS = (Verdict.MET, Verdict.NOT_MET, Verdict.EXCLUDED, Verdict.UNKNOWN)


def long_chart(number: int) -> Told:
    told = crowded(number)
    assert told.abstract is not None
    first, given = told.abstract.lines[0], told.abstract.lines[0].evidence
    later = tuple(
        line(at, agents, regimen, start, end, evidence=given[:1])
        for at, (agents, regimen, start, end) in enumerate(_LATER, 2)
    )
    lines = (replace(first, end=line(1, "x", "x", "2020-06-01", "2021-02-20").end), *later)
    findings = tuple(
        finding(
            measure.id,
            at,
            f"2022-0{at + 1}-14",
            verdict,
            f"What {measure.id} asks of line {at} was looked for from 90 days before to the day itself.",
            evidence=given[at - 1 : at],
        )
        for measure, at, verdict in zip(
            knowledge().measures[:35], cycle((1, 2, 3, 4)), cycle(_VERDICTS), strict=False
        )
    )
    flags = tuple(flag(one, Severity.REVIEW) for one in findings if one.verdict is Verdict.NOT_MET)
    told.abstract = replace(told.abstract, lines=lines, findings=findings, flags=flags)
    return told
