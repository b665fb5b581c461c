"""How the sentences of the measures name several things, and how many of them."""

from collections.abc import Iterable

__all__ = ["any_kind", "counted", "either", "listed", "share_of"]

_TOLD_ONE_BY_ONE = 4


def listed(names: Iterable[str], last: str = "and") -> str:
    """ "a, b and c"."""
    *first, final = names
    return f"{', '.join(first)} {last} {final}" if first else final


def either(names: Iterable[str]) -> str:
    """ "a, b or c"."""
    return listed(names, "or")


def counted(number: int, noun: str) -> str:
    """ "1 day", "3 days"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def share_of(done: int, number: int, noun: str) -> str:
    """ "2 of 3 doses"."""
    return f"{done} of {counted(number, noun)}"


def any_kind(kinds: tuple[str, ...]) -> tuple[str, ...]:
    """Kinds of drugs by name where they are few; a reader loses the sentence in more."""
    if len(kinds) > _TOLD_ONE_BY_ONE:
        return (f"a drug of one of the {len(kinds)} kinds listed below",)
    return tuple(f"any {kind}" for kind in kinds)
