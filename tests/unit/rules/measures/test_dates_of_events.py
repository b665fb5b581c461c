"""What is decided where the day of an event, a result or a dose is not known exactly, or lies at an edge."""

from collections.abc import Callable
from datetime import date

import pytest

from abstractor.abstract import Finding
from fixtures.stories import TDXD, Tale, tale
from tests.asking import abstract_told

TRASTUZUMAB = "trastuzumab"
YEAR_END = date(2022, 12, 31)


def findings(told: Tale, rule: str) -> list[Finding]:
    return [each for each in abstract_told(told.told()).findings if each.rule == rule]


def ended(told: Tale, rule: str) -> str:
    """The verdict, and the code in brackets at the end of the sentence; nothing where nothing is asked."""
    found = findings(told, rule)
    if not found:
        return "nothing"
    last = found[0].statement.partition(" Of ")[0].removesuffix(".").rpartition(" (")[2]
    code = last.removesuffix(")") if last.endswith(")") else ""
    return f"{found[0].verdict}" if " " in code or not code else f"{found[0].verdict} ({code})"


def someone(*, as_of: date = YEAR_END) -> Tale:
    told = tale("someone", as_of=as_of).her2_positive_mbc("2021-12-01", "liver")
    return told.visit("2022-01-03").lvef(60, "2021-12-20")


def begun_in_january() -> Tale:
    """The first dose on some day of January."""
    return someone().given(TRASTUZUMAB, "2022-01").course([TRASTUZUMAB], "2022-02-07", cycles=3)


def treated(*, as_of: date = YEAR_END) -> Tale:
    """Every three weeks from 2022-01-03 to 2022-03-28."""
    return someone(as_of=as_of).course([TRASTUZUMAB], "2022-01-03", cycles=5)


def ranged(told: Tale, words: str, on: str) -> Tale:
    return told.lvef(1, on).but(valueQuantity=None, valueString=words)


LOW: list[tuple[str, Callable[[], Tale], str]] = [
    (
        "low in the month of the first dose, nothing followed",
        lambda: begun_in_january().lvef(49, "2022-01-20"),
        "unknown (date-uncertain)",
    ),
    (
        "low on the first day of that month",
        lambda: begun_in_january().lvef(49, "2022-01-01"),
        "nothing",
    ),
    (
        "low on the day after that month",
        lambda: begun_in_january().lvef(49, "2022-02-01"),
        "not-met",
    ),
    (
        "30 days after the last day of the month of the last dose",
        lambda: treated().given(TRASTUZUMAB, "2022-05").lvef(49, "2022-06-30"),
        "not-met",
    ),
    (
        "31 days after it",
        lambda: treated().given(TRASTUZUMAB, "2022-05").lvef(49, "2022-07-01"),
        "nothing",
    ),
    (
        "on pertuzumab, known only as under 45 %",
        lambda: ranged(someone().course(["pertuzumab"], "2022-01-03", cycles=5), "<45%", "2022-04-04"),
        "not-met",
    ),
    (
        "a repeat that may be lower still",
        lambda: ranged(treated().lvef(49, "2022-04-04"), "<50%", "2022-04-11"),
        "not-met",
    ),
    (
        "a repeat that is surely no lower",
        lambda: ranged(treated().lvef(45, "2022-04-04"), "45-49%", "2022-04-11"),
        "met",
    ),
    (
        "a repeat in a strange unit, which may be lower still",
        lambda: (
            treated()
            .lvef(49, "2022-04-04")
            .lvef(48, "2022-04-11")
            .but(valueQuantity={"value": 48, "unit": "mL"})
        ),
        "unknown (value-uncertain)",
    ),
    (
        "ten points lower to the tenth of a point, 50 and more",
        lambda: treated().lvef(60.3, "2021-12-28").lvef(50.3, "2022-04-04"),
        "not-met",
    ),
]


@pytest.mark.parametrize(("name", "told", "verdict"), LOW, ids=[row[0] for row in LOW])
def test_a_low_ejection_fraction(name: str, told: Callable[[], Tale], verdict: str) -> None:
    assert ended(told(), "LVEF-ACT") == verdict


def exposed() -> Tale:
    """Trastuzumab from 2022-01-10, and no ejection fraction since."""
    told = someone(as_of=date(2022, 8, 1))
    return told.course([TRASTUZUMAB], "2022-01-10", cycles=9)


NOT_FINAL: list[tuple[str, str]] = [
    ("2022-01-10", "not-met"),  # the day from which on it was missed
    ("2022-01-11", "unknown (not-final)"),
    ("2022-07-31", "unknown (not-final)"),
    ("2022-08-01", "not-met"),
]


@pytest.mark.parametrize(("on", "verdict"), NOT_FINAL)
def test_a_preliminary_result_leaves_a_gap_open_within_it_alone(on: str, verdict: str) -> None:
    told = exposed().lvef(60, on).but(status="preliminary")
    assert ended(told, "LVEF-Q3M") == verdict


def test_exposure_is_told_from_the_first_day_that_it_may_have_begun() -> None:
    """Of two drugs one began on some day of January, the other on the tenth."""
    told = someone(as_of=date(2022, 8, 1)).given(TRASTUZUMAB, "2022-01")
    told.course(["pertuzumab"], "2022-01-10", cycles=9).course([TRASTUZUMAB], "2022-02-01", cycles=9)
    (found,) = findings(told, "LVEF-Q3M")
    assert "none from 2022-01-01 to 2022-08-01, 212 days" in found.statement


def test_of_drugs_asked_about_together_the_earliest_day_counts() -> None:
    told = someone().given(TRASTUZUMAB, "2022-01").course(["docetaxel"], "2022-01-10", cycles=9)
    (found,) = findings(told.course([TRASTUZUMAB], "2022-02-01", cycles=12), "RESTAGE")
    assert found.decision_date.earliest == date(2022, 1, 1)
    assert "none from 2022-01-01 to 2022-09-20, 262 days" in found.statement


def test_while_treatment_goes_on_the_first_check_is_not_overdue() -> None:
    told = tale("someone", as_of=date(2022, 4, 20)).her2_positive_mbc("2021-12-01", "liver")
    assert ended(told.course([TRASTUZUMAB], "2022-01-10", cycles=5), "LVEF-Q3M") == "pending"


def test_a_break_of_more_than_90_days_parts_the_exposure() -> None:
    told = (
        someone().course([TRASTUZUMAB], "2022-01-10", cycles=4).course([TRASTUZUMAB], "2022-07-01", cycles=7)
    )
    (found,) = findings(told, "LVEF-Q3M")
    assert "none from 2022-07-01 to 2022-12-31, 183 days" in found.statement


def test_a_short_supply_within_a_long_one_does_not_end_it() -> None:
    told = (
        someone().dispensed("tucatinib", "2022-01-10", days=90).dispensed("tucatinib", "2022-02-01", days=30)
    )
    (found,) = findings(told, "TUC-LFT")
    assert "ALT: none from 2022-01-10 to 2022-04-09, 89 days" in found.statement


def dosed(cycles: int = 2) -> Tale:
    """T-DXd from 2022-01-03 every three weeks; results are on record."""
    return someone().course(TDXD, "2022-01-03", cycles=cycles)


DOSES: list[tuple[str, Callable[[], Tale], str]] = [
    ("death on the day of the last dose", lambda: dosed().death("2022-01-24"), "excluded (death)"),
    ("death on the day after it", lambda: dosed().death("2022-01-25"), "not-met"),
    (
        "ordered, and death on that day",
        lambda: someone().order(TDXD[0], "2022-01-03").death("2022-01-03"),
        "excluded (death)",
    ),
    (
        "ordered, and death on the day after",
        lambda: someone().order(TDXD[0], "2022-01-03").death("2022-01-04"),
        "unknown (doses-not-seen)",
    ),
    (
        "said to be taken, with a visit here on that day",
        lambda: someone().said_to_take(TDXD[0], "2022-02-10", "2022-06-10").visit("2022-02-10"),
        "unknown (doses-not-seen)",
    ),
    (
        "said to be taken, with a visit here on the day before",
        lambda: someone().said_to_take(TDXD[0], "2022-02-10", "2022-06-10").visit("2022-02-09"),
        "excluded (treated-elsewhere)",
    ),
    (
        "said to be taken, with a visit here on the day after",
        lambda: someone().said_to_take(TDXD[0], "2022-02-10", "2022-06-10").visit("2022-02-11"),
        "excluded (treated-elsewhere)",
    ),
]


@pytest.mark.parametrize(("name", "told", "verdict"), DOSES, ids=[row[0] for row in DOSES])
def test_blood_counts_before_doses(name: str, told: Callable[[], Tale], verdict: str) -> None:
    assert ended(told(), "TDXD-CBC") == verdict


@pytest.mark.parametrize(
    ("told", "known"),
    [
        (lambda: someone().order(TDXD[0], "2022-01-03"), "it was ordered, and no dose is on record"),
        (
            lambda: someone().said_to_take(TDXD[0], "2022-02-10", "2022-06-10").visit("2022-02-10"),
            "it was only said to be taken, and no dose is on record",
        ),
    ],
)
def test_how_a_drug_is_known_of_which_no_dose_was_seen(told: Callable[[], Tale], known: str) -> None:
    (found,) = findings(told(), "TDXD-CBC")
    assert known in found.statement


@pytest.mark.parametrize(
    ("cycles", "days"),
    [(3, "2022-01-03, 2022-01-24, 2022-02-14"), (4, "2022-01-03, 2022-01-24, 2022-02-14 and 1 more")],
)
def test_three_doses_are_named_that_lack_it(cycles: int, days: str) -> None:
    (found,) = findings(dosed(cycles), "TDXD-CBC")
    (clear,) = found.would_clear
    assert clear.endswith(f"before the doses of {days}")


def test_of_doses_without_their_count_the_first_is_named() -> None:
    (found,) = findings(dosed(3).blood_count("2022-01-03"), "TDXD-CBC")
    assert "lacking before the dose of 2022-01-24:" in found.statement


FIRST_VISIT: list[tuple[str, Callable[[Tale], Tale], date]] = [
    ("the first of two", lambda told: told.visit("2022-02-01"), date(2022, 2, 1)),
    (
        "one of unknown status is none",
        lambda told: told.visit("2022-02-01", status="unknown"),
        date(2022, 3, 1),
    ),
    (
        "one before an admission is none",
        lambda told: told.visit("2022-02-01").but(**{"class": {"code": "PRENC"}}),
        date(2022, 3, 1),
    ),
    ("one before the period is none of it", lambda told: told.visit("2021-12-31"), date(2022, 3, 1)),
    (
        "one without a date is none",
        lambda told: told.visit("2022-02-01").but(period=None),
        date(2022, 3, 1),
    ),
]


@pytest.mark.parametrize(("name", "more", "first"), FIRST_VISIT, ids=[row[0] for row in FIRST_VISIT])
def test_screening_is_due_from_the_first_visit_of_the_period(
    name: str, more: Callable[[Tale], Tale], first: date
) -> None:
    told = tale("someone", as_of=YEAR_END).her2_positive_mbc("2021-12-01", "liver").visit("2022-03-01")
    (found,) = findings(more(told), "DISTRESS")
    assert (found.decision_date.earliest, found.decision_date.latest) == (first, first)
