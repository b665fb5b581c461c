"""What a person may be called in a text whom a record shows as "OKAFOR, NGOZI" or "Dr. Wren Quill, FACP".

No list holds every title, so whatever may be the surname counts as one: a word too many is hidden rather
than a name is shown.
"""

import re
from collections.abc import Iterator, Sequence

__all__ = ["is_generic", "may_be_person", "names_of_person"]

# All of these in small letters, and without points and hyphens.
_TITLES = frozenset(
    "aprn ba bcop bs bsc bsn crnp dame dnp do dphil dr facp fnp frcp hon ii iii iv jr ma mb mbbs "
    "mbchb md miss mph mr mrs ms msc msn np pa pac pharmd phd prof professor rev rn sir sr".split()
)
_ROLES = frozenset(
    "admitting assistant associate attending author brother care caregiver case child consultant "
    "coordinator daughter doctor family father fellow friend hematologist husband manager member "
    "mother navigator nurse oncologist ordering parent partner pathologist patient person pharmacist "
    "physician practitioner primary provider radiologist referring registered registrar relative "
    "reporter resident self sister son specialist spouse staff surgeon system team technician "
    "technologist therapist unknown user wife".split()
)
_OF_PLACES = frozenset(
    "and associates cancer cardiology center centre chemotherapy clinic clinical college department "
    "diagnostics echo emergency facility group health healthcare hematology home hospice hospital "
    "imaging inc infirmary infusion inpatient institute lab laboratories laboratory labs llc ltd "
    "medical medicine nuclear nursing of office oncology outpatient pathology pharmacy practice "
    "radiology rehabilitation room service services skilled suite surgery surgical the unit "
    "university ward".split()
)
_NUMERALS = frozenset("one two three four five six seven eight nine ten".split())
_NEVER = _TITLES | _ROLES | _OF_PLACES
# Words of these that are surnames too; the short ones are no title where they are written like a name.
_SURNAMES_TOO = frozenset("ba child do fellow friend home ma pa parent ward".split())
_OF_PEOPLE_ALONE = frozenset("dr md miss mr mrs phd prof professor rn".split())
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_APART = re.compile(r"\s+[-\u2013\u2014/]\s+|[|;]")
# "FACP", "M.B.B.S.", "FNP-BC"; of a name all in capitals it may as well be the name.
_DEGREE = re.compile(r"[A-Z](?:\.?[A-Z]){1,4}\.?(?:-[A-Z]{1,3})?")
_SHORTEST_PART = 4


def is_generic(display: str) -> bool:
    """It names nobody: "Attending physician", "Pathology department"."""
    words = _plain_words(display)
    return words <= _NEVER and not (words & _OF_PEOPLE_ALONE and words & _SURNAMES_TOO)


def may_be_person(display: str) -> bool:
    """Its title says so, or nothing in it says that it is a place."""
    words = _plain_words(display)
    return bool(words & _OF_PEOPLE_ALONE) or not any(word in _OF_PLACES or word.isdigit() for word in words)


def names_of_person(display: str) -> Iterator[str]:
    """The whole name without its titles, in both orders, and whatever may be its surname."""
    for piece in _APART.split(_BRACKETS.sub(" ", display)):
        parts = [words for words in map(_untitled, piece.split(",")) if words]
        if parts:
            yield from _names_in(parts[0], parts[1:], capitals=piece.isupper())


def _names_in(first: list[str], rest: Sequence[list[str]], *, capitals: bool) -> Iterator[str]:
    """`first` stands before the first comma; what follows it is given names, or titles that no list knows."""
    yield from _surnames(first, capitals=capitals)
    bare = list(first)
    while len(bare) > 1 and not capitals and _DEGREE.fullmatch(bare[-1]):
        bare.pop()
    given = [word for words in rest for word in words if capitals or not _DEGREE.fullmatch(word)]
    if len(first) > 1:
        yield " ".join(first)
    if len(bare) > 1:
        yield from _together(bare[:-1], bare[-1:])
        if bare[0].isupper() and not capitals:
            yield from _together(bare[1:], bare[:1])
    if given:
        yield from _together(given, bare)


def _together(given: list[str], family: list[str]) -> Iterator[str]:
    for before in ([*given], given[:1]):
        yield " ".join([*before, *family])
        yield f"{' '.join(family)}, {' '.join(before)}"


def _surnames(words: list[str], *, capitals: bool) -> Iterator[str]:
    """The last word that is no degree; what looks like one too, where nothing tells it from a name."""
    for at in range(len(words) - 1, -1, -1):
        if not _DEGREE.fullmatch(words[at]):
            yield from _surname(words[at])
            break
        if capitals or at <= 1:
            yield from _surname(words[at])
    if not capitals:
        # "OKAFORDE Ngozi"
        for at, word in enumerate(words):
            if word.isupper() and (at == 0 or not _DEGREE.fullmatch(word)):
                yield from _surname(word)


def _surname(word: str) -> Iterator[str]:
    """And each of its halves: others write "Dr. Jones" of "Smith-Jones"."""
    if _plain(word) in _NUMERALS or len(_plain(word)) < 2:
        return
    yield word
    if "-" in word:
        yield from (part for part in word.split("-") if len(part) >= _SHORTEST_PART)


def _untitled(part: str) -> list[str]:
    words = (word.strip(":\"'") for word in part.split())
    return [word for word in words if word and not _is_title(word)]


def _is_title(word: str) -> bool:
    plain = _plain(word)
    named = plain in _SURNAMES_TOO and (len(plain) > 2 or word.istitle())
    return plain in _NEVER and not named


def _plain_words(display: str) -> set[str]:
    return {_plain(word) for word in display.replace(",", " ").split()} - {""}


def _plain(word: str) -> str:
    return word.lower().replace(".", "").replace("-", "").strip("(),:;\"'")
