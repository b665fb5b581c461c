"""Editions that change while an event may have come up, told with one decision for each of them."""

from dataclasses import replace
from datetime import date

import pytest

from abstractor.abstract import Verdict
from abstractor.chart import Chart, Patient
from abstractor.dates import DateInterval
from abstractor.rules.found import Found
from abstractor.rules.measures.asking import Asking, Decision, Duty, found_on
from abstractor.rules.measures.context import AskedBy, Outcome
from abstractor.rules.measures.occasions import Occasion
from tests.measure_contexts import context_of

NOBODY = Chart(Patient("Patient/1", None, None, False, None, ()))
REVIEW = date(2026, 11, 30)


def on(first: str, last: str | None = None) -> DateInterval:
    return DateInterval(date.fromisoformat(first), date.fromisoformat(last or first))


def edition(name: str, first: str, last: str | None = None, *, advisory: bool = False) -> AskedBy:
    """Of an authority without days of grace."""
    begins, ends = date.fromisoformat(first), date.fromisoformat(last) if last else None
    return AskedBy(name, "FDA", f"The {name}", name, (), begins, ends, REVIEW, advisory=advisory)


FIRST = edition("first", "2022-01-01", "2022-03-31")
SECOND = edition("second", "2022-04-01", "2022-06-30")
THIRD = edition("third", "2022-07-01")


def asked(
    when: DateInterval,
    editions: tuple[AskedBy, ...],
    *,
    askings: tuple[Asking, ...] | None = None,
    closes: date | None = None,
    verdict: Verdict = Verdict.NOT_MET,
) -> Found | None:
    """The same decision, whoever asks."""
    decision = Decision(Outcome(verdict, "none", None, (), ()), closes or when.latest, "a test")
    occasion = Occasion(None, when, "an event", (), ())
    each = askings or tuple(Asking(edition.edition) for edition in editions)
    return found_on(context_of(NOBODY, editions), occasion, each, lambda asking, days: decision)


@pytest.mark.parametrize(
    ("when", "stale"),
    [
        (on("2026-11-30"), False),
        (on("2026-12-01"), True),
        (on("2026-11-20", "2026-12-05"), True),
    ],
)
def test_an_event_that_may_lie_after_the_day_of_review_is_not_judged(when: DateInterval, stale: bool) -> None:
    found = asked(when, (THIRD,))
    assert found is not None
    assert (found.reason == "guideline-stale") is stale


@pytest.mark.parametrize(
    ("when", "closes", "touches"),
    [
        (on("2021-12-10", "2021-12-31"), date(2021, 12, 20), False),
        (on("2021-12-10", "2022-01-05"), date(2021, 12, 20), True),
    ],
)
def test_an_event_that_may_lie_in_the_period_touches_it(
    when: DateInterval, closes: date, touches: bool
) -> None:
    found = asked(when, (edition("older", "2020-01-01"),), closes=closes)
    assert found is not None
    assert found.finding.in_period is touches


@pytest.mark.parametrize("low", [True, False])
def test_an_edition_of_low_confidence_advises(low: bool) -> None:
    found = asked(on("2022-08-01"), (replace(THIRD, advisory=low),))
    assert found is not None
    assert found.finding.advisory is low


@pytest.mark.parametrize(
    ("duties", "named", "advisory"),
    [
        ((Duty.DUE, Duty.DUE, Duty.DUE), "third", False),
        ((Duty.ADVISORY, Duty.DUE, Duty.DUE), "first", True),
        ((Duty.ADVISORY, Duty.ADVISORY, Duty.DUE), "second", True),
        ((Duty.ADVISORY, Duty.DUE, Duty.ADVISORY), "third", True),
    ],
)
def test_what_is_missed_by_all_is_held_against_by_the_latest_that_only_advises(
    duties: tuple[Duty, ...], named: str, advisory: bool
) -> None:
    editions = (FIRST, SECOND, THIRD)
    askings = tuple(Asking(each.edition, duty=duty) for each, duty in zip(editions, duties, strict=True))
    found = asked(on("2022-03-01", "2022-07-31"), editions, askings=askings)
    assert found is not None
    assert (found.finding.verdict, found.finding.edition, found.finding.advisory) == (
        Verdict.NOT_MET,
        named,
        advisory,
    )


def test_the_days_of_one_edition_are_one_stretch_whatever_others_change() -> None:
    """The day on which an edition of something else took force parts nothing."""
    whole = edition("whole", "2020-01-01")
    days: list[DateInterval] = []

    def decide(_: Asking, when: DateInterval) -> Decision:
        days.append(when)
        return Decision(Outcome(Verdict.UNKNOWN, "none", "date-uncertain", (), ()), when.latest, "a test")

    when = on("2022-03-01", "2022-04-30")
    occasion = Occasion(None, when, "an event", (), ())
    found = found_on(context_of(NOBODY, (whole, SECOND)), occasion, (Asking("whole"),), decide)
    assert found is not None
    assert days == [when]


def test_the_days_of_the_second_of_two_editions_are_one_stretch() -> None:
    beside = edition("beside", "2022-05-01")
    days: list[DateInterval] = []

    def decide(_: Asking, when: DateInterval) -> Decision:
        days.append(when)
        return Decision(Outcome(Verdict.UNKNOWN, "none", "date-uncertain", (), ()), when.latest, "a test")

    occasion = Occasion(None, on("2022-03-01", "2022-05-31"), "an event", (), ())
    found_on(
        context_of(NOBODY, (FIRST, SECOND, beside)), occasion, (Asking("first"), Asking("second")), decide
    )
    assert days == [on("2022-03-01", "2022-03-31"), on("2022-04-01", "2022-05-31")]


def test_the_days_after_grace_are_one_stretch() -> None:
    """A former edition counts beside the new one for 90 days, and no more after them."""
    former = replace(edition("former", "2020-01-01", "2022-03-31"), authority="ASCO")
    new = replace(edition("new", "2022-04-01"), authority="ASCO")
    days: list[tuple[str, DateInterval]] = []

    def decide(asking: Asking, when: DateInterval) -> Decision:
        days.append((asking.edition, when))
        return Decision(Outcome(Verdict.UNKNOWN, "none", "date-uncertain", (), ()), when.latest, "a test")

    occasion = Occasion(None, on("2022-06-01", "2022-12-31"), "an event", (), ())
    known = context_of(NOBODY, (new, former, edition("beside", "2022-11-01")))
    found_on(known, occasion, (Asking("new"), Asking("former")), decide)
    assert days == [
        ("new", on("2022-06-01", "2022-06-30")),
        ("former", on("2022-06-01", "2022-06-30")),
        ("new", on("2022-07-01", "2022-12-31")),
    ]


def test_the_latest_end_of_the_windows_counts() -> None:
    """Of an event on either side of a change, where the former edition gave more time."""
    former, new = edition("former", "2020-01-01", "2021-12-14"), edition("new", "2021-12-15")

    def decide(asking: Asking, _: DateInterval) -> Decision:
        closes = date(2022, 1, 10) if asking.edition == "former" else date(2021, 12, 31)
        return Decision(Outcome(Verdict.MET, "one", None, (), ()), closes, "a test")

    occasion = Occasion(None, on("2021-12-01", "2021-12-31"), "an event", (), ())
    found = found_on(context_of(NOBODY, (former, new)), occasion, (Asking("former"), Asking("new")), decide)
    assert found is not None
    assert found.finding.in_period


@pytest.mark.parametrize(("verdict", "named"), [(Verdict.MET, "new"), (Verdict.NOT_MET, "former")])
def test_in_grace_a_former_edition_that_only_advises_stands_for_what_is_missed_alone(
    verdict: Verdict, named: str
) -> None:
    former = replace(edition("former", "2020-01-01", "2022-03-31", advisory=True), authority="ASCO")
    new = replace(edition("new", "2022-04-01"), authority="ASCO")
    found = asked(on("2022-04-02"), (new, former), verdict=verdict)
    assert found is not None
    assert found.finding.edition == named


@pytest.mark.parametrize(
    ("when", "named"),
    [
        (on("2022-06-30"), True),
        (on("2022-06-20", "2022-07-05"), False),
        (on("2022-03-25", "2022-04-05"), False),
    ],
)
def test_an_edition_that_advises_the_same_is_named_where_it_surely_was_in_force(
    when: DateInterval, named: bool
) -> None:
    whole = edition("whole", "2020-01-01")
    found = asked(when, (whole, SECOND), askings=(Asking("whole", shared_by=("second",)),))
    assert found is not None
    assert ("the same is advised by The second" in found.finding.statement) is named


def test_what_nobody_asked_for_then_is_taken_out() -> None:
    found = asked(on("2022-08-01"), (THIRD,), askings=(Asking("third", duty=Duty.NONE),))
    assert found is not None
    assert (found.finding.verdict, found.reason) == (Verdict.EXCLUDED, "not-asked-then")
    assert "none; it was not asked for then" in found.finding.statement
