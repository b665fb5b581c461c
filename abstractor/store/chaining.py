"""What one entry of the audit trail is bound to: its content, its place and the entry before, under a key.

Pure. What an entry says of a resource stands in it as a salted digest (`witness`), so that the text can be
forgotten and the entry still be verified: without the salt the digest tells nothing.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from abstractor.store.columns import in_utc

__all__ = ["GENESIS", "PURPOSE", "UNREADABLE", "Entry", "Head", "before_chain", "kind_of", "witness_of"]

GENESIS = b""  # what the first entry has in the place of the digest before
PURPOSE = b"abstractor audit trail"
UNREADABLE = "unreadable"  # the action of an entry that nobody could have written
_FORM = 1
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it stands; `mac` is null where it stands unchained."""

    id: int
    at: datetime
    action: str
    account_id: int | None
    patient_id: int | None
    cycle_id: int | None
    resource: str | None
    version: str | None
    detail: str | None
    salt: bytes | None
    witness: bytes | None
    previous_mac: bytes | None
    mac: bytes | None
    key_id: str | None

    @classmethod
    def unreadable(cls, number: int) -> "Entry":
        """In the place of one with what its column cannot hold: text for a digest, a day that is none."""
        return cls(number, _NO_TIME, UNREADABLE, *[None] * 11)

    @property
    def is_chained(self) -> bool:
        return self.mac is not None and self.previous_mac is not None and self.key_id is not None

    @property
    def is_forgotten(self) -> bool:
        """Its text was taken out: only what kind of resource it was is left."""
        return (
            self.witness is not None
            and self.salt is None
            and self.version is None
            and self.resource == kind_of(self.resource)
        )

    def holds(self, key: bytes) -> bool:
        """Whether it stands as it was written, where it was written."""
        if self.mac is None or not hmac.compare_digest(self.mac, self.mac_under(key)):
            return False
        if self.witness is None:
            return self.salt is None
        if self.salt is None:
            return self.is_forgotten
        return hmac.compare_digest(self.witness, witness_of(self.salt, self.resource, self.version))

    def holds_as(self, number: int, key: bytes) -> bool:
        return replace(self, id=number).holds(key)

    def mac_under(self, key: bytes) -> bytes:
        return hmac.digest(key, self._content(), hashlib.sha256)

    def _content(self) -> bytes:
        # Where there is a witness it speaks for the version as well.
        version = self.version if self.witness is None else None
        return _bytes_of(
            _FORM,
            self.id,
            _instant(self.at),
            self.action,
            self.account_id,
            self.patient_id,
            self.cycle_id,
            kind_of(self.resource),
            version,
            _hex(self.witness),
            self.detail,
            self.key_id,
            _hex(self.previous_mac),
        )


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain begins and ends; what is cut off at the end is missed by it."""

    began: int
    last: int
    last_mac: bytes
    key_id: str

    def mac_under(self, key: bytes) -> bytes:
        content = _bytes_of("head", _FORM, self.began, self.last, _hex(self.last_mac), self.key_id)
        return hmac.digest(key, content, hashlib.sha256)


def kind_of(resource: str | None) -> str | None:
    """ "Condition" of "Condition/123"."""
    return None if resource is None else resource.partition("/")[0]


def witness_of(salt: bytes, resource: str | None, version: str | None) -> bytes:
    return hashlib.sha256(salt + _bytes_of(resource, version)).digest()


def before_chain(entry: Entry) -> bytes:
    """An entry from before the chain as the digest of them all takes it: without what may be forgotten."""
    return _bytes_of(
        entry.id,
        _instant(entry.at),
        entry.action,
        entry.account_id,
        entry.patient_id,
        entry.cycle_id,
        kind_of(entry.resource),
        entry.detail,
    )


def _bytes_of(*values: str | int | None) -> bytes:
    return json.dumps(values, separators=(",", ":")).encode()


def _instant(at: datetime) -> str:
    instant = in_utc(at)
    return "" if instant is None else instant.isoformat()


def _hex(value: bytes | None) -> str | None:
    return None if value is None else value.hex()
