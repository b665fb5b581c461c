"""What may justify another choice, and which trial speaks of it (knowledge base, sections 2.1 to 2.7): each
drug that may be withheld, each limit of a result, and each line."""

from datetime import date

import pytest

from abstractor.dates import Period, Truth
from abstractor.rules.cns import cns_state
from abstractor.rules.kinds import ReasonRecorded
from abstractor.rules.precedence import ahead_of_guidelines
from abstractor.rules.sequencing import judge_line
from fixtures.stories import HP, TDM1, TDXD, Tale, tale
from tests.asking import library, situation_of
from tests.unit.rules.told import second_line

WITHHELD = [
    ("fam-trastuzumab deruxtecan", {"trastuzumab-deruxtecan-withheld"}),
    ("pertuzumab", {"pertuzumab-withheld", "her2-therapy-withheld"}),
    ("trastuzumab", {"her2-therapy-withheld"}),
    ("docetaxel", {"taxane-withheld"}),
    ("paclitaxel", {"taxane-withheld"}),
    ("nab-paclitaxel", {"taxane-withheld"}),
    ("capecitabine", set()),
]


def _reasons(told: Tale) -> set[str]:
    """All that are on record when the second line is chosen on 2022-06-14."""
    situation = situation_of(told.told(), 2)
    ids = [reason.id for reason in library().terms.reasons]
    return {each for each in ids if ReasonRecorded((each,)).decide(situation).truth is Truth.YES}


@pytest.mark.parametrize(("drug", "reasons"), WITHHELD, ids=[row[0] for row in WITHHELD])
def test_a_drug_that_was_not_given(drug: str, reasons: set[str]) -> None:
    assert _reasons(second_line(TDM1).given(drug, "2022-06-01", status="not-done")) == reasons


@pytest.mark.parametrize(
    ("lvef", "reasons"),
    [
        (38.5, {"weak-heart", "lvef-under-50"}),
        (39.5, {"weak-heart", "lvef-under-50"}),
        (40.0, {"lvef-under-50"}),
        (40.5, {"lvef-under-50"}),
        (48.5, {"lvef-under-50"}),
        (49.5, {"lvef-under-50"}),
        (50.0, set()),
        (50.5, set()),
    ],
)
def test_an_ejection_fraction(lvef: float, reasons: set[str]) -> None:
    assert _reasons(second_line().lvef(lvef, "2022-06-01")) == reasons


@pytest.mark.parametrize(
    ("grade", "reasons"), [(1, set()), (2, set()), (3, {"poor-performance"}), (4, {"poor-performance"})]
)
def test_a_performance_status(grade: int, reasons: set[str]) -> None:
    assert _reasons(second_line().performance(grade, "2022-06-01")) == reasons


@pytest.mark.parametrize(
    ("days", "stable"), [("2022-05-18", False), ("2022-05-17", True), ("2022-05-16", True)]
)
def test_local_therapy_of_the_brain_settles_after_28_days(days: str, stable: bool) -> None:
    told = second_line().metastasis("brain", "2022-05-01")
    told.procedure("Stereotactic radiosurgery of brain metastasis", days)
    assert cns_state(situation_of(told.told(), 2)).possible == {"stable" if stable else "active"}


WHOLE = Period(date(2020, 1, 1), date(2030, 12, 31))


def _before(line: int) -> Tale:
    """Lines before it, none of them with a drug of the trials."""
    told = tale("someone", as_of=date(2026, 12, 31)).her2_positive_mbc("2023-12-01", "liver")
    told.hormone_receptors("positive", "2023-12-05")
    return told.course(TDM1, "2024-01-08", through="2025-02-20") if line == 2 else told


def _trials(told: Tale, line: int, *, step: bool) -> set[str]:
    situation = situation_of(told.told(), line, step=step)
    found = list(judge_line(situation, library(), WHOLE))
    said = " ".join(flag.statement for flag in ahead_of_guidelines(situation, found))
    return {trial.id for trial in library().terms.trials if trial.id in said}


@pytest.mark.parametrize("line", [1, 2])
@pytest.mark.parametrize(
    ("trial", "drugs"),
    [
        ("DESTINY-Breast09", [*TDXD, "pertuzumab"]),
        ("HER2CLIMB-05", [*HP, "tucatinib"]),
        ("PATINA", [*HP, "letrozole", "palbociclib"]),
    ],
)
def test_a_trial_speaks_of_a_choice_in_the_first_line(trial: str, drugs: list[str], line: int) -> None:
    told = _before(line).course(drugs, "2026-02-02", cycles=4)
    assert _trials(told, line, step=False) == ({trial} if line == 1 else set())


@pytest.mark.parametrize(("drug", "trial"), [("palbociclib", "PATINA"), ("tucatinib", "HER2CLIMB-05")])
def test_a_trial_speaks_of_what_joins_maintenance(drug: str, trial: str) -> None:
    told = _before(1).thp("2026-02-02", through="2026-10-01").course(["letrozole"], "2026-06-08")
    told.course([drug], "2026-06-22", through="2026-10-01")
    assert _trials(told, 1, step=True) == {trial}
