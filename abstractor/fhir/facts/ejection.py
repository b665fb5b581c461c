"""An ejection fraction in an Observation of which no code says so: by its name, or in the words of its value.

It is a mention, with the words: a number that nothing but a name vouches for is no result.
"""

from collections.abc import Iterator

from abstractor.chart import Mention, Standing
from abstractor.fhir.elements.records import Component, Observation
from abstractor.fhir.facts.dated import observed_on
from abstractor.fhir.facts.desk import Desk, Record
from abstractor.fhir.facts.standing import standing_of
from abstractor.fhir.facts.values import value_of
from abstractor.fhir.text import Told, ejection_fractions

__all__ = ["ejection_of"]


def ejection_of(record: Record[Observation], desk: Desk) -> tuple[Mention, ...]:
    result = record.resource
    told = [("", *each) for each in _told(result, desk)]
    for at, part in enumerate(result.component or ()):
        told += [(f"component[{at}].", *each) for each in _told(part, desk)]
    if not told:
        return ()
    # A status that is missing is remarked where the record is read for what it is.
    status = result.status
    standing = Standing.CONTEXT if status is None else standing_of(record, desk, "status", status)
    if standing is None:
        return ()
    when, dated = observed_on(record, desk)
    return tuple(
        Mention(
            about=each.about,
            reading=each.reading,
            assertion=each.assertion,
            quote=each.quote,
            start=each.start,
            end=each.end,
            when=when,
            standing=standing,
            sources=(*dated, record.source(f"{path}{where}", each.quote)),
        )
        for path, where, each in told
    )


def _told(part: Observation | Component, desk: Desk) -> Iterator[tuple[str, Told]]:
    """What the words of its value say, else what its name and its value make together."""
    said = [*ejection_fractions(part.value_string)] if part.value_string else []
    if said:
        yield from (("valueString", each) for each in said)
        return
    meaning = desk.lexicon.meaning(part.code)
    if meaning.concepts or not _may_name(meaning.words):
        return
    value = value_of(part)
    if value is not None:
        amount = value.text if value.number is None else f"{value.number:g} {value.unit or ''}"
        for each in ejection_fractions(f"{meaning.words}: {amount}"):
            yield value.path, each


def _may_name(words: str | None) -> bool:
    plain = (words or "").lower()
    return "ejection" in plain or "ef" in plain
