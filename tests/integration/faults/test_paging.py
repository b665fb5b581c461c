"""F21 to F40: what is wrong with pages, and with the records on them."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from abstractor.chart import Seen
from abstractor.store.connection_values import RunState
from fixtures.clinic.door import Door
from fixtures.clinic.running import open_clinic
from tests.integration.faults.conftest import PAGE, NewServices
from tests.integration.faults.harness import CHARTS, Round, Site, complete_or_told, sample, site_at

INCOMPLETE = (RunState.INCOMPLETE, None)
DONE = (RunState.DONE, None)
DOSES = "MedicationAdministration"
_MOMENT = re.compile(rb'"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))"')


def is_whole(faulted: Round) -> None:
    assert (faulted.ending, faulted.doubted(), faulted.errors) == (DONE, set(), {})


@contextmanager
def other_clinic() -> Iterator[Door]:
    """Of this process, for a fault that changes the records themselves: no disarming brings them back."""
    with open_clinic(most=int(PAGE)) as door:
        door.reset(sample())
        yield door


@pytest.fixture
def own(new_services: NewServices) -> Iterator[Site]:
    with other_clinic() as door:
        made = site_at(new_services(), door, None)
        made.clean = made.round()
        yield made


def test_F21_next_loop(site: Site) -> None:
    """A page whose next is itself is followed once: what came is kept, the type truncated as page-loop."""
    faulted = site.struck("next-loop=Encounter")
    assert faulted.said("Encounter")["fatima"] == ("truncated", 4, "page 2: page-loop")


def test_F22_next_foreign_host(site: Site) -> None:
    """A next link to another server is not followed, nothing is sent there: truncated as foreign-host."""
    faulted = site.struck("next-foreign-host=Procedure")
    assert faulted.said("Procedure")["rosa"] == ("truncated", 4, "page 1: foreign-host")


def test_F23_relative_next(site: Site) -> None:
    """A relative next link is followed from the page that it stands on: the round is whole."""
    is_whole(site.struck("relative-next"))


def test_F24_missing_next(site: Site) -> None:
    """The total tells that more is there than came: truncated as total-larger, what came is kept."""
    faulted = site.struck("missing-next")
    assert faulted.said("Procedure")["rosa"] == ("truncated", 4, "total-larger")
    assert faulted.said(DOSES)["tess"] == ("truncated", 4, "total-larger")
    assert not {"rosa Condition", "tess Patient"} & faulted.doubted()


def test_F25_duplicate_ids(site: Site) -> None:
    """A record that comes on two pages is kept and counted once: the round is whole."""
    faulted = site.struck("duplicate-ids")
    is_whole(faulted)
    assert faulted.said(DOSES)["tess"] == ("answered", 16, None)


def test_F26_page_reorder(site: Site) -> None:
    """Pages that are sorted anew bring some records twice and others never: truncated as total-larger."""
    faulted = site.struck("page-reorder")
    assert faulted.said("Encounter")["fatima"] == ("truncated", 4, "total-larger")
    assert faulted.ending == INCOMPLETE


def test_F27_empty_entries(site: Site) -> None:
    """An empty page with a next link is no end: the next page is asked for and the round is whole."""
    is_whole(site.struck("empty-entries"))


def test_F28_null_entry(site: Site) -> None:
    """The null is kept, quarantined and told as truncated; its neighbours are kept; later it is let go."""
    faulted = site.struck("null-entry=Condition")
    assert faulted.said("Condition") == dict.fromkeys(CHARTS, ("truncated", 3, "null-entry"))
    assert faulted.ending == INCOMPLETE
    for chart in faulted.charts.values():
        assert "quarantined" in chart.abstract


@pytest.mark.parametrize(
    ("fault", "detail"),
    [
        pytest.param("outcome-entry", "outcome:suppressed; notice:59204", id="F29"),
        pytest.param("outcome-entry-4119", "outcome:processing; notice:4119", id="F29b"),
    ],
)
def test_F29_F29b_outcome_entry(site: Site, fault: str, detail: str) -> None:
    """An outcome among the entries lowers the type to partly-authorised with its code, whatever came."""
    faulted = site.struck(f"{fault}=Condition")
    assert faulted.said("Condition") == dict.fromkeys(CHARTS, ("partly-authorised", 2, detail))
    for chart in faulted.charts.values():
        assert chart.completeness["Condition"].state is Seen.PARTIAL


def test_F30_unknown_type(site: Site) -> None:
    """A record of an unknown type is kept and read by nobody; its search is told as truncated: wrong-type."""
    faulted = site.struck("unknown-type")
    for said, _, why in faulted.said("Condition").values():
        assert said == "truncated" and str(why).startswith("wrong-type")
    assert all(set(chart.held["Quibble"]) == {"quibble-1"} for chart in faulted.charts.values())


def test_F31_unknown_contained(site: Site) -> None:
    """A record that contains an unknown one is kept as it came and read as without it: the round is whole."""
    is_whole(site.struck("unknown-contained", reading=_without_contained))


def _without_contained(body: bytes) -> bytes:
    told = json.loads(body)
    told.pop("contained", None)
    return json.dumps(told, sort_keys=True).encode()


def test_F32_foreign_patient(site: Site) -> None:
    """Another patient's record is never kept; it is counted and the type told as ignored: foreign-patient."""
    faulted = site.struck("foreign-patient=Condition")
    assert faulted.said("Condition") == dict.fromkeys(CHARTS, ("ignored", 2, "foreign-patient"))
    assert site.clean is not None
    for patient, chart in faulted.charts.items():
        assert chart.held == site.clean.charts[patient].held


def test_F33_merged_patient(own: Site) -> None:
    """A chart that went into another is never empty: its types say patient-merged; the other has it."""
    own.door.arm("merged-patient=rosa")
    own.door.set_group(CHARTS)
    faulted = own.round()
    assert own.clean is not None
    rosa = faulted.charts["rosa"]
    assert rosa.completeness["Condition"].state not in (Seen.COMPLETE, Seen.EMPTY)
    assert "patient-merged" in rosa.doubted()["Condition"]
    assert (
        faulted.charts["fatima"].held["Condition"].keys()
        > own.clean.charts["fatima"].held["Condition"].keys()
    )
    complete_or_told(own.clean, faulted, reading=lambda _: b"the clinic itself has changed the records")


def test_F34_deleted_patient(own: Site) -> None:
    """A member that is deleted is told as refused with 410 in every type, and nothing of it stays live."""
    own.door.arm("deleted-patient=tess")
    faulted = own.round()
    assert faulted.said("Patient")["tess"] == ("refused", 0, "http-410:deleted")
    assert faulted.ending == INCOMPLETE
    assert own.clean is not None
    for patient in ("fatima", "rosa"):
        assert faulted.charts[patient].state == own.clean.charts[patient].state
    complete_or_told(own.clean, faulted)


def test_F35_include_ignored(site: Site) -> None:
    """Drugs are read by their address, not by _include: a clinic that ignores it gives a whole round."""
    is_whole(site.struck("include-ignored"))


def test_F36_absolute_medication(site: Site) -> None:
    """An absolute reference to a drug of the clinic is followed as a relative one: the round is whole."""
    here = site.door.url.encode() + b"/"
    faulted = site.struck("absolute-medication", reading=lambda body: body.replace(here, b""))
    is_whole(faulted)
    assert set(faulted.charts["fatima"].held["Medication"]) == {"drug"}


def test_F37_circular_references(own: Site) -> None:
    """Records that refer to each other are each read once: the round ends, is whole, and has them all."""
    own.door.arm("circular-references=rosa")
    faulted = own.round()
    is_whole(faulted)
    assert {"circle-1", "circle-2"} <= set(faulted.charts["rosa"].held["Observation"])
    assert own.clean is not None
    assert _all_of(own.clean, faulted)


def test_F38_large_note(own: Site) -> None:
    """A note of 10 MB is kept whole and the rest of its chart is read: the round is whole."""
    own.door.arm("large-note=rosa")
    faulted = own.round()
    is_whole(faulted)
    assert len(faulted.charts["rosa"].held["DocumentReference"]["large-note"]) > 13_000_000
    assert own.clean is not None
    assert _all_of(own.clean, faulted)


def test_F39_thousand_pages(own: Site) -> None:
    """Page after page is followed up to the cap of 1,000; then what came is kept and told: page-cap."""
    own.door.arm("thousand-pages=rosa")
    faulted = own.round()
    assert faulted.said("Observation")["rosa"] == ("truncated", 1000, "page 1000: page-cap")
    assert faulted.ending == INCOMPLETE


def test_F40_mixed_zones(site: Site) -> None:
    """A time in another zone is the same moment: every finding is the same, quoted as it was written."""
    is_whole(site.struck("mixed-zones", reading=_in_one_zone))


def _in_one_zone(body: bytes) -> bytes:
    def moment(found: "re.Match[bytes]") -> bytes:
        return b'"%b"' % datetime.fromisoformat(found[1].decode()).astimezone(UTC).isoformat().encode()

    return _MOMENT.sub(moment, body)


def _all_of(clean: Round, faulted: Round) -> bool:
    """Everything that the clean round has is there, whatever came to it."""
    return all(
        faulted.charts[patient].held[kind][one] == body
        for patient, chart in clean.charts.items()
        for kind, records in chart.held.items()
        for one, body in records.items()
    )
