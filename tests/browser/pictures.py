"""`python -m tests.browser.pictures` makes docs/pages/: every page of the service, in light and in dark.

Names after it make those alone. Colours are reduced to 256, which keeps a picture small.
"""

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, expect, sync_playwright

from fixtures.clinic.door import Door
from fixtures.clinic.smart.launching import App
from tests.browser.conftest import chromium_of
from tests.browser.every_page import CHART, address_of
from tests.browser.palette import reduced
from tests.browser.reviewing import agree_to_all
from tests.browser.walking import sign_in
from tests.browser.whole_site import Whole, whole_site
from tests.integration.web.crowded import crowded
from tests.integration.web.site import NAME
from tests.integration.web.test_launch import launched_site, press

__all__ = ["FOLDER", "PICTURES", "Picture"]

FOLDER = Path(__file__).parents[2] / "docs" / "pages"
SCHEMES = ("light", "dark")
SIZE = {"width": 1440, "height": 900}
Act = Callable[[Page], object]


@dataclass(frozen=True, slots=True)
class Picture:
    """`address` as in `every_page`; `by` sees it, nobody for an empty name; `act` is done before it is taken.
    Where there is no dark one, `light` stands for all. `launched`: it comes from a chart in an EHR.
    """

    name: str
    address: str
    by: str = NAME
    act: Act | None = None
    wide: int = SIZE["width"]
    schemes: tuple[str, ...] = SCHEMES
    launched: bool = False

    @property
    def files(self) -> tuple[str, ...]:
        return tuple(f"{self.name}-{scheme}.png" for scheme in self.schemes)


def _open_source(page: Page) -> None:
    page.locator("#flags a.evidence").first.click()
    expect(page.locator("#source-title")).to_be_focused()


def _unfold_a_finding(page: Page) -> None:
    page.locator("#findings details").first.evaluate("each => { each.open = true; }")
    page.locator("#findings").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('#findings').scrollIntoView()")


def _to(selector: str) -> Act:
    return lambda page: page.evaluate("s => document.querySelector(s).scrollIntoView()", selector)


def _overrule(page: Page) -> None:
    page.keyboard.press("n")
    page.keyboard.press("2")
    page.wait_for_timeout(500)


def _keys(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()


def _listed(page: Page) -> None:
    """As it comes without scripts."""
    agree_to_all(page)
    page.locator("#lock [name=expected]").evaluate(
        "each => each.after(Object.assign(each.cloneNode(), {name: 'lists'}))"
    )
    page.get_by_role("button", name="Sign off and lock").click()
    page.get_by_text("These answers are kept, and no others.").wait_for()


def _record(page: Page) -> None:
    page.locator("a.evidence:visible").first.click()
    expect(page.locator("#source-title")).to_be_focused()


def _preview(page: Page) -> None:
    page.get_by_label("Title").fill("Spring audit")
    page.get_by_label("A random sample").check()
    page.get_by_label("Size of the sample").fill("4")
    expect(page.locator("#preview-body")).to_contain_text("in the frame")


def _counted(page: Page) -> None:
    expect(page.locator("#preview-body")).to_contain_text("Would be drawn")


def _make_a_link(page: Page) -> None:
    page.get_by_role("button", name="Make a link").click()
    expect(page.get_by_role("heading", name="It is shown here, once")).to_be_visible()


def _on_paper(page: Page) -> None:
    page.emulate_media(media="print")


PICTURES: tuple[Picture, ...] = (
    Picture("signin", "/signin", by=""),
    Picture("signin-link", "/signin/link/{token}", by=""),
    Picture("account", "/account"),
    Picture("refused", "/trail", by="anna"),
    Picture("launch", "/launch?{pressed}", by="", launched=True),
    Picture("accounts", "/accounts"),
    Picture("one-account", "/accounts/{invited}"),
    Picture("account-given", "/accounts/{invited}", act=_make_a_link),
    Picture("tokens", "/accounts/tokens"),
    Picture("queue", "/queue?cycle=1"),
    Picture("chart", CHART),
    Picture("chart-source", CHART, act=_open_source),
    Picture("chart-findings", CHART, act=_unfold_a_finding),
    Picture("chart-facts", CHART, act=_to("#facts")),
    Picture("chart-record", CHART, act=_to("#record")),
    Picture("chart-print", CHART, act=_on_paper, wide=800, schemes=("light",)),
    Picture("chart-zoom", CHART, act=_to("#timeline"), wide=720, schemes=("light",)),
    Picture("source", f"{CHART} evidence"),
    Picture("fact", f"{CHART} facts"),
    Picture("clinics", "/clinics"),
    Picture("clinic", "/clinics/{pulled}"),
    Picture("doctor", "/clinics/{pulled}/doctor"),
    Picture("round", "/rounds/{run_id}"),
    Picture("audits", "/audits"),
    Picture("audit-define", "/audits/new", act=_preview),
    Picture("audit-draft", "/audits/{draft}", act=_counted),
    Picture("audit-progress", "/audits/{audit_id}"),
    Picture("audit-drawn", "/audits/{audit_id}/drawn"),
    Picture("desk", "/desk", by="anna"),
    Picture("review", "/seats/{seat_id}", by="anna", act=_overrule),
    Picture("review-blinded", "/seats/{masked}", by="dora", act=_record),
    Picture("review-keys", "/seats/{seat_id}", by="anna", act=_keys),
    Picture("review-listed", "/seats/{seat_id}", by="anna", act=_listed),
    Picture("review-signed", "/seats/{locked}", by="anna", act=_to("#sign-off")),
    Picture("review-source", "/seats/{seat_id} evidence", by="anna"),
    Picture("review-record", "/seats/{seat_id} records", by="anna"),
    Picture("adjudication", "/seats/{settled}", by="cora"),
    Picture("agreement", "/audits/{audit_id}/agreement"),
    Picture("exports", "/exports"),
    Picture("trail", "/trail"),
    Picture("guidelines", "/guidelines"),
    Picture("measure", "/guidelines/measures/LVEF-BASE"),
)


def main(names: list[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    with _browser() as browser:
        for launched in (False, True):
            pictures = [one for one in PICTURES if one.launched == launched]
            _take_all(browser, [one for one in pictures if not names or one.name in names], launched)


def _take_all(browser: Browser, wanted: list[Picture], launched: bool) -> None:
    if not wanted:
        return
    with _launched() if launched else whole_site(charts=12, connected=True) as whole:
        for one in wanted:
            for scheme in one.schemes:
                size = _take(browser, whole, one, scheme)
                sys.stdout.write(f"{one.name}-{scheme}.png {size // 1024} KB\n")


@dataclass(frozen=True, slots=True)
class _Button:
    """Of the EHR: in an address it is what a press of it gives, which is good once."""

    door: Door

    def __str__(self) -> str:
        return urlencode(press(self.door))


@contextmanager
def _launched() -> Iterator[Whole]:
    """A chart that its EHR opens: the sample clinic's own, to which the browser is sent and comes back."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    back = f"http://127.0.0.1:{port}"
    with launched_site(App(), back=back, told=crowded(1), port=port) as (site, door):
        yield Whole(site, {}, {"pressed": _Button(door)})


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_of(playwright), args=["--no-sandbox"])
        yield browser
        browser.close()


def _take(browser: Browser, whole: Whole, one: Picture, scheme: str) -> int:
    context = browser.new_context(
        base_url=whole.site.url,
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": one.wide, "height": SIZE["height"]},
    )
    page = context.new_page()
    if one.by:
        sign_in(page, one.by)
    page.goto(address_of(page, one.address, whole.named))
    page.wait_for_load_state()
    if one.act is not None:
        one.act(page)
    taken = page.screenshot()
    kept = FOLDER / f"{one.name}-{scheme}.png"
    kept.write_bytes(reduced(context.new_page(), taken))
    context.close()
    return kept.stat().st_size


if __name__ == "__main__":
    main(sys.argv[1:])
