"""Bulk export where one signs in: files with a token and without, and a token that allows less than asked."""

import pytest

from abstractor.store.connection_values import RunState
from abstractor.workflow import public_keys
from abstractor.workflow.clinic import keys
from fixtures.clinic.bulk.setup import Bulk
from fixtures.clinic.running import open_clinic
from fixtures.clinic.smart.setup import Smart
from tests.integration.bulk.conftest import MakeServices
from tests.integration.bulk.rounds import carried_out, entries, open_at, pulled
from tests.integration.clinic.shared import record

RECORDS = [
    record("Patient", "p1"),
    record("Condition", "c1", patient="p1"),
    record("Procedure", "o1", patient="p1"),
]
SIGNED = {"auth": "backend-services", "client_id": "abstractor"}


@pytest.mark.parametrize("files_need_token", [True, False])
def test_files_come_with_a_token_or_without_one_as_the_manifest_says(
    make_services: MakeServices, files_need_token: bool
) -> None:
    services = make_services()
    keys.make_keys(services)
    bulk = Bulk(polls=0, files_need_token=files_need_token)
    with open_clinic(smart=Smart(jwks=public_keys(services)), bulk=bulk) as door:
        door.reset(RECORDS)
        run = carried_out(services, open_at(services, door, **SIGNED))
        assert set(pulled(services, run)) == {"p1"}
        counts = {one.type: one.count for one in entries(services, run, "p1") if one.count}
    assert counts == {"Patient": 1, "Condition": 1, "Procedure": 1}


def test_F44_a_type_that_is_not_granted_is_not_called_empty(make_services: MakeServices) -> None:
    """The export leaves it out and says nothing; the scope says it."""
    services = make_services()
    keys.make_keys(services)
    with open_clinic(
        smart=Smart(jwks=public_keys(services)), bulk=Bulk(polls=0), faults=["scope-downgraded=Condition"]
    ) as door:
        door.reset(RECORDS)
        run = carried_out(services, open_at(services, door, **SIGNED))
        said = {one.type: (one.said, one.detail) for one in entries(services, run, "p1")}
    assert said["Condition"] == ("not-asked", "not-granted")
    assert said["Procedure"] == ("answered", None)
    assert run.state is RunState.INCOMPLETE
