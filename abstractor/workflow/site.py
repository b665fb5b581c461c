"""Everything that is wrong with the knowledge and with a site's folder: what `guidelines check` tells."""

from datetime import date
from pathlib import Path

from abstractor.fhir.files import completeness_mistakes
from abstractor.guidelines import Problem, check

__all__ = ["check_site"]


def check_site(site: Path | None, *, on: date) -> tuple[Problem, ...]:
    """The loader's refusals and warnings, and those of the folder's `completeness.json`."""
    mistakes = completeness_mistakes(site) if site is not None else ()
    return (*check(site, on=on), *(Problem(True, str(wrong)) for wrong in mistakes))
