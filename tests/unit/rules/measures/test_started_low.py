"""Neratinib started at 120 mg a day: by its order or its fill, in their structure or in their words."""

from datetime import date

import pytest

from abstractor.abstract import Finding
from fixtures.stories import Tale, tale
from tests.asking import abstract_told

Step = dict[str, object]
DAILY: Step = {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}
ORDERED = "2022-06-06"


def mg(amount: float, **more: object) -> Step:
    return {"doseAndRate": [{"doseQuantity": {"value": amount, "unit": "mg"}}], "timing": DAILY, **more}


def words(text: str) -> Step:
    return {"text": text}


def someone() -> Tale:
    told = tale("someone", as_of=date(2024, 1, 8)).her2_positive_mbc("2021-12-01", "liver")
    return told.order("docetaxel", "2018-02-05")


def filled(told: Tale, *steps: Step) -> Tale:
    for day in ("2022-06-06", "2022-07-04", "2022-08-01"):
        told.dispensed("neratinib", day)
        told = told.but(dosageInstruction=list(steps)) if steps else told
    return told


def ordered(*steps: Step, on: str = ORDERED, status: str = "completed") -> Tale:
    return filled(someone().order("neratinib", on, status=status).but(dosageInstruction=list(steps) or None))


def finding(told: Tale) -> Finding:
    (found,) = [each for each in abstract_told(told.told()).findings if each.rule == "NER-DIAR"]
    return found


TITRATED = "Take 120 mg daily for 7 days, then 160 mg daily for 7 days, then 240 mg daily"


@pytest.mark.parametrize(
    ("steps", "verdict"),
    [
        ([mg(120)], "met"),
        ([mg(240)], "not-met"),
        ([mg(120, sequence=1), mg(160, sequence=2), mg(240, sequence=3)], "met"),
        ([mg(240, sequence=3), mg(160, sequence=2), mg(120, sequence=1)], "met"),
        ([mg(240, sequence=1), mg(160, sequence=2), mg(120, sequence=3)], "not-met"),
        ([mg(120, sequence=1), mg(160, sequence=1)], "unknown"),  # at once, or one after the other
        ([mg(120), mg(160), mg(240)], "unknown"),
        ([words("neratinib 240 mg PO daily")], "not-met"),
        ([words("Nerlynx 240 mg daily")], "not-met"),
        ([words("Take neratinib 120 mg by mouth daily")], "met"),
        ([words("Take 3 tablets (120 mg total) by mouth daily")], "met"),
        ([words("Take 6 tablets (240 mg total) by mouth daily.")], "not-met"),
        ([words(TITRATED)], "met"),
        ([words("Take 240 mg daily, then 120 mg daily")], "not-met"),
        ([words("Take 3 tablets (120 mg) by mouth daily")], "unknown"),  # of the tablet, or of the dose
        ([words("capecitabine 120 mg daily")], "unknown"),
        ([words("do not take 120 mg daily")], "unknown"),
        ([], "unknown"),
    ],
)
def test_by_the_dosage_of_the_order(steps: list[Step], verdict: str) -> None:
    found = finding(ordered(*steps))
    assert str(found.verdict) == verdict, found.statement


@pytest.mark.parametrize(
    ("steps", "said", "reason"),
    [
        ([], "its dose not stated", "dose-not-stated"),
        ([words("per protocol")], 'its dose not understood: "per protocol"', "dose-unread"),
        ([mg(120), mg(160)], "its dose not understood", "dose-unread"),
    ],
)
def test_what_is_said_of_a_dose_that_was_not_read(steps: list[Step], said: str, reason: str) -> None:
    found = finding(ordered(*steps))
    assert said in found.statement and f"({reason})" in found.statement, found.statement


@pytest.mark.parametrize(
    ("steps", "verdict"),
    [
        ([], "unknown"),  # nobody wrote the dose
        ([mg(120)], "met"),
        ([words("120 mg daily week 1, then 160 mg daily week 2, then 240 mg daily")], "met"),
        ([words("240 mg daily")], "not-met"),
    ],
)
def test_by_the_fill_alone(steps: list[Step], verdict: str) -> None:
    found = finding(filled(someone(), *steps))
    assert str(found.verdict) == verdict, found.statement


@pytest.mark.parametrize(("amount", "verdict"), [(240.0, "not-met"), (120.0, "unknown"), (None, "unknown")])
def test_by_doses_that_were_given(amount: float | None, verdict: str) -> None:
    told = someone()
    for day in ("2022-06-06", "2022-07-04", "2022-08-01"):
        told.given("neratinib", day, milligrams=amount)
    assert str(finding(told).verdict) == verdict


@pytest.mark.parametrize(
    ("amount", "status", "verdict"),
    [(120, "active", "met"), (240, "active", "not-met"), (120, "cancelled", "unknown")],
)
def test_an_order_of_a_week_before_the_first_fill(amount: float, status: str, verdict: str) -> None:
    found = finding(ordered(mg(amount), on="2022-05-30", status=status))
    assert str(found.verdict) == verdict, found.statement


@pytest.mark.parametrize(
    ("loperamide", "neratinib", "verdict"),
    [
        ("2022-05-30", "2022-05-30", "met"),  # with the order of neratinib, which came a week later
        ("2022-05-27", "2022-05-30", "met"),
        ("2022-05-26", "2022-05-30", "not-met"),
        ("2022-06-02", "2022-05-30", "met"),
        ("2022-06-09", "2022-05-30", "met"),
        ("2022-06-10", "2022-05-30", "not-met"),
        ("2022-05-30", "2022-06-06", "not-met"),
        ("2022-05-30", "2022-06-07", "unknown"),  # the order of a refill: the first dose was not written
    ],
)
def test_loperamide_ordered_with_neratinib(loperamide: str, neratinib: str, verdict: str) -> None:
    found = finding(ordered(mg(240), on=neratinib).order("loperamide", loperamide))
    assert str(found.verdict) == verdict, found.statement
