"""What the program wrote, while the wave is hidden: nothing that tells until when was read, and all that the
guideline asks.
"""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from abstractor.abstract import Abstract
from abstractor.workflow.auditing.masking import HIDDEN, Mask, mask_of
from fixtures.stories import story
from tests.asking import ZONE, abstract_told

H = HIDDEN
END = "2022-12-31"
ASKED = "FDA label expects LVEF every 90 days (at most 120 without) during treatment (from 2022-03-11)"


def hiding(*days: date) -> Mask:
    return mask_of(site=False, wave=True, zone=ZoneInfo(ZONE), days=days)


MASK = hiding(date.fromisoformat(END))


SHOWS = f"{ASKED}, and in the 14 days before it. The chart shows: "


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        (f"LVEF at least every 90 days to {END}", f"LVEF at least every 90 days to {H}"),
        (f"none from 2022-03-11 to {END}, 42 weeks", f"none from 2022-03-11 to {H}, {H} weeks"),
        (
            f"{SHOWS}0% of 295 days covered; none from 2022-03-11 to {END}, 295 days.",
            f"{SHOWS}{H} of {H} days covered; none from 2022-03-11 to {H}, {H} days.",
        ),
        (f"HBsAg up to 14 days after {END}", f"HBsAg up to 14 days after {H}"),
        (f"{SHOWS}97% of 295 days covered; on time.", f"{SHOWS}{H} of {H} days covered; on time."),
        (f"{SHOWS}taken for 120 days so far.", f"{SHOWS}taken for {H} days so far."),
        (f"{SHOWS}taken for 90 to 120 days.", f"{SHOWS}taken for {H} days."),
        (f"{SHOWS}295 d; told.", f"{SHOWS}{H} d; told."),
        (
            f"{SHOWS}early (36 d), no reason within 30 days.",
            f"{SHOWS}early (36 d), no reason within 30 days.",
        ),
        (f"{SHOWS}one within 30 days, none for 122 days.", f"{SHOWS}one within 30 days, none for 122 days."),
        (f"{SHOWS}one within 30 days, to {END} 122 days.", f"{SHOWS}one within 30 days, to {H} {H} days."),
    ],
)
def test_what_is_asked_stays_and_what_tells_the_day_goes(text: str, seen: str) -> None:
    assert MASK.statement(text) == seen


def test_where_the_wave_is_shown_nothing_goes() -> None:
    text = f"{ASKED}. The chart shows: 97 % of 295 days covered to {END}."
    assert mask_of(site=False, wave=False, zone=ZoneInfo(ZONE)).statement(text) == text


def sentences(abstract: Abstract) -> dict[tuple[object, ...], list[str]]:
    """As they are shown, by what they are about and their verdict."""
    known = (abstract.period.start, abstract.period.end, abstract.as_of)
    mask = hiding(*(day + timedelta(days=by) for day in known for by in (-1, 0, 1)))
    return {
        (each.rule, each.line, each.phase, each.decision_date.earliest, each.verdict): [
            mask.statement(text) for text in (each.statement, *each.would_clear)
        ]
        for each in abstract.findings
    }


@pytest.mark.parametrize("name", ["v01", "v08", "fatima"])
def test_a_chart_read_three_days_later_says_the_same(name: str) -> None:
    told = story(name)
    (start, end), by = told.period, timedelta(days=3)
    now = sentences(abstract_told(told))
    later = sentences(abstract_told(replace(told, period=(start, end + by), as_of=told.as_of + by)))
    both = now.keys() & later.keys()
    assert len(both) > 10
    assert {about: now[about] for about in both} == {about: later[about] for about in both}
