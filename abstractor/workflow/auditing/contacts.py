"""E-mail and web addresses, and numbers of telephones, in a text: each tells where somebody is reached, and
so the place. Days, doses, measured values and codes stay.
"""

import re

__all__ = ["has_address", "without_contacts"]

# What ends a bare name of a host; endings that are words of a report need "www." or "https:".
_ENDING = "(?:org|com|net|edu|gov|mil|eu|de|fr|nl|uk)"
_ADDRESS = re.compile(
    r"(?:\b(?:https?|ftp):/*|\bwww\.)[^\s\"'<>]+"
    r"|\b(?:mailto|sip):[^\s\"'<>]+"
    r"|(?<![\w.+%-])[\w.+%-]{1,80}@(?:[\w-]{1,63}\.)+[a-z]{2,}"
    rf"|(?<![\w.-])(?:[a-z\d-]{{2,63}}\.)+{_ENDING}\b(?![.-]?\w)(?:[:/][^\s\"'<>]*)?",
    re.IGNORECASE,
)
_NO_DAY = r"(?!(?:19|20)\d\d(?:-?\d\d){1,2}\b|\d\d?[/.-]\d\d?[/.-](?:\d{4}|\d\d)\b)"
_APART = r"[ \u00a0.\u2010-\u2015-]"
_DIGIT = rf"(?:[ \u00a0().\u2010-\u2015-]{{0,3}}{_NO_DAY}\d)"
_PAGERS = "(?:ext|extension|pager|beeper)"
_TELEPHONES = "(?:tel|telephone|phone|fax|telefax)"
_PEOPLE = "(?:ph|call|called|calling|callback|cell|mobile|page|contact|reach|reached|reachable|text)"
_SAYS = r"\b\.?(?:[ :#]|\b(?:no|nr|number|is|at|on|me|us|him|her|them|back)\b\.?){0,9}"
_NUMBER = re.compile(
    # "+1 555 014 7788", "0049 89 1234567"
    rf"(?<![\w+])(?:\+|00(?=[1-9]\d{{0,2}}[ (])){_DIGIT}{{8,15}}(?!\w)"
    # "(555) 014-7788", "1-555-014-7788", "555.014.7788"
    rf"|(?<![\w.-])(?:1{_APART})?(?:\(\d{{3}}\)|(?!\d{{3}} \d{{3}} )\d{{3}}{_APART}){_APART}?"
    rf"\d{{3}}{_APART}\d{{4}}(?![\w-]|\.\d)"
    # "(030) 1234567", "089/1234567"
    r"|(?<![\w.(-])\(?0\d{1,4}\)?[ /-]\d{5,8}(?![\w-]|\.\d)"
    # "pager 7788", "Fax: 55501", "call 014-7788"
    rf"|\b(?P<pager>{_PAGERS}{_SAYS})[+(]?{_DIGIT}{{4,15}}(?!\w)"
    rf"|\b(?P<telephone>{_TELEPHONES}{_SAYS})[+(]?{_DIGIT}{{5,15}}(?!\w)"
    rf"|\b(?P<person>{_PEOPLE}{_SAYS})[+(]?{_DIGIT}{{7,15}}(?!\w)",
    re.IGNORECASE,
)


def without_contacts(text: str, hidden: str) -> str:
    """What says that a number follows stays."""
    shown = _ADDRESS.sub(hidden, text)
    return _NUMBER.sub(
        lambda found: f"{found['pager'] or found['telephone'] or found['person'] or ''}{hidden}", shown
    )


def has_address(text: str) -> bool:
    """An e-mail or web address; what looks like a number may be the cells of a table run together."""
    return _ADDRESS.search(text) is not None
