"""How checks along a course of treatment are decided, and how its early end is told, in sentences."""

from collections.abc import Iterator, Mapping

from abstractor.guidelines.book.saying import Line, Words, days, line, listed, offset
from abstractor.guidelines.book.saying_evidence import (
    hospice,
    one_of,
    seen_whole,
    settings,
    shorter_lines,
    silence,
    threshold,
    wanted,
)
from abstractor.rules.measures import CheckSchedule, EarlyStop, RollingCheck
from abstractor.rules.measures.asking import Asking
from abstractor.rules.measures.check_schedule import Step
from abstractor.rules.measures.early_stop import StopCategory, StopPart

__all__ = ["early_stop", "rolling_check", "schedule"]


def schedule(of: CheckSchedule, words: Words) -> Iterator[Line]:
    yield line("It is due while one of these drugs is taken: ", words.any_of(of.agents), ".")
    yield settings(of.settings)
    yield line("Each time, all of these are due:", under=one_of(of.checks, words))
    steps = (line(f"{_step(step, of.asked)}.") for step in of.steps)
    yield line("On these days of the course (day 1 is the first), as far as the edition asks:", under=steps)
    yield line("A pause moves what is due after it, and nothing is due once the drug is stopped.")
    yield from _rests(of.rest_cycle)
    yield _stopped(of.open_days)
    yield seen_whole(of.first_type)
    yield from shorter_lines(of.least_days)
    yield from hospice(of.hospice, words)


def _step(of: Step, asked: tuple[Asking, ...]) -> str:
    """ "six cycles, on ribociclib: days 15, 29 and 43, each from 3 days before to 4 days after"."""
    on = dict.fromkeys(
        drug for each in asked if not each.needs or of.id in each.needs for drug in each.agents
    )
    every = {drug for each in asked for drug in each.agents}
    drugs = f", on {listed(on)}" if on and set(on) != every else ""
    numbers = [str(day + 1) for day in of.days]
    named = (
        "the first day"
        if of.days == (0,)
        else f"day{'s' if len(numbers) > 1 else ''} {listed(numbers, 'and')}"
    )
    again = "" if of.every is None else f", then every {days(of.every)}"
    each = "each " if len(numbers) > 1 or of.every is not None else ""
    span = f"{each}from {offset(of.before, 'before')} to {offset(of.after, 'after')}"
    called = of.id.replace("-", " ")
    whole = named if called == named and not drugs else f"{called}{drugs}: {named}"
    return f"{whole}{again}, {span}"


def _rests(of: Mapping[str, int] | None) -> Iterator[Line]:
    for drug, cycle in (of or {}).items():
        yield line(f"{drug} is taken in cycles of {days(cycle)} with days of rest, which are no pause.")


def _stopped(open_days: int) -> Line:
    return line(f"A drug counts as stopped once no record has shown it for {days(open_days)}.")


def early_stop(of: EarlyStop, words: Words) -> Iterator[Line]:
    yield line("It is about each course of ", words.any_of(of.agents), f": to be taken {of.taken_until}.")
    yield settings(of.settings)
    yield line(f"It is met where the drug was taken for {days(of.early_before)} or more.")
    yield line("Stopped sooner for a reason that is known, it is an exception; for none, unknown.")
    marks = listed([f"{mark.name} ({days(mark.days)})" for mark in of.marks], "and")
    yield line(f"Stops are reported by {marks}.")
    yield line(
        f"The reason is that of a record of the drug; else all that happened within {days(of.near)} of the "
        "stop, in this order:",
        under=(_category(each, words) for each in of.categories),
    )
    yield line(f"A pause of {days(of.hold_days)} or more is told as the drug held.")
    yield from _rests(of.rest_cycle)
    yield _stopped(of.open_days)


def _category(of: StopCategory, words: Words) -> Line:
    under: list[Line] = []
    if of.stated:
        under.append(line("Stated as ", words.any_of(of.stated), "."))
    if of.line_ended:
        under.append(line("The line ended by progression then."))
    if of.results or of.answers:
        under.append(line("A result then: ", words.any_of(of.results), ": ", words.any_of(of.answers), "."))
    if of.another_drug:
        under.append(line("Another of the drugs was begun then."))
    if of.otherwise:
        under.append(line(f"Stated, and none of the drugs begun: told as {of.otherwise}."))
    under += [line(f"{part.name}: ", *_part(part, words), ".") for part in of.parts]
    return line(f"{of.name}:", under=under)


def _part(of: StopPart, words: Words) -> Iterator[str]:
    said = [words.said(event) for event in of.events]
    said += ["".join(threshold(limit, words)) for limit in of.limits]
    yield "; ".join(said)


def rolling_check(of: RollingCheck, words: Words) -> Iterator[Line]:
    drugs = words.any_of(of.agents) if of.agents else "any drug"
    yield line(
        "It is due in each line with ", drugs, f" that lasted {days(of.least_days)} of treatment or more."
    )
    yield settings(of.settings)
    yield line(f"All of these are due every {days(of.every)}:", under=one_of(of.checks, words))
    yield line(
        f"It is met where no more than {days(of.longest_gap)} of treatment pass without one of each "
        "(the interval and a tolerance)."
    )
    if of.baseline is not None:
        first, last = offset(of.baseline.before, "before"), offset(of.baseline.after, "after")
        yield line(f"And where each was done round the first dose, from {first} to {last}.")
    yield line(
        f"{days(of.break_days).capitalize()} without a dose interrupt the treatment: nothing is due then."
    )
    if of.pauses_excuse:
        yield line("Days that no supply covers excuse a gap (an exception).")
    if of.longer_plan is not None:
        plan = of.longer_plan
        yield line(
            f"After {days(plan.after_days)} of treatment {plan.plan.name} excuses a gap of up to "
            f"{days(plan.longest_gap)} (an exception):",
            under=wanted(plan.plan, words),
        )
    yield silence(of.silence)
    yield seen_whole(of.first_type)
    yield from shorter_lines(of.shortest_line)
    yield from hospice(of.hospice, words)
