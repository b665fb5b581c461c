"""Generated cases: the day before, the day of and the day after every day on which an answer may change.

Every regimen of the catalogue is chosen in every line on those days, and the finding is held against the
plain rule of `boundaries`. A change date, an edition or a number of days that has no case fails.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache, partial

import pytest

from abstractor.dates import Period, Truth, exact
from abstractor.rules.cns import cns_state
from abstractor.rules.judging import applies, judge
from abstractor.rules.kinds import RelapseWithin
from abstractor.rules.labels import judge_label
from abstractor.rules.library import Edition, Library, Subject
from abstractor.rules.precedence import ahead_of_guidelines
from abstractor.rules.sequencing import judge_line
from abstractor.rules.situation import Situation
from tests.asking import library
from tests.spec.boundaries import (
    CNS_SETTLED_AFTER,
    EDITIONS,
    RELAPSE_DAYS,
    REVIEW,
    TRIALS,
    Boundary,
    Dated,
    Expected,
    boundaries,
    expected,
    expected_of_label,
    labels_in_force,
)
from tests.spec.choices import CHOICES, named, on_day, relapsed_after

WHOLE = Period(date(1990, 1, 1), date(2030, 12, 31))
AT_GUIDELINES = [each for each in boundaries() if each.edition.kind == "guideline"]
AT_LABELS = [each for each in boundaries() if each.edition.kind == "label"]


@cache
def only(authority: str) -> Library:
    return replace(library(), sequencing_authorities=(authority,))


@cache
def said(choice: str, edition: str) -> tuple[str, str]:
    judged = judge(library().edition(edition), named(choice), library())
    return judged.edition.id, str(judged.verdict)


@cache
def uses(choice: str, label: str) -> frozenset[str]:
    """The drugs whose use that label gives in this choice."""
    edition, situation = library().edition(label), named(choice)
    given = [row for row in edition.recommendations if applies(row, situation).truth is Truth.YES]
    return frozenset(agent for row in given for agent in row.covers or edition.agents)


def needed(choice: str) -> set[str]:
    """The drugs whose use a label has to give."""
    situation = named(choice)
    agents = situation.line.first_agents if situation.step is None else situation.step.agents
    labelled = {e.whose for e in EDITIONS if e.kind == "label"}
    return {agent for agent in agents if agent in labelled or library().agents[agent].her2_directed}


def found_by(authority: str, choice: str, day: date) -> Expected | None:
    found = next(judge_line(on_day(choice, day), only(authority), WHOLE), None)
    if found is None:
        return None
    return Expected(found.finding.edition, str(found.finding.verdict), found.finding.also)


@pytest.mark.parametrize("at", AT_GUIDELINES, ids=lambda at: f"{at.edition.id} {at.what} {at.days[1]}")
def test_the_edition_of_the_day_decides(at: Boundary) -> None:
    authority = at.edition.whose
    for choice in CHOICES:
        for day in at.days:
            due = expected(authority, day, partial(said, choice))
            assert found_by(authority, choice, day) == due, (choice, day)


@pytest.mark.parametrize("at", AT_LABELS, ids=lambda at: f"{at.edition.id} {at.what} {at.days[1]}")
def test_the_labels_of_the_day_decide(at: Boundary) -> None:
    for choice in CHOICES:
        agents = needed(choice)
        for day in at.days if at.edition.whose in agents else ():
            due = expected_of_label(agents, day, partial(uses, choice))
            found = judge_label(on_day(choice, day), library(), WHOLE)
            assert (str(found.finding.verdict) if found else None) == due, (choice, day)
            if found is not None:
                assert found.finding.edition in labels_in_force(agents, day), (choice, day)
                assert found.finding.also is None


def _deep_inside(authority: str, gap: int) -> int:
    """A number of days well inside the class that the counts put this one in."""
    counts = RELAPSE_DAYS[authority]
    passed = [count for count in counts if gap > count]
    if not passed:
        return 60
    return 730 if len(passed) == len(counts) else 274


def _says(edition: Edition, situation: Situation) -> list[str]:
    """All that the edition says: its verdict with its sentence, or of a label the uses that it gives."""
    if edition.subject is Subject.LABEL:
        given = [row for row in edition.recommendations if applies(row, situation).truth is Truth.YES]
        return [row.id for row in given]
    judged = judge(edition, situation, library())
    return [str(judged.verdict), judged.expected]


COUNTS = [(whose, count) for whose, counts in RELAPSE_DAYS.items() for count in counts]


@pytest.mark.parametrize(("authority", "count"), COUNTS)
def test_a_relapse_is_early_up_to_its_last_day(authority: str, count: int) -> None:
    divided = []
    for edition in (e for e in library().editions if e.authority == authority):
        for regimen in library().regimens:
            told = {gap: _says(edition, relapsed_after(regimen.id, gap)) for gap in _round(count)}
            for gap, says in told.items():
                inside = relapsed_after(regimen.id, _deep_inside(authority, gap))
                assert says == _says(edition, inside), (edition.id, regimen.id, gap)
            divided.append(told[count] != told[count + 1])
    assert any(divided), "no row tells the two days apart"


def _round(count: int) -> tuple[int, int, int]:
    return (count - 1, count, count + 1)


@pytest.mark.parametrize(
    ("days", "status"),
    [
        (CNS_SETTLED_AFTER - 1, "active"),
        (CNS_SETTLED_AFTER, "stable"),
        (CNS_SETTLED_AFTER + 1, "stable"),
    ],
)
def test_local_therapy_of_the_cns_settles_on_its_day(days: int, status: str) -> None:
    situation = named("TXH, line 2, CNS stable")
    treated = next(p.when for p in situation.chart.procedures if "cns-local-therapy" in p.concepts)
    assert treated is not None
    decided = replace(situation, decision=exact(treated.earliest + timedelta(days=days)), decided={})
    assert cns_state(decided).possible == {status}
    document = "asco-bm-2022" if status == "active" else "asco-her2-2022"
    assert judge(library().edition("asco-her2-2022"), decided, library()).edition.id == document


@pytest.mark.parametrize("trial", TRIALS)
def test_a_trial_supports_a_choice_from_the_day_it_was_public(trial: str) -> None:
    public, choice = TRIALS[trial]
    for day in (public - timedelta(days=1), public, public + timedelta(days=1)):
        situation = on_day(choice, day)
        found = list(judge_line(situation, only("ASCO"), WHOLE))
        assert [each.finding.verdict for each in found] == ["not-addressed"]
        raised = [flag for flag in ahead_of_guidelines(situation, found) if trial in flag.statement]
        assert bool(raised) == (day >= public), day


def test_the_dates_are_those_of_the_knowledge_base() -> None:
    """Of those that judge a choice; what asks for a measure is tried in `test_measure_days*`."""
    told = {e.id: (e.first, e.last, e.last or REVIEW) for e in EDITIONS}
    judging = [e for e in library().editions if e.subject is not Subject.MEASURE or e.id in told]
    assert {e.id: (e.valid_from, e.valid_to, e.next_review) for e in judging} == told
    labels = {e.id: (e.whose,) for e in EDITIONS if e.kind == "label"}
    assert {e.id: e.agents for e in library().editions if e.subject is Subject.LABEL} == labels


def _wanted(editions: Iterator[Edition]) -> set[tuple[str, date]]:
    """Every day round a change that the editions themselves tell: the day before, of and after."""
    wanted = set()
    for edition in editions:
        open_days = [edition.valid_from] + ([] if edition.valid_to else [edition.next_review])
        if edition.subject is Subject.SEQUENCING and _has_former(edition):
            open_days.append(edition.valid_from + timedelta(days=library().grace_days))
        wanted |= {(edition.id, day + timedelta(days=by)) for day in open_days for by in (-1, 0, 1)}
    return wanted


def _has_former(edition: Edition) -> bool:
    same = [e for e in _judging() if (e.authority, e.subject) == (edition.authority, edition.subject)]
    return any(e.valid_from < edition.valid_from for e in same)


def _judging() -> Iterator[Edition]:
    """Editions that decide by themselves on days of their own."""
    for edition in library().editions:
        if edition.encoded and edition.subject is not Subject.MEASURE and edition.companion_of is None:
            yield edition


def test_every_day_of_change_has_its_cases() -> None:
    assert _wanted(_judging()) - _covered(EDITIONS) == set()


def _covered(editions: tuple[Dated, ...]) -> set[tuple[str, date]]:
    return {
        (at.edition.id, day)
        for at in (*AT_GUIDELINES, *AT_LABELS)
        if at.edition in editions
        for day in at.days
    }


def test_a_missing_edition_or_day_would_be_found() -> None:
    without = tuple(e for e in EDITIONS if e.id != "asco-her2-2018")
    missing = _wanted(_judging()) - _covered(without)
    assert {name for name, _ in missing} == {"asco-her2-2018"}
    assert date(2018, 9, 23) in {day for _, day in missing}


def test_every_number_of_days_in_a_row_has_its_cases() -> None:
    asked = {
        (edition.authority, each.days)
        for edition in library().editions
        for row in edition.recommendations
        for each in row.when
        if isinstance(each, RelapseWithin)
    }
    assert asked == set(COUNTS)
    assert library().terms.cns.settled_after_days == CNS_SETTLED_AFTER
    assert {trial.id: trial.public_on for trial in library().terms.trials} == {
        trial: public for trial, (public, _) in TRIALS.items()
    }


def test_every_choice_is_what_it_is_called() -> None:
    for choice in CHOICES:
        situation = named(choice)
        if situation.step is None:
            assert choice.startswith(f"{situation.line.line.regimen}, line {situation.line.line.number}"), (
                choice
            )
        else:
            assert choice.startswith(situation.step.agents[0])
        assert situation.decision.latest < min(e.first for e in EDITIONS)
