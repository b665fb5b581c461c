"""Amounts that the words of a report or a note state, and no result does: a reason to look, no result."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from abstractor.chart import Bounds, Chart, Mention, Source, Standing
from abstractor.dates import DateInterval
from abstractor.rules.terms import Quantity

__all__ = ["TEXT_ONLY", "Measured", "ToldAmount", "told_amounts"]

TEXT_ONLY = "text-only"
_WORTH = r"\d+(?:\.\d+)?"
_YEAR = r"(?:19|20)\d\d"
_YEAR_OF = re.compile(
    rf"(?P<number>{_WORTH}) ?% (?:back )?(?:in|from|on) (?:[a-z]+ )?(?:\d+/)?(?P<year>{_YEAR})\b"
    rf"|\b(?:echo\w*|muga|outside|(?:lv)?ef)\b[^.;,%]{{0,15}}?(?P<before>{_YEAR})\b[^.;%]{{0,30}}?"
    rf"\b(?P<after>{_WORTH}) ?%"
)
_OVER_FOR = timedelta(weeks=13)  # a number of last December is still told in January
_MAY = (Standing.COUNTS, Standing.ASSUMED, Standing.CONTEXT)
_ROUNDED = 0.5  # by which the words may differ from the result that they repeat
_LONGEST = 30  # words of a quote in a statement
# When it was measured, and how much it was.
Measured = tuple[DateInterval | None, Bounds]


@dataclass(frozen=True, slots=True)
class ToldAmount:
    """`amount` is what the sentence `quote` states; `when` the day of what it stands in."""

    when: DateInterval | None
    amount: Bounds
    quote: str
    sources: tuple[Source, ...]


def told_amounts(
    chart: Chart, quantity: Quantity, known: Sequence[Measured], *, later: int
) -> Iterator[ToldAmount]:
    """By day. What a result says too, by then or at most `later` days after, is told of that result; what was
    told before is told again."""
    held = list(known)
    said = [m for m in chart.mentions if m.about == quantity.concept and m.assertion == "stated"]
    for mention in sorted((m for m in said if m.standing in _MAY), key=_by_day):
        amount = _amount(mention.reading or "", quantity)
        if amount is None or _of_earlier_year(mention):
            continue
        if not any(_by_then(when, mention.when, later) and _alike(amount, other) for when, other in held):
            held.append((mention.when, amount))
            quote = " ".join(mention.quote.split()[:_LONGEST])
            yield ToldAmount(mention.when, amount, quote, mention.sources)


def _of_earlier_year(mention: Mention) -> bool:
    """Does the sentence give its number a year that is over ("45 % in 2019", "echo 2/2019: 45 %")?"""
    if mention.when is None:
        return False
    limit = mention.when.earliest - _OVER_FOR
    numbers = (mention.reading or "").split()
    return any(
        date(int(found["before"] or found["year"]), 12, 31) < limit
        for found in _YEAR_OF.finditer(mention.quote.lower())
        if (found["after"] or found["number"]) in numbers
    )


def _amount(reading: str, quantity: Quantity) -> Bounds | None:
    """ "38", "35 to 40", "under 40" or "over 55"; none where nothing measured can be that."""
    words = reading.split()
    numbers = [float(word) for word in words if word.replace(".", "", 1).isdecimal()]
    if not numbers or not all(quantity.least <= each <= quantity.most for each in numbers):
        return None
    match words[0]:
        case "under":
            return Bounds(None, numbers[0], high_excluded=True)
        case "over":
            return Bounds(numbers[0], None, low_excluded=True)
        case _:
            return Bounds(min(numbers), max(numbers))


def _by_then(when: DateInterval | None, told: DateInterval | None, later: int) -> bool:
    return when is None or told is None or when.earliest <= told.latest + timedelta(days=later)


def _alike(one: Bounds, other: Bounds) -> bool:
    """Can both be one number?"""
    return _reaches(one, other) and _reaches(other, one)


def _reaches(one: Bounds, other: Bounds) -> bool:
    return one.low is None or other.high is None or one.low - _ROUNDED <= other.high


def _by_day(mention: Mention) -> tuple[bool, date, date]:
    when = mention.when
    return (True, date.max, date.max) if when is None else (False, when.earliest, when.latest)
