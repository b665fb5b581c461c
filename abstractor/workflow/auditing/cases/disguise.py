"""A chart without whose it is: numbers for references, words taken out, every date moved by as many days, of
the birth the year alone.

What stays is what rules decide on: concepts, agents, codes of known systems, amounts, standings, and the
distances between days. Of words it stays known that there were some: rules ask whether a record is nameless.
What would tell by how much dates were moved does not move with them: the ends of a month or a year, and days
that stand for no day (1900-01-01, 9999-12-31).
"""

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from typing import Any

from abstractor.chart import Chart, Source
from abstractor.codes import SYSTEMS, Coding
from abstractor.dates import DateInterval

__all__ = ["SOME_WORDS", "disguised", "moved", "no_older"]

SOME_WORDS = "words taken out"
# Fields that hold names of ours or codes, never what somebody wrote; all other text is words.
_OURS = frozenset(
    "concepts primary about value_concepts status_reasons reasons stop_reasons agents may_be severity "
    "category marker method quantity kind assertion type gender".split()
)
_CODED = frozenset("clinical_status status intent class_code unit reading value code".split())
_REFERENCES = frozenset("reference encounter report requester attender order resource".split())
_REFERENCE = re.compile(r"[A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64}")
_LOOKS_CODED = re.compile(r"[A-Za-z0-9%{\[][A-Za-z0-9.+/%<>{}\[\]-]{0,19}( to [0-9.]+| [0-9+.]+)?")
_LOOKS_DATED_OR_NUMBERED = re.compile(r"\d{4}|\d[-/]\d")  # a day, or somebody's number
_OLDEST = 89
_FIRST_LIVED, _LAST_LIVED = date(1905, 1, 1), date(2200, 1, 1)
_KNOWN_SYSTEMS = frozenset(SYSTEMS.values())


def disguised(chart: Chart) -> Chart:
    """Without references, words, and codes of a site's own; the dates as they are (see `moved`)."""
    numbers: dict[str, dict[str, str]] = {}
    held: Chart = _walk(chart, lambda name, value: _text(name, value, numbers))
    return held


def moved(value: Any, days: int) -> Any:
    """The same value, each date in it so many days later."""
    by = timedelta(days=days)
    if isinstance(value, date):
        return _moved_day(value, by)
    if isinstance(value, DateInterval):
        return _moved_days(value, by)
    if isinstance(value, Source):
        return value
    if isinstance(value, tuple):
        return tuple(moved(each, days) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return _rebuilt(value, {each.name: moved(getattr(value, each.name), days) for each in fields(value)})
    return value


def no_older(chart: Chart, on: date) -> Chart:
    """Of the birth only the year, and nobody is older than 89 that day: who is, is 90."""
    birth = chart.patient.birth
    if birth is None:
        return chart
    year = max(birth.earliest.year, on.year - _OLDEST - 1)
    born = DateInterval(date(year, 1, 1), date(max(year, birth.latest.year), 12, 31))
    return replace(chart, patient=replace(chart.patient, birth=born))


def _moved_day(day: date, by: timedelta) -> date:
    return day + by if _FIRST_LIVED <= day < _LAST_LIVED else day


def _moved_days(days: DateInterval, by: timedelta) -> DateInterval:
    """Of whole months or years as many others, those in the middle: their ends moved would tell how far."""
    first, last = _moved_day(days.earliest, by), _moved_day(days.latest, by)
    if days.is_exact:
        return DateInterval(first, first)
    begins, ends = days.earliest.day == 1, days.latest == _month_end(days.latest)
    if not (begins and ends):
        return DateInterval(first.replace(day=1) if begins else first, _month_end(last) if ends else last)
    months = _month_number(days.latest) - _month_number(days.earliest)
    middle = first + (last - first) // 2
    if days.earliest.month == 1 and days.latest.month == 12:
        begin = 12 * (middle.year - (months + 1) // 24)
    else:
        begin = _month_number(middle) - months // 2
    return DateInterval(_first_of(begin), _month_end(_first_of(begin + months)))


def _month_number(day: date) -> int:
    return 12 * day.year + day.month - 1


def _first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _month_end(day: date) -> date:
    """The last day of its month; of a day behind all others that day."""
    if day.year == date.max.year:
        return date.max
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _walk(value: Any, told: Callable[[str, str], str | None], name: str = "") -> Any:
    if isinstance(value, str):
        return told(name, value) if type(value) is str else value
    if isinstance(value, Source):
        return Source(told("resource", value.resource) or "", value.path, None, None)
    if isinstance(value, Coding):
        return replace(value, display=None)
    if isinstance(value, tuple):
        kept = [each for each in value if not isinstance(each, Coding) or each.system in _KNOWN_SYSTEMS]
        return tuple(_walk(each, told, name) for each in kept)
    if is_dataclass(value) and not isinstance(value, type):
        return _rebuilt(
            value, {each.name: _walk(getattr(value, each.name), told, each.name) for each in fields(value)}
        )
    return value


def _rebuilt(value: Any, parts: dict[str, Any]) -> Any:
    return type(value)(**parts)


def _text(name: str, value: str, numbers: dict[str, dict[str, str]]) -> str | None:
    if name in _OURS:
        return value
    if name in _REFERENCES or _REFERENCE.fullmatch(value):
        return _numbered(value, numbers)
    if name in _CODED and _LOOKS_CODED.fullmatch(value) and not _LOOKS_DATED_OR_NUMBERED.search(value):
        return value
    return SOME_WORDS if value else value


def _numbered(reference: str, numbers: dict[str, dict[str, str]]) -> str:
    """ "Condition/8f3a" as "Condition/1": the first of its type that the chart names."""
    kind, slash, _ = reference.partition("/")
    kind = kind if slash and kind.isalpha() else "Resource"
    of_kind = numbers.setdefault(kind, {})
    return of_kind.setdefault(reference, f"{kind}/{len(of_kind) + 1}")
