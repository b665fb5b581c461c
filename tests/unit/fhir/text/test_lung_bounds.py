"""A lower bound of a grade: it states the disease where nothing else is said, and is a rule elsewhere."""

import pytest

from abstractor.fhir.text.lungs import assertion_at, findings_of, plain_of


def told(text: str) -> list[tuple[str | None, str]]:
    plain = plain_of(text)
    return [(each.reading, assertion_at(plain, each)) for each in findings_of(plain)]


@pytest.mark.parametrize(
    "text",
    [
        "Pneumonitis grade >= 2.",
        "Pneumonitis grade >=1",
        "Pneumonitis (grade > 1).",
        "Pneumonitis grade\u22651",
        "Pneumonitis of grade 2 or higher seen.",
        "She developed grade >=2 pneumonitis on T-DXd, started prednisone.",
        "CT chest: ground-glass opacities, pneumonitis grade >= 2.",
    ],
)
def test_a_bound_alone_states_the_disease(text: str) -> None:
    assert told(text) == [("present", "stated")]


@pytest.mark.parametrize(
    "text",
    [
        "Hold for pneumonitis grade >= 2.",
        "Discontinue for grade 2 or higher pneumonitis.",
        "Pneumonitis grade >=2: stop the drug.",
        "No pneumonitis grade >= 2.",
        "If pneumonitis grade >= 2, steroids.",
        "Any grade pneumonitis, grade >=2 in 5 %",
        "Pneumonitis grade >= 2 in 12 patients.",
        "Possible pneumonitis grade >=2.",
        "Pneumonitis grade >= 2?",
    ],
)
def test_a_rule_a_rate_and_a_denial_state_none(text: str) -> None:
    assert ("present", "stated") not in told(text)
