"""A key is for the question that its reader means, and no card is lost for another, however slow it is."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from abstractor.workflow import Account
from abstractor.workflow.auditing.answers import Answer, Said
from abstractor.workflow.auditing.design import Hidden
from abstractor.workflow.auditing.reviews import save
from tests.browser.reviewing import claim
from tests.browser.test_pending_saves import held_back, kept, let_go, seat_of
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


def own(audited: Audited, seat: int, name: str) -> list[str | None]:
    """The verdicts that the reader gave, in the order of the questions."""
    answers = [seen.answer for seen in kept(audited, seat, name).items]
    return [None if answer is None else answer.right for answer in answers]


def test_keys_that_come_early_are_for_the_questions_after(opened: Open, audited: Audited) -> None:
    site, people = audited
    begin_audit(site, people, readers=1, title="Early", hides=(Hidden.OTHER, Hidden.VERDICT))
    page = opened(on=site, name="anna")
    claim(page)
    seat = seat_of(page)
    choices = [seen.item.choices for seen in kept(audited, seat, "anna").items]
    page.locator("#item-1 input[type=radio]").first.focus()
    waiting = held_back(page)
    for key in "212":
        page.keyboard.press(key)
    let_go(page, waiting)
    expect(page.locator("#saved")).to_have_text("Saved, step 3")
    assert own(audited, seat, "anna")[:4] == [choices[0][1], choices[1][0], choices[2][1], None]

    # Where an answer lacks something the reader is led to that, and a figure there changes no answer.
    fourth = page.locator("#item-4")
    fourth.locator("input[type=radio]").first.focus()
    cannot_tell = str(fourth.locator("fieldset.choices-of input[type=radio]").count())
    for key in f"{cannot_tell}11":
        page.keyboard.press(key)
    expect(page.locator("#saved")).to_have_text("Not saved yet: an answer is not complete")
    expect(fourth.locator("fieldset.choices-of input[type=radio]").last).to_be_checked()
    assert own(audited, seat, "anna")[3:5] == [None, None]


@pytest.mark.parametrize("then", ["l", "m", "Tab"])
def test_who_goes_elsewhere_while_it_is_saved_changes_no_answer(
    opened: Open, audited: Audited, then: str
) -> None:
    """Neither the one being saved nor, once all are answered, the last one."""
    site, people = audited
    begin_audit(site, people, readers=1, title=f"Gone {then}", hides=(Hidden.OTHER, Hidden.VERDICT))
    page = opened(on=site, name="anna")
    claim(page)
    seat = seat_of(page)
    choices = [seen.item.choices for seen in kept(audited, seat, "anna").items]
    page.locator("#item-1 input[type=radio]").first.focus()
    waiting = held_back(page)
    for key in ("1", "2", then, "3"):
        page.keyboard.press(key)
    page.wait_for_timeout(400)
    let_go(page, waiting)
    expect(page.locator("#saved")).to_contain_text(re.compile(r"Saved, step [23]"))
    page.wait_for_timeout(400)
    found = own(audited, seat, "anna")
    assert found[:2] == [choices[0][0], choices[1][1]]

    for number in range(2, len(choices)):
        card = page.locator(f"#item-{number + 1}")
        if "answered" not in (card.get_attribute("class") or "").split():
            card.locator("fieldset.choices-of input[type=radio]").first.focus()
            page.keyboard.press("1")
            expect(card).to_have_class(re.compile("answered"))
    expect(page.locator("#saved")).to_contain_text("Saved, step")
    before = own(audited, seat, "anna")
    page.locator("#sign-off-title").focus()
    page.keyboard.press("2")
    page.wait_for_timeout(500)
    assert own(audited, seat, "anna") == before


def test_a_figure_answers_nothing_that_is_out_of_view(opened: Open, audited: Audited) -> None:
    site, people = audited
    begin_audit(site, people, readers=1, title="Nowhere", hides=(Hidden.OTHER, Hidden.VERDICT))
    page = opened(on=site, name="anna")
    claim(page)
    seat, led = seat_of(page), page.locator("#led")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    expect(page.locator("#item-1")).not_to_be_in_viewport()
    page.keyboard.press("1")
    expect(page.locator("#item-1 input[type=radio]").first).to_be_focused()
    expect(page.locator("#item-1 .choices")).to_be_in_viewport(ratio=1)
    expect(led).to_have_text("No question was in focus, so nothing was answered. This is question 1.")
    expect(page.locator("input[name=verb]:checked")).to_have_count(0)
    page.evaluate("document.activeElement.blur()")  # left, and still marked and in view
    expect(page.locator("#item-1")).to_have_attribute("aria-current", "true")
    page.keyboard.press("1")
    expect(page.locator("#saved")).to_have_text("Saved, step 1")
    expect(led).to_be_empty()
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, document.body.scrollHeight)")
    expect(page.locator("#item-2 .choices")).not_to_be_in_viewport()
    page.keyboard.press("2")
    expect(led).to_contain_text("This is question 2.")
    assert own(audited, seat, "anna")[1] is None

    # After the choice between two answers the focus is where it is after any answer.
    held, now = kept(audited, seat, "anna"), site.clock()
    there = Answer(Said.OWN, right="unknown")
    key = held.items[1].item.key
    save(site.services, seat, people["anna"], item=key, answer=there, expected=held.expected, now=now)
    page.keyboard.press("2")
    expect(page.locator("#item-3 input[type=radio]").first).to_be_focused()
    page.locator("#item-2").get_by_role("button", name="Save what stands here").press("Enter")
    expect(page.locator("#item-3 input[type=radio]").first).to_be_focused()
    expect(page.locator("#saved")).to_have_text("Saved, step 3")


@pytest.mark.parametrize("after", ["11", "1"])
def test_an_undo_takes_back_what_was_last_when_it_was_asked_for(
    opened: Open, audited: Audited, after: str
) -> None:
    """What is pressed while it waits for the service is not entered, and not taken back in its place."""
    site, people = audited
    begin_audit(site, people, readers=1, title=f"Undo {after}", hides=(Hidden.OTHER, Hidden.VERDICT))
    page = opened(on=site, name="anna")
    claim(page)
    seat = seat_of(page)
    choices = [seen.item.choices for seen in kept(audited, seat, "anna").items]
    page.locator("#item-1 input[type=radio]").first.focus()
    page.keyboard.press("2")
    expect(page.locator("#saved")).to_have_text("Saved, step 1")
    waiting = held_back(page)
    page.keyboard.press("2")
    page.keyboard.press("u")
    page.keyboard.type(after)
    expect(page.locator("#led")).to_contain_text("what you did before is not finished yet")
    expect(page.locator("#item-3 input[type=radio]:checked")).to_have_count(0)
    let_go(page, waiting)
    page.get_by_text("The last answer was taken back.").wait_for()
    assert own(audited, seat, "anna")[:4] == [choices[0][1], None, None, None]
    expect(page.locator("#item-2 input[type=radio]").first).to_be_focused()
    page.keyboard.press("1")
    expect(page.locator("#saved")).to_have_text("Saved, step 4")


@pytest.mark.parametrize("size", [(1300, 800), (650, 330)])
def test_who_scrolls_away_from_a_question_answers_nothing(
    opened: Open, audited: Audited, size: tuple[int, int]
) -> None:
    """The focus stays in it; also where a page, at 200 %, is not as high as a card."""
    site, people = audited
    begin_audit(site, people, readers=1, title=f"Scrolled {size[0]}")
    page = opened(on=site, name="anna", viewport={"width": size[0], "height": size[1]})
    claim(page)
    seat, led, many = seat_of(page), page.locator("#led"), page.locator(".item:visible").count()
    page.keyboard.press("n")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.keyboard.press("1")
    expect(led).to_contain_text("The question in focus was out of view, so nothing was answered.")
    expect(page.locator("#item-1 fieldset.choices-of")).to_be_in_viewport()
    expect(page.locator("input[name=verb]:checked")).to_have_count(0)
    for _ in range(many):
        page.keyboard.press("1")
    expect(page.locator("#saved")).to_have_text(f"Saved, step {many}")
    expect(led).to_be_empty()
    assert [seen.answer is not None for seen in kept(audited, seat, "anna").items[:many]] == [True] * many


def test_who_takes_what_is_kept_elsewhere_keeps_the_other_cards(opened: Open, audited: Audited) -> None:
    site, people = audited
    begin_audit(site, people, readers=1, title="Elsewhere")
    page = opened(on=site, name="ben")
    claim(page)
    seat = seat_of(page)
    first = kept(audited, seat, "ben").items[0].item.key
    there = Answer(Said.CANNOT_TELL, missing=("note",))
    save(site.services, seat, people["ben"], item=first, answer=there, expected=0, now=site.clock())
    page.locator("#item-1 input[type=radio]").first.check()
    expect(page.locator("#item-1 .elsewhere")).to_contain_text("Kept there")
    page.locator("#item-2 input[type=radio]").first.check()
    page.locator("#item-3 input[type=radio]").first.check()
    page.get_by_role("link", name="Show what is kept there instead").click()
    expect(page.locator("#item-1 input[type=radio]").nth(2)).to_be_checked()
    expect(page.locator("#saved")).to_have_text("Saved, step 3")
    said = [seen.answer.said for seen in kept(audited, seat, "ben").items[:3] if seen.answer]
    assert said == [Said.CANNOT_TELL, Said.AGREE, Said.AGREE]
