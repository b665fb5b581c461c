"""The value sets as codes that a clinic is searched by."""

from abstractor.fhir.search_codes import codes_of_concepts, codes_of_results
from abstractor.guidelines import load_value_sets

VALUE_SETS = load_value_sets()


def test_a_diagnosis_by_the_codes_of_its_concepts() -> None:
    codes = codes_of_concepts(VALUE_SETS, ["breast-cancer"])
    assert {"http://hl7.org/fhir/sid/icd-10-cm|C50.911", "http://snomed.info/sct|254837009"} <= set(codes)
    assert not any("C78" in code or code.startswith("words:") for code in codes)
    assert codes_of_concepts(VALUE_SETS, ["no-such-concept"]) == ()


def test_results_by_every_code_that_the_value_sets_know() -> None:
    codes = codes_of_results(VALUE_SETS)["Observation"]
    # HER2 by immunohistochemistry, and an ejection fraction
    assert {"http://loinc.org|85319-2", "http://loinc.org|10230-1"} <= set(codes)
    assert len(codes) == len(set(codes)) and not any("|LA" in code for code in codes)
