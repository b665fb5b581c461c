"""What a reader entered last is what is signed off, taken back or shown again, however slow the service."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from abstractor.workflow import Account
from abstractor.workflow.auditing.answers import Answer, Said
from abstractor.workflow.auditing.reviews import ReviewPage, review_of, save
from tests.browser.reviewing import claim
from tests.integration.web.audited import begin_audit, open_audited
from tests.integration.web.charts import critical
from tests.integration.web.site import PASSWORD, Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
Audited = tuple[Site, dict[str, Account]]
Open = Callable[..., Page]
TYPED = "Typed with care, for ten minutes."


@pytest.fixture(scope="module")
def audited() -> Iterator[Audited]:
    with open_audited({"critical": critical(1)}) as opened:
        yield opened


def seat_of(page: Page) -> int:
    return int(re.sub(r".*/seats/(\d+).*", r"\1", page.url))


def kept(audited: Audited, seat: int, name: str) -> ReviewPage:
    return review_of(audited[0].services, seat, audited[1][name], audited[0].clock())


def said(audited: Audited, seat: int, name: str, at: int = 0) -> str:
    answer = kept(audited, seat, name).items[at].answer
    return "nothing" if answer is None else str(answer.said)


def all_answered(audited: Audited, page: Page, name: str) -> int:
    """Agreed to, below the page, which is shown anew; the number of the seat."""
    seat, services = seat_of(page), audited[0].services
    held = kept(audited, seat, name)
    step = held.expected
    for seen in held.items:
        answer = Answer(Said.AGREE)
        step = save(
            services,
            seat,
            audited[1][name],
            item=seen.item.key,
            answer=answer,
            expected=step,
            now=audited[0].clock(),
        )
    page.goto(f"/seats/{seat}")
    page.wait_for_load_state()
    return seat


def held_back(page: Page) -> list[Route]:
    """Saves that the network keeps until somebody lets them go on."""
    waiting: list[Route] = []
    page.route("**/answer", lambda each: waiting.append(each))
    return waiting


def let_go(page: Page, waiting: list[Route]) -> None:
    for each in waiting:
        each.continue_()
    page.unroute("**/answer")


def test_the_sign_off_waits_for_what_was_entered_last(opened: Open, audited: Audited) -> None:
    site, people = audited
    begin_audit(site, people, readers=1, title="Slow")
    page = opened(on=site, name="anna")
    claim(page)
    seat = all_answered(audited, page, "anna")
    page.locator("#item-1 input[type=radio]:checked").focus()
    waiting = held_back(page)
    page.keyboard.press("3")
    expect(page.locator("#saved")).to_have_text("Not saved yet")
    page.keyboard.press("l")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#saved")).to_contain_text("first")
    let_go(page, waiting)
    expect(page.locator("#lock .problem-here")).to_contain_text("Not signed off: question 1 is not saved.")
    assert not kept(audited, seat, "anna").locked

    waiting = held_back(page)
    page.locator("#item-1").get_by_label("A visit").check()
    page.get_by_role("button", name="Sign off and lock").click()
    expect(page.locator("#saved")).to_contain_text("first")
    let_go(page, waiting)
    page.get_by_text("Signed off. The answers").wait_for()
    assert (kept(audited, seat, "anna").locked, said(audited, seat, "anna")) == (True, "cannot-tell")


def test_undo_takes_back_what_is_still_being_saved(opened: Open, audited: Audited) -> None:
    site, people = audited
    begin_audit(site, people, readers=1, title="Undone")
    page = opened(on=site, name="ben")
    claim(page)
    seat = seat_of(page)
    page.locator("#item-1 input[type=radio]").first.focus()
    page.keyboard.press("1")
    expect(page.locator("#saved")).to_have_text("Saved, step 1")
    waiting = held_back(page)
    page.locator("#item-2 input[type=radio]").first.focus()
    page.keyboard.press("1")
    page.keyboard.press("u")
    expect(page.locator("#saved")).to_contain_text("first")
    let_go(page, waiting)
    page.get_by_text("The last answer was taken back.").wait_for()
    assert [said(audited, seat, "ben", at) for at in (0, 1)] == ["agree", "nothing"]

    page.locator("#item-2 input[type=radio]").first.focus()
    page.keyboard.press("2")  # not complete, so it is kept nowhere
    expect(page.locator("#saved")).to_contain_text("not complete")
    page.keyboard.press("Escape")
    page.locator("#undo button").click()
    page.get_by_text("The last answer was taken back.").wait_for()
    expect(page.locator("#item-2 input[type=radio]:checked")).to_have_count(0)
    assert [said(audited, seat, "ben", at) for at in (0, 1)] == ["agree", "nothing"]


def sign_in_here(page: Page, name: str) -> None:
    """On the page that asks for it in between."""
    expect(page.get_by_role("alert")).to_contain_text("is not saved yet")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_what_was_typed_into_a_form_outlives_the_session(opened: Open, audited: Audited) -> None:
    site, people = audited
    begin_audit(site, people, readers=1, title="Ended")
    page = opened(on=site, name="anna", java_script_enabled=False)
    claim(page)
    seat, card = seat_of(page), page.locator("#item-2")
    card.get_by_label("Cannot tell").check()
    card.get_by_label("A visit").check()
    card.get_by_label("In words").fill(TYPED)
    page.context.clear_cookies()
    card.get_by_role("button", name="Save this answer").click()
    assert TYPED not in page.content()  # before somebody signs in
    sign_in_here(page, "anna")
    page.get_by_role("button", name="Show what I entered").click()
    expect(card.get_by_label("In words")).to_have_value(TYPED)
    expect(card.get_by_label("A visit")).to_be_checked()
    assert said(audited, seat, "anna", 1) == "nothing"
    card.get_by_role("button", name="Save this answer").click()
    expect(card).to_have_class(re.compile("answered"))

    page = opened(on=site, name="anna")  # with scripts
    page.goto(f"/seats/{seat}")
    page.wait_for_load_state()
    page.locator("#missed > summary").click()
    page.locator("#missed-rule").select_option("VACC")
    page.locator("#missed-right").select_option("not-met")
    page.locator("#missed-reason").select_option(index=1)
    page.locator("#missed-text").fill(TYPED)
    page.context.clear_cookies()
    page.get_by_role("button", name="Add it").click()
    sign_in_here(page, "anna")
    page.get_by_role("button", name="Show what I entered").click()
    expect(page.locator("#missed-text")).to_have_value(TYPED)
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="Findings that were missed")).to_be_visible()
    assert [seen.answer and seen.answer.text for seen in kept(audited, seat, "anna").added] == [TYPED]
