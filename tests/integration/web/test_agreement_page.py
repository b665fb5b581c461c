"""The page of agreement, its JSON and its command, of charts of several items: which interval it is."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from typer.testing import CliRunner

from abstractor import workflow
from abstractor.cli.audit import audit as audit_command
from abstractor.workflow import Role, create_account
from tests.integration.read_audits import ITEMS, read_by_all
from tests.integration.seated import seated
from tests.integration.web.site import PASSWORD, Site, csrf_in, open_site

CHARTS = 12


@pytest.fixture(scope="module")
def read() -> Iterator[tuple[Site, int]]:
    """An audit of twelve charts, each read by two of three."""
    with open_site({}) as site:
        create_account(site.services, "lead", PASSWORD, roles=(Role.QI_LEAD,), sites=None, now=site.clock())
        with site.services.store.writing() as session:
            audit = seated(session, [2] * CHARTS, reviewers=("ann", "ben", "cat"))
            read_by_all(session, audit)
        yield site, audit.audit_id


@contextmanager
def lead_of(site: Site) -> Iterator[httpx.Client]:
    with site.browser(signed_in=False) as client:
        form = client.get("/signin")
        client.post("/signin", data={"csrf": csrf_in(form.text), "name": "lead", "password": PASSWORD})
        yield client


def test_the_page_says_which_intervals_it_shows(read: tuple[Site, int]) -> None:
    site, audit = read
    with lead_of(site) as lead:
        page = lead.get(f"/audits/{audit}/agreement").text
    assert "Intervals take the chart for the unit" in page
    assert "Intervals take items for independent" not in page
    assert page.count("<details") == 3
    assert "By rule and site: does the finding say" in page
    assert page.count("Site not known") > 2  # no chart of this audit has a site
    assert "95 % intervals if every item were independent" in page
    assert "design effect" in page


def test_json_has_both_intervals_and_says_which(read: tuple[Site, int]) -> None:
    site, audit = read
    with lead_of(site) as lead:
        told = lead.get(f"/api/v1/audits/{audit}/agreement").json()
    assert "takes the chart for the unit" in told["intervals"]
    raw = told["overall"]["statistics"]["raw"]
    assert (raw["charts"], raw["items"]) == (CHARTS, len(ITEMS) * CHARTS)
    assert (raw["interval"]["method"], raw["independent"]["method"]) == ("charts-wilson", "wilson")
    kappa = told["overall"]["statistics"]["kappa"]
    assert kappa["interval"]["method"] == "charts-linearised-t" and kappa["design_effect"] > 0
    assert told["overall"]["statistics"]["alpha"]["interval"]["method"] == "charts-jackknife-t"
    assert told["program"][0]["ppv"]["interval"]["method"] == "charts-wilson"
    assert told["drift"][0]["raw"]["items"] == len(ITEMS) * CHARTS


def test_the_command_says_the_same(read: tuple[Site, int], monkeypatch: pytest.MonkeyPatch) -> None:
    site, audit = read
    monkeypatch.setattr(workflow, "open_services", lambda _: site.services)
    monkeypatch.setattr(type(site.services), "close", lambda _: None)
    done = CliRunner().invoke(audit_command, ["agreement", str(audit), "--json"])
    told = json.loads(done.stdout)
    raw = told["overall"]["raw"]
    assert "takes the chart for the unit" in told["intervals"]
    assert (raw["method"], raw["charts"], raw["items"]) == ("charts-wilson", CHARTS, len(ITEMS) * CHARTS)
    assert raw["interval"][0] < raw["value"] < raw["interval"][1]
    assert raw["independent"][0] < raw["value"] < raw["independent"][1]
    shown = CliRunner().invoke(audit_command, ["agreement", str(audit)])
    assert "intervals take the chart for the unit" in shown.stderr
    assert {one["site"] for one in told["sites"]} == {None}
    assert {one["finding"] for one in told["sites"]} == {one["finding"] for one in told["program"]}
    assert "not known" in shown.stdout
