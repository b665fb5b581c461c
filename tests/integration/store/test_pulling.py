"""A pull is kept: what it brought is live, what is gone is let go, what failed is held and said to be."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pytest
from sqlmodel import col, select

from abstractor.chart import Completeness, Seen
from abstractor.store import ledger, live, raw, runs
from abstractor.store.connection_values import LedgerEntry, PullKind, PullWay
from abstractor.store.database import Store
from abstractor.store.pulling import keep_chart
from abstractor.store.tables import PullAnswerRow, PullResourceRow, RawRow
from abstractor.store.values import RawCopy
from tests.integration.keeping import NOW, after, copy_of, cycle_of

DAY = 24 * 3600
OLD, NEW, OTHER = copy_of("Condition", "c1"), copy_of("Condition", "c1", "2"), copy_of("Condition", "c2")
LAB = copy_of("Observation", "o1")
ROW = LedgerEntry("Condition", None, "2023-02-01T12:00:00Z", "answered", 1, 1, "patient")


@pytest.fixture
def clinic(store: Store) -> Store:
    with store.writing() as session:
        cycle_of(session, ["Patient/1", "Patient/2"])
    return store


def answer(type_: str, state: Seen, count: int = 0, detail: str | None = None) -> Completeness:
    return Completeness(type_, state, count, detail)


def keep(
    store: Store,
    *copies: RawCopy,
    answers: Sequence[Completeness] = (),
    whole: Sequence[str] = ("Condition",),
    through: Mapping[str, datetime] | None = None,
    now: datetime = NOW,
    **more: Any,
) -> int:
    with store.writing() as session:
        run_id = runs.open_run(session, 1, kind=PullKind.FULL, way=PullWay.SEARCH, now=now)
        given = {"numbers": (), "deleted": {}, "kind": PullKind.FULL, "cycle_id": None, **more}
        return keep_chart(
            session,
            run_id=run_id,
            patient_id=1,
            brought=copies,
            whole=whole,
            through=through or {},
            answers=answers,
            rows=[ROW],
            foreign=0,
            now=now,
            **given,
        )


def live_ids(store: Store) -> list[str]:
    with store.reading() as session:
        return [one.fhir_id for one in live.live_of(session, 1)]


def answers_of(store: Store, pull_id: int) -> dict[str, Completeness]:
    with store.reading() as session:
        rows = session.exec(select(PullAnswerRow).where(PullAnswerRow.pull_id == pull_id))
        return {row.type: answer(row.type, Seen(row.state), row.count, row.detail) for row in rows}


def bodies_of(store: Store, pull_id: int) -> set[bytes]:
    with store.reading() as session:
        rows = session.exec(
            select(RawRow)
            .join(PullResourceRow, col(PullResourceRow.resource_id) == RawRow.id)
            .where(PullResourceRow.pull_id == pull_id)
        )
        return {raw.body_of(session, row) for row in rows}


def marks_of(store: Store) -> Mapping[str, datetime]:
    with store.reading() as session:
        return live.marks(session, 1)


COMPLETE = answer("Condition", Seen.COMPLETE, 1)


def test_what_came_is_live_and_the_chart_with_its_ledger(clinic: Store) -> None:
    pull_id = keep(clinic, OLD, OTHER, answers=[answer("Condition", Seen.COMPLETE, 2)])
    assert bodies_of(clinic, pull_id) == {OLD.body, OTHER.body}
    assert answers_of(clinic, pull_id) == {"Condition": answer("Condition", Seen.COMPLETE, 2)}
    with clinic.reading() as session:
        assert ledger.entries_of_pull(session, pull_id) == (ROW,)


def test_what_was_not_asked_for_again_stands_in_the_chart(clinic: Store) -> None:
    keep(clinic, OLD, OTHER, LAB, whole=["Condition", "Observation"], answers=[COMPLETE])
    known = {"Condition": NOW, "Observation": NOW}
    answers = [COMPLETE, answer("Observation", Seen.EMPTY), answer("Procedure", Seen.EMPTY)]
    pull_id = keep(clinic, NEW, answers=answers, whole=["Procedure"], through=known)
    assert bodies_of(clinic, pull_id) == {NEW.body, OTHER.body, LAB.body}
    told = [(one.type, str(one.state), one.count, one.detail) for one in answers_of(clinic, pull_id).values()]
    assert told == [
        ("Condition", "complete", 2, None),
        ("Observation", "complete", 1, None),
        ("Procedure", "empty", 0, None),
    ]


def test_what_is_of_a_type_that_nobody_asks_for_stays_until_all_was_asked_for_whole(clinic: Store) -> None:
    read = ["Condition", "Observation"]
    keep(clinic, OLD, copy_of("Basic", "b1"), answers=[COMPLETE], read=read)
    keep(clinic, answers=[COMPLETE], whole=[], through={"Condition": NOW}, read=read)
    assert live_ids(clinic) == ["b1", "c1"]
    keep(clinic, OLD, LAB, answers=[COMPLETE], read=read)
    assert live_ids(clinic) == ["c1", "o1"]


def test_of_a_type_that_came_whole_only_what_came_is_live(clinic: Store) -> None:
    keep(clinic, OLD, OTHER, LAB, whole=["Condition", "Observation"])
    pull_id = keep(clinic, OTHER, answers=[COMPLETE])
    assert live_ids(clinic) == ["c2", "o1"]
    assert bodies_of(clinic, pull_id) == {OTHER.body, LAB.body}


def test_what_the_clinic_says_is_deleted_goes(clinic: Store) -> None:
    keep(clinic, OLD, OTHER, LAB)
    keep(clinic, whole=[], deleted={"Condition": {"c1", "unknown"}})
    assert live_ids(clinic) == ["c2", "o1"]


@pytest.mark.parametrize(
    ("refused", "detail"),
    [
        (answer("Condition", Seen.REFUSED, 0, "http-403"), "http-403; held-since:2023-02-01"),
        (answer("Condition", Seen.PARTIAL, 1, "page 2: http-500"), "page 2: http-500; held-since:2023-02-01"),
        (answer("Condition", Seen.NOT_ASKED), "held-since:2023-02-01"),
    ],
)
@pytest.mark.parametrize("through", [{}, {"Condition": NOW}])
def test_what_was_held_stays_where_its_type_fails_and_is_never_called_complete(
    clinic: Store, refused: Completeness, detail: str, through: Mapping[str, datetime]
) -> None:
    keep(clinic, OLD, OTHER, answers=[answer("Condition", Seen.COMPLETE, 2)], through=through)
    for day in (1, 2):
        pull_id = keep(clinic, whole=[], answers=[refused], now=after(day * DAY))
        assert live_ids(clinic) == ["c1", "c2"]
        assert answers_of(clinic, pull_id) == {"Condition": answer("Condition", Seen.PARTIAL, 2, detail)}
        assert bodies_of(clinic, pull_id) == {OLD.body, OTHER.body}
    assert marks_of(clinic) == through


def test_a_refusal_without_anything_held_stays_a_refusal(clinic: Store) -> None:
    pull_id = keep(clinic, whole=[], answers=[answer("Condition", Seen.REFUSED, 0, "http-403")])
    assert answers_of(clinic, pull_id)["Condition"] == answer("Condition", Seen.REFUSED, 0, "http-403")


def test_a_mark_moves_where_the_changes_are_known_and_falls_where_they_cannot_be(clinic: Store) -> None:
    keep(clinic, OLD, LAB, whole=["Condition", "Observation"], through={"Condition": NOW, "Observation": NOW})
    keep(clinic, OLD, whole=["Condition"], through={"Condition": after(60)})
    assert marks_of(clinic) == {"Condition": after(60), "Observation": NOW}
    keep(clinic, OLD, whole=["Condition"])
    assert marks_of(clinic) == {"Observation": NOW}


def test_what_cannot_be_read_goes_once_everything_that_is_asked_for_is_known(clinic: Store) -> None:
    unread = RawCopy(b"<html>", "page 2")
    partial = answer("Condition", Seen.PARTIAL, 1, "unreadable-resource")
    pull_id = keep(clinic, OLD, unread, whole=[], answers=[partial])
    assert bodies_of(clinic, pull_id) == {OLD.body, unread.body}
    keep(clinic, OLD, whole=["Condition"], answers=[COMPLETE, answer("Observation", Seen.REFUSED)])
    assert len(live_ids(clinic)) == 2
    keep(clinic, OLD, whole=["Condition"], answers=[COMPLETE, answer("Observation", Seen.NOT_ASKED)])
    assert live_ids(clinic) == ["c1"]


def test_what_came_without_an_id_is_let_go_with_its_type(clinic: Store) -> None:
    keep(clinic, RawCopy(b'{"resourceType":"Condition"}', "page 1"), OTHER)
    keep(clinic, OTHER)
    assert live_ids(clinic) == ["c2"]


def test_resources_that_are_stored_already_come_by_their_numbers(clinic: Store) -> None:
    late = copy_of("Condition", "c3", meta={"lastUpdated": "2024-01-01T00:00:00Z"})
    early = copy_of("Condition", "c3", meta={"lastUpdated": "2023-01-01T00:00:00Z"})
    with clinic.writing() as session:
        numbers = raw.keep(session, 1, [late, LAB], now=NOW) + raw.keep(session, 1, [early, OLD], now=NOW)
    keep(clinic, NEW, OTHER, whole=["Condition", "Observation"])
    by_number = keep(clinic, numbers=numbers, whole=["Condition", "Observation"])
    assert live_ids(clinic) == ["c1", "c3", "o1"]
    assert bodies_of(clinic, by_number) == {late.body, early.body, LAB.body, OLD.body}
    with clinic.reading() as session:
        by_numbers = live.state_hash(session, 1)
    keep(clinic, late, LAB, OLD, early, whole=["Condition", "Observation"])
    with clinic.reading() as session:
        assert live.state_hash(session, 1) == by_numbers
