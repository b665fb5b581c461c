"""A chart with more than forty questions, read by the keyboard alone from the sign-in to the sign-off."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from abstractor.workflow import Account
from abstractor.workflow.auditing.reviews import review_of
from tests.browser.long_chart import long_chart
from tests.browser.walking import press_until
from tests.integration.web.audited import begin_audit, open_audited
from tests.integration.web.site import PASSWORD, Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
Open = Callable[..., Page]
Audited = tuple[Site, dict[str, Account]]
OPEN, ANSWERED = re.compile(r"^item$"), re.compile("answered")
# The hand that reaches for the mouse is heard: its complaint fails the test.
NO_MOUSE = "addEventListener('pointerdown', () => { throw new Error('a mouse was used'); }, true)"
WRONG, UNSURE = (9, 17, 30), (12, 23)  # numbers of findings on the page


@pytest.fixture(scope="module")
def long() -> Iterator[Audited]:
    with open_audited({"long": long_chart(1)}) as (site, people):
        begin_audit(site, people, readers=1, title="Forty questions")
        yield site, people


def to_the_chart(page: Page) -> None:
    """Signed in, to the desk, and the next chart claimed."""
    page.goto("/")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("anna")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign out").wait_for()
    press_until(page, "nav a[href='/desk']")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="My desk").wait_for()
    press_until(page, "form[action$='/claim'] button")
    page.keyboard.press("Enter")
    page.locator("#review").wait_for()
    page.wait_for_load_state()


def focused(page: Page, number: int) -> Locator:
    """The first answer of that question has the focus, and the reader sees it above the bar of the page."""
    first = page.locator(f"#item-{number} input[type=radio]").first
    expect(first).to_be_focused()
    box, bar = first.bounding_box(), page.locator(".working").bounding_box()
    assert box is not None and bar is not None
    assert 0 <= box["y"] and box["y"] + box["height"] <= bar["y"], number
    return page.locator(f"#item-{number}")


def overrule(page: Page, card: Locator) -> None:
    page.keyboard.press("2")
    expect(card.locator("select").first).to_be_focused()
    page.keyboard.type("pending")
    page.keyboard.press("Tab")
    page.keyboard.type("A record was read")
    page.keyboard.press("Tab")
    page.keyboard.type("The visit of June, not of July: 2 of them, 1 is left out.")
    page.keyboard.press("Control+Enter")


def cannot_tell(page: Page, card: Locator) -> None:
    page.keyboard.press("3")
    expect(card.locator("input[name=missing]").first).to_be_focused()  # on to what is missing of it
    press_until(page, "input[name=missing][value=laboratory]", most=8)
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")


def evidence_and_back(page: Page, card: Locator) -> None:
    page.keyboard.press("e")
    expect(page.locator("#source-title")).to_be_focused()
    expect(page.locator("#element")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(card.locator("a.evidence").first).to_be_focused()
    expect(page.locator("#source-view")).to_have_count(0)
    page.keyboard.press("k")
    page.keyboard.press("j")


def add_what_was_missed(page: Page) -> None:
    page.keyboard.press("m")
    expect(page.locator("#missed-rule")).to_be_focused()
    for typed in ("VACC", "Palliative line 2", "not met", "The chart holds"):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.type("Nobody asked.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Findings that were missed").wait_for()
    page.wait_for_load_state()


def test_forty_questions_by_keyboard_alone(opened: Open, long: Audited) -> None:
    site, people = long
    page = opened(on=site, signed_in=False)
    page.add_init_script(NO_MOUSE)
    to_the_chart(page)
    cards = page.locator(".item")
    many = cards.count()
    assert many >= 40
    page.keyboard.press("n")
    for number in range(1, many + 1):
        card = focused(page, number)
        if number == 10:
            evidence_and_back(page, card)
        if number in WRONG:
            overrule(page, card)
        elif number in UNSURE:
            cannot_tell(page, card)
        else:
            page.keyboard.press("1")
        expect(card).to_have_class(ANSWERED)
    expect(page.locator("#sign-off-title")).to_be_focused()
    page.keyboard.press("u")
    page.get_by_text("The last answer was taken back.").wait_for()
    page.wait_for_load_state()
    expect(page.locator(f"#item-{many}")).to_have_class(OPEN)
    focused(page, many)
    page.keyboard.press("1")
    expect(page.locator("#open-count")).to_have_text("0")
    add_what_was_missed(page)
    expect(page.locator(".item.answered")).to_have_count(many + 1)
    page.keyboard.press("l")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Signed off. The answers").wait_for()
    kept = review_of(site.services, 1, people["anna"], site.clock())
    assert kept.locked
    said = [str(seen.answer.said) for seen in kept.items if seen.answer]
    assert (len(said), said.count("overrule"), said.count("cannot-tell")) == (many, len(WRONG), len(UNSURE))
    assert [seen.answer.rule for seen in kept.added if seen.answer] == ["VACC"]
