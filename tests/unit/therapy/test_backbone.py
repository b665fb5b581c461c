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


LETROZOLE = "letrozole 2020-06-01..2022-03-01\n"  # a dose every three weeks
PAUSED = "metastasis liver 2019-01-10\nTHP 2020-02-03..2020-05-18\nHP 2020-06-08..2020-12-07\n"


def opened(story: str, gap: int = 180) -> list[tuple[str, str]]:
    lines = therapy_of(told(story), "2022-03-31", gap=gap).lines
    return [(str(each.line.start), each.line.opened_because) for each in lines]


@pytest.mark.parametrize("back", ["HP", "docetaxel", "T-DXd"])
def test_endocrine_therapy_that_runs_on_hides_no_rest_of_the_backbone(back: str) -> None:
    because = "new-agent" if back == "T-DXd" else "restart-after-gap"
    assert opened(f"{PAUSED}{LETROZOLE}{back} 2021-12-06..2022-03-21") == [
        ("2020-02-03", "first"),
        ("2021-12-06", because),
    ]


@pytest.mark.parametrize(
    ("back", "gap", "lines"),
    [
        ("2021-06-05", 180, 1),  # 180 days
        ("2021-06-06", 180, 2),  # 181
        ("2021-03-07", 90, 1),
        ("2021-03-08", 90, 2),
        ("2021-03-08", 120, 1),
    ],
)
def test_the_backbones_own_rest_is_counted_by_each_gap(back: str, gap: int, lines: int) -> None:
    assert len(opened(f"{PAUSED}{LETROZOLE}HP {back}", gap)) == lines


@pytest.mark.parametrize(("back", "told_of"), [("2021-03-06", False), ("2021-03-07", True)])
def test_a_rest_of_ninety_days_beside_endocrine_therapy_is_told(back: str, told_of: bool) -> None:
    therapy = therapy_of(told(f"{PAUSED}{LETROZOLE}HP {back}"), "2022-03-31")
    assert ("treatment-break" in {flag.code for flag in therapy.flags}) is told_of


def test_chemotherapy_that_goes_on_is_no_rest() -> None:
    kept = "capecitabine 2020-02-10..2021-12-01\n"
    assert opened(f"{PAUSED}{kept}HP 2021-12-06") == [("2020-02-03", "first")]


def test_endocrine_therapy_that_returns_beside_nothing_counts_its_own_lines_rest() -> None:
    assert opened(f"{PAUSED}letrozole 2020-06-01\nletrozole 2021-05-24") == [("2020-02-03", "first")]
