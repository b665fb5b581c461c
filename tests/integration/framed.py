"""A finished cycle of abstracted charts, told in a line each: what audits draw from."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import text
from sqlmodel import Session

from abstractor.abstract import LineRef, Severity, Verdict
from abstractor.jobs import open_queue
from abstractor.settings import Settings
from abstractor.store import abstracts, accounts, cohorts, raw
from abstractor.store.database import Store
from abstractor.store.values import Account, LineClinician, Role
from abstractor.workflow import Services
from tests.integration.keeping import NOW, abstract_of, cycle_of
from tests.integration.web.site import knowledge, meanings

__all__ = ["Told", "abstracted", "account", "finish", "framed", "services_on"]


@dataclass(frozen=True, slots=True)
class Told:
    """A chart by its latest abstract; `verdict` null: it was pulled and could not be abstracted."""

    verdict: Verdict | None = Verdict.INCLUDED
    worst: Severity | None = None
    site: str | None = None
    clinician: str | None = None


def services_on(store: Store, folder: Path) -> Services:
    """Without a queue: nothing of an audit needs one."""
    url = SecretStr(store.engine.url.render_as_string(hide_password=False))
    return Services(
        settings=Settings(_env_file=None, data_dir=folder, database_url=url),
        store=store,
        queue=open_queue("redis://127.0.0.1:1", retry_delays=()),
        library=knowledge(),
        value_sets=meanings(),
        clock=lambda: NOW,
    )


def framed(store: Store, told: Sequence[Told]) -> int:
    """A cycle of these charts, numbered from 1 on in a new database; its number."""
    references = [f"Patient/p{number:04}" for number in range(1, len(told) + 1)]
    with store.writing() as session:
        cycle = cycle_of(session, references)
        numbers = cohorts.patient_numbers(session, cycle.clinic_id, references)
        for reference, chart in zip(references, told, strict=True):
            if chart.verdict is not None:
                abstracted(session, cycle.id, numbers[reference], chart)
        finish(session, cycle.id)
    return cycle.id


def abstracted(session: Session, cycle_id: int, patient_id: int, told: Told, *, again: int = 0) -> None:
    """Its abstract, or another one on another input; the clinicians are those of two palliative lines."""
    held = raw.pulled_chart(session, cycle_id, patient_id)
    pull_id = (
        raw.keep_pull(
            session,
            cycle_id=cycle_id,
            patient_id=patient_id,
            copies=[],
            answers=[],
            foreign=0,
            now=NOW,
        )
        if held is None
        else held.pull_id
    )
    flags = [] if told.worst is None else [("sequencing", told.worst)]
    abstracts.append(
        session,
        abstract_of(
            f"Patient/p{patient_id:04}",
            verdict=told.verdict or Verdict.INCLUDED,
            flags=flags,
            flagged=bool(flags),
        ),
        cycle_id=cycle_id,
        patient_id=patient_id,
        pull_id=pull_id,
        input_digest=f"sha256:{patient_id}-{again}",
        clinicians=[
            LineClinician(LineRef("palliative", 1), "Practitioner/first", "Organization/first"),
            LineClinician(LineRef("palliative", 2), told.clinician, told.site),
            LineClinician(LineRef("curative", 3), "Practitioner/early", "Organization/early"),
        ],
        quarantined=[],
        now=NOW,
    )


def finish(session: Session, cycle_id: int) -> None:
    session.connection().execute(
        text("UPDATE work SET state = 'done' WHERE cycle_id = :cycle"), {"cycle": cycle_id}
    )


def account(store: Store, name: str, *roles: Role, sites: Sequence[int] | None = None) -> Account:
    with store.writing() as session:
        return accounts.create(session, name, None, roles=roles, sites=sites, now=NOW)
