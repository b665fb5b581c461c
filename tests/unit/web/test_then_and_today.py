"""How the pages tell what a guideline said on the day of a decision, and what it says today."""

import re
from dataclasses import replace
from datetime import date

import pytest

from abstractor.abstract import Finding, Verdict
from abstractor.guidelines import load_library
from abstractor.web import templating
from abstractor.workflow.guidance import guidance_of
from tests.integration.web.told import finding

LIBRARY = load_library()
FORMER, NEW = "nccn-bc-2021.1", "nccn-bc-2022.1"
TITLES = {edition.id: edition.title for edition in LIBRARY.editions}
CITATIONS = {edition.id: edition.citation for edition in LIBRARY.editions}


def told(finding: Finding, today: date) -> tuple[str, str]:
    """What the page says of that day, and of today, without marks."""
    parts = templating._TEMPLATES.get_template("chart_parts.html").module
    shown = parts.then_and_today(guidance_of(finding, LIBRARY, today), finding)  # type: ignore[attr-defined]
    words = " ".join(re.sub(r"<[^>]+>", "", str(shown)).split())
    that_day, _, now = words.partition("Today")
    return that_day, now


def judged(edition: str, also: str | None) -> Finding:
    made = finding("sequencing", 2, "2021-12-20", Verdict.PREFERRED, "said", edition=edition)
    return replace(made, also=also)


def test_in_grace_the_edition_in_force_is_named_before_the_former_one_that_counts() -> None:
    that_day, now = told(judged(FORMER, NEW), date(2022, 1, 3))
    parts = [TITLES[NEW], CITATIONS[NEW], "of the two its verdict was taken", "preferred", TITLES[FORMER]]
    assert [that_day.index(part) for part in parts] == sorted(that_day.index(part) for part in parts)
    assert CITATIONS[FORMER] in that_day
    assert "It was in force that day too; of the two the former edition's verdict was taken." in now
    assert "not judged" not in now


@pytest.mark.parametrize("also", [FORMER, None])
def test_else_the_edition_in_force_comes_first(also: str | None) -> None:
    that_day, now = told(judged(NEW, also), date(2022, 1, 3))
    assert that_day.index("preferred") < that_day.index(TITLES[NEW])
    assert (f"accepted too: {TITLES[FORMER]}" in that_day) is (also is not None)
    assert "the same edition is still in force" in now
