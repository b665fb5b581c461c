"""Medication statements: the weakest source, taken only where nothing firmer covers the time."""

from datetime import date

import pytest

from abstractor.abstract import Flag, Verdict
from abstractor.dates import Period
from abstractor.rules.lines_criterion import her2_lines
from tests.builders import told
from tests.therapy_knowledge import AGENTS, lines_of, therapy_of

METASTATIC = "condition breast-cancer 2018-01-05\nmetastasis liver 2019-12-20\n"
FIRST = METASTATIC + "THP 2020-01-06..2020-04-20\nHP 2020-05-11..2021-05-10\n"
AS_OF = "2022-12-31"
HER2 = frozenset(name for name, agent in AGENTS.items() if agent.her2_directed)


def regimens(story: str) -> list[str]:
    return [x.line.regimen or "+".join(x.line.agents) for x in therapy_of(told(FIRST + story), AS_OF).lines]


def flagged(story: str, code: str = "component-from-statement") -> list[Flag]:
    return [flag for flag in therapy_of(told(FIRST + story), AS_OF).flags if flag.code == code]


@pytest.mark.parametrize(
    ("story", "lines"),
    [
        ("said T-DM1 2021-06-01", ["THP", "TDM1"]),
        ("said T-DM1 2021-06-01 completed", ["THP", "TDM1"]),
        ("said T-DM1 2021-06-01 stopped", ["THP", "TDM1"]),
        ("said T-DM1 2021-06-01 unknown", ["THP", "TDM1"]),
        ("said T-DM1 2021-06-01 not-taken", ["THP"]),
        ("said T-DM1 2021-06-01 intended", ["THP"]),
    ],
)
def test_which_statements_count(story: str, lines: list[str]) -> None:
    assert regimens(story) == lines


def test_a_statement_of_unknown_status_is_not_relied_on() -> None:
    sure, unsure = (
        therapy_of(told(FIRST + f"said T-DM1 2021-06-01{status}"), AS_OF).lines[1].rests_on_unknown_status
        for status in ("", " unknown")
    )
    assert (sure, unsure) == (False, True)


@pytest.mark.parametrize(
    ("on", "lines"),
    [
        ("2021-08-07", 1),  # 89 days after the last dose: the doses cover it
        ("2021-08-08", 1),  # 90 days: taken, the same drugs go on
        ("2021-11-06", 1),  # 180 days
        ("2021-11-07", 2),  # a restart, which stands on the statement alone
    ],
)
def test_a_statement_is_taken_where_no_dose_comes_near(on: str, lines: int) -> None:
    therapy = therapy_of(told(FIRST + f"said HP {on}"), AS_OF)
    assert len(therapy.lines) == lines
    taken = [e for line in therapy.lines for e in line.exposures if e.kind == "statement"]
    assert len(taken) == (0 if on == "2021-08-07" else 2)


@pytest.mark.parametrize(
    ("firmer", "taken"),
    [
        ("fill capecitabine 2021-09-30 for 30", True),  # 91 days after it
        ("fill capecitabine 2021-09-29 for 30", True),
        ("fill capecitabine 2021-09-28 for 30", False),  # 89 days after it
        ("order capecitabine 2021-08-01", False),
        ("order capecitabine 2021-08-01 cancelled", True),
        ("order capecitabine 2021-08-01 unknown", True),
        ("order capecitabine 2021-02-01 until 2021-06-30", False),
        ("order capecitabine 2021-02-01 until 2021-03-31", True),
        ("fill tucatinib 2021-07-01 for 30", True),  # another drug covers nothing
    ],
)
def test_what_covers_a_statement(firmer: str, taken: bool) -> None:
    therapy = therapy_of(told(FIRST + f"said capecitabine 2021-07-01 until 2021-07-21\n{firmer}"), AS_OF)
    kinds = {e.kind for line in therapy.lines for e in line.exposures if e.agent == "capecitabine"}
    assert ("statement" in kinds) is taken


def test_a_statement_of_an_order_on_record_is_that_order() -> None:
    story = (
        "order T-DM1 2021-06-01 as MedicationRequest/9\nsaid T-DM1 2022-03-01 by order MedicationRequest/9"
    )
    (line,) = therapy_of(told(FIRST + story), AS_OF).lines[1:]
    assert [e.kind for e in line.exposures] == ["order"]


def test_what_was_taken_before_the_first_firmer_record_ends_there() -> None:
    story = "said neratinib 2021-06-01 until 2022-06-30\nfill neratinib 2021-12-01 for 30"
    assert lines_of(told(FIRST + story), AS_OF)[1] == (
        "palliative 2 neratinib 2021-12-01 to 2021-12-30 (unknown)"
    )
    said, _ = therapy_of(told(FIRST + story), AS_OF).lines[1].exposures
    assert (said.kind, str(said.until)) == ("statement", "2021-11-30")


@pytest.mark.parametrize(
    ("story", "line"),
    [
        ("said T-DM1 2021-06-01", "palliative 2 TDM1 2021-06-01 to 2021-06-01 (unknown)"),
        ("said T-DM1 2021-06-01 until 2021-12-20", "palliative 2 TDM1 2021-06-01 to 2021-12-20 (unknown)"),
        ("said T-DM1 2022-06-01 until 2023-06-20", "palliative 2 TDM1 2022-06-01 on (ongoing)"),
        (
            "said T-DM1 2021-06-01 stopped because not-tolerated",
            "palliative 2 TDM1 2021-06-01 to 2021-06-01 (toxicity)",
        ),
        # a drug that was given on was not stopped, whatever a list says
        (
            "said T-DM1 2021-06-01 stopped because not-tolerated\nT-DM1 2021-06-08..2021-08-10",
            "palliative 2 TDM1 2021-06-08 to 2021-08-10 (unknown)",
        ),
    ],
)
def test_a_line_that_stands_on_a_statement(story: str, line: str) -> None:
    assert lines_of(told(FIRST + story), AS_OF)[1:] == [line]


@pytest.mark.parametrize(
    ("story", "start", "decision"),
    [
        # a statement is no first administration, and no order
        ("said tucatinib 2021-06-01\nH 2021-06-15", "2021-06-15", "2021-06-15"),
        ("said tucatinib 2021-06-01\norder H 2021-06-10\nH 2021-06-15", "2021-06-15", "2021-06-10"),
        ("said tucatinib 2021-06-01\norder capecitabine 2021-06-10", "2021-06-10", "2021-06-10"),
        ("said tucatinib 2021-06-01", "2021-06-01", "2021-06-01"),
    ],
)
def test_a_statement_never_starts_a_line_that_has_more(story: str, start: str, decision: str) -> None:
    line = therapy_of(told(FIRST + story), AS_OF).lines[1]
    assert (str(line.line.start), str(line.decision)) == (start, decision)
    assert line.first_order is None or line.first_order.startswith("MedicationRequest/")


def test_a_line_and_an_agent_that_stand_on_a_statement_are_flagged() -> None:
    (alone,) = flagged("said T-DM1 2021-06-01")
    assert alone.severity == "review" and {e.value for e in alone.evidence} == {"2021-06-01"}
    assert alone.statement == "Palliative line 2: the line stands on a medication statement alone."
    (agent,) = flagged("said capecitabine 2021-06-01\nH+tucatinib 2021-06-01")
    assert agent.statement == "Palliative line 2: capecitabine stands on a medication statement alone."
    assert flagged("said tucatinib 2021-06-01\nfill tucatinib 2021-06-10 for 30") == []


def test_an_infusion_said_to_be_taken_while_others_were_given_is_in_no_line() -> None:
    story = METASTATIC + "HP 2020-01-06..2021-12-06\nsaid T-DM1 2021-06-01"
    therapy = therapy_of(told(story), AS_OF)
    assert [x.line.agents for x in therapy.lines] == [("pertuzumab", "trastuzumab")]
    (drug,) = therapy.unplaced
    assert (drug.agent, drug.kind, str(drug.when)) == ("ado-trastuzumab emtansine", "statement", "2021-06-01")
    assert [flag.code for flag in therapy.flags] == ["component-from-statement"]
    found = her2_lines(told(story), therapy, Period(date(2022, 1, 1), date(2022, 12, 31)), "A", HER2)
    assert (found.verdict, found.reason) == (Verdict.UNKNOWN, "component-from-statement")


def test_tablets_said_to_be_taken_beside_infusions_are_their_regimen() -> None:
    assert regimens("H 2021-06-01..2021-12-06\nsaid tucatinib+capecitabine 2021-06-01") == ["THP", "TXH"]


def test_an_early_mention_of_a_drug_that_was_given_later_opens_no_line() -> None:
    story = METASTATIC + "HP 2020-01-06..2021-12-06\nsaid T-DM1 2021-09-01\nT-DM1 2021-12-27..2022-03-07"
    therapy = therapy_of(told(story), AS_OF)
    assert [(str(x.line.start), str(x.decision)) for x in therapy.lines] == [
        ("2020-01-06", "2020-01-06"),
        ("2021-12-27", "2021-12-27"),
    ]
    assert therapy.flags == ()


def test_a_line_that_is_only_said_is_not_ordered_and_not_given() -> None:
    therapy = therapy_of(told(FIRST + "said T-DM1 2021-06-01"), AS_OF)
    assert not therapy.lines[1].ordered_not_given
    ordered = therapy_of(told(FIRST + "order T-DM1 2021-06-01\nsaid T-DM1 2022-06-01"), AS_OF)
    assert any(line.ordered_not_given for line in ordered.lines)


@pytest.mark.parametrize(("story", "unplaced"), [("said T-DM1 ?", 1), ("said H ?", 0)])
def test_a_statement_without_a_date(story: str, unplaced: int) -> None:
    therapy = therapy_of(told(FIRST + story), AS_OF)
    assert len(therapy.lines) == 1 and len(therapy.unplaced) == unplaced
    assert [flag.code for flag in therapy.flags] == ["date-uncertain"] * unplaced


def test_palbociclib_that_is_only_said_intensifies_maintenance() -> None:
    (line,) = therapy_of(told(FIRST + "said palbociclib 2020-06-08"), AS_OF).lines
    assert [p.name for p in line.line.phases] == ["induction", "maintenance", "maintenance-intensified"]
    assert [flag.code for flag in therapy_of(told(FIRST + "said palbociclib 2020-06-08"), AS_OF).flags] == [
        "component-from-statement"
    ]


def test_the_criterion_counts_it_and_tells_it() -> None:
    therapy = therapy_of(told(FIRST + "said T-DM1 2021-06-01"), AS_OF)
    chart = told(FIRST + "said T-DM1 2021-06-01")
    found = her2_lines(chart, therapy, Period(date(2022, 1, 1), date(2022, 12, 31)), "A", HER2)
    assert found.verdict is Verdict.MET
    assert found.statement == (
        "2 lines of therapy (0 curative + 2 palliative); palliative lines with a HER2-directed agent: 2 "
        "(THP from 2020-01-06; TDM1 from 2021-06-01 by a medication statement alone)"
    )
