"""Why one request gave no resource: a value, because one refused type must cost that type only."""

from dataclasses import dataclass
from enum import StrEnum

from abstractor.errors import ClinicError, ClinicMisbehaved, ClinicRefused, ClinicUnreachable

__all__ = ["TRIED_AGAIN", "Failure", "Reason"]

TRIED_AGAIN = frozenset({429, 500, 502, 503, 504})


class Reason(StrEnum):
    STATUS = "http"  # the endpoint said no: `status` tells how
    TIME_OUT = "time-out"
    BROKEN_TRANSFER = "broken-transfer"
    NOT_FHIR = "not-fhir-json"  # a sign-in page, truncated JSON, JSON without a resourceType
    OUTCOME = "operation-outcome"  # an OperationOutcome where data was asked, with status 200
    NOT_SEARCHSET = "not-a-searchset"
    TOO_LARGE = "body-too-large"
    REDIRECT = "redirect"
    UNUSABLE_LINK = "unusable-link"


@dataclass(frozen=True, slots=True)
class Failure:
    """`issues` are codes of FHIR's closed list; `retry_after` is what the endpoint asked for in seconds."""

    reason: Reason
    status: int | None = None
    issues: tuple[str, ...] = ()
    retry_after: float | None = None

    @property
    def passing(self) -> bool:
        """The clinic is in trouble, and may be well again later."""
        return self.reason in (Reason.TIME_OUT, Reason.BROKEN_TRANSFER) or self.status in TRIED_AGAIN

    @property
    def worth_another_try(self) -> bool:
        # A proxy in trouble sends pages of its own, and a cut reply may be whole the next time.
        return self.passing or self.reason in (Reason.NOT_FHIR, Reason.OUTCOME)

    @property
    def detail(self) -> str:
        """ "http-400:required": codes only, fit for a ledger that anybody may read."""
        head = self.reason.value if self.status is None else f"{self.reason.value}-{self.status}"
        return head + "".join(f":{code}" for code in self.issues)

    def error(self, what: str, *, origin: str, advice: str) -> ClinicError:
        """The error for a request without which nothing can go on. `what` is a kind of resource."""
        message = f"{origin} gave no {what} ({self.detail}): {advice}"
        if self.passing:
            return ClinicUnreachable(message)
        return (
            ClinicMisbehaved(message) if self.status is None else ClinicRefused(message, status=self.status)
        )
