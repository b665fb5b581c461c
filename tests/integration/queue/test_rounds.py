"""A round is begun, listed, pulled and ended once, and its end says how it went."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from abstractor.errors import ClinicError, ClinicMisbehaved, ClinicRefused, ClinicUnreachable, RoundUnderWay
from abstractor.fhir.clinic_setup import ClinicSetup
from abstractor.fhir.endpoint import Listed, Pulled
from abstractor.fhir.ledger import LedgerRow, Said
from abstractor.store.connection_values import PullKind, RunState
from abstractor.workflow import (
    Begun,
    Question,
    Services,
    begin_round,
    open_cycle,
    round_progress,
    rounds_of,
)
from tests.integration.keeping import PERIOD
from tests.integration.queue.round_steps import (
    CHARTS,
    Make,
    clinic_of,
    connecting,
    failing,
    pull_all,
    wait_until_ended,
)
from tests.integration.queue.slow_clinic import Pace, SlowConnection, pool_running


def test_a_round_of_no_cycle_lists_and_pulls_everybody_and_abstracts_nobody(make_services: Make) -> None:
    services = make_services(charts=CHARTS)
    begun = begin_round(services, clinic_of(services))
    assert begun.cohort is not None
    assert (begun.followed, begun.cohort.patients, begun.cohort.gap) == (False, CHARTS, None)
    pull_all(services)
    seen = round_progress(services, begun.run_id)
    assert (seen.run.state, seen.run.kind, seen.pulls.done) == (RunState.DONE, PullKind.FULL, CHARTS)
    assert seen.run.listed_at is not None
    assert seen.run.ended_at is not None
    assert not services.queue.of("abstract").job_ids
    again = begin_round(services, clinic_of(services))
    assert [run.kind for run in rounds_of(services, 1)] == [PullKind.INCREMENTAL, PullKind.FULL]
    assert again.run_id != begun.run_id


def test_everything_is_asked_for_anew_where_one_says_so(make_services: Make) -> None:
    services = make_services(charts=CHARTS)
    begin_round(services, clinic_of(services))
    pull_all(services)
    begin_round(services, clinic_of(services), full=True)
    assert [run.kind for run in rounds_of(services, 1)] == [PullKind.FULL, PullKind.FULL]


def test_whoever_begins_a_second_one_follows_the_first(make_services: Make) -> None:
    services = make_services(charts=CHARTS)
    registered = clinic_of(services)
    with ThreadPoolExecutor(4) as pool:
        begun: list[Begun] = list(pool.map(lambda _: begin_round(services, registered), range(4)))
    assert {one.run_id for one in begun} == {1}
    assert sorted(one.followed for one in begun) == [False, True, True, True]
    assert len(rounds_of(services, 1)) == 1
    assert round_progress(services, 1).pulls.total == CHARTS


def test_whoever_asks_for_everything_does_not_follow_one_that_asks_for_changes(make_services: Make) -> None:
    services = make_services(charts=CHARTS)
    registered = clinic_of(services)
    first = begin_round(services, registered)
    assert begin_round(services, registered, full=True, way="search") == replace(first, followed=True)
    with pytest.raises(RoundUnderWay, match="under way already, and it is by search: go on"):
        begin_round(services, registered, way="bulk")
    pull_all(services)
    changes = begin_round(services, registered)
    with pytest.raises(RoundUnderWay, match="what has changed alone: go on with it by `abstractor pull "):
        begin_round(services, registered, full=True)
    with pytest.raises(RoundUnderWay, match="what has changed alone and by search: "):
        begin_round(services, registered, full=True, way="bulk")
    assert begin_round(services, registered) == replace(changes, followed=True)
    assert len(rounds_of(services, 1)) == 2


@pytest.mark.parametrize(
    ("pace", "state", "code"),
    [
        (Pace(pull=0), RunState.DONE, None),
        (failing(ClinicMisbehaved("no page"), "Patient/3"), RunState.INCOMPLETE, None),
        (failing(ClinicUnreachable("no route")), RunState.FAILED, "clinic-unreachable"),
        (failing(ClinicRefused("who?", status=401)), RunState.FAILED, "ClinicRefused"),
    ],
    ids=["all", "but one", "none in time", "none at all"],
)
def test_a_round_ends_as_its_pulls_did(
    make_services: Make, pace: Pace, state: RunState, code: str | None
) -> None:
    services = make_services(charts=CHARTS, pace=pace, max_attempts=1)
    begun = begin_round(services, clinic_of(services))
    pull_all(services)
    run = round_progress(services, begun.run_id).run
    assert (run.state, run.error_code) == (state, code)


def row(said: Said, count: int) -> LedgerRow:
    return LedgerRow("Condition", None, None, said, count, None, "patient", None)


class SayingMore(SlowConnection):
    """What a test has it say of its patients, and after the last of them."""

    said: tuple[LedgerRow, ...] = ()
    failure: ClinicError | None = None
    nameless: int = 0
    none: bool = False

    def cohort(self, setup: ClinicSetup, codes: Sequence[str] = ()) -> Iterator[Listed]:
        yield from () if self.none else super().cohort(setup, codes)
        yield from (Listed(None, line=number, why="no-patient") for number in range(self.nameless))
        if self.failure is not None:
            raise self.failure

    def _pull(self, patient: str, types: Sequence[str]) -> Pulled:
        return replace(super()._pull(patient, types), rows=self.said)


def with_connection(services: Services, **attributes: object) -> Services:
    made = type("Made", (SayingMore,), attributes)
    return replace(services, connect=connecting(lambda _: made(CHARTS, Pace(pull=0))))


@pytest.mark.parametrize(
    ("attributes", "state"),
    [
        ({"said": (row(Said.ANSWERED, 1),)}, RunState.DONE),
        ({"said": (row(Said.EMPTY, 0),)}, RunState.DONE),
        ({"said": (row(Said.TRUNCATED, 1),)}, RunState.INCOMPLETE),
        ({"said": (row(Said.REFUSED, 0),)}, RunState.INCOMPLETE),
        ({"nameless": 2}, RunState.INCOMPLETE),
        ({"failure": ClinicMisbehaved("the list may not be whole (page-cap)")}, RunState.INCOMPLETE),
        ({"failure": ClinicUnreachable("no route any more")}, RunState.INCOMPLETE),
    ],
    ids=["answered", "empty", "truncated", "refused", "somebody not found", "list broken off", "then away"],
)
def test_a_round_is_done_only_where_everything_was_told(
    make_services: Make, attributes: dict[str, object], state: RunState
) -> None:
    services = with_connection(make_services(charts=CHARTS), **attributes)
    begun = begin_round(services, clinic_of(services))
    pull_all(services)
    seen = round_progress(services, begun.run_id)
    assert seen.run.state is state
    assert seen.run.unlisted == attributes.get("nameless", 0)
    assert (seen.run.listing_gap is None) is ("failure" not in attributes)


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({"none": True, "failure": ClinicMisbehaved("no line gave a patient")}, "ClinicMisbehaved"),
        ({"none": True, "failure": ClinicRefused("they do not know us", status=401)}, "ClinicRefused"),
    ],
)
def test_a_list_of_nobody_ends_the_round_and_says_why(
    make_services: Make, attributes: dict[str, object], code: str
) -> None:
    services = with_connection(make_services(charts=CHARTS), **attributes)
    with pytest.raises((ClinicMisbehaved, ClinicRefused)):
        begin_round(services, clinic_of(services))
    (run,) = rounds_of(services, 1)
    assert (run.state, run.error_code) == (RunState.FAILED, code)
    assert run.listing_gap == str(attributes["failure"])
    assert not begin_round(
        replace(services, connect=make_services(charts=1).connect), clinic_of(services)
    ).followed


def test_a_cohort_of_nobody_is_no_success(make_services: Make) -> None:
    services = with_connection(make_services(charts=CHARTS), none=True)
    begun = begin_round(services, clinic_of(services))
    run = round_progress(services, begun.run_id).run
    assert (run.state, run.error_code) == (RunState.FAILED, "no-chart")


def test_a_clinic_that_is_being_asked_is_listed_by_a_worker_in_its_turn(make_services: Make) -> None:
    services = make_services(charts=CHARTS)
    registered = clinic_of(services)
    begin_round(services, registered)
    question = Question(PERIOD, PERIOD.end, "America/New_York", "A", 180, "0.1.0")
    cycle_id = open_cycle(services, registered.clinic, question)
    assert begin_round(services, registered, cycle_id=cycle_id) == Begun(2, followed=False, cohort=None)
    waits = rounds_of(services, 1)[0]
    assert (waits.cycle_id, waits.state, waits.listed_at) == (cycle_id, RunState.RUNNING, None)
    with pool_running(services):
        assert wait_until_ended(services, waits.id).run.state is RunState.DONE
