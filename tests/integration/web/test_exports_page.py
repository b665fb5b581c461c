"""Exports by the page: the files that the command writes, as one archive; who may have which; the trail."""

import asyncio
import csv
import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Iterator, MutableMapping
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from starlette.requests import ClientDisconnect

from abstractor.store import trail
from abstractor.store.values import Action, Role
from abstractor.web.exports import Sending
from abstractor.workflow import Account, create_account
from abstractor.workflow.acting import By
from abstractor.workflow.auditing.audits import close_audit
from abstractor.workflow.exporting.downloading import Archive
from abstractor.workflow.exporting.exporting import Exported, export_cycle
from abstractor.workflow.exporting.forms import Asked, Form
from tests.integration.web.audited import begin_audit, open_audited, post, signed_in
from tests.integration.web.site import PASSWORD, Site
from tests.integration.web.told import CANARIES

Opened = tuple[Site, dict[str, Account]]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """With a place of its own for what passes: other tests write beside it."""
    with open_audited() as opened, pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("passing")))
        yield opened


@pytest.fixture(scope="module")
def lead(opened: Opened) -> Iterator[httpx.Client]:
    with signed_in(opened[0], "lead") as client:
        yield client


def files_of(answer: httpx.Response) -> dict[str, bytes]:
    """By name, without the folder; every one in the manifest with its digest."""
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        held = {name.rpartition("/")[2]: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(held["export.json"])
    told = {each["name"]: each["sha256"] for each in manifest["files"]}
    assert told == {
        name: hashlib.sha256(body).hexdigest() for name, body in held.items() if name != "export.json"
    }
    return held


def exported(site: Site) -> list[str | None]:
    with site.services.store.reading() as session:
        return [one.detail for one in trail.newest(session) if one.action == Action.CHARTS_EXPORTED]


def left_behind() -> list[str]:
    return [path.name for path in Path(tempfile.gettempdir()).iterdir()]


def test_a_cycle_leaves_as_the_command_writes_it(opened: Opened, lead: httpx.Client, tmp_path: Path) -> None:
    site, before = opened[0], len(exported(opened[0]))
    answer = post(lead, "/exports", of="cycle:1", form="csv")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"] == 'attachment; filename="abstractor-csv-cycle-1.zip"'
    held = files_of(answer)
    folder = tmp_path / "out"
    export_cycle(site.services, 1, Asked(Form.CSV, folder), by=By("it"), now=site.clock())
    assert held.keys() == {path.name for path in folder.iterdir()}
    for name in ("attrition.csv", "dictionary.csv"):
        assert held[name] == (folder / name).read_bytes()
    rows = [
        sorted(row["line_number"] for row in csv.DictReader(io.StringIO(body.decode())))
        for body in (held["lines.csv"], (folder / "lines.csv").read_bytes())
    ]
    assert rows[0] == rows[1] != []
    manifest = json.loads(held["export.json"])
    assert (manifest["cycle"], manifest["audit"], manifest["identified"]) == (1, None, False)
    assert manifest["editions"] == sorted({*manifest["editions"]})
    whole = b"".join(held.values()).decode("utf-8")
    assert not [canary for canary in (*CANARIES, "told1") if canary in whole]
    told = exported(site)[::-1][before:]
    assert told[0] is not None and told[0].startswith("by=lead form=csv identified=no patients=3")
    assert len(told) == 2, "the page's and the command's, one entry each"


@pytest.mark.parametrize("form", [form for form in Form if form is not Form.CSV])
def test_every_form_is_had(opened: Opened, lead: httpx.Client, form: Form) -> None:
    held = files_of(post(lead, "/exports", of="cycle:1", form=form.value, least="0"))
    assert json.loads(held["export.json"])["form"] == form
    assert left_behind() == []


def test_who_the_patients_are_leaves_with_a_reason_that_the_trail_keeps(
    opened: Opened, lead: httpx.Client
) -> None:
    before = len(exported(opened[0]))
    form = {"of": "cycle:1", "form": "csv", "identified": "yes"}
    for reason in ("", "  no "):
        refused = post(lead, "/exports", **form, reason=reason)
        assert (refused.status_code, "Say why the patients are to be named" in refused.text) == (422, True)
    assert len(exported(opened[0])) == before
    answer = post(lead, "/exports", **form, reason=" The registry asks ")
    assert "abstractor-csv-cycle-1-identified.zip" in answer.headers["content-disposition"]
    assert b"Patient/told1" in files_of(answer)["lines.identified.csv"]
    told = exported(opened[0])
    assert len(told) == before + 1 and (told[0] or "").endswith('reason="The registry asks"')
    unsaid = post(lead, "/exports", of="cycle:1", form="csv", reason="Not asked for")
    assert unsaid.status_code == 200 and "reason" not in (exported(opened[0])[0] or "")


def test_an_audit_is_offered_once_it_is_closed(opened: Opened, lead: httpx.Client) -> None:
    site, people = opened
    audit_id = begin_audit(site, people, title="Autumn reading")
    assert "Autumn reading" not in lead.get("/exports").text
    early = post(lead, "/exports", of=f"audit:{audit_id}", form="csv")
    assert (early.status_code, "close it first" in early.text) == (422, True)
    close_audit(site.services, audit_id, lead=people["lead"], now=site.clock())
    assert "Autumn reading" in lead.get("/exports").text
    held = files_of(post(lead, "/exports", of=f"audit:{audit_id}", form="csv"))
    assert "ratings.csv" in held
    assert json.loads(held["export.json"])["audit"] == audit_id


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"of": "cycle:9"}, 409),
        ({"of": "audit:9"}, 422),
        ({"of": "patient:1"}, 422),
        ({"of": ""}, 422),
        ({"form": "xls"}, 422),
        ({"identified": "perhaps"}, 422),
        ({"least": "3"}, 422),
        ({"least": "many"}, 422),
        ({"csrf": "x"}, 403),
    ],
)
def test_what_makes_no_sense_is_refused_and_not_told(
    opened: Opened, lead: httpx.Client, fields: dict[str, str], status: int
) -> None:
    before = len(exported(opened[0]))
    answer = post(lead, "/exports", **{"of": "cycle:1", "form": "csv", **fields})
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert len(exported(opened[0])) == before and left_behind() == []


def test_nobody_has_another_clinics_results(opened: Opened) -> None:
    site = opened[0]
    create_account(site.services, "elsewhere", PASSWORD, roles=[Role.QI_LEAD], sites=[], now=site.clock())
    with signed_in(site, "elsewhere") as client:
        assert "Nothing to export yet" in client.get("/exports").text
        for of in ("cycle:1", "audit:1"):
            assert post(client, "/exports", of=of, form="csv").status_code == 404
    for name in ("anna", "vera"):
        with signed_in(site, name) as client:
            assert client.get("/exports").status_code == 403
            assert post(client, "/exports", of="cycle:1", form="csv").status_code == 403


def test_what_it_is_made_from_goes_when_its_reader_does() -> None:
    gone: list[str] = []
    held = ExitStack()
    held.callback(gone.append, "the folder")
    done = Exported(Form.CSV, identified=False, patients=1, files=(), notice=None)
    sent: list[object] = []

    async def send(message: MutableMapping[str, object]) -> None:
        sent.append(message["type"])
        if len(sent) == 3:
            raise OSError("gone away")

    async def receive() -> dict[str, str]:
        return {"type": "http.request"}

    answer = Sending(Archive("a.zip", done, iter([b"a", b"b", b"c"])), held)
    scope = {"type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}}
    with pytest.raises(ClientDisconnect):
        asyncio.run(answer(scope, receive, send))
    assert (len(sent), gone) == (3, ["the folder"])
