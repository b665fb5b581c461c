"""The day before, the day of and the day after every change of a guideline, the last day of its grace period
and the day after that, and the day of the next review."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from abstractor.dates import Period
from abstractor.rules.library import Edition, Subject
from abstractor.rules.sequencing import judge_line
from fixtures.stories import TDM1, TDXD, THP, tale
from tests.asking import library, situation_of

DAY = timedelta(days=1)
GRACE = timedelta(days=90)
REVIEW = date(2026, 12, 31)


@dataclass(frozen=True, slots=True)
class Change:
    """A choice that meets a new edition, as "edition verdict [also edition]": what is said the day `before`
    (null: no edition yet), in the `grace` period, and `after` it (null: the next change comes first).

    `earlier`: the lines before the choice.
    """

    edition: str
    took_force: date
    drugs: list[str]
    before: str | None
    grace: str
    after: str | None
    earlier: tuple[list[str], ...] = ()

    @property
    def authority(self) -> str:
        return library().edition(self.edition).authority


TXH, LX, MARG = (
    ["capecitabine", "trastuzumab", "tucatinib"],
    ["capecitabine", "lapatinib"],
    ["eribulin", "margetuximab"],
)
TDXD_P = [*TDXD, "pertuzumab"]
A14, A18, A22 = "asco-her2-2014", "asco-her2-2018", "asco-her2-2022"
N13, N20, N21, N22 = "nccn-bc-2013.1", "nccn-bc-2020.1", "nccn-bc-2021.1", "nccn-bc-2022.1"
N25, N261, N262 = "nccn-bc-2025.1", "nccn-bc-2026.1", "nccn-bc-2026.2"
E21, E10, E11, E12 = "esmo-mbc-2021", "esmo-living-1.0", "esmo-living-1.1", "esmo-living-1.2"
CHANGES = [
    Change(A14, date(2014, 5, 5), THP, None, f"{A14} preferred", f"{A14} preferred"),
    Change(
        A18,
        date(2018, 6, 25),
        TDM1,
        f"{A14} preferred",
        f"{A18} preferred also {A14}",
        f"{A18} preferred",
        (THP,),
    ),
    Change(
        A22,
        date(2022, 5, 31),
        TDM1,
        f"{A18} preferred",
        f"{A18} preferred also {A22}",
        f"{A22} not-preferred",
        (THP,),
    ),
    Change(N13, date(2013, 1, 1), THP, None, f"{N13} preferred", f"{N13} preferred"),
    Change(
        N20,
        date(2020, 1, 1),
        TXH,
        f"{N13} not-addressed",
        f"{N20} acceptable also {N13}",
        f"{N20} acceptable",
        (THP,),
    ),
    Change(
        N21,
        date(2021, 1, 1),
        MARG,
        f"{N20} not-addressed",
        f"{N21} acceptable also {N20}",
        f"{N21} acceptable",
        (THP, TDM1),
    ),
    Change(
        N22,
        date(2021, 11, 24),
        TDM1,
        f"{N21} preferred",
        f"{N21} preferred also {N22}",
        f"{N22} acceptable",
        (THP,),
    ),
    Change(
        N25,
        date(2025, 1, 1),
        TDXD_P,
        f"{N22} not-addressed",
        f"{N25} acceptable also {N22}",
        f"{N25} acceptable",
    ),
    Change(
        N261,
        date(2026, 1, 16),
        TDXD_P,
        f"{N25} acceptable",
        f"{N261} preferred also {N25}",
        None,
    ),
    Change(
        N262,
        date(2026, 4, 1),
        TXH,
        f"{N261} acceptable also {N25}",
        f"{N261} acceptable also {N262}",
        f"{N262} not-addressed",
        (THP,),
    ),
    Change(E21, date(2021, 10, 19), THP, None, f"{E21} preferred", f"{E21} preferred"),
    Change(
        E10,
        date(2023, 5, 1),
        TDM1,
        f"{E21} preferred",
        f"{E21} preferred also {E10}",
        f"{E10} acceptable",
        (THP, LX),
    ),
    Change(
        E11,
        date(2024, 1, 1),
        TDXD,
        f"{E10} preferred",
        f"{E11} preferred also {E10}",
        f"{E11} preferred",
        (THP,),
    ),
    Change(
        E12,
        date(2025, 4, 1),
        TDXD,
        f"{E11} preferred",
        f"{E12} preferred also {E11}",
        f"{E12} preferred",
        (THP,),
    ),
]


def said(change: Change, day: date) -> str | None:
    """What the authority says of the choice where it was made on that day."""
    starts = [day - timedelta(days=140 * ago) for ago in range(len(change.earlier), -1, -1)]
    first = starts[0].isoformat()
    told = tale("someone", as_of=day + timedelta(days=100)).her2_positive_mbc(first)
    for drugs, start, end in zip(change.earlier, starts[:-1], starts[1:], strict=True):
        told.course(drugs, start.isoformat(), through=(end - timedelta(days=7)).isoformat())
    told.course(change.drugs, day.isoformat(), cycles=3)
    situation = situation_of(told.told(), len(change.earlier) + 1)
    for each in judge_line(situation, library(), Period(day, day)):
        if each.finding.authority == change.authority:
            also = f" also {each.finding.also}" if each.finding.also else ""
            return f"{each.finding.edition} {each.finding.verdict}{also}"
    return None


def guidelines() -> list[Edition]:
    """The editions that judge a choice, each on its own."""
    return [
        edition
        for edition in library().editions
        if edition.subject is Subject.SEQUENCING
        and edition.companion_of is None
        and edition.authority in library().sequencing_authorities
    ]


def by_edition(change: Change) -> str:
    return change.edition


@pytest.mark.parametrize("change", CHANGES, ids=by_edition)
def test_before_on_and_after_the_day(change: Change) -> None:
    days = [change.took_force - DAY, change.took_force, change.took_force + DAY]
    assert [said(change, day) for day in days] == [change.before, change.grace, change.grace]


@pytest.mark.parametrize("change", [c for c in CHANGES if c.after], ids=by_edition)
def test_the_last_day_of_grace_and_the_day_after(change: Change) -> None:
    last = change.took_force + GRACE
    assert [said(change, last), said(change, last + DAY)] == [change.grace, change.after]


@pytest.mark.parametrize("change", CHANGES, ids=by_edition)
def test_one_edition_of_an_authority_at_a_time(change: Change) -> None:
    own = [edition for edition in guidelines() if edition.authority == change.authority]
    in_force = [edition.id for edition in own if edition.in_force(change.took_force)]
    assert in_force == [change.edition]
    closed = [e.id for e in own if e.valid_to == change.took_force - DAY]
    assert [e.id for e in own if e.in_force(change.took_force - DAY)] == closed
    assert len(closed) == (change.before is not None)


def test_every_edition_has_its_day() -> None:
    assert {change.edition: change.took_force for change in CHANGES} == {
        edition.id: edition.valid_from for edition in guidelines()
    }


STILL_OPEN = [
    (A22, TDXD, f"{A22} preferred", (THP,)),
    (N262, TDXD, f"{N262} preferred", (THP,)),
    (E12, TDXD, f"{E12} preferred", (THP,)),
]


@pytest.mark.parametrize(
    ("edition", "drugs", "verdict", "earlier"), STILL_OPEN, ids=[row[0] for row in STILL_OPEN]
)
def test_an_edition_is_relied_on_until_its_review(
    edition: str, drugs: list[str], verdict: str, earlier: tuple[list[str], ...]
) -> None:
    choice = Change(edition, REVIEW, drugs, verdict, verdict, None, earlier)
    assert said(choice, REVIEW) == verdict
    assert said(choice, REVIEW + DAY) == f"{edition} indeterminate"


def test_the_open_editions_are_all_tried() -> None:
    assert {row[0] for row in STILL_OPEN} == {each.id for each in guidelines() if each.valid_to is None}
