"""What the reader of a seat may see: what the design hides stays hidden until it can do no harm.

The program's verdict is shown once the reader's own review is locked. The place and the wave are the same for
every chart of an audit, so they stay hidden until the audit is closed. The other review is never shown but to
who settles both.
"""

from dataclasses import dataclass

from abstractor.store.auditing.values import AuditState
from abstractor.workflow.auditing.design import Design, Hidden

__all__ = ["BLIND", "Sight", "sight_of"]

# What of a design keeps its readers from the ordinary pages.
BLIND = frozenset({Hidden.VERDICT, Hidden.SITE, Hidden.WAVE})


@dataclass(frozen=True, slots=True)
class Sight:
    """True: it is seen."""

    verdict: bool
    site: bool
    wave: bool

    @property
    def whole(self) -> bool:
        return self.verdict and self.site and self.wave


def sight_of(design: Design, state: AuditState, *, locked: bool) -> Sight:
    closed = state is AuditState.CLOSED
    return Sight(
        verdict=Hidden.VERDICT not in design.hides or locked,
        site=Hidden.SITE not in design.hides or closed,
        wave=Hidden.WAVE not in design.hides or closed,
    )
