"""How what follows an event on treatment is decided, in sentences: a low LVEF, pneumonitis."""

from collections.abc import Iterator

from abstractor.guidelines.book.saying import Line, Words, amount, days, line, listed, offset, records
from abstractor.guidelines.book.saying_evidence import hospice, seen_whole, shorter_lines, wanted
from abstractor.rules.measures import ActedOnResult, PneumonitisResponse
from abstractor.rules.measures.hold_limits import HoldLimit
from abstractor.rules.measures.lung_disease import LungDisease
from abstractor.rules.measures.pneumonitis_response import AlsoExpected

__all__ = ["acted_on_result", "pneumonitis"]


def acted_on_result(of: ActedOnResult, words: Words) -> Iterator[Line]:
    yield line(
        "It is due at a result of ",
        words.any_of([of.concept]),
        f" under {amount(of.below)}, or {amount(of.drop)} points or more below the baseline, on ",
        words.any_of(of.agents),
        f" or in the {days(of.tail)} after the line.",
    )
    yield line(
        f"The baseline is the last result in the {days(of.baseline_before)} before the first dose of the "
        f"line, else the first one in the {days(of.baseline_after)} after it."
    )
    yield line(
        f"It is met where a repeat, from the next day on, or a referral followed within {days(of.within)}:",
        under=(
            line(f"{of.again.name}:", under=wanted(of.again, words)),
            line(f"{of.referral.name}:", under=wanted(of.referral, words)),
        ),
    )
    yield line(
        "And where the drug was not given while its label asks that it be held, until a better result:",
        under=(_hold(each, words) for each in of.holds),
    )
    yield seen_whole(of.first_type)
    yield line(f"Where {records(of.dose_type)} were not all seen, that it was not given is unknown.")
    yield from shorter_lines(of.least_days)
    yield from hospice(of.hospice, words)


def _hold(of: HoldLimit, words: Words) -> Line:
    limits = [
        None if of.below is None else f"a result under {amount(of.below)}",
        None if of.up_to is None else f"a result of {amount(of.up_to)} or less",
        None if of.drop_from is None else f"a drop of {amount(of.drop_from)} points or more",
        None if of.drop_over is None else f"a drop of more than {amount(of.drop_over)} points",
    ]
    said = listed([each for each in limits if each is not None], "with")
    return line(words.any_of(of.agents), f": held for {days(of.days)} at least, at {said}.")


def pneumonitis(of: PneumonitisResponse, words: Words) -> Iterator[Line]:
    name, never = of.disease.name, of.never_again_from
    yield line(
        f"It is due at {name} that came up on ",
        words.any_of(of.agents),
        f": after the first dose, to {days(of.tail)} after the line, or later where a dose follows.",
    )
    yield line(f"How {name} is read:", under=_disease(of.disease, words))
    yield line(f"It is not met, and critical, by a dose after grade {never} or more.")
    yield line(
        f"After a lower grade the drug may be given again once {name} is over; before that it is not met. "
        f"Over within {days(of.same_dose_within)}, the same dose; later, one level less: told, not judged."
    )
    yield line(
        f"Without a grade, {of.steroid.wanted.name} within {days(of.steroid.within)} stands for grade "
        f"{never}: a dose after it asks for review."
    )
    yield line(
        f"Grades on both sides of {never} are told, and ask for review; a lower one that report text "
        "contradicts is not relied on."
    )
    yield line(
        "What else is expected, told in the statement and not judged:",
        under=(_also(each, words) for each in (of.steroid, *of.also)),
    )
    yield seen_whole(of.first_type)
    yield from hospice(of.hospice, words)


def _disease(of: LungDisease, words: Words) -> Iterator[Line]:
    yield line("A diagnosis: ", words.any_of(of.events), ".")
    yield line("Never sure by itself: ", words.any_of(of.weak_events), ".")
    yield line(f"Words of a report that speak of {of.mention} are quoted, and confirm none.")
    grades = ", ".join(f"{words.said(name)} is {amount(grade)}" for name, grade in of.severities.items())
    graded = f"Its grade: {grades}; or that of its own words; or a result that names it: "
    yield line(graded, words.any_of(of.grades), ".")
    yield line(f"Records that begin at most {days(of.same_within)} apart tell of one episode.")
    if of.other_causes:
        named = listed(of.other_causes)
        yield line(f"A record whose words name another cause is never sure: {named}.")


def _also(of: AlsoExpected, words: Words) -> Line:
    first, last = offset(of.before, "before"), offset(of.within, "after")
    under = (*wanted(of.wanted, words), seen_whole(of.first_type))
    return line(f"{of.wanted.name}, from {first} to {last}:", under=under)
