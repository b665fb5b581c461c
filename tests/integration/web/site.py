"""A web service for a test: its own database, a real queue server, told charts, a socket on loopback."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from pydantic import SecretStr
from sqlmodel import Session

from abstractor.abstract import Abstract, LineRef
from abstractor.codes import ValueSets
from abstractor.dates import Period
from abstractor.fhir.records import Reading
from abstractor.guidelines import load_library, load_value_sets
from abstractor.jobs import embedded_server, open_queue
from abstractor.rules.library import Library
from abstractor.settings import Settings
from abstractor.store import abstracts, cohorts, raw, schema, work
from abstractor.store.database import open_store, sqlite_url
from abstractor.store.values import LineClinician, PulledChart, Quarantine, RawCopy, Repaired, Work, WorkKind
from abstractor.web.server import serving
from abstractor.workflow import Services, first_account
from tests.integration.keeping import SEALER
from tests.integration.web.told import Told

__all__ = ["NAME", "PASSWORD", "Clock", "Site", "open_site"]

NAME, PASSWORD = "admin", "correct horse battery staple"


@dataclass(slots=True)
class Clock:
    """A clock that a test moves on."""

    at: datetime = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass(slots=True)
class Site:
    """`charts` gives (cycle, patient) of each told chart by its name."""

    services: Services
    clock: Clock
    url: str
    charts: dict[str, tuple[int, int]] = field(default_factory=dict)

    def chart_path(self, name: str) -> str:
        cycle, patient = self.charts[name]
        return f"/cycles/{cycle}/charts/{patient}"

    @contextmanager
    def browser(self, *, signed_in: bool = True) -> Iterator[httpx.Client]:
        """A client that keeps cookies; it follows no redirect."""
        with httpx.Client(base_url=self.url, trust_env=False, timeout=60) as client:
            if signed_in:
                sign_in(client)
            yield client


def sign_in(client: httpx.Client, password: str = PASSWORD) -> httpx.Response:
    form = client.get("/signin")
    return client.post("/signin", data={"csrf": csrf_in(form.text), "name": NAME, "password": password})


def csrf_in(page: str) -> str:
    return page.partition('name="csrf" value="')[2].partition('"')[0]


@cache
def knowledge() -> Library:
    return load_library()


@cache
def meanings() -> ValueSets:
    return load_value_sets()


@contextmanager
def open_site(
    told: dict[str, Told] | None = None,
    *,
    behind_tls: bool = False,
    password: str | None = PASSWORD,
    **more: Any,
) -> Iterator[Site]:
    """`password` null: the first account is still to be made. `more` are settings."""
    with tempfile.TemporaryDirectory(prefix="abs") as folder, embedded_server(Path(folder)) as queue_url:
        settings = Settings(
            _env_file=None,
            data_dir=Path(folder),
            admin_password=SecretStr(password or ""),
            behind_tls=behind_tls,
            **{"port": 0, **more},
        )
        clock = Clock()
        store = open_store(sqlite_url(Path(folder) / "abstractor.db"), SEALER)
        schema.upgrade(store)
        services = Services(
            settings=settings,
            store=store,
            queue=open_queue(queue_url, retry_delays=(60,)),
            library=knowledge(),
            value_sets=meanings(),
            clock=clock,
        )
        if password is not None:
            first_account(services)
        with serving(services) as url:
            site = Site(services, clock, url)
            if told:
                keep(site, told)
            yield site
        services.close()


def keep(
    site: Site,
    told: dict[str, Told],
    *,
    year: int = 2022,
    clinic: str = "Sample clinic",
    at: str = "http://127.0.0.1:9/fhir",
) -> int:
    """A cycle with these charts, pulled and abstracted, through the store's own doors; its number."""
    services = site.services
    with services.store.writing() as session:
        asked = cohorts.register_clinic(session, clinic, at, group=None, now=site.clock())
        cycle = cohorts.open_cycle(
            session,
            asked.id,
            period=Period(date(year, 1, 1), date(year, 12, 31)),
            as_of=date(year + 1, 1, 31),
            timezone="America/New_York",
            definition="A",
            cohort="her2-mbc",
            gap_days=180,
            program="0.1.0",
            editions=(),
            value_sets="sha256:00",
            line_policy="her2mbc-1",
            now=site.clock(),
        )
        for name, chart in told.items():
            references = [f"Patient/{chart.patient}"]
            (patient,) = cohorts.add_patients(session, asked.id, references, now=site.clock())
            site.charts[name] = (cycle.id, patient)
        patients = [site.charts[name][1] for name in told]
        work.add_work(session, WorkKind.PULL, cycle_id=cycle.id, patient_ids=patients, now=site.clock())
    for name, chart in told.items():
        _keep_chart(site, name, chart)
    return cycle.id


def claimed(session: Session, now: datetime) -> tuple[Work, ...]:
    """All work that waits, leased."""
    ids = [number for batch in work.ready(session, now=now, size=500) for number in batch.work_ids]
    return work.claim(session, ids, owner="test", until=now + timedelta(minutes=5))


def _stamped(site: Site, told: Abstract, pulled: PulledChart) -> Abstract:
    """With the digest of what is read of the chart, as the engine would have stamped it."""
    zone = ZoneInfo(told.period.timezone)
    chart, _, _ = site.services.read_chart(pulled, told.patient, Reading(site.services.value_sets, zone, {}))
    return replace(told, stamps=replace(told.stamps, chart=chart.digest))


def _keep_chart(site: Site, name: str, chart: Told) -> None:
    cycle, patient = site.charts[name]
    assert chart.abstract is not None
    with site.services.store.writing() as session:
        for piece in claimed(session, site.clock()):
            work.finish(session, piece, now=site.clock())
        raw.keep_pull(
            session,
            cycle_id=cycle,
            patient_id=patient,
            copies=[RawCopy(body, "Bundle.json") for body in chart.bodies],
            answers=chart.abstract.completeness,
            foreign=0,
            now=site.clock(),
        )
        pulled = raw.pulled_chart(session, cycle, patient)
        assert pulled is not None
        abstracts.append(
            session,
            _stamped(site, chart.abstract, pulled),
            cycle_id=cycle,
            patient_id=patient,
            pull_id=pulled.pull_id,
            input_digest=pulled.digest,
            clinicians=[
                LineClinician(LineRef(one.setting, one.number), "Practitioner/pr1", None)
                for one in chart.abstract.lines
            ],
            quarantined=[
                Quarantine(
                    "Observation",
                    "Observation.ndjson:7",
                    "Observation.effectiveDateTime",
                    "an impossible date",
                )
            ],
            repaired=[Repaired("Observation", "zone-assumed", 3)],
            now=site.clock(),
        )
