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
from abstractor.workflow.auditing.common_words import (
    CLINICAL,
    EVERYDAY,
    MONTHS,
    NO_ABBREVIATION,
    OF_PLACES,
    ROLES,
    TWO_LETTERS,
    WHERE,
    is_plain,
    plain,
)
from abstractor.workflow.auditing.contacts import has_address, without_contacts
from abstractor.workflow.auditing.short_names import has_parts, short_names, words_of_names
from abstractor.workflow.auditing.spelling import folded, spelled, unspelled

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
_TITLES = (
    *("dr", "dra", "doctor", "prof", "professor", "mr", "mrs", "ms", "miss", "nurse", "herr", "frau", "sra"),
    *("md", "np", "pharmd", "rn"),
)
# "Dr Quill", "Dr. Quill", "Dr.Quill"
_AFTER_TITLE = "(?:{})".format(
    "|".join(rf"(?<=\b{title}{apart})" for title in _TITLES for apart in (r"\s", r"\.", r"\.\s"))
)
# "signed by Wu", "N. Wu"; "Wu, MD"
_BEFORE = (
    r"(?:(?i:(?<=\bby\s)|(?<=\bd/w\s)|(?<=\bsigned\s)|(?<=\bsigned:\s)|(?<=\battn:\s)|(?<=\bcc:\s))"
    r"|(?<=\b[A-Z]\.\s)|(?<=\b[A-Z]\.)|(?<=_))"
)
_BEHIND = (
    r"(?=_|,?\s*(?:M\.?D|D\.?O|R\.?N|N\.?P|P\.?A|PA-C|Ph\.?D|PharmD|MBBS|MBChB|FACP|FRCP|APRN|CRNP|FNP|DNP|"
    r"CNS|BSN|MSN|OCN|LCSW)\b)"
)
# "12 May", "3-May-20", "2nd of May", "in June"; "May 2020", "June, 3". Not "10:32 May", "May 5/3/2020".
_DAYS = (
    rf"{start}{day}{apart}"
    for start in (r"^", r"[\s(,]")
    for day in (r"\d", r"\d\d")
    for apart in (r"\s", r"\.\s", "-")
)
_ORDINALS = (rf"\d{end}\s{of}" for end in ("st", "nd", "rd", "th") for of in ("", r"of\s"))
_WHEN = (
    rf"\b(?i:{word})\s" for word in ("in", "since", "until", "till", "early", "mid", "late", "last", "next")
)
_NO_DAY_BEFORE = "".join(rf"(?<!{before})" for before in (*_DAYS, *_ORDINALS, *_WHEN, "mid-"))
_NO_DAY_BEHIND = r"(?!\.?,?[\s/-]{0,2}(?:(?:19|20)\d\d|\d\d?(?:st|nd|rd|th)?)(?![\d:/]|-\d)|\sof\s\d)"
_OWNS = r"(?=['\u2019]s)"
# A name of many letters may stand beside a figure or run into the next word: "Quill2", "noteQuill", "NQuill".
_STARTS = r"(?:(?<![^\W\d_])(?!(?<=\d)\d)|(?<=[a-z])(?=[A-Z])|(?<=(?<![^\W_])[A-Z])(?=[A-Z][a-z]))"
_ENDS = r"(?:(?![^\W\d_])(?!(?<=\d)\d)|(?<=[a-z])(?=[A-Z]))"
_EVERYDAY = EVERYDAY | ROLES | OF_PLACES | WHERE
_TAG = re.compile(r"<[^>]*>")
_BROKEN = re.compile(r"-[ \t]*\r?\n[ \t]*")
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
    """`words`: names of the place, `days`: those that bound the cycle; null: nothing to look for. `alone`:
    names that are plain words, as "Oncology".
    """

    site: bool = False
    wave: bool = False
    zone: ZoneInfo | None = None
    words: re.Pattern[str] | None = None
    days: re.Pattern[str] | None = None
    alone: frozenset[str] = frozenset()

    @property
    def hides(self) -> bool:
        return self.site or self.wave

    def text(self, text: str) -> str:
        """What somebody wrote, without the names of the place, its addresses and its telephone numbers."""
        if not self.site:
            return text
        masked = without_contacts(text, HIDDEN)
        masked = masked if self.words is None else self._without_names(masked, self.words)
        # A name may be written with the escapes of HTML, with markup inside of it, with what nobody sees, or
        # be broken at the end of a line.
        bare = unspelled(_TAG.sub("", html.unescape(masked)))
        ways = {bare, _BROKEN.sub("", bare)} - {masked}
        if not ways:
            return masked
        named = self.words is not None and any(self.words.search(folded(way)) for way in ways)
        return HIDDEN if named or has_address(bare) else masked

    def display(self, text: str) -> str:
        """What a reference calls its record: the name of a place also where it is a plain word."""
        return HIDDEN if " ".join(text.split()).casefold() in self.alone else self.text(text)

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

    def _without_names(self, text: str, names: re.Pattern[str]) -> str:
        shown, at = [], 0
        for found in names.finditer(folded(text)):
            shown += [text[at : found.start()], HIDDEN]
            at = found.end()
        return "".join([*shown, text[at:]])

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
    """`names` are looked for in any case, and whole names of `people`; a single word of these that is common
    where it is written like a name, a clinical one where what stands beside it says that it is a name.
    """
    places, persons = _known(names), _known(people)
    every = places | persons
    return Mask(
        site=site,
        wave=wave,
        zone=zone,
        words=_words(places, persons) if site else None,
        alone=frozenset(name.casefold() for name in every if is_plain(name)) if site else frozenset(),
        days=_any(sorted({day.isoformat() for day in days})) if wave else None,
    )


def _words(places: set[str], people: set[str]) -> re.Pattern[str] | None:
    whole = {name for name in people if " " in name}
    single = people - whole
    common = {
        name for name in single if len(name) <= _SHORTEST or plain(name) in CLINICAL | _EVERYDAY | MONTHS
    }
    of_places = {name for name in places if not is_plain(name)}
    anyhow = {*of_places, *whole, *(single - common)}
    short = {short for name in of_places for short in short_names(name)} - anyhow
    capital = {name for name in common if plain(name) not in CLINICAL and len(name) >= _SHORTEST}
    tiny = {name for name in common if len(name) < _SHORTEST and plain(name) not in TWO_LETTERS}
    capital |= {word for name in places for word in words_of_names(name)}
    capital -= short
    each = _ordered({part for name in people for part in _parts(name)} - anyhow)
    forms = [_capital(name) for name in _ordered(common - capital)]
    wholly = (
        spelled(name, place=name in of_places and has_parts(name)) for name in _ordered(anyhow, _SHORTEST)
    )
    loose = [f"(?i:{_either(wholly)})"] if anyhow else []
    loose += map(_capital, _ordered(short))
    loose += [f"(?i:{_AFTER_TITLE}{_either(map(spelled, each))})"] if each else []
    months = {name for name in capital if plain(name) in MONTHS}
    forms += map(_capital, _ordered(months))
    strict = [*map(_capital, _ordered(capital - months)), *map(_tiny, sorted(tiny))]
    for name in map(_capital, _ordered(months)):
        strict += [f"{name}{_OWNS}", f"{_NO_DAY_BEFORE}{name}{_NO_DAY_BEHIND}"]
    strict += [f"{_BEFORE}{_either(forms)}", f"{_either(forms)}{_BEHIND}"] if forms else []
    ways = [f"{_STARTS}{_either(loose)}{_ENDS}"] if loose else []
    ways += [rf"(?<![^\W_]){_either(strict)}(?![^\W_])"] if strict else []
    return re.compile("|".join(ways)) if ways else None


def _until_now(told: re.Match[str]) -> str:
    if told["share"]:
        return f"{HIDDEN} of {HIDDEN}"
    return f"taken for {HIDDEN}" if told[0].startswith("taken") else HIDDEN


def _known(names: Iterable[str]) -> set[str]:
    return {" ".join(name.split()) for name in names}


def _ordered(names: Iterable[str], shortest: int = 2) -> list[str]:
    """The longest first, so that a whole name goes before a part of it."""
    return sorted((name for name in names if len(name) >= shortest), key=lambda name: (-len(name), name))


def _either(patterns: Iterable[str]) -> str:
    return f"(?:{'|'.join(patterns)})"


def _capital(name: str) -> str:
    """As it is written or like a name. A short one may be an abbreviation in capitals ("Pet"), so it is not
    looked for in these.
    """
    if len(name) <= _SHORTEST:
        return "|".join(map(re.escape, dict.fromkeys(map(folded, (name, name.capitalize())))))
    # As it is written, "Okafor" of "OKAFOR" and the other way round.
    first = re.escape(folded(name[0] + name[0].upper()))
    return f"(?:(?=[{first}])(?i:{spelled(name)}))"


def _tiny(name: str) -> str:
    """ "Lu", but not of "Lu-177", "Li-Fraumeni" or "5-Fu"; "WU" where no abbreviation is written so."""
    written = [name.capitalize(), *([name.upper()] if name.lower() in NO_ABBREVIATION else [])]
    return rf"(?<!-)(?<!\b\d\s){_either(map(folded, written))}(?!-\w)(?!\s\d{{2,3}}\b(?![:/-]))"


def _parts(name: str) -> Iterator[str]:
    parts = (part.strip(".,") for part in name.split(" "))
    return (part for part in parts if len(part) > 1)


def _any(texts: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(map(re.escape, texts))) if texts else None
