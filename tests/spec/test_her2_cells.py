"""The cells of the dated ASCO/CAP criteria, corner by corner (knowledge base, section 6.1)."""

from itertools import product

import pytest

from abstractor.dates import Truth
from tests.asking import library
from tests.unit.rules.her2.telling import ihc, ish, status, told

RATIOS = (0.9, 1.5, 1.79, 1.8, 1.99, 2.0, 2.19, 2.2, 2.21, 2.5, 3.1)
COPIES = (1.0, 2.5, 3.5, 3.99, 4.0, 4.5, 5.0, 5.5, 5.99, 6.0, 6.01, 6.5, 7.5)
ON = "2020-06-01"


@pytest.mark.parametrize("edition", ["ascocap-2007", "ascocap-2013", "ascocap-2018"])
def test_every_count_falls_into_one_cell(edition: str) -> None:
    (criteria,) = [each for each in library().inclusion.her2.editions if each.id == edition]
    for ratio, copies in product(RATIOS, COPIES):
        dual = [cell.name for cell in criteria.dual_probe if cell.fits(ratio, copies) is Truth.YES]
        single = [cell.name for cell in criteria.single_probe if cell.fits(None, copies) is Truth.YES]
        assert (len(dual), len(single)) == (1, 1), (ratio, copies, dual, single)


@pytest.mark.parametrize("edition", ["ascocap-2013", "ascocap-2018"])
@pytest.mark.parametrize(
    ("ratio", "copies", "group"),
    [
        (2.0, 4.0, "ISH group 1"),
        (2.0, 3.99, "ISH group 2"),
        (1.99, 6.0, "ISH group 3"),
        (1.99, 5.99, "ISH group 4"),
        (1.99, 4.0, "ISH group 4"),
        (1.99, 3.99, "ISH group 5"),
    ],
)
def test_the_groups_meet_at_a_ratio_of_2_and_at_4_and_6_copies(
    edition: str, ratio: float, copies: float, group: str
) -> None:
    (criteria,) = [each for each in library().inclusion.her2.editions if each.id == edition]
    assert [c.name for c in criteria.dual_probe if c.fits(ratio, copies) is Truth.YES] == [group]


@pytest.mark.parametrize(
    ("ratio", "copies", "meaning"),
    [
        (1.99, 6.0, "positive"),
        (1.99, 5.99, "negative"),
        (None, 6.0, "positive"),
        (None, 5.99, "her2-equivocal"),
        (None, 4.0, "her2-equivocal"),
        (None, 3.99, "negative"),
    ],
)
def test_a_count_on_the_line_beside_an_ihc_of_2(ratio: float | None, copies: float, meaning: str) -> None:
    assert told(status(ihc("2+", ON), ish(ratio, copies, ON))) == meaning
