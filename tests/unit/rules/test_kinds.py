"""Every kind of sentence, with a case for each truth that it can give; a kind without one fails."""

from collections.abc import Callable
from datetime import date

import pytest

from abstractor.dates import Truth
from abstractor.rules.kinds import (
    KINDS,
    ChosenAgents,
    ChosenRegimen,
    CnsStatus,
    Condition,
    ExceptionRecorded,
    LineNumber,
    PriorHer2Regimens,
    Received,
    RelapseWithin,
)
from fixtures.stories import HP, TDM1, TDXD, Tale, tale
from tests.asking import situation_of

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN

NO_CNS = CnsStatus(present=False, concepts=("cns-metastasis",))
CNS = CnsStatus(present=True, concepts=("cns-metastasis",))
LUNG = ExceptionRecorded(
    recorded=True,
    concepts=("ild-pneumonitis",),
    result_concepts=("lvef",),
    below=50,
    names="lung disease or low LVEF",
)
NO_LUNG = ExceptionRecorded(
    recorded=False, concepts=("ild-pneumonitis",), result_concepts=("lvef",), below=50, names="lung disease"
)
WITHHELD = ExceptionRecorded(
    recorded=True, concepts=(), result_concepts=(), below=0, names="refusal", withheld_agents=("pertuzumab",)
)


def second_line() -> Tale:
    told = tale("someone").her2_positive_mbc("2019-12-01", "liver").thp("2020-01-06", through="2021-12-01")
    return told.course(TDXD, "2022-06-14", cycles=4)


def of_unknown_status() -> Tale:
    told = tale("someone").her2_positive_mbc("2019-12-01", "liver")
    for drug in ("docetaxel", *HP):
        told.order(drug, "2020-01-06", status="unknown")
    return told.course(TDXD, "2022-06-14", cycles=4)


def refused(on: str) -> Tale:
    return second_line().given("pertuzumab", on, status="not-done")


def only_ordered() -> Tale:
    """A second line that was ordered and never given, where administrations were seen whole."""
    told = tale("someone").her2_positive_mbc("2019-12-01", "liver").thp("2020-01-06", through="2020-12-01")
    return told.order(TDM1[0], "2021-01-04").course(TDXD, "2022-06-14", cycles=4)


def relapsed(on: str) -> Tale:
    """Adjuvant antibody to 2021-01-10, metastatic on that day, THP a month later."""
    told = tale("someone", as_of=date(2023, 12, 31)).breast_cancer("2020-01-06").her2_ihc("3+", "2020-01-06")
    told.course(["trastuzumab"], "2020-02-03", until="2021-01-10").metastasis("liver", on)
    return told.course(["docetaxel", *HP], "2022-09-01", cycles=6)


def unwhole(told: Tale) -> Tale:
    """One Condition cannot be read, so Condition was not seen whole."""
    return told.raw({"resourceType": "Condition", "id": "broken", "subject": {"reference": "Patient/someone"},
                     "code": {"text": "x"}, "onsetDateTime": "2020-02-31"})  # fmt: skip


CASES: list[tuple[Condition, Callable[[], Tale], int, Truth]] = [
    (LineNumber(2, 2), second_line, 2, YES),
    (LineNumber(1, 1), second_line, 2, NO),
    (LineNumber(2), second_line, 2, YES),
    (NO_CNS, second_line, 2, YES),
    (NO_CNS, lambda: second_line().metastasis("brain", "2022-06-14"), 2, NO),
    (NO_CNS, lambda: second_line().metastasis("brain", "2022-06-15"), 2, YES),
    (NO_CNS, lambda: second_line().metastasis("brain", "2022"), 2, UNKNOWN),
    (NO_CNS, lambda: second_line().metastasis("brain", "2022-01-01", verification="provisional"), 2, UNKNOWN),
    (NO_CNS, lambda: second_line().metastasis("brain", "2022-01-01", verification="refuted"), 2, YES),
    (NO_CNS, lambda: unwhole(second_line()), 2, UNKNOWN),
    (CNS, lambda: second_line().metastasis("brain", "2022-06-01"), 2, YES),
    (CNS, second_line, 2, NO),
    (LUNG, lambda: second_line().condition("J84.10", "Pulmonary fibrosis", "2022-06-14"), 2, YES),
    (LUNG, lambda: second_line().condition("J84.10", "Pulmonary fibrosis", "2022-06-15"), 2, NO),
    (LUNG, lambda: second_line().condition("J84.10", "Pulmonary fibrosis", "2022-06"), 2, UNKNOWN),
    (LUNG, lambda: second_line().lvef(49, "2022-06-01"), 2, YES),
    (LUNG, lambda: second_line().lvef(50, "2022-06-01"), 2, NO),
    (WITHHELD, lambda: refused("2022-06-14"), 2, YES),
    (WITHHELD, lambda: refused("2022-06-15"), 2, NO),
    (WITHHELD, second_line, 2, NO),
    (NO_LUNG, second_line, 2, YES),
    (NO_LUNG, lambda: second_line().condition("J84.10", "Pulmonary fibrosis", "2022-06-01"), 2, NO),
    (NO_LUNG, lambda: unwhole(second_line()), 2, UNKNOWN),
    (Received(("docetaxel",), before=True), second_line, 2, YES),
    (Received(("docetaxel",), before=True), second_line, 1, NO),
    (Received(("docetaxel",), before=True), of_unknown_status, 2, UNKNOWN),
    (Received(tuple(TDXD), before=False), second_line, 2, YES),
    (Received(("docetaxel",), before=False), second_line, 2, NO),
    (Received(("docetaxel",), before=False), of_unknown_status, 2, UNKNOWN),
    (PriorHer2Regimens(1), second_line, 2, YES),
    (PriorHer2Regimens(2), second_line, 2, NO),
    (PriorHer2Regimens(1), of_unknown_status, 2, UNKNOWN),
    (PriorHer2Regimens(2), only_ordered, 3, UNKNOWN),
    (Received(tuple(TDM1), before=True), only_ordered, 3, UNKNOWN),
    (RelapseWithin(365, holds=True), lambda: relapsed("2022-01-09"), 1, YES),
    (RelapseWithin(365, holds=True), lambda: relapsed("2022-01-10"), 1, YES),
    (RelapseWithin(365, holds=True), lambda: relapsed("2022-01-11"), 1, NO),
    (RelapseWithin(365, holds=True), lambda: relapsed("2022-01"), 1, UNKNOWN),
    (RelapseWithin(365, holds=True), second_line, 1, NO),
    (RelapseWithin(365, holds=False), lambda: relapsed("2022-01-11"), 1, YES),
    (RelapseWithin(365, holds=False), lambda: relapsed("2022-01-10"), 1, NO),
    (RelapseWithin(365, holds=False), lambda: relapsed("2022-01"), 1, UNKNOWN),
    (ChosenRegimen(("TDXD",)), second_line, 2, YES),
    (ChosenRegimen(("TDM1",)), second_line, 2, NO),
    (ChosenAgents(all_of=tuple(HP), any_of=("docetaxel", "paclitaxel")), second_line, 1, YES),
    (ChosenAgents(all_of=tuple(HP), none_of=("docetaxel",)), second_line, 1, NO),
    (ChosenAgents(all_of=tuple(TDM1)), second_line, 2, NO),
]

# What the line's own number, regimen and agents are is always known once the line is.
NEVER_UNKNOWN = (LineNumber, ChosenRegimen, ChosenAgents)


@pytest.mark.parametrize(
    ("condition", "told", "line", "truth"),
    CASES,
    ids=[f"{n}: {row[0].sentence()} -> {row[3].value}" for n, row in enumerate(CASES)],
)
def test_condition(condition: Condition, told: Callable[[], Tale], line: int, truth: Truth) -> None:
    decided = condition.decide(situation_of(told().told(), line))
    assert decided.truth is truth, decided
    assert (decided.reason is None) == (truth is YES)
    assert decided.shows


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_has_a_case_for_each_truth(kind: type[Condition]) -> None:
    wanted = {YES, NO} if kind in NEVER_UNKNOWN else {YES, NO, UNKNOWN}
    assert {row[3] for row in CASES if isinstance(row[0], kind)} == wanted


@pytest.mark.parametrize(
    "wrong",
    [lambda: LineNumber(0), lambda: LineNumber(3, 2)],
)
def test_ill_formed_sentences_do_not_exist(wrong: Callable[[], Condition]) -> None:
    with pytest.raises(ValueError, match="line number"):
        wrong()
