"""Who is still to read a chart blind in one audit gets no seat of it in another that shows what is hidden."""

import pytest
from sqlmodel import Session, select

from abstractor.errors import SeatRefused
from abstractor.store.auditing.claiming import claim, claim_next
from abstractor.store.auditing.seats import finish
from abstractor.store.auditing.tables import ChartAuditRow, ConflictRow, SeatRow
from abstractor.store.database import Store
from abstractor.workflow.auditing.design import Hidden
from tests.integration.beside import beside
from tests.integration.keeping import after
from tests.integration.seated import Seated, seated

BLIND = (Hidden.OTHER, Hidden.VERDICT)
ANN, BEN, CAT = "ann", "ben", "cat"


def shown_and_blind(
    session: Session, charts: list[int], *, hides: tuple[Hidden, ...] = BLIND, readers: int = 1
) -> tuple[Seated, int]:
    """An audit that shows everything, and one of the same charts that hides: there ann reads, cat settles."""
    audit = seated(session, charts, reviewers=[ANN, BEN, CAT])
    blind, _ = beside(
        session,
        audit.audit_id,
        {audit.readers[ANN]: True, audit.readers[CAT]: False},
        hides=hides,
        readers=readers,
        now=after(0),
    )
    return audit, blind


def next_for(session: Session, audit: Seated, name: str) -> SeatRow | None:
    seat = claim_next(session, audit.audit_id, audit.readers[name], now=after(1), until=after(900))
    return None if seat is None else session.get_one(SeatRow, seat.id)


def first_of(session: Session, audit_id: int) -> SeatRow:
    wanted = select(SeatRow).where(SeatRow.audit_id == audit_id).order_by("place", "id")
    return session.exec(wanted.limit(1)).one()


def take(session: Session, row: SeatRow, account_id: int, *, done: bool) -> None:
    claim(session, row.id or 0, account_id, now=after(1), until=after(900))
    if done:
        finish(session, row.id or 0, now=after(2))


def test_a_chart_waits_for_its_blind_reading_alone(store: Store) -> None:
    """Ann gets none of the two before the first is read blind; ben, who reads in one audit, any."""
    with store.writing() as session:
        audit, blind = shown_and_blind(session, [1, 1])
        assert next_for(session, audit, ANN) is None
        seat = first_of(session, audit.audit_id)
        with pytest.raises(SeatRefused, match=f"waits for this reader in audit {blind}"):
            claim(session, seat.id or 0, audit.readers[ANN], now=after(1), until=after(900))
        row = next_for(session, audit, BEN)
        assert row is not None and row.place == 1
        read = first_of(session, blind)
        take(session, read, audit.readers[ANN], done=True)
        assert next_for(session, audit, ANN) is None  # ben has the first, the second is not read
        row.account_id, row.state = None, "free"
        session.flush()
        mine = next_for(session, audit, ANN)
        assert mine is not None and mine.place == 1


@pytest.mark.parametrize(
    ("hides", "waits"),
    [((Hidden.SITE,), True), ((Hidden.WAVE,), True), ((Hidden.OTHER,), False), ((), False)],
    ids=["site", "wave", "other", "nothing"],
)
def test_what_the_other_audit_hides_of_the_chart_counts(
    store: Store, hides: tuple[Hidden, ...], waits: bool
) -> None:
    with store.writing() as session:
        audit, _ = shown_and_blind(session, [1], hides=hides)
        assert (next_for(session, audit, ANN) is None) == waits


def test_nothing_waits_that_nobody_can_read_blind_any_more(store: Store) -> None:
    """Another reader has done it, the reader has a conflict of interest there, or the audit is closed."""
    with store.writing() as session:
        audit, blind = shown_and_blind(session, [1, 1, 1])
        rows = session.exec(select(SeatRow).where(SeatRow.audit_id == blind).order_by("place")).all()
        session.add(
            ConflictRow(
                audit_chart_id=rows[0].audit_chart_id,
                account_id=audit.readers[ANN],
                at=after(1),
                reason="treats-patient",
            )
        )
        rows[1].account_id, rows[1].state = audit.readers[BEN], "done"
        session.flush()
        found = [next_for(session, audit, ANN) for _ in range(3)]
        assert [row and row.place for row in found] == [1, 2, None]
        session.get_one(ChartAuditRow, blind).state = "closed"
        session.flush()
        row = next_for(session, audit, ANN)
        assert row is not None and row.place == 3


@pytest.mark.parametrize(("readers", "waits"), [(1, False), (2, True)])
def test_a_chart_waits_for_who_may_come_to_settle_it(store: Store, readers: int, waits: bool) -> None:
    with store.writing() as session:
        audit, _ = shown_and_blind(session, [1], readers=readers)
        assert (next_for(session, audit, CAT) is None) == waits
