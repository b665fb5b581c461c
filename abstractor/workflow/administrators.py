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
def administering(session: Session, by: By, *, issuer: str, sure: bool) -> Iterator[None]:
    """What is done in this block is refused, and with it the whole transaction, where it takes the last IT
    admin away; or that of whoever does it, unless they are `sure`. `issuer`: the provider that is set; one
    that is not lets nobody in, and neither does a name there that nobody has claimed.
    """
    before = accounts.administrators(session)
    yield
    session.flush()
    left = accounts.administrators(session)
    could, can = (any(_signs_in(one, issuer) for one in each) for each in (before, left))
    if (before and not left) or (could and not can):
        raise OptionError(
            "nobody would be left who administers every clinic and can sign in; give another account "
            "the role it-admin for every clinic, and let its owner sign in, first"
        )
    if not sure and by.account_id in {one.account.id for one in before} - {one.account.id for one in left}:
        raise OptionError("this is your own account, and you would administer no more; say that you mean it")


def _signs_in(one: KnownAccount, issuer: str) -> bool:
    return one.password or (one.issuer is not None and one.issuer == issuer)
