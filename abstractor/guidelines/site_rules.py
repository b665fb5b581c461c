"""A site adds and never replaces: what of its own may stand beside the shipped knowledge, and how it is told
apart from it in every abstract.

Ids of a site's own begin with `site-`: they can never be taken for shipped ones, of this version or a later.
"""

from collections.abc import Iterator

from abstractor.errors import KnowledgeError
from abstractor.guidelines.concepts import Concept
from abstractor.guidelines.entries import Entries
from abstractor.guidelines.shelf import Place
from abstractor.rules.library import Agent, Edition, Measure, Regimen, Subject

__all__ = ["PREFIX", "site_refusals"]

PREFIX = "site-"
_ADDS = "a site adds and replaces nothing"


def site_refusals(ours: Entries, theirs: Entries) -> Iterator[KnowledgeError]:
    for name, place, _ in theirs.concepts:
        yield from _id(Concept, name, place, ours)
    for place, agent in theirs.agents:
        if agent.name in ours.ids[Agent]:
            yield place.refusal("this agent is shipped already", f"remove it: {_ADDS}")
    for place, regimen in theirs.regimens:
        yield from _id(Regimen, regimen.id, place, ours)
    for place, measure in theirs.measures:
        yield from _id(Measure, measure.id, place, ours)
    shipped = {edition.authority.casefold() for _, edition in ours.editions}
    for place, edition in theirs.editions:
        yield from _id(Edition, edition.id, place, ours)
        yield from _edition(edition, place, ours, shipped)


def _id(kind: type, name: str, place: Place, ours: Entries) -> Iterator[KnowledgeError]:
    at = place.at("id")
    if name in ours.ids[kind]:
        what = kind.__name__.lower()
        yield at.refusal(f"this {what} is shipped already", f"give yours an id of its own: {_ADDS}")
    elif not name.lower().startswith(PREFIX):
        yield at.refusal(f"the id {name!r} does not say that it is the site's", f"begin it with {PREFIX}")


def _edition(edition: Edition, place: Place, ours: Entries, shipped: set[str]) -> Iterator[KnowledgeError]:
    if edition.subject is Subject.LABEL:
        yield place.at("subject").refusal("a label of a site's own", "write it as sequencing or measure")
    if edition.companion_of in ours.ids[Edition]:
        what = f"it would change what {edition.companion_of} says"
        yield place.at("companion_of").refusal(what, f"write it as an edition of its own: {_ADDS}")
    if edition.subject is Subject.SEQUENCING and edition.authority.casefold() in shipped:
        what = f"{edition.authority} speaks by the shipped editions"
        yield place.at("authority").refusal(what, "write the site's own name as the authority")
