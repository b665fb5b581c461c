"""Resources exactly as received, kept before anyone interprets them, and what each pull brought."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Executable, Integer, Select, bindparam, insert
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from abstractor.chart import Completeness, Seen
from abstractor.errors import Damaged, StoreError
from abstractor.store import patients, sealed
from abstractor.store.among import among_digests, among_numbers, digests_as_one, numbers_as_one
from abstractor.store.connection_values import PullKind
from abstractor.store.rows import add_all, add_numbered, changed, kept
from abstractor.store.tables import PullAnswerRow, PullResourceRow, PullRow, RawRow
from abstractor.store.values import PulledChart, RawCopy

__all__ = [
    "Head",
    "Stored",
    "about",
    "add_pull",
    "body_of",
    "digest_of",
    "head_of",
    "keep",
    "keep_by_digest",
    "keep_pull",
    "numbers_of",
    "opened",
    "pulled_chart",
]


@dataclass(frozen=True, slots=True)
class Head:
    """How a resource calls itself; empty where the bytes do not say."""

    type: str
    id: str
    version: str | None
    updated: str | None = None

    @property
    def reference(self) -> str | None:
        return f"{self.type}/{self.id}" if self.type and self.id else None


def head_of(body: bytes) -> Head:
    """Type, id, version and `meta.lastUpdated`, as far as the bytes can be read; bytes of any kind can be
    stored.
    """
    try:
        plain = json.loads(body)
    except (ValueError, RecursionError):
        return Head("", "", None)
    if not isinstance(plain, dict):
        return Head("", "", None)
    found = plain.get("meta")
    meta = found if isinstance(found, dict) else {}
    version, updated = _word(meta.get("versionId")), meta.get("lastUpdated")
    return Head(
        _word(plain.get("resourceType")),
        _word(plain.get("id")),
        version or None,
        updated if isinstance(updated, str) else None,
    )


def _word(value: object) -> str:
    """A name as the databases can keep it: PostgreSQL has no text with a null character or half a surrogate
    pair.
    """
    if not isinstance(value, str) or len(value) > 200 or "\x00" in value:
        return ""
    return value.encode("utf-8", "ignore").decode()


@dataclass(frozen=True, slots=True)
class Stored:
    """Which row the bytes are, and how they call themselves; `named` is unique in a patient's chart."""

    number: int
    type: str
    fhir_id: str
    digest: bytes

    @property
    def named(self) -> tuple[str, str]:
        return self.type, self.fhir_id if self.type and self.fhir_id else f"#{self.digest.hex()}"


def keep(session: Session, clinic_id: int, copies: Sequence[RawCopy], *, now: datetime) -> tuple[int, ...]:
    """Store what is new; the numbers of all of them. The same bytes are stored once a clinic."""
    return tuple(sorted(one.number for one in keep_by_digest(session, clinic_id, copies, now=now).values()))


def keep_by_digest(
    session: Session, clinic_id: int, copies: Sequence[RawCopy], *, now: datetime
) -> dict[bytes, Stored]:
    """As `keep`, in the order in which they came; only what is new is read, and once."""
    digests = {digest_of(copy.body): copy for copy in copies}
    known = _known(session, clinic_id, digests)
    new = {digest: copy for digest, copy in digests.items() if digest not in known}
    if new:
        known |= _add(session, clinic_id, new, now=now)
    return {digest: known[digest] for digest in digests}


def _add(
    session: Session, clinic_id: int, new: Mapping[bytes, RawCopy], *, now: datetime
) -> dict[bytes, Stored]:
    sealing = sealed.Sealing(session)
    common = {"clinic_id": clinic_id, "key_id": sealing.key_id, "received_at": now}
    heads = {digest: head_of(copy.body) for digest, copy in new.items()}
    rows = [
        {
            "type": heads[digest].type,
            "fhir_id": heads[digest].id,
            "version": heads[digest].version,
            "sha256": digest,
            "body": sealing.seal(copy.body, about=about(clinic_id, digest)),
            "origin": copy.origin,
            **common,
        }
        for digest, copy in new.items()
    ]
    added = {
        bytes(digest): Stored(number, heads[digest].type, heads[digest].id, digest)
        for digest, number in add_numbered(session, RawRow, rows, by="sha256").items()
    }
    others = [digest for digest in new if digest not in added]
    return added | _known(session, clinic_id, others) if others else added


def digest_of(body: bytes) -> bytes:
    """What names the bytes of a resource."""
    return hashlib.sha256(body).digest()


def about(clinic_id: int, digest: bytes) -> bytes:
    """What a sealed body belongs to."""
    return b"raw_resource %d " % clinic_id + digest


def body_of(session: Session, row: RawRow) -> bytes:
    """The bytes as received; `Damaged` names the row and nothing of what stands there."""
    return opened(session, kept(row.id), row.body, key_id=row.key_id, about=about(row.clinic_id, row.sha256))


def opened(session: Session, number: int, body: bytes, *, key_id: str | None, about: bytes) -> bytes:
    """As `body_of`, of the parts of the row of that number."""
    if key_id is None:
        raise StoreError("a stored resource is not sealed yet: run `python -m abstractor.store upgrade`")
    try:
        return sealed.opened(session, body, about=about)
    except Damaged as failure:
        raise Damaged(f"the stored resource {number} is damaged: {failure}") from None


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
    numbers = {*keep(session, clinic_id, copies, now=now), *standing}
    pull = {"cycle_id": cycle_id, "run_id": run_id, "patient_id": patient_id, "kind": kind.value}
    return add_pull(session, {**pull, "foreign_count": foreign, "pulled_at": now}, numbers, answers)


def add_pull(
    session: Session, pull: Mapping[str, Any], numbers: Collection[int], answers: Sequence[Completeness]
) -> int:
    """The rows of a pull whose resources are stored, of a patient who is held; its number."""
    connection = session.connection()
    pull_id = connection.scalars(_ADD_PULL, pull).one()
    linked = {**numbers_as_one(numbers), "of_pull": pull_id}
    if changed(session, _linking(connection.dialect.name), linked) != len(set(numbers)):
        raise StoreError("a resource of a pull is not stored")
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
    return kept(pull_id)


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
    return {digest: one.number for digest, one in _known(session, clinic_id, digests).items()}


def _known(session: Session, clinic_id: int, digests: Collection[bytes]) -> dict[bytes, Stored]:
    connection = session.connection()
    rows = connection.execute(
        _knowing(connection.dialect.name), {**digests_as_one(digests), "of_clinic": clinic_id}
    )
    return {digest: Stored(kept(number), type_, fhir_id, digest) for digest, number, type_, fhir_id in rows}


_ADD_PULL = insert(PullRow).returning(col(PullRow.id))


@cache
def _knowing(dialect: str) -> Select[bytes, int | None, str, str]:
    return columns(col(RawRow.sha256), col(RawRow.id), col(RawRow.type), col(RawRow.fhir_id)).where(
        col(RawRow.clinic_id) == bindparam("of_clinic"), among_digests(dialect, col(RawRow.sha256))
    )


@cache
def _linking(dialect: str) -> Executable:
    """Links a pull with those of these resources that are stored."""
    stored = columns(bindparam("of_pull", type_=Integer()), col(RawRow.id)).where(
        among_numbers(dialect, col(RawRow.id))
    )
    linked = insert(PullResourceRow).from_select(["pull_id", "resource_id"], stored)
    return linked.execution_options(preserve_rowcount=True)
