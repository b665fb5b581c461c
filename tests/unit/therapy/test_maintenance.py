"""What may join a line without opening another: the planned intensification, and endocrine therapy."""

from datetime import date, timedelta

import pytest

from abstractor.chart import Seen
from tests.builders import told
from tests.therapy_knowledge import therapy_of

START = date(2020, 1, 6)
AS_OF = "2022-12-31"
METASTATIC = "condition breast-cancer 2018-01-05\nmetastasis liver 2019-12-20\n"


def after(days: int) -> str:
    return (START + timedelta(days=days)).isoformat()


EXEMPT = METASTATIC + f"THP {START}..{after(105)}\nHP {after(126)}..{after(420)}\n"


@pytest.mark.parametrize(
    ("added", "also", "lines"),
    [
        (f"fills palbociclib {after(147)}..{after(420)} every 28", "", 1),
        (f"fills tucatinib {after(147)}..{after(420)} every 30", "", 1),
        (f"fills ribociclib {after(147)}..{after(420)} every 28", "", 2),
        (f"fills palbociclib {after(147)}..{after(420)} every 28", f"progression {after(140)}", 2),
        (f"fills palbociclib {after(147)}..{after(420)} every 28", f"progression {after(147)}", 2),
        (f"fills palbociclib {after(147)}..{after(420)} every 28", f"progression {after(148)}", 1),
        (f"fills palbociclib {after(55)}..{after(420)} every 28", "", 2),
        (f"fills palbociclib {after(56)}..{after(420)} every 28", "", 1),
        (f"fills palbociclib {after(365)}..{after(420)} every 28", "", 1),
        (f"fills palbociclib {after(366)}..{after(420)} every 28", "", 2),
        (
            f"fills tucatinib {after(147)}..{after(420)} every 30",
            f"fill capecitabine {after(147)} for 21",
            2,
        ),
        (
            f"fills tucatinib {after(147)}..{after(420)} every 30",
            f"fill capecitabine {after(155)} for 21",
            2,
        ),
        (f"fills tucatinib {after(147)}..{after(420)} every 30", f"fill letrozole {after(155)} for 30", 1),
    ],
)
def test_the_maintenance_exemption(added: str, also: str, lines: int) -> None:
    found = therapy_of(told(f"{EXEMPT}{added}\n{also}"), AS_OF).lines
    assert len(found) == lines
    assert any(p.name == "maintenance-intensified" for p in found[0].line.phases) == (lines == 1)


@pytest.mark.parametrize(
    ("as_of", "lines"),
    [(after(145), 1), (after(168), 1), (after(169), 2)],  # 18, 41 and 42 days after the addition
)
def test_whether_antibodies_go_on_may_not_be_seen_yet(as_of: str, lines: int) -> None:
    story = f"{METASTATIC}THP {START}..{after(105)}\nfill palbociclib {after(127)} for 28"
    assert len(therapy_of(told(story), as_of).lines) == lines


@pytest.mark.parametrize(
    ("added", "also", "flags"),
    [
        ("fill palbociclib 2020-06 for 28", "", {"date-uncertain"}),
        ("fill palbociclib 2020-06-08 for 28", "", set()),
        ("fill palbociclib 2020-06-08 for 28", "progression 2020-06", {"date-uncertain"}),
    ],
)
def test_a_doubtful_date_of_the_exemption_is_told(added: str, also: str, flags: set[str]) -> None:
    therapy = therapy_of(told(f"{EXEMPT}{added}\n{also}"), AS_OF)
    assert len(therapy.lines) == 1
    assert {flag.code for flag in therapy.flags} == flags


def test_intensified_from_the_first_day_without_chemotherapy() -> None:
    story = f"{METASTATIC}THP {START}..{after(105)}\nHP {after(126)}..{after(420)}\n"
    story += f"fills palbociclib {after(126)}..{after(420)} every 28"
    (line,) = therapy_of(told(story), AS_OF).lines
    assert [p.name for p in line.line.phases] == ["induction", "maintenance-intensified"]


def test_a_supply_taken_into_a_phase_belongs_to_it() -> None:
    added = f"fill letrozole {after(140)} for 90\nfills palbociclib {after(147)}..{after(203)} every 28"
    (line,) = therapy_of(told(EXEMPT + added), AS_OF).lines
    assert line.line.phases[-1].agents == ("letrozole", "palbociclib", "pertuzumab", "trastuzumab")


@pytest.mark.parametrize(("days", "lines"), [(42, 2), (43, 3)])
def test_carried_over_into_the_next_line_without_interruption(days: int, lines: int) -> None:
    story = f"H {START}..{after(84)}\nfills tucatinib {after(90)}..{after(150)} every 30\n"
    story += f"H {after(84 + days)}"
    assert len(therapy_of(told(METASTATIC + story), AS_OF).lines) == lines


@pytest.mark.parametrize(
    ("story", "told_as_break"),
    [
        (f"fill neratinib {START} for 30\nfill neratinib {after(118)} for 30", False),  # 89 days
        (f"fill neratinib {START} for 30\nfill neratinib {after(119)} for 30", True),
        (f"fill neratinib {START} for 30\norder neratinib {after(130)}", True),
        (f"HP {START}\norder HP {after(100)}\nHP {after(89)}", False),
    ],
)
def test_breaks_of_tablets_and_orders(story: str, told_as_break: bool) -> None:
    codes = {flag.code for flag in therapy_of(told(METASTATIC + story), AS_OF).flags}
    assert ("treatment-break" in codes) is told_as_break


def test_the_exemption_needs_a_taxane_and_antibodies_that_go_on() -> None:
    add = f"fills palbociclib {after(147)}..{after(420)} every 28"
    without_taxane = f"{METASTATIC}HP {START}..{after(420)}\n{add}"
    stopped = f"{METASTATIC}THP {START}..{after(105)}\n{add}"
    paused = f"{METASTATIC}THP {START}..{after(104)}\nHP {after(150)}..{after(420)}\n{add}"
    assert len(therapy_of(told(paused), AS_OF).lines) == 2
    assert len(therapy_of(told(without_taxane), AS_OF).lines) == 2
    assert len(therapy_of(told(stopped), AS_OF).lines) == 2


@pytest.mark.parametrize(
    ("story", "lines"),
    [
        (
            f"THP {START}..{after(105)}\nHP {after(126)}..{after(420)}\n"
            f"fills letrozole {after(200)}..{after(420)}",
            1,
        ),
        (
            f"THP {START}..{after(105)}\nHP {after(126)}..{after(210)}\nHP {after(300)}\n"
            f"fills letrozole {after(240)}",
            1,
        ),
        (f"THP {START}..{after(105)}\nfills letrozole {after(200)}..{after(420)}", 2),
        (f"vinorelbine {START}..{after(105)}\nfills letrozole {after(110)}..{after(420)}", 2),
        (f"HP {START}..{after(105)}\nfulvestrant {after(60)}..{after(105)}", 1),
        # the antibodies came back too late to have gone on
        (f"HP {START}..{after(105)}\nfills letrozole {after(200)}..{after(420)}\nHP {after(450)}", 3),
    ],
)
def test_endocrine_therapy_joins_a_her2_drug_that_goes_on(story: str, lines: int) -> None:
    assert len(therapy_of(told(METASTATIC + story), AS_OF).lines) == lines


ORDERS = f"order docetaxel {START} until {after(105)}\n"
ADDED = f"\norder letrozole {after(120)} until open"


@pytest.mark.parametrize(
    ("story", "lines", "open_to"),
    [
        (f"{ORDERS}order H {START} until open{ADDED}", 1, ["letrozole"]),
        (f"{ORDERS}order lapatinib {START} until open{ADDED}", 1, ["letrozole"]),
        # it says when it ended, is not active, states no period, or is no HER2-directed drug
        (f"{ORDERS}order H {START} until {after(105)}{ADDED}", 2, []),
        (f"{ORDERS}order H {START} until open completed{ADDED}", 2, []),
        (f"{ORDERS}order H {START}{ADDED}", 2, []),
        (f"{ORDERS}order vinorelbine {START} until open{ADDED}", 2, []),
        # doses say when it stopped
        (f"{ORDERS}order H {START} until open\nH {START}..{after(42)}{ADDED}", 2, []),
        # nothing of the line for longer than the gap
        (f"{ORDERS}order H {START} until open\norder letrozole {after(285)}", 1, ["letrozole"]),
        (f"{ORDERS}order H {START} until open\norder letrozole {after(286)}", 2, []),
        # another cytotoxic drug opens a line all the same
        (f"{ORDERS}order H {START} until open\norder capecitabine {after(120)} until open", 2, []),
    ],
)
def test_an_antibody_ordered_without_an_end_may_have_gone_on(
    story: str, lines: int, open_to: list[str]
) -> None:
    found = therapy_of(told(METASTATIC + story, seen=Seen.NOT_ASKED), AS_OF)
    assert len(found.lines) == lines
    assert [each.exposure.agent for each in found.lines[0].may_open] == open_to
    said = [f.statement for f in found.flags if f.code == "date-uncertain" and "has no end" in f.statement]
    assert len(said) == len(open_to)


def test_an_infusion_ordered_without_an_end_and_never_given_did_not_go_on() -> None:
    story = f"{METASTATIC}{ORDERS}order H {START} until open{ADDED}"
    seen = therapy_of(told(story, seen=Seen.COMPLETE), AS_OF)
    assert [line.line.agents for line in seen.lines] == [("docetaxel", "trastuzumab"), ("letrozole",)]
    assert not any("has no end" in flag.statement for flag in seen.flags)
