"""The JSON interface: lists are paged and bounded, abstracts are the contract's, sources the very bytes."""

import hashlib
from dataclasses import replace
from typing import Any

import httpx
import pytest

from abstractor.abstract import Abstract, from_plain, to_json
from tests.integration.web.charts import critical
from tests.integration.web.site import Site, keep
from tests.integration.web.told import Told

V1 = "/api/v1"


@pytest.fixture(scope="module")
def told() -> Told:
    return critical(1)


@pytest.fixture(scope="module")
def abstract(told: Told) -> Abstract:
    assert told.abstract is not None
    return told.abstract


def everything(user: httpx.Client, path: str, size: int) -> list[dict[str, Any]]:
    """All items of a list, page by page; the pages agree about how many there are."""
    first = user.get(path, params={"size": size}).json()
    items: list[dict[str, Any]] = first["items"]
    for page in range(2, first["pages"] + 1):
        answer = user.get(path, params={"size": size, "page": page}).json()
        assert (answer["page"], answer["pages"], answer["total"]) == (page, first["pages"], first["total"])
        items += answer["items"]
    assert len(items) == first["total"]
    return items


def test_cycles(user: httpx.Client) -> None:
    (cycle,) = everything(user, f"{V1}/cycles", 50)
    assert user.get(f"{V1}/cycles/{cycle['id']}").json() == cycle
    assert cycle["clinic"] == "Sample clinic"
    assert cycle["period"] == {"start": "2022-01-01", "end": "2022-12-31"}
    assert cycle["as_of"] == "2023-01-31"


def test_a_list_of_cycles_is_cut_into_pages(fresh: Site) -> None:
    for year in (2023, 2024, 2025):
        keep(fresh, {}, year=year)
    with fresh.browser() as user:
        found = everything(user, f"{V1}/cycles", 2)
    assert [cycle["period"]["start"][:4] for cycle in found] == ["2025", "2024", "2023", "2022"]


def test_summary(user: httpx.Client) -> None:
    summary = user.get(f"{V1}/cycles/1/summary").json()
    assert (summary["included"], summary["review"], summary["flagged"]) == (38, 1, 39)
    assert list(summary) == [
        "patients",
        "included",
        "review",
        "excluded",
        "flagged",
        "quarantined",
        "seconds",
    ]


def test_queue_is_paged_and_the_worst_come_first(user: httpx.Client) -> None:
    rows = everything(user, f"{V1}/cycles/1/queue", 7)
    order = ["critical", "discordant", "review", None]
    ranks = [order.index(row["severity"]) for row in rows]
    assert ranks == sorted(ranks)
    assert rows[0]["codes"] == ["ILD-ACT", "LVEF-BASE", "evidence-precedes-label"]
    assert len({row["patient_id"] for row in rows}) == 39


def test_queue_by_severity(user: httpx.Client) -> None:
    rows = user.get(f"{V1}/cycles/1/queue", params={"severity": "critical"}).json()
    assert [row["label"] for row in rows["items"]] == ["Chart 1"]


def test_an_abstract_is_the_contracts_object_byte_for_byte(user: httpx.Client, abstract: Abstract) -> None:
    row = user.get(f"{V1}/cycles/1/queue").json()["items"][0]
    answer = user.get(row["abstract"])
    assert answer.headers["content-type"] == "application/json"
    # The chart is stamped where it is kept, with the digest of what is read of it.
    read = from_plain(answer.json()).stamps.chart
    assert read != abstract.stamps.chart
    kept = replace(abstract, stamps=replace(abstract.stamps, chart=read))
    assert answer.text == to_json(kept)
    assert from_plain(answer.json()) == kept


def test_every_cited_element_leads_to_the_bytes_as_received(user: httpx.Client, told: Told) -> None:
    cited = everything(user, f"{V1}/cycles/1/charts/1/evidence", 5)
    assert len(cited) == 16
    for item in cited:
        source = user.get(item["source"]).json()
        body = source["body"].encode()
        assert body in told.bodies
        assert source["sha256"] == hashlib.sha256(body).hexdigest()
        assert (source["resource"], source["version"]) == (item["resource"], item["version"])
        assert source["found"] == "element" and len(source["marked_lines"]) == 1


def test_a_link_from_before_the_chart_was_abstracted_again_is_refused(user: httpx.Client) -> None:
    answer = user.get(f"{V1}/cycles/1/charts/1/evidence/0", params={"abstract": "0123456789ab"})
    assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/cycles/999", 404),
        ("/cycles/999/summary", 404),
        ("/cycles/999/queue", 404),
        ("/cycles/1/charts/999/abstract", 404),
        ("/cycles/999/charts/1/abstract", 404),
        ("/nowhere", 404),
        ("/cycles/none", 422),
        ("/cycles/0", 422),
        (f"/cycles/{2**80}", 422),
        ("/cycles/1/queue?size=201", 422),
        ("/cycles/1/queue?page=0", 422),
        ("/cycles/1/queue?severity=Canarywell", 422),
        ("/cycles/1/charts/1/evidence/0", 422),
        ("/cycles/1/charts/1/evidence/-1?abstract=x", 422),
    ],
)
def test_problems_say_what_is_wrong_and_nothing_else(user: httpx.Client, path: str, status: int) -> None:
    answer = user.get(V1 + path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert set(answer.json()) == {"type", "title", "status", "detail"}
    assert "Canarywell" not in answer.text


def test_the_interface_describes_itself(user: httpx.Client) -> None:
    described = user.get(f"{V1}/openapi.json").json()
    assert f"{V1}/cycles/{{cycle_id}}/charts/{{patient_id}}/abstract" in described["paths"]
    assert "/queue" not in described["paths"]
