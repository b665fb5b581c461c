"""Refused tries in the trail of either database: so many in an hour, and nothing named that is not there."""

import pytest

from abstractor.store import accounts, trail
from abstractor.store.database import Store
from abstractor.store.refused import tell_refused
from abstractor.store.values import Action, Role
from abstractor.store.verifying import verify
from tests.integration.keeping import NOW, after, cycle_of


def told(store: Store, account_id: int | None) -> list[str | None]:
    with store.reading() as session:
        newest = trail.newest(session, limit=500)
    return [
        one.detail
        for one in reversed(newest)
        if one.account_id == account_id and one.action == Action.ACCESS_REFUSED
    ]


@pytest.mark.parametrize("known", [True, False])
def test_so_many_in_an_hour_and_the_last_says_so(store: Store, known: bool) -> None:
    with store.writing() as session:
        ann = accounts.create(session, "ann", None, roles=[Role.VIEWER], sites=None, now=NOW)
    account_id, most = (ann.id, 20) if known else (None, 60)
    for number in range(most + 10):
        tell_refused(store, Action.ACCESS_REFUSED, account_id=account_id, detail="why=x", now=after(number))
    assert told(store, account_id) == [*["why=x"] * (most - 1), "why=x last=for-an-hour"]
    assert told(store, None if known else ann.id) == []
    tell_refused(store, Action.LAUNCH_REFUSED, account_id=account_id, detail=None, now=after(90))
    tell_refused(store, Action.ACCESS_REFUSED, account_id=account_id, detail="why=x", now=after(3_700))
    assert len(told(store, account_id)) == most + 1
    assert verify(store).is_whole


def test_a_chart_that_is_not_there_is_not_named(store: Store) -> None:
    with store.writing() as session:
        cycle = cycle_of(session, ["Patient/1"])
    for cycle_id, patient_id in ((cycle.id, 1), (900, 900)):
        tell_refused(
            store,
            Action.ACCESS_REFUSED,
            account_id=None,
            detail=None,
            now=NOW,
            cycle_id=cycle_id,
            patient_id=patient_id,
        )
    with store.reading() as session:
        second, first = trail.newest(session, limit=2)
    assert (first.cycle_id, first.patient_id) == (cycle.id, 1)
    assert (second.cycle_id, second.patient_id) == (None, None)
