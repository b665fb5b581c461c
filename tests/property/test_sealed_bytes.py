"""Laws of sealing: what was sealed comes back; one changed bit, or another place, and it does not open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abstractor.errors import StoreError
from abstractor.store.sealing import DataKey, Sealer

keys = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=4, unique=True)
bodies = st.binary(max_size=3000) | st.text().map(lambda text: (text * 40).encode("utf-8", "replace"))


def sealer_of(secrets: list[bytes]) -> Sealer:
    return Sealer([DataKey(secret) for secret in secrets])


@given(keys, bodies, st.binary(max_size=60))
def test_any_bytes_come_back_under_any_order_of_the_keys(
    secrets: list[bytes], body: bytes, about: bytes
) -> None:
    sealed = sealer_of(secrets).seal(body, about=about)
    assert sealer_of(secrets[::-1]).open(sealed, about=about) == body


@given(keys, bodies, st.binary(max_size=60), st.data())
def test_one_flipped_bit_anywhere_is_noticed(
    secrets: list[bytes], body: bytes, about: bytes, data: st.DataObject
) -> None:
    sealer = sealer_of(secrets)
    sealed = bytearray(sealer.seal(body, about=about))
    at = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[at // 8] ^= 1 << at % 8
    with pytest.raises(StoreError):
        sealer.open(bytes(sealed), about=about)


@given(keys, bodies, st.binary(max_size=60), st.binary(max_size=60))
def test_it_opens_only_where_it_belongs(
    secrets: list[bytes], body: bytes, about: bytes, other: bytes
) -> None:
    sealer = sealer_of(secrets)
    sealed = sealer.seal(body, about=about)
    if other != about:
        with pytest.raises(StoreError):
            sealer.open(sealed, about=other)


@given(keys, st.integers(0, 3), st.integers(1, 8), bodies)
def test_a_cut_envelope_does_not_open(secrets: list[bytes], start: int, cut: int, body: bytes) -> None:
    sealer = sealer_of(secrets)
    sealed = sealer.seal(body, about=b"")
    with pytest.raises(StoreError):
        sealer.open(sealed[start:-cut], about=b"")
