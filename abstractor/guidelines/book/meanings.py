"""Which drugs and concepts an edition or a measure rests on, each with what stands for it in a record."""

from collections.abc import Iterable, Iterator

from abstractor.guidelines.book.naming import names_in
from abstractor.guidelines.book.vocabulary import Meaning, Vocabulary
from abstractor.guidelines.references import Naming
from abstractor.rules.kinds import CnsStatus, CnsTreated, Condition, ReceptorStatus, SystemicStable
from abstractor.rules.library import Edition, Library, Measure, Regimen

__all__ = ["meanings_of", "of_measure", "regimens_of"]


def meanings_of(edition: Edition, library: Library, words: Vocabulary) -> tuple[Meaning, ...]:
    """The drugs that its sentences and regimens name, then what its conditions are read from."""
    regimens = regimens_of(edition, library)
    agents = (*edition.agents, *names_in(edition, Naming.AGENT), *names_in(regimens, Naming.AGENT))
    conditions = [condition for row in edition.recommendations for condition in row.when]
    rests_on = [each for condition in conditions for each in _terms(condition, library)]
    agents = (*agents, *(name for each in rests_on for name in names_in(each, Naming.AGENT)))
    concepts = [name for each in rests_on for name in names_in(each, Naming.CONCEPT)]
    return _held((*sorted(set(agents)), *dict.fromkeys(concepts)), words)


def of_measure(measure: Measure, words: Vocabulary) -> tuple[Meaning, ...]:
    named = (*names_in(measure, Naming.CONCEPT), *sorted(names_in(measure, Naming.AGENT)))
    return _held(dict.fromkeys(named), words)


def regimens_of(edition: Edition, library: Library) -> tuple[Regimen, ...]:
    """Those that its sentences name, in the order of the catalogue."""
    named = set(names_in(edition, Naming.REGIMEN))
    return tuple(regimen for regimen in library.regimens if regimen.id in named)


def _terms(condition: Condition, library: Library) -> Iterator[object]:
    """The definitions behind the words of a condition."""
    terms = library.terms
    if isinstance(condition, CnsStatus | CnsTreated):
        yield terms.cns
    elif isinstance(condition, ReceptorStatus):
        yield terms.receptors
    elif isinstance(condition, SystemicStable):
        yield terms.systemic
    yield from (terms.reason(name) for name in names_in(condition, Naming.REASON))


def _held(names: Iterable[str], words: Vocabulary) -> tuple[Meaning, ...]:
    return tuple(meaning for name in names if (meaning := words.of(name)) is not None)
