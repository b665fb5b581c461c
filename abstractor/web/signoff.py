"""The clinical sign-off: which editions no clinician has checked, said on every page until none is left."""

from collections.abc import Iterable

from abstractor.workflow import Services

__all__ = ["unsigned_editions"]


def unsigned_editions(services: Services, asked: Iterable[str]) -> tuple[str, ...] | None:
    """Those of the asked that nobody has signed; null only where the whole library is signed too.

    Empty: the page rests on no edition that waits for a signature, but the service does. An edition that
    the library does not know counts as unsigned.
    """
    editions = services.library.editions
    waiting = {edition.id for edition in editions if not edition.checked_by}
    known = {edition.id for edition in editions}
    named = tuple(name for name in asked if name in waiting or name not in known)
    return named if named or waiting else None
