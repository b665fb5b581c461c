"""Abstracts, appended and never changed, with the clinicians of their lines and the audit queue that they
fill.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from abstractor.abstract import SEVERITIES, Abstract, from_plain, to_json
from abstractor.store.rows import add, add_all, add_new, kept
from abstractor.store.tables import AbstractRow, LineClinicianRow, QuarantineRow, QueueItemRow, RepairRow
from abstractor.store.values import LineClinician, Quarantine, Repaired

__all__ = ["append", "in_cycle", "read"]


def append(
    session: Session,
    abstract: Abstract,
    *,
    cycle_id: int,
    patient_id: int,
    pull_id: int,
    input_digest: str,
    clinicians: Sequence[LineClinician],
    quarantined: Sequence[Quarantine],
    repaired: Sequence[Repaired] = (),
    now: datetime,
) -> None:
    """Keep the abstract and queue a flagged chart; the same input decided again changes nothing."""
    same = select(AbstractRow.id).where(
        AbstractRow.cycle_id == cycle_id,
        AbstractRow.patient_id == patient_id,
        AbstractRow.input_digest == input_digest,
    )
    if session.exec(same).first() is not None:
        return
    row = AbstractRow(
        cycle_id=cycle_id,
        patient_id=patient_id,
        pull_id=pull_id,
        input_digest=input_digest,
        verdict=str(abstract.inclusion.verdict),
        flagged=abstract.flagged,
        body=to_json(abstract),
        abstracted_at=now,
    )
    add(session, row)
    abstract_id = kept(row.id)
    add_all(session, LineClinicianRow, [_clinician(abstract_id, one) for one in clinicians])
    add_all(session, QuarantineRow, [_quarantine(abstract_id, one) for one in quarantined])
    add_all(session, RepairRow, [{"abstract_id": abstract_id} | asdict(one) for one in repaired])
    if abstract.flagged:
        item = _item(abstract) | {"cycle_id": cycle_id, "patient_id": patient_id, "abstract_id": abstract_id}
        add_new(session, QueueItemRow, [item | {"opened_at": now}])


def in_cycle(session: Session, cycle_id: int) -> Iterator[Abstract]:
    """The latest abstract of every chart of the cycle, in the order in which charts were abstracted."""
    latest = (
        select(func.max(col(AbstractRow.id)))
        .where(AbstractRow.cycle_id == cycle_id)
        .group_by(col(AbstractRow.patient_id))
    )
    numbers = session.exec(latest).all()
    for at in range(0, len(numbers), 500):
        rows = session.exec(select(AbstractRow.body).where(col(AbstractRow.id).in_(numbers[at : at + 500])))
        yield from (read(body) for body in rows)


def read(body: str) -> Abstract:
    return from_plain(json.loads(body))


def _item(abstract: Abstract) -> dict[str, object]:
    """What the audit queue shows of a chart without opening it."""
    worst = min((SEVERITIES.index(flag.severity) for flag in abstract.flags), default=len(SEVERITIES))
    codes = list(dict.fromkeys(flag.code for flag in abstract.flags))
    return {
        "rank": worst,
        "codes": " ".join(codes),
        "verdict": str(abstract.inclusion.verdict),
        "lines": _lines(abstract),
    }


def _lines(abstract: Abstract) -> str:
    """ "curative: TCHP; palliative: THP, TDM1": a line without a catalogue name by its agents."""
    by_setting: dict[str, list[str]] = {}
    for line in abstract.lines:
        by_setting.setdefault(line.setting, []).append(line.regimen or "+".join(line.agents))
    return "; ".join(f"{setting}: {', '.join(names)}" for setting, names in by_setting.items())


def _clinician(abstract_id: int, one: LineClinician) -> dict[str, object]:
    return {
        "abstract_id": abstract_id,
        "setting": one.line.setting,
        "number": one.line.number,
        "clinician": one.clinician,
        "site": one.site,
        "via": one.via,
    }


def _quarantine(abstract_id: int, one: Quarantine) -> dict[str, object]:
    return {
        "abstract_id": abstract_id,
        "type": one.type,
        "origin": one.origin,
        "path": one.path,
        "reason": one.reason,
    }
