"""Published data of reader agreement, and small makers of ratings."""

from collections.abc import Sequence

from abstractor.workflow.agreement.intervals import student_quantile
from abstractor.workflow.agreement.ratings import Estimate, Interval, Measured, Ratings, Undefined

__all__ = [
    "COHEN",
    "CONTENT",
    "ECTOPIC",
    "FOUR_READERS",
    "GWET_PARADOX",
    "HIDDEN_DISAGREEMENT",
    "SAS",
    "SIX_READERS",
    "WIKIPEDIA",
    "error_of",
    "interval_of",
    "of_counts",
    "of_rows",
    "of_table",
    "value_of",
    "why_of",
]

LETTERS = "abcdefgh"


def of_table(rows: Sequence[Sequence[int]]) -> Ratings:
    """Two readers from their table of counts, the first reader's categories down."""
    names = tuple(LETTERS[: len(rows)])
    charts = tuple(
        (one, other)
        for one, row in zip(names, rows, strict=True)
        for other, times in zip(names, row, strict=True)
        for _ in range(times)
    )
    return Ratings(names, ("first", "second"), charts)


def of_rows(rows: Sequence[str], *, categories: str) -> Ratings:
    """One string a reader, one letter a chart, a dot where it was not read."""
    charts = tuple(
        tuple(None if seat == "." else seat for seat in seats) for seats in zip(*rows, strict=True)
    )
    return Ratings(tuple(categories), tuple(f"reader {place}" for place in range(len(rows))), charts)


def of_counts(rows: Sequence[Sequence[int]]) -> Ratings:
    """How many readers chose each category, a row a chart; who chose what is not told, so any order does."""
    names = tuple(LETTERS[: len(rows[0])])
    charts = tuple(
        tuple(name for name, times in zip(names, row, strict=True) for _ in range(times)) for row in rows
    )
    return Ratings(names, tuple(f"reader {place}" for place in range(len(charts[0]))), charts)


def value_of(found: Measured) -> float:
    assert isinstance(found, Estimate), found
    return found.value


def why_of(found: Measured | Interval) -> str:
    assert isinstance(found, Undefined), found
    return found.why.value


def interval_of(found: Measured) -> Interval:
    assert isinstance(found, Estimate), found
    assert isinstance(found.interval, Interval), found
    return found.interval


def error_of(found: Measured) -> float:
    """The standard error that an interval by Student's t was made from."""
    assert isinstance(found, Estimate), found
    held = interval_of(found)
    return (found.value - held.low) / student_quantile(held.level, freedom=found.charts - 1)


# Cohen (1960) and again Cohen (1968): 200 cases, personality disorder, neurosis, psychosis.
COHEN = of_table(((88, 14, 18), (10, 40, 10), (2, 6, 12)))

# SAS/STAT, PROC FREQ, tests of agreement (as statsmodels' own tests print it).
SAS = of_table(((0, 4, 1), (0, 8, 0), (0, 1, 5)))

# Gwet (2014), and the manual of his R package irrCAC: cont3x3abstractors, two abstractors of 100 charts.
ECTOPIC = of_table(((13, 0, 0), (0, 20, 7), (0, 4, 56)))

# The same manual: distrib.6raters, Fleiss (1971), the first 15 subjects, all rated by six.
SIX_READERS = of_counts(
    (
        (0, 0, 0, 6, 0),
        (0, 3, 0, 0, 3),
        (0, 1, 4, 0, 1),
        (0, 0, 0, 0, 6),
        (0, 3, 0, 3, 0),
        (2, 0, 4, 0, 0),
        (0, 0, 4, 0, 2),
        (2, 0, 3, 1, 0),
        (2, 0, 0, 4, 0),
        (0, 0, 0, 0, 6),
        (1, 0, 0, 5, 0),
        (1, 1, 0, 4, 0),
        (0, 3, 3, 0, 0),
        (1, 0, 0, 5, 0),
        (0, 2, 0, 3, 1),
    )
)

# Krippendorff (2011), data C; Gwet (2014), cac.raw4raters. Four readers, twelve units, some unread.
FOUR_READERS = of_rows(("123321412...", "1233224125..", ".33323422513", "12332441251."), categories="12345")

# Krippendorff (2011), data A: two readers, ten units, two values.
HIDDEN_DISAGREEMENT = of_rows(("0100000000", "1110010010"), categories="01")

# Krippendorff (2011), data B: two readers, twelve units, five values.
CONTENT = of_rows(("aabbdcccedda", "babbbccceddd"), categories="abcde")

# Three readers, fifteen units, most of them not read by all.
WIKIPEDIA = of_rows((".....34121133.3", "1.213343.......", "..21344.21133.4"), categories="1234")

# Gwet (2002): 125 subjects, both readers say yes nearly always.
GWET_PARADOX = of_table(((118, 5), (2, 0)))
