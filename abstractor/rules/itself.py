"""Knowledge as the key of what is remembered about it."""

from typing import Generic, TypeVar

__all__ = ["Itself"]

Known = TypeVar("Known")


class Itself(Generic[Known]):
    """What is known is the same where it is that very value: to compare two by all they hold takes long."""

    def __init__(self, held: Known) -> None:
        self.held = held

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Itself) and other.held is self.held

    def __hash__(self) -> int:
        return id(self.held)
