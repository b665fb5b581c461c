"""A clinic's ceilings hold for everything that is asked over one connection, whichever thread asks."""

from pathlib import Path

import pytest

from abstractor.fhir.clinic_setup import ClinicSetup
from abstractor.fhir.endpoint import connect
from abstractor.fhir.held import Held, HeldType, Wanted
from fixtures.clinic.running import open_clinic
from tests.integration.pull.clinics import quick, record

RATE = 50
KINDS = ("Condition", "Encounter")


@pytest.mark.parametrize("at_once", [2, 16])
def test_so_many_a_second_and_at_once_over_all_threads(tmp_path: Path, at_once: int) -> None:
    file = tmp_path / "patients.txt"
    file.write_text("\n".join(f"Patient/p{n}" for n in range(24)))
    something = Held({"Condition": HeldType()})
    with open_clinic(latency_ms=50) as door:
        people = [record("Patient", f"p{n}") for n in range(24)]
        door.reset([*people, *(record(kind, "one", patient="p7") for kind in KINDS)])
        with connect(quick(door.url, at_once=at_once, requests_per_second=RATE)) as clinic:
            listed = list(clinic.cohort(ClinicSetup("c", door.url, patients_file=str(file))))
            # Half of them alone, the others by lists.
            held = (something if one.line and one.line % 2 else Held() for one in listed)
            wanted = [Wanted(one.reference or "", some) for one, some in zip(listed, held, strict=True)]
            assert len(list(clinic.pull_each(wanted, KINDS))) == 24
        at = [one.at for one in door.heard()]
        assert door.busiest() <= at_once
    assert len(at) > 1 + 24 + 24
    # On a busy machine some come late and the next ones in time: over all of them the rate holds.
    assert at[-1] - at[0] > (len(at) - 1) / RATE * 0.9
