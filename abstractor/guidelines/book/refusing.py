"""Cases that name what is not there: an edition, a row, a measure, a drug or a concept.

Such a case would never be shown, or would tell another story than its words; it is refused with its line.
"""

from collections.abc import Iterable, Iterator
from itertools import chain

from abstractor.errors import KnowledgeError
from abstractor.guidelines.book.cases import Case, FactKind, MeasureCase, Story
from abstractor.guidelines.book.records import TYPES
from abstractor.guidelines.book.vocabulary import Vocabulary
from abstractor.guidelines.gathering import raise_all
from abstractor.guidelines.shelf import Place
from abstractor.rules.library import Library

__all__ = ["refuse_strangers"]

_OF_NOTHING = (FactKind.VISIT, FactKind.DEATH)
_GENDERS = ("female", "male", "other", "unknown")
_SCORES = ("0", "1+", "2+", "3+")
_ASSERTIONS = ("stated", "historical", "elsewhere", "conditional")
# What such a record names may be any drug: one that we do not know is no drug of a rule. A sentence names
# what the reader of reports calls it.
_FREE = (FactKind.ORDER, FactKind.DOSE, FactKind.SENTENCE)


def refuse_strangers(
    told: Iterable[tuple[Place, Case | MeasureCase]], library: Library, words: Vocabulary
) -> None:
    """Raises `KnowledgeError` with every name that is not known."""
    rows = {edition.id: {row.id for row in edition.recommendations} for edition in library.editions}
    measures = {measure.id for measure in library.measures}
    refusals: list[KnowledgeError] = []
    for place, case in told:
        if isinstance(case, MeasureCase):
            if case.measure not in measures:
                at = place.at("measure")
                refusals.append(at.refusal(f"unknown measure {case.measure!r}", "name one of measures/"))
        else:
            refusals += _strange_rows(place, case, rows)
        refusals += chain(_impossible(place, case), _impossible_facts(place, case))
        refusals += _strange_drugs(place, case, words)
        refusals += _strange_words(place, case, words)
    raise_all(refusals)


def _strange_rows(place: Place, case: Case, rows: dict[str, set[str]]) -> Iterator[KnowledgeError]:
    document = case.document or case.edition
    for key, name in (("edition", case.edition), ("document", document)):
        if name not in rows:
            yield place.at(key).refusal(f"unknown edition {name!r}", "name one of editions/")
            return
    if case.row is not None and case.row not in rows[document]:
        yield place.at("row").refusal(f"{document} has no row {case.row!r}", "name the row that decides")


def _impossible(place: Place, story: Story) -> Iterator[KnowledgeError]:
    """What no record could say, or what would tell nothing."""
    if story.gender not in _GENDERS:
        wrong = f"unknown gender {story.gender!r}"
        yield place.at("gender").refusal(wrong, f"use one of {', '.join(_GENDERS)}")
    if story.her2 not in _SCORES:
        wrong = f"unknown IHC score {story.her2!r}"
        yield place.at("her2").refusal(wrong, f"use one of {', '.join(_SCORES)}")
    courses = [(course, place.at("lines", number)) for number, course in enumerate(story.lines)]
    beside = (("adjuvant", story.adjuvant), ("adds", story.adds))
    courses += [(course, place.at(key)) for key, course in beside if course is not None]
    for course, at in courses:
        if not course.drugs:
            yield at.at("drugs").refusal("no drug", "name one at least")


def _impossible_facts(place: Place, story: Story) -> Iterator[KnowledgeError]:
    for number, fact in enumerate(story.facts):
        at = place.at("facts", number)
        if not fact.means and fact.kind not in _OF_NOTHING:
            yield at.refusal(f"{fact.kind} of nothing", "say what it means")
        if fact.until is not None and fact.until < fact.on:
            yield at.at("until").refusal("until before on", "put the dates in order")
        if fact.assertion not in _ASSERTIONS:
            wrong = f"unknown assertion {fact.assertion!r}"
            yield at.at("assertion").refusal(wrong, f"use one of {', '.join(_ASSERTIONS)}")


def _strange_drugs(place: Place, story: Story, words: Vocabulary) -> Iterator[KnowledgeError]:
    courses = [(course, place.at("lines", number)) for number, course in enumerate(story.lines)]
    beside = (("adjuvant", story.adjuvant), ("adds", story.adds))
    courses += [(course, place.at(key)) for key, course in beside if course is not None]
    drugs = [(drug, at.at("drugs", which)) for c, at in courses for which, drug in enumerate(c.drugs)]
    if story.refused is not None:
        drugs.append((story.refused.drug, place.at("refused", "drug")))
    for drug, at in drugs:
        if drug not in words.agents:
            yield at.refusal(f"unknown drug {drug!r}", "name one of agents.toml")


def _strange_words(place: Place, story: Story, words: Vocabulary) -> Iterator[KnowledgeError]:
    for number, name in enumerate(story.unseen):
        if name not in TYPES:
            mend = f"name one of {', '.join(TYPES)}"
            yield place.at("unseen", number).refusal(f"no type of record {name!r}", mend)
    for number, fact in enumerate(story.facts):
        coded = fact.means.split("+") if fact.kind not in _FREE and fact.means else []
        named = [("means", each) for each in coded] + ([("why", fact.why)] if fact.why is not None else [])
        for key, concept in named:
            if concept not in words.concepts:
                at = place.at("facts", number, key)
                yield at.refusal(f"unknown concept {concept!r}", "name one of concepts.toml")
