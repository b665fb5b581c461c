"""Abstracts are appended; a flagged chart enters the audit queue once a cycle; the pages read both."""

from collections.abc import Sequence
from datetime import date

import pytest

from abstractor.abstract import Abstract, LineRef, Severity, Verdict
from abstractor.chart import Completeness, Seen
from abstractor.store import abstracts, cohorts, progress, raw, views, work
from abstractor.store.database import Store
from abstractor.store.values import LineClinician, Quarantine, QueuePage, Repaired, Summary, WorkKind
from tests.integration.keeping import NOW, PERIOD, abstract_of, after, copy_of, cycle_of

PATIENTS = [f"Patient/{number}" for number in range(1, 6)]
WORST_FIRST = [
    ("ILD-ACT", Severity.CRITICAL),
    ("sequencing", Severity.DISCORDANT),
    ("sequencing", Severity.DISCORDANT),
]


@pytest.fixture
def pulled(store: Store) -> Store:
    """One cycle, five charts, pulled."""
    with store.writing() as session:
        cycle_of(session, PATIENTS)
        for number, reference in enumerate(PATIENTS, start=1):
            raw.keep_pull(
                session,
                cycle_id=1,
                patient_id=number,
                copies=[copy_of("Patient", reference.partition("/")[2])],
                answers=[Completeness("Patient", Seen.COMPLETE, 1, None)],
                foreign=1 if number == 1 else 0,
                now=NOW,
            )
    return store


def keep(
    store: Store,
    patient_id: int,
    abstract: Abstract,
    *,
    digest: str = "sha256:2",
    quarantined: Sequence[Quarantine] = (),
    repaired: Sequence[Repaired] = (),
    clinicians: Sequence[LineClinician] = (),
    seconds: float = 0,
) -> None:
    with store.writing() as session:
        abstracts.append(
            session,
            abstract,
            cycle_id=1,
            patient_id=patient_id,
            pull_id=patient_id,
            input_digest=digest,
            clinicians=clinicians,
            quarantined=quarantined,
            repaired=repaired,
            now=after(seconds),
        )


def page(store: Store, number: int = 1, *, size: int = 2, severity: Severity | None = None) -> QueuePage:
    with store.reading() as session:
        found = views.queue_page(session, 1, page=number, size=size, severity=severity)
    assert found is not None
    return found


def test_the_same_input_decided_twice_is_one_abstract_and_one_queue_row(pulled: Store) -> None:
    for seconds in (0, 5):
        keep(pulled, 1, abstract_of("Patient/1"), seconds=seconds)
    with pulled.reading() as session:
        assert len(list(abstracts.in_cycle(session, 1))) == 1
        seen = views.chart(session, 1, cycle_id=1)
    assert seen is not None
    assert seen.abstracted_at == NOW
    assert page(pulled).total == 1


def test_a_later_abstract_counts_and_the_queue_row_stays_one(pulled: Store) -> None:
    keep(pulled, 1, abstract_of("Patient/1"))
    later = abstract_of("Patient/1", verdict=Verdict.REVIEW)
    keep(pulled, 1, later, digest="sha256:3", seconds=5)
    with pulled.reading() as session:
        assert list(abstracts.in_cycle(session, 1)) == [later]
        seen = views.chart(session, 1, cycle_id=None)
    assert seen is not None
    assert seen.abstract == later
    assert page(pulled).total == 1


def test_a_chart_is_shown_as_it_was_decided(pulled: Store) -> None:
    abstract = abstract_of("Patient/2")
    clinicians = [LineClinician(LineRef("palliative", 1), "Practitioner/7", None, "requester")]
    quarantined = [Quarantine("Condition", "Condition/9", "Condition.subject", "no subject")]
    repaired = [Repaired("Observation", "id-shape", 2), Repaired("Observation", "zone-assumed", 3)]
    keep(pulled, 2, abstract, clinicians=clinicians, quarantined=quarantined, repaired=repaired)
    with pulled.reading() as session:
        seen = views.chart(session, 2, cycle_id=1)
        assert views.chart(session, 3, cycle_id=1) is None
        assert views.chart(session, 2, cycle_id=7) is None
    assert seen is not None
    assert (seen.label, seen.item_id, seen.abstract) == ("Chart 2", 1, abstract)
    assert (list(seen.clinicians), list(seen.quarantined)) == (clinicians, quarantined)
    assert list(seen.repaired) == repaired
    assert (seen.cycle.period, seen.cycle.as_of, seen.cycle.clinic) == (PERIOD, date(2023, 1, 31), "North")


def test_the_queue_shows_the_worst_first_page_by_page(pulled: Store) -> None:
    keep(pulled, 1, abstract_of("Patient/1", flags=[("date-uncertain", Severity.REVIEW)]))
    keep(pulled, 2, abstract_of("Patient/2"))
    keep(pulled, 3, abstract_of("Patient/3", flags=WORST_FIRST))
    keep(pulled, 4, abstract_of("Patient/4", flagged=False))
    keep(pulled, 5, abstract_of("Patient/5", flags=[], verdict=Verdict.REVIEW))
    first, second = page(pulled), page(pulled, 2)
    assert [row.patient_id for row in (*first.rows, *second.rows)] == [3, 2, 1, 5]
    assert (first.total, first.page, first.pages, second.page) == (4, 1, 2, 2)
    worst = first.rows[0]
    assert (worst.label, worst.severity, worst.verdict) == ("Chart 3", Severity.CRITICAL, Verdict.INCLUDED)
    assert worst.codes == ("ILD-ACT", "sequencing")
    assert worst.lines == "curative: TCHP; palliative: docetaxel+trastuzumab"
    assert second.rows[1].severity is None


@pytest.mark.parametrize(("asked", "given"), [(0, 1), (-3, 1), (9, 1)])
def test_a_page_that_is_not_there_is_the_nearest_one(pulled: Store, asked: int, given: int) -> None:
    assert (page(pulled, asked).page, page(pulled, asked).pages) == (given, 1)


def test_the_queue_can_be_narrowed_to_a_severity(pulled: Store) -> None:
    keep(pulled, 1, abstract_of("Patient/1", flags=[("date-uncertain", Severity.REVIEW)]))
    keep(pulled, 2, abstract_of("Patient/2"))
    assert [row.patient_id for row in page(pulled, severity=Severity.REVIEW).rows] == [1]
    assert page(pulled, severity=Severity.CRITICAL).total == 0


def test_a_cycle_that_is_not_there_has_no_queue(pulled: Store) -> None:
    with pulled.reading() as session:
        assert views.queue_page(session, 9, page=1, size=10, severity=None) is None
        assert cohorts.cycle(session, 9) is None


def test_the_summary_counts_every_chart_once(pulled: Store) -> None:
    doctor = Quarantine("Practitioner", "Practitioner/1", "Practitioner.name", "not a list")
    keep(pulled, 1, abstract_of("Patient/1"), quarantined=[doctor])
    keep(pulled, 1, abstract_of("Patient/1", verdict=Verdict.REVIEW), digest="sha256:3", quarantined=[doctor])
    keep(pulled, 2, abstract_of("Patient/2", verdict=Verdict.EXCLUDED, flagged=False), quarantined=[doctor])
    keep(pulled, 3, abstract_of("Patient/3"))
    with pulled.writing() as session:
        cohorts.note_listing(session, 1, unlisted=2, gap=None)
        (piece,) = work.claim(session, [3], owner="one", until=after(60))
        work.finish(session, piece, now=after(42.5))
    with pulled.reading() as session:
        counted = progress.summary(session, 1, now=after(99))
    # One doctor in two charts, one resource of somebody else's, two patients who could not be listed.
    assert counted == Summary(
        patients=5, included=1, review=1, excluded=1, flagged=2, quarantined=4, seconds=42.5
    )


def test_a_cycle_counts_only_its_own(pulled: Store) -> None:
    keep(pulled, 1, abstract_of("Patient/1"))
    with pulled.writing() as session:
        second = cycle_of(session, PATIENTS[:2])
        work.add_work(session, WorkKind.ABSTRACT, cycle_id=second.id, patient_ids=[1], now=NOW)
    with pulled.reading() as session:
        counted = progress.summary(session, second.id, now=after(1))
        assert [one.id for one in cohorts.cycles(session)] == [2, 1]
    assert counted == Summary(2, 0, 0, 0, 0, 0, 1.0)
