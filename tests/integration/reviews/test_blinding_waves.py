"""The same patient in two waves, as-of a year apart, gives a blinded reader the same bytes: page, JSON and
records. Between both days nothing happened, so the same is asked; after them the clinic went on writing, and
the pull of the first wave brought that too.
"""

import difflib
import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import httpx
import pytest

from abstractor.chart import Seen
from abstractor.workflow import Account
from abstractor.workflow.auditing.design import Hidden
from fixtures.stories import Story, story
from tests.asking import abstract_told
from tests.integration.web.audited import begin_audit, claimed_by, open_audited, signed_in
from tests.integration.web.site import Site, keep
from tests.integration.web.told import Told

TOLD = story("renate")
WAVES = (2022, 2023)
SUBJECT = {"reference": TOLD.patient}
# A treatment period and a statement that go on through both waves, and a visit that is in the second period
# and was known in the first wave, some days before its end.
GOES_ON: tuple[dict[str, Any], ...] = (
    {
        "resourceType": "MedicationRequest",
        "id": "goes-on-1",
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {"text": "Vitamin D"},
        "subject": SUBJECT,
        "authoredOn": "2022-08-01",
        "dosageInstruction": [
            {"timing": {"repeat": {"boundsPeriod": {"start": "2022-08-01", "end": "2026-08-01"}}}}
        ],
    },
    {
        "resourceType": "MedicationStatement",
        "id": "goes-on-2",
        "status": "active",
        "medicationCodeableConcept": {"text": "Calcium"},
        "subject": SUBJECT,
        "effectivePeriod": {"start": "2022-08-02", "end": "2026-08-02"},
    },
    {
        "resourceType": "Encounter",
        "id": "goes-on-3",
        "status": "finished",
        "class": {"code": "AMB"},
        "subject": SUBJECT,
        "period": {"start": "2023-01-20"},
    },
)


def later() -> list[dict[str, Any]]:
    """What the clinic wrote after both waves: records of its kinds, and one of a kind that was not there."""
    kinds = ("Encounter", "Observation", "MedicationAdministration")
    found = [next(each for each in TOLD.resources if each["resourceType"] == kind) for kind in kinds]
    shifted = json.loads(re.sub(r"\b20[12]\d-(?=\d\d-\d\d)", "2027-", json.dumps(found)))
    jab = {"resourceType": "Immunization", "status": "completed", "vaccineCode": {"text": "Influenza"}}
    jab |= {"patient": SUBJECT, "occurrenceDateTime": "2027-10-01"}
    return [{**each, "id": f"later-{at}"} for at, each in enumerate([*shifted, jab])]


def in_wave(year: int) -> Told:
    resources = (*TOLD.resources, *GOES_ON, *(later() if year == WAVES[0] else ()))
    told: Story = replace(
        TOLD,
        resources=resources,
        period=(date(year, 1, 1), date(year, 12, 31)),
        as_of=date(year + 1, 1, 31),
    )
    abstract = abstract_told(told)
    # As a clinic that is asked for every type answers, not a folder of files.
    asked = tuple(
        replace(each, state=Seen.EMPTY) if each.state is Seen.NOT_ASKED else each
        for each in abstract.completeness
    )
    abstract = replace(abstract, flagged=True, completeness=asked)
    return Told(TOLD.id, {f"{each['resourceType']}/{each['id']}": dict(each) for each in resources}, abstract)


Waves = tuple[Site, dict[str, Account], tuple[int, int]]


@pytest.fixture(scope="module")
def waves() -> Iterator[Waves]:
    first, second = (in_wave(year) for year in WAVES)
    with open_audited({"first": first}) as (site, people):
        yield site, people, (1, keep(site, {"second": second}, year=WAVES[1]))


class Given:
    """What a reader is given at a seat, without the names, numbers and tokens that are each page's own."""

    def __init__(self, client: httpx.Client, reader: str, audit: int) -> None:
        self.client, self.reader, self.audit = client, reader, audit
        self.seat = claimed_by(client, audit)
        self.page, self.json = f"/seats/{self.seat}", f"/api/v1/seats/{self.seat}/review"
        self.code = client.get(self.json).json()["chart"]["code"]

    def given(self) -> dict[str, str]:
        links = re.findall(
            rf'href="({self.page}/(?:records|evidence)/[^"#]+)', self.client.get(self.page).text
        )
        audit = f"audits/{self.audit}"
        paths = [
            self.page,
            self.json,
            f"/{audit}",
            f"/api/v1/{audit}",
            *map(html.unescape, dict.fromkeys(links)),
        ]
        return {self.plain(path): self.told(path) for path in (*paths[:4], *paths[4::20])}

    def told(self, path: str) -> str:
        response = self.client.get(path)
        assert response.status_code == 200
        headers = [
            f"{name}: {response.headers.get(name)}" for name in ("etag", "last-modified", "content-type")
        ]
        return self.plain("\n".join([*headers, response.text.replace("><", ">\n<").replace(",", ",\n")]))

    def plain(self, text: str) -> str:
        own = {
            rf"seats/{self.seat}\b": "seats/SEAT",
            rf'"seat_id":{self.seat}\b': '"seat_id":SEAT',
            rf"audits/{self.audit}\b": "audits/AUDIT",
            rf'"(audit_id|id)":{self.audit}\b': r'"\1":AUDIT',
            rf"\bAudit {self.audit}\b": "Audit AUDIT",
            r"chart=\w+": "chart=TAG",
            rf"\b{self.reader}\b": "READER",
            rf"\b{re.escape(self.code)}\b": "CODE",
            r'(data-csrf|name="(?:csrf|have|reader)" value)="[^"]*"': r"\1",
        }
        for pattern, word in own.items():
            text = re.sub(pattern, word, text)
        return text


@pytest.mark.parametrize("hides", [tuple(Hidden), (Hidden.WAVE,)], ids=["all", "wave"])
def test_a_blinded_reader_is_given_the_same_in_both_waves(waves: Waves, hides: tuple[Hidden, ...]) -> None:
    """Where the wave alone is hidden, the verdict and all that it rests on are shown."""
    site, people, cycles = waves
    names = ("anna", "ben")
    audits = [
        begin_audit(site, people, hides=hides, readers=1, reviewers=(name,), cycle=cycle)
        for name, cycle in zip(names, cycles, strict=True)
    ]
    with signed_in(site, "anna") as anna, signed_in(site, "ben") as ben:
        first, second = (Given(*each) for each in zip((anna, ben), names, audits, strict=True))
        assert differing(first.given(), second.given()) == []


def differing(first: dict[str, str], second: dict[str, str]) -> list[str]:
    assert len(first) > 6
    assert list(first) == list(second)
    return [
        f"{path}: {line}"
        for path in first
        for line in difflib.unified_diff(first[path].split("\n"), second[path].split("\n"), n=0, lineterm="")
    ]
