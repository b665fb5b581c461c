"""The clinical sign-off: which editions no clinician has checked, said on every page until none is left; and
which are past their review.
"""

from collections.abc import Iterable
from datetime import date

from abstractor.guidelines.signatures import rules_wait
from abstractor.workflow import Services

__all__ = ["overdue_editions", "unsigned_editions"]


def unsigned_editions(services: Services, asked: Iterable[str]) -> tuple[str, ...] | None:
    """Those of the asked that nobody has signed; null only where the whole library is signed too, measures
    and policies with it.

    Empty: the page rests on no edition that waits for a signature, but the service does. An edition that
    the library does not know counts as unsigned.
    """
    editions = services.library.editions
    open_ = {edition.id for edition in editions if not edition.checked_by}
    known = {edition.id for edition in editions}
    named = tuple(name for name in asked if name in open_ or name not in known)
    return named if named or open_ or rules_wait(services.library) else None


def overdue_editions(services: Services, asked: Iterable[str], on: date) -> tuple[str, ...]:
    """Those of the asked that are still open and whose next review is past: they judge nothing any more."""
    due = {e.id for e in services.library.editions if e.valid_to is None and e.next_review < on}
    return tuple(name for name in asked if name in due)
