"""The cards of a review: one question each, with what a reader may see of it and what they answered."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from abstractor.web.auditing.answering import Filled, filled_of
from abstractor.web.chart_page import Link
from abstractor.web.wording import CRITERIA, capfirst, dates_in_words, line_in_words
from abstractor.workflow.auditing.answers import NO_FINDING, Answer, Said
from abstractor.workflow.auditing.guided import Guided
from abstractor.workflow.auditing.items import Item, ItemKind
from abstractor.workflow.auditing.reasons import EXCEPTIONS, MISSING, OVERRULED, WRONG
from abstractor.workflow.auditing.shown import ChartSeen, EvidenceSeen, ItemSeen

__all__ = [
    "Card",
    "Section",
    "answer_in_words",
    "asked_by",
    "because_in_words",
    "cards_of",
    "heading_of",
    "links_of",
    "sections_of",
]


@dataclass(frozen=True, slots=True)
class Card:
    """`shown` is the program's verdict, null where it is hidden; `statement` what it says, `guided` what the
    guideline said then and says today. `kept` is the answer in a few words, `because` why. `problem` is why
    the answer that stands in the card was not kept, `elsewhere` what is kept instead. `changed`: it is kept
    otherwise than the reader's page showed. `beside` is what others say: who, what, why.
    """

    number: int
    anchor: str
    item: Item
    heading: str
    by: str | None
    shown: str | None
    statement: str | None
    would_clear: tuple[str, ...]
    guided: Guided | None
    choices: tuple[str, ...]
    evidence: tuple[Link, ...]
    filled: Filled
    answered: bool
    kept: str
    because: str
    problem: str | None = None
    elsewhere: str | None = None
    beside: tuple[tuple[str, str, str], ...] = ()
    differs: bool = False
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """`folded`: it is laid open on demand."""

    title: str
    cards: tuple[Card, ...]
    folded: bool = False


_TITLES: Mapping[ItemKind, str] = {
    ItemKind.CRITERION: "Does the chart belong?",
    ItemKind.LINE: "Lines of therapy",
    ItemKind.FINDING: "Findings",
    ItemKind.MISSED: "Findings that were missed",
}


def cards_of(
    items: Sequence[ItemSeen],
    chart: ChartSeen,
    *,
    source: str,
    titles: Mapping[str, str],
    guided: Callable[[ItemSeen], Guided | None],
) -> tuple[Card, ...]:
    """`source` is the address of a piece of evidence without its number."""
    links = links_of(chart, source)
    of_line = {(one.line.setting, one.line.number): one.evidence for one in chart.lines}
    return tuple(
        _card(seen, number, links, of_line, titles, guided(seen)) for number, seen in enumerate(items, 1)
    )


def sections_of(cards: Sequence[Card]) -> tuple[Section, ...]:
    made = (Section(title, tuple(c for c in cards if c.item.kind is kind)) for kind, title in _TITLES.items())
    return tuple(section for section in made if section.cards)


def links_of(chart: ChartSeen, source: str) -> Mapping[int, Link]:
    return {one.number: _link(one, source) for one in chart.evidence}


def answer_in_words(answer: Answer | None) -> str:
    """What stands as the answer of an item, in a few words."""
    if answer is None:
        return "no answer"
    match answer.said:
        case Said.AGREE:
            return "agrees"
        case Said.CANNOT_TELL:
            return "cannot tell"
        case Said.OVERRULE if answer.right is None:
            return "something is wrong with it"
        case Said.OVERRULE:
            return f"overruled: {_verdict(answer.right or '')}"
        case Said.OWN:
            return capfirst(_verdict(answer.right or ""))


def because_in_words(answer: Answer | None) -> str:
    """Why: the words of the codes, then the reader's own."""
    if answer is None:
        return ""
    known = {**OVERRULED, **EXCEPTIONS}
    codes = [known.get(answer.reason, answer.reason)] if answer.reason else []
    codes += [WRONG.get(code, code) for code in answer.wrong]
    codes += [MISSING.get(code, code) for code in answer.missing]
    told = "; ".join(codes)
    return f"{told}: {answer.text}" if told and answer.text else told or answer.text


def heading_of(seen: ItemSeen, titles: Mapping[str, str]) -> str:
    """Of what a reader added, the rule and line that they named."""
    item, answer = seen.item, seen.answer
    rule, line = item.rule, item.line
    if item.kind is ItemKind.MISSED and answer is not None and answer.rule is not None:
        rule, line = answer.rule, answer.line
    match item.kind:
        case ItemKind.CRITERION:
            return CRITERIA.get(rule, rule)
        case ItemKind.LINE:
            return line_in_words(line) if line else "Line of therapy"
        case _:
            about = f", {line_in_words(line).lower()}" if line else ""
            return f"{titles.get(rule, rule)}{about}"


def asked_by(seen: ItemSeen) -> str | None:
    """Whose guideline the question is about, and of which day: two questions may differ in nothing else."""
    return f"{seen.authority}, {dates_in_words(seen.day)}" if seen.authority and seen.day else None


def _card(
    seen: ItemSeen,
    number: int,
    links: Mapping[int, Link],
    of_line: Mapping[tuple[str, int], tuple[int, ...]],
    titles: Mapping[str, str],
    guided: Guided | None,
) -> Card:
    item, told = seen.item, seen.told
    cited = told.evidence if told else ()
    if item.kind is ItemKind.LINE and item.line:
        cited = of_line.get((item.line.setting, item.line.number), ())
    return Card(
        number=number,
        anchor=f"item-{number}",
        item=item,
        heading=heading_of(seen, titles),
        by=asked_by(seen),
        shown=item.program,
        statement=told.statement if told else None,
        would_clear=told.would_clear if told else (),
        guided=guided,
        choices=item.choices,
        evidence=tuple(links[at] for at in cited if at in links),
        filled=filled_of(seen.answer),
        answered=seen.answer is not None,
        kept=answer_in_words(seen.answer),
        because=because_in_words(seen.answer),
    )


def _link(seen: EvidenceSeen, source: str) -> Link:
    name = seen.path.partition(".")[2] or seen.path
    value = "" if seen.value is None else str(seen.value)
    return Link(f"{source}/{seen.number}", seen.resource, name, value, seen.version)


def _verdict(code: str) -> str:
    return "there is no such finding" if code == NO_FINDING else str(code).replace("-", " ")
