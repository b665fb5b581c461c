"""What a site calls a drug must not name another: no name that is read otherwise today, no part of one, and
no code shown by one.
"""

from collections.abc import Iterable, Iterator, Sequence

from abstractor.codes import ValueSets
from abstractor.errors import KnowledgeError
from abstractor.guidelines.tables import CodeRow, NameRow

__all__ = ["codes_shown_as_others", "parts_of_names", "read_otherwise"]


def read_otherwise(theirs: Iterable[NameRow], shipped: ValueSets) -> Iterator[KnowledgeError]:
    """The longest name wins, so that a site's could make another drug of what is read today, or what nobody
    can tell today ("Enhertu, arm B") one that it is not."""
    for row in theirs:
        said = " ".join(row.words)
        read = shipped.agents_of((), (said,)).agents
        if row.words in shipped.names:
            continue
        if read and set(read) != set(row.agents):
            wrong = f"{said!r} is read as {'+'.join(read)} already"
            yield row.place.refusal(wrong, "name that drug, or write a name that says more")
        elif not read and (others := _names_others(said, row.agents, shipped)):
            wrong = f"{said!r} names {'+'.join(others)}"
            yield row.place.refusal(wrong, "name that drug, or write a name without it")


def codes_shown_as_others(theirs: Iterable[CodeRow], shipped: ValueSets) -> Iterator[KnowledgeError]:
    """Orders show a code by its display: one that names another drug is a slip in the line."""
    for row in theirs:
        if row.rank is not None and (others := _names_others(row.display, row.meanings, shipped)):
            wrong = f"{row.display!r} names {'+'.join(others)}, and the concept is {'+'.join(row.meanings)}"
            yield row.place.refusal(wrong, "name the drug that the code is of, or mend its display")


def _names_others(text: str, agents: Sequence[str], shipped: ValueSets) -> tuple[str, ...]:
    """An agent of the site's own may have a name that begins with a known drug's."""
    others, sure = shipped.named_beside(text, agents)
    if not others or sure:
        return others
    ours = {agent for meaning in shipped.names.values() for agent in meaning.agents}
    return others if ours.issuperset(agents) else ()


def parts_of_names(
    theirs: Iterable[NameRow], ours: Sequence[NameRow], shipped: ValueSets
) -> Iterator[KnowledgeError]:
    """A payload, a suffix or a stem ("deruxtecan", "mab") names no drug, and never another than it is of."""
    for row in theirs:
        for other in ours:
            if row.words == other.words or not _is_part(row, other):
                continue
            if not all(shipped.is_of(agent, row.agents) for agent in other.agents):
                wrong = f"{' '.join(row.words)!r} is a part of {' '.join(other.words)!r}, another drug's name"
                yield row.place.refusal(wrong, "write a name that no other drug has, or remove the line")
                break


def _is_part(row: NameRow, other: NameRow) -> bool:
    """Some of its words, or how one of them ends; letters at the end of a regimen's are drugs of it. A single
    letter is no name at all, and two are no stem."""
    part, whole = "-".join(row.words), "-".join(other.words)
    stem = len(part) > 2 and len(other.agents) == 1
    ends = stem and any(piece.endswith(part) for piece in whole.split("-"))
    return ends or (len(part) > 1 and f"-{part}-" in f"-{whole}-")
