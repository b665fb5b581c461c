"""What an auditor does: sign in, see the queue, open a chart, see why it is flagged, open the source."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walking import element_in_view, open_chart
from tests.integration.web.charts import critical
from tests.integration.web.site import Site, open_site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_from_sign_in_to_the_marked_element(page: Page) -> None:
    first = page.locator("table.queue tbody tr").first
    expect(first).to_contain_text("Critical")
    expect(first).to_contain_text("Drug given again after lung toxicity")
    open_chart(page)
    page.locator("#flags a.evidence").first.click()
    assert element_in_view(page) == '"code": "J70.2"'
    expect(page).to_have_url(re.compile(r"/cycles/1/charts/1$"))


def test_why_a_chart_is_flagged_is_seen_without_scrolling(page: Page) -> None:
    open_chart(page)
    for said in (
        "Not clinically signed",
        "it was given again on 2022-06-21",
        "the dose of 2022-06-21 not given",
    ):
        box = page.get_by_text(said).first.bounding_box()
        assert box is not None and box["y"] + box["height"] < 900, said


def test_every_piece_of_evidence_of_a_flag_is_at_most_two_actions_away(page: Page) -> None:
    open_chart(page)
    assert page.locator("#flags .critical a.evidence:visible").count() == 3  # laid open: one action
    page.locator("#flags summary").click()  # folded: two
    links = page.locator("#flags a.evidence")
    assert links.count() == 5
    for number in range(links.count()):
        links.nth(number).click()
        value = links.nth(number).locator("b").inner_text()
        expect(page.locator("#source-panel #element mark")).to_contain_text(value)


def test_the_panel_closes_and_the_focus_goes_back(page: Page) -> None:
    open_chart(page)
    link = page.locator("#flags a.evidence").nth(1)
    link.click()
    expect(page.locator("#source-title")).to_be_focused()
    expect(link).to_have_attribute("aria-current", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#source-view")).to_have_count(0)
    expect(link).to_be_focused()
    link.click()
    page.locator("#source-panel").get_by_role("link", name="Close").click()
    expect(link).to_be_focused()


def test_filter_and_pages_of_the_queue(page: Page) -> None:
    page.get_by_role("navigation", name="Filter by severity").get_by_role("link", name="Review").click()
    expect(page.locator("table.queue caption")).to_contain_text("30 flagged charts")
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_text("Page 2 of 2")).to_be_visible()
    expect(page.locator("table.queue tbody tr")).to_have_count(5)


def test_what_the_drawing_shows_stands_in_the_tables(page: Page) -> None:
    open_chart(page)
    counts = page.locator(".drawing svg .mark:not(.decisions *)").evaluate_all(
        "marks => marks.map(mark => Number(mark.querySelector('.many text')?.textContent ?? 1))"
    )
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    expect(page.locator("#facts .entries > li")).to_have_count(sum(counts))
    expect(page.locator(".lines-of-therapy tbody tr")).to_have_count(
        page.locator(".drawing .ongoing").count() + 1
    )


def test_a_fact_that_no_finding_cites_is_at_most_two_actions_from_its_marked_source(
    page: Page, site: Site
) -> None:
    page.goto(site.chart_path("undecided"))
    uncited = page.locator("#facts a.entry:not(.cited)").first
    uncited.locator("xpath=ancestor::details[1]").evaluate("each => { each.open = false; }")
    uncited.locator("xpath=ancestor::details[1]/summary").click()  # one action, where it is folded
    uncited.click()
    assert "2020-05-20" in element_in_view(page) + " ".join(
        page.locator("#source-view .hit").all_inner_texts()
    )
    for said in ("Version", "In the pull of", "From", "Sample clinic"):
        expect(page.locator("#source-view")).to_contain_text(said)


def test_a_mark_of_the_drawing_opens_its_source_and_a_bundle_its_rows(page: Page) -> None:
    open_chart(page)
    page.locator(".drawing a.mark[href*='/facts/']").first.click()
    expect(page.locator("#source-view")).to_be_visible()
    expect(page.locator("#facts a.evidence[aria-current]")).to_be_visible()


def test_the_keyboard_walks_from_flag_to_flag_and_to_the_evidence(page: Page) -> None:
    open_chart(page)
    page.keyboard.press("n")
    expect(page.locator("#flag-1")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("#flag-2")).to_be_focused()
    page.keyboard.press("p")
    page.keyboard.press("e")
    assert element_in_view(page) == '"code": "J70.2"'
    page.keyboard.press("Escape")
    expect(page.locator("#flags a.evidence").first).to_be_focused()
    page.keyboard.press("t")
    expect(page.locator("#timeline-title")).to_be_focused()


def test_a_session_that_ended_leads_back_to_the_sign_in(opened: Callable[..., Page]) -> None:
    with open_site({"critical": critical(1)}) as site:
        page = opened(on=site)
        open_chart(page)
        site.clock.pass_by(site.services.settings.session_idle + 1)
        page.locator("#flags a.evidence").first.click()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_signing_out(page: Page, site: Site) -> None:
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto(site.chart_path("critical"))
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
