"""Words of reports and notes: what an attachment holds as text, and what its sentences say of HER2, ER, PR,
pneumonitis and the ejection fraction. A sentence is a reason to look, never a result.

A name is imported when it is asked for: whoever reads no report needs none of the patterns.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abstractor.fhir.text.ejection import ejection_fractions
    from abstractor.fhir.text.formats import Read, Unread, text_of
    from abstractor.fhir.text.reader import Reading, Told, read_text

__all__ = ["Read", "Reading", "Told", "Unread", "ejection_fractions", "read_text", "text_of"]

_MODULES = {"Read": "formats", "Unread": "formats", "text_of": "formats", "ejection_fractions": "ejection"}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"{__name__}.{_MODULES.get(name, 'reader')}")
    globals()[name] = getattr(module, name)
    return globals()[name]
