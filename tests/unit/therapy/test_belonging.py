"""Which cancer a drug belongs to (knowledge base, section 2.7; vignette V36)."""

import pytest

from tests.builders import told
from tests.therapy_knowledge import lines_of, therapy_of

V36 = """
condition breast-cancer 2010-03-01 resolved
condition other-her2-cancer 2021-02-01
H 2021-03-01..2021-09-06
T-DXd 2022-02-01..2022-09-06
"""


def test_v36_drugs_of_a_stomach_cancer_are_no_breast_lines() -> None:
    assert lines_of(told(V36), "2022-12-31") == []
    active = V36.replace(" resolved", "")
    assert lines_of(told(active + "her2 negative 2010-02-20"), "2022-12-31") == []
    doubtful = therapy_of(told(active + "her2 3+ 2021-02-10"), "2022-12-31")
    assert len(doubtful.lines) == 2
    assert {flag.code for flag in doubtful.flags} == {"agent-attribution"}
    reasoned = told(active + "her2 3+ 2021-02-10\norder H 2021-02-25 for cancer other-her2-cancer")
    assert len(therapy_of(reasoned, "2022-12-31").lines) == 2


@pytest.mark.parametrize(
    ("other", "flagged"),
    [
        ("condition other-her2-cancer 2021-02-01", True),
        ("condition other-her2-cancer 2021-09-07", False),  # found after the last dose of the first line
        ("condition other-her2-cancer ?", True),
        ("condition other-her2-cancer 2021-02-01 resolved", False),
        ("condition other-her2-cancer 2021-02-01 provisional", False),
    ],
)
def test_v36_only_a_cancer_that_may_be_active_then_is_in_doubt(other: str, flagged: bool) -> None:
    story = f"condition breast-cancer 2010-03-01\nH 2021-03-01..2021-09-06\n{other}"
    therapy = therapy_of(told(story), "2022-12-31")
    assert len(therapy.lines) == 1
    assert ({flag.code for flag in therapy.flags} == {"agent-attribution"}) is flagged


@pytest.mark.parametrize(
    ("her2", "lines"),
    [
        ("condition her2-negative-breast-cancer 2010-03-01", 0),
        ("condition her2-positive-breast-cancer 2010-03-01", 1),
        ("condition her2-positive-breast-cancer 2010-03-01\nher2 negative 2010-02-20", 1),
        ("her2 1+ 2010-02-20", 0),
        ("her2 1+ 2010-02-20\nher2 2+ 2021-02-20", 1),
        ("", 1),
    ],
)
def test_v36_what_is_known_of_the_breast_cancers_her2(her2: str, lines: int) -> None:
    story = "condition breast-cancer 2010-03-01\ncondition other-her2-cancer 2021-02-01\n"
    story += "H 2021-03-01..2021-09-06\n"
    assert len(therapy_of(told(story + her2), "2022-12-31").lines) == lines


def test_v36_a_stated_reason_leaves_no_doubt() -> None:
    story = """
    condition breast-cancer 2010-03-01
    condition other-her2-cancer 2021-02-01
    H 2021-03-01 for cancer breast-cancer
    """
    therapy = therapy_of(told(story), "2022-12-31")
    assert len(therapy.lines) == 1 and therapy.flags == ()


def test_v36_a_dose_takes_the_reason_of_the_order_that_it_names() -> None:
    story = """
    condition breast-cancer 2010-03-01
    condition other-her2-cancer 2021-02-01
    order H 2021-02-25 as MedicationRequest/stomach for cancer other-her2-cancer
    H 2021-03-01..2021-09-06 by order MedicationRequest/stomach
    """
    assert therapy_of(told(story), "2022-12-31").lines == ()
