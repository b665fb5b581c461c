"""`/readyz` and `/metrics` over real HTTP: how the pulls stand, and who may see what."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from abstractor.guidelines.ageing import STALE_AFTER, code_system_days
from abstractor.store import ledger, raw, tallies
from abstractor.store.connection_values import LedgerEntry, RunState
from abstractor.store.values import WorkKind
from abstractor.web.server import serving
from abstractor.workflow import first_account
from abstractor.workflow.watching.measures import METRICS
from abstractor.workflow.watching.watched import look_after
from tests.integration.keeping import cycle_of
from tests.integration.schedule.house import House
from tests.integration.web.site import PASSWORD, sign_in

TOKEN = "of-the-monitor"  # noqa: S105 - of this test alone
BEARER = {"Authorization": f"Bearer {TOKEN}"}
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@contextmanager
def asked(house: House, *, token: str = TOKEN) -> Iterator[httpx.Client]:
    house.settings(port=0, metrics_token=SecretStr(token), admin_password=SecretStr(PASSWORD))
    first_account(house.services)
    with serving(house.services) as url, httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
        yield client


def samples(client: httpx.Client) -> Samples:
    """(name, its labels) -> value."""
    answer = client.get("/metrics", headers=BEARER)
    assert answer.status_code == 200
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_readyz_tells_how_old_each_clinics_last_success_is(house: House) -> None:
    house.settings(pull_grace=3600)
    north = house.add()
    south = house.add("south", base_url="https://south.example/fhir", nightly=None)
    house.round(north, RunState.INCOMPLETE)
    house.wait(days=2)
    with asked(house) as client:
        answer = client.get("/readyz")
        assert answer.status_code == 200, "an old pull does not take the pages away"
        told = answer.json()
    assert (told["status"], told["missing"]) == ("ready", [])
    assert told["pulls"] == [
        {
            "clinic": north,
            "last_success": "2026-03-02T12:00:00+00:00",
            "age_seconds": 172_800,
            "next_due": "2026-03-05T07:30:00+00:00",
            "overdue": True,
        },
        {"clinic": south, "last_success": None, "age_seconds": None, "next_due": None, "overdue": False},
    ]
    assert told["warnings"] == [f"clinic {north}: pull-overdue"]


def test_readyz_warns_of_old_value_sets(house: House) -> None:
    house.at += timedelta(days=(code_system_days()[0].read_on - house.at.date()).days + STALE_AFTER + 1)
    with asked(house) as client:
        (warning,) = client.get("/readyz").json()["warnings"]
    assert warning.startswith("value sets: ")


@pytest.mark.parametrize(
    ("token", "given", "passes"),
    [
        (TOKEN, BEARER, True),
        (TOKEN, {"Authorization": f"bearer {TOKEN}"}, True),
        (TOKEN, {}, False),
        (TOKEN, {"Authorization": "Bearer of-another"}, False),
        (TOKEN, {"Authorization": f"Basic {TOKEN}"}, False),
        (TOKEN, {"Authorization": "Bearer"}, False),
        ("", {"Authorization": "Bearer"}, False),
        ("", {}, False),
    ],
)
def test_the_metrics_are_for_who_has_the_token(
    house: House, token: str, given: dict[str, str], passes: bool
) -> None:
    with asked(house, token=token) as client:
        answer = client.get("/metrics", headers=given)
        assert answer.status_code == (200 if passes else 401)
        assert ("abstractor_up" in answer.text) == passes
        assert answer.headers.get("www-authenticate") == (None if passes else "Bearer")


def test_the_token_opens_nothing_else(house: House) -> None:
    with asked(house) as client:
        for path in ("/queue", "/metrics/", "//metrics", "/api/v1/cycles", "/"):
            assert client.get(path, headers=BEARER).status_code in (303, 401), path


def test_who_is_signed_in_sees_the_metrics_without_a_token(house: House) -> None:
    with asked(house, token="") as client:
        assert sign_in(client).status_code == 303
        assert client.get("/metrics").status_code == 200


def test_every_metric_is_measured_and_no_other(house: House) -> None:
    """Counts of a small installation with something of everything."""
    north = house.add()
    failed = house.round(north, RunState.FAILED, error="clinic-unreachable")
    services = house.services
    with services.store.writing() as session:
        cycle = cycle_of(session, ["Patient/a", "Patient/b"])
        tallies.add(session, north, {"retries": 3, "throttled": 2})
        pull_id = raw.keep_pull(
            session,
            cycle_id=None,
            run_id=failed,
            patient_id=1,
            copies=[],
            answers=[],
            foreign=1,
            now=house.at,
        )
        searches = [("Condition", "refused"), ("Invented1", "answered"), ("Invented2", "answered")]
        ledger.append(session, pull_id, [LedgerEntry(type_, None, None, said, 0) for type_, said in searches])
    look_after(services)
    house.round(north, None)
    with asked(house) as client:
        found = samples(client)
    expected: Samples = {
        ("abstractor_up", (("part", "database"),)): 1,
        ("abstractor_up", (("part", "queue"),)): 1,
        ("abstractor_clinic_info", (("clinic", f"{north}"), ("name", "north"))): 1,
        ("abstractor_rounds", (("clinic", f"{north}"), ("state", "failed"))): 1,
        ("abstractor_rounds", (("clinic", f"{north}"), ("state", "running"))): 1,
        ("abstractor_pull_overdue", (("clinic", f"{north}"),)): 0,
        ("abstractor_trouble", (("clinic", f"{north}"), ("code", "pull-failed"))): 1,
        ("abstractor_alerts_untold", ()): 1,
        ("abstractor_ledger_rows", (("clinic", f"{north}"), ("said", "refused"), ("type", "Condition"))): 1,
        ("abstractor_ledger_rows", (("clinic", f"{north}"), ("said", "answered"), ("type", "other"))): 2,
        ("abstractor_work", (("kind", "pull"), ("state", "waiting"))): 2,
        ("abstractor_quarantined_resources", (("clinic", f"{cycle.clinic_id}"),)): 0,
        ("abstractor_clinic_events_total", (("clinic", f"{north}"), ("what", "retries"))): 3,
        ("abstractor_clinic_events_total", (("clinic", f"{north}"), ("what", "throttled"))): 2,
        ("abstractor_queue_jobs", (("kind", "nightly"), ("where", "waiting"))): 0,
        ("abstractor_trail_entries", ()): 1,  # the account that signs in
    }
    assert expected.items() <= found.items()
    assert {name for name, _ in found} <= {metric.name for metric in METRICS}


def test_no_patient_is_in_the_metrics(house: House) -> None:
    north = house.add()
    house.round(north)
    with house.services.store.writing() as session:
        cycle_of(session, ["Patient/canary-1"], kind=WorkKind.ABSTRACT)
    with asked(house) as client:
        assert "canary" not in client.get("/metrics", headers=BEARER).text
        assert "canary" not in client.get("/readyz").text


def test_a_queue_that_is_away_leaves_the_rest(house: House) -> None:
    north = house.add()
    with asked(house) as client:
        house.services.queue.connection.shutdown(nosave=True)
        found = samples(client)
        assert client.get("/readyz").status_code == 503
    assert found[("abstractor_up", (("part", "queue"),))] == 0
    assert found[("abstractor_pull_overdue", (("clinic", f"{north}"),))] == 0
    assert not any(name == "abstractor_queue_jobs" for name, _ in found)


@pytest.mark.parametrize("accept", ["application/openmetrics-text; version=1.0.0", "text/plain"])
def test_both_forms_of_prometheus_are_spoken(house: House, accept: str) -> None:
    with asked(house) as client:
        answer = client.get("/metrics", headers={**BEARER, "Accept": accept})
    assert answer.headers["content-type"].startswith(accept.partition(";")[0])
    assert answer.text.endswith("# EOF\n") == ("openmetrics" in accept)
