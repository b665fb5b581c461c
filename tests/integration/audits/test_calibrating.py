"""Readers are calibrated on synthetic charts before live work, and it is told how they did."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from abstractor.dates import Period
from abstractor.errors import OptionError, SeatRefused
from abstractor.store import trail, views
from abstractor.store.auditing.values import AuditState
from abstractor.store.values import Account, Action
from abstractor.workflow import Services
from abstractor.workflow.acting import By
from abstractor.workflow.agreement.ratings import Estimate, Measured, Undefined
from abstractor.workflow.auditing import audits, reviews, seats
from abstractor.workflow.auditing.answers import Answer, Said
from abstractor.workflow.auditing.design import MOST_A_STAGE, Charts, Design, Stage
from abstractor.workflow.auditing.items import items_of
from abstractor.workflow.auditing.training.calibrating import calibrate, calibration_of
from abstractor.workflow.auditing.training.charts import TrainingChart, charts_in, training_cycle
from abstractor.workflow.auditing.training.gating import Due, due_for, is_time
from abstractor.workflow.auditing.training.told import told_charts
from abstractor.workflow.cycles import cycles
from fixtures.training import TAUGHT
from tests.integration.keeping import NOW

LEAD = By("lea")
DESIGN = Design(Charts.FLAGGED, seed=7, rules=("sequencing",), calibration=1)


@pytest.fixture(scope="module")
def taught() -> tuple[Period, tuple[TrainingChart, ...]]:
    period, charts = charts_in(told_charts())
    assert len(charts) == len(TAUGHT)
    assert len(charts) // len(Stage) == MOST_A_STAGE
    return period, charts[:3]


def state_of(services: Services, number: int) -> AuditState | None:
    found = audits.audit_by_id(services, number)
    return found and found.state


def opened(services: Services, cycle: int, readers: Mapping[str, Account], design: Design = DESIGN) -> int:
    made = audits.define_audit(
        services,
        cycle,
        title="Live",
        design=design,
        purpose=audits.AuditPurpose.LIVE,
        due_on=None,
        lead=LEAD,
        now=NOW,
    )
    for name in ("ann", "bea"):
        who = readers[name].id
        audits.set_reader(services, made.id, who, reviews=True, adjudicates=False, lead=LEAD, now=NOW)
    audits.open_audit(services, made.id, lead=LEAD, now=NOW)
    return made.id


def right_of(services: Services, audit_id: int, chart_id: int) -> dict[str, str | None]:
    """What is known to be right of each item of a training chart."""
    audit = audits.audit_by_id(services, audit_id)
    drawn = next(one for one in audits.drawn(services, audit_id).charts if one.id == chart_id)
    assert audit is not None
    with services.store.reading() as session:
        view = views.chart(session, drawn.patient_id, cycle_id=audit.cycle_id)
    assert view is not None
    return {one.key: one.program for one in items_of(view.abstract, Design(Charts.FLAGGED, seed=1))}


def read_training(services: Services, audit_id: int, reader: Account, *, wrongly: bool = False) -> int:
    """Every chart of that training audit, answered as is known to be right, or otherwise; how many items."""
    items = 0
    while seat := seats.claim_next(services, audit_id, reader, NOW):
        page = reviews.review_of(services, seat.id, reader, NOW)
        assert {seen.item.program for seen in page.items} == {None}
        expected, known = page.expected, right_of(services, audit_id, seat.chart_id)
        for seen in page.items:
            other = next(one for one in seen.item.choices if one != known[seen.item.key])
            right = other if wrongly else known[seen.item.key]
            said = Answer(
                Said.OWN, right=right, reason="documented-elsewhere" if right == "exception" else None
            )
            expected = reviews.save(
                services, seat.id, reader, item=seen.item.key, answer=said, expected=expected, now=NOW
            )
            items += 1
        reviews.lock(services, seat.id, reader, expected=expected, now=NOW)
    return items


def read_one(services: Services, audit_id: int, reader: Account) -> bool:
    """One live chart, agreed to as a whole; False: there was none left for this reader."""
    seat = seats.claim_next(services, audit_id, reader, NOW)
    if seat is None:
        return False
    page = reviews.review_of(services, seat.id, reader, NOW)
    expected = page.expected
    for seen in page.items:
        expected = reviews.save(
            services,
            seat.id,
            reader,
            item=seen.item.key,
            answer=Answer(Said.AGREE),
            expected=expected,
            now=NOW,
        )
    reviews.lock(services, seat.id, reader, expected=expected, now=NOW)
    return True


def value(measured: Measured) -> float | None:
    return measured.value if isinstance(measured, Estimate) else None


def test_a_reader_reads_training_charts_first_and_is_told_how_it_went(
    services: Services,
    cycle: int,
    readers: Mapping[str, Account],
    taught: tuple[Period, tuple[TrainingChart, ...]],
) -> None:
    period, charts = taught
    number = opened(services, cycle, readers)
    ann, bea = readers["ann"], readers["bea"]
    with pytest.raises(SeatRefused, match="not set up yet"):
        seats.claim_next(services, number, ann, NOW)
    assert calibrate(services, number, charts, period, lead=LEAD, now=NOW) == 6
    assert calibrate(services, number, charts, period, lead=LEAD, now=NOW) == 0
    found = {(one.reader, one.stage): one for one in calibration_of(services, number)}
    assert len(found) == 6
    assert isinstance(found["ann", Stage.START].overall, Undefined)
    with pytest.raises(SeatRefused, match="first read the training charts"):
        seats.claim_next(services, number, ann, NOW)
    items = read_training(services, found["ann", Stage.START].audit_id, ann)
    assert items == read_training(services, found["bea", Stage.START].audit_id, bea, wrongly=True) > 0
    assert seats.claim_next(services, number, ann, NOW) is not None
    done = {(one.reader, one.stage): one for one in calibration_of(services, number)}
    shares = [value(done[name, Stage.START].overall) for name in ("ann", "bea")]
    assert shares == [1.0, 0.0]
    assert sum(many for _, many, _ in done["ann", Stage.START].by_heading) == items


def test_each_stage_has_its_time(
    services: Services,
    cycle: int,
    readers: Mapping[str, Account],
    taught: tuple[Period, tuple[TrainingChart, ...]],
) -> None:
    """The middle after half of a reader's part of the audit, the end when nothing more is to be read."""
    period, charts = taught
    number, ann = opened(services, cycle, readers), readers["ann"]
    calibrate(services, number, charts, period, lead=LEAD, now=NOW)
    training = {one.stage: one.audit_id for one in calibration_of(services, number) if one.reader == "ann"}

    def times() -> list[bool]:
        return [is_time(services, training[stage], ann) for stage in Stage]

    assert times() == [True, False, False]
    for stage in (Stage.MIDDLE, Stage.END):
        with pytest.raises(SeatRefused, match="read live charts first"):
            seats.claim_next(services, training[stage], ann, NOW)
    read_training(services, training[Stage.START], ann)
    assert times() == [True, False, False]
    while due_for(services, number, ann) is None:
        read_one(services, number, ann)
    assert times() == [True, True, False]
    read_training(services, training[Stage.MIDDLE], ann)
    while read_one(services, number, ann):
        assert times()[:2] == [True, True]
    assert times() == [True, True, True]
    assert read_training(services, training[Stage.END], ann) > 0
    read = {(one.reader, one.stage): one.read for one in calibration_of(services, number)}
    assert [read["ann", stage] for stage in Stage] == [1, 1, 1]


def test_the_end_may_come_before_a_readers_part_is_done(
    services: Services,
    cycle: int,
    readers: Mapping[str, Account],
    taught: tuple[Period, tuple[TrainingChart, ...]],
) -> None:
    """Where the lead closes the audit."""
    period, charts = taught
    number, ann = opened(services, cycle, readers), readers["ann"]
    calibrate(services, number, charts, period, lead=LEAD, now=NOW)
    last = next(
        one.audit_id
        for one in calibration_of(services, number)
        if one.reader == "ann" and one.stage is Stage.END
    )
    assert not is_time(services, last, ann)
    audits.close_audit(services, number, lead=LEAD, now=NOW)
    rounds = {one.audit_id: one.stage for one in calibration_of(services, number)}
    left = audits.open_calibrations(services, number)
    assert left == tuple(sorted(one for one, stage in rounds.items() if stage is Stage.END))
    assert all((one in left) == (state_of(services, one) is AuditState.OPEN) for one in rounds)
    assert seats.claim_next(services, last, ann, NOW) is not None
    with services.store.reading() as session:
        told = [one.detail for one in trail.newest(session) if one.action == Action.AUDIT_CLOSED]
    assert sum(f"was=open with={number}" in (one or "") for one in told) == 4


def test_training_charts_are_no_cycle_of_a_clinic(
    services: Services,
    cycle: int,
    readers: Mapping[str, Account],
    taught: tuple[Period, tuple[TrainingChart, ...]],
) -> None:
    period, charts = taught
    calibrate(services, opened(services, cycle, readers), charts, period, lead=LEAD, now=NOW)
    assert [one.id for one in cycles(services)] == [cycle]


def test_an_audit_without_calibration_or_with_too_much_is_told_so(
    services: Services,
    cycle: int,
    readers: Mapping[str, Account],
    taught: tuple[Period, tuple[TrainingChart, ...]],
) -> None:
    period, charts = taught
    plain = opened(services, cycle, readers, replace(DESIGN, calibration=0))
    with pytest.raises(OptionError, match="without calibration"):
        calibrate(services, plain, charts, period, lead=LEAD, now=NOW)
    assert seats.claim_next(services, plain, readers["ann"], NOW) is not None
    much = opened(services, cycle, readers, replace(DESIGN, calibration=2))
    with pytest.raises(OptionError, match="at most 1 a stage"):
        calibrate(services, much, charts, period, lead=LEAD, now=NOW)


def test_an_adjudicator_and_who_was_let_off_are_not_held_back(
    services: Services,
    cycle: int,
    readers: Mapping[str, Account],
    taught: tuple[Period, tuple[TrainingChart, ...]],
) -> None:
    period, charts = taught
    number, ann, cat = opened(services, cycle, readers), readers["ann"], readers["cat"]
    audits.set_reader(services, number, cat.id, reviews=False, adjudicates=True, lead=LEAD, now=NOW)
    assert seats.claim_next(services, number, cat, NOW) is None
    assert due_for(services, number, ann) == Due(Stage.START)
    calibrate(services, number, charts, period, lead=LEAD, now=NOW)
    due = due_for(services, number, ann)
    assert due is not None
    assert due.audit_id is not None
    assert (due.charts, due.read) == (1, 0)
    audits.close_audit(services, due.audit_id, lead=LEAD, now=NOW)
    mine, bea = seats.claim_next(services, number, ann, NOW), readers["bea"]
    assert mine is not None
    with pytest.raises(SeatRefused, match="training charts to read first"):
        seats.hand_over(services, mine.id, ann, to=bea.id, reason="spread-load", now=NOW)


def test_training_charts_of_which_some_are_missing_are_made_anew(
    services: Services, taught: tuple[Period, tuple[TrainingChart, ...]]
) -> None:
    period, charts = taught
    some = training_cycle(services, period, charts[:1], now=NOW)
    whole = training_cycle(services, period, charts, now=NOW)
    assert whole.id != some.id
    assert training_cycle(services, period, charts, now=NOW).id == whole.id
