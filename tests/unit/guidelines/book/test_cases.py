"""The worked cases as files: read as they are written, refused where they say nothing that can be decided."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from abstractor.abstract import Verdict
from abstractor.chart import Seen, Standing
from abstractor.errors import KnowledgeError
from abstractor.guidelines import load_library
from abstractor.guidelines.book import open_book
from abstractor.guidelines.book.cases import Course, Fact, FactKind, MeasureCase, read_cases
from abstractor.guidelines.book.charting import chart_of, known_by
from abstractor.guidelines.book.saying import Words
from abstractor.guidelines.book.telling import facts_in_words
from abstractor.guidelines.book.vocabulary import vocabulary

WHOLE = """edition = "asco-her2-2018"
[[case]]
says = "Second line"
why = "progression"
metastatic = 2019-01-21
lines = [
    { drugs = ["docetaxel", "pertuzumab", "trastuzumab"], start = 2019-02-04 },
    { drugs = ["ado-trastuzumab emtansine"], start = 2019-10-07 },
]
verdict = "preferred"
row = "second-line-tdm1"
"""


def folder(path: Path, text: str, kind: str = "editions") -> Path:
    file = path / "cases" / kind / "ours.toml"
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    return path


def test_a_sites_cases_come_after_the_shipped(tmp_path: Path) -> None:
    shipped = read_cases().editions
    held = read_cases((folder(tmp_path, WHOLE),)).editions
    assert held[: len(shipped)] == shipped
    (ours,) = held[len(shipped) :]
    assert ours.lines[1] == Course(("ado-trastuzumab emtansine",), date(2019, 10, 7))
    assert ours.verdict is Verdict.PREFERRED


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ('edition = "asco-her2-2018"\n', "", "'edition' is missing"),
        ("[[case]]", "[[cases]]", "unknown key 'cases'"),
        ('verdict = "preferred"', 'verdict = "good"', "unknown word 'good'"),
        ('why = "progression"', 'why = ""', "why is empty"),
        ("metastatic = 2019-01-21", "", "no line of treatment in metastatic disease"),
        ("metastatic = 2019-01-21", 'metastatic = "January"', "not a date"),
        ("metastatic = 2019-01-21", "metastatic = 2019-01-21\nbrian = 2019-02-02", "unknown key 'brian'"),
        (
            "metastatic = 2019-01-21",
            'metastatic = 2019-01-21\nadjuvant = { drugs = ["trastuzumab"], start = 2017-01-01 }',
            "without its last day",
        ),
    ],
)
def test_what_is_no_case_is_refused_by_its_file(tmp_path: Path, wrong: str, right: str, said: str) -> None:
    text = WHOLE.replace(wrong, right)
    assert text != WHOLE
    with pytest.raises(KnowledgeError, match=said) as refused:
        read_cases((folder(tmp_path, text),))
    assert "cases/editions/ours.toml" in str(refused.value)


@pytest.mark.parametrize(
    ("wrong", "right", "line", "said"),
    [
        ('"asco-her2-2018"', '"asco-her2-2099"', 1, "unknown edition 'asco-her2-2099'"),
        ('row = "second-line-tdm1"', 'row = "second-lime"', 11, "asco-her2-2018 has no row 'second-lime'"),
        ('"ado-trastuzumab emtansine"', '"kadcyla"', 8, "unknown drug 'kadcyla'"),
        (
            'row = "second-line-tdm1"',
            'facts = [\n    { kind = "order", means = "letrozole", on = 2019-02-02 },\n'
            '    { kind = "result", means = "evf", on = 2019-02-02 }]',
            13,
            "unknown concept 'evf'",
        ),
        (
            'row = "second-line-tdm1"',
            '[case.refused]\non = 2019-01-29\ndrug = "perjeta"',
            13,
            "unknown drug 'perjeta'",
        ),
        (
            'row = "second-line-tdm1"',
            '[case.adjuvant]\nstart = 2017-01-01\nuntil = 2018-01-01\ndrugs = [\n"trastuzumab",\n"tx"\n]',
            16,
            "unknown drug 'tx'",
        ),
        (
            'verdict = "preferred"',
            'verdict = "preferred"\ndocument = "asco-bm"',
            11,
            "unknown edition 'asco-bm'",
        ),
        ('verdict = "preferred"', 'verdict = "preferred"\nedition = "asco-bm-2018"', 11, "stands at the top"),
        ("2019-10-07", "2019-01-07", 8, "a line from 2019-01-07 after one from 2019-02-04"),
        ("start = 2019-02-04", "start = 2019-02-04, until = 2019-02-03", 7, "until before start"),
        (
            "metastatic = 2019-01-21",
            'metastatic = 2019-01-21\nadjuvant = { drugs = ["trastuzumab"], start = 2017-01-01 }',
            6,
            "without its last day",
        ),
        ('"asco-her2-2018"', '""', 1, "edition is empty"),
        ('"asco-her2-2018"', "2018", 1, "not a text"),
        (
            'row = "second-line-tdm1"\n',
            'row = "second-line-tdm1"\n[[case]]\nwhy = "x"\nsays = "Second line"\n',
            14,
            "the words of another case",
        ),
        (
            'row = "second-line-tdm1"',
            'facts = [{ kind = "result", means = "evf", on = 2019-02-02 }]',
            11,
            "unknown concept 'evf'",
        ),
        (
            'row = "second-line-tdm1"',
            'row = "second-line-tdm1"\nunseen = ["Observations"]',
            12,
            "no type of record 'Observations'",
        ),
    ],
)
def test_a_case_about_what_is_not_there_is_refused_by_its_line(
    tmp_path: Path, wrong: str, right: str, line: int, said: str
) -> None:
    text = WHOLE.replace(wrong, right)
    assert text != WHOLE
    with pytest.raises(KnowledgeError, match=said) as refused:
        open_book(load_library(), on=date(2026, 1, 1), cases=folder(tmp_path, text))
    assert f"cases/editions/ours.toml, line {line}" in str(refused.value)


def test_a_case_of_a_measure_that_is_not_there(tmp_path: Path) -> None:
    text = 'measure = "NONE"\n[[case]]\nsays = "x"\nwhy = "y"\n'
    with pytest.raises(KnowledgeError, match="unknown measure 'NONE'") as refused:
        open_book(load_library(), on=date(2026, 1, 1), cases=folder(tmp_path, text, "measures"))
    assert "cases/measures/ours.toml, line 1, case 'x': " in str(refused.value)


FACTS = (
    Fact(FactKind.DIAGNOSIS, date(2020, 1, 1), "ild-pneumonitis", severity="severe"),
    Fact(FactKind.RESULT, date(2020, 1, 2), "lvef", value=55, unit="%"),
    Fact(FactKind.RESULT, date(2020, 1, 3), "disease-status", answer="answer:stable"),
    Fact(FactKind.PROCEDURE, date(2020, 1, 4), "echocardiogram"),
    Fact(FactKind.REPORT, date(2020, 1, 5), "echocardiogram"),
    Fact(FactKind.ORDER, date(2020, 1, 6), "letrozole", against=True, why="stop-reason:refusal"),
    Fact(FactKind.DOSE, date(2020, 1, 7), "letrozole"),
    Fact(FactKind.DOSE, date(2020, 1, 8), "trastuzumab"),
    Fact(FactKind.VISIT, date(2020, 1, 9)),
    Fact(FactKind.REFERRAL, date(2020, 1, 10), "hospice"),
    Fact(FactKind.PLAN, date(2020, 1, 11), "hospice"),
    Fact(FactKind.NOTE, date(2020, 1, 12), "hospice"),
    Fact(FactKind.VACCINATION, date(2020, 1, 13), "hospice", against=True),
    Fact(FactKind.TEAM, date(2020, 1, 14), "hospice"),
    Fact(FactKind.MARKER, date(2020, 1, 16), "her2-ihc", answer="2+", tissue="Liver"),
    Fact(
        FactKind.SENTENCE,
        date(2020, 1, 16),
        "pneumonitis",
        answer="present",
        assertion="historical",
        quote="Known pneumonitis.",
    ),
    Fact(FactKind.DEATH, date(2020, 1, 15)),
)
TOLD = MeasureCase(
    says="x", why="x", measure="BMA", facts=FACTS, unseen=("Observation", "CareTeam", "Consent")
)


def test_every_kind_of_fact_arrives_in_the_chart() -> None:
    assert {fact.kind for fact in FACTS} == set(FactKind)
    chart = chart_of(TOLD, load_library().agents)
    assert [d.concepts for d in chart.diagnoses] == [("breast-cancer",), ("ild-pneumonitis",)]
    assert (chart.diagnoses[1].severity, chart.diagnoses[1].grade) == ("severe", None)
    assert [(m.about, m.reading, m.assertion, m.quote) for m in chart.mentions] == [
        ("pneumonitis", "present", "historical", "Known pneumonitis.")
    ]
    assert [(r.number, r.unit, r.value_concepts) for r in chart.results] == [
        (55, "%", ()),
        (None, None, ("answer:stable",)),
    ]
    assert [(b.marker, b.reading, b.tissue) for b in chart.biomarkers][1:] == [("her2", "2+", "Liver")]
    assert sorted(p.kind for p in chart.procedures) == ["procedure", "report"]
    assert [(o.standing, o.stop_reasons) for o in chart.orders] == [
        (Standing.AGAINST, ("stop-reason:refusal",))
    ]
    assert [d.agents for d in chart.dispenses] == [("letrozole",)]
    assert [a.agents for a in chart.administrations] == [("trastuzumab",)]
    assert len(chart.visits) == 1
    assert sorted((a.kind, a.standing) for a in chart.activities) == [
        ("CarePlan", Standing.COUNTS),
        ("CareTeam", Standing.COUNTS),
        ("DocumentReference", Standing.COUNTS),
        ("Immunization", Standing.AGAINST),
        ("ServiceRequest", Standing.COUNTS),
    ]
    assert chart.patient.deceased


def test_what_was_not_seen_whole() -> None:
    chart = chart_of(TOLD, load_library().agents)
    assert chart.seen("Observation") is Seen.PARTIAL
    assert chart.seen("Condition") is Seen.COMPLETE
    assert chart.seen("AdverseEvent") is Seen.EMPTY


def test_the_day_until_which_facts_are_known() -> None:
    assert known_by(TOLD) == date(2020, 5, 15)
    dated = MeasureCase(says="x", why="x", measure="BMA", as_of=date(2020, 2, 1))
    assert known_by(dated) == date(2020, 2, 1)


def test_a_case_in_words_is_told_by_its_days() -> None:
    words = Words(vocabulary(None))
    said = facts_in_words(TOLD, words)
    assert said[0] == "HER2 IHC 3+"
    assert said[1] == "2020-01-01: diagnosis: interstitial lung disease or pneumonitis, severe"
    assert "2020-01-02: result: left ventricular ejection fraction 55 %" in said
    assert "2020-01-06: order: letrozole, not done or denied (treatment refused by the patient)" in said
    assert said[-1] == (
        "not seen whole: results (Observation), care teams (CareTeam), records of the type Consent"
    )
    assert facts_in_words(replace(TOLD, gender="male", born=date(1980, 5, 1)), words)[0] == (
        "gender male, born 1980-05-01"
    )
