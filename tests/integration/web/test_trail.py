"""The page of the audit trail and its JSON: who did what, filtered, page by page; the last verification."""

import html
import re

import httpx
import pytest

from abstractor.store import trail
from abstractor.store.trail_reading import Wanted, entries
from abstractor.store.values import Action
from abstractor.web.access import routes_of
from abstractor.web.app import create_app
from abstractor.workflow.acting import at_the_machine
from abstractor.workflow.trail import verify_trail
from tests.integration.web.site import Site

API = "/api/v1/cycles/{cycle_id}/charts/{patient_id}"


def text(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def rows(page: str) -> list[str]:
    return re.findall(r"<tr>\s*<th scope=\"row\".*?</tr>", page, re.S)


def test_the_page_tells_who_opened_which_chart(site: Site, user: httpx.Client) -> None:
    _, patient = site.charts["critical"]
    user.get(site.chart_path("critical"))
    page = user.get(f"/trail?chart={patient}&action=chart-opened&account=&since=2026-03-02&until=2126-03-02")
    assert f"chart opened admin Chart {patient}" in text(rows(page.text)[0])
    assert page.headers["cache-control"] == "no-store"


def test_to_read_the_trail_is_told_as_well(user: httpx.Client) -> None:
    before = len(rows(user.get("/trail?action=trail-read").text))
    assert len(rows(user.get("/trail?action=trail-read").text)) == before + 1


def test_it_goes_on_page_by_page_under_the_same_filter(site: Site, user: httpx.Client) -> None:
    with site.services.store.writing() as session:
        for _ in range(70):
            trail.record(session, action=Action.KEY_ROTATED, account_id=None, now=site.clock())
    first = user.get("/trail?action=key-rotated").text
    (older,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = user.get(html.unescape(older)).text
    assert (len(rows(first)), len(rows(second))) == (50, 20)
    assert "<span>Older</span>" in second
    assert '<a href="/trail?action=key-rotated">Newest</a>' in second


def test_the_last_verification_stands_above(fresh: Site) -> None:
    with fresh.browser() as user:
        assert "Not verified yet" in text(user.get("/trail").text)
        verify_trail(fresh.services, by=at_the_machine(), now=fresh.clock())
        assert "Whole Last verified 2026-03-02 09:30 UTC by " in text(user.get("/trail").text)
        told = user.get("/api/v1/trail?size=2").json()
    assert (told["whole"], told["verified_at"], len(told["items"])) == (True, "2026-03-02T09:30:00Z", 2)
    assert told["older"] == told["items"][-1]["entry"] == told["last"] - 1


def of_charts(site: Site) -> list[str]:
    """Every path that is asked for and names a chart, from the application itself."""
    routes = routes_of(create_app(site.services))
    return sorted(path for method, path, _ in routes if method == "GET" and "{patient_id}" in path)


def test_every_page_and_answer_of_a_chart_is_in_the_trail(site: Site, user: httpx.Client) -> None:
    """One that is added is walked too: by a link to it on the chart's page, or by its address."""
    cycle, patient = site.charts["critical"]
    chart = site.chart_path("critical")
    pages = [user.get(chart).text, user.get(f"/api/v1{chart}/evidence").text]
    links = [html.unescape(link) for page in pages for link in re.findall(r'"(/[^"]+)"', page)]
    paths = of_charts(site)
    assert {"/cycles/{cycle_id}/charts/{patient_id}", f"{API}/abstract", f"{API}/evidence/{{number}}"} < {
        *paths
    }
    for path in paths:
        address = path.format(cycle_id=cycle, patient_id=patient, number="0")
        pattern = re.escape(address).replace("/0", r"/\d+") + r"(\?.*)?"
        asked = next((link for link in links if re.fullmatch(pattern, link)), address)
        before = newest_of(site, patient)
        answer = user.get(asked)
        assert (newest_of(site, patient) > before) == (answer.status_code == 200), path


def newest_of(site: Site, patient: int) -> int:
    with site.services.store.reading() as session:
        found = entries(session, Wanted(patient_id=patient), limit=1)
    return found[0].id if found else 0


@pytest.mark.parametrize(
    "asked",
    ["chart=x", "chart=0", "account=99999999999", "action=nothing", "since=2026-13-01", "before=-1"],
)
def test_what_cannot_be_asked_is_refused(user: httpx.Client, asked: str) -> None:
    assert user.get(f"/trail?{asked}").status_code == 422
    assert user.get(f"/api/v1/trail?{asked}").status_code == 422


def test_the_last_day_there_is_has_no_end(user: httpx.Client) -> None:
    assert user.get("/trail?until=9999-12-31").status_code == 200
    assert user.get("/api/v1/trail?until=9999-12-31&since=0001-01-01").status_code == 200
