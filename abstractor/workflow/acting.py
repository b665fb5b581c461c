"""Who acts: an account, or whoever has the command line, by the name that the machine knows."""

from abstractor.store.commands import whoever
from abstractor.store.purging import By
from abstractor.store.values import Account

__all__ = ["By", "at_the_machine", "by_of"]


def at_the_machine() -> By:
    """The user of this process; the machine itself says who may use the command line."""
    return By(whoever())


def by_of(who: Account | By) -> By:
    return who if isinstance(who, By) else By("_".join(who.name.split()), who.id)
