"""The seats of one reader in two open audits of the same chart, one of which hides the verdict."""

from dataclasses import replace

import pytest

from abstractor.errors import SeatRefused
from abstractor.store.database import Store
from abstractor.workflow.auditing.design import Hidden
from abstractor.workflow.auditing.reviews import lock
from tests.integration.beside import beside
from tests.integration.keeping import after
from tests.integration.reviews.room import room_with, told_charts


@pytest.mark.parametrize("hides", [(Hidden.OTHER,), (Hidden.OTHER, Hidden.VERDICT)], ids=["open", "blinded"])
def test_a_chart_that_is_still_to_be_read_blind_elsewhere_keeps_its_verdict(
    store: Store, hides: tuple[Hidden, ...]
) -> None:
    """An audit that shows it opens when the other one is read; one that hides it too may be read meanwhile,
    and shows no verdict after its lock before the other one is locked as well.
    """
    room = room_with(store, told_charts()[:1], hides=(Hidden.OTHER, Hidden.VERDICT))
    ann = room.readers["ann"]
    with store.writing() as session:
        _, charts = beside(session, room.audit_id, {ann.id: True}, hides=hides, now=after(0))
    other = replace(room, charts=(charts[0].id,))
    if Hidden.VERDICT in hides:
        seat = other.sit("ann")
        step = other.answer_all("ann", seat)
        lock(room.services, seat, ann, expected=step, now=after(4))
        assert not other.page("ann", seat).sight.verdict
    else:
        with pytest.raises(SeatRefused, match=f"audit {room.audit_id}, which hides what this one shows"):
            other.sit("ann")
    first = room.sit("ann")
    lock(room.services, first, ann, expected=room.answer_all("ann", first), now=after(4))
    seat = other.seat(0, 1) if Hidden.VERDICT in hides else other.sit("ann")
    assert other.page("ann", seat).sight.verdict
    assert room.page("ann", first).sight.verdict
