"""F47 to F53: what goes wrong with an export ends in a complete chart, or the ledger says what is missing."""

from collections.abc import Iterator
from typing import Any

import pytest

from abstractor.chart import Seen
from abstractor.store import raw
from abstractor.store.connection_values import BulkPhase, RunState
from abstractor.workflow import Services
from abstractor.workflow.rounds.bulk import rounds as bulk_rounds
from abstractor.workflow.rounds.bulk.rounds import NOT_READY
from fixtures.clinic.bulk.setup import Bulk
from fixtures.clinic.door import Door
from fixtures.clinic.running import open_clinic
from tests.integration.bulk.conftest import MakeServices
from tests.integration.bulk.rounds import (
    Wall,
    abstracts_of,
    carried_out,
    entries,
    open_at,
    phase_of,
    states,
)
from tests.integration.clinic.shared import record

DRUG = {"medicationReference": {"reference": "Medication/drug"}}
RECORDS: list[dict[str, Any]] = [
    record("Medication", "drug", code={"text": "letrozole"}),
    *(record("Patient", one) for one in ("p1", "p2")),
    *(record("Condition", f"{one}-c{n}", patient=one) for one in ("p1", "p2") for n in range(3)),
    *(record("MedicationRequest", f"{one}-o", patient=one, intent="order", **DRUG) for one in ("p1", "p2")),
]


@pytest.fixture
def door() -> Iterator[Door]:
    with open_clinic(bulk=Bulk(polls=1, retry_after=0)) as opened:
        opened.reset(RECORDS)
        yield opened


@pytest.fixture
def services(make_services: MakeServices) -> Services:
    return make_services()


@pytest.fixture
def whole(make_services: MakeServices, door: Door) -> dict[str, str]:
    """What is live after an export without a fault."""
    other = make_services()
    carried_out(other, open_at(other, door))
    door.heard(forget=True)
    return states(other)


def kick_offs(door: Door) -> int:
    return len([one for one in door.heard() if one.path.endswith("$export")])


def said(services: Services, run: Any, patient: str = "p1") -> dict[str, tuple[str, int, str | None]]:
    """What the ledger says of the types that came by export, and is more than that they did."""
    rows = [one for one in entries(services, run, patient) if one.asked == "export"]
    return {one.type: (one.said, one.count, one.detail) for one in rows if one.detail is not None}


def test_F47_never_ready_ends_with_a_clear_code_and_the_next_round_takes_it_up(
    services: Services, door: Door, whole: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The round fails as bulk-not-ready after hours and keeps nothing; the next takes the same export up."""
    monkeypatch.setattr(bulk_rounds, "_PATIENCE", 0.5)
    door.arm("never-ready")
    registered = open_at(services, door)
    wall = services.clock
    assert isinstance(wall, Wall)
    run = carried_out(services, registered, after_each=lambda: wall.move(hours=5))
    assert (run.state, run.error_code) == (RunState.FAILED, NOT_READY)
    assert phase_of(services, run) is BulkPhase.WAITING
    assert states(services) == {}
    door.disarm()
    again = carried_out(services, registered)
    assert kick_offs(door) == 1, "the export that was waited for is taken up"
    assert states(services) == whole
    assert (phase_of(services, run), phase_of(services, again)) == (BulkPhase.FAILED, BulkPhase.DELETED)


def test_F48_an_expired_link_is_asked_for_again(
    services: Services, door: Door, whole: dict[str, str]
) -> None:
    """The manifest is asked for again for a new link, and the round is whole."""
    door.arm("expired-file")
    run = carried_out(services, open_at(services, door))
    assert said(services, run) == {}
    assert states(services) == whole


def test_F48_links_that_never_hold_are_told(make_services: MakeServices) -> None:
    """Each type of such a file failed with http-410, in each chart; the export is deleted at the clinic."""
    services = make_services()
    with open_clinic(bulk=Bulk(polls=0, link_seconds=0)) as door:
        door.reset(RECORDS)
        door.arm("error-file")
        run = carried_out(services, open_at(services, door))
        lost = "file:http-410:not-found; error-file-lost:http-410:not-found"
        assert said(services, run)["Condition"] == ("failed", 0, lost)
        assert run.patients == 2, "the Group tells whom it is about"
        assert run.state is RunState.INCOMPLETE
        assert phase_of(services, run) is BulkPhase.DELETED
        assert [one.method for one in door.heard()].count("DELETE") == 1


@pytest.mark.parametrize("tries", [1, 3])
def test_F49_a_running_job_is_waited_for(
    make_services: MakeServices, door: Door, whole: dict[str, str], tries: int
) -> None:
    """The kick-off is tried again, by the client or by the round later, and the round is whole."""
    services = make_services(http_tries=tries)
    door.arm("job-in-progress")
    run = carried_out(services, open_at(services, door))
    assert kick_offs(door) == 3
    assert said(services, run) == {}
    assert states(services) == whole


def test_F50_fewer_lines_than_the_manifest_tells_make_the_type_partial(
    services: Services, door: Door, whole: dict[str, str]
) -> None:
    """What came is kept and the type told as truncated: fewer-than-told, in every chart."""
    door.arm("count-mismatch=Condition")
    run = carried_out(services, open_at(services, door), cycle=True)
    for patient in ("p1", "p2"):
        assert said(services, run, patient) == {"Condition": ("truncated", 3, "fewer-than-told")}
    assert states(services) == whole, "what came is kept"
    assert run.state is RunState.INCOMPLETE
    for abstract in abstracts_of(services, run).values():
        assert f'"type":"Condition","state":"{Seen.PARTIAL}"' in abstract.replace(" ", "")


def test_F51_a_record_of_another_type_is_told_and_the_others_are_kept(
    services: Services, door: Door, whole: dict[str, str]
) -> None:
    """It is not kept; whose record it stands in place of nobody knows, so every chart is told: wrong-type."""
    door.arm("wrong-type-in-file=Condition")
    run = carried_out(services, open_at(services, door))
    assert said(services, run, "p1") == {"Condition": ("truncated", 3, "wrong-type")}
    assert said(services, run, "p2") == {"Condition": ("truncated", 2, "wrong-type")}
    assert states(services)["p1"] == whole["p1"]


def test_F52_a_line_of_10_mb_is_kept_and_quarantined(services: Services, door: Door) -> None:
    """The record is kept whole and quarantined with its chart alone."""
    door.arm("long-line=Condition")
    run = carried_out(services, open_at(services, door), cycle=True)
    with services.store.reading() as session:
        assert run.cycle_id is not None
        chart = raw.pulled_chart(session, run.cycle_id, 1)
    assert chart is not None
    assert max(len(copy.body) for copy in chart.copies) > 10_000_000, "nothing of it is lost"
    first, second = (abstracts_of(services, run)[f"Patient/{one}"] for one in ("p1", "p2"))
    assert "resource-quarantined" in first or '"detail":"1 quarantined"' in first
    assert "quarantined" not in second


def test_F52_a_line_beyond_what_is_taken_is_counted_and_told_to_all(
    services: Services, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is counted, and as nobody knows whose it was every chart is told: truncated, line-too-long."""
    door.arm("long-line=Condition")
    monkeypatch.setattr("abstractor.fhir.bulk.lines.LONGEST_LINE", 1_000_000)
    run = carried_out(services, open_at(services, door))
    assert said(services, run, "p1") == {"Condition": ("truncated", 2, "line-too-long")}
    assert said(services, run, "p2") == {"Condition": ("truncated", 3, "line-too-long")}


def test_F53_a_fatal_error_file_lowers_every_type(
    services: Services, door: Door, whole: dict[str, str]
) -> None:
    """What came is kept and every type told as truncated, with the code of the error file."""
    door.arm("error-file")
    run = carried_out(services, open_at(services, door))
    told = said(services, run)
    assert {(word, detail) for word, _, detail in told.values()} == {("truncated", "error-file:exception")}
    assert {"Condition", "MedicationRequest", "Patient"} <= set(told)
    assert states(services) == whole
    assert run.state is RunState.INCOMPLETE
