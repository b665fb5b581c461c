"""A queue of five thousand charts: filtered and paged by keyboard, on a telephone in the dark too."""

from collections.abc import Callable, Iterator, Mapping
from itertools import cycle

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import col, select

from abstractor.abstract import SEVERITIES, to_json
from abstractor.store.rows import add_all
from abstractor.store.tables import AbstractRow, PatientRow, PullRow, QueueItemRow
from tests.browser.reviewing import whole
from tests.browser.walking import press_until
from tests.integration.web.charts import critical
from tests.integration.web.site import Site, open_site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
Open = Callable[..., Page]
MANY, ON_A_PAGE = 5_000, 25
WHY = ("LVEF-BASE sequencing", "ordered-not-given", "ILD-ACT LVEF-BASE date-uncertain CDK-CBC BRAIN-SX", "")


@pytest.fixture(scope="module")
def crowd() -> Iterator[Site]:
    """One told chart, and the rows of so many others that there are five thousand."""
    with open_site({"critical": critical(1)}) as site:
        _fill(site, MANY - 1)
        yield site


def _fill(site: Site, many: int) -> None:
    """In bulk, below the use cases: what matters is how many there are."""
    told = critical(1).abstract
    assert told is not None
    body, now = to_json(told), site.clock()
    of_cycle = {"cycle_id": 1, "foreign_count": 0, "pulled_at": now}
    judged = {"cycle_id": 1, "input_digest": "sha256:0", "verdict": "included", "flagged": True}
    queued = {"cycle_id": 1, "verdict": "included", "opened_at": now}
    ranks, why = cycle(range(len(SEVERITIES))), cycle(WHY)
    with site.services.store.writing() as session:
        named: list[Mapping[str, object]] = [
            {"clinic_id": 1, "reference": f"Patient/many{number}", "first_seen_at": now}
            for number in range(many)
        ]
        add_all(session, PatientRow, named)
        others = col(PatientRow.reference).like("Patient/many%")
        numbers = session.exec(select(PatientRow.id).where(others)).all()
        add_all(session, PullRow, [of_cycle | {"patient_id": number} for number in numbers])
        pulls = session.exec(select(PullRow.patient_id, PullRow.id).where(PullRow.patient_id != 1)).all()
        rows = [
            judged | {"patient_id": patient, "pull_id": pull, "body": body, "abstracted_at": now}
            for patient, pull in pulls
        ]
        add_all(session, AbstractRow, rows)
        of = select(AbstractRow.patient_id, AbstractRow.id).where(AbstractRow.patient_id != 1)
        waiting = [
            queued
            | {"patient_id": patient, "abstract_id": number, "rank": next(ranks), "codes": next(why)}
            | {"lines": "palliative: THP, TDM1"}
            for patient, number in session.exec(of)
        ]
        add_all(session, QueueItemRow, waiting)


def in_view(page: Page, many: int, number: int) -> None:
    """The page is whole: so many rows, its number, nothing wider than the window, the rules of axe."""
    expect(page.locator("table.queue tbody tr")).to_have_count(many)
    expect(page.locator(".pager")).to_contain_text(f"Page {number} of")
    size = page.viewport_size
    assert size is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    whole(page, f"page {number}")


def test_five_thousand_charts_by_keyboard(opened: Open, crowd: Site) -> None:
    page = opened(on=crowd)
    expect(page.locator("table.queue caption")).to_have_text("5000 flagged charts, the worst first")
    in_view(page, ON_A_PAGE, 1)
    press_until(page, "nav.filter a.discordant")
    page.keyboard.press("Enter")
    expect(page.locator("table.queue caption")).to_contain_text("whose worst flag is")
    of_kind = int(page.locator("nav.filter a.discordant b").inner_text())
    assert abs(of_kind - MANY / len(SEVERITIES)) < 2
    press_until(page, ".pager a[rel=next]")
    page.keyboard.press("Enter")
    expect(page.locator(".pager")).to_contain_text(f"Page 2 of {-(-of_kind // ON_A_PAGE)}")
    press_until(page, "table.queue th a")
    page.keyboard.press("Enter")
    expect(page.locator("#flags")).to_be_visible()


def test_its_last_page_on_a_telephone_in_the_dark(opened: Open, crowd: Site) -> None:
    page = opened(on=crowd, color_scheme="dark", viewport={"width": 390, "height": 844})
    last = MANY // ON_A_PAGE
    page.goto(f"/queue?page={last}")
    in_view(page, ON_A_PAGE, last)
    expect(page.get_by_role("link", name="Next")).to_have_count(0)
