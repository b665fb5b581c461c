"""Which nightly pull is called for, as the clock goes on and rounds come and go; five hours behind."""

from datetime import UTC, datetime

import pytest

from abstractor.errors import OptionError
from abstractor.store import setups
from abstractor.store.connection_values import RunState
from abstractor.workflow.clinic.clinics import remove_clinic
from abstractor.workflow.rounds import schedule
from tests.integration.schedule.house import House


def called(house: House) -> list[tuple[int, str, int]]:
    """(clinic, what was due, which attempt) of every call."""
    calls = [schedule.called_for(house.services, each) for each in schedule.nights(house.services).usable]
    return [(call.clinic_id, f"{call.due:%d %H:%M}", call.attempt) for call in calls if call is not None]


def test_a_night_is_called_for_at_its_time_and_until_it_has_begun(house: House) -> None:
    north = house.add()
    assert called(house) == [], "what was due before the clinic was added is nobody's fault"
    house.at = datetime(2026, 3, 3, 7, 29, 59, tzinfo=UTC)
    assert called(house) == []
    house.wait(seconds=1)
    assert called(house) == [(north, "03 07:30", 1)]
    house.wait(minutes=5)
    assert called(house) == [(north, "03 07:30", 1)]
    house.round(north, None)
    assert called(house) == []


def test_a_night_that_was_missed_is_called_for_once_however_many_were(house: House) -> None:
    north = house.add()
    house.wait(days=4)
    assert called(house) == [(north, "06 07:30", 1)]
    house.round(north)
    assert called(house) == []


def test_a_round_that_still_runs_is_as_good_as_begun(house: House) -> None:
    north = house.add()
    house.round(north, None)
    house.wait(days=1)
    assert called(house) == []


def test_a_night_that_failed_is_tried_three_times_with_half_an_hour_between(house: House) -> None:
    north = house.add()
    house.wait(days=1)
    for attempt in (1, 2, 3):
        assert called(house) == [(north, "03 07:30", attempt)]
        house.round(north, RunState.FAILED, error="clinic-unreachable")
        house.wait(minutes=29)
        assert called(house) == []
        house.wait(minutes=1)
    assert called(house) == []
    house.wait(days=1)
    assert called(house) == [(north, "04 07:30", 1)]


def test_other_changes_of_a_setup_leave_the_night_as_it_is(house: House) -> None:
    north = house.add()
    house.at = datetime(2026, 3, 3, 7, 31, tzinfo=UTC)
    house.add(requests_per_second=2)
    assert called(house) == [(north, "03 07:30", 1)]
    house.add(nightly="0 1 * * *")
    assert called(house) == [], "a new time begins with the next night"
    house.wait(days=1)
    assert called(house) == [(north, "04 06:00", 1)]


def test_a_clinic_that_is_removed_or_has_no_time_is_not_called_for(house: House) -> None:
    house.add("north")
    house.add("south", base_url="https://south.example/fhir", nightly=None)
    east = house.add("east", base_url="https://east.example/fhir")
    remove_clinic(house.services, "north")
    house.wait(days=1)
    assert called(house) == [(east, "03 07:30", 1)]


def test_a_time_that_nobody_can_read_costs_the_others_nothing(house: House) -> None:
    east = house.add("east")
    odd = house.add("odd", base_url="https://odd.example/fhir", nightly=None)
    with house.services.store.writing() as session:
        from_before = '{"name": "odd", "base_url": "https://odd.example/fhir", "nightly": "99 2 * * *"}'
        setups.keep_setup(session, "odd", from_before, clinic_id=odd, now=house.at)
    house.wait(days=1)
    assert called(house) == [(east, "03 07:30", 1)]
    assert schedule.nights(house.services).unusable == (odd,)


def test_a_time_that_nobody_can_read_is_refused_at_once(house: House) -> None:
    with pytest.raises(OptionError, match="nightly: must be the five fields of cron"):
        house.add(nightly="99 2 * * *")


def test_the_clock_of_the_wall_skips_an_hour_in_march(house: House) -> None:
    north = house.add()
    house.at = datetime(2026, 3, 8, 7, 29, tzinfo=UTC)
    house.round(north)
    assert called(house) == []
    house.wait(minutes=1)
    assert called(house) == [(north, "08 07:30", 1)]


@pytest.mark.parametrize("others", [0, 3])
def test_a_call_is_sent_once_whoever_looks(house: House, others: int) -> None:
    house.add()
    house.wait(days=1)
    (night,) = schedule.nights(house.services).usable
    call = schedule.called_for(house.services, night)
    assert call is not None
    assert schedule.send(house.services, call)
    assert [schedule.send(house.services, call) for _ in range(others)] == [False] * others
    (job,) = house.services.queue.of("nightly").jobs
    assert job.args == [call.clinic_id, int(call.due.timestamp()), 1], "numbers are all that a job holds"
