"""The book inside the service: for signed-in users, with the banner of what nobody has signed or reviewed."""

from datetime import UTC, datetime

import httpx
import pytest

from tests.integration.web.site import Site, open_site
from tests.integration.web.test_pages import links

PAGES = {
    "/guidelines/asco-her2-2022": "Worked cases",
    "/guidelines/editions/asco-bm-2022": "Worked cases",
    "/guidelines/measures/BMA": "How it is decided",
    "/guidelines/policies/her2": "ISH group 3",
    "/guidelines/changes/asco-bm-2018..asco-bm-2022": "Worked cases that flip",
    "/guidelines/words": "C79.31",
}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_the_book(user: httpx.Client, path: str) -> None:
    answer = user.get(path)
    assert answer.status_code == 200
    assert PAGES[path] in answer.text
    assert "Not clinically signed." in answer.text
    assert all(link.startswith(("/", "#", "https://")) for link in links(answer.text))


def test_the_front_of_the_book_leads_to_every_edition(user: httpx.Client, site: Site) -> None:
    found = links(user.get("/guidelines").text)
    editions = {f"/guidelines/editions/{edition.id}" for edition in site.services.library.editions}
    assert editions <= set(found)
    assert {user.get(link).status_code for link in sorted(editions)[:3]} == {200}


def test_the_styles_of_the_book(user: httpx.Client) -> None:
    answer = user.get("/guidelines/book.css")
    assert answer.headers["Content-Type"].startswith("text/css")
    assert "@media print" in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/guidelines/asco-her2-2099",
        "/guidelines/measures/NONE",
        "/guidelines/policies/none",
        "/guidelines/changes/asco-her2-2018..fda-tucatinib-2020-04-17",
        "/guidelines/changes/asco-her2-2018",
        "/guidelines/nothing/of/the/kind",
        "/guidelines/..%2f..%2fpyproject.toml",
    ],
)
def test_what_is_no_page(user: httpx.Client, path: str) -> None:
    assert user.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/guidelines", "/guidelines/book.css", *PAGES])
def test_strangers_read_nothing(site: Site, path: str) -> None:
    with site.browser(signed_in=False) as stranger:
        answer = stranger.get(path)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/signin")


def test_a_review_that_is_past_is_said() -> None:
    with open_site() as site, site.browser() as client:
        before = client.get("/guidelines/asco-her2-2022").text
        site.clock.at = datetime(2027, 1, 1, 9, tzinfo=UTC)
        with site.browser() as later:
            after = later.get("/guidelines/asco-her2-2022").text
            closed = later.get("/guidelines/asco-her2-2018").text
    said = "Its review was due on 2026-12-31"
    assert "Review is past due." not in before and said not in before
    assert "Review is past due." in after and said in after
    assert "Review is past due." not in closed
