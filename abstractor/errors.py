"""Every error that a caller may want to tell apart, drawn once.

AbstractorError                 anything this program raises on purpose
|-- InputError                  a file or folder that cannot be used as input           exit 1
|-- OptionError                 an option whose value makes no sense                    exit 2
|-- ClinicError                 the clinic's endpoint failed or refused
|   |-- ClinicUnreachable       no connection, time-out, broken transfer
|   |-- ClinicRefused           401, 403, 404, an OperationOutcome instead of data
|   `-- ClinicMisbehaved        paging loops, foreign hosts, pages that are no Bundle
|-- KnowledgeError              a guideline, regimen or code file that must not be loaded
|-- StoreError                  the database is missing, out of step or refused
|   |-- Conflict                the row has changed under the writer
|   `-- Damaged                 a stored row that is not what was stored
|-- SeatRefused                 a reader cannot have or change a seat of an audit now
|-- Unanswered                  a review cannot be locked: items have no answer yet
|-- QueueError                  the queue cannot be reached or refused
`-- SetupError                  something this machine lacks, with what to do about it

A message says what was wrong, where, and what to do. It never holds a value from a chart. Doubt about a
patient is not an error: it is a value (`unknown`, `indeterminate`, a quarantined resource).
"""

__all__ = [
    "AbstractorError",
    "ClinicError",
    "ClinicMisbehaved",
    "ClinicRefused",
    "ClinicUnreachable",
    "Conflict",
    "Damaged",
    "InputError",
    "KnowledgeError",
    "OptionError",
    "QueueError",
    "SeatRefused",
    "SetupError",
    "StoreError",
    "Unanswered",
]


class AbstractorError(Exception):
    """`exit_code` is what the command line ends with."""

    exit_code = 1


class InputError(AbstractorError):
    """An input is missing, unreadable, or holds no FHIR resource at all."""


class OptionError(AbstractorError):
    """An option or its value is wrong (a period that ends before it starts, an unknown zone)."""

    exit_code = 2


class ClinicError(AbstractorError):
    """The clinic's endpoint could not give what was asked."""


class ClinicUnreachable(ClinicError):
    """No connection, a time-out, or a transfer that broke; trying again may help."""


class ClinicRefused(ClinicError):
    """The endpoint answered and said no; `status` is the HTTP status."""

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message)
        self.status = status


class ClinicMisbehaved(ClinicError):
    """The endpoint answered with something that must not be followed or believed."""


class KnowledgeError(AbstractorError):
    """A knowledge file must not be loaded; the message names file, entry and mend."""


class StoreError(AbstractorError):
    """The database is missing, out of step with the program, or refused."""


class Conflict(StoreError):
    """The row has changed since it was read."""


class Damaged(StoreError):
    """A stored row cannot be believed: its bytes were changed or are of another row. Its neighbours are
    whole.
    """


class RoundUnderWay(AbstractorError):
    """Another round of the clinic runs, and it is not the one that was asked for."""


class SeatRefused(AbstractorError):
    """A reader cannot have or change this seat of an audit now; the message says why and what to do."""


class Unanswered(AbstractorError):
    """A review cannot be locked; `items` are the keys of those that have no answer, never in the message."""

    def __init__(self, items: tuple[str, ...]) -> None:
        super().__init__(f"{len(items)} of the questions have no answer yet: answer them, then lock")
        self.items = items


class QueueError(AbstractorError):
    """The queue cannot be reached or refused the job."""


class SetupError(AbstractorError):
    """Something that this machine lacks; the message says what to install or set."""
