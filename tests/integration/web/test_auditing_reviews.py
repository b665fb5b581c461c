"""A review through its forms: kept once, late ones shown again, undone, locked with what is open, noted."""

import re
from collections.abc import Iterator
from datetime import datetime

import httpx
import pytest

from abstractor.workflow import Account
from abstractor.workflow.auditing.design import Hidden
from abstractor.workflow.auditing.reasons import MISSING, OVERRULED
from tests.integration.web.audited import (
    answer,
    answer_all,
    begin_audit,
    claimed_by,
    items_in,
    post,
    signed_in,
    step_in,
)
from tests.integration.web.site import Site

Audited = tuple[Site, dict[str, Account]]
JSON = {"Accept": "application/json"}


@pytest.fixture
def anna(audited: Audited) -> Iterator[httpx.Client]:
    with signed_in(audited[0], "anna") as client:
        yield client


@pytest.fixture
def seat(audited: Audited, anna: httpx.Client) -> str:
    """A chart that anna has just claimed, in an audit of its own."""
    return f"/seats/{claimed_by(anna, begin_audit(*audited, title='Of forms'))}"


def test_an_answer_is_kept_and_the_page_comes_back_at_the_card(anna: httpx.Client, seat: str) -> None:
    first, *_ = items_in(anna.get(seat).text)
    response = anna.post(
        f"{seat}/answer",
        data={"csrf": anna.headers["X-Test-Csrf"], "item": first, "expected": 0, "verb": "agree"},
    )
    assert (response.status_code, response.headers["location"]) == (303, f"{seat}#item-1")
    page = anna.get(seat).text
    assert step_in(page) == 1
    assert '<article class="item answered" id="item-1"' in page


def test_the_same_form_sent_twice_is_kept_once(anna: httpx.Client, seat: str) -> None:
    first, *_ = items_in(anna.get(seat).text)
    for _ in range(2):
        assert answer(anna, seat, first, 0).status_code == 200
    assert step_in(anna.get(seat).text) == 1
    twice = [post(anna, f"{seat}/undo", expected=1).status_code for _ in range(2)]
    assert twice == [200, 409]
    assert step_in(anna.get(seat).text) == 2


def until_in(page: str) -> str:
    return page.partition('<span id="until">')[2].partition("<")[0]


def test_who_answers_keeps_the_chart_longer(audited: Audited, anna: httpx.Client) -> None:
    site, audit = audited[0], begin_audit(*audited, title="Of time", lease_minutes=20)
    seat = f"/seats/{claimed_by(anna, audit)}"
    first, second, *_ = items_in(anna.get(seat).text)
    token = {"X-CSRF-Token": anna.headers["X-Test-Csrf"]}

    def minutes_left() -> float:
        (mine,) = (one for one in anna.get("/api/v1/desk").json()["items"] if one["audit_id"] == audit)
        return (datetime.fromisoformat(mine["lease_until"]) - site.clock()).total_seconds() / 60

    answer(anna, seat, first, 0)
    assert minutes_left() == 20
    site.clock.pass_by(60 * 5)
    answer(anna, seat, second, 1)
    assert minutes_left() == 15, "more than half is left: nothing is written for it"
    site.clock.pass_by(60 * 8)
    shown = until_in(anna.get(seat).text)
    fields = {"verb": "cannot-tell", "missing": "note", "item": first, "expected": 2}
    kept = anna.post(f"{seat}/answer", data=fields, headers={**token, "Accept": "application/json"}).json()
    assert minutes_left() == 20
    assert kept["until"] == until_in(anna.get(seat).text) != shown
    site.clock.pass_by(60 * 12)
    said = {"item": second, "expected": 3, "said": None}
    assert anna.post(f"/api/v1{seat}/answers", json=said, headers=token).status_code == 200
    assert minutes_left() == 20


def test_a_late_form_loses_nothing_of_what_was_typed(anna: httpx.Client, seat: str) -> None:
    first, *_ = items_in(anna.get(seat).text)
    answer(anna, seat, first, 0)
    late = answer(
        anna, seat, first, 0, verb="cannot-tell", missing="pathology", text="It is <b>not</b> there."
    )
    assert late.status_code == 409
    assert "changed in another tab" in late.text
    assert "Kept there: agrees" in late.text
    assert "It is &lt;b&gt;not&lt;/b&gt; there.</textarea>" in late.text
    again = answer(anna, seat, first, step_in(late.text), verb="cannot-tell", missing="pathology")
    assert again.status_code == 200
    assert step_in(again.text) == 2


def test_a_script_is_told_the_step_or_what_is_kept_instead(anna: httpx.Client, seat: str) -> None:
    first, *_ = items_in(anna.get(seat).text)
    fields = {"csrf": anna.headers["X-Test-Csrf"], "item": first, "expected": 0}
    path = f"{seat}/answer"
    empty = anna.post(path, data=fields | {"verb": "overrule"}, headers=JSON)
    assert (empty.status_code, list(empty.json())) == (422, ["detail"])
    kept = anna.post(path, data=fields | {"verb": "agree"}, headers=JSON)
    until = until_in(anna.get(seat).text)
    assert kept.json() == {"step": 1, "answered_here": True, "until": until}
    late = anna.post(path, data=fields | {"verb": "cannot-tell", "missing": "note"}, headers=JSON)
    assert late.status_code == 409
    assert {"step": 1, "kept": "agrees"}.items() <= late.json().items()


def test_what_is_not_complete_is_shown_with_the_reason(anna: httpx.Client, seat: str) -> None:
    first, *_ = items_in(anna.get(seat).text)
    refused = answer(anna, seat, first, 0, verb="overrule", right="not-met", text="Typed.")
    assert refused.status_code == 422
    assert "Say why: choose a reason." in refused.text
    assert "Typed.</textarea>" in refused.text
    assert step_in(refused.text) == 0


def test_what_is_out_of_sight_is_not_sent(anna: httpx.Client, seat: str) -> None:
    """A reader who changed their mind left a verdict and a reason in the card."""
    first, *_ = items_in(anna.get(seat).text)
    kept = answer(anna, seat, first, 0, verb="agree", right="not-met", reason="wrong-date")
    assert kept.status_code == 200


def test_a_missed_finding_is_added(anna: httpx.Client, seat: str) -> None:
    page = anna.get(seat).text
    key = page.partition('value="missed:')[2].partition('"')[0]
    fields = {"verb": "own", "rule": "LVEF-BASE", "right": "not-met", "reason": "record-not-used"}
    page = answer(anna, seat, f"missed:{key}", 0, **fields).text
    assert "Findings that were missed" in page
    refused = answer(anna, seat, "missed:2", 1, verb="own", rule="LVEF-BASE")
    assert (refused.status_code, step_in(refused.text)) == (422, 1)
    assert '<details class="missed panel" id="missed" open>' in refused.text
    again = answer(anna, seat, "missed:2", 1, **fields | {"text": "A second one."})
    assert (again.status_code, step_in(again.text)) == (422, 1)
    assert "was added already: say all of it there" in again.text
    assert "A second one.</textarea>" in again.text


def test_what_was_signed_off_stands_on_the_page_with_its_reasons(anna: httpx.Client, seat: str) -> None:
    anna.get(seat)
    over = {"verb": "overrule", "right": "not-met", "reason": "record-misread", "text": "Of another year."}
    page = answer_all(anna, seat, criterion=over, line={"verb": "cannot-tell", "missing": "visit"})
    fields = {"verb": "own", "rule": "VACC", "line": "palliative:1", "right": "not-met"}
    page = answer(anna, seat, "missed:1", step_in(page), **fields, reason="other", text="Never asked.").text
    step = step_in(page)
    listed = post(anna, f"{seat}/lock", expected=step, lists="1").text
    locked = post(anna, f"{seat}/lock", expected=step).text
    assert "Signed off." in locked
    for told in (listed, locked):
        for words in (
            "Overruled: not met",
            "Of another year.",
            "Cannot tell",
            "Never asked.",
            "palliative line 1",
        ):
            assert words in told, words
        assert OVERRULED["record-misread"] in told and MISSING["visit"] in told
        assert ". missed" not in told


def test_locking_lists_what_is_open_and_then_locks_once(anna: httpx.Client, seat: str) -> None:
    anna.get(seat)
    refused = post(anna, f"{seat}/lock", expected=0)
    assert refused.status_code == 422
    assert "some questions are still open" in refused.text
    page = answer_all(anna, seat)
    older = post(anna, f"{seat}/lock", expected=step_in(page) - 1)
    assert (older.status_code, "has gone on meanwhile" in older.text) == (409, True)
    for _ in range(2):
        locked = post(anna, f"{seat}/lock", expected=step_in(page))
        assert (locked.status_code, "Signed off." in locked.text) == (200, True)
    assert answer(anna, seat, items_in(page)[0], step_in(page)).status_code == 409
    noted = post(anna, f"{seat}/note", expected=step_in(locked.text), text="One more word.")
    assert noted.text.count("One more word.") == 1
    assert post(anna, f"{seat}/note", expected=step_in(locked.text), text="One more word.").status_code == 200
    assert anna.get(seat).text.count("One more word.") == 1
    assert post(anna, f"{seat}/note", expected=step_in(noted.text), text=" ").status_code == 422


def test_with_the_verdict_hidden_a_reader_gives_their_own(audited: Audited, anna: httpx.Client) -> None:
    audit = begin_audit(*audited, hides=(Hidden.OTHER, Hidden.VERDICT), title="Own verdicts")
    seat = f"/seats/{claimed_by(anna, audit)}"
    page = anna.get(seat).text
    assert 'value="own:met"' in page
    assert "Why this chart is flagged" not in page
    first, *_ = items_in(page)
    kept = answer(anna, seat, first, 0, verb="own:not-met")
    assert re.search(r'value="own:not-met" checked', kept.text)


def test_nobody_reads_at_the_seat_of_another(audited: Audited, anna: httpx.Client, seat: str) -> None:
    with signed_in(audited[0], "ben") as ben:
        for path in (seat, f"{seat}/evidence/0", f"{seat}/records/0?chart=x", "/seats/99999"):
            assert ben.get(path).status_code == 404, path
        for path in ("answer", "undo", "lock", "note"):
            response = post(ben, f"{seat}/{path}", item="criterion:x", expected=0, verb="agree", text="x")
            assert response.status_code in (404, 409, 422), path
    first = items_in(anna.get(seat).text)[0]
    assert step_in(anna.get(seat).text) == 0
    assert answer(anna, seat, first, 0).status_code == 200


def test_the_record_and_its_sources(anna: httpx.Client, seat: str) -> None:
    page = anna.get(seat).text
    assert 'id="timeline"' in page
    records = re.findall(rf'href="({seat}/records/\d+\?chart=\w+)#element"', page)
    evidence = re.findall(rf'href="({seat}/evidence/\d+)#element"', page)
    assert records
    assert evidence
    for path in (records[0], evidence[0]):
        source = anna.get(path)
        assert source.status_code == 200
        assert '<li id="element" class="hit">' in source.text
    tag = records[0].partition("?")[2]
    for path in ("evidence/99999", f"records/99999?{tag}"):
        assert anna.get(f"{seat}/{path}").status_code == 404
    assert anna.get(f"{seat}/records/0?chart=old").status_code == 409
