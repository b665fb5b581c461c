"""Steps of a reader at a desk and in a review."""

import re

from playwright.sync_api import Page, expect

from tests.browser.walking import violations

__all__ = ["agree_to_all", "claim", "sign_off", "whole"]


def claim(page: Page) -> None:
    """The next chart of the newest audit."""
    page.goto("/desk")
    page.get_by_role("button", name=re.compile("Claim the next chart")).first.click()
    page.locator("#review, .told").first.wait_for()
    page.wait_for_load_state()


def agree_to_all(page: Page) -> None:
    """By the mouse, each answer saved as it is given."""
    cards = page.locator(".item:not(.answered)")
    while cards.count():
        card = cards.first
        anchor = card.get_attribute("id")
        if not card.is_visible():
            page.locator("details.settled > summary").click()
        card.get_by_role("radio").first.check()
        expect(page.locator(f"#{anchor}")).to_have_class(re.compile("answered"))


def sign_off(page: Page) -> None:
    page.get_by_role("button", name="Sign off and lock").click()
    page.get_by_text("Signed off. The answers").wait_for()


def whole(page: Page, name: str) -> None:
    assert [f"{name}: {one['id']} {one['nodes'][0]['html']}" for one in violations(page)] == []
