"""What of a stored record a blinded reader sees: its clinical content stays, where and by whom goes."""

import base64
import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from abstractor.workflow.auditing.masked_source import masked, names_in
from abstractor.workflow.auditing.masking import HIDDEN, Mask, mask_of

ZONE = ZoneInfo("America/New_York")
NAMES = ("St. Mary's Clinic", "North")
PEOPLE = ("Anna Whitefield", "Whitefield")
SITE = mask_of(site=True, wave=False, zone=ZONE, names=NAMES, people=PEOPLE)
WAVE = mask_of(site=False, wave=True, zone=ZONE)
H = HIDDEN


def shown(mask: Mask = SITE, **elements: Any) -> dict[str, Any]:
    body = json.dumps({"resourceType": "Observation", **elements}).encode()
    seen: dict[str, Any] = json.loads(masked(body, mask))
    return seen


def text(words: str) -> str:
    return base64.b64encode(words.encode()).decode()


KEPT: list[dict[str, Any]] = [
    {"code": {"coding": [{"system": "http://loinc.org", "code": "85319-2", "display": "HER2 by IHC"}]}},
    {"code": {"coding": [{"display": "HER2 by IHC"}], "text": "HER2"}},
    {"valueQuantity": {"value": 3, "system": "http://unitsofmeasure.org", "code": "mg"}},
    {"effectiveDateTime": "2022-03-01", "status": "final"},
    {"medicationReference": {"display": "Trastuzumab 440 mg"}},
    {"medicationReference": {"reference": "#drug"}},
    {"class": {"display": "ambulatory"}},
    {"note": [{"text": "Northern lights; the whitefields study."}]},
]


@pytest.mark.parametrize("elements", KEPT)
def test_clinical_content_stays(elements: dict[str, Any]) -> None:
    assert shown(**elements) == {"resourceType": "Observation", **elements}


GONE: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"effectiveDateTime": "2022-03-01T23:30:00-05:00"}, {"effectiveDateTime": "2022-03-01T23:30:00"}),
    ({"effectiveDateTime": "2022-03-02T04:30:00Z"}, {"effectiveDateTime": "2022-03-01T23:30:00"}),
    ({"issued": "2022-03-02T04:30:00+99:99"}, {"issued": H}),
    ({"id": "north-7"}, {"id": H}),
    ({"meta": {"source": "https://north.example", "versionId": "1"}}, {"meta": H}),
    ({"text": {"status": "generated", "div": "<div>x</div>"}}, {"text": {"status": "generated", "div": H}}),
    ({"identifier": [{"system": "urn:oid:1.2", "value": "7"}]}, {"identifier": H}),
    ({"performer": [{"reference": "Organization/9", "display": "N"}]}, {"performer": [H]}),
    ({"performer": [{"display": "Anna W."}]}, {"performer": [H]}),
    ({"performer": [{"identifier": {"value": "7"}}]}, {"performer": [H]}),
    ({"performer": [{"reference": "#org"}]}, {"performer": [H]}),
    (
        {"encounter": {"reference": "https://north.example/fhir/Encounter/7/_history/2"}},
        {"encounter": {"reference": f"Encounter/{H}"}},
    ),
    ({"subject": {"reference": "urn:uuid:0c5"}}, {"subject": {"reference": H}}),
    (
        {"encounter": {"reference": "Encounter/7", "display": "Visit at NORTH"}},
        {"encounter": {"reference": f"Encounter/{H}", "display": f"Visit at {H}"}},
    ),
    (
        {"note": [{"text": "Seen by Anna  Whitefield at st. mary's\nclinic."}]},
        {"note": [{"text": f"Seen by {H} at {H}."}]},
    ),
    ({"note": [{"text": "per whitefield"}]}, {"note": [{"text": f"per {H}"}]}),
    ({"note": [{"authorString": "Anna", "text": "x"}]}, {"note": [{"authorString": H, "text": "x"}]}),
    ({"note": [{"text": "St. Mary&#39;s Clinic"}]}, {"note": [{"text": H}]}),
    ({"note": [{"text": "N<b>orth</b> wing"}]}, {"note": [{"text": H}]}),
    (
        {"code": {"coding": [{"system": "https://north.example/codes", "code": "7"}]}},
        {"code": {"coding": [{"system": H, "code": "7"}]}},
    ),
    ({"extension": [{"url": "https://north.example/x", "valueString": "y"}]}, {"extension": [H]}),
    (
        {"_status": {"extension": [{"url": "http://hl7.org/fhir/x", "valueString": "North"}]}},
        {"_status": {"extension": [{"url": "http://hl7.org/fhir/x", "valueString": H}]}},
    ),
    (
        {"contained": [{"resourceType": "Organization", "id": "org", "name": "N"}]},
        {"contained": [{"resourceType": "Organization", "hidden": H}]},
    ),
    (
        {"contained": [{"resourceType": "Medication", "id": "drug", "manufacturer": {"reference": "#org"}}]},
        {"contained": [{"resourceType": "Medication", "id": "drug", "manufacturer": H}]},
    ),
    (
        {"content": [{"attachment": {"contentType": "text/plain", "data": text("HER2 3+, North")}}]},
        {"content": [{"attachment": {"contentType": "text/plain", "data": text(f"HER2 3+, {H}")}}]},
    ),
    (
        {"presentedForm": [{"contentType": "application/pdf", "data": text("HER2")}]},
        {"presentedForm": [{"contentType": "application/pdf", "data": H}]},
    ),
    (
        {"presentedForm": [{"contentType": "text/plain", "data": text("H\x00E\x00R\x00")}]},
        {"presentedForm": [{"contentType": "text/plain", "data": text(H)}]},
    ),
    (
        {"presentedForm": [{"url": "Binary/7", "title": "From North"}]},
        {"presentedForm": [{"url": H, "title": f"From {H}"}]},
    ),
    (
        {"contact": [{"name": "x"}], "telecom": [{"value": "1"}], "address": [{}]},
        {"contact": H, "telecom": H, "address": H},
    ),
]


@pytest.mark.parametrize(("elements", "left"), GONE)
def test_the_place_and_its_people_go(elements: dict[str, Any], left: dict[str, Any]) -> None:
    assert shown(**elements) == {"resourceType": "Observation", **left}


@pytest.mark.parametrize("kind", ["Organization", "Location", "Practitioner", "PractitionerRole", "CareTeam"])
def test_of_a_record_about_the_place_nothing_is_left(kind: str) -> None:
    body = json.dumps({"resourceType": kind, "id": "7", "name": "N"}).encode()
    assert json.loads(masked(body, SITE)) == {"resourceType": kind, "hidden": H}


@pytest.mark.parametrize("kind", [["Practitioner"], {"is": "Practitioner"}, 7, None])
def test_what_does_not_say_what_it_is_goes_whole(kind: object) -> None:
    gone = {"resourceType": H, "hidden": H}
    person = {"resourceType": kind, "name": [{"text": "Ivo Brambleworth"}]}
    body = json.dumps(person).encode()
    assert json.loads(masked(body, SITE)) == gone
    assert shown(contained=[person])["contained"] == [gone]
    assert json.loads(masked(body, WAVE)) == person
    assert (names_in(body).places, names_in(body).people) == ((), ())


def test_what_says_twice_what_it_is_goes_if_one_is_of_the_place() -> None:
    body = b'{"resourceType":"Observation","resourceType":"Practitioner","name":"Ivo"}'
    assert json.loads(masked(body, SITE)) == {"resourceType": "Practitioner", "hidden": H}


def test_where_the_wave_alone_is_hidden_only_the_times_of_versions_go() -> None:
    elements = {"id": "north-7", "performer": [{"display": "Anna"}], "effectiveDateTime": "2022-03-01"}
    seen = shown(WAVE, **elements, meta={"lastUpdated": "2031-01-02"}, text={"div": "2031"})
    assert seen == {"resourceType": "Observation", **elements, "meta": H, "text": {"div": H}}


def test_what_hides_nothing_leaves_the_bytes() -> None:
    body = b'{"resourceType" : "Observation", "id": 1.50}'
    assert masked(body, mask_of(site=False, wave=False, zone=ZONE)) == body


@pytest.mark.parametrize("body", [b"", b"North", b"[1", b"\xff\xfe", b"[" * 100_000, b'"North"', b"[1]"])
def test_what_cannot_be_read_is_not_shown(body: bytes) -> None:
    assert json.loads(masked(body, SITE)) == H


def test_numbers_keep_their_digits_and_a_key_that_stands_twice_stands_twice() -> None:
    body = b'{"resourceType":"Observation","valueDecimal":1.50,"valueDecimal":2e1}'
    assert masked(body, SITE) == body


def test_the_names_of_a_place_and_its_people() -> None:
    person = {"family": "Whitefield", "given": ["Anna", "B."], "text": "Dr Whitefield"}
    doctor = json.dumps({"resourceType": "Practitioner", "name": [person]}).encode()
    assert set(names_in(doctor).people) == {
        "Whitefield",
        "Dr Whitefield",
        "Anna B. Whitefield",
        "Anna Whitefield",
    }
    clinic = json.dumps({"resourceType": "Organization", "name": "North", "alias": ["N. Clinic"]}).encode()
    assert names_in(clinic).places == ("North", "N. Clinic")
    report = json.dumps(
        {
            "resourceType": "DiagnosticReport",
            "performer": [{"display": "Lab South"}],
            "result": [{"reference": "Observation/1", "display": "HER2"}],
            "contained": [{"resourceType": "Location", "name": "Room 7"}],
        }
    ).encode()
    assert set(names_in(report).places) == {"Lab South", "Room 7"}
    assert names_in(b"no JSON") == names_in(b"[]")


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        ("2022-03-01T23:30:00-05:00", "2022-03-01"),
        ("2022-03-02T03:30:00Z", "2022-03-01"),
        ("2022-03", "2022-03"),
        ("North wing", f"{H} wing"),
        (3.5, 3.5),
        (None, None),
    ],
)
def test_an_element_of_a_hidden_place(value: str | float | None, seen: str | float | None) -> None:
    assert SITE.value(value) == seen
