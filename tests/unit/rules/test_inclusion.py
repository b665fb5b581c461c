"""Each inclusion criterion with a case for each of its answers, told as a story."""

from collections.abc import Callable
from typing import Any

import pytest

from abstractor.abstract import Criterion
from fixtures.stories import HP, TDM1, THP, Tale, tale
from tests.asking import abstract_told

DISEASE, LINES, VISIT = 0, 1, 2


def criterion(told: Tale, which: int, *, definition: str = "A") -> Criterion:
    return abstract_told(told.told(), definition=definition).inclusion.criteria[which]


def someone() -> Tale:
    return tale("someone").breast_cancer("2019-02-01")


def observation(code: str, on: str, **value: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": f"result-{code}-{on}",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "subject": {"reference": "Patient/someone"},
        "effectiveDateTime": on,
        **value,
    }


DISEASES: list[tuple[str, Callable[[], Tale], str, str | None]] = [
    (
        "3+ and liver",
        lambda: someone().her2_ihc("3+", "2019-02-11").metastasis("liver", "2019-03-01"),
        "met",
        None,
    ),
    ("3+ and M1", lambda: someone().her2_ihc("3+", "2019-02-11").stage_m1("2019-03-01"), "met", None),
    (
        "2+ then ISH positive",
        lambda: (
            someone()
            .her2_ihc("2+", "2019-02-11")
            .her2_ish("positive", "2019-02-15", ratio=2.6, copies=7.1)
            .metastasis("liver", "2019-03-01")
        ),
        "met",
        None,
    ),
    (
        "2+ then ISH negative",
        lambda: (
            someone()
            .her2_ihc("2+", "2019-02-11")
            .her2_ish("negative", "2019-02-15", ratio=1.1, copies=2.4)
            .metastasis("liver", "2019-03-01")
        ),
        "not-met",
        "her2-negative",
    ),
    (
        "2+ alone",
        lambda: someone().her2_ihc("2+", "2019-02-11").metastasis("liver", "2019-03-01"),
        "unknown",
        "her2-equivocal",
    ),
    (
        "1+",
        lambda: someone().her2_ihc("1+", "2019-02-11").metastasis("liver", "2019-03-01"),
        "not-met",
        "her2-negative",
    ),
    (
        "0",
        lambda: someone().her2_ihc("0", "2019-02-11").metastasis("liver", "2019-03-01"),
        "not-met",
        "her2-negative",
    ),
    (
        "3+ and 1+",
        lambda: (
            someone()
            .her2_ihc("3+", "2019-02-11")
            .her2_ihc("1+", "2019-04-11")
            .metastasis("liver", "2019-03-01")
        ),
        "unknown",
        "her2-discordant",
    ),
    ("no result", lambda: someone().metastasis("liver", "2019-03-01"), "unknown", "her2-not-recorded"),
    (
        "preliminary result",
        lambda: (
            someone().her2_ihc("3+", "2019-02-11", status="preliminary").metastasis("liver", "2019-03-01")
        ),
        "unknown",
        "her2-not-final",
    ),
    (
        "serum HER2 is no tissue",
        lambda: (
            someone()
            .metastasis("liver", "2019-03-01")
            .raw(observation("32996-1", "2019-02-11", valueQuantity={"value": 40, "unit": "ng/mL"}))
        ),
        "unknown",
        "her2-not-recorded",
    ),
    (
        "a ratio alone",
        lambda: (
            someone()
            .metastasis("liver", "2019-03-01")
            .raw(observation("49683-6", "2019-02-11", valueQuantity={"value": 2.6}))
        ),
        "unknown",
        "her2-result-not-yet-encoded",
    ),
    (
        "text alone",
        lambda: someone().metastasis("liver", "2019-03-01").pathology_report("HER2 3+", "2019-02-11"),
        "unknown",
        "her2-not-recorded",
    ),
    (
        "drugs never prove HER2",
        lambda: (
            someone()
            .metastasis("liver", "2019-03-01")
            .course(THP, "2019-03-20", cycles=6)
            .course(TDM1, "2020-03-02", cycles=6)
        ),
        "unknown",
        "her2-not-recorded",
    ),
    ("no metastasis", lambda: someone().her2_ihc("3+", "2019-02-11"), "not-met", "no-distant-metastasis"),
    (
        "axilla is regional",
        lambda: someone().her2_ihc("3+", "2019-02-11").metastasis("axilla", "2019-03-01"),
        "not-met",
        "no-distant-metastasis",
    ),
    (
        "provisional metastasis",
        lambda: (
            someone()
            .her2_ihc("3+", "2019-02-11")
            .metastasis("liver", "2019-03-01", verification="provisional")
        ),
        "not-met",
        "no-distant-metastasis",
    ),
    (
        "metastasis after as_of",
        lambda: someone().her2_ihc("3+", "2019-02-11").metastasis("liver", "2023-01-01"),
        "not-met",
        "no-distant-metastasis",
    ),
    (
        "a node that may be regional",
        lambda: (
            someone()
            .her2_ihc("3+", "2019-02-11")
            .condition("C77.9", "Secondary malignancy of lymph node", "2019-03-01")
        ),
        "unknown",
        "metastatic-site-ambiguous",
    ),
    (
        "no breast cancer recorded",
        lambda: tale("someone").her2_ihc("3+", "2019-02-11").metastasis("liver", "2019-03-01"),
        "unknown",
        "no-breast-cancer-diagnosis",
    ),
    (
        "a second HER2-treated cancer",
        lambda: (
            someone()
            .her2_ihc("3+", "2019-02-11")
            .metastasis("liver", "2019-03-01")
            .condition("C16.9", "Malignant neoplasm of stomach", "2018-01-01")
        ),
        "unknown",
        "second-cancer-not-yet-encoded",
    ),
    (
        "HER2 by a diagnosis code alone",
        lambda: (
            someone()
            .metastasis("liver", "2025-03-01")
            .condition("Z17.31", "HER2 positive status", "2019-03-01")
        ),
        "not-met",
        "no-distant-metastasis",
    ),
]


@pytest.mark.parametrize(("name", "told", "verdict", "reason"), DISEASES, ids=[row[0] for row in DISEASES])
def test_confirmed_her2_positive_metastatic_disease(
    name: str, told: Callable[[], Tale], verdict: str, reason: str | None
) -> None:
    decided = criterion(told(), DISEASE)
    assert (decided.verdict, decided.reason) == (verdict, reason), decided.statement
    assert decided.evidence or verdict == "not-met" or reason == "her2-not-recorded"


def two_lines(second: str = "2021-03-02") -> Tale:
    return (
        someone()
        .her2_positive_mbc("2019-02-11")
        .thp("2019-03-20", through="2021-02-08")
        .course(TDM1, second, cycles=4)
    )


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
