"""ER and PR in the words of reports: quoted where nothing coded decides, told where they contradict, never
a receptor by themselves.
"""

import pytest

from abstractor.abstract import Criterion
from fixtures.stories import Tale, tale
from tests.asking import abstract_told

ON = "2022-01-13"
BOTH = "Estrogen receptor: low positive (5%). Progesterone receptor: negative."


def cancer() -> Tale:
    told = tale("someone").visit("2022-02-01").breast_cancer("2022-01-10").her2_ihc("1+", ON)
    return told.metastasis("bone", "2022-01-17")


def tumour(told: Tale) -> Criterion:
    return abstract_told(told.told(), cohort="cdk46").inclusion.criteria[0]


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("ER/PR positive", '"ER/PR positive" (ER positive)'),
        ("ER/PR positive", '"ER/PR positive" (PR positive)'),
        (BOTH, '"Estrogen receptor: low positive (5%)." (ER positive)'),
        (BOTH, '"Progesterone receptor: negative." (PR negative)'),
        ("ER and PR: pending", "(ER no reading, not settled)"),
        ("Her sister had ER positive cancer.", "(ER positive, of another specimen, cancer or person)"),
    ],
)
def test_words_alone_are_quoted_and_decide_nothing(words: str, shown: str) -> None:
    found = tumour(cancer().pathology_report(words, ON))
    assert (found.verdict, found.reason) == ("unknown", "hormone-receptor-text-only")
    assert shown in found.statement
    assert any(e.path == "DiagnosticReport.conclusion" and e.value in words for e in found.evidence)


def test_words_beside_a_result_that_does_not_decide_are_quoted() -> None:
    found = tumour(cancer().condition("Z17.1", "breast cancer", ON).pathology_report("PR positive", ON))
    assert (found.verdict, found.reason) == ("unknown", "hormone-receptor-unknown")
    assert '"PR positive" (PR positive)' in found.statement


@pytest.mark.parametrize(
    ("coded", "words", "day", "told"),
    [
        ("negative", "ER positive (90%)", ON, True),
        ("positive", "ER negative (0%)", ON, True),
        ("positive", "ER positive (90%)", ON, False),
        ("positive", "ER negative. ER positive.", ON, False),
        ("positive", "ER negative (0%)", "2022-01-14", False),
        ("positive", "ER: see comment", ON, False),
        ("positive", "Prior biopsy: ER negative", ON, False),
    ],
)
def test_words_of_that_day_that_contradict_are_told_and_change_nothing(
    coded: str, words: str, day: str, told: bool
) -> None:
    plain = tumour(cancer().hormone_receptors(coded, ON))
    found = tumour(cancer().hormone_receptors(coded, ON).pathology_report(words, day))
    assert (found.verdict, found.reason) == (plain.verdict, plain.reason)
    assert ("yet the words of that day say otherwise" in found.statement) is told
    assert any(e.path == "DiagnosticReport.conclusion" for e in found.evidence) is told
