"""Steps that several browser tests take."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.integration.web.site import NAME, PASSWORD

__all__ = ["element_in_view", "open_chart", "press_until", "sign_in", "violations"]


def sign_in(page: Page, name: str = NAME) -> None:
    page.goto("/signin")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Sign out").wait_for()
    page.wait_for_load_state()


def open_chart(page: Page, label: str = "Chart 1") -> None:
    page.get_by_role("link", name=label, exact=True).click()
    page.get_by_role("heading", name=label, exact=True).wait_for()
    page.wait_for_load_state()  # a click before the scripts are there would leave the page


def press_until(page: Page, selector: str, *, most: int = 80) -> None:
    """Tab on until the element has the focus, and it must be seen to have it."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            outline = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", selector
            return
    raise AssertionError(f"{selector} cannot be reached by Tab")


def element_in_view(page: Page) -> str:
    """The text of the marked element, which the reader must see without scrolling."""
    mark = page.locator("#element mark")
    expect(mark).to_be_in_viewport(ratio=0.9)  # the script scrolls there after the source is in
    box, view = mark.bounding_box(), page.viewport_size
    assert box is not None and view is not None
    assert box["y"] >= 0 and box["y"] + box["height"] <= view["height"]
    return mark.inner_text()


def violations(page: Page) -> list[dict[str, Any]]:
    """By every rule of axe. Each place that keeps a rule is not described: on a long page that takes most of
    the time."""
    found: list[dict[str, Any]] = (
        Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    )
    return found
