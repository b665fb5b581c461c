"""What the flags of a derived line say and cite: the records that each doubt rests on, and no others."""

from datetime import date, timedelta

import pytest

from abstractor.abstract import Flag
from abstractor.rules.therapy.doubts import agent_attribution, sorted_flags
from abstractor.rules.therapy.drug_facts import drug_facts
from tests.builders import told
from tests.therapy_knowledge import LIBRARY, therapy_of

START = date(2020, 1, 6)
AS_OF = "2022-12-31"
METASTATIC = "condition breast-cancer 2018-01-05\nmetastasis liver 2019-12-20\n"


def after(days: int) -> str:
    return (START + timedelta(days=days)).isoformat()


def flags(story: str) -> list[Flag]:
    return list(therapy_of(told(METASTATIC + story), AS_OF).flags)


def days_cited(flag: Flag) -> set[str]:
    return {str(each.value) for each in flag.evidence}


def test_each_drug_that_treats_another_cancer_cites_its_own_records() -> None:
    chart = told("capecitabine 2020-03-02\nH 2020-01-06\nH 2020-01-27")
    found = list(agent_attribution(drug_facts(chart, LIBRARY, date(2022, 12, 31))))
    assert [(flag.code, flag.severity, flag.statement.split(":")[0]) for flag in found] == [
        ("agent-attribution", "review", "capecitabine"),
        ("agent-attribution", "review", "trastuzumab"),
    ]
    assert [days_cited(flag) for flag in found] == [{"2020-03-02"}, {"2020-01-06", "2020-01-27"}]


BREAK = f"HP {START}..{after(84)}\nHP {{}}..{{}}"


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (89, None),
        (90, "Palliative line 1: 90 days without treatment, from 2020-03-30 to 2020-06-28."),
        (
            91,
            "Palliative line 1: 91 days without treatment, from 2020-03-30 to 2020-06-29; by a gap of 90 "
            "days another line starts there.",
        ),
        (
            120,
            "Palliative line 1: 120 days without treatment, from 2020-03-30 to 2020-07-28; by a gap of 90 "
            "days another line starts there.",
        ),
        (
            121,
            "Palliative line 1: 121 days without treatment, from 2020-03-30 to 2020-07-29; by a gap of 90 or "
            "120 days another line starts there.",
        ),
        (181, None),  # another line starts by every gap that is asked
    ],
)
def test_a_break_and_what_other_gaps_make_of_it(days: int, said: str | None) -> None:
    found = [
        f for f in flags(BREAK.format(after(84 + days), after(300 + days))) if f.code == "treatment-break"
    ]
    if said is None:
        assert found == []
    else:
        (flag,) = found
        assert (flag.statement, flag.severity) == (said, "data-quality")
        assert days_cited(flag) == {after(84), after(84 + days)}


def test_a_shorter_gap_tells_what_a_longer_one_would_join() -> None:
    story = METASTATIC + BREAK.format(after(84 + 100), after(300))
    (flag,) = [f for f in therapy_of(told(story), AS_OF, gap=90).flags if f.code == "treatment-break"]
    assert flag.statement == (
        "Palliative line 2 starts after 100 days without treatment, from 2020-03-30 to 2020-07-08; by a gap "
        "of 120 or 180 days it goes on with the line before."
    )


@pytest.mark.parametrize(
    ("story", "said", "cited"),
    [
        (
            "T-DXd 2022-09\nT-DXd 2022-11-07",
            "its start lies between 2022-09-01 and 2022-09-30; its decision lies between 2022-09-01 and "
            "2022-09-30",
            {"2022-09"},
        ),
        ("HP 2020-01-06..2020-12-31\nT-DM1 2021-01-04..2022-12-20\nprogression ?",
         "progression without a date may have ended it", {"?"}),
    ],
)  # fmt: skip
def test_what_an_uncertain_date_leaves_open(story: str, said: str, cited: set[str]) -> None:
    found = [f for f in flags(story) if f.code == "date-uncertain"]
    (flag,) = [f for f in found if f.statement.startswith("Palliative line 1")]
    assert flag.statement == f"Palliative line 1: {said}."
    assert days_cited(flag) == cited


def test_treatment_after_death_is_told_from_its_first_day() -> None:
    (flag,) = [
        f for f in flags("HP 2022-01-03..2022-07-04\ndeath 2022-05-15") if f.code == "event-after-death"
    ]
    assert flag.severity == "data-quality"
    assert flag.statement.startswith("treatment recorded from 2022-05-30, after the death on 2022-05-15")
    assert {e.resource.split("/")[0] for e in flag.evidence} == {"Patient", "MedicationAdministration"}
    assert min(days_cited(flag)) == "2022-05-15"


def test_flags_stand_by_urgency_code_and_sentence() -> None:
    held = flags(f"order T-DXd {after(400)}\nHP {START}..{after(84)}\nHP {after(200)}..{after(300)}")
    assert [flag.code for flag in held] == ["ordered-not-given", "treatment-break"]
    assert sorted_flags([*reversed(held), *held]) == tuple(held)


def test_a_drug_in_no_line_is_to_be_looked_at() -> None:
    (flag,) = flags("HP 2020-01-06..2021-12-06\nT-DM1 ?")
    assert (flag.code, flag.severity) == ("date-uncertain", "review")
    assert flag.statement == "ado-trastuzumab emtansine: administration without a date, in no derived line."
    (flag,) = flags("HP 2020-01-06..2021-12-06\nsaid T-DM1 2021-06-01")
    assert (flag.code, flag.severity) == ("component-from-statement", "review")


def test_of_an_agent_that_is_only_said_its_own_statements_are_cited() -> None:
    (flag,) = flags("said capecitabine 2021-06-02\nH+tucatinib 2021-06-01\nH+tucatinib 2021-06-22")
    assert flag.statement == "Palliative line 1: capecitabine stands on a medication statement alone."
    assert days_cited(flag) == {"2021-06-02"}


def test_an_addition_to_maintenance_of_which_only_the_month_is_known() -> None:
    story = f"THP {START}..{after(105)}\nHP {after(126)}..{after(420)}\nfill palbociclib 2020-08 for 28"
    (flag,) = [f for f in flags(story) if f.code == "date-uncertain"]
    assert flag.statement.startswith(
        "Palliative line 1: its intensification lies between 2020-08-01 and 2020-08-31"
    )
    assert "2020-08" in days_cited(flag)
