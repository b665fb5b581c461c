"""A page that a browser shows again, with older fields put back or as it was left, shows what is kept."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from abstractor.workflow import Account
from tests.browser.reviewing import claim, whole
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


def test_without_scripts_the_kept_answers_are_seen_before_the_sign_off(
    opened: Open, audited: Audited
) -> None:
    site, people = audited
    begin_audit(site, people, readers=1, title="Listed", hides=BLIND)
    plain = opened(on=site, name="ben", java_script_enabled=False)
    claim(plain)
    seat = seat_of(plain)
    items = [seen.item for seen in kept(audited, seat, "ben").items]
    elsewhere(audited, seat, dict.fromkeys(range(1, len(items) + 1), 0), name="ben")
    plain.goto(f"/seats/{seat}")
    expect(plain.locator("#lock")).to_contain_text("do not save there is not kept")
    plain.locator("#item-1 fieldset.choices-of input").nth(1).check()  # and not saved
    plain.get_by_role("button", name="Sign off and lock").click()
    expect(plain.locator("tbody tr")).to_have_count(len(items))
    asked = plain.locator("tbody th").all_inner_texts()
    assert len({each.partition(". ")[2] for each in asked}) == len(asked), (
        "each question is told from the others"
    )
    expect(plain.locator("tbody tr").first).to_contain_text(items[0].choices[0].capitalize())
    assert not kept(audited, seat, "ben").locked

    page = opened(on=site, name="ben")  # the same list, for axe
    page.goto(f"/seats/{seat}")
    expect(page.locator(".without-scripts")).to_be_hidden()
    expect(page.locator("#lock [name=lists]")).to_have_count(0)
    page.locator("#lock [name=expected]").evaluate(
        "each => each.after(Object.assign(each.cloneNode(), {name: 'lists'}))"
    )
    page.get_by_role("button", name="Sign off and lock").click()
    page.get_by_text("These answers are kept, and no others.").wait_for()
    whole(page, "sign-off")
    plain.get_by_role("button", name="Sign off and lock").click()
    plain.get_by_text("Signed off. The answers").wait_for()
