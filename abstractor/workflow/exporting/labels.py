"""Auditors' labels beside what the program says of the same items, rule by rule."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from abstractor.abstract import Abstract, LineRef
from abstractor.export.disclosing import Disclosure
from abstractor.export.labels import CANNOT_TELL, Label, WrongCell, read_labels
from abstractor.export.subjects import Who, criterion_item, finding_items, line_item
from abstractor.workflow.abstracting.counting import abstracts_in
from abstractor.workflow.agreement.clusters import share_of_charts
from abstractor.workflow.agreement.ratings import Estimate, Measured
from abstractor.workflow.exporting.keys import known_study_key

__all__ = ["Beside", "Compared", "Label", "WrongCell", "beside_program", "read_labels"]


@dataclass(frozen=True, slots=True)
class Compared:
    """Of one rule: labels that are the program's verdict and those that are not; `left_open`: the reader
    cannot tell; `not_there`: no such item in the abstracts. `agreed`: the share of the same.
    """

    rule: str
    same: int
    different: int
    left_open: int
    not_there: int
    agreed: Measured

    @property
    def share(self) -> float | None:
        return self.agreed.value if isinstance(self.agreed, Estimate) else None


@dataclass(frozen=True, slots=True)
class Beside:
    """`no_patient`, `no_item`: the lines of the file whose patient the abstracts do not have, or of one that
    they have the item.
    """

    rules: tuple[Compared, ...]
    no_patient: tuple[int, ...]
    no_item: tuple[int, ...]


def beside_program(
    labels: tuple[Label, ...], abstracts: Path, *, key: Path | None, clinic: str = ""
) -> Beside:
    """By rule. `key`: the labels name patients by the study ids of that key, else by their references.
    `clinic`: the address that the ids of a cycle's or an audit's export are bound to; none of a file's.
    """
    wanted: dict[str, list[Label]] = defaultdict(list)
    for label in labels:
        wanted[label.patient].append(label)
    disclosure = Disclosure(known_study_key(key)) if key is not None else None
    counted: dict[str, list[Counter[str]]] = defaultdict(list)
    no_item: list[int] = []
    for abstract in abstracts_in(abstracts):
        named = abstract.patient.removeprefix("Patient/")
        if disclosure is not None:
            named = disclosure.study_id(Who(clinic.rstrip("/"), abstract.patient))
        said = dict(_said(abstract)) if named in wanted else {}
        theirs = wanted.pop(named, [])
        no_item += [one.line for one in theirs if one.item not in said]
        for rule, found in _by_rule((one, _compared(one, said)) for one in theirs):
            counted[rule].append(found)
    for left in wanted.values():
        for rule, found in _by_rule((one, "not-there") for one in left):
            counted[rule].append(found)
    rules = tuple(_told(rule, counted[rule]) for rule in sorted(counted))
    no_patient = sorted(one.line for left in wanted.values() for one in left)
    return Beside(rules, tuple(no_patient), tuple(sorted(no_item)))


def _by_rule(compared: Iterable[tuple[Label, str]]) -> Iterable[tuple[str, Counter[str]]]:
    """Of one patient."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for label, how in compared:
        found[_rule(label.item)][how] += 1
    return found.items()


def _said(abstract: Abstract) -> Iterator[tuple[str, str]]:
    """What the program says of each item; a line that it drew it holds for right."""
    for each in abstract.inclusion.criteria:
        yield criterion_item(each.criterion), str(each.verdict)
    for line in abstract.lines:
        yield line_item(LineRef(line.setting, line.number)), "right"
    for item, finding in zip(finding_items(abstract.findings), abstract.findings, strict=True):
        yield item, str(finding.verdict)


def _compared(label: Label, said: dict[str, str]) -> str:
    if label.item not in said:
        return "not-there"
    if label.label == CANNOT_TELL:
        return "left-open"
    return "same" if said[label.item] == label.label else "different"


def _rule(item: str) -> str:
    kind, _, rest = item.partition(":")
    return "line-of-therapy" if kind == "line" else rest.partition(":")[0]


def _told(rule: str, by_patient: Sequence[Counter[str]]) -> Compared:
    """The interval takes the patient for the unit: what is said of one patient hangs together."""
    counted = sum(by_patient, Counter[str]())
    return Compared(
        rule=rule,
        same=counted["same"],
        different=counted["different"],
        left_open=counted["left-open"],
        not_there=counted["not-there"],
        agreed=share_of_charts(Counter((one["same"], one["same"] + one["different"]) for one in by_patient)),
    )
