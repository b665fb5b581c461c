"""Every fault has its named test, which says what comes of it, and docs/faults.md says the same."""

from fixtures.clinic.faults.table import FAULTS
from tests.integration.faults.page import GROUPS, PAGE, page, told


def test_every_fault_of_the_clinic_has_a_test() -> None:
    assert {fault.id for fault in FAULTS} - {one.number for one in told()} == set()


def test_every_number_has_a_test() -> None:
    assert {one.order for one in told()} == set(range(GROUPS[0][1], GROUPS[-1][2] + 1))


def test_every_test_says_in_one_line_what_comes_of_the_fault() -> None:
    assert [one.test for one in told() if one.outcome is None] == []


def test_the_page_is_in_step_with_the_tests() -> None:
    """`python -m tests.integration.faults.page` writes it anew."""
    assert PAGE.read_text(encoding="utf-8") == page()
