"""Of which tissue the words of a report are, where they do not say so: its title, or its specimen."""

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
    ],
)
def test_the_title_and_the_specimen_say_what_was_taken(report: dict[str, Any], tissue: str | None) -> None:
    told = {"conclusion": TEXT, "effectiveDateTime": "2022-03-01", **report}
    mentions = chart_of(resource("DiagnosticReport", **told)).mentions
    assert [each.tissue for each in mentions if each.about == "her2"] == [tissue]
