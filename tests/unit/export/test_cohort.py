"""The cohort table and its attrition: each patient in one step; what breaks a rule is refused."""

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abstractor.abstract import (
    Abstract,
    Criterion,
    Flag,
    Inclusion,
    ReportingPeriod,
    Severity,
    Stamps,
    Verdict,
    from_plain,
)
from abstractor.errors import AbstractorError
from abstractor.export.cohort import Attrition, attrition, cohort_table
from abstractor.export.jsonl import write_jsonl

CRITERIA = ("her2-positive-mbc", "her2-lines", "visit-in-period")
MET, NOT, UNKNOWN = Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN


def overall(verdicts: Sequence[Verdict]) -> Verdict:
    """The contract's three-valued AND."""
    if NOT in verdicts:
        return Verdict.EXCLUDED
    return Verdict.REVIEW if UNKNOWN in verdicts else Verdict.INCLUDED


def abstract_of(patient: str, *verdicts: Verdict, flags: Sequence[Severity] = ()) -> Abstract:
    verdict = overall(verdicts)
    criteria = zip(CRITERIA, verdicts, strict=True)
    return Abstract(
        patient=patient,
        period=ReportingPeriod(date(2022, 1, 1), date(2022, 12, 31), "UTC"),
        as_of=date(2022, 12, 31),
        inclusion=Inclusion(
            cohort="her2-mbc",
            verdict=verdict,
            definition="A",
            by_definition=(("A", verdict),),
            sensitive=False,
            criteria=tuple(Criterion(name, one, None, "A sentence.", ()) for name, one in criteria),
        ),
        lines=(),
        findings=(),
        flags=tuple(Flag("code", severity, "A sentence.", ()) for severity in flags),
        flagged=verdict is Verdict.REVIEW or bool(flags),
        completeness=(),
        stamps=Stamps("0.1.0", (), "sha256:0", "policy-1", "sha256:1"),
    )


SIX = [
    abstract_of("Patient/6", MET, MET, MET, flags=[Severity.REVIEW, Severity.CRITICAL]),
    abstract_of("Patient/5", MET, MET, MET),
    abstract_of("Patient/4", NOT, NOT, UNKNOWN),
    abstract_of("Patient/3", UNKNOWN, MET, NOT),
    abstract_of("Patient/2", MET, UNKNOWN, UNKNOWN),
    abstract_of("Patient/1", MET, NOT, NOT),
]


def test_each_patient_is_stopped_by_the_first_criterion_not_met() -> None:
    assert attrition(SIX) == (
        Attrition("her2-positive-mbc", patients=1, left=5),
        Attrition("her2-lines", patients=1, left=4),
        Attrition("visit-in-period", patients=1, left=3),
        Attrition("review", patients=1, left=2),
        Attrition("included", patients=2, left=2),
    )


def test_a_criterion_that_stops_nobody_is_told_too() -> None:
    assert [step.patients for step in attrition(SIX[:2])] == [0, 0, 0, 0, 2]


def test_no_patients_are_no_patients() -> None:
    assert attrition([]) == (Attrition("review", 0, 0), Attrition("included", 0, 0))


VERDICTS = st.tuples(*[st.sampled_from([MET, NOT, UNKNOWN])] * 3)


@given(st.lists(VERDICTS, max_size=30))
def test_the_steps_sum_to_the_patients(verdicts: list[tuple[Verdict, ...]]) -> None:
    abstracts = [abstract_of(f"Patient/{number}", *each) for number, each in enumerate(verdicts)]
    steps = attrition(abstracts)
    assert sum(step.patients for step in steps) == len(abstracts)
    assert steps[-1].left == steps[-1].patients == sum(all(v is MET for v in each) for each in verdicts)


def test_the_table_has_one_row_a_patient() -> None:
    rows = cohort_table(SIX).select("patient", "verdict", "stopped_by", "worst", "flags").rows()
    assert rows == [
        ("Patient/1", "excluded", "her2-lines", None, 0),
        ("Patient/2", "review", "her2-lines", None, 0),
        ("Patient/3", "excluded", "visit-in-period", None, 0),
        ("Patient/4", "excluded", "her2-positive-mbc", None, 0),
        ("Patient/5", "included", None, None, 0),
        ("Patient/6", "included", None, "critical", 2),
    ]


INCLUDED = abstract_of("Patient/secret", MET, MET, MET)


@pytest.mark.parametrize(
    ("abstracts", "words"),
    [
        ([INCLUDED, INCLUDED], "abstract 1, patient: stands in two rows"),
        ([replace(INCLUDED, patient="secret")], "abstract 1, patient: is no reference"),
        (
            [replace(INCLUDED, inclusion=replace(INCLUDED.inclusion, verdict=Verdict.MET))],
            "abstract 1, verdict: is none of the values",
        ),
        (
            [replace(INCLUDED, inclusion=replace(INCLUDED.inclusion, verdict=Verdict.EXCLUDED))],
            "abstract 1, stopped_by: breaks the rule: included meet every criterion",
        ),
        (
            [replace(abstract_of("Patient/secret", UNKNOWN, MET, MET), flagged=False)],
            "abstract 1, flagged: breaks the rule: review is flagged",
        ),
    ],
)
def test_a_table_that_breaks_a_rule_is_refused_without_naming_a_patient(
    abstracts: list[Abstract], words: str
) -> None:
    with pytest.raises(AbstractorError, match=words) as refused:
        cohort_table(abstracts)
    assert "secret" not in str(refused.value)
    assert refused.value.__suppress_context__


def test_lines_of_json_are_sorted_by_patient_and_read_back() -> None:
    out = io.StringIO()
    assert write_jsonl(SIX, out) == 6
    lines = out.getvalue().splitlines()
    assert [from_plain(json.loads(line)) for line in lines] == list(reversed(SIX))
