"""What the guideline said on the day of a finding and says today, where its reader may see the verdict."""

from dataclasses import dataclass
from datetime import date

from abstractor.dates import DateInterval
from abstractor.rules.library import Library
from abstractor.workflow.auditing.shown import ItemSeen
from abstractor.workflow.guidance import Guidance, guidance_of

__all__ = ["Guided", "guided"]


@dataclass(frozen=True, slots=True)
class Guided:
    """Of a finding: what the program said by the edition of that day, and both editions."""

    decision_date: DateInterval
    verdict: str
    edition: str
    citation: str
    guidance: Guidance


def guided(seen: ItemSeen, library: Library, today: date) -> Guided | None:
    """None where the verdict is hidden, or none was given by an edition."""
    told = seen.told
    if told is None or told.edition is None or told.citation is None or seen.day is None:
        return None
    return Guided(seen.day, told.verdict, told.edition, told.citation, guidance_of(told, library, today))
