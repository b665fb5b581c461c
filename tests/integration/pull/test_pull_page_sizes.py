"""For any page size, whoever chose it, each resource is received exactly once, and the Answer says whole."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abstractor.chart import Seen
from abstractor.fhir.endpoint import connect
from fixtures.clinic.running import running_clinic
from tests.integration.pull.clinics import answer, quick, record, write

MOST = 7  # the largest page that the clinic gives, whatever is asked


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Patient pN has N encounters."""
    people = [record("Patient", f"p{n}") for n in range(25)]
    visits = [record("Encounter", f"e{n}-{k}", patient=f"p{n}") for n in range(25) for k in range(n)]
    with running_clinic(write(tmp_path_factory.mktemp("clinic"), [*people, *visits]), most=MOST) as address:
        yield address


@given(number=st.integers(0, 24), page_size=st.integers(1, 12))
def test_each_resource_is_received_exactly_once(url: str, number: int, page_size: int) -> None:
    with connect(quick(url, page_size=page_size)) as clinic:
        pulled = clinic.pull(f"Patient/p{number}", ["Encounter"])
    origins = sorted(one.origin.rsplit("/", 1)[-1] for one in pulled.received)
    assert origins == sorted(f"e{number}-{k}" for k in range(number))
    assert answer(pulled, "Encounter").state is (Seen.COMPLETE if number else Seen.EMPTY)
