"""The tiers of confirmed HER2-positive metastatic disease (knowledge base, section 6.2), and the traps."""

from dataclasses import replace

import pytest

from abstractor.chart import Seen, Standing, Visit
from abstractor.rules.anchor import metastatic_anchor
from abstractor.rules.her2.status import her2_status
from abstractor.rules.inclusion import her2_positive_mbc
from tests.builders import day
from tests.unit.rules.her2.telling import (
    CANCER,
    LIVER,
    POLICY,
    STOMACH,
    Fact,
    answer,
    chart,
    coded_in,
    criterion,
    diagnosis,
    dose,
    flags,
    her2,
    ihc,
    ish,
    outside_tissue,
    words,
)

POSITIVE, NEGATIVE = "her2-positive-breast-cancer", "her2-negative-breast-cancer"
CODE = diagnosis(POSITIVE, on="2025-01-10")
TWICE = coded_in("1", "2025-01-10"), coded_in("2", "2025-02-09")  # 30 days apart
TISSUE = ihc("3+", "2019-02-11")
TDM1, TDXD = "ado-trastuzumab emtansine", "fam-trastuzumab deruxtecan"

TIERS: list[tuple[str, list[Fact], str]] = [
    ("1: tissue and a coded metastasis", [CANCER, LIVER, TISSUE], "met"),
    ("1: no primary cancer on record", [LIVER, TISSUE], "unknown no-breast-cancer-diagnosis"),
    ("2: code, metastasis in two encounters", [CANCER, *TWICE, CODE], "met"),
    ("2: the encounters 29 days apart",
     [CANCER, coded_in("1", "2025-01-10"), coded_in("2", "2025-02-08"), CODE],
     "unknown metastasis-code-not-repeated"),
    ("2: twice in one encounter", [CANCER, coded_in("1", "2025-01-10"), coded_in("1", "2025-03-10"), CODE],
     "unknown metastasis-code-not-repeated"),
    ("2: on the problem list alone", [CANCER, LIVER, CODE], "unknown metastasis-code-not-repeated"),
    ("2: partial dates that may be nearer",
     [CANCER, coded_in("1", "2025-01"), coded_in("2", "2025-02"), CODE],
     "unknown metastasis-code-not-repeated"),
    ("2: partial dates far enough apart", [CANCER, coded_in("1", "2025-01"), coded_in("2", "2025-04"), CODE],
     "met"),
    ("2: one code that gives both facts",
     [CANCER, *(coded_in(n, on, "distant-metastasis", POSITIVE) for n, on in
                (("1", "2025-01-10"), ("2", "2025-02-10")))], "met"),
    ("2: codes that contradict each other", [CANCER, *TWICE, CODE, diagnosis(NEGATIVE)],
     "unknown her2-discordant"),
    ("2: a refuted code", [CANCER, *TWICE, replace(CODE, standing=Standing.AGAINST)],
     "unknown her2-not-recorded"),
    ("2: a provisional code", [CANCER, *TWICE, replace(CODE, standing=Standing.CONTEXT)],
     "unknown her2-not-recorded"),
    ("2: a code without verification", [CANCER, *TWICE, replace(CODE, standing=Standing.ASSUMED)], "met"),
    ("2: a negative code stands for negative tissue", [CANCER, LIVER, diagnosis(NEGATIVE)],
     "not-met her2-negative"),
    ("2: tissue stands before a negative code", [CANCER, LIVER, TISSUE, diagnosis(NEGATIVE)], "met"),
    ("2: tissue stands before a positive code", [CANCER, *TWICE, ihc("0", "2019-01-01"), CODE],
     "not-met her2-negative"),
    ("2: equivocal tissue stands before a code", [CANCER, *TWICE, ihc("2+", "2019-01-01"), CODE],
     "unknown her2-equivocal"),
    ("3: a drug for HER2-positive disease alone", [CANCER, LIVER, dose(TDM1, "2021-01-01")],
     "unknown her2-by-drugs-only"),
    ("3: trastuzumab", [CANCER, LIVER, dose("trastuzumab", "2021-01-01")], "unknown her2-by-drugs-only"),
    ("3: trastuzumab beside a stomach cancer",
     [CANCER, STOMACH, LIVER, dose("trastuzumab", "2021-01-01")], "unknown her2-not-recorded"),
    ("3: before the metastasis it says nothing of it", [CANCER, LIVER, dose(TDM1, "2018-01-01")],
     "unknown her2-not-recorded"),
    ("4: T-DXd alone", [CANCER, LIVER, dose(TDXD, "2023-01-01")], "unknown her2-low-drug-only"),
    ("4: text alone", [CANCER, LIVER, words("2019-02-11")], "unknown her2-text-only"),
    ("4: text and drugs", [CANCER, LIVER, words("2019-02-11"), dose(TDM1, "2021-01-01")],
     "unknown her2-text-only"),
    ("4: text and T-DXd", [CANCER, LIVER, words("2019-02-11"), dose(TDXD, "2023-01-01")],
     "unknown her2-text-only"),
    ("none", [CANCER, LIVER], "unknown her2-not-recorded"),
    ("none, and no metastasis", [CANCER], "not-met no-distant-metastasis"),
    ("no metastasis", [CANCER, TISSUE], "not-met no-distant-metastasis"),
    ("not final", [CANCER, LIVER, replace(TISSUE, standing=Standing.CONTEXT)], "unknown her2-not-final"),
    ("registered", [CANCER, LIVER, replace(TISSUE, standing=Standing.WITHDRAWN)], "unknown her2-not-final"),
    ("not final, and a code", [CANCER, *TWICE, replace(TISSUE, standing=Standing.CONTEXT), CODE], "met"),
    ("serum", [CANCER, LIVER, outside_tissue("2019-02-11", marker="her2-serum", reading="positive")],
     "unknown her2-not-recorded"),
    ("an amplified gene",
     [CANCER, LIVER, outside_tissue("2019-02-11", marker="her2-gene", reading="amplified")],
     "unknown her2-not-recorded"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "facts", "said"), TIERS, ids=[row[0] for row in TIERS])
def test_tiers_1_and_2_are_met_and_3_and_4_unknown(name: str, facts: list[Fact], said: str) -> None:
    assert answer(*facts) == said, criterion(*facts).statement


def test_the_day_of_an_encounter_is_that_of_the_visit_it_names() -> None:
    """Both were written down on one day, of visits a year apart."""
    pair = coded_in("1", "2025-06-01"), coded_in("2", "2025-06-01")
    visits = [
        Visit(f"Encounter/{n}", day(on), None, "AMB", (), Standing.COUNTS, "finished", None, None, ())
        for n, on in (("1", "2024-06-01"), ("2", "2025-06-01"))
    ]
    assert answer(CANCER, *pair, CODE) == "unknown metastasis-code-not-repeated"
    assert answer(CANCER, *pair, CODE, *visits) == "met"


def test_a_metastasis_of_another_cancer_is_not_the_repeated_one() -> None:
    theirs = [replace(each, primary=("other-her2-cancer",)) for each in TWICE]
    assert answer(CANCER, LIVER, *theirs, CODE) == "unknown metastasis-code-not-repeated"


@pytest.mark.parametrize(
    ("facts", "flagged"),
    [
        ([words("2019-02-11")], True),
        ([words("2019-02-11"), dose(TDM1, "2021-01-01")], True),
        ([words("2019-02-11"), dose(TDXD, "2023-01-01")], True),
        ([words("2019-02-11"), TISSUE], False),
        ([words("2019-02-11"), ihc("2+", "2019-01-01")], False),
        ([words("2019-02-11"), CODE], False),
        ([words("2019-02-11"), diagnosis(NEGATIVE)], False),
        ([words("2019-02-11"), replace(TISSUE, standing=Standing.CONTEXT)], True),
        ([replace(words("2019-02-11"), standing=Standing.WITHDRAWN)], False),
        ([outside_tissue("2019-02-11", marker="her2-gene")], False),
        ([], False),
    ],
)
def test_text_as_the_only_evidence_is_flagged_whatever_the_drugs(facts: list[Fact], flagged: bool) -> None:
    assert ("her2-text-only" in flags(CANCER, LIVER, *facts)) is flagged


@pytest.mark.parametrize(
    ("facts", "flagged"),
    [
        (ish(2.3, 3.2, "2017-02-01", said="positive"), True),  # V16: group 2
        (ish(1.2, 6.5, "2017-02-01"), True),  # group 3, open without IHC by 2018
        (ish(2.6, 7.1, "2017-02-01"), False),
        (ish(2.3, 3.2, "2010-02-01"), True),
        (ish(None, None, "2017-02-01", said="positive"), False),  # only the conclusion is known
        ((*ish(2.3, 3.2, "2017-02-01"), ihc("3+", "2017-02-01")), False),
        ((*ish(2.3, 3.2, "2017-02-01"), ihc("3+", "2019-02-01")), False),
        (ish(1.2, 3.0, "2017-02-01"), False),
    ],
)
def test_v16_positive_only_by_the_criteria_of_its_day(facts: tuple[Fact, ...], flagged: bool) -> None:
    assert ("her2-criteria-2013" in flags(CANCER, LIVER, *facts)) is flagged


def test_v16_is_met_and_names_its_criteria() -> None:
    decided = criterion(CANCER, LIVER, ish(2.3, 3.2, "2017-02-01", said="positive"))
    assert decided.verdict == "met" and "by ascocap-2013" in decided.statement


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ([ihc("2+", "2019-01-01")], "her2-equivocal"),
        ([ihc("3+", "2019-01-01"), ihc("0", "2019-01-01")], "her2-discordant"),
        ([ihc("3+", "?")], "date-uncertain"),
    ],
)
def test_what_is_open_is_flagged(facts: list[Fact], code: str) -> None:
    assert code in flags(CANCER, LIVER, *facts)
    assert flags(CANCER, LIVER, TISSUE) == set()


@pytest.mark.parametrize(
    "facts", [[ihc("2+", "2019-01-01")], [ihc("3+", "2019-01-01"), ihc("0", "2019-01-01")]]
)
def test_nothing_is_flagged_where_the_disease_is_excluded_anyway(facts: list[Fact]) -> None:
    assert flags(CANCER, *facts) == set()


def test_an_amplified_gene_is_named_as_support() -> None:
    gene = outside_tissue("2019-02-11", marker="her2-gene", reading="amplified")
    decided = criterion(CANCER, LIVER, gene)
    assert "supports" in decided.statement
    assert gene.sources[0].resource in {each.resource for each in decided.evidence}
    assert "supports" not in criterion(CANCER, LIVER, replace(gene, reading=None)).statement


def test_what_confirms_is_cited() -> None:
    cited = {each.resource for each in criterion(CANCER, LIVER, TISSUE).evidence}
    assert cited == {fact.sources[0].resource for fact in (CANCER, LIVER, TISSUE)}


def test_without_all_conditions_a_missing_metastasis_is_unknown() -> None:
    known = chart(CANCER, TISSUE, seen=Seen.PARTIAL)
    decided = her2_positive_mbc(known, POLICY, metastatic_anchor(known, POLICY), her2_status(known, POLICY))
    assert (decided.verdict, decided.reason) == ("unknown", "conditions-not-seen-whole")


def test_an_interpretation_alone_is_taken_as_reported() -> None:
    decided = criterion(CANCER, LIVER, her2("overall", "positive", "2019-02-11"))
    assert decided.verdict == "met" and "as reported" in decided.statement
