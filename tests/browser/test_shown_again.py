"""A page that a browser shows again, with older fields put back or as it was left, shows what is kept."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from abstractor.workflow import Account
from tests.browser.reviewing import claim
from tests.browser.test_elsewhere import BLIND, elsewhere, shows
from tests.browser.test_pending_saves import kept, seat_of
from tests.integration.web.audited import begin_audit, open_audited
from tests.integration.web.charts import critical
from tests.integration.web.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
Audited = tuple[Site, dict[str, Account]]
Open = Callable[..., Page]
# What some browsers do after Back or a reload: fields are put back, and no script is told.
PUT_BACK = """([number, choice, words]) => {
  const card = document.getElementById(`item-${number}`);
  card.querySelectorAll('fieldset.choices-of input')[choice].checked = true;
  if (words) card.querySelector('textarea').value = words;
}"""
SHOWN_AGAIN = "persisted => { dispatchEvent(new PageTransitionEvent('pageshow', {persisted})); }"


@pytest.fixture(scope="module")
def audited() -> Iterator[Audited]:
    with open_audited({"critical": critical(1)}) as opened:
        yield opened


def test_what_is_put_back_is_never_taken_for_kept(opened: Open, audited: Audited) -> None:
    site, people = audited
    begin_audit(site, people, readers=1, title="Put back", hides=BLIND)
    page = opened(on=site, name="anna")
    claim(page)
    seat = seat_of(page)
    many = len(kept(audited, seat, "anna").items)
    elsewhere(audited, seat, dict.fromkeys(range(1, many + 1), 0))
    page.reload()
    for put in ([1, 1, ""], [2, 1, "Half typed."]):
        page.evaluate(PUT_BACK, put)
    page.evaluate(SHOWN_AGAIN, False)
    shows(page, 1, 0)  # what is kept
    second = page.locator("#item-2")
    expect(second.get_by_label("In words")).to_have_value("Half typed.")
    expect(second.locator("h3")).to_contain_text("not saved")
    expect(page.locator("#saved")).to_have_text("1 not saved: question 2")
    page.get_by_role("button", name="Sign off and lock").click()
    expect(page.locator("#lock .problem-here")).to_contain_text("question 2 is not saved")
    second.get_by_role("button", name="Save this answer").click()
    expect(page.locator("#saved")).to_have_text(f"Saved, step {many + 1}")

    # A page that comes back as it was left: what was changed meanwhile is taken up.
    elsewhere(audited, seat, {3: 1})
    page.evaluate(SHOWN_AGAIN, True)
    shows(page, 3, 1)
    expect(page.locator("#saved")).to_have_text(f"Saved, step {many + 2}")

    # What nobody told the page of is not signed off either.
    page.evaluate(PUT_BACK, [1, 1, ""])
    page.get_by_role("button", name="Sign off and lock").click()
    expect(page.locator("#lock .problem-here")).to_contain_text("question 1 is not saved")
    assert not kept(audited, seat, "anna").locked
