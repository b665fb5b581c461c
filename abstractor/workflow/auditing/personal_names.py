"""What a person may be called in a text whom a record shows as "OKAFOR, NGOZI" or "Dr. Wren Quill, FACP".

No list holds every title, so whatever may be the surname counts as one: a word too many is hidden rather
than a name is shown.
"""

import re
from collections.abc import Iterator, Sequence

from abstractor.workflow.auditing.common_words import CLINICAL, EVERYDAY, OF_PLACES, ROLES, WHERE, plain

__all__ = ["is_generic", "may_be_person", "names_of_person"]

# All of these in small letters, and without points and hyphens.
_TITLES = frozenset(
    "aprn ba bcop bs bsc bsn crnp dame dnp do dphil dr facp fnp frcp hon ii iii iv jr ma mb mbbs "
    "mbchb md miss mph mr mrs ms msc msn np pa pac pharmd phd prof professor rev rn sir sr".split()
)
_NUMERALS = frozenset("one two three four five six seven eight nine ten".split())
_NEVER = _TITLES | ROLES | OF_PLACES
# Words of these that are surnames too; the short ones are no title where they are written like a name.
_SURNAMES_TOO = frozenset("ba child do fellow friend home ma pa parent ward".split())
_OF_PEOPLE_ALONE = frozenset("dr md miss mr mrs phd prof professor rn".split())
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_APART = re.compile(r"\s+[-\u2013\u2014]\s+|[|;/&@]|\s+and\s+", re.IGNORECASE)
# "Dr.Quill", "wren.quill", "Quill_Wren"; "Quill^Wren" as HL7 has it
_GLUED = re.compile(r"(?<=[^\W_]{2})\.(?=[^\W_]{2})|_")
# "FACP", "M.B.B.S.", "FNP-BC"; of a name all in capitals it may as well be the name.
_DEGREE = re.compile(r"[A-Z](?:\.?[A-Z]){1,4}\.?(?:-[A-Z]{1,3})?")
_SHORTEST_PART = 4
_SHORTEST_GIVEN = 3
_SHORTEST_USER = 5
# "de la Okafor", "von Quill"
_PARTICLES = frozenset(
    "abu al bin d da dal de degli dei del della den der di do dos du e el et ibn la las le les los mac mc o "
    "ten ter und van vom von y zu zum zur".split()
)
_BETWEEN = re.compile("[-\u2010-\u2015]")


def is_generic(display: str) -> bool:
    """It names nobody: "Attending physician", "Pathology department"."""
    words = _plain_words(display)
    return words <= _NEVER and not (words & _OF_PEOPLE_ALONE and words & _SURNAMES_TOO)


def may_be_person(display: str) -> bool:
    """Its title says so, or nothing in it says that it is a place."""
    words = _plain_words(display)
    return bool(words & _OF_PEOPLE_ALONE) or not any(word in OF_PLACES or word.isdigit() for word in words)


def names_of_person(display: str) -> Iterator[str]:
    """The whole name without its titles, in both orders, and whatever may be its surname."""
    bare = _GLUED.sub(" ", _BRACKETS.sub(" ", display)).replace("^", ",")
    for piece in _APART.split(bare):
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
        at = _family_from(bare)
        yield from _together(bare[:-1], bare[-1:])
        if at < len(bare) - 1:
            yield from _together(bare[:at], bare[at:])
        if bare[0].isupper() and not capitals:
            yield from _together(bare[1:], bare[:1])
    if given:
        yield from (name for word in _telling(bare) for name in _surname(word))
        yield from _together(given, bare)
    yield from (name for name in given or bare[:1] if _tells(name, capitals=capitals))


def _family_from(words: list[str]) -> int:
    """Where the surname begins, with what belongs to it: "de la"."""
    at = len(words) - 1
    while at > 1 and plain(words[at - 1]) in _PARTICLES:
        at -= 1
    return at


def _together(given: list[str], family: list[str]) -> Iterator[str]:
    last = " ".join(family)
    if not given:
        yield last
        return
    for before in ([*given], given[:1]):
        yield " ".join([*before, *family])
        yield f"{last}, {' '.join(before)}"
    initial = given[0][0]
    yield from _user_names(given[0], last)
    if len(given[0].strip(".")) > 1:
        yield f"{initial}. {last}"
        yield f"{last}, {initial}."
    if plain(last) not in CLINICAL:
        yield f"{initial} {last}"


def _user_names(given: str, last: str) -> Iterator[str]:
    """ "okafordengozi"; not "nokaforde", since "change" is one of E. Chang too."""
    first, name = plain(given), plain(last)
    if len(first) >= _SHORTEST_GIVEN and len(name) >= _SHORTEST_USER and (first + name).isalpha():
        yield from (f"{first}{name}", f"{name}{first}")


def _tells(given: str, *, capitals: bool) -> bool:
    """A given name alone, unless it is a word of any report."""
    word = plain(given)
    common = CLINICAL | EVERYDAY | ROLES | OF_PLACES | WHERE | _PARTICLES | _NUMERALS
    return len(word) >= _SHORTEST_GIVEN and word not in common and (capitals or not _DEGREE.fullmatch(given))


def _surnames(words: list[str], *, capitals: bool) -> Iterator[str]:
    """Each word behind the first that is no degree, since surnames can be two; what looks like one too, where
    nothing tells it from a name.
    """
    for at in range(len(words) - 1, -1, -1):
        if not _DEGREE.fullmatch(words[at]):
            yield from _surname(words[at])
            break
        if capitals or at <= 1:
            yield from _surname(words[at])
    yield from (name for word in _telling(words[1:]) for name in _surname(word))
    if not capitals:
        # "OKAFORDE Ngozi"
        for at, word in enumerate(words):
            if word.isupper() and (at == 0 or not _DEGREE.fullmatch(word)):
                yield from _surname(word)


def _telling(words: list[str]) -> Iterator[str]:
    return (word for word in words if plain(word) not in _PARTICLES and not _DEGREE.fullmatch(word))


def _surname(word: str) -> Iterator[str]:
    """And each of its halves: others write "Dr. Jones" of "Smith-Jones"."""
    if plain(word) in _NUMERALS or len(plain(word)) < 2:
        return
    yield word
    halves = _BETWEEN.split(word)
    if len(halves) > 1:
        yield from (part for part in halves if len(part) >= _SHORTEST_PART)


def _untitled(part: str) -> list[str]:
    words = (word.strip(":\"'") for word in part.split())
    return [word for word in words if word and not _is_title(word)]


def _is_title(word: str) -> bool:
    bare = plain(word)
    named = bare in _SURNAMES_TOO and (len(bare) > 2 or word.istitle())
    return bare in _NEVER and not named


def _plain_words(display: str) -> set[str]:
    return {plain(word) for word in display.replace(",", " ").split()} - {""}
