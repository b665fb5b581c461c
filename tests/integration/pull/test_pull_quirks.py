"""What real endpoints do wrong, over real HTTP: all is retrieved, or an Answer says what is not."""

from pathlib import Path

import pytest

from abstractor.chart import Seen
from abstractor.fhir.endpoint import connect
from abstractor.fhir.types import TYPES_READ
from fixtures.clinic.quirks import QUIRKS
from fixtures.clinic.running import running_clinic
from tests.integration.pull.clinics import PATIENT, answer, quick, record, write

# Two whole pages and a part of one, of two resources each. `stops` is where the pages end too early.
ENCOUNTERS = 5

WHOLE = [
    # quirk                     why nothing is missing
    ("relative-next", "relative links are joined to the address of the page"),
    ("throttle-once", "429 is tried again after Retry-After"),
    ("error-500-twice", "500 is tried again"),
]
PARTIAL = [
    # quirk                     detail                                      came
    ("next-loop", "page 2: page-loop", 2),
    ("next-foreign-host", "page 1: foreign-host", 2),
    ("endless-pages", "page-loop", 2),
    ("foreign-patient", "foreign-patient", 5),
    ("null-entry", "null-entry", 5),
    ("entry-without-resource", "entry-without-resource", 5),
    ("outcome-entry", "outcome:suppressed", 5),
]
REFUSED = [
    # quirk                     detail
    ("html-login", "not-fhir-json"),
    ("truncated-json", "not-fhir-json"),
    ("wrong-content", "not-fhir-json"),
    ("outcome-as-200", "operation-outcome:exception"),
    ("refuse-type=Encounter", "http-403:forbidden"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    people = [record("Patient", one) for one in ("p1", "p2")]
    visits = [
        record("Encounter", f"{one}-{n}", patient=one) for one in ("p1", "p2") for n in range(ENCOUNTERS)
    ]
    conditions = [record("Condition", f"c-{one}", patient=one) for one in ("p1", "p2")]
    return write(tmp_path, [*people, *visits, *conditions])


def test_every_quirk_of_the_sample_clinic_is_tried() -> None:
    tried = [str(row[0]) for row in (*WHOLE, *PARTIAL, *REFUSED)]
    assert sorted(quirk.split("=")[0] for quirk in tried) == sorted(QUIRKS)


@pytest.mark.parametrize(("quirk", "why"), WHOLE)
def test_retrieved_whole(folder: Path, quirk: str, why: str) -> None:
    with running_clinic(folder, quirks=[quirk]) as url, connect(quick(url, page_size=2)) as clinic:
        pulled = clinic.pull(PATIENT, TYPES_READ)
    assert (answer(pulled, "Encounter").state, answer(pulled, "Encounter").count) == (Seen.COMPLETE, 5), why
    assert len(pulled.received) == 1 + ENCOUNTERS + 1


@pytest.mark.parametrize(("quirk", "detail", "came"), PARTIAL)
def test_partial_and_says_so(folder: Path, quirk: str, detail: str, came: int) -> None:
    with running_clinic(folder, quirks=[quirk]) as url, connect(quick(url, page_size=2)) as clinic:
        pulled = clinic.pull(PATIENT, TYPES_READ)
    encounters = answer(pulled, "Encounter")
    assert (encounters.state, encounters.detail, encounters.count) == (Seen.PARTIAL, detail, came)
    assert answer(pulled, "Patient").state is Seen.COMPLETE
    assert not any(b'"Patient/p2"' in one.body for one in pulled.received)
    assert (pulled.foreign > 0) == (quirk == "foreign-patient")


@pytest.mark.parametrize(("quirk", "detail"), REFUSED)
def test_refused_and_says_so(folder: Path, quirk: str, detail: str) -> None:
    only = quirk if "=" in quirk else f"{quirk}=Encounter"
    with running_clinic(folder, quirks=[only]) as url, connect(quick(url, page_size=2)) as clinic:
        pulled = clinic.pull(PATIENT, TYPES_READ)
    encounters = answer(pulled, "Encounter")
    assert (encounters.state, encounters.detail, encounters.count) == (Seen.REFUSED, detail, 0)
    assert answer(pulled, "Condition").state is Seen.COMPLETE, "one refused type costs that type only"


def test_entries_that_hold_nothing_are_handed_on_as_they_came(folder: Path) -> None:
    quirks = ["null-entry=Condition", "entry-without-resource=Condition"]
    with running_clinic(folder, quirks=quirks) as url, connect(quick(url)) as clinic:
        pulled = clinic.pull(PATIENT, ["Condition"])
    assert [one.body for one in pulled.received][1:] == [b"null", b'{"fullUrl":"urn:example:nothing"}']
    assert pulled.received[1].origin == f"{url}/Condition#2"


def test_the_bytes_are_the_clinics_own(folder: Path) -> None:
    with running_clinic(folder) as url, connect(quick(url)) as clinic:
        pulled = clinic.pull(PATIENT, TYPES_READ)
    written = {line.encode() for file in folder.iterdir() for line in file.read_text().splitlines()}
    assert {one.body for one in pulled.received} <= written
    assert {one.origin.removeprefix(f"{url}/") for one in pulled.received} >= {"Patient/p1", "Encounter/p1-0"}
