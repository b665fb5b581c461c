"""Of which tissue the words of a report are, where they do not say so: its title, or its specimen."""

import base64
from typing import Any

import pytest

from tests.unit.fhir_read.charting import chart_of, resource

TEXT = "Metastatic carcinoma, consistent with breast primary. HER2 IHC 3+."


@pytest.mark.parametrize(
    ("report", "tissue"),
    [
        ({"code": {"text": "Liver biopsy"}}, "Liver biopsy"),
        ({"code": {"text": "Pleural fluid cytology"}}, "Pleural fluid cytology"),
        ({"code": {"text": "Surgical pathology"}}, None),
        ({"code": {"text": "Surgical pathology"}, "specimen": [{"display": "Liver, core"}]}, "Liver, core"),
        ({"code": {"text": "Liver biopsy"}, "specimen": [{"reference": "Specimen/1"}]}, "Liver biopsy"),
        ({}, None),
        ({"code": {"text": "Biopsy report"}, "conclusion": "B. Breast: HER2 IHC 3+."}, "Breast"),
        ({"conclusion": "LIVER, BIOPSY:\nCarcinoma.\nHER2: Positive (3+)."}, "LIVER, BIOPSY: Carcinoma."),
        (
            {"conclusion": "A. Liver, core biopsy:\nCarcinoma.\nB. Breast, excision:\nHER2: Positive (3+)."},
            "Breast, excision",
        ),
        (
            {"conclusion": "Liver, core biopsy: carcinoma. Biopsy fixed for 8 hours. HER2 3+."},
            "Liver, core biopsy: carcinoma.",
        ),
        (
            {"conclusion": "Liver biopsy: carcinoma, similar to the prior breast biopsy. HER2 3+."},
            "Liver biopsy: carcinoma, similar to the prior breast biopsy.",
        ),
        ({"code": {"text": "Pathology: liver metastasis"}}, "Pathology: liver metastasis"),
        ({"code": {"text": "Outside liver biopsy"}}, "Outside liver biopsy"),
        ({"code": {"text": "Breast biopsy (liver biopsy planned)"}}, "Breast biopsy"),
        ({"code": {"text": "Liver biopsy; bone biopsy declined"}}, "Liver biopsy"),
        ({"code": {"text": "CT-guided liver biopsy, aborted"}}, None),
        ({"code": {"text": "Liver biopsy consent"}}, None),
        ({"code": {"text": "Declined liver biopsy"}}, None),
        ({"code": {"text": "Consent for liver biopsy"}}, None),
        ({"code": {"text": "Liver biopsy: cancelled"}}, None),
        ({"code": {"text": "Liver biopsy, biomarkers pending"}}, "Liver biopsy, biomarkers pending"),
        ({"code": {"text": "Liver biopsy, no complications"}}, "Liver biopsy, no complications"),
        ({"code": {"text": "Liver biopsy, HER2 FISH pending"}}, "Liver biopsy, HER2 FISH pending"),
        ({"conclusion": "Liver biopsy is recommended.\nHER2: Positive (3+)."}, None),
        ({"conclusion": "Prior liver biopsy: see there.\nHER2: Positive (3+)."}, None),
        ({"conclusion": "No liver metastasis.\nHER2: Positive (3+)."}, None),
        ({"conclusion": "HER2: Positive (3+).\nLiver biopsy:\nbenign."}, None),
    ],
)
def test_the_title_and_the_specimen_say_what_was_taken(report: dict[str, Any], tissue: str | None) -> None:
    told = {"conclusion": TEXT, "effectiveDateTime": "2022-03-01", **report}
    mentions = chart_of(resource("DiagnosticReport", **told)).mentions
    assert [each.tissue for each in mentions if each.about == "her2"] == [tissue]


@pytest.mark.parametrize(
    ("words", "tissue"),
    [
        ("Normal liver tissue. HER2 3+.", None),
        ("Steatohepatitis. HER2 3+.", None),
        ("Benign hepatic parenchyma, no malignancy. HER2 3+.", None),
        ("No tumour seen. History of breast cancer. HER2 3+.", None),
        ("Metastatic carcinoma. Normal liver beside it. HER2 3+.", "Liver biopsy"),
        ("Metastatic carcinoma. Liver core with normal edge. HER2 3+.", "Liver core with normal edge."),
        ("A. Breast, core: carcinoma. B. Liver, biopsy: benign. HER2 3+.", None),
        ("Steatosis. Carcinoma. HER2 3+.", "Liver biopsy"),
        ("Normal LFTs. Bilirubin: normal. Normal breast tissue stains. HER2 3+.", "Liver biopsy"),
        ("Brain MRI normal, bilirubin unremarkable. HER2 3+.", "Liver biopsy"),
        ("Hepatitis B negative. No metastases of the brain. HER2 3+.", "Liver biopsy"),
        ("HER2 3+. Normal control adequate.", "Liver biopsy"),
        ("HER2 3+.", "Liver biopsy"),
    ],
)
def test_benign_tissue_is_not_what_the_result_is_of(words: str, tissue: str | None) -> None:
    report = resource(
        "DiagnosticReport", code={"text": "Liver biopsy"}, conclusion=words, effectiveDateTime="2022-03-01"
    )
    mentions = chart_of(report).mentions
    assert [each.tissue for each in mentions if each.about == "her2"] == [tissue]


def test_a_note_is_of_what_its_description_says_was_taken() -> None:
    text = base64.b64encode(b"HER2 positive (IHC 3+).").decode()
    note = resource(
        "DocumentReference",
        date="2022-03-01T12:00:00Z",
        description="Liver biopsy pathology report",
        content=[{"attachment": {"contentType": "text/plain", "data": text}}],
    )
    told = [each.tissue for each in chart_of(note).mentions if each.about == "her2"]
    assert told == ["Liver biopsy pathology report"]


@pytest.mark.parametrize(("display", "tissue"), [("Normal liver", None), ("Liver", "Liver")])
def test_a_specimen_of_normal_tissue_is_none(display: str, tissue: str | None) -> None:
    report = resource(
        "DiagnosticReport",
        conclusion="HER2 3+.",
        specimen=[{"display": display}],
        effectiveDateTime="2022-03-01",
    )
    assert [each.tissue for each in chart_of(report).mentions if each.about == "her2"] == [tissue]
