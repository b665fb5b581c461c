"""Resources exactly as received, kept before anyone interprets them, and what each pull brought."""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from abstractor.chart import Completeness, Seen
from abstractor.errors import Damaged, StoreError
from abstractor.store import patients, sealed
from abstractor.store.connection_values import PullKind
from abstractor.store.rows import add, add_all, add_new, kept
from abstractor.store.tables import PullAnswerRow, PullResourceRow, PullRow, RawRow
from abstractor.store.values import PulledChart, RawCopy

__all__ = [
    "Head",
    "about",
    "body_of",
    "digest_of",
    "head_of",
    "keep",
    "keep_pull",
    "numbers_of",
    "pulled_chart",
]

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
    digests = {digest_of(copy.body): copy for copy in copies}
    known = numbers_of(session, clinic_id, list(digests))
    new = {digest: copy for digest, copy in digests.items() if digest not in known}
    if not new:
        return tuple(sorted(known.values()))
    sealing = sealed.Sealing(session)
    rows = []
    for digest, copy in new.items():
        head = head_of(copy.body)
        rows.append(
            {
                "clinic_id": clinic_id,
                "type": head.type,
                "fhir_id": head.id,
                "version": head.version,
                "sha256": digest,
                "body": sealing.seal(copy.body, about=about(clinic_id, digest)),
                "key_id": sealing.key_id,
                "origin": copy.origin,
                "received_at": now,
            }
        )
    add_new(session, RawRow, rows)
    known |= numbers_of(session, clinic_id, list(new))
    return tuple(sorted(known.values()))


def digest_of(body: bytes) -> bytes:
    """What names the bytes of a resource."""
    return hashlib.sha256(body).digest()


def about(clinic_id: int, digest: bytes) -> bytes:
    """What a sealed body belongs to."""
    return b"raw_resource %d " % clinic_id + digest


def body_of(session: Session, row: RawRow) -> bytes:
    """The bytes as received; `Damaged` names the row and nothing of what stands there."""
    if row.key_id is None:
        raise StoreError("a stored resource is not sealed yet: run `python -m abstractor.store upgrade`")
    try:
        return sealed.opened(session, row.body, about=about(row.clinic_id, row.sha256))
    except Damaged as failure:
        raise Damaged(f"the stored resource {row.id} is damaged: {failure}") from None


def keep_pull(
    session: Session,
    *,
    cycle_id: int | None,
    patient_id: int,
    copies: Sequence[RawCopy],
    answers: Sequence[Completeness],
    foreign: int,
    now: datetime,
    run_id: int | None = None,
    kind: PullKind = PullKind.FULL,
    standing: Collection[int] = (),
) -> int:
    """One patient's chart as fetched, for a cycle or in a run: its resources, what was answered, what was
    refused; the number of the pull. `standing` are stored resources that the chart has beside what came now.
    """
    clinic_id = patients.clinic_of(session, patient_id)
    numbers = sorted({*keep(session, clinic_id, copies, now=now), *standing})
    row = PullRow(
        cycle_id=cycle_id,
        run_id=run_id,
        patient_id=patient_id,
        kind=kind.value,
        foreign_count=foreign,
        pulled_at=now,
    )
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
    return pull_id


def pulled_chart(session: Session, cycle_id: int, patient_id: int) -> PulledChart | None:
    """What the pull of this chart brought, byte for byte."""
    pull_id = session.exec(
        select(PullRow.id).where(PullRow.cycle_id == cycle_id, PullRow.patient_id == patient_id)
    ).first()
    if pull_id is None:
        return None
    stored = session.exec(
        select(RawRow)
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
    digest = hashlib.sha256(repr((sorted(bytes(row.sha256) for row in stored), answers)).encode()).hexdigest()
    copies = tuple(RawCopy(body_of(session, row), row.origin) for row in stored)
    return PulledChart(pull_id=pull_id, copies=copies, answers=answers, digest=f"sha256:{digest}")


def numbers_of(session: Session, clinic_id: int, digests: Sequence[bytes]) -> dict[bytes, int]:
    """The numbers of those resources of a clinic that are stored, by the digest of their bytes."""
    found: dict[bytes, int] = {}
    for at in range(0, len(digests), _AT_ONCE):
        rows = session.exec(
            select(RawRow.sha256, RawRow.id).where(
                RawRow.clinic_id == clinic_id, col(RawRow.sha256).in_(digests[at : at + _AT_ONCE])
            )
        )
        found |= {bytes(digest): kept(number) for digest, number in rows}
    return found
