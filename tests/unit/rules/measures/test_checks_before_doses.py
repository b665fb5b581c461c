"""Checks before each dose, told as records: what counts as a dose, as a check, and on which day."""

from collections.abc import Callable
from datetime import date

import pytest

from abstractor.abstract import Finding
from fixtures.stories import TDXD, Tale, tale
from tests.asking import abstract_told

DAYS = ("2022-01-03", "2022-01-24")


def finding(told: Tale, rule: str = "TDXD-CBC") -> Finding | None:
    found = [each for each in abstract_told(told.told()).findings if each.rule == rule]
    return found[0] if found else None


def ended(told: Tale) -> str:
    found = finding(told)
    assert found is not None
    last = found.statement.removesuffix(".").rpartition(" (")[2]
    code = last.removesuffix(")") if last.endswith(")") else ""
    return f"{found.verdict}" if " " in code or not code else f"{found.verdict} ({code})"


def someone(as_of: date = date(2022, 6, 30)) -> Tale:
    return tale("someone", as_of=as_of).her2_positive_mbc("2021-12-01", "liver").visit("2022-01-03")


def treated(cycles: int = 2) -> Tale:
    """On 2022-01-03 and 2022-01-24."""
    return someone().course(TDXD, "2022-01-03", cycles=cycles)


COUNTS: list[tuple[str, Callable[[], Tale], str]] = [
    ("before both", lambda: treated().blood_count(*DAYS), "met"),
    ("before one", lambda: treated().blood_count(DAYS[0]), "not-met"),
    ("before none", lambda: treated().lvef(60, "2022-01-02"), "not-met"),
    (
        "a panel with its differential reported",
        lambda: (
            treated().lvef(60, "2022-01-02")
            .reported("CBC with differential", DAYS[0], loinc="57021-8")
            .reported("CBC with differential", DAYS[1], loinc="57021-8")
        ),
        "met",
    ),
    (
        "a panel without its differential reported",
        lambda: (
            treated().lvef(60, "2022-01-02")
            .reported("CBC", DAYS[0], loinc="58410-2")
            .reported("CBC", DAYS[1], loinc="58410-2")
        ),
        "not-met",
    ),
    ("some day of January", lambda: treated().blood_count(DAYS[0], "2022-01"), "unknown (date-uncertain)"),
    (
        "a dose of some day of January",
        lambda: treated(1).given(TDXD[0], "2022-02").blood_count("2022-01-03", "2022-02-14"),
        "unknown (date-uncertain)",
    ),
    (
        "a second dose not done",
        lambda: treated(1).given(TDXD[0], DAYS[1], status="not-done").blood_count(DAYS[0]),
        "met",
    ),
    (
        "a second dose entered in error",
        lambda: treated(1).given(TDXD[0], DAYS[1], status="entered-in-error").blood_count(DAYS[0]),
        "met",
    ),
    (
        "a second dose of unknown status",
        lambda: treated(1).given(TDXD[0], DAYS[1], status="unknown").blood_count(DAYS[0]),
        "met",
    ),
    (
        "one dose recorded twice",
        lambda: treated().given(TDXD[0], DAYS[1]).blood_count(*DAYS),
        "met",
    ),
    ("ordered, never given", lambda: _ordered(), "excluded (ordered-not-given)"),
    ("ordered, doses not asked for", lambda: someone().order(TDXD[0], DAYS[0]), "unknown (doses-not-seen)"),
    ("a single dose", lambda: treated(1).lvef(60, "2022-01-02"), "excluded (short-line)"),
    ("a single dose with it", lambda: treated(1).blood_count(DAYS[0]), "met"),
]  # fmt: skip


def _ordered() -> Tale:
    told = someone(date(2022, 12, 31)).given("zoledronic acid", "2022-01-10")
    return told.order(TDXD[0], DAYS[0])


@pytest.mark.parametrize(("name", "told", "verdict"), COUNTS, ids=[row[0] for row in COUNTS])
def test_blood_count_before_each_dose(name: str, told: Callable[[], Tale], verdict: str) -> None:
    assert ended(told()) == verdict


def test_preliminary_results_are_no_check_and_no_omission() -> None:
    told = treated().blood_count(DAYS[0]).measured("751-8", "ANC", DAYS[1], amount=(3.0, "10*3/uL"))
    told.measured("777-3", "Platelets", DAYS[1], amount=(200.0, "10*3/uL")).but(status="preliminary")
    assert ended(told) == "unknown (not-final)"


def test_what_is_told() -> None:
    found = finding(treated().blood_count(DAYS[0]))
    assert found is not None
    assert "1 of 2 doses with all of it" in found.statement
    assert "before the dose of 2022-01-24: blood count: none; neutrophils: none" in found.statement
    assert found.would_clear == ("blood count and neutrophils before the doses of 2022-01-24",)
    assert any(each.resource.startswith("MedicationAdministration") for each in found.evidence)


def test_another_drug_is_asked_nothing() -> None:
    assert finding(someone().course(["trastuzumab"], "2022-01-03", cycles=3)) is None


def test_one_doubt_is_said_once() -> None:
    """What the first dose lacks, and why it is open, was told in the same words twice."""
    found = finding(treated().blood_count(DAYS[0], "2022-01"))
    assert found is not None and str(found.verdict) == "unknown"
    assert found.statement.count("blood count on 2022-01-01..2022-01-31, which may lie in the window") == 1
