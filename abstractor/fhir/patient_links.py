"""The links of a Patient: whom another one stands for, or into whom this one was merged.

A link is read wherever it can be told what it says, also one that stands there without its list. What cannot
be read is said to be so: it may be the word that this patient was merged.
"""

from dataclasses import dataclass

import msgspec

from abstractor.fhir.doubled import told_twice

__all__ = ["PatientLinks", "links_of"]

_REPLACED_BY, _REPLACES = "replaced-by", "replaces"
_KNOWN = frozenset({_REPLACED_BY, _REPLACES, "refer", "seealso"})


class _Reference(msgspec.Struct):
    reference: str | None = None


class _Link(msgspec.Struct):
    type: str | None = None
    other: _Reference | None = None


class _Linked(msgspec.Struct):
    link: list[_Link | None] | _Link | None = None


@dataclass(frozen=True, slots=True)
class PatientLinks:
    """The references of the links, as written; an empty one where a link names nobody. `readable`: each link
    says in a word of FHIR's what it is.
    """

    replaced_by: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    readable: bool = True

    @property
    def merged(self) -> bool:
        """Does it say that another one stands in its place? Its records may be kept there now."""
        return bool(self.replaced_by)


def links_of(patient: bytes) -> PatientLinks:
    try:
        told = msgspec.json.decode(patient, type=_Linked).link
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return PatientLinks(readable=False)
    links = [link for link in ([told] if isinstance(told, _Link) else told or ()) if link is not None]
    named = [(_word(link), _name(link)) for link in links]
    twice = patient.count(b'"link"') > 1 and told_twice(patient, "link")
    return PatientLinks(
        replaced_by=tuple(name for word, name in named if word == _REPLACED_BY),
        replaces=tuple(name for word, name in named if word == _REPLACES),
        readable=not twice and all(word in _KNOWN for word, _ in named),
    )


def _word(link: _Link) -> str:
    return (link.type or "").strip().casefold()


def _name(link: _Link) -> str:
    return (link.other.reference if link.other is not None else None) or ""
