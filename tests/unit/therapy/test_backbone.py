"""HER2-directed drugs that take another's place within the first days of a line, or return after a rest that
endocrine therapy ran through."""

import pytest

from tests.builders import told
from tests.therapy_knowledge import therapy_of

METASTASIS = "metastasis liver 2019-01-10\n"


@pytest.mark.parametrize(
    ("story", "lines"),
    [
        ("T-DM1 2020-02-03\nT-DXd 2020-02-24..2020-06-08", ["TDM1", "TDXD"]),
        ("THP 2020-02-03\nT-DXd 2020-02-24..2020-06-08", ["THP", "TDXD"]),
        ("tucatinib 2020-02-03\nneratinib 2020-02-23..2020-06-07", ["tucatinib", "neratinib"]),
        # Both go on: a combination, by whatever name.
        (
            "T-DM1 2020-02-03..2020-05-18\nT-DXd 2020-02-24..2020-06-08",
            ["ado-trastuzumab emtansine+fam-trastuzumab deruxtecan"],
        ),
        # A regimen of the catalogue holds both, though the first is not given again.
        ("H 2020-02-03\nP 2020-02-24..2020-06-08", ["pertuzumab+trastuzumab"]),
        # No HER2-directed drug came in the other's stead.
        ("T-DM1 2020-02-03\nvinorelbine 2020-02-24..2020-06-08", ["ado-trastuzumab emtansine+vinorelbine"]),
        # The first drug was given again on that very day.
        (
            "T-DM1 2020-02-03\nT-DM1 2020-02-24\nT-DXd 2020-02-24..2020-06-08",
            ["ado-trastuzumab emtansine+fam-trastuzumab deruxtecan"],
        ),
    ],
)
def test_a_her2_drug_that_takes_anothers_place_in_the_first_days_is_a_new_line(
    story: str, lines: list[str]
) -> None:
    found = therapy_of(told(METASTASIS + story), "2020-06-30").lines
    assert [each.line.regimen or "+".join(each.line.agents) for each in found] == lines
