"""The criterion of confirmed HER2-positive metastatic disease, with a case for each of its answers."""

from collections.abc import Callable
from typing import Any, Literal

import pytest

from fixtures.stories import TDM1, THP, Tale, tale
from tests.asking import criterion

Answer = Literal["positive", "negative"]


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


def ish_in(year: str, answer: Answer, then: str) -> Tale:
    """ISH on the primary in that year, an equivocal IHC on the liver later."""
    told = (
        someone()
        .her2_ish(answer, f"{year}-02-15", ratio=2.6, copies=7.1)
        .her2_ihc("2+", then, tissue="Liver")
    )
    return told.metastasis("liver", "2019-03-01")


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
    (
        "an old positive ISH settles nothing",
        lambda: ish_in("2012", "positive", "2019-02-11"),
        "unknown",
        "her2-equivocal",
    ),
    (
        "an old negative ISH settles nothing",
        lambda: ish_in("2012", "negative", "2019-02-11"),
        "unknown",
        "her2-equivocal",
    ),
    (
        "a report from before 2007",
        lambda: someone().her2_ihc("3+", "2006-12-31").metastasis("liver", "2019-03-01"),
        "unknown",
        "her2-report-too-old",
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
        "her2-indeterminate",
    ),
    (
        "text alone",
        lambda: someone().metastasis("liver", "2019-03-01").pathology_report("HER2 3+", "2019-02-11"),
        "unknown",
        "her2-text-only",
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
        "her2-by-drugs-only",
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
        "a second HER2-treated cancer, HER2 of the breast",
        lambda: (
            someone()
            .her2_ihc("3+", "2019-02-11")
            .metastasis("liver", "2019-03-01")
            .condition("C16.9", "Malignant neoplasm of stomach", "2018-01-01")
        ),
        "met",
        None,
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
    decided = criterion(told(), 0)
    assert (decided.verdict, decided.reason) == (verdict, reason), decided.statement
    assert decided.evidence or verdict == "not-met" or reason == "her2-not-recorded"
