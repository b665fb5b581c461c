"""A real Chromium in front of a real service with told charts.

Playwright is started and stopped a module, not a session: while it runs, no other test of this process could
run an event loop of its own.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.browser.walking import sign_in
from tests.integration.web.charts import critical, discordant, plain, undecided
from tests.integration.web.site import NAME, Site, open_site

Open = Callable[..., Page]
PATIENCE = 60_000.0  # milliseconds: how long a busy machine may take for one step


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    told = {"critical": critical(1), "discordant": discordant(2), "undecided": undecided(3)}
    with open_site(told | {f"plain{n}": plain(n) for n in range(4, 34)}) as site:
        yield site


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_of(playwright), args=["--no-sandbox"], timeout=PATIENCE
        )
        expect.set_options(timeout=PATIENCE)
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Open]:
    """Open pages with their own cookies, of whom `name` says, on the site of this module unless `on` another;
    a page fails the test that let a script or the policy complain.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(
        *, signed_in: bool = True, on: Site | None = None, name: str = NAME, **options: Any
    ) -> Page:
        on = on or request.getfixturevalue("site")
        context = chromium.new_context(
            base_url=on.url, **{"viewport": {"width": 1440, "height": 900}} | options
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda wrong: complaints.append(str(wrong)))
        page.on(
            "console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None
        )
        if signed_in:
            sign_in(page, name)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(opened: Open) -> Page:
    return opened()


def chromium_of(playwright: Playwright) -> str:
    """The first Chromium on PATH, else Playwright's own."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    own = playwright.chromium.executable_path
    if not Path(own).exists():
        pytest.fail(
            "no Chromium for the browser tests: install one (apt-get install chromium)", pytrace=False
        )
    return own
