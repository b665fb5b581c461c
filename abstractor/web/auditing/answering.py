"""From the fields of a card to an answer, and back to what a card shows chosen.

A card sends all its fields; only those that belong to what was chosen count, so that a reader who changes
their mind sends nothing that is out of sight.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Form

from abstractor.abstract import LineRef, Verdict
from abstractor.errors import OptionError
from abstractor.workflow.auditing.answers import LONGEST_TEXT, Answer, Said
from abstractor.workflow.auditing.items import ItemKind
from abstractor.workflow.auditing.reasons import OTHER, OVERRULED

__all__ = ["Filled", "FilledForm", "answer_of", "filled_from", "filled_of"]

LONGEST_CODE = 200
Code = Annotated[str, Form(max_length=LONGEST_CODE)]
Codes = Annotated[list[str], Form(max_length=40)]
# Browsers count a line break as one character and send two.
Words = Annotated[str, Form(max_length=2 * LONGEST_TEXT)]
_OWN = "own:"
# Reasons in sight beside a verdict that needs none; one for an exception is left from another choice.
_BESIDE_ANY = OVERRULED.keys() - {OTHER}


@dataclass(frozen=True, slots=True)
class Filled:
    """The fields of a card as they stand. `verb` is "agree", "overrule", "cannot-tell", "own:met"; `line` of
    a missed finding "palliative:2".
    """

    verb: str = ""
    right: str = ""
    reason: str = ""
    text: str = ""
    missing: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    rule: str = ""
    line: str = ""


def _filled(
    verb: Code = "",
    right: Code = "",
    reason: Code = "",
    text: Words = "",
    missing: Codes = [],  # noqa: B006 - a form's default, which FastAPI copies
    wrong: Codes = [],  # noqa: B006 - likewise
    rule: Code = "",
    line: Code = "",
) -> Filled:
    return Filled(
        verb, right, reason, text.replace("\r\n", "\n").strip(), tuple(missing), tuple(wrong), rule, line
    )


def filled_from(sent: Callable[[str], list[str]]) -> Filled:
    """Of the fields as they were sent, each by its name."""

    def one(name: str) -> str:
        return next(iter(sent(name)), "")

    return _filled(
        one("verb"),
        one("right"),
        one("reason"),
        one("text"),
        sent("missing"),
        sent("wrong"),
        one("rule"),
        one("line"),
    )


FilledForm = Annotated[Filled, Depends(_filled)]


def answer_of(filled: Filled, kind: ItemKind) -> Answer:
    """`OptionError` where nothing was chosen; whether the answer fits its item is not decided here."""
    rule, line = (filled.rule or None, _line(filled.line)) if kind is ItemKind.MISSED else (None, None)
    match filled.verb:
        case "agree":
            return Answer(Said.AGREE, text=filled.text)
        case "cannot-tell":
            return Answer(Said.CANNOT_TELL, text=filled.text, missing=filled.missing, rule=rule, line=line)
        case "overrule" if kind is ItemKind.LINE:
            return Answer(Said.OVERRULE, text=filled.text, wrong=filled.wrong)
        case "overrule":
            return Answer(
                Said.OVERRULE, right=filled.right or None, reason=filled.reason or None, text=filled.text
            )
        case "own":
            own, reason = filled.right, filled.reason
        case verb if verb.startswith(_OWN):
            own = verb.removeprefix(_OWN)
            reason = filled.reason if own == Verdict.EXCEPTION or filled.reason in _BESIDE_ANY else ""
        case _:
            raise OptionError("choose an answer first")
    return Answer(Said.OWN, right=own or None, reason=reason or None, text=filled.text, rule=rule, line=line)


def filled_of(answer: Answer | None) -> Filled:
    """What a card shows of the answer that is kept."""
    if answer is None:
        return Filled()
    verb = f"{_OWN}{answer.right}" if answer.said is Said.OWN else answer.said.value
    line = f"{answer.line.setting}:{answer.line.number}" if answer.line else ""
    return Filled(
        verb=verb,
        right=answer.right or "",
        reason=answer.reason or "",
        text=answer.text,
        missing=answer.missing,
        wrong=answer.wrong,
        rule=answer.rule or "",
        line=line,
    )


def _line(written: str) -> LineRef | None:
    setting, mark, number = written.partition(":")
    if not mark or not number.isascii() or not number.isdigit() or len(number) > 3:
        return None
    return LineRef(setting, int(number))
