"""Troubles noted and told once, and counts added to by many, on both engines."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from abstractor.store import alerts, cohorts, tallies
from abstractor.store.connection_values import Alert
from abstractor.store.database import Store
from tests.integration.keeping import NOW, after


@pytest.fixture
def clinic(store: Store) -> int:
    with store.writing() as session:
        return cohorts.register_clinic(session, "a", "https://a.example", group=None, now=NOW).id


def begin(store: Store, clinic: int, code: str = "pull-failed", *, at: float = 0) -> None:
    with store.writing() as session:
        alerts.begin(session, clinic, code, run_id=None, detail=None, now=after(at))


def end(store: Store, *, at: float) -> None:
    with store.writing() as session:
        alerts.end(session, [each.id for each in alerts.not_over(session)], now=after(at))


def to_tell(store: Store, *, at: float) -> list[Alert]:
    with store.reading() as session:
        return list(alerts.to_tell(session, now=after(at)))


def tell(store: Store, alert: Alert, *, at: float) -> None:
    with store.writing() as session:
        assert alerts.claim(session, alert, due=after(at + 60))
        alerts.note_told(session, alert, now=after(at))


def test_a_trouble_is_open_once_until_it_is_over(store: Store, clinic: int) -> None:
    begin(store, clinic)
    begin(store, clinic, at=10)
    (first,) = to_tell(store, at=10)
    assert (first.code, first.began_at) == ("pull-failed", NOW)
    tell(store, first, at=10)
    assert to_tell(store, at=1000) == []
    end(store, at=20)
    (over,) = to_tell(store, at=20)
    assert over.over_at == after(20)
    tell(store, over, at=20)
    assert to_tell(store, at=1000) == []
    begin(store, clinic, at=30)
    assert [each.began_at for each in to_tell(store, at=30)] == [after(30)]


def test_what_is_over_before_it_is_told_is_not_told(store: Store, clinic: int) -> None:
    begin(store, clinic)
    end(store, at=5)
    assert to_tell(store, at=1000) == []


def test_one_of_many_has_the_telling_and_another_may_try_later(store: Store, clinic: int) -> None:
    begin(store, clinic)
    (alert,) = to_tell(store, at=0)

    def claim(_number: int) -> bool:
        with store.writing() as session:
            return alerts.claim(session, alert, due=after(60))

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(claim, range(8))) == 1
    assert to_tell(store, at=59) == []
    (again,) = to_tell(store, at=60)
    assert again.tries == 1


def test_a_claim_on_what_is_over_meanwhile_fails(store: Store, clinic: int) -> None:
    begin(store, clinic)
    (alert,) = to_tell(store, at=0)
    end(store, at=0)
    with store.writing() as session:
        assert not alerts.claim(session, alert, due=after(60))


def test_many_count_and_none_is_lost(store: Store, clinic: int) -> None:
    def count(_number: int) -> None:
        with store.writing() as session:
            tallies.add(session, clinic, {"retries": 2, "throttled": 1, "nothing": 0})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, range(12)))
    with store.reading() as session:
        assert tallies.tallies(session) == ((clinic, "retries", 24), (clinic, "throttled", 12))
