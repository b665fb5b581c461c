"""A chart put on hold under an open review, and an answer that is lost on its way: nothing typed is lost."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from abstractor.workflow import Account
from abstractor.workflow.auditing.seats import hold, resume
from tests.browser.reviewing import claim
from tests.browser.test_elsewhere import elsewhere, pick
from tests.browser.test_pending_saves import said, seat_of
from tests.integration.web.audited import begin_audit, open_audited
from tests.integration.web.charts import critical
from tests.integration.web.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
Audited = tuple[Site, dict[str, Account]]
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def audited() -> Iterator[Audited]:
    with open_audited({"critical": critical(1)}) as opened:
        yield opened


def test_a_chart_that_was_on_hold_is_gone_on_with(opened: Open, audited: Audited) -> None:
    site, people = audited
    begin_audit(site, people, readers=1, title="Held")
    page = opened(on=site, name="anna")
    claim(page)
    seat, anna, first = seat_of(page), people["anna"], page.locator("#item-1")
    hold(site.services, seat, anna, reason="interrupted", now=site.clock())
    first.get_by_label("Cannot tell").check()
    first.get_by_label("A visit").check()
    first.get_by_label("In words").fill("Typed with care.")
    again = first.get_by_role("button", name="Save again")
    again.click()
    expect(page.locator("#saved")).to_have_text("Not saved: this review still takes no answers")
    pick(page, 2, 0)
    expect(page.locator("#item-2 .elsewhere")).to_contain_text("on hold")
    resume(site.services, seat, anna, now=site.clock())
    again.click()  # and the others are sent in turn
    expect(page.locator("#saved")).to_have_text("Saved, step 2")
    expect(first.get_by_label("In words")).to_have_value("Typed with care.")
    assert [said(audited, seat, "anna", at) for at in (0, 1)] == ["cannot-tell", "agree"]


def test_what_this_page_sent_itself_was_not_changed_elsewhere(opened: Open, audited: Audited) -> None:
    site, people = audited
    begin_audit(site, people, readers=1, title="Lost")
    page = opened(on=site, name="anna")
    claim(page)
    seat = seat_of(page)

    def lost(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/answer", lost, times=1)
    pick(page, 1, 0)
    expect(page.locator("#saved")).to_contain_text("cannot be reached")
    assert said(audited, seat, "anna") == "agree"  # kept, and the page was never told
    pick(page, 2, 0)
    expect(page.locator("#saved")).to_have_text("Saved, step 2")
    expect(page.locator("#answered")).to_have_text("2")
    expect(page.locator("#changed, .changed, .elsewhere")).to_have_text(
        [""] * (page.locator(".item").count() + 1)
    )

    # Entered otherwise since, it is sent as it stands; what another one changed is still told.
    page.route("**/answer", lost, times=1)
    pick(page, 3, 0)
    expect(page.locator("#saved")).to_contain_text("cannot be reached")
    elsewhere(audited, seat, {4: 0})
    pick(page, 3, 2)
    page.locator("#item-3").get_by_label("A visit").check()
    expect(page.locator("#changed")).to_contain_text("Changed elsewhere: question 4.")
    expect(page.locator("#saved")).to_have_text("Saved, step 5")
    assert [said(audited, seat, "anna", at) for at in (2, 3)] == ["cannot-tell", "agree"]
