"""How many records a page of this clinic holds, as far as its answers show.

Some take fewer than are asked for and stop there: no next link, no total, or that of the page. So the most
that came of a type on one page is counted, until a next link shows where its pages end.
"""

import threading

__all__ = ["PageLimits"]

_FEW = 10  # no server is known whose pages hold fewer


class PageLimits:
    """Of one connection; any number of threads may use it at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._paged: dict[str, int] = {}  # by type the most that came before a next link
        self._whole: dict[str, int] = {}  # by type the most that came and a count agreed with
        self._totals = False  # a total was of more than its page
        self._doubted = False  # a count contradicted what looked whole

    def paged(self, kind: str, matches: int, total: int | None) -> None:
        """A page with a next link."""
        with self._lock:
            self._paged[kind] = max(matches, self._paged.get(kind, 0))
            self._totals |= total is not None and total > matches

    def in_doubt(self, kind: str, matches: int, *, came: int, total: int | None) -> bool:
        """May there be more than came, by the last page of a search? A total of several pages is believed."""
        with self._lock:
            if total is not None and (total > matches or self._totals) and total >= came:
                return False
            if self._doubted:
                return matches > 0
            least = max(_FEW, self._paged.get(kind, self._whole.get(kind, 0)))
            return matches >= least

    def counted(self, kind: str, came: int, *, total: int | None) -> None:
        with self._lock:
            if total is not None and total > came:
                self._doubted = True
            else:
                self._whole[kind] = max(came, self._whole.get(kind, 0))
