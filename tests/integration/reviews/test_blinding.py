"""Nothing of what a design hides is anywhere in what a reader is given: looked for in every value, however
deep, over charts of many kinds.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from abstractor.abstract import Abstract
from abstractor.dates import DateInterval
from abstractor.store.database import Store
from abstractor.workflow.auditing.adjudicating import side_by_side
from abstractor.workflow.auditing.answers import Answer, Said
from abstractor.workflow.auditing.closed_pages import must_not_open
from abstractor.workflow.auditing.design import Hidden
from abstractor.workflow.auditing.items import ItemKind
from abstractor.workflow.auditing.reviews import ReviewPage, lock
from abstractor.workflow.auditing.seat_sources import seat_source
from abstractor.workflow.auditing.shown import SourceSeen
from fixtures.stories import story
from tests.integration.keeping import after
from tests.integration.reviews.room import CYCLE, Room, room_with, told_charts
from tests.integration.reviews.seeds import PLACE, WAVE, found_in, seeded

# Dirty records, a switch of therapy, few records.
STORIES = ("v08", "fatima", "v32")
EVERY = tuple(Hidden)
OTHERS_WORDS = "Quokka"
SAID = f"{OTHERS_WORDS}, as they do at Nightjar."


@pytest.fixture
def blind(store: Store) -> Room:
    return room_with(store, [seeded(story("v08"))], readers=2, hides=EVERY)


def sources(room: Room, name: str, seat: int, page: ReviewPage) -> Iterator[SourceSeen]:
    """Of every cited record one element."""
    for cited in page.chart.evidence[::5]:
        found = seat_source(room.services, seat, room.readers[name], cited.number, after(5))
        if found is not None:
            yield found


def other_reads(room: Room, chart: int) -> None:
    """The other reader overrules, in words that stand nowhere else."""
    seat = room.sit("ben", chart, 2)
    number = room.answer_all("ben", seat, text=SAID)
    missed = Answer(Said.OWN, right="not-met", reason="other", rule="CDK-CBC", text=SAID)
    number = room.save("ben", seat, "missed:1", missed, number)
    lock(room.services, seat, room.readers["ben"], expected=number, now=after(4))


def test_nothing_hidden_is_in_what_a_reader_is_given(store: Store) -> None:
    blind = room_with(store, [seeded(story(name)) for name in STORIES], readers=2, hides=EVERY)
    looked_through = 0
    for chart in range(len(STORIES)):
        if chart == 0:
            other_reads(blind, chart)
        seat = blind.sit("ann", chart, 1)
        page = blind.page("ann", seat)
        seen = [page, *sources(blind, "ann", seat, page)]
        for each in seen:
            assert found_in(each, (*PLACE, *WAVE, OTHERS_WORDS)) == []
        times = {(each.received_at, each.pulled_at, each.origin) for each in seen[1:]}
        assert times == {(None, None, None)}
        assert (page.title, page.chart.clinic, page.chart.period, page.chart.as_of) == (None,) * 4
        looked_through += len(seen)
    assert looked_through > 15


def test_locked_it_tells_the_verdict_and_nothing_else(blind: Room) -> None:
    other_reads(blind, 0)
    seat = blind.sit("ann", 0, 1)
    number = blind.answer_all("ann", seat)
    lock(blind.services, seat, blind.readers["ann"], expected=number, now=after(6))
    page = blind.page("ann", seat)
    assert any(seen.told for seen in page.items)
    for each in (page, *sources(blind, "ann", seat, page)):
        assert found_in(each, (*PLACE, *WAVE, OTHERS_WORDS)) == []


def test_the_scan_finds_what_is_not_hidden(store: Store) -> None:
    """That it can fail: the same charts in an open design tell every marker."""
    room = room_with(store, [seeded(story("v08"))], readers=1, hides=())
    seat = room.sit("ann")
    page = room.page("ann", seat)
    shown = (page, tuple(sources(room, "ann", seat, page)))
    assert all(each.pulled_at == after(0) for each in shown[1])
    for marker in (*PLACE, *WAVE):
        assert found_in(shown, (marker,)), marker


def verdict_words(abstract: Abstract) -> tuple[str, ...]:
    """Sentences and codes of the program that stand in no question."""
    statements = [
        each.statement for each in (*abstract.inclusion.criteria, *abstract.findings, *abstract.flags)
    ]
    clearing = [each for finding in abstract.findings for each in finding.would_clear]
    editions = [finding.edition for finding in abstract.findings]
    citations = [finding.citation for finding in abstract.findings]
    rules = {finding.rule for finding in abstract.findings}
    codes = [flag.code for flag in abstract.flags if flag.code not in rules]
    return tuple(sorted({*statements, *clearing, *editions, *citations, *codes} - {""}))


@pytest.mark.parametrize("chart", range(2))
def test_a_hidden_verdict_is_in_no_word_of_the_program(store: Store, chart: int) -> None:
    kept = told_charts()
    room = room_with(store, kept, readers=1, hides=(Hidden.VERDICT,))
    words = verdict_words(kept[chart].abstract)
    seat = room.sit("ann", chart)
    page = room.page("ann", seat)
    assert found_in(page, words) == []
    assert (page.chart.inclusion, page.chart.flags) == (None, ())
    assert all(seen.told is None for seen in page.items)
    assert {seen.item.kind for seen in page.items if seen.item.program is not None} == {ItemKind.LINE}
    assert page.chart.cycle_id is None
    number = room.answer_all("ann", seat)
    lock(room.services, seat, room.readers["ann"], expected=number, now=after(6))
    page = room.page("ann", seat)
    assert found_in(page, words)
    assert page.chart.flags


def test_the_same_questions_for_another_verdict(store: Store) -> None:
    """What a blinded reader is given is the same whatever the program says and rests it on, where its facts
    are.
    """
    (kept, *_) = told_charts()
    abstract = kept.abstract
    inclusion = abstract.inclusion
    turned = replace(
        abstract,
        inclusion=replace(
            inclusion, criteria=tuple(replace(each, evidence=()) for each in inclusion.criteria)
        ),
        findings=tuple(
            replace(
                each,
                verdict=each.verdict if each.rule == "sequencing" else each.verdict.MET,
                statement="All is well.",
                would_clear=(),
                also="x",
                evidence=(),
            )
            for each in abstract.findings
        ),
        flags=tuple(replace(each, statement="Otherwise.", evidence=()) for each in abstract.flags),
    )
    assert turned.findings != abstract.findings
    patient = replace(turned, patient="Patient/another")
    room = room_with(store, [kept, replace(kept, abstract=patient)], hides=EVERY)
    pages = [room.page("ann", room.sit("ann", chart)) for chart in range(2)]
    first, second = (replace(page, seat_id=0, chart=replace(page.chart, code="")) for page in pages)
    assert replace(first, started_at=None, lease_until=None) == replace(
        second, started_at=None, lease_until=None
    )


def test_where_the_wave_is_hidden_nothing_dates_it(store: Store) -> None:
    """What the period alone makes due has the day of the first visit in it: it is not asked, and what it
    rests on is not told after the lock, nor the flags, which are raised in the period alone.
    """
    chart = seeded(story("v08"))
    due = {"DISTRESS", "FATIGUE", "NAV", "PAIN"}
    of_the_visit = [
        (each.resource, each.path)
        for criterion in chart.abstract.inclusion.criteria
        if criterion.criterion == "visit-in-period"
        for each in criterion.evidence
    ]
    assert of_the_visit and due <= {each.rule for each in chart.abstract.findings}
    page = locked_page(room_with(store, [chart], readers=1, hides=(Hidden.WAVE,)))
    assert due.isdisjoint({each.item.rule for each in page.items})
    assert page.chart.inclusion and page.chart.flags == ()
    told = {(each.resource, each.path) for each in page.chart.evidence}
    assert told and told.isdisjoint(of_the_visit)


def test_a_day_that_only_the_period_bounds_and_how_far_it_is_are_hidden(store: Store) -> None:
    chart = seeded(story("v08"))
    abstract = chart.abstract
    first, *others = abstract.lines
    doubtful = replace(first, start=DateInterval(first.start.earliest, abstract.as_of), end=None)
    far = f"none from {first.start.earliest} to {abstract.as_of}, 292 days or 41 weeks"
    day_after = (abstract.period.end + timedelta(days=1)).isoformat()
    findings = tuple(
        replace(
            each,
            statement=far,
            would_clear=(f"one dated by {day_after}",),
            decision_date=DateInterval(first.start.earliest, abstract.period.end),
        )
        for each in abstract.findings
    )
    told = replace(abstract, lines=(doubtful, *others), findings=findings)
    page = locked_page(room_with(store, [replace(chart, abstract=told)], readers=1, hides=(Hidden.WAVE,)))
    hidden = (abstract.as_of.isoformat(), abstract.period.end.isoformat(), day_after, "292", "41 weeks")
    assert found_in(page, hidden) == []
    assert {each.day.latest for each in page.items if each.day} == {date.max}
    assert page.chart.lines[0].line.start == DateInterval(first.start.earliest, date.max)
    question = next(each.item.question for each in page.items if each.item.kind is ItemKind.LINE)
    assert f"some day from {first.start.earliest} to [hidden] and goes on" in question


def locked_page(room: Room) -> ReviewPage:
    seat = room.sit("ann")
    number = room.answer_all("ann", seat)
    lock(room.services, seat, room.readers["ann"], expected=number, now=after(6))
    return room.page("ann", seat)


def test_ordinary_pages_are_closed_to_a_reader_of_a_blinded_audit(blind: Room) -> None:
    ann, (patient, *_) = blind.readers["ann"], blind.patients
    services = blind.services
    for named in (
        {},
        {"cycle_id": CYCLE},
        {"patient_id": patient},
        {"cycle_id": CYCLE, "patient_id": patient},
        {"cycle_id": 1},
        {"patient_id": 10**6},
    ):
        assert must_not_open(services, ann, **named)
    outsider = replace(ann, id=10**6)
    assert not must_not_open(services, outsider, cycle_id=CYCLE)
    with services.store.writing() as session:
        session.connection().execute(text("UPDATE chart_audit SET state = 'closed'"))
    assert not must_not_open(services, ann)
    assert not must_not_open(services, ann, cycle_id=CYCLE)


def test_they_are_open_where_the_other_review_alone_is_hidden(store: Store) -> None:
    room = room_with(store, told_charts(), hides=(Hidden.OTHER,))
    assert not must_not_open(room.services, room.readers["ann"], cycle_id=CYCLE)
    page = room.page("ann", room.sit("ann"))
    assert (page.chart.cycle_id, page.chart.patient_id) == (CYCLE, room.patients[0])


def test_once_the_audit_is_closed_its_readers_see_where_it_was(blind: Room) -> None:
    seat = blind.sit("ann", 0, 1)
    number = blind.answer_all("ann", seat)
    lock(blind.services, seat, blind.readers["ann"], expected=number, now=after(6))
    with blind.services.store.writing() as session:
        session.connection().execute(text("UPDATE chart_audit SET state = 'closed'"))
    page = blind.page("ann", seat)
    assert page.chart.clinic == "Canarywood Cancer Center"
    assert page.chart.cycle_id == CYCLE


def test_who_settles_sees_both_reviews_and_still_no_place(blind: Room) -> None:
    other_reads(blind, 0)
    seat = blind.sit("ann", 0, 1)
    number = blind.answer_all("ann", seat)
    lock(blind.services, seat, blind.readers["ann"], expected=number, now=after(6))
    third = blind.sit("cid", 0, 3)
    side = side_by_side(blind.services, third, blind.readers["cid"], after(7))
    assert found_in(side, (*PLACE, *WAVE, "ann", "ben")) == []
    assert found_in(side, (OTHERS_WORDS,))
    assert all(seen.told is None for seen in side.page.items)
