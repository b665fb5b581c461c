"""How a clinic is asked: setups by time, signing keys and tokens sealed, rounds, and the ledger."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import text

from abstractor.errors import Conflict, StoreError
from abstractor.store import cohorts, ledger, raw, runs, setups, signing_keys, tokens
from abstractor.store.connection_tables import ClinicSetupRow
from abstractor.store.connection_values import (
    KeptToken,
    KeyRole,
    LedgerEntry,
    PullKind,
    PullWay,
    RunState,
)
from abstractor.store.database import Store
from tests.integration.keeping import NOW, after, copy_of, cycle_of

SECRET = "canary-secret-3b9"  # noqa: S105 - what must be found nowhere


@pytest.fixture
def clinic(store: Store) -> Store:
    """Clinic 1 with a cycle and two patients."""
    with store.writing() as session:
        cycle_of(session, ["Patient/1", "Patient/2"])
    return store


def everything_in(store: Store, table: str) -> str:
    with store.engine.connect() as connection:
        rows = connection.execute(text(f"SELECT * FROM {table}")).all()  # noqa: S608 - our tables
    return repr([[bytes(one) if isinstance(one, memoryview) else one for one in row] for row in rows])


def test_the_latest_setup_of_a_name_counts_and_the_others_stay(clinic: Store) -> None:
    with clinic.writing() as session:
        assert setups.keep_setup(session, "north", '{"at_once": 8}', clinic_id=1, now=NOW)
        assert not setups.keep_setup(session, "north", '{"at_once": 8}', clinic_id=1, now=after(1))
        assert setups.keep_setup(session, "north", '{"at_once": 16}', clinic_id=1, now=after(2))
        assert setups.keep_setup(session, "east", "{}", clinic_id=1, now=after(3))
    with clinic.reading() as session:
        assert [(one.name, one.document) for one in setups.setups(session)] == [
            ("east", "{}"),
            ("north", '{"at_once": 16}'),
        ]
        history = setups.setup_history(session, "north")
    assert [(one.document, one.kept_at) for one in history] == [
        ('{"at_once": 16}', after(2)),
        ('{"at_once": 8}', NOW),
    ]


def test_a_removed_setup_is_history_and_may_come_back(clinic: Store) -> None:
    with clinic.writing() as session:
        setups.keep_setup(session, "north", "{}", clinic_id=1, now=NOW)
        assert setups.remove_setup(session, "north", now=after(1))
        assert not setups.remove_setup(session, "north", now=after(2))
        assert setups.setups(session) == ()
        assert setups.setup_named(session, "north") is None
        assert len(setups.setup_history(session, "north")) == 2
        assert setups.keep_setup(session, "north", "{}", clinic_id=1, now=after(3))
        assert setups.setup_named(session, "north") is not None


def test_a_setup_shows_nothing_in_the_database(clinic: Store) -> None:
    """The address that messages go to may let whoever has it send some."""
    with clinic.writing() as session:
        setups.keep_setup(session, "north", f'{{"tell": "{SECRET}"}}', clinic_id=1, now=NOW)
    assert SECRET not in everything_in(clinic, "clinic_setup")


def test_a_damaged_setup_is_of_no_use_alone_and_can_be_given_again(clinic: Store) -> None:
    with clinic.writing() as session:
        for name in ("east", "north"):
            setups.keep_setup(session, name, "{}", clinic_id=1, now=NOW)
        session.connection().execute(text("UPDATE clinic_setup SET sealed = 'x' WHERE name = 'north'"))
    with clinic.writing() as session:
        assert [(one.name, one.document) for one in setups.setups(session)] == [("east", "{}"), ("north", "")]
        assert setups.keep_setup(session, "north", "{}", clinic_id=1, now=after(1))
        assert [one.document for one in setups.setups(session)] == ["{}", "{}"]


def test_a_setup_from_before_the_sealing_is_read(clinic: Store) -> None:
    with clinic.writing() as session:
        row = ClinicSetupRow(clinic_id=1, name="north", body='{"at_once": 8}', kept_at=NOW)
        session.add(row)
        session.flush()
        assert [one.document for one in setups.setups(session)] == ['{"at_once": 8}']


@pytest.mark.parametrize("document", ["", "[]", "{", "12"])
def test_a_setup_is_a_json_object(clinic: Store, document: str) -> None:
    with pytest.raises(StoreError, match="JSON object"), clinic.writing() as session:
        setups.keep_setup(session, "north", document, clinic_id=1, now=NOW)


def keep_key(store: Store, kid: str, role: KeyRole, algorithm: str = "RS384", now: datetime = NOW) -> None:
    with store.writing() as session:
        signing_keys.keep_signing_key(
            session,
            kid,
            algorithm=algorithm,
            private_jwk=f'{{"d": "{SECRET}", "kid": "{kid}"}}',
            public_jwk=f'{{"kid": "{kid}"}}',
            role=role,
            now=now,
        )


def test_a_private_key_is_sealed_and_comes_back(store: Store) -> None:
    keep_key(store, "k1", KeyRole.CURRENT)
    with store.reading() as session:
        assert SECRET in signing_keys.private_jwk(session, "k1")
        assert SECRET not in repr(signing_keys.signing_keys(session))
    assert SECRET not in everything_in(store, "signing_key")


def test_the_next_key_becomes_the_current_one_and_the_old_ones_secret_goes(store: Store) -> None:
    keep_key(store, "k1", KeyRole.CURRENT)
    keep_key(store, "k2", KeyRole.NEXT, now=after(1))
    keep_key(store, "e1", KeyRole.CURRENT, algorithm="ES384")
    with store.writing() as session:
        assert signing_keys.promote(session, "RS384", now=after(2)) == "k2"
    with store.reading() as session:
        roles = {key.kid: (key.role, key.retired_at) for key in signing_keys.signing_keys(session)}
        assert roles == {
            "k1": (KeyRole.RETIRED, after(2)),
            "k2": (KeyRole.CURRENT, None),
            "e1": (KeyRole.CURRENT, None),
        }
        with pytest.raises(StoreError, match="no signing key k1"):
            signing_keys.private_jwk(session, "k1")
    with pytest.raises(StoreError, match="no next RS384 key"), store.writing() as session:
        signing_keys.promote(session, "RS384", now=after(3))


@pytest.mark.parametrize("role", [KeyRole.CURRENT, KeyRole.NEXT])
def test_a_place_is_taken_once(store: Store, role: KeyRole) -> None:
    keep_key(store, "k1", role)
    with pytest.raises(Conflict):
        keep_key(store, "k2", role)
    keep_key(store, "k3", role, algorithm="ES384")


def test_a_token_is_sealed_shared_replaced_and_forgotten(clinic: Store) -> None:
    token = KeptToken(SECRET, after(300), "system/*.rs")
    with clinic.writing() as session:
        assert tokens.token_of(session, 1) is None
        tokens.keep_token(session, 1, token, now=NOW)
    assert SECRET not in everything_in(clinic, "token") + repr(token)
    with clinic.reading() as session:
        assert tokens.token_of(session, 1) == token
    with clinic.writing() as session:
        tokens.keep_token(session, 1, replace(token, access="another"), now=after(300))
    with clinic.writing() as session:
        assert tokens.token_of(session, 1) == replace(token, access="another")
        tokens.forget_token(session, 1)
        assert tokens.token_of(session, 1) is None


def test_a_round_begins_and_ends_once(clinic: Store) -> None:
    with clinic.writing() as session:
        first = runs.open_run(session, 1, kind=PullKind.FULL, way=PullWay.SEARCH, now=NOW)
        assert runs.last_success(session, 1) is None
        runs.note_scope(session, first, "system/Condition.rs")
        runs.end_run(session, first, RunState.INCOMPLETE, now=after(60))
        second = runs.open_run(session, 1, kind=PullKind.INCREMENTAL, way=PullWay.BULK, now=after(90))
        runs.end_run(session, second, RunState.FAILED, error_code="clinic-unreachable", now=after(95))
    with clinic.reading() as session:
        assert runs.last_success(session, 1) == after(60)
        assert [run.state for run in runs.runs(session, 1)] == [
            RunState.FAILED,
            RunState.INCOMPLETE,
            RunState.RUNNING,
        ]
        seen = runs.run_of(session, first)
        assert seen is not None
        assert (seen.scope, seen.ended_at) == ("system/Condition.rs", after(60))
        assert runs.run_of(session, 99) is None
    with pytest.raises(Conflict, match="has ended already"), clinic.writing() as session:
        runs.end_run(session, second, RunState.DONE, now=after(99))


ENTRIES = [
    LedgerEntry("Condition", "2020-01-01", None, "answered", 3, 3, "patient category"),
    LedgerEntry("Condition", None, "2019-12-31", "refused", 0, None, "patient", "http-403"),
    LedgerEntry("Observation", None, None, "truncated", 200, 431, "patient code"),
]


def test_the_ledger_stands_beside_the_pull_in_its_order(clinic: Store) -> None:
    with clinic.writing() as session:
        run_id, other = (
            runs.open_run(session, 1, kind=PullKind.FULL, way=PullWay.SEARCH, now=NOW) for _ in range(2)
        )
        pulls = [
            raw.keep_pull(
                session,
                cycle_id=cycle_id,
                run_id=of,
                patient_id=patient_id,
                copies=[],
                answers=[],
                foreign=0,
                now=NOW,
            )
            for cycle_id, patient_id, of in ((1, 1, run_id), (None, 2, run_id), (None, 1, other))
        ]
        ledger.append(session, pulls[0], ENTRIES)
        ledger.append(session, pulls[1], ENTRIES[:1])
    with clinic.reading() as session:
        assert ledger.entries_of_pull(session, pulls[0]) == tuple(ENTRIES)
        assert ledger.entries_of_chart(session, 1, 1) == tuple(ENTRIES)
        assert ledger.entries_of_chart(session, 1, 2) == ()
        assert ledger.entries_of_pull(session, pulls[2]) == ()
        assert ledger.counts_of_cycle(session, 1) == (
            ("Condition", "answered", 1),
            ("Condition", "refused", 1),
            ("Observation", "truncated", 1),
        )
        assert ("Condition", "answered", 2) in ledger.counts_of_run(session, run_id)


def test_an_incremental_pull_of_a_cycle_has_what_stood_beside_what_came(clinic: Store) -> None:
    with clinic.writing() as session:
        held = raw.keep(session, 1, [copy_of("Condition", "c1"), copy_of("Condition", "c2")], now=NOW)
        raw.keep_pull(
            session,
            cycle_id=1,
            patient_id=1,
            copies=[copy_of("Condition", "c3")],
            answers=[],
            foreign=0,
            now=NOW,
            kind=PullKind.INCREMENTAL,
            standing=held,
        )
        found = raw.pulled_chart(session, 1, 1)
    assert found is not None
    assert len(found.copies) == 3


def test_a_setup_belongs_to_a_clinic_that_is_there(store: Store) -> None:
    with pytest.raises(Conflict), store.writing() as session:
        setups.keep_setup(session, "north", "{}", clinic_id=7, now=NOW)
    with store.writing() as session:
        clinic = cohorts.register_clinic(session, "north", "https://north.example", group=None, now=NOW)
        assert setups.keep_setup(session, "north", "{}", clinic_id=clinic.id, now=NOW)
