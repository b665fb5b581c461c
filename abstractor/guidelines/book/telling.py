"""A worked case in words: what a reader needs to see whether the expected verdict is right."""

from collections.abc import Iterator
from datetime import date

from abstractor.guidelines.book.cases import Course, Fact, Story
from abstractor.guidelines.book.saying import Words, measured, records

__all__ = ["facts_in_words"]


def facts_in_words(story: Story, words: Words) -> tuple[str, ...]:
    """Each fact with its day, the earliest first; who the patient is and the HER2 result before them all."""
    dated = sorted(_dated(story, words), key=lambda each: each[0])
    unseen = f"not seen whole: {', '.join(map(records, story.unseen))}" if story.unseen else ""
    told = (_patient(story), _tumour(story), *(f"{on}: {said}" for on, said in dated), unseen)
    return tuple(each for each in told if each)


def _patient(story: Story) -> str:
    """Where it matters."""
    gender = "" if story.gender == "female" else f"gender {story.gender}"
    born = "" if story.born is None else f"born {story.born}"
    return ", ".join(each for each in (gender, born) if each)


def _tumour(story: Story) -> str:
    receptors = "" if story.receptors is None else f", hormone receptors {story.receptors}"
    return f"HER2 IHC {story.her2}{receptors}"


def _dated(story: Story, words: Words) -> Iterator[tuple[date, str]]:
    if story.adjuvant is not None:
        yield story.adjuvant.start, _course("adjuvant", story.adjuvant)
    if story.metastatic is not None:
        yield story.metastatic, "liver metastasis"
    for number, line in enumerate(story.lines, start=1):
        yield line.start, _course(f"line {number}", line)
    if story.adds is not None:
        yield story.adds.start, _course("added as maintenance", story.adds)
    single = {
        "brain metastasis": story.brain,
        "local therapy of the brain metastasis": story.brain_treated,
        "lung disease": story.lung,
        "heart failure": story.heart,
        "disease stable": story.stable,
    }
    yield from ((on, said) for said, on in single.items() if on is not None)
    if story.lvef is not None:
        yield story.lvef.on, f"ejection fraction {story.lvef.value:g} %"
    if story.ecog is not None:
        yield story.ecog.on, f"ECOG {story.ecog.value:g}"
    if story.refused is not None:
        yield story.refused.on, f"{story.refused.drug} refused"
    yield from ((fact.on, _fact(fact, words)) for fact in story.facts)


def _course(what: str, course: Course) -> str:
    until = f", to {course.until}" if course.until is not None else ""
    return f"{what}: {', '.join(course.drugs)}{until}"


def _fact(fact: Fact, words: Words) -> str:
    """ "diagnosis: pneumonitis, severe"; "result: LVEF 55 %"; "order: denosumab, not done (refusal)"."""
    means = " and ".join(words.said(part) for part in fact.means.split("+"))
    said = (
        f"{fact.kind}: {means}" if means else str(fact.kind),
        f" {measured(fact.value, fact.unit)}" if fact.value is not None else "",
        f": {words.said(fact.answer)}" if fact.answer else "",
        f", of {fact.tissue}" if fact.tissue else "",
        f", {words.said(fact.severity)}" if fact.severity else "",
        f", grade {fact.grade} in its words" if fact.grade is not None else "",
        f", over on {fact.until}" if fact.until is not None else "",
        ", urgent" if fact.urgent else "",
        ", not done or denied" if fact.against else "",
        f" ({words.said(fact.why)})" if fact.why else "",
        f", “{fact.quote}”" if fact.quote else "",
        f" ({fact.assertion})" if fact.assertion != "stated" else "",
    )
    return "".join(said)
