"""Each verdict of the encoded editions, and the day before, of and after every change of what is in force."""

from datetime import date, timedelta

import pytest

from abstractor.abstract import Finding
from fixtures.stories import HP, TDM1, TDXD, Tale, tale
from tests.asking import abstract_told


def finding(told: Tale, number: int, authority: str) -> Finding | None:
    for each in abstract_told(told.told()).findings:
        here = each.line is not None and (each.line.setting, each.line.number) == ("palliative", number)
        if each.rule == "sequencing" and here and each.authority == authority:
            return each
    return None


def after_thp(drugs: list[str], on: str, *, as_of: str = "2024-12-31") -> Tale:
    """THP from 2020, then these drugs as second line; no CNS metastasis, nothing against any drug."""
    before = (date.fromisoformat(on) - timedelta(days=14)).isoformat()
    told = tale("someone", as_of=date.fromisoformat(as_of)).her2_positive_mbc("2019-12-01", "liver")
    return told.thp("2020-01-06", through=before).course(drugs, on, cycles=5).visit("2022-05-01")


SECOND_LINE = [
    (TDXD, "preferred"),
    (TDM1, "not-preferred"),
    (["capecitabine", "lapatinib"], "not-preferred"),
    (["trastuzumab", "vinorelbine"], "not-preferred"),
    (["capecitabine", "trastuzumab", "tucatinib"], "not-preferred"),
    (["capecitabine", "neratinib"], "not-addressed"),
]


@pytest.mark.parametrize(("drugs", "verdict"), SECOND_LINE, ids=["+".join(row[0]) for row in SECOND_LINE])
def test_second_line_by_asco_2022(drugs: list[str], verdict: str) -> None:
    found = finding(after_thp(drugs, "2022-11-01"), 2, "ASCO")
    assert found is not None
    assert (found.edition, found.verdict) == ("asco-her2-2022", verdict), found.statement
    assert found.citation
    assert bool(found.would_clear) == (verdict == "not-preferred")


FIRST_LINE = [
    (["docetaxel", *HP], "preferred"),
    (["paclitaxel", *HP], "preferred"),
    (["docetaxel", "carboplatin", *HP], "preferred"),
    (["docetaxel", "trastuzumab"], "not-preferred"),
    (["fam-trastuzumab deruxtecan", "pertuzumab"], "not-addressed"),
    (["letrozole", *HP], "indeterminate"),
]


@pytest.mark.parametrize(("drugs", "verdict"), FIRST_LINE, ids=["+".join(row[0]) for row in FIRST_LINE])
def test_first_line_by_asco_2022(drugs: list[str], verdict: str) -> None:
    told = tale("someone", as_of=date(2024, 12, 31)).her2_positive_mbc("2023-01-02", "liver")
    found = finding(told.course(drugs, "2023-01-16", cycles=6), 1, "ASCO")
    assert found is not None
    assert found.verdict == verdict, found.statement


THIRD_LINE = [
    (["capecitabine", "trastuzumab", "tucatinib"], "acceptable"),
    (["capecitabine", "neratinib"], "acceptable"),
    (["capecitabine", "lapatinib"], "acceptable"),
    (TDXD, "acceptable"),
    (["capecitabine"], "not-preferred"),
]


@pytest.mark.parametrize(("drugs", "verdict"), THIRD_LINE, ids=["+".join(row[0]) for row in THIRD_LINE])
def test_third_line_by_asco_2022(drugs: list[str], verdict: str) -> None:
    told = after_thp(TDM1, "2021-03-01").course(drugs, "2023-03-01", cycles=5)
    found = finding(told, 3, "ASCO")
    assert found is not None
    assert found.verdict == verdict, found.statement


@pytest.mark.parametrize(
    ("day", "edition", "verdict", "also"),
    [
        ("2022-05-30", "asco-her2-2018", "indeterminate", None),
        ("2022-05-31", "asco-her2-2022", "preferred", "asco-her2-2018"),
        ("2022-06-01", "asco-her2-2022", "preferred", "asco-her2-2018"),
        ("2022-08-29", "asco-her2-2022", "preferred", "asco-her2-2018"),
        ("2022-08-30", "asco-her2-2022", "preferred", None),
    ],
)
def test_asco_by_the_day(day: str, edition: str, verdict: str, also: str | None) -> None:
    found = finding(after_thp(TDXD, day), 2, "ASCO")
    assert found is not None
    assert (found.edition, found.verdict, found.also) == (edition, verdict, also)


def test_in_the_grace_period_a_former_edition_that_is_not_encoded_keeps_the_verdict_open() -> None:
    during = finding(after_thp(TDM1, "2022-08-29"), 2, "ASCO")
    after = finding(after_thp(TDM1, "2022-08-30"), 2, "ASCO")
    assert during is not None and during.verdict == "indeterminate"
    assert after is not None and after.verdict == "not-preferred"


@pytest.mark.parametrize(
    ("day", "verdict"),
    [
        ("2019-12-19", None),
        ("2019-12-20", "off-label"),
        ("2022-05-03", "off-label"),
        ("2022-05-04", "on-label"),
        ("2022-05-05", "on-label"),
    ],
)
def test_label_of_the_conjugate_in_second_line_by_the_day(day: str, verdict: str | None) -> None:
    start = date.fromisoformat(day)
    told = tale("someone", as_of=date(2024, 12, 31)).her2_positive_mbc("2018-12-01", "liver")
    told.thp("2019-01-07", through=(start - timedelta(days=14)).isoformat()).course(TDXD, day, cycles=5)
    found = finding(told, 2, "FDA")
    assert (found.verdict if found else None) == verdict


@pytest.mark.parametrize(("lines_before", "verdict"), [(1, "off-label"), (2, "on-label")])
def test_the_first_label_asked_for_two_earlier_regimens(lines_before: int, verdict: str) -> None:
    told = tale("someone").her2_positive_mbc("2018-12-01", "liver").thp("2019-01-07", through="2019-12-01")
    if lines_before == 2:
        told.course(TDM1, "2020-01-06", through="2020-09-01")
    told.course(TDXD, "2021-01-04", cycles=5)
    found = finding(told, lines_before + 1, "FDA")
    assert found is not None and found.verdict == verdict, found


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("CNS metastasis", after_thp(TDXD, "2022-11-01").metastasis("brain", "2022-10-15")),
        (
            "lung disease",
            after_thp(TDM1, "2022-11-01").condition("J84.10", "Pulmonary fibrosis", "2019-05-01"),
        ),
        ("heart failure", after_thp(TDM1, "2022-11-01").condition("I50.9", "Heart failure", "2022-05-01")),
        ("low LVEF", after_thp(TDM1, "2022-11-01").lvef(38, "2022-10-20")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_encoded_is_never_guessed(what: str, told: Tale) -> None:
    found = finding(told, 2, "ASCO")
    assert found is not None
    assert found.verdict == "indeterminate"
    assert "not-yet-encoded" in found.statement


def test_an_exception_recorded_after_the_decision_changes_nothing() -> None:
    told = after_thp(TDM1, "2022-11-01").condition("J84.10", "Pulmonary fibrosis", "2022-11-02")
    found = finding(told, 2, "ASCO")
    assert found is not None and found.verdict == "not-preferred"


def test_unconfirmed_disease_is_not_judged() -> None:
    told = (
        tale("someone")
        .breast_cancer("2019-12-01")
        .metastasis("liver", "2019-12-01")
        .her2_ihc("2+", "2019-12-01")
    )
    found = finding(
        told.thp("2020-01-06", through="2022-05-01").course(TDXD, "2022-06-14", cycles=5), 2, "ASCO"
    )
    assert found is not None and found.verdict == "indeterminate"
    assert "her2-equivocal" in found.statement


def test_a_decision_after_the_editions_next_review_is_not_judged() -> None:
    told = after_thp(TDXD, "2027-03-01", as_of="2027-12-31")
    found = finding(told, 2, "ASCO")
    assert found is not None and found.verdict == "indeterminate"
    flags = {flag.code for flag in abstract_told(told.told()).flags}
    assert "guideline-stale" in flags


def test_a_refused_conjugate_is_no_deviation_that_these_rules_judge() -> None:
    told = after_thp(TDM1, "2022-11-01").given(TDXD[0], "2022-10-25", status="not-done")
    found = finding(told, 2, "ASCO")
    assert found is not None and found.verdict == "indeterminate"
    assert "not-yet-encoded" in found.statement


def test_an_addition_to_maintenance_is_judged_on_its_own_date() -> None:
    told = tale("someone", as_of=date(2023, 12, 31)).her2_positive_mbc("2022-12-01", "liver")
    told.thp("2023-01-02", through="2023-12-01").course(["tucatinib"], "2023-06-12", cycles=4)
    steps = [f for f in abstract_told(told.told()).findings if f.phase == "maintenance-intensified"]
    assert {(f.authority, f.edition, f.verdict) for f in steps} >= {
        ("ASCO", "asco-her2-2022", "not-addressed")
    }
    assert {str(f.decision_date) for f in steps} == {"2023-06-12"}


def test_a_drug_that_may_be_another_leaves_the_lines_unjudged() -> None:
    told = after_thp(TDXD, "2022-11-01").given("trastuzumab", "2022-11-08")
    coded = [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "224905"}]
    told.but(medicationCodeableConcept={"coding": coded, "text": "TDM-1X arm"})
    found = finding(told, 2, "ASCO")
    assert found is not None and found.verdict == "indeterminate"
    assert "agent-unmapped" in found.statement
