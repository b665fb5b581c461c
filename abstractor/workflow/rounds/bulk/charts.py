"""The charts of an exported round: from the lines that are kept, one patient at a time, as a search keeps
them.

What an export cannot tell is asked for by search: types that the clinic leaves out of bulk, the whole history
of a patient of whom not all was known before an export of changes, and a patient whom the clinic leaves out.
"""

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from abstractor.chart import Completeness
from abstractor.errors import StoreError
from abstractor.fhir.about import about
from abstractor.fhir.bulk.asked import NOT_IN_BULK, ExportAsked, asked_in
from abstractor.fhir.bulk.deletions import deleted_in
from abstractor.fhir.bulk.exported import Exported, PatientLines, chart_of
from abstractor.fhir.bulk.exporter import Exporter
from abstractor.fhir.bulk.manifest import ManifestSaid
from abstractor.fhir.endpoint import Connection, Pulled, Unpulled
from abstractor.fhir.held import Wanted
from abstractor.fhir.ledger import LOSSES, NOTICE, Complaint, LedgerRow, Said
from abstractor.fhir.medications import ORDERS
from abstractor.fhir.types import TYPES_READ
from abstractor.store import bulk_jobs, bulk_seen, known, ledger, live, work
from abstractor.store.bulk_seen import Stored
from abstractor.store.connection_values import BulkFile, FileKind, LedgerEntry, Live, PullKind, PullRun
from abstractor.store.pulling import keep_chart
from abstractor.store.values import RawCopy, Work, WorkKind
from abstractor.workflow.rounds.attempts import attempt
from abstractor.workflow.rounds.bulk.asking import FULL_EVERY, of_everything
from abstractor.workflow.rounds.bulk.loading import LOST, OF_WHOM
from abstractor.workflow.services import Services

__all__ = ["keep_exported"]


def keep_exported(
    services: Services, run: PullRun, connection: Connection, pieces: Sequence[Work]
) -> list[Work]:
    """Keep the chart of each; those that are left are to be pulled by search."""
    exporter = connection.exporter()
    export = _export_of(services, run, exporter)
    told = _told(services, run, export, pieces)
    searched = _searched(connection, export, told)
    for piece in told:
        act = partial(_keep, services, run, exporter, export, piece, searched.get(piece.patient))
        attempt(services, piece, act)
    return [piece for piece in pieces if piece not in told]


@dataclass(frozen=True, slots=True)
class _Export:
    """`apart`: types that the clinic leaves out of bulk, or of which a line names no patient: a search must
    tell. `owners`: whose what changed is now, by name; of an export of everything it need not be known.
    `read`: something of its files came.
    """

    told: Exported
    through: datetime
    deleted: Mapping[str, frozenset[str]]
    apart: tuple[str, ...]
    owners: Mapping[str, int]
    read: bool


def _searched(
    connection: Connection, export: _Export, pieces: Sequence[Work]
) -> dict[str, Pulled | Unpulled]:
    if not export.apart:
        return {}
    wanted = (Wanted(piece.patient) for piece in pieces)
    return {one.patient: one for one in connection.pull_each(wanted, export.apart)}


def _export_of(services: Services, run: PullRun, exporter: Exporter) -> _Export:
    with services.store.reading() as session:
        job = bulk_jobs.bulk_job(session, run.id)
        files = bulk_jobs.bulk_files(session, run.id)
        drugs = bulk_seen.medications(session, run.id)
        gone = bulk_seen.bodies_of_nobody(session, run.id, "Bundle")
    if job is None or job.asked is None or job.transaction_time is None:
        raise StoreError(f"the pull {run.id} has no finished bulk export")
    asked = asked_in(job.asked)
    with services.store.reading() as session:
        owners = {} if asked.since is None else bulk_seen.owners(session, run.id)
    lost, doubts = _doubts(asked, files, ManifestSaid.read(job.said))
    told = Exported(asked, job.transaction_time, doubts, lost, drugs)
    apart = {file.type for file in files for _, detail in file.doubts if detail == OF_WHOM}
    apart |= {n for n, why in asked.unasked.items() if why == NOT_IN_BULK and exporter.plan.searched(n)}
    through = datetime.fromisoformat(job.transaction_time)
    read = any(file.lines for file in files if file.kind is FileKind.OUTPUT)
    return _Export(told, through, deleted_in(gone)[0], tuple(sorted(apart)), owners, read)


def _doubts(
    asked: ExportAsked, files: Sequence[BulkFile], said: ManifestSaid
) -> tuple[frozenset[str], dict[str, list[Complaint]]]:
    """The types of which no file could be read, and what is in doubt of each type for everybody."""
    found: dict[str, list[Complaint]] = {name: [] for name in asked.types}
    common = [Complaint(Said.TRUNCATED, "manifest-goes-on")] if said.goes_on else []
    common += [Complaint(Said.TRUNCATED, f"narrowed:{name}") for name in said.narrowed_by]
    for name in said.unasked:
        found[name].append(Complaint(Said.IGNORED, "ignored:_type"))
    if asked.why_all is not None:
        common.append(Complaint(Said.ANSWERED, f"{NOTICE}{asked.why_all}"))
    if asked.since is not None and not said.tells_deletions:
        common.append(Complaint(Said.ANSWERED, f"{NOTICE}deletions-not-told"))
    output = [file for file in files if file.kind is FileKind.OUTPUT]
    lost = {name for name in asked.types if _all_lost([one for one in output if one.type == name])}
    for file in files:
        for word, detail in file.doubts:
            missing = detail.startswith(LOST) and file.type not in lost
            complaint = Complaint(Said.TRUNCATED if missing else Said(word), detail)
            if file.kind is FileKind.OUTPUT:
                found[file.type].append(complaint)
            else:
                common.append(replace(complaint, detail=_beside(file.kind, detail)))
    return frozenset(lost), {name: [*own, *common] for name, own in found.items()}


def _beside(kind: FileKind, detail: str) -> str:
    """Of a file of errors or deletions that could not be read."""
    lost = detail.startswith(LOST)
    return f"{kind.value}-file-lost:{detail.removeprefix(LOST)}" if lost else detail


def _all_lost(files: Sequence[BulkFile]) -> bool:
    """Of several files each was lost before its first line."""
    gone = [any(detail.startswith(LOST) for _, detail in file.doubts) and not file.lines for file in files]
    return bool(gone) and all(gone)


def _told(services: Services, run: PullRun, export: _Export, pieces: Sequence[Work]) -> list[Work]:
    """Those of whom the export tells, also by its silence. An export of changes is silent about who has not
    changed, and about whom the clinic leaves out: that is told apart by the last export of everything.
    """
    asked, numbers = export.told.asked, [piece.patient_id for piece in pieces]
    with services.store.reading() as session:
        if asked.since is None:
            came = bulk_seen.types_brought(session, run.id, numbers)
            return [one for one in pieces if not _left_out(export, one, came.get(one.patient_id, set()))]
        latest = bulk_jobs.latest_jobs(session, run.clinic_id, before=run.id, limit=FULL_EVERY)
        base = next((one.run_id for one in latest if of_everything(one)), None)
        told = set() if base is None else ledger.asked_as(session, base, numbers, "export")
        marks = {number: live.marks(session, number) for number in told}
    return [one for one in pieces if one.patient_id in told and set(asked.types) <= {*marks[one.patient_id]}]


def _left_out(export: _Export, piece: Work, came: AbstractSet[str]) -> bool:
    """Did the clinic leave this patient out of an export of everything? Who is there has a Patient in it;
    where something happened to the Patients' files, something at least.
    """
    if "Patient" in came or piece.patient.partition("/")[2] in export.deleted.get("Patient", ()):
        return False
    told = export.told
    doubted = any(one.said in LOSSES for one in told.doubts.get("Patient", ()))
    had_whole = "Patient" in told.asked.types and "Patient" not in told.lost and not doubted
    return had_whole or (export.read and not came)


def _keep(
    services: Services,
    run: PullRun,
    exporter: Exporter,
    export: _Export,
    piece: Work,
    searched: Pulled | Unpulled | None,
) -> None:
    if isinstance(searched, Unpulled):
        raise searched.failure
    with services.store.reading() as session:
        brought = bulk_seen.brought(session, run.id, piece.patient_id)
        standing = live.live_of(session, piece.patient_id)
        held = known.bodies_of(session, piece.patient_id, {"Patient", *ORDERS})
    deleted = _deleted(export, piece, brought, standing)
    own = _own(export, piece, brought, standing, _still(held, brought, deleted), searched)
    chart = chart_of(exporter, export.told, own, TYPES_READ)
    apart = (*chart.received, *(() if searched is None else searched.received))
    now = services.clock()
    with services.store.writing() as session:
        work.finish(session, piece, now=now)
        keep_chart(
            session,
            run_id=run.id,
            cycle_id=piece.cycle_id,
            patient_id=piece.patient_id,
            brought=[RawCopy(one.body, one.origin) for one in apart],
            numbers=[one.number for one in brought]
            + [one.number for one in standing if one.type == "Medication" and one.fhir_id in chart.unchanged],
            whole=chart.whole,
            deleted=deleted | ({"Patient": {own.patient.partition("/")[2]}} if chart.gone else {}),
            through=dict.fromkeys(chart.through, export.through),
            answers=[Completeness(one.type, one.state, one.count, one.detail) for one in chart.answers],
            rows=[_entry(row) for row in chart.rows],
            foreign=0 if searched is None else searched.foreign,
            kind=PullKind.FULL if export.told.asked.since is None else PullKind.INCREMENTAL,
            now=now,
        )
        if piece.cycle_id is not None:
            charts = [piece.patient_id]
            work.add_work(session, WorkKind.ABSTRACT, cycle_id=piece.cycle_id, patient_ids=charts, now=now)


def _own(
    export: _Export,
    piece: Work,
    brought: Sequence[Stored],
    standing: Sequence[Live],
    held: Sequence[tuple[str, bytes]],
    searched: Pulled | None,
) -> PatientLines:
    """What is held from before counts beside an export of changes alone."""
    changes = export.told.asked.since is not None
    return PatientLines(
        piece.patient,
        [(one.type, one.copy.body) for one in brought],
        held_patient=next((body for name, body in held if changes and name.startswith("Patient/")), None),
        held_medications=frozenset(one.fhir_id for one in standing if changes and one.type == "Medication"),
        held_orders=frozenset(
            read.medicationReference.reference or ""
            for _, body in held
            if changes and (read := about(body)) is not None and read.medicationReference is not None
        ),
        deleted=piece.patient.partition("/")[2] in export.deleted.get("Patient", ()),
        searched={} if searched is None else _by_type(searched, export.apart),
    )


def _entry(row: LedgerRow) -> LedgerEntry:
    return LedgerEntry(row.type, row.since, row.until, row.said, row.count, row.total, row.asked, row.detail)


def _by_type(pulled: Pulled, types: Sequence[str]) -> dict[str, tuple[list[LedgerRow], int]]:
    counts = {one.type: one.count for one in pulled.answers}
    return {name: ([row for row in pulled.rows if row.type == name], counts[name]) for name in types}


def _came(brought: Sequence[Stored]) -> set[str]:
    read = ((one.type, about(one.copy.body)) for one in brought)
    return {f"{kind}/{found.id}" for kind, found in read if found is not None}


def _still(
    held: Sequence[tuple[str, bytes]], brought: Sequence[Stored], deleted: Mapping[str, Collection[str]]
) -> list[tuple[str, bytes]]:
    """What is held and neither came anew nor is deleted."""
    gone = {f"{kind}/{identity}" for kind, ids in deleted.items() for identity in ids} | _came(brought)
    return [(name, body) for name, body in held if name not in gone]


def _deleted(
    export: _Export, piece: Work, brought: Sequence[Stored], standing: Sequence[Live]
) -> dict[str, set[str]]:
    """Of what is held of this patient, what the export says is deleted, or is another's now (who was merged
    into this one, say). What it brings as well is there.
    """
    came = _came(brought)
    deleted: dict[str, set[str]] = {}
    for one in standing:
        name = f"{one.type}/{one.fhir_id}"
        said = one.fhir_id in export.deleted.get(one.type, ())
        moved = export.owners.get(name, piece.patient_id) != piece.patient_id
        if (said or moved) and name not in came:
            deleted.setdefault(one.type, set()).add(one.fhir_id)
    return deleted
