"""ILD-ACT on grades that contradict each other, graded results in codes, dates and windows that are open."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from fixtures.stories import Tale
from tests.asking import abstract_told
from tests.unit.rules.measures.pneumonitis_told import Json, again, decided, ill, said

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
