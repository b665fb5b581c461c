"""What must hold of editions beyond their types: dates, signatures, review, rows that say something, overlap.

Each refusal is a value, so that `guidelines check` can show all of them and a start can stop at the
first.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import date, timedelta
from itertools import pairwise

from abstractor.abstract import Verdict
from abstractor.errors import KnowledgeError
from abstractor.guidelines.build import must_be_said
from abstractor.guidelines.shelf import Place
from abstractor.guidelines.signing import is_name
from abstractor.rules.kinds import Condition
from abstractor.rules.library import Edition, Subject

__all__ = ["edition_refusals", "spoken"]

_WEB = re.compile(r"https?://[^\s\"'<>]+")

_LABEL = (Verdict.ON_LABEL, Verdict.OFF_LABEL, Verdict.INDETERMINATE)
_SEQUENCING = (
    Verdict.PREFERRED,
    Verdict.ACCEPTABLE,
    Verdict.NOT_PREFERRED,
    Verdict.NOT_RECOMMENDED,
    Verdict.NOT_ADDRESSED,
    Verdict.INDETERMINATE,
    Verdict.EXCEPTION,
)

Held = tuple[Place, Edition]


def edition_refusals(editions: Sequence[Held], *, on: date | None = None) -> Iterator[KnowledgeError]:
    seen: set[str] = set()
    for place, edition in editions:
        if edition.id.casefold() in seen:
            yield place.at("id").refusal("the same id twice", "give each edition its own")
        seen.add(edition.id.casefold())
        yield from _dates(place, edition)
        yield from _signature(place, edition)
        signed = edition.checked_on
        if on is not None and signed is not None and signed > max(on, edition.retrieved_on):
            wrong = f"checked_on is a day to come ({signed})"
            yield place.at("checked_on").refusal(wrong, "give the day of the signature")
        yield from _content(place, edition)
    yield from _overlaps(editions)
    yield from _other_spellings(editions)
    yield from _companions(editions)


def _dates(place: Place, edition: Edition) -> Iterator[KnowledgeError]:
    if edition.valid_to is not None and edition.valid_to < edition.valid_from:
        yield place.at("valid_to").refusal("valid_from after valid_to", "put the dates in order")
    if edition.valid_to is not None and edition.next_review != edition.valid_to:
        yield place.at("next_review").refusal(
            "next_review of a closed edition is not its valid_to", "write its last day there"
        )
    if edition.next_review < edition.valid_from:
        yield place.at("next_review").refusal("next_review before valid_from", "put the dates in order")
    if edition.subject is Subject.LABEL:
        due = [f"fda-{agent.replace(' ', '-')}-{edition.valid_from}" for agent in edition.agents]
        if edition.id not in due:
            yield place.at("id").refusal(
                "a label's id is not fda-<agent>-<valid_from>, with its one agent", "name it so"
            )


def _signature(place: Place, edition: Edition) -> Iterator[KnowledgeError]:
    """Another person than the encoder, by name and day, after it was read and, while it is open, before the
    review that the signature holds until. Whether a day has come is asked by `guidelines check`."""
    at = place.at("checked_by")
    if edition.checked_by and not is_name(edition.checked_by):
        yield at.refusal("checked_by is no name", "name who checked it, or leave it empty")
    elif edition.checked_by and spoken(edition.checked_by) == spoken(edition.encoded_by):
        yield at.refusal("checked_by is encoded_by", "let another person check it")
    day = edition.checked_on
    if bool(edition.checked_by) != (day is not None):
        yield at.refusal("a signature is checked_by and checked_on", "give both or neither")
    if day is not None and day < edition.retrieved_on:
        wrong = f"checked_on before it was read ({edition.retrieved_on})"
        yield place.at("checked_on").refusal(wrong, "give the day of the signature")
    if day is not None and edition.valid_to is None and day > edition.next_review:
        wrong = f"checked_on after its next_review ({edition.next_review})"
        yield place.at("checked_on").refusal(wrong, "give the day of the signature, and a later review")


def spoken(name: str) -> str:
    """As it is heard: names that differ in blanks and capitals are one."""
    return " ".join(name.split()).casefold()


def _content(place: Place, edition: Edition) -> Iterator[KnowledgeError]:
    if edition.url is not None and _WEB.fullmatch(edition.url) is None:
        yield place.at("url").refusal("no address of a page", "begin it with https://, or leave it out")
    if not edition.encoded and edition.recommendations:
        yield place.at("encoded").refusal(
            "recommendations in an edition that is not encoded", "write encoded = true or remove them"
        )
    if edition.encoded and edition.subject is Subject.SEQUENCING and not edition.recommendations:
        yield place.at("encoded").refusal(
            "encoded without a recommendation", "encode it, or write encoded = false"
        )
    allowed = _LABEL if edition.subject is Subject.LABEL else _SEQUENCING
    use = f"use {', '.join(allowed)}"
    if edition.companion_of == edition.id:
        mend = "name the edition that it is read beside, or leave it out"
        yield place.at("companion_of").refusal("it is its own companion", mend)
    if edition.otherwise not in allowed:
        wrong = f"verdict {edition.otherwise} in an edition on {edition.subject}"
        yield place.at("otherwise").refusal(wrong, use)
    seen: set[str] = set()
    for number, row in enumerate(edition.recommendations):
        at = place.at("recommendations", number)
        if row.verdict not in allowed:
            wrong = f"verdict {row.verdict} in an edition on {edition.subject}"
            yield at.at("verdict").refusal(wrong, use)
        if row.id in seen:
            yield at.at("id").refusal("two recommendations with one id", "give each its own")
        if not row.when:
            yield at.at("when").refusal("a recommendation without a condition", "say when it holds")
        for place_in_row, condition in enumerate(row.when):
            yield from _says_nothing(at.at("when", place_in_row).named(repr(row.id)), condition)
        seen.add(row.id)


def _says_nothing(place: Place, condition: Condition) -> Iterator[KnowledgeError]:
    """Such a condition never holds, or always: the row would vanish, or judge everybody."""
    held = {field.name: getattr(condition, field.name) for field in fields(condition)}
    empty = [field.name for field in fields(condition) if must_be_said(field) and held[field.name] == ()]
    for name in empty:
        yield place.within(name).refusal(f"{name} is empty", "name one at least")
    if held and not empty and not any(value not in ((), None) for value in held.values()):
        yield place.refusal("a condition that asks for nothing", "say what it asks for")


def _other_spellings(editions: Sequence[Held]) -> Iterator[KnowledgeError]:
    """Of one authority or topic: findings would come from two of them, as if they were not the same."""
    for field in ("authority", "topic"):
        known: dict[str, str] = {}
        for place, edition in editions:
            written = getattr(edition, field)
            first = known.setdefault(spoken(written or ""), written)
            if first != written:
                wrong = f"{field} {written!r} is {first!r} elsewhere"
                yield place.at(field).refusal(wrong, "write it alike in every edition")


def _companions(editions: Sequence[Held]) -> Iterator[KnowledgeError]:
    """Only what stands beside the edition that is asked is read: a companion of a companion, and so a ring of
    them, would judge nobody, and so would one of an edition about something else."""
    known = {edition.id: edition for _, edition in editions}
    for place, edition in editions:
        main, at = known.get(edition.companion_of or ""), place.at("companion_of")
        if main is None or main.id == edition.id:
            continue
        if main.companion_of is not None:
            wrong = f"{main.id} is itself the companion of {main.companion_of}"
            yield at.refusal(wrong, "name an edition that is read by itself")
        elif {main.subject, edition.subject} != {Subject.SEQUENCING}:
            wrong = f"a companion about {edition.subject} of an edition about {main.subject}"
            yield at.refusal(wrong, "leave it out: only editions on sequencing have companions")


def _overlaps(editions: Sequence[Held]) -> Iterator[KnowledgeError]:
    """Two editions of one authority on one subject and drug; a companion stands beside its own."""
    groups: dict[tuple[str, Subject, tuple[str, ...], bool, str], list[Held]] = {}
    for place, edition in editions:
        beside = edition.companion_of is not None
        named, topic = spoken(edition.authority), spoken(edition.topic or "")
        key = (named, edition.subject, edition.agents, beside, topic)
        groups.setdefault(key, []).append((place, edition))
    for group in groups.values():
        group.sort(key=lambda held: held[1].valid_from)
        for (_, earlier), (place, later) in pairwise(group):
            if earlier.valid_to is None or earlier.valid_to >= later.valid_from:
                closes = later.valid_from - timedelta(days=1)
                wrong = f"in force together with {earlier.id}"
                yield place.at("valid_from").refusal(wrong, f"end that one by {closes}")
