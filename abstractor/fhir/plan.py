"""What a clinic is asked for each type, by what it says it can do, its dialect, and what its answers taught.

Only the issue code `required` teaches, for the rest of the run: the words beside it differ by vendor.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from abstractor.fhir.capability import Capability
from abstractor.fhir.dialects.dialect import Dialect, FanOut
from abstractor.fhir.failure import Failure
from abstractor.fhir.smart.scopes import Granted

__all__ = ["NOT_GRANTED", "NOT_LISTED", "PARTLY_GRANTED", "Asking", "Plan"]

NOT_LISTED = "not-listed"
NOT_GRANTED = "not-granted"
PARTLY_GRANTED = "partly-granted"
_CODES = 40  # in one search, so that its address stays below 2,000 characters
_NO_CODES: Mapping[str, Sequence[str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Asking:
    """The searches for one type; none, and `why_not` says so.

    `beyond` says what these searches cannot find ("asked-by-category").
    """

    searches: tuple[Mapping[str, str], ...]
    page_size: int
    why_not: str | None = None
    fanned: bool = False
    beyond: str | None = None


class Plan:
    """Of one clinic and one run; any number of threads may use it at once.

    `codes` are needed of a type ("http://loinc.org|85319-2"), also where no category would find them.
    `granted` is what the token in use lets us read; None where nobody signs in.
    """

    def __init__(
        self,
        capability: Capability,
        dialect: Dialect,
        *,
        page_size: int,
        codes: Mapping[str, Sequence[str]] = _NO_CODES,
        granted: Callable[[], Granted | None] = lambda: None,
    ) -> None:
        self.dialect = dialect
        self._capability = capability
        self._page_size = page_size
        self._codes = codes
        self._granted = granted
        self._wants_more: set[str] = set()

    def searched(self, resource_type: str) -> bool:
        """Is the type searched by patient? What is not listed there is, so that the reason is said."""
        return self.dialect.ways(resource_type).parameter is not None

    def why_not(self, resource_type: str) -> str | None:
        """A statement that lists types is believed; where it lists none, the dialect may know better."""
        if not self._capability.lists(resource_type):
            return NOT_LISTED
        listed = resource_type in self._capability.types
        return None if listed or self.dialect.ways(resource_type).offered else "not-offered"

    def withheld(self, resource_type: str) -> str | None:
        """What the token in use does not let us read of the type: a server may leave that out without a word.
        None where we may read all of it. Another token may say otherwise.
        """
        granted = self._granted()
        if granted is None:
            return None
        if resource_type in granted.not_granted:
            return NOT_GRANTED
        return PARTLY_GRANTED if resource_type in granted.partly else None

    def barred(self, resource_type: str) -> str | None:
        """Why the type is not asked for at all."""
        withheld = self.withheld(resource_type)
        return self.why_not(resource_type) or (withheld if withheld == NOT_GRANTED else None)

    def finds_by_code(self, resource_type: str) -> bool:
        """Is the type searched by `code` over all patients? A statement without parameters says nothing."""
        listed = self._capability.types.get(resource_type, frozenset())
        taken = not listed or "code" in listed
        return taken and self.why_not(resource_type) is None and self.dialect.ways(resource_type).population

    def asking(self, resource_type: str, patient: str) -> Asking:
        """`patient` is the id alone."""
        ways = self.dialect.ways(resource_type)
        size = min(self._page_size, ways.page_size or self._page_size)
        why_not = self.barred(resource_type)
        parameter = self._capability.parameter(resource_type, usual=ways.parameter or "patient")
        if why_not is not None or parameter is None:
            return Asking((), size, why_not=why_not or "no-patient-search")
        # `subject` may be of other types than Patient, so the type is told.
        narrowed = {parameter: f"Patient/{patient}" if parameter == "subject" else patient, **ways.always}
        fan_out = self._fan_out(resource_type)
        if fan_out is None:
            return Asking((narrowed,), size)
        if fan_out.whole:
            return Asking(_each(fan_out, narrowed), size, fanned=True)
        coded = tuple({**narrowed, "code": codes} for codes in self._by_code(resource_type))
        beyond = f"asked-by-{fan_out.parameter}" + ("-and-code" if coded else "")
        return Asking((*_each(fan_out, narrowed), *coded), size, fanned=True, beyond=beyond)

    def takes_lists(self, resource_type: str, patients: int) -> bool:
        """May one search name so many patients? Not where a second parameter is wanted, nor where the token
        does not let us read all.
        """
        if self.dialect.ways(resource_type).lists < patients or self.why_not(resource_type) is not None:
            return False
        if self.withheld(resource_type) is not None:
            return False
        if resource_type == "Patient":
            listed = self._capability.types.get("Patient", frozenset())
            return not listed or "_id" in listed
        one = self.searched(resource_type) and len(self.asking(resource_type, "1").searches) == 1
        return one and self._fan_out(resource_type) is None

    def asking_together(self, resource_type: str, patients: Sequence[str]) -> Asking:
        """One search for several; `patients` are ids alone."""
        if resource_type == "Patient":
            return Asking(({"_id": ",".join(patients)},), self._page_size)
        asking = self.asking(resource_type, patients[0])
        ((parameter, first), *always) = asking.searches[0].items()
        prefix = first.removesuffix(patients[0])
        named = ",".join(f"{prefix}{one}" for one in patients)
        return Asking(({parameter: named, **dict(always)},), asking.page_size)

    def learn(self, resource_type: str, failure: Failure | None) -> bool:
        """Whether the type is asked otherwise from now on, because the clinic wants a second parameter."""
        if failure is None or "required" not in failure.issues:
            return False
        self._wants_more.add(resource_type)
        return self._fan_out(resource_type) is not None

    def _by_code(self, resource_type: str) -> Iterator[str]:
        """Lists of the codes that are needed, where the type is searched by code."""
        codes = self._codes.get(resource_type, ())
        listed = self._capability.types.get(resource_type, frozenset())
        if self.dialect.ways(resource_type).may_send("code") and (not listed or "code" in listed):
            for start in range(0, len(codes), _CODES):
                yield ",".join(codes[start : start + _CODES])

    def _fan_out(self, resource_type: str) -> FanOut | None:
        ways = self.dialect.ways(resource_type)
        if ways.fan_out is None or not ways.may_send(ways.fan_out.parameter):
            return None
        return ways.fan_out if ways.fan_out.at_once or resource_type in self._wants_more else None


def _each(fan_out: FanOut, narrowed: Mapping[str, str]) -> tuple[Mapping[str, str], ...]:
    return tuple({**narrowed, fan_out.parameter: value} for value in fan_out.values)
