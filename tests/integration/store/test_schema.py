"""Migrations: from nothing to the newest revision, in step with the tables, on both engines."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import inspect, text

from abstractor.errors import StoreError
from abstractor.store import schema
from abstractor.store.append_only import GUARDED
from abstractor.store.database import Store, open_store, sqlite_url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "postgresql":
        make: Callable[[], str] = request.getfixturevalue("new_postgres")
        return open_store(make())
    return open_store(sqlite_url(tmp_path / "empty.db"))


def tables_of(store: Store) -> set[str]:
    with store.engine.connect() as connection:
        return set(inspect(connection).get_table_names())


def test_an_empty_database_is_brought_up_to_the_tables(empty: Store) -> None:
    with pytest.raises(StoreError, match="revision none"):
        schema.require_current(empty)
    schema.upgrade(empty)
    schema.require_current(empty)
    assert schema.check(empty) == ()
    assert set(GUARDED) < tables_of(empty)


def test_upgrading_twice_changes_nothing(empty: Store) -> None:
    schema.upgrade(empty)
    schema.upgrade(empty)
    assert schema.check(empty) == ()


def test_two_processes_may_upgrade_at_the_same_time(empty: Store) -> None:
    others = [open_store(empty.engine.url.render_as_string(hide_password=False)) for _ in range(3)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(schema.upgrade, [empty, *others]))
    assert schema.check(empty) == ()


def test_many_may_open_a_new_file_at_the_same_time(tmp_path: Path) -> None:
    for number in range(40):
        stores = [open_store(sqlite_url(tmp_path / f"{number}.db")) for _ in range(6)]
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(tables_of, stores))
        for store in stores:
            store.close()


def test_the_way_back_leaves_nothing_behind(empty: Store) -> None:
    schema.upgrade(empty)
    with empty.engine.begin() as connection:
        command.downgrade(schema._config(connection), "base")
    assert tables_of(empty) == {"alembic_version"}
    schema.upgrade(empty)
    assert schema.check(empty) == ()


def test_a_cycle_from_before_cohorts_asked_about_her2(empty: Store) -> None:
    with empty.engine.begin() as connection:
        command.upgrade(schema._config(connection), "0001")
    clinic = (
        "INSERT INTO clinic (id, name, base_url, fhir_group, registered_at) VALUES (1, 'a', 'b', '', :now)"
    )
    columns = "period_start, period_end, as_of, timezone, definition, gap_days, program, editions, value_sets"
    days = "'2022-01-01', '2022-12-31', '2022-12-31', 'UTC', 'A', 180, '0', '', ''"
    cycle = f"INSERT INTO cycle (id, clinic_id, {columns}, line_policy, unlisted, opened_at)"
    with empty.engine.begin() as connection:
        connection.execute(text(clinic), {"now": "2023-01-01 00:00:00"})
        connection.execute(
            text(f"{cycle} VALUES (1, 1, {days}, '', 0, :now)"), {"now": "2023-01-01 00:00:00"}
        )
    schema.upgrade(empty)
    with empty.engine.connect() as connection:
        assert connection.execute(text("SELECT cohort FROM cycle")).scalar_one() == "her2-mbc"


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("ALTER TABLE queue_item ADD COLUMN spare INTEGER", "spare"),
        ("DROP INDEX ix_work_ready", "ix_work_ready"),
        ("CREATE TABLE stray (id INTEGER)", "stray"),
    ],
)
def test_a_difference_is_named(empty: Store, statement: str, words: str) -> None:
    schema.upgrade(empty)
    with empty.engine.begin() as connection:
        connection.execute(text(statement))
    assert words in "; ".join(schema.check(empty))


def test_a_missing_guard_is_named(empty: Store) -> None:
    schema.upgrade(empty)
    on_postgresql = empty.engine.dialect.name == "postgresql"
    trigger = "append_only ON abstract" if on_postgresql else "append_only_abstract_delete"
    with empty.engine.begin() as connection:
        connection.execute(text(f"DROP TRIGGER {trigger}"))
    assert schema.check(empty) == ("table abstract is not append-only",)


def run_check(*arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "abstractor.store", *arguments]
    return subprocess.run(words, capture_output=True, text=True, check=False, cwd=folder)


def test_the_command_says_nothing_where_all_is_in_step(empty: Store) -> None:
    url = empty.engine.url.render_as_string(hide_password=False)
    assert run_check("upgrade", "--database-url", url).returncode == 0
    done = run_check("check", "--database-url", url)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert run_check("check").returncode == 0


def test_the_command_says_in_one_line_what_is_not(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "old.db").close()
    done = run_check("check", "--database-url", sqlite_url(tmp_path / "old.db"))
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "add_table abstract" in done.stderr
    assert run_check("upgrade", folder=tmp_path).returncode == 1  # where no data were ever kept


@pytest.mark.parametrize("url", ["mysql://nowhere/x", "no url at all", "postgresql://127.0.0.1:1/none"])
def test_a_database_that_cannot_be_used_is_one_line(url: str) -> None:
    done = run_check("check", "--database-url", url)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1


def test_a_table_that_is_made_anew_keeps_its_rows_and_what_refers_to_them(empty: Store) -> None:
    """Revision 0004 rebuilds SQLite's `pull`, which answers, resources and abstracts refer to."""
    with empty.engine.begin() as connection:
        command.upgrade(schema._config(connection), "0003")
    now = {"now": "2023-01-01 00:00:00"}
    statements = (
        "INSERT INTO clinic (id, name, base_url, fhir_group, registered_at) VALUES (1, 'a', 'b', '', :now)",
        "INSERT INTO patient (id, clinic_id, reference, first_seen_at) VALUES (1, 1, 'Patient/1', :now)",
        "INSERT INTO cycle (id, clinic_id, period_start, period_end, as_of, timezone, definition, gap_days, "
        "program, editions, value_sets, line_policy, unlisted, opened_at) VALUES (1, 1, '2022-01-01', "
        "'2022-12-31', '2022-12-31', 'UTC', 'A', 180, '0', '', '', '', 0, :now)",
        "INSERT INTO pull (id, cycle_id, patient_id, foreign_count, pulled_at) VALUES (7, 1, 1, 2, :now)",
        "INSERT INTO pull_answer (pull_id, type, state, count) VALUES (7, 'Condition', 'complete', 1)",
    )
    with empty.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement), now)
    schema.upgrade(empty)
    assert schema.check(empty) == ()
    with empty.engine.connect() as connection:
        joined = (
            "SELECT p.id, p.kind, p.foreign_count, a.state FROM pull p JOIN pull_answer a ON a.pull_id = p.id"
        )
        assert connection.execute(text(joined)).all() == [(7, "full", 2, "complete")]
    for statement in (
        "DELETE FROM pull",
        "UPDATE pull SET kind = 'x'",
        "INSERT INTO pull_answer VALUES (9,'','',0,'')",
    ):
        with pytest.raises(StoreError), empty.writing() as session:
            session.connection().execute(text(statement))


def test_what_cycles_had_to_pull_before_there_were_rounds_goes_on_in_one_of_each(empty: Store) -> None:
    with empty.engine.begin() as connection:
        command.upgrade(schema._config(connection), "0005")
    now = {"now": "2023-01-01 00:00:00"}
    cycle = (
        "INSERT INTO cycle (id, clinic_id, period_start, period_end, as_of, timezone, definition, gap_days, "
        "program, editions, value_sets, line_policy, unlisted, listing_gap, opened_at) VALUES (:id, 1, "
        "'2022-01-01', '2022-12-31', '2022-12-31', 'UTC', 'A', 180, '0', '', '', '', :id, 'why', :now)"
    )
    work = (
        "INSERT INTO work (kind, cycle_id, patient_id, idempotency_key, state, attempts, due_at, created_at, "
        "ended_at) VALUES (:kind, :cycle, 1, :key, :state, 0, :now, :now, :now)"
    )
    with empty.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO clinic (id, name, base_url, fhir_group, registered_at) "
                "VALUES (1, 'a', 'b', '', :now)"
            ),
            now,
        )
        patient = "INSERT INTO patient (id, clinic_id, reference, first_seen_at) VALUES (1, 1, 'P/1', :now)"
        connection.execute(text(patient), now)
        for number in (1, 2, 3):
            connection.execute(text(cycle), {"id": number, **now})
        for key, kind, number, state in (
            ("a", "pull", 1, "done"),
            ("b", "pull", 2, "waiting"),
            ("c", "abstract", 1, "waiting"),
        ):
            row = {"kind": kind, "cycle": number, "key": key, "state": state, **now}
            connection.execute(text(work), row)
    schema.upgrade(empty)
    with empty.engine.connect() as connection:
        rounds = "SELECT id, cycle_id, state, patients, unlisted, ended_at IS NULL FROM pull_run ORDER BY id"
        assert [tuple(row) for row in connection.execute(text(rounds))] == [
            (1, 1, "incomplete", 1, 1, False),
            (2, 2, "running", 1, 2, True),
        ]
        of_work = "SELECT idempotency_key, run_id FROM work ORDER BY idempotency_key"
        assert connection.execute(text(of_work)).all() == [("a", 1), ("b", 2), ("c", None)]


def test_a_database_of_a_newer_program_is_left_alone(empty: Store) -> None:
    schema.upgrade(empty)
    with empty.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for act in (schema.upgrade, schema.require_current):
        with pytest.raises(StoreError, match="9999"):
            act(empty)


def test_a_migration_that_would_leave_a_reference_to_nothing_is_undone(tmp_path: Path) -> None:
    store = open_store(sqlite_url(tmp_path / "broken.db"))
    with store.engine.begin() as connection:
        command.upgrade(schema._config(connection), "0003")
    by_hand = sqlite3.connect(tmp_path / "broken.db")
    by_hand.execute(
        "INSERT INTO patient (id, clinic_id, reference, first_seen_at) VALUES (1, 9, 'Patient/1', '')"
    )
    by_hand.commit()
    by_hand.close()
    with pytest.raises(StoreError, match="a row refers to one that is not there"):
        schema.upgrade(store)
    with pytest.raises(StoreError, match="revision 0003"):
        schema.require_current(store)
