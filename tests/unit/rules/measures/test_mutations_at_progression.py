"""PIK3CA and ESR1 at progression on endocrine therapy: of whom it is asked, and what leaves it open."""

from dataclasses import replace
from datetime import date

import pytest

from abstractor.chart import Biomarker, Chart, Completeness, Result, Seen, Source, Standing
from abstractor.dates import Truth, exact
from abstractor.rules.anchor import metastatic_anchor
from abstractor.rules.measures import Her2NegativeOnly
from abstractor.rules.measures.context import AskedBy, MeasureContext
from abstractor.rules.therapy.course import Anchor
from abstractor.rules.therapy.deriving import derive
from tests.asking import library
from tests.builders import day, told
from tests.measure_contexts import context_of

(RULE,) = (m.rule for m in library().measures if isinstance(m.rule, Her2NegativeOnly))
EDITIONS = {e.id: e for e in library().editions if e.id in RULE.editions()}
ASKED = [
    AskedBy(e.id, e.authority, e.title, e.citation, (), e.valid_from, e.valid_to, date(2030, 1, 1))
    for e in EDITIONS.values()
]
LETROZOLE = "fills letrozole 2021-01-25..2022-09-01 every 30\n"
THEN = "capecitabine 2022-10-03..2022-12-05\n"
PROGRESSED = "progression 2022-09-26\n"
STORY = "condition breast-cancer 2020-01-06\nmetastasis liver 2021-01-11\n" + LETROZOLE + PROGRESSED + THEN


def receptor(reading: str | None) -> tuple[Biomarker, ...]:
    sources = (Source("Observation/er", "Observation.code", "1", "er"),)
    when = exact(date(2020, 1, 6))
    return (
        Biomarker("er", "ihc", reading, reading, None, when, Standing.COUNTS, sources, tissue="Breast"),
        Biomarker("pr", "ihc", reading, reading, None, when, Standing.COUNTS, sources, tissue="Breast"),
    )


def gene(name: str, when: str = "2022-10-03", standing: Standing = Standing.COUNTS) -> Result:
    sources = (Source(f"Observation/{name}", "Observation.code", "1", name),)
    return Result((name,), None, None, ("answer:negative",), "negative", day(when), standing, sources)


def asked_of(
    story: str = STORY,
    *tests: Result,
    her2: Truth = Truth.NO,
    hormone: str | None = "positive",
    state: Seen = Seen.COMPLETE,
) -> MeasureContext:
    plain = told(story)
    seen = (*plain.completeness, Completeness("Observation", state, 1, None))
    chart: Chart = replace(
        plain, results=(*plain.results, *tests), biomarkers=receptor(hormone), completeness=seen
    )
    known = library()
    anchor = metastatic_anchor(chart, known.inclusion)
    as_of = date(2023, 3, 1)
    therapy = derive(chart, anchor, known, known.line_policy, as_of)
    context = context_of(chart, ASKED, therapy=therapy, anchor=anchor, as_of=as_of.isoformat())
    return replace(context, her2_positive=her2)


def answers(context: MeasureContext) -> list[str]:
    found = list(RULE.findings(context))
    return [f"{each.finding.verdict}{f' ({each.reason})' if each.reason else ''}" for each in found]


@pytest.mark.parametrize(
    ("test", "wanted"),
    [
        (gene("pik3ca"), "met"),
        (gene("pik3ca", "2019-05-06"), "met"),
        (gene("pik3ca", "2022-11"), "unknown (date-uncertain)"),
        (gene("pik3ca", "?"), "unknown (date-uncertain)"),
        (gene("pik3ca", "2023-01"), "not-met"),
        (gene("pik3ca", standing=Standing.CONTEXT), "unknown (not-final)"),
        (gene("pik3ca", standing=Standing.AGAINST), "not-met"),
        (gene("esr1"), "not-met"),
    ],
)
def test_a_test_of_pik3ca(test: Result, wanted: str) -> None:
    assert answers(asked_of(STORY, test)) == [wanted]


@pytest.mark.parametrize(
    ("her2", "hormone", "wanted"),
    [
        (Truth.NO, "positive", "not-met"),
        (Truth.NO, "negative", "excluded (hormone-receptor-negative)"),
        (Truth.NO, None, "unknown (hormone-receptor-unknown)"),
        (Truth.UNKNOWN, "positive", "unknown (her2-unknown)"),
        (Truth.UNKNOWN, "negative", "excluded (hormone-receptor-negative)"),
    ],
)
def test_of_whom_it_is_asked(her2: Truth, hormone: str | None, wanted: str) -> None:
    assert answers(asked_of(her2=her2, hormone=hormone)) == [wanted]


def test_her2_positive_disease_is_excluded_once_at_its_metastasis() -> None:
    context = replace(asked_of(her2=Truth.YES))
    later = Anchor(Truth.YES, exact(date(2022, 7, 4)), context.anchor.sources)
    assert answers(replace(context, anchor=later)) == ["excluded (her2-positive)"]
    assert answers(context) == []  # metastatic before anybody asked


@pytest.mark.parametrize("state", [Seen.PARTIAL, Seen.NOT_ASKED])
def test_silence_where_results_were_not_seen_whole(state: Seen) -> None:
    assert answers(asked_of(state=state)) == ["unknown (not-seen-whole)"]


@pytest.mark.parametrize("lacking", [PROGRESSED, LETROZOLE, THEN])
def test_progression_on_endocrine_therapy_asks_for_it(lacking: str) -> None:
    """Without the next line the progression still ends the last one."""
    wanted = ["not-met"] if lacking == THEN else []
    assert answers(asked_of(STORY.replace(lacking, ""))) == wanted


SUPPLIED_ON = STORY.replace(PROGRESSED, "progression 2022-08-29\n")


@pytest.mark.parametrize(("tested", "wanted"), [("2022-10-28", "met"), ("2022-10-29", "not-met")])
def test_the_days_run_from_the_progression_that_its_last_supply_outlasts(tested: str, wanted: str) -> None:
    context = asked_of(SUPPLIED_ON, gene("pik3ca", tested))
    (line, _) = context.therapy.lines
    assert line.line.end is not None and line.line.end.earliest > date(2022, 8, 29)
    assert answers(context) == [wanted]
    (found,) = RULE.findings(context)
    assert "progression on letrozole (2022-08-29)" in found.finding.statement


def test_a_progression_of_a_month_leaves_the_edge_of_its_days_open() -> None:
    story = STORY.replace(PROGRESSED, "progression 2022-08\n")
    assert answers(asked_of(story, gene("pik3ca", "2022-10-15"))) == ["unknown (date-uncertain)"]


def test_the_record_of_the_progression_is_cited() -> None:
    (found,) = RULE.findings(asked_of(STORY))
    assert any(each.value == "2022-09-26" for each in found.finding.evidence)
