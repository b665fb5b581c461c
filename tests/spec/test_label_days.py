"""The day before, the day of and the day after every change of a US label, and the day of its next review."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from abstractor.abstract import Finding
from abstractor.dates import Period
from abstractor.rules.labels import judge_label
from abstractor.rules.library import Edition, Subject
from fixtures.stories import TDM1, TDXD, THP, tale
from tests.asking import library, situation_of

DAY = timedelta(days=1)
REVIEW = date(2026, 12, 31)


@dataclass(frozen=True, slots=True)
class Change:
    """A choice that meets a new label: `before` and `since` are "label verdict", null where none was yet; the
    label's own day is the day of the change.

    `after`: the earlier lines. `step`: the drugs join THP as maintenance.
    """

    drugs: list[str]
    before: str | None
    since: str
    after: tuple[list[str], ...] = ()
    step: bool = False

    @property
    def label(self) -> str:
        return f"fda-{self.since.split()[0]}"

    @property
    def took_force(self) -> date:
        return date.fromisoformat(self.label[-len("2022-05-04") :])


TXH, NX, MARG = (
    ["capecitabine", "trastuzumab", "tucatinib"],
    ["capecitabine", "neratinib"],
    ["eribulin", "margetuximab"],
)
PALBO, TDXD_P = ["letrozole", "palbociclib"], [*TDXD, "pertuzumab"]
H, P, L = "trastuzumab", "pertuzumab", "lapatinib"
DM1, DXD = "ado-trastuzumab-emtansine", "fam-trastuzumab-deruxtecan"
CHANGES = [
    Change([H], None, f"{H}-1998-09-25 on-label"),
    Change([H], f"{H}-1998-09-25 on-label", f"{H}-2006-11-16 on-label"),
    Change(["capecitabine", L], None, f"{L}-2007-03-13 on-label"),
    Change(["letrozole", L], f"{L}-2007-03-13 off-label", f"{L}-2010-01-29 on-label"),
    Change(THP, f"{H}-2006-11-16 off-label", f"{P}-2012-06-08 on-label"),
    Change(TDM1, None, f"{DM1}-2013-02-22 on-label", after=(THP,)),
    Change(THP, f"{P}-2012-06-08 on-label", f"{P}-2013-09-30 on-label"),
    Change(PALBO, None, "palbociclib-2015-02-03 off-label"),
    Change(["letrozole", "ribociclib"], None, "ribociclib-2017-03-13 off-label"),
    Change(NX, None, "neratinib-2017-07-17 off-label", after=(THP, TDM1)),
    Change(["abemaciclib", "letrozole"], None, "abemaciclib-2017-09-28 off-label"),
    Change(THP, f"{P}-2013-09-30 on-label", f"{P}-2017-12-20 on-label"),
    Change(TDM1, f"{DM1}-2013-02-22 on-label", f"{DM1}-2019-05-03 on-label", after=(THP,)),
    Change(TDXD, None, f"{DXD}-2019-12-20 on-label", after=(THP, TDM1)),
    Change(NX, "neratinib-2017-07-17 off-label", "neratinib-2020-02-25 on-label", after=(THP, TDM1)),
    Change(TXH, f"{H}-2006-11-16 off-label", "tucatinib-2020-04-17 on-label", after=(THP,)),
    Change(MARG, None, "margetuximab-2020-12-16 on-label", after=(THP, TDM1)),
    Change(TDXD, f"{DXD}-2019-12-20 off-label", f"{DXD}-2022-05-04 on-label", after=(THP,)),
    Change(["letrozole", "ribociclib"], "ribociclib-2017-03-13 off-label", "ribociclib-2024-09-17 off-label"),
    Change(TDXD_P, f"{DXD}-2022-05-04 off-label", f"{DXD}-2025-12-15 on-label"),
    Change(TDXD_P, f"{DXD}-2025-12-15 on-label", f"{DXD}-2026-05-15 on-label"),
    Change(PALBO, "palbociclib-2015-02-03 off-label", "palbociclib-2026-06-24 on-label", step=True),
]


def finding(change: Change, day: date) -> Finding | None:
    """What the labels say of the choice where it was made on that day."""
    earlier = (THP,) if change.step else change.after
    starts = [day - timedelta(days=140 * ago) for ago in range(len(earlier), -1, -1)]
    first = starts[0].isoformat()
    told = tale("someone", as_of=day + timedelta(days=100)).her2_positive_mbc(first)
    told.hormone_receptors("positive", first)
    for drugs, start, end in zip(earlier, starts[:-1], starts[1:], strict=True):
        last = day + timedelta(days=60) if change.step else end - timedelta(days=7)
        told.course(drugs, start.isoformat(), through=last.isoformat())
    told.course(change.drugs, day.isoformat(), cycles=3)
    number = 1 if change.step else len(earlier) + 1
    found = judge_label(situation_of(told.told(), number, step=change.step), library(), Period(day, day))
    return found.finding if found else None


def said(found: Finding | None) -> str | None:
    return f"{found.edition.removeprefix('fda-')} {found.verdict}" if found else None


def labels() -> list[Edition]:
    return [edition for edition in library().editions if edition.subject is Subject.LABEL]


def by_since(change: Change) -> str:
    return change.since


@pytest.mark.parametrize("change", CHANGES, ids=by_since)
def test_before_on_and_after_the_day(change: Change) -> None:
    days = [change.took_force - DAY, change.took_force, change.took_force + DAY]
    assert [said(finding(change, day)) for day in days] == [change.before, change.since, change.since]


@pytest.mark.parametrize("change", CHANGES, ids=by_since)
def test_one_label_of_a_drug_at_a_time(change: Change) -> None:
    (drug,) = library().edition(change.label).agents
    own = [edition for edition in labels() if edition.agents == (drug,)]
    assert [e.id for e in own if e.in_force(change.took_force)] == [change.label]
    closed = [e for e in own if e.valid_to == change.took_force - DAY]
    assert len([e for e in own if e.in_force(change.took_force - DAY)]) == len(closed)
    assert [e.next_review for e in closed] == [e.valid_to for e in closed]


def test_every_label_has_its_day() -> None:
    assert sorted(change.label for change in CHANGES) == sorted(edition.id for edition in labels())


OPEN = {edition.id for edition in labels() if edition.valid_to is None}


@pytest.mark.parametrize("change", [c for c in CHANGES if c.label in OPEN], ids=by_since)
def test_a_label_is_relied_on_until_its_review(change: Change) -> None:
    assert said(finding(change, REVIEW)) == change.since
    stale = finding(change, REVIEW + DAY)
    assert stale is not None and stale.verdict == "indeterminate"
    assert "guideline-stale" in stale.statement


def test_two_regimens_before_surgery_are_no_regimen_for_metastatic_disease() -> None:
    """Margetuximab: two or more in any setting, and one of them for metastatic disease."""
    told = tale("someone", as_of=date(2023, 12, 31)).breast_cancer("2019-01-07").her2_ihc("3+", "2019-01-07")
    told.course(["docetaxel", "trastuzumab"], "2019-02-04", cycles=6).course(TDM1, "2019-09-02", cycles=14)
    told.metastasis("liver", "2023-01-09").course(["eribulin", "margetuximab"], "2023-02-06", cycles=5)
    situation = situation_of(told.told(), 1)
    found = judge_label(situation, library(), Period(date(2023, 1, 1), date(2023, 12, 31)))
    assert found is not None and found.finding.verdict == "off-label"
