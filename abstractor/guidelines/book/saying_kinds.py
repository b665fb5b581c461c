"""How each kind of measure is decided, in sentences a clinician reads: every field with its meaning and unit.

A field that is said nowhere fails a test; which editions ask, and for what, stands in a table of its own.
"""

from collections.abc import Iterator
from typing import assert_never

from abstractor.guidelines.book.saying import Line, Words, amount, days, kinds, line, listed, records
from abstractor.guidelines.book.saying_courses import early_stop, rolling_check, schedule
from abstractor.guidelines.book.saying_events import acted_on_result, pneumonitis
from abstractor.guidelines.book.saying_evidence import (
    about,
    excuses,
    hospice,
    needs,
    seen_whole,
    shorter_lines,
    silence,
    tails,
    trigger,
    wanted,
)
from abstractor.rules.measures import (
    ActedOnResult,
    CareDue,
    CheckBeforeDose,
    CheckSchedule,
    EarlyStop,
    GrowthFactor,
    Her2NegativeOnly,
    MeasureRule,
    PneumonitisResponse,
    RelapseOrDeNovo,
    RollingCheck,
    Screening,
    StartAndDoses,
    Vaccination,
)
from abstractor.rules.measures.growth_factor import Prophylaxis
from abstractor.rules.measures.risk_factors import RiskFactors
from abstractor.rules.measures.screening import HighScore, Instrument
from abstractor.rules.measures.vaccination import Vaccine

__all__ = ["how_decided"]

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


def how_decided(rule: MeasureRule, words: Words) -> tuple[Line, ...]:
    return tuple(_decided(rule, words))


def _decided(rule: MeasureRule, words: Words) -> Iterator[Line]:
    match rule:
        case CareDue():
            return _care_due(rule, words)
        case CheckBeforeDose():
            return _before_dose(rule, words)
        case StartAndDoses():
            return _start_and_doses(rule, words)
        case RelapseOrDeNovo():
            return _relapse(rule, words)
        case Her2NegativeOnly():
            return _her2_negative(rule, words)
        case CheckSchedule():
            return schedule(rule, words)
        case EarlyStop():
            return early_stop(rule, words)
        case RollingCheck():
            return rolling_check(rule, words)
        case ActedOnResult():
            return acted_on_result(rule, words)
        case PneumonitisResponse():
            return pneumonitis(rule, words)
        case GrowthFactor():
            return _growth_factor(rule, words)
        case Screening():
            return _screening(rule, words)
        case Vaccination():
            return _vaccination(rule, words)
        case _ as never:
            assert_never(never)


def _care_due(of: CareDue, words: Words) -> Iterator[Line]:
    yield from trigger(of.trigger, words)
    yield from about(of.who)
    yield line(
        "It is met by all of these, as far as the edition asks for them:", under=needs(of.needs, words)
    )
    yield silence(of.silence)
    yield seen_whole(of.first_type)
    yield from excuses(of.excuses, of.needs, words)
    if of.taken_out_by:
        yield line("Taken out by one of these on record by then: ", words.any_of(of.taken_out_by), ".")
    yield from shorter_lines(of.least_days)
    yield from hospice(of.hospice, words)
    yield from tails(of.tails, words)


def _before_dose(of: CheckBeforeDose, words: Words) -> Iterator[Line]:
    yield from trigger(of.trigger, words)
    share = "every day" if of.share == 1 else f"at least {of.share:.0%} of the days"
    said = f"It is met where {share} with a dose of "
    had = " had all of these round the dose, as far as the edition asks for them:"
    yield line(said, words.any_of(of.agents), had, under=needs(of.needs, words, "the dose"))
    if of.once:
        yield line("And round the first dose:", under=needs(of.once, words, "the first dose"))
    yield line("Doses alone are counted: where one was only ordered, what came before it is unknown.")
    yield seen_whole(of.first_type)
    yield from shorter_lines(of.least_days)
    yield from hospice(of.hospice, words)


def _start_and_doses(of: StartAndDoses, words: Words) -> Iterator[Line]:
    yield line("It has two parts, and the worse decides.")
    yield line("At the start:", under=_care_due(of.start, words))
    yield line("Before the doses:", under=_before_dose(of.doses, words))


def _relapse(of: RelapseOrDeNovo, words: Words) -> Iterator[Line]:
    markers = listed([marker.upper() for marker in of.markers])
    signs = f"; a test of {markers}, or treatment for cure" if of.markers else "; treatment for cure"
    yield line(
        f"The cancer came back where it was surely on record more than {days(of.apart_days)} before its "
        "metastasis: ",
        words.any_of(of.cancers),
        f"{signs}.",
    )
    yield line("After an earlier cancer:", under=_care_due(of.relapse, words))
    yield line("Where it was metastatic from the start:", under=_care_due(of.de_novo, words))
    yield line("Where that is open, both must agree; else it is unknown.")


def _her2_negative(of: Her2NegativeOnly, words: Words) -> Iterator[Line]:
    yield line(
        "It is asked where HER2 is negative and a hormone receptor positive. HER2-positive disease is "
        "taken out; where one of the two is not known, so is the answer."
    )
    yield from _care_due(of.care, words)


def _growth_factor(of: GrowthFactor, words: Words) -> Iterator[Line]:
    sorts = (_prophylaxis(each, words) for each in of.prophylaxis)
    yield line("It is due with this chemotherapy, the first that fits a line:", under=sorts)
    yield line(
        f"It is met by a dose of {of.wanted.name} from {days(of.given_from)} to {days(of.given_to)} after "
        "the chemotherapy, or by an order or the record of an injection from "
        f"{days(of.ordered_before)} before it to {days(of.given_to)} after.",
        under=wanted(of.wanted, words),
    )
    yield line("A dose on the very day leaves it unknown: an on-body injector would give it the day after.")
    yield line("A risk factor is one of these:", under=_risk(of.factors, words))
    yield line("What excuses it (an exception): refused or withheld for ", words.any_of(of.stop_reasons), ".")
    yield seen_whole(of.first_type)
    yield from shorter_lines(of.least_days)
    yield from hospice(of.hospice, words)


def _prophylaxis(of: Prophylaxis, words: Words) -> Line:
    beside = ", and only beside a risk factor" if of.with_factor else ""
    return line(f"{of.name}{beside}:", under=trigger(of.trigger, words))


def _risk(of: RiskFactors, words: Words) -> Iterator[Line]:
    yield line(f"Aged {of.age_from} years or more.")
    yield line(f"On record by then, {of.diagnoses_named}: ", words.any_of(of.diagnoses), ".")
    yield line(f"An earlier line with a drug of one of these kinds: {kinds(of.agent_kinds)}.")


def _screening(of: Screening, words: Words) -> Iterator[Line]:
    yield line("It is due in patients with a visit in the abstraction period.")
    often = "on the days of each visit in the period" if of.every_visit else "once in the period or more"
    scores = [_instrument(each, words) for each in of.instruments]
    if of.screened is not None:
        scores.append(line(f"Or {of.screened.name}:", under=wanted(of.screened, words)))
    yield line(f"It is met by one of these, {often} ({of.name}):", under=scores)
    if of.high is not None:
        yield from _high(of.high, words)
    if of.declined:
        yield line("An exception where it was offered and not done: ", words.any_of(of.declined), ".")
    yield line("Where the chart never shows one it is unknown: it may be kept where nothing is read.")
    yield seen_whole(of.first_type)
    if of.taken_out_by:
        yield line("Taken out by a diagnosis of ", words.any_of(of.taken_out_by), ".")
    yield from hospice(of.hospice, words)


def _instrument(of: Instrument, words: Words) -> Line:
    high = "" if of.high_from is None else f", high from {amount(of.high_from)} on"
    answers = ", high where the answer is " if of.high_answers else ""
    return line(f"{of.name}: ", words.any_of([of.concept]), high, answers, words.any_of(of.high_answers), ".")


def _high(of: HighScore, words: Words) -> Iterator[Line]:
    """What must follow a high score."""
    said = f"A high score asks for {of.follow_up.name} within {days(of.within)}:"
    if of.dependable:
        after = f"Where none is found it is not met, if {_whole(of.first_type)}."
    else:
        after = f"Where none is found it is unknown, even if {_whole(of.first_type)}: no code carries it."
    yield line(said, under=(*wanted(of.follow_up, words), line(after)))


def _vaccination(of: Vaccination, words: Words) -> Iterator[Line]:
    yield line("It is due in patients with a visit in the abstraction period.")
    vaccines = (_vaccine(each, words) for each in of.vaccines)
    yield line(
        "It is met where each of these that is due was given by the end of the period:", under=vaccines
    )
    yield line(f"A season goes from the first of {_MONTHS[of.season_month - 1]} for a year.")
    yield line("Where the chart never shows a vaccine it is unknown: many are given where nothing is read.")
    yield line("An exception where it was not done, with its reason on record.")
    yield seen_whole(of.first_type)
    yield from hospice(of.hospice, words)


def _vaccine(of: Vaccine, words: Words) -> Line:
    until = "" if of.age_to is None else f" to {of.age_to} years"
    ages = f", from {of.age_from}{until or ' years on'}" if of.age_from or until else ", at any age"
    often = "in the season of the visit" if of.seasonal else "ever"
    doses = f"{of.doses} doses, {days(of.apart)} or more apart," if of.doses > 1 else "one dose"
    unless = ("; not due with ", words.any_of(of.unless)) if of.unless else ("",)
    same = words.said(of.concept) == of.name
    named = (words.any_of([of.concept]),) if same else (f"{of.name} (", words.any_of([of.concept]), ")")
    return line(*named, f"{ages}: {doses} {often}", *unless, ".")


def _whole(kind: str) -> str:
    return f"{records(kind)} were all seen"
