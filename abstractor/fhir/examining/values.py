"""What an examination found: codes, counts and names of types and parameters; nothing of a patient."""

from dataclasses import dataclass
from enum import StrEnum

from abstractor.chart import Seen

__all__ = ["Asked", "Chosen", "Conformance", "Examination", "Mark", "Scopes", "Step", "TypeTried"]


class Mark(StrEnum):
    """How a step went. `stop`: what comes after it cannot be tried."""

    FINE = "fine"
    LOOK = "look"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The patient to try ("Patient/1"), None where the cohort is empty. `patients` is how many it has: None
    where only counting at the clinic can tell (`everybody`), or nothing can. `gap`: why there may be more.
    """

    patient: str | None
    patients: int | None = None
    everybody: bool = False
    gap: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was tried: what was found, and what to do about it."""

    name: str
    mark: Mark
    found: str
    mend: str | None = None


@dataclass(frozen=True, slots=True)
class Scopes:
    """`partly` are granted for a part of the records alone, by a category or so."""

    asked: str
    granted: str
    whole: tuple[str, ...]
    partly: tuple[str, ...]
    not_granted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TypeTried:
    """One type, asked for one patient. `said` is the worst that the clinic said to a search of it, `details`
    the codes behind it; `listed` is what the statement says of the type: null where it lists no types.
    """

    type: str
    state: Seen
    said: str
    asked: tuple[str, ...]
    details: tuple[str, ...]
    count: int
    total: int | None
    listed: bool | None


@dataclass(frozen=True, slots=True)
class Conformance:
    """Of so many resources checked against the FHIR model some fail: at these elements, so many times."""

    type: str
    checked: int
    failing: int
    at: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the one patient took: `requests` in all. Of these, `once` are not made again for each patient
    (counts that show how large a page is, Medications, what taught us how to ask), and `together` are such
    that one may name up to `lists` patients. `seconds_each` is the usual time of an answer.
    """

    requests: int
    once: int
    together: int
    lists: int
    seconds_each: float


@dataclass(frozen=True, slots=True)
class Examination:
    """Null is what it did not get to. `patients` is the size of the cohort, `asked` of the one tried.

    `changes_by`: the types of which one may ask what changed.
    """

    steps: tuple[Step, ...]
    software: str | None = None
    fhir_version: str | None = None
    dialect: str | None = None
    scopes: Scopes | None = None
    types: tuple[TypeTried, ...] = ()
    conformance: tuple[Conformance, ...] = ()
    bulk_levels: tuple[str, ...] = ()
    changes_by: tuple[str, ...] = ()
    patients: int | None = None
    asked: Asked | None = None

    @property
    def stopped(self) -> bool:
        return any(step.mark is Mark.STOP for step in self.steps)
