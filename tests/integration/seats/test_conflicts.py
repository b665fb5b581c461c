"""A conflict of interest is with the patient: it holds in each audit that drew a chart of theirs, or will."""

import pytest
from sqlmodel import Session, col, select

from abstractor.errors import SeatRefused
from abstractor.store.auditing.claiming import claim, claim_next
from abstractor.store.auditing.holding import declare_conflict, hold
from abstractor.store.auditing.seat_log import Said
from abstractor.store.auditing.seats import finish
from abstractor.store.auditing.tables import AuditChartRow, ConflictRow, SeatRow
from abstractor.store.database import Store
from tests.integration.beside import beside
from tests.integration.keeping import after
from tests.integration.seated import Seated, seated

ANN, BEN = "ann", "ben"


def another(session: Session, audit: Seated) -> int:
    """Of the same charts and readers, drawn now."""
    readers = {audit.readers[ANN]: True, audit.readers[BEN]: True}
    return beside(session, audit.audit_id, readers, hides=(), readers=1, now=after(0))[0]


def declared(session: Session, audit_id: int, account_id: int) -> int:
    """With the chart that is first in that audit; its patient."""
    seat = session.exec(
        select(SeatRow).where(SeatRow.audit_id == audit_id).order_by(col(SeatRow.place))
    ).first()
    assert seat is not None
    declare_conflict(session, seat.id or 0, account_id, reason="own-patient", words=None, now=after(1))
    return session.get_one(AuditChartRow, seat.audit_chart_id).patient_id


def patients_for(session: Session, audit_id: int, account_id: int) -> set[int]:
    """Whose charts this reader gets, one after the other."""
    found = set()
    while (seat := claim_next(session, audit_id, account_id, now=after(2), until=after(900))) is not None:
        found.add(session.get_one(AuditChartRow, seat.chart_id).patient_id)
    return found


@pytest.mark.parametrize("drawn", ["before", "after"])
def test_it_holds_in_an_audit_that_was_drawn(store: Store, drawn: str) -> None:
    with store.writing() as session:
        audit = seated(session, [1, 1, 1], reviewers=[ANN, BEN])
        ann, ben = audit.readers[ANN], audit.readers[BEN]
        other = another(session, audit) if drawn == "before" else 0
        patient = declared(session, audit.audit_id, ann)
        other = other or another(session, audit)
        every = set(session.exec(select(AuditChartRow.patient_id).where(AuditChartRow.audit_id == other)))
        assert patients_for(session, other, ann) == every - {patient}
        assert patients_for(session, other, ben) == {patient}


def test_what_is_in_work_elsewhere_is_given_back_and_what_was_read_stays(store: Store) -> None:
    with store.writing() as session:
        audit = seated(session, [1], reviewers=[ANN, BEN])
        ann, others = audit.readers[ANN], [another(session, audit) for _ in range(3)]
        until = after(900)
        claimed, held, read = (claim_next(session, each, ann, now=after(1), until=until) for each in others)
        assert claimed is not None and held is not None and read is not None
        hold(session, held.id, ann, said=Said("other", "a report"), now=after(1))
        finish(session, read.id, now=after(1))
        declared(session, audit.audit_id, ann)
        rows = [session.get_one(SeatRow, each.id) for each in (claimed, held, read)]
        assert [(row.state, row.account_id) for row in rows] == [
            ("free", None),
            ("free", None),
            ("done", ann),
        ]
        for seat in (claimed, held):
            with pytest.raises(SeatRefused, match="conflict of interest"):
                claim(session, seat.id, ann, now=after(3), until=until)


def test_one_that_was_declared_twice_is_kept_once(store: Store) -> None:
    with store.writing() as session:
        audit = seated(session, [1, 1], reviewers=[ANN, BEN])
        other = another(session, audit)
        for audit_id in (audit.audit_id, other):
            declared(session, audit_id, audit.readers[ANN])
        third = another(session, audit)
        rows = session.exec(select(ConflictRow)).all()
        of_third = select(AuditChartRow.id).where(AuditChartRow.audit_id == third)
        assert len(rows) == 3
        assert len({row.audit_chart_id for row in rows} & set(session.exec(of_third))) == 1
