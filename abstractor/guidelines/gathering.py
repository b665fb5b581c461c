"""Refusals gathered as values, so that all mistakes are told at once and each only once."""

from collections.abc import Iterable

from abstractor.errors import KnowledgeError

__all__ = ["Refusals", "SeveralRefusals", "noted", "raise_all"]

Refusals = list[KnowledgeError]


class SeveralRefusals(KnowledgeError):
    """What is wrong with the parts of one entry; as one line, the first of it."""

    def __init__(self, each: Iterable[KnowledgeError]) -> None:
        self.each = tuple(each)
        super().__init__(str(self.each[0]))


class noted:
    """What is refused in here is left out and remembered; thousands of parts are built within one each."""

    __slots__ = ("_refusals",)

    def __init__(self, refusals: Refusals) -> None:
        self._refusals = refusals

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, wrong: BaseException | None, __: object) -> bool:
        match wrong:
            case SeveralRefusals():
                self._refusals.extend(wrong.each)
            case KnowledgeError():
                self._refusals.append(wrong)
            case _:
                return False
        return True


def raise_all(refusals: Refusals) -> None:
    if refusals:
        raise SeveralRefusals(refusals) if len(refusals) > 1 else refusals[0]
