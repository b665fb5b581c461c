"""The day from which the disease is metastatic: the earliest of five kinds of evidence, and what is none."""

from dataclasses import replace

import pytest

from abstractor.chart import Biomarker, Diagnosis, Result, Source, Stage, Standing
from abstractor.dates import Truth
from abstractor.rules.anchor import metastatic_anchor
from tests.builders import day
from tests.unit.rules.her2.telling import CANCER, LIVER, POLICY, STOMACH, Fact, answer, chart, diagnosis, ihc

WORDED = replace(diagnosis("metastasis-in-words", on="2019-02-01"), text="Metastatic breast cancer")
GENERAL = diagnosis("ambiguous-metastasis", on="2019-02-01")


def stage(value: str, on: str) -> Stage:
    return Stage("m", value, day(on), Standing.COUNTS, (Source("Observation/m", "x", "1", on),))


def history(said: str | None, on: str = "2018-06-01") -> Result:
    sources = (Source("Observation/history", "x", "1", said),)
    return Result(("history-of-metastasis",), None, None, (), said, day(on), Standing.COUNTS, sources)


def biopsy(tissue: str, on: str = "2018-09-01", *, marker: str = "er") -> Biomarker:
    return replace(ihc("negative", on, tissue=tissue), marker=marker)


ANCHORS: list[tuple[str, list[Fact], Truth, str | None]] = [
    ("a Condition", [LIVER], Truth.YES, "2019-03-01"),
    ("M1", [stage("M1", "2019-01-15")], Truth.YES, "2019-01-15"),
    ("cM1", [stage("CM1", "2019-01-15")], Truth.YES, "2019-01-15"),
    ("stage IV", [stage("Stage IV", "2019-01-15")], Truth.YES, "2019-01-15"),
    ("M0", [stage("M0", "2019-01-15")], Truth.NO, None),
    ("the earliest of several", [LIVER, stage("M1", "2019-01-15"), biopsy("Liver")], Truth.YES, "2018-09-01"),
    ("a history", [history("true")], Truth.YES, "2018-06-01"),
    ("a history that is none", [history("false")], Truth.NO, None),
    ("a history that is none, and a metastasis", [history("false"), LIVER], Truth.YES, "2019-03-01"),
    ("a history without a value", [history(None)], Truth.UNKNOWN, None),
    ("a history as a diagnosis", [diagnosis("history-of-metastasis")], Truth.UNKNOWN, None),
    ("a history beside another cancer", [history("true"), STOMACH], Truth.UNKNOWN, None),
    ("a history of this cancer beside another one",
     [replace(history("true"), about=("breast-cancer",)), STOMACH], Truth.YES, "2018-06-01"),
    ("a history of the other cancer", [replace(history("true"), about=("other-her2-cancer",)), STOMACH],
     Truth.NO, None),
    ("a preliminary history", [replace(history("true"), standing=Standing.CONTEXT)], Truth.NO, None),
    ("a result on a distant site", [biopsy("Liver structure")], Truth.YES, "2018-09-01"),
    ("a HER2 result on a distant site", [biopsy("Bone", marker="her2")], Truth.YES, "2018-09-01"),
    ("a serum result", [biopsy("Liver", marker="her2-serum")], Truth.NO, None),
    ("a result on the breast", [biopsy("Breast")], Truth.NO, None),
    ("a result on a node", [biopsy("Axillary lymph node")], Truth.NO, None),
    ("a result on a liver beside another cancer", [biopsy("Liver", "2020-01-01"), STOMACH], Truth.NO, None),
    ("a preliminary result", [replace(biopsy("Liver"), standing=Standing.CONTEXT)], Truth.NO, None),
    ("a general code", [GENERAL], Truth.UNKNOWN, None),
    ("a general code with a distant body site", [replace(GENERAL, site="Liver structure")], Truth.YES,
     "2019-02-01"),
    ("a general code with a regional body site", [replace(GENERAL, site="Axilla")], Truth.UNKNOWN, None),
    ("a subdivision of M1", [stage("M1a", "2019-01-15")], Truth.YES, "2019-01-15"),
    ("a stage that may be IV", [stage("Suspected M1", "2019-01-15")], Truth.UNKNOWN, None),
    ("a stage that was IV in between", [stage("Stage II, now stage IV", "2019-01-15")], Truth.UNKNOWN, None),
    ("a stage that is not IV", [stage("Stage II, not stage IV", "2019-01-15")], Truth.NO, None),
    ("a stage I to V", [stage("stage I-V", "2019-01-15")], Truth.NO, None),
    ("a metastasis in words", [WORDED], Truth.UNKNOWN, None),
    ("of a supraclavicular node", [replace(WORDED, text="supraclavicular mets")], Truth.UNKNOWN, None),
    ("of the axilla", [replace(WORDED, text="metastatic to axillary nodes")], Truth.NO, None),
    ("of the axilla and the liver", [replace(WORDED, text="axillary and liver mets")], Truth.UNKNOWN, None),
    ("into the breast", [replace(WORDED, text="secondary neoplasm of breast")], Truth.NO, None),
    ("of another cancer", [replace(WORDED, primary=("other-her2-cancer",))], Truth.NO, None),
    ("refuted", [replace(WORDED, standing=Standing.AGAINST)], Truth.NO, None),
    ("in words and in a code", [WORDED, LIVER], Truth.YES, "2019-03-01"),
    ("a provisional metastasis", [replace(LIVER, standing=Standing.CONTEXT)], Truth.NO, None),
    ("a refuted metastasis", [replace(LIVER, standing=Standing.AGAINST)], Truth.NO, None),
    ("a metastasis of absent status", [replace(LIVER, standing=Standing.ASSUMED)], Truth.YES, "2019-03-01"),
    ("a metastasis of another cancer", [replace(LIVER, primary=("other-her2-cancer",))], Truth.NO, None),
    ("without a date", [replace(LIVER, when=None)], Truth.YES, None),
    ("a partial date", [replace(LIVER, when=day("2019-03"))], Truth.YES, "2019-03-01..2019-03-31"),
    ("a partial date, bounded by a later record",
     [replace(LIVER, when=day("2019")), stage("M1", "2019-05-05")], Truth.YES, "2019-01-01..2019-05-05"),
    ("nothing", [], Truth.NO, None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "facts", "stands", "when"), ANCHORS, ids=[row[0] for row in ANCHORS])
def test_the_earliest_evidence(name: str, facts: list[Fact], stands: Truth, when: str | None) -> None:
    found = metastatic_anchor(chart(CANCER, *facts), POLICY)
    assert (found.stands, found.when and str(found.when)) == (stands, when)
    backwards = metastatic_anchor(chart(CANCER, *reversed(facts)), POLICY)
    assert (backwards.stands, backwards.when) == (found.stands, found.when)


def test_everything_of_that_day_is_cited() -> None:
    facts: list[Diagnosis | Stage] = [LIVER, diagnosis("distant-metastasis"), stage("M1", "2019-03-01")]
    later = diagnosis("distant-metastasis", on="2020-03-01")
    found = metastatic_anchor(chart(CANCER, later, *facts), POLICY)
    assert {source.resource for source in found.sources} == {fact.sources[0].resource for fact in facts}


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ([WORDED], "unknown metastasis-text-only"),
        ([stage("Suspected M1", "2019-01-15")], "unknown metastasis-text-only"),
        ([WORDED, GENERAL], "unknown metastatic-site-ambiguous"),
        ([WORDED, ihc("1+", "2019-01-01")], "not-met her2-negative"),
    ],
)
def test_a_metastasis_in_words_alone_is_a_reason_to_look(facts: list[Fact], said: str) -> None:
    assert answer(CANCER, *facts) == said
