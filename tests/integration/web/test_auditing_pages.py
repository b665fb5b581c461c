"""The pages of audits: defined, tried out, opened, handed out, settled, counted; closed where they tell."""

import re
from collections.abc import Iterator

import httpx
import pytest

from abstractor.workflow import Account, Role, create_account
from abstractor.workflow.auditing.design import Hidden
from tests.integration.web.audited import (
    answer_all,
    begin_audit,
    claimed_by,
    post,
    signed_in,
    step_in,
)
from tests.integration.web.site import PASSWORD, Site

Audited = tuple[Site, dict[str, Account]]
FORM = {
    "title": "Spring audit",
    "cycle_id": "1",
    "charts": "flagged",
    "seed": "11",
    "reading": "2",
    "criteria": "yes",
    "lines": "yes",
    "hides": ["other", "verdict"],
    "lease_hours": "8",
    "due_on": "2026-04-01",
}


@pytest.fixture(scope="module")
def lead(audited: Audited) -> Iterator[httpx.Client]:
    with signed_in(audited[0], "lead") as client:
        yield client


@pytest.fixture
def anna(audited: Audited) -> Iterator[httpx.Client]:
    with signed_in(audited[0], "anna") as client:
        yield client


def test_an_audit_from_its_form_to_its_end(audited: Audited, lead: httpx.Client) -> None:
    people = audited[1]
    page = post(lead, "/audits", **FORM)
    path = str(page.url.path)
    assert "The draft is kept." in page.text
    assert "Would be drawn" not in page.text, "of many charts it takes seconds: the page does not wait for it"
    asked_at = f"{path}?preview=yes"
    assert page.text.count(asked_at) == 2, "for scripts, and as a link"
    counted = lead.get(asked_at).text
    assert "<dt>Would be drawn</dt><dd><b>3</b></dd>" in counted
    assert "hx-get" not in counted
    assert str(post(lead, "/audits", **FORM).url.path) == path, "the same form is the same draft"
    assert "set its readers first" in post(lead, f"{path}/open").text
    for name, field in (("anna", "reviews"), ("ben", "reviews"), ("cora", "adjudicates")):
        page = post(lead, f"{path}/readers", account=people[name].id, **{field: "yes"})
        assert "The reader is set." in page.text
    assert post(lead, f"{path}/readers", account=people["vera"].id, reviews="yes").status_code == 422
    for _ in range(2):
        opened = post(lead, f"{path}/open")
        assert (opened.status_code, "0 of 6" in opened.text) == (200, True)
    drawn = lead.get(f"{path}/drawn").text
    assert "the same charts" in drawn
    assert "as it was written" in drawn
    assert len(re.findall(r">Chart \d+</a>", drawn)) == 3
    for state in ("free", "done"):
        assert lead.get(path, params={"state": state}).status_code == 200
    assert lead.get(path, params={"state": "lost"}).status_code == 422
    for _ in range(2):
        assert "closed" in post(lead, f"{path}/close").text


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"title": ""}, "An audit needs a title"),
        ({"seed": "x"}, "The seed is a whole number"),
        ({"charts": "sample", "size": ""}, "The size of the sample"),
        ({"charts": "listed", "listed": "Chart 99"}, "not of cycle 1: 99"),
        ({"charts": "some"}, "choose one of flagged, sample, listed"),
        ({"cycle_id": "7"}, "Choose a cycle"),
        ({"due_on": "soon"}, "The due date is written as"),
        ({"rules": "NO-SUCH"}, "No such rule"),
        ({"calibration": "8"}, "The training charts a stage is a whole number, 0 to 7"),
    ],
)
def test_a_form_that_makes_no_sense_is_shown_again(
    lead: httpx.Client, changed: dict[str, str], told: str
) -> None:
    page = post(lead, "/audits", **FORM | {"title": "Not kept"} | changed)
    assert page.status_code == 422
    assert told in page.text
    assert "Not kept" not in lead.get("/audits").text


@pytest.mark.parametrize("path", ["/audits", "/audits/preview"])
def test_the_cycle_of_another_clinic_answers_as_one_that_is_not_there(audited: Audited, path: str) -> None:
    site = audited[0]
    name = f"away {path}"
    create_account(site.services, name, PASSWORD, roles=(Role.QI_LEAD,), sites=(), now=site.clock())
    with signed_in(site, name) as away:
        answers = [post(away, path, **FORM | {"cycle_id": number}) for number in ("1", "7")]
    assert [each.status_code for each in answers] == [404, 404]
    without = [re.sub(r'"[^"]{20,}"', "", each.text) for each in answers]  # but for the token of a form
    assert without[0] == without[1]


def test_a_live_cycle_is_read_live_with_so_many_training_charts_a_stage(lead: httpx.Client) -> None:
    form = lead.get("/audits/new").text
    assert 'hx-trigger="load, change' in form
    assert "Would be drawn" not in form
    assert 'name="purpose"' not in form
    assert 'name="calibration" inputmode="numeric" value="0"' in form
    asked = {"title": "Calibrated", "calibration": "2", "purpose": "training"}
    page = post(lead, "/audits", **FORM | asked).text
    assert "2 training charts a reader at the start" in page
    assert '<span class="state">training</span>' not in page


def test_the_preview_counts_by_stratum_and_keeps_nothing(lead: httpx.Client) -> None:
    asked = {"charts": "sample", "size": "1", "strata": "verdict", "reading": "share", "share": "100"}
    page = post(lead, "/audits/preview", **FORM | asked | {"title": "Only tried"}).text
    body = page.partition('id="preview-body"')[2]
    assert "verdict:critical" in body
    assert "1 not included in the cohort" in body
    assert re.search(r"<b>\d+</b> charts read twice would tell kappa", body)
    for wrong in ("0", "nan", "1e-300", "some", "1e400"):
        refused = post(lead, "/audits/preview", **FORM | {"half_width": wrong})
        assert (refused.status_code, "write numbers from" in refused.text) == (200, True)
    assert "Only tried" not in lead.get("/audits").text


def test_a_reader_sees_no_draft_and_defines_none(lead: httpx.Client, anna: httpx.Client) -> None:
    path = str(post(lead, "/audits", **FORM | {"title": "Hidden draft", "seed": "12"}).url.path)
    assert anna.get(path).status_code == 404
    assert "Hidden draft" not in anna.get("/audits").text
    for refused in (anna.get("/audits/new"), post(anna, "/audits", **FORM), post(anna, f"{path}/open")):
        assert refused.status_code == 403


@pytest.mark.usefixtures("no_conflicts_after")
def test_a_seat_is_held_resumed_skipped_given_back_and_handed_over(
    audited: Audited, lead: httpx.Client, anna: httpx.Client
) -> None:
    people = audited[1]
    audit = begin_audit(*audited, title="Of seats")
    seat = f"/seats/{claimed_by(anna, audit)}"
    assert "longer now" in post(anna, f"{seat}/renew").text
    assert "on hold" in post(anna, f"{seat}/hold", reason="interrupted").text
    assert "nothing can be answered" in anna.get(seat).text
    assert "yours to read again" in post(anna, f"{seat}/resume").text
    assert post(anna, f"{seat}/hold", reason="other").status_code == 422
    assert post(anna, f"{seat}/hold", reason="no-such").status_code == 422
    assert "after the others" in post(anna, f"{seat}/skip", reason="outside-field").text
    assert post(anna, f"{seat}/release", reason="no-time").status_code == 409
    assert post(anna, f"{seat}/claim").url.path == seat
    assert "free for others again" in post(anna, f"{seat}/release", reason="no-time").text
    post(anna, f"{seat}/claim")
    given = post(lead, f"{seat}/hand-over", to=people["ben"].id, reason="spread-load")
    assert (given.status_code, "was handed over" in given.text) == (200, True)
    assert anna.get(seat).status_code == 404
    mine = f"/seats/{claimed_by(anna, audit)}"
    assert "not see this chart again" in post(anna, f"{mine}/conflict", reason="own-patient").text
    assert post(anna, f"{mine}/claim").status_code == 409


@pytest.mark.usefixtures("no_conflicts_after")
def test_what_nobody_may_read_is_told_with_what_to_do(
    audited: Audited, lead: httpx.Client, anna: httpx.Client
) -> None:
    audit = begin_audit(*audited, title="Stuck")
    seat = f"/seats/{claimed_by(anna, audit)}"
    assert "nobody who is left may do" not in lead.get(f"/audits/{audit}").text
    post(anna, f"{seat}/conflict", reason="own-patient")
    with signed_in(audited[0], "ben") as ben:
        assert post(ben, f"{seat}/claim").url.path == seat
    page = lead.get(f"/audits/{audit}").text
    assert "<strong>1 reading that nobody who is left may do:</strong>" in page
    assert "Set one more account to review" in page
    row = page.partition('<table id="stuck">')[2].partition("</table>")[0]
    assert (
        "anna never reads it: a conflict of interest; ben has read the chart, or is reading it; cora is"
        in row
    )
    assert "is not set to review" in row and "Review 2" in row
    told = lead.get(f"/api/v1/audits/{audit}/progress").json()
    (one,) = told["stuck_seats"]
    assert f"<code>{one['code']}</code>" in row
    assert dict(one["readers"]) == {"anna": "conflict", "ben": "has-it", "cora": "not-set"}
    post(lead, f"/audits/{audit}/close")
    assert "nobody who is left may do" not in lead.get(f"/audits/{audit}").text


def test_a_claim_sent_twice_claims_once(audited: Audited, anna: httpx.Client) -> None:
    audit = begin_audit(*audited, title="Claimed")
    form = anna.get(f"/audits/{audit}").text.partition('name="have" value="')[2].partition('"')[0]
    twice = [post(anna, f"/audits/{audit}/claim", have=form).url.path for _ in range(2)]
    assert twice[0] == twice[1]
    another = post(anna, f"/audits/{audit}/claim", have=twice[0].rpartition("/")[2]).url.path
    assert another != twice[0]


def test_two_reviews_that_differ_are_settled_and_counted(
    audited: Audited, lead: httpx.Client, anna: httpx.Client
) -> None:
    audit = begin_audit(*audited, title="Settled")
    unsure = {"criterion": {"verb": "cannot-tell", "missing": "pathology", "text": "Words of ben."}}
    with signed_in(audited[0], "ben") as ben, signed_in(audited[0], "cora") as cora:
        for client, said in ((anna, {}), (ben, unsure)):
            for _ in range(3):
                seat = f"/seats/{claimed_by(client, audit)}"
                post(client, f"{seat}/lock", expected=step_in(answer_all(client, seat, **said)))
            assert "Nothing is free for you" in post(client, f"/audits/{audit}/claim").text
        assert "Adjudication" in lead.get(f"/audits/{audit}").text
        seat = f"/seats/{claimed_by(cora, audit)}"
        page = cora.get(seat).text
        assert "The readers differ" in page
        assert page.index("The readers differ") < page.index("No difference")
        assert "Words of ben." in page
        assert page.count("<h4>Reader 1</h4>") == page.count("<h4>Reader 2</h4>") > 3
        locked = post(cora, f"{seat}/lock", expected=step_in(answer_all(cora, seat)))
        assert "Signed off." in locked.text
    table = lead.get(f"/audits/{audit}/agreement").text
    assert "HER2-positive metastatic breast cancer" in table
    assert "undefined" in table
    assert '<svg class="plot"' in table
    assert "nan" not in table.lower().replace("governance", "")


def test_what_would_tell_is_closed_to_who_reads_blinded(audited: Audited, lead: httpx.Client) -> None:
    site, people = audited
    begin_audit(site, people, hides=(Hidden.OTHER, Hidden.SITE, Hidden.WAVE), title="Canary Hospital, wave 2")
    with signed_in(site, "ben") as ben:
        for path in (
            "/queue",
            "/cycles/1/charts/1",
            "/clinics",
            "/clinics/1",
            "/api/v1/cycles",
            "/api/v1/cycles/1/queue",
            "/api/v1/cycles/1/charts/1/abstract",
        ):
            refused = ben.get(path)
            assert refused.status_code == 403, path
            assert "Canary" not in refused.text
        for path in ("/desk", "/audits"):
            page = ben.get(path).text
            assert "Audit " in page
            assert "Canary" not in page
        assert ben.get("/", follow_redirects=True).status_code == 200
        assert ben.get("/guidelines").status_code == 200
    assert "Canary Hospital" in lead.get("/audits").text
    assert lead.get("/queue").status_code == 200
    with signed_in(site, "vera") as vera:
        assert vera.get("/queue").status_code == 200
        assert vera.get("/desk").status_code == 403


def test_a_lead_is_told_for_whom_charts_wait(
    audited: Audited, lead: httpx.Client, anna: httpx.Client
) -> None:
    audit = begin_audit(*audited, title="Shared", readers=1, equal_shares=True)
    for _ in range(2):
        claimed_by(anna, audit)
    (told,) = lead.get(f"/api/v1/audits/{audit}/progress").json()["waited_for"]
    since, until = told["since"][:10], told["until"][:10]
    said = f"Charts wait for ben (none in hand since {since}; others may have them after {until}), since"
    assert said in lead.get(f"/audits/{audit}").text
    assert "Charts wait for" not in anna.get(f"/audits/{audit}").text
    with signed_in(audited[0], "ben") as ben:
        seat, to = f"/seats/{claimed_by(ben, audit)}", audited[1]["anna"].id
        refused = post(ben, f"{seat}/hand-over", to=to, reason="spread-load")
    assert (refused.status_code, "share is read or in work: choose a reader" in refused.text) == (409, True)
    assert post(lead, f"{seat}/hand-over", to=to, reason="spread-load").status_code == 200
    post(lead, f"/audits/{audit}/close")
