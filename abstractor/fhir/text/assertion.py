"""Of whom, of when and how surely a sentence speaks: words before a finding that reach up to it, words after
it that look back, and what the section and the specimen above it say.
"""

import re
from dataclasses import dataclass

from abstractor.fhir.text.words import phrases, plain_words, words_by_meaning

__all__ = [
    "Scope",
    "assertion_of",
    "clause_start",
    "is_doubtful",
    "is_no_tissue",
    "list_end",
    "of_another_cancer",
    "of_breast",
    "section_of",
]

_BLOCKED = phrases("binding.blocks")
_ELSEWHERE = phrases("elsewhere.relatives", "elsewhere.cancers", "elsewhere.specimens")
_ELSEWHERE_BEFORE = phrases("elsewhere.before")
_OF_THE_NEXT = re.compile(
    r"\W*\b(?:(?:and|but|was|had|been|is) ?)*(?:previously|formerly|originally|initially|prior)"
    r"(?: (?:was|is|as))*\s*$"
)
_BY_METHOD = re.compile(r"mk[a-z]+ (?:ihc|fish|ish|immunohisto\w+)\b")
_SAYS = re.compile(r"\bmk(?:her|er|pr|hr|triple)\b|\b(?:positive|negative|saidpos|saidneg|low)\b|[0-3]\+|%")
_AGAINST = re.compile(r"\b(?:contrast|unlike|compared|than)\b[^,;]*$")
_YEAR = re.compile(
    r"(?<![\w/-])(?:19|20)\d\d(?![\w-])(?! (?:asco|cap|guideline|criteri|recommend|update|version))"
)
_NO_YEAR_OF = re.compile(
    r"\b(?:asco|cap|guidelines?|criteria|recommendations?|version|edition|updated?|collect\w+|receiv\w+|report\w*|sign\w*"
    r"|perform\w*|accession\w*|date\w*|print\w+)\b[^,;]{0,25}$"
)
_FORMER = re.compile(r"\b(?:was|were|had|used to)\b")
_NOW = frozenset({"now", "current", "currently", "today", "subsequently"})
_CANCER = phrases("elsewhere.cancers")
_BREAST = re.compile(r"\b(?:breasts?|mammary|mastectomy|lumpectomy|axill\w+)\b", re.IGNORECASE)
_HISTORICAL_BEFORE = phrases("historical.before")
_HISTORICAL = phrases("historical.anywhere")
_HISTORICAL_AFTER = phrases("historical.after")
_CONDITIONAL_BEFORE = phrases("conditional.before")
_CONDITIONAL_AFTER = phrases("conditional.after")
_NO_TISSUE_BEFORE = phrases("no_tissue.before")
_NO_TISSUE_AFTER = phrases("no_tissue.after")
_DOUBT = phrases("doubt.anywhere")
_TAKEN_BACK = phrases("doubt.after")
_DISEASE = plain_words("adjective.disease")
_BEHIND = (plain_words("adjective.after") | plain_words("binding.silent")) - (
    _NOUNS := plain_words("adjective.nouns")
)
_VERB = re.compile(r"\w{3,}(?:ed|ing|ly)")
_ANSWERED = "|".join(sorted(map(re.escape, words_by_meaning("answers")), key=len, reverse=True))
_NAMES_ANSWERED = re.compile(
    rf"(?:mk[a-z]+ (?:(?:and|or|/|,|&) ?)*(?:(?:{_ANSWERED}|[0-3]\+)(?!\w)[ /,&]*(?:and )?)*)+"
)
_WORD = re.compile(r"(?<= )(?P<word>[a-z]+)(?: |(?P<last>$|[^\w-]))")
_SECTION = phrases("sections.historical", also=r"\s*(?::|$)")
_HEADING = re.compile(r"(?P<name>[A-Za-z][A-Za-z ,/()&-]{2,45})(?::|$)")


@dataclass(frozen=True, slots=True)
class Scope:
    """A place in a sentence, which stands in our words; `referred`: a comment is named right after it."""

    plain: str
    start: int
    end: int
    referred: bool
    historical_section: bool
    other_cancer: bool


def section_of(line: str, held: bool) -> bool:
    """Does the line stand in a section about the past or the request? A heading changes it."""
    if _SECTION.match(line.lower()):
        return True
    heading = _HEADING.match(line)
    return held and (heading is None or len(heading["name"].split()) > 5)


def of_breast(line: str) -> bool:
    return _BREAST.search(line) is not None


def of_another_cancer(line: str) -> bool:
    return _CANCER.search(line.lower()) is not None


def is_no_tissue(scope: Scope) -> bool:
    """Blood, sequencing or gene expression: whatever is said, it is no result of the tissue."""
    before, end = scope.plain[clause_start(scope.plain, scope.start) : scope.start], scope.end
    if _BY_METHOD.match(scope.plain, scope.start):
        # A test of the tissue stands by itself, beside whatever is told of another.
        before = before.rpartition(",")[2]
        end = scope.start + len(scope.plain[scope.start : end].partition(",")[0])
    return bool(
        _NO_TISSUE_BEFORE.search(before.rpartition(" mkother ")[2] if " mkother " in before else before)
        or _NO_TISSUE_BEFORE.search(scope.plain, scope.start, end)
        or _NO_TISSUE_AFTER.search(scope.plain, scope.start, end)
    )


def is_doubtful(scope: Scope) -> bool:
    """Is it said of what is not the invasive tumour, or in words under which no result can be told?"""
    own = scope.plain[scope.start : scope.end].partition(",")[0]
    return bool(
        _DOUBT.search(scope.plain, clause_start(scope.plain, scope.start), scope.end)
        or _TAKEN_BACK.search(own)
    )


def list_end(scope: Scope) -> int:
    """Where the list of names and answers ends that begins here: "ER positive, HER2 negative"."""
    named = _NAMES_ANSWERED.match(scope.plain, scope.start)
    return named.end() if named else scope.start


def is_of_something_else(scope: Scope) -> bool:
    """Does the answer describe a trial, a leaflet or a group for this disease, not the disease itself?"""
    named = _NAMES_ANSWERED.match(scope.plain, scope.start)
    if named is None or not named[0].strip().endswith(tuple(words_by_meaning("answers"))):
        return False
    at = named.end()
    while (found := _WORD.match(scope.plain, at)) is not None and found["word"] in _DISEASE:
        if found["last"] is not None:
            return False
        at = found.end()
    if found is None:
        return False
    word = found["word"]
    return word not in _BEHIND and (_VERB.fullmatch(word) is None or word in _NOUNS)


def assertion_of(scope: Scope) -> str:
    """Another specimen, cancer or person stands first, then what is open, then the past."""
    plain, start, end = scope.plain, scope.start, scope.end
    clause = clause_start(plain, start)
    before, own = (
        plain[clause:start],
        _OF_THE_NEXT.sub("", plain[start:end]) if end < len(plain) else plain[start:],
    )
    if (
        scope.other_cancer
        or _ELSEWHERE.search(before)
        or _ELSEWHERE_BEFORE.search(before)
        or _ELSEWHERE.search(own)
    ):
        return "elsewhere"
    if (
        _CONDITIONAL_BEFORE.search(before)
        or _CONDITIONAL_AFTER.search(own)
        or "?" in plain[clause:end]
        or scope.referred
        or is_of_something_else(scope)
    ):
        return "conditional"
    if _AGAINST.search(plain[:start]):
        return "elsewhere"
    stopped = _BLOCKED.search(plain, end)
    clause_of = plain[clause : stopped.start() if stopped else len(plain)]
    if (
        scope.historical_section
        or _HISTORICAL_BEFORE.search(before)
        or _HISTORICAL_AFTER.search(own)
        or _HISTORICAL.search(clause_of)
        or _is_over(plain, clause, start)
        or _of_another_year(before)
    ):
        return "historical"
    return "stated"


def _of_another_year(before: str) -> bool:
    """A year before a result is that of the result, unless it is that of a rule or of the report."""
    return any(_NO_YEAR_OF.search(before[: year.start()]) is None for year in _YEAR.finditer(before))


def _is_over(plain: str, clause: int, start: int) -> bool:
    """ "It was positive, now it is negative", "it is now negative; the core was positive"."""
    stopped = _BLOCKED.search(plain, start)
    until = stopped.start() if stopped else len(plain)
    if _FORMER.search(plain, clause, until) is None:
        return False
    return any(
        block[0] in _NOW and _SAYS.search(plain, block.end()) is not None
        for block in _BLOCKED.finditer(plain)
    )


def clause_start(plain: str, start: int) -> int:
    """Where the clause of a finding begins: behind the last word that cuts what stands before it off."""
    blocks = list(_BLOCKED.finditer(plain, 0, start))
    return blocks[-1].end() if blocks else 0
