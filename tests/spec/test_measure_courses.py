"""What makes one course of a CDK4/6 inhibitor or of neratinib, and which records are its checks, told by hand
(knowledge base, sections 3.3, 4.1 and 5): days of rest, breaks, short lines, adjuvant treatment.
"""

from datetime import date, timedelta
from typing import Any

import pytest

from abstractor.guidelines.book.cases import Course
from tests.spec.measure_rows import Row, Scene, rows
from tests.spec.measure_schedules import SCHEDULES

DAY = date(2022, 3, 1)
NEGATIVE: dict[str, Any] = {"her2": "0", "receptors": "positive"}
POSITIVE: dict[str, Any] = {"receptors": "positive"}
LIVER = ("alt", "ast", "bilirubin")
MEANINGS = {
    "CDK-CBC": ("neutrophils",),
    "CDK-LFT": LIVER,
    "CDK-ECG": ("qtcf",),
    "CDK-LYTES": ("potassium", "calcium", "phosphate", "magnesium"),
    "NER-LFT": (*LIVER, "alkaline-phosphatase"),
}
WITH_REST = [each for each in SCHEDULES if each[1] in ("palbociclib", "ribociclib")]


def patient(agent: str) -> dict[str, Any]:
    return POSITIVE if agent == "neratinib" else NEGATIVE


def done(measure: str, *days: int) -> str:
    return "; ".join(f"result:{each}@{day}=4" for day in days for each in MEANINGS[measure])


def verdict(scene: Scene) -> str:
    (row,) = rows(scene)
    return str(row.worked().verdict)


def on(measure: str, agent: str, told: str, *, supplies: tuple[int, ...]) -> str:
    """Supplies of 21 days on those days, beside an endocrine partner."""
    taken = "; ".join(f"dose:{agent}@{day}" for day in supplies)
    drugs = ("letrozole",)
    return verdict(
        Scene(
            measure=measure,
            day=DAY,
            drugs=drugs,
            base=taken,
            story=patient(agent),
            rows=f"{told} -> ?",
        )
    )


def due(measure: str, agent: str, until: int) -> list[tuple[int, int, int]]:
    return [(day, before, after) for day, before, after in SCHEDULES[measure, agent] if 0 < day <= until]


@pytest.mark.parametrize(("measure", "agent"), WITH_REST)
def test_a_week_of_rest_is_no_pause(measure: str, agent: str) -> None:
    """Handed over every 28 days: each check on the first day of its window."""
    early = [day - before for day, before, _ in due(measure, agent, 104)]
    assert on(measure, agent, done(measure, -1, *early), supplies=(0, 28, 56, 84)) == "met"


@pytest.mark.parametrize(("measure", "agent"), WITH_REST)
@pytest.mark.parametrize(("late", "expected"), [(0, "met"), (1, "not-met")])
def test_a_day_more_is_one_and_puts_the_checks_off(
    measure: str, agent: str, late: int, expected: str
) -> None:
    """Handed over every 29 days, after the first: each check of after it on the last day of its window."""
    days = [day + after + (1 + late if day >= 28 else 0) for day, _, after in due(measure, agent, 80)]
    assert on(measure, agent, done(measure, -1, *days), supplies=(0, 29, 57)) == expected


@pytest.mark.parametrize(("measure", "agent"), [*SCHEDULES, ("CDK-STOP", "ribociclib")])
@pytest.mark.parametrize(("gap", "courses"), [(89, 1), (90, 2)])
def test_a_drug_that_comes_back_within_90_days_is_one_course(
    measure: str, agent: str, gap: int, courses: int
) -> None:
    """In the line after: a course of its own has its own baseline, which was not done."""
    again = 20 + gap
    first, then = ("capecitabine", "vinorelbine") if agent == "neratinib" else ("letrozole", "fulvestrant")
    second = DAY + timedelta(days=again)
    lines = (Course((first, agent), DAY, DAY), Course((then, agent), second, second))
    checks = "" if measure == "CDK-STOP" else f"{done(measure, -1, 13, again + 14)}; "
    told = f"{checks}result:disease-status@{again - 3}=answer:progressed"
    story = {**patient(agent), "lines": lines}
    (row,) = rows(Scene(measure=measure, day=DAY, drugs=(agent,), story=story, rows=f"{told} -> ?"))
    assert (f"{agent} from {DAY}" in row.worked().shows) is (courses == 1)


@pytest.mark.parametrize("measure", ["CDK-CBC", "CDK-LFT", "CDK-ECG", "CDK-LYTES", "CDK-EDU", "CDK-STOP"])
def test_adjuvant_treatment_is_asked_about_too(measure: str) -> None:
    adjuvant = Course(("letrozole", "ribociclib"), DAY, DAY + timedelta(days=100))
    story = {**NEGATIVE, "metastatic": None, "adjuvant": adjuvant, "as_of": DAY + timedelta(days=300)}
    expected = "unknown" if measure == "CDK-STOP" else "not-met"
    assert verdict(Scene(measure=measure, day=DAY, story=story, rows=" -> ?")) == expected


def by(record: str, *others: str) -> str:
    """Those records on the days that are due."""
    told = (
        f"{each}@{day}{'=4' if each.startswith('result') else ''}"
        for day in (-1, 13, 28)
        for each in (record, *others)
    )
    return "; ".join(told) + " -> met"


ALT, AST, BILIRUBIN, PHOSPHATASE = (
    "report:alt",
    "report:ast",
    "report:bilirubin",
    "report:alkaline-phosphatase",
)
ROWS = rows(
    Scene(
        measure="CDK-CBC",
        day=DAY,
        drugs=("letrozole",),
        base="dose:palbociclib@0; dose:palbociclib@28; result:neutrophils@42=4",
        story=NEGATIVE,
        rows="\n".join(
            (
                by("result:neutrophils"),
                by("result:leukocytes"),
                by("result:blood-count-panel"),
                by("report:blood-count-panel"),
                by("procedure:neutrophils"),
                by("result:haemoglobin").replace("met", "unknown"),  # a part of a count
                by("result:platelets").replace("met", "unknown"),
            )
        ),
    ),
    Scene(
        measure="CDK-LFT",
        day=DAY,
        drugs=("letrozole",),
        base="dose:ribociclib@0; dose:ribociclib@28; report:alt@42; report:ast@42; report:bilirubin@42",
        story=NEGATIVE,
        rows="\n".join((by(ALT, AST, BILIRUBIN), by("result:alt", "result:ast", "result:bilirubin"))),
    ),
    Scene(
        measure="CDK-ECG",
        day=DAY,
        drugs=("letrozole",),
        base="dose:ribociclib@0; dose:ribociclib@28",
        story=NEGATIVE,
        rows="\n".join((by("result:qtcf"), by("result:qtc"), by("procedure:electrocardiogram"))),
    ),
    Scene(
        measure="CDK-LYTES",
        day=DAY,
        drugs=("letrozole",),
        base="dose:ribociclib@0; dose:ribociclib@28",
        story=NEGATIVE,
        rows="\n".join(
            (
                by("report:potassium", "report:calcium", "report:phosphate", "report:magnesium"),
                by("result:potassium", "result:calcium", "result:phosphate", "result:magnesium"),
            )
        ),
    ),
    Scene(
        measure="NER-LFT",
        day=DAY,
        drugs=("capecitabine",),
        base="dose:neratinib@0; dose:neratinib@21",
        story=POSITIVE,
        rows="\n".join(
            (
                by(ALT, AST, BILIRUBIN, PHOSPHATASE),
                by("result:alt", "result:ast", "result:bilirubin", "result:alkaline-phosphatase"),
            )
        ),
    ),
    *(
        Scene(
            measure=measure,
            day=DAY,
            drugs=(partner,),
            base=f"dose:{agent}@0; dose:{agent}@21",
            story=patient(agent),
            rows=f"{done(measure, -1)}; visit:hospice@12 -> met",
        )
        for (measure, agent), partner in zip(SCHEDULES, ["letrozole"] * 7 + ["capecitabine"], strict=True)
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_which_record_is_a_check(row: Row) -> None:
    holds, said = row.holds()
    assert holds, said
