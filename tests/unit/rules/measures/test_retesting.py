"""Receptors and HER2 of a metastasis, record by record: dates, tissue, answers, and what leaves it open."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from abstractor.chart import (
    Biomarker,
    Chart,
    Completeness,
    Mention,
    Procedure,
    Seen,
    Source,
    Standing,
)
from abstractor.dates import Truth, exact
from abstractor.rules.measures import RelapseOrDeNovo
from abstractor.rules.measures.context import AskedBy, MeasureContext
from abstractor.rules.therapy.course import Anchor
from tests.asking import library
from tests.builders import day, told
from tests.measure_contexts import context_of

RELAPSE = exact(date(2022, 3, 1))
EARLIER = "condition breast-cancer 2018-01-08\n"
FROM_THE_START = "condition breast-cancer 2022-02-15\n"
TYPES = ("Condition", "DiagnosticReport", "Observation", "Procedure")
WHOLE = tuple(Completeness(name, Seen.COMPLETE, 1, None) for name in TYPES)
(RULE,) = (m.rule for m in library().measures if isinstance(m.rule, RelapseOrDeNovo))
ASKED = AskedBy("asco-biomarkers-2022", "ASCO", "It", "Cited", (), date(2015, 7, 20), None, date(2030, 1, 1))
FORMER = AskedBy(
    "asco-biomarkers-2015", "ASCO", "It", "Cited", (), date(2010, 1, 1), date(2015, 7, 19), date(2030, 1, 1)
)


def marker(name: str, when: str = "2022-03-08", tissue: str | None = "Liver", **other: object) -> Biomarker:
    sources = (Source(f"Observation/{name}-{when}-{tissue}", "Observation.code", "1", name),)
    plain = Biomarker(
        marker=name,
        method="ihc",
        reading="positive",
        text="positive",
        number=None,
        when=day(when),
        standing=Standing.COUNTS,
        sources=sources,
        tissue=tissue,
    )
    return replace(plain, **other)  # type: ignore[arg-type]  # fields of a biomarker, as the tables below name them


ER_AND_PR = (marker("er"), marker("pr"))
ALL = (*ER_AND_PR, marker("her2"))


def asked_of(
    story: str, markers: Sequence[Biomarker], *, seen: tuple[Completeness, ...] = WHOLE, **other: object
) -> MeasureContext:
    chart: Chart = replace(told(story), biomarkers=tuple(markers), completeness=seen, **other)  # type: ignore[arg-type]  # kinds of facts
    anchor = Anchor(Truth.YES, RELAPSE, (Source("Condition/m", "Condition.onset", "1", "2022-03-01"),))
    return context_of(chart, (ASKED, FORMER), anchor=anchor)


def answer(context: MeasureContext) -> str:
    (found,) = RULE.findings(context)
    reason = f" ({found.reason})" if found.reason else ""
    return f"{found.finding.verdict}{reason}"


@pytest.mark.parametrize(
    ("her2", "wanted"),
    [
        (marker("her2"), "met"),
        (marker("her2", reading="2+"), "met"),
        (marker("her2", reading=None, number=2.4), "met"),
        (marker("her2", standing=Standing.ASSUMED), "met"),
        (marker("her2", "2022-03"), "met"),
        (marker("her2", "2022-04"), "met"),
        (marker("her2", "2022"), "unknown (date-uncertain)"),
        (marker("her2", "?"), "unknown (date-uncertain)"),
        (marker("her2", "2022-05"), "not-met"),
        (marker("her2", standing=Standing.CONTEXT), "unknown (not-final)"),
        (marker("her2", standing=Standing.AGAINST), "not-met"),
        (marker("her2", standing=Standing.WITHDRAWN), "not-met"),
        (marker("her2", reading=None), "unknown (result-unread)"),
        (marker("her2", reading=None, text=None), "not-met"),
        (marker("her2", tissue=None), "unknown (tissue-not-said)"),
        (marker("her2", tissue="specimen"), "unknown (tissue-not-said)"),
        (marker("her2", tissue="axillary lymph node"), "unknown (tissue-regional)"),
        (marker("her2", tissue="Left breast"), "not-met"),
        (marker("her2", tissue=None, when="2021-06-01"), "not-met"),
        (marker("her2-serum"), "not-met"),
        (marker("her2-gene"), "not-met"),
    ],
)
def test_her2_at_a_relapse(her2: Biomarker, wanted: str) -> None:
    assert answer(asked_of(EARLIER, (*ER_AND_PR, her2))) == wanted


def test_a_good_result_stands_beside_a_doubtful_one() -> None:
    assert answer(asked_of(EARLIER, (*ALL, marker("her2", tissue=None), marker("er", "?")))) == "met"


@pytest.mark.parametrize(
    ("story", "wanted"),
    [
        (EARLIER, "not-met"),
        (FROM_THE_START, "met"),
        (EARLIER + FROM_THE_START, "not-met"),
        ("condition history-of-breast-cancer 2020-05-04\n" + FROM_THE_START, "not-met"),
        ("condition breast-cancer 2022\n", "met"),  # from January on: no more than 90 days
        ("condition breast-cancer 2021\n", "unknown (relapse-uncertain)"),
        ("condition breast-cancer ?\n", "unknown (relapse-uncertain)"),
        ("condition breast-cancer ?\n" + EARLIER, "not-met"),
        ("condition breast-cancer ?\n" + FROM_THE_START, "unknown (relapse-uncertain)"),
        ("condition breast-cancer 2018-01-08 refuted\n" + FROM_THE_START, "met"),
        ("", "unknown (relapse-uncertain)"),
    ],
)
def test_did_it_come_back_or_was_it_metastatic_from_the_start(story: str, wanted: str) -> None:
    """Three tests of the breast at the metastasis: they count where it was metastatic from the start."""
    refuted = "refuted" in story
    context = asked_of(story.replace(" refuted", ""), [replace(each, tissue="Breast") for each in ALL])
    if refuted:
        first, *others = context.chart.diagnoses
        chart = replace(context.chart, diagnoses=(replace(first, standing=Standing.AGAINST), *others))
        context = asked_of("", chart.biomarkers, diagnoses=chart.diagnoses)
    assert answer(context) == wanted


def test_an_old_result_tells_of_an_earlier_cancer() -> None:
    old = marker("her2", "2018-01-20", "Breast")
    at_once = [replace(each, tissue="Breast") for each in ALL]
    assert answer(asked_of(FROM_THE_START, [*at_once, old])) == "not-met"


def test_where_both_agree_it_does_not_matter_whether_it_came_back() -> None:
    assert answer(asked_of("", ALL)) == "met"
    assert answer(asked_of("", ())) == "not-met"


def test_a_metastasis_without_a_date() -> None:
    context = asked_of(EARLIER, ALL)
    undated = replace(context, anchor=Anchor(Truth.YES, None, context.anchor.sources))
    assert answer(undated) == "unknown (date-uncertain)"


def test_no_metastasis_asks_for_nothing() -> None:
    context = asked_of(EARLIER, ALL)
    for stands in (Truth.NO, Truth.UNKNOWN):
        assert list(RULE.findings(replace(context, anchor=Anchor(stands, None, ())))) == []


@pytest.mark.parametrize("state", [Seen.PARTIAL, Seen.NOT_ASKED])
def test_silence_says_nothing_where_reports_were_not_seen_whole(state: Seen) -> None:
    seen = tuple(replace(each, state=state) if each.type == "DiagnosticReport" else each for each in WHOLE)
    assert answer(asked_of(EARLIER, ER_AND_PR, seen=seen)) == "unknown (not-seen-whole)"
    assert answer(asked_of(EARLIER, ALL, seen=seen)) == "met"


def report(when: str, standing: Standing = Standing.COUNTS) -> Procedure:
    sources = (Source("DiagnosticReport/1", "DiagnosticReport.code", "1", "pathology"),)
    return Procedure("report", ("pathology-report",), False, None, day(when), standing, (), sources)


@pytest.mark.parametrize(
    ("when", "standing", "wanted"),
    [
        ("2022-03-08", Standing.COUNTS, "unknown (report-text-only)"),
        ("2022-03-08", Standing.CONTEXT, "unknown (report-text-only)"),
        ("?", Standing.COUNTS, "unknown (report-text-only)"),
        ("2022-06-01", Standing.COUNTS, "not-met"),
        ("2022-03-08", Standing.WITHDRAWN, "not-met"),
    ],
)
def test_a_pathology_report_may_say_it(when: str, standing: Standing, wanted: str) -> None:
    assert answer(asked_of(EARLIER, ER_AND_PR, procedures=(report(when, standing),))) == wanted


@pytest.mark.parametrize(
    ("about", "assertion", "resource", "wanted"),
    [
        ("her2", "stated", "DiagnosticReport/1", "unknown (report-text-only)"),
        ("her2", "conditional", "DiagnosticReport/1", "unknown (report-text-only)"),
        ("her2", "historical", "DiagnosticReport/1", "not-met"),
        ("her2", "stated", "DocumentReference/1", "not-met"),  # notes always say it
        ("er", "stated", "DiagnosticReport/1", "not-met"),
    ],
)
def test_words_of_a_report_may_say_it(about: str, assertion: str, resource: str, wanted: str) -> None:
    sources = (Source(resource, "conclusion", "1", "HER2 positive"),)
    words = Mention(about, "positive", assertion, "HER2 positive", 0, 13, RELAPSE, Standing.COUNTS, sources)
    assert answer(asked_of(EARLIER, ER_AND_PR, mentions=(words,))) == wanted


@pytest.mark.parametrize(
    ("standing", "wanted"), [(Standing.AGAINST, "exception (declined)"), (Standing.COUNTS, "not-met")]
)
def test_a_biopsy_not_done(standing: Standing, wanted: str) -> None:
    biopsy = replace(report("2022-03-08", standing), concepts=("metastasis-biopsy",), kind="procedure")
    assert answer(asked_of(EARLIER, (), procedures=(biopsy,))) == wanted


def test_without_its_evidence_it_is_never_better() -> None:
    order = ("met", "exception", "excluded", "pending", "unknown", "not-met")
    whole = order.index(answer(asked_of(EARLIER, ALL)).partition(" ")[0])
    for left_out in ALL:
        fewer = [each for each in ALL if each is not left_out]
        assert order.index(answer(asked_of(EARLIER, fewer)).partition(" ")[0]) > whole
