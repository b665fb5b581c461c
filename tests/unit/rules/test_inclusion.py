"""Two lines of treatment, and a visit in the period, with a case for each answer, told as a story."""

from collections.abc import Callable

import pytest

from fixtures.stories import HP, TDM1, Tale, tale
from tests.asking import criterion

LINES, VISIT = 1, 2


def someone() -> Tale:
    return tale("someone").breast_cancer("2019-02-01")


def two_lines(second: str = "2021-03-02") -> Tale:
    return (
        someone()
        .her2_positive_mbc("2019-02-11")
        .thp("2019-03-20", through="2021-02-08")
        .course(TDM1, second, cycles=4)
    )


def undated(drug: str) -> Tale:
    told = someone().her2_positive_mbc("2019-02-11").thp("2019-03-20", through="2021-02-08")
    return told.given(drug, "2022-06-01").but(effectiveDateTime=None)


def unsure(words: str) -> Tale:
    """A dose coded as the antibody, with a text that may say it was a conjugate of it."""
    told = someone().her2_positive_mbc("2019-02-11").thp("2019-03-20", through="2021-02-08")
    told.given("trastuzumab", "2022-06-01")
    coded = [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "224905"}]
    return told.but(medicationCodeableConcept={"coding": coded, "text": words})


LINE_CASES: list[tuple[str, Callable[[], Tale], str, str, str | None]] = [
    ("two", two_lines, "A", "met", None),
    ("second starts on the last day", lambda: two_lines("2022-12-31"), "A", "met", None),
    (
        "one",
        lambda: someone().her2_positive_mbc("2019-02-11").thp("2019-03-20", through="2021-02-08"),
        "A",
        "not-met",
        "fewer-than-two-lines",
    ),
    (
        "endocrine first: A",
        lambda: (
            someone()
            .her2_positive_mbc("2019-02-11")
            .course(["letrozole"], "2019-04-01", through="2020-09-01")
            .course([*HP, "anastrozole"], "2020-10-01", cycles=8)
        ),
        "A",
        "not-met",
        "fewer-than-two-lines",
    ),
    (
        "endocrine first: B",
        lambda: (
            someone()
            .her2_positive_mbc("2019-02-11")
            .course(["letrozole"], "2019-04-01", through="2020-09-01")
            .course([*HP, "anastrozole"], "2020-10-01", cycles=8)
        ),
        "B",
        "met",
        None,
    ),
    (
        "an order suffices",
        lambda: (
            someone()
            .her2_positive_mbc("2019-02-11")
            .thp("2019-03-20", through="2021-02-08")
            .order("ado-trastuzumab emtansine", "2021-03-02", status="active")
        ),
        "A",
        "met",
        None,
    ),
    (
        "a draft does not",
        lambda: (
            someone()
            .her2_positive_mbc("2019-02-11")
            .thp("2019-03-20", through="2021-02-08")
            .order("ado-trastuzumab emtansine", "2021-03-02", status="draft")
        ),
        "A",
        "not-met",
        "fewer-than-two-lines",
    ),
    (
        "a plan does not",
        lambda: (
            someone()
            .her2_positive_mbc("2019-02-11")
            .thp("2019-03-20", through="2021-02-08")
            .order("ado-trastuzumab emtansine", "2021-03-02", intent="plan")
        ),
        "A",
        "not-met",
        "fewer-than-two-lines",
    ),
    (
        "an unknown status may",
        lambda: (
            someone()
            .her2_positive_mbc("2019-02-11")
            .thp("2019-03-20", through="2021-02-08")
            .order("ado-trastuzumab emtansine", "2021-03-02", status="unknown")
        ),
        "A",
        "unknown",
        "status-unknown",
    ),
    ("a drug without a date", lambda: undated("ado-trastuzumab emtansine"), "A", "unknown", "date-uncertain"),
    ("a drug that may be a conjugate", lambda: unsure("TDM-1X arm"), "A", "unknown", "agent-unmapped"),
    ("a drug that is none", lambda: unsure("trastuzumab 440 mg"), "A", "met", None),
    (
        "silence where administrations were not asked",
        lambda: someone().her2_positive_mbc("2019-02-11").order("trastuzumab", "2019-03-20"),
        "A",
        "unknown",
        "medications-not-seen-whole",
    ),
]


@pytest.mark.parametrize(
    ("name", "told", "definition", "verdict", "reason"), LINE_CASES, ids=[row[0] for row in LINE_CASES]
)
def test_two_lines_of_treatment(
    name: str, told: Callable[[], Tale], definition: str, verdict: str, reason: str | None
) -> None:
    decided = criterion(told(), LINES, definition=definition)
    assert (decided.verdict, decided.reason) == (verdict, reason), decided.statement


VISITS: list[tuple[str, Callable[[], Tale], str, str | None]] = [
    ("first day", lambda: someone().visit("2022-01-01"), "met", None),
    ("last day", lambda: someone().visit("2022-12-31"), "met", None),
    ("the day before", lambda: someone().visit("2021-12-31"), "not-met", "no-visit-in-period"),
    ("the day after", lambda: someone().visit("2023-01-01"), "not-met", "no-visit-in-period"),
    ("planned", lambda: someone().visit("2022-05-01", status="planned"), "not-met", "no-visit-in-period"),
    ("cancelled", lambda: someone().visit("2022-05-01", status="cancelled"), "not-met", "no-visit-in-period"),
    ("status unknown", lambda: someone().visit("2022-05-01", status="unknown"), "unknown", "status-unknown"),
    ("video", lambda: someone().visit("2022-05-01", kind="VR"), "met", None),
    (
        "after death",
        lambda: someone().visit("2022-05-01").death("2022-04-01"),
        "not-met",
        "no-visit-in-period",
    ),
    ("no encounters asked for", someone, "unknown", "encounters-not-seen-whole"),
]


@pytest.mark.parametrize(("name", "told", "verdict", "reason"), VISITS, ids=[row[0] for row in VISITS])
def test_a_visit_in_the_period(name: str, told: Callable[[], Tale], verdict: str, reason: str | None) -> None:
    decided = criterion(told(), VISIT)
    assert (decided.verdict, decided.reason) == (verdict, reason), decided.statement
