"""What a reader typed when their session had ended: shown again to them alone, never in an address."""

import html
import re
from collections.abc import Iterator

import httpx
import pytest

from abstractor.web.guard import MOST_BYTES
from abstractor.workflow import Account
from tests.integration.web.audited import begin_audit, claimed_by, items_in, open_audited, signed_in
from tests.integration.web.charts import critical
from tests.integration.web.site import PASSWORD, Site, csrf_in

Audited = tuple[Site, dict[str, Account]]
TYPED = "Typed with care."


@pytest.fixture(scope="module")
def audited() -> Iterator[Audited]:
    with open_audited({"critical": critical(1)}) as opened:
        begin_audit(*opened, readers=1)
        yield opened


@pytest.fixture(scope="module")
def seat(audited: Audited) -> str:
    with signed_in(audited[0], "anna") as anna:
        return f"/seats/{claimed_by(anna, 1)}"


@pytest.fixture
def late(audited: Audited, seat: str) -> Iterator[tuple[httpx.Client, httpx.Response]]:
    """Anna's browser, and the answer to a form that it sent after her session had ended."""
    with signed_in(audited[0], "anna") as anna:
        form = of_a_card(anna.get(seat).text)
        anna.cookies.clear()
        yield anna, anna.post(f"{seat}/answer", data=form)


def of_a_card(page: str) -> dict[str, str]:
    said = {"item": items_in(page)[0], "verb": "cannot-tell", "missing": "visit", "text": TYPED}
    return said | {name: field(page, name) for name in ("csrf", "reader", "expected")}


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return html.unescape(found[1])


def sign_in_with(client: httpx.Client, page: httpx.Response, name: str, password: str) -> httpx.Response:
    sent = {"csrf": csrf_in(page.text), "carried": field(page.text, "carried")}
    return client.post("/signin", data=sent | {"name": name, "password": password})


def show_again(client: httpx.Client, seat: str, page: httpx.Response) -> httpx.Response:
    sent = {"csrf": field(page.text, "csrf"), "carried": field(page.text, "carried")}
    return client.post(f"{seat}/again", data=sent)


def test_it_goes_through_the_sign_in_sealed(late: tuple[httpx.Client, httpx.Response], seat: str) -> None:
    anna, asked = late
    wrong = sign_in_with(anna, asked, "anna", "not the password")
    signed = sign_in_with(anna, wrong, "anna", PASSWORD)
    shown = show_again(anna, seat, signed)
    assert [one.status_code for one in (asked, wrong, signed, shown)] == [401, 401, 200, 200]
    assert [TYPED in one.text for one in (asked, wrong, signed, shown)] == [False, False, False, True]
    assert all(TYPED not in str(one.url) and "location" not in one.headers for one in (asked, wrong, signed))
    assert 'id="item-1"' in shown.text and "It is not saved yet" in shown.text


def test_nobody_else_sees_it(late: tuple[httpx.Client, httpx.Response], seat: str) -> None:
    client, asked = late
    shown = show_again(client, seat, sign_in_with(client, asked, "ben", PASSWORD))
    assert (shown.status_code, shown.headers["location"]) == (303, seat)


def test_it_does_not_last(audited: Audited, late: tuple[httpx.Client, httpx.Response]) -> None:
    client, asked = late
    audited[0].clock.pass_by(60 * 60)
    signed = sign_in_with(client, asked, "anna", PASSWORD)
    assert (signed.status_code, "carried" in signed.text) == (303, False)


def test_a_form_of_the_session_before(audited: Audited, seat: str) -> None:
    with signed_in(audited[0], "anna") as before, signed_in(audited[0], "anna") as anna:
        late = anna.post(f"{seat}/answer", data=of_a_card(before.get(seat).text))
        shown = show_again(anna, seat, late)
        assert (late.status_code, shown.status_code, TYPED in shown.text) == (403, 200, True)


def test_a_form_of_nobody_is_only_asked_to_sign_in(audited: Audited, seat: str) -> None:
    with audited[0].browser(signed_in=False) as stranger:
        for reader in ("", "bm9uc2Vuc2U="):
            sent = stranger.post(f"{seat}/answer", data={"reader": reader, "text": TYPED})
            assert (sent.status_code, sent.headers["location"]) == (303, "/signin")


def test_a_form_that_is_none_or_too_large_is_only_asked_to_sign_in(audited: Audited, seat: str) -> None:
    bodies = {
        "application/x-www-form-urlencoded": b"text=" + b"x" * MOST_BYTES,
        "multipart/form-data": b"no parts",
        "multipart/form-data; boundary=b": b"no parts",
    }
    with audited[0].browser(signed_in=False) as stranger:
        for kind, body in bodies.items():
            for form in ("answer", "note", "again"):
                sent = stranger.post(f"{seat}/{form}", content=body, headers={"Content-Type": kind})
                assert (sent.status_code, sent.headers["location"]) == (303, "/signin")


def test_after_a_sign_in_in_another_tab(late: tuple[httpx.Client, httpx.Response], seat: str) -> None:
    """As at the provider of a hospital: the page stays, and is asked for what it carries."""
    anna, asked = late
    carried = {"carried": field(asked.text, "carried")}
    early = anna.post(f"{seat}/again", data=carried)
    assert (early.status_code, "carried" in early.text) == (401, True)
    form = anna.get("/signin")
    anna.post("/signin", data={"csrf": csrf_in(form.text), "name": "anna", "password": PASSWORD})
    between = anna.post(f"{seat}/again", data=carried)
    assert (between.status_code, TYPED in between.text) == (403, False)
    assert TYPED in show_again(anna, seat, between).text


def test_of_a_chart_that_is_not_theirs_any_more(audited: Audited, seat: str) -> None:
    with signed_in(audited[0], "anna") as anna:
        form = of_a_card(anna.get(seat).text)
        anna.post(f"{seat}/release", data={"csrf": form["csrf"], "reason": "other", "words": "Ill."})
        refused = anna.post(f"{seat}/answer", data=form)
        assert (refused.status_code, TYPED in refused.text) == (409, True)
