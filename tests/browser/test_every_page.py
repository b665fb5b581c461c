"""Every page that the application has, by every rule of axe, in light and in dark, for an admin and a reader.

The pages come from the application's own routes: one that is added and not named here fails the first test.
"""

from collections.abc import Iterator
from typing import TypeGuard

import pytest
from playwright.sync_api import Browser, Page, Response

from abstractor.store import sign_ins
from abstractor.web.app import create_app
from tests.browser.every_page import NO_PAGES, PAGES, address_of, left_out
from tests.browser.walking import violations
from tests.browser.whole_site import Whole, whole_site
from tests.integration.web.site import NAME

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
Seen = set[str]
# What depends on the colours; the rest of a page is the same in the dark.
IN_COLOUR = """async () => (await axe.run({
    runOnly: ['color-contrast', 'link-in-text-block'], resultTypes: ['violations']
})).violations.map(one => `${one.id}: ${one.nodes[0].html}`)"""


@pytest.fixture(scope="module")
def whole() -> Iterator[Whole]:
    with whole_site() as whole:
        yield whole


@pytest.fixture(scope="module")
def seen() -> Seen:
    """The pages that were looked at, as they are named, and whose refusals."""
    return set()


def page_of(chromium: Browser, whole: Whole, name: str) -> Page:
    """As if signed in; nobody for an empty name."""
    context = chromium.new_context(base_url=whole.site.url, viewport={"width": 1440, "height": 900})
    if name:
        services = whole.site.services
        account = 1 if name == NAME else whole.people[name].id
        with services.store.writing() as session:
            token = sign_ins.begin_session(session, account, now=whole.site.clock())
        context.add_cookies([{"name": "abstractor_session", "value": token, "url": whole.site.url}])
    return context.new_page()


def html(answer: Response | None) -> TypeGuard[Response]:
    return answer is not None and answer.headers.get("content-type", "").startswith("text/html")


def wrong_with(page: Page, address: str) -> list[str]:
    """In light by every rule, then in dark by those of colour; nothing scrolls aside."""
    page.emulate_media(color_scheme="light")
    found = [f"{address}: {one['id']}: {one['nodes'][0]['html']}" for one in violations(page)]
    page.emulate_media(color_scheme="dark")
    found += [f"{address} in the dark: {each}" for each in page.evaluate(IN_COLOUR)]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(f"{address} scrolls aside")
    return found


def test_every_route_is_a_page_here_or_is_none(chromium: Browser, whole: Whole) -> None:
    assert left_out(create_app(whole.site.services)) == set()
    page = page_of(chromium, whole, NAME)
    for path in NO_PAGES:
        answer = page.request.get(path, max_redirects=0)
        is_page = answer.headers.get("content-type", "").startswith("text/html")
        assert answer.status != 200 or not is_page, path
    page.context.close()


# Who has a page of their own at these: the seats of anna, dora and cora, and a stranger's way in.
OF_ITS_OWN = {
    "anna": ("/",),
    "dora": ("/seats/{masked}",),
    "cora": ("/seats/{settled}", "/audits"),
    "": ("/signin", "/audits"),
}
READERS = ["admin", "reader", "blinded", "adjudicator", "nobody"]


@pytest.mark.parametrize("name", [NAME, "anna", "dora", "cora", ""], ids=READERS)
def test_axe_has_nothing_to_say(chromium: Browser, whole: Whole, seen: Seen, name: str) -> None:
    """Of what is refused, one page of each kind is enough."""
    page = page_of(chromium, whole, name)
    wrong: list[str] = []
    for given in (each for addresses in PAGES.values() for each in addresses):
        if not given.startswith(OF_ITS_OWN.get(name, ("/",))):
            continue
        address = address_of(page, given, whole.named)
        answer = page.goto(address)
        assert html(answer) and answer.status < 500, address
        refusal = f"{name} {answer.status}" if answer.status != 200 else ""
        if answer.status == 200 or refusal not in seen:
            wrong += wrong_with(page, f"{name}: {address}")
        seen.add(refusal or given)
    page.context.close()
    assert wrong == []


def test_every_page_was_seen_by_somebody(seen: Seen) -> None:
    """All that were meant to be seen, and not the refusal of them."""
    refused = {"/launch", "/launch/callback?state=x&code=x", "/signin/link/used"}
    assert {each for addresses in PAGES.values() for each in addresses} - seen == refused
