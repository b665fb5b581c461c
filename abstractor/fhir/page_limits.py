"""How many records a page of this clinic holds, as far as its answers show.

Some take fewer than are asked for and stop there: no next link, no total, or that of the page. So the most
that came of a type on one page is counted, until a next link shows where its pages end. Pages of a few are
doubted until the clinic has shown once that it tells of more, and where a type ends at the same few again.
"""

import threading
from collections import Counter
from typing import NamedTuple

__all__ = ["PageLimits", "Unsure"]

_FEW = 10  # pages of fewer are seldom
_LEAST = 5  # no server is known whose pages hold fewer
_SEVERAL = 3  # answers of a type that end at the same few
_ENOUGH = 3  # counts that agreed with the same few


class Unsure(NamedTuple):
    """How many `came` of a search that cannot tell whether that is all. `small`: were this a whole page, it
    would be one of a few; a clinic that tells of more pages at all can be believed.
    """

    came: int
    small: bool


class PageLimits:
    """Of one connection; any number of threads may use it at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._paged: dict[str, int] = {}  # by type the most that came before a next link
        self._whole: dict[str, int] = {}  # by type the most that came and a count agreed with
        self._tells: set[str] = set()  # types of which a page of one had a next link
        self._totals = False  # a total was of more than its page
        self._doubted = False  # a count contradicted what looked whole
        self._ends: dict[str, tuple[int, int]] = {}  # by type the most on a last page, and how often
        self._agreed: Counter[int] = Counter()  # counts that agreed, by how many came

    def paged(self, kind: str, matches: int, total: int | None) -> None:
        """A page with a next link."""
        with self._lock:
            self._paged[kind] = max(matches, self._paged.get(kind, 0))
            self._totals |= total is not None and total > matches

    def tells(self, kind: str, matches: int, total: int | None) -> None:
        """A page had a next link, because fewer were asked for than there are."""
        with self._lock:
            self._tells.add(kind)
            self._totals |= total is not None and total > matches

    def unsure(self, kind: str, matches: int, *, came: int, total: int | None, full: bool) -> Unsure | None:
        """May there be more than came, by the last page of a search? `full`: it holds what was asked for and
        no total is told. A total of several pages is believed.
        """
        with self._lock:
            seldom = self._ends_at_the_same_few(kind, matches)
            if full:
                return Unsure(came, small=False)
            if total is not None and (total > matches or self._totals) and total >= came:
                return None
            if self._doubted:
                return Unsure(came, small=False) if matches > 0 else None
            least = max(_FEW, self._paged.get(kind, self._whole.get(kind, 0)))
            if matches >= least:
                return Unsure(came, small=False)
            return Unsure(came, small=True) if seldom and came == matches else None

    def _ends_at_the_same_few(self, kind: str, matches: int) -> bool:
        """A type that has shown next links itself is believed. Where others have, it must end at the same
        several times to be doubted; where none has, any few are, until some counts have agreed.
        """
        most, times = self._ends.get(kind, (0, 0))
        if matches < most:
            return False
        times = times + 1 if matches == most else 1
        self._ends[kind] = matches, times
        told = self._tells | self._paged.keys()
        if not _LEAST <= matches < _FEW or kind in told:
            return False
        return times == _SEVERAL or (not told and self._agreed[matches] < _ENOUGH)

    def counted(self, kind: str, came: int, *, total: int | None) -> None:
        with self._lock:
            if total is not None and total > came:
                self._doubted = True
                return
            self._whole[kind] = max(came, self._whole.get(kind, 0))
            self._agreed[came] += total is not None
