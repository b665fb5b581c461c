"""What each condition is called, what it shows of a chart, and the code that says why it does not hold."""

from collections.abc import Callable
from datetime import date

import pytest

from abstractor.rules.kinds import Condition
from abstractor.rules.kinds.chosen import ChosenAgents, ChosenRegimen
from abstractor.rules.kinds.chosen_composition import ChosenComposition
from abstractor.rules.kinds.cns_status import CnsStatus
from abstractor.rules.kinds.cns_treated import CnsTreated
from abstractor.rules.kinds.her2_therapy_altered import Her2TherapyAltered
from abstractor.rules.kinds.line_number import LineNumber
from abstractor.rules.kinds.maintenance_added import MaintenanceAdded
from abstractor.rules.kinds.prior_regimens import PriorHer2Regimens
from abstractor.rules.kinds.received import Received
from abstractor.rules.kinds.relapse import RelapseWithin
from abstractor.rules.kinds.systemic_stable import SystemicStable
from fixtures.stories import HP, TDM1, TDXD, Tale, tale
from tests.asking import situation_of
from tests.unit.rules.told import (
    brain,
    chosen,
    maintained,
    mets,
    of_unknown_status,
    only_ordered,
    relapsed,
    second_line,
)

SENTENCES: list[tuple[Condition, str]] = [
    (LineNumber(2, 2), "palliative line 2"),
    (LineNumber(2), "palliative line 2 or later"),
    (CnsStatus(("none",)), "without CNS metastases"),
    (CnsStatus(("active", "stable")), "with active or stable CNS metastases"),
    (CnsTreated(), "after local therapy of CNS metastases during the line before"),
    (Received(("docetaxel", "paclitaxel"), before=True), "after docetaxel or paclitaxel"),
    (Received(("docetaxel",), before=False), "not after docetaxel"),
    (PriorHer2Regimens(2), "after 2 or more HER2-directed regimens for metastatic disease"),
    (PriorHer2Regimens(1, any_setting=True), "after 1 or more HER2-directed regimens in any setting"),
    (
        RelapseWithin(365, holds=True, containing=("pertuzumab", "trastuzumab")),
        "relapse within 365 days of (neo)adjuvant HER2-directed therapy containing pertuzumab or trastuzumab",
    ),
    (RelapseWithin(183, holds=False), "no relapse within 183 days of (neo)adjuvant HER2-directed therapy"),
    (SystemicStable(), "where the disease outside the CNS is documented as stable"),
    (Her2TherapyAltered(tuple(HP)), "where the choice leaves out or changes HER2-directed therapy"),
    (ChosenRegimen(("TDXD", "TDM1")), "choosing TDXD or TDM1"),
    (
        ChosenAgents(("trastuzumab", "pertuzumab"), ("docetaxel", "paclitaxel"), ("carboplatin", "x")),
        "with trastuzumab and pertuzumab, with docetaxel or paclitaxel, without carboplatin or x",
    ),
    (ChosenAgents(any_of=("docetaxel",)), "with docetaxel"),
    (
        ChosenComposition(her2_directed=True, chemotherapy=False, endocrine=True),
        "with a HER2-directed agent, without chemotherapy, with endocrine therapy",
    ),
    (
        ChosenComposition(her2_among=("trastuzumab", "pertuzumab"), chemotherapy=True),
        "with chemotherapy, no HER2-directed agent but trastuzumab or pertuzumab",
    ),
    (MaintenanceAdded(("palbociclib",)), "adding palbociclib to maintenance"),
    (
        MaintenanceAdded(("palbociclib", "tucatinib"), beside_any=("letrozole", "tamoxifen")),
        "adding palbociclib or tucatinib to maintenance beside letrozole or tamoxifen",
    ),
]


@pytest.mark.parametrize(("condition", "sentence"), SENTENCES)
def test_what_a_condition_is_called(condition: Condition, sentence: str) -> None:
    assert condition.sentence() == sentence


def after_chemotherapy() -> Tale:
    """Metastatic, capecitabine alone, then T-DXd."""
    return (
        mets()
        .course(["capecitabine"], "2020-01-06", through="2020-12-01")
        .course(TDXD, "2022-06-14", cycles=4)
    )


def mets_on(day: str) -> Tale:
    told = tale("someone", as_of=date(2023, 12, 31)).breast_cancer("2020-01-06").her2_ihc("3+", "2020-01-06")
    return told.metastasis("liver", day)


Row = tuple[Condition, Callable[[], Tale], int, str | None, str]
THP = "docetaxel, pertuzumab, trastuzumab were chosen"
CURATIVE = "last curative HER2-directed dose 2021-01-10, metastatic"

SHOWN: list[Row] = [
    (LineNumber(2, 2), second_line, 2, None, "this is palliative line 2"),
    (LineNumber(1, 1), second_line, 2, "another-line", "this is palliative line 2"),
    (LineNumber(2, 2), of_unknown_status, 2, "status-unknown",
     "this is palliative line 2, if an earlier order of unknown status was carried out"),
    (CnsStatus(("active",)), second_line, 2, "another-cns-status", "no CNS metastasis recorded"),
    (CnsStatus(("none",)), lambda: brain("2022"), 2, "cns-status-unknown",
     "a CNS metastasis of doubtful date or status"),
    (CnsStatus(("none",)), lambda: brain("2022-02-01", treated="2022-05"), 2, "another-cns-status",
     "CNS metastasis recorded 2022-02-01, local therapy of which it is not known whether it was 28 days "
     "before or more"),
    (CnsTreated(), lambda: brain("2022-05-01", treated="2022-06-14"), 2, None,
     "local therapy of the CNS 2022-06-14"),
    (CnsTreated(), lambda: brain("2022-05-01", treated="2022"), 2, "date-uncertain",
     "local therapy of the CNS, of doubtful date"),
    (CnsTreated(), lambda: brain("2022-05-01", treated="2022-06-01").but(status="not-done"), 2,
     "not-documented", "no local therapy of the CNS during the line before"),
    (CnsTreated(), lambda: second_line().procedure("Insertion of a venous access port", "2022-06-01"), 2,
     "not-documented", "no local therapy of the CNS during the line before"),
    (CnsTreated(), lambda: brain("2019-12-20", treated="2020-01-06"), 1, "not-documented",
     "no earlier palliative line"),
    (Received(("docetaxel",), before=True), second_line, 2, None, "docetaxel given before, from 2020-01-06"),
    (Received(("docetaxel",), before=True), second_line, 1, "not-received-before",
     "no docetaxel in an earlier line"),
    (Received(("docetaxel",), before=False), second_line, 2, "received-before",
     "docetaxel given before, from 2020-01-06"),
    (Received(tuple(TDM1), before=True), only_ordered, 3, "received-before",
     "ado-trastuzumab emtansine given before, from 2021-01-04"),
    (PriorHer2Regimens(1), second_line, 2, None, "1 HER2-directed regimen for metastatic disease before"),
    (PriorHer2Regimens(2), second_line, 2, "too-few-regimens",
     "1 HER2-directed regimen for metastatic disease before"),
    (PriorHer2Regimens(1), lambda: relapsed("2022-01-09"), 1, "too-few-regimens",
     "0 HER2-directed regimens for metastatic disease before"),
    (PriorHer2Regimens(1, any_setting=True), lambda: relapsed("2022-01-09", drugs=("docetaxel",)), 1,
     "too-few-regimens", "0 HER2-directed regimens in any setting before"),
    (PriorHer2Regimens(1), after_chemotherapy, 2, "too-few-regimens",
     "0 HER2-directed regimens for metastatic disease before"),
    (PriorHer2Regimens(2), only_ordered, 3, "status-unknown",
     "2 HER2-directed regimens for metastatic disease before, some of unknown status or never given"),
    (RelapseWithin(365, holds=True), lambda: relapsed("2022-01-11"), 1, "late-relapse",
     f"{CURATIVE} 2022-01-11 (366 days)"),
    (RelapseWithin(365, holds=False), lambda: relapsed("2022-01-10"), 1, "early-relapse",
     f"{CURATIVE} 2022-01-10 (365 days)"),
    (RelapseWithin(365, holds=True), lambda: relapsed("2022-01"), 1, "date-uncertain",
     f"{CURATIVE} 2022-01-01..2022-01-31 (356 days)"),
    (RelapseWithin(365, holds=True), lambda: relapsed("2022-01-09", drugs=("docetaxel",)), 1,
     "no-curative-her2-therapy", "no curative HER2-directed therapy recorded"),
    (RelapseWithin(365, holds=True, containing=("pertuzumab", "docetaxel")), lambda: relapsed("2022-01-10"),
     1, "no-curative-her2-therapy", "no pertuzumab or docetaxel in the curative therapy"),
    (SystemicStable(), lambda: second_line().disease("stable", "2022-06-14"), 2, None,
     "disease status stable or better on 2022-06-14"),
    (SystemicStable(), lambda: second_line().disease("stable", "2022-06-14").but(status="preliminary"), 2,
     "not-documented", "no disease status recorded before the change"),
    (SystemicStable(), lambda: second_line().disease("stable", "2022-05-01").progression("2022-06-01"), 2,
     "disease-progressed", "disease status not stable on 2022-06-01"),
    (SystemicStable(), lambda: second_line().progression("2022-06-01").disease("stable", "2022-06-01"), 2,
     "disease-progressed", "disease status not stable on 2022-06-01"),
    (SystemicStable(), lambda: second_line().disease("stable", "2020-01-05"), 1, "not-documented",
     "no earlier palliative line"),
    (Her2TherapyAltered(tuple(HP)), second_line, 1, "her2-therapy-as-before", "nothing was left out"),
    (Her2TherapyAltered((*HP, "tucatinib", "neratinib", "lapatinib", "margetuximab")),
     lambda: chosen("docetaxel", "trastuzumab"), 1, None,
     "chosen without lapatinib and margetuximab and neratinib and pertuzumab and tucatinib"),
    (Her2TherapyAltered(tuple(HP)), lambda: chosen("docetaxel"), 1, None,
     "no HER2-directed agent was chosen"),
    (Her2TherapyAltered(tuple(HP)), second_line, 2, None, "HER2-directed therapy was changed"),
    (Her2TherapyAltered(tuple(HP)), lambda: second_line(["vinorelbine", *HP]), 2, "her2-therapy-as-before",
     "HER2-directed therapy went on"),
    (ChosenRegimen(("TDXD",)), second_line, 2, None, "TDXD was chosen"),
    (ChosenRegimen(("TDM1",)), second_line, 2, "another-choice", "TDXD was chosen"),
    (ChosenAgents(any_of=("paclitaxel",)), second_line, 1, "another-choice", THP),
    (ChosenAgents(all_of=tuple(TDXD)), second_line, 2, None, "fam-trastuzumab deruxtecan was chosen"),
    (ChosenComposition(chemotherapy=False), second_line, 1, "another-choice", THP),
    (ChosenComposition(chemotherapy=False), second_line, 2, None, "fam-trastuzumab deruxtecan was chosen"),
    (MaintenanceAdded(("palbociclib",)), second_line, 1, "another-choice", "no addition to maintenance"),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "told", "line", "reason", "shows"), SHOWN)
def test_what_it_shows(
    condition: Condition, told: Callable[[], Tale], line: int, reason: str | None, shows: str
) -> None:
    found = condition.decide(situation_of(told().told(), line))
    assert (found.reason, found.shows) == (reason, shows)


def test_a_step_is_shown_by_what_joined() -> None:
    situation = situation_of(maintained().told(), 1, step=True)
    for asked, reason in (("palbociclib", None), ("tucatinib", "another-choice")):
        found = MaintenanceAdded((asked,)).decide(situation)
        assert (found.reason, found.shows) == (reason, "palbociclib joined the maintenance")


@pytest.mark.parametrize(
    "condition",
    [
        Her2TherapyAltered(tuple(HP)),
        ChosenRegimen(("THP",)),
        ChosenAgents(any_of=("docetaxel",)),
        ChosenComposition(chemotherapy=True),
    ],
)
def test_what_was_chosen_is_cited_by_its_first_dose(condition: Condition) -> None:
    situation = situation_of(second_line().told(), 1)
    assert condition.decide(situation).sources == situation.line.exposures[0].sources


def test_the_last_of_several_curative_lines_counts() -> None:
    told = mets().course(["trastuzumab"], "2017-01-09", until="2017-06-12")
    told.course(["trastuzumab"], "2018-08-06", until="2019-01-07").course(["docetaxel", *HP], "2020-01-06")
    found = RelapseWithin(365, holds=True).decide(situation_of(told.told(), 1))
    assert found.shows == "last curative HER2-directed dose 2019-01-07, metastatic 2019-12-01 (328 days)"


@pytest.mark.parametrize(
    ("anchor", "reason", "gap"),
    [
        ("2022-01-01", None, 335),
        ("2022-01-02", "date-uncertain", 336),
        ("2022-01-31", "date-uncertain", 365),
        ("2022-02-01", "late-relapse", 366),
    ],
)
def test_a_last_curative_dose_of_a_month(anchor: str, reason: str | None, gap: int) -> None:
    told = mets_on(anchor).course(["trastuzumab"], "2020-02-03", until="2020-12-14")
    told.given("trastuzumab", "2021-01").course(["docetaxel", *HP], "2022-09-01", cycles=6)
    found = RelapseWithin(365, holds=True).decide(situation_of(told.told(), 1))
    assert found.reason == reason
    assert found.shows == (
        f"last curative HER2-directed dose 2021-01-01..2021-01-31, metastatic {anchor} ({gap} days)"
    )
