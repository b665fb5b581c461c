"""The same in a round of changes: what is held from before hides nothing of what is missing now."""

from collections.abc import Iterator

import pytest

from abstractor.chart import Seen
from abstractor.store.connection_values import PullKind, RunState
from fixtures.clinic.running import open_clinic
from tests.integration.clinic.shared import record
from tests.integration.faults.conftest import PAGE, NewServices
from tests.integration.faults.harness import Round, Site, sample, site_at

NEW = [f"new-{number}" for number in range(5)]
CHANGES = {"few": 0}  # of few records a type is asked for whole, not for its changes


@pytest.fixture
def site(new_services: NewServices) -> Iterator[Site]:
    """It has been pulled; since then one chart has got five records, which take a second page. The clean
    round is one from nothing of the clinic as it is now.
    """
    with open_clinic(most=int(PAGE)) as door:
        door.reset(sample())
        made = site_at(new_services(), door, None)
        made.round()
        for name in NEW:
            door.add(record("Procedure", name, patient="rosa", status="completed"))
        made.clean = site_at(new_services(), door, None).round()
        yield made


def told(faulted: Round) -> tuple[str, int, str | None]:
    """What is said of the type that changed; whatever it is, nothing that was held is let go."""
    assert faulted.run.kind is PullKind.INCREMENTAL
    chart = faulted.charts["rosa"]
    assert len(chart.held["Procedure"]) >= 8
    if chart.tells("Procedure"):
        assert faulted.run.state is RunState.INCOMPLETE
        assert chart.completeness["Procedure"].state is Seen.PARTIAL
        assert "held-since" in str(chart.completeness["Procedure"].detail)
    return chart.said("Procedure")


def test_F12_page_expired_in_a_round_of_changes(site: Site) -> None:
    """The type is asked for whole, and told as truncated; what was held stays, told as of before."""
    said = told(site.struck("page-expired=Procedure", patience=CHANGES))
    assert said == ("truncated", 4, "page 2: http-410:not-found; notice:changes-in-doubt")


def test_F16_error_500_twice_in_a_round_of_changes(site: Site) -> None:
    """The third try has the changes: the round is whole."""
    faulted = site.struck("error-500-twice=Procedure", patience=CHANGES)
    assert told(faulted)[0] == "answered"
    assert {"new-0", "new-4"} <= faulted.charts["rosa"].held["Procedure"].keys()


def test_F17_unavailable_always_in_a_round_of_changes(site: Site) -> None:
    """What was held stays, the type failed with http-503 and is told to be of before."""
    faulted = site.struck("unavailable-always=Procedure", patience=CHANGES)
    assert told(faulted) == ("failed", 0, "http-503:transient")
    assert not set(NEW) & faulted.charts["rosa"].held["Procedure"].keys()


def test_F24_missing_next_in_a_round_of_changes(site: Site) -> None:
    """Less came than the total tells, of the changes and of the whole: truncated, what was held stays."""
    said = told(site.struck("missing-next=Procedure", patience=CHANGES))
    assert said == ("truncated", 4, "total-larger; notice:changes-in-doubt")
