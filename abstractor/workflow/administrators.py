"""What no change of accounts may do: leave nobody who administers, or shut its own maker out unawares."""

from collections.abc import Iterator
from contextlib import contextmanager

from abstractor.errors import OptionError
from abstractor.store import accounts
from abstractor.store.account_values import KnownAccount
from abstractor.store.database import Session
from abstractor.workflow.acting import By

__all__ = ["administering"]


@contextmanager
def administering(session: Session, by: By, *, sure: bool) -> Iterator[None]:
    """What is done in this block is refused, and with it the whole transaction, where it takes the last IT
    admin away; or that of whoever does it, unless they are `sure`.
    """
    before = accounts.administrators(session)
    yield
    session.flush()
    left = accounts.administrators(session)
    if (before and not left) or (any(map(_signs_in, before)) and not any(map(_signs_in, left))):
        raise OptionError(
            "nobody would be left who administers every clinic and can sign in; give another account "
            "the role it-admin for every clinic, and let its owner sign in, first"
        )
    if not sure and by.account_id in {one.account.id for one in before} - {one.account.id for one in left}:
        raise OptionError("this is your own account, and you would administer no more; say that you mean it")


def _signs_in(one: KnownAccount) -> bool:
    return one.password or one.provider
