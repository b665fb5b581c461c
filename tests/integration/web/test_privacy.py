"""No value of a chart leaves by the back door: not in a log line, not in an error, not in an address."""

import asyncio
import logging

import httpx
import pytest

from abstractor.web.access import signed_in
from abstractor.web.app import create_app
from tests.integration.web.site import Site, csrf_in
from tests.integration.web.told import CANARIES


def test_nothing_of_a_chart_is_logged(
    fresh: Site, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Every library may log as much as it can: charts, sources and errors are opened all the same."""
    caplog.set_level(logging.DEBUG)
    with fresh.browser() as user:
        base = fresh.chart_path("critical")
        listed = user.get(f"/api/v1{base}/evidence").json()["items"]
        for path in (base, f"{base}/evidence/9999?abstract=x", "/queue?cycle=Canarywell", *_sources(listed)):
            user.get(path)
        user.post("/signout", data={"csrf": "Canarywell"})
        user.post("/signout", data={"csrf": csrf_in(user.get("/queue").text)})
    written = capfd.readouterr()
    ours = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("http"))
    everything = ours + written.out + written.err
    assert not [word for word in (*CANARIES, "told1", "J70.2", "2022-06-21") if word in everything]


def test_the_chart_did_hold_what_is_looked_for(fresh: Site) -> None:
    """The test above can fail: the page of the very same chart holds these words."""
    with fresh.browser() as user:
        page = user.get(fresh.chart_path("critical")).text
        assert "told1" in page and "J70.2" in page and "2022-06-21" in page


def test_an_error_of_ours_is_logged_by_its_place_only(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(site.services)

    def breaks() -> None:
        raise ValueError(f"cannot read {CANARIES[0]}")

    app.get("/healthz/breaks")(signed_in(breaks))
    app.router.routes.insert(0, app.router.routes.pop())
    with site.browser() as user:
        cookies = dict(user.cookies)

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1", cookies=cookies
        ) as client:
            return await client.get("/healthz/breaks")

    answer = asyncio.run(ask())
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "ValueError at breaks:" in caplog.text
    assert CANARIES[0] not in caplog.text + answer.text


def _sources(listed: list[dict[str, str]]) -> list[str]:
    return [item["source"].removeprefix("/api/v1") for item in listed]
