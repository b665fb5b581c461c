"""The pages of clinics and rounds: how old the last success is, and what could not be seen."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from abstractor.fhir.clinic_setup import ClinicSetup
from abstractor.settings import Settings
from abstractor.store import doctor_reports
from abstractor.workflow import add_clinic, begin_round, remove_clinic
from abstractor.workflow.clinic.doctor import doctor_of_clinic
from abstractor.workflow.clinic.pages import age_in_words
from fixtures.clinic.door import Door
from tests.integration.web.charts import critical
from tests.integration.web.rounds import pull_a_round, some_clinic
from tests.integration.web.site import Clock, Site, open_site

REFUSED = "forbidden-type=MedicationAdministration"


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    with some_clinic("epic", faults=[REFUSED]) as door:
        yield door


@pytest.fixture(scope="module")
def connected(door: Door) -> Iterator[Site]:
    """One clinic pulled in a round of a cycle, and examined; another that nobody has pulled."""
    with open_site({"critical": critical(1)}) as site:
        pull_a_round(site.services, door, cycle=True)
        doctor_of_clinic(site.services, "North")
        site.clock.pass_by(3 * 3600)
        yield site


@pytest.fixture(scope="module")
def reader(connected: Site) -> Iterator[httpx.Client]:
    with connected.browser() as client:
        yield client


def text(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def number_of(reader: httpx.Client, name: str) -> int:
    found = re.search(rf'href="/clinics/(\d+)">{name}<', reader.get("/clinics").text)
    assert found is not None
    return int(found[1])


def test_every_clinic_with_the_age_of_its_last_success(reader: httpx.Client) -> None:
    page = text(reader.get("/clinics").text)
    assert "2 clinics, and when each was last pulled" in page
    assert "North" in page and "3 hours ago" in page and "done, not all was seen" in page
    assert "Sample clinic" in page and "never" in page


def test_a_clinic_with_its_rounds_and_what_was_said(reader: httpx.Client) -> None:
    page = reader.get(f"/clinics/{number_of(reader, 'North')}").text
    assert "MedicationAdministration 0 0 0 0 0 8" in text(page)
    assert 'aria-label="0 answered, 0 in part, 8 not given"' in page
    assert 'aria-label="8 answered, 0 in part, 0 not given"' in page
    assert "some rules are blind" in page


def test_a_round_says_what_could_not_be_seen_in_words_and_codes(reader: httpx.Client) -> None:
    page = text(reader.get("/rounds/1").text)
    told = "MedicationAdministration We are not allowed (HTTP 403: not allowed) http-403:forbidden by patient"
    assert f"{told} 8 of 8" in page
    assert "Asked for by category and code alone: what has another one is not seen" in page
    assert "the clinic says that there may be more than we may see" in page.replace(
        "The clinic", "the clinic"
    )
    assert "Condition" not in page.partition("What could not be seen")[2].partition("All searches")[0]


def test_a_chart_says_what_could_not_be_seen_and_why(connected: Site, reader: httpx.Client) -> None:
    queue = reader.get("/queue?cycle=2").text
    link = re.search(r"/cycles/2/charts/\d+", queue)
    assert link is not None
    page = reader.get(link[0]).text
    assert '<a href="#unseen">Why, type by type.</a>' in page
    unseen = text(page.partition('id="unseen"')[2])
    assert "MedicationAdministration by patient We are not allowed (HTTP 403: not allowed)" in unseen
    assert "AdverseEvent no request The endpoint does not list this type not-listed" in unseen
    assert 'id="unseen"' not in reader.get(connected.chart_path("critical")).text


def test_the_last_report_of_the_doctor(reader: httpx.Client, connected: Site) -> None:
    page = reader.get(f"/clinics/{number_of(reader, 'North')}/doctor").text
    shown = text(page)
    assert "What North can give some rules are blind" in shown
    assert "Cannot be decided (MedicationAdministration not given" in shown
    assert "Subject: FHIR access for quality improvement (North)" in page
    assert re.search(r"less than a minute for \d+ patients, if they are like the one tried", shown)
    assert "To examine it again, on the machine that runs this service: abstractor doctor" in shown
    assert "was not examined yet" in reader.get(f"/clinics/{number_of(reader, 'Sample clinic')}/doctor").text


def test_a_report_of_another_version_is_as_good_as_none(reader: httpx.Client, connected: Site) -> None:
    number = number_of(reader, "Sample clinic")
    with connected.services.store.writing() as session:
        doctor_reports.keep(session, number, '{"schema": "abstractor.doctor/9"}', now=connected.clock())
    assert "was not examined yet" in reader.get(f"/clinics/{number}/doctor").text


def test_a_round_that_runs_says_how_far_it_is(fresh: Site, door: Door) -> None:
    registered = add_clinic(fresh.services, ClinicSetup("North", door.url, group="all"))
    begin_round(fresh.services, registered)
    with fresh.browser() as reader:
        for path in ("/clinics", f"/clinics/{registered.clinic.id}", "/rounds/1"):
            page = text(reader.get(path).text)
            assert "running" in page and "0 of 8 patients pulled" in page, path


def test_a_round_that_failed_says_why(fresh: Site) -> None:
    setup = ClinicSetup("Gone", "http://127.0.0.1:9/fhir")
    settings = fresh.services.settings
    assert isinstance(settings, Settings)
    services = replace(fresh.services, settings=settings.model_copy(update={"http_tries": 1}))
    with pytest.raises(Exception, match="no connection"):
        begin_round(services, add_clinic(services, setup))
    with fresh.browser() as reader:
        page = text(reader.get("/rounds/1").text)
    assert re.search(r"The round failed.*no connection to http://127.0.0.1:9 after 1 tries", page)
    assert "No search was made in this round." in page


def test_a_clinic_that_was_removed_is_shown_so(fresh: Site) -> None:
    add_clinic(fresh.services, ClinicSetup("South", "http://127.0.0.1:9/other"))
    remove_clinic(fresh.services, "South")
    with fresh.browser() as reader:
        assert "South removed: it is asked no more" in text(reader.get("/clinics").text)


def test_without_a_clinic_the_page_says_what_to_do() -> None:
    with open_site() as site, site.browser() as reader:
        assert "abstractor clinic add FILE.toml" in text(reader.get("/clinics").text)


@pytest.mark.parametrize("path", ["/clinics/99", "/clinics/99/doctor", "/rounds/99"])
def test_what_is_not_there(reader: httpx.Client, path: str) -> None:
    assert reader.get(path).status_code == 404


@pytest.mark.parametrize(
    ("passed", "told"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 minute ago"),
        (timedelta(minutes=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=47), "47 hours ago"),
        (timedelta(days=2), "2 days ago"),
        (timedelta(seconds=-5), "just now"),
    ],
)
def test_an_age_in_words(passed: timedelta, told: str) -> None:
    then = Clock()()
    assert age_in_words(then, then + passed) == told


def test_a_clinic_whose_file_names_another_address_is_shown_so(fresh: Site) -> None:
    for address in ("http://127.0.0.1:9/first", "http://127.0.0.1:9/second"):
        add_clinic(fresh.services, ClinicSetup("South", address))
    with fresh.browser() as reader:
        page = text(reader.get("/clinics").text)
    assert page.index("127.0.0.1:9/second") < page.index("South asked at another address")
    assert page.count("asked at another address, or for another group, now") == 1
