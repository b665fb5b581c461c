"""Accounts in a real Chromium: made by keyboard alone and without scripts, on a narrow screen; no barrier."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.walking import press_until, violations
from tests.integration.web.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
NARROW = {"width": 400, "height": 800}


def test_an_account_is_made_by_keyboard_without_scripts_on_a_narrow_screen(opened: Open, site: Site) -> None:
    page = opened(viewport=NARROW, java_script_enabled=False)
    page.goto("/accounts")
    press_until(page, "#name")
    page.keyboard.type("keyed")
    press_until(page, "[name=roles][value=viewer]")
    page.keyboard.press("Space")
    press_until(page, "[name=every]")
    page.keyboard.press("Space")
    press_until(page, "#make button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="A link for keyed")).to_be_visible()
    expect(page.locator(".secret")).to_contain_text("/signin/link/")
    assert "link/" not in page.url
    page.get_by_role("link", name="Back to the accounts").click()
    row = page.get_by_role("row", name="keyed")
    expect(row).to_contain_text("invited")
    row.get_by_role("link", name="keyed").click()
    page.get_by_role("button", name="Disable").click()
    expect(page.get_by_role("status")).to_contain_text("The account is disabled")


def test_what_is_shown_once_has_no_barrier_and_what_is_refused_says_why(opened: Open, site: Site) -> None:
    page = opened(viewport=NARROW)
    page.goto("/accounts/1")
    page.get_by_role("button", name="Make a link").click()
    expect(page.locator(".secret")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    page.goto("/accounts/1")
    page.get_by_role("button", name="Disable").click()
    expect(page.get_by_role("alert")).to_contain_text("who administers")
    assert violations(page) == []
