"""What a reader is asked of a chart: an item for each criterion of inclusion, line of therapy and finding.

An item's key stays the same for the same abstract; a missed finding, which a reader adds, has one of its own.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from abstractor.abstract import Abstract, Finding, Line, LineRef, Verdict
from abstractor.workflow.auditing import questions
from abstractor.workflow.auditing.design import Design, Hidden

__all__ = [
    "LINE_RULE",
    "MISSED",
    "OF_THE_PERIOD",
    "SEQUENCING",
    "Item",
    "ItemKind",
    "choices_of",
    "items_of",
    "missed_number",
]

SEQUENCING = "sequencing"
LINE_RULE = "line-of-therapy"
MISSED = "missed"
_LABEL = "FDA"
# What these ask cannot be told without the abstraction period.
OF_THE_PERIOD = frozenset({"visit-in-period", "cdk46-started"})

_CRITERION = (Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN)
_CHOICE = (
    Verdict.PREFERRED,
    Verdict.ACCEPTABLE,
    Verdict.NOT_PREFERRED,
    Verdict.NOT_RECOMMENDED,
    Verdict.NOT_ADDRESSED,
    Verdict.EXCEPTION,
    Verdict.INDETERMINATE,
)
_ON_LABEL = (Verdict.ON_LABEL, Verdict.OFF_LABEL, Verdict.INDETERMINATE)
_MEASURE = (
    Verdict.MET,
    Verdict.NOT_MET,
    Verdict.EXCLUDED,
    Verdict.EXCEPTION,
    Verdict.PENDING,
    Verdict.UNKNOWN,
)


class ItemKind(StrEnum):
    CRITERION = "criterion"
    LINE = "line"
    FINDING = "finding"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Item:
    """`program` is what the program says, null of a missed finding; of a line it is "right". `choices` are
    the verdicts that a reader may give, none of a line. `at` is its place among the abstract's own.
    """

    key: str
    kind: ItemKind
    rule: str
    program: str | None
    choices: tuple[str, ...]
    question: str
    line: LineRef | None
    at: int


def items_of(
    abstract: Abstract,
    design: Design,
    *,
    titles: Mapping[str, str] | None = None,
    of_the_period: Collection[str] = (),
) -> tuple[Item, ...]:
    """In the abstract's order. `titles` are the measures' own, by id. Where the wave is hidden, nothing is
    asked that only the abstraction period can answer; `of_the_period` are the measures of that sort, whose
    day is that of the first visit in it.
    """
    asked: list[Item] = []
    wave = Hidden.WAVE in design.hides
    if design.criteria:
        asked += _criteria(abstract, wave=wave)
    if design.lines:
        asked += (_line(line, at) for at, line in enumerate(abstract.lines))
    asked += _findings(abstract, design, titles or {}, of_the_period if wave else ())
    return tuple(asked)


def choices_of(rule: str, authority: str | None = None) -> tuple[str, ...]:
    """The verdicts that a finding of this rule can have; of no authority, all that any of its can."""
    if rule != SEQUENCING:
        return tuple(map(str, _MEASURE))
    if authority is None:
        return tuple(dict.fromkeys(map(str, (*_CHOICE, *_ON_LABEL))))
    return tuple(map(str, _ON_LABEL if authority == _LABEL else _CHOICE))


def missed_number(key: str) -> int | None:
    """Of "missed:2" the 2; None of any other key."""
    kind, _, number = key.partition(":")
    plain = number.isascii() and number.isdigit() and not number.startswith("0")
    return int(number) if kind == MISSED and plain and len(number) <= 3 else None


def _criteria(abstract: Abstract, *, wave: bool) -> Iterator[Item]:
    for at, each in enumerate(abstract.inclusion.criteria):
        if not (wave and each.criterion in OF_THE_PERIOD):
            yield Item(
                key=f"criterion:{each.criterion}",
                kind=ItemKind.CRITERION,
                rule=each.criterion,
                program=str(each.verdict),
                choices=tuple(map(str, _CRITERION)),
                question=questions.of_criterion(each.criterion, abstract.inclusion.definition),
                line=None,
                at=at,
            )


def _line(line: Line, at: int) -> Item:
    return Item(
        key=f"line:{line.setting}:{line.number}",
        kind=ItemKind.LINE,
        rule=LINE_RULE,
        program="right",
        choices=(),
        question=questions.of_line(line),
        line=LineRef(line.setting, line.number),
        at=at,
    )


def _findings(
    abstract: Abstract, design: Design, titles: Mapping[str, str], but: Collection[str]
) -> Iterator[Item]:
    """Of any rule `but` these. A second finding of the same line, phase and authority (another step of a
    maintenance) is told apart in its phase: "maintenance-intensified.2".
    """
    seen: Counter[str] = Counter()
    for at, finding in enumerate(abstract.findings):
        key = _key(finding)
        seen[key] += 1
        if finding.rule in but or (design.rules and finding.rule not in design.rules):
            continue
        yield Item(
            key=key if seen[key] == 1 else _key(finding, f".{seen[key]}"),
            kind=ItemKind.FINDING,
            rule=finding.rule,
            program=str(finding.verdict),
            choices=choices_of(finding.rule, finding.authority),
            question=_question(finding, abstract, titles),
            line=finding.line,
            at=at,
        )


def _key(finding: Finding, again: str = "") -> str:
    line = f"{finding.line.setting}:{finding.line.number}" if finding.line else "-:-"
    return f"finding:{finding.rule}:{line}:{finding.phase or '-'}{again}:{finding.authority}"


def _question(finding: Finding, abstract: Abstract, titles: Mapping[str, str]) -> str:
    if finding.rule != SEQUENCING:
        return questions.of_measure(finding, titles.get(finding.rule))
    given = next(
        (line for line in abstract.lines if LineRef(line.setting, line.number) == finding.line), None
    )
    if finding.authority == _LABEL:
        return questions.of_label(finding, given)
    return questions.of_choice(finding, given)
