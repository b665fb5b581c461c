"""What documents progression, where, and what an undated or weak sign leaves open (section 3.4)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from abstractor.abstract import Verdict
from abstractor.dates import Period
from abstractor.rules.anchor import metastatic_anchor
from abstractor.rules.lines_criterion import her2_lines
from abstractor.rules.therapy.progression import Progression, progressions
from tests.builders import told
from tests.therapy_knowledge import AGENTS, LIBRARY, POLICY, therapy_of

START = date(2020, 1, 6)
AS_OF = "2022-12-31"
METASTATIC = "condition breast-cancer 2018-01-05\nmetastasis liver 2019-12-20\n"
HER2 = frozenset(name for name, agent in AGENTS.items() if agent.her2_directed)


def after(days: int) -> str:
    return (START + timedelta(days=days)).isoformat()


def signs(story: str) -> tuple[Progression, ...]:
    chart = told(story)
    anchor = metastatic_anchor(chart, LIBRARY.inclusion)
    return progressions(chart, anchor, LIBRARY.inclusion, POLICY, date.fromisoformat(AS_OF))


@pytest.mark.parametrize(
    ("story", "found"),
    [
        ("progression 2020-05-01", [("2020-05-01", "unsaid", False)]),
        ("stable 2020-05-01", []),
        ("metastasis brain 2020-05-01", [("2020-05-01", "cns", False)]),
        ("metastasis bone 2020-05-01", [("2020-05-01", "outside", False)]),
        ("metastasis brain 2020-05-01 recurrence", [("2020-05-01", "cns", False)] * 2),  # new, and recurrent
        ("condition breast-cancer 2020-05-01 relapse", [("2020-05-01", "unsaid", False)]),
        ("therapy radiotherapy 2020-05-01", [("2020-05-01", "unsaid", True)]),
        ("therapy cns-local-therapy 2020-05-01", [("2020-05-01", "cns", True)]),
        ("metastasis bone 2020-05-01 refuted", []),
        ("metastasis bone 2020-05-01 provisional", []),
    ],
)
def test_what_documents_progression_and_where(story: str, found: list[tuple[str, str, bool]]) -> None:
    later = [sign for sign in signs(METASTATIC + story) if not sign.relapse]
    assert [(str(sign.when), sign.site, sign.weak) for sign in later] == found


@pytest.mark.parametrize(
    ("about", "site"),
    [
        ((), "unsaid"),
        (("breast-cancer",), "unsaid"),
        (("distant-metastasis", "brain-metastasis"), "cns"),
        (("distant-metastasis", "liver-metastasis"), "outside"),
    ],
)
def test_a_status_of_the_disease_says_where_by_what_it_names(about: tuple[str, ...], site: str) -> None:
    chart = told("progression 2020-05-01")
    chart = replace(chart, results=tuple(replace(r, about=about) for r in chart.results))
    anchor = metastatic_anchor(chart, LIBRARY.inclusion)
    (sign,) = progressions(chart, anchor, LIBRARY.inclusion, POLICY, date.fromisoformat(AS_OF))
    assert sign.site == site


def test_the_first_site_is_the_relapse_and_none_on_palliative_therapy() -> None:
    (sign,) = signs(METASTATIC)
    assert sign.relapse
    story = f"{METASTATIC.replace('2019-12-20', '2020-01')}HP {START}..{after(84)}"
    assert therapy_of(told(story), after(100)).lines[0].line.end_reason == "ongoing"
    assert not any("ended" in flag.statement for flag in therapy_of(told(story), AS_OF).flags)


@pytest.mark.parametrize(
    ("sign", "reason", "said"),
    [
        ("progression ?", "next-line", "progression without a date may have ended it"),
        (
            "progression 2020",
            "progression",
            None,
        ),  # after the start, before the next line, on any of its days
        ("progression 2021", "next-line", "progression on 2021-01-01..2021-12-31 may have ended it"),
        ("metastasis bone ?", "next-line", "progression without a date may have ended it"),
        ("metastasis liver ?", "next-line", None),  # known already
        ("condition breast-cancer ? recurrence", "next-line", "progression without a date may have ended it"),
        ("progression ?\nprogression 2020-12-20", "progression", None),
        ("therapy radiotherapy 2020-12-20", "next-line", None),
        ("therapy radiotherapy ?", "next-line", None),
    ],
)
def test_what_ended_a_line_where_the_sign_is_doubtful(sign: str, reason: str, said: str | None) -> None:
    start = "2019-12-31" if sign == "progression 2020" else "2020-01-06"
    story = METASTATIC + f"HP {start}..2020-12-31\nT-DM1 2021-01-04..2022-12-20\n{sign}"
    therapy = therapy_of(told(story), AS_OF)
    assert therapy.lines[0].line.end_reason == reason
    flags = [flag.statement for flag in therapy.flags if "line 1" in flag.statement]
    assert flags == ([f"Palliative line 1: {said}."] if said else [])


LAST = START + timedelta(days=84)
PAUSED = METASTATIC + f"HP {START}..{LAST}\nHP {after(184)}..{after(400)}\n"


@pytest.mark.parametrize(
    ("sign", "lines", "codes"),
    [
        (f"progression {after(100)}", 2, []),
        ("progression ?", 1, ["date-uncertain", "treatment-break"]),
        ("progression 2020", 1, ["date-uncertain", "treatment-break"]),
        (f"therapy radiotherapy {after(100)}", 1, ["partial-record", "treatment-break"]),
        (f"therapy radiotherapy {after(50)}", 1, ["treatment-break"]),  # a dose was given after it
        (f"progression {after(100)}\ntherapy radiotherapy {after(100)}", 2, []),
    ],
)
def test_the_same_drugs_after_a_doubtful_sign(sign: str, lines: int, codes: list[str]) -> None:
    therapy = therapy_of(told(PAUSED + sign), AS_OF)
    assert len(therapy.lines) == lines
    assert sorted(flag.code for flag in therapy.flags) == codes


@pytest.mark.parametrize(
    ("sign", "reason"),
    [
        ("progression ?", "date-uncertain"),
        (f"therapy radiotherapy {after(100)}", "progression-uncertain"),
    ],
)
def test_a_line_that_may_be_two_leaves_the_criterion_open(sign: str, reason: str) -> None:
    period = Period(date(2022, 1, 1), date(2022, 12, 31))
    whole = her2_lines(told(PAUSED), therapy_of(told(PAUSED), AS_OF), period, "A", HER2)
    assert (whole.verdict, whole.reason) == (Verdict.NOT_MET, "fewer-than-two-lines")
    found = her2_lines(told(PAUSED + sign), therapy_of(told(PAUSED + sign), AS_OF), period, "A", HER2)
    assert (found.verdict, found.reason) == (Verdict.UNKNOWN, reason)
    assert f"another line may begin with pertuzumab on {after(184)}" in found.statement


EXEMPT = METASTATIC + f"THP {START}..{after(105)}\nHP {after(126)}..{after(420)}\n"
ADDED = f"fills palbociclib {after(147)}..{after(420)} every 28\n"


@pytest.mark.parametrize(
    ("sign", "lines", "codes"),
    [
        ("", 1, []),
        (f"progression {after(140)}", 2, []),
        ("progression ?", 1, ["date-uncertain"]),
        (f"therapy radiotherapy {after(140)}", 1, ["partial-record"]),
        (f"therapy cns-local-therapy {after(140)}", 1, ["partial-record"]),
        ("therapy radiotherapy ?", 1, ["partial-record"]),
        (f"therapy radiotherapy {after(148)}", 1, []),  # after the addition
        (f"therapy radiotherapy {START}", 1, []),  # on the day the line started
        (f"metastasis brain {after(140)}", 2, []),
    ],
)
def test_the_exemption_and_a_doubtful_sign(sign: str, lines: int, codes: list[str]) -> None:
    therapy = therapy_of(told(EXEMPT + ADDED + sign), AS_OF)
    assert len(therapy.lines) == lines
    assert sorted(flag.code for flag in therapy.flags) == codes


def test_radiotherapy_alone_opens_no_line() -> None:
    story = METASTATIC + f"HP {START}..{after(420)}\ntherapy radiotherapy {after(100)}"
    therapy = therapy_of(told(story), AS_OF)
    assert len(therapy.lines) == 1 and therapy.flags == ()


def test_what_the_weak_sign_is_told_as() -> None:
    (flag,) = therapy_of(told(EXEMPT + ADDED + f"therapy radiotherapy {after(140)}"), AS_OF).flags
    assert flag.statement == (
        f"Palliative line 1: local therapy on {after(140)}, without a reason on record; if it was for "
        f"progression, another line starts with palbociclib on {after(147)}."
    )
    assert {e.value for e in flag.evidence} == {after(140), after(147)}


def test_an_undated_death_that_ended_a_line_is_uncertain() -> None:
    story = METASTATIC + "T-DXd 2022-08-01..2022-12-05\ndeath ?"
    therapy = therapy_of(told(story), AS_OF)
    assert [flag.statement for flag in therapy.flags] == [
        "Palliative line 1: the death that ended it has no date."
    ]
