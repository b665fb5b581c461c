"""DISTRESS, FATIGUE and PAIN, told as records: doubtful scores, partial dates, what follows, whose visits."""

from collections.abc import Callable
from datetime import date

import pytest

from abstractor.abstract import Finding
from fixtures.stories import HP, Tale, tale
from tests.asking import abstract_told

SCORE = "{score}"


def patient(as_of: date = date(2022, 12, 31)) -> Tale:
    told = tale("someone", as_of=as_of).her2_positive_mbc("2021-12-01", "liver")
    return told.course(HP, "2022-01-03", cycles=5).visit("2022-03-07")


def phq9(score: float = 4, on: str = "2022-03-07", *, as_of: date = date(2022, 12, 31)) -> Tale:
    return patient(as_of).measured("44261-6", "PHQ-9 total score", on, amount=(score, SCORE))


def fatigued(on: str = "2022-03-07") -> Tale:
    return patient().measured("0", "Brief Fatigue Inventory", on, amount=(3, SCORE))


def pain(score: float = 2, on: str = "2022-03-07") -> Tale:
    return patient().measured("72514-3", "Pain severity", on, amount=(score, SCORE))


def finding(told: Tale, rule: str) -> Finding:
    (found,) = [each for each in abstract_told(told.told()).findings if each.rule == rule]
    return found


def ended(told: Tale, rule: str) -> str:
    """The verdict, and the code in brackets at the end of the sentence."""
    found = finding(told, rule)
    last = found.statement.removesuffix(".").rpartition(" (")[2]
    code = last.removesuffix(")") if last.endswith(")") else ""
    return f"{found.verdict}" if " " in code or not code else f"{found.verdict} ({code})"


DISTRESS: list[tuple[str, Callable[[], Tale], str]] = [
    ("a low score", phq9, "met"),
    ("0", lambda: phq9(0), "met"),
    ("some day of the year", lambda: phq9(4, "2022"), "met"),
    ("some day of a month that is half in it", lambda: phq9(4, "2021-12"), "not-met"),
    ("preliminary", lambda: phq9().but(status="preliminary"), "unknown (not-final)"),
    ("entered in error", lambda: phq9().but(status="entered-in-error"), "unknown (never-recorded)"),
    ("no date", lambda: phq9().but(effectiveDateTime=None), "unknown (date-uncertain)"),
    ("without a value", lambda: phq9().but(valueQuantity=None), "unknown (never-recorded)"),
    (
        "in words alone",
        lambda: phq9().but(valueQuantity=None, valueString="see note"),
        "unknown (score-unread)",
    ),
    ("high, nothing follows", lambda: phq9(15).asked_for("Dental examination", "2022-03-08"), "not-met"),
    ("high, requests not asked for", lambda: phq9(15), "unknown (not-seen-whole)"),
    ("high, referred", lambda: phq9(15).asked_for("Psychology referral", "2022-03-21"), "met"),
    (
        "high, referral refused",
        lambda: phq9(15).asked_for("Psychology referral", "2022-03-21", refused=True),
        "exception (declined)",
    ),
    (
        "high, referral declined in words",
        lambda: phq9(15).asked_for("Social work referral - patient declined", "2022-03-21"),
        "exception (declined)",
    ),
    (
        "high, referral declined too late to excuse it",
        lambda: phq9(15).asked_for("Social work referral - patient declined", "2022-05-21"),
        "not-met",
    ),
    (
        "high, a name that leaves it open",
        lambda: phq9(15).asked_for("Social work brochure mailed", "2022-03-21"),
        "unknown (words-unclear)",
    ),
    ("high, a fortnight ago", lambda: phq9(15, as_of=date(2022, 3, 21)), "pending"),
    (
        "low, then high",
        lambda: (
            phq9(2)
            .measured("44261-6", "PHQ-9 total score", "2022-06-06", amount=(15, SCORE))
            .asked_for("Dental examination", "2022-03-08")
        ),
        "not-met",
    ),
    (
        "high last year, low this year",
        lambda: phq9(15, "2021-12-06").measured(
            "44261-6", "PHQ-9 total score", "2022-06-06", amount=(2, SCORE)
        ),
        "met",
    ),
    (
        "severe dementia",
        lambda: patient().condition("F03.C0", "Severe dementia", "2021-06-07"),
        "excluded (taken-out)",
    ),
    (
        "severe dementia, and asked all the same",
        lambda: phq9().condition("F03.C0", "Severe dementia", "2021-06-07"),
        "met",
    ),
    ("hospice care", lambda: patient().asked_for("Hospice care", "2022-05-02"), "excluded (hospice)"),
    ("death", lambda: patient().death("2022-05-02"), "excluded (death)"),
]


@pytest.mark.parametrize(("name", "told", "expected"), DISTRESS, ids=[row[0] for row in DISTRESS])
def test_distress_told_as_records(name: str, told: Callable[[], Tale], expected: str) -> None:
    assert ended(told(), "DISTRESS") == expected


FATIGUE: list[tuple[str, Callable[[], Tale], str]] = [
    ("an inventory", fatigued, "met"),
    ("a finding", lambda: patient().condition("R53.83", "Fatigue", "2022-03-07"), "met"),
    (
        "a finding that was refuted",
        lambda: patient().condition("R53.83", "Fatigue", "2022-03-07", verification="refuted"),
        "unknown (never-recorded)",
    ),
    ("an inventory of the year before", lambda: fatigued("2021-12-06"), "not-met"),
    ("preliminary", lambda: fatigued().but(status="preliminary"), "unknown (not-final)"),
    ("none", patient, "unknown (never-recorded)"),
]


@pytest.mark.parametrize(("name", "told", "expected"), FATIGUE, ids=[row[0] for row in FATIGUE])
def test_fatigue_told_as_records(name: str, told: Callable[[], Tale], expected: str) -> None:
    assert ended(told(), "FATIGUE") == expected


PAIN: list[tuple[str, Callable[[], Tale], str]] = [
    ("at the visit", pain, "met"),
    ("0", lambda: pain(0), "met"),
    ("some day of the month", lambda: pain(2, "2022-03"), "unknown (date-uncertain)"),
    ("the day before", lambda: pain(2, "2022-03-06"), "not-met"),
    ("a second visit without", lambda: pain().visit("2022-04-04"), "not-met"),
    ("a second visit that was cancelled", lambda: pain().visit("2022-04-04", status="cancelled"), "met"),
    ("a second visit after the period", lambda: pain().visit("2023-01-02"), "met"),
    ("two visits on a day", lambda: pain().visit("2022-03-07", clinician="oncologist-two"), "met"),
    (
        "4, no plan",
        lambda: pain(4).asked_for("Dental examination", "2022-03-08"),
        "unknown (no-dependable-code)",
    ),
    ("4, to the pain clinic", lambda: pain(4).asked_for("Pain clinic", "2022-03-09"), "met"),
    ("10 by another scale's name", lambda: pain(10), "unknown (not-seen-whole)"),
]


@pytest.mark.parametrize(("name", "told", "expected"), PAIN, ids=[row[0] for row in PAIN])
def test_pain_told_as_records(name: str, told: Callable[[], Tale], expected: str) -> None:
    assert ended(told(), "PAIN") == expected


@pytest.mark.parametrize("rule", ["DISTRESS", "FATIGUE", "PAIN"])
def test_another_result_changes_nothing(rule: str) -> None:
    for told in (patient, phq9, fatigued, pain):
        assert ended(told(), rule) == ended(told().performance(1, "2022-03-07"), rule)


def test_the_later_document_is_named() -> None:
    told = tale("someone", period=(date(2024, 1, 1), date(2024, 12, 31)), as_of=date(2024, 12, 31))
    told.her2_positive_mbc("2023-06-05", "liver").course(HP, "2023-07-03", cycles=3).visit("2024-03-04")
    assert finding(told, "DISTRESS").edition == "asco-depression-2023"
    assert finding(phq9(), "DISTRESS").edition == "nccn-distress-2013"


def test_a_high_score_that_was_followed_is_called_high() -> None:
    told = phq9(15).asked_for("Psycho-oncology", "2022-03-08")
    found = finding(told, "DISTRESS")
    assert str(found.verdict) == "met"
    assert "on 2022-03-07, high; psychosocial care on 2022-03-08" in found.statement


def test_every_high_score_is_told_beside_a_low_one() -> None:
    told = phq9(4).measured("44261-6", "PHQ-9 total score", "2022-05-02", amount=(12, SCORE))
    found = finding(told.asked_for("Psycho-oncology", "2022-05-09"), "DISTRESS")
    assert str(found.verdict) == "met"
    first, high, followed = found.statement.partition("The chart shows: ")[2].split("; ")
    assert first.endswith("on 2022-03-07")
    assert high.endswith("on 2022-05-02, high")
    assert followed == "psychosocial care on 2022-05-09."
    assert {"2022-03-07", "2022-05-02", "2022-05-09"} <= {str(each.value)[:10] for each in found.evidence}


def test_a_low_score_is_not_called_high() -> None:
    assert ", high" not in finding(phq9(9), "DISTRESS").statement


def test_a_high_score_before_death_is_called_high_all_the_same() -> None:
    told = phq9(15).asked_for("Dental examination", "2022-03-08").death("2022-03-20")
    found = finding(told, "DISTRESS")
    assert str(found.verdict) == "met"
    assert "high; psychosocial care: none; death on 2022-03-20" in found.statement
