"""Charts on which lines were once derived wrongly: chemotherapy that comes back beside antibodies, orders
that nothing answers, orders that are old when they are answered."""

import pytest

from abstractor.abstract import Line
from abstractor.rules.anchor import metastatic_anchor
from abstractor.rules.therapy.course import Therapy
from abstractor.rules.therapy.deriving import derive
from fixtures.stories import HP, TDM1, TDXD, Tale, tale
from tests.asking import abstract_told, chart_of, library


def base() -> Tale:
    return tale("q").her2_positive_mbc("2019-01-10", "liver").visit("2022-05-05")


def derived(told: Tale) -> Therapy:
    story = told.told()
    known = chart_of(story.resources, story.patient).as_of(story.as_of)
    anchor = metastatic_anchor(known, library().inclusion)
    return derive(known, anchor, library(), library().line_policy, story.as_of)


def said(told: Tale) -> list[str]:
    return [_said(line) for line in abstract_told(told.told()).lines]


def _said(line: Line) -> str:
    name = line.regimen or "+".join(line.agents)
    return f"{line.setting} {line.number} {name} from {line.start} ({line.opened_because})"


def relapsed() -> Tale:
    return (
        tale("q")
        .breast_cancer("2021-01-01")
        .her2_ihc("3+", "2021-01-01")
        .course(["docetaxel", "carboplatin"], "2021-01-15", cycles=6)
        .course(HP, "2021-01-15", through="2022-10-30")
        .metastasis("liver", "2021-11-01")
    )


def test_chemotherapy_that_returns_at_relapse_begins_palliative_treatment() -> None:
    told = relapsed().course(["docetaxel"], "2021-11-20", cycles=6)
    assert said(told) == [
        "curative 1 TCHP from 2021-01-15 (first)",
        "palliative 1 THP from 2021-11-20 (first)",
    ]


def test_antibodies_that_go_on_past_relapse_alone_begin_nothing() -> None:
    assert said(relapsed()) == ["curative 1 TCHP from 2021-01-15 (first)"]


def maintained() -> Tale:
    return base().thp("2020-02-01", through="2022-08-30")


@pytest.mark.parametrize("taxane", ["docetaxel", "paclitaxel"])
def test_a_taxane_that_returns_after_progression_beside_antibodies_is_a_restart(taxane: str) -> None:
    told = maintained().progression("2022-03-01").course([taxane], "2022-03-15", cycles=6)
    assert said(told) == [
        "palliative 1 THP from 2020-02-01 (first)",
        "palliative 2 THP from 2022-03-15 (restart-after-progression)",
    ]


@pytest.mark.parametrize("progression", [None, "2020-05-01", "2022-03-16"])
def test_a_taxane_that_returns_without_progression_in_its_break_stays(progression: str | None) -> None:
    told = maintained().course(["docetaxel"], "2022-03-15", cycles=6)
    if progression is not None:
        told = told.progression(progression)
    assert said(told) == ["palliative 1 THP from 2020-02-01 (first)"]


def test_endocrine_therapy_that_returns_beside_antibodies_is_no_restart() -> None:
    told = maintained().course(["letrozole"], "2020-06-20", every=28, cycles=4).progression("2021-06-01")
    assert said(told.course(["letrozole"], "2021-06-20", every=28, cycles=4)) == [
        "palliative 1 THP from 2020-02-01 (first)"
    ]


T_DXD = "fam-trastuzumab deruxtecan"


def first_line() -> Tale:
    return base().thp("2019-02-01", through="2022-06-20")


def not_given(told: Tale) -> list[tuple[str, ...]]:
    flags = [flag for flag in derived(told).flags if flag.code == "ordered-not-given"]
    return [tuple(sorted({each.resource for each in flag.evidence})) for flag in flags]


def test_an_order_that_another_drug_replaced_is_no_agent_of_its_line() -> None:
    told = first_line().order(T_DXD, "2022-09-15", status="stopped")
    order = told.last_reference
    told = told.course(TDM1, "2022-10-01", cycles=3)
    (_, line) = derived(told).lines
    assert (line.line.regimen, line.line.agents) == ("TDM1", ("ado-trastuzumab emtansine",))
    assert str(line.decision) == "2022-10-01"
    assert not_given(told) == [(order,)]


def test_an_order_left_over_from_the_line_before_is_no_agent_of_the_next() -> None:
    told = first_line().course(TDXD, "2022-07-15", cycles=5).order("trastuzumab", "2022-07-20")
    assert said(told)[1:] == ["palliative 2 TDXD from 2022-07-15 (new-agent)"]
    assert not_given(told) == [(told.last_reference,)]


def test_the_next_dose_of_a_line_that_was_running_is_no_replaced_order() -> None:
    told = first_line().order("trastuzumab", "2022-07-05").course(TDXD, "2022-07-15", cycles=5)
    assert said(told)[1:] == ["palliative 2 TDXD from 2022-07-15 (new-agent)"]
    assert not_given(told) == []


@pytest.mark.parametrize(
    ("ordered", "lines"),
    [
        ("2022-09-02", ["TDXD", "TDM1"]),  # 29 days before the line that was given
        ("2022-09-03", ["TDM1"]),
        ("2022-10-29", ["TDM1"]),
    ],
)
def test_an_order_far_from_any_line_that_was_given_still_counts(ordered: str, lines: list[str]) -> None:
    told = first_line().order(T_DXD, ordered).course(TDM1, "2022-10-01", cycles=2)
    assert [line.line.regimen for line in derived(told).lines[1:]] == lines
    assert len(not_given(told)) == 1


def test_the_infused_partner_of_tablets_stays_in_their_regimen() -> None:
    told = first_line().order("trastuzumab", "2022-08-01")
    told = told.course(["tucatinib", "capecitabine"], "2022-08-01", cycles=4)
    assert said(told)[1:] == ["palliative 2 TXH from 2022-08-01 (new-agent)"]


def test_an_infusion_that_tablets_replaced_is_no_agent_of_their_line() -> None:
    told = first_line().order(T_DXD, "2022-07-25")
    told = told.course(["neratinib", "capecitabine"], "2022-08-01", cycles=4)
    assert said(told)[1:] == ["palliative 2 NX from 2022-08-01 (new-agent)"]
    assert len(not_given(told)) == 1


def partner_ordered(ordered: str) -> Tale:
    """Pertuzumab by an order of its own, docetaxel and trastuzumab from 2020-03-15."""
    told = base().order("pertuzumab", ordered)
    order = told.last_reference
    told = told.course(["docetaxel", "trastuzumab"], "2020-03-15", cycles=6)
    return told.given("pertuzumab", "2020-04-07", order=order).given("pertuzumab", "2020-04-28", order=order)


@pytest.mark.parametrize(
    ("ordered", "decision"),
    [
        ("2020-02-01", "2020-02-01"),  # 66 days before the drug's own dose, 43 before the line's
        ("2020-01-15", "2020-01-15"),  # 60 days before the line's
        ("2020-01-14", "2020-03-15"),
    ],
)
def test_the_decision_is_counted_from_the_first_dose_of_the_line(ordered: str, decision: str) -> None:
    (line,) = derived(partner_ordered(ordered)).lines
    assert (line.line.regimen, str(line.line.start), str(line.decision)) == ("THP", "2020-03-15", decision)


def test_an_old_order_of_a_partner_does_not_split_the_regimen() -> None:
    told = base().order("pertuzumab", "2020-02-01")
    told = told.course(["docetaxel", "trastuzumab"], "2020-03-15", cycles=6)
    told = told.given("pertuzumab", "2020-04-07").given("pertuzumab", "2020-04-28")
    (line,) = derived(told).lines
    assert (line.line.regimen, str(line.line.start), str(line.decision)) == (
        "THP",
        "2020-03-15",
        "2020-02-01",
    )


def test_old_orders_of_a_regimen_that_was_given_with_another_drug_open_no_line() -> None:
    told = base()
    for drug in ("docetaxel", *HP):
        told = told.order(drug, "2021-01-05")
    told = told.course(["docetaxel", "carboplatin"], "2021-03-20", cycles=6, ordered=False)
    told = told.course(HP, "2021-03-20", through="2021-12-30", ordered=False)
    (line,) = derived(told).lines
    assert (line.line.regimen, str(line.line.start), str(line.decision)) == (
        "TCHP",
        "2021-03-20",
        "2021-03-20",
    )


def test_an_old_order_stays_a_line_where_another_came_in_between() -> None:
    told = base().order(T_DXD, "2021-01-05").course(TDM1, "2021-02-10", cycles=3)
    assert said(told.course(TDXD, "2021-05-01", cycles=3, ordered=False)) == [
        "palliative 1 TDXD from 2021-01-05 (first)",
        "palliative 2 TDM1 from 2021-02-10 (new-agent)",
        "palliative 3 TDXD from 2021-05-01 (new-agent)",
    ]


def test_a_partner_that_comes_after_its_window_was_ordered_and_not_replaced() -> None:
    told = base().order("pertuzumab", "2020-02-20")
    told = told.course(["docetaxel", "trastuzumab"], "2020-03-15", cycles=6)
    told = told.given("pertuzumab", "2020-05-01").given("pertuzumab", "2020-05-22")
    assert said(told) == ["palliative 1 THP from 2020-03-15 (first)"]
    assert not_given(told) == []
