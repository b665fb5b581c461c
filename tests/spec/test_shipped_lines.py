"""Each number of days and each drug of the shipped line policy (knowledge base, sections 1.3 and 3.3): the
day before, of and after."""

from datetime import date

import pytest

from fixtures.stories import HP, tale
from tests.asking import abstract_told
from tests.spec.shipped_lines import METASTATIC, START, after, opened, therapy_of

ONE, TWO, RESTART = ["first"], ["first", "new-agent"], ["first", "restart-after-gap"]


@pytest.mark.parametrize(("days", "setting"), [(15, "curative"), (14, "palliative"), (13, "palliative")])
def test_a_line_from_14_days_before_the_metastasis_is_palliative(days: int, setting: str) -> None:
    anchor = date(2021, 6, 15)
    story = f"metastasis liver {anchor}\nTHP {after(-days, anchor)}..{after(63 - days, anchor)}"
    assert [each.line.setting for each in therapy_of(story).lines] == [setting]


@pytest.mark.parametrize(("days", "because"), [(27, ONE), (28, ONE), (29, TWO)])
def test_a_drug_of_the_first_28_days_belongs_to_the_regimen(days: int, because: list[str]) -> None:
    assert opened(f"H {START}\nvinorelbine {after(days)}\nH {after(days)}") == because


@pytest.mark.parametrize("partner", ["pertuzumab", "capecitabine"])
@pytest.mark.parametrize(("days", "because"), [(41, ONE), (42, ONE), (43, TWO)])
def test_a_late_partner_has_42_days(partner: str, days: int, because: list[str]) -> None:
    assert opened(f"D+H {START}\n{partner} {after(days)}\nH {after(days)}") == because


@pytest.mark.parametrize(("days", "told_as_break"), [(89, False), (90, True), (91, True)])
def test_a_break_is_told_from_90_days(days: int, told_as_break: bool) -> None:
    flags = therapy_of(f"{METASTATIC}HP {START}\nHP {after(days)}").flags
    assert [flag.code for flag in flags] == (["treatment-break"] if told_as_break else [])


@pytest.mark.parametrize(("days", "because"), [(179, ONE), (180, ONE), (181, RESTART)])
def test_the_same_drugs_after_more_than_180_days_are_another_line(days: int, because: list[str]) -> None:
    assert opened(f"HP {START}\nHP {after(days)}") == because


@pytest.mark.parametrize(
    ("days", "by"),
    [
        (90, None),
        (91, "a gap of 90 days"),
        (120, "a gap of 90 days"),
        (121, "a gap of 90 or 120 days"),
        (180, "a gap of 90 or 120 days"),
        (181, None),  # another line by all of them
    ],
)
def test_sensitivity_is_tried_at_90_120_and_180_days(days: int, by: str | None) -> None:
    told = tale("someone").her2_positive_mbc("2019-12-01", "liver").visit("2022-05-05")
    told.course(HP, START.isoformat(), cycles=1).course(HP, after(days), cycles=3)
    said = [f.statement for f in abstract_told(told.told()).flags if f.code == "inclusion-sensitive"]
    assert [f"included by {by};" in statement for statement in said] == ([True] if by else [])


@pytest.mark.parametrize(("days", "decided"), [(59, True), (60, True), (61, False)])
def test_an_order_of_60_days_before_is_the_decision(days: int, decided: bool) -> None:
    first = date(2021, 6, 1)
    ordered = after(-days, first)
    story = f"{METASTATIC}HP {START}..2021-05-20\norder T-DM1 {ordered}\nT-DM1 {first}..2021-08-03"
    line = therapy_of(story).lines[1]
    assert str(line.decision) == (ordered if decided else str(first))


@pytest.mark.parametrize(("days", "flagged"), [(59, False), (60, False), (61, True)])
def test_an_infusion_not_given_for_more_than_60_days_is_told(days: int, flagged: bool) -> None:
    therapy = therapy_of(f"{METASTATIC}order T-DM1 {START}", after(days))
    assert therapy.lines[0].ordered_not_given is flagged


@pytest.mark.parametrize(("days", "reason"), [(88, "ongoing"), (89, "ongoing"), (90, "unknown")])
def test_a_line_goes_on_for_less_than_90_days_without_a_dose(days: int, reason: str) -> None:
    therapy = therapy_of(f"{METASTATIC}T-DXd {START}", after(days))
    assert therapy.lines[0].line.end_reason == reason


@pytest.mark.parametrize(
    ("days", "phases"),
    [
        (27, []),
        (28, []),
        (29, ["induction", "maintenance"]),
    ],
)
def test_chemotherapy_not_seen_for_more_than_28_days_was_dropped(days: int, phases: list[str]) -> None:
    (line,) = therapy_of(f"{METASTATIC}THP {START}\nHP {after(days)}", after(days)).lines
    assert [phase.name for phase in line.line.phases] == phases


ENDOCRINE = "letrozole anastrozole exemestane tamoxifen toremifene fulvestrant elacestrant megestrol".split()


@pytest.mark.parametrize("drug", ENDOCRINE)
def test_each_endocrine_drug_joins_antibodies_that_go_on(drug: str) -> None:
    assert opened(f"THP {START}..{after(105)}\nHP {after(126)}..{after(420)}\n{drug} {after(200)}") == ONE


AGAIN = ["first", "restart-after-progression"]


@pytest.mark.parametrize(("days", "because"), [(41, ONE), (42, ONE), (43, AGAIN)])
def test_drugs_paused_for_more_than_42_days_and_over_progression_start_again(
    days: int, because: list[str]
) -> None:
    assert opened(f"HP {START}..{after(84)}\nprogression {after(104)}\nHP {after(84 + days)}") == because


SWAPS = [
    ("docetaxel", "paclitaxel"),
    ("docetaxel", "nab-paclitaxel"),
    ("letrozole", "anastrozole"),
    ("letrozole", "exemestane"),
]


@pytest.mark.parametrize(("first", "second"), [*SWAPS, *[(b, a) for a, b in SWAPS]])
def test_interchangeable_drugs_are_one_line(first: str, second: str) -> None:
    assert opened(f"{first} {START}..{after(63)}\n{second} {after(84)}..{after(147)}") == ONE


CDK = ["palbociclib", "ribociclib", "abemaciclib"]


@pytest.mark.parametrize(("first", "second"), [(a, b) for a in CDK for b in CDK if a != b])
def test_a_cdk_inhibitor_that_was_not_tolerated_may_be_swapped(first: str, second: str) -> None:
    story = f"fills letrozole {START}..{after(300)}\nfills {first} {START}..{after(84)} every 28\n"
    story += f"fills {second} {after(112)}..{after(280)} every 28\n"
    assert opened(story) == TWO
    assert opened(f"{story}order {first} {START} stopped because not-tolerated") == ONE


ADDED = ["palbociclib", "tucatinib"]
TAXANES = ["docetaxel", "paclitaxel", "nab-paclitaxel"]


def _maintained(drug: str, days: int, *, taxane: str = "docetaxel") -> str:
    """A taxane, trastuzumab and pertuzumab, the antibodies alone, and a drug that joins them."""
    given = f"{taxane}+HP {START}..{after(42)}\nHP {after(49)}..{after(420)}\n"
    return f"{given}fills {drug} {after(days)}..{after(420)} every 28"


@pytest.mark.parametrize("drug", ADDED)
@pytest.mark.parametrize("taxane", TAXANES)
def test_what_may_join_maintenance_after_each_taxane(drug: str, taxane: str) -> None:
    assert opened(_maintained(drug, 147, taxane=taxane)) == ONE


@pytest.mark.parametrize("drug", ADDED)
@pytest.mark.parametrize(
    ("days", "because"), [(55, TWO), (56, ONE), (57, ONE), (364, ONE), (365, ONE), (366, TWO)]
)
def test_it_joins_from_day_56_to_day_365(drug: str, days: int, because: list[str]) -> None:
    assert opened(_maintained(drug, days)) == because


@pytest.mark.parametrize("drug", ADDED)
@pytest.mark.parametrize(("days", "same_line"), [(41, True), (42, True), (43, False)])
def test_trastuzumab_goes_on_within_42_days_of_it(drug: str, days: int, same_line: bool) -> None:
    story = f"THP {START}..{after(105)}\nfills {drug} {after(147)}..{after(300)} every 28\n"
    story += f"H {after(126)}\nH {after(147 + days)}..{after(300)}"
    assert (opened(story) == ONE) is same_line


@pytest.mark.parametrize("drug", ADDED)
def test_pertuzumab_alone_does_not_carry_it(drug: str) -> None:
    story = f"THP {START}..{after(105)}\nP {after(126)}..{after(300)}\n"
    assert opened(f"{story}fills {drug} {after(147)}..{after(300)} every 28") == TWO
