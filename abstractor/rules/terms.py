"""What the words of the recommendations mean, as data: reasons, receptors, metastases of the central nervous
system, trials. Every number and every code of theirs comes in from `guidelines/`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from abstractor.chart import Bounds
from abstractor.dates import Truth

__all__ = [
    "CancelledOrders",
    "ClinicalTerms",
    "CnsTerms",
    "Quantity",
    "Reason",
    "ReceptorTerms",
    "SystemicTerms",
    "Threshold",
    "Trial",
]


@dataclass(frozen=True, slots=True)
class CnsTerms:
    """Active, stable or no CNS metastases on a day (knowledge base, section 2.7)."""

    sites: tuple[str, ...]
    local_therapy: tuple[str, ...]
    settled_after_days: int  # from local therapy until its result counts as stable


@dataclass(frozen=True, slots=True)
class ReceptorTerms:
    """The diagnosis codes that say the hormone receptors; a tissue result stands before them."""

    positive: tuple[str, ...]
    negative: tuple[str, ...]
    er_negative: tuple[str, ...]
    pr_negative: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SystemicTerms:
    """What says that the disease outside the central nervous system does not progress."""

    status: tuple[str, ...]
    stable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Threshold:
    """The latest result of `concept`, in `unit`, lies under `below`, or at `at_least` or more."""

    concept: str
    unit: str
    below: float | None = None
    at_least: float | None = None

    def __post_init__(self) -> None:
        if (self.below is None) == (self.at_least is None):
            raise ValueError("a threshold is below or at_least, one of the two")

    def passed_by(self, amount: Bounds) -> Truth:
        """Whether it is past the limit, by all that it can be: open where the limit lies between its ends."""
        past = self._under if self.below is not None else self._reaches
        return past(amount)

    def _under(self, amount: Bounds) -> Truth:
        low, high, limit = amount.low, amount.high, self.below
        if limit is None or (low is not None and low >= limit):
            return Truth.NO
        surely = high is not None and (high < limit or (high == limit and amount.high_excluded))
        return Truth.YES if surely else Truth.UNKNOWN

    def _reaches(self, amount: Bounds) -> Truth:
        low, high, limit = amount.low, amount.high, self.at_least
        if limit is None or (high is not None and (high < limit or (high == limit and amount.high_excluded))):
            return Truth.NO
        return Truth.YES if low is not None and low >= limit else Truth.UNKNOWN


@dataclass(frozen=True, slots=True)
class Quantity:
    """How the results of a concept are read in `unit`, and what a reader calls them (`names`).

    `units`: what one of each other way of writing is worth. A measurement lies from `least` to `most`: a
    number without a unit is read in the one in which it does. `answers`: what coded answers are worth.
    """

    concept: str
    names: str
    unit: str
    least: float
    most: float
    units: Mapping[str, float]
    answers: Mapping[str, float]
    source: str

    def __post_init__(self) -> None:
        if not self.least < self.most:
            raise ValueError("what is measured lies from least to most, least below most")
        if self.units.get(self.unit) != 1:
            raise ValueError(f"one {self.unit} is worth one {self.unit}: put it into units")


@dataclass(frozen=True, slots=True)
class Reason:
    """Something on record that may justify another choice; `names` is how a reader calls it.

    One of `concepts` among the diagnoses (where `active` is set, one that is not over), a latest result
    past one of `latest`, or an order or dose of one of `withheld` that was refused or withheld. `diagnosis`
    is what the diagnosis is called, where `names` says more.
    """

    id: str
    names: str
    source: str
    concepts: tuple[str, ...] = ()
    active: bool = False
    latest: tuple[Threshold, ...] = ()
    withheld: tuple[str, ...] = ()
    diagnosis: str | None = None


@dataclass(frozen=True, slots=True)
class CancelledOrders:
    """An order that was cancelled for one of `reasons`, at most `within_days` before the choice, tells that
    the drug was withheld."""

    within_days: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """A trial that came before the guidelines: the choice that it supports, in which line at the latest, and
    from which day in public."""

    id: str
    citation: str
    source: str
    public_on: date
    latest_line: int
    regimens: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClinicalTerms:
    source: str
    cns: CnsTerms
    receptors: ReceptorTerms
    systemic: SystemicTerms
    quantities: tuple[Quantity, ...]
    cancelled: CancelledOrders
    reasons: tuple[Reason, ...]
    trials: tuple[Trial, ...]

    def __post_init__(self) -> None:
        read = {(each.concept, each.unit) for each in self.quantities}
        for reason in self.reasons:
            for limit in reason.latest:
                if (limit.concept, limit.unit) not in read:
                    raise ValueError(
                        f"{reason.id!r}: no quantity says how {limit.concept!r} is read in {limit.unit!r}"
                    )

    def quantity(self, concept: str) -> Quantity:
        for each in self.quantities:
            if each.concept == concept:
                return each
        raise KeyError(concept)

    def reason(self, reason_id: str) -> Reason:
        for reason in self.reasons:
            if reason.id == reason_id:
                return reason
        raise KeyError(reason_id)
