"""Templates from the package, escaped by default; a name that is missing is an error, not an empty string."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request

from abstractor.web import wording
from abstractor.web.signoff import overdue_editions, unsigned_editions
from abstractor.workflow.access import may

__all__ = ["dated", "render"]

_DATE = re.compile(r"\b[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?\b")


def dated(told: str) -> Markup:
    """A sentence in which no line ends within a date."""
    kept = str(escape(told))  # what it puts in for a sign of HTML looks like no date
    return Markup(_DATE.sub(r'<span class="date">\g<0></span>', kept))  # noqa: S704 - escaped above


_WORDS: dict[str, Callable[..., str]] = {
    "dated": dated,
    "days": wording.dates_in_words,
    "verdict": wording.verdict_in_words,
    "standing": wording.standing_of,
    "line": wording.line_in_words,
    "capfirst": wording.capfirst,
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
    made.globals.update(words=wording, may=may)
    return made


_TEMPLATES = _environment()


def render(request: Request, template: str, *, edition_ids: Iterable[str] = (), **held: Any) -> str:
    """A whole page; the banner of the sign-off names the editions that it rests on that nobody has signed, or
    reviewed in time.
    """
    services, asked = request.app.state.services, tuple(edition_ids)
    unsigned = unsigned_editions(services, asked)
    overdue = overdue_editions(services, asked, services.clock().date())
    return _TEMPLATES.get_template(template).render(unsigned=unsigned, overdue=overdue, **held)
