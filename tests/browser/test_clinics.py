"""The pages of clinics, rounds and the doctor: with the keyboard, without scripts, on paper, in the dark."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from abstractor.fhir.clinic_setup import ClinicSetup
from abstractor.workflow import add_clinic, begin_round
from abstractor.workflow.clinic.doctor import doctor_of_clinic
from tests.browser.walking import violations
from tests.integration.web.charts import critical
from tests.integration.web.rounds import pull_a_round, some_clinic
from tests.integration.web.site import Site, open_site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
Open = Callable[..., Page]
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def connected() -> Iterator[Site]:
    """Clinic 2 pulled and examined, clinic 3 with a round that runs still."""
    faults = ["forbidden-type=MedicationAdministration"]
    with open_site({"critical": critical(1)}) as site, some_clinic("epic", faults=faults) as door:
        pull_a_round(site.services, door, cycle=True)
        doctor_of_clinic(site.services, "North")
        running = add_clinic(
            site.services, ClinicSetup("South", f"{door.url}/", group="all", nightly="0 2 * * *")
        )
        begin_round(site.services, running)
        yield site


def pages(page: Page) -> list[str]:
    page.goto("/queue?cycle=2")
    chart = page.locator("table.queue tbody th a").first.get_attribute("href") or ""
    return [
        "/clinics",
        "/clinics/1",
        "/clinics/2",
        "/clinics/2/doctor",
        "/clinics/1/doctor",
        "/rounds/1",
        chart,
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [{"width": 1440, "height": 900}, PHONE], ids=["desk", "phone"])
def test_axe_has_nothing_to_say(opened: Open, connected: Site, scheme: str, size: dict[str, int]) -> None:
    page = opened(on=connected, color_scheme=scheme, viewport=size)
    for path in pages(page):
        page.goto(path)
        found = violations(page)
        assert [f"{one['id']}: {one['nodes'][0]['html']}" for one in found] == [], path


def test_a_phone_needs_no_sideways_scrolling(opened: Open, connected: Site) -> None:
    page = opened(on=connected, viewport=PHONE)
    for path in pages(page):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path


def test_from_the_clinic_to_what_could_not_be_seen_without_scripts(opened: Open, connected: Site) -> None:
    page = opened(on=connected, java_script_enabled=False)
    page.get_by_role("link", name="Clinics").click()
    page.get_by_role("link", name="North").click()
    page.get_by_role("link", name="What could not be seen in it, in plain words").click()
    row = page.locator("table.unseen tr", has_text="MedicationAdministration")
    expect(row).to_contain_text("We are not allowed (HTTP 403: not allowed)")
    expect(row).to_contain_text("8 of 8")
    page.get_by_role("link", name="North").click()
    page.get_by_role("link", name="The doctor's report").click()
    expect(page.locator("table.blind")).to_contain_text(
        "Cannot be decided (MedicationAdministration not given"
    )
    page.get_by_text("Can be decided (").click()
    expect(page.locator("ul.runs li").first).to_be_visible()


def test_from_completeness_to_the_reason_with_the_keyboard(opened: Open, connected: Site) -> None:
    page = opened(on=connected)
    page.goto(pages(page)[-1])
    page.get_by_role("link", name="Why, type by type.").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#unseen")).to_be_in_viewport()


def test_on_paper(opened: Open, connected: Site) -> None:
    page = opened(on=connected)
    for path, there in (("/rounds/1", "table.unseen tbody tr"), ("/clinics/2/doctor", "pre.ticket")):
        page.goto(path)
        page.emulate_media(media="print")
        expect(page.locator(there).first).to_be_visible()
        expect(page.locator(".top nav")).to_be_hidden()
        assert page.pdf(format="A4").startswith(b"%PDF")
