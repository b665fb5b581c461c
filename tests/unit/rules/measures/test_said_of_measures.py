"""What each measure can give and what a reader is told that is due, told by hand; scores and counts at the
edges.
"""

import pytest

from abstractor.abstract import Verdict
from abstractor.chart import Bounds, Result, Standing
from abstractor.dates import Truth
from abstractor.rules.measures import MEASURE_KINDS, TRIGGER_KINDS
from abstractor.rules.measures.screening import Instrument
from tests.asking import library

RULES = {measure.id: measure.rule for measure in library().measures}
ANY, OPEN = {"met", "excluded", "unknown"}, {"met", "excluded", "unknown", "pending"}
JUDGED, EXCUSED = {*OPEN, "not-met"}, {*OPEN, "not-met", "exception"}
VERDICTS = {
    **dict.fromkeys(("MDT", "NAV"), ANY),
    "FERT": {*ANY, "exception"},
    "CONTRA": {*ANY, "exception", "not-met"},
    "LAP-LFT": {*ANY, "exception", "not-met"},
    "TUC-LFT": {*ANY, "exception", "not-met"},
    "TDM1-LAB": {*ANY, "not-met"},
    "TDXD-CBC": {*ANY, "not-met"},
    **dict.fromkeys(("BRAIN-SCREEN", "CINV-OTHER", "RESTAGE", "SCALP"), OPEN),
    "CDK-STOP": {*OPEN, "exception"},
    **dict.fromkeys(("CDK-CBC", "CDK-ECG", "CDK-EDU", "CDK-LFT", "CDK-LYTES", "NER-LFT"), JUDGED),
    **dict.fromkeys(("ILD-ACT", "ILD-MON", "LVEF-ACT", "PAIN", "PIK3CA-ESR1"), JUDGED),
}


@pytest.mark.parametrize("measure", RULES)
def test_the_verdicts_that_a_measure_can_give(measure: str) -> None:
    assert {str(each) for each in RULES[measure].verdicts()} == VERDICTS.get(measure, EXCUSED)


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        ("PAIN", "a pain score at each visit of the abstraction period; at pain score 4 or more, a plan"),
        (
            "DISTRESS",
            "distress screening at least once in the abstraction period; at PHQ-9 10, PHQ-2 3, GAD-7 10 or",
        ),
        (
            "TDM1-LAB",
            "Before 90% of the doses of ado-trastuzumab emtansine: ALT, AST, bilirubin and platelets in",
        ),
        (
            "BMA-SAFE",
            "a dental examination from 180 days before to 30 days after; calcium from 30 days before",
        ),
        ("BMA-SAFE", "Before each dose of zoledronic acid or pamidronate: creatinine in the 7 days before"),
        ("VACC", "pneumococcal vaccine (ever, from age 19), RSV"),
        ("VACC", "and hepatitis B vaccine (ever, from age 19 to 59)."),
        ("VACC", "influenza vaccine (of the season)"),
        ("LVEF-Q3M", "for 90 days or more: ejection fraction (LVEF) every 90 days, no more than 120 days of"),
        (
            "TUC-LFT",
            "ALT, AST and bilirubin in the 28 days before it, and every 21 days, no more than 31 days of",
        ),
        ("CINV-TDXD", "dexamethasone and an NK1 antagonist from 7 days before to 1 day after"),
        (
            "CDK-ECG",
            "ECG at baseline, then day 14, then day 29; by another edition at baseline, then day 14.",
        ),
        ("NAV", "a patient navigator in the period"),
        (
            "HBV",
            "At the first dose of a drug of one of the 20 kinds listed below in each palliative line: HBsAg, "
            "anti-HBc and anti-HBs at any time up to 30 days after.",
        ),
        ("CDK-EDU", "palbociclib, ribociclib or abemaciclib in each palliative or curative line: drug"),
        (
            "FERT",
            "in the first curative or palliative line: fertility preservation discussed at any time up to",
        ),
        ("CONTRA", "a pregnancy test and contraception counselling from 14 days before to the day itself."),
        ("BRAIN-SX", "brain MRI from the day itself to 14 days after."),
        ("RETEST", "After an earlier cancer: at distant metastasis: the oestrogen receptor of the"),
        (
            "NER-DIAR",
            "loperamide from 3 days before (or before its order) to 3 days after; loperamide or neratinib",
        ),
        ("CDK-STOP", "(by 3 months, 6 months or 12 months), and why"),
        ("PALL", "palliative care at any time up to 182 days after"),
    ],
)
def test_what_a_reader_is_told(measure: str, said: str) -> None:
    assert said in RULES[measure].sentence()


def test_every_kind_has_the_name_that_the_data_use() -> None:
    assert sorted(MEASURE_KINDS) == [
        "acted-on-result", "care-due", "check-before-dose", "check-schedule", "early-stop", "growth-factor",
        "her2-negative-only", "pneumonitis-response", "relapse-or-de-novo", "rolling-check", "screening",
        "start-and-doses", "vaccination",
    ]  # fmt: skip
    assert sorted(TRIGGER_KINDS) == [
        "diagnosed", "dose-after-event", "drug-started", "event-on-treatment", "first-dose", "metastatic",
        "progressed-on", "visits-in-period",
    ]  # fmt: skip


def score(
    number: float | None = None, between: Bounds | None = None, answers: tuple[str, ...] = ()
) -> Result:
    return Result(
        concepts=("phq-9",),
        number=number,
        unit="{score}",
        value_concepts=answers,
        text=None,
        when=None,
        standing=Standing.COUNTS,
        sources=(),
        between=between,
    )


@pytest.mark.parametrize(
    ("result", "high"),
    [
        (score(9.9), Truth.NO),
        (score(10), Truth.YES),
        (score(between=Bounds(10, None)), Truth.YES),
        (score(between=Bounds(None, 9)), Truth.NO),
        (score(between=Bounds(8, 12)), Truth.UNKNOWN),
        (score(), Truth.UNKNOWN),
        (score(answers=("answer:positive",)), Truth.YES),
        (score(answers=("answer:negative",)), Truth.NO),
        (score(12, answers=("answer:negative",)), Truth.YES),
    ],
)
def test_a_score_is_high_where_it_surely_is(result: Result, high: Truth) -> None:
    assert Instrument("phq-9", "PHQ-9", 10, ("answer:positive",)).high(result) is high


def test_a_scale_without_a_cut_is_never_high() -> None:
    assert Instrument("fatigue-score", "a fatigue score").high(score(10)) is Truth.NO


def test_a_scale_of_answers_alone_reads_no_number() -> None:
    assert Instrument("pain", "pain", None, ("answer:positive",)).high(score(10)) is Truth.UNKNOWN


def test_a_verdict_of_a_measure_is_one_of_those_of_an_abstract() -> None:
    assert {verdict for rule in RULES.values() for verdict in rule.verdicts()} <= set(Verdict)
