"""What speaks against a bone-modifying agent, told as records: results by unit and day, reasons in words by
day, and which of several is told.
"""

import pytest

from abstractor.abstract import Finding
from fixtures.stories import Tale
from tests.asking import abstract_told
from tests.unit.rules.measures.test_reasons_in_words import bone

ZOLEDRONATE = "zoledronic acid"
UNREAD = "Dental extraction planned"


def finding(told: Tale) -> Finding:
    (found,) = [each for each in abstract_told(told.told()).findings if each.rule == "BMA"]
    return found


def cleared(amount: float, on: str = "2022-02-14", unit: str = "mL/min", **elements: object) -> Tale:
    told = bone().measured("2164-2", "Creatinine clearance", on, amount=(amount, unit))
    return told.but(code={"text": "Creatinine clearance"}, **elements)


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        (cleared(24), "exception"),
        (cleared(60), "not-met"),
        (cleared(24, unit="mmol/L"), "not-met"),
        (cleared(24, "2020-02-14"), "not-met"),
        (cleared(24, "2022-06-14"), "not-met"),
        (cleared(24, "2022"), "not-met"),
        (cleared(24, effectiveDateTime=None), "not-met"),
        (cleared(0), "not-met"),
    ],
)
def test_a_result_speaks_against_it_in_its_unit_and_its_days(told: Tale, verdict: str) -> None:
    found = finding(told)
    assert found.verdict == verdict, found.statement
    assert ("(result-against-it)" in found.statement) is (verdict == "exception")


def not_given(told: Tale, on: str, why: str = UNREAD, **elements: object) -> Tale:
    return told.given(ZOLEDRONATE, on, status="not-done", why_not=why).but(**elements)


UNDATED = {"effectiveDateTime": None, "effectivePeriod": None}


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        (not_given(bone(), "2022-03-01"), "unknown"),
        (not_given(bone(), "2022-03-01", **UNDATED), "unknown"),
        (not_given(bone(), "2021"), "unknown"),
        (not_given(bone(), "2020"), "not-met"),
        (not_given(bone(), "2022"), "unknown"),
        (not_given(bone(), "2022-09"), "not-met"),
        (not_given(bone(), "2022-03-01", "Patient refused", **UNDATED), "exception"),
        (not_given(bone(), "2022", "Patient refused"), "exception"),
        (not_given(bone(), "2022-09-01", "Patient refused"), "not-met"),
    ],
)
def test_a_reason_counts_where_it_may_lie_before_the_window_closes(told: Tale, verdict: str) -> None:
    found = finding(told)
    assert found.verdict == verdict, found.statement


def test_a_reason_that_is_read_stands_before_one_that_is_not() -> None:
    told = not_given(not_given(bone(), "2022-03-01"), "2022-03-29", "Patient refused")
    assert finding(told).verdict == "exception"


def test_of_two_reasons_that_are_not_read_the_first_is_told() -> None:
    told = not_given(not_given(bone(), "2022-03-01"), "2022-03-29", "Awaiting the dentist")
    found = finding(told)
    assert f'zoledronic acid not given (2022-03-01): "{UNREAD}" (reason-unread)' in found.statement
    told = told.order("denosumab 120 mg", "2022-04-05", status="cancelled", stopped_for="Infusion chair full")
    assert 'denosumab 120 mg not given (2022-04-05): "Infusion chair full"' in finding(told).statement
