"""A service with two clinics, each with a cycle, a round, a chart and an open audit; accounts as wanted."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from fastapi import FastAPI
from sqlmodel import select

from abstractor.store import accounts, runs, service_tokens, sign_ins
from abstractor.store.auditing.tables import SeatRow
from abstractor.store.connection_values import PullKind, PullWay
from abstractor.store.tables import CycleRow
from abstractor.store.values import Account, Role
from abstractor.web.app import create_app
from abstractor.workflow.auditing.audits import define_audit, open_audit, set_reader
from abstractor.workflow.auditing.design import Charts, Design
from abstractor.workflow.auditing.values import AuditPurpose
from tests.integration.web.charts import critical
from tests.integration.web.site import Site, keep, open_site

__all__ = ["NORTH", "SOUTH", "TwoClinics", "two_clinics"]

NORTH, SOUTH = "North Hospital", "South Hospital"
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class TwoClinics:
    """`named` gives the number of each parameter of an address, by clinic."""

    site: Site
    app: FastAPI
    named: Mapping[str, Mapping[str, int]]

    def clinic(self, name: str) -> int:
        return self.named[name]["clinic_id"]

    def account(self, roles: frozenset[Role], sites: frozenset[int] | None) -> Account:
        with self.site.services.store.writing() as session:
            name, now = f"account {next(_numbers)}", self.site.clock()
            return accounts.create(session, name, None, roles=roles, sites=sites, now=now)

    def session(self, account: Account) -> str:
        """As if it had signed in."""
        with self.site.services.store.writing() as session:
            return sign_ins.begin_session(session, account.id, now=self.site.clock())

    def token(self, account: Account) -> str:
        with self.site.services.store.writing() as session:
            life, now = timedelta(days=1), self.site.clock()
            return service_tokens.make_token(session, account.id, life=life, now=now)[1]


@contextmanager
def two_clinics() -> Iterator[TwoClinics]:
    with open_site() as site:
        named = {name: _clinic(site, name, year) for name, year in ((NORTH, 2022), (SOUTH, 2023))}
        yield TwoClinics(site, create_app(site.services), named)


def _clinic(site: Site, name: str, year: int) -> dict[str, int]:
    cycle_id = keep(site, {name: critical(year)}, year=year, clinic=name)
    _, patient_id = site.charts[name]
    services, now = site.services, site.clock()
    with services.store.writing() as session:
        clinic_id = session.get_one(CycleRow, cycle_id).clinic_id
        run_id = runs.open_run(session, clinic_id, kind=PullKind.FULL, way=PullWay.SEARCH, now=now)
        lead = accounts.create(session, f"lead of {name}", None, roles=Role, sites=None, now=now)
    design = Design(Charts.FLAGGED, seed=1)
    made = define_audit(
        services,
        cycle_id,
        title=f"Audit of {name}",
        design=design,
        purpose=AuditPurpose.LIVE,
        due_on=None,
        lead=lead,
        now=now,
    )
    set_reader(services, made.id, lead.id, reviews=True, adjudicates=False, lead=lead, now=now)
    open_audit(services, made.id, lead=lead, now=now)
    with services.store.reading() as session:
        seat_id = session.exec(select(SeatRow.id).where(SeatRow.audit_id == made.id)).first()
    return {
        "clinic_id": clinic_id,
        "cycle_id": cycle_id,
        "cycle": cycle_id,
        "run_id": run_id,
        "patient_id": patient_id,
        "audit_id": made.id,
        "seat_id": int(seat_id or 0),
    }
