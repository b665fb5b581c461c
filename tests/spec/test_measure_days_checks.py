"""Checks on treatment, day by day round every edge of their windows (knowledge base, section 4.1).

Again and again, before each dose, and what follows a low ejection fraction. The edges are those of the data.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import pytest

from abstractor.guidelines.book.cases import Course, Fact, FactKind, MeasureCase
from abstractor.guidelines.book.working import WorkedMeasure, measured
from abstractor.rules.library import Edition, Measure
from abstractor.rules.measures import ActedOnResult, CheckBeforeDose, RollingCheck
from tests.asking import library

START = date(2022, 1, 3)
MEASURES = {measure.id: measure for measure in library().measures}
ROLLING = [m for m in library().measures if isinstance(m.rule, RollingCheck) and m.rule.silence == "not-met"]
BEFORE_DOSE = [m for m in library().measures if isinstance(m.rule, CheckBeforeDose)]


def case(
    measure: str,
    drugs: Sequence[str],
    facts: Sequence[Fact],
    *,
    start: date = START,
    until: date | None = None,
    as_of: date | None = None,
) -> WorkedMeasure:
    course = Course(tuple(drugs), start, until)
    told = MeasureCase(
        says="a day at an edge",
        why="the window of the data",
        metastatic=start - timedelta(days=30),
        lines=(course,),
        facts=tuple(facts),
        measure=measure,
        as_of=as_of or start + timedelta(days=600),
    )
    (worked,) = measured([told], library())
    return worked


def each_check(rule: RollingCheck | CheckBeforeDose, day: date) -> list[Fact]:
    """Every check that the rule asks for, on that day."""
    wanted = rule.checks if isinstance(rule, RollingCheck) else [need.any_of[0] for need in rule.needs]
    return [done(each.results[:1] + each.studies, day) for each in wanted]


def done(concepts: tuple[str, ...], day: date) -> Fact:
    if concepts[0] in {concept for measure in ROLLING for concept in _reported(measure)}:
        return Fact(FactKind.REPORT, day, concepts[-1])
    return Fact(FactKind.RESULT, day, concepts[0], value=40.0, unit="%")


def _reported(measure: Measure) -> Iterator[str]:
    """Concepts that are both a result and a study: a report shows them."""
    rule = measure.rule
    for check in rule.checks if isinstance(rule, RollingCheck) else ():
        yield from set(check.results) & set(check.studies)


def drug(measure: Measure) -> str:
    rule = measure.rule
    assert isinstance(rule, RollingCheck | CheckBeforeDose)
    return rule.agents[0]


def verdict(worked: WorkedMeasure) -> str:
    return str(worked.verdict)


@pytest.mark.parametrize("measure", ROLLING, ids=lambda measure: measure.id)
@pytest.mark.parametrize(("by", "wanted"), [(-1, "met"), (0, "met"), (1, "not-met")])
def test_a_gap_as_long_as_allowed(measure: Measure, by: int, wanted: str) -> None:
    """Checks on the first day, then so many days apart, to the last day of the exposure."""
    rule = measure.rule
    assert isinstance(rule, RollingCheck)
    start = date(2022, 4, 4)
    days = [start, start + timedelta(days=rule.longest_gap + by)]
    days.append(days[-1] + timedelta(days=rule.longest_gap + by))
    facts = [fact for day in days for fact in each_check(rule, day)]
    worked = case(measure.id, [drug(measure)], facts, start=start, as_of=days[-1])
    assert verdict(worked) == wanted, worked.shows


@pytest.mark.parametrize("measure", ROLLING, ids=lambda measure: measure.id)
@pytest.mark.parametrize(("by", "wanted"), [(0, "met"), (1, "not-met")])
def test_the_last_days_of_the_exposure_are_a_gap_too(measure: Measure, by: int, wanted: str) -> None:
    rule = measure.rule
    assert isinstance(rule, RollingCheck)
    start = date(2022, 4, 4)
    days = [start + timedelta(days=rule.longest_gap * n) for n in range(3)]
    facts = [fact for day in days for fact in each_check(rule, day)]
    last = days[-1] + timedelta(days=rule.longest_gap + by)
    assert verdict(case(measure.id, [drug(measure)], facts, start=start, as_of=last)) == wanted


def windows() -> Iterator[tuple[str, int, int]]:
    for measure in library().measures:
        if isinstance(measure.rule, RollingCheck) and measure.rule.baseline is not None:
            yield measure.id, measure.rule.baseline.before, measure.rule.baseline.after
        if isinstance(measure.rule, CheckBeforeDose):
            need = measure.rule.needs[0]
            yield measure.id, need.before or 0, need.after


def edges() -> Iterator[tuple[str, int, str]]:
    for name, before, after in windows():
        for days in (-before - 1, -before, -before + 1, after - 1, after, after + 1):
            yield name, days, "met" if -before <= days <= after else "not-met"


@pytest.mark.parametrize(("name", "days", "wanted"), list(edges()))
def test_before_the_first_dose(name: str, days: int, wanted: str) -> None:
    """One dose; what is looked for on that day alone."""
    measure = MEASURES[name]
    rule = measure.rule
    assert isinstance(rule, RollingCheck | CheckBeforeDose)
    facts = each_check(rule, START + timedelta(days=days))
    worked = case(name, [drug(measure)], facts, until=START, as_of=START + timedelta(days=22))
    assert verdict(worked) == wanted, worked.shows


@pytest.mark.parametrize("measure", BEFORE_DOSE, ids=lambda measure: measure.id)
@pytest.mark.parametrize("doses", range(1, 21))
def test_nine_doses_of_ten(measure: Measure, doses: int) -> None:
    """For every number of doses the fewest checked that are enough, and one fewer."""
    rule = measure.rule
    assert isinstance(rule, CheckBeforeDose)
    days = [START + timedelta(days=21 * n) for n in range(doses)]
    enough = next(n for n in range(doses + 1) if 10 * n >= 9 * doses)
    for checked, wanted in ((enough, "met"), (enough - 1, "not-met")):
        facts = [fact for day in days[:checked] for fact in each_check(rule, day)]
        worked = case(measure.id, [drug(measure)], facts, until=days[-1], as_of=days[-1] + timedelta(days=9))
        assert verdict(worked) == wanted, worked.shows


@pytest.mark.parametrize(("by", "wanted"), [(0, "exception"), (1, "not-met")])
def test_a_gap_without_its_pause_as_long_as_allowed(by: int, wanted: str) -> None:
    """Tablets for 21 days, 20 days without, tablets again; liver tests at the ends of 51 days, or of 52."""
    again = START + timedelta(days=41)
    doses = [Fact(FactKind.DOSE, day, "tucatinib") for day in (START, again, again + timedelta(days=21))]
    last = START + timedelta(days=51 + by)
    facts = [Fact(FactKind.REPORT, day, "hepatic-panel") for day in (START, last)]
    worked = case("TUC-LFT", ["trastuzumab"], [*doses, *facts], as_of=again + timedelta(days=30))
    assert verdict(worked) == wanted, worked.shows


@pytest.mark.parametrize(
    ("since", "days", "wanted"),
    [(365, 213, "exception"), (365, 214, "not-met"), (364, 213, "not-met"), (366, 121, "exception")],
)
def test_a_plan_for_a_longer_interval(since: int, days: int, wanted: str) -> None:
    """Every 91 days for a year, then a plan, and a gap of so many days from that day of treatment on."""
    on = [91 * n for n in range(5) if 91 * n < since] + [since]
    facts = [lvef(START + timedelta(days=day), 62) for day in (*on, since + days)]
    facts.append(Fact(FactKind.PLAN, START + timedelta(days=since), "lvef-interval-plan"))
    worked = case("LVEF-Q3M", ["trastuzumab"], facts, as_of=START + timedelta(days=since + days + 10))
    assert verdict(worked) == wanted, worked.shows


def test_an_exposure_that_ended_before_the_next_was_overdue_is_not_pending() -> None:
    last = START + timedelta(days=105)
    assert (
        verdict(case("LVEF-Q3M", ["trastuzumab"], [], until=last, as_of=last + timedelta(days=200))) == "met"
    )


def lvef(day: date, value: float) -> Fact:
    return Fact(FactKind.RESULT, day, "lvef", value=value, unit="%")


LOW = START + timedelta(days=91)
HELD_BY = {
    "trastuzumab": 28,
    "margetuximab": 28,
    "pertuzumab": 21,
    "ado-trastuzumab emtansine": 21,
    "fam-trastuzumab deruxtecan": 21,
}


def acted(drugs: Sequence[str], baseline: float, low: float, facts: Sequence[Fact], *, until: date) -> str:
    told = [lvef(START - timedelta(days=7), baseline), lvef(LOW, low), *facts]
    worked = case("LVEF-ACT", drugs, told, until=until, as_of=LOW + timedelta(days=90))
    return verdict(worked)


@pytest.mark.parametrize(
    ("days", "wanted"), [(0, "not-met"), (1, "met"), (27, "met"), (28, "met"), (29, "not-met")]
)
def test_the_repeat_of_a_low_ejection_fraction(days: int, wanted: str) -> None:
    again = Fact(FactKind.PROCEDURE, LOW + timedelta(days=days), "echocardiogram")
    assert acted(["trastuzumab"], 55, 49, [again], until=LOW - timedelta(days=7)) == wanted


@pytest.mark.parametrize(("days", "wanted"), [(-1, "not-met"), (0, "met"), (28, "met"), (29, "not-met")])
@pytest.mark.parametrize("kind", [FactKind.REFERRAL, FactKind.VISIT])
def test_cardiology_after_a_low_ejection_fraction(kind: FactKind, days: int, wanted: str) -> None:
    asked = Fact(kind, LOW + timedelta(days=days), "cardiology-care")
    assert acted(["trastuzumab"], 55, 49, [asked], until=LOW - timedelta(days=7)) == wanted


@pytest.mark.parametrize("agent", HELD_BY)
def test_the_days_for_which_it_is_held(agent: str) -> None:
    """39 % after 55 % holds every one of the drugs; a dose on the day of the result is none against it."""
    rule = MEASURES["LVEF-ACT"].rule
    assert isinstance(rule, ActedOnResult)
    assert {a: limit.days for limit in rule.holds for a in limit.agents} == HELD_BY
    asked = Fact(FactKind.REFERRAL, LOW, "cardiology-care")
    for days, wanted in (
        (0, "met"),
        (1, "not-met"),
        (HELD_BY[agent], "not-met"),
        (HELD_BY[agent] + 1, "met"),
    ):
        again = Fact(FactKind.DOSE, LOW + timedelta(days=days), agent)
        partner = ["docetaxel"] if agent in ("pertuzumab", "margetuximab") else []
        found = acted([*partner, agent], 55, 39, [asked, again], until=LOW - timedelta(days=7))
        assert found == wanted, (agent, days)


LIMITS = [
    # drug, baseline, low, is it to be held?
    ("trastuzumab", 70, 55, False),
    ("trastuzumab", 70, 54, True),
    ("trastuzumab", 60, 50, False),
    ("trastuzumab", 59, 49, True),
    ("trastuzumab", 58, 49, False),
    ("margetuximab", 70, 55, False),
    ("margetuximab", 70, 54, True),
    ("margetuximab", 59, 49, True),
    ("margetuximab", 58, 49, False),
    ("pertuzumab", 49, 40, False),
    ("pertuzumab", 45, 39, True),
    ("pertuzumab", 55, 45, True),
    ("pertuzumab", 54, 45, False),
    ("pertuzumab", 60, 46, False),
    ("ado-trastuzumab emtansine", 49, 40, False),
    ("ado-trastuzumab emtansine", 45, 39, True),
    ("ado-trastuzumab emtansine", 55, 45, True),
    ("ado-trastuzumab emtansine", 60, 46, False),
    ("fam-trastuzumab deruxtecan", 49, 40, False),
    ("fam-trastuzumab deruxtecan", 45, 39, True),
    ("fam-trastuzumab deruxtecan", 55, 45, True),
    ("fam-trastuzumab deruxtecan", 66, 46, False),
    ("fam-trastuzumab deruxtecan", 67, 46, True),
]


@pytest.mark.parametrize(("agent", "baseline", "low", "held"), LIMITS)
def test_the_limits_of_the_labels(agent: str, baseline: float, low: float, held: bool) -> None:
    asked = Fact(FactKind.REFERRAL, LOW, "cardiology-care")
    again = Fact(FactKind.DOSE, LOW + timedelta(days=7), agent)
    partner = ["docetaxel"] if agent in ("pertuzumab", "margetuximab") else []
    found = acted([*partner, agent], baseline, low, [asked, again], until=LOW - timedelta(days=7))
    assert found == ("not-met" if held else "met")


@pytest.mark.parametrize(
    ("baseline", "low", "asks"),
    [(55, 50, False), (55, 49.9, True), (65, 55.1, False), (65, 55, True), (65, 54, True)],
)
def test_what_asks_for_a_follow_up(baseline: float, low: float, asks: bool) -> None:
    found = acted(["trastuzumab"], baseline, low, [], until=LOW - timedelta(days=7))
    assert found == ("not-met" if asks else "None")


ASKING = [
    (measure.id, asking.edition, next(iter(asking.agents), drug))
    for measure in library().measures
    if isinstance(measure.rule, RollingCheck | CheckBeforeDose | ActedOnResult)
    for asking in measure.rule.asked
    for drug in (measure.rule.agents or ("letrozole",))[:1]
]


def edition(name: str) -> Edition:
    return library().edition(name)


@pytest.mark.parametrize(("name", "asking", "agent"), ASKING)
@pytest.mark.parametrize("by", [-1, 0, 1])
def test_the_day_from_which_it_is_asked(name: str, asking: str, agent: str, by: int) -> None:
    """A first dose the day before the edition, on its day, and after it."""
    start = edition(asking).valid_from + timedelta(days=by)
    partner = ["docetaxel"] if agent == "pertuzumab" else []
    facts: list[Fact] = []
    if name == "LVEF-ACT":  # the result is what asks
        facts, start = [lvef(start, 30)], start - timedelta(days=60)
    worked = case(name, [*partner, agent], facts, start=start, as_of=start + timedelta(days=250))
    own = {e.id for e in library().editions if e.agents and e.agents == edition(asking).agents} | {asking}
    assert (worked.edition in own) is (by >= 0), worked.shows
