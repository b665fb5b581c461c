"""VACC, told as records: partial dates, no dates, doubtful status, doses told twice, and reasons not to."""

from collections.abc import Callable
from datetime import date

import pytest

from abstractor.abstract import Finding
from fixtures.stories import HP, Tale, tale
from tests.asking import abstract_told

PERIOD = (date(2025, 1, 1), date(2025, 12, 31))
DUE = {
    "Influenza, seasonal": "2024-10-07",
    "COVID-19 vaccine": "2024-10-07",
    "Prevnar 20": "2022-05-02",
    "Shingrix": "2023-03-06",
    "Heplisav-B": "2019-01-07",
}


def patient(*, born: str = "1975-04-12") -> Tale:
    told = tale("someone", as_of=date(2025, 12, 31), period=PERIOD, born=born)
    told.her2_positive_mbc("2024-06-03", "liver").course(HP, "2024-07-01", cycles=10)
    return told.visit("2025-02-10")


def with_all(*left_out: str, born: str = "1975-04-12") -> Tale:
    told = patient(born=born)
    for vaccine, on in DUE.items():
        if vaccine not in left_out:
            told.vaccinated(vaccine, on)
    return told if "Shingrix" in left_out else told.vaccinated("Shingrix", "2023-05-01")


def finding(told: Tale) -> Finding | None:
    return next((each for each in abstract_told(told.told()).findings if each.rule == "VACC"), None)


def ended(told: Tale) -> str:
    """The verdict, and the code in brackets at the end of the sentence."""
    found = finding(told)
    assert found is not None
    last = found.statement.removesuffix(".").rpartition(" (")[2]
    code = last.removesuffix(")") if last.endswith(")") else ""
    return f"{found.verdict}" if " " in code or not code else f"{found.verdict} ({code})"


def flu(on: str = "2024-10-07", **elements: object) -> Tale:
    return with_all("Influenza, seasonal").vaccinated("Influenza, seasonal", on).but(**elements)


def zoster(*days: str) -> Tale:
    told = with_all("Shingrix")
    for day in days:
        told.vaccinated("Shingrix", day)
    return told


TOLD: list[tuple[str, Callable[[], Tale], str]] = [
    ("all of them", with_all, "met"),
    ("some day of October", lambda: flu("2024-10"), "met"),
    ("some day of 2025", lambda: flu("2025"), "unknown (date-uncertain)"),
    ("no date", lambda: flu(occurrenceDateTime=None), "unknown (date-uncertain)"),
    ("entered in error", lambda: flu(status="entered-in-error"), "not-met"),
    ("not done, and no reason", lambda: flu(status="not-done"), "not-met"),
    (
        "not done, refused",
        lambda: flu(status="not-done", statusReason={"text": "patient refused"}),
        "exception (reason-recorded)",
    ),
    (
        "not done a season ago, refused",
        lambda: flu("2023-10-09", status="not-done", statusReason={"text": "patient refused"}),
        "not-met",
    ),
    (
        "a code without a name, of a system that is not loaded",
        lambda: flu(vaccineCode={"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "150"}]}),
        "unknown (codes-not-loaded)",
    ),
    ("an antibody against RSV is no vaccine", lambda: with_all(born="1950-04-12").vaccinated(
        "RSV monoclonal antibody", "2024-10-07"
    ), "not-met"),
    ("zoster: two doses", lambda: zoster("2023-03-06", "2023-04-03"), "met"),
    ("zoster: one told twice", lambda: zoster("2023-03-06", "2023-03-06"), "not-met"),
    ("zoster: some days of two months", lambda: zoster("2023-03", "2023-05"), "met"),
    ("zoster: days of neighbouring months", lambda: zoster("2023-03", "2023-04"), "unknown (date-uncertain)"),
    ("zoster: three, the middle one early", lambda: zoster("2023-03-06", "2023-03-13", "2023-04-10"), "met"),
    ("none, not asked for", patient, "unknown (not-seen-whole)"),
    ("another one alone", lambda: patient().vaccinated("Tdap", "2024-10-07"), "unknown (never-recorded)"),
    ("hospice care", lambda: flu("2023-10-09").asked_for("Hospice care", "2025-03-03"), "excluded (hospice)"),
    ("death", lambda: flu("2023-10-09").death("2025-03-03"), "excluded (death)"),
    ("death, all given", lambda: with_all().death("2025-03-03"), "met"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "told", "expected"), TOLD, ids=[row[0] for row in TOLD])
def test_vaccines_told_as_records(name: str, told: Callable[[], Tale], expected: str) -> None:
    assert ended(told()) == expected


def test_without_a_visit_in_the_period_nobody_is_asked() -> None:
    told = tale("someone", as_of=date(2025, 12, 31), period=PERIOD).her2_positive_mbc("2022-06-06", "liver")
    assert finding(told.course(HP, "2022-07-04", cycles=5).visit("2024-12-30")) is None


def test_a_partial_birth_date_on_both_sides_of_an_age() -> None:
    told = with_all("Heplisav-B", born="1965")
    assert ended(told) == "unknown (patient-unknown)"
    assert ended(with_all("Heplisav-B", born="1964")) == "not-met"  # 60 by then: RSV is due and lacks
    assert "RSV vaccine: none" in str(finding(with_all("Heplisav-B", born="1964")))


def test_it_never_flags() -> None:
    found = finding(flu("2023-10-09"))
    assert found is not None
    assert found.advisory
    assert "asco-vaccination-2024" == found.edition


@pytest.mark.parametrize("left_out", DUE)
def test_what_is_left_out_is_never_better(left_out: str) -> None:
    assert (ended(with_all()), ended(with_all(left_out))) == ("met", "not-met")


def test_another_vaccine_changes_nothing() -> None:
    for left_out in ((), ("Prevnar 20",)):
        assert ended(with_all(*left_out)) == ended(with_all(*left_out).vaccinated("Tdap", "2024-10-07"))


@pytest.mark.parametrize(
    ("seen", "season"),
    [
        ("2025-02-10", "from 2024-07-01 to 2025-06-30"),
        ("2025-06-30", "from 2024-07-01 to 2025-06-30"),
        ("2025-07-01", "from 2025-07-01 to 2026-06-30"),
    ],
)
def test_the_season_that_is_asked_for_is_named(seen: str, season: str) -> None:
    told = tale("someone", as_of=date(2026, 12, 31), period=PERIOD, born="1975-04-12")
    told.her2_positive_mbc("2024-06-03", "liver").visit(seen)
    found = finding(told)
    assert found is not None
    assert f"influenza vaccine (of the season {season})" in found.statement
    assert f"COVID-19 vaccine (of the season {season})" in found.statement
    assert "pneumococcal vaccine (ever" in found.statement


def test_haemophilus_influenzae_is_no_influenza() -> None:
    told = with_all("Influenza, seasonal").vaccinated("Haemophilus influenza type b", "2024-10-07")
    assert ended(told) == "not-met"
