"""A service with a cycle, a round and an open audit, and an account that may do everything, everywhere."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from fastapi import FastAPI
from schemathesis.python.asgi import ASGIClient, get_client

from abstractor.guidelines.book import Book, open_book
from abstractor.store import accounts, runs, service_tokens, sign_ins
from abstractor.store.connection_values import PullKind, PullWay
from abstractor.store.values import Account, Role
from abstractor.web.app import create_app
from abstractor.web.security import csrf_of
from abstractor.workflow import Services
from abstractor.workflow.auditing.audits import define_audit, open_audit, set_reader
from abstractor.workflow.auditing.design import Charts, Design, Hidden
from abstractor.workflow.auditing.seats import claim_next
from abstractor.workflow.auditing.values import AuditPurpose
from tests.integration.web.charts import critical, discordant, undecided
from tests.integration.web.site import Site, knowledge, open_site

__all__ = ["World", "app_of", "audit_in", "world"]


@dataclass(frozen=True, slots=True)
class World:
    """`named` gives a number that is there for each parameter of an address."""

    site: Site
    app: FastAPI
    account: Account
    named: Mapping[str, int]

    def cookie(self) -> dict[str, str]:
        """As if the account had signed in."""
        with self.site.services.store.writing() as session:
            token = sign_ins.begin_session(session, self.account.id, now=self.site.clock())
        return {"Cookie": f"abstractor_session={token}", "X-CSRF-Token": csrf_of(token)}

    def bearer(self) -> dict[str, str]:
        with self.site.services.store.writing() as session:
            life, now = timedelta(days=1), self.site.clock()
            token = service_tokens.make_token(session, self.account.id, life=life, now=now)[1]
        return {"Authorization": f"Bearer {token}"}

    @contextmanager
    def asking(self, way: str) -> Iterator[ASGIClient]:
        """In this process; `way` is cookie or bearer."""
        with get_client(self.app) as client:
            client.headers.update(self.cookie() if way == "cookie" else self.bearer())
            yield client


def app_of(services: Services) -> FastAPI:
    """With the book of the guidelines as its first page would open it: that takes seconds."""
    app = create_app(services)
    app.state.book = _book(services.clock().date())
    return app


@cache
def _book(on: date) -> Book:
    return open_book(knowledge(), on=on, site=None)


@contextmanager
def world() -> Iterator[World]:
    told = {"critical": critical(1), "discordant": discordant(2), "undecided": undecided(3)}
    with open_site(told) as site:
        services, now = site.services, site.clock()
        with services.store.writing() as session:
            everybody, other = (
                accounts.create(session, name, None, roles=Role, sites=None, now=now)
                for name in ("everybody", "other")
            )
            run_id = runs.open_run(session, 1, kind=PullKind.FULL, way=PullWay.SEARCH, now=now)
        audit_id = audit_in(site, (everybody, other))
        seat = claim_next(services, audit_id, everybody, now)
        assert seat is not None
        cycle_id, patient_id = site.charts["critical"]
        named = {"clinic_id": 1, "cycle_id": cycle_id, "cycle": cycle_id, "run_id": run_id}
        named |= {"patient_id": patient_id, "audit_id": audit_id, "seat_id": seat.id, "number": 0}
        yield World(site, create_app(services), everybody, named)


def audit_in(
    site: Site,
    reviewers: tuple[Account, ...],
    *,
    adjudicator: Account | None = None,
    title: str = "Audit",
    hides: tuple[Hidden, ...] = (Hidden.OTHER,),
) -> int:
    """An open audit of all flagged charts of the first cycle, each read by two; its number."""
    services, now, lead = site.services, site.clock(), reviewers[0]
    made = define_audit(
        services,
        1,
        title=title,
        design=Design(Charts.FLAGGED, seed=1, readers=2, hides=hides),
        purpose=AuditPurpose.LIVE,
        due_on=None,
        lead=lead,
        now=now,
    )
    for reader in reviewers:
        set_reader(services, made.id, reader.id, reviews=True, adjudicates=False, lead=lead, now=now)
    if adjudicator is not None:
        set_reader(services, made.id, adjudicator.id, reviews=False, adjudicates=True, lead=lead, now=now)
    return open_audit(services, made.id, lead=lead, now=now).id
