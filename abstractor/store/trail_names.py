"""Whom the number of an account means: entries of the trail name it where it is added and where it signs in,
and an account never changes its name. So a name that was changed past the program, or an account that was
taken away, is found, and nobody's entries become another's.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from sqlalchemy import select as columns
from sqlmodel import Session, col

from abstractor.store.account_tables import AccountRow
from abstractor.store.chaining import Entry
from abstractor.store.values import Action

__all__ = ["Names", "naming"]

_WORD = "named="
_ACCOUNT = "account="


def naming(name: str) -> str:
    """The last word of what an entry says."""
    return _WORD + quote(name, safe="")


@dataclass(slots=True)
class Names:
    """As entries that hold name accounts: the name of each and the entry that gave it first; `other`: entries
    that name one otherwise than an earlier entry.
    """

    first: dict[int, tuple[str, int]] = field(default_factory=dict)
    other: list[int] = field(default_factory=list)

    def note(self, entry: Entry) -> None:
        found = _named(entry)
        if found is None:
            return
        account, name = found
        if self.first.setdefault(account, (name, entry.id))[0] != name:
            self.other.append(entry.id)

    def belied(self, session: Session) -> Iterator[int]:
        """The entries whose account has another name by now, or is gone; and those of `other`; in order."""
        asked = columns(col(AccountRow.id), col(AccountRow.name))
        there = {number: name for number, name in session.connection().execute(asked)}
        now = [entry for account, (name, entry) in self.first.items() if there.get(account) != name]
        yield from sorted({*now, *self.other})


def _named(entry: Entry) -> tuple[int, str] | None:
    *words, last = (entry.detail or "").split() or [""]
    if not last.startswith(_WORD):
        return None
    name = unquote(last.removeprefix(_WORD))
    if entry.action == Action.SIGNED_IN.value and entry.account_id is not None:
        return entry.account_id, name
    if entry.action == Action.ACCOUNT_ADDED.value:
        numbers = [word.removeprefix(_ACCOUNT) for word in words if word.startswith(_ACCOUNT)]
        return (int(numbers[0]), name) if numbers else None
    return None
