"""Cases that name what is not there: an edition, a row, a measure, a drug or a concept.

Such a case would never be shown, or would tell another story than its words; it is refused with its line.
"""

from collections.abc import Iterable, Iterator

from abstractor.errors import KnowledgeError
from abstractor.guidelines.book.cases import Case, FactKind, MeasureCase, Story
from abstractor.guidelines.book.records import TYPES
from abstractor.guidelines.book.vocabulary import Vocabulary
from abstractor.guidelines.gathering import raise_all
from abstractor.guidelines.shelf import Place
from abstractor.rules.library import Library

__all__ = ["refuse_strangers"]

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
                refusals.append(place.refusal(f"unknown measure {case.measure!r}", "name one of measures/"))
        else:
            refusals += _strange_rows(place, case, rows)
        refusals += _strange_words(place, case, words)
    raise_all(refusals)


def _strange_rows(place: Place, case: Case, rows: dict[str, set[str]]) -> Iterator[KnowledgeError]:
    document = case.document or case.edition
    for name in (case.edition, document):
        if name not in rows:
            yield place.refusal(f"unknown edition {name!r}", "name one of editions/")
            return
    if case.row is not None and case.row not in rows[document]:
        yield place.at("row").refusal(f"{document} has no row {case.row!r}", "name the row that decides")


def _strange_words(place: Place, story: Story, words: Vocabulary) -> Iterator[KnowledgeError]:
    courses = [*story.lines, *(course for course in (story.adjuvant, story.adds) if course is not None)]
    drugs = {drug for course in courses for drug in course.drugs}
    drugs |= {story.refused.drug} if story.refused is not None else set()
    for drug in sorted(drugs - words.agents.keys()):
        yield place.refusal(f"unknown drug {drug!r}", "name one of agents.toml")
    for number, name in enumerate(story.unseen):
        if name not in TYPES:
            mend = f"name one of {', '.join(TYPES)}"
            yield place.at("unseen", number).refusal(f"no type of record {name!r}", mend)
    others = [fact for fact in story.facts if fact.kind not in _FREE and fact.means]
    concepts = {part for fact in others for part in fact.means.split("+")}
    concepts |= {fact.why for fact in story.facts if fact.why is not None}
    for concept in sorted(concepts - words.concepts.keys()):
        yield place.refusal(f"unknown concept {concept!r}", "name one of concepts.toml")
