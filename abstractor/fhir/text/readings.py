"""What the answers of a group come to: a reading for each statement, or none where they disagree."""

from collections.abc import Sequence

from abstractor.fhir.text.answers import Answer, Group
from abstractor.fhir.text.scales import agreed, receptor_by_percent

__all__ = ["readings_of"]

_SCORES = {"0+": "0", "1+": "1+", "2+": "2+", "3+": "3+"}
_BELOW = {"<": "<", "less than": "<", "fewer than": "<", "under": "<", "up to": "<=", "<=": "<=", "≤": "≤"}
_ALLRED_POSITIVE = 3  # total of proportion and intensity; 0 and 2 are negative
_HSCORE_POSITIVE = 10


def readings_of(about: str, mark: str, group: Group) -> tuple[str | None, ...]:
    """One reading a statement; `(None,)` where nothing can be told."""
    answers = [
        answer
        for answer in group.answers
        if answer.part not in group.not_done or answer.what == "indeterminate"
    ]
    if group.denied:
        return (None,)
    if about == "her2":
        return _her2(answers)
    if mark == "mkhr":
        return ("negative",) if {a.what for a in answers} == {"negative"} else (None,)
    return (_receptor(answers, shared=len(group.marks) > 1),)


def _her2(answers: Sequence[Answer]) -> tuple[str | None, ...]:
    by_method: dict[str | None, list[str]] = {}
    for answer in answers:
        if answer.what == "bracket":
            return (None,)  # "HER2 (+)" is positive to some and a score of 1+ to others
        if answer.what == "positivity" and len(answers) > 1:
            continue
        reading = _her2_reading(answer)
        if reading is not None:
            by_method.setdefault(answer.method, []).append(reading)
    if by_method.get(None) == ["equivocal"] and "ish" in by_method and "ihc" not in by_method:
        by_method["ihc"] = by_method.pop(None)  # what is settled by an ISH was open by IHC
    read = {method: agreed(readings) for method, readings in by_method.items()}
    if not read or None in read.values():
        return (None,)
    bare = read.pop(None, None)
    if bare is not None and read:
        if all(agreed([bare, other or ""]) is None for other in read.values()):
            return (None,)
    elif bare is not None:
        return (bare,)
    return tuple(dict.fromkeys(read.values()))


def _her2_reading(answer: Answer) -> str | None:
    if answer.what in _SCORES:
        return _SCORES[answer.what]
    if answer.what in ("percent", "allred", "hscore"):
        return None
    return {"low": "negative", "positivity": "positive"}.get(answer.what, answer.what)


def _receptor(answers: Sequence[Answer], *, shared: bool) -> str | None:
    percents = [answer for answer in answers if answer.what == "percent"]
    if shared and len(percents) > 1:
        return None  # "ER/PR 90%/10%": whose is which is left to a person
    said: set[str | None] = set()
    unclear = False
    for answer in answers:
        match answer.what:
            case "percent":
                read = _by_percent(answer)
                unclear = unclear or read is None
                said |= {read} if read is not None else set()
            case "allred":
                said.add("positive" if answer.low >= _ALLRED_POSITIVE else "negative")
            case "hscore":
                said.add(
                    "negative" if answer.low == 0 else "positive" if answer.low >= _HSCORE_POSITIVE else None
                )
            case "0+":
                said.add("negative")
            case "1+" | "2+" | "3+" | "positive" | "bracket":
                said.add("positive")
            case "low" | "positivity":
                pass
            case other:
                said.add(other)
    if len(said) != 1 or (unclear and said != {"positive"}):
        return None
    return said.pop()


def _by_percent(answer: Answer) -> str | None:
    """A range is read by both of its ends."""
    bound = _BELOW.get(answer.bound, "" if not answer.bound else ">")
    ends = {receptor_by_percent(each, bound) for each in (answer.low, answer.high)}
    return ends.pop() if len(ends) == 1 else None
