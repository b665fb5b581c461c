"""The sentences of `report_text/`, what the reader says of them, and the table of docs/report-text.md.

`python -m tests.spec.reported` writes the table anew.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from abstractor.fhir.text import read_text
from abstractor.fhir.text.scales import agreed

__all__ = ["Outcome", "Said", "Sentence", "judge", "sentences", "table"]

FOLDER = Path(__file__).parent / "report_text"
PAGE = Path(__file__).parents[2] / "docs" / "report-text.md"
_SAYS = re.compile(
    r"(?P<about>her2|er|pr|pneumonitis): "
    r"(?P<reading>positive|negative|equivocal|indeterminate|0|1\+|2\+|3\+|present|absent|grade [1-5]|\?)"
    r"(?: \((?P<assertion>historical|elsewhere|conditional)\))?"
)
_BETWEEN = re.compile(r"(?<=<!-- table -->\n).*(?=<!-- /table -->)", re.DOTALL)


class Outcome(StrEnum):
    """`LESS`: something is missing, left open or put on the careful side; nothing wrong is said."""

    RIGHT = "right"
    LESS = "less"
    WRONG = "wrong and confident"


@dataclass(frozen=True, slots=True, order=True)
class Said:
    about: str
    reading: str
    assertion: str


@dataclass(frozen=True, slots=True)
class Sentence:
    group: str
    subject: str
    text: str
    says: frozenset[Said]
    note: str


def sentences() -> Iterator[Sentence]:
    for path in sorted(FOLDER.glob("*.toml")):
        held = tomllib.loads(path.read_text(encoding="utf-8"))
        for case in held["case"]:
            says = frozenset(map(_said, case["says"]))
            yield Sentence(path.stem, held["about"], case["text"], says, case["note"])


def _said(words: str) -> Said:
    found = _SAYS.fullmatch(words)
    assert found is not None, f"not in the form of the table: {words}"
    return Said(found["about"], found["reading"], found["assertion"] or "stated")


def judge(sentence: Sentence) -> Outcome:
    """Wrong and confident: a reading that the sentence does not have, or one stated that is not stated."""
    told = {Said(t.about, t.reading or "?", t.assertion) for t in read_text(sentence.text).told}
    if told == sentence.says:
        return Outcome.RIGHT
    return Outcome.WRONG if any(_wrong(one, sentence.says) for one in told) else Outcome.LESS


def _wrong(told: Said, says: frozenset[Said]) -> bool:
    if told.reading == "?":
        return False
    alike = [one for one in says if one.about == told.about and _same(told.reading, one.reading)]
    return not any(told.assertion != "stated" or one.assertion == "stated" for one in alike)


def _same(told: str, says: str) -> bool:
    """ "positive" for 3+, and "present" for a grade, say less and nothing wrong."""
    if told == "present":
        return says == told or says.startswith("grade")
    return told == says or agreed([told, says]) == says


def table() -> str:
    """One row a file, with what it is about."""
    counted: dict[tuple[str, str], Counter[Outcome]] = {}
    for one in sentences():
        counted.setdefault((one.group, one.subject), Counter())[judge(one)] += 1
    lines = [f"| sentences about | all | {' | '.join(Outcome)} |", "| --- | --- | --- | --- | --- |"]
    total: Counter[Outcome] = Counter()
    for (_, subject), counts in counted.items():
        total += counts
        lines.append(_row(subject, counts))
    return "\n".join([*lines, _row("**all**", total)]) + "\n"


def _row(subject: str, counts: Counter[Outcome]) -> str:
    return f"| {subject} | {counts.total()} | {' | '.join(str(counts[each]) for each in Outcome)} |"


def main() -> None:
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(_BETWEEN.sub(lambda _: table(), page), encoding="utf-8")


if __name__ == "__main__":
    main()
