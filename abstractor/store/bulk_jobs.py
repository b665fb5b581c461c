"""How far a bulk export has come, so that a killed download goes on: its phase, its files, lines kept."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from abstractor.errors import StoreError
from abstractor.store import sealed
from abstractor.store.connection_tables import BulkFileRow, BulkJobRow, PullRunRow
from abstractor.store.connection_values import BulkFile, BulkJob, BulkPhase, FileKind, RunState
from abstractor.store.rows import add, add_all, changed

__all__ = [
    "about",
    "about_file",
    "bulk_files",
    "bulk_job",
    "keep_files",
    "kept_lines",
    "latest_jobs",
    "move_on",
    "open_job",
    "renew_links",
]


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
    asked: str | None = None,
    said: str | None = None,
) -> None:
    """The phase that it is in now; what was given once stays known."""
    values: dict[str, object] = {"phase": phase.value, "changed_at": now}
    given = {"status_address": status_address, "asked": asked, "said": said}
    if any(one is not None for one in given.values()):
        row = session.get(BulkJobRow, run_id)
        known = {} if row is None else _note(session, row.sealed, about=about(run_id))
        told = {**known, **{name: one for name, one in given.items() if one is not None}}
        values["sealed"], values["key_id"] = _sealed(session, told, about=about(run_id))
    if transaction_time is not None:
        values["transaction_time"] = transaction_time
    if not changed(session, update(BulkJobRow).where(col(BulkJobRow.run_id) == run_id).values(**values)):
        raise StoreError(f"the pull {run_id} has no bulk export")


def bulk_job(session: Session, run_id: int) -> BulkJob | None:
    row = session.get(BulkJobRow, run_id)
    return None if row is None else _job(session, row)


def latest_jobs(session: Session, clinic_id: int, *, before: int, limit: int) -> tuple[BulkJob, ...]:
    """Those of the rounds of that clinic that began before this one and have ended, the latest first."""
    rows = session.exec(
        select(BulkJobRow)
        .join(PullRunRow, col(PullRunRow.id) == BulkJobRow.run_id)
        .where(
            PullRunRow.clinic_id == clinic_id,
            col(PullRunRow.id) < before,
            PullRunRow.state != RunState.RUNNING.value,
        )
        .order_by(col(PullRunRow.id).desc())
        .limit(limit)
    )
    return tuple(_job(session, row) for row in rows)


def keep_files(session: Session, run_id: int, files: Sequence[BulkFile]) -> None:
    """The files of the manifest, of which nothing is loaded yet."""
    rows = []
    for file in files:
        body, key_id = _sealed(session, _file_note(file), about=about_file(run_id, file.number))
        rows.append(
            {
                "run_id": run_id,
                "number": file.number,
                "kind": file.kind.value,
                "type": file.type,
                "sealed": body,
                "key_id": key_id,
                "expected": file.expected,
                "lines": file.lines,
                "finished": file.finished,
            }
        )
    add_all(session, BulkFileRow, rows)


def renew_links(session: Session, run_id: int, files: Sequence[BulkFile]) -> None:
    """Other addresses, and what is told of the files that are there; nothing of them counts as kept yet."""
    for file in files:
        body, key_id = _sealed(session, _file_note(file), about=about_file(run_id, file.number))
        told = {"expected": file.expected, "lines": 0}
        _change(session, run_id, file.number, sealed=body, key_id=key_id, **told)


def kept_lines(
    session: Session,
    run_id: int,
    number: int,
    lines: int,
    *,
    finished: bool,
    doubts: Sequence[tuple[str, str]] = (),
) -> None:
    """So many lines of that file are kept; in the transaction that keeps them. `doubts` that come with them
    stand beside those from before, each once.
    """
    values: dict[str, object] = {"lines": lines, "finished": finished}
    if doubts:
        this = (col(BulkFileRow.run_id) == run_id, col(BulkFileRow.number) == number)
        row = session.exec(select(BulkFileRow).where(*this)).first()
        note = {} if row is None else _note(session, row.sealed, about=about_file(run_id, number))
        known = [tuple(one) for one in note.get("doubts", ())]
        note["doubts"] = list(dict.fromkeys([*known, *doubts]))
        values["sealed"], values["key_id"] = _sealed(session, note, about=about_file(run_id, number))
    _change(session, run_id, number, **values)


def bulk_files(session: Session, run_id: int) -> tuple[BulkFile, ...]:
    rows = session.exec(
        select(BulkFileRow).where(BulkFileRow.run_id == run_id).order_by(col(BulkFileRow.number))
    )
    return tuple(_file(session, row) for row in rows)


def about(run_id: int) -> bytes:
    """What the sealed note of an export belongs to."""
    return b"bulk_job %d" % run_id


def about_file(run_id: int, number: int) -> bytes:
    """What the sealed note of a file belongs to."""
    return b"bulk_file %d %d" % (run_id, number)


def _change(session: Session, run_id: int, number: int, **values: object) -> None:
    this = (col(BulkFileRow.run_id) == run_id, col(BulkFileRow.number) == number)
    if not changed(session, update(BulkFileRow).where(*this).values(**values)):
        raise StoreError(f"the bulk export of pull {run_id} has no file {number}")


def _job(session: Session, row: BulkJobRow) -> BulkJob:
    note = _note(session, row.sealed, about=about(row.run_id))
    return BulkJob(
        run_id=row.run_id,
        phase=BulkPhase(row.phase),
        status_address=note.get("status_address"),
        transaction_time=row.transaction_time,
        changed_at=row.changed_at,
        asked=note.get("asked"),
        said=note.get("said"),
    )


def _file(session: Session, row: BulkFileRow) -> BulkFile:
    note = _note(session, row.sealed, about=about_file(row.run_id, row.number))
    return BulkFile(
        number=row.number,
        kind=FileKind(row.kind),
        type=row.type,
        address=note["address"],
        expected=row.expected,
        lines=row.lines,
        finished=row.finished,
        signed=note["signed"],
        doubts=tuple((said, code) for said, code in note["doubts"]),
    )


def _file_note(file: BulkFile) -> dict[str, object]:
    return {"address": file.address, "signed": file.signed, "doubts": [list(one) for one in file.doubts]}


def _note(session: Session, body: bytes | None, *, about: bytes) -> dict[str, Any]:
    if body is None:
        return {}
    note: dict[str, Any] = json.loads(sealed.opened(session, body, about=about))
    return note


def _sealed(session: Session, note: Mapping[str, object], *, about: bytes) -> tuple[bytes, str]:
    sealing = sealed.Sealing(session)
    return sealing.seal(json.dumps(note).encode(), about=about), sealing.key_id
