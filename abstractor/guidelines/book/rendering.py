"""The pages of the book as HTML: for a folder, where each page is a file, or for a shell of another's with
links of its own. No script, nothing from elsewhere.
"""

import re
from collections.abc import Callable
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from abstractor.abstract import Verdict
from abstractor.guidelines.book.comparing import Difference
from abstractor.guidelines.book.contents import Contents
from abstractor.guidelines.book.describing import bounds_in_words
from abstractor.guidelines.book.making import Page
from abstractor.guidelines.book.views import EditionPage, Her2Page, MeasurePage, PolicyPage
from abstractor.guidelines.book.vocabulary import Vocabulary

__all__ = ["SIGN", "STYLES", "Link", "in_folder", "rendered", "styles", "title_of", "whole"]

Link = Callable[[str], str]

STYLES = "book.css"
# How the title of every page ends: by it a page of a book is known again, whichever version made it.
SIGN = " · the book of the guidelines"
_TONES = {
    "fine": (Verdict.PREFERRED, Verdict.ACCEPTABLE, Verdict.ON_LABEL, Verdict.MET),
    "against": (Verdict.NOT_PREFERRED, Verdict.NOT_RECOMMENDED, Verdict.OFF_LABEL, Verdict.NOT_MET),
    "unclear": (Verdict.INDETERMINATE, Verdict.UNKNOWN, Verdict.PENDING),
}
_TONE = {str(verdict): tone for tone, verdicts in _TONES.items() for verdict in verdicts}


def rendered(page: Page, link: Link) -> Markup:
    """The content of a page alone; `link` gives the address of another page by its key."""
    return Markup(_TEMPLATES.get_template(_template(page)).render(page=page, link=link))  # noqa: S704 # escaped by the template


def whole(page: Page, key: str, *, program: str) -> str:
    """A page as a file of its own."""
    link = in_folder(key)
    content = rendered(page, link)
    up = "../" * key.count("/")
    return _TEMPLATES.get_template("shell.html").render(
        content=content, title=f"{title_of(page)}{SIGN}", link=link, up=up, program=program
    )


def in_folder(key: str) -> Link:
    """Links from the file of that page to those of others."""
    up = "../" * key.count("/")

    def link(other: str) -> str:
        name, mark, anchor = other.partition("#")
        return f"{up}{name}.html{mark}{anchor}"

    return link


def styles() -> str:
    return files("abstractor.guidelines.book").joinpath(STYLES).read_text(encoding="utf-8")


def title_of(page: Page) -> str:
    match page:
        case Contents():
            return "The book of the guidelines"
        case EditionPage():
            return page.edition.title
        case MeasurePage():
            return f"{page.measure.id}: {page.measure.title}"
        case PolicyPage() | Her2Page():
            return page.title
        case Difference():
            return f"From {page.before.title} to {page.after.title}"
        case Vocabulary():
            return "What the words stand for"


def _template(page: Page) -> str:
    match page:
        case Contents():
            return "contents.html"
        case EditionPage():
            return "edition.html"
        case MeasurePage():
            return "measure.html"
        case PolicyPage():
            return "policy.html"
        case Her2Page():
            return "her2.html"
        case Difference():
            return "changes.html"
        case Vocabulary():
            return "words.html"


def _anchor(name: str) -> str:
    return "word-" + re.sub(r"[^A-Za-z0-9]+", "-", name)


def _tone(verdict: str) -> str:
    return _TONE.get(str(verdict).split(" ", maxsplit=1)[0], "aside")


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("abstractor.guidelines.book"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(anchor=_anchor, tone=_tone, capital=_capital, bounds=bounds_in_words)
    return made


_TEMPLATES = _environment()
