"""The JSON interface of audits: the same as the pages, with lists by page and steps by number."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from abstractor.workflow import Account
from abstractor.workflow.auditing.design import Hidden
from tests.integration.web.audited import begin_audit, claimed_by, signed_in
from tests.integration.web.site import Site

V1 = "/api/v1"
Audited = tuple[Site, dict[str, Account]]


@pytest.fixture(scope="module")
def lead(audited: Audited) -> Iterator[httpx.Client]:
    with signed_in(audited[0], "lead") as client:
        yield client


@pytest.fixture
def anna(audited: Audited) -> Iterator[httpx.Client]:
    with signed_in(audited[0], "anna") as client:
        yield client


def send(client: httpx.Client, path: str, **body: object) -> httpx.Response:
    return client.post(V1 + path, json=body, headers={"X-CSRF-Token": client.headers["X-Test-Csrf"]})


def got(client: httpx.Client, path: str, **query: object) -> Any:
    answer = client.get(V1 + path, params={name: str(value) for name, value in query.items()})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_an_audit_from_draft_to_closed(audited: Audited, lead: httpx.Client) -> None:
    asked = {"cycle_id": 1, "title": "By API", "charts": "flagged", "seed": 5, "hides": ["verdict"]}
    made = send(lead, "/audits", **asked)
    assert (made.status_code, made.json()["state"]) == (201, "draft")
    path = f"/audits/{made.json()['id']}"
    assert send(lead, f"{path}/open").status_code == 422, "it has no readers"
    lead.post(
        f"{path}/readers",
        data={"csrf": lead.headers["X-Test-Csrf"], "account": audited[1]["anna"].id, "reviews": "yes"},
    )
    assert [send(lead, f"{path}/open").json()["state"] for _ in range(2)] == ["open", "open"]
    seats = got(lead, f"{path}/seats", size=2)
    assert (len(seats["items"]), seats["pages"], seats["total"]) == (2, 2, 3)
    assert got(lead, f"{path}/progress")["seats"] == 3
    drawn = got(lead, f"{path}/drawn", size=2, page=2)
    assert [one["place"] for one in drawn["items"]] == [3]
    assert got(lead, f"{path}/left-out")["total"] == 0
    assert got(lead, f"{path}/agreement")["overall"]["statistics"]["kappa"] == {"why": "no-double-read"}
    assert [send(lead, f"{path}/close").json()["state"] for _ in range(2)] == ["closed", "closed"]


def test_who_defines_and_opens_is_told_of_other_audits_of_the_same_charts(
    audited: Audited, lead: httpx.Client
) -> None:
    blind = begin_audit(*audited, hides=(Hidden.OTHER, Hidden.VERDICT))
    asked = {"cycle_id": 1, "title": "Beside it", "charts": "flagged", "seed": 5}
    made = send(lead, "/audits", **asked).json()
    (told,) = (one for one in made["warnings"] if f"Audit {blind} " in one)
    assert told.startswith(
        f"Audit {blind} hides what the program says of 3 charts of this cycle: who reads in"
    )
    form = {"csrf": lead.headers["X-Test-Csrf"], "account": audited[1]["anna"].id, "reviews": "yes"}
    lead.post(f"/audits/{made['id']}/readers", data=form)
    page = lead.get(f"/audits/{made['id']}", params={"preview": "yes"}).text
    assert f"Audit {blind} hides" in page and "(anna)" in page
    assert any("(anna)" in one for one in send(lead, f"/audits/{made['id']}/open").json()["warnings"])
    for number in (blind, made["id"]):
        assert send(lead, f"/audits/{number}/close").json()["warnings"] == []


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"cycle_id": 99}, 404),
        ({"charts": "sample"}, 422),
        ({"size": 0}, 422),
        ({"colour": "red"}, 422),
        ({"purpose": "training"}, 422),
        ({"calibration": 8}, 422),
    ],
)
def test_an_audit_that_makes_no_sense(lead: httpx.Client, changed: dict[str, object], status: int) -> None:
    asked = {"cycle_id": 1, "title": "None", "charts": "flagged", "seed": 5} | changed
    assert send(lead, "/audits", **asked).status_code == status


def test_an_audit_with_a_calibration(lead: httpx.Client) -> None:
    asked = {"cycle_id": 1, "title": "Calibrated", "charts": "flagged", "seed": 6, "calibration": 2}
    made = send(lead, "/audits", **asked).json()
    assert (made["purpose"], made["design"]["calibration"]) == ("live", 2)


def test_a_review_step_by_step(audited: Audited, anna: httpx.Client) -> None:
    audit = begin_audit(*audited, title="Steps")
    seat = f"/seats/{send(anna, f'/audits/{audit}/claim').json()['id']}"
    page = got(anna, f"{seat}/review")
    key = page["items"][0]["item"]["key"]
    assert send(anna, f"{seat}/answers", item=key, expected=0, said="agree").json() == {"step": 1}
    assert send(anna, f"{seat}/answers", item=key, expected=0, said="agree").status_code == 409
    assert send(anna, f"{seat}/answers", item=key, expected=1, said="overrule").status_code == 422
    assert send(anna, f"{seat}/answers", item=key, expected=1, said=None).json() == {"step": 2}
    assert send(anna, f"{seat}/undo", expected=2).json() == {"step": 3}
    assert got(anna, f"{seat}/review")["items"][0]["answer"]["said"] == "agree"
    assert send(anna, f"{seat}/lock", expected=3).status_code == 422
    for item in page["items"][1:]:
        step = got(anna, f"{seat}/review")["expected"]
        said = {"item": item["item"]["key"], "expected": step, "said": "agree"}
        assert send(anna, f"{seat}/answers", **said).status_code == 200
    last = got(anna, f"{seat}/review")["expected"]
    assert send(anna, f"{seat}/lock", expected=last).json() == {"step": last}
    assert send(anna, f"{seat}/notes", expected=last, text="Later.").json() == {"step": last + 1}
    assert got(anna, f"{seat}/review")["notes"][0]["text"] == "Later."


@pytest.mark.usefixtures("no_conflicts_after")
def test_seats_are_moved(audited: Audited, lead: httpx.Client, anna: httpx.Client) -> None:
    seat = f"/seats/{claimed_by(anna, begin_audit(*audited, title='Moves'))}"
    moves = [
        ("hold", {"reason": "interrupted"}, "held"),
        ("resume", {}, "claimed"),
        ("renew", {}, "claimed"),
        ("skip", {"reason": "outside-field"}, "free"),
        ("claim", {}, "claimed"),
        ("release", {"reason": "no-time"}, "free"),
        ("claim", {}, "claimed"),
        ("hand-over", {"reason": "spread-load", "to": audited[1]["ben"].id}, "claimed"),
    ]
    for move, why, state in moves:
        assert send(anna, f"{seat}/{move}", **why).json() == state, move
    assert send(anna, f"{seat}/conflict", reason="own-patient").status_code in (200, 409)
    assert anna.get(f"{V1}{seat}/review").status_code == 404
    assert send(lead, f"{seat}/release", reason="reader-absent").json() == "free"
    assert f"{seat}" not in str(got(anna, "/desk"))


def test_what_is_hidden_is_null(audited: Audited, anna: httpx.Client) -> None:
    audit = begin_audit(*audited, hides=tuple(Hidden), title="All hidden")
    seat = f"/seats/{claimed_by(anna, audit)}"
    page = got(anna, f"{seat}/review")
    hidden = ("inclusion", "clinic", "period", "as_of", "cycle_id", "patient", "patient_id", "timezone")
    assert {name: page["chart"][name] for name in hidden} == dict.fromkeys(hidden)
    assert page["title"] is None
    assert {item["told"] for item in page["items"]} == {None}
    told = got(anna, f"/audits/{audit}")
    assert (told["title"], told["cycle_id"], told["design"]) == (f"Audit {audit}", None, None)
    source = got(anna, f"{seat}/evidence/0")
    assert (source["sha256"], source["received_at"]) == (None, None)
    assert anna.get(f"{V1}{seat}/evidence/9999").status_code == 404
    assert anna.get(f"{V1}{seat}/side-by-side").status_code == 404
    assert anna.get(f"{V1}/audits/{audit}/agreement").status_code == 403
