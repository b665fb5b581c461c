"""Data keys in a file or secret: made once for their owner only, read line by line, never repeated."""

import base64
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from abstractor.errors import SetupError
from abstractor.store.key_file import add_key, first_key, keys_from_file, keys_from_secret
from abstractor.store.sealing import DataKey

A, B = bytes(range(32)), bytes(range(1, 33))
LINE_A, LINE_B = (base64.b64encode(key).decode() for key in (A, B))
IDS = (DataKey(A).id, DataKey(B).id)


@pytest.mark.parametrize("between", [" ", "\n", ",", ", ", "\r\n"], ids=repr)
def test_a_secret_holds_several_keys_the_current_one_first(between: str) -> None:
    assert keys_from_secret(f"{LINE_A}{between}{LINE_B}").key_ids == IDS


def test_a_file_holds_one_a_line_with_comments(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text(f"# of 2026\n{LINE_A}\n\n# before\n  {LINE_B}  \n")
    assert keys_from_file(path).key_ids == IDS


def test_a_first_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "data.key"
    made = first_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert first_key(path).key_ids == made.key_ids
    assert os.listdir(tmp_path) == ["data.key"]


def test_processes_that_start_at_once_have_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(first_key, [tmp_path / "data.key"] * 8))
    assert len({sealer.key_ids for sealer in made}) == 1
    assert os.listdir(tmp_path) == ["data.key"]


def test_a_new_key_comes_first_and_the_old_ones_stay(tmp_path: Path) -> None:
    path = tmp_path / "data.key"
    first = add_key(path)
    second = add_key(path)
    assert second.key_ids == (second.current, first.current)
    assert second.current != first.current
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text().count("#") == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no key"),
        ("# nothing\n", "holds no key"),
        ("a pass phrase\n", "key 1 .* is not base64 of 32 bytes"),
        (f"{LINE_A}\n{base64.b64encode(b'too short').decode()}\n", "key 2 .* has 9 bytes"),
    ],
    ids=["empty", "comments", "words", "short"],
)
def test_what_is_no_key_is_told_without_repeating_it(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "keys"
    path.write_text(text)
    for act in (keys_from_file, add_key):
        with pytest.raises(SetupError, match=said) as refused:
            act(path)
        assert not any(word in str(refused.value) for word in ("phrase", LINE_A))
    assert path.read_text() == text


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"cannot be read.*put it back"):
        keys_from_file(tmp_path / "nowhere")
    with pytest.raises(SetupError, match="cannot be written"):
        first_key(tmp_path / "no folder" / "data.key")


def test_a_file_of_other_bytes_is_told(tmp_path: Path) -> None:
    (tmp_path / "keys").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SetupError, match="no text"):
        keys_from_file(tmp_path / "keys")
