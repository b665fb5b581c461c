"""What the error files of an export say: codes of what went wrong there, and whether anything was lost."""

from abstractor.fhir.doubled import told_twice
from abstractor.fhir.ledger import NOTICE, Complaint, Said, said_within
from abstractor.fhir.outcome import issue_codes, notice_codes, only_informs, resource_type

__all__ = ["complaints_in"]


def complaints_in(line: bytes) -> tuple[Complaint, ...]:
    """Of one line, by the rule that a search has for outcomes among its entries: one that only informs is a
    notice, whatever else stands there is a loss. That nothing was found is none of the first: nobody tells of
    what.
    """
    if resource_type(line) != "OperationOutcome" or told_twice(line, "issue"):
        return (Complaint(Said.TRUNCATED, "error-file:unreadable"),)
    codes, notices = issue_codes(line) or ("unlisted",), notice_codes(line)
    if only_informs(line, empty=False):
        return tuple(Complaint(Said.ANSWERED, f"{NOTICE}error-file:{code}") for code in codes)
    said = said_within(codes, notices)
    return (
        *(Complaint(said, f"error-file:{code}") for code in codes),
        *(Complaint(said, f"{NOTICE}{code}") for code in notices),
    )
