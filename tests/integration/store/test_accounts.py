"""Signing in: what lets somebody in, what keeps them out, and for how long either lasts."""

import pytest
from sqlalchemy import text

from abstractor.errors import Conflict
from abstractor.store import accounts, guessing, sign_ins, trail
from abstractor.store.database import Store
from abstractor.store.values import Account, Action, Role
from tests.integration.keeping import NOW, after

PASSWORD = "correct horse battery"  # noqa: S105 - of the test's own account
IDLE, LIFE = 900, 43_200


@pytest.fixture
def ada(store: Store) -> Store:
    with store.writing() as session:
        accounts.create(session, "Ada", PASSWORD, roles={Role.AUDITOR}, sites=None, now=NOW)
    return store


def sign_in(store: Store, name: str = "ada", password: str = PASSWORD, *, seconds: float = 0) -> str | None:
    return sign_ins.sign_in(store, name, password, now=after(seconds))


def session_of(store: Store, token: str, seconds: float) -> Account | None:
    return sign_ins.session_of(store, token, now=after(seconds), idle=IDLE, life=LIFE)


def waiting(store: Store, name: str, seconds: float) -> int:
    with store.reading() as session:
        return guessing.seconds_to_wait(session, name, now=after(seconds))


def fail(store: Store, times: int, *, name: str = "ada") -> None:
    for _ in range(times):
        assert sign_in(store, name, "wrong") is None


@pytest.mark.parametrize("name", ["ada", "Ada", " ADA "])
def test_the_right_password_gives_a_session(ada: Store, name: str) -> None:
    token = sign_in(ada, name)
    assert token is not None
    assert session_of(ada, token, 5) == Account(id=1, name="ada", roles=frozenset({Role.AUDITOR}), sites=None)


@pytest.mark.parametrize(
    ("name", "password"),
    [("ada", "wrong"), ("ada", ""), ("ada", PASSWORD.upper()), ("bob", PASSWORD), ("", "")],
)
def test_anything_else_gives_none(ada: Store, name: str, password: str) -> None:
    assert sign_in(ada, name, password) is None


def test_two_sign_ins_are_two_sessions(ada: Store) -> None:
    first, second = sign_in(ada), sign_in(ada)
    assert first is not None
    assert second is not None
    sign_ins.sign_out(ada, first, now=after(1))
    assert session_of(ada, first, 2) is None
    assert session_of(ada, second, 2) is not None


@pytest.mark.parametrize("token", ["", "made up", "é" * 500, "\ud800"])
def test_a_made_up_token_is_nobody(ada: Store, token: str) -> None:
    sign_in(ada)
    assert session_of(ada, token, 1) is None
    sign_ins.sign_out(ada, token, now=NOW)


def test_a_session_ends_when_it_is_not_used(ada: Store) -> None:
    token = sign_in(ada)
    assert token is not None
    assert session_of(ada, token, IDLE - 1) is not None  # used: the time begins again
    assert session_of(ada, token, 2 * IDLE - 2) is not None
    assert session_of(ada, token, 3 * IDLE - 2) is None


def test_every_session_ends(ada: Store) -> None:
    token = sign_in(ada)
    assert token is not None
    for seconds in range(600, LIFE, 600):
        assert session_of(ada, token, seconds) is not None
    assert session_of(ada, token, LIFE) is None


def test_guessing_is_slowed_down(ada: Store) -> None:
    fail(ada, 4)
    assert waiting(ada, "Ada", 0) == 0
    fail(ada, 1)
    assert waiting(ada, "Ada", 0) == 30
    assert sign_in(ada, seconds=29) is None  # even with the right password
    assert sign_in(ada, "ada", "wrong", seconds=31) is None
    assert waiting(ada, "ada", 31) == 60
    assert sign_in(ada, seconds=92) is not None
    assert waiting(ada, "ada", 92) == 0


def test_the_wait_has_an_end_and_is_forgotten(ada: Store) -> None:
    fail(ada, 5)
    for step in range(1, 12):
        sign_in(ada, "ada", "wrong", seconds=step * 1000)
    assert waiting(ada, "ada", 11_000) == 900
    sign_in(ada, "bob", "wrong", seconds=11_000 + 86_401)
    with ada.reading() as session:
        assert session.connection().scalar(text("SELECT count(*) FROM sign_in_failure")) == 1


def test_one_name_does_not_slow_another_down(ada: Store) -> None:
    fail(ada, 9, name="bob")
    assert waiting(ada, "bob", 0) > 0
    assert sign_in(ada) is not None


def test_guessing_from_one_address_is_slowed_down_whatever_the_names(ada: Store) -> None:
    def waiting_there(address: str) -> int:
        with ada.reading() as session:
            return guessing.seconds_to_wait(session, "ada", now=NOW, address=address)

    for number in range(30):
        assert waiting_there("192.0.2.1") == 0
        with ada.writing() as session:
            guessing.count_try(session, f"nobody {number}", now=NOW, address="192.0.2.1")
    assert waiting_there("192.0.2.1") == 30
    assert waiting_there("192.0.2.2") == 0
    assert sign_ins.sign_in(ada, "ada", PASSWORD, now=NOW, address="192.0.2.1") is None
    assert sign_ins.sign_in(ada, "ada", PASSWORD, now=after(31), address="192.0.2.1") is not None
    assert sign_ins.sign_in(ada, "bob", "wrong", now=after(32), address="192.0.2.1") is None
    with ada.reading() as session:
        assert guessing.seconds_to_wait(session, "ada", now=after(32), address="192.0.2.1") == 60, (
            "who may sign in has not paid for the guesses at others"
        )


def test_who_has_a_connection_has_all_its_addresses(ada: Store) -> None:
    for number in range(30):
        with ada.writing() as session:
            guessing.count_try(session, f"nobody {number}", now=NOW, address=f"2001:db8:0:1::{number:x}")
    with ada.reading() as session:
        waits = [
            guessing.seconds_to_wait(session, "ada", now=NOW, address=address)
            for address in ("2001:DB8:0:1:ffff::1", "2001:db8:0:2::1", "::ffff:192.0.2.1", "no address")
        ]
    assert waits == [30, 0, 0, 0]


def test_who_signs_in_holds_nobody_up_at_an_address_that_many_share(ada: Store) -> None:
    def come(name: str, password: str, seconds: float) -> str | None:
        return sign_ins.sign_in(ada, name, password, now=after(seconds), address="192.0.2.1")

    for number in range(30):
        come(f"nobody {number}", "wrong", 0)
    assert come("ada", PASSWORD, 29) is None
    assert all(come("ada", PASSWORD, 31 + second) is not None for second in range(3))


def test_what_was_mistyped_at_an_address_is_forgotten_with_time_or_by_signing_in(ada: Store) -> None:
    def wait_after(seconds: float, tries: int, *, then: bool) -> int:
        with ada.writing() as session:
            for _ in range(tries):
                before = guessing.count_try(session, "ada", now=after(seconds), address="192.0.2.1")
            if then:
                guessing.forget(session, "ada", now=after(seconds), address="192.0.2.1", before=before)
            return guessing.seconds_to_wait(session, "bob", now=after(seconds), address="192.0.2.1")

    assert [wait_after(second, 4, then=True) for second in range(20)] == [0] * 20, "mistyped, then right"
    assert [wait_after(hour * 3_600, 6, then=False) for hour in range(1, 20)] == [0] * 19, "6 an hour"
    assert wait_after(20 * 3_600, 31, then=False) > 0


def test_nothing_secret_is_kept_readable(ada: Store) -> None:
    token = sign_in(ada)
    fail(ada, 1, name=PASSWORD)  # typed into the wrong field
    kept: list[object] = []
    with ada.reading() as session:
        for table in ("account", "session", "sign_in_failure", "audit_event"):
            kept += session.connection().execute(text(f"SELECT * FROM {table}")).all()  # noqa: S608 - our tables
    assert token is not None
    assert token not in repr(kept)
    assert PASSWORD not in repr(kept)
    assert "$argon2id$" in repr(kept)


def test_an_account_name_is_taken_once(ada: Store) -> None:
    with pytest.raises(Conflict), ada.writing() as session:
        accounts.create(session, "ADA", "another", roles=Role, sites=None, now=NOW)


def test_the_audit_trail_tells_who_came_and_went(ada: Store) -> None:
    token = sign_in(ada)
    assert token is not None
    fail(ada, 1)
    fail(ada, 1, name="bob")
    sign_ins.sign_out(ada, token, now=after(9))
    with ada.reading() as session:
        told = [(entry.action, entry.account_id) for entry in reversed(trail.newest(session))]
    assert told == [
        (Action.SIGNED_IN, 1),
        (Action.SIGN_IN_REFUSED, 1),
        (Action.SIGN_IN_REFUSED, None),
        (Action.SIGNED_OUT, 1),
    ]
