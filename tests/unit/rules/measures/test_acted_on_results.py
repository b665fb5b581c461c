"""What followed a low ejection fraction, told as records: values, units, dates, doses and their status."""

from collections.abc import Callable
from datetime import date

import pytest

from abstractor.abstract import Finding
from fixtures.stories import TDM1, Tale, tale
from tests.asking import abstract_told

H = ["trastuzumab"]


def findings(told: Tale) -> list[Finding]:
    return [each for each in abstract_told(told.told()).findings if each.rule == "LVEF-ACT"]


def ended(told: Tale) -> str:
    found = findings(told)
    if not found:
        return "nothing"
    last = found[0].statement.partition(" Of ")[0].removesuffix(".").rpartition(" (")[2]
    code = last.removesuffix(")") if last.endswith(")") else ""
    return f"{found[0].verdict}" if " " in code or not code else f"{found[0].verdict} ({code})"


def treated(drugs: list[str] = H, *, cycles: int = 5, as_of: date = date(2022, 9, 30)) -> Tale:
    """From 2022-01-03 every three weeks, the fifth dose on 2022-03-28; 60 % before."""
    told = tale("someone", as_of=as_of).her2_positive_mbc("2021-12-01", "liver").visit("2022-01-03")
    return told.lvef(60, "2021-12-20").course(drugs, "2022-01-03", cycles=cycles)


LOW: list[tuple[str, Callable[[], Tale], str]] = [
    ("nothing low", lambda: treated().lvef(55, "2022-04-04"), "nothing"),
    ("low, nothing followed", lambda: treated().lvef(49, "2022-04-04"), "not-met"),
    ("low, repeated", lambda: treated().lvef(49, "2022-04-04").lvef(58, "2022-04-25"), "met"),
    ("as a fraction", lambda: _quantity(0.49), "not-met"),
    ("a fraction that is not low", lambda: _quantity(0.55), "nothing"),
    ("a low number of a strange unit", lambda: _quantity(49, "mL"), "unknown (value-uncertain)"),
    ("a high number of a strange unit", lambda: _quantity(60, "mL"), "nothing"),
    ("a range under the limit", lambda: _said("35-40%"), "not-met"),
    ("a range across the limit", lambda: _said("45-55%"), "unknown (value-uncertain)"),
    ("in words", lambda: _said("normal"), "nothing"),
    ("preliminary", lambda: _status("preliminary"), "unknown (not-final)"),
    ("entered in error", lambda: _status("entered-in-error"), "nothing"),
    (
        "of a year that may be before treatment",
        lambda: treated().lvef(49, "2022"),
        "unknown (date-uncertain)",
    ),
    (
        "without a date",
        lambda: treated().lvef(49, "2022-04-04").but(effectiveDateTime=None, issued=None),
        "unknown (date-uncertain)",
    ),
    ("before treatment", lambda: treated().lvef(49, "2022-01-01"), "nothing"),
    ("31 days after the last dose", lambda: treated().lvef(49, "2022-06-30"), "nothing"),
    (
        "repeated on some day of April",
        lambda: treated().lvef(49, "2022-04-04").lvef(58, "2022-04"),
        "unknown (date-uncertain)",
    ),
    (
        "held by the label, and given",
        lambda: treated().lvef(49, "2022-04-04").lvef(49, "2022-04-25").given(H[0], "2022-04-18"),
        "not-met",
    ),
    (
        "held by the label, the dose not done",
        lambda: (
            treated().lvef(49, "2022-04-04").lvef(58, "2022-04-25")
            .given(H[0], "2022-04-18", status="not-done")
        ),
        "met",
    ),
    (
        "held by the label, a dose of some day of April",
        lambda: treated().lvef(49, "2022-04-04").lvef(49, "2022-04-25").given(H[0], "2022-04"),
        "unknown (date-uncertain)",
    ),
    (
        "held by the label, a dose of unknown status",
        lambda: (
            treated().lvef(49, "2022-04-04").lvef(58, "2022-04-25")
            .given(H[0], "2022-04-18", status="unknown")
        ),
        "met",
    ),
    (
        "a fall since an older result alone",
        lambda: treated().lvef(70, "2021-10-25").lvef(55, "2022-04-04"),
        "nothing",
    ),
    (
        "worse at the repeat, and nothing after that",
        lambda: treated().lvef(49, "2022-04-04").lvef(35, "2022-04-25"),
        "not-met",
    ),
    (
        "the same at the repeat",
        lambda: treated().lvef(49, "2022-04-04").lvef(49, "2022-04-25"),
        "met",
    ),
]  # fmt: skip


def _quantity(value: float, unit: str | None = None) -> Tale:
    told = {"value": value} if unit is None else {"value": value, "unit": unit}
    return treated().lvef(49, "2022-04-04").but(valueQuantity=told)


def _status(status: str) -> Tale:
    return treated().lvef(49, "2022-04-04").but(status=status)


def _said(words: str) -> Tale:
    return treated().lvef(49, "2022-04-04").but(valueQuantity=None, valueString=words)


@pytest.mark.parametrize(("name", "told", "verdict"), LOW, ids=[row[0] for row in LOW])
def test_a_low_ejection_fraction(name: str, told: Callable[[], Tale], verdict: str) -> None:
    assert ended(told()) == verdict


def test_within_the_days_of_holding_it_is_open_whether_it_is_held() -> None:
    told = treated(as_of=date(2022, 4, 20)).lvef(49, "2022-04-04").lvef(49, "2022-04-15")
    assert ended(told) == "pending"


def test_a_result_of_the_next_line_is_asked_of_the_next_line() -> None:
    told = treated().course(TDM1, "2022-04-18", cycles=3).lvef(49, "2022-04-25")
    (found,) = findings(told)
    assert found.line is not None and found.line.number == 2


def test_several_such_results_are_told_together() -> None:
    told = treated(cycles=9).lvef(49, "2022-03-07").lvef(58, "2022-03-21").lvef(48, "2022-06-20")
    (found,) = findings(told)
    assert str(found.verdict) == "not-met"
    assert "Of 2 such events" in found.statement


def test_what_is_told() -> None:
    (found,) = findings(treated().lvef(49, "2022-04-04"))
    assert "after ejection fraction 49 % on 2022-04-04 on trastuzumab" in found.statement
    assert "no repeat and no cardiology" in found.statement
    assert found.would_clear == ("a repeat or cardiology within 28 days after the result",)
