"""`abstractor data` as IT starts it: keys, purge, backup and restore, from the shell."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from abstractor.store import accounts, cohorts, raw, schema, service_tokens, setups, trail
from abstractor.store.database import Store, open_store, sqlite_url
from abstractor.store.key_file import first_key, keys_from_file
from abstractor.store.values import Action, Role
from tests.integration.keeping import NOW, copy_of, cycle_of
from tests.integration.kept_charts import canary, count, keep_chart

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def embedded(tmp_path: Path) -> Store:
    """A data folder as embedded mode makes it: two charts of a clinic that is set up to be pulled again."""
    folder = tmp_path / "data"
    folder.mkdir()
    store = open_store(sqlite_url(folder / "abstractor.db"), first_key(folder / "data.key"))
    schema.upgrade(store)
    with store.writing() as session:
        cycle = cycle_of(session, [f"Patient/{canary(1)}", f"Patient/{canary(2)}"])
        setups.keep_setup(session, "North", "{}", clinic_id=cycle.clinic_id, now=NOW)
    for number in (1, 2):
        keep_chart(store, 1, number)
    store.close()
    return store


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def start(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "abstractor", "data", *arguments],
            env={**os.environ, "ABSTRACTOR_DATA_DIR": str(tmp_path / "data"), **environment},
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
        )

    return start


def test_a_key_is_changed_in_two_commands(embedded: Store, run: Run, tmp_path: Path) -> None:
    key = tmp_path / "data" / "data.key"
    former = keys_from_file(key).current
    made = run("new-key")
    assert (made.returncode, made.stderr) == (0, "")
    current = keys_from_file(key).current
    assert current in made.stdout
    assert current != former
    done = run("rotate-key")
    assert done.returncode == 0
    assert f"may be removed: {former}" in done.stdout
    kept = [line for line in key.read_text().splitlines() if not line.startswith("#")]
    key.write_text(kept[0] + "\n")
    opened = open_store(embedded.engine.url.render_as_string(), keys_from_file(key))
    with opened.reading() as session:
        assert raw.pulled_chart(session, 1, 1) is not None
    assert run("rotate-key").stdout == "0 rows sealed anew\n"
    assert not any(word in made.stdout + done.stdout for word in kept)


def test_without_the_key_the_command_names_it(embedded: Store, run: Run, tmp_path: Path) -> None:
    key = tmp_path / "data" / "data.key"
    former = keys_from_file(key).current
    key.unlink()
    first_key(key)
    done = run("rotate-key")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert former in done.stderr


def test_a_patient_is_purged_and_the_trail_says_by_whom(embedded: Store, run: Run, tmp_path: Path) -> None:
    done = run("purge", "--yes", "patient", "1", LOGNAME="iris smith")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("patient 1: 1 patients forgotten, ")
    held = b"".join(path.read_bytes() for path in (tmp_path / "data").glob("abstractor.db*"))
    assert canary(1).encode() not in held
    assert canary(2).encode() in held
    with embedded.reading() as session:
        entry = trail.newest(session, limit=1)[0]
    assert entry.action == Action.PATIENT_PURGED
    assert entry.detail is not None
    assert entry.detail.startswith("by=iris_smith ")


@pytest.mark.parametrize(("what", "left"), [("cycle", 2), ("clinic", 0)])
def test_a_cycle_or_a_clinic_is_purged(embedded: Store, run: Run, what: str, left: int) -> None:
    done = run("purge", "--yes", what, "1")
    assert done.returncode == 0
    assert "purged 2 of 2 patients\n" in done.stderr
    assert count(embedded, "abstract") == 0
    with embedded.reading() as session:
        known = [cohorts.patient_reference(session, number) for number in (1, 2)]
    assert len([one for one in known if one]) == left


def test_what_is_older_than_the_rule_goes_and_what_is_unfinished_is_named(embedded: Store, run: Run) -> None:
    with embedded.writing() as session:
        cycle_of(session, ["Patient/3"])
    assert run("retain", "--yes", "2023-02-01").stdout == ""
    done = run("retain", "--yes", "2023-02-02")
    assert done.returncode == 0
    said = done.stdout.splitlines()
    assert said[0] == "cycle 2 stays: it is not finished"
    assert said[1].startswith("cycle 1: 0 patients forgotten, ")
    with embedded.reading() as session:
        assert [cycle.id for cycle in cohorts.cycles(session)] == [2]


def test_a_backup_is_restored_elsewhere(embedded: Store, run: Run, tmp_path: Path) -> None:
    with embedded.writing() as session:
        north = accounts.create(session, "north", None, roles=[Role.VIEWER], sites=None, now=NOW)
        service_tokens.make_token(session, north.id, life=timedelta(days=36_500), now=NOW)
    made = run("backup", str(tmp_path / "backup"))
    assert made.returncode == 0
    assert "The data key is not in it" in made.stdout
    assert keys_from_file(tmp_path / "data" / "data.key").current in made.stdout
    other, keys = tmp_path / "other", tmp_path / "data" / "data.key"
    there = {"ABSTRACTOR_DATA_DIR": str(other), "ABSTRACTOR_DATA_KEY_FILE": str(keys)}
    done = run("restore", str(tmp_path / "backup"), **there)
    assert (done.returncode, done.stderr) == (0, "")
    assert stat.S_IMODE(other.stat().st_mode) == 0o700
    assert "0 sign-ins and 0 one-time links of then let nobody in any more" in done.stdout
    assert "1 tokens of services are revoked" in done.stdout and "1 of north" in done.stdout
    opened = open_store(sqlite_url(other / "abstractor.db"), keys_from_file(keys))
    with opened.reading() as session:
        assert raw.pulled_chart(session, 1, 2) is not None
    again = run("restore", str(tmp_path / "backup"), **there)
    assert again.returncode == 1
    assert "empty place" in again.stderr


def test_a_backup_without_its_key_is_not_restored_and_the_key_asked_for(
    embedded: Store, run: Run, tmp_path: Path
) -> None:
    assert run("backup", str(tmp_path / "backup")).returncode == 0
    done = run("restore", str(tmp_path / "backup"), ABSTRACTOR_DATA_DIR=str(tmp_path / "other"))
    assert (done.returncode, done.stdout) == (1, "")
    assert not (tmp_path / "other" / "abstractor.db").exists()
    assert keys_from_file(tmp_path / "data" / "data.key").current in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["purge", "patient", "9", "--yes"], "no patient 9 to purge"),
        (["purge", "cycle", "9", "--yes"], "no cycle 9 to purge"),
        (["restore", "nowhere"], "no backup nowhere"),
        (["backup", "/nowhere/backup"], "cannot be written"),
        (["new-key", "/nowhere/key"], "cannot be written"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_what_cannot_be_done_is_one_line(embedded: Store, run: Run, arguments: list[str], said: str) -> None:
    done = run(*arguments)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert said in done.stderr


def test_a_key_file_that_is_not_there_is_named(embedded: Store, run: Run) -> None:
    done = run("rotate-key", ABSTRACTOR_DATA_KEY_FILE="/nowhere/key")
    assert done.returncode == 1
    assert "/nowhere/key cannot be read" in done.stderr


@pytest.mark.parametrize("arguments", [["purge", "patient", "1"], ["retain", "2024-01-01"]])
def test_nothing_goes_for_good_unasked(embedded: Store, run: Run, arguments: list[str]) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "add --yes" in done.stderr
    assert count(embedded, "pull") == 2


def test_a_database_that_is_not_there_is_told(run: Run, tmp_path: Path) -> None:
    done = run("purge", "--yes", "patient", "1")
    assert (done.returncode, done.stdout) == (1, "")
    assert "no database" in done.stderr
    assert not (tmp_path / "data").exists()


def test_both_ways_to_give_a_key_are_one_too_many(embedded: Store, run: Run) -> None:
    done = run("rotate-key", ABSTRACTOR_DATA_KEY="x", ABSTRACTOR_DATA_KEY_FILE="y")
    assert "not both" in done.stderr


def test_scrubbing_may_be_asked_for_by_itself(embedded: Store, run: Run) -> None:
    with embedded.writing() as session:
        raw.keep(session, 1, [copy_of("Condition", "x")], now=NOW)
    assert run("scrub").returncode == 0
