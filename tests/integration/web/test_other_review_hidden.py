"""Who must not see the other review is not told by a number, a name or an answer that two readers differ; and
who must not see the place or the wave is not told by which pages stay open.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from abstractor.workflow import Account, Role, create_account
from abstractor.workflow.auditing.audits import close_audit, set_reader
from abstractor.workflow.auditing.design import Hidden
from tests.integration.web.audited import (
    answer_all,
    begin_audit,
    claimed_by,
    open_audited,
    post,
    signed_in,
    step_in,
)
from tests.integration.web.charts import critical, discordant
from tests.integration.web.site import PASSWORD, Site, keep
from tests.integration.web.told import Told

Audited = tuple[Site, dict[str, Account]]
DIFFERS = {"verb": "cannot-tell", "missing": "visit"}


@dataclass(frozen=True, slots=True)
class Differing:
    """An audit of one chart that two have read and on which they differ; one of them leads audits too."""

    site: Site
    people: dict[str, Account]
    audit: int
    settles: int

    def get(self, name: str, path: str) -> httpx.Response:
        with signed_in(self.site, name) as client:
            return client.get(path)


def named_in_passing() -> Told:
    """Its clinic and people are named by displays and contained records, and in texts of other records."""
    told = critical(1)
    for resource in told.resources.values():
        resource["note"] = [{"text": "Seen at Quokka Clinic by Dr. Numbatson and DR. BETTONG."}]
    person = {"resourceType": "Practitioner", "id": "c1", "name": [{"text": "Ivo Bettong, MD"}]}
    held = {"recorder": {"display": "NUMBATSON, ADA"}, "contained": [person]}
    told.add("Encounter", 90, serviceProvider={"display": "Quokka Clinic"}, **held)
    return told


@pytest.fixture(scope="module")
def audited() -> Iterator[Audited]:
    with open_audited({"critical": named_in_passing()}) as (site, people):
        roles = (Role.QI_LEAD, Role.AUDITOR)
        made = create_account(site.services, "quin", PASSWORD, roles=roles, sites=None, now=site.clock())
        yield site, people | {"quin": made}


@pytest.fixture(scope="module")
def differing(audited: Audited) -> Differing:
    site, people = audited
    audit = begin_audit(site, people)
    reads = {"reviews": True, "adjudicates": False, "lead": people["lead"], "now": site.clock()}
    set_reader(site.services, audit, people["quin"].id, **reads)  # type: ignore[arg-type] - as the names say
    last = 0
    for name, said in (("quin", {}), ("ben", {"criterion": DIFFERS})):
        with signed_in(site, name) as reader:
            last = claimed_by(reader, audit)
            page = answer_all(reader, f"/seats/{last}", **said)
            post(reader, f"/seats/{last}/lock", expected=step_in(page))
    return Differing(site, people, audit, last + 1)


def test_totals_of_a_reviewer_are_of_reviews_alone(differing: Differing) -> None:
    for path in ("/audits", f"/audits/{differing.audit}", "/desk"):
        assert "2 of 2" in differing.get("ben", path).text, path
    assert "2 of 3" in differing.get("lead", "/audits").text


def test_a_lead_who_reviews_there_is_not_told_what_the_other_said(differing: Differing) -> None:
    page = differing.get("quin", f"/audits/{differing.audit}").text
    assert [word in page for word in ("differ", "to settle", "Adjudication", "2 of 2")] == [False] * 3 + [
        True
    ]
    assert "another reader" in page
    api = f"/api/v1/audits/{differing.audit}"
    found = differing.get("quin", f"{api}/seats").json()
    assert (found["total"], {row["reader"] for row in found["items"]}) == (2, {"quin", None})
    told = differing.get("quin", f"{api}/progress").json()
    assert [told[name] for name in ("seats", "to_settle", "settled", "agreed")] == [2, None, None, None]
    assert differing.get("lead", f"{api}/seats").json()["total"] == 3


@pytest.mark.parametrize("name", ["anna", "ben", "quin"])
def test_the_seat_that_settles_is_not_there_for_reviewers(differing: Differing, name: str) -> None:
    moves = ("claim", "renew", "resume", "hold", "release", "skip", "conflict", "hand-over", "answer", "lock")
    with signed_in(differing.site, name) as client:
        for move in moves:
            there, nowhere = (
                post(client, f"/seats/{seat}/{move}", reason="other", words="Because.", to=1)
                for seat in (differing.settles, 999)
            )
            assert (there.status_code, there.text) == (404, nowhere.text), move
        for path in ("", "/evidence/0"):
            there, nowhere = (client.get(f"/seats/{seat}{path}") for seat in (differing.settles, 999))
            assert (there.status_code, there.text) == (404, nowhere.text), path


def test_who_settles_has_it_and_after_the_end_all_is_told(differing: Differing) -> None:
    with signed_in(differing.site, "cora") as cora:
        assert claimed_by(cora, differing.audit) == differing.settles
    services, now = differing.site.services, differing.site.clock()
    close_audit(services, differing.audit, lead=differing.people["lead"], now=now)
    assert "Adjudication" in differing.get("quin", f"/audits/{differing.audit}").text


def test_the_kind_of_draw_is_hidden_with_the_verdict(audited: Audited) -> None:
    audit = begin_audit(*audited, hides=(Hidden.OTHER, Hidden.VERDICT), title="Blind")
    for name, told in (("anna", False), ("lead", True)):
        with signed_in(audited[0], name) as client:
            assert ("every flagged one" in client.get(f"/audits/{audit}").text) is told
    close_audit(audited[0].services, audit, lead=audited[1]["lead"], now=audited[0].clock())


def test_a_display_of_one_record_is_taken_out_of_the_texts_of_others(audited: Audited) -> None:
    audit = begin_audit(*audited, hides=(Hidden.OTHER, Hidden.SITE), title="Blind")
    with signed_in(audited[0], "anna") as anna:
        seat = claimed_by(anna, audit)
        record = anna.get(f"/api/v1/seats/{seat}/evidence/0").json()["body"]
    assert "Seen at [hidden] by Dr. [hidden] and DR. [hidden]." in record
    close_audit(audited[0].services, audit, lead=audited[1]["lead"], now=audited[0].clock())


def test_where_the_place_is_hidden_no_clinic_stays_open(audited: Audited) -> None:
    site, people = audited
    other = keep(site, {"elsewhere": discordant(2)}, clinic="Elsewhere", at="http://127.0.0.1:8/fhir")
    paths = [f"/queue?cycle={cycle}" for cycle in (1, other)] + ["/queue", site.chart_path("elsewhere")]
    for hides, answers in (((Hidden.VERDICT,), [403, 200, 403, 200]), ((Hidden.SITE,), [403] * 4)):
        audit = begin_audit(site, people, hides=(Hidden.OTHER, *hides), title="Blind")
        with signed_in(site, "anna") as anna:
            found = [anna.get(path) for path in paths]
        assert [each.status_code for each in found] == answers, hides
        assert not any("Elsewhere" in each.text for each in found if each.status_code == 403)
        close_audit(site.services, audit, lead=people["lead"], now=site.clock())
