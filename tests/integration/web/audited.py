"""A site with the people of an audit: a lead, two auditors and an adjudicator, each signed in by name."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from abstractor.workflow import Account, Role, create_account
from abstractor.workflow.auditing.audits import (
    audits,
    close_audit,
    define_audit,
    open_audit,
    readers_of,
    set_reader,
)
from abstractor.workflow.auditing.design import Charts, Design, Hidden, design_from_json
from abstractor.workflow.auditing.sight import BLIND
from abstractor.workflow.auditing.values import AuditPurpose
from tests.integration.web.charts import critical, discordant, undecided
from tests.integration.web.site import PASSWORD, Site, csrf_in, open_site
from tests.integration.web.told import Told

__all__ = [
    "PEOPLE",
    "answer",
    "answer_all",
    "begin_audit",
    "claimed_by",
    "items_in",
    "open_audited",
    "post",
    "signed_in",
    "step_in",
]

PEOPLE = {
    "lead": (Role.QI_LEAD,),
    "anna": (Role.AUDITOR,),
    "ben": (Role.AUDITOR,),
    "cora": (Role.ADJUDICATOR,),
    "vera": (Role.VIEWER,),
}


@contextmanager
def open_audited(told: dict[str, Told] | None = None) -> Iterator[tuple[Site, dict[str, Account]]]:
    """Flagged charts, three where none are told, and nobody's audit yet."""
    three = {"critical": critical(1), "discordant": discordant(2), "undecided": undecided(3)}
    with open_site(told or three) as site:
        people = {
            name: create_account(site.services, name, PASSWORD, roles=roles, sites=None, now=site.clock())
            for name, roles in PEOPLE.items()
        }
        yield site, people


def begin_audit(
    site: Site,
    people: dict[str, Account],
    *,
    hides: tuple[Hidden, ...] = (Hidden.OTHER,),
    readers: int = 2,
    title: str = "Spring audit",
    seed: int = 7,
    lease_minutes: int = 480,
    reviewers: tuple[str, ...] = ("anna", "ben"),
    equal_shares: bool = False,
    cycle: int = 1,
) -> int:
    """Defined, given its readers and opened; its number. Open ones that keep charts from these reviewers, of
    tests before, are closed.
    """
    services, lead, now = site.services, people["lead"], site.clock()
    for other in audits(services):
        reads = {one.name for one in readers_of(services, other.id)}.intersection(reviewers)
        if other.state == "open" and BLIND.intersection(design_from_json(other.design).hides) and reads:
            close_audit(services, other.id, lead=lead, now=now)
    audit = define_audit(
        services,
        cycle,
        title=title,
        design=Design(
            charts=Charts.FLAGGED,
            seed=seed,
            readers=readers,
            hides=hides,
            lease_minutes=lease_minutes,
            equal_shares=equal_shares,
        ),
        purpose=AuditPurpose.LIVE,
        due_on=None,
        lead=lead,
        now=now,
    )
    for name, account in people.items():
        reviews, adjudicates = name in reviewers, name == "cora"
        if reviews or adjudicates:
            set_reader(
                services, audit.id, account.id, reviews=reviews, adjudicates=adjudicates, lead=lead, now=now
            )
    return open_audit(services, audit.id, lead=lead, now=now).id


@contextmanager
def signed_in(site: Site, name: str) -> Iterator[httpx.Client]:
    with site.browser(signed_in=False) as client:
        form = client.get("/signin")
        client.post("/signin", data={"csrf": csrf_in(form.text), "name": name, "password": PASSWORD})
        client.headers["X-Test-Csrf"] = csrf_in(client.get("/account").text)
        yield client


def post(client: httpx.Client, path: str, **fields: object) -> httpx.Response:
    """As a form of ours sends it, followed to the page that comes next."""
    return client.post(path, data={"csrf": client.headers["X-Test-Csrf"], **fields}, follow_redirects=True)


def claimed_by(client: httpx.Client, audit_id: int) -> int:
    """The number of the seat that this reader claims next."""
    response = client.post(f"/audits/{audit_id}/claim", data={"csrf": client.headers["X-Test-Csrf"]})
    return int(response.headers["location"].rpartition("/")[2])


def items_in(page: str) -> list[str]:
    """The keys of the cards, in their order."""
    return [
        html.unescape(each)
        for each in re.findall(r'name="item" value="([^"]+)"', page)
        if "missed" not in each
    ]


def step_in(page: str) -> int:
    return int(page.partition('data-step="')[2].partition('"')[0])


def answer(client: httpx.Client, seat: str, item: str, expected: int, **fields: object) -> httpx.Response:
    fields = {"verb": "agree"} | fields
    return post(client, f"{seat}/answer", item=item, expected=expected, **fields)


def answer_all(client: httpx.Client, seat: str, **others: dict[str, object]) -> str:
    """Agree with everything but with what is said otherwise of a kind; the page after."""
    page = client.get(seat).text
    for item in items_in(page):
        said = others.get(item.partition(":")[0], {})
        response = answer(client, seat, item, step_in(page), **said)
        assert response.status_code == 200, re.findall(r'problem-here"[^>]*>([^<]+)', response.text)
        page = response.text
    return page
