"""Orders against doses: which day was the decision, what counts without a dose, what contradicts."""

import pytest

from abstractor.chart import Seen
from tests.builders import told
from tests.therapy_knowledge import lines_of, therapy_of

METASTATIC = "condition breast-cancer 2018-01-05\nmetastasis liver 2019-12-20\n"
FIRST = METASTATIC + "THP 2020-01-06..2020-04-20\nHP 2020-05-11..2021-05-10\n"
AS_OF = "2022-12-31"


@pytest.mark.parametrize(
    ("story", "start", "decision"),
    [
        ("order T-DM1 2021-05-20\nT-DM1 2021-06-01..2021-08-03", "2021-06-01", "2021-05-20"),
        ("T-DM1 2021-06-01..2021-08-03", "2021-06-01", "2021-06-01"),
        ("order T-DM1 2021-04-02\nT-DM1 2021-06-01..2021-08-03", "2021-06-01", "2021-04-02"),  # 60 days
        ("order T-DM1 2021-04-01\nT-DM1 2021-06-01..2021-08-03", "2021-06-01", "2021-06-01"),  # 61 days
        ("order T-DM1 2021-05-20\norder T-DM1 2021-05-28\nT-DM1 2021-06-01", "2021-06-01", "2021-05-20"),
        ("order T-DM1 2021-06-02\nT-DM1 2021-06-01..2021-08-03", "2021-06-01", "2021-06-01"),
        ("order T-DM1 2021-05-20", "2021-05-20", "2021-05-20"),
        ("order T-DM1 2021-05-20 unknown\nT-DM1 2021-06-01..2021-08-03", "2021-06-01", "2021-06-01"),
        ("order T-DM1 2021-05-20 cancelled\nT-DM1 2021-06-01..2021-08-03", "2021-06-01", "2021-06-01"),
        ("order T-DM1 2021-05-20 draft\nT-DM1 2021-06-01..2021-08-03", "2021-06-01", "2021-06-01"),
        # an order of a shared drug that the line before answered is not this line's own
        (
            "order H 2021-05-08\norder tucatinib 2021-05-25\nH 2021-06-01\nfill tucatinib 2021-06-01 for 30",
            "2021-06-01", "2021-05-25",
        ),
        # the partner's order is the line's decision too
        (
            "order capecitabine 2021-05-25\norder H 2021-05-30\norder tucatinib 2021-05-30\nH 2021-06-01\n"
            "fill tucatinib 2021-06-02 for 30",
            "2021-06-01", "2021-05-25",
        ),
    ],
)  # fmt: skip
def test_the_decision_of_the_second_line(story: str, start: str, decision: str) -> None:
    line = therapy_of(told(FIRST + story), AS_OF).lines[1]
    assert (str(line.line.start), str(line.decision)) == (start, decision)
    if decision != start:
        assert line.first_order is not None and line.decision_sources[0].value == decision


def test_a_dose_names_its_order_whatever_the_days() -> None:
    story = (
        "order T-DM1 2021-06-02 as MedicationRequest/late\nT-DM1 2021-06-01 by order MedicationRequest/late"
    )
    line = therapy_of(told(FIRST + story), AS_OF).lines[1]
    assert len(line.exposures) == 1 and str(line.decision) == "2021-06-01"


@pytest.mark.parametrize(
    ("as_of", "seen", "flagged"),
    [
        ("2021-07-19", Seen.COMPLETE, False),  # 60 days
        ("2021-07-20", Seen.COMPLETE, True),
        ("2021-07-20", Seen.EMPTY, True),
        ("2021-07-20", Seen.PARTIAL, False),
        ("2021-07-20", Seen.NOT_ASKED, False),
    ],
)
def test_ordered_not_given(as_of: str, seen: Seen, flagged: bool) -> None:
    therapy = therapy_of(told(FIRST + "order T-DM1 2021-05-20", seen=seen), as_of)
    assert [x.line.regimen for x in therapy.lines] == ["THP", "TDM1"]
    assert therapy.lines[1].ordered_not_given is flagged
    assert ("ordered-not-given" in {flag.code for flag in therapy.flags}) is flagged


@pytest.mark.parametrize(
    ("story", "flagged"),
    [
        ("order neratinib+capecitabine 2021-05-20", False),  # tablets need no dose on record
        ("order tucatinib+capecitabine+trastuzumab 2021-05-20", True),
        ("order T-DM1 2021-05-20\nT-DM1 2021-06-01", False),
        ("order trastuzumab 2021-05-20\nfill tucatinib 2021-05-22 for 30", False),
    ],
)
def test_which_lines_need_a_dose(story: str, flagged: bool) -> None:
    line = therapy_of(told(FIRST + story), AS_OF).lines[1]
    assert line.ordered_not_given is flagged


def test_an_infusion_ordered_while_the_line_went_on_is_a_line_aside() -> None:
    story = METASTATIC + "HP 2020-01-06..2021-12-06\norder T-DM1 2021-06-01\norder T-DM1 2021-06-22"
    therapy = therapy_of(told(story), AS_OF)
    assert [x.line.agents for x in therapy.lines] == [
        ("pertuzumab", "trastuzumab"),
        ("ado-trastuzumab emtansine",),
    ]
    went_on, aside = therapy.lines
    assert len([e for e in went_on.exposures if e.when.earliest.year == 2021]) > 30
    assert aside.ordered_not_given and aside.line.opened_because == "new-agent"
    assert {flag.code for flag in therapy.flags} == {"ordered-not-given"}


def test_an_order_long_before_its_first_dose_does_not_stop_the_line_that_goes_on() -> None:
    story = METASTATIC + "HP 2020-01-06..2021-12-06\norder T-DM1 2021-09-01\nT-DM1 2021-12-27..2022-03-07"
    assert lines_of(told(story), AS_OF) == [
        "palliative 1 pertuzumab+trastuzumab 2020-01-06 to 2021-12-06 (next-line)",
        "palliative 2 TDM1 2021-12-27 to 2022-03-07 (unknown)",
    ]


def test_orders_alone_make_the_same_lines() -> None:
    story = (
        METASTATIC
        + "order THP 2020-01-06..2020-04-20\norder HP 2020-05-11..2021-05-10\norder T-DM1 2021-06-01"
    )
    assert lines_of(told(story, seen=Seen.NOT_ASKED), AS_OF) == [
        "palliative 1 THP 2020-01-06 to 2021-05-10 (next-line)",
        "palliative 2 TDM1 2021-06-01 to 2021-06-01 (unknown)",
    ]


@pytest.mark.parametrize(
    ("story", "conflict"),
    [
        ("order T-DM1 2021-05-20 cancelled\nT-DM1 2021-06-01..2021-07-13", True),
        ("order T-DM1 2021-05-20 cancelled\norder T-DM1 2021-05-21\nT-DM1 2021-06-01..2021-07-13", False),
        (
            "order T-DM1 2021-05-20 cancelled as MedicationRequest/x\norder T-DM1 2021-05-21\n"
            "T-DM1 2021-06-01 by order MedicationRequest/x",
            True,
        ),
        ("order T-DM1 2021-05-20 draft\nT-DM1 2021-06-01..2021-07-13", False),
        ("order T-DM1 2021-03-20 cancelled\nT-DM1 2021-06-01..2021-07-13", False),
    ],
)
def test_a_dose_of_a_cancelled_order_counts_and_is_a_conflict(story: str, conflict: bool) -> None:
    therapy = therapy_of(told(FIRST + story), AS_OF)
    assert [x.line.regimen for x in therapy.lines] == ["THP", "TDM1"]
    flags = [flag for flag in therapy.flags if flag.code == "status-conflict"]
    assert bool(flags) is conflict
    if flags:
        assert {e.resource.split("/")[0] for e in flags[0].evidence} == {
            "MedicationAdministration",
            "MedicationRequest",
        }


@pytest.mark.parametrize("status", ["cancelled", "draft"])
def test_an_order_that_was_never_live_makes_no_line(status: str) -> None:
    assert len(therapy_of(told(FIRST + f"order T-DM1 2021-05-20 {status}"), AS_OF).lines) == 1


def test_a_dose_not_done_makes_no_line() -> None:
    assert len(therapy_of(told(FIRST + "T-DM1 2021-06-01 not-done"), AS_OF).lines) == 1


@pytest.mark.parametrize(
    ("story", "rests"),
    [
        ("order T-DXd 2022-06-01 unknown", True),
        ("T-DXd 2022-06-14 unknown", True),
        ("order T-DXd 2022-06-01 unknown\nT-DXd 2022-06-14", False),
        ("order T-DXd 2022-06-01\nT-DXd 2022-06-14 unknown", False),
        ("T-DXd 2022-06-14 stopped", False),  # part of a dose
        ("order T-DXd 2022-06-01 unknown\nfill capecitabine 2022-06-01 for 21", True),
        ("fill capecitabine 2022-06-01 for 21", False),
        ("order capecitabine 2022-06-01 unknown", True),
    ],
)
def test_a_line_may_rest_on_an_unknown_status(story: str, rests: bool) -> None:
    line = therapy_of(told(FIRST + story), AS_OF).lines[1]
    assert line.rests_on_unknown_status is rests


def test_supportive_drugs_make_no_line() -> None:
    assert (
        therapy_of(
            told(METASTATIC + "zoledronic-acid 2020-01-06\nfill ondansetron 2020-01-06 for 5"), AS_OF
        ).lines
        == ()
    )
