"""A session that ends over several cards: each says so and goes on by itself until it is saved."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from abstractor.workflow import Account
from abstractor.workflow.auditing.answers import Answer, Said
from abstractor.workflow.auditing.reviews import save
from tests.browser.reviewing import claim
from tests.browser.test_pending_saves import kept, said, seat_of
from tests.browser.walking import sign_in
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


def two_cards_signed_out(page: Page) -> None:
    """Both are answered without a session; afterwards there is one again, from another tab."""
    page.context.clear_cookies()
    for number in (1, 2):
        page.locator(f"#item-{number}").get_by_label("Agree").check()
        words = page.locator(f"#item-{number} .elsewhere")
        expect(words).to_contain_text("You are signed out")
    page.locator("#item-1 .elsewhere button").click()
    expect(page.locator("#saved")).to_contain_text("you are still signed out")
    for number in (1, 2):
        expect(page.locator(f"#item-{number} .elsewhere button")).to_have_text("Save again")
    tab = page.context.new_page()
    sign_in(tab, "anna")
    tab.close()


def test_one_save_after_signing_in_sends_every_card_in_turn(opened: Open, audited: Audited) -> None:
    site, people = audited
    begin_audit(site, people, readers=1, title="Both")
    page = opened(on=site, name="anna")
    claim(page)
    seat = seat_of(page)
    two_cards_signed_out(page)
    second = page.locator("#item-2 .elsewhere")
    first_alone = iter([True])
    page.route("**/answer", lambda each: each.continue_() if next(first_alone, False) else each.abort())
    page.locator("#item-1 .elsewhere button").click()
    # The first is kept, the second on its way to a service that does not answer: it keeps its own words.
    expect(page.locator("#saved")).to_contain_text("cannot be reached")
    expect(page.locator("#item-1 .elsewhere")).to_be_empty()
    expect(second.get_by_role("button", name="Save again")).to_be_visible()
    assert [said(audited, seat, "anna", at) for at in (0, 1)] == ["agree", "nothing"]
    page.unroute("**/answer")
    second.get_by_role("button", name="Save again").click()
    expect(page.locator("#saved")).to_have_text("Saved, step 2")
    expect(second).to_be_empty()
    assert [said(audited, seat, "anna", at) for at in (0, 1)] == ["agree", "agree"]


def test_a_card_that_waited_saves_over_nothing_that_was_changed_elsewhere(
    opened: Open, audited: Audited
) -> None:
    site, people = audited
    begin_audit(site, people, readers=1, title="Changed")
    page = opened(on=site, name="anna")
    claim(page)
    seat = seat_of(page)
    two_cards_signed_out(page)
    there = Answer(Said.CANNOT_TELL, missing=("note",))
    for at, seen in enumerate(kept(audited, seat, "anna").items[:2]):
        key, now = seen.item.key, site.clock()
        save(site.services, seat, people["anna"], item=key, answer=there, expected=at, now=now)
    for number in (1, 2):
        if number == 1:
            page.locator("#item-1 .elsewhere button").click()
        card = page.locator(f"#item-{number} .elsewhere")
        expect(card).to_contain_text("Kept there: cannot tell")
        assert said(audited, seat, "anna", number - 1) == "cannot-tell"
        card.get_by_role("button", name="Save what stands here").click()
    expect(page.locator("#saved")).to_have_text("Saved, step 4")
    assert [said(audited, seat, "anna", at) for at in (0, 1)] == ["agree", "agree"]
