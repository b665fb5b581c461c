"""Every kind of sentence, with a case for each truth that it can give; a kind without one fails."""

import inspect
from collections.abc import Callable
from typing import get_args

import pytest

from abstractor.dates import Truth
from abstractor.rules.kinds import (
    KINDS,
    ChosenAgents,
    ChosenComposition,
    ChosenRegimen,
    CnsStatus,
    CnsTreated,
    Condition,
    Findable,
    Her2TherapyAltered,
    LineNumber,
    MaintenanceAdded,
    PriorHer2Regimens,
    ReasonRecorded,
    Received,
    ReceptorStatus,
    RelapseWithin,
    SystemicStable,
)
from fixtures.stories import HP, TDM1, TDXD, Tale
from tests.asking import situation_of
from tests.unit.rules.told import (
    brain,
    chosen,
    lung,
    maintained,
    of_unknown_status,
    only_ordered,
    receptors,
    refused,
    relapsed,
    second_line,
    sorted_out,
    unwhole,
)

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN

NO_CNS, ACTIVE, STABLE = CnsStatus(("none",)), CnsStatus(("active",)), CnsStatus(("stable",))
EITHER = CnsStatus(("active", "stable"))
LUNG, NO_LUNG = ReasonRecorded(("lung-disease",)), ReasonRecorded(("lung-disease",), recorded=False)
HEART, UNDER_50 = ReasonRecorded(("weak-heart",)), ReasonRecorded(("lvef-under-50",))
REFUSAL, WEAK = ReasonRecorded(("pertuzumab-withheld",)), ReasonRecorded(("poor-performance",))
EARLY, LATE = RelapseWithin(365, holds=True), RelapseWithin(365, holds=False)
HALF_A_YEAR = RelapseWithin(183, holds=True)
WITH_P = RelapseWithin(365, holds=True, containing=("pertuzumab",))
ALTERED = Her2TherapyAltered(tuple(HP))
POSITIVE, NEGATIVE = ReceptorStatus(positive=True), ReceptorStatus(positive=False)
TAXANES = ("docetaxel", "paclitaxel")

Row = tuple[Condition, Callable[[], Tale], int, Truth]

CASES: list[Row] = [
    (LineNumber(2, 2), second_line, 2, YES),
    (LineNumber(1, 1), second_line, 2, NO),
    (LineNumber(2), second_line, 2, YES),
    (LineNumber(3), second_line, 2, NO),
    (LineNumber(2, 2), of_unknown_status, 2, UNKNOWN),
    (NO_CNS, second_line, 2, YES),
    (NO_CNS, lambda: brain("2022-06-14"), 2, NO),
    (NO_CNS, lambda: brain("2022-06-15"), 2, YES),
    (NO_CNS, lambda: brain("2022"), 2, UNKNOWN),
    (NO_CNS, lambda: second_line().metastasis("brain", "2022-01-01", verification="provisional"), 2, UNKNOWN),
    (NO_CNS, lambda: second_line().metastasis("brain", "2022-01-01", verification="refuted"), 2, YES),
    (NO_CNS, lambda: unwhole(second_line()), 2, UNKNOWN),
    (ACTIVE, lambda: brain("2022-06-01"), 2, YES),
    (ACTIVE, second_line, 2, NO),
    (ACTIVE, lambda: brain("2022-05-01", treated="2022-05-18"), 2, YES),  # 27 days before
    (ACTIVE, lambda: brain("2022-05-01", treated="2022-05-17"), 2, NO),  # 28 days before
    (ACTIVE, lambda: brain("2022-02-01", treated="2022-03-01", again="2022-06-01"), 2, YES),
    (ACTIVE, lambda: brain("2022-02-01", treated="2022-05"), 2, UNKNOWN),
    (ACTIVE, lambda: of_unknown_status().metastasis("brain", "2022-06-01"), 2, UNKNOWN),  # no procedures held
    (EITHER, lambda: of_unknown_status().metastasis("brain", "2022-06-01"), 2, YES),
    (STABLE, lambda: brain("2022-05-01", treated="2022-05-17"), 2, YES),
    (STABLE, lambda: brain("2022-05-01", treated="2022-05-18"), 2, NO),
    (STABLE, lambda: brain("2022-02-01", treated="2022-03-01", again="2022"), 2, UNKNOWN),
    (CnsTreated(), lambda: brain("2022-05-01", treated="2022-06-14"), 2, YES),
    (CnsTreated(), lambda: brain("2022-05-01", treated="2020-01-06"), 2, YES),
    (CnsTreated(), lambda: brain("2022-05-01", treated="2020-01-05"), 2, NO),
    (CnsTreated(), lambda: brain("2022-05-01", treated="2022-06-15"), 2, NO),
    (CnsTreated(), lambda: brain("2022-05-01", treated="2022"), 2, UNKNOWN),
    (CnsTreated(), second_line, 2, NO),
    (CnsTreated(), lambda: brain("2019-12-20", treated="2020-01-06"), 1, NO),
    (LUNG, lambda: lung("2022-06-14"), 2, YES),
    (LUNG, lambda: lung("2022-06-15"), 2, NO),
    (LUNG, lambda: lung("2022-06"), 2, UNKNOWN),
    (LUNG, lambda: unwhole(second_line()), 2, UNKNOWN),
    (NO_LUNG, second_line, 2, YES),
    (NO_LUNG, lambda: lung("2022-06-01"), 2, NO),
    (NO_LUNG, lambda: unwhole(second_line()), 2, UNKNOWN),
    (HEART, lambda: sorted_out("active"), 2, YES),
    (HEART, lambda: sorted_out("resolved"), 2, NO),
    (HEART, lambda: second_line().lvef(39, "2022-06-14"), 2, YES),
    (HEART, lambda: second_line().lvef(40, "2022-06-14"), 2, NO),
    (HEART, lambda: second_line().lvef(39, "2022-06-15"), 2, NO),
    (HEART, lambda: second_line().lvef(39, "2022-05-01").lvef(55, "2022-06-01"), 2, NO),  # the latest
    (HEART, lambda: second_line().lvef(39, "2022-06"), 2, UNKNOWN),
    (UNDER_50, lambda: second_line().lvef(49, "2022-06-01"), 2, YES),
    (UNDER_50, lambda: second_line().lvef(50, "2022-06-01"), 2, NO),
    (WEAK, lambda: second_line().performance(3, "2022-06-01"), 2, YES),
    (WEAK, lambda: second_line().performance(2, "2022-06-01"), 2, NO),
    (REFUSAL, lambda: refused("2022-06-14"), 2, YES),
    (REFUSAL, lambda: refused("2022-06-15"), 2, NO),
    (REFUSAL, lambda: unwhole(second_line()), 2, NO),  # a refusal has to be documented
    (Received(("docetaxel",), before=True), second_line, 2, YES),
    (Received(("docetaxel",), before=True), second_line, 1, NO),
    (Received(("docetaxel",), before=True), of_unknown_status, 2, UNKNOWN),
    (Received(tuple(TDM1), before=True), only_ordered, 3, UNKNOWN),
    (Received(tuple(TDXD), before=False), second_line, 2, YES),
    (Received(("docetaxel",), before=False), second_line, 2, NO),
    (Received(("docetaxel",), before=False), of_unknown_status, 2, UNKNOWN),
    (PriorHer2Regimens(1), second_line, 2, YES),
    (PriorHer2Regimens(2), second_line, 2, NO),
    (PriorHer2Regimens(1), of_unknown_status, 2, UNKNOWN),
    (PriorHer2Regimens(2), only_ordered, 3, UNKNOWN),
    (PriorHer2Regimens(1, any_setting=True), lambda: relapsed("2022-01-09"), 1, YES),
    (PriorHer2Regimens(1), lambda: relapsed("2022-01-09"), 1, NO),
    (EARLY, lambda: relapsed("2022-01-09"), 1, YES),
    (EARLY, lambda: relapsed("2022-01-10"), 1, YES),
    (EARLY, lambda: relapsed("2022-01-11"), 1, NO),
    (EARLY, lambda: relapsed("2022-01"), 1, UNKNOWN),
    (EARLY, second_line, 1, NO),
    (HALF_A_YEAR, lambda: relapsed("2021-07-12"), 1, YES),
    (HALF_A_YEAR, lambda: relapsed("2021-07-13"), 1, NO),
    (WITH_P, lambda: relapsed("2022-01-10", drugs=tuple(HP)), 1, YES),
    (WITH_P, lambda: relapsed("2022-01-10"), 1, NO),
    (WITH_P, lambda: relapsed("2022-01", drugs=tuple(HP)), 1, UNKNOWN),
    (LATE, lambda: relapsed("2022-01-11"), 1, YES),
    (LATE, lambda: relapsed("2022-01-10"), 1, NO),
    (LATE, lambda: relapsed("2022-01"), 1, UNKNOWN),
    (POSITIVE, lambda: receptors(result="positive"), 2, YES),
    (POSITIVE, lambda: receptors(result="negative"), 2, NO),
    (POSITIVE, second_line, 2, UNKNOWN),
    (POSITIVE, lambda: receptors("Z17.0"), 2, YES),
    (POSITIVE, lambda: receptors("Z17.0", result="negative"), 2, NO),  # the tissue stands before the code
    (POSITIVE, lambda: receptors("Z17.0", "Z17.420"), 2, UNKNOWN),
    (POSITIVE, lambda: receptors(result="positive").hormone_receptors("negative", "2022-06-14"), 2, NO),
    (POSITIVE, lambda: receptors(result="positive").hormone_receptors("negative", "2022-06-15"), 2, YES),
    (POSITIVE, lambda: receptors(result="positive", on="2022-06-15"), 2, YES),  # the same tumour
    (NEGATIVE, lambda: receptors(result="negative"), 2, YES),
    (NEGATIVE, lambda: receptors(result="positive"), 2, NO),
    (NEGATIVE, second_line, 2, UNKNOWN),
    (SystemicStable(), lambda: second_line().disease("stable", "2022-06-14"), 2, YES),
    (SystemicStable(), lambda: second_line().disease("improved", "2022-06-01"), 2, YES),
    (SystemicStable(), lambda: second_line().disease("stable", "2022-06-15"), 2, NO),
    (SystemicStable(), lambda: second_line().disease("stable", "2019-12-20"), 2, NO),
    (
        SystemicStable(),
        lambda: second_line().disease("stable", "2022-05-01").progression("2022-06-01"),
        2,
        NO,
    ),
    (SystemicStable(), second_line, 2, NO),
    (SystemicStable(), lambda: second_line().disease("stable", "2020-01-05"), 1, NO),
    (ALTERED, second_line, 1, NO),
    (ALTERED, lambda: chosen("docetaxel", "trastuzumab"), 1, YES),
    (ALTERED, lambda: chosen("docetaxel", "pertuzumab"), 1, YES),
    (ALTERED, lambda: chosen("docetaxel"), 1, YES),
    (ALTERED, second_line, 2, YES),
    (ALTERED, lambda: second_line(["vinorelbine", *HP]), 2, NO),
    (ALTERED, lambda: second_line(["capecitabine"]), 2, YES),
    (ChosenRegimen(("TDXD",)), second_line, 2, YES),
    (ChosenRegimen(("TDM1",)), second_line, 2, NO),
    (ChosenAgents(all_of=tuple(HP), any_of=TAXANES), second_line, 1, YES),
    (ChosenAgents(any_of=("paclitaxel",)), second_line, 1, NO),
    (ChosenAgents(all_of=tuple(HP), none_of=("docetaxel",)), second_line, 1, NO),
    (ChosenAgents(all_of=tuple(TDM1)), second_line, 2, NO),
    (ChosenComposition(her2_directed=True, chemotherapy=True, endocrine=False), second_line, 1, YES),
    (ChosenComposition(her2_directed=False), lambda: chosen("capecitabine"), 1, YES),
    (ChosenComposition(her2_directed=False), second_line, 1, NO),
    (ChosenComposition(chemotherapy=False), second_line, 2, YES),
    (ChosenComposition(chemotherapy=False), second_line, 1, NO),
    (ChosenComposition(endocrine=True), lambda: chosen("letrozole", "trastuzumab"), 1, YES),
    (ChosenComposition(endocrine=True), second_line, 1, NO),
    (ChosenComposition(her2_among=("trastuzumab",)), lambda: chosen("docetaxel", "trastuzumab"), 1, YES),
    (ChosenComposition(her2_among=("trastuzumab",)), second_line, 1, NO),
    (ChosenComposition(her2_among=("trastuzumab",)), lambda: chosen("docetaxel"), 1, NO),
]

STEPS: list[Row] = [
    (MaintenanceAdded(("palbociclib",)), maintained, 1, YES),
    (MaintenanceAdded(("palbociclib",), beside_any=("trastuzumab",)), maintained, 1, YES),
    (MaintenanceAdded(("palbociclib",), beside_any=("letrozole",)), maintained, 1, NO),
    (
        MaintenanceAdded(("palbociclib",), beside_any=("letrozole",)),
        lambda: maintained(with_letrozole=True),
        1,
        YES,
    ),
    (MaintenanceAdded(("tucatinib",)), maintained, 1, NO),
]

# What was chosen is always known once the line is; and silence on the disease outside the CNS is a no.
NEVER_UNKNOWN = (
    ChosenAgents,
    ChosenComposition,
    ChosenRegimen,
    Her2TherapyAltered,
    MaintenanceAdded,
    SystemicStable,
)


def _told(rows: list[Row]) -> list[str]:
    return [f"{n}: {row[0].sentence()} -> {row[3].value}" for n, row in enumerate(rows)]


@pytest.mark.parametrize(("condition", "told", "line", "truth"), CASES, ids=_told(CASES))
def test_condition(condition: Condition, told: Callable[[], Tale], line: int, truth: Truth) -> None:
    decided = condition.decide(situation_of(told().told(), line))
    assert decided.truth is truth, decided
    assert (decided.reason is None) == (truth is YES)
    assert decided.shows


@pytest.mark.parametrize(("condition", "told", "line", "truth"), STEPS, ids=_told(STEPS))
def test_condition_on_a_step(condition: Condition, told: Callable[[], Tale], line: int, truth: Truth) -> None:
    decided = condition.decide(situation_of(told().told(), line, step=True))
    assert decided.truth is truth, decided
    assert condition.decide(situation_of(told().told(), line)).truth is NO, "the opening is no step"


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_has_a_case_for_each_truth(kind: type[Condition]) -> None:
    wanted = {YES, NO} if kind in NEVER_UNKNOWN else {YES, NO, UNKNOWN}
    assert {row[3] for row in (*CASES, *STEPS) if isinstance(row[0], kind)} == wanted


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_kind_that_can_say_unknown_is_asked_for_it(kind: type[Condition]) -> None:
    module = inspect.getmodule(kind)
    assert module is not None
    assert ("UNKNOWN" in inspect.getsource(module)) == (kind not in NEVER_UNKNOWN)


GIVEN: list[tuple[Findable, object, Truth]] = [
    (NO_CNS, "none", YES),
    (NO_CNS, "active", NO),
    (STABLE, "stable", YES),
    (EARLY, 365, YES),
    (EARLY, 366, NO),
    (LATE, 366, YES),
    (LATE, 365, NO),
    (WITH_P, 365, NO),  # no pertuzumab in the curative therapy: no date would make it so
    (LUNG, True, YES),
    (NO_LUNG, True, NO),
    (Received(tuple(TDXD), before=True), True, YES),
    (Received(tuple(TDXD), before=False), True, NO),
    (PriorHer2Regimens(2), 2, YES),
    (PriorHer2Regimens(2), 1, NO),
    (POSITIVE, True, YES),
    (POSITIVE, False, NO),
    (NEGATIVE, False, YES),
    (SystemicStable(), False, NO),
]


@pytest.mark.parametrize(
    ("condition", "answer", "truth"),
    GIVEN,
    ids=[f"{n}: {row[0].sentence()}, {row[1]} -> {row[2].value}" for n, row in enumerate(GIVEN)],
)
def test_what_a_reader_could_find_decides_it(condition: Findable, answer: object, truth: Truth) -> None:
    situation = situation_of(relapsed("2022-01-09").told(), 1)
    offered = condition.answers(situation)
    assert condition.given(answer, situation) is truth
    assert all(condition.given(each.value, situation) is not UNKNOWN and each.finding for each in offered)
    assert len({condition.question(), *(each.finding for each in offered)}) == 1 + len(offered)


def test_every_findable_kind_has_an_answer_told() -> None:
    assert {type(row[0]) for row in GIVEN} == set(get_args(Findable))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: LineNumber(0), "line number"),
        (lambda: LineNumber(3, 2), "line number"),
        (lambda: CnsStatus(()), "CNS status"),
        (lambda: CnsStatus(("treated",)), "CNS status"),
        (lambda: ChosenComposition(), "at least one thing"),
    ],
)
def test_ill_formed_sentences_do_not_exist(wrong: Callable[[], Condition], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        wrong()
