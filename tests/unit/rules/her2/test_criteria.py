"""Every cell of the dated ASCO/CAP criteria (knowledge base, section 6.1), boundaries and change dates."""

import pytest

from tests.unit.rules.her2.telling import POLICY, ihc, ish, status, told

IN_2010, IN_2015, IN_2020 = "2010-06-01", "2015-06-01", "2020-06-01"
EQUIVOCAL, OPEN = "her2-equivocal", "her2-indeterminate"


@pytest.mark.parametrize("on", [IN_2010, IN_2015, IN_2020])
@pytest.mark.parametrize(
    ("score", "meaning"), [("3+", "positive"), ("2+", EQUIVOCAL), ("1+", "negative"), ("0", "negative")]
)
def test_an_ihc_score_means_the_same_in_every_edition(on: str, score: str, meaning: str) -> None:
    assert told(status(ihc(score, on))) == meaning


DUAL_PROBE = [
    # ratio, copies, in 2010, in 2015, in 2020 without IHC
    (2.3, 5.0, "positive", "positive", "positive"),
    (2.2, 5.0, EQUIVOCAL, "positive", "positive"),
    (2.21, 5.0, "positive", "positive", "positive"),
    (2.0, 4.0, EQUIVOCAL, "positive", "positive"),  # group 1, both on the line
    (2.3, 3.2, "positive", "positive", OPEN),  # group 2 (vignette V16)
    (2.0, 3.99, EQUIVOCAL, "positive", OPEN),
    (1.99, 6.0, EQUIVOCAL, "positive", OPEN),  # group 3
    (1.2, 6.5, "negative", "positive", OPEN),
    (1.99, 5.99, EQUIVOCAL, EQUIVOCAL, OPEN),  # group 4
    (1.2, 4.0, "negative", EQUIVOCAL, OPEN),
    (1.99, 3.99, EQUIVOCAL, "negative", "negative"),  # group 5
    (1.8, 3.0, EQUIVOCAL, "negative", "negative"),
    (1.79, 3.0, "negative", "negative", "negative"),
]


@pytest.mark.parametrize(("ratio", "copies", "then", "later", "now"), DUAL_PROBE)
def test_dual_probe_ish_by_ratio_and_copies(
    ratio: float, copies: float, then: str, later: str, now: str
) -> None:
    assert told(status(ish(ratio, copies, IN_2010))) == then
    assert told(status(ish(ratio, copies, IN_2015))) == later
    assert told(status(ish(ratio, copies, IN_2020))) == now


SINGLE_PROBE = [
    (6.01, "positive", "positive", OPEN),
    (6.0, EQUIVOCAL, "positive", OPEN),
    (5.99, EQUIVOCAL, EQUIVOCAL, OPEN),
    (4.0, EQUIVOCAL, EQUIVOCAL, OPEN),
    (3.99, "negative", "negative", "negative"),
]


@pytest.mark.parametrize(("copies", "then", "later", "now"), SINGLE_PROBE)
def test_single_probe_ish_by_copies_alone(copies: float, then: str, later: str, now: str) -> None:
    assert told(status(ish(None, copies, IN_2010))) == then
    assert told(status(ish(None, copies, IN_2015))) == later
    assert told(status(ish(None, copies, IN_2020))) == now


BESIDE_IHC = [
    # ratio, copies, then for IHC 0, 1+, 2+ and 3+ of the same days, by the criteria of 2018
    (2.3, 3.2, "negative", "negative", "negative", "positive"),  # group 2
    (1.2, 6.5, "negative", "negative", "positive", "positive"),  # group 3
    (1.2, 4.5, "negative", "negative", "negative", "positive"),  # group 4
    (1.2, 3.0, "negative", "negative", "negative", "her2-discordant"),  # group 5 does not ask for IHC
    (2.3, 5.0, "her2-discordant", "her2-discordant", "positive", "positive"),  # nor does group 1
    (None, 6.0, OPEN, OPEN, "positive", "positive"),
    (None, 4.5, "negative", "negative", EQUIVOCAL, "positive"),
    (None, 3.0, "negative", "negative", "negative", "her2-discordant"),
]


@pytest.mark.parametrize(("ratio", "copies", "zero", "one", "two", "three"), BESIDE_IHC)
def test_from_2018_groups_2_to_4_are_read_beside_a_concurrent_ihc(
    ratio: float | None, copies: float, zero: str, one: str, two: str, three: str
) -> None:
    for score, meaning in (("0", zero), ("1+", one), ("2+", two), ("3+", three)):
        assert told(status(ihc(score, IN_2020), ish(ratio, copies, "2020-06-08"))) == meaning, score


def test_group_3_beside_2_plus_is_positive_and_says_that_no_recount_stands() -> None:
    found = status(ihc("2+", IN_2020), ish(1.2, 6.5, "2020-06-08"))
    assert found.status == "positive" and "recount not recorded" in found.shows
    assert "recount" not in status(ihc("3+", IN_2020), ish(1.2, 6.5, "2020-06-08")).shows


@pytest.mark.parametrize(
    ("days_later", "meaning"), [("2020-07-13", "negative"), ("2020-07-14", OPEN)], ids=["42 days", "43 days"]
)
def test_how_near_a_concurrent_ihc_must_be(days_later: str, meaning: str) -> None:
    assert told(status(ihc("1+", IN_2020), ish(2.3, 3.2, days_later))) == meaning


@pytest.mark.parametrize(
    ("on", "meaning"),
    [
        ("2006-12-31", "her2-report-too-old"),
        ("2007-01-01", EQUIVOCAL),
        ("2013-09-29", EQUIVOCAL),
        ("2013-09-30", EQUIVOCAL),
        ("2013-10-01", "positive"),
        ("2013-10-02", "positive"),
        ("2018-05-28", "positive"),
        ("2018-05-29", "positive"),
        ("2018-05-30", OPEN),
        ("2018-05-31", OPEN),
    ],
)
def test_the_day_of_the_report_chooses_the_edition_without_grace(on: str, meaning: str) -> None:
    """Ratio 2.1 with 3.2 copies: equivocal by 2007, positive by 2013, open without IHC by 2018."""
    assert told(status(ish(2.1, 3.2, on))) == meaning


@pytest.mark.parametrize("on", ["2006-12-31", "2006", "1999-05-01"])
@pytest.mark.parametrize("score", ["3+", "0"])
def test_a_report_from_before_2007_is_indeterminate(on: str, score: str) -> None:
    assert told(status(ihc(score, on))) == "her2-report-too-old"


@pytest.mark.parametrize(
    ("ratio", "copies", "on", "meaning"),
    [
        (2.6, 7.1, "2018", "positive"),  # group 1 whichever edition it is
        (2.3, 3.2, "2018-05", "date-uncertain"),
        (2.3, 3.2, "2018-04", "positive"),
        (2.3, 3.2, "2018-06", OPEN),
        (2.3, 3.2, "2013", "positive"),  # above 2.2 by 2007, group 2 by 2013
        (2.1, 3.2, "2013", "date-uncertain"),
        (1.2, 3.0, "2018", "negative"),
        (2.6, 7.1, "?", "positive"),
        (2.3, 3.2, "?", "date-uncertain"),
    ],
)
def test_a_partial_date_decides_only_where_its_editions_agree(
    ratio: float, copies: float, on: str, meaning: str
) -> None:
    assert told(status(ish(ratio, copies, on))) == meaning


def test_a_score_of_a_year_that_may_lie_before_2007_is_unsure() -> None:
    spanning = ihc("3+", "2006"), ihc("3+", "2007")
    assert [told(status(each)) for each in spanning] == ["her2-report-too-old", "positive"]


@pytest.mark.parametrize(
    ("ratio", "copies", "said", "on", "meaning"),
    [
        (None, None, "positive", IN_2015, "positive"),  # only the conclusion stands: as reported
        (None, None, "negative", IN_2020, "negative"),
        (None, None, "equivocal", IN_2020, EQUIVOCAL),
        (None, None, "indeterminate", IN_2020, OPEN),
        (2.3, 3.2, "positive", "2017-02-01", "positive"),  # V16
        (2.3, 3.2, "negative", "2017-02-01", "her2-discordant"),
        (2.3, 3.2, "positive", IN_2020, OPEN),  # the components decide, and ask for IHC
        (1.2, 4.5, "positive", IN_2015, "her2-discordant"),
        (1.2, 3.0, "positive", IN_2020, "her2-discordant"),
        (2.6, 7.1, "negative", IN_2020, "her2-discordant"),
        (2.6, None, "positive", IN_2020, "positive"),  # copies are missing: as reported, where that can be
        (2.6, None, None, IN_2020, OPEN),
        (2.6, None, None, IN_2015, "positive"),  # positive whatever the copies
        (2.6, None, "negative", IN_2015, "her2-discordant"),
        (1.2, None, "negative", IN_2020, "negative"),
        (1.2, None, "positive", IN_2020, OPEN),  # by no group alone
        (1.2, None, None, IN_2015, OPEN),
    ],
)
def test_components_decide_over_the_conclusion(
    ratio: float | None, copies: float | None, said: str | None, on: str, meaning: str
) -> None:
    assert told(status(ish(ratio, copies, on, said=said))) == meaning


def test_every_edition_says_where_it_comes_from() -> None:
    ids = [edition.id for edition in POLICY.her2.editions]
    assert ids == ["ascocap-2007", "ascocap-2013", "ascocap-2018"]
    for edition in POLICY.her2.editions:
        assert edition.citation and edition.source and edition.confidence in ("high", "medium", "low")
    newest = POLICY.her2.newest
    assert newest.valid_to is None and str(newest.affirmed_on) == "2023-06-07"
