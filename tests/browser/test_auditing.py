"""The auditor's room in a real Chromium: two auditors and an adjudicator, from the draft to the table."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from abstractor.workflow import Account
from abstractor.workflow.auditing.design import Hidden
from tests.browser.reviewing import agree_to_all, claim, sign_off, whole
from tests.integration.web.audited import begin_audit, open_audited
from tests.integration.web.site import PASSWORD, Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
Audited = tuple[Site, dict[str, Account]]
As = Callable[..., Page]


@pytest.fixture(scope="module")
def audited() -> Iterator[Audited]:
    with open_audited() as opened:
        yield opened


@pytest.fixture
def signed_in(opened: As, audited: Audited) -> As:
    """A page of somebody's own browser."""
    return lambda name, **options: opened(on=audited[0], name=name, **options)


def open_a_sample_of_one(lead: Page) -> None:
    """Defined, given its readers and opened; each page by the rules of axe."""
    lead.goto("/audits/new")
    lead.get_by_label("Title").fill("Spring audit")
    lead.get_by_label("A random sample").check()
    lead.get_by_label("Size of the sample").fill("1")
    expect(lead.locator("#preview-body")).to_contain_text("1 not included in the cohort")  # live
    whole(lead, "define")
    lead.get_by_role("button", name="Keep as a draft").click()
    for name, what in (("anna", "review"), ("ben", "review"), ("cora", "adjudicate")):
        row = lead.get_by_role("row", name=re.compile(f"^{name}"))
        row.get_by_label(what).check()
        row.get_by_role("button", name="Set").click()
        expect(lead.get_by_role("status")).to_contain_text("The reader is set.")
    whole(lead, "draft")
    lead.get_by_role("button", name="Open: draw the charts").click()
    lead.get_by_text("0 of 2").wait_for()
    whole(lead, "audit")
    lead.get_by_role("link", name="What was drawn").click()
    whole(lead, "drawn")


def test_from_the_draft_to_the_table(signed_in: As) -> None:
    lead, anna, ben, cora = (signed_in(name) for name in ("lead", "anna", "ben", "cora"))
    open_a_sample_of_one(lead)
    claim(anna)
    anna.locator(".seat-actions > summary").click()
    anna.locator("#missed > summary").click()
    whole(anna, "review")
    agree_to_all(anna)
    sign_off(anna)
    whole(anna, "locked")
    claim(ben)
    first = ben.locator(".item").first
    first.get_by_label("Cannot tell").check()
    first.get_by_label("In words").fill("It is cited alone.")
    expect(first.locator(".problem-here")).to_contain_text("Say what is missing")
    first.get_by_label("A pathology report").check()
    expect(first).to_have_class(re.compile("answered"))
    agree_to_all(ben)
    sign_off(ben)
    ben.goto("/desk")
    whole(ben, "desk")
    claim(cora)
    expect(cora.get_by_role("heading", name=re.compile("The readers differ"))).to_be_visible()
    expect(cora.locator(".beside").first).to_contain_text("A pathology report")
    whole(cora, "adjudication")
    agree_to_all(cora)
    sign_off(cora)
    lead.get_by_role("link", name="Agreement").click()
    expect(lead.locator("table.agreement").first).to_contain_text("HER2-positive metastatic breast cancer")
    expect(lead.locator("svg.plot").first).to_be_visible()
    whole(lead, "agreement")
    lead.goto("/audits")
    expect(lead.get_by_role("row", name=re.compile("Spring audit"))).to_contain_text("3 of 3 readings done")
    whole(lead, "audits")


def test_a_review_by_keyboard_alone(signed_in: As, audited: Audited) -> None:
    begin_audit(*audited, readers=1, title="Keys")
    page = signed_in("anna")
    claim(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.locator("#item-1 input[type=radio]").first).to_be_focused()
    page.keyboard.press("2")  # overrule: on to what is missing of it
    expect(page.locator("#item-1 select").first).to_be_focused()
    page.keyboard.type("not")
    page.keyboard.press("Tab")
    page.keyboard.type("A date")
    page.keyboard.press("Tab")
    page.keyboard.type("It was in 2021, not in 1?n.")  # no shortcut while typing
    page.keyboard.press("Control+Enter")
    expect(page.locator("#item-1")).to_have_class(re.compile("answered"))
    expect(page.locator("#item-2 input[type=radio]").first).to_be_focused()
    for number in range(2, page.locator(".item").count() + 1):
        expect(page.locator(f"#item-{number} input[type=radio]").first).to_be_focused()
        page.keyboard.press("1")
        expect(page.locator(f"#item-{number}")).to_have_class(re.compile("answered"))
    expect(page.locator("#sign-off-title")).to_be_focused()
    page.keyboard.press("u")
    page.get_by_text("The last answer was taken back.").wait_for()
    page.wait_for_load_state()
    expect(page.locator(".item:not(.answered)")).to_have_count(1)
    expect(page.locator(".item:not(.answered) input[type=radio]").first).to_be_focused()
    page.keyboard.press("e")
    expect(page.locator("#source-title")).to_be_focused()
    page.keyboard.press("1")
    expect(page.locator("#open-count")).to_have_text("0")
    page.keyboard.press("l")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Signed off. The answers").wait_for()


def test_single_keys_can_be_switched_off(signed_in: As, audited: Audited) -> None:
    begin_audit(*audited, readers=1, title="No keys")
    page = signed_in("ben")
    claim(page)
    page.keyboard.press("?")
    page.get_by_label("Switch the single keys off").check()
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    expect(page.locator(".item.answered")).to_have_count(0)
    page.reload()
    page.keyboard.press("1")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator(".item.answered")).to_have_count(0)


def test_two_tabs_of_one_review(signed_in: As, audited: Audited) -> None:
    """The later one is told, keeps what was typed, and saves it when asked to."""
    begin_audit(*audited, readers=1, title="Tabs")
    page = signed_in("anna")
    claim(page)
    other = page.context.new_page()
    other.goto(page.url)
    other.locator("#item-1").get_by_label("Agree").check()
    expect(other.locator("#saved")).to_contain_text("Saved, step 1")
    card = page.locator("#item-1")
    card.get_by_label("Cannot tell").check()
    card.get_by_label("A visit").check()
    card.get_by_label("In words").fill("Typed with care.")
    expect(card.locator(".elsewhere")).to_contain_text("Kept there: agrees")
    expect(card.get_by_label("In words")).to_have_value("Typed with care.")
    card.get_by_role("button", name="Save what stands here").click()
    expect(page.locator("#saved")).to_contain_text("Saved, step 2")
    page.reload()
    expect(page.locator("#item-1").get_by_label("In words")).to_have_value("Typed with care.")


def test_a_session_that_ended_loses_nothing_that_was_typed(signed_in: As, audited: Audited) -> None:
    site = audited[0]
    begin_audit(*audited, readers=1, title="Stale")
    page = signed_in("ben")
    claim(page)
    page.context.clear_cookies()
    page.locator("#item-1").get_by_label("Agree").check()
    again = page.locator("#item-1 .elsewhere")
    expect(again).to_contain_text("You are signed out")
    with page.context.expect_page() as opening:
        again.get_by_role("link", name="Sign in in a new tab").click()
    tab = opening.value
    tab.get_by_label("Name").fill("ben")
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("button", name="Sign in", exact=True).click()
    tab.get_by_role("link", name="Audits", exact=True).wait_for()
    again.get_by_role("button", name="Save again").click()
    expect(page.locator("#item-1")).to_have_class(re.compile("answered"))
    assert site.url in page.url


def test_without_scripts(signed_in: As, audited: Audited) -> None:
    begin_audit(*audited, readers=1, hides=(Hidden.VERDICT,), title="No scripts")
    page = signed_in("anna", java_script_enabled=False)
    claim(page)
    page.locator("#item-1").get_by_label("Cannot tell").check()
    page.locator("#item-1").get_by_role("button", name="Save this answer").click()
    expect(page.locator("#item-1 .problem-here")).to_contain_text("Say what is missing")
    page.locator("#item-1").get_by_label("An order").check()
    page.locator("#item-1").get_by_role("button", name="Save this answer").click()
    expect(page.locator("#item-1")).to_have_class(re.compile("answered"))
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#item-1")).not_to_have_class(re.compile("answered"))
    page.locator("a.evidence:visible").first.click()
    expect(page.locator("#element")).to_be_visible()
    page.get_by_role("link", name="Close").click()
    expect(page.get_by_role("heading", name=re.compile("Review"))).to_be_visible()
    page.get_by_role("button", name="Sign off and lock").click()
    expect(page.get_by_role("alert").first).to_contain_text("some questions are still open")


def test_on_a_telephone_in_the_dark(signed_in: As, audited: Audited) -> None:
    audit = begin_audit(*audited, readers=1, title="Telephone")
    phone = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}
    lead, reader = signed_in("lead", **phone), signed_in("ben", **phone)
    claim(reader)
    for page, path in (
        (reader, None),
        (reader, "/desk"),
        (lead, "/audits/new"),
        (lead, f"/audits/{audit}"),
        (lead, f"/audits/{audit}/agreement"),
    ):
        if path:
            page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        whole(page, f"{path}")


def test_on_paper(signed_in: As, audited: Audited) -> None:
    begin_audit(*audited, readers=1, title="Paper")
    page = signed_in("anna")
    claim(page)
    page.emulate_media(media="print")
    for gone in (".working", ".seat-actions", "#source-panel"):
        expect(page.locator(gone).first).to_be_hidden()
    for there in ("#item-1", ".drawing svg", "#item-1 .statement"):
        expect(page.locator(there).first).to_be_visible()
