"""How far a bulk export has come, so that a killed download goes on: its phase, its files, lines kept."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from abstractor.errors import StoreError
from abstractor.store import sealed
from abstractor.store.connection_tables import BulkFileRow, BulkJobRow
from abstractor.store.connection_values import BulkFile, BulkJob, BulkPhase, FileKind
from abstractor.store.rows import add, add_all, changed

__all__ = ["about", "about_file", "bulk_files", "bulk_job", "keep_files", "kept_lines", "move_on", "open_job"]


def open_job(session: Session, run_id: int, *, now: datetime) -> None:
    """Before the export is asked for: a job that was asked for twice is one too many for most clinics."""
    add(session, BulkJobRow(run_id=run_id, phase=BulkPhase.ASKED.value, changed_at=now))


def move_on(
    session: Session,
    run_id: int,
    phase: BulkPhase,
    *,
    now: datetime,
    status_address: str | None = None,
    transaction_time: str | None = None,
) -> None:
    """The phase that it is in now; an address or a time that is given stays known."""
    values: dict[str, object] = {"phase": phase.value, "changed_at": now}
    if status_address is not None:
        sealing = sealed.Sealing(session)
        values["sealed"] = sealing.seal(status_address.encode(), about=about(run_id))
        values["key_id"] = sealing.key_id
    if transaction_time is not None:
        values["transaction_time"] = transaction_time
    if not changed(session, update(BulkJobRow).where(col(BulkJobRow.run_id) == run_id).values(**values)):
        raise StoreError(f"the pull {run_id} has no bulk export")


def bulk_job(session: Session, run_id: int) -> BulkJob | None:
    row = session.get(BulkJobRow, run_id)
    if row is None:
        return None
    address = None if row.sealed is None else sealed.opened(session, row.sealed, about=about(run_id)).decode()
    return BulkJob(
        run_id=run_id,
        phase=BulkPhase(row.phase),
        status_address=address,
        transaction_time=row.transaction_time,
        changed_at=row.changed_at,
    )


def keep_files(session: Session, run_id: int, files: Sequence[BulkFile]) -> None:
    """The files of the manifest, of which nothing is loaded yet."""
    sealing = sealed.Sealing(session)
    add_all(
        session,
        BulkFileRow,
        [
            {
                "run_id": run_id,
                "number": file.number,
                "kind": file.kind.value,
                "type": file.type,
                "sealed": sealing.seal(file.address.encode(), about=about_file(run_id, file.number)),
                "key_id": sealing.key_id,
                "expected": file.expected,
                "lines": file.lines,
                "finished": file.finished,
            }
            for file in files
        ],
    )


def kept_lines(session: Session, run_id: int, number: int, lines: int, *, finished: bool) -> None:
    """So many lines of that file are kept; in the transaction that keeps them."""
    this = (col(BulkFileRow.run_id) == run_id, col(BulkFileRow.number) == number)
    if not changed(session, update(BulkFileRow).where(*this).values(lines=lines, finished=finished)):
        raise StoreError(f"the bulk export of pull {run_id} has no file {number}")


def bulk_files(session: Session, run_id: int) -> tuple[BulkFile, ...]:
    rows = session.exec(
        select(BulkFileRow).where(BulkFileRow.run_id == run_id).order_by(col(BulkFileRow.number))
    )
    return tuple(
        BulkFile(
            number=row.number,
            kind=FileKind(row.kind),
            type=row.type,
            address=sealed.opened(session, row.sealed, about=about_file(run_id, row.number)).decode(),
            expected=row.expected,
            lines=row.lines,
            finished=row.finished,
        )
        for row in rows
    )


def about(run_id: int) -> bytes:
    """What a sealed status address belongs to."""
    return b"bulk_job %d" % run_id


def about_file(run_id: int, number: int) -> bytes:
    """What a sealed file address belongs to."""
    return b"bulk_file %d %d" % (run_id, number)
