"""Exports of a cycle and of a closed audit, from each database: what they hold, and what the trail says."""

import csv
import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from abstractor.abstract import LineRef
from abstractor.errors import AbstractorError, InputError, OptionError
from abstractor.store import abstracts, raw, trail
from abstractor.store.database import Store
from abstractor.store.rotation import rotate
from abstractor.store.sealing import Sealer
from abstractor.store.values import Action, LineClinician
from abstractor.workflow.acting import By
from abstractor.workflow.exporting.exporting import export_audit, export_cycle
from abstractor.workflow.exporting.forms import Asked, Form
from abstractor.workflow.services import Services
from tests.integration.framed import services_on
from tests.integration.keeping import KEY, NOW, abstract_of, copy_of, cycle_of
from tests.integration.kept_audits import keep_audited
from tests.integration.store.test_sealed_resources import NEXT_KEY

BY = By("somebody")
NAMES = ("canary-a", "canary-b", "canary-c")


def kept(store: Store) -> int:
    """A cycle of three charts, the first of which is read in an audit; its number."""
    with store.writing() as session:
        cycle = cycle_of(session, [f"Patient/{name}" for name in NAMES])
        for patient, name in enumerate(NAMES, start=1):
            born = {"birthDate": "1931-05-17"} if patient == 1 else {}
            copies = [copy_of("Patient", name, **born), copy_of("Patient", f"another-{name}")]
            pull_id = raw.keep_pull(
                session, cycle_id=cycle.id, patient_id=patient, copies=copies, answers=[], foreign=0, now=NOW
            )
            abstracts.append(
                session,
                abstract_of(f"Patient/{name}", flagged=patient != 3, flags=()),
                cycle_id=cycle.id,
                patient_id=patient,
                pull_id=pull_id,
                input_digest="sha256:1",
                clinicians=[
                    LineClinician(LineRef("curative", 1), "Practitioner/canary", "Organization/canary")
                ],
                quarantined=(),
                now=NOW,
            )
        keep_audited(session, cycle.id, 1, words="canary words")
    return cycle.id


@pytest.fixture
def services(store: Store, tmp_path: Path) -> Services:
    return services_on(store, tmp_path)


def lines(folder: Path, name: str = "lines.csv") -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def _named(folder: Path, reason: str | None = "The board asked: “who?”") -> Asked:
    return Asked(Form.CSV, folder, identified=True, reason=reason)


def told(services: Services) -> list[str | None]:
    with services.store.reading() as session:
        return [each.detail for each in trail.newest(session) if each.action == Action.CHARTS_EXPORTED]


def test_a_cycle_leaves_de_identified_and_the_trail_says_so(services: Services, tmp_path: Path) -> None:
    cycle_id, folder = kept(services.store), tmp_path / "out"
    done = export_cycle(services, cycle_id, Asked(Form.CSV, folder), by=BY, now=NOW)
    assert (done.patients, dict(done.files)["lines.csv"]) == (3, 6)
    rows = lines(folder)
    assert [row["study_id"] for row in rows] == sorted(row["study_id"] for row in rows)
    assert sorted({row["age_at_start"] for row in rows}) == ["", "90"]
    assert len({row["site"] for row in rows if row["setting"] == "curative"}) == 1
    assert {row["site"] for row in rows if row["setting"] == "palliative"} == {""}
    whole = "".join(path.read_text(encoding="utf-8") for path in folder.iterdir())
    assert not any(word in whole for word in ("canary", "clinic.example", "1931", "2022-03-01", "New_York"))
    assert told(services) == [
        f"by=somebody form=csv identified=no patients=3 rows={done.rows}",
    ]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_many_exports_give_no_more_of_the_true_days_than_one(services: Services, tmp_path: Path) -> None:
    """Who is who is another study id each time; were the shift another one too, its mean would tell it."""
    cycle_id = kept(services.store)
    asked = [Asked(Form.CSV, tmp_path / name) for name in ("one", "two")]
    for one in asked:
        export_cycle(services, cycle_id, one, by=BY, now=NOW)
    first, second = (lines(one.folder) for one in asked)
    assert sorted(row["start"] for row in first) == sorted(row["start"] for row in second)
    assert len({row["start"] for row in first}) > 1
    assert not {row["study_id"] for row in first} & {row["study_id"] for row in second}


def test_dates_are_shifted_alike_whatever_the_study_key_and_the_data_key(
    services: Services, tmp_path: Path
) -> None:
    """Two shifts of a patient, linked by the intervals between lines, would narrow each other."""
    cycle_id = kept(services.store)
    asked = [
        Asked(Form.CSV, tmp_path / name, key=tmp_path / f"{name}.key") for name in ("one", "two", "three")
    ]
    for one in asked[:2]:
        export_cycle(services, cycle_id, one, by=BY, now=NOW)
    changed = replace(services.store, sealer=Sealer([NEXT_KEY, KEY]))
    rotate(changed, now=NOW)
    later = replace(services, store=replace(changed, sealer=Sealer([NEXT_KEY])))
    export_cycle(later, cycle_id, asked[2], by=BY, now=NOW)
    first, second, third = (lines(one.folder) for one in asked)
    assert len({row["start"] for row in first}) > 1
    days = [sorted(row["start"] for row in rows) for rows in (first, second, third)]
    assert days[0] == days[1] == days[2]
    told = {json.loads((one.folder / "export.json").read_text("utf-8"))["shifts"] for one in asked}
    assert len(told) == 1 and None not in told
    assert not {row["study_id"] for row in first} & {row["study_id"] for row in second}


def test_an_identified_export_says_so_everywhere(services: Services, tmp_path: Path) -> None:
    cycle_id, folder = kept(services.store), tmp_path / "out"
    done = export_cycle(services, cycle_id, _named(folder), by=BY, now=NOW)
    rows = lines(folder, "lines.identified.csv")
    assert {row["patient"] for row in rows} == {f"Patient/{name}" for name in NAMES}
    assert {row["clinic"] for row in rows} == {"https://clinic.example/fhir"}
    assert {row["age_at_start"] for row in rows} == {"", "90"}
    assert {row["start"] for row in rows} == {"2022-03-01"}
    assert {row["identified"] for row in rows} == {"1"}
    assert json.loads((folder / "export.json").read_text("utf-8"))["identified"] is True
    assert told(services) == [
        f'by=somebody form=csv identified=yes patients=3 rows={done.rows} reason="The board asked: “who?”"'
    ]


@pytest.mark.parametrize("reason", [None, "  no  ", "x" * 201, "two\nlines"])
def test_who_the_patients_are_leaves_with_a_reason_alone(
    services: Services, tmp_path: Path, reason: str | None
) -> None:
    cycle_id = kept(services.store)
    for act, number in ((export_cycle, cycle_id), (export_audit, 1)):
        with pytest.raises(OptionError, match="say why the patients are to be named"):
            act(services, number, _named(tmp_path / "out", reason), by=BY, now=NOW)
    assert told(services) == [] and not (tmp_path / "out").exists()


def test_counts_alone_leave_without_a_patient_and_without_small_counts(
    services: Services, tmp_path: Path
) -> None:
    """Of three patients nothing is told, not even that they are three; without a limit everything is."""
    cycle_id = kept(services.store)
    for name, least in (("few", 5), ("all", 0)):
        asked = Asked(Form.ATTRITION, tmp_path / name, least=least)
        assert export_cycle(services, cycle_id, asked, by=BY, now=NOW).patients == 3
    few, every = (lines(tmp_path / name, "attrition.csv") for name in ("few", "all"))
    assert {(row["patients"], row["left"], row["withheld"]) for row in few} == {("", "", "1")}
    assert sum(int(row["patients"]) for row in every) == 3
    assert {path.name for path in (tmp_path / "few").iterdir()} == {
        "attrition.csv",
        "dictionary.csv",
        "export.json",
    }
    manifests = [json.loads((tmp_path / name / "export.json").read_text("utf-8")) for name in ("few", "all")]
    assert [(each["patients"], each["small_counts"]) for each in manifests] == [
        (None, "1 to 4 left out"),
        (3, None),
    ]
    assert [(each["cycle"], each["audit"]) for each in manifests] == [(cycle_id, None)] * 2
    said = (tmp_path / "few" / "dictionary.csv").read_text("utf-8")
    assert "counts of 1 to 4 are left out" in said
    assert "are left out" not in (tmp_path / "all" / "dictionary.csv").read_text("utf-8")


def test_a_study_key_that_is_kept_gives_the_same_ids_again(services: Services, tmp_path: Path) -> None:
    cycle_id, key = kept(services.store), tmp_path / "study.key"
    asked = [Asked(Form.CSV, tmp_path / name, key=key) for name in ("one", "two")]
    asked.append(Asked(Form.CSV, tmp_path / "three"))
    for each in asked:
        export_cycle(services, cycle_id, each, by=BY, now=NOW)
    one, two, three = (lines(each.folder) for each in asked)
    assert one == two
    assert not {row["study_id"] for row in one} & {row["study_id"] for row in three}
    assert sorted(row["start"] for row in one) == sorted(row["start"] for row in three)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    key.write_text("# no key\nc2hvcnQ=\n", encoding="utf-8")
    with pytest.raises(InputError, match="holds no study key"):
        export_cycle(services, cycle_id, Asked(Form.CSV, tmp_path / "four", key=key), by=BY, now=NOW)


def test_a_closed_audit_leaves_with_its_reviews(services: Services, tmp_path: Path) -> None:
    kept(services.store)
    with pytest.raises(OptionError, match="audit 1 is open: close it first"):
        export_audit(services, 1, Asked(Form.FHIR, tmp_path / "early"), by=BY, now=NOW)
    with pytest.raises(OptionError, match="there is no audit 9"):
        export_audit(services, 9, Asked(Form.FHIR, tmp_path / "none"), by=BY, now=NOW)
    with services.store.writing() as session:
        session.connection().execute(text("UPDATE chart_audit SET state = 'closed'"))
    done = export_audit(services, 1, Asked(Form.FHIR, tmp_path / "fhir"), by=BY, now=NOW)
    assert {name: rows for name, rows in done.files if rows} == {
        "Device.ndjson": 1,
        "Questionnaire.ndjson": 1,
        "PractitionerRole.ndjson": 1,
        "Patient.ndjson": 1,
        "Task.ndjson": 1,
        "QuestionnaireResponse.ndjson": 1,
        "Provenance.ndjson": 2,
    }
    response = (tmp_path / "fhir" / "QuestionnaireResponse.ndjson").read_text("utf-8")
    assert "criterion:visit-in-period" in response and "canary" not in response
    export_audit(services, 1, Asked(Form.CSV, tmp_path / "csv"), by=BY, now=NOW)
    (rating,) = lines(tmp_path / "csv", "ratings.csv")
    assert (rating["item"], rating["rating"], rating["role"]) == (
        "criterion:visit-in-period",
        "met",
        "reviewer",
    )
    assert [each is not None and each.endswith("audit=1") for each in told(services)] == [True, True]


def test_what_cannot_be_written_leaves_nothing_and_is_not_told(services: Services, tmp_path: Path) -> None:
    cycle_id, there = kept(services.store), tmp_path / "there"
    there.mkdir()
    (there / "mine").touch()
    with pytest.raises(InputError, match="is there already"):
        export_cycle(services, cycle_id, Asked(Form.CSV, there), by=BY, now=NOW)
    with pytest.raises(AbstractorError, match="there is no cycle 9"):
        export_cycle(services, 9, Asked(Form.CSV, tmp_path / "out"), by=BY, now=NOW)
    assert told(services) == []
    assert [path.name for path in there.iterdir()] == ["mine"]
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith((".out", ".there", "out"))]
