"""A review that goes on elsewhere: this page shows what is kept, or asks, before it saves or signs off."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from abstractor.workflow import Account
from abstractor.workflow.auditing.answers import Answer, Said
from abstractor.workflow.auditing.design import Hidden
from abstractor.workflow.auditing.items import Item
from abstractor.workflow.auditing.reviews import save
from tests.browser.reviewing import claim, whole
from tests.browser.test_early_keys import own
from tests.browser.test_pending_saves import held_back, kept, let_go, seat_of
from tests.integration.web.audited import begin_audit, open_audited
from tests.integration.web.charts import critical
from tests.integration.web.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
Audited = tuple[Site, dict[str, Account]]
Open = Callable[..., Page]
BLIND = (Hidden.OTHER, Hidden.VERDICT)


@pytest.fixture(scope="module")
def audited() -> Iterator[Audited]:
    with open_audited({"critical": critical(1)}) as opened:
        yield opened


def elsewhere(
    audited: Audited, seat: int, answers: dict[int, int], missed: Answer | None = None, *, name: str = "anna"
) -> None:
    """What another tab of theirs saves meanwhile: to questions by number, verdicts by number, or that a line
    is right; then a finding that it missed.
    """
    site, people = audited
    page = kept(audited, seat, name)
    step, asked = page.expected, [seen.item for seen in page.items]
    given = {asked[number - 1].key: _given(asked[number - 1], choice) for number, choice in answers.items()}
    if missed is not None:
        given[page.next_missed] = missed
    for key, answer in given.items():
        now = site.clock()
        step = save(site.services, seat, people[name], item=key, answer=answer, expected=step, now=now)


def _given(item: Item, choice: int) -> Answer:
    return Answer(Said.OWN, right=item.choices[choice]) if item.choices else Answer(Said.AGREE)


def pick(page: Page, number: int, choice: int) -> None:
    page.locator(f"#item-{number} fieldset.choices-of input[type=radio]").nth(choice).check()


def shows(page: Page, number: int, choice: int) -> None:
    found = page.locator(f"#item-{number} fieldset.choices-of input[type=radio]").nth(choice)
    expect(found).to_be_checked()


def test_one_conflict_overwrites_no_other_card(opened: Open, audited: Audited) -> None:
    site, people = audited
    begin_audit(site, people, readers=1, title="Others", hides=BLIND)
    page = opened(on=site, name="anna")
    claim(page)
    seat = seat_of(page)
    many = page.locator(".item").count()
    choices = [seen.item.choices for seen in kept(audited, seat, "anna").items]
    missed = Answer(Said.OWN, right="not-met", rule="VACC", reason="record-not-used")
    elsewhere(audited, seat, {1: 0, 2: 0, 3: 0}, missed)
    waiting = held_back(page)
    for number in (1, 2, 7):  # 3 is not touched here
        pick(page, number, 1)
    let_go(page, waiting)
    for number in (1, 2):
        expect(page.locator(f"#item-{number} .elsewhere")).to_contain_text("Kept there: ")
    shows(page, 3, 0)
    for number in (1, 2, 3, many + 1):
        expect(page.locator(f"#item-{number} h3")).to_contain_text("changed elsewhere")
    expect(page.get_by_role("article", name=re.compile(r"^3\. .*changed elsewhere"))).to_be_visible()
    expect(page.locator("#changed")).to_contain_text(f"Changed elsewhere: questions 3, {many + 1}, 1, 2.")
    expect(page.locator("#answered")).to_have_text("5")
    expect(page.locator("#total")).to_have_text(str(many + 1))
    expect(page.locator("#missed [name=item]")).to_have_value("missed:2")
    whole(page, "elsewhere")

    # Each question on its own, and the focus goes on as after any answer; nothing is signed off before.
    page.get_by_role("button", name="Sign off and lock").click()
    expect(page.locator("#lock .problem-here")).to_contain_text("question 1, question 2 are not saved")
    page.locator("#item-1").get_by_role("button", name="Save what stands here").press("Enter")
    expect(page.locator("#item-2 .elsewhere button")).to_be_focused()
    page.locator("#item-2").get_by_role("link", name="Show what is kept there instead").click()
    shows(page, 2, 0)
    expect(page.locator("#saved")).to_have_text("Saved, step 6")
    found = own(audited, seat, "anna")[:7]
    assert found == [choices[0][1], choices[1][0], choices[2][0], None, None, None, choices[6][1]]


def all_answered(audited: Audited, page: Page) -> int:
    """By the first choice, shown on a page that is left behind when the third gets another; the seat."""
    claim(page)
    seat = seat_of(page)
    elsewhere(audited, seat, dict.fromkeys(range(1, len(kept(audited, seat, "anna").items) + 1), 0))
    page.goto(f"/seats/{seat}")
    page.wait_for_load_state()
    elsewhere(audited, seat, {3: 1})
    return seat


def test_without_scripts_only_what_the_page_shows_is_signed_off(opened: Open, audited: Audited) -> None:
    """The form brings the step of its page, and the answer says what changed since."""
    site, people = audited
    begin_audit(site, people, readers=1, title="Plain", hides=BLIND)
    page = opened(on=site, name="anna", java_script_enabled=False)
    seat = all_answered(audited, page)
    page.get_by_role("button", name="Sign off and lock").click()
    expect(page.get_by_role("alert").filter(has_text="Changed elsewhere")).to_contain_text("3. ")
    expect(page.get_by_text("Not signed off.")).to_be_visible()
    expect(page.locator("#item-3 .changed")).to_have_text("changed elsewhere")
    shows(page, 3, 1)
    assert not kept(audited, seat, "anna").locked
    # A finding that is added too late is not put over another one, and not lost.
    other = Answer(Said.OWN, right="not-met", rule="VACC", reason="record-not-used")
    elsewhere(audited, seat, {}, other)
    page.locator("#missed > summary").click()
    page.locator("#missed-rule").select_option("BMA")
    page.locator("#missed-right").select_option("met")
    page.locator("#missed-reason").select_option("record-not-used")
    page.get_by_role("button", name="Add it").click()
    expect(page.locator("#missed .problem-here")).to_contain_text("not added yet")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="Findings that were missed")).to_contain_text("2")
    found = [seen.answer.rule for seen in kept(audited, seat, "anna").added if seen.answer]
    assert found == ["VACC", "BMA"]


def test_only_what_the_page_shows_is_signed_off(opened: Open, audited: Audited) -> None:
    site, people = audited
    begin_audit(site, people, readers=1, title="Signed", hides=BLIND)
    page = opened(on=site, name="anna")
    seat = all_answered(audited, page)
    many = len(kept(audited, seat, "anna").items)
    # What comes to light while the sign-off waits for an answer stops it.
    waiting = held_back(page)
    pick(page, 1, 1)
    page.get_by_role("button", name="Sign off and lock").click()
    let_go(page, waiting)
    expect(page.locator("#lock .problem-here")).to_contain_text(
        "Not signed off. Changed elsewhere: question 3"
    )
    shows(page, 3, 1)
    expect(page.locator("#saved")).to_have_text(f"Saved, step {many + 2}")
    assert not kept(audited, seat, "anna").locked
    # The same answer sent again brings another one's news as well.
    elsewhere(audited, seat, {2: 1})
    pick(page, 1, 0)
    pick(page, 1, 1)
    expect(page.locator("#item-2 .changed")).to_have_text("changed elsewhere")
    shows(page, 2, 1)
    # So does the sign-off of a page where nothing was entered.
    elsewhere(audited, seat, {7: 1})
    page.get_by_role("button", name="Sign off and lock").click()
    expect(page.get_by_role("alert").filter(has_text="Changed elsewhere")).to_contain_text("7. ")
    page.wait_for_load_state()  # before its scripts run, a page lists what is kept, as it does without them
    page.get_by_role("button", name="Sign off and lock").click()
    page.get_by_text("Signed off. The answers").wait_for()


@pytest.mark.parametrize("scripts", [True, False])
def test_who_goes_back_sees_what_is_kept_now(opened: Open, audited: Audited, scripts: bool) -> None:
    """Not what the browser remembers of its form."""
    site, people = audited
    begin_audit(site, people, readers=1, title=f"Back {scripts}", hides=BLIND)
    page = opened(on=site, name="anna", java_script_enabled=scripts)
    claim(page)
    seat = seat_of(page)
    pick(page, 1, 0)
    if scripts:
        expect(page.locator("#saved")).to_have_text("Saved, step 1")
    page.goto("/desk")
    elsewhere(audited, seat, {1: 1})
    page.go_back()
    page.wait_for_load_state()
    shows(page, 1, 1)
