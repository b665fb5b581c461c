"""A site adds and never replaces: what of its own may stand beside the shipped knowledge, and how it is told
apart from it in every abstract.

Ids of a site's own begin with `site-`: they can never be taken for shipped ones, of this version or a later.
"""

from collections.abc import Iterator
from itertools import chain

from abstractor.errors import KnowledgeError
from abstractor.guidelines.concepts import Concept
from abstractor.guidelines.edition_rules import spoken
from abstractor.guidelines.entries import Entries
from abstractor.guidelines.references import Naming, names_in
from abstractor.guidelines.shelf import Place
from abstractor.rules.library import Agent, Edition, Measure, Regimen, Subject

__all__ = ["PREFIX", "edition_refused", "measure_refused", "site_refusals"]

PREFIX = "site-"
_ADDS = "a site adds and replaces nothing"


def site_refusals(ours: Entries, theirs: Entries) -> Iterator[KnowledgeError]:
    for name, place, _ in theirs.concepts:
        yield from _id(Concept, name, place, ours)
        yield from _unclear_name(name, place)
    kinds = {agent.kind for _, agent in ours.agents}
    routes = {agent.route for _, agent in ours.agents}
    for place, agent in theirs.agents:
        yield from _unclear_name(agent.name, place)
        if "+" in agent.name:
            yield place.refusal(f"the name {agent.name!r} has a '+'", "name one drug: '+' joins two")
        if agent.route not in routes:
            mend = f"use one of {', '.join(sorted(routes))}"
            yield place.at("route").refusal(f"unknown route {agent.route!r}", mend)
        if agent.name.casefold() in {name.casefold() for name in ours.ids[Agent]}:
            yield place.refusal("this agent is shipped already", f"remove it: {_ADDS}")
        if agent.kind not in kinds:
            mend = f"use one of {', '.join(sorted(kinds))}"
            yield place.at("kind").refusal(f"unknown kind {agent.kind!r}", mend)
    seen: set[str] = set()
    for place, regimen in theirs.regimens:
        yield from _id(Regimen, regimen.id, place, ours)
        if regimen.id.casefold() in seen:
            yield place.at("id").refusal("the same id twice", "give each regimen its own")
        seen.add(regimen.id.casefold())
        yield from _never_named(regimen, place, ours)
    for place, measure in theirs.measures:
        yield from measure_refused(place, measure, ours)
    for place, edition in theirs.editions:
        yield from edition_refused(place, edition, ours)


def _unclear_name(name: str, place: Place) -> Iterator[KnowledgeError]:
    """One that a reader takes for another: with blanks round it, or with what cannot be seen."""
    if name != " ".join(name.split()) or not name.isprintable():
        wrong = f"the name {name!r} has more than single blanks between its words"
        yield place.refusal(wrong, "take out the others, and what cannot be seen")


def _never_named(regimen: Regimen, place: Place, ours: Entries) -> Iterator[KnowledgeError]:
    """A line is named by the first shipped regimen that fits, and by none whose drugs are not said."""
    if not regimen.needs or not all(regimen.needs):
        yield place.at("needs").refusal("needs a drug that is not said", "name one at least in each list")
        return
    for _, other in ours.regimens:
        if _is_part(regimen, other):
            wrong = f"{other.id} has all of its drugs, and names every line that it would"
            yield place.refusal(wrong, "remove it: a site adds and replaces nothing")
            return


def _is_part(regimen: Regimen, other: Regimen) -> bool:
    """Does the other fit wherever this one does?"""
    drugs, others = ({*each.allows, *chain(*each.needs)} for each in (regimen, other))
    return drugs <= others and all(
        any(set(own) <= set(slot) for own in regimen.needs) for slot in other.needs
    )


def _id(kind: type, name: str, place: Place, ours: Entries) -> Iterator[KnowledgeError]:
    at = place.at("id")
    if name in ours.ids[kind]:
        what = kind.__name__.lower()
        yield at.refusal(f"this {what} is shipped already", f"give yours an id of its own: {_ADDS}")
    elif not name.lower().startswith(PREFIX):
        yield at.refusal(
            f"the id {name!r} does not say that it is the site's",
            f"begin it with {PREFIX} or {PREFIX.upper()}",
        )


def measure_refused(place: Place, measure: Measure, ours: Entries) -> Iterator[KnowledgeError]:
    """A finding names the edition that asks: a label must not seem to ask for what a site wants."""
    yield from _id(Measure, measure.id, place, ours)
    for each in names_in(measure, place):
        if each.naming is Naming.EDITION and each.name in ours.ids[Edition]:
            mend = "name an edition of the site's own"
            yield each.place.refusal(f"{each.name} does not ask for this measure", mend)


def edition_refused(place: Place, edition: Edition, ours: Entries) -> Iterator[KnowledgeError]:
    yield from _id(Edition, edition.id, place, ours)
    if edition.subject is Subject.LABEL:
        yield place.at("subject").refusal("a label of a site's own", "write it as sequencing or measure")
    if edition.companion_of in ours.ids[Edition]:
        what = f"it would change what {edition.companion_of} says"
        yield place.at("companion_of").refusal(what, f"write it as an edition of its own: {_ADDS}")
    if spoken(edition.authority) in {spoken(each.authority) for _, each in ours.editions}:
        what = f"{edition.authority} speaks by the shipped editions"
        yield place.at("authority").refusal(what, "write the site's own name as the authority")
