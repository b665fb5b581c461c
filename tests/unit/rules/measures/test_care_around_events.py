"""What takes care out, what excuses it, and what is told of what lacks: statuses, dates and several needs."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from abstractor.abstract import Finding
from fixtures.stories import HP, Tale, tale
from tests.asking import abstract_told, library

LOINC = "http://loinc.org"
HBSAG, ANTI_HBC, ANTI_HBS = "5196-1", "16933-4", "22322-2"
YEAR_END = date(2022, 12, 31)


def findings(told: Tale, rule: str) -> list[Finding]:
    return [each for each in abstract_told(told.told()).findings if each.rule == rule]


def ended(told: Tale, rule: str) -> str:
    """The verdict, and the code in brackets at the end of the sentence."""
    (found,) = findings(told, rule)
    last = found.statement.removesuffix(".").rpartition(" (")[2]
    code = last.removesuffix(")") if last.endswith(")") else ""
    return f"{found.verdict}" if " " in code or not code else f"{found.verdict} ({code})"


def treated() -> Tale:
    return (
        tale("someone", as_of=YEAR_END, born="1985-06-10")
        .her2_positive_mbc("2021-12-01", "liver")
        .course(HP, "2022-06-01", cycles=5)
    )


def result(told: Tale, code: str, on: str = "2022-05-02", **elements: Any) -> Tale:
    return told.measured(code, "a test", on).but(valueCodeableConcept={"text": "Negative"}, **elements)


def hepatitis(**elements: Any) -> Tale:
    return treated().condition("B18.1", "Chronic hepatitis B", "2015-01-05").but(**elements)


def said_menopausal() -> Tale:
    """An observation with the code of a diagnosis, answered with no."""
    return treated().raw(
        {
            "resourceType": "Observation",
            "id": "menopause",
            "status": "final",
            "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "N95.1"}]},
            "subject": {"reference": "Patient/someone"},
            "effectiveDateTime": "2020-01-01",
            "valueString": "No",
        }
    )


def provisional() -> Tale:
    return treated().condition("B18.1", "Chronic hepatitis B", "2015-01-05", verification="provisional")


CARE: list[tuple[str, Callable[[], Tale], str, str]] = [
    (
        "hepatitis B without a date",
        lambda: hepatitis(onsetDateTime=None, recordedDate=None),
        "HBV",
        "excluded (taken-out)",
    ),
    ("hepatitis B that is only suspected", provisional, "HBV", "not-met"),
    ("hepatitis B since the next day", lambda: hepatitis(onsetDateTime="2022-06-02"), "HBV", "not-met"),
    ("no menopause, by an observation", said_menopausal, "FERT", "unknown (not-seen-whole)"),
    (
        "of two tests in doubt the first is told",
        lambda: result(
            result(result(treated(), HBSAG), ANTI_HBC, status="preliminary"), ANTI_HBS, on="2022-07"
        ),
        "HBV",
        "unknown (not-final)",
    ),
    (
        "one test done, the others declined",
        lambda: (
            result(treated(), HBSAG)
            .asked_for("a test", "2022-05-20", code=(LOINC, ANTI_HBC, "a test"), refused=True)
            .asked_for("a test", "2022-05-20", code=(LOINC, ANTI_HBS, "a test"), refused=True)
        ),
        "HBV",
        "exception (declined)",
    ),
    (
        "one test done, one of two declined",
        lambda: result(treated(), HBSAG).asked_for(
            "a test", "2022-05-20", code=(LOINC, ANTI_HBC, "a test"), refused=True
        ),
        "HBV",
        "not-met",
    ),
    (
        "a drug of a time that asked for nothing",
        lambda: on_capecitabine(),
        "CAPE-DPYD",
        "excluded (not-asked-then)",
    ),
]


def test_the_record_of_the_first_doubt_is_shown() -> None:
    told = result(result(result(treated(), HBSAG), ANTI_HBC, status="preliminary"), ANTI_HBS, on="2022-07")
    (found,) = findings(told, "HBV")
    shown = {each.resource for each in found.evidence if each.resource.startswith("Observation")}
    assert shown == {"Observation/someone-result-2"}


def on_capecitabine() -> Tale:
    year = (date(2019, 1, 1), date(2019, 12, 31))
    told = tale("someone", as_of=year[1], period=year).her2_positive_mbc("2018-12-01", "liver")
    return told.course(["capecitabine", "trastuzumab"], "2019-03-01", cycles=4)


@pytest.mark.parametrize(("name", "told", "rule", "verdict"), CARE, ids=[row[0] for row in CARE])
def test_care_round_a_first_dose(name: str, told: Callable[[], Tale], rule: str, verdict: str) -> None:
    assert ended(told(), rule) == verdict


def urgent(as_of: date) -> Tale:
    """Trastuzumab begun in an emergency on 2022-01-03, without an ejection fraction."""
    told = (
        tale("someone", as_of=as_of).her2_positive_mbc("2021-12-01", "liver").visit("2022-01-03", kind="EMER")
    )
    return told.course(["trastuzumab"], "2022-01-03", cycles=1)


@pytest.mark.parametrize(
    ("as_of", "verdict"),
    [(date(2022, 1, 11), "pending"), (date(2022, 1, 23), "pending"), (date(2022, 1, 24), "not-met")],
)
def test_an_urgent_start_has_21_days(as_of: date, verdict: str) -> None:
    assert ended(urgent(as_of), "LVEF-BASE") == verdict


def bone(on: str | None = "2022-02-07") -> Tale:
    """Bone metastasis, and an order of something else."""
    told = tale("someone", as_of=YEAR_END).breast_cancer("2022-01-07").her2_ihc("3+", "2022-01-07")
    told.metastasis("bone", on or "2022-02-07")
    if on is None:
        told.but(onsetDateTime=None, recordedDate=None)
    return told.visit("2022-02-07").order("ondansetron", "2022-02-07")


def two_reasons() -> Tale:
    return jaw(bone(), abatementDateTime="2022-01-15").condition("E83.51", "Hypocalcemia", "2022-01-20")


@pytest.mark.parametrize("status", ["inactive", "resolved", "remission"])
def test_a_reason_that_is_over_by_now_may_have_stood_then(status: str) -> None:
    told = bone().condition("M87.180", "Osteonecrosis of jaw", "2022-01-01", clinical=status)
    assert ended(told, "BMA") == "unknown (date-uncertain)"


def jaw(told: Tale, **elements: Any) -> Tale:
    return told.condition("M87.180", "Osteonecrosis of jaw", "2022-01-01").but(**elements)


REASONS: list[tuple[str, Callable[[], Tale], str]] = [
    ("one that stands", lambda: jaw(bone()), "exception (reason-recorded)"),
    ("one that was over by then", lambda: jaw(bone(), abatementDateTime="2022-02-06"), "not-met"),
    (
        "one that was over on that day",
        lambda: jaw(bone(), abatementDateTime="2022-02-07"),
        "exception (reason-recorded)",
    ),
    (
        "one that was over by a day that is not known",
        lambda: jaw(bone(), abatementDateTime="2022-02"),
        "unknown (date-uncertain)",
    ),
    (
        "one that is over, of an event without a date",
        lambda: jaw(bone(None), abatementDateTime="2022-01-15"),
        "unknown (date-uncertain)",
    ),
    ("one that was over and one that stands", lambda: two_reasons(), "exception (reason-recorded)"),
    ("one that stands, of an event without a date", lambda: jaw(bone(None)), "exception (reason-recorded)"),
]


@pytest.mark.parametrize(("name", "told", "verdict"), REASONS, ids=[row[0] for row in REASONS])
def test_a_reason_against_it(name: str, told: Callable[[], Tale], verdict: str) -> None:
    assert ended(told(), "BMA") == verdict


@pytest.mark.parametrize(
    ("on", "days"),
    [
        ("2022-02-07", "from 2021-11-09 to 2022-05-08"),
        ("2022-02", "from 2021-11-30 to 2022-05-02"),  # whatever the day of February
        ("2021", "from 2020-10-03 to 2022-03-31"),  # no day that surely counts
    ],
)
def test_the_days_on_which_a_record_would_clear_it(on: str, days: str) -> None:
    (found,) = findings(bone(on), "BMA")
    assert f"a bone-modifying agent dated {days}" in found.would_clear


def on_neratinib() -> Tale:
    told = (
        tale("someone", as_of=YEAR_END)
        .her2_positive_mbc("2021-12-01", "liver")
        .order("ondansetron", "2022-02-07")
    )
    return told.dispensed("neratinib", "2022-03-01", days=30).dispensed("neratinib", "2022-03-31", days=30)


LOPERAMIDE: list[tuple[str, Callable[[], Tale], bool]] = [
    (
        "from before on",
        lambda: on_neratinib().said_to_take("loperamide", "2022-02-01", status="active"),
        True,
    ),
    (
        "from the last day on",
        lambda: on_neratinib().said_to_take("loperamide", "2022-03-04", status="active"),
        True,
    ),
    (
        "from the day after",
        lambda: on_neratinib().said_to_take("loperamide", "2022-03-05", status="active"),
        False,
    ),
    (
        "from some day of March on",
        lambda: on_neratinib().said_to_take("loperamide", "2022-03", status="active"),
        False,
    ),
    (
        "ended on the first day",
        lambda: on_neratinib().said_to_take("loperamide", "2022-02-01", "2022-02-26"),
        True,
    ),
    (
        "ended on the day before",
        lambda: on_neratinib().said_to_take("loperamide", "2022-02-01", "2022-02-25"),
        False,
    ),
    (
        "of unknown status",
        lambda: on_neratinib().said_to_take("loperamide", "2022-02-01", status="unknown"),
        False,
    ),
    (
        "without a date",
        lambda: (
            on_neratinib()
            .said_to_take("loperamide", "2022-02-01", status="active")
            .but(effectivePeriod=None, dateAsserted=None)
        ),
        False,
    ),
]


@pytest.mark.parametrize(("name", "told", "excused"), LOPERAMIDE, ids=[row[0] for row in LOPERAMIDE])
def test_loperamide_that_is_said_to_be_taken(name: str, told: Callable[[], Tale], excused: bool) -> None:
    (found,) = findings(told(), "NER-DIAR")
    assert (str(found.verdict) == "exception") is excused, found.statement


def test_of_checks_that_lack_the_one_that_is_surely_missing_is_named() -> None:
    told = (
        on_neratinib().measured("1742-6", "ALT", "2022-02-25", amount=(20, "U/L")).but(status="preliminary")
    )
    (found,) = findings(told, "NER-LFT")
    assert str(found.verdict) == "not-met"
    assert "missing baseline (AST: none)" in found.statement


def test_a_growth_factor_is_asked_of_each_line_for_itself() -> None:
    high = ["docetaxel", "carboplatin"]
    told = (
        tale("someone", as_of=YEAR_END)
        .her2_positive_mbc("2021-12-01", "liver")
        .course(high, "2022-02-01", cycles=4)
    )
    told.course(["fam-trastuzumab deruxtecan"], "2022-07-01", cycles=3).course(high, "2022-10-01", cycles=3)
    found = findings(told, "GCSF")
    assert [each.line.number for each in found if each.line is not None] == [1, 3]
    assert all("a growth factor from 1 to 4 days after the first dose" in each.statement for each in found)


@pytest.mark.parametrize(
    ("status", "verdict"), [("completed", "met"), ("unknown", "unknown (status-unknown)")]
)
def test_a_growth_factor_of_unknown_status_is_open(status: str, verdict: str) -> None:
    told = tale("someone", as_of=YEAR_END).her2_positive_mbc("2021-12-01", "liver")
    told.course(["docetaxel", "carboplatin"], "2022-02-01", cycles=4)
    assert ended(told.given("pegfilgrastim", "2022-02-02", status=status), "GCSF") == verdict


@pytest.mark.parametrize(
    ("on", "verdict"), [("2022-01-24", "not-met"), ("2022-01-25", "unknown (reason-unread)")]
)
def test_words_why_no_growth_factor_was_given_are_quoted_from_a_week_before_on(on: str, verdict: str) -> None:
    told = tale("someone", as_of=YEAR_END).her2_positive_mbc("2021-12-01", "liver")
    told.course(["docetaxel", "carboplatin"], "2022-02-01", cycles=4)
    told.given("pegfilgrastim", on, status="not-done", why_not="see letter")
    assert ended(told, "GCSF") == verdict


def test_the_days_of_margetuximab_are_its_own() -> None:
    (rule,) = (each.rule for each in library().measures if each.id == "LVEF-BASE")
    assert "For margetuximab from 28 days before to 7 days after." in rule.sentence()
    assert "For trastuzumab" not in rule.sentence()
