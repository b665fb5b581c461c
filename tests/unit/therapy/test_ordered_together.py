"""An antibody ordered with tablets and never given: whose order it is, and what is told of it."""

import pytest

from abstractor.chart import Seen
from tests.builders import told
from tests.therapy_knowledge import lines_of, therapy_of

METASTATIC = "condition breast-cancer 2018-01-05\nmetastasis liver 2019-12-20\n"
FIRST = METASTATIC + "THP 2020-01-06..2020-04-20\nHP 2020-05-11..2021-05-10\n"
TXH = "order trastuzumab+tucatinib+capecitabine 2021-06-01\n"
AS_OF = "2022-12-31"


def second(story: str, seen: Seen = Seen.COMPLETE) -> tuple[tuple[str, ...], str, str]:
    line = therapy_of(told(FIRST + story, seen=seen), AS_OF).lines[1]
    return line.line.agents, str(line.line.start), str(line.decision)


@pytest.mark.parametrize("seen", [Seen.COMPLETE, Seen.NOT_ASKED])
@pytest.mark.parametrize("filled", ["2021-06-01", "2021-06-02", "2021-06-05", "2021-06-28", "2021-07-31"])
def test_the_order_belongs_to_the_tablets_of_its_day_whenever_they_were_filled(
    filled: str, seen: Seen
) -> None:
    fills = f"fill tucatinib {filled} for 30\nfill capecitabine {filled} for 30"
    agents = ("capecitabine", "trastuzumab", "tucatinib")
    assert second(TXH + fills, seen) == (agents, filled, "2021-06-01")


def test_the_line_before_ends_with_its_last_dose() -> None:
    story = TXH + "fill tucatinib 2021-06-05 for 30\nfill capecitabine 2021-06-07 for 30"
    assert lines_of(told(FIRST + story), AS_OF) == [
        "palliative 1 THP 2020-01-06 to 2021-05-10 (next-line)",
        "palliative 2 TXH 2021-06-05 to 2021-07-06 (unknown)",
    ]


@pytest.mark.parametrize(
    ("story", "agents"),
    [
        # another conjugate in its stead: no regimen holds both
        ("order trastuzumab+T-DXd 2021-06-01\nT-DXd 2021-06-15..2021-08-17", ("fam-trastuzumab deruxtecan",)),
        # no regimen holds neratinib and capecitabine with the antibody
        (
            "order trastuzumab+neratinib+capecitabine 2021-06-01\nfill neratinib 2021-06-05 for 30\n"
            "fill capecitabine 2021-06-05 for 30",
            ("capecitabine", "neratinib"),
        ),
        # an infusion of that day was given, the antibody was not
        ("order trastuzumab+vinorelbine 2021-06-01\nvinorelbine 2021-06-08..2021-07-20", ("vinorelbine",)),
        # ordered for the line before, on another day than the tablets
        (
            "order trastuzumab 2021-05-31\norder tucatinib+capecitabine 2021-06-01\n"
            "fill tucatinib 2021-06-05 for 30\nfill capecitabine 2021-06-05 for 30",
            ("capecitabine", "tucatinib"),
        ),
    ],
)
def test_an_order_of_another_regimen_stays_where_it_was(story: str, agents: tuple[str, ...]) -> None:
    assert second(story)[0] == agents


def test_beside_endocrine_therapy_the_line_goes_on() -> None:
    story = "order trastuzumab+letrozole 2021-05-31\nfill letrozole 2021-06-05 for 30\nHP 2021-08-02"
    assert len(therapy_of(told(FIRST + story), AS_OF).lines) == 1


@pytest.mark.parametrize(
    ("story", "never"),
    [
        ("order trastuzumab 2021-05-20\nfill tucatinib 2021-05-20 for 30", ("trastuzumab",)),
        ("order T-DM1 2021-06-01\nfill tucatinib 2021-06-05 for 30", ("ado-trastuzumab emtansine",)),
        (TXH + "fill tucatinib 2021-06-05 for 30", ("trastuzumab",)),
        (TXH + "trastuzumab 2021-06-20\nfill tucatinib 2021-06-05 for 30", ()),
        ("order neratinib+capecitabine 2021-06-01\nfill neratinib 2021-06-05 for 30", ()),
        ("order paclitaxel+trastuzumab 2022-03-01\nTHP 2022-03-02..2022-03-23", ()),  # docetaxel instead
    ],
)
def test_which_drugs_of_a_line_were_never_given(story: str, never: tuple[str, ...]) -> None:
    assert therapy_of(told(FIRST + story), AS_OF).lines[1].never_given == never


@pytest.mark.parametrize(
    ("as_of", "seen", "flagged"),
    [
        ("2021-07-31", Seen.COMPLETE, False),  # 60 days
        ("2021-08-01", Seen.COMPLETE, True),
        ("2021-08-01", Seen.PARTIAL, False),
        ("2021-08-01", Seen.NOT_ASKED, False),
    ],
)
def test_it_is_told_where_doses_would_have_been_seen(as_of: str, seen: Seen, flagged: bool) -> None:
    story = FIRST + TXH + "fill tucatinib 2021-06-01 for 90\nfill capecitabine 2021-06-01 for 90"
    therapy = therapy_of(told(story, seen=seen), as_of)
    assert not therapy.lines[1].ordered_not_given
    flags = [flag for flag in therapy.flags if flag.code == "ordered-not-given"]
    assert bool(flags) is flagged
    if flags:
        assert flags[0].statement == (
            "Palliative line 2: trastuzumab ordered on 2021-06-01; no dose of it is on record."
        )
        assert {each.resource.split("/")[0] for each in flags[0].evidence} == {"MedicationRequest"}
