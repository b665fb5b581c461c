"""With the keyboard alone, without scripts, on paper, in the dark, on a telephone, by the rules of axe."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walking import element_in_view, open_chart, press_until, violations
from tests.integration.web.crowded import crowded
from tests.integration.web.site import NAME, PASSWORD, Site, open_site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
Open = Callable[..., Page]
PHONE = {"width": 390, "height": 844}
# Texts and marks of one lane whose boxes meet, or that reach out of the drawing, as the browser has set them.
OVERLAPS = """() => [...document.querySelectorAll('.drawing .lane')].flatMap(lane => {
    const box = each => each.getBoundingClientRect();
    const parts = [...lane.querySelectorAll('.mark > g, .mark > .value, .name')];
    const frame = box(document.querySelector('.drawing svg'));
    const out = parts.filter(one => box(one).right > frame.right + 1 || box(one).left < frame.left - 1);
    const over = parts.flatMap((one, at) => parts.slice(at + 1).filter(other => {
        const [a, b] = [box(one), box(other)];
        return Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1.5
            && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
    }));
    return [...out, ...over].map(each => each.textContent);
})"""
# Dates that stand on two lines.
BROKEN = "each => each.filter(one => one.getClientRects().length > 1).map(one => one.textContent)"


def complaints(page: Page) -> list[str]:
    found = violations(page)
    return [
        f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in ("serious", "critical")
    ]


def test_with_the_keyboard_alone(opened: Open) -> None:
    page = opened(signed_in=False)
    page.goto("/")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type(NAME)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("table.queue")
    page.wait_for_load_state()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    press_until(page, "table.queue th a")
    page.keyboard.press("Enter")
    page.wait_for_selector("#flags")
    page.wait_for_load_state()
    press_until(page, "#flags a.evidence")
    page.keyboard.press("Enter")
    assert element_in_view(page) == '"code": "J70.2"'
    expect(page.locator("#source-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#flags a.evidence").first).to_be_focused()


def test_without_scripts(opened: Open) -> None:
    page = opened(java_script_enabled=False)
    open_chart(page)
    expect(page.locator("#source-panel")).to_be_hidden()
    page.locator("#flags a.evidence").first.click()
    assert element_in_view(page) == '"code": "J70.2"'
    page.get_by_role("link", name="Close").click()
    expect(page.get_by_role("heading", name="Chart 1")).to_be_visible()
    page.get_by_role("link", name="Audit queue").first.click()
    page.get_by_role("navigation", name="Filter by severity").get_by_role("link", name="Critical").click()
    expect(page.locator("table.queue tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_on_paper(page: Page) -> None:
    open_chart(page)
    page.emulate_media(media="print")
    for gone in ("#source-panel", ".sections", "button"):
        expect(page.locator(gone).first).to_be_hidden()
    for there in (".unsigned", "#flags .statement", ".drawing svg", "#facts tbody tr", ".stamps"):
        expect(page.locator(there).first).to_be_visible()
    assert page.locator("#facts tbody").last.bounding_box() is not None
    assert page.pdf(format="A4").startswith(b"%PDF")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_has_nothing_serious_to_say_on_a_telephone(opened: Open, site: Site, scheme: str) -> None:
    """On a wide screen `test_every_page.py` asks it of every page."""
    page = opened(color_scheme=scheme, viewport=PHONE)
    chart = site.chart_path("critical")
    for path in ("/queue", "/queue?severity=data-quality", chart, site.chart_path("undecided"), "/nowhere"):
        page.goto(path)
        assert complaints(page) == [], path
    page.goto(chart)
    page.locator("#flags a.evidence").first.click()
    page.wait_for_selector("#source-panel #source-view")
    expect(page.locator("#source-title")).to_be_focused()
    assert complaints(page) == [], "source beside the chart"
    page.goto(page.locator("#flags a.evidence").first.get_attribute("href") or "")
    assert complaints(page) == [], "source on its own page"
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_selector("#password")
    page.wait_for_load_state()
    assert complaints(page) == [], "sign-in"


def test_a_crowded_chart_is_read_without_overlap_and_without_scrolling_aside(opened: Open) -> None:
    with open_site({"crowded": crowded(1)}) as site:
        page = opened(on=site)
        page.goto(site.chart_path("crowded"))
        assert int(page.locator("#facts-title .number").inner_text()) > 300
        assert page.evaluate(OVERLAPS) == []
        assert complaints(page) == []
        page.set_viewport_size({"width": 720, "height": 450})  # 1440 at 200 %
        assert page.evaluate("document.documentElement.scrollWidth") == 720


def test_axe_on_an_empty_service(opened: Open) -> None:
    with open_site() as site:
        page = opened(on=site)
        assert complaints(page) == []


def test_axe_would_complain(page: Page) -> None:
    """The check above can fail."""
    page.evaluate("document.querySelector('main').innerHTML += '<img src=\"/static/icon.svg\"><input>'")
    assert len(complaints(page)) == 2


def test_a_phone_needs_no_sideways_scrolling(opened: Open, site: Site) -> None:
    page = opened(viewport=PHONE)
    for path in ("/queue", site.chart_path("critical"), site.chart_path("discordant")):
        page.goto(path)
        assert page.locator(".date:visible").evaluate_all(BROKEN) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
