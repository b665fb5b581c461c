"""Sealed bytes: opened by their key alone, in their place alone, and silent about the key."""

import json
import pickle
import traceback

import pytest

from abstractor.errors import Damaged, StoreError
from abstractor.store.sealing import DataKey, Sealer, key_id_of

OLD, NEW = DataKey(bytes(range(32))), DataKey(bytes(range(1, 33)))
RESOURCE = json.dumps({"resourceType": "Observation", "id": "o1", "status": "final", "code": {}}).encode()
ABOUT = b"clinic 1, resource 1"


def test_the_envelope_names_its_key_and_shows_nothing_else() -> None:
    sealed = Sealer([OLD]).seal(RESOURCE, about=ABOUT)
    assert key_id_of(sealed) == OLD.id
    assert b"Observation" not in sealed
    assert OLD.secret not in sealed


def test_the_same_bytes_never_look_the_same_twice() -> None:
    sealer = Sealer([OLD])
    assert len({sealer.seal(RESOURCE, about=ABOUT) for _ in range(50)}) == 50


def test_an_old_key_opens_and_the_current_one_seals() -> None:
    sealed = Sealer([OLD]).seal(RESOURCE, about=ABOUT)
    both = Sealer([NEW, OLD])
    assert both.open(sealed, about=ABOUT) == RESOURCE
    assert key_id_of(both.seal(RESOURCE, about=ABOUT)) == NEW.id
    assert both.key_ids == (NEW.id, OLD.id)


def test_a_missing_key_is_named() -> None:
    sealed = Sealer([OLD]).seal(RESOURCE, about=ABOUT)
    with pytest.raises(StoreError, match=f"data key {OLD.id} is missing.*there: {NEW.id}"):
        Sealer([NEW]).open(sealed, about=ABOUT)


def test_what_repeats_itself_is_kept_small() -> None:
    long = b"the same sentence again. " * 400
    assert len(Sealer([OLD]).seal(long, about=ABOUT)) < len(long) / 10
    assert len(Sealer([OLD]).seal(b"", about=ABOUT)) == 38


@pytest.mark.parametrize(
    "sealed", [b"", b"{}", RESOURCE, b"\x02" + bytes(60), b"\x01" + bytes(36)], ids=range(5)
)
def test_what_was_never_sealed_is_damaged(sealed: bytes) -> None:
    with pytest.raises(Damaged):
        Sealer([OLD]).open(sealed, about=ABOUT)


def test_bytes_of_another_row_are_refused() -> None:
    sealed = Sealer([OLD]).seal(RESOURCE, about=ABOUT)
    with pytest.raises(Damaged):
        Sealer([OLD]).open(sealed, about=b"clinic 2, resource 1")


@pytest.mark.parametrize("secret", [b"", b"short", bytes(33)], ids=len)
def test_a_key_of_another_length_is_refused(secret: bytes) -> None:
    with pytest.raises(StoreError, match="32 bytes"):
        DataKey(secret)


def test_no_key_at_all_is_refused() -> None:
    with pytest.raises(StoreError, match="no data key"):
        Sealer([])


def test_the_key_is_in_no_repr_no_error_and_no_pickle() -> None:
    sealer = Sealer([NEW, OLD])
    words = [repr(sealer), repr(OLD), str(OLD)]
    try:
        Sealer([NEW]).open(Sealer([OLD]).seal(RESOURCE, about=ABOUT), about=ABOUT)
    except StoreError as failure:
        words += traceback.format_exception(failure)
    for key in (NEW, OLD):
        assert all(secret not in " ".join(words) for secret in (key.secret.hex(), str(key.secret)))
    with pytest.raises(TypeError):
        pickle.dumps(sealer)
