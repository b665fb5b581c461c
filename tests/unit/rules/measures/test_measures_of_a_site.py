"""Measures as a site may change them: more needs, other windows, alternatives, a check at the first dose."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from abstractor.abstract import Finding, ReportingPeriod, Verdict
from abstractor.rules.decide import abstract_chart
from abstractor.rules.inclusion import HER2_MBC
from abstractor.rules.measures.care_due import CareDue
from abstractor.rules.measures.check_before_dose import CheckBeforeDose
from abstractor.rules.measures.check_schedule import CheckSchedule
from abstractor.rules.measures.growth_factor import GrowthFactor
from abstractor.rules.measures.holding import Wanted
from abstractor.rules.measures.needs import Need
from abstractor.rules.measures.occasions import Metastatic
from abstractor.rules.measures.start_and_doses import StartAndDoses
from fixtures.stories import TDXD, Tale, tale
from tests.asking import ZONE, chart_of, library
from tests.unit.rules.cdk46 import patient

YEAR_END = date(2022, 12, 31)
DAYS = ("2022-01-03", "2022-01-24")
LVEF = Need("lvef", (Wanted("ejection fraction", results=("lvef",)),), after=7, before=30)


def rule_of(measure: str) -> Any:
    (found,) = (each.rule for each in library().measures if each.id == measure)
    return found


def decided(told: Tale, measure: str, rule: Any) -> Finding:
    """The finding of that measure with another rule."""
    (own,) = (replace(each, rule=rule) for each in library().measures if each.id == measure)
    story = told.told()
    abstract = abstract_chart(
        chart_of(story.resources, story.patient),
        replace(library(), measures=(own,)),
        library().line_policy,
        ReportingPeriod(*story.period, ZONE),
        story.as_of,
        definition="A",
        program="test",
        cohort=HER2_MBC,
    )
    (found,) = (each for each in abstract.findings if each.rule == measure)
    return found


def ended(found: Finding) -> str:
    last = found.statement.removesuffix(".").rpartition(" (")[2]
    code = last.removesuffix(")") if last.endswith(")") else ""
    return f"{found.verdict}" if " " in code or not code else f"{found.verdict} ({code})"


def someone(*, site: str = "liver", as_of: date = YEAR_END) -> Tale:
    return tale("someone", as_of=as_of).her2_positive_mbc("2021-12-01", site).visit("2022-01-03")


def dosed(cycles: int = 2, *, as_of: date = YEAR_END) -> Tale:
    """T-DXd every three weeks from 2022-01-03."""
    return someone(as_of=as_of).course(TDXD, DAYS[0], cycles=cycles)


def counts(**changes: Any) -> CheckBeforeDose:
    rule: CheckBeforeDose = rule_of("TDXD-CBC")
    return replace(rule, **changes)


ONCE: list[tuple[str, Callable[[], Tale], str, tuple[str, ...]]] = [
    ("it was there", lambda: dosed().blood_count(*DAYS).lvef(60, "2022-01-10"), "met", ()),
    (
        "it was not",
        lambda: dosed().blood_count(*DAYS),
        "not-met",
        ("ejection fraction round the first dose",),
    ),
    (
        "it may still come",
        lambda: dosed(1, as_of=date(2022, 1, 9)).blood_count(DAYS[0]),
        "pending",
        ("ejection fraction round the first dose",),
    ),
    (
        "it is preliminary",
        lambda: dosed().blood_count(*DAYS).lvef(60, "2022-01-10").but(status="preliminary"),
        "unknown (not-final)",
        ("ejection fraction round the first dose",),
    ),
    (
        "it was there, a count was not",
        lambda: dosed().blood_count(DAYS[0]).lvef(60, "2022-01-10"),
        "not-met",
        ("blood count and neutrophils before the doses of 2022-01-24",),
    ),
]


@pytest.mark.parametrize(("name", "told", "verdict", "clear"), ONCE, ids=[row[0] for row in ONCE])
def test_a_check_round_the_first_dose(
    name: str, told: Callable[[], Tale], verdict: str, clear: tuple[str, ...]
) -> None:
    found = decided(told(), "TDXD-CBC", counts(once=(LVEF,), least_days=None))
    assert ended(found) == verdict
    assert found.would_clear == clear


def test_an_edition_may_ask_for_one_of_the_checks() -> None:
    rule = counts(least_days=None)
    asked = tuple(replace(each, needs=("neutrophils",)) for each in rule.asked)
    told = dosed(1).measured("751-8", "ANC", DAYS[0], amount=(3.0, "10*3/uL"))
    assert ended(decided(told, "TDXD-CBC", rule)) == "not-met"
    assert ended(decided(told, "TDXD-CBC", replace(rule, asked=asked))) == "met"


@pytest.mark.parametrize(
    ("as_of", "verdict"), [(date(2022, 1, 9), "pending"), (date(2022, 1, 10), "not-met")]
)
def test_of_two_checks_one_may_still_come(as_of: date, verdict: str) -> None:
    rule = counts(needs=(counts().needs[0], LVEF), least_days=None)
    told = dosed(1, as_of=as_of).blood_count(DAYS[0])
    assert ended(decided(told, "TDXD-CBC", rule)) == verdict


def test_it_is_told_what_is_due_round_the_first_dose() -> None:
    rule = counts(once=(LVEF,))
    assert rule.sentence().endswith("; ejection fraction round the first dose.")
    assert Verdict.PENDING in rule.verdicts()
    assert Verdict.PENDING not in counts().verdicts()


def unlisted(told: Tale, on: str) -> Tale:
    """A result in a site's own code, called a blood count."""
    return told.measured("x", "Blood count", on, amount=(3.1, "10*3/uL")).but(
        code={"coding": [{"system": "http://lab.example.org", "code": "1"}], "text": "Blood count"},
        id=f"local-{on}",
    )


def test_a_result_in_a_code_of_the_site_leaves_only_its_own_doses_open() -> None:
    """Nine of ten doses may have had their count, which is the share that is asked for."""
    told = dosed(10).lvef(60, "2022-01-02")
    for cycle in range(1, 10):
        unlisted(told, (date(2022, 1, 3) + timedelta(days=21 * cycle)).isoformat())
    count = tuple(need for need in counts().needs if need.id == "count")
    assert ended(decided(told, "TDXD-CBC", counts(needs=count))) == "unknown (codes-not-loaded)"


ALTERNATIVES = (Wanted("haemoglobin", results=("haemoglobin",)), Wanted("platelets", results=("platelets",)))
OR_A_DRUG = (ALTERNATIVES[0], Wanted("filgrastim", drugs=("filgrastim",)))


@pytest.mark.parametrize(
    ("any_of", "told", "verdict"),
    [
        (ALTERNATIVES, lambda told: told, "not-met"),
        (
            ALTERNATIVES,
            lambda told: told.measured("777-3", "Platelets", DAYS[1], amount=(200.0, "10*3/uL")),
            "met",
        ),
        (OR_A_DRUG, lambda told: told.given("filgrastim", DAYS[1]), "met"),
        (OR_A_DRUG, lambda told: told.given("study drug 17", DAYS[1]), "unknown (drug-unread)"),
        (OR_A_DRUG, lambda told: told.given("study drug 17", "2022-02-20"), "not-met"),
    ],
)
def test_one_of_several_before_half_of_the_doses(
    any_of: tuple[Wanted, ...], told: Callable[[Tale], Tale], verdict: str
) -> None:
    need = Need("one", any_of, after=0, before=7)
    rule = counts(needs=(need,), share=0.5, least_days=None)
    assert ended(decided(told(dosed().lvef(60, "2022-01-02")), "TDXD-CBC", rule)) == verdict


@pytest.mark.parametrize(
    ("visit", "verdict"),
    [
        ("2022-02-06", "excluded (treated-elsewhere)"),
        ("2022-02-07", "not-met"),
        ("2022-03-01", "not-met"),
        ("2022-05-02", "not-met"),
        ("2022-05-03", "excluded (treated-elsewhere)"),
    ],
)
def test_doses_of_somebody_treated_elsewhere_count_with_a_visit_from_the_first_to_the_last(
    visit: str, verdict: str
) -> None:
    told = tale("someone", as_of=YEAR_END).her2_positive_mbc("2021-12-01", "bone").visit(visit)
    told.said_to_take("trastuzumab", "2021-12-10", "2022-12-01").lvef(60, "2022-01-02")
    told.given("zoledronic acid", "2022-02-07").given("zoledronic acid", "2022-05-02")
    both: StartAndDoses = rule_of("BMA-SAFE")
    found = decided(told, "BMA-SAFE", replace(both.doses, trigger=Metastatic()))
    assert ended(found) == verdict


def bone(**elements: Any) -> Tale:
    """Bone metastasis on 2022-06-01."""
    told = tale("someone", as_of=YEAR_END).breast_cancer("2022-05-01").her2_ihc("3+", "2022-05-01")
    return told.metastasis("bone", "2022-06-01").visit("2022-06-01").order("ondansetron", "2022-06-01")


def two_windows() -> CareDue:
    """A bone-modifying agent round bone metastasis; calcium from longer before on, and not so long after."""
    rule: CareDue = rule_of("BMA")
    calcium = Need("calcium", (Wanted("calcium", results=("calcium",)),), after=30, before=180)
    return replace(rule, needs=(*rule.needs, calcium))


def refused(on: str, why: str) -> Tale:
    return bone().given("zoledronic acid", on, status="not-done", why_not=why)


WINDOWS: list[tuple[str, Callable[[], Tale], str]] = [
    ("death on the last day of the later one", lambda: bone().death("2022-08-30"), "excluded (death)"),
    ("death on the day after", lambda: bone().death("2022-08-31"), "not-met"),
    (
        "words on the first day of the earlier one",
        lambda: refused("2021-12-03", "see letter"),
        "unknown (reason-unread)",
    ),
    ("words on the day before", lambda: refused("2021-12-02", "see letter"), "not-met"),
]


@pytest.mark.parametrize(("name", "told", "verdict"), WINDOWS, ids=[row[0] for row in WINDOWS])
def test_needs_of_different_windows(name: str, told: Callable[[], Tale], verdict: str) -> None:
    assert ended(decided(told(), "BMA", two_windows())) == verdict


def test_what_is_due_in_the_period_may_still_be_done() -> None:
    rule: CareDue = rule_of("NAV")
    (need,) = rule.needs
    assert Verdict.PENDING not in rule.verdicts()
    assert Verdict.PENDING in replace(rule, needs=(replace(need, noted=False),)).verdicts()


def test_checks_are_told_by_their_days_in_whatever_order_the_steps_are_written() -> None:
    rule: CheckSchedule = rule_of("CDK-CBC")
    told = patient().order("palbociclib", "2022-03-01", status="stopped", stated=("2022-03-01", "2022-04-05"))
    told.visit("2022-03-01").lvef(60, "2022-01-02")
    said = (
        "missing baseline (blood count: none), 2022-03-15 (blood count: none), 2022-03-29 (blood count: none)"
    )
    found = decided(told, "CDK-CBC", replace(rule, steps=tuple(reversed(rule.steps))))
    assert said in found.statement


def test_a_line_that_two_rows_ask_about_is_told_once() -> None:
    rule: GrowthFactor = rule_of("GCSF")
    told = someone().course(["docetaxel", "carboplatin"], "2022-02-01", cycles=4)
    found = decided(told, "GCSF", replace(rule, prophylaxis=(*rule.prophylaxis, rule.prophylaxis[0])))
    assert ended(found) == "not-met"


def test_what_is_said_to_be_taken_in_one_of_two_windows_excuses() -> None:
    """Loperamide that was over before the narrower window began."""
    rule: CareDue = rule_of("NER-DIAR")
    asked = tuple(replace(each, needs=()) for each in rule.asked)
    wide, narrow = rule.needs
    both = replace(rule, asked=asked, needs=(replace(wide, before=30), replace(narrow, before=3)))
    told = someone().order("ondansetron", "2022-01-03").dispensed("neratinib", "2022-03-01", days=60)
    told.said_to_take("loperamide", "2022-02-01", "2022-02-10")
    assert ended(decided(told, "NER-DIAR", both)) == "exception (said-to-take)"
