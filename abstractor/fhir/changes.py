"""Whether a type is asked for what has changed since the last pull alone, and from when.

Changes alone are asked for where the dialect knows how, the clinic tells its time, and a count can show that
nothing was deleted. A clinic that passes `_lastUpdated` over, or does not count, is found out once.
"""

import threading
from dataclasses import dataclass
from datetime import timedelta

from abstractor.fhir.gather import Gathering
from abstractor.fhir.held import HeldType
from abstractor.fhir.medications import ORDERS
from abstractor.fhir.plan import Plan
from abstractor.fhir.server_clock import Told, instant

__all__ = ["OVERLAP", "Changes", "Since", "clock_doubt"]

# A record may be stamped a while before it can be found, and not all of a clinic's machines keep one time.
OVERLAP = timedelta(minutes=5)
_NOT_TAKEN = (400, 422)


@dataclass(frozen=True, slots=True)
class Since:
    """`moment` as FHIR writes it; a time is told always, for some refuse a day alone."""

    parameter: str
    moment: str

    @property
    def value(self) -> str:
        return f"ge{self.moment}"


def clock_doubt(now: Told | None, marked_ahead: timedelta) -> str | None:
    """Why the time of a mark, which was so far ahead of our clock when it was set, cannot be gone by."""
    if now is None:
        return "clock-not-told"
    return "clock-set-back" if now.ahead < marked_ahead - OVERLAP / 2 else None


class Changes:
    """Of one clinic and one run, shared by its threads. `few`: with so many held, or fewer, a type is asked
    for whole.
    """

    def __init__(self, *, few: int) -> None:
        self._few = few
        self._lock = threading.Lock()
        self._why_not: dict[str, str] = {}

    def learn(self, resource_type: str, why: str) -> str:
        """The type is asked for whole from now on, for that reason."""
        with self._lock:
            return self._why_not.setdefault(resource_type, why)

    def why_not(self, since: Since, changed: Gathering) -> str | None:
        """Why what came of a search for changes stands for nothing, so that the type is asked for whole.

        A search that failed is none: so would the other.
        """
        if changed.failure is not None and changed.failure.status in _NOT_TAKEN:
            return self.learn(changed.type, "since-refused")
        if changed.failure is not None or changed.clean:
            return None
        if f"ignored:{since.parameter}" in changed.doubts:
            return self.learn(changed.type, "since-ignored")
        return "changes-in-doubt"

    def since(
        self, plan: Plan, resource_type: str, held: HeldType | None, now: Told | None
    ) -> Since | str | None:
        """From when; a word why not, where that is for the ledger; None where there is nothing to tell."""
        ways = plan.dialect.ways(resource_type)
        if held is None or held.through is None or held.marked_at is None or held.count <= self._few:
            return None
        if ways.since is None or not ways.may_send(ways.since):
            return None
        if ways.since_prefixes and "ge" not in ways.since_prefixes:
            return None
        doubt = clock_doubt(now, held.through - held.marked_at)
        if doubt is not None:
            return doubt
        if resource_type in ORDERS and plan.why_not("Medication") is not None:
            # Their drugs come inside of them, and a drug that is edited need not touch its order.
            return "drugs-inside"
        with self._lock:
            why_not = self._why_not.get(resource_type)
        return why_not or Since(ways.since, instant(held.through - OVERLAP))
