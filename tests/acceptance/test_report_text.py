"""HER2 in the words of a report, from the record to the abstract: never met, never not met, always quoted."""

import pytest

from abstractor.abstract import Abstract, Criterion
from fixtures.stories import tale
from tests.asking import abstract_told
from tests.spec.reported import sentences

NEGATIVE = "HER2 was not amplified by FISH."


def told(*reports: str) -> Abstract:
    told = tale("words").breast_cancer("2018-01-10").metastasis("liver", "2019-03-01")
    for words in reports:
        told = told.pathology_report(words, "2019-02-11")
    return abstract_told(told.told())


def her2(abstract: Abstract) -> Criterion:
    return abstract.inclusion.criteria[0]


@pytest.mark.parametrize(
    "words", ["HER2 3+, positive", NEGATIVE, "HER2: see comment", "Her sister is HER2+."]
)
def test_words_alone_are_unknown_with_the_quote(words: str) -> None:
    abstract = told(words)
    found = her2(abstract)
    assert (found.verdict, found.reason) == ("unknown", "her2-text-only")
    assert words in found.statement
    assert ("DiagnosticReport.conclusion", words) in {(e.path, e.value) for e in found.evidence}
    assert any(flag.code == "her2-text-only" and words in flag.statement for flag in abstract.flags)


def test_no_sentence_decides_the_criterion() -> None:
    abstract = told(*(each.text for each in sentences()))
    assert her2(abstract).verdict == "unknown"


def test_a_grade_in_words_is_a_mention_and_no_diagnosis() -> None:
    assert not any(finding.rule == "ILD-ACT" for finding in told("Grade 3 pneumonitis.").findings)
