"""A verdict that a reader overruled becomes a file, and the file is decided again."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from abstractor import workflow
from abstractor.cli import audit_cases
from abstractor.cli.audit import audit as audit_command
from abstractor.store import trail_reading
from abstractor.store.auditing import case_shifts
from abstractor.store.auditing.values import CaseShift
from abstractor.store.rotation import rotate
from abstractor.store.sealing import DataKey, Sealer
from abstractor.store.values import Account, Action
from abstractor.workflow import Services
from abstractor.workflow.acting import By
from abstractor.workflow.auditing import audits, reviews, seats
from abstractor.workflow.auditing.answers import Answer, Said
from abstractor.workflow.auditing.cases.file import case_from_json, case_to_json
from abstractor.workflow.auditing.cases.making import Left, Made, cases_of
from abstractor.workflow.auditing.cases.replaying import replay
from abstractor.workflow.auditing.design import Charts, Design
from abstractor.workflow.auditing.items import Item, ItemKind
from benchmarks.room.filling import fill
from benchmarks.room.samples import NOW, PERIOD
from tests.integration.keeping import KEY

LEAD = By("lea")
RULE = "sequencing"


@pytest.fixture
def read(services: Services, readers: Mapping[str, Account]) -> int:
    """An audit of one chart: of its findings the first is overruled, of its lines the first is wrong."""
    ann = readers["ann"]
    held = fill(services, patients=2, with_records=2, readers=[ann.id, readers["bea"].id])
    design = Design(Charts.LISTED, seed=1, listed=held.charts[1:], rules=(RULE,), criteria=False, hides=())
    made = audits.define_audit(
        services,
        held.cycle_id,
        title="Cases",
        design=design,
        purpose=audits.AuditPurpose.LIVE,
        due_on=None,
        lead=LEAD,
        now=NOW,
    )
    audits.set_reader(services, made.id, ann.id, reviews=True, adjudicates=False, lead=LEAD, now=NOW)
    audits.open_audit(services, made.id, lead=LEAD, now=NOW)
    seat = seats.claim_next(services, made.id, ann, NOW)
    assert seat is not None
    page = reviews.review_of(services, seat.id, ann, NOW)
    expected, overruled = page.expected, set[ItemKind]()
    for one in page.items:
        answer = Answer(Said.AGREE)
        if one.item.kind not in overruled:
            overruled.add(one.item.kind)
            answer = otherwise(one.item)
        expected = reviews.save(
            services, seat.id, ann, item=one.item.key, answer=answer, expected=expected, now=NOW
        )
    reviews.lock(services, seat.id, ann, expected=expected, now=NOW)
    return made.id


def otherwise(item: Item) -> Answer:
    """Not what the program says, with words that must not get into a file."""
    if item.kind is ItemKind.LINE:
        return Answer(Said.OVERRULE, wrong=("start",), text="Jane Doe began in May.")
    right = next(one for one in item.choices if one not in (item.program, "exception"))
    return Answer(Said.OVERRULE, right=right, reason="record-misread", text="This is of Jane Doe.")


def test_what_was_overruled_is_written_and_decided_again(
    services: Services, read: int, tmp_path: Path
) -> None:
    found = list(cases_of(services, read, lead=LEAD, now=NOW))
    (made,) = (one for one in found if isinstance(one, Made))
    (left,) = (one for one in found if isinstance(one, Left))
    assert left.item.startswith("line:")
    file = tmp_path / "case.json"
    file.write_text(case_to_json(made.case), encoding="utf-8")
    told = file.read_text(encoding="utf-8")
    assert "Jane" not in told and "many-0" not in told
    (again,) = replay([tmp_path])
    assert (again.says, again.agrees) == (made.case.program_said, False)
    mended = replace(made.case, expected=made.case.program_said)
    file.write_text(case_to_json(mended), encoding="utf-8")
    assert [one.agrees for one in replay([file])] == [True]
    with services.store.reading() as session:
        newest = trail_reading.newest(session, limit=1)[0]
    assert newest.action == Action.CHARTS_EXPORTED
    assert f"audit={read}" in (newest.detail or "")


def test_two_runs_write_the_same_file_once_under_a_name_of_its_own(
    services: Services, read: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workflow, "open_services", lambda _: services)
    monkeypatch.setattr(Services, "close", lambda _: None)
    found = list(cases_of(services, read, lead=LEAD, now=NOW))
    folder = tmp_path / "cases"

    def written() -> tuple[str, str]:
        done = CliRunner().invoke(audit_command, ["cases", str(read), str(folder)])
        return done.stdout, done.stderr

    assert written()[0] == f"1 case in {folder}\n"
    monkeypatch.setattr(audit_cases, "cases_of", lambda *_, **__: iter(found * 2))
    said, besides = written()
    assert said == f"1 case in {folder}\n"
    assert "no case: the same as one that is written" in besides
    (file,) = folder.iterdir()
    assert not any(one.code in file.name for one in found)
    told = case_from_json(file.read_text(encoding="utf-8"), name=file.name)
    assert told.asked.start != PERIOD.start
    assert told.asked.timezone == "UTC"


def test_a_chart_is_moved_by_as_much_in_every_run_for_good(services: Services, read: int) -> None:
    """Also when the files are made under another data key: the shift is kept, and not computed from that."""

    def made() -> list[Made]:
        return [one for one in cases_of(services, read, lead=LEAD, now=NOW) if isinstance(one, Made)]

    def kept() -> list[CaseShift | None]:
        with services.store.reading() as session:
            return [case_shifts.shift_of(session, patient) for patient in (1, 2)]

    first = made()
    shifts = kept()
    assert [one for one in shifts if one is not None and one.left]
    store = replace(services.store, sealer=Sealer([DataKey(bytes(range(7, 39))), KEY]))
    rotate(store, now=NOW)
    services = replace(services, store=store)
    assert made() == first
    assert kept() == shifts
