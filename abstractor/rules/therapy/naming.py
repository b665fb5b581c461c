"""The name of a line's regimen: the first of the catalogue that its opening fits.

Agents that joined later do not rename it. Any agent of a slot fits the slot, so a swap within an
equivalence keeps the name.
"""

from collections.abc import Iterable

from abstractor.rules.library import Library

__all__ = ["regimen_of"]


def regimen_of(first_agents: Iterable[str], library: Library) -> str | None:
    agents = frozenset(first_agents)
    return next((regimen.id for regimen in library.regimens if regimen.fits(agents)), None)
