"""Which answer of a sentence belongs to which marker.

An answer after a name belongs to it where the words between are known to say nothing of their own; one before
a name ("positive for ER") where it reaches up to it. What another subject stands before belongs to nobody.
"""

import re
from dataclasses import dataclass, field, replace

from abstractor.fhir.text.words import plain_words, words_by_meaning

__all__ = ["Answer", "Group", "groups_of"]

_STRANGERS = 2  # words between a name and its answer that need not be known
_ANSWERS = words_by_meaning("answers")
_METHODS = words_by_meaning("methods")
_SCORES = frozenset({"0+", "1+", "2+", "3+"})
_JOINS = frozenset({"and", "/", ",", "&", "+", "or"})
_BLOCKS = plain_words("binding.blocks")
_NEGATIONS = plain_words("binding.negations")
_SILENT = plain_words("binding.silent")
_TOKEN = re.compile(
    r"(?P<score>(?<![\d.])[0-3]\+)"
    r"|(?P<bound>[<>]=?|≤|≥|less than|fewer than|greater than|more than|at least|up to|over|under)? ?"
    r"(?P<percent>\d{1,3}(?:\.\d+)?)(?: ?%)?(?: ?(?:-|\u2013|to) ?(?P<upto>\d{1,3}(?:\.\d+)?))? ?(?:%"
    r"|percent\b)"
    r"|\ballred[a-z :=(]*(?:[0-5] ?\+ ?[0-5] ?= ?)?(?P<allred>[0-8])(?: ?(?:/|of|out of) ?8)?(?![\d%]|\.\d)"
    r"|(?P<outof>[0-8]) ?/ ?8\b(?: allred)?"
    r"|\bh-? ?score[a-z :=(]*(?P<hscore>\d{1,3})(?![\d%])"
    r"|(?P<mark>\bmk[a-z]+)"
    r"|(?P<word>sign[+-]|bracket(?:[+-]|neg|pos)|[a-z][a-z0-9']*(?:-[a-z0-9']+)*)"
    r"|(?P<number>\d[\d.,:]*)"
    r"|(?P<sign>[;,/&+])"
    r"|(?P<other>[^\s():=.'\"-])"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """`what`: a word of the vocabulary above, a score ("2+"), or "percent", "allred", "hscore" with numbers.

    `part` counts the commas before it, `method` is the test that its part names.
    """

    what: str
    part: int
    method: str | None = None
    low: float = 0.0
    high: float = 0.0
    bound: str = ""


@dataclass(slots=True)
class Group:
    """Names that share their answers. `start` and `end` are its place in the sentence, in our words."""

    marks: list[str]
    start: int
    end: int = 0
    answers: list[Answer] = field(default_factory=list)
    inherited: Answer | None = None
    denied: bool = False
    methods: list[tuple[int, str]] = field(default_factory=list)
    not_done: set[int] = field(default_factory=set)
    again: bool = False


@dataclass(slots=True)
class _Binding:
    """Where the walk over the words stands."""

    group: Group | None = None
    before: Group | None = None
    part: int = 0
    method: str | None = None
    strangers: int = 0
    apart: bool = False
    denial: bool = False
    waiting: list[Answer] = field(default_factory=list)
    since: list[str] = field(default_factory=list)


def groups_of(plain: str) -> list[Group]:
    """The groups of a sentence in our words, in their order."""
    tokens = list(_TOKEN.finditer(plain))
    held = _Binding()
    found: list[Group] = []
    for at, token in enumerate(tokens):
        opened = _step(held, tokens, at)
        if opened is not None:
            if found:
                found[-1].end = opened.start
            found.append(opened)
        _pass(held, token)
    for group in found:
        group.end = group.end or len(plain)
        _name_methods(group)
    return [group for group in found if not group.again or group.answers]


def _step(held: _Binding, tokens: list[re.Match[str]], at: int) -> Group | None:
    """One token; the group that it opens."""
    token = tokens[at]
    word = token["word"] or token["sign"] or ""
    if token["mark"]:
        return _named(held, token)
    if word in _BLOCKS:
        return _blocked(held, token)
    if (answer := _answer(token, held)) is not None:
        return _answered(held, answer, tokens, at)
    if word in _NEGATIONS:
        held.denial = True
        if held.group is not None:
            held.group.denied = True
    elif word in _METHODS:
        _method(held, _METHODS[word])
    elif word == "notdone":
        if held.group is not None:
            held.group.not_done.add(held.part)
    elif word == ",":
        held.part, held.method, held.apart, held.strangers = held.part + 1, None, True, 0
    elif token["other"] or (word and word not in _SILENT and word not in _JOINS):
        held.strangers += 1
    return None


def _pass(held: _Binding, token: re.Match[str]) -> None:
    held.since = [] if token["mark"] else [*held.since[-7:], token[0].strip()]


def _named(held: _Binding, token: re.Match[str]) -> Group | None:
    group = held.group
    joined = token["mark"] != "mkcode" and all(word in _JOINS or word in _METHODS for word in held.since)
    if group is not None and not group.answers and not held.waiting and joined and not group.again:
        group.marks.append(token["mark"])
        group.denied = group.denied or held.denial
        _anchored(held)
        return None
    before = held.waiting
    if not before and group is not None and group.inherited is not None and joined:
        before = [group.inherited]
    elif not before and group is not None and group.inherited is not None and "and" in held.since:
        before = [group.inherited] if held.strangers == 0 else []
    fresh = Group([token["mark"]], token.start(), denied=held.denial)
    if before:
        fresh.inherited = before[-1]
        fresh.answers = [replace(answer, part=held.part) for answer in before]
    held.waiting, held.group, held.method = [], fresh, None
    _anchored(held)
    return fresh


def _anchored(held: _Binding) -> None:
    held.strangers, held.apart = 0, False


def _blocked(held: _Binding, token: re.Match[str]) -> Group | None:
    """A clause of its own begins: what is denied or answered in it is not said of the one before."""
    held.denial, held.waiting, held.part, held.method = False, [], held.part + 1, None
    _anchored(held)
    if held.group is None:
        return None
    held.apart = True
    held.before = held.group
    held.group = Group(list(held.group.marks), token.end(), again=True)
    return held.group


def _answered(held: _Binding, answer: Answer, tokens: list[re.Match[str]], at: int) -> Group | None:
    group = held.group
    if _reaches_a_name(held, tokens, at):
        held.waiting.append(answer)
        return None
    if group is None:
        held.waiting = []
        return None
    if held.strangers > (0 if held.apart else _STRANGERS):
        if group.again and held.before is not None:
            held.before.denied = True  # "positive, but a repeat of it was negative": it may be taken back
        held.group = Group(["mkother"], tokens[at].start(), answers=[answer])
        return held.group
    if group.inherited is not None and answer.what in ("positive", "negative", "equivocal"):
        group.answers = [a for a in group.answers if a.what != group.inherited.what]
        group.inherited = None
    group.answers.append(answer)
    held.strangers = 0
    return None


def _reaches_a_name(held: _Binding, tokens: list[re.Match[str]], at: int) -> bool:
    """Does the answer belong to the name after it: "positive for ER", "IHC 3+ for HER2", ", negative PR"?"""
    following = tokens[at + 1 : at + 5]
    with_for = False
    for token in following:
        word = token["word"] or token["sign"] or ""
        if token["mark"]:
            break
        if word == "for":
            with_for = True
        elif word not in ("the", "both", "with", "of", "gene", "in", *_METHODS) or word in ("with", "in"):
            return False
    else:
        return False
    group, before = held.group, tokens[at - 1] if at else None
    if group is None or with_for:
        return True
    opens = before is not None and (before["sign"] or before["word"] in ("and", "or"))
    return bool(opens) and bool(group.answers)


def _method(held: _Binding, method: str) -> None:
    """A second test opens a statement of its own where the first has its answer: "IHC 2+ FISH negative"."""
    group = held.group
    if group is not None and held.method not in (None, method):
        if any(a.part == held.part and a.method is not None for a in group.answers):
            held.part += 1
    held.method = method
    if group is not None:
        group.methods.append((held.part, method))


def _answer(token: re.Match[str], held: _Binding) -> Answer | None:
    if token["score"]:
        return Answer(token["score"], held.part, "ihc")
    if token["percent"]:
        low = float(token["percent"])
        return Answer(
            "percent", held.part, None, low, float(token["upto"] or low), (token["bound"] or "").strip()
        )
    for name, what in (("allred", "allred"), ("outof", "allred"), ("hscore", "hscore")):
        if token[name]:
            return Answer(what, held.part, None, float(token[name]))
    word = token["word"]
    if word in _ANSWERS:
        return Answer(_ANSWERS[word], held.part, held.method)
    return None


def _name_methods(group: Group) -> None:
    """An answer of a part that names one test, before or after it, is that test's; of two, neither's."""
    for at, answer in enumerate(group.answers):
        named = {method for part, method in group.methods if part == answer.part}
        if answer.what in _SCORES or not named:
            continue
        group.answers[at] = replace(answer, method=next(iter(named)) if len(named) == 1 else None)
