"""What was counted once, and holds while what it was counted from stays as it is: in this process alone."""

from collections import OrderedDict
from threading import Lock

__all__ = ["Kept"]

_MOST = 16


class Kept:
    """The latest few answers, each with the state that it holds in. An answer is a frozen value."""

    def __init__(self) -> None:
        self._answers: OrderedDict[int, tuple[object, object]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: int, state: object) -> object | None:
        """None where there is none, or the state is another by now."""
        with self._lock:
            held = self._answers.get(key)
        return held[1] if held is not None and held[0] == state else None

    def keep(self, key: int, state: object, answer: object) -> None:
        with self._lock:
            self._answers[key] = (state, answer)
            self._answers.move_to_end(key)
            while len(self._answers) > _MOST:
                self._answers.popitem(last=False)
