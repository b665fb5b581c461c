"""On or off label by the labels of the day, each drug of a combination looked at."""

from datetime import date

import pytest

from abstractor.abstract import Finding
from abstractor.dates import Period
from abstractor.rules.labels import judge_label
from fixtures.stories import HP, TDM1, TDXD, THP, Tale, tale
from tests.asking import abstract_told, library, situation_of

YEARS = Period(date(2000, 1, 1), date(2026, 12, 31))


def finding(told: Tale, number: int, *, step: bool = False) -> Finding | None:
    found = judge_label(situation_of(told.told(), number, step=step), library(), YEARS)
    return found.finding if found else None


def said(told: Tale, number: int, *, step: bool = False) -> str | None:
    """The label whose row decided, without its "fda-", and the verdict."""
    found = finding(told, number, step=step)
    return f"{found.edition.removeprefix('fda-')} {found.verdict}" if found else None


def first(drugs: list[str], on: str, *, as_of: date = date(2026, 12, 31)) -> Tale:
    return tale("someone", as_of=as_of).her2_positive_mbc(on, "liver").course(drugs, on, cycles=5)


def second(drugs: list[str], on: str, *, before: list[str] = THP) -> Tale:
    """Nine months of another therapy, then these drugs."""
    start = date.fromisoformat(on)
    opened = date.fromordinal(start.toordinal() - 280).isoformat()
    last = date.fromordinal(start.toordinal() - 7).isoformat()
    told = tale("someone", as_of=date(2026, 12, 31)).her2_positive_mbc(opened, "liver")
    return told.course(before, opened, through=last).course(drugs, on, cycles=5)


def third(drugs: list[str], on: str) -> Tale:
    return second(TDM1, on).course(drugs, "2022-03-07", cycles=5)


TXH = ["capecitabine", "trastuzumab", "tucatinib"]
H, P, TUC = "trastuzumab-2006-11-16", "pertuzumab-2017-12-20", "tucatinib-2020-04-17"
DM1, DXD = "ado-trastuzumab-emtansine-2019-05-03", "fam-trastuzumab-deruxtecan"

FIRST_LINES = [
    ("THP with docetaxel", THP, "2021-03-01", f"{P} on-label"),
    ("THP with paclitaxel", ["paclitaxel", *HP], "2021-03-01", f"{P} off-label"),
    ("THP with nab-paclitaxel", ["nab-paclitaxel", *HP], "2021-03-01", f"{P} off-label"),
    ("TCHP", ["carboplatin", *THP], "2021-03-01", f"{P} on-label"),
    ("THP before pertuzumab had a label", THP, "2012-06-04", f"{H} off-label"),
    ("TH", ["docetaxel", "trastuzumab"], "2021-03-01", f"{H} on-label"),
    ("H-VIN", ["trastuzumab", "vinorelbine"], "2021-03-01", f"{H} on-label"),
    ("H-VIN with pertuzumab", ["vinorelbine", *HP], "2021-03-01", f"{P} off-label"),
    ("HP-ET", ["letrozole", *HP], "2021-03-01", f"{P} off-label"),
    ("H-ET", ["letrozole", "trastuzumab"], "2021-03-01", f"{H} on-label"),
    ("TDXD-P before its label", [*TDXD, "pertuzumab"], "2025-12-14", f"{DXD}-2022-05-04 off-label"),
    ("TDXD-P by its label", [*TDXD, "pertuzumab"], "2025-12-15", f"{DXD}-2025-12-15 on-label"),
    ("TDXD alone first", TDXD, "2026-01-12", f"{DXD}-2025-12-15 off-label"),
    ("HP-TUC from the first day", [*HP, "tucatinib"], "2026-01-12", f"{P} off-label"),
    (
        "HP-ET-PALBO from the first day",
        ["letrozole", *HP, "palbociclib"],
        "2026-08-03",
        "palbociclib-2026-06-24 off-label",
    ),
    (
        "Palbociclib without a HER2 drug",
        ["letrozole", "palbociclib"],
        "2021-03-01",
        "palbociclib-2015-02-03 off-label",
    ),
    ("Chemotherapy alone", ["capecitabine"], "2021-03-01", None),
    ("Endocrine therapy alone", ["letrozole"], "2021-03-01", None),
    ("A drug without any label here", ["pyrotinib"], "2021-03-01", None),
    ("Such a drug beside one with a label", ["pyrotinib", "trastuzumab"], "2021-03-01", f"{H} off-label"),
]
SECOND_LINES = [
    ("TXH before its label", TXH, "2020-04-16", f"{H} off-label"),
    ("TXH by its label", TXH, "2020-04-17", f"{TUC} on-label"),
    ("Tucatinib and capecitabine without trastuzumab", TXH[::2], "2021-03-01", f"{TUC} off-label"),
    ("TDM1", TDM1, "2021-03-01", f"{DM1} on-label"),
    ("TDM1-TUC", [*TDM1, "tucatinib"], "2024-03-04", f"{DM1} off-label"),
    ("TDXD before the label for one regimen", TDXD, "2022-05-03", f"{DXD}-2019-12-20 off-label"),
    ("TDXD by the label for one regimen", TDXD, "2022-05-04", f"{DXD}-2022-05-04 on-label"),
    ("TDXD-P in the second line", [*TDXD, "pertuzumab"], "2026-01-12", f"{DXD}-2025-12-15 off-label"),
    ("LX", ["capecitabine", "lapatinib"], "2021-03-01", "lapatinib-2010-01-29 on-label"),
    ("LH", ["lapatinib", "trastuzumab"], "2021-03-01", "lapatinib-2010-01-29 off-label"),
    (
        "LX with trastuzumab",
        ["capecitabine", "lapatinib", "trastuzumab"],
        "2021-03-01",
        "lapatinib-2010-01-29 off-label",
    ),
    ("NX after one regimen", ["capecitabine", "neratinib"], "2021-03-01", "neratinib-2020-02-25 off-label"),
    (
        "MARG-C after one regimen",
        ["eribulin", "margetuximab"],
        "2021-03-01",
        "margetuximab-2020-12-16 off-label",
    ),
    (
        "ABEMA-H-F",
        ["abemaciclib", "fulvestrant", "trastuzumab"],
        "2021-03-01",
        "abemaciclib-2017-09-28 off-label",
    ),
]
THIRD_LINES = [
    ("NX", ["capecitabine", "neratinib"], "neratinib-2020-02-25 on-label"),
    ("MARG-C", ["eribulin", "margetuximab"], "margetuximab-2020-12-16 on-label"),
    ("TDXD", TDXD, f"{DXD}-2019-12-20 on-label"),
    ("TXH", TXH, f"{TUC} on-label"),
]


@pytest.mark.parametrize(
    ("name", "drugs", "on", "expected"), FIRST_LINES, ids=[row[0] for row in FIRST_LINES]
)
def test_first_line(name: str, drugs: list[str], on: str, expected: str | None) -> None:
    assert said(first(drugs, on), 1) == expected


@pytest.mark.parametrize(
    ("name", "drugs", "on", "expected"), SECOND_LINES, ids=[row[0] for row in SECOND_LINES]
)
def test_second_line_after_thp(name: str, drugs: list[str], on: str, expected: str) -> None:
    assert said(second(drugs, on), 2) == expected


@pytest.mark.parametrize(("name", "drugs", "expected"), THIRD_LINES, ids=[row[0] for row in THIRD_LINES])
def test_third_line_after_thp_and_the_first_conjugate(name: str, drugs: list[str], expected: str) -> None:
    assert said(third(drugs, "2021-03-01"), 3) == expected


def maintained(drugs: list[str], on: str) -> Tale:
    told = tale("someone", as_of=date(2026, 12, 31)).her2_positive_mbc("2025-10-06", "liver")
    told.hormone_receptors("positive", "2025-10-06")
    return told.thp("2025-10-06", through="2026-12-01").course(drugs, on, cycles=3)


@pytest.mark.parametrize(
    ("on", "expected", "later"),
    [
        ("2026-03-02", "palbociclib-2015-02-03 off-label", ["fda-palbociclib-2026-06-24 on-label"]),
        ("2026-06-23", "palbociclib-2015-02-03 off-label", ["fda-palbociclib-2026-06-24 on-label"]),
        ("2026-06-24", "palbociclib-2026-06-24 on-label", []),
    ],
)
def test_palbociclib_joins_maintenance(on: str, expected: str, later: list[str]) -> None:
    told = maintained(["letrozole", "palbociclib"], on)
    found = finding(told, 1, step=True)
    assert found is not None and found.phase == "maintenance-intensified"
    assert said(told, 1, step=True) == expected
    assert [f"{each.edition} {each.verdict}" for each in found.later] == later
    assert str(found.decision_date) == on


def test_palbociclib_joins_without_a_receptor_result() -> None:
    told = tale("someone", as_of=date(2026, 12, 31)).her2_positive_mbc("2026-02-02", "liver")
    told.thp("2026-02-02", through="2026-12-01").course(["letrozole", "palbociclib"], "2026-08-03", cycles=3)
    found = finding(told, 1, step=True)
    assert found is not None and found.verdict == "indeterminate"
    assert "hormone-receptor-unknown" in found.statement
    assert found.would_clear == ("a positive oestrogen or progesterone receptor result",)


def test_tucatinib_joins_maintenance_off_label() -> None:
    assert said(maintained(["tucatinib"], "2026-03-02"), 1, step=True) == f"{TUC} off-label"


def test_a_step_and_its_line_are_judged_each_on_its_day() -> None:
    found = [
        f
        for f in abstract_told(maintained(["tucatinib"], "2026-03-02").told()).findings
        if f.authority == "FDA"
    ]
    labels = [f for f in found if f.rule == "sequencing"]
    assert {(str(f.decision_date), f.phase, f.verdict) for f in labels} == {
        ("2025-10-06", None, "on-label"),
        ("2026-03-02", "maintenance-intensified", "off-label"),
    }


def test_later_labels_are_read_for_the_same_choice() -> None:
    """Each later label with the other labels of its own day."""
    found = finding(first([*TDXD, "pertuzumab"], "2017-06-05"), 1)
    assert found is not None and (found.edition, found.verdict) == ("fda-pertuzumab-2013-09-30", "off-label")
    assert [(each.edition.removeprefix("fda-"), each.verdict) for each in found.later] == [
        (P, "off-label"),
        (f"{DXD}-2019-12-20", "off-label"),
        (f"{DXD}-2022-05-04", "off-label"),
        (f"{DXD}-2025-12-15", "on-label"),
        (f"{DXD}-2026-05-15", "on-label"),
    ]


@pytest.mark.parametrize(
    ("ordered", "verdict", "says"),
    [
        ("2022-05", "indeterminate", f"fda-{DXD}-2019-12-20 off-label; fda-{DXD}-2022-05-04 on-label"),
        ("2022-06", "on-label", "after one or more HER2-directed regimens"),
        ("2022-04", "off-label", "the label gives no such use of fam-trastuzumab deruxtecan"),
    ],
)
def test_a_partial_date(ordered: str, verdict: str, says: str) -> None:
    """A change inside the month leaves two verdicts; a month on one side of it leaves one."""
    told = tale("someone").her2_positive_mbc("2021-01-04", "liver").thp("2021-01-04", through="2022-03-28")
    found = finding(told.order(TDXD[0], ordered, status="active"), 2)
    assert found is not None and found.verdict == verdict
    assert says in found.statement
    assert (found.would_clear == ("the day of the decision",)) == (verdict == "indeterminate")


def test_a_partial_date_across_the_first_label() -> None:
    told = tale("someone").her2_positive_mbc("2018-01-08", "liver").thp("2018-01-08", through="2018-12-03")
    told.course(TDM1, "2018-12-10", through="2019-11-04").order(TDXD[0], "2019-12", status="active")
    found = finding(told, 3)
    assert found is not None and found.verdict == "indeterminate"
    assert "nothing in force yet; fda-fam-trastuzumab-deruxtecan-2019-12-20 on-label" in found.statement


@pytest.mark.parametrize(
    ("told", "number", "would_clear"),
    [
        (
            first(TDXD, "2023-03-06"),
            1,
            (
                "1 or more earlier HER2-directed regimens for metastatic disease",
                "a last (neo)adjuvant HER2-directed dose at most 183 days before the metastasis",
            ),
        ),
        (
            second(["capecitabine", "neratinib"], "2021-03-01"),
            2,
            ("2 or more earlier HER2-directed regimens for metastatic disease",),
        ),
        (
            second(TDM1, "2021-03-01", before=["trastuzumab", "vinorelbine"]),
            2,
            ("an earlier line with docetaxel or paclitaxel or nab-paclitaxel",),
        ),
        (
            first(["eribulin", "margetuximab"], "2021-03-01"),
            1,
            (
                "2 or more earlier HER2-directed regimens in any setting; and 1 or more earlier "
                "HER2-directed regimens for metastatic disease",
            ),
        ),
        (first(["paclitaxel", *HP], "2021-03-01"), 1, ()),
        (first(THP, "2021-03-01"), 1, ()),
    ],
    ids=[
        "TDXD first",
        "NX second",
        "TDM1 without a taxane",
        "MARG-C first",
        "THP with paclitaxel",
        "on label",
    ],
)
def test_what_would_clear(told: Tale, number: int, would_clear: tuple[str, ...]) -> None:
    found = finding(told, number)
    assert found is not None
    assert found.would_clear == would_clear


def test_an_earlier_regimen_that_may_not_have_been_given_keeps_it_open() -> None:
    told = tale("someone").her2_positive_mbc("2021-01-04", "liver")
    for drug in THP:
        told.order(drug, "2021-01-04", status="unknown")
    found = finding(told.course(TDXD, "2022-06-06", cycles=5), 2)
    assert found is not None and found.verdict == "indeterminate"
    assert "on-label or off-label" in found.statement


@pytest.mark.parametrize(
    ("told", "number", "says"),
    [
        (
            second(TXH, "2020-04-16"),
            2,
            "no label of tucatinib was in force on that day, and those of its partners give no such use. "
            "The chart shows: capecitabine, trastuzumab, tucatinib were chosen.",
        ),
        (
            first(["paclitaxel", *HP], "2021-03-01"),
            1,
            "the label gives no such use of pertuzumab. The chart shows: paclitaxel, pertuzumab, trastuzumab "
            "were chosen.",
        ),
        (first(TDXD, "2023-03-06"), 1, "The chart shows: fam-trastuzumab deruxtecan was chosen."),
    ],
    ids=["no label yet", "another partner", "one drug"],
)
def test_off_label_says_of_which_drug_and_what_was_chosen(told: Tale, number: int, says: str) -> None:
    found = finding(told, number)
    assert found is not None and found.statement.endswith(says), found


def test_the_whole_combination_is_cited() -> None:
    found = finding(second(TXH, "2021-03-01"), 2)
    assert found is not None
    assert found.citation == (
        "US prescribing information of Tukysa, approval of 2020-04-17 (with trastuzumab and capecitabine), "
        "indications and usage"
    )
    assert found.evidence
    assert found.also is None
