"""Charts in every table that can hold one, each with a name that must be nowhere once it is purged."""

from collections.abc import Sequence

from alembic import command
from sqlalchemy import text
from sqlmodel import Session, col, select

from abstractor.abstract import LineRef
from abstractor.chart import Completeness, Seen
from abstractor.store import abstracts, ledger, live, raw, schema, trail
from abstractor.store.connection_tables import BulkSeenRow
from abstractor.store.connection_values import LedgerEntry
from abstractor.store.database import Store
from abstractor.store.date_keys import date_key
from abstractor.store.tables import AbstractRow, PatientRow, RawRow
from abstractor.store.values import Action, LineClinician, Quarantine, RawCopy, Repaired
from tests.integration.keeping import NOW, abstract_of, copy_of
from tests.integration.kept_audits import keep_audited

__all__ = [
    "CHART",
    "DOCTOR",
    "MANY",
    "bodies_of",
    "canary",
    "charts_of",
    "count",
    "keep_chart",
    "keep_unsealed",
    "seen_in_bulk",
]

DOCTOR = copy_of("Practitioner", "shared-doctor")
CHART = 20  # resources
MANY = [copy_of("Observation", f"o{number}", note="x" * 200) for number in range(3000)]


def canary(patient: int) -> str:
    return f"canary{patient}x"


def keep_chart(store: Store, cycle_id: int, patient: int) -> None:
    """A chart in every table that can hold one; its name stands wherever the clinic's words may stand."""
    name = canary(patient)
    copies = [copy_of("Condition", f"{name}-{number}", note=name * 30) for number in range(40)]
    copies += [copy_of("Patient", name), DOCTOR]
    with store.writing() as session:
        date_key(session)
        pull_id = raw.keep_pull(
            session,
            cycle_id=cycle_id,
            patient_id=patient,
            copies=copies,
            answers=[Completeness("Condition", Seen.PARTIAL, 1, "http-403")],
            foreign=0,
            now=NOW,
        )
        ledger.append(session, pull_id, [LedgerEntry("Condition", None, None, "answered", 1)])
        live.note(session, patient, copies, now=NOW)
        live.mark(session, patient, ["Condition"], through=NOW)
        abstracts.append(
            session,
            abstract_of(f"Patient/{name}"),
            cycle_id=cycle_id,
            patient_id=patient,
            pull_id=pull_id,
            input_digest=f"sha256:{cycle_id}",
            clinicians=[LineClinician(LineRef("palliative", 1), f"Practitioner/{name}", None)],
            quarantined=[Quarantine("Condition", f"Condition/{name}-1", "Condition.code", "no code")],
            repaired=[Repaired("Condition", "zone-assumed", 1)],
            now=NOW,
        )
        trail.record(
            session,
            action=Action.SOURCE_OPENED,
            account_id=None,
            patient_id=patient,
            cycle_id=cycle_id,
            resource=f"Condition/{name}-1",
            version="1",
            now=NOW,
        )
        keep_audited(session, cycle_id, patient, words=name)
        session.connection().execute(
            text("UPDATE work SET state = 'done' WHERE patient_id = :patient"), {"patient": patient}
        )


def count(store: Store, table: str) -> int:
    with store.reading() as session:
        return int(session.connection().scalar(text(f"SELECT count(*) FROM {table}")) or 0)  # noqa: S608 - our tables


def seen_in_bulk(session: Session, run_id: int, *, patient_id: int | None) -> None:
    """A resource that an export of that run brought, and nothing else has yet."""
    name = f"{canary(patient_id or 9)}-bulk"
    (number,) = raw.keep(session, 1, [copy_of("Procedure", name)], now=NOW)
    row = BulkSeenRow(run_id=run_id, resource_id=number, patient_id=patient_id, type="Procedure")
    session.add(row)
    session.flush()


def keep_unsealed(store: Store, copies: Sequence[RawCopy]) -> None:
    """An empty database at the revision before sealing, with resources as they were kept then."""
    then = {"now": "2023-01-01 00:00:00"}
    clinic = (
        "INSERT INTO clinic (id, name, base_url, fhir_group, registered_at) VALUES (1, 'a', 'b', '', :now)"
    )
    resource = (
        "INSERT INTO raw_resource (clinic_id, type, fhir_id, version, sha256, body, origin, received_at) "
        "VALUES (1, 'Observation', :id, '1', :sha256, :body, 'somewhere', :now)"
    )
    with store.engine.begin() as connection:
        command.upgrade(schema._config(connection), "0002")
    with store.engine.begin() as connection:
        connection.execute(text(clinic), then)
        connection.execute(
            text(resource),
            [
                {"id": f"o{number}", "sha256": raw.digest_of(copy.body), "body": copy.body, **then}
                for number, copy in enumerate(copies)
            ],
        )


def bodies_of(store: Store) -> list[bytes]:
    with store.reading() as session:
        return [raw.body_of(session, row) for row in session.exec(select(RawRow).order_by(col(RawRow.id)))]


def charts_of(store: Store) -> int:
    """How many charts are kept; each of them is whole, its bytes too."""
    with store.reading() as session:
        if store.engine.dialect.name == "sqlite":
            assert session.connection().scalar(text("PRAGMA integrity_check")) == "ok"
        patients = session.exec(select(PatientRow.id)).all()
        for patient in patients:
            assert patient is not None
            pulled = raw.pulled_chart(session, 1, patient)
            assert pulled is not None
            assert len(pulled.copies) == CHART
            assert len(live.live_of(session, patient)) == CHART
            assert live.marks(session, patient) == {"Condition": NOW}
        bodies = session.exec(select(AbstractRow.body)).all()
        assert len(bodies) == len(patients)
        assert all(abstracts.read(body) for body in bodies)
        assert session.connection().scalar(text("SELECT count(*) FROM raw_resource")) == CHART * len(patients)
    return len(patients)
