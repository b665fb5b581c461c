"""Agreement from what the store keeps, on both databases: the same items, counted again when they change."""

from dataclasses import astuple

from sqlmodel import Session, col, select

from abstractor.store.auditing import reviews
from abstractor.store.auditing.agreeing import locked_reviews
from abstractor.store.auditing.seats import value_of
from abstractor.store.auditing.tables import AuditChartRow
from abstractor.store.database import Store
from abstractor.store.purging import purge_patient
from abstractor.workflow import Services
from abstractor.workflow.acting import By
from abstractor.workflow.agreement.ratings import Estimate, Undefined
from abstractor.workflow.auditing.agreeing import agreement_of, rated_units, readings_of
from tests.integration.keeping import NOW, after
from tests.integration.seated import Seated, lock, seated, seats_of

SAYS = {
    "finding:LVEF-BASE:palliative:1:-:ASCO": "met",
    "finding:LVEF-BASE:palliative:2:-:ASCO": "not-met",
    "criterion:her2-positive-mbc": None,
    "missed:1": "not-met",
}
WHOSE = ("review_id", "chart_id", "seat_number", "account_id")
WHAT = ("item", "kind", "rule", "line", "rating", "program")


def read(session: Session, audit: Seated, charts: range) -> None:
    """By both readers, who differ on every third chart."""
    numbers = {chart.id: place for place, chart in enumerate(audit.charts)}
    for row in seats_of(session, audit.audit_id):
        if numbers[row.audit_chart_id] in charts:
            row.account_id = audit.readers["ann" if row.number == 1 else "ben"]
            session.add(row)
            session.flush()
            differs = row.number == 2 and numbers[row.audit_chart_id] % 3 == 0
            lock(session, value_of(row), {**SAYS, **({next(iter(SAYS)): "unknown"} if differs else {})})


def raw_of(services: Services, audit: Seated) -> Estimate:
    found = agreement_of(services, audit.audit_id).overall.statistics.raw
    assert isinstance(found, Estimate)
    return found


def test_it_is_counted_again_where_reviews_were_locked_or_purged(services: Services, store: Store) -> None:
    with store.writing() as session:
        audit = seated(session, [2] * 24, reviewers=["ann", "ben"])
    assert isinstance(agreement_of(services, audit.audit_id).overall.statistics.raw, Undefined)
    with store.writing() as session:
        read(session, audit, range(12))
    half = agreement_of(services, audit.audit_id)
    assert (raw_of(services, audit).charts, half.overall.units, half.overall.differing) == (12, 48, 4)
    assert agreement_of(services, audit.audit_id) is half
    with store.writing() as session:
        read(session, audit, range(12, 24))
    assert raw_of(services, audit).charts == 24
    with store.reading() as session:
        patient = session.exec(select(AuditChartRow.patient_id).order_by(col(AuditChartRow.id))).first()
    assert patient is not None
    purge_patient(store, patient, by=By("it"), now=after(60))
    assert raw_of(services, audit).charts == 23


def test_the_ratings_come_joined_as_they_stand_in_their_rows(store: Store) -> None:
    with store.writing() as session:
        audit = seated(session, [1, 2, 2], reviewers=["ann", "ben"])
        read(session, audit, range(3))
        found = locked_reviews(session, audit.audit_id)
        ratings = reviews.ratings(session, audit.audit_id)
    told = {
        (
            review.review_id,
            review.chart_id,
            review.seat_number,
            review.account_id,
            *astuple(found.said[place]),
        )
        for review in found.reviews
        for place in review.said
    }
    assert told == {tuple(getattr(each, name) for name in (*WHOSE, *WHAT)) for each in ratings}
    assert {review.locked_at for review in found.reviews} == {NOW}
    counted = readings_of(found)
    assert sum(len(chart.items) for chart in counted.charts) == len(rated_units(ratings)) == 12
