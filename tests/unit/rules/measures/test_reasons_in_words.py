"""A drug that was not given for a reason in words: read, it excuses or not; unread, it leaves care open."""

from datetime import date

import pytest

from abstractor.abstract import Finding
from fixtures.stories import Tale, tale
from tests.asking import abstract_told


def finding(told: Tale) -> Finding:
    (found,) = [each for each in abstract_told(told.told()).findings if each.rule == "BMA"]
    return found


def bone() -> Tale:
    told = tale("someone", as_of=date(2022, 12, 31)).her2_positive_mbc("2022-02-07", "bone")
    return told.order("docetaxel", "2018-02-05").visit("2022-02-07")


@pytest.mark.parametrize(
    ("why", "on", "verdict"),
    [
        ("Dental extraction planned", "2022-03-01", "unknown"),
        ("Patient refused", "2022-03-01", "exception"),
        ("Renal failure", "2022-03-01", "exception"),  # one of the diagnoses against it
        ("Insurance denied", "2022-03-01", "not-met"),  # read, and no reason against it
        (None, "2022-03-01", "not-met"),
        ("Dental extraction planned", "2021-03-01", "not-met"),
        ("Dental extraction planned", "2022-09-01", "not-met"),
    ],
)
@pytest.mark.parametrize("kind", ["dose", "order"])
def test_a_bone_modifying_agent_that_was_not_given(kind: str, why: str | None, on: str, verdict: str) -> None:
    told = bone()
    if kind == "dose":
        told.given("zoledronic acid", on, status="not-done", why_not=why)
    else:
        told.order("zoledronic acid", on, status="cancelled", stopped_for=why)
    found = finding(told)
    assert str(found.verdict) == verdict, found.statement
    assert (f'"{why}" (reason-unread)' in found.statement) == (verdict == "unknown"), found.statement


def test_one_that_was_given_all_the_same() -> None:
    told = bone().given(
        "zoledronic acid", "2022-03-01", status="not-done", why_not="Dental extraction planned"
    )
    assert str(finding(told.given("zoledronic acid", "2022-04-01")).verdict) == "met"
