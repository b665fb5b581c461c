"""Back up and restore: nothing is lost from either engine into either, and nothing that is damaged is
restored.
"""

import os
import secrets
import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from abstractor.errors import InputError, SetupError, StoreError
from abstractor.store import (
    account_links,
    accounts,
    alerts,
    bulk_jobs,
    doctor_reports,
    raw,
    runs,
    schema,
    service_tokens,
    setups,
    sign_ins,
    signing_keys,
    tallies,
    tokens,
    trail,
)
from abstractor.store.backup import Restored, back_up, restore
from abstractor.store.backup_file import add_manifest, read_backup
from abstractor.store.connection_values import (
    BulkFile,
    BulkPhase,
    FileKind,
    KeptToken,
    KeyRole,
    PullKind,
    PullWay,
)
from abstractor.store.copying import TABLES, require_equal
from abstractor.store.database import Store, open_store, sqlite_url
from abstractor.store.purging import By, purge_patient
from abstractor.store.restoring import Ended, end_ways_in, tell_restored
from abstractor.store.sealed import require_keys
from abstractor.store.sealing import DataKey, Sealer
from abstractor.store.values import Action, RawCopy, Role
from abstractor.store.verifying import verify
from tests.integration.keeping import KEY, NOW, SEALER, after, copy_of, cycle_of
from tests.integration.kept_charts import canary, count, keep_chart, seen_in_bulk


@pytest.fixture
def filled(store: Store) -> Store:
    """A row at least in every table, bytes of every kind among them."""
    with store.writing() as session:
        cycle_of(session, [f"Patient/{canary(number)}" for number in (1, 2, 3)])
        accounts.create(session, "Jürgen", "a long pass phrase", roles=Role, sites=None, now=NOW)
        odd = [
            RawCopy(bytes(range(256)), "all bytes"),
            RawCopy(b"", "none"),
            copy_of("Binary", "ä\U0001f600"),
        ]
        raw.keep(session, 1, odd, now=NOW)
        tokens.keep_token(session, 1, KeptToken("access", after(60), "scope"), now=NOW)
        signing_keys.keep_signing_key(
            session, "k1", algorithm="ES384", private_jwk="p", public_jwk="q", role=KeyRole.CURRENT, now=NOW
        )
        run_id = runs.open_run(session, 1, kind=PullKind.FULL, way=PullWay.BULK, now=NOW)
        bulk_jobs.open_job(session, run_id, now=NOW)
        bulk_jobs.move_on(session, run_id, BulkPhase.READY, status_address="https://a.example", now=NOW)
        bulk_jobs.keep_files(session, run_id, [BulkFile(1, FileKind.OUTPUT, "T", "https://b", 1, 1, True)])
        setups.keep_setup(session, "north", "{}", clinic_id=1, now=NOW)
        seen_in_bulk(session, run_id, patient_id=1)
        alerts.begin(session, 1, "pull-failed", run_id=run_id, detail="ClinicRefused", now=NOW)
        tallies.add(session, 1, {"retries": 3})
        doctor_reports.keep(session, 1, "{}", now=NOW)
    sign_ins.sign_in(store, "Jürgen", "something else", now=NOW)
    with store.writing() as session:
        told = "password_hash, all_sites, service, created_at"
        account = f"INSERT INTO account (id, name, {told}) SELECT 900, 'other', {told} FROM account"  # noqa: S608 - ours
        session.connection().execute(text(account))
        north = accounts.create(session, "north", None, roles=[Role.VIEWER], sites=[1], now=NOW)
        account_links.make_link(session, north.id, life=timedelta(days=1), now=NOW)
        service_tokens.make_token(session, north.id, life=timedelta(days=1), now=NOW)
    sign_ins.sign_in(store, "other", "a long pass phrase", now=NOW)
    for number in (1, 2, 3):
        keep_chart(store, 1, number)
    purge_patient(store, 3, by=By("iris"), now=after(60))
    assert [table.name for table in TABLES if count(store, table.name) == 0] == []
    return store


@pytest.fixture
def empty_place(tmp_path: Path, new_postgres: Callable[[], str]) -> Callable[[str], Store]:
    def make(engine: str) -> Store:
        url = (
            new_postgres() if engine == "postgresql" else sqlite_url(tmp_path / "restored" / "abstractor.db")
        )
        (tmp_path / "restored").mkdir(exist_ok=True)
        return open_store(url, SEALER)

    return make


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_round_trip_loses_nothing(
    filled: Store, tmp_path: Path, engine: str, empty_place: Callable[[str], Store]
) -> None:
    """But the ways in of then, which are all shut."""
    made = back_up(filled, tmp_path / "backup", now=NOW)
    place = empty_place(engine)
    restored = restore(place, tmp_path / "backup", by="lea", now=after(90))
    assert restored == Restored(made, Ended(sessions=1, links=1, tokens=((1, "north"),)))
    schema.require_current(place)
    require_keys(place)
    assert schema.check(place) == ()
    with filled.writing() as session:
        tell_restored(session, made, end_ways_in(session, now=after(90)), by="lea", now=after(90))
    with filled.engine.connect() as before, place.engine.connect() as now:
        require_equal(before, now)
    again = back_up(filled, tmp_path / "shut", now=NOW)
    assert again.rows == made.rows - 2 + 1
    assert back_up(place, tmp_path / "again", now=NOW).digest == again.digest
    whole = verify(place)
    assert (whole.is_whole, whole.entries, whole.forgotten) == (True, count(filled, "audit_event"), 1)
    place.close()


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_no_sign_in_link_or_token_of_then_lets_anybody_in(
    filled: Store, tmp_path: Path, engine: str, empty_place: Callable[[str], Store]
) -> None:
    """One of each is ended after the backup; the others nobody could tell from them."""
    signed_in = sign_ins.sign_in(filled, "other", "a long pass phrase", now=NOW)
    with filled.writing() as session:
        account = accounts.create(session, "south", None, roles=[Role.VIEWER], sites=[1], now=NOW)
        link = account_links.make_link(session, account.id, life=timedelta(days=1), now=NOW)
        made = [
            service_tokens.make_token(session, account.id, life=timedelta(days=1), now=NOW) for _ in range(2)
        ]
    back_up(filled, tmp_path / "backup", now=NOW)
    with filled.writing() as session:
        service_tokens.revoke_token(session, made[0][0], now=after(1))
    place = empty_place(engine)
    restored = restore(place, tmp_path / "backup", by="lea", now=after(2))
    assert restored.ended == Ended(2, 2, ((1, "north"), (2, "south"), (3, "south")))
    assert signed_in is not None
    assert sign_ins.session_of(place, signed_in, now=after(3), idle=900, life=43200) is None
    for _, token in made:
        assert service_tokens.account_of_token(place, token, now=after(3)) is None
    with place.writing() as session:
        assert account_links.account_of_link(session, link, now=after(3)) is None
        assert all(each.revoked_at == after(2) for each in service_tokens.service_tokens(session))
        _, fresh = service_tokens.make_token(session, account.id, life=timedelta(days=1), now=after(3))
    assert service_tokens.account_of_token(place, fresh, now=after(4)) == account
    place.close()


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_restored_database_goes_on_where_it_was(
    filled: Store, tmp_path: Path, engine: str, empty_place: Callable[[str], Store]
) -> None:
    back_up(filled, tmp_path / "backup", now=NOW)
    place = empty_place(engine)
    restore(place, tmp_path / "backup", by="lea", now=NOW)
    with place.reading() as session:
        found = raw.pulled_chart(session, 1, 2)
    assert found is not None
    assert len(found.copies) == 42
    with place.writing() as session:
        cycle_of(session, ["Patient/new"])
        trail.record(session, action=Action.SIGNED_IN, account_id=1, now=after(90))
        raw.keep(session, 1, [copy_of("Condition", "new")], now=after(90))
    assert verify(place).is_whole
    with pytest.raises(StoreError), place.writing() as session:
        session.connection().execute(text("DELETE FROM raw_resource"))
    place.close()


def test_a_backup_is_for_its_owner_and_holds_no_key(filled: Store, tmp_path: Path) -> None:
    made = back_up(filled, tmp_path / "backup", now=NOW)
    assert made.key_ids == (KEY.id,)
    assert made.rows > 100
    assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == 0o600
    assert KEY.secret not in (tmp_path / "backup").read_bytes()
    assert (canary(2) * 30).encode() not in (tmp_path / "backup").read_bytes()
    assert [name for name in os.listdir(tmp_path) if "backup" in name] == ["backup"]


def test_a_backup_is_made_while_others_write(filled: Store, tmp_path: Path) -> None:
    with filled.writing() as session:
        raw.keep(session, 1, [copy_of("Condition", "unfinished")], now=NOW)
        made = back_up(filled, tmp_path / "backup", now=NOW)
    later = back_up(filled, tmp_path / "later", now=NOW)
    assert later.rows == made.rows + 1


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_without_its_key_nothing_is_restored_and_the_key_is_named(
    filled: Store, tmp_path: Path, engine: str, empty_place: Callable[[str], Store]
) -> None:
    back_up(filled, tmp_path / "backup", now=NOW)
    place = empty_place(engine)
    for sealer in (None, Sealer((DataKey(secrets.token_bytes(32)),))):
        with pytest.raises(StoreError, match=f"data key {KEY.id}, which is missing"):
            restore(replace(place, sealer=sealer), tmp_path / "backup", by="lea", now=NOW)
    restore(place, tmp_path / "backup", by="lea", now=NOW)
    with place.reading() as session:
        newest = trail.newest(session, limit=1)[0]
    assert newest.action == Action.RESTORED
    assert "by=lea rows=" in (newest.detail or "")
    place.close()


def test_nothing_is_restored_over_what_is_there(filled: Store, tmp_path: Path) -> None:
    back_up(filled, tmp_path / "backup", now=NOW)
    rows = count(filled, "raw_resource")
    with pytest.raises(StoreError, match="empty"):
        restore(filled, tmp_path / "backup", by="lea", now=NOW)
    assert count(filled, "raw_resource") == rows
    with pytest.raises(SetupError, match="is there already"):
        back_up(filled, tmp_path / "backup", now=NOW)


def test_a_place_that_cannot_be_written_is_told(filled: Store, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="cannot be written"):
        back_up(filled, tmp_path / "no such folder" / "backup", now=NOW)


def flipped(path: Path) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.execute("UPDATE cycle SET gap_days = gap_days + 1")
        file.commit()


def shortened(path: Path) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.execute("DELETE FROM work WHERE id = 1")
        file.commit()


def cut_off(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def overwritten(path: Path) -> None:
    body = bytearray(path.read_bytes())
    at = body.index(b"canary2x")
    body[at] ^= 0x20
    path.write_bytes(bytes(body))


def replaced(path: Path) -> None:
    path.write_bytes(b"something else entirely")


def emptied(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("harm", [flipped, shortened, cut_off, overwritten, replaced, emptied])
def test_a_damaged_backup_is_not_restored(
    filled: Store, tmp_path: Path, harm: Callable[[Path], None], empty_place: Callable[[str], Store]
) -> None:
    back_up(filled, tmp_path / "backup", now=NOW)
    harm(tmp_path / "backup")
    place = empty_place("sqlite")
    with pytest.raises((InputError, StoreError), match="backup"):
        restore(place, tmp_path / "backup", by="lea", now=NOW)
    assert os.listdir(tmp_path / "restored") == []


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_backup_of_a_newer_program_is_not_restored(
    tmp_path: Path, engine: str, migrated_sqlite: Path, empty_place: Callable[[str], Store]
) -> None:
    shutil.copy(migrated_sqlite, tmp_path / "backup")
    with closing(sqlite3.connect(tmp_path / "backup")) as file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
        file.commit()
    add_manifest(tmp_path / "backup", now=NOW)
    with pytest.raises(StoreError, match=r"revision 9999 .* newer program"):
        restore(empty_place(engine), tmp_path / "backup", by="lea", now=NOW)
    assert os.listdir(tmp_path / "restored") == []


def test_a_backup_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no backup"):
        read_backup(tmp_path / "nowhere")


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_backup_of_an_older_revision_is_brought_up_to_date(
    tmp_path: Path, engine: str, empty_place: Callable[[str], Store]
) -> None:
    older = open_store(sqlite_url(tmp_path / "older.db"), SEALER)
    with older.engine.begin() as connection:
        command.upgrade(schema._config(connection), "0003")
    with older.engine.begin() as connection:
        columns = "(id, name, base_url, fhir_group, registered_at)"
        clinic = text(f"INSERT INTO clinic {columns} VALUES (4, 'a', 'b', '', :now)")  # noqa: S608 - ours
        connection.execute(clinic, {"now": "2023-01-01 00:00:00"})
    older.close()
    shutil.copy(tmp_path / "older.db", tmp_path / "backup")
    add_manifest(tmp_path / "backup", now=NOW)
    place = empty_place(engine)
    assert restore(place, tmp_path / "backup", by="lea", now=NOW).backup.revision == "0003"
    schema.require_current(place)
    assert count(place, "clinic") == 1
