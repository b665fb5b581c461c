"""Silence counts against a measure only where the kind of record that stands first in its row of the
knowledge base was seen whole (section 4).
"""

from datetime import date, timedelta

import pytest

from abstractor.guidelines.book.cases import Course
from tests.spec.measure_rows import Scene, rows

DAY = date(2022, 6, 6)
TDXD, TDM1 = "fam-trastuzumab deruxtecan", "ado-trastuzumab emtansine"
NEGATIVE = {"her2": "0", "receptors": "positive"}
CDK46 = "dose:ribociclib@0; dose:ribociclib@28"
WOMAN = {"born": date(1985, 6, 10)}


def scene(measure: str, *drugs: str, base: str = "", day: date = DAY, **story: object) -> Scene:
    return Scene(measure=measure, day=day, drugs=drugs, base=base, story=story, rows="-> ?")


SILENT = [
    (scene("BM-MDT", base="diagnosis:cns-metastasis@0"), "ServiceRequest"),
    (scene("BMA", base="diagnosis:bone-metastasis@0"), "MedicationRequest"),
    (scene("BMA-SAFE", base="dose:denosumab 120 mg@0; visit:dental-examination@0"), "Observation"),
    (
        scene("BMA-SAFE", base="dose:pamidronate@0; visit:dental-examination@0; report:calcium@0"),
        "Observation",
    ),
    (scene("BRAIN-SX", base="diagnosis:neurological-symptom@0"), "Procedure"),
    (scene("CAPE-DPYD", "capecitabine", day=date(2026, 1, 5)), "Observation"),
    *(
        (scene(name, "letrozole", base=CDK46, **NEGATIVE), "Observation")
        for name in ("CDK-CBC", "CDK-LFT", "CDK-ECG", "CDK-LYTES")
    ),
    (scene("CDK-EDU", "letrozole", "ribociclib", **NEGATIVE), "DocumentReference"),
    (scene("CINV-TDXD", TDXD, base="order:dexamethasone@0"), "MedicationRequest"),
    (scene("CONTRA", "trastuzumab", base="visit:contraception-counselling@0", **WOMAN), "Observation"),
    (scene("GBRCA"), "Observation"),
    (scene("GCSF", "docetaxel", "carboplatin"), "MedicationRequest"),
    (scene("GOC"), "Observation"),
    (scene("HBV", "trastuzumab"), "Observation"),
    (scene("ILD-BASE", TDXD), "DiagnosticReport"),
    (scene("ILD-MON", TDXD), "DiagnosticReport"),
    (scene("LAP-LFT", "capecitabine", "lapatinib"), "Observation"),
    (scene("LVEF-ACT", "trastuzumab", base="result:lvef@60=30 %"), "Observation"),
    (scene("LVEF-BASE", "trastuzumab"), "Observation"),
    (scene("LVEF-Q3M", "trastuzumab"), "Observation"),
    (scene("NER-DIAR", "capecitabine", "neratinib", day=date(2020, 3, 2)), "MedicationRequest"),
    (scene("NER-LFT", "capecitabine", "neratinib"), "Observation"),
    (scene("PALL"), "ServiceRequest"),
    (
        scene(
            "PIK3CA-ESR1",
            base="result:disease-status@500=answer:progressed",
            lines=(
                Course(("letrozole", "palbociclib"), DAY),
                Course(("capecitabine",), DAY + timedelta(days=507)),
            ),
            **NEGATIVE,
        ),
        "Observation",
    ),
    (
        scene("RETEST", adjuvant=Course(("docetaxel",), date(2018, 1, 8), date(2018, 5, 7))),
        "DiagnosticReport",
    ),
    (scene("TDM1-LAB", TDM1), "Observation"),
    (scene("TDXD-CBC", TDXD), "Observation"),
    (scene("TKI-DIAR", "capecitabine", "tucatinib", base="diagnosis:diarrhoea@9"), "MedicationRequest"),
    (scene("TUC-LFT", "capecitabine", "tucatinib"), "Observation"),
]


def verdict(told: Scene, *unseen: str) -> str:
    story = {"as_of": date(2026, 10, 31), **told.story, "unseen": unseen}
    (row,) = rows(
        Scene(measure=told.measure, day=told.day, drugs=told.drugs, base=told.base, story=story, rows="-> ?")
    )
    return str(row.worked().verdict)


@pytest.mark.parametrize(("told", "first"), SILENT, ids=lambda each: getattr(each, "measure", each))
def test_silence_says_nothing_where_the_first_kind_was_not_seen_whole(told: Scene, first: str) -> None:
    assert (verdict(told), verdict(told, first)) == ("not-met", "unknown")
