"""Words of notes, reports and diagnoses in a statement: what is quoted of them, for a person to confirm.

Words never make a criterion met or not met (knowledge base, section 6.2).
"""

from collections.abc import Sequence

from abstractor.chart import Chart, Mention
from abstractor.rules.standing import stands

__all__ = ["in_words", "outcome_in_words", "quoted"]

_MOST = 3  # quotes in one statement; the evidence holds all
_LONGEST = 30  # words of one quote in a statement
_ORDER = ("stated", "historical", "conditional", "elsewhere")
_SAID = {
    "stated": "",
    "historical": ", of an earlier time",
    "conditional": ", not settled",
    "elsewhere": ", of another specimen, cancer or person",
}
_OUTCOMES = {
    "positive": "positive",
    "3+": "positive",
    "negative": "negative",
    "0": "negative",
    "1+": "negative",
}


def in_words(chart: Chart, *about: str) -> tuple[Mention, ...]:
    """What stands, first what is said of this tissue, with a reading before what has none."""
    found = [m for m in chart.mentions if m.about in about and stands(m.standing)]
    return tuple(sorted(found, key=lambda m: (_ORDER.index(m.assertion), m.reading is None)))


def outcome_in_words(mention: Mention) -> str | None:
    """ "positive" or "negative", where the sentence states either of them."""
    return _OUTCOMES.get(mention.reading or "") if mention.assertion == "stated" else None


def quoted(mentions: Sequence[Mention]) -> str:
    """'on 2019-02-11 "HER2 3+" (3+)', the first few of them; of several receptors each reading is named."""
    named = len({mention.about for mention in mentions} - {"her2"}) > 0
    said = list(dict.fromkeys(_quoted(mention, named=named) for mention in mentions))
    more = f"; and {len(said) - _MOST} more" if len(said) > _MOST else ""
    return "; ".join(said[:_MOST]) + more


def _quoted(mention: Mention, *, named: bool) -> str:
    words = mention.quote.split()
    shown = " ".join(words[:_LONGEST]) + ("..." if len(words) > _LONGEST else "")
    on = f"on {mention.when} " if mention.when else ""
    reading = f"{mention.about.upper()} " if named else ""
    reading += mention.reading or "no reading"
    return f'{on}"{shown}" ({reading}{_SAID[mention.assertion]})'
