"""ILD-ACT on what words say of a pneumonitis: no critical flag from words that do not say it, no silence
where they may; and dates and windows that are still open.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from abstractor.abstract import Abstract, Finding
from fixtures.stories import TDXD, Tale, tale
from tests.asking import abstract_told

DRUG = TDXD[0]
Json = dict[str, Any]


def treated() -> Tale:
    """Five doses of T-DXd up to 26 April."""
    told = tale("someone").her2_positive_mbc("2021-12-01", "liver")
    return told.course(TDXD, "2022-02-01", until="2022-04-26")


def ill(words: str, on: str = "2022-05-10", **more: Any) -> Tale:
    return treated().condition("J70.4", words, on, **more)


def worded(words: str, **elements: Any) -> Tale:
    """A Condition without a code, moderate."""
    severity = {"coding": [{"system": "http://snomed.info/sct", "code": "6736007"}]}
    told = treated().condition("J70.4", words, "2022-05-10")
    return told.but(code={"text": words}, severity=severity, **elements)


def again(told: Tale, on: str = "2022-06-21") -> Tale:
    return told.given(DRUG, on)


def decided(told: Tale) -> tuple[list[Finding], Abstract]:
    abstract = abstract_told(told.told())
    return [each for each in abstract.findings if each.rule == "ILD-ACT"], abstract


def said(told: Tale) -> tuple[str, str]:
    """The verdict with its flag's severity, and the statement."""
    found, abstract = decided(told)
    if not found:
        return "", ""
    flags = [str(flag.severity) for flag in abstract.flags if flag.code == "ILD-ACT"]
    return f"{found[0].verdict} {' '.join(flags)}".strip(), found[0].statement


NOT_ITS_GRADE = [
    "Pneumonitis; CTCAE grade 3 neutropenia",
    "Grade 2 diarrhea with pneumonitis",
    "Grade 3 invasive ductal carcinoma; pneumonitis",
    "Nottingham grade 3 breast cancer with lung disease, interstitial",
    "Pneumonitis, not grade 2",
    "Pneumonitis, less than grade 2",
    "Pneumonitis < grade 2",
    "Pneumonitis, grade 3 neutropenia",
]


@pytest.mark.parametrize("words", NOT_ITS_GRADE)
def test_another_grade_is_not_its_own(words: str) -> None:
    verdict, statement = said(again(ill(words)))
    assert verdict == "unknown"
    assert (
        f"no grade that can be told to be its own: “{words}”" in statement and "(grade-unknown)" in statement
    )


NOT_ESTABLISHED = [
    "Possible grade 2 pneumonitis",
    "Suspected pneumonitis, grade 2",
    "Grade 2 pneumonitis vs infection",
    "History of grade 2 pneumonitis",
    "History of drug-induced ILD, resolved 2015",
    "Family history of grade 3 pneumonitis",
    "Ruled out ILD",
    "No grade 2 pneumonitis",
    "Pneumonitis without grade 3 toxicity",
    "Radiation pneumonitis, grade 2",
    "Aspiration pneumonitis, grade 2",
    "Hypersensitivity pneumonitis, grade 2",
    "Infectious pneumonitis, grade 2",
]


@pytest.mark.parametrize("words", NOT_ESTABLISHED)
def test_a_code_whose_words_do_not_establish_it_is_unknown_with_the_quote(words: str) -> None:
    for severity in (None, "severe"):
        verdict, statement = said(again(ill(words, grade=severity)))
        assert (verdict, f"“{words}”" in statement) == ("unknown", True), statement
        assert "(not-confirmed)" in statement


@pytest.mark.parametrize(
    "words",
    [
        "Possible pneumonitis",
        "Suspected ILD",
        "Pneumonitis vs infection",
        "History of pneumonitis",
        "Radiation pneumonitis",
        "Hypersensitivity pneumonitis, chronic",
    ],
)
def test_words_alone_that_leave_it_open_are_unknown(words: str) -> None:
    verdict, statement = said(again(worded(words)))
    assert verdict == "unknown" and f"“{words}”" in statement, statement


@pytest.mark.parametrize(
    "words",
    [
        "No pneumonitis",
        "Rule out pneumonitis",
        "Family history of interstitial lung disease",
        "At risk for pneumonitis",
        "Education about pneumonitis",
        "Encounter for monitoring of pneumonitis",
        "Pneumonitis screening",
        "Aspiration pneumonitis",
    ],
)
def test_words_alone_that_deny_it_are_no_finding(words: str) -> None:
    assert said(again(worded(words))) == ("", "")


@pytest.mark.parametrize(
    "words",
    [
        "Pneumonitis",
        "Lung disease, interstitial",
        "Enhertu-induced pneumonitis",
        "Resolved drug-induced pneumonitis",
        "Noninfectious pneumonitis",
        "Pneumonitis, likely related to Enhertu",
    ],
)
def test_words_that_establish_it_still_count(words: str) -> None:
    assert said(again(worded(words)))[0] == "not-met critical"
    assert said(again(ill(f"{words}, grade 2")))[0] == "not-met critical"


HEDGED = [
    "Grade 2 pneumonitis, likely drug-related.",
    "Grade 2 pneumonitis likely.",
    "Grade 2 pneumonitis, probably due to Enhertu.",
    "Grade 2 pneumonitis (possibly related to trastuzumab deruxtecan).",
    "Interstitial lung disease, grade 2, likely related to Enhertu.",
    "Organizing pneumonia consistent with T-DXd toxicity, CTCAE grade 2.",
    "No new pneumonitis; known grade 2 pneumonitis improving.",
    "Known pneumonitis, improved.",
    "Resolved grade 2 pneumonitis.",
    "Presumed drug-induced pneumonitis; hold Enhertu.",
    "Likely pneumonitis from Enhertu.",
    "Cannot exclude pneumonitis.",
    "Findings could represent pneumonitis versus infection.",
    "Hypersensitivity pneumonitis, chronic",
    "History of pneumonitis.",
]


@pytest.mark.parametrize("words", HEDGED)
def test_a_hedge_in_report_text_is_unknown_with_the_quote(words: str) -> None:
    verdict, statement = said(again(treated().note(words, "2022-05-10")))
    assert verdict == "unknown"
    assert f"“{words}”" in statement and "(text-only)" in statement


@pytest.mark.parametrize(
    "words",
    [
        "No pneumonitis.",
        "Rule out pneumonitis.",
        "Monitor for pneumonitis.",
        "If pneumonitis of any grade develops, hold Enhertu.",
        "Hold T-DXd for grade 2 or higher pneumonitis.",
        "Counselled about the risk of ILD.",
        "Her sister has interstitial lung disease.",
        "Family history of pneumonitis.",
        "History of radiation pneumonitis in 2015.",
        "Prior pneumonitis grade 2 in 2021, none since.",
    ],
)
def test_report_text_that_tells_of_no_disease_on_the_drug_is_no_finding(words: str) -> None:
    assert said(again(treated().note(words, "2022-05-10"))) == ("", "")


def test_a_known_disease_before_the_drug_is_not_told_anew_by_reports() -> None:
    told = treated().condition("J84.10", "Pulmonary fibrosis", "2019-03-01")
    for words in (
        "Known interstitial lung disease, unchanged.",
        "Interstitial lung disease.",
        "Possible ILD.",
    ):
        told = told.note(words, "2022-05-10")
    assert said(again(told)) == ("", "")


def test_report_text_of_a_later_episode_is_not_lost_beside_an_earlier_record() -> None:
    told = ill("Pneumonitis, grade 1", "2022-03-08", clinical="resolved").but(abatementDateTime="2022-03-14")
    told.note("Grade 2 pneumonitis.", "2022-05-10")
    assert said(told)[0] == "met"
    verdict, statement = said(again(told))
    assert verdict == "unknown" and "“Grade 2 pneumonitis.”" in statement


CONFLICTS: list[tuple[str, Callable[[], Tale], str, str]] = [
    (
        "severe by code, grade 1 in words",
        lambda: again(ill("Grade 1 pneumonitis", grade="severe")),
        "not-met review",
        "its severity says grade 3, its words grade 1 (grade-conflict)",
    ),
    (
        "mild by code, grade 3 in words",
        lambda: again(ill("Grade 3 pneumonitis", grade="mild")),
        "not-met review",
        "its severity says grade 1, its words grade 3 (grade-conflict)",
    ),
    (
        "moderate by code, grade 3 in words",
        lambda: again(ill("Grade 3 pneumonitis", grade="moderate")),
        "not-met critical",
        "its severity says grade 2, its words grade 3",
    ),
    (
        "mild and over by record, grade 3 in a report",
        lambda: again(
            ill("Pneumonitis", grade="mild", clinical="resolved")
            .but(abatementDateTime="2022-05-24")
            .note("Grade 3 pneumonitis.", "2022-05-10")
        ),
        "unknown",
        "report text says otherwise: “Grade 3 pneumonitis.” (grade-conflict)",
    ),
    (
        "severe by code, grade 1 in a report",
        lambda: again(ill("Pneumonitis", grade="severe").note("Grade 1 pneumonitis.", "2022-05-10")),
        "not-met critical",
        "report text says otherwise: “Grade 1 pneumonitis.”",
    ),
    (
        "mild by record, grade 1 in a report",
        lambda: again(ill("Pneumonitis", grade="mild").note("Grade 1 pneumonitis.", "2022-05-10")),
        "unknown",
        "that it was over by then is not recorded (resolution-not-recorded)",
    ),
    (
        "no grade on record, a hedged one in a report",
        lambda: again(ill("Pneumonitis").note("Grade 3 pneumonitis, likely drug-related.", "2022-05-10")),
        "unknown",
        "grade stands in report text alone: “Grade 3 pneumonitis, likely drug-related.” (grade-text-only)",
    ),
    (
        "no grade on record, one in a report of years before",
        lambda: again(ill("Pneumonitis").note("Grade 3 pneumonitis.", "2019-05-10")),
        "unknown",
        "no grade is recorded (grade-unknown)",
    ),
]


@pytest.mark.parametrize(("name", "told", "verdict", "shows"), CONFLICTS, ids=[row[0] for row in CONFLICTS])
def test_grades_that_contradict_each_other_are_told(
    name: str, told: Callable[[], Tale], verdict: str, shows: str
) -> None:
    got, statement = said(told())
    assert got == verdict, statement
    first, _, reason = shows.partition(" (")
    assert first in statement and reason in statement, statement


def graded(value: Json) -> Tale:
    told = ill("Pneumonitis")
    result = {
        "resourceType": "Observation",
        "id": "grade",
        "status": "final",
        "code": {"text": "CTCAE grade"},
        "subject": {"reference": "Patient/someone"},
        "focus": [{"reference": told.last_reference}],
        "effectiveDateTime": "2022-05-11",
        **value,
    }
    return again(told.raw(result))


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ({"text": "CTCAE grade 2"}, "not-met critical"),
        ({"coding": [{"system": "urn:local", "code": "x", "display": "CTCAE grade 2"}]}, "not-met critical"),
        (
            {"coding": [{"system": "http://snomed.info/sct", "code": "0", "display": "Grade 3"}]},
            "not-met critical",
        ),
        ({"coding": [{"system": "http://snomed.info/sct", "code": "6736007"}]}, "not-met critical"),
        ({"coding": [{"system": "urn:local", "code": "x", "display": "two"}]}, "unknown"),
    ],
)
def test_a_graded_result_as_a_code(value: Json, verdict: str) -> None:
    got, statement = said(graded({"valueCodeableConcept": value}))
    assert got == verdict, statement
    assert "no grade is recorded" not in statement


@pytest.mark.parametrize(
    "dated",
    [
        {"onsetDateTime": None, "recordedDate": None},
        {"onsetDateTime": None, "recordedDate": None, "onsetString": "spring 2022"},
        {"onsetDateTime": "2022", "recordedDate": None},
    ],
)
def test_a_date_that_leaves_it_open_is_flagged(dated: Json) -> None:
    story = again(ill("Pneumonitis", grade="moderate")).told()
    resources = [
        {name: value for name, value in {**each, **dated}.items() if value is not None}
        if each["resourceType"] == "Condition" and "severity" in each
        else each
        for each in story.resources
    ]
    abstract = abstract_told(replace(story, resources=tuple(resources)))
    found = [each for each in abstract.findings if each.rule == "ILD-ACT"]
    assert [each.verdict for each in found] == ["unknown"]
    (flag,) = [flag for flag in abstract.flags if flag.code == "date-uncertain"]
    assert str(flag.severity) == "review" and "pneumonitis" in flag.statement


def test_an_exact_date_or_a_doubt_of_another_kind_raises_no_flag_of_dates() -> None:
    for told in (again(ill("Pneumonitis")), again(ill("Pneumonitis", "2022-05")), again(ill("Possible ILD"))):
        _, abstract = decided(told)
        assert not [flag for flag in abstract.flags if flag.code == "date-uncertain"]


@pytest.mark.parametrize(
    ("as_of", "steroid", "scan"),
    [
        ("2022-05-11", "pending", "pending"),
        ("2022-05-16", "pending", "pending"),
        ("2022-05-17", "not met", "pending"),
        ("2022-06-06", "not met", "pending"),
        ("2022-06-07", "not met", "not met"),
    ],
)
def test_what_is_still_to_come_is_pending(as_of: str, steroid: str, scan: str) -> None:
    told = ill("Pneumonitis", grade="moderate").order("letrozole", "2022-01-10")
    told.reported("Normal.", "2020-01-10", loinc="24627-2")
    abstract = abstract_told(replace(told.told(), as_of=date.fromisoformat(as_of)))
    (found,) = [each for each in abstract.findings if each.rule == "ILD-ACT"]
    assert f"a systemic steroid within 7 days {steroid}" in found.statement
    assert f"chest CT within 28 days {scan}" in found.statement
