"""Silence counts against a measure only where the kind of record that stands first in its row of the
knowledge base was seen whole (section 4).
"""

from datetime import date, timedelta

import pytest

from abstractor.guidelines.book.cases import Course
from abstractor.guidelines.book.working import WorkedMeasure
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
    *(
        (
            scene(name, "trastuzumab", base=f"visit:@40; result:{scale}@-300=2", as_of=date(2022, 12, 31)),
            "Observation",
        )
        for name, scale in (("DISTRESS", "phq-9"), ("FATIGUE", "fatigue-score"), ("PAIN", "pain-score"))
    ),
    (
        scene(
            "VACC",
            base="visit:@0; vaccination:rsv-vaccine@-300",
            day=date(2025, 2, 10),
            metastatic=date(2024, 6, 3),
            born=date(1980, 5, 5),
            as_of=date(2025, 12, 31),
        ),
        "Immunization",
    ),
    (scene("TUC-LFT", "capecitabine", "tucatinib"), "Observation"),
]


# Where nothing is asked of anybody, or silence is never against anybody, or a note may tell more.
OTHERS = [
    (scene("BRAIN-SCREEN", day=date(2023, 3, 1)), "Procedure", "excluded"),
    (scene("SCALP", "docetaxel"), "Procedure", "excluded"),
    (scene("RESTAGE", "trastuzumab"), "DiagnosticReport", "excluded"),
    (scene("CINV-OTHER", "docetaxel"), "MedicationRequest", "met"),
    (scene("MDT"), "DocumentReference", "unknown"),
    (scene("FERT", "trastuzumab", **WOMAN), "ServiceRequest", "unknown"),
    (scene("NAV", base="visit:@40", as_of=date(2022, 12, 31)), "CareTeam", "unknown"),
    (scene("BMA-SAFE", base="dose:denosumab 120 mg@0; report:calcium@0"), "Observation", "unknown"),
]


def worked(told: Scene, *unseen: str) -> WorkedMeasure:
    story = {"as_of": date(2026, 10, 31), **told.story, "unseen": unseen}
    (row,) = rows(
        Scene(measure=told.measure, day=told.day, drugs=told.drugs, base=told.base, story=story, rows="-> ?")
    )
    return row.worked()


@pytest.mark.parametrize(("told", "first"), SILENT, ids=lambda each: getattr(each, "measure", each))
def test_silence_says_nothing_where_the_first_kind_was_not_seen_whole(told: Scene, first: str) -> None:
    assert (str(worked(told).verdict), str(worked(told, first).verdict)) == ("not-met", "unknown")


@pytest.mark.parametrize(("told", "first", "silent"), OTHERS, ids=lambda each: getattr(each, "measure", each))
def test_nor_where_silence_is_no_failure(told: Scene, first: str, silent: str) -> None:
    seen, unseen = worked(told), worked(told, first)
    assert (str(seen.verdict), str(unseen.verdict)) == (silent, "unknown")
    assert ("not-seen-whole" in seen.shows, "not-seen-whole" in unseen.shows) == (False, True)
