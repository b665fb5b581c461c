"""What other open audits of the same charts mean for one that is defined: who reads in both knows too much,
or waits. It is told when an audit is defined and opened; nobody is kept from it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from abstractor.store.auditing import audits as kept
from abstractor.store.auditing import draws
from abstractor.store.auditing.values import AuditState
from abstractor.workflow.auditing.design import Design, Hidden, design_from_json
from abstractor.workflow.auditing.sight import BLIND
from abstractor.workflow.services import Services

__all__ = ["Overlap", "overlaps", "warnings_of"]

_WORDS = {Hidden.VERDICT: "what the program says", Hidden.SITE: "the site", Hidden.WAVE: "the wave"}
_MOST_NAMES = 5


@dataclass(frozen=True, slots=True)
class Overlap:
    """Another open audit with so many charts of this cycle. `tells`: what it shows and this one hides;
    `hides`: what it hides and this one shows. `both`: who is set to read in both.
    """

    audit_id: int
    charts: int
    tells: tuple[Hidden, ...]
    hides: tuple[Hidden, ...]
    both: tuple[str, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        of = f"{self.charts} chart{'' if self.charts == 1 else 's'} of this cycle"
        names = _named(self.both)
        found = []
        if self.tells:
            found.append(
                f"Audit {self.audit_id} shows {_listed(self.tells)} of {of}, which this one hides: who has "
                f"read a chart there knows it. Choose other readers{f' than {names}' if names else ''}."
            )
        if self.hides:
            found.append(
                f"Audit {self.audit_id} hides {_listed(self.hides)} of {of}: who reads in both "
                f"{f'({names}) ' if names else ''}gets such a chart here when they have read it there."
            )
        return tuple(found)


def overlaps(
    services: Services, cycle_id: int, design: Design, *, audit_id: int | None = None
) -> tuple[Overlap, ...]:
    """By audit. `audit_id`: this one, where it is kept already."""
    found = []
    with services.store.reading() as session:
        charts = draws.charts_of(session, cycle_id)
        own = () if audit_id is None else kept.readers_of(session, audit_id)
        for audit in reversed(kept.audits(session)):
            if audit.id == audit_id or audit.state is not AuditState.OPEN:
                continue
            theirs = design_from_json(audit.design).hides
            tells, hides = _only(design.hides, theirs), _only(theirs, design.hides)
            if not (tells or hides):
                continue
            shared = sum(one.patient_id in charts for one in draws.drawn_charts(session, audit.id))
            names = {one.name for one in kept.readers_of(session, audit.id)}
            both = tuple(one.name for one in own if one.name in names)
            if shared:
                found.append(Overlap(audit.id, shared, tells, hides, both))
    return tuple(found)


def warnings_of(
    services: Services, cycle_id: int, design: Design, *, audit_id: int | None = None
) -> tuple[str, ...]:
    """In words, for a lead."""
    found = overlaps(services, cycle_id, design, audit_id=audit_id)
    return tuple(sentence for one in found for sentence in one.sentences)


def _only(hides: Iterable[Hidden], others: Iterable[Hidden]) -> tuple[Hidden, ...]:
    """What is hidden of a chart here, and there is not."""
    return tuple(one for one in Hidden if one in BLIND and one in set(hides) - set(others))


def _listed(hidden: Iterable[Hidden]) -> str:
    *most, last = [_WORDS[one] for one in hidden]
    return f"{', '.join(most)} and {last}" if most else last


def _named(names: tuple[str, ...]) -> str:
    more = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
