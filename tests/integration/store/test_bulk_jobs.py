"""A bulk export goes on after a kill: phase, files and lines kept are known, addresses are sealed."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from abstractor.errors import Conflict, StoreError
from abstractor.store import bulk_jobs, runs, setups, signing_keys, tokens
from abstractor.store.connection_values import (
    BulkFile,
    BulkPhase,
    FileKind,
    KeptToken,
    KeyRole,
    PullKind,
    PullWay,
)
from abstractor.store.database import Store
from abstractor.store.rotation import rotate
from abstractor.store.sealing import DataKey, Sealer
from tests.integration.keeping import KEY, NOW, after, cycle_of

STATUS = "https://clinic.example/bulk/canary-status"
FILES = (
    BulkFile(1, FileKind.OUTPUT, "Condition", "https://clinic.example/canary-1", 200, 0, False),
    BulkFile(2, FileKind.ERROR, "OperationOutcome", "https://clinic.example/canary-2", None, 0, False),
)


@pytest.fixture
def exported(store: Store) -> Store:
    """Run 1 with an export that is ready."""
    with store.writing() as session:
        cycle_of(session, ["Patient/1"])
        runs.open_run(session, 1, kind=PullKind.FULL, way=PullWay.BULK, now=NOW)
        bulk_jobs.open_job(session, 1, now=NOW)
        bulk_jobs.move_on(session, 1, BulkPhase.WAITING, status_address=STATUS, now=after(1))
        bulk_jobs.move_on(session, 1, BulkPhase.READY, transaction_time="2026-01-01T00:00:00Z", now=after(2))
        bulk_jobs.keep_files(session, 1, FILES)
    return store


def test_what_is_known_of_an_export_comes_back(exported: Store) -> None:
    with exported.reading() as session:
        job = bulk_jobs.bulk_job(session, 1)
        assert bulk_jobs.bulk_files(session, 1) == FILES
        assert bulk_jobs.bulk_job(session, 2) is None
    assert job is not None
    assert (job.phase, job.status_address, job.transaction_time, job.changed_at) == (
        BulkPhase.READY,
        STATUS,
        "2026-01-01T00:00:00Z",
        after(2),
    )
    assert "canary" not in repr(job)


def test_no_address_of_an_export_stands_in_the_clear(exported: Store) -> None:
    for table in ("bulk_job", "bulk_file"):
        with exported.engine.connect() as connection:
            rows = connection.execute(text(f"SELECT sealed FROM {table}")).scalars()  # noqa: S608 - our tables
            assert not any(b"canary" in bytes(row) for row in rows)


def test_lines_that_are_kept_are_not_asked_for_again(exported: Store) -> None:
    with exported.writing() as session:
        bulk_jobs.kept_lines(session, 1, 1, 120, finished=False)
        bulk_jobs.kept_lines(session, 1, 2, 3, finished=True)
    with exported.reading() as session:
        found = bulk_jobs.bulk_files(session, 1)
    assert found == (replace(FILES[0], lines=120), replace(FILES[1], lines=3, finished=True))


def test_an_export_is_asked_for_once_a_run(exported: Store) -> None:
    with pytest.raises(Conflict), exported.writing() as session:
        bulk_jobs.open_job(session, 1, now=NOW)


def test_what_is_not_there_is_told(exported: Store) -> None:
    with pytest.raises(StoreError, match="no bulk export"), exported.writing() as session:
        bulk_jobs.move_on(session, 2, BulkPhase.READY, now=NOW)
    with pytest.raises(StoreError, match="no file 9"), exported.writing() as session:
        bulk_jobs.kept_lines(session, 1, 9, 1, finished=False)


def test_a_rotation_reaches_tokens_signing_keys_setups_and_addresses(exported: Store) -> None:
    with exported.writing() as session:
        setups.keep_setup(session, "north", '{"at_once": 8}', clinic_id=1, now=NOW)
        tokens.keep_token(session, 1, KeptToken("access", after(60), "scope"), now=NOW)
        for kid, role in (("k1", KeyRole.CURRENT), ("k2", KeyRole.NEXT)):
            signing_keys.keep_signing_key(
                session,
                kid,
                algorithm="ES384",
                private_jwk="private",
                public_jwk="public",
                role=role,
                now=NOW,
            )
        signing_keys.promote(session, "ES384", now=NOW)
    following = DataKey(bytes(range(1, 33)))
    done = rotate(replace(exported, sealer=Sealer([following, KEY])), now=NOW)
    assert (done.resealed, done.retired) == (6, (KEY.id,))
    alone = replace(exported, sealer=Sealer([following]))
    with alone.reading() as session:
        token = tokens.token_of(session, 1)
        job = bulk_jobs.bulk_job(session, 1)
        assert token is not None
        assert job is not None
        assert (token.access, job.status_address) == ("access", STATUS)
        assert signing_keys.private_jwk(session, "k2") == "private"
        assert bulk_jobs.bulk_files(session, 1) == FILES
        assert [one.document for one in setups.setups(session)] == ['{"at_once": 8}']
