"""Which results are one assay: of one tissue, of one report or few days apart, and not contradicting."""

from dataclasses import replace

import pytest

from abstractor.chart import Biomarker
from abstractor.rules.her2.assays import Assay, assays_of, concurrent
from abstractor.rules.her2.tissue import place_of
from tests.builders import day
from tests.unit.rules.her2.telling import POLICY, counted, her2, ihc, ish

DAYS = POLICY.her2.concurrent_days
ON = "2020-06-01"


def assay(when: str, report: str | None = None) -> Assay:
    return Assay("ihc", place_of("Breast", POLICY.tissue), day(when), (), report, score="2+")


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        (assay("2020-06-01"), assay("2020-07-13"), True),  # 42 days
        (assay("2020-06-01"), assay("2020-07-14"), False),
        (assay("2020-06-01"), assay("2020-06"), True),
        (assay("2020-06-01"), assay("2020-07"), False),  # may be 60 days later
        (assay("2020-06"), assay("2020-06-30"), True),
        (assay("2020-05"), assay("2020-06-12"), True),
        (assay("2020-05"), assay("2020-06-13"), False),  # may be 43 days earlier
        (assay("2020"), assay("2020"), False),
        (assay("?"), assay(ON), False),
        (assay("?"), assay("?"), False),
        (assay("2020-01-01", "p"), assay(ON, "p"), True),
        (assay("?", "p"), assay(ON, "p"), True),
        (assay("2020-01-01", "p"), assay(ON, "q"), False),
        (assay("2020-01-01", "p"), assay(ON), False),
    ],
)
def test_beside_each_other(one: Assay, other: Assay, together: bool) -> None:
    assert DAYS == 42
    assert concurrent(one, other, DAYS) is together
    assert concurrent(other, one, DAYS) is together


def parts(*results: Biomarker | tuple[Biomarker, ...]) -> list[str]:
    """ "ish 2.6 7.1 positive from 2020-06-01" for each assay, whatever the order of the results."""
    held = [r for each in results for r in (each if isinstance(each, tuple) else (each,))]
    found = assays_of(held, POLICY)
    assert assays_of(held[::-1], POLICY) == found
    return sorted(_text(each) for each in found)


def _text(each: Assay) -> str:
    said = (each.score, each.ratio, each.copies, each.conclusion)
    held = " ".join(str(one) for one in said if one is not None)
    return f"{each.kind} {held} {each.place.tissue.value} {each.when or 'undated'}"


def test_a_ratio_of_zero_is_a_ratio() -> None:
    assert parts(counted("ratio", 0.0, ON), counted("copies", 1.5, "2020-06-05")) == [
        "ish 0.0 1.5 breast 2020-06-01..2020-06-05"
    ]
    assert parts(counted("copies", 0.0, ON), counted("ratio", 1.5, "2020-06-05")) == [
        "ish 1.5 0.0 breast 2020-06-01..2020-06-05"
    ]


@pytest.mark.parametrize(
    ("results", "told"),
    [
        (ish(2.6, 7.1, ON, said="positive"), ["ish 2.6 7.1 positive breast 2020-06-01"]),
        (
            (counted("ratio", 2.6, ON), counted("copies", 7.1, "?")),
            ["ish 2.6 breast 2020-06-01", "ish 7.1 breast undated"],
        ),
        (
            (counted("ratio", 2.6, "?"), counted("copies", 7.1, "?")),
            ["ish 2.6 7.1 breast undated"],
        ),
        (
            (counted("ratio", 2.6, ON), counted("ratio", 2.6, ON), counted("copies", 7.1, ON)),
            ["ish 2.6 7.1 breast 2020-06-01"],
        ),
        (
            (counted("ratio", 2.6, ON), counted("ratio", 2.4, ON)),
            ["ish 2.4 breast 2020-06-01", "ish 2.6 breast 2020-06-01"],
        ),
        (
            (counted("copies", 7.1, ON), counted("copies", 5.0, ON)),
            ["ish 5.0 breast 2020-06-01", "ish 7.1 breast 2020-06-01"],
        ),
        (
            (her2("ish", "positive", ON), her2("ish", "negative", ON)),
            ["ish negative breast 2020-06-01", "ish positive breast 2020-06-01"],
        ),
        (
            (counted("ratio", 2.6, ON, tissue=None), counted("copies", 7.1, ON)),
            ["ish 2.6 7.1 breast 2020-06-01"],
        ),
        (
            (counted("ratio", 2.6, ON), her2("overall", "positive", ON)),
            ["ish 2.6 positive breast 2020-06-01"],
        ),
        (
            (counted("ratio", 2.6, ON), her2("overall", "equivocal", ON)),
            ["ish 2.6 breast 2020-06-01", "overall equivocal breast 2020-06-01"],
        ),
        (
            (her2("ish", "negative", ON), her2("overall", "positive", ON)),
            ["ish negative breast 2020-06-01", "overall positive breast 2020-06-01"],
        ),
        (
            (ihc("2+", ON), her2("overall", "positive", ON)),
            ["ihc 2+ breast 2020-06-01", "overall positive breast 2020-06-01"],
        ),
        ((ihc("2+", ON), ihc("2+", ON)), ["ihc 2+ breast 2020-06-01", "ihc 2+ breast 2020-06-01"]),
        ((her2("overall", "3+", ON),), ["ihc 3+ breast 2020-06-01"]),  # a score names its method
    ],
)
def test_results_put_together(results: tuple[Biomarker, ...], told: list[str]) -> None:
    assert parts(results) == told


def test_the_parts_of_an_assay_are_cited_once_each() -> None:
    same = counted("ratio", 2.6, ON)
    (found,) = assays_of([same, replace(same), counted("copies", 7.1, ON)], POLICY)
    assert len(found.sources) == len(set(found.sources)) == 2
    assert list(found.sources) == sorted(found.sources, key=repr)
