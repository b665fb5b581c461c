"""The files of an export into the database: each line kept once, sealed, with the patient it belongs to.

What is kept of a file is noted in the same transaction, so a killed download goes on with the files that are
not kept to their end; each from its first line on, for it may have been made anew in another order.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from abstractor.errors import ClinicError
from abstractor.fhir.about import patient_id
from abstractor.fhir.bulk.asked import ExportAsked
from abstractor.fhir.bulk.deletions import deleted_in
from abstractor.fhir.bulk.download import Batch, ToRead, downloaded
from abstractor.fhir.bulk.errors import complaints_in
from abstractor.fhir.bulk.exporter import Exporter, Wait
from abstractor.fhir.bulk.lines import Line
from abstractor.fhir.bulk.manifest import FileKind as ManifestKind
from abstractor.fhir.bulk.manifest import Manifest, ManifestFile, ManifestSaid
from abstractor.fhir.bulk.whose import Assigned, assigned
from abstractor.fhir.failure import Failure
from abstractor.fhir.ledger import NOTICE, Said
from abstractor.fhir.types import SHARED_TYPES
from abstractor.store import bulk_jobs, bulk_seen, cohorts, runs, work
from abstractor.store.bulk_seen import Brought
from abstractor.store.connection_values import BulkFile, FileKind
from abstractor.store.values import RawCopy, WorkKind
from abstractor.workflow.rounds.bulk.links import renewed_files
from abstractor.workflow.services import Services

__all__ = ["LOST", "OF_WHOM", "Loading", "files_of", "hand_over_charts", "load", "why_not_everybody"]

LOST = "file:"
OF_OTHERS = f"{NOTICE}of-no-patient"
# Somebody's, of a type of which each patient is asked for by search then.
OF_WHOM = f"{NOTICE}names-no-patient"
_EXPIRED = frozenset({401, 403, 404, 410})
_DELETIONS = "Bundle"
_AT_ONCE = 500

Doubt = tuple[str, str]


@dataclass(slots=True)
class Loading:
    """`members` are the references of the cohort as far as it is known before the files, and `gap` says why
    that may not be all; Patients that come join it. `numbers` are those of their rows.
    """

    run_id: int
    clinic_id: int
    asked: ExportAsked
    status_address: str
    members: list[str]
    gap: str | None = None
    numbers: dict[str, int] = field(default_factory=dict)

    @property
    def grouped(self) -> bool:
        """A Group says who is meant, whatever the files say."""
        return self.asked.path.startswith("Group/")


def files_of(manifest: Manifest, asked: ExportAsked) -> tuple[BulkFile, ...]:
    """As the store keeps them: Patients first, since they tell whom the export is about. Files of types that
    nobody asked for are not read.
    """
    wanted = [one for one in manifest.files if one.kind is not ManifestKind.OUTPUT or one.type in asked.types]
    ordered = sorted(wanted, key=lambda one: one.type != "Patient")
    return tuple(_kept_file(number, one) for number, one in enumerate(ordered, start=1))


def _kept_file(number: int, one: ManifestFile) -> BulkFile:
    refused = one.objection is not None
    return BulkFile(
        number=number,
        kind=FileKind(one.kind.value),
        type=one.type,
        address=one.url,
        expected=one.count,
        lines=0,
        finished=refused,
        signed=one.signed,
        doubts=((Said.FAILED.value, f"{LOST}{one.objection}"),) if refused else (),
    )


def load(services: Services, exporter: Exporter, loading: Loading) -> None:
    """Every file that is not kept to its end. A file whose link has expired is asked for once more."""
    _recall(services, loading)
    again = _Again(exporter, loading)
    for patients in (True, False):
        files = [one for one in _left(services, loading) if (one.type == "Patient") is patients]
        lost = _read(services, exporter, loading, files, once_more=True)
        if lost:
            renewed = again.renew(services, lost)
            _read(services, exporter, loading, renewed, once_more=False)


def hand_over_charts(services: Services, loading: Loading, *, owner: str) -> None:
    """All is loaded: every patient of the cohort is work now. `Conflict` where another has taken it up."""
    _recall(services, loading)
    now = services.clock()
    with services.store.writing() as session:
        run = runs.run_of(session, loading.run_id)
        job = bulk_jobs.bulk_job(session, loading.run_id)
        files = bulk_jobs.bulk_files(session, loading.run_id)
        missing = None if loading.grouped else why_not_everybody(files, None if job is None else job.said)
        unlisted = bulk_seen.unassigned(session, loading.run_id).get("Patient", 0)
        numbers = sorted(set(loading.numbers.values()))
        for at in range(0, len(numbers), _AT_ONCE):
            work.add_work(
                session,
                WorkKind.PULL,
                run_id=loading.run_id,
                cycle_id=None if run is None else run.cycle_id,
                patient_ids=numbers[at : at + _AT_ONCE],
                now=now,
            )
        runs.note_listing(
            session,
            loading.run_id,
            owner=owner,
            patients=len(numbers),
            unlisted=unlisted,
            gap=loading.gap or missing,
            now=now,
        )


def why_not_everybody(files: Sequence[BulkFile], said: str | None) -> str | None:
    """Why the Patients that an export brought may not be all of them, by what was kept of its files and what
    its manifest said; None where they are.
    """
    told = ManifestSaid.read(said)
    if told.goes_on:
        return "the export goes on in another manifest, so it may name more patients"
    if told.narrowed_by or "Patient" in told.unasked:
        what = ", ".join([*told.narrowed_by, *(["_type"] if told.unasked else [])])
        return f"the export was of less than was asked for ({what}), so it may name more patients"
    for file in files:
        named = file.kind is not FileKind.OUTPUT or file.type == "Patient"
        for word, detail in file.doubts if named else ():
            if word not in (Said.ANSWERED.value, Said.EMPTY.value):
                return f"the export was not had whole ({detail}), so it may name more patients"
    return None


def _recall(services: Services, loading: Loading) -> None:
    """The cohort as far as it is known, also from files that were loaded before."""
    _number(services, loading, loading.members)
    with services.store.reading() as session:
        loading.numbers.update(bulk_seen.patients_brought(session, loading.run_id))


def _left(services: Services, loading: Loading) -> list[BulkFile]:
    with services.store.reading() as session:
        return [one for one in bulk_jobs.bulk_files(session, loading.run_id) if not one.finished]


def _read(
    services: Services,
    exporter: Exporter,
    loading: Loading,
    files: Sequence[BulkFile],
    *,
    once_more: bool,
) -> list[BulkFile]:
    """Those files whose link has expired, where they may be asked for `once_more`."""
    by_number = {one.number: replace(one, lines=0) for one in files}
    wanted = [ToRead(one.number, _to_fetch(one)) for one in files]
    expired: list[BulkFile] = []
    with closing(downloaded(exporter, wanted)) as batches:
        for batch in batches:
            file = by_number[batch.number]
            give_up = batch.lost is not None and not (once_more and batch.lost.status in _EXPIRED)
            kept = _keep(services, loading, file, batch, give_up=give_up)
            by_number[batch.number] = kept
            if batch.lost is not None and not give_up:
                expired.append(kept)
    return expired


def _to_fetch(file: BulkFile) -> ManifestFile:
    return ManifestFile(
        ManifestKind(file.kind.value), file.type, file.address, file.expected, signed=file.signed
    )


@dataclass(frozen=True, slots=True)
class _Again:
    """Asks the clinic for its manifest once more, for links that hold."""

    exporter: Exporter
    loading: Loading

    def renew(self, services: Services, lost: Sequence[BulkFile]) -> list[BulkFile]:
        """The files with their new links, with the old ones where there are none. Where nobody can tell which
        is which, all files of that type are read, also those that are kept: what came is kept once.
        """
        try:
            manifest = self.exporter.look(self.loading.status_address)
        except ClinicError:
            return list(lost)
        if isinstance(manifest, Wait):
            return list(lost)
        with services.store.reading() as session:
            known = bulk_jobs.bulk_files(session, self.loading.run_id)
        renewed, more = renewed_files(lost, known, files_of(manifest, self.loading.asked))
        with services.store.writing() as session:
            bulk_jobs.renew_links(session, self.loading.run_id, renewed)
            bulk_jobs.keep_files(session, self.loading.run_id, more)
        return [*renewed, *more]


def _keep(services: Services, loading: Loading, file: BulkFile, batch: Batch, *, give_up: bool) -> BulkFile:
    """One transaction: the lines, how many there are now, and what is in doubt."""
    lines = batch.lines[-1].number if batch.lines else file.lines
    ended = batch.finished or give_up
    now = services.clock()
    if file.kind is FileKind.OUTPUT and file.type == "Patient":
        _number(services, loading, _patients_in(batch.lines))
    with services.store.writing() as session:
        brought, doubts = _sorted(loading, file, batch.lines)
        bulk_seen.keep_brought(session, loading.run_id, loading.clinic_id, brought, now=now)
        doubts += _doubts_at_the_end(file, lines, batch.lost if give_up else None, finished=batch.finished)
        bulk_jobs.kept_lines(
            session, loading.run_id, file.number, lines, finished=ended, doubts=tuple(dict.fromkeys(doubts))
        )
    return replace(file, lines=lines, finished=ended)


def _number(services: Services, loading: Loading, references: Sequence[str]) -> None:
    """Give every patient of the cohort a row."""
    new = [one for one in dict.fromkeys(references) if one not in loading.numbers]
    for at in range(0, len(new), _AT_ONCE):
        some = new[at : at + _AT_ONCE]
        with services.store.writing() as session:
            cohorts.add_patients(session, loading.clinic_id, some, now=services.clock())
            loading.numbers.update(cohorts.patient_numbers(session, loading.clinic_id, some))


def _patients_in(lines: Sequence[Line]) -> list[str]:
    named = (assigned(line.body).patient for line in lines if line.whole)
    return [one for one in named if one is not None and patient_id(one) is not None]


def _sorted(loading: Loading, file: BulkFile, lines: Sequence[Line]) -> tuple[list[Brought], list[Doubt]]:
    brought: list[Brought] = []
    doubts: list[Doubt] = []
    for line in lines:
        match file.kind:
            case FileKind.ERROR:
                doubts += [(one.said.value, one.detail) for one in complaints_in(line.body)]
            case FileKind.DELETED:
                brought.append(Brought(_DELETIONS, None, RawCopy(line.body, loading.asked.path)))
                if deleted_in([line.body])[1]:
                    doubts.append((Said.TRUNCATED.value, "deletions-unreadable"))
            case FileKind.OUTPUT:
                _sort(loading, file, line, brought, doubts)
    return brought, doubts


def _sort(loading: Loading, file: BulkFile, line: Line, brought: list[Brought], doubts: list[Doubt]) -> None:
    """One line of data: kept under its patient, under nobody, or not at all where it is somebody else's."""
    known = assigned(line.body) if line.whole else Assigned(None, None, None, readable=False)
    kind = known.type or file.type
    copy = RawCopy(line.body, f"{loading.asked.path}/{kind}/{known.id or f'#{line.number}'}")
    if known.type is not None and known.type != file.type:
        doubts.append((Said.TRUNCATED.value, "wrong-type"))
        if known.type not in loading.asked.types:
            return
    patient = known.patient if known.patient and patient_id(known.patient) else None
    if patient is None and not known.readable:
        doubts.append((Said.TRUNCATED.value, "unreadable-line" if line.whole else "line-too-long"))
        brought.append(Brought(kind, None, copy))
    elif kind in SHARED_TYPES or (kind == "Patient" and patient is None):
        brought.append(Brought(kind, None, copy))
    elif patient is None:
        doubts.append((Said.ANSWERED.value, OF_OTHERS if known.of_other else OF_WHOM))
    elif patient not in loading.numbers:
        doubts.append((Said.ANSWERED.value, f"{NOTICE}foreign-patient"))
    else:
        brought.append(Brought(kind, loading.numbers[patient], copy))


def _doubts_at_the_end(file: BulkFile, lines: int, lost: Failure | None, *, finished: bool) -> list[Doubt]:
    if lost is not None:
        return [(Said.FAILED.value, f"{LOST}{lost.detail}")]
    if not finished or file.expected is None or file.expected == lines:
        return []
    if lines < file.expected:
        return [(Said.TRUNCATED.value, "fewer-than-told")]
    return [(Said.ANSWERED.value, f"{NOTICE}more-than-told")]
