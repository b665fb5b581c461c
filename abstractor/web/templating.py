"""Templates from the package, escaped by default; a name that is missing is an error, not an empty string."""

from collections.abc import Callable
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from abstractor.web import wording

__all__ = ["render"]

_WORDS: dict[str, Callable[..., str]] = {
    "days": wording.dates_in_words,
    "verdict": wording.verdict_in_words,
    "standing": wording.standing_of,
    "line": wording.line_in_words,
}


def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("abstractor.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(_WORDS)
    made.globals["words"] = wording
    return made


_TEMPLATES = _environment()


def render(template: str, **held: Any) -> str:
    return _TEMPLATES.get_template(template).render(**held)
