"""Readers are calibrated on synthetic charts before live work, and it is told how they did."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

import pytest

from abstractor.dates import Period
from abstractor.errors import OptionError, SeatRefused, StoreError
from abstractor.store import trail, views
from abstractor.store.auditing.values import AuditState, Seat
from abstractor.store.values import Account, Action
from abstractor.workflow import Services
from abstractor.workflow.acting import By
from abstractor.workflow.agreement.ratings import Estimate, Measured, Undefined
from abstractor.workflow.auditing import audits, reviews, seats
from abstractor.workflow.auditing.answers import Answer, Said
from abstractor.workflow.auditing.design import MOST_A_STAGE, Charts, Design, Stage
from abstractor.workflow.auditing.items import items_of
from abstractor.workflow.auditing.training.calibrating import Calibrated, calibrate, calibration_of
from abstractor.workflow.auditing.training.charts import TrainingChart, charts_in, training_cycle
from abstractor.workflow.auditing.training.gating import Due, due_for, is_time
from abstractor.workflow.auditing.training.told import told_charts
from abstractor.workflow.cycles import cycles
from fixtures.training import TAUGHT
from tests.integration.keeping import NOW

LEAD = By("lea")
DESIGN = Design(Charts.FLAGGED, seed=7, rules=("sequencing",), calibration=1)


@dataclass(frozen=True, slots=True)
class Room:
    """A cycle with its readers, and training charts, one a stage."""

    services: Services
    cycle: int
    readers: Mapping[str, Account]
    period: Period
    charts: tuple[TrainingChart, ...]

    def opened(self, design: Design = DESIGN) -> int:
        """The number of an open audit that ann and bea review."""
        made = audits.define_audit(
            self.services,
            self.cycle,
            title="Live",
            design=design,
            purpose=audits.AuditPurpose.LIVE,
            due_on=None,
            lead=LEAD,
            now=NOW,
        )
        for name in ("ann", "bea"):
            self.sets(made.id, name, reviews=True)
        audits.open_audit(self.services, made.id, lead=LEAD, now=NOW)
        return made.id

    def sets(self, audit_id: int, name: str, *, reviews: bool) -> None:
        who = self.readers[name].id
        does = {"reviews": reviews, "adjudicates": not reviews}
        audits.set_reader(self.services, audit_id, who, **does, lead=LEAD, now=NOW)

    def calibrated(self) -> int:
        """As `opened`, with its calibration set up."""
        number = self.opened()
        assert self.calibrate(number) == 6
        return number

    def calibrate(self, audit_id: int) -> int:
        return calibrate(self.services, audit_id, self.charts, self.period, lead=LEAD, now=NOW)

    def close(self, audit_id: int) -> None:
        audits.close_audit(self.services, audit_id, lead=LEAD, now=NOW)

    def told(self, audit_id: int) -> dict[tuple[str, Stage], Calibrated]:
        return {(one.reader, one.stage): one for one in calibration_of(self.services, audit_id)}

    def state(self, audit_id: int) -> AuditState | None:
        found = audits.audit_by_id(self.services, audit_id)
        return found and found.state

    def claim(self, audit_id: int, name: str) -> Seat | None:
        return seats.claim_next(self.services, audit_id, self.readers[name], NOW)

    def is_time(self, audit_id: int, name: str) -> bool:
        return is_time(self.services, audit_id, self.readers[name])

    def due(self, audit_id: int, name: str) -> Due | None:
        return due_for(self.services, audit_id, self.readers[name])

    def read_training(self, audit_id: int, name: str, *, wrongly: bool = False) -> int:
        """Every chart of that training audit, answered as is known to be right, or otherwise: how many."""
        items = 0
        while seat := self.claim(audit_id, name):
            known = self._right_of(audit_id, seat.chart_id)
            answers = {}
            for seen in self._page(seat, name).items:
                assert seen.item.program is None
                other = next(one for one in seen.item.choices if one != known[seen.item.key])
                right = other if wrongly else known[seen.item.key]
                reason = "documented-elsewhere" if right == "exception" else None
                answers[seen.item.key] = Answer(Said.OWN, right=right, reason=reason)
            self._signed(seat, name, answers)
            items += len(answers)
        return items

    def read_one(self, audit_id: int, name: str) -> bool:
        """One live chart, agreed to as a whole; False: there was none left for this reader."""
        seat = self.claim(audit_id, name)
        if seat is None:
            return False
        agreed = {seen.item.key: Answer(Said.AGREE) for seen in self._page(seat, name).items}
        self._signed(seat, name, agreed)
        return True

    def read_all(self, audit_id: int, name: str) -> int:
        """Live charts and what is due before them, until nothing comes any more: how many live ones."""
        live = 0
        with suppress(SeatRefused):
            while (due := self.due(audit_id, name)) or self.read_one(audit_id, name):
                if due is None:
                    live += 1
                else:
                    self.read_training(due.audit_id or 0, name)
        return live

    def _page(self, seat: Seat, name: str) -> reviews.ReviewPage:
        return reviews.review_of(self.services, seat.id, self.readers[name], NOW)

    def _signed(self, seat: Seat, name: str, answers: Mapping[str, Answer]) -> None:
        reader, step = self.readers[name], 0
        for item, said in answers.items():
            step = reviews.save(
                self.services, seat.id, reader, item=item, answer=said, expected=step, now=NOW
            )
        reviews.lock(self.services, seat.id, reader, expected=step, now=NOW)

    def _right_of(self, audit_id: int, chart_id: int) -> dict[str, str | None]:
        """What is known to be right of each item of a training chart."""
        audit = audits.audit_by_id(self.services, audit_id)
        drawn = next(one for one in audits.drawn(self.services, audit_id).charts if one.id == chart_id)
        assert audit is not None
        with self.services.store.reading() as session:
            view = views.chart(session, drawn.patient_id, cycle_id=audit.cycle_id)
        assert view is not None
        return {one.key: one.program for one in items_of(view.abstract, Design(Charts.FLAGGED, seed=1))}


@pytest.fixture(scope="module")
def taught() -> tuple[Period, tuple[TrainingChart, ...]]:
    period, charts = charts_in(told_charts())
    assert len(charts) == len(TAUGHT)
    assert len(charts) // len(Stage) == MOST_A_STAGE
    return period, charts[:3]


@pytest.fixture
def room(
    services: Services,
    cycle: int,
    readers: Mapping[str, Account],
    taught: tuple[Period, tuple[TrainingChart, ...]],
) -> Room:
    return Room(services, cycle, readers, *taught)


def value(measured: Measured) -> float | None:
    return measured.value if isinstance(measured, Estimate) else None


def test_a_reader_reads_training_charts_first_and_is_told_how_it_went(room: Room) -> None:
    number = room.opened()
    with pytest.raises(SeatRefused, match="not set up yet"):
        room.claim(number, "ann")
    assert [room.calibrate(number) for _ in range(2)] == [6, 0]
    found = room.told(number)
    assert len(found) == 6
    assert isinstance(found["ann", Stage.START].overall, Undefined)
    with pytest.raises(SeatRefused, match="first read the training charts"):
        room.claim(number, "ann")
    items = room.read_training(found["ann", Stage.START].audit_id, "ann")
    assert items == room.read_training(found["bea", Stage.START].audit_id, "bea", wrongly=True) > 0
    assert room.claim(number, "ann") is not None
    done = room.told(number)
    assert [value(done[name, Stage.START].overall) for name in ("ann", "bea")] == [1.0, 0.0]
    assert sum(many for _, many, _ in done["ann", Stage.START].by_heading) == items


def test_an_audit_that_is_not_there_is_no_audit_without_calibration(room: Room) -> None:
    with pytest.raises(StoreError, match="there is no audit 9999"):
        room.told(9999)


def test_each_stage_has_its_time(room: Room) -> None:
    """The middle after half of a reader's part of the audit, the end when nothing more is to be read."""
    number = room.calibrated()
    training = {stage: one.audit_id for (name, stage), one in room.told(number).items() if name == "ann"}

    def times() -> list[bool]:
        return [room.is_time(training[stage], "ann") for stage in Stage]

    assert times() == [True, False, False]
    for stage in (Stage.MIDDLE, Stage.END):
        with pytest.raises(SeatRefused, match="read live charts first"):
            room.claim(training[stage], "ann")
    room.read_training(training[Stage.START], "ann")
    assert times() == [True, False, False]
    while room.due(number, "ann") is None:
        room.read_one(number, "ann")
    assert times() == [True, True, False]
    room.read_training(training[Stage.MIDDLE], "ann")
    while room.read_one(number, "ann"):
        assert times()[:2] == [True, True]
    assert times() == [True, True, True]
    assert room.read_training(training[Stage.END], "ann") > 0
    read = room.told(number)
    assert [read["ann", stage].read for stage in Stage] == [1, 1, 1]


def test_the_end_may_come_before_a_readers_part_is_done(room: Room) -> None:
    """Where the lead closes the audit: what is of its start and middle is closed with it."""
    number = room.calibrated()
    rounds = {one.audit_id: stage for (_, stage), one in room.told(number).items()}
    last = room.told(number)["ann", Stage.END].audit_id
    assert not room.is_time(last, "ann")
    room.close(number)
    left = audits.open_calibrations(room.services, number)
    assert left == tuple(sorted(one for one, stage in rounds.items() if stage is Stage.END))
    assert all((one in left) == (room.state(one) is AuditState.OPEN) for one in rounds)
    assert room.claim(last, "ann") is not None
    with room.services.store.reading() as session:
        told = [one.detail for one in trail.newest(session) if one.action == Action.AUDIT_CLOSED]
    assert sum(f"was=open with={number}" in (one or "") for one in told) == 4


def test_with_equal_shares_the_end_waits_for_charts_that_may_still_come(room: Room) -> None:
    number = room.opened(replace(DESIGN, equal_shares=True))
    room.calibrate(number)
    last = {name: one.audit_id for (name, stage), one in room.told(number).items() if stage is Stage.END}
    assert room.read_all(number, "ann") == 3
    assert not room.is_time(last["ann"], "ann")
    with pytest.raises(SeatRefused, match="no live chart is left that may still come to you"):
        room.claim(last["ann"], "ann")
    assert room.read_all(number, "bea") == 2
    assert room.is_time(last["ann"], "ann") and room.is_time(last["bea"], "bea")


def test_with_equal_shares_nobody_waits_for_who_cannot_be_calibrated_yet(room: Room) -> None:
    """Bea joins after the calibration was set up: ann reads on until the lead sets up hers."""
    number = room.opened(replace(DESIGN, equal_shares=True))
    who = room.readers["bea"].id
    audits.set_reader(room.services, number, who, reviews=False, adjudicates=False, lead=LEAD, now=NOW)
    room.calibrate(number)
    room.sets(number, "bea", reviews=True)
    assert room.read_all(number, "ann") == 5


def test_charts_in_hand_count_for_the_middle(room: Room) -> None:
    """Who claims all that they may have before they read any does not come past it."""
    number = room.calibrated()
    room.read_training(room.told(number)["ann", Stage.START].audit_id, "ann")
    claimed = 0
    with pytest.raises(SeatRefused, match="middle of the audit"):
        while room.claim(number, "ann"):
            claimed += 1
    assert claimed == 2


def test_another_audit_is_calibrated_with_charts_whose_answers_nobody_was_told(room: Room) -> None:
    """As long as there are any; a reader who joins reads the same as the others."""
    first = room.calibrated()
    room = replace(room, charts=charts_in(told_charts())[1][:9])
    second, who = room.opened(), room.readers["bea"].id
    audits.set_reader(room.services, second, who, reviews=False, adjudicates=False, lead=LEAD, now=NOW)
    assert room.calibrate(second) == 3

    def listed(number: int) -> dict[Stage, set[int]]:
        found: dict[Stage, set[int]] = {}
        for (_, stage), one in room.told(number).items():
            drawn = {chart.patient_id for chart in audits.drawn(room.services, one.audit_id).charts}
            assert found.setdefault(stage, drawn) == drawn
        return found

    before, after = (set().union(*listed(number).values()) for number in (first, second))
    assert len(before) == len(after) == 3
    assert not before & after
    third = room.calibrated()
    assert not set().union(*listed(third).values()) & (before | after)
    known = listed(second)
    room.sets(second, "bea", reviews=True)
    assert room.calibrate(second) == 3
    assert listed(second) == known


def test_training_charts_are_no_cycle_of_a_clinic(room: Room) -> None:
    room.calibrated()
    assert [one.id for one in cycles(room.services)] == [room.cycle]


def test_an_audit_without_calibration_or_with_too_much_is_told_so(room: Room) -> None:
    plain = room.opened(replace(DESIGN, calibration=0))
    with pytest.raises(OptionError, match="without calibration"):
        room.calibrate(plain)
    assert room.claim(plain, "ann") is not None
    much = room.opened(replace(DESIGN, calibration=2))
    with pytest.raises(OptionError, match="at most 1 a stage"):
        room.calibrate(much)


def test_an_adjudicator_and_who_was_let_off_are_not_held_back(room: Room) -> None:
    number = room.opened()
    room.sets(number, "cat", reviews=False)
    assert room.claim(number, "cat") is None
    assert room.due(number, "ann") == Due(Stage.START)
    room.calibrate(number)
    due = room.due(number, "ann")
    assert due is not None
    assert due.audit_id is not None
    assert (due.charts, due.read) == (1, 0)
    room.close(due.audit_id)
    mine, (ann, bea) = room.claim(number, "ann"), (room.readers[name] for name in ("ann", "bea"))
    assert mine is not None
    with pytest.raises(SeatRefused, match="training charts to read first"):
        seats.hand_over(room.services, mine.id, ann, to=bea.id, reason="spread-load", now=NOW)


def test_training_charts_of_which_some_are_missing_are_made_anew(room: Room) -> None:
    some, whole, again = (
        training_cycle(room.services, room.period, charts, now=NOW).id
        for charts in (room.charts[:1], room.charts, room.charts)
    )
    assert some != whole == again
