"""The pages as text: what an auditor must find on them, and what must not stand in an address."""

import html
import re
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import text as sql

from abstractor.store import cohorts, trail, views, work
from abstractor.store.append_only import Door, door
from abstractor.store.values import WorkKind
from abstractor.workflow.chart_facts import chart_facts
from tests.integration.web.charts import plain
from tests.integration.web.site import Site, claimed, keep, open_site
from tests.integration.web.told import CANARIES


def links(page: str) -> list[str]:
    return [html.unescape(link) for link in re.findall(r'(?:href|hx-get|action|src)="([^"]*)"', page)]


def text(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def test_queue_says_what_it_is_about(user: httpx.Client) -> None:
    page = text(user.get("/queue").text)
    for said in (
        "Not clinically signed",
        "2022-01-01 to 2022-12-31",
        "2023-01-31",
        "39 flagged charts, the worst first",
        "Drug given again after lung toxicity ILD-ACT",
        "palliative: THP, TDXD",
        "Page 1 of 2",
    ):
        assert said in page
    assert re.search(r"39 All flagged .* 1 Critical .* 13 Discordant .* 24 Review .* 0 Data quality", page)


def test_queue_says_what_is_missing_from_it(fresh: Site) -> None:
    """Charts that could not be fetched, are not done yet, or may not have been listed at all."""
    now = fresh.clock()
    (cycle, patient) = fresh.charts["critical"]
    with fresh.services.store.writing() as session:
        work.add_work(session, WorkKind.ABSTRACT, cycle_id=cycle, patient_ids=[patient], now=now)
    with fresh.browser() as user:
        assert "0 to be pulled, 1 to be abstracted" in text(user.get("/queue").text)
        with fresh.services.store.writing() as session:
            for piece in claimed(session, now):
                work.release(
                    session, piece, error_code="clinic-unreachable", due=now, now=now, max_attempts=0
                )
            cohorts.note_listing(session, cycle, unlisted=2, gap="the clinic's paging loops")
        page = text(user.get("/queue").text)
    assert "1 chart in this cycle: 1 included, 0 for review, 0 excluded." in page
    assert "the work failed for good: 1 times clinic-unreachable" in page
    assert "may not be whole, so charts may be missing here: the clinic's paging loops" in page
    assert "3 records could not be read" in page


def test_queue_keeps_the_filter_from_page_to_page(fresh: Site) -> None:
    keep(fresh, {f"p{n}": plain(n) for n in range(100, 130)}, year=2024)
    with fresh.browser() as user:
        first = user.get("/queue?severity=review")
        (further,) = [link for link in links(first.text) if "page=2" in link]
        assert "5 flagged" not in text(first.text)
        assert "Page 2 of 2" in text(user.get(further).text)


def test_another_cycle_can_be_chosen(fresh: Site) -> None:
    later = keep(fresh, {"late": plain(9)}, year=2024)
    with fresh.browser() as user:
        assert "2024-01-01 to 2024-12-31" in text(user.get("/queue").text)
        assert "Drug given again" in user.get(f"/queue?cycle={later - 1}").text
        assert user.get("/queue?cycle=999").status_code == 404


def test_an_empty_service_says_what_to_do() -> None:
    with open_site() as site, site.browser() as user:
        assert "No cycle has been run yet" in user.get("/queue").text
        keep(site, {})
        assert "No flagged chart in this cycle" in user.get("/queue").text


def test_chart_says_why_it_is_flagged_before_anything_else(user: httpx.Client, site: Site) -> None:
    page = text(user.get(site.chart_path("critical")).text)
    order = (
        "Not clinically signed",
        "Why this chart is flagged",
        "it was given again on 2022-06-21",
        "the dose of 2022-06-21 not given",
        "An LVEF was due",
        "Inclusion:",
        "HER2 IHC 3+ on 2019-12-11",
        "Findings",
        "Giordano et al.",
        "Timeline",
        "Palliative line 2",
        "All facts",
        "What was seen of the record",
        "MedicationAdministration (seen in part)",
        "Observation.ndjson:7",
        "her2mbc-1",
    )
    place = 0
    for said in order:
        place = page.find(said, place)
        assert place >= 0, f"{said!r} does not come after what should stand before it"


def test_an_open_question_of_inclusion_is_a_reason_of_its_own(user: httpx.Client, site: Site) -> None:
    page = text(user.get(site.chart_path("undecided")).text)
    assert "Cannot be decided: HER2-positive metastatic breast cancer her2-not-found" in page
    assert "Sensitive:" in page


def test_source_is_shown_as_received_with_the_element_marked(user: httpx.Client, site: Site) -> None:
    chart = user.get(site.chart_path("critical")).text
    source = next(link for link in links(chart) if "/evidence/" in link).partition("#")[0]
    page = user.get(source).text
    assert "<mark>&#34;code&#34;: &#34;J70.2&#34;</mark>" in page
    assert "Condition.code.coding[0].code" in page
    assert page.count('id="element"') == 1


def test_every_fact_of_a_chart_leads_to_its_source_under_a_tag_that_holds(
    user: httpx.Client, site: Site
) -> None:
    chart = user.get(site.chart_path("undecided")).text
    facts = {link.partition("#")[0] for link in links(chart) if "/facts/" in link}
    assert len(facts) == 3  # a result, a diagnosis, a visit, of which a criterion cites the last alone
    for link in facts:
        source = user.get(link)
        assert source.status_code == 200 and "<mark>&#34;" in source.text
        assert "Sample clinic" in source.text and "Bundle.json" in source.text
    address, _, tag = min(facts).partition("?chart=")
    assert user.get(f"{address}?chart={'0' * len(tag)}").status_code == 409
    assert user.get(f"{address.rpartition('/')[0]}/999?chart={tag}").status_code == 404
    assert user.get(f"{site.chart_path('critical')}/facts/0?chart={tag}").status_code == 409


def test_a_chart_that_reads_otherwise_than_when_it_was_abstracted_says_so(site: Site) -> None:
    cycle, patient = site.charts["critical"]
    services = site.services
    with services.store.reading() as session:
        view = views.chart(session, patient, cycle_id=cycle)
    assert view is not None and not chart_facts(services, view).unlike
    other = replace(services, value_sets=replace(services.value_sets, concepts={}))
    assert chart_facts(other, view).unlike


def test_a_chart_of_which_a_stored_record_is_damaged_shows_no_facts_and_says_so(fresh: Site) -> None:
    with fresh.browser() as user:
        whole = user.get(fresh.chart_path("critical")).text
        fact = next(link for link in links(whole) if "/facts/" in link).partition("#")[0]
        change = sql("UPDATE raw_resource SET body = zeroblob(90) WHERE type = 'Encounter'")
        with fresh.services.store.writing() as session, door(session, Door.SEAL):
            assert session.connection().execute(change).rowcount >= 1
        page = user.get(fresh.chart_path("critical"))
        assert page.status_code == 200
        assert "one of them is damaged" in text(page.text) and "cannot be read" in text(page.text)
        assert "it was given again on 2022-06-21" in text(page.text)
        assert "/facts/" not in page.text
        assert user.get(fact).status_code == 404


def test_addresses_hold_numbers_of_ours_only(user: httpx.Client, site: Site) -> None:
    """No reference, name, date or code of a patient stands in a link; what varies is a number, the tag
    or the id of an edition."""
    ours = re.compile(
        r"(?:https?:)?#?[a-z0-9-]*|/(?:queue|signout|desk|audits|audit-trail|trail|accounts?|exports|static/[\w./-]+)?"
        r"|/guidelines(?:/[a-z0-9.-]+)?"
        r"|/clinics(?:/\d+(?:/doctor)?)?|/rounds/\d+"
        r"|/queue\?cycle=\d+(?:&severity=[a-z-]+)?(?:&page=\d+)?"
        r"|/cycles/\d+/charts/\d+(?:/(?:evidence/\d+\?abstract|facts/\d+\?chart)=[0-9a-f]{12}(?:#element)?)?"
    )
    for path in ("/queue", "/queue?severity=review", *(site.chart_path(name) for name in site.charts)):
        found = links(user.get(path).text)
        assert found and [link for link in found if not ours.fullmatch(link)] == []


@pytest.mark.parametrize(
    "path",
    [
        "/cycles/1/charts/999",
        "/cycles/999/charts/1",
        "/cycles/1/charts/1/evidence/9999?abstract={tag}",
        "/queue?cycle=999",
        "/nowhere",
    ],
)
def test_what_is_not_there_says_nothing_about_what_is(user: httpx.Client, path: str) -> None:
    tag = user.get("/api/v1/cycles/1/charts/1/evidence").json()["items"][0]["source"].rpartition("=")[2]
    answer = user.get(path.format(tag=tag))
    assert answer.status_code == 404
    assert "There is nothing here." in answer.text
    assert not [canary for canary in (*CANARIES, "told1", "THP") if canary in answer.text]


def test_a_chart_of_another_cycle_is_not_shown_in_this_one(fresh: Site) -> None:
    keep(fresh, {"late": plain(9)}, year=2024)
    (cycle, patient), (other, _) = fresh.charts["critical"], fresh.charts["late"]
    with fresh.browser() as user:
        assert user.get(f"/cycles/{cycle}/charts/{patient}").status_code == 200
        assert user.get(f"/cycles/{other}/charts/{patient}").status_code == 404


def test_text_of_a_clinic_cannot_become_a_page(fresh: Site) -> None:
    told = plain(9)
    order = next(
        resource for name, resource in told.resources.items() if name.startswith("MedicationRequest")
    )
    order["medicationCodeableConcept"]["text"] = (
        "</code><script>alert(1)</script><img src=x onerror=alert(1)>"
    )
    keep(fresh, {"hostile": told}, year=2024)
    with fresh.browser() as user:
        chart = user.get(fresh.chart_path("hostile")).text
        page = user.get(next(link for link in links(chart) if "/evidence/" in link)).text
    assert "<script>alert" not in page and "<img" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_opening_a_chart_and_a_source_stands_in_the_audit_trail(fresh: Site) -> None:
    with fresh.browser() as user:
        chart = user.get(fresh.chart_path("critical")).text
        user.get(next(link for link in links(chart) if "/evidence/" in link))
    with fresh.services.store.reading() as session:
        written = [entry.action for entry in trail.newest(session)]
    assert {"signed-in", "chart-opened", "source-opened"} <= {str(action) for action in written}
