"""Calibration on the web: set up by the lead, read first by whom it holds back, told who leads."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from abstractor.workflow import Account, Role, create_account
from abstractor.workflow.auditing.audits import define_audit, open_audit, set_reader
from abstractor.workflow.auditing.design import Charts, Design
from abstractor.workflow.auditing.values import AuditPurpose
from tests.integration.web.audited import post
from tests.integration.web.charts import critical
from tests.integration.web.site import PASSWORD, Site, csrf_in, open_site

V1 = "/api/v1"
NOT_SET_UP = "your calibration at the start is not set up"


@pytest.fixture(scope="module")
def calibrated() -> Iterator[tuple[Site, int]]:
    """A site whose people are of its one clinic, and an open audit with one training chart a stage."""
    with open_site({"critical": critical(1)}) as site:
        services, now = site.services, site.clock()
        people = {
            name: create_account(services, name, PASSWORD, roles=[role], sites=[1], now=now)
            for name, role in (
                ("lead", Role.QI_LEAD),
                ("anna", Role.AUDITOR),
                ("ben", Role.AUDITOR),
                ("cora", Role.ADJUDICATOR),
            )
        }
        yield site, _opened(site, people)


def _opened(site: Site, people: dict[str, Account]) -> int:
    services, lead, now = site.services, people["lead"], site.clock()
    design = Design(Charts.FLAGGED, seed=7, readers=2, rules=("sequencing",), calibration=1)
    audit = define_audit(
        services,
        1,
        title="Calibrated",
        design=design,
        purpose=AuditPurpose.LIVE,
        due_on=None,
        lead=lead,
        now=now,
    )
    for name in ("anna", "ben"):
        who = people[name].id
        set_reader(services, audit.id, who, reviews=True, adjudicates=False, lead=lead, now=now)
    who = people["cora"].id
    set_reader(services, audit.id, who, reviews=False, adjudicates=True, lead=lead, now=now)
    return open_audit(services, audit.id, lead=lead, now=now).id


@contextmanager
def signed_in(site: Site, name: str) -> Iterator[httpx.Client]:
    """By a page that opens no guideline: that takes seconds where it is the first."""
    with site.browser(signed_in=False) as client:
        form = client.get("/signin")
        client.post("/signin", data={"csrf": csrf_in(form.text), "name": name, "password": PASSWORD})
        client.headers["X-Test-Csrf"] = csrf_in(client.get("/audits").text)
        yield client


def sign_off(site: Site, client: httpx.Client, seat: str) -> None:
    """Every question answered that it cannot be told."""
    page = client.get(f"{V1}{seat}/review").json()
    token, step = {"X-CSRF-Token": client.headers["X-Test-Csrf"]}, page["expected"]
    for item in page["items"]:
        said = {"item": item["item"]["key"], "said": "own", "right": item["item"]["choices"][0]}
        step = client.post(f"{V1}{seat}/answers", json=said | {"expected": step}, headers=token).json()[
            "step"
        ]
    locked = client.post(f"{V1}{seat}/lock", json={"expected": step}, headers=token)
    assert locked.status_code == 200, locked.text


def test_a_calibration_from_its_button_to_the_first_live_chart(calibrated: tuple[Site, int]) -> None:
    site, audit = calibrated
    with signed_in(site, "lead") as lead, signed_in(site, "anna") as anna, signed_in(site, "cora") as cora:
        page = lead.get(f"/audits/{audit}").text
        assert page.count(">not set up<") == 6
        assert page.count("held back") == 2
        assert NOT_SET_UP in anna.get("/desk").text
        assert post(anna, f"/audits/{audit}/claim").status_code == 409
        assert "not set up" not in cora.get("/desk").text
        assert "Nothing is free" in post(cora, f"/audits/{audit}/claim").text

        assert post(anna, f"/audits/{audit}/calibration").status_code == 403
        for _ in range(2):
            page = post(lead, f"/audits/{audit}/calibration").text
        assert "The calibration is set up" in page
        assert page.count("0 of 1 read") == 6
        assert "Set up the calibration" not in page

        desk = anna.get("/desk").text
        assert (
            "Before the next chart of this audit you read 1 training chart, whose answers are known" in desk
        )
        titles = [desk.index(f"{title}</a>") for title in ("Calibrated", "1, start", "1, middle", "1, end")]
        assert titles == sorted(titles)
        opened = [post(anna, f"/audits/{audit}/claim") for _ in range(2)]
        assert "First a training chart" in opened[0].text
        assert opened[0].url.path == opened[1].url.path, "the one that is begun comes first"
        assert anna.get("/queue").status_code == 200, "pages show no training charts: they stay open"
        sign_off(site, anna, opened[0].url.path)
        assert "Before the next chart" not in anna.get(f"/audits/{audit}").text
        live = post(anna, f"/audits/{audit}/claim").text
        assert ">training<" not in live

        page = lead.get(f"/audits/{audit}").text
        assert page.count("1 of 1 read") == 1
        assert page.count("held back") == 2, "anna has half of her share in hand: the middle is due"
        assert "Item by item" in page
        asked = lead.get(f"{V1}/audits/{audit}/calibration").json()
        held = {one["reader"]: one["due"] and one["due"]["stage"] for one in asked["readers"]}
        assert held == {"anna": "middle", "ben": "start"}
        (told,) = (one for one in asked["stages"] if one["read"])
        assert 0 <= told["overall"]["value"] <= 1
        assert (told["overall"]["charts"], told["overall"]["interval"]) == (1, {"why": "few-charts"})
        token = {"X-CSRF-Token": lead.headers["X-Test-Csrf"]}
        assert lead.post(f"{V1}/audits/{audit}/calibration", headers=token).json() == {"made": 0}
        assert lead.get("/audits").status_code == 200
        assert anna.get("/audits").status_code == 200
