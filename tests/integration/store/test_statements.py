"""A chart is kept in as many statements however many resources it has; PostgreSQL looks rows up by index."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text

from abstractor.chart import Completeness, Seen
from abstractor.store import raw, runs, work
from abstractor.store.connection_values import LedgerEntry, PullKind, PullWay
from abstractor.store.database import Store
from abstractor.store.pulling import keep_chart
from abstractor.store.values import RawCopy, Work, WorkKind
from tests.integration.keeping import NOW, after, copy_of, cycle_of

MOST = 20  # statements of one chart, from the end of its work to the work of abstracting it
FEW, MANY = 3, 1203
TYPES = ("Condition", "Observation", "Procedure")


@pytest.fixture
def clinic(store: Store) -> Store:
    with store.writing() as session:
        cycle_of(session, ["Patient/1", "Patient/2"])
    return store


def chart_of(patient: int, size: int, version: str = "1") -> list[RawCopy]:
    return [copy_of(TYPES[n % 2], f"p{patient}-{n}", version, note=f"{n}") for n in range(size)]


@contextmanager
def statements_of(store: Store) -> Iterator[list[str]]:
    """Each as often as the server hears it; SQLite, in our process, hears nothing by the wire."""
    heard: list[str] = []

    def note(
        _c: object, _u: object, statement: str, values: Sequence[object], _x: object, many: bool
    ) -> None:
        by_wire = store.engine.dialect.name == "postgresql"
        heard.extend([statement] * (len(values) if many and by_wire else 1))

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield heard
    finally:
        event.remove(store.engine, "before_cursor_execute", note)


def keep(store: Store, patient: int, copies: Sequence[RawCopy], **more: Any) -> list[str]:
    """The statements in which the chart was kept together with its row, as a job does it."""
    with store.writing() as session:
        run_id = runs.open_run(session, 1, kind=PullKind.FULL, way=PullWay.SEARCH, now=NOW)
        work.add_work(session, WorkKind.PULL, run_id=run_id, patient_ids=[patient], now=NOW)
    piece = claimed(store, run_id)
    given = {"whole": TYPES, "through": dict.fromkeys(TYPES, NOW), "deleted": {}, **more}
    with statements_of(store) as heard, store.writing() as session:
        work.finish(session, piece, now=NOW)
        keep_chart(
            session,
            run_id=run_id,
            cycle_id=None,
            patient_id=patient,
            brought=copies,
            answers=[Completeness(type_, Seen.COMPLETE, 1, None) for type_ in TYPES],
            rows=[LedgerEntry(type_, None, None, "answered", 1) for type_ in TYPES],
            foreign=0,
            kind=PullKind.FULL,
            now=NOW,
            read=TYPES,
            **given,
        )
    return heard


def claimed(store: Store, run_id: int) -> Work:
    with store.writing() as session:
        ids = list(
            session.connection().scalars(text("SELECT id FROM work WHERE run_id = :run"), {"run": run_id})
        )
        (piece,) = work.claim(session, ids, owner="worker", until=after(60))
        assert work.begin(session, piece, until=after(60))
    return piece


def numbers_of(store: Store, copies: Sequence[RawCopy]) -> dict[str, Any]:
    with store.writing() as session:
        return {"numbers": raw.keep(session, 1, copies, now=NOW)}


CASES: dict[str, Callable[[Store, int, int], list[str]]] = {
    "the first time": lambda store, patient, size: keep(store, patient, chart_of(patient, size)),
    "nothing new": lambda store, patient, size: keep(store, patient, chart_of(patient, size)),
    "new versions": lambda store, patient, size: keep(store, patient, chart_of(patient, size, "2")),
    "all but one gone": lambda store, patient, size: keep(store, patient, chart_of(patient, 1, "2")),
    "by their numbers": lambda store, patient, size: keep(
        store, patient, [], **numbers_of(store, chart_of(patient, size, "3"))
    ),
    "all deleted": lambda store, patient, size: keep(
        store, patient, [], whole=(), deleted={TYPES[0]: {f"p{patient}-{n}" for n in range(size)}}
    ),
    "held": lambda store, patient, size: keep(store, patient, [], whole=(), through={}),
}


def test_a_chart_takes_as_many_statements_however_many_resources_it_has(clinic: Store) -> None:
    for patient in (1, 2):
        keep(clinic, patient, [copy_of("Basic", f"first-{patient}")])
    for case, kept_by in CASES.items():
        few, many = kept_by(clinic, 1, FEW), kept_by(clinic, 2, MANY)
        assert many == few, case
        assert len(many) <= MOST, case


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_no_table_is_read_whole_for_the_rows_that_others_refer_to(store: Store) -> None:
    """A connection keeps the plans that it made while the tables were as small as they are here."""
    with store.writing() as session:
        cycle_of(session, [f"Patient/{number}" for number in range(70)])
        raw.keep_pull(
            session, cycle_id=1, patient_id=1, copies=chart_of(1, 70), answers=[], foreign=0, now=NOW
        )
    with store.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    store.engine.dispose()
    with store.writing() as session:
        raw.keep_pull(
            session, cycle_id=1, patient_id=2, copies=chart_of(2, 70), answers=[], foreign=0, now=NOW
        )
        read = text("SELECT relname FROM pg_stat_xact_user_tables WHERE seq_scan > 0")
        assert list(session.connection().execute(read).scalars()) == []
