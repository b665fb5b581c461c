"""What an Observation, or one of its components, gives as its value: a number, an answer, or words.

A number with a comparator ("<50"), or a Range, is no number: its ends are kept, and how it is written.
Words are an answer only where they are one of the exact forms that the value sets list under the system
"text"; anything else stays text.
"""

import math
import re

from msgspec import Struct

from abstractor.chart import Bounds
from abstractor.fhir.elements.datatypes import CodeableConcept, Quantity, Range, Ratio
from abstractor.fhir.elements.records import Component, Observation
from abstractor.fhir.facts.amounts import bounded, bounds_of
from abstractor.fhir.facts.coded import Lexicon, words_of

__all__ = ["Value", "answers_of", "told_otherwise", "value_of"]

# A ratio of two counts is compared with limits of one decimal: what division leaves over must not decide.
_DECIMALS = 6
_WORD = re.compile(r"[a-z]+|[0-9]+(?:\.[0-9]+)?\+*")
_VALUES = {
    "valueCodeableConcept": "value_codeable_concept",
    "valueQuantity": "value_quantity",
    "valueRatio": "value_ratio",
    "valueRange": "value_range",
    "valueString": "value_string",
    "valueInteger": "value_integer",
    "valueBoolean": "value_boolean",
}


class Value(Struct, frozen=True, gc=False):
    """`path` is the element under the Observation, `stood` what stood there; `concept` where it was coded."""

    path: str
    stood: str | float | bool | None
    number: float | None = None
    unit: str | None = None
    text: str | None = None
    concept: CodeableConcept | None = None
    between: Bounds | None = None


def value_of(part: Observation | Component) -> Value | None:
    """The value; None where there is none."""
    if part.value_codeable_concept is not None:
        concept = part.value_codeable_concept
        return Value("valueCodeableConcept", None, text=words_of(concept), concept=concept)
    if part.value_quantity is not None:
        return _quantity(part.value_quantity)
    if part.value_ratio is not None:
        return _ratio(part.value_ratio)
    if part.value_range is not None:
        return _range(part.value_range)
    if part.value_string is not None:
        return Value("valueString", part.value_string, text=part.value_string)
    if part.value_integer is not None:
        return Value("valueInteger", part.value_integer, number=_finite(part.value_integer))
    if part.value_boolean is not None:
        return Value("valueBoolean", part.value_boolean, text="true" if part.value_boolean else "false")
    # Some laboratories send the answer as its interpretation only.
    for place, concept in enumerate(part.interpretation or ()):
        return Value(f"interpretation[{place}]", None, text=words_of(concept), concept=concept)
    return None


def told_otherwise(part: Observation | Component, value: Value, lexicon: Lexicon) -> str | None:
    """The element of a second value that does not say the same; FHIR allows one value, some systems send
    two."""
    kept = value.path.partition(".")[0]
    others = [name for name in _VALUES if name != kept and getattr(part, _VALUES[name]) is not None]
    for name in others:
        alone = value_of(type(part)(code=part.code, **{_VALUES[name]: getattr(part, _VALUES[name])}))
        if alone is None or not _agree(value, alone, lexicon):
            return name
    return None


def _agree(one: Value, other: Value, lexicon: Lexicon) -> bool:
    answers = answers_of(one, lexicon), answers_of(other, lexicon)
    if all(answers):
        return answers[0] == answers[1]
    words = _words(one), _words(other)
    return words[0] <= words[1] or words[1] <= words[0]


def _words(value: Value) -> frozenset[str]:
    said = f"{value.number:g}" if value.number is not None else value.text or ""
    return frozenset(_WORD.findall(said.lower()))


def _quantity(quantity: Quantity) -> Value:
    number, unit = _finite(quantity.value), quantity.unit or quantity.code
    if quantity.comparator and number is not None:
        written = " ".join(part for part in (f"{quantity.comparator}{number:g}", unit) if part)
        between = bounded(quantity.comparator, number)
        return Value("valueQuantity.value", quantity.value, unit=unit, text=written, between=between)
    return Value("valueQuantity.value", quantity.value, number=number, unit=unit)


def _range(span: Range) -> Value:
    between, unit = bounds_of(span)
    written = " ".join(part for part in (str(between), unit) if part) if between is not None else None
    return Value("valueRange", None, unit=unit, text=written, between=between)


def _ratio(ratio: Ratio) -> Value:
    """A ratio as one number; none where one of its parts is missing or only bounded."""
    over, under = ratio.numerator, ratio.denominator
    if (
        over is None
        or under is None
        or over.comparator
        or under.comparator
        or not over.value
        or not under.value
    ):
        return Value("valueRatio", None)
    return Value("valueRatio", None, number=_finite(round(over.value / under.value, _DECIMALS)))


def _finite(number: float | None) -> float | None:
    try:
        return None if number is None or not math.isfinite(number) else float(number)
    except OverflowError:
        return None


def answers_of(value: Value, lexicon: Lexicon) -> tuple[str, ...]:
    """The concepts of the value: of its codes, else of its words where they are an exact form."""
    if value.concept is not None:
        return lexicon.meaning(value.concept).answers
    return lexicon.written(value.text) if value.text else ()
