"""docs/dirty-data.md says what the repairs and the cases are today."""

from tests.dirty.page import PAGE, in_step


def test_the_tables_are_in_step() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert in_step(page) == page, "write them anew: python -m tests.dirty.page"


def test_a_change_would_be_found() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert in_step(page.replace("february-30", "february-31")) == page
