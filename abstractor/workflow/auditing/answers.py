"""What a reader says of an item: agree, overrule with what is right and why, cannot tell and what is missing;
or a verdict of their own where the program's is hidden, or where the program said nothing.

An answer is checked against its item before it is kept. What is refused is told without quoting it.
"""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from abstractor.abstract import LineRef, Verdict
from abstractor.errors import OptionError
from abstractor.workflow.auditing.items import ItemKind, choices_of
from abstractor.workflow.auditing.reasons import EXCEPTIONS, MISSING, OTHER, OVERRULED, WRONG

__all__ = [
    "LONGEST_TEXT",
    "NO_FINDING",
    "Answer",
    "Asked",
    "Rated",
    "Said",
    "answer_from_json",
    "answer_to_json",
    "check_answer",
    "check_words",
    "rated",
    "same_judgement",
]

LONGEST_TEXT = 4_000
# Of a finding that somebody added and another reader must judge: there is none.
NO_FINDING = "no-finding"


class Said(StrEnum):
    AGREE = "agree"
    OVERRULE = "overrule"
    CANNOT_TELL = "cannot-tell"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Answer:
    """`right` is the verdict that is right, `reason` a code, `missing` and `wrong` (of a line) codes. `rule`
    and `line` say what a missed finding is about; no line: the patient.
    """

    said: Said
    right: str | None = None
    reason: str | None = None
    text: str = ""
    missing: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    rule: str | None = None
    line: LineRef | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What an answer is held against. `shown`: the program's verdict, null where it is hidden or there is
    none. `rules` and `lines` are those that a missed finding may be about; `proposed`: another reader added
    it, so it can be said that there is no such finding. `told`: of what other findings were added here;
    `found`: what the program's measures say is asked of this chart.
    """

    kind: ItemKind
    choices: tuple[str, ...] = ()
    shown: str | None = None
    rules: Collection[str] = ()
    lines: Collection[LineRef] = ()
    proposed: bool = False
    told: Collection[tuple[str | None, LineRef | None]] = ()
    found: Collection[tuple[str | None, LineRef | None]] = ()


@dataclass(frozen=True, slots=True)
class Rated:
    """An answer in codes alone, as it is counted; `rating` null: cannot tell."""

    rating: str | None
    reason: str | None


def check_answer(answer: Answer, asked: Asked) -> None:
    """`OptionError` says what is missing or does not fit."""
    check_words(answer.text)
    _codes(answer.missing, MISSING, "what is missing")
    _codes(answer.wrong, WRONG, "what is wrong with the line")
    if asked.kind is not ItemKind.MISSED and (answer.rule is not None or answer.line is not None):
        raise OptionError("only a missed finding names its rule and line")
    if asked.kind is ItemKind.MISSED:
        _missed(answer, asked)
    match answer.said:
        case Said.AGREE:
            _agree(answer, asked)
        case Said.CANNOT_TELL:
            _cannot_tell(answer)
        case Said.OVERRULE if asked.kind is ItemKind.LINE:
            _overrule_line(answer)
        case Said.OVERRULE:
            _overrule(answer, asked)
        case Said.OWN:
            _own(answer, asked)
    if OTHER in (answer.reason, *answer.missing, *answer.wrong) and not answer.text.strip():
        raise OptionError('"other" needs words: write what it is')


def check_words(text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise OptionError(f"a text has at most {LONGEST_TEXT} characters")


def rated(answer: Answer, asked: Asked) -> Rated:
    """A line is "right" or "wrong", and its reason what is wrong; else the verdict that stands."""
    match answer.said:
        case Said.CANNOT_TELL:
            return Rated(None, " ".join(answer.missing))
        case Said.AGREE:
            return Rated("right" if asked.kind is ItemKind.LINE else asked.shown, None)
        case _ if asked.kind is ItemKind.LINE:
            return Rated("wrong", " ".join(answer.wrong))
        case _:
            return Rated(answer.right, answer.reason)


def same_judgement(first: Rated, second: Rated) -> bool:
    """Of a line also what is wrong with it; of a verdict not why."""
    if first.rating != second.rating or first.rating is None:
        return False
    reasons = (sorted((one.reason or "").split()) for one in (first, second))
    return first.rating != "wrong" or next(reasons) == next(reasons)


def answer_to_json(answer: Answer) -> str:
    held = {name: value for name, value in asdict(answer).items() if value not in (None, "", ())}
    return json.dumps(held, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def answer_from_json(text: str) -> Answer:
    """What `answer_to_json` wrote, or what came from outside: `OptionError` where it is no answer."""
    try:
        held: Any = json.loads(text)
        line = held.pop("line", None)
        said = Said(held.pop("said"))
        lists = {name: tuple(map(str, held.pop(name, ()))) for name in ("missing", "wrong")}
        words = {name: None if value is None else str(value) for name, value in held.items()}
        words["text"] = words.get("text") or ""
        about = None if line is None else LineRef(str(line["setting"]), int(line["number"]))
        return Answer(said, line=about, **lists, **words)  # type: ignore[arg-type]  # an unknown key raises
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise OptionError("this is no answer: it needs `said`, and what belongs to that") from None


def _agree(answer: Answer, asked: Asked) -> None:
    if asked.shown is None:
        raise OptionError("there is no verdict to agree with: give your own")
    if answer.right or answer.reason or answer.missing or answer.wrong:
        raise OptionError("who agrees gives no other verdict and no reason")


def _cannot_tell(answer: Answer) -> None:
    if not answer.missing:
        raise OptionError("say what is missing")
    if answer.right or answer.reason or answer.wrong:
        raise OptionError("who cannot tell gives no verdict: say only what is missing")


def _overrule_line(answer: Answer) -> None:
    if not answer.wrong or not answer.text.strip():
        raise OptionError("say what is wrong with the line, and in words what is right")
    if answer.right or answer.reason or answer.missing:
        raise OptionError("of a line say what is wrong with it, and in words what is right")


def _overrule(answer: Answer, asked: Asked) -> None:
    if asked.shown is None:
        raise OptionError("there is no verdict to overrule: give your own")
    if answer.right == asked.shown:
        raise OptionError("this is the verdict that stands: agree with it instead")
    _verdict(answer, asked)
    if answer.reason is None:
        raise OptionError("say why: choose a reason")


def _own(answer: Answer, asked: Asked) -> None:
    if asked.kind is ItemKind.LINE or asked.shown is not None:
        raise OptionError("the program's verdict is shown: agree with it, or overrule it")
    _verdict(answer, asked)


def _verdict(answer: Answer, asked: Asked) -> None:
    """An exception needs its own kind of reason."""
    choices = asked.choices if answer.rule is None else choices_of(answer.rule)
    if answer.right not in choices and not (asked.proposed and answer.right == NO_FINDING):
        raise OptionError("choose the verdict that is right, one of those that this question has")
    if answer.missing or answer.wrong:
        raise OptionError("who gives a verdict does not say what is missing")
    if answer.right == Verdict.EXCEPTION and answer.reason is None:
        raise OptionError("say which documented exception it is")
    reasons = EXCEPTIONS if answer.right == Verdict.EXCEPTION else OVERRULED
    if answer.reason is not None and answer.reason not in reasons:
        raise OptionError("choose a reason of the list that belongs to this verdict")


def _missed(answer: Answer, asked: Asked) -> None:
    if answer.rule not in asked.rules:
        raise OptionError("say which rule the missed finding is about")
    if answer.line is not None and answer.line not in asked.lines:
        raise OptionError("choose one of the chart's lines, or none")
    if asked.proposed:
        return  # and whatever another reader added can be settled
    if (answer.rule, answer.line) in asked.found:
        raise OptionError("that rule is asked above: say there what is right, or choose another line")
    if (answer.rule, answer.line) in asked.told:
        # Readers number alike what they add by its rule and line; a second one would be nobody's to settle.
        raise OptionError("a missed finding of that rule and line was added already: say all of it there")
    if answer.said is not Said.OWN or answer.reason is None:
        raise OptionError("a missed finding has a verdict of yours and a reason")


def _codes(given: Collection[str], known: Collection[str], what: str) -> None:
    if len(set(given)) != len(given) or not set(given) <= set(known):
        raise OptionError(f"choose of the list {what}, each once")
