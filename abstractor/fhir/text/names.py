"""The names under which reports speak of HER2, ER and PR, and the phrases that are one answer, each put into
one word of ours. What follows reads words, not spellings.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from abstractor.fhir.text.words import phrases, plain_words

__all__ = ["MARKERS", "in_our_words", "speaks_of_markers"]

# Our word for each name, and the findings that it stands for.
MARKERS = {
    "mkher": ("her2",),
    "mker": ("er",),
    "mkpr": ("pr",),
    "mkhr": ("er", "pr"),
    "mktriple": ("er", "pr", "her2"),
    "mkother": (),  # another marker, which may share a list with ours
    "mkcode": (),  # letters that are no word: whatever they are, their answer is not ours
}
_HER2 = (
    r"(?:her[-\s]{0,3}2(?:[-/\s]{0,3}neu)?|c-?erb-?\s?b-?2|erb-?b-?2"
    r"|human\s+epidermal\s+growth[-\s]+factor\s+receptor(?:\s+type)?[-\s]*(?:2|ii\b|two\b)(?:[/\s]{1,3}neu\b)?"
    r"|\b(?:c-)?neu[-\s]+(?:onco\w+|protein))(?![0-9])"
)
_CLONE = r"(?:4B5|CB11|SP3|A0485|clone\b)"
_ANY = re.compile(
    r"her[-\s]{0,3}2|erb-?\s?b|estrogen|progesterone|\b(?:er|pr|hr|pgr|tnbc)(?![a-z])|hormone[\s-]+rec|triple[-\s]+(?:neg|pos)"
)
# Their stems are looked for first: most texts have none, and a pattern is slower than a word.
_STEMS = ("hercep", "pathvysion", "4b5", "neu", "growth")
_RARER = re.compile(
    r"hercep[-\s]?test|pathvysion|\b4b5\b|\bneu[-\s]+(?:onco|prot)"
    r"|growth[-\s]+factor\s+receptor(?:\s+type)?[-\s]*(?:2|ii\b|two\b)"
)
_ANSWER = r"(?:pos|neg|[+(<>\u2265\u2264]|-(?=$|[\s,;/.)])|\d|allred|h-?score|low\b|weak|strong|equiv|pend)"
_I = re.IGNORECASE
_Rules = tuple[tuple[re.Pattern[str], str], ...]
# What is no marker, though it has the name of one. An antibody of the laboratory is one.
_NO_MARKER: _Rules = (
    (
        re.compile(
            rf"(?:\b(?:pathway|ventana|dako|leica|roche|rabbit|(?:mono|poly)clonal)\W{{1,3}})+anti[-\s]?{_HER2}"
            rf"|\banti[-\s]?{_HER2}(?=[\s(,-]*(?:{_CLONE}|rabbit|mouse|immuno(?:stain|hist)|stain|IHC))",
            _I,
        ),
        " HER2 ",
    ),
    (re.compile(rf"\banti[-\s]?{_HER2}(?:\s+\w+)?", _I), " therapy "),
    (
        re.compile(
            rf"\b{_HER2}[-\s]*(?:directed|targeted|targeting|blockade"
            rf"|antibod\w+(?!\W{{0,3}}{_CLONE})|antagonis\w+|therap\w+|inhibit\w*|agents?\b|tki|climb|based)",
            _I,
        ),
        " therapy ",
    ),
    (re.compile(rf"\b{_HER2}\s*[/:-]?\s*(?:cep|chr(?:omosome)?|cen)\s*-?\s*17(?:\s+ratio)?", _I), " ratio "),
    (re.compile(r"\b(?:cep|chr|cen)\s*-?\s*17\b", _I), " signals "),
    (
        re.compile(
            r"\bPR(?=\s+(?:interval|after|by\s+recist|\(?\s*\d+\s*%\s+(?:decrease|reduction|shrink\w*)|exam|bleed\w*"
            r"|segment|medic\w+|at\s))|\bPR\s*/\s*CR\b|\bCR\s*/\s*PR\b"
        ),
        " response ",
    ),
)
_BOTH = (
    r"o?estrogen\s*(?:and|/|&|or)\s*progesterone(?:\s+hormone)?\s+receptors?"
    r"(?:\s*\(\s*ER\s*(?:and|/|&)\s*PR\s*\))?"
)
# In capitals ER and PR are receptors until an answer fails to come; in small letters only beside an answer.
_NAMES: _Rules = (
    (re.compile(rf"\b{_HER2}(?:\s*[(/]\s*{_HER2}\s*\)?)*", _I), " mkher "),
    (re.compile(rf"\b{_BOTH}", _I), " mker and mkpr "),
    (re.compile(r"\bo?estrogen[\s-]+receptors?(?:[-\s]*alpha)?(?:\s*\(\s*ERs?\s*\))?", _I), " mker "),
    (re.compile(r"\bprogesterone[\s-]+receptors?(?:\s*\(\s*P(?:g)?Rs?\s*\))?", _I), " mkpr "),
    (re.compile(r"\bhormone[\s-]+receptors?(?:\s*\(\s*HR\s*\))?", _I), " mkhr "),
    (re.compile(r"\btriple[-\s]+negative\b|\btnbc\b", _I), " mktriple negative "),
    (re.compile(r"\btriple[-\s]+positive\b", _I), " mktriple positive "),
    (re.compile(r"\bHR(?=\s?(?:pos|neg|\+|-(?=$|[\s,;/.)])|-?\s?(?:pos|neg)))"), " mkhr "),
    (re.compile(r"\bPgR\b"), " mkpr "),
    (re.compile(r"\bER\b"), " mker "),
    (re.compile(r"\bPR\b"), " mkpr "),
    (re.compile(rf"\ber(?=\s{{0,2}}:?\s{{0,2}}{_ANSWER})"), " mker "),
    (re.compile(rf"\bpr(?=\s{{0,2}}:?\s{{0,2}}{_ANSWER})"), " mkpr "),
)
# Tests of nothing but HER2 stand for it where the sentence has no other name of it.
_NAMED = re.compile(rf"\b{_HER2}", _I)
_ASSAY = re.compile(r"\b(?:(?:ventana|pathway)\s+)*(?:hercep[-\s]?test|pathvysion|4B5)\b", _I)
_OURS = r"(mk(?:her|er|pr|hr))"
# A plus or minus right at the name is its answer; a minus before an answer, or before a letter, is a dash.
_AT_THE_NAME: _Rules = (
    (re.compile(r"(?<![\w+])\+ ?ve\b", _I), " positive "),
    (re.compile(r"(?<![\w-])- ?ve\b", _I), " negative "),
    (
        re.compile(rf"{_OURS}  ?-(?=\s+(?:pos|neg|equiv|not|pend|[0-9]|see|indet|ampl|unk|low|un|bord))", _I),
        r"\1 : ",
    ),
    (re.compile(rf"{_OURS} \+(?=$|[\s,;/.):])(?!\s?\+)"), r"\1 sign+ "),
    (re.compile(rf"{_OURS} -(?=$|[\s,;/.):])"), r"\1 sign- "),
    (re.compile(rf"{_OURS} [-\u2011](?=[A-Za-z])"), r"\1 "),
    (re.compile(r"\b(IHC|ISH|FISH)(?=[0-3]\b)", _I), r"\1 "),
    (re.compile(r"\b(IHC|[CSD]?ISH|FISH)\+(?=$|[\s,;/.)])", _I), r"\1 positive "),
    (re.compile(r"\b(IHC|[CSD]?ISH|FISH)-(?=$|[\s,;/.)])", _I), r"\1 negative "),
    (re.compile(r"\b(?:block|part|slide|case|cassette)s?\s+[A-Z]?\d*[A-Z]?\d*\b", _I), " block "),
    (
        re.compile(
            r"\(?\b(?:4B5|SP[13]|CB11|1E2|6F11|1D5|EP1|16|PgR\s?636|ventana|dako|hercep[-\s]?\w+|pathvysion|clone\s+\w+)\b\)"
            r"|\b(?:4B5|SP[13]|CB11|1E2|6F11|1D5|PgR\s?636|ventana|dako|hercep[-\s]?test|hercep\w+|pathvysion|clone\s+\w+"
            r"|(?:(?:rabbit|mouse)\s+)?(?:mono|poly)clonal(?:\s+primary)?(?:\s+antibody)?)\b",
            _I,
        ),
        " ",
    ),
)
# "ER/PR/HER2: +/+/-": the signs of a list, name by name.
_LISTED = re.compile(
    r"(?P<names>mk(?:her|er|pr)(?:[\s/,&]+(?:and\s+)?mk(?:her|er|pr))+)[\s:(]*"
    r"(?P<signs>(?:[+-]|pos(?:itive)?\b|neg(?:ative)?\b)(?:\s*[/,]\s*(?:[+-](?![\w+])|pos(?:itive)?\b|neg(?:ative)?\b))+)"
    r"(?!\s*[/,]\s*mk)\)?",
    _I,
)
_OTHER = re.compile(phrases("markers.other").pattern, _I)
_CODE = re.compile(
    r"\b(?=[A-Za-z0-9-]*[A-Z])(?=[A-Za-z0-9-]*\d)[A-Z][A-Za-z]*-?\d+[A-Za-z]?\b|\b[A-Z]{3,6}\b"
)
_NO_CODE = plain_words("markers.no_code")
_OVER = r"over-?\s?express"
_WHAT = (
    rf"(?:gene\s+)?amplification|{_OVER}ion|expression|staining|immunoreactivity|reactivity|immunostaining"
)
_OF = (
    r"(?:(?:gene|protein|onco\w+|receptor|membran\w+|nuclear|significant|definite|convincing|strong|any|the|of)"
    r"\s+)*"
)
_FOUND = r"(?:detected|identified|seen|present|observed|demonstrated|found|evident|noted|confirmed)"
_LACK = (
    r"(?:no|without|negative\s+for|lack\s+of|lacks?|lacking|lost|absence\s+of|absent|loss\s+of"
    r"|fails?\s+to\s+show)"
)
_BE = r"(?:(?:is|was|are|were|has been) )?"
_GAIN = rf"(?:amplification|{_OVER}ion)"
_PHRASES: _Rules = tuple(
    (re.compile(pattern), word)
    for pattern, word in (
        (r"([a-z])-[ \t]*[\r\n]\s*(?=[a-z])", r"\1"),
        (r"\s+", " "),
        (r"\b(?<!non)-(?=(?:positive|negative|amplified)\b)", " "),
        (
            r"\b(?:(?:positive|negative|internal|external|on-slide|tissue|known|built-in) )*"
            r"(?:mk[a-z]+ )?controls?"
            r"(?: (?:tissues?|slides?|cells?|sections?|is|are|was|were|stain\w*|shows?|showed|both|all))*"
            r" (?:positive|negative|reactive|adequate|appropriate)(?:ly)?\b(?: for(?= mk))?",
            " controls ",
        ),
        (
            r"\b(?:positive|negative|internal|external|appropriate)"
            r"(?:,? (?:and|/) (?:positive|negative|internal|external))?"
            r"(?: (?:internal|external|tissue|known))* controls?\b",
            " controls ",
        ),
        (
            r"\b(?:compared|comparison|similar|identical|unchanged) (?:to|with|from) "
            r"(?:the |her |prior |previous )*\w+(?: \w+)?,",
            " comparison ",
        ),
        (
            rf"\b{_LACK} (?:(?:any|evidence|signs?|of|for) )*{_OF}(mk[a-z]+ )?{_OF}(?:{_WHAT})\b",
            r" \1 saidneg ",
        ),
        (
            r"\b(?:does|do|did|is|was|are|were) not (?:show |demonstrate |exhibit )?(?:any )?(mk[a-z]+ )?"
            rf"{_OF}(?:{_OVER}(?:ed|ion)?|{_WHAT})\b",
            r" \1 saidneg ",
        ),
        (rf"\b(?:{_WHAT}) ?:? {_BE}(?:not|non)[\s-]*(?:been )?{_FOUND}\b", " saidneg "),
        (rf"\b(?:{_WHAT}) ?:? {_BE}(?:absent|negative|lost)\b", " saidneg "),
        (
            rf"\b(?:not|non|no|un)[\s-]*(?:gene )?(?:amplif(?:ied|ication)|{_OVER}(?:ed|ing|ion))\b",
            " saidneg ",
        ),
        (
            rf"\b(?:gene )?{_GAIN} ?:? {_BE}(?:positive|{_FOUND})\b",
            " saidpos ",
        ),
        (
            r"\b(?:positive for|shows?|showing|showed|demonstrat\w+|consistent with|with|evidence of"
            r"|exhibit\w*|harbou?r\w*|display\w*|reveal\w*) (?:(?:diffuse|high-level|clear|a) )*"
            rf"{_OF}(mk[a-z]+ )?{_OF}{_GAIN}\b",
            r" \1 saidpos ",
        ),
        (r"\b(?:is|are|was|were) not expressed\b", " saidneg "),
        (rf"\b(?:{_OVER}(?:ed|es|ing)|amplified)\b", " saidpos "),
        (
            r"\b(?:(?:was|were|is|are|has|have|been|be|could|can) )*(?:not|cannot)(?: (?:been|be))? (?:yet )?"
            r"(?:performed|done|tested|evaluated|assessed|reported|available|received|provided|repeated|interpretable"
            r"|evaluable|determined|ascertained|established|assessable|applicable|interpreted|obtained|sent)\b",
            " notdone ",
        ),
        (
            r"\b(?:unknown|unavailable|failed|failure|insufficient|inadequate|deferred|cancell?ed"
            r"|uninterpretable|n/a|non-?contributory|unable to)\b",
            " notdone ",
        ),
    )
)
_SCORES: _Rules = tuple(
    (re.compile(pattern), word)
    for pattern, word in (
        (r"(?<![\d.])([0-3]) ?plus\b", r"\1+ "),
        (r"\+ ?\+ ?\+", " 3+ "),
        (r"(?<![\d+])\+ ?\+(?!\+)", " 2+ "),
        (r"(?<![\d.])([0-3]) \+(?![\w+])", r"\1+ "),
        (r"(?<![\d.])([0-3]) ?\+? ?(?:/|out of) ?3 ?\+", r" \1+ "),
        (r"(?<![\d.])([0-3]) ?\+? ?(?:-|\u2013|/|to|or) ?([0-3]) ?\+", r" \1+ \2+ "),
        (r"\bscored? ?(?:is|of|as|:|=|-|\()* ?([0-3])(?![\d.+%/-]|\.\d)", r" score \1+ "),
        (r"\b(ihc|mkher|negative|neg)((?:[ :,=(-]|(?<= )(?:is|was|of) )+)0(?![\d%/+]|\.\d)", r"\1\2 0+ "),
    )
)
# What was corrected, or has changed, is what stands behind it now.
_CHANGED = re.compile(
    r"(mk[a-z]+)(?:(?!mk|\b(?:no|not|never|if|may|might|could|should|would|will|cannot|without|pending)\b)[^;?])*?"
    r"\b(?:correct|chang|revis|amend|convert|updat|switch|upgrad|downgrad|reclassif|flip)\w*"
    r"(?:\s+from\s+(?:score )?(?:positive|negative|equivocal|saidpos|saidneg|low|[0-3]\+?)"
    r"(?: \([^)]*\))?(?:\s+to)?|\s+to)"
    r"(?=\s+(?:be )?(?:score )?(?:positive|negative|equivocal|saidpos|saidneg|[0-3]\+))"
)
_SIGNS: _Rules = (
    (re.compile(r"\bcontrols ?[:=(]* ?[0-3]\+"), "controls "),
    (_CHANGED, r"\1"),
    # A weak HER2 is 1+ to some and 2+ to others.
    (
        re.compile(
            r"(?<=mkher )((?:ihc |status |stain\w* |is |was )*)"
            r"(?:weak|faint|focal|slight|minimal|mild|moderate|partial|patch|low)\w* positive\b"
        ),
        r"\1bracket+",
    ),
    (
        re.compile(r"\b(?:weak|faint|focal|slight|minimal|mild|partial)\w* positive for mkher\b"),
        "mkher bracket+",
    ),
    (re.compile(r"(mk\w+) ?\( ?(\+|-|neg|pos) ?\)"), r"\1 bracket\2 "),
    (re.compile(r"(mk\w+) \+(?= ?$| ?[,;/)])"), r"\1 bracket+ "),
    (re.compile(r"(mk\w+) -(?= ?[,;/)])"), r"\1 bracket- "),
)


def speaks_of_markers(text: str) -> bool:
    plain = text.lower()
    if _ANY.search(plain) is not None:
        return True
    return any(stem in plain for stem in _STEMS) and _RARER.search(plain) is not None


@lru_cache(maxsize=2048)
def in_our_words(text: str) -> str:
    """The sentence in small letters, its names, phrases, scores and signs as our words."""
    if _NAMED.search(text) is None:
        text = _ASSAY.sub(" HER2 ", text)
    plain = _LISTED.sub(_name_by_name, _replaced(text, (*_NO_MARKER, *_NAMES)))
    plain = _replaced(plain, _AT_THE_NAME)
    plain = _OTHER.sub(" mkother ", plain)
    if not text.isupper():
        plain = _CODE.sub(lambda code: code[0] if _is_ours(code[0]) else " mkcode ", plain)
    return " ".join(_replaced(plain.lower(), (*_PHRASES, *_SCORES, *_SIGNS)).split())


def _name_by_name(listed: re.Match[str]) -> str:
    """A list of other length than that of its names says of none what it is."""
    names = re.findall(r"mk[a-z]+", listed["names"])
    signs = re.findall(r"[+-]|[a-z]+", listed["signs"].lower())
    if len(names) != len(signs):
        return f" {' and '.join(names)} not "
    told = ("positive" if sign[0] in "+p" else "negative" for sign in signs)
    return " , ".join(f" {name} {answer}" for name, answer in zip(names, told, strict=True)) + " "


def _replaced(text: str, rules: Iterable[tuple[re.Pattern[str], str]]) -> str:
    for pattern, word in rules:
        text = pattern.sub(word, text)
    return text


def _is_ours(code: str) -> bool:
    return code in _NO_CODE or code.lower().startswith(("mk", "sign"))
