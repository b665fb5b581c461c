"""Care around the treatment, read from files: one chart from a folder, gzip in pieces, and a Bundle."""

import gzip
import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from abstractor.chart import Chart, Dose, Seen, Standing
from abstractor.fhir.files import read_files
from abstractor.fhir.records import Reading, RecordSet
from abstractor.guidelines import load_value_sets
from fixtures.stories import Story, tale, write_ndjson
from fixtures.stories.dosages import Daily
from tests.asking import abstract_told

ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
PNEUMONITIS = (ICD10CM, "J70.4", "Drug-induced interstitial lung disorders, unspecified")


def cared_for() -> Story:
    told = tale("cara").her2_positive_mbc("2022-01-10", "bone", "brain")
    told.asked_for("Referral to palliative care", "2022-02-01")
    told.asked_for("Referral to neurosurgery", "2022-02-02", refused=True)
    told.planned("Oncology care plan", "2022-02-03", "Goals of care discussion")
    told.document("Tumor board note", "2022-02-04")
    told.vaccinated("Influenza, seasonal", "2022-10-01").vaccinated(
        "COVID-19", "2022-10-02", status="not-done"
    )
    told.cared_for_by("Nurse navigator", "Oncologist", since="2022-01-15")
    told.harmed("Pneumonitis", "2022-06-01", code=PNEUMONITIS, severity="moderate")
    told.order("abemaciclib", "2022-07-01", dosage=Daily(150, 2))
    told.order("loperamide", "2022-07-01", dosage=Daily(2, needed=True))
    told.given("trastuzumab", "2022-02-10", milligrams=540)
    told.measured("17861-6", "Calcium", "2022-02-10", amount=(9.1, "mg/dL"))
    return told.reported("CT Chest", "2022-02-11", loinc="24627-2").told()


def read(*inputs: Path) -> Chart:
    records = RecordSet(Reading(load_value_sets(), ZoneInfo("America/New_York")))
    for received in read_files(inputs):
        records.add(received)
    return records.chart("Patient/cara")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("care")
    write_ndjson(made, [cared_for()])
    return made


def test_each_record_is_its_fact(folder: Path) -> None:
    chart = read(folder)
    assert [(each.kind, each.concepts, each.standing) for each in chart.activities if each.concepts] == [
        ("CareTeam", ("patient-navigation",), Standing.COUNTS),
        ("ServiceRequest", ("palliative-care-encounter",), Standing.ORDERED_ONLY),
        ("ServiceRequest", ("neurosurgery-care",), Standing.AGAINST),
        ("CarePlan", ("goals-of-care",), Standing.CONTEXT),
        ("DocumentReference", ("tumour-board",), Standing.COUNTS),
        ("Immunization", ("influenza-vaccine",), Standing.COUNTS),
        ("Immunization", ("covid-19-vaccine",), Standing.AGAINST),
    ]
    (harm,) = (each for each in chart.diagnoses if "ild-pneumonitis" in each.concepts)
    assert (harm.severity, str(harm.when), harm.clinical_status) == (
        "severity:moderate",
        "2022-06-01",
        "active",
    )
    assert [(each.agents, each.dose, each.prn) for each in chart.orders] == [
        (("abemaciclib",), Dose(150, "mg", 2), False),
        (("loperamide",), Dose(2, "mg", 1), True),
    ]
    assert [each.dose for each in chart.administrations] == [Dose(540, "mg", None)]
    assert {concept for each in chart.results for concept in each.concepts} >= {"calcium"}
    assert [each.concepts for each in chart.procedures] == [("chest-ct",)]


def test_each_type_has_its_row(folder: Path) -> None:
    chart = read(folder)
    counts = {"ServiceRequest": 2, "CarePlan": 1, "DocumentReference": 1, "Immunization": 2, "CareTeam": 1}
    for kind, count in {**counts, "AdverseEvent": 1}.items():
        row = next(each for each in chart.completeness if each.type == kind)
        assert (row.state, row.count) == (Seen.COMPLETE, count)


def test_pieces_and_a_bundle_give_the_same_chart(tmp_path: Path, folder: Path) -> None:
    chart = read(folder)
    pieces = tmp_path / "pieces"
    pieces.mkdir()
    for file in folder.iterdir():
        lines = file.read_bytes().splitlines(keepends=True)
        for piece in range(2):
            packed = gzip.compress(b"".join(reversed(lines[piece::2])))
            (pieces / f"{file.stem}.{piece}.ndjson.gz").write_bytes(packed)
    assert read(pieces).digest == chart.digest
    whole = tmp_path / "all.json"
    entries = [{"resource": resource} for resource in cared_for().resources]
    whole.write_text(json.dumps({"resourceType": "Bundle", "entry": entries}))
    assert read(whole).digest == chart.digest


SUPPORTIVE = (
    "loperamide", "diphenoxylate", "netupitant", "fosnetupitant", "rolapitant", "budesonide", "colestipol",
    "prednisone", "prednisolone", "methylprednisolone", "filgrastim", "pegfilgrastim", "efbemalenograstim",
    "olanzapine", "dexamethasone", "ondansetron", "granisetron", "palonosetron", "goserelin", "leuprolide",
    "triptorelin",
)  # fmt: skip


def test_supportive_drugs_neither_open_nor_join_a_line() -> None:
    def story(*besides: str) -> Story:
        told = tale("sue").her2_positive_mbc("2022-01-10", "liver")
        told.thp("2022-02-01", cycles=4, through="2022-06-01")
        for at, drug in enumerate(besides):
            told.order(drug, f"2022-02-{at + 1:02d}").given(drug, f"2022-07-{at + 1:02d}")
        return told.told()

    plain, beside = abstract_told(story()), abstract_told(story(*SUPPORTIVE))
    assert plain.lines
    assert [(line.agents, line.start, line.end) for line in beside.lines] == [
        (line.agents, line.start, line.end) for line in plain.lines
    ]
