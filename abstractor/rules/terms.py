"""What the words of the recommendations mean, as data: reasons, receptors, metastases of the central nervous
system, trials. Every number and every code of theirs comes in from `guidelines/`.
"""

from dataclasses import dataclass
from datetime import date

__all__ = ["ClinicalTerms", "CnsTerms", "Reason", "ReceptorTerms", "SystemicTerms", "Threshold", "Trial"]


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
    """The latest result of `concept` lies under `below`, or at `at_least` or more, in the unit of the
    concept."""

    concept: str
    below: float | None = None
    at_least: float | None = None

    def __post_init__(self) -> None:
        if (self.below is None) == (self.at_least is None):
            raise ValueError("a threshold is below or at_least, one of the two")

    def passed_by(self, number: float) -> bool:
        if self.below is not None:
            return number < self.below
        return self.at_least is not None and number >= self.at_least


@dataclass(frozen=True, slots=True)
class Reason:
    """Something on record that may justify another choice; `names` is how a reader calls it.

    One of `concepts` among the diagnoses (where `active` is set, one that is not over), a latest result
    past one of `latest`, or an order or dose of one of `withheld` that was refused or withheld.
    """

    id: str
    names: str
    source: str
    concepts: tuple[str, ...] = ()
    active: bool = False
    latest: tuple[Threshold, ...] = ()
    withheld: tuple[str, ...] = ()


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
    reasons: tuple[Reason, ...]
    trials: tuple[Trial, ...]

    def reason(self, reason_id: str) -> Reason:
        for reason in self.reasons:
            if reason.id == reason_id:
                return reason
        raise KeyError(reason_id)
