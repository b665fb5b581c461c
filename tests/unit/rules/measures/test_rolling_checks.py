"""Checks again and again, told as records: partial dates, doubtful status, breaks, and what excuses."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from abstractor.abstract import Finding
from fixtures.stories import HP, TDM1, TDXD, Tale, tale
from tests.asking import abstract_told

CPT = "http://www.ama-assn.org/go/cpt"
CT = "http://snomed.info/sct"


def findings(told: Tale, rule: str) -> list[Finding]:
    return [each for each in abstract_told(told.told()).findings if each.rule == rule]


def ended(told: Tale, rule: str) -> str:
    """The verdict, and the code in brackets at the end of the sentence."""
    (found,) = findings(told, rule)
    last = found.statement.removesuffix(".").rpartition(" (")[2]
    code = last.removesuffix(")") if last.endswith(")") else ""
    return f"{found.verdict}" if " " in code or not code else f"{found.verdict} ({code})"


def treated(drugs: list[str] = HP, *, cycles: int = 10, as_of: date = date(2022, 8, 1)) -> Tale:
    """From 2022-01-03 every three weeks: to 2022-07-11 with ten cycles."""
    told = tale("someone", as_of=as_of).her2_positive_mbc("2021-12-01", "liver")
    return told.lvef(62, "2021-12-20").course(drugs, "2022-01-03", cycles=cycles)


def study(on: str, system: str, code: str, status: str = "completed") -> dict[str, Any]:
    return {
        "resourceType": "Procedure",
        "id": f"study-{on}",
        "status": status,
        "code": {"coding": [{"system": system, "code": code}]},
        "subject": {"reference": "Patient/someone"},
        "performedDateTime": on,
    }


LVEF: list[tuple[str, Callable[[], Tale], str]] = [
    ("in April", lambda: treated().lvef(62, "2022-04-11"), "met"),
    ("none", treated, "not-met"),
    ("some day of April", lambda: treated(as_of=date(2022, 7, 25)).lvef(62, "2022-04"), "met"),
    ("some day of June", lambda: treated().lvef(62, "2022-06"), "unknown (date-uncertain)"),
    ("some day of the year", lambda: treated().lvef(62, "2022"), "unknown (date-uncertain)"),
    (
        "no date",
        lambda: treated().lvef(62, "2022-04-11").but(effectiveDateTime=None, issued=None),
        "unknown (date-uncertain)",
    ),
    (
        "preliminary",
        lambda: treated().lvef(62, "2022-04-11").but(status="preliminary"),
        "unknown (not-final)",
    ),
    ("entered in error", lambda: treated().lvef(62, "2022-04-11").but(status="entered-in-error"), "not-met"),
    ("without a value", lambda: treated().lvef(62, "2022-04-11").but(valueQuantity=None), "not-met"),
    ("an echocardiogram", lambda: treated().raw(study("2022-04-11", CT, "40701008")), "met"),
    ("one not done", lambda: treated().raw(study("2022-04-11", CT, "40701008", "not-done")), "not-met"),
    (
        "a procedure whose codes are not loaded",
        lambda: treated().raw(study("2022-04-11", CPT, "93306")),
        "unknown (codes-not-loaded)",
    ),
    ("such a procedure before it", lambda: treated().raw(study("2021-12-28", CPT, "93306")), "not-met"),
    (
        "a doubtful gap beside one that is sure",
        lambda: (
            treated(cycles=20, as_of=date(2022, 12, 31))
            .lvef(62, "2022-03-07")
            .lvef(62, "2022-05-02").but(status="preliminary")
            .lvef(62, "2022-07-18")
        ),
        "not-met",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "told", "verdict"), LVEF, ids=[row[0] for row in LVEF])
def test_lvef_on_treatment(name: str, told: Callable[[], Tale], verdict: str) -> None:
    assert ended(told(), "LVEF-Q3M") == verdict


def test_nothing_is_due_in_a_break() -> None:
    """Twelve weeks of treatment, four months without, and twelve weeks again; one check in each."""
    told = tale("someone", as_of=date(2022, 12, 1)).her2_positive_mbc("2021-12-01", "liver")
    told.course(HP, "2022-01-03", cycles=5).lvef(62, "2022-02-14")
    told.course(HP, "2022-07-11", cycles=5).lvef(62, "2022-08-15")
    assert ended(told, "LVEF-Q3M") == "met"


def test_a_dose_of_unknown_status_is_no_exposure() -> None:
    """Six doses to April, and then only some that nobody can rely on."""
    told = treated(cycles=6, as_of=date(2022, 12, 1)).lvef(62, "2022-03-28")
    for on in ("2022-05-30", "2022-07-25", "2022-09-19"):
        told.given(HP[0], on, status="unknown")
    assert ended(told, "LVEF-Q3M") == "met"


def test_every_line_is_asked_by_its_own_label() -> None:
    told = treated(cycles=8, as_of=date(2022, 12, 31)).lvef(62, "2022-04-04")
    told.course(TDM1, "2022-06-27", cycles=8)
    first, second = findings(told, "LVEF-Q3M")
    assert (first.edition, str(first.verdict)) == ("fda-trastuzumab-2006-11-16", "met")
    assert (second.edition, str(second.verdict)) == ("fda-ado-trastuzumab-emtansine-2019-05-03", "not-met")


@pytest.mark.parametrize(
    ("drugs", "advisory"), [(HP, False), (TDM1, False), (TDXD, True), (["lapatinib"], True)]
)
def test_a_label_without_an_interval_never_flags(drugs: list[str], advisory: bool) -> None:
    abstract = abstract_told(treated(drugs, as_of=date(2022, 8, 1)).told())
    (found,) = [each for each in abstract.findings if each.rule == "LVEF-Q3M"]
    assert (str(found.verdict), found.advisory) == ("not-met", advisory)
    assert ("LVEF-Q3M" in {flag.code for flag in abstract.flags}) is not advisory


@pytest.mark.parametrize("drugs", [["capecitabine", "tucatinib"], ["letrozole"]])
def test_drugs_that_ask_for_no_ejection_fraction(drugs: list[str]) -> None:
    assert findings(treated(drugs), "LVEF-Q3M") == []


def test_treatment_for_cure_asks_for_nothing_here() -> None:
    told = tale("someone", as_of=date(2022, 12, 31)).her2_positive_mbc("2022-12-01", "liver")
    assert findings(told.course(HP, "2021-01-04", cycles=17), "LVEF-Q3M") == []


def test_the_longest_gap_is_told() -> None:
    (found,) = findings(treated().lvef(62, "2022-02-14"), "LVEF-Q3M")
    assert "none from 2022-02-14 to 2022-08-01, 168 days" in found.statement
    assert "1 on treatment" in found.statement
    assert found.would_clear == (
        "ejection fraction (LVEF) at least every 120 days from 2022-02-14 to 2022-08-01",
    )


LIVER = ("1742-6", "1920-8", "1975-2")
TXT = ["tucatinib", "trastuzumab"]


def liver(told: Tale, *days: str, codes: tuple[str, ...] = LIVER) -> Tale:
    for on in days:
        for code in codes:
            told.measured(code, "liver test", on, amount=(20.0, "U/L"))
    return told


def on_tucatinib(as_of: date = date(2022, 3, 21)) -> Tale:
    told = tale("someone", as_of=as_of).her2_positive_mbc("2021-12-01", "liver")
    for on in ("2022-01-03", "2022-01-24", "2022-02-14", "2022-03-07"):
        told.dispensed("tucatinib", on, days=21).given("trastuzumab", on)
    return told


TUCATINIB: list[tuple[str, Callable[[], Tale], str]] = [
    ("all", lambda: liver(on_tucatinib(), "2022-01-02", "2022-01-24", "2022-02-21"), "met"),
    ("a panel reported", lambda: _reported("2022-01-02", "2022-01-24", "2022-02-21"), "met"),
    ("no baseline", lambda: liver(on_tucatinib(), "2022-01-04", "2022-01-24", "2022-02-21"), "not-met"),
    ("ALT and AST alone", lambda: _without_bilirubin(), "not-met"),
    (
        "a baseline of some day of December",
        lambda: liver(on_tucatinib(), "2021-12", "2022-01-20", "2022-02-20"),
        "unknown (date-uncertain)",
    ),
    (
        "a preliminary result in the only gap",
        lambda: liver(on_tucatinib(), "2022-01-03", "2022-02-21").measured(
            "1742-6", "ALT", "2022-01-24", amount=(20.0, "U/L")
        ).but(status="preliminary"),
        "not-met",  # AST and bilirubin are surely missing
    ),
]  # fmt: skip


def _reported(*days: str) -> Tale:
    told = on_tucatinib()
    for on in days:
        told.reported("Hepatic function panel", on, loinc="24325-3")
    return told


def _without_bilirubin() -> Tale:
    return liver(on_tucatinib(), "2022-01-02", "2022-01-24", "2022-02-21", codes=LIVER[:2])


@pytest.mark.parametrize(("name", "told", "verdict"), TUCATINIB, ids=[row[0] for row in TUCATINIB])
def test_liver_tests_on_tucatinib(name: str, told: Callable[[], Tale], verdict: str) -> None:
    assert ended(told(), "TUC-LFT") == verdict


def test_a_pause_between_supplies_excuses_a_gap() -> None:
    told = tale("someone", as_of=date(2022, 3, 28)).her2_positive_mbc("2021-12-01", "liver")
    for on in ("2022-01-03", "2022-02-14", "2022-03-07"):
        told.dispensed("tucatinib", on, days=21).given("trastuzumab", on)
    liver(told, "2022-01-03", "2022-01-20", "2022-02-28")
    assert ended(told, "TUC-LFT") == "exception (treatment-paused)"


def test_imaging_is_reported_and_asked_of_nobody() -> None:
    told = treated().reported("CT of the chest", "2022-01-10", loinc="24627-2")
    abstract = abstract_told(told.told())
    (found,) = [each for each in abstract.findings if each.rule == "RESTAGE"]
    assert (str(found.verdict), found.advisory) == ("excluded", True)
    assert "required of nobody" in found.statement
    assert "RESTAGE" not in {flag.code for flag in abstract.flags}
