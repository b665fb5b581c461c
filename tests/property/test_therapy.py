"""Laws of deriving lines, over generated charts."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from abstractor.chart import Chart, Patient
from abstractor.dates import DateInterval, Truth
from abstractor.rules.anchor import metastatic_anchor
from abstractor.rules.therapy.course import Therapy, TherapyLine
from abstractor.rules.therapy.deriving import derive
from tests.builders import told
from tests.therapy_knowledge import AGENTS, LIBRARY, POLICY, therapy_of

ORIGIN = date(2018, 1, 1)
AS_OF = "2022-12-31"
INFUSIONS = ("trastuzumab", "pertuzumab", "docetaxel", "paclitaxel", "T-DM1", "vinorelbine")
ORALS = ("capecitabine", "tucatinib", "letrozole", "palbociclib")
SUPPORTIVE = ("zoledronic-acid", "ondansetron")

days = st.integers(0, 1500).map(lambda n: (ORIGIN + timedelta(days=n)).isoformat())
partial = st.one_of(days, days.map(lambda d: d[:7]), days.map(lambda d: d[:4]), st.just("?"))
drugs = st.sampled_from((*INFUSIONS, *ORALS))


@st.composite
def courses(draw: st.DrawFn, *, agents: tuple[str, ...] = INFUSIONS) -> str:
    """Some blocks of doses, as a patient gets them: the same drugs every so often."""
    lines = []
    at = draw(st.integers(0, 500))
    for _ in range(draw(st.integers(1, 5))):
        given_drugs = "+".join(sorted(draw(st.sets(st.sampled_from(agents), min_size=1, max_size=3))))
        every = draw(st.sampled_from((7, 21, 28, 42)))
        doses = draw(st.integers(1, 6))
        lines += [f"{given_drugs} {ORIGIN + timedelta(days=at + every * n)}" for n in range(doses)]
        at += every * (doses - 1) + draw(st.sampled_from((3, 21, 28, 29, 42, 43, 89, 90, 180, 181, 200)))
    return "\n".join(lines)


@st.composite
def stories(draw: st.DrawFn) -> str:
    """Courses with orders, supplies, progression, metastasis and death, and some partial dates."""
    lines = [draw(courses())]
    for _ in range(draw(st.integers(0, 6))):
        drug = draw(drugs)
        sentence = draw(
            st.sampled_from(("order {d} {p}", "{d} {p}", "fill {d} {p} for 30", "order {d} {p} cancelled",
                             "order {d} {p} unknown", "order {d} {e} until {p}", "said {d} {p}",
                             "said {d} {e} until {p}", "said {d} {p} unknown"))
        )  # fmt: skip
        lines.append(sentence.format(d=drug, p=draw(partial), e=draw(days)))
    lines += [f"progression {draw(partial)}" for _ in range(draw(st.integers(0, 2)))]
    lines += [f"therapy radiotherapy {draw(partial)}" for _ in range(draw(st.integers(0, 1)))]
    lines += [
        f"metastasis {site} {draw(partial)}" for site in draw(st.sets(st.sampled_from(("liver", "bone"))))
    ]
    if draw(st.booleans()):
        lines.append(f"death {draw(partial)}")
    return "\n".join(line for line in lines if "until ?" not in line)


def public(therapy: Therapy) -> list[Any]:
    """All that the abstract will say of it."""
    return [
        [(x.line, x.decision, x.first_agents, x.ordered_not_given) for x in therapy.lines],
        therapy.flags,
    ]


def shuffled(chart: Chart, random: Random) -> Chart:
    def mixed(facts: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(random.sample(facts, len(facts)))

    return replace(
        chart,
        diagnoses=mixed(chart.diagnoses),
        results=mixed(chart.results),
        orders=mixed(chart.orders),
        administrations=mixed(chart.administrations),
        dispenses=mixed(chart.dispenses),
        statements=mixed(chart.statements),
        procedures=mixed(chart.procedures),
    )


@given(stories(), st.randoms(use_true_random=False))
def test_the_order_of_facts_does_not_matter(story: str, random: Random) -> None:
    known = told(story).as_of(date.fromisoformat(AS_OF))
    anchor = metastatic_anchor(known, LIBRARY.inclusion)
    one, other = (
        derive(c, anchor, LIBRARY, POLICY, date.fromisoformat(AS_OF))
        for c in (known, shuffled(known, random))
    )
    assert public(one) == public(other)


@given(stories())
def test_an_exact_duplicate_changes_nothing(story: str) -> None:
    chart = told(story)
    names = ("diagnoses", "results", "orders", "administrations", "dispenses", "statements", "procedures")
    double = replace(chart, **{name: getattr(chart, name) * 2 for name in names})
    assert public(therapy_of(double, AS_OF)) == public(therapy_of(chart, AS_OF))


@given(stories(), st.lists(st.tuples(st.sampled_from(SUPPORTIVE), days), max_size=5))
def test_supportive_drugs_change_nothing(story: str, supportive: list[tuple[str, str]]) -> None:
    more = "\n".join(f"{drug} {on}\nfill {drug} {on} for 30" for drug, on in supportive)
    assert public(therapy_of(told(f"{story}\n{more}"), AS_OF)) == public(therapy_of(told(story), AS_OF))


@given(stories())
def test_an_order_that_was_never_live_changes_no_line(story: str) -> None:
    draft = "\n".join(f"order T-DXd {ORIGIN + timedelta(days=n)} draft" for n in (100, 700, 1300))
    assert public(therapy_of(told(f"{story}\n{draft}"), AS_OF)) == public(therapy_of(told(story), AS_OF))


def moved(day: DateInterval | None, by: int) -> DateInterval | None:
    return None if day is None else day.shift(by)


def shifted(chart: Chart, by: int) -> Chart:
    patient: Patient = replace(chart.patient, death=moved(chart.patient.death, by))
    return replace(
        chart,
        patient=patient,
        diagnoses=tuple(replace(f, when=moved(f.when, by)) for f in chart.diagnoses),
        results=tuple(replace(f, when=moved(f.when, by)) for f in chart.results),
        administrations=tuple(replace(f, when=moved(f.when, by)) for f in chart.administrations),
        dispenses=tuple(replace(f, when=moved(f.when, by)) for f in chart.dispenses),
        statements=tuple(
            replace(f, when=moved(f.when, by), ended=moved(f.ended, by)) for f in chart.statements
        ),
        procedures=tuple(replace(f, when=moved(f.when, by)) for f in chart.procedures),
        orders=tuple(
            replace(
                f,
                when=moved(f.when, by),
                supply=f.supply and (f.supply[0].shift(by), moved(f.supply[1], by)),
            )
            for f in chart.orders
        ),
    )


def dates_of(line: TherapyLine, by: int) -> list[Any]:
    one = line.line
    phases = [(p.name, p.agents, moved(p.start, by), moved(p.end, by)) for p in one.phases]
    return [
        one.setting, one.number, one.agents, one.regimen, one.end_reason, one.opened_because, phases,
        moved(one.start, by), moved(one.end, by), moved(line.decision, by),
    ]  # fmt: skip


@given(stories(), st.integers(-2000, 2000))
def test_shifting_every_date_shifts_the_lines(story: str, by: int) -> None:
    chart = told(story)
    then = (date.fromisoformat(AS_OF) + timedelta(days=by)).isoformat()
    plain = therapy_of(chart, AS_OF)
    later = therapy_of(shifted(chart, by), then)
    assert [dates_of(x, 0) for x in later.lines] == [dates_of(x, by) for x in plain.lines]
    assert [f.code for f in later.flags] == [f.code for f in plain.flags]


@given(stories(), st.sampled_from((90, 120, 180)))
def test_lines_are_numbered_dated_and_in_order(story: str, gap: int) -> None:
    therapy = therapy_of(told(story), AS_OF, gap=gap)
    for setting in ("curative", "palliative"):
        numbers = [x.line.number for x in therapy.lines if x.line.setting == setting]
        assert numbers == list(range(1, len(numbers) + 1))
    for earlier, following in pairwise(therapy.lines):
        assert earlier.line.start.earliest <= following.line.start.earliest
        assert earlier.line.end is not None
    for line in therapy.lines:
        one = line.line
        assert one.evidence and line.exposures and set(line.first_agents) <= set(one.agents)
        assert line.decision.on_or_before(one.start) is not Truth.NO
        assert (one.end is None) == (one.end_reason == "ongoing")
        assert one.end is None or one.end.latest >= one.start.earliest
        assert one.end is None or one.end.latest <= date.fromisoformat(AS_OF)
        assert one.opened_because == "first" or one.number > 1
        assert [p.name for p in one.phases] in (
            [], ["induction", "maintenance"], ["induction", "maintenance-intensified"],
            ["induction", "maintenance", "maintenance-intensified"],
        )  # fmt: skip


@given(stories())
def test_a_longer_gap_never_makes_more_lines_of_exact_doses(story: str) -> None:
    exact_only = "\n".join(
        line for line in story.splitlines() if not line.startswith(("order", "fill", "said"))
    )
    chart = told(exact_only)
    if all(a.when is not None and a.when.is_exact for a in chart.administrations):
        counts = [len(therapy_of(chart, AS_OF, gap=gap).lines) for gap in (90, 120, 180)]
        assert counts == sorted(counts, reverse=True)


@given(stories(), days)
def test_nothing_later_than_as_of_is_seen(story: str, as_of: str) -> None:
    chart = told(story)
    for line in therapy_of(chart, as_of).lines:
        assert line.line.start.earliest <= date.fromisoformat(as_of)


def test_the_agents_of_these_tests_are_known() -> None:
    said = {
        agent
        for name in (*INFUSIONS, *ORALS, *SUPPORTIVE)
        for agent in told(f"{name} 2018-01-01").administrations[0].agents
    }
    assert said <= set(AGENTS)
