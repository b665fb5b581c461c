"""What makes a measure due, what counts as done and in which days, and what excuses it, in sentences."""

from collections.abc import Iterable, Iterator
from typing import assert_never

from abstractor.guidelines.book.saying import (
    Line,
    Piece,
    Words,
    amount,
    counted,
    days,
    kinds,
    line,
    listed,
    measured,
    offset,
    records,
    visits,
)
from abstractor.rules.measures.holding import TumourMarker, Wanted
from abstractor.rules.measures.needs import Excuses, LeftOpen, Need, Silence, Substitution
from abstractor.rules.measures.occasions import (
    Diagnosed,
    DoseAfterEvent,
    DrugStarted,
    EventOnTreatment,
    FirstDose,
    Metastatic,
    ProgressedOn,
    Trigger,
    VisitsInPeriod,
)
from abstractor.rules.measures.patients import Who
from abstractor.rules.measures.tails import ContraceptionTail
from abstractor.rules.terms import Threshold

__all__ = [
    "about",
    "excuses",
    "hospice",
    "needs",
    "one_of",
    "seen_whole",
    "settings",
    "shorter_lines",
    "silence",
    "tails",
    "threshold",
    "trigger",
    "wanted",
    "window_of",
]

_FIRST = "by its first dose where one is on record, else by its first order"


def trigger(of: Trigger, words: Words) -> Iterator[Line]:
    """The event that makes it due."""
    said = _first_dose(of, words) if isinstance(of, FirstDose) else (of.sentence(),)
    yield line("It is due at ", *said, ".", under=_told_by(of, words))


def _first_dose(of: FirstDose, words: Words) -> Iterator[str | tuple[Piece, ...]]:
    yield "the first dose of "
    yield words.any_of(of.agents)
    if of.agent_kinds:
        yield f"{' or ' if of.agents else ''}a drug of one of these kinds: {kinds(of.agent_kinds)},"
    if of.beside_any:
        yield " beside "
        yield words.any_of(of.beside_any)
    if of.without:
        yield " without "
        yield words.any_of(of.without)
    yield f" in {'the first' if of.only_first else 'each'} {listed(of.settings)} line"


def _told_by(of: Trigger, words: Words) -> Iterator[Line]:
    match of:
        case FirstDose():
            yield line(f"A drug begins {_FIRST}; one that is only said to be taken, by the first day told.")
        case Diagnosed():
            yield line("Told by a confirmed diagnosis of ", words.any_of(of.concepts), ".")
            if of.once_metastatic:
                yield line("One that surely came before the metastasis does not count.")
        case DrugStarted():
            yield line("Told by a record of ", words.any_of(of.agents), f": {_FIRST}.")
        case EventOnTreatment():
            yield line("Told by a confirmed diagnosis of ", words.any_of(of.events), ".")
            yield line("A line without one is told as such, and nothing is due in it.")
        case DoseAfterEvent():
            yield line("The event is a diagnosis of ", words.any_of(of.events), ".")
            if of.together:
                yield line("Or these, recorded on one day: ", words.all_of(of.together), ".")
        case Metastatic():
            yield line("Its day is that from which the disease is metastatic.")
        case ProgressedOn():
            yield line(
                f"Of each line with a drug of this kind that ended by progression: {kinds(of.agent_kinds)}."
            )
        case VisitsInPeriod():
            yield line("One finding for the period, whatever the number of visits.")
        case _ as never:
            assert_never(never)


def wanted(of: Wanted, words: Words) -> Iterator[Line]:
    """Each sort of record that shows it."""
    if of.results:
        yield line("A result with a value: ", words.any_of(of.results), ".")
    if of.zero_counts:
        yield line("A value of 0 is a result; elsewhere 0 is taken for an empty field.")
    if of.studies:
        yield line("A procedure that was done, or a report: ", words.any_of(of.studies), ".")
    if of.activities:
        said = listed([records(kind) for kind in of.kinds]) if of.kinds else "a referral, plan, note or team"
        yield line(f"Recorded as {said}: ", words.any_of(of.activities), ".")
    elif of.kinds:
        yield line(f"Recorded as {listed([records(kind) for kind in of.kinds])}.")
    if of.visits:
        yield line("A visit: ", words.any_of(of.visits), ".")
    if of.diagnoses:
        yield line("A diagnosis: ", words.any_of(of.diagnoses), ".")
    if of.markers:
        where = " of a distant site, not of the first tumour" if of.of_metastasis else ""
        yield line(f"A test of the tumour{where}: {_markers(of.markers)}.")
    elif of.of_metastasis:
        yield line("Of a distant site alone.")
    if of.parts:
        yield line("Only a part of it on record leaves it unknown: ", words.any_of(of.parts), ".")
    if of.reported:
        yield line(f"The words of a report that speak of {_markers(of.reported)}.")
    yield from _drugs(of, words)


def _drugs(of: Wanted, words: Words) -> Iterator[Line]:
    if of.drugs:
        yield line("A drug that was ordered, given or handed out: ", words.any_of(of.drugs), ".")
    if of.possible_drugs:
        open_ = ", whose dose does not tell whether it is meant: it leaves the answer open."
        yield line("A record of ", words.any_of(of.possible_drugs), open_)
    if of.daily_mg_at_most is not None:
        most = amount(of.daily_mg_at_most)
        yield line(f"At most {most} mg a day; an order that does not state its dose leaves it open.")
    if of.drugs and of.said_counts:
        yield line("A drug that somebody only says is taken counts, too.")
    elif not of.said_counts:
        yield line("A drug that somebody only says is taken does not count.")


def _markers(of: Iterable[TumourMarker]) -> str:
    return listed([each.upper() for each in of])


def one_of(of: Iterable[Wanted], words: Words) -> Iterator[Line]:
    for each in of:
        yield line(f"{each.name}:", under=wanted(each, words))


def needs(of: tuple[Need, ...], words: Words, round_: str = "the event") -> Iterator[Line]:
    """Each thing that is due, in its days round the event."""
    for each in of:
        yield line(f"{each.name}, {window_of(each, round_)}.", under=_need(each, words))


def window_of(of: Need, round_: str = "the event") -> str:
    if of.in_period:
        return "on any day of the abstraction period"
    if of.after < 0:
        until = f"{days(-of.after)} before {round_}"
    else:
        until = f"{days(of.after)} after {round_}" if of.after else f"the day of {round_}"
    if of.before is None:
        return f"at any time up to {until}"
    return f"from {offset(of.before, 'before')} to {until}"


def _need(of: Need, words: Words) -> Iterator[Line]:
    if of.least > 1:
        yield line(f"At least {of.least} of them.")
    if len(of.any_of) == 1:
        yield from wanted(of.any_of[0], words)
    else:
        yield line("One of these is enough:", under=one_of(of.any_of, words))
    if of.late_counts:
        yield line("Done after these days, it counts all the same.")
    if of.standing_orders:
        yield line("An order to be taken when needed counts on every day on which it is valid.")
    if of.from_order:
        yield line("Where an earlier order asked for the first dose, the days before count from that order.")
    if of.noted:
        yield line("No code carries it dependably: where none is found the answer is unknown, never not met.")
    for each in of.left_open:
        yield from _left_open(each, words)


def _left_open(of: LeftOpen, words: Words) -> Iterator[Line]:
    said = f"Where nothing else shows it, {of.by.name} in these days leaves it unknown: {of.because}"
    yield line(f"{said} (reason {of.reason}).", under=wanted(of.by, words))


def excuses(of: Excuses, due: tuple[Need, ...], words: Words) -> Iterator[Line]:
    """Nothing where nothing excuses it."""
    under = tuple(_excuses(of, due, words))
    if under:
        yield line("What excuses that it was not done (an exception):", under=under)


def _excuses(of: Excuses, due: tuple[Need, ...], words: Words) -> Iterator[Line]:
    if of.late_within is not None or of.urgent_classes:
        visit = (
            f", or a visit of the class {visits(of.urgent_classes)} on its day," if of.urgent_classes else ""
        )
        within = (
            "" if of.late_within is None else f"It came within {days(of.late_within)} after the event, and "
        )
        yield line(f"{within}the order of the drug{visit} says that the start was urgent.")
    if of.diagnoses:
        named = of.diagnoses_named or "a diagnosis"
        yield line(f"On record by then and not over, {named}: ", words.any_of(of.diagnoses), ".")
    elif of.diagnoses_named:
        yield line(f"On record by then: {of.diagnoses_named}.")
    if of.stop_reasons:
        yield line(
            "A drug that counts was not given, by a record with its reason: ",
            words.any_of(of.stop_reasons),
            ".",
        )
    if of.declined:
        yield line("Offered and not done, whatever the reason: ", words.any_of(of.declined), ".")
    if of.said_to_take:
        yield line("The patient is said to take ", words.any_of(of.said_to_take), " already.")
    if of.urgent_order:
        yield line("The order of the drug itself says that it was urgent.")
    for each in of.substituted:
        yield line(_in_place(each, due), under=_substitution(each, words))
    if of.results:
        limits = dict.fromkeys("".join(threshold(limit, words)) for limit in of.results)
        yield line(f"A result in these days: {'; '.join(limits)}.")


def _in_place(of: Substitution, due: tuple[Need, ...]) -> str:
    name = next((need.name for need in due if need.id == of.need), of.need)
    return f"{of.by.name} in the place of {name}, for {of.why}:"


def _substitution(of: Substitution, words: Words) -> Iterator[Line]:
    if of.diagnoses:
        yield line("A diagnosis against it by then: ", words.any_of(of.diagnoses), ".")
    if of.stop_reasons:
        yield line("Or it was withheld, with the reason: ", words.any_of(of.stop_reasons), ".")
    yield from wanted(of.by, words)


def threshold(of: Threshold, words: Words) -> Iterator[str]:
    """ "neutrophils below 1 10*3/ul"."""
    yield words.said(of.concept)
    if of.below is not None:
        yield f" below {measured(of.below, of.unit)}"
    if of.at_least is not None:
        yield f" at {measured(of.at_least, of.unit)} or more"


def about(of: tuple[Who, ...]) -> Iterator[Line]:
    if of:
        yield line(
            "It is about these patients alone, by their age on the day of the event:", under=map(_who, of)
        )


def _who(of: Who) -> Line:
    from_, to = of.age_from, of.age_to
    if not from_ and to is None:
        return line(f"{of.gender}, of any age.")
    until = "" if to is None else f" to {counted(to, 'year')}"
    return line(f"{of.gender}, from {counted(from_, 'year')}{until or ' on'}.")


def tails(of: tuple[ContraceptionTail, ...], words: Words) -> Iterator[Line]:
    if of:
        said = "How long contraception goes on after the last dose, told and not judged:"
        yield line(said, under=(_tail(each, words) for each in of))


def _tail(of: ContraceptionTail, words: Words) -> Line:
    parts = [counted(of.months, "month")] if of.months else []
    parts += [counted(of.weeks, "week")] if of.weeks else []
    lasts = " and ".join(parts) or "no time"
    return line(f"{lasts} in {of.gender} patients, after ", words.any_of(of.agents), ".")


def silence(of: Silence) -> Line:
    match of:
        case Silence.NOT_MET:
            return line("Where all of it was seen and nothing was found, it is not met.")
        case Silence.NEVER_AGAINST:
            return line("That nothing was found is held against nobody: it is then met.")
        case Silence.NOT_ASKED:
            return line(
                "It is reported where it was done, and asked of nobody: else the patient is excluded."
            )
        case _ as never:
            assert_never(never)


def seen_whole(kind: str) -> Line:
    return line(f"Where {records(kind)} were not all seen, to find nothing means unknown.")


def hospice(of: tuple[str, ...], words: Words) -> Iterator[Line]:
    if of:
        yield line("Taken out by death before its days are over, or by ", words.any_of(of), ".")


def shorter_lines(of: int | None) -> Iterator[Line]:
    if of is not None:
        yield line(f"A line of treatment that ended in less than {days(of)} is taken out.")


def settings(of: tuple[str, ...]) -> Line:
    return line(f"Lines of {listed(of)} treatment are looked at.")
