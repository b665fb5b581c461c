"""What a guideline said that day, and what its authority says today."""

from dataclasses import replace
from datetime import date

import pytest

from abstractor.abstract import Finding, LaterVerdict, Verdict
from abstractor.guidelines import load_library
from abstractor.workflow.guidance import guidance_of
from tests.integration.web.told import finding

LIBRARY = load_library()
TODAY = date(2026, 11, 22)


def judged(edition: str, **changed: object) -> Finding:
    made = finding("sequencing", 2, "2021-03-01", Verdict.NOT_PREFERRED, "said", edition=edition)
    return replace(made, **changed)  # type: ignore[arg-type]  # fields of a finding by name


def test_today_is_another_edition_and_its_verdict_that_of_the_finding() -> None:
    later = (LaterVerdict("asco-her2-2022", Verdict.PREFERRED),)
    found = guidance_of(judged("asco-her2-2018", later=later), LIBRARY, TODAY)
    assert found.then is not None and found.today is not None
    assert (found.then.id, found.then.until) == ("asco-her2-2018", date(2022, 5, 30))
    assert (found.today.id, found.today_verdict) == ("asco-her2-2022", Verdict.PREFERRED)
    assert not found.unchanged and found.between == ()


def test_the_edition_of_that_day_may_be_todays_too() -> None:
    found = guidance_of(judged("asco-her2-2022"), LIBRARY, TODAY)
    assert found.unchanged
    assert found.today_verdict is Verdict.NOT_PREFERRED


def test_what_was_not_judged_by_todays_edition_has_no_verdict_of_it() -> None:
    found = guidance_of(judged("asco-her2-2018"), LIBRARY, TODAY)
    assert found.today is not None and found.today_verdict is None


def test_editions_between_are_told_apart_from_todays() -> None:
    later = tuple(
        LaterVerdict(f"nccn-bc-{name}", Verdict.ACCEPTABLE)
        for name in ("2022.1", "2025.1", "2026.1", "2026.2")
    )
    found = guidance_of(judged("nccn-bc-2021.1", later=later, also="nccn-bc-2020.1"), LIBRARY, TODAY)
    assert found.today is not None and found.today.id == "nccn-bc-2026.2"
    assert [name for name, _ in found.between] == ["nccn-bc-2022.1", "nccn-bc-2025.1", "nccn-bc-2026.1"]
    assert found.also is not None and found.also.id == "nccn-bc-2020.1"


def test_in_grace_it_is_told_which_of_the_two_was_in_force() -> None:
    former, new = "nccn-bc-2021.1", "nccn-bc-2022.1"
    assert guidance_of(judged(former, also=new), LIBRARY, TODAY).by_former
    assert not guidance_of(judged(new, also=former), LIBRARY, TODAY).by_former
    assert not guidance_of(judged(new), LIBRARY, TODAY).by_former


@pytest.mark.parametrize("on", [date(2019, 1, 1), date(2021, 6, 1), TODAY])
def test_every_edition_has_at_most_one_of_its_succession_in_force(on: date) -> None:
    for edition in LIBRARY.editions:
        found = guidance_of(judged(edition.id), LIBRARY, on)
        assert found.then is not None and found.then.id == edition.id
        assert found.today is None or edition.in_force(on) == (found.today.id == edition.id)
        assert not found.then.signed


def test_an_edition_that_is_known_no_more_says_nothing() -> None:
    found = guidance_of(judged("gone-1999"), LIBRARY, TODAY)
    assert (found.then, found.today, found.unchanged) == (None, None, False)
