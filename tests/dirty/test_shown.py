"""What was repaired and what could not be read, on the chart's page and on the clinic's."""

import html
import re
from collections.abc import Iterator

import pytest

from fixtures.clinic.running import open_clinic
from fixtures.stories import Story, story
from tests.integration.web.charts import critical
from tests.integration.web.rounds import pull_a_round
from tests.integration.web.site import Site, open_site

STORIES: tuple[Story, ...] = (story("sara"), story("xenia"))


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """The clinic that writes times without a zone, and has records that cannot be read."""
    with open_clinic(STORIES) as door, open_site({"critical": critical(1)}) as site:
        pull_a_round(site.services, door, cycle=True)
        yield site


def text(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def test_on_the_chart(site: Site) -> None:
    with site.browser() as reader:
        page = text(reader.get(site.chart_path("critical")).text)
    assert "Records that took a repair to be read" in page
    assert "Observation A time without its zone, read in the site's ( zone-assumed ) 3" in page


def test_on_the_clinic(site: Site) -> None:
    with site.browser() as reader:
        address = re.search(r'href="(/clinics/\d+)">North<', reader.get("/clinics").text)
        assert address is not None
        page = text(reader.get(address[1]).text)
    assert "Records that were not as FHIR has them" in page
    assert "MedicationAdministration Repaired: A time without its zone" in page
    assert "MedicationAdministration Not read: impossible-date 1" in page
    assert "Observation Not read: wrong-type 1" in page
