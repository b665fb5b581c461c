"""What a reader must not see is taken out of what is shown: names of the place and of its people, ids, and
the times at which records were written to us. What is taken out is replaced where it stood, so that an
element keeps its path.
"""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from abstractor.dates import DateInterval

__all__ = ["HIDDEN", "SITE_TYPES", "Mask", "mask_of"]

HIDDEN = "[hidden]"
# Records that are about the place or its people, not about the patient.
SITE_TYPES = frozenset(
    {
        "Organization",
        "Location",
        "Practitioner",
        "PractitionerRole",
        "CareTeam",
        "HealthcareService",
        "Endpoint",
    }
)
_SHORTEST = 3
_TAG = re.compile(r"<[^>]*>")
_AMOUNT = re.compile(r"\b\d+ (days?|weeks?|months?)\b")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\S+")


@dataclass(frozen=True, slots=True)
class Mask:
    """`words`: names of the place, `days`: those that bound the cycle; null: nothing to look for."""

    site: bool = False
    wave: bool = False
    zone: ZoneInfo | None = None
    words: re.Pattern[str] | None = None
    days: re.Pattern[str] | None = None

    @property
    def hides(self) -> bool:
        return self.site or self.wave

    def text(self, text: str) -> str:
        """What somebody wrote, without the names of the place."""
        if self.words is None:
            return text
        masked = self.words.sub(HIDDEN, text)
        # A name may be written with the escapes of HTML, or with markup inside of it.
        plain = _TAG.sub("", html.unescape(masked))
        return HIDDEN if self.words.search(plain) else masked

    def statement(self, text: str) -> str:
        """What the program wrote: also without the days that bound the abstraction period, and how far they
        are from another.
        """
        masked = self.text(text)
        if self.days is None or not self.days.search(masked):
            return masked
        return _AMOUNT.sub(rf"{HIDDEN} \1", self.days.sub(HIDDEN, masked))

    def span(self, days: DateInterval) -> DateInterval:
        """Days in doubt, unbounded where only the abstraction period bounds them."""
        if self.days is None or days.earliest == days.latest:
            return days
        bounded = [self.days.fullmatch(day.isoformat()) for day in (days.earliest, days.latest)]
        return DateInterval(
            date.min if bounded[0] else days.earliest, date.max if bounded[1] else days.latest
        )

    def value(self, value: str | float | bool | None) -> str | float | bool | None:
        """What an element holds; of an instant the day at the site, since its offset tells where that is."""
        if not isinstance(value, str):
            return value
        if self.site and _INSTANT.fullmatch(value):
            return self._day(value)
        return self.text(value)

    def instant(self, text: str) -> str:
        """An instant as the clocks of the site showed it, without the offset; any other text as `text`."""
        if not _INSTANT.fullmatch(text):
            return self.text(text)
        try:
            read = datetime.fromisoformat(text)
        except ValueError:
            return HIDDEN
        local = read if read.tzinfo is None or self.zone is None else read.astimezone(self.zone)
        return local.replace(tzinfo=None).isoformat()

    def resource(self, reference: str) -> str:
        """Ids are a site's own: where it is hidden, the type alone."""
        return reference.partition("/")[0] if self.site else reference

    def _day(self, instant: str) -> str:
        try:
            read = datetime.fromisoformat(instant)
        except ValueError:
            return instant[:10]
        local = read if read.tzinfo is None or self.zone is None else read.astimezone(self.zone)
        return local.date().isoformat()


def mask_of(
    *,
    site: bool,
    wave: bool,
    zone: ZoneInfo,
    names: Iterable[str] = (),
    people: Iterable[str] = (),
    days: Iterable[date] = (),
) -> Mask:
    """`names` are looked for in any case; of `people` the surnames only as they are written."""
    return Mask(
        site=site,
        wave=wave,
        zone=zone,
        words=_words(names, people) if site else None,
        days=_any(sorted({day.isoformat() for day in days})) if wave else None,
    )


def _words(names: Iterable[str], people: Iterable[str]) -> re.Pattern[str] | None:
    anyhow, exactly = _alternatives(names), _alternatives(people)
    parts = [f"(?i:{anyhow})"] if anyhow else []
    parts += [exactly] if exactly else []
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)") if parts else None


def _alternatives(names: Iterable[str]) -> str:
    """The longest first, so that a whole name goes before a part of it; however its words are set apart."""
    known = {" ".join(name.split()) for name in names}
    ordered = sorted((name for name in known if len(name) >= _SHORTEST), key=lambda name: (-len(name), name))
    return "|".join(r"\s+".join(map(re.escape, name.split(" "))) for name in ordered)


def _any(texts: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(map(re.escape, texts))) if texts else None
