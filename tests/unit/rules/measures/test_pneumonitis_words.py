"""ILD-ACT on what words say of a pneumonitis: no critical flag from words that do not say it, no silence
where they may.
"""

import pytest

from tests.unit.rules.measures.pneumonitis_told import again, ill, said, treated, worded

NOT_ITS_GRADE = [
    "Pneumonitis; CTCAE grade 3 neutropenia",
    "Grade 2 diarrhea with pneumonitis",
    "Grade 3 invasive ductal carcinoma; pneumonitis",
    "Nottingham grade 3 breast cancer with lung disease, interstitial",
    "Pneumonitis, grade 3 neutropenia",
]
# Again on a day by which it is not said to be over.
BOUNDED = [
    ("Pneumonitis, not grade 2", "grade-unknown"),
    ("Pneumonitis, up to grade 2", "grade-unknown"),
    ("Pneumonitis, less than grade 2", "resolution-not-recorded"),
    ("Pneumonitis < grade 2", "resolution-not-recorded"),
    ("Pneumonitis grade <=1", "resolution-not-recorded"),
    ("Pneumonitis, grade 0", "not-confirmed"),
]


@pytest.mark.parametrize("words", NOT_ITS_GRADE)
def test_another_grade_is_not_its_own(words: str) -> None:
    verdict, statement = said(again(ill(words)))
    assert verdict == "unknown"
    assert (
        f"no grade that can be told to be its own: “{words}”" in statement and "(grade-unknown)" in statement
    )


@pytest.mark.parametrize(("words", "reason"), BOUNDED)
def test_a_grade_that_words_hold_under_2_is_not_taken_for_2(words: str, reason: str) -> None:
    verdict, statement = said(again(ill(words)))
    assert (verdict, f"({reason})" in statement) == ("unknown", True), statement


def test_a_lower_bound_is_critical_and_in_a_note_for_a_person() -> None:
    assert said(again(ill("Pneumonitis grade >1")))[0] == "not-met critical"
    verdict, statement = said(again(treated().note("Pneumonitis grade >= 2.", "2022-05-10")))
    assert (verdict, "(text-only)" in statement) == ("unknown", True), statement


@pytest.mark.parametrize("words", ["Radiation pneumonitis 2015.", "Pneumonitis (2015)"])
def test_a_note_of_an_earlier_year_is_silent(words: str) -> None:
    assert said(again(treated().note(words, "2022-05-10"))) == ("", "")


def test_a_note_of_this_year_is_not() -> None:
    assert said(again(treated().note("Pneumonitis 2022.", "2022-05-10")))[0] == "unknown"


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
