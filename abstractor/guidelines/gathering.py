"""Refusals gathered as values, so that all mistakes are told at once and each only once."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from abstractor.errors import KnowledgeError

__all__ = ["Refusals", "SeveralRefusals", "noted", "raise_all"]

Refusals = list[KnowledgeError]


class SeveralRefusals(KnowledgeError):
    """What is wrong with the parts of one entry; as one line, the first of it."""

    def __init__(self, each: Iterable[KnowledgeError]) -> None:
        self.each = tuple(each)
        super().__init__(str(self.each[0]))


@contextmanager
def noted(refusals: Refusals) -> Iterator[None]:
    """What is refused in here is left out and remembered."""
    try:
        yield
    except SeveralRefusals as wrong:
        refusals.extend(wrong.each)
    except KnowledgeError as wrong:
        refusals.append(wrong)


def raise_all(refusals: Refusals) -> None:
    if refusals:
        raise SeveralRefusals(refusals) if len(refusals) > 1 else refusals[0]
