"""Rows whose facts an earlier row already settles: the sentence for the reader still names each (knowledge
base, sections 2.2 and 2.3), and both halves of a label's use have a case."""

import pytest

from abstractor.dates import Truth
from abstractor.rules.judging import applies, judge
from fixtures.stories import HP, TDM1, tale
from tests.asking import library, situation_of
from tests.spec.cases import all_cases, told
from tests.spec.choices import named

EARLY = "last curative HER2-directed dose"
SHOWN = [
    ("asco-her2-2014", "early-relapse-thp", EARLY),
    ("asco-her2-2018", "early-relapse-thp", EARLY),
    ("asco-her2-2022", "early-relapse-thp", EARLY),
    ("asco-her2-2022", "early-relapse-h-chemo", EARLY),
    ("asco-her2-2022", "early-relapse-txh-without-cns", "CNS"),
    ("asco-her2-2022", "second-line-txh-without-cns", "CNS"),
    ("asco-her2-2014", "later-line-h-chemo", "line"),
    ("asco-her2-2018", "later-line-h-chemo", "line"),
]


@pytest.mark.parametrize(("edition", "row", "words"), SHOWN, ids=[f"{row[0]} {row[1]}" for row in SHOWN])
def test_what_a_row_rests_on_is_shown(edition: str, row: str, words: str) -> None:
    cases = [each for each in all_cases() if (each.edition, each.row) == (edition, row)]
    assert cases
    for case in cases:
        situation = situation_of(told(case).told(), len(case.lines), step=case.adds is not None)
        assert words in judge(library().edition(edition), situation, library()).shows


@pytest.mark.parametrize("edition", ["asco-her2-2014", "asco-her2-2018"])
def test_read_alone_a_row_of_her2_therapy_does_not_speak_of_chemotherapy_alone(edition: str) -> None:
    rows = {row.id: row for row in library().edition(edition).recommendations}
    assert applies(rows["second-line-other-her2"], named("CHEMO, line 2")).truth is Truth.NO
    assert applies(rows["second-line-other-her2"], named("TXH, line 2")).truth is Truth.YES


MARGETUXIMAB = "fda-margetuximab-2020-12-16"


@pytest.mark.parametrize(
    ("metastatic_before", "verdict"),
    [(False, "off-label"), (True, "on-label")],
    ids=[f"{MARGETUXIMAB} off-label", f"{MARGETUXIMAB} on-label"],
)
def test_one_of_the_two_regimens_before_margetuximab_was_for_metastatic_disease(
    metastatic_before: bool, verdict: str
) -> None:
    patient = tale("someone").breast_cancer("2015-01-05").her2_ihc("3+", "2015-01-05")
    patient.course(["docetaxel", *HP], "2015-02-02", until="2015-06-01")
    patient.course(TDM1, "2015-08-03", until="2016-06-06").metastasis("liver", "2020-11-02")
    if metastatic_before:
        patient.course(["capecitabine", "lapatinib"], "2020-11-09", through="2021-05-31")
    patient.course(["eribulin", "margetuximab"], "2021-06-07", cycles=5)
    situation = situation_of(patient.told(), 2 if metastatic_before else 1)
    assert judge(library().edition(MARGETUXIMAB), situation, library()).verdict == verdict
