"""`abstractor audit-log`, as IT types it."""

import json
import shutil
from pathlib import Path

import pytest
from fhir.resources.R4B.auditevent import AuditEvent

from abstractor.cli.app import main
from abstractor.store import accounts, trail
from abstractor.store.database import Store, open_store, sqlite_url
from abstractor.store.key_file import first_key
from abstractor.store.values import Action, Role
from tests.integration.keeping import NOW, cycle_of
from tests.integration.kept_charts import canary, keep_chart
from tests.integration.store.tampering import tamper


@pytest.fixture
def place(tmp_path: Path, migrated_sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The embedded database of a folder, with two charts and an account that opened one."""
    monkeypatch.setenv("ABSTRACTOR_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir(mode=0o700)
    file = Path(shutil.copy(migrated_sqlite, tmp_path / "data" / "abstractor.db"))
    store = open_store(sqlite_url(file), first_key(file.with_name("data.key")))
    with store.writing() as session:
        cycle_of(session, [f"Patient/{canary(1)}", f"Patient/{canary(2)}"])
    for patient in (1, 2):
        keep_chart(store, 1, patient)
    with store.writing() as session:
        ann = accounts.create(session, "ann", None, roles={Role.VIEWER}, sites=None, now=NOW)
        trail.record(session, action=Action.CHART_OPENED, account_id=ann.id, patient_id=2, now=NOW)
    return store


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr("sys.argv", ["abstractor", "audit-log", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def test_a_whole_trail_is_said_to_be_whole(
    place: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(monkeypatch, "head") == 0
    (tmp_path / "noted").write_text(capsys.readouterr().out)
    assert run(monkeypatch, "verify", "--noted", "noted") == 0
    told = capsys.readouterr()
    assert told.out.splitlines() == ["3 entries verified, from entry 1 on", "the trail is whole"]
    assert told.err == "verified 3 of 3\n"
    assert run(monkeypatch, "verify", "--json") == 0
    assert json.loads(capsys.readouterr().out)["whole"] is True


def test_every_bad_entry_is_named_and_the_exit_code_says_so(
    place: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tamper(place, "UPDATE audit_event SET account_id = NULL WHERE id = 3")
    tamper(place, "DELETE FROM audit_event WHERE id = 1")
    assert run(monkeypatch, "verify") == 1
    said = capsys.readouterr().out.splitlines()
    assert said[:2] == ["entry 1: missing", "entry 3: changed"]
    assert said[-1].startswith("THE TRAIL IS NOT WHOLE: 2 entries")
    assert run(monkeypatch, "verify", "--json") == 1
    assert [json.loads(line).get("fault") for line in capsys.readouterr().out.splitlines()] == [
        "missing",
        "changed",
        None,
    ]


@pytest.mark.parametrize(
    ("asked", "entries"),
    [
        ((), [3, 2, 1]),
        (("--account", "ann"), [3]),
        (("--chart", "2"), [3, 2]),
        (("--action", "source-opened", "--limit", "1"), [2]),
        (("--since", "2023-02-02"), []),
        (("--since", "2023-02-01", "--until", "2023-02-01"), [3, 2, 1]),
    ],
)
def test_entries_are_listed_as_they_are_asked_for(
    place: Store,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    asked: tuple[str, ...],
    entries: list[int],
) -> None:
    assert run(monkeypatch, "list", "--json", *asked) == 0
    assert [json.loads(line)["entry"] for line in capsys.readouterr().out.splitlines()] == entries


@pytest.mark.parametrize("asked", [("--account", "nobody"), ("--action", "nothing"), ("--since", "x")])
def test_what_cannot_be_asked_is_refused(
    place: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], asked: tuple[str, ...]
) -> None:
    assert run(monkeypatch, "list", *asked) == 2
    assert asked[0] in capsys.readouterr().err


def test_the_export_is_valid_and_tells_nobody_who_a_patient_is(
    place: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(monkeypatch, "export", "-o", "trail.ndjson", "--study-key", "study.key") == 0
    lines = (tmp_path / "trail.ndjson").read_text().splitlines()
    exported = [AuditEvent.model_validate_json(line) for line in lines]
    assert exported[0].agent[0].requestor, "somebody asked for it, by a command"
    assert [one.subtype[0].code for one in exported] == [
        "trail-exported",
        "chart-opened",
        "source-opened",
        "source-opened",
    ]
    assert not any(word in "".join(lines) for word in (canary(1), canary(2), "ann", "Chart"))
    assert run(monkeypatch, "export", "--study-key", "study.key", "--chart", "2") == 0
    assert capsys.readouterr().out.splitlines() == lines[1:3]


def test_an_identified_export_names_accounts_and_sources(
    place: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "export", "--identified", "--chart", "2") == 0
    opened, source = (AuditEvent.model_validate_json(line) for line in capsys.readouterr().out.splitlines())
    assert (opened.agent[0].who.display, opened.agent[0].requestor) == ("ann", True)
    assert opened.entity[0].what.identifier.value == "2"
    assert source.entity[1].what.reference == f"Condition/{canary(2)}-1/_history/1"


def test_an_export_takes_no_file_s_place(
    place: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Not one that is there, and not its own study key; and the trail tells of no export then."""
    (tmp_path / "there").write_text("an earlier one")
    assert run(monkeypatch, "export", "-o", "there") == 1
    assert capsys.readouterr().err == "abstractor: -o there: is there already; name a new file\n"
    assert (tmp_path / "there").read_text() == "an earlier one"
    assert run(monkeypatch, "export", "-o", "key", "--study-key", "key") == 2
    assert "is among the inputs" in capsys.readouterr().err
    assert not (tmp_path / "key").exists()
    assert run(monkeypatch, "list", "--action", "trail-exported", "--json") == 0
    assert capsys.readouterr().out == ""
    assert run(monkeypatch, "export", "-o", "new") == 0
    assert len((tmp_path / "new").read_text().splitlines()) == 4
