"""The page of the audit trail in a real Chromium: by the rules of axe, by keyboard, on a phone, on paper."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from abstractor.store import trail
from abstractor.store.values import Action
from abstractor.workflow.acting import at_the_machine
from abstractor.workflow.trail import verify_trail
from tests.browser.walking import violations
from tests.integration.web.charts import critical
from tests.integration.web.site import Site, open_site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def told() -> Iterator[Site]:
    """A trail of two pages, in which a chart and a long identifier stand."""
    with open_site({"critical": critical(1)}) as site:
        _, patient = site.charts["critical"]
        with site.services.store.writing() as session:
            for number in range(60):
                trail.record(
                    session,
                    action=Action.SOURCE_OPENED if number % 2 else Action.CHART_OPENED,
                    account_id=1,
                    patient_id=patient,
                    cycle_id=1,
                    resource=f"MedicationAdministration/{'a1b2c3d4-' * 5}{number}" if number % 2 else None,
                    version="1" if number % 2 else None,
                    now=site.clock(),
                )
        verify_trail(site.services, by=at_the_machine(), now=site.clock())
        yield site


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_in_anybodys_way(opened: Open, told: Site, scheme: str) -> None:
    page = opened(on=told, color_scheme=scheme)
    page.goto("/trail")
    assert [one["id"] for one in violations(page)] == []
    page.emulate_media(media="print")
    expect(page.get_by_role("form", name="Which entries")).to_be_hidden()
    expect(page.locator("table.trail tbody tr")).to_have_count(50)


def test_by_keyboard_from_the_filter_to_the_next_page(opened: Open, told: Site) -> None:
    page = opened(on=told)
    page.goto("/trail")
    page.get_by_label("What").focus()
    page.keyboard.type("chart opened")
    page.get_by_label("Chart", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/trail?*action=chart-opened*")
    expect(page.locator("table.trail tbody tr")).to_have_count(30)
    page.get_by_role("link", name="Show all").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Older").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/trail?before=*")
    expect(page.get_by_role("link", name="Newest")).to_be_visible()


def test_on_a_telephone_nothing_but_the_table_is_wider(opened: Open, told: Site) -> None:
    page = opened(on=told, viewport={"width": 390, "height": 844})
    page.goto("/trail")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert [one["id"] for one in violations(page)] == []
