"""Records that cannot be read and what they leave open, by their kind; visits of which one end is known; the
course that an edition asks for.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from abstractor.abstract import Finding
from abstractor.chart import Bounds
from abstractor.dates import Truth
from abstractor.rules.measures import TRIGGER_KINDS
from abstractor.rules.measures.holding import Holdings
from abstractor.rules.measures.screening import Instrument, Screening
from fixtures.stories import Tale, tale
from tests import builders
from tests.asking import abstract_told, library
from tests.unit.rules.measures.test_antiemetics import PAIR, diabetic, ordered, over
from tests.unit.rules.measures.test_antiemetics import finding as antiemetic
from tests.unit.rules.measures.test_said_of_measures import score
from tests.unit.rules.measures.test_screening import ended, pain
from tests.unit.rules.measures.test_vaccination import ended as vaccinated
from tests.unit.rules.measures.test_vaccination import with_all

LOCAL = {"coding": [{"system": "urn:local", "code": "77"}]}
RULES = {measure.id: measure.rule for measure in library().measures}


def finding(told: Tale, rule: str) -> Finding:
    (found,) = [each for each in abstract_told(told.told()).findings if each.rule == rule]
    return found


def without_flu() -> Tale:
    return with_all("Influenza, seasonal")


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        (lambda: without_flu().vaccinated("", "2024-10-07").but(vaccineCode=LOCAL), "codes-not-loaded"),
        (lambda: without_flu().vaccinated("", "2024-06-03").but(vaccineCode=LOCAL), "not-met"),
        (lambda: without_flu().asked_for("", "2024-10-07").but(code=LOCAL), "not-met"),
        (lambda: without_flu().document("", "2024-10-07").but(type=LOCAL), "not-met"),
    ],
)
def test_a_code_of_no_table_may_be_a_vaccine_where_vaccines_are_told(
    told: Callable[[], Tale], verdict: str
) -> None:
    assert verdict in vaccinated(told())


def referred(on: str, **elements: Any) -> Tale:
    told = tale("someone").her2_positive_mbc("2022-02-01", "liver").asked_for("Dental examination", on)
    return (
        told.procedure("Port insertion", "2018-02-05")
        .visit("2022-02-07")
        .but()
        .asked_for("", on)
        .but(**elements)
    )


@pytest.mark.parametrize(
    ("on", "elements", "verdict"),
    [
        ("2022-02-14", {"code": LOCAL}, "unknown"),
        ("2022-06-14", {"code": LOCAL}, "not-met"),
        ("2022-02-14", {"code": {"text": "Dental examination"}}, "not-met"),
    ],
)
def test_a_referral_of_no_table_may_be_one_for_palliative_care(
    on: str, elements: dict[str, Any], verdict: str
) -> None:
    assert finding(referred(on, **elements), "PALL").verdict == verdict


def bone() -> Tale:
    told = tale("someone").her2_positive_mbc("2022-02-07", "bone").order("docetaxel", "2018-02-05")
    return told.visit("2022-02-07")


@pytest.mark.parametrize(
    ("told", "shows"),
    [
        (lambda: bone().given("zoledronic acid", "2022-03-01"), "zoledronic acid given on 2022-03-01."),
        (lambda: bone().order("zoledronic acid", "2022-03-01"), "zoledronic acid ordered on 2022-03-01."),
        (lambda: bone().dispensed("zoledronic acid", "2022-03-01"), "zoledronic acid on 2022-03-01."),
        (
            lambda: bone().given("docetaxel", "2022-03-01").but(medicationCodeableConcept=LOCAL),
            "a drug in the window whose name cannot be read (drug-unread).",
        ),
    ],
)
def test_it_is_told_how_a_drug_is_on_record(told: Callable[[], Tale], shows: str) -> None:
    assert finding(told(), "BMA").statement.endswith(f"The chart shows: {shows}")


def test_a_headache_in_words_alone_is_a_reason_to_look_whether_or_not_its_status_is_told() -> None:
    for verification in ("confirmed", None):
        told = tale("someone").her2_positive_mbc("2022-02-01", "liver")
        told.condition("G44.1", "Headache", "2022-07-05", verification=verification)
        found = finding(told.but(code={"text": "Headache"}), "BRAIN-SX")
        assert (found.verdict, "(diagnosis-in-words)" in found.statement) == ("unknown", True)


def test_a_combined_drug_is_one_dose() -> None:
    chart = builders.told("P+H 2022-01-03")
    assert [each.agents for each in chart.administrations] == [("pertuzumab", "trastuzumab")]
    held = Holdings(chart, library().inclusion.tissue)
    assert len(held.given(("pertuzumab", "trastuzumab"))) == 1


VISITS: list[tuple[str, dict[str, str], str]] = [
    ("that began and ended on the day", {"start": "2022-04-04", "end": "2022-04-04"}, "not-met"),
    ("that lasted", {"start": "2022-04-04", "end": "2022-04-08"}, "not-met"),
    ("that lasted from the day asked", {"start": "2022-03-07", "end": "2022-03-11"}, "met"),
    ("of which the end is not told", {"start": "2022-04-04"}, "not-met"),
    ("of which the start is not told", {"end": "2022-04-04"}, "met"),
    ("of the year before", {"start": "2021-12-30", "end": "2022-01-03"}, "met"),
]


@pytest.mark.parametrize(("name", "period", "verdict"), VISITS, ids=[row[0] for row in VISITS])
def test_pain_is_asked_at_a_visit(name: str, period: dict[str, str], verdict: str) -> None:
    assert ended(pain().visit("2022-04-04").but(period=period), "PAIN") == verdict


def test_a_score_on_any_day_of_a_visit_that_lasted_is_of_that_visit() -> None:
    for on, verdict in (("2022-04-06", "met"), ("2022-04-08", "met"), ("2022-04-09", "not-met")):
        told = pain().visit("2022-04-04").but(period={"start": "2022-04-04", "end": "2022-04-08"})
        told.measured("72514-3", "Pain severity", on, amount=(1, "{score}"))
        assert ended(told, "PAIN") == verdict


@pytest.mark.parametrize(
    ("between", "high"),
    [
        (Bounds(None, 10), Truth.UNKNOWN),
        (Bounds(9, 10), Truth.UNKNOWN),
        (Bounds(9, 9), Truth.NO),
        (Bounds(10, 11), Truth.YES),
        (Bounds(3, None), Truth.UNKNOWN),
    ],
)
def test_a_score_of_which_the_ends_are_told(between: Bounds, high: Truth) -> None:
    assert Instrument("phq-9", "PHQ-9", 10).high(score(between=between)) is high


def test_a_scale_of_answers_alone_has_no_cut_to_tell() -> None:
    rule = next(each for each in RULES.values() if isinstance(each, Screening) and each.high is not None)
    answers = Instrument("pain", "a question", None, ("answer:positive",))
    assert "a question" not in replace(rule, instruments=(*rule.instruments, answers)).sentence()


def on_two(*lvef: str) -> Tale:
    """Trastuzumab for a hundred days, pertuzumab to September."""
    told = tale("someone", as_of=date(2022, 9, 30)).her2_positive_mbc("2021-12-01", "liver")
    told.lvef(62, "2021-12-20", *lvef).course(["trastuzumab"], "2022-01-03", cycles=6)
    return told.course(["pertuzumab"], "2022-01-03", cycles=12)


def test_an_edition_asks_for_the_days_of_its_own_drugs() -> None:
    found = finding(on_two("2022-02-14"), "LVEF-Q3M")
    assert (found.verdict, found.edition) == ("met", "fda-trastuzumab-2006-11-16")
    assert "1 on treatment, 100% of 106 days covered" in found.statement


@pytest.mark.parametrize(
    ("kind", "told", "said"),
    [
        ("first-dose", {"agents": ("docetaxel", "paclitaxel")}, "docetaxel or paclitaxel"),
        ("first-dose", {"agents": ("docetaxel",), "beside_any": ("trastuzumab",)}, "beside trastuzumab"),
        ("first-dose", {"agents": ("docetaxel",), "without": ("trastuzumab",)}, "without trastuzumab"),
        ("event-on-treatment", {"agents": ("x",), "events": (), "name": "diarrhoea", "tail": 30}, "30 days"),
        (
            "dose-after-event",
            {"agents": ("x",), "events": (), "together": (), "name": "a fever"},
            "after a fever",
        ),
        ("progressed-on", {"agent_kinds": ("endocrine",)}, "progression on"),
    ],
)
def test_what_makes_a_measure_due_is_told(kind: str, told: dict[str, Any], said: str) -> None:
    assert said in TRIGGER_KINDS[kind](**told).sentence()


def test_a_check_on_whatever_is_given_says_so() -> None:
    assert "any drug" in RULES["RESTAGE"].sentence()
    assert "any drug" not in RULES["LVEF-Q3M"].sentence()
    assert "trastuzumab" in RULES["LVEF-Q3M"].sentence()


@pytest.mark.parametrize(
    ("told", "verdict", "reason"),
    [
        (lambda: ordered(*PAIR, "olanzapine", told=over(None)), "unknown", "(date-uncertain)"),
        (lambda: ordered(*PAIR, "olanzapine", told=diabetic("provisional")), "not-met", ""),
        (lambda: ordered(*PAIR, "olanzapine", told=diabetic()), "exception", "(substituted)"),
    ],
)
def test_in_the_place_of_a_class_that_may_be_contraindicated(
    told: Callable[[], Tale], verdict: str, reason: str
) -> None:
    found = antiemetic(told())
    assert (found.verdict, reason in found.statement) == (verdict, True), found.statement
