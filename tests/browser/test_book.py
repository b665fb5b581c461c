"""The book in a real browser: by the rules of axe, with the keyboard, on a telephone and on paper."""

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from abstractor.guidelines import load_library
from abstractor.guidelines.book import open_book, print_book
from tests.browser.walking import violations

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
PAGES = [
    "index",
    "editions/asco-her2-2022",
    "editions/abc-7",
    "measures/LVEF-BASE",
    "policies/her2",
    "changes/asco-her2-2018..asco-her2-2022",
    "words",
]


# The page of words has thousands of rows, all of one template; axe would look at them for half a minute.
FIRST_ROWS = "() => [...document.querySelectorAll('tbody tr')].slice(400).forEach(row => row.remove())"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("book")
    print_book(open_book(load_library(), on=date(2026, 11, 22)), folder, program="test")
    return folder


def opened(chromium: Browser, book: Path, key: str, **options: object) -> Page:
    page = chromium.new_context(**options).new_page()  # type: ignore[arg-type] # passed on by name
    page.goto((book / f"{key}.html").as_uri())
    return page


@pytest.mark.parametrize("key", PAGES)
@pytest.mark.parametrize("width", [1280, 400])
def test_axe_finds_nothing_and_nothing_sticks_out(
    chromium: Browser, book: Path, key: str, width: int
) -> None:
    page = opened(chromium, book, key, viewport={"width": width, "height": 900})
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    page.evaluate(FIRST_ROWS)
    found = violations(page)
    assert [f"{one['id']}: {one['nodes'][0]['html']}" for one in found] == []
    page.context.close()


def test_in_the_dark_axe_finds_nothing(chromium: Browser, book: Path) -> None:
    page = opened(chromium, book, "editions/asco-bm-2022", color_scheme="dark")
    assert [one["id"] for one in violations(page)] == []
    page.context.close()


def test_with_the_keyboard_alone(chromium: Browser, book: Path) -> None:
    """The first stop skips to the content; an edition opens from the picture."""
    page = opened(chromium, book, "index", java_script_enabled=True)
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.closest('svg') !== null"):
            break
    assert page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    page.wait_for_url("**/editions/*.html")
    page.context.close()


def test_on_paper(chromium: Browser, book: Path) -> None:
    page = opened(chromium, book, "editions/asco-bm-2022")
    page.emulate_media(media="print")
    assert page.locator(".book-top nav").is_hidden()
    assert page.locator(".signing").first.is_visible()
    assert page.locator(".case").first.is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.context.close()


def test_inside_the_service(opened_page: Page) -> None:
    opened_page.get_by_role("link", name="Guidelines").click()
    opened_page.get_by_role("heading", name="The book of the guidelines").wait_for()
    found = violations(opened_page)
    assert [f"{one['id']}: {one['nodes'][0]['html']}" for one in found] == []
    opened_page.get_by_role("link", name="ASCO 2022, brain metastases").last.click()
    opened_page.get_by_role("heading", name="What it says").wait_for()
    assert [one["id"] for one in violations(opened_page)] == []


@pytest.fixture
def opened_page(page: Page) -> Page:
    page.goto("/queue")
    return page
