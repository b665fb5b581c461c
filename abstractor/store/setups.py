"""How each clinic is asked: every version kept with its time, sealed; the latest of a name counts."""

import json
from datetime import datetime

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from abstractor.errors import Damaged, StoreError
from abstractor.store import sealed
from abstractor.store.connection_tables import ClinicSetupRow
from abstractor.store.connection_values import KeptSetup
from abstractor.store.rows import add

__all__ = ["about", "keep_setup", "remove_setup", "setup_history", "setup_named", "setup_of", "setups"]


def keep_setup(session: Session, name: str, document: str, *, clinic_id: int, now: datetime) -> bool:
    """Keep this as the present setup of that clinic; False where it is so already. `document` is a JSON
    object.
    """
    try:
        readable = isinstance(json.loads(document), dict)
    except ValueError:
        readable = False
    if not readable:
        raise StoreError("a clinic's setup is a JSON object")
    present = setup_named(session, name)
    if present is not None and (present.document, present.clinic_id) == (document, clinic_id):
        return False
    sealing = sealed.Sealing(session)
    closed = sealing.seal(document.encode(), about=about(clinic_id, name))
    row = ClinicSetupRow(clinic_id=clinic_id, name=name, sealed=closed, key_id=sealing.key_id, kept_at=now)
    add(session, row)
    return True


def remove_setup(session: Session, name: str, *, now: datetime) -> bool:
    """The clinic is asked no more; what it was is kept. False where there is none of that name."""
    present = setup_named(session, name)
    if present is None:
        return False
    add(session, ClinicSetupRow(clinic_id=present.clinic_id, name=name, kept_at=now))
    return True


def setup_named(session: Session, name: str) -> KeptSetup | None:
    latest = setup_history(session, name)[:1]
    return next((setup for setup in latest if setup.document is not None), None)


def setup_of(session: Session, clinic_id: int) -> KeptSetup | None:
    """The last one that was kept for that clinic, be it removed since; None where there never was one."""
    row = session.exec(
        select(ClinicSetupRow)
        .where(ClinicSetupRow.clinic_id == clinic_id)
        .order_by(col(ClinicSetupRow.id).desc())
        .limit(1)
    ).first()
    return None if row is None else _setup(session, row)


def setup_history(session: Session, name: str) -> tuple[KeptSetup, ...]:
    """Every version of that name, the latest first."""
    rows = session.exec(
        select(ClinicSetupRow).where(ClinicSetupRow.name == name).order_by(col(ClinicSetupRow.id).desc())
    )
    return tuple(_setup(session, row) for row in rows)


def setups(session: Session) -> tuple[KeptSetup, ...]:
    """The present setup of every clinic, by name."""
    latest = select(func.max(ClinicSetupRow.id)).group_by(col(ClinicSetupRow.name))
    rows = session.exec(
        select(ClinicSetupRow)
        .where(
            col(ClinicSetupRow.id).in_(latest),
            or_(col(ClinicSetupRow.sealed).is_not(None), col(ClinicSetupRow.body).is_not(None)),
        )
        .order_by(col(ClinicSetupRow.name))
    )
    return tuple(_setup(session, row) for row in rows)


def about(clinic_id: int, name: str) -> bytes:
    """What a sealed setup belongs to."""
    return b"clinic_setup %d " % clinic_id + name.encode()


def _setup(session: Session, row: ClinicSetupRow) -> KeptSetup:
    """A damaged one reads as no JSON: whoever needs it says that it is of no use, and the others go on."""
    document = row.body
    if row.sealed is not None:
        try:
            document = sealed.opened(session, row.sealed, about=about(row.clinic_id, row.name)).decode()
        except Damaged:
            document = ""
    return KeptSetup(name=row.name, clinic_id=row.clinic_id, document=document, kept_at=row.kept_at)
