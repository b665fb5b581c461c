"""Resources exactly as received, kept before anyone interprets them, and what each pull brought."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from abstractor.chart import Completeness, Seen
from abstractor.store.rows import add, add_all, add_new, kept
from abstractor.store.tables import PatientRow, PullAnswerRow, PullResourceRow, PullRow, RawRow
from abstractor.store.values import PulledChart, RawCopy

__all__ = ["Head", "head_of", "keep", "keep_pull", "pulled_chart"]

# Both databases limit how many values one statement may name.
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Head:
    """How a resource calls itself; empty where the bytes do not say."""

    type: str
    id: str
    version: str | None

    @property
    def reference(self) -> str | None:
        return f"{self.type}/{self.id}" if self.type and self.id else None


def head_of(body: bytes) -> Head:
    """Type, id and version, as far as the bytes can be read; bytes of any kind can be stored."""
    try:
        plain = json.loads(body)
    except (ValueError, RecursionError):
        return Head("", "", None)
    if not isinstance(plain, dict):
        return Head("", "", None)
    meta = plain.get("meta")
    version = _word(meta.get("versionId")) if isinstance(meta, dict) else ""
    return Head(_word(plain.get("resourceType")), _word(plain.get("id")), version or None)


def _word(value: object) -> str:
    """A name as the databases can keep it: PostgreSQL has no text with a null character or half a surrogate
    pair.
    """
    if not isinstance(value, str) or len(value) > 200 or "\x00" in value:
        return ""
    return value.encode("utf-8", "ignore").decode()


def keep(session: Session, clinic_id: int, copies: Sequence[RawCopy], *, now: datetime) -> tuple[int, ...]:
    """Store what is new; the numbers of all of them. The same bytes are stored once a clinic."""
    digests = {hashlib.sha256(copy.body).digest(): copy for copy in copies}
    known = _numbers(session, clinic_id, list(digests))
    rows = []
    for digest, copy in digests.items():
        if digest in known:
            continue
        head = head_of(copy.body)
        rows.append(
            {
                "clinic_id": clinic_id,
                "type": head.type,
                "fhir_id": head.id,
                "version": head.version,
                "sha256": digest,
                "body": copy.body,
                "origin": copy.origin,
                "received_at": now,
            }
        )
    add_new(session, RawRow, rows)
    known |= _numbers(session, clinic_id, [digest for digest in digests if digest not in known])
    return tuple(sorted(known.values()))


def keep_pull(
    session: Session,
    *,
    cycle_id: int,
    patient_id: int,
    copies: Sequence[RawCopy],
    answers: Sequence[Completeness],
    foreign: int,
    now: datetime,
) -> None:
    """One patient's chart as fetched for one cycle: its resources, what was answered, what was refused."""
    clinic_id = session.get_one(PatientRow, patient_id).clinic_id
    numbers = keep(session, clinic_id, copies, now=now)
    row = PullRow(cycle_id=cycle_id, patient_id=patient_id, foreign_count=foreign, pulled_at=now)
    add(session, row)
    pull_id = kept(row.id)
    add_all(session, PullResourceRow, [{"pull_id": pull_id, "resource_id": number} for number in numbers])
    add_all(
        session,
        PullAnswerRow,
        [
            {
                "pull_id": pull_id,
                "type": said.type,
                "state": str(said.state),
                "count": said.count,
                "detail": said.detail,
            }
            for said in answers
        ],
    )


def pulled_chart(session: Session, cycle_id: int, patient_id: int) -> PulledChart | None:
    """What the pull of this chart brought, byte for byte."""
    pull_id = session.exec(
        select(PullRow.id).where(PullRow.cycle_id == cycle_id, PullRow.patient_id == patient_id)
    ).first()
    if pull_id is None:
        return None
    stored = session.exec(
        select(RawRow.sha256, RawRow.body, RawRow.origin)
        .join(PullResourceRow, col(PullResourceRow.resource_id) == RawRow.id)
        .where(PullResourceRow.pull_id == pull_id)
        .order_by(col(RawRow.id))
    ).all()
    answers = tuple(
        Completeness(type=row.type, state=Seen(row.state), count=row.count, detail=row.detail)
        for row in session.exec(
            select(PullAnswerRow).where(PullAnswerRow.pull_id == pull_id).order_by(PullAnswerRow.type)
        )
    )
    digest = hashlib.sha256(repr((sorted(sha for sha, _, _ in stored), answers)).encode()).hexdigest()
    copies = tuple(RawCopy(body, origin) for _, body, origin in stored)
    return PulledChart(pull_id=pull_id, copies=copies, answers=answers, digest=f"sha256:{digest}")


def _numbers(session: Session, clinic_id: int, digests: Sequence[bytes]) -> dict[bytes, int]:
    found: dict[bytes, int] = {}
    for at in range(0, len(digests), _AT_ONCE):
        rows = session.exec(
            select(RawRow.sha256, RawRow.id).where(
                RawRow.clinic_id == clinic_id, col(RawRow.sha256).in_(digests[at : at + _AT_ONCE])
            )
        )
        found |= {bytes(digest): kept(number) for digest, number in rows}
    return found
