"""Many processes ask for the same rows at the same time: no row is ever held, or finished, by two."""

from collections import Counter
from multiprocessing import get_context

from abstractor.errors import Conflict
from abstractor.store import work
from abstractor.store.database import Store, open_store
from abstractor.store.values import WorkKind
from tests.integration.keeping import NOW, after, cycle_of

CHARTS = 60
PROCESSES = 4


def take_what_there_is(url: str, name: str) -> list[int]:
    """Claim and finish overlapping batches until nothing is left; the rows that this process has finished."""
    store = open_store(url)
    finished: list[int] = []
    for start in range(1, CHARTS + 1, 5):
        owner = f"{name}-{start}"
        with store.writing() as session:
            held = work.claim(
                session, range(start, min(start + 10, CHARTS + 1)), owner=owner, until=after(60)
            )
        for piece in held:
            with store.writing() as session:
                assert work.begin(session, piece, until=after(60))
                work.finish(session, piece, now=NOW)
            finished.append(piece.id)
    store.close()
    return finished


def test_no_row_is_claimed_twice(store: Store, database_url: str) -> None:
    with store.writing() as session:
        cycle_of(session, [f"Patient/{number}" for number in range(CHARTS)])
    with get_context("spawn").Pool(PROCESSES) as pool:
        lists = pool.starmap(take_what_there_is, [(database_url, str(number)) for number in range(PROCESSES)])
    counts = Counter(number for some in lists for number in some)
    assert counts == Counter(range(1, CHARTS + 1))


def record_it(url: str) -> bool:
    store = open_store(url)
    try:
        with store.writing() as session:
            work.add_work(session, WorkKind.ABSTRACT, cycle_id=1, patient_ids=[1], now=NOW)
    except Conflict:
        return False
    finally:
        store.close()
    return True


def test_work_recorded_by_many_at_once_is_one_row(store: Store, database_url: str) -> None:
    with store.writing() as session:
        cycle_of(session, ["Patient/a"])
    with get_context("spawn").Pool(PROCESSES) as pool:
        assert all(pool.map(record_it, [database_url] * 12))
    with store.reading() as session:
        batches = work.ready(session, now=NOW, size=10)
    assert [len(batch.work_ids) for batch in batches if batch.kind is WorkKind.ABSTRACT] == [1]
