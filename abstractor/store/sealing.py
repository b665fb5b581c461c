"""Bytes sealed with AES-256-GCM: without the key nobody reads or changes them, or moves them to another row.

The envelope is version, packing, key id, nonce, ciphertext. `about` says what the bytes belong to; it is
bound in and must be the same to open them. Nonces are random, so one key is good for four thousand million
seals. Resources are deflated first: it takes them to 70 % (small ones) or 25 % (large ones) of their size.
"""

import hashlib
import hmac
import os
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from abstractor.errors import Damaged, StoreError

__all__ = ["KEY_BYTES", "DataKey", "Sealer", "key_id_of"]

KEY_BYTES = 32
_VERSION = b"\x01"
_PLAIN, _DEFLATED = b"\x00", b"\x01"
_ID_BYTES, _NONCE_BYTES = 8, 12
_ID_AT = len(_VERSION) + len(_PLAIN)
_NONCE_AT = _ID_AT + _ID_BYTES
_BODY_AT = _NONCE_AT + _NONCE_BYTES
_TAG_BYTES = 16
_FASTEST = 1
_RAW_DEFLATE = -15
_LEAST_WINDOW, _LARGEST_WINDOW = 9, 15  # as powers of two
_SMALL = 12  # 4 KB: what fits such a window needs no more than its share of memory


@dataclass(frozen=True, slots=True)
class DataKey:
    """A key of 32 random bytes; its id follows from it and tells nothing of it."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise StoreError(f"a data key has {KEY_BYTES} bytes, this one {len(self.secret)}")

    @property
    def id(self) -> str:
        return hmac.digest(self.secret, b"abstractor data key id", hashlib.sha256)[:_ID_BYTES].hex()


class Sealer:
    """Seals under the first of its keys, opens under any of them."""

    __slots__ = ("_ciphers", "_keys", "current")

    def __init__(self, keys: Sequence[DataKey]) -> None:
        if not keys:
            raise StoreError("there is no data key to seal with")
        self.current = keys[0].id
        self._keys = MappingProxyType({key.id: key for key in keys})
        self._ciphers = MappingProxyType({key.id: AESGCM(key.secret) for key in keys})

    def __repr__(self) -> str:
        return f"Sealer(current={self.current!r}, keys={len(self._ciphers)})"

    def __reduce__(self) -> str:
        raise TypeError("a sealer is not written down: it holds keys")

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The current key's first, then those that are only opened with."""
        return tuple(self._ciphers)

    def derived(self, key_id: str, purpose: bytes) -> bytes | None:
        """A key of its own for that purpose (HKDF); None where the data key is not there."""
        key = self._keys.get(key_id)
        if key is None:
            return None
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(key.secret)

    def seal(self, data: bytes, *, about: bytes) -> bytes:
        packed, packing = _packed(data)
        nonce = os.urandom(_NONCE_BYTES)
        head = _VERSION + packing + bytes.fromhex(self.current) + nonce
        return head + self._ciphers[self.current].encrypt(nonce, packed, head + about)

    def open(self, sealed: bytes, *, about: bytes) -> bytes:
        """What was sealed. `StoreError` names a key that is not there; `Damaged`: the bytes were changed, or
        are of another row.
        """
        key_id = key_id_of(sealed)
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise StoreError(
                f"the data key {key_id} is missing: put it back into the key file or secret (there: "
                f"{', '.join(self.key_ids)})"
            )
        head, nonce = sealed[:_BODY_AT], sealed[_NONCE_AT:_BODY_AT]
        try:
            packed = cipher.decrypt(nonce, sealed[_BODY_AT:], head + about)
        except InvalidTag:
            raise Damaged("sealed bytes were changed, or are not of the row that they stand in") from None
        packing = sealed[len(_VERSION) : _ID_AT]
        return zlib.decompress(packed, _RAW_DEFLATE) if packing == _DEFLATED else packed


def key_id_of(sealed: bytes) -> str:
    """The id of the key that these bytes are sealed under; `Damaged` where they are no sealed bytes."""
    if len(sealed) < _BODY_AT + _TAG_BYTES or sealed[: len(_VERSION)] != _VERSION:
        raise Damaged("what should be sealed bytes is none, or of a version that this program does not know")
    return sealed[_ID_AT:_NONCE_AT].hex()


def _packed(data: bytes) -> tuple[bytes, bytes]:
    # A window as large as the bytes: readying that of 32 KB takes four times as long as a resource does.
    window = min(max(len(data).bit_length(), _LEAST_WINDOW), _LARGEST_WINDOW)
    memory = 5 if window <= _SMALL else zlib.DEF_MEM_LEVEL
    deflater = zlib.compressobj(_FASTEST, zlib.DEFLATED, -window, memory)
    small = deflater.compress(data) + deflater.flush()
    return (small, _DEFLATED) if len(small) < len(data) else (data, _PLAIN)
