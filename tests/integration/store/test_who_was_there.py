"""Accounts of before there were roles and clinics: what becomes of them, there and back."""

from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from abstractor.store import accounts, schema
from abstractor.store.database import Store, open_store, sqlite_url
from abstractor.store.values import Role
from tests.integration.keeping import NOW

BEFORE = "0013"


@pytest.fixture(params=["sqlite", "postgresql"])
def before(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """An admin who is signed in and stands in the audit trail, and an auditor."""
    if request.param == "postgresql":
        make: Callable[[], str] = request.getfixturevalue("new_postgres")
        store = open_store(make())
    else:
        store = open_store(sqlite_url(tmp_path / "before.db"))
    with schema._rebuilding(store) as connection:
        command.upgrade(schema._config(connection), BEFORE)
        for role in ("admin", "auditor"):
            connection.execute(
                text(
                    "INSERT INTO account (name, role, password_hash, created_at) "
                    "VALUES (:role, :role, 'hash', :at)"
                ),
                {"role": role, "at": NOW.replace(tzinfo=None)},
            )
        connection.execute(
            text("INSERT INTO session VALUES ('token', 1, :at, :at)"), {"at": NOW.replace(tzinfo=None)}
        )
    return store


def test_an_admin_may_all_and_everybody_goes_on_seeing_every_clinic(before: Store) -> None:
    schema.upgrade(before)
    assert schema.check(before) == ()
    with before.reading() as session:
        known = {one.account.name: one for one in accounts.known(session)}
        assert session.connection().scalar(text("SELECT account_id FROM session")) == 1
    assert known["admin"].account.roles == frozenset(Role)
    assert known["auditor"].account.roles == {Role.AUDITOR}
    assert {one.account.sites for one in known.values()} == {None}
    assert all(one.password and not one.service and one.disabled_at is None for one in known.values())


def test_a_new_account_is_of_no_clinic_unless_it_is_said(before: Store) -> None:
    schema.upgrade(before)
    with before.writing() as session:
        made = accounts.create(session, "Ada", None, roles=[Role.VIEWER], sites=(), now=NOW)
    assert (made.id, made.sites) == (3, frozenset())


def test_the_way_back_keeps_who_was_an_admin(before: Store) -> None:
    schema.upgrade(before)
    with before.writing() as session:
        accounts.create(session, "Ada", None, roles=[Role.VIEWER], sites=(), now=NOW)
    with schema._rebuilding(before) as connection:
        command.downgrade(schema._config(connection), BEFORE)
    with before.engine.connect() as connection:
        rows = connection.execute(text("SELECT name, role, password_hash FROM account ORDER BY id")).all()
    assert [tuple(row) for row in rows] == [
        ("admin", "admin", "hash"),
        ("auditor", "auditor", "hash"),
        ("ada", "auditor", ""),
    ]
