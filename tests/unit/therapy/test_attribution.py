"""The clinician of a line: the requester of its first order, else whoever saw the patient when it started."""

import pytest

from abstractor.rules.attribution import LineClinician, clinicians_of
from tests.builders import told
from tests.therapy_knowledge import therapy_of

METASTATIC = "metastasis liver 2019-12-20\n"


def clinician(story: str) -> LineClinician:
    chart = told(METASTATIC + story)
    (found,) = clinicians_of(chart, therapy_of(chart, "2022-12-31").lines)
    return found


DOSE = "THP 2020-01-06..2020-04-20\n"


@pytest.mark.parametrize(
    ("story", "who", "via", "site"),
    [
        (DOSE + "order H 2020-01-02 by doctor-one", "doctor-one", "requester", None),
        (
            DOSE + "order P 2020-01-03 by doctor-two\norder H 2020-01-02 by doctor-one",
            "doctor-one", "requester", None,
        ),
        (
            DOSE + "visit 2020-01-02 as Encounter/a by doctor-two at north\n"
            "order H 2020-01-02 by doctor-one in Encounter/a",
            "doctor-one", "requester", "north",
        ),
        (
            DOSE + "visit 2020-01-02 as Encounter/a by doctor-two at north\n"
            "order H 2020-01-02 in Encounter/a",
            "doctor-two", "attender", "north",
        ),
        (DOSE + "visit 2020-01-06 by doctor-three at south", "doctor-three", "attender", "south"),
        (DOSE + "visit 2020-01-05 by doctor-three at south", None, None, None),
        (
            "H 2020-01-06 in Encounter/b\nvisit 2020-01-07 as Encounter/b by doctor-four at east",
            "doctor-four", "attender", "east",
        ),
        (DOSE + "visit 2020-01-04..2020-01-08 by doctor-three at south", "doctor-three", "attender", "south"),
        (DOSE + "visit 2020-01-02..2020-01-05 by doctor-three at south", None, None, None),
        (DOSE + "visit ? by doctor-three at south", None, None, None),
        (DOSE, None, None, None),
        # the visit of a later dose says nothing of the start; of two on the day one, whatever their order
        ("H 2020-01-06\nH 2020-01-27 in Encounter/b\nvisit 2020-01-27 as Encounter/b by doctor-four at east",
         None, None, None),
        (
            DOSE + "visit 2020-01-06 as Encounter/b by doctor-six at west\n"
            "visit 2020-01-06 as Encounter/a by doctor-seven at north",
            "doctor-seven", "attender", "north",
        ),
        ("order H 2020-01-06 by doctor-five", "doctor-five", "requester", None),
    ],
)  # fmt: skip
def test_the_clinician_of_the_line(story: str, who: str | None, via: str | None, site: str | None) -> None:
    found = clinician(story)
    assert (found.clinician, found.via, found.site) == (who, via, site)
    assert (found.line.setting, found.line.number) == ("palliative", 1)
