"""Each kind of answer to each kind of question: what is taken, what is refused and why, how it is counted."""

import json

import pytest

from abstractor.abstract import LineRef
from abstractor.errors import OptionError
from abstractor.workflow.auditing.answers import (
    LONGEST_TEXT,
    NO_FINDING,
    Answer,
    Asked,
    Rated,
    Said,
    answer_from_json,
    answer_to_json,
    check_answer,
    rated,
    same_judgement,
)
from abstractor.workflow.auditing.items import ItemKind, choices_of

MEASURE = choices_of("LVEF-BASE")
SECOND = LineRef("palliative", 2)
FINDING = Asked(ItemKind.FINDING, choices=MEASURE, shown="not-met")
HIDDEN = Asked(ItemKind.FINDING, choices=MEASURE)
CRITERION = Asked(ItemKind.CRITERION, choices=("met", "not-met", "unknown"), shown="met")
LABEL = Asked(ItemKind.FINDING, choices=choices_of("sequencing", "FDA"), shown="off-label")
LINE = Asked(ItemKind.LINE, shown="right")
MISSED = Asked(ItemKind.MISSED, rules={"LVEF-BASE", "sequencing"}, lines=[SECOND])
PROPOSED = Asked(ItemKind.MISSED, rules={"LVEF-BASE"}, lines=[SECOND], proposed=True)

AGREE = Answer(Said.AGREE)
CANNOT = Answer(Said.CANNOT_TELL, missing=("imaging", "note"))


def overrule(right: str | None, reason: str | None, text: str = "") -> Answer:
    return Answer(Said.OVERRULE, right=right, reason=reason, text=text)


def own(right: str | None, reason: str | None = None, **more: object) -> Answer:
    return Answer(Said.OWN, right=right, reason=reason, **more)  # type: ignore[arg-type] # a test's own table


WRONG_LINE = Answer(Said.OVERRULE, wrong=("start", "agents"), text="It began in May, with docetaxel.")
MISS = own("not-met", "record-not-used", rule="LVEF-BASE", line=SECOND)

TAKEN = [
    (FINDING, AGREE, Rated("not-met", None)),
    (FINDING, overrule("met", "record-not-used"), Rated("met", "record-not-used")),
    (FINDING, overrule("exception", "patient-choice"), Rated("exception", "patient-choice")),
    (FINDING, overrule("unknown", "other", "A word."), Rated("unknown", "other")),
    (FINDING, CANNOT, Rated(None, "imaging note")),
    (HIDDEN, own("met"), Rated("met", None)),
    (HIDDEN, own("exception", "trial"), Rated("exception", "trial")),
    (HIDDEN, CANNOT, Rated(None, "imaging note")),
    (CRITERION, AGREE, Rated("met", None)),
    (CRITERION, overrule("unknown", "wrong-date"), Rated("unknown", "wrong-date")),
    (LABEL, overrule("on-label", "guideline-misapplied"), Rated("on-label", "guideline-misapplied")),
    (LINE, AGREE, Rated("right", None)),
    (LINE, WRONG_LINE, Rated("wrong", "start agents")),
    (LINE, CANNOT, Rated(None, "imaging note")),
    (MISSED, MISS, Rated("not-met", "record-not-used")),
    (MISSED, own("preferred", "wrong-line", rule="sequencing"), Rated("preferred", "wrong-line")),
    (PROPOSED, own("not-met", rule="LVEF-BASE", line=SECOND), Rated("not-met", None)),
    (PROPOSED, own(NO_FINDING, rule="LVEF-BASE", line=SECOND), Rated(NO_FINDING, None)),
    (PROPOSED, Answer(Said.CANNOT_TELL, missing=("date",), rule="LVEF-BASE"), Rated(None, "date")),
]


@pytest.mark.parametrize(("asked", "answer", "counted"), TAKEN)
def test_it_is_taken_and_counted(asked: Asked, answer: Answer, counted: Rated) -> None:
    check_answer(answer, asked)
    assert rated(answer, asked) == counted
    assert answer_from_json(answer_to_json(answer)) == answer


REFUSED = [
    (FINDING, Answer(Said.AGREE, right="met"), "no other verdict"),
    (FINDING, Answer(Said.AGREE, missing=("note",)), "no other verdict"),
    (FINDING, overrule("not-met", "record-misread"), "agree with it instead"),
    (FINDING, overrule(None, "record-misread"), "choose the verdict"),
    (FINDING, overrule("preferred", "record-misread"), "choose the verdict"),
    (FINDING, overrule(NO_FINDING, "record-misread"), "choose the verdict"),
    (FINDING, overrule("met", None), "say why"),
    (FINDING, overrule("met", "comorbidity"), "belongs to this verdict"),
    (FINDING, overrule("met", "no such code"), "belongs to this verdict"),
    (FINDING, overrule("exception", None), "which documented exception"),
    (FINDING, overrule("exception", "record-misread"), "belongs to this verdict"),
    (FINDING, overrule("met", "other"), "needs words"),
    (FINDING, overrule("met", "other", "  "), "needs words"),
    (FINDING, overrule("met", "wrong-date", "x" * (LONGEST_TEXT + 1)), "at most"),
    (FINDING, own("met"), "is shown"),
    (FINDING, Answer(Said.CANNOT_TELL), "what is missing"),
    (FINDING, Answer(Said.CANNOT_TELL, missing=("note",), right="met"), "gives no verdict"),
    (FINDING, Answer(Said.CANNOT_TELL, missing=("note", "note")), "each once"),
    (FINDING, Answer(Said.CANNOT_TELL, missing=("a dream",)), "each once"),
    (FINDING, Answer(Said.CANNOT_TELL, missing=("other",)), "needs words"),
    (FINDING, Answer(Said.AGREE, rule="LVEF-BASE"), "only a missed finding"),
    (FINDING, Answer(Said.AGREE, line=SECOND), "only a missed finding"),
    (HIDDEN, AGREE, "give your own"),
    (HIDDEN, overrule("met", "record-misread"), "give your own"),
    (HIDDEN, own("exception"), "which documented exception"),
    (HIDDEN, own("off-label"), "choose the verdict"),
    (LABEL, overrule("exception", "trial"), "choose the verdict"),
    (LINE, overrule("met", "wrong-date"), "wrong with the line"),
    (LINE, Answer(Said.OVERRULE, wrong=("start",)), "in words"),
    (LINE, Answer(Said.OVERRULE, wrong=("colour",), text="Blue."), "each once"),
    (LINE, Answer(Said.OVERRULE, wrong=("start",), reason="wrong-date", text="May."), "in words"),
    (LINE, own("right"), "is shown"),
    (MISSED, own("not-met", "record-not-used"), "which rule"),
    (MISSED, own("not-met", "record-not-used", rule="NO-SUCH"), "which rule"),
    (MISSED, own("preferred", "record-not-used", rule="LVEF-BASE"), "choose the verdict"),
    (MISSED, own("not-met", "record-not-used", rule="LVEF-BASE", line=LineRef("curative", 1)), "lines"),
    (MISSED, own("not-met", rule="LVEF-BASE"), "and a reason"),
    (MISSED, own(NO_FINDING, "wrong-line", rule="LVEF-BASE"), "choose the verdict"),
    (MISSED, Answer(Said.CANNOT_TELL, missing=("note",), rule="LVEF-BASE"), "and a reason"),
    (PROPOSED, AGREE, "which rule"),
]


@pytest.mark.parametrize(("asked", "answer", "why"), REFUSED)
def test_it_is_refused(asked: Asked, answer: Answer, why: str) -> None:
    with pytest.raises(OptionError, match=why):
        check_answer(answer, asked)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        '"agree"',
        "{}",
        '{"said": "perhaps"}',
        '{"said": "agree", "colour": "blue"}',
        '{"said": "own", "line": {"setting": "palliative"}}',
        '{"said": "own", "line": 2}',
        '{"said": "cannot-tell", "missing": 3}',
        "[" * 100_000,
    ],
)
def test_what_is_no_answer_is_refused_without_quoting_it(text: str) -> None:
    with pytest.raises(OptionError, match="this is no answer"):
        answer_from_json(text)


def test_an_answer_is_written_without_what_it_does_not_say() -> None:
    assert json.loads(answer_to_json(AGREE)) == {"said": "agree"}
    assert json.loads(answer_to_json(MISS)) == {
        "said": "own",
        "right": "not-met",
        "reason": "record-not-used",
        "rule": "LVEF-BASE",
        "line": {"setting": "palliative", "number": 2},
    }


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (Rated("met", None), Rated("met", "wrong-date"), True),
        (Rated("met", None), Rated("not-met", None), False),
        (Rated("wrong", "start"), Rated("wrong", "end"), False),
        (Rated("wrong", "start"), Rated("wrong", "start"), True),
        (Rated("wrong", "start agents"), Rated("wrong", "agents start"), True),
        (Rated(None, "note"), Rated(None, "note"), False),
    ],
)
def test_what_two_readers_judged_alike(first: Rated, second: Rated, same: bool) -> None:
    assert same_judgement(first, second) is same
