"""What a reader must not see is taken out of what is shown: names of the place and of its people, ids, and
the times at which records were written to us. What is taken out is replaced where it stood, so that an
element keeps its path.
"""

import html
import re
from collections.abc import Iterable, Iterator
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
# "Dr Quill", "Dr. Quill", "Dr.Quill"
_AFTER_TITLE = "(?:{})".format(
    "|".join(
        rf"(?<=\b{title}{apart})"
        for title in ("dr", "doctor", "prof", "professor", "mr", "mrs", "ms", "miss", "nurse")
        for apart in (r"\s", r"\.", r"\.\s")
    )
)
_TAG = re.compile(r"<[^>]*>")
# Before these words a finding's sentence says what the guideline asks, behind them what was found.
_SHOWS = ". The chart shows: "
_ASKED = "".join(rf"(?<!\b{word} )" for word in ("every", "within", "most", "than", "up to"))
_AMOUNT = re.compile(rf"{_ASKED}\b\d+ (days?|weeks?|months?)\b")
# How long a drug was taken that may still be, whether or not the sentence says until when.
_UNTIL_NOW = re.compile(
    r"\b(?P<share>\d+ ?%) of \d+(?= days covered)"
    r"|\btaken for \d+(?: to \d+)?(?= days)|^\d+(?: to \d+)?(?= d\b)"
)
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
        are from another. What the guideline asks stays as it is.
        """
        masked = self.text(text)
        if self.days is None:
            return masked
        asked, there, found = self.days.sub(HIDDEN, masked).rpartition(_SHOWS)
        found = _UNTIL_NOW.sub(_until_now, found)
        if self.days.search(masked):
            found = _AMOUNT.sub(rf"{HIDDEN} \1", found)
        return f"{asked}{there}{found}"

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
    """`names` are looked for in any case, and whole names of `people`; a single word of these, which may be a
    common one too, where it is written as it is or with its capital, and in any case after a title.
    """
    return Mask(
        site=site,
        wave=wave,
        zone=zone,
        words=_words(names, people) if site else None,
        days=_any(sorted({day.isoformat() for day in days})) if wave else None,
    )


def _words(names: Iterable[str], people: Iterable[str]) -> re.Pattern[str] | None:
    anyone = _known(people)
    whole = {name for name in anyone if " " in name}
    anyhow = "|".join(map(_spaced, _ordered(_known(names) | whole)))
    each = {part for name in anyone for part in _parts(name)}
    titled = "|".join(map(re.escape, sorted(each, key=lambda part: (-len(part), part))))
    parts = [f"(?i:{anyhow})"] if anyhow else []
    parts += map(_surname, _ordered(anyone - whole))
    parts += [f"(?i:{_AFTER_TITLE}(?:{titled}))"] if titled else []
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)") if parts else None


def _until_now(told: re.Match[str]) -> str:
    if told["share"]:
        return f"{HIDDEN} of {HIDDEN}"
    return f"taken for {HIDDEN}" if told[0].startswith("taken") else HIDDEN


def _known(names: Iterable[str]) -> set[str]:
    return {" ".join(name.split()) for name in names}


def _ordered(names: Iterable[str]) -> list[str]:
    """The longest first, so that a whole name goes before a part of it."""
    return sorted((name for name in names if len(name) >= _SHORTEST), key=lambda name: (-len(name), name))


def _spaced(name: str) -> str:
    """However its words are set apart."""
    return r"\s+".join(map(re.escape, name.split(" "))).replace(r",\s+", r",\s*")


def _surname(name: str) -> str:
    """A short one may be an abbreviation in capitals ("Pet"), so it is not looked for in these."""
    if len(name) <= _SHORTEST:
        return "|".join(map(re.escape, dict.fromkeys((name, name.capitalize()))))
    capital = "|".join(map(re.escape, dict.fromkeys((name[0], name[0].upper()))))
    # As it is written, "Okafor" of "OKAFOR" and the other way round.
    return f"(?:{capital})(?i:{re.escape(name[1:])})"


def _parts(name: str) -> Iterator[str]:
    parts = (part.strip(".,") for part in name.split(" "))
    return (part for part in parts if len(part) > 1)


def _any(texts: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(map(re.escape, texts))) if texts else None
