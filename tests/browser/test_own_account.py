"""The pages of one's own account in a real browser: a password set by a link, then changed; no barrier."""

from playwright.sync_api import Page, expect

from abstractor.store.values import Role
from abstractor.workflow.accounts import add_account
from abstractor.workflow.acting import at_the_machine
from tests.browser.conftest import Open
from tests.browser.walking import violations
from tests.integration.web.site import Site

FIRST, SECOND = "a long enough secret", "another long secret"


def sign_in(page: Page, password: str) -> None:
    page.get_by_label("Name").fill("grace")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_from_the_link_to_a_changed_password(opened: Open, site: Site) -> None:
    _, link = add_account(site.services, "grace", roles=[Role.IT_ADMIN], sites=None, by=at_the_machine())
    page = opened(signed_in=False)
    page.goto(f"/signin/link/{link}")
    assert violations(page) == []
    page.get_by_label("New password").fill(FIRST)
    page.get_by_label("The same again").fill(FIRST)
    page.get_by_role("button", name="Set the password").click()
    sign_in(page, FIRST)
    expect(page.get_by_role("heading", name="Clinics")).to_be_visible()
    expect(page.get_by_role("link", name="Audit queue")).to_have_count(0)
    page.get_by_role("link", name="grace").click()
    assert violations(page) == []
    page.get_by_label("Present password").fill(FIRST)
    page.get_by_label("New password").fill(SECOND)
    page.get_by_label("The same again").fill(SECOND)
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_role("status")).to_contain_text("The password is changed")
    page.goto(f"/signin/link/{link}")
    expect(page.get_by_role("alert")).to_contain_text("used already")
    assert violations(page) == []
    page.goto("/queue")
    expect(page.get_by_text("Your account may not do this")).to_be_visible()
    assert violations(page) == []
